#include "leaks/distinguish.h"

#include <map>

#include "hash/merkle.h"
#include "leaks/candidate_party.h"
#include "poly/eq.h"

namespace tacit::leaks {
namespace {

constexpr std::size_t kShownWords = 48;  ///< of a long message

/// Of one commitment in the place of W and of its openings.
class Statistics {
 public:
  Statistics(const Side& side, const Pin& pin, FpVector weights, Counts& counts)
      : side_(side), shape_(side.shape()), pin_(pin), counts_(counts), weights_(std::move(weights)) {}

  void opening(const Tape& tape, const Explanation& e);
  void opened_rows(const Explanation& e, const std::vector<bool>& has_counts);
  void folded(const Tape& tape, const Explanation& e);
  void rows_of_w(std::span<const Explanation> proofs, std::size_t beyond);
  void leaves(const Tape& tape, const Explanation& e);
  void pair(const Explanation& a, const Explanation& b);

 private:
  Fe predicted_v(const Explanation& e, std::size_t i) const;
  Fe line_x(const Explanation& e, std::size_t slot) const;
  void leaf(Row row, const Digest& sibling, const FpVector& words);

  const Side& side_;
  const OpeningShape& shape_;
  const Pin pin_;
  Counts& counts_;
  const FpVector weights_;
  std::optional<FpVector> r_w_;  ///< contents of W's last slots
};

void Statistics::opening(const Tape& tape, const Explanation& e) {
  for (std::size_t k = 0; k < e.xi.size(); ++k) counts_.add(Row::kLimbFold, k, e.xi[k]);
  counts_.add(Row::kMaskClaim, 0, elements_of(tape.message("mask claim").words)[0]);
  for (const TapeWork& work : tape.works) {
    std::uint64_t first = 0;
    while (!work_is_done(work.seed, first, work.bits)) ++first;
    counts_.add(Row::kNonces, 0, std::uint64_t{work.nonce != first});
  }
}

void Statistics::opened_rows(const Explanation& e, const std::vector<bool>& has_counts) {
  const std::size_t limbs = shape_.limbs_x, words = limbs + shape_.mask_words();
  for (std::size_t j = 0; j < e.positions.size(); ++j) {
    for (std::size_t i = 0; i < limbs; ++i) {
      counts_.add(Row::kRowsX, i, e.rest_x[j * limbs + i]);
      if (has_counts[i]) counts_.add(Row::kRowsXCounts, i, e.rest_x[j * limbs + i]);
    }
    counts_.add(Row::kRow2, 0, e.rest_row2[j]);
    for (std::size_t k = limbs + 1; k < words; ++k) counts_.add(Row::kMaskWords, k, e.rows_x[j * words + k]);
  }
  if (!e.solved) return;
  for (std::size_t k = 0; k < shape_.random_slots_x; ++k) {
    for (std::size_t i = 0; i < limbs; ++i) counts_.add(Row::kSlotsX, k * limbs + i, e.r_x[i][k]);
    counts_.add(Row::kSlotsRow2, k, e.r_2[k]);
  }
}

/// What v' is in slot i of X without row1: rho (v_X + row2)[i], as far as the guess knows it.
Fe Statistics::line_x(const Explanation& e, std::size_t slot) const {
  const std::size_t pads = shape_.statement_slots_x(), random = shape_.n() - shape_.random_slots_x;
  Fe inner = e.v_x[slot];
  if (slot >= pads && slot < random) inner += Fe(e.xi[(slot - pads) / 3].c[(slot - pads) % 3]);
  if (slot >= random && e.solved) {
    inner += Fe(e.r_2[slot - random]);
    for (std::size_t i = 0; i < shape_.limbs_x; ++i) inner += e.limb_weights[i] * e.r_x[i][slot - random];
  }
  return e.rho * inner;
}

/// v' without row1 and mu_W; W's random slots, which a guess does not know, are taken as they are seen.
Fe Statistics::predicted_v(const Explanation& e, std::size_t i) const {
  if (i >= shape_.n()) return line_x(e, i - shape_.n());
  return i < shape_.statement_slots_w() ? e.rho * weights_[i] : e.v_prime[i];
}

void Statistics::folded(const Tape& tape, const Explanation& e) {
  const std::size_t n = shape_.n();
  for (std::size_t i = 0; i < shape_.statement_slots_w(); ++i) counts_.add(Row::kFoldedW, i, e.v_prime[i] - predicted_v(e, i));
  const std::size_t known = e.solved ? n : n - shape_.random_slots_x;
  for (std::size_t i = 0; i < known; ++i) counts_.add(Row::kFoldedX, i, e.v_prime[n + i] - predicted_v(e, n + i));
  if (e.solved) counts_.add(Row::kTopX, 0, e.v_prime[2 * n - 1] - predicted_v(e, 2 * n - 1));
  if (!e.solved) return;
  FeVector predicted(2 * n);
  for (std::size_t i = 0; i < 2 * n; ++i) predicted[i] = predicted_v(e, i);
  const Fe z = tape.challenges("out of domain", 1)[0];
  counts_.add(Row::kOutOfDomain, 0, elements_of(tape.message("out of domain answer").words)[0] - evaluate_powers(predicted, z));
  // The final vector: v' folded at the challenges of round 1.
  const std::size_t folds = side_.params.rounds[1].log_limbs, skip = shape_.log_limbs();
  const Point all = tape.challenges("fold", skip + folds);
  const FeVector weights = eq_table(std::span(all).subspan(skip));
  const FeVector final_vector = elements_of(tape.message("final vector").words);
  for (std::size_t q = 0; q < final_vector.size(); ++q) {
    Fe sum;
    for (std::size_t limb = 0; limb < weights.size(); ++limb) sum += weights[limb] * predicted[limb * final_vector.size() + q];
    counts_.add(Row::kFinalVector, q, final_vector[q] - sum);
  }
}

void Statistics::rows_of_w(std::span<const Explanation> proofs, std::size_t beyond) {
  std::map<std::size_t, Fp> seen;
  std::vector<std::size_t> positions;
  FpVector rest;
  const Fe rest_y = pin_.y - evaluate_powers(FeVector(weights_.begin(), weights_.end()), pin_.z);
  counts_.add(Row::kPin, 0, rest_y);
  for (const Explanation& e : proofs.first(proofs.size() - beyond))
    for (std::size_t j = 0; j < e.positions.size(); ++j) {
      const Fp part = e.rows_w[j] - value_at(weights_, domain_point(side_, e.positions[j]));
      if (!seen.emplace(e.positions[j], part).second) continue;
      counts_.add(Row::kRowsW, 0, part);
      positions.push_back(e.positions[j]);
      rest.push_back(part);
    }
  const std::size_t unknown = side_.slots_w;
  r_w_ = solve_w(side_, positions, rest, pin_.z, rest_y, unknown);
  if (!r_w_) return;
  const std::size_t first = shape_.n() - unknown;
  for (const Explanation& e : proofs.last(beyond))
    for (std::size_t j = 0; j < e.positions.size(); ++j) {
      const Fp at = domain_point(side_, e.positions[j]);
      if (!seen.contains(e.positions[j]))
        counts_.add(Row::kBeyondBudget, 0, e.rows_w[j] - value_at(weights_, at) - value_at(*r_w_, at, first));
    }
  if (beyond != 0) return;
  counts_.add(Row::kLastSlotW, 0, r_w_->back());
  for (std::size_t k = 0; k < unknown; ++k) {
    counts_.add(Row::kSlotsW, k, (*r_w_)[k]);
    for (const Explanation& e : proofs) counts_.add(Row::kFoldedW, first + k, e.v_prime[first + k] - e.rho * (*r_w_)[k]);
  }
  for (const Explanation& e : proofs) counts_.add(Row::kTopW, 0, e.v_prime[shape_.n() - 1] - e.rho * r_w_->back());
}

void Statistics::leaf(Row row, const Digest& sibling, const FpVector& words) {
  const Salt salt{};
  Digest guess{};
  hash_salted_leaves(reinterpret_cast<const std::uint8_t*>(words.data()), 8 * words.size(), 8 * words.size(), {&salt, 1}, &guess);
  counts_.add(row, 0, std::uint64_t{sibling[0]} ^ guess[0]);
}

/// Recomputes the leaves beside the opened ones. Only with all of W's random slots known.
void Statistics::leaves(const Tape& tape, const Explanation& e) {
  if (!r_w_ || !e.solved) return;
  const std::size_t n = shape_.n(), first_w = n - r_w_->size();
  // The tape's sibling messages: of W, of X, of round 1.
  std::size_t number = 0;
  for (std::size_t j : e.positions) {
    const std::size_t other = j ^ 1;
    if (std::binary_search(e.positions.begin(), e.positions.end(), other)) continue;
    const Fp at = domain_point(side_, other);
    const Fp w = value_at(weights_, at) + value_at(*r_w_, at, first_w);
    leaf(Row::kLeavesW, tape.message("siblings", 0).digests[number], {w});
    FpVector x;
    Fe line;
    for (std::size_t i = 0; i < shape_.limbs_x; ++i) {
      x.push_back(value_at(std::span<const Fp>(e.x_message).subspan(i * n, n), at) + value_at(e.r_x[i], at, n - e.r_x[i].size()));
      line += e.limb_weights[i] * x.back();
    }
    x.push_back(value_at(words_of(e.xi), at, shape_.statement_slots_x()) + value_at(e.r_2, at, n - e.r_2.size()));
    line += Fe(x.back());
    const Fe row1 = value_at(std::span<const Fe>(e.v_prime).subspan(n), at) - e.rho * line;
    const Fe mu_w = value_at(std::span<const Fe>(e.v_prime).first(n), at) - e.rho * w;
    for (const Fe& mask : {row1, mu_w}) x.insert(x.end(), mask.c, mask.c + 3);
    leaf(Row::kLeavesX, tape.message("siblings", 1).digests[number], x);
    ++number;
  }
}

/// Fold pads and line masks of two openings, as the guess infers them, against each other.
void Statistics::pair(const Explanation& a, const Explanation& b) {
  for (std::size_t k = 0; k < a.xi.size(); ++k) counts_.add(Row::kFoldPadsTwice, k, a.xi[k] - b.xi[k]);
  const std::size_t n = shape_.n();
  for (std::size_t i = 0; i < shape_.statement_slots_x(); ++i)
    counts_.add(Row::kLineTwice, i, a.v_prime[n + i] - predicted_v(a, n + i) - (b.v_prime[n + i] - predicted_v(b, n + i)));
}

/// What the pads of an argument masked.
void add_pads(const World& world, const Explanation& e, Counts& counts) {
  for (std::size_t k = 0; k < e.pads.size(); ++k) {
    const std::string_view label = world.pad_labels[k];
    if (label == "fraction round") counts.add(Row::kFractionRounds, k, e.pads[k]);
    if (label == "fraction ends") counts.add(Row::kFractionEnds, k, e.pads[k]);
    if (label == "contraction sum") counts.add(Row::kContractionSum, 0, e.pads[k]);
    if (label == "products round") counts.add(Row::kProductsRounds, k, e.pads[k]);
    if (label == "products ends") counts.add(Row::kProductsEnds, k, e.pads[k]);
    if (label == "pad check round") counts.add(Row::kPadRounds, k, e.pads[k]);
    if (label == "link value") counts.add(Row::kLinkValue, 0, e.pads[k]);
  }
  for (std::size_t k = 0; k < 2; ++k) counts.add(Row::kPadEnds, k, e.random_factors[k]);
}

/// Limbs of X with multiplicities in them.
std::vector<bool> limbs_with_counts(const World& world) {
  std::vector<bool> out(world.shape().limbs_x);
  for (const Tile& tile : world.base.witness.tiles)
    if (tile.column == world.theorem.multiplicities[0]) out[tile.address >> world.shape().log_n] = true;
  return out;
}

}  // namespace

void distinguish_openings(const Side& side, const Pin& pin, const FpVector& weights, std::span<const Tape> tapes,
                          std::span<const Explanation> proofs, const std::vector<bool>& has_counts, Counts& counts, std::size_t beyond) {
  Statistics statistics(side, pin, weights, counts);
  statistics.rows_of_w(proofs, beyond);
  for (std::size_t k = 0; k < proofs.size(); ++k) {
    statistics.opening(tapes[k], proofs[k]);
    statistics.opened_rows(proofs[k], has_counts);
    statistics.folded(tapes[k], proofs[k]);
    statistics.leaves(tapes[k], proofs[k]);
    add_raw(tapes[k], counts);
    if (k % 2 == 0) continue;
    const FeVector &a = proofs[k - 1].pads, &b = proofs[k].pads;
    for (std::size_t p = 0; p < a.size(); ++p) counts.add(Row::kPadsTwice, p, a[p] - b[p]);
    statistics.pair(proofs[k - 1], proofs[k]);
  }
}

void compare_masks(const Side& side, const Explanation& a, const Explanation& b, Counts& counts) { Statistics(side, {}, {}, counts).pair(a, b); }

void add_raw(const Tape& tape, Counts& counts) {
  std::size_t slot = 0, rows = 0;
  auto words = [&](Row row, const FpVector& all) {
    for (std::size_t i = 0; i < std::min(all.size(), kShownWords); ++i) counts.add(row, slot + i, all[i]);
  };
  for (const TapeMessage& m : tape.messages) {
    slot += kShownWords;
    const bool is_sum = m.label == "fraction ends" || m.label == "fraction round";
    const bool is_contraction = m.label == "contraction sum" || m.label == "products round" || m.label == "products ends";
    if (m.label == "rows") words(rows++ < 2 ? Row::kRawRows : Row::kRawLaterRows, m.words);
    else if (is_sum) words(Row::kRawFraction, m.words);
    else if (is_contraction) words(Row::kRawProducts, m.words);
    else if (m.label.starts_with("pad check")) words(Row::kRawPadCheck, m.words);
    else words(Row::kRawOpening, m.words);
    for (std::size_t i = 0; i < std::min<std::size_t>(m.digests.size(), 3); ++i)
      counts.add(Row::kRawDigests, slot + i, std::uint64_t{m.digests[i][0]});
  }
}


std::string distinguish(const World& world, const Exhibit& exhibit, const Assignment& guess, Counts& counts, std::size_t beyond,
                        std::vector<Explanation>* told) {
  std::vector<Explanation> proofs;
  for (const Tape& tape : exhibit.tapes) {
    proofs.push_back(explain(world, exhibit.relation, guess, tape));
    if (!proofs.back().reason.empty()) return proofs.back().reason;
    add_pads(world, proofs.back(), counts);
  }
  if (exhibit.third_end) counts.add(Row::kThirdEnd, 0, *exhibit.third_end - proofs[0].claimed_end[0]);
  distinguish_openings(world, *exhibit.relation.pin, world.weights_message(guess), exhibit.tapes, proofs, limbs_with_counts(world), counts, beyond);
  if (told != nullptr) *told = std::move(proofs);
  return "";
}

std::size_t opening_length(const Side& side, const Tape& tape) {
  const OpeningParams& p = side.params;
  const std::size_t opened = tape.sorted_positions(0).size();
  std::size_t bytes = 48 * (p.shape.log_limbs() + p.shape.log_folded()) + 24 + 32 + 24 + 8;  // folds, s, root, answer, nonce
  bytes += opened * (8 * (p.shape.limbs_w + p.shape.limbs_x + p.shape.mask_words()) + 2 * 32);
  const std::size_t path = multiproof_size(static_cast<int>(p.rounds[0].log_domain), tape.sorted_positions(0));
  const std::vector<std::size_t> later = tape.sorted_positions(1);
  bytes += 2 * 32 * path + later.size() * (std::size_t{24} << p.rounds[1].log_limbs);
  return bytes + 32 * multiproof_size(static_cast<int>(p.rounds[1].log_domain), later) + (std::size_t{24} << p.final_log);
}

std::size_t expected_length(const World& world, const Tape& tape) {
  const RowSpace& rows = world.base.rows;
  const std::size_t l = static_cast<std::size_t>(rows.log_rows);
  const auto log_of = [](std::size_t count) { return static_cast<std::size_t>(ceil_log2(count)); };
  const std::size_t contracted = log_of(world.theorem.columns[0].size()), products = world.base.plan.products.size();
  std::size_t bytes = 32 + 8 + 96 * l + 24 * l * (l - 1) + 24 + 48 * contracted + 48;  // up to the products' ends
  bytes += 48 * log_of(products) + 48;                                                  // pad check
  if (!world.linked.empty()) bytes += 32 + 24;
  return bytes + opening_length(world, tape);
}

}  // namespace tacit::leaks
