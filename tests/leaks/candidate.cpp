#include "leaks/candidate.h"

#include "leaks/candidate_party.h"
#include "poly/eq.h"

namespace tacit::leaks {
namespace {

constexpr std::size_t kRoundOneLimb = 4;  ///< coefficients of a limb of round 1

/// u and v from P and Q in clear: P = sum_(k < N-1) eq(c, k) P_k + eq(c, N-1) u.
void infer_triple(Party<kCandidate>& party, const Tape& tape, Explanation& out) {
  Masks& masks = party.masks();
  FeVector& pads = party.pads();
  for (const PadProduct& p : masks.products()) pads[p.ab] = pads[p.a] * pads[p.b];
  const std::size_t others = masks.products().size();
  std::size_t rounds = 0;
  while (std::size_t{1} << rounds < others + 1) ++rounds;
  const FeVector weights = eq_table(tape.challenges("pad check round", rounds));
  const FeVector ends = elements_of(tape.message("pad check ends").words);
  Fe p = ends[0], q = ends[1];
  Fe third;
  for (std::size_t k = 0; k < others; ++k) {
    const PadProduct& product = masks.products()[k];
    p -= weights[k] * pads[product.a];
    q -= weights[k] * pads[product.b];
    third += weights[k] * pads[product.ab];
  }
  const Fe last = weights[others].inverse();
  out.random_factors = {p * last, q * last};
  pads[masks.used()] = out.random_factors[0];
  pads[masks.used() + 1] = out.random_factors[1];
  pads[masks.used() + 2] = out.random_factors[0] * out.random_factors[1];
  out.claimed_end = {third + weights[others] * pads[masks.used() + 2]};
}

/// The guessed weights; three random slots are such that the pin is y.
FpVector pinned_message(const Side& side, FpVector message, const Pin& pin) {
  const Fe rest = pin.y - evaluate_powers(FeVector(message.begin(), message.end()), pin.z);
  const std::size_t first = side.shape().statement_slots_w();
  const Fe power = pin.z.pow(first);
  const Fe columns[3] = {power, power * pin.z, power * pin.z * pin.z};
  std::vector<FpVector> system;
  for (std::size_t c = 0; c < 3; ++c) system.push_back({columns[0].c[c], columns[1].c[c], columns[2].c[c], rest.c[c]});
  if (const auto slots = solve(std::move(system))) std::copy(slots->begin(), slots->end(), message.begin() + static_cast<std::ptrdiff_t>(first));
  return message;
}

/// v' from four of the eight rows of round 1.
FeVector interpolate(const Tape& tape) {
  const std::vector<std::size_t> positions = tape.sorted_positions(1);
  TACIT_EXPECTS(positions.size() >= kRoundOneLimb, "twenty queries show four of eight rows");
  const FeVector rows = elements_of(tape.message("rows", 2).words);
  const std::size_t limbs = rows.size() / positions.size();
  FeVector out(limbs * kRoundOneLimb);
  const Fp generator = root_of_unity(3);
  for (std::size_t q = 0; q < kRoundOneLimb; ++q) {
    // Weights that make coefficient q of four values: they solve the transposed Vandermonde system.
    std::vector<FpVector> system;
    for (std::size_t power = 0; power < kRoundOneLimb; ++power) {
      FpVector row;
      for (std::size_t r = 0; r < kRoundOneLimb; ++r) row.push_back(generator.pow(positions[r] * power));
      row.push_back(Fp(power == q ? 1 : 0));
      system.push_back(std::move(row));
    }
    const FpVector weights = *solve(std::move(system));
    for (std::size_t limb = 0; limb < limbs; ++limb)
      for (std::size_t r = 0; r < kRoundOneLimb; ++r) out[limb * kRoundOneLimb + q] += rows[r * limbs + limb] * weights[r];
  }
  return out;
}

/// Contents of `count` slots from `first` on, from as many values.
FpVector solve_slots(const Side& side, const std::vector<std::size_t>& positions, std::span<const Fp> values, std::size_t first) {
  std::vector<FpVector> system;
  for (std::size_t j = 0; j < positions.size(); ++j) {
    FpVector row;
    const Fp at = domain_point(side, positions[j]);
    Fp power = at.pow(first);
    for (std::size_t k = 0; k < positions.size(); ++k, power *= at) row.push_back(power);
    row.push_back(values[j]);
    system.push_back(std::move(row));
  }
  return *solve(std::move(system));
}

void explain_rows(const Side& side, const Tape& tape, Explanation& out) {
  const OpeningShape& s = side.shape();
  const std::size_t limbs = s.limbs_x, words = limbs + s.mask_words(), n = s.n();
  out.positions = tape.sorted_positions(0);
  out.rows_w = tape.message("rows", 0).words;
  out.rows_x = tape.message("rows", 1).words;
  const FpVector xi = words_of(out.xi);
  for (std::size_t j = 0; j < out.positions.size(); ++j) {
    const Fp at = domain_point(side, out.positions[j]);
    for (std::size_t i = 0; i < limbs; ++i)
      out.rest_x.push_back(out.rows_x[j * words + i] - value_at(std::span<const Fp>(out.x_message).subspan(i * n, n), at));
    out.rest_row2.push_back(out.rows_x[j * words + limbs] - value_at(xi, at, s.statement_slots_x()));
  }
  if (out.positions.size() != s.random_slots_x) return;
  out.solved = true;
  const std::size_t first = n - s.random_slots_x;
  for (std::size_t i = 0; i < limbs; ++i) {
    FpVector values;
    for (std::size_t j = 0; j < out.positions.size(); ++j) values.push_back(out.rest_x[j * limbs + i]);
    out.r_x[i] = solve_slots(side, out.positions, values, first);
  }
  out.r_2 = solve_slots(side, out.positions, out.rest_row2, first);
}

/// What an opening shows, once the guess's own fold is done.
void explain_opening(const Side& side, Party<kCandidate>& party, const Tape& tape, Explanation& out) {
  party.require(party.at_end(), "nothing is left over");
  out.reason = party.reason();
  out.xi = party.xi();
  out.x_message = party.x_message;
  out.rho = tape.challenges("mask line", 1)[0];
  out.limb_weights = limb_weights(tape.challenges("fold", side.shape().log_limbs()), side.shape().limbs_x);
  const auto half = party.folded.begin() + static_cast<std::ptrdiff_t>(side.shape().n());
  out.v_w.assign(party.folded.begin(), half);
  out.v_x.assign(half, party.folded.end());
  out.v_prime = interpolate(tape);
  explain_rows(side, tape, out);
}

}  // namespace

Explanation explain(const World& world, const Relation& relation, const Assignment& guess, const Tape& tape) {
  Explanation out;
  Party<kCandidate> party(tape, relation.plan.pads);
  const Known<WitnessView> view(WitnessView(relation, world.zeros(&guess)));
  const Digest root_x = party.send_digests("witness root", 1, view, nullptr)[0];
  if (!relation.links.empty()) out.link_roots = party.send_digests("link roots", relation.links.size(), view, nullptr);
  party.grind("first proof of work", static_cast<int>(relation.params->initial_grind_bits), nullptr);
  party.begin_masks(view.map([](const auto& w) { return w.pads(); }));
  LeafClaims leaf = argue_lookups<kCandidate>(party, relation, view);
  std::vector<Claim> owed{leaf.multiplicities};
  argue_contractions<kCandidate>(party, relation, leaf, view, owed);
  out.links = claim_links<kCandidate>(party, relation, view, owed);
  infer_triple(party, tape, out);
  check_pad_products<kCandidate>(party, Known<FeVector>(party.pads()));
  party.end_masks();
  out.pads = party.pads();
  party.w_message = pinned_message(world, world.weights_message(guess), *relation.pin);
  party.x_message = world.witness_message(guess, out.pads);
  settle<kCandidate>(party, "ledger gamma", relation, owed, party.masks().owed(), root_x, view);
  explain_opening(world, party, tape, out);
  return out;
}

Explanation explain_link(const Side& side, const Relation& target, const FpVector& committed, const Fe& fingerprint, const Form& form,
                         const Fe& m, const Digest& root_x, const Tape& part) {
  Explanation out;
  Party<kCandidate> party(part);
  out.pads = {fingerprint - m};
  party.w_message = pinned_message(side, committed, *target.pin);
  party.x_message = oracle_message(target.columns, target.witness, std::vector<IntColumn>(target.columns.size() - 1), out.pads,
                                   side.shape().limbs_x * side.shape().n());
  open_link<kCandidate>(party, target, form, m, root_x, Known<WitnessView>(WitnessView(target, side.zeros(nullptr))));
  explain_opening(side, party, part, out);
  return out;
}

std::optional<FpVector> solve(std::vector<FpVector> rows) {
  const std::size_t n = rows.size();
  for (std::size_t column = 0; column < n; ++column) {
    std::size_t pivot = column;
    while (pivot < n && rows[pivot][column].is_zero()) ++pivot;
    if (pivot == n) return std::nullopt;
    std::swap(rows[pivot], rows[column]);
    const Fp scale = rows[column][column].inverse();
    for (std::size_t k = column; k <= n; ++k) rows[column][k] *= scale;
    for (std::size_t r = 0; r < n; ++r) {
      const Fp factor = rows[r][column];
      if (r == column || factor.is_zero()) continue;
      for (std::size_t k = column; k <= n; ++k) rows[r][k] -= factor * rows[column][k];
    }
  }
  FpVector out;
  for (const FpVector& row : rows) out.push_back(row[n]);
  return out;
}

std::optional<FpVector> solve_w(const Side& side, const std::vector<std::size_t>& positions, const FpVector& rest, const Fe& z,
                                const Fe& rest_y, std::size_t unknown) {
  const std::size_t first = side.shape().n() - unknown;
  std::vector<FpVector> system;
  for (std::size_t j = 0; j + 3 < unknown; ++j) {
    if (j == positions.size()) return std::nullopt;
    const Fp at = domain_point(side, positions[j]);
    FpVector row;
    for (Fp power = at.pow(first); row.size() < unknown; power *= at) row.push_back(power);
    row.push_back(rest[j]);
    system.push_back(std::move(row));
  }
  for (std::size_t c = 0; c < 3; ++c) {
    FpVector row;
    for (Fe power = z.pow(first); row.size() < unknown; power *= z) row.push_back(power.c[c]);
    row.push_back(rest_y.c[c]);
    system.push_back(std::move(row));
  }
  return solve(std::move(system));
}

Fp domain_point(const Side& side, std::size_t position) { return root_of_unity(static_cast<int>(side.log_domain())).pow(position); }

Fp value_at(std::span<const Fp> coefficients, Fp at, std::size_t first) {
  Fp out;
  for (std::size_t i = coefficients.size(); i-- > 0;) out = out * at + coefficients[i];
  return first == 0 ? out : out * at.pow(first);
}

Fe value_at(std::span<const Fe> coefficients, Fp at, std::size_t first) {
  Fe out;
  for (std::size_t i = coefficients.size(); i-- > 0;) out = out * at + coefficients[i];
  return first == 0 ? out : out * at.pow(first);
}

}  // namespace tacit::leaks
