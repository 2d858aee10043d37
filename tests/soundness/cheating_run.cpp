#include "soundness/cheating_run.h"

#include "prover/options.h"
#include "theorem/tables.h"

namespace tacit {
namespace {

/// Follows the contraction sumcheck and moves its ends so that they fit the claim.
class EndFitter {
 public:
  EndFitter(const Fe& total, std::vector<int> log_sizes) : claim_(total), log_sizes_(std::move(log_sizes)) {}

  void sent(const std::string& label, FeVector& values) {
    if (label == "products round") last_ = {values[0], values[1]};
    if (label != "products ends") return;
    const int n = *std::max_element(log_sizes_.begin(), log_sizes_.end());
    Fe left = claim_;
    for (std::size_t l = 0; l < log_sizes_.size(); ++l) left -= values[2 * l] * values[2 * l + 1] * scale(n - log_sizes_[l]);
    values[0] += left * (values[1] * scale(n - log_sizes_[0])).inverse();
  }
  void drawn(const std::string& label, const Fe& r) {
    if (label != "products round") return;
    const Fe linear = claim_ - last_.constant - last_.constant - last_.leading;
    claim_ = quadratic_at(last_.constant, linear, last_.leading, r).constant();
  }

 private:
  static Fp scale(int halvings) { return Fp(2).inverse().pow(static_cast<std::uint64_t>(halvings)); }
  Fe claim_;
  RoundMessage last_;
  std::vector<int> log_sizes_;
};

/// The script of argue.h with the lies of one cheat.
class Run {
 public:
  Run(Party<kLiar>& party, const Relation& relation, const Assignment& committed, const Oracle* w, const CommittedWitness& x,
      const Cheat& cheat, std::span<const LinkSide> links, std::optional<EndFitter>& fitter)
      : party_(party), relation_(relation), committed_(committed), w_(w), x_(x), pads_(x.pads), cheat_(cheat), links_(links), fitter_(fitter) {
    if (cheat_.pads) cheat_.pads(pads_);
  }

  void all() {
    party_.bind("statement", relation_.statement);
    ByteWriter params;
    write_params(params, *relation_.params);
    party_.bind("parameters", params.data());
    party_.bind("public values", public_bytes(relation_));
    if (!relation_.links.empty()) party_.bind("commitments", link_names(relation_));
    const Digest root = send_roots("witness root", {x_.oracle.root()})[0];
    std::vector<Digest> link_roots;
    for (const LinkSide& link : links_) link_roots.push_back(link.x.oracle.root());
    if (!links_.empty()) link_roots = send_roots("link roots", link_roots);
    party_.grind("first proof of work", static_cast<int>(relation_.params->initial_grind_bits),
                 [](const Digest& seed, int bits) { return search_nonce(seed, bits); });
    const Known<FeVector> pads(pads_);
    if (relation_.masked()) party_.begin_masks(pads);
    LeafClaims leaf = lookups();
    std::vector<Claim> owed{std::move(leaf.multiplicities)};
    contractions(leaf, owed);
    const std::vector<LinkClaim> claims = claim_links(owed);
    if (relation_.masked()) {
      check_pad_products<kLiar>(party_, pads);
      party_.end_masks();
    }
    settle(owed, root);
    party_.faces = cheat_.link_faces;
    for (std::size_t i = 0; i < links_.size(); ++i) open_link(cheat_.link_order.empty() ? i : cheat_.link_order[i], claims, link_roots);
  }

 private:
  std::vector<Digest> send_roots(std::string_view label, const std::vector<Digest>& roots) {
    return party_.send_digests(label, roots.size(), Known<std::vector<Digest>>(roots), [](const auto& r) { return r; });
  }

  LeafClaims lookups() {
    LookupChallenges c;
    c.alpha = party_.draw("lookup alpha");
    c.beta = party_.draw("lookup beta");
    const Assignment& source = cheat_.looked_up ? *cheat_.looked_up : committed_;
    FractionLeaves leaves = view_of(relation_, source).leaves(c);
    if (cheat_.leaves) cheat_.leaves(leaves, c);
    const auto owed = fraction_sum<kLiar>(party_, relation_.rows.log_rows, Known<FractionLeaves>(std::move(leaves)));
    return split_leaf_claims(*relation_.theorem, relation_.rows, c, owed.at, owed.p, owed.q);
  }

  void contractions(const LeafClaims& leaf, std::vector<Claim>& owed) {
    const auto uses = contraction_uses(*relation_.theorem, leaf.accumulators);
    const Assignment& source = cheat_.contracted ? *cheat_.contracted : committed_;
    ProductTables tables = view_of(relation_, source).products(uses);
    if (cheat_.tables) cheat_.tables(tables, uses);
    Fe value = sum_of_products_value(tables);
    const Fe of_leaf = leaf.value.under(pads_);
    if (cheat_.total_absorbs_the_error) value = of_leaf - evaluate_form(leaf.columns, committed_.columns);
    if (cheat_.total_is_off_by_one) value += kOne;
    if (cheat_.total) value = cheat_.total(leaf, of_leaf);
    if (cheat_.fitted_ends) fitter_.emplace(value, log_sizes_of(uses));
    const Known<ProductTables> secret(std::move(tables));
    const Scalar total = party_.send("contraction sum", secret, [&](const auto&) { return value; });
    owed.push_back({"lookup columns", leaf.columns, leaf.value - total});
    const auto result = sum_of_products<kLiar>(party_, log_sizes_of(uses), total, secret);
    KernelPoints points(result.at);
    for (std::size_t i = 0; i < uses.size(); ++i) {
      owed.push_back(weights_claim(uses[i], points, result.a[i]));
      owed.push_back(input_claim(uses[i], points, result.b[i]));
    }
  }

  std::vector<LinkClaim> claim_links(std::vector<Claim>& owed) {
    std::vector<LinkClaim> out;
    for (const Link& link : relation_.links) {
      FingerprintPoint point = draw_fingerprint(party_, link.columns);
      Form form = fingerprint_form(link.columns, point);
      const Fe value = cheat_.link_value ? cheat_.link_value(out.size(), point) : evaluate_form(form, committed_.columns);
      const Scalar sent = party_.send("link value", Known<Fe>(value), [](const Fe& v) { return v; });
      out.push_back({std::move(point), sent.constant()});
      owed.push_back({"link", std::move(form), sent});
    }
    return out;
  }

  void open_link(std::size_t i, const std::vector<LinkClaim>& claims, const std::vector<Digest>& roots) {
    const Link& link = relation_.links[i];
    const LinkSide& side = links_[i];
    const WitnessData data{nullptr, side.oracle, &side.x.oracle, &side.x.pads, &side.x.masks};
    tacit::open_link<kLiar>(party_, link.target, flat_fingerprint_form(link.columns, claims[i].point), claims[i].m, roots[i],
                            Known<WitnessView>(WitnessView(link.target, data)));
  }

  void settle(const std::vector<Claim>& owed, const Digest& root) {
    const std::vector<OwedCheck>& checks = party_.masks().owed();
    if (cheat_.ledger) cheat_.ledger(owed, checks);
    const Fe gamma = party_.draw("ledger gamma");
    const Opening opening = combine(relation_.columns, owed, checks, relation_.publics, relation_.pin, gamma);
    const CommittedWitness* x = cheat_.opened ? cheat_.opened() : &x_;
    const WitnessData data{&committed_, w_, &x->oracle, &x->pads, relation_.masked() ? &x->masks : nullptr};
    const auto view = WitnessView(relation_, data).opening(opening);
    OpeningWitness witness = view->pointers();
    if (cheat_.folded_w) witness.w = cheat_.folded_w;
    if (cheat_.folded_x) witness.x = cheat_.folded_x;
    if (cheat_.folded_masks) witness.masks = cheat_.folded_masks;
    Known<std::unique_ptr<WhirProver>> prover(std::make_unique<TwoFacedProver>(
        *relation_.params, witness, cheat_.folded_w ? w_ : nullptr, cheat_.folded_x || cheat_.folded_masks ? &x_.oracle : nullptr));
    // Only a verifier evaluates covectors; the liar's requirements are not looked at.
    OpeningScript<kLiar>(party_, *relation_.params, relation_.root_w, root, std::move(prover), opening.value)
        .run([](const Point&, const Point&) { return std::pair<Fe, Fe>(); });
  }

  Party<kLiar>& party_;
  const Relation& relation_;
  const Assignment& committed_;
  const Oracle* w_;
  const CommittedWitness& x_;
  FeVector pads_;
  const Cheat& cheat_;
  std::span<const LinkSide> links_;
  std::optional<EndFitter>& fitter_;
};

}  // namespace

WitnessView view_of(const Relation& relation, const Assignment& assignment) {
  WitnessData data;
  data.assignment = &assignment;
  return {relation, data};
}

CheatingProof cheating_proof(const Relation& relation, std::string_view label, const Assignment& committed, const Oracle* w,
                             const CommittedWitness& x, const Cheat& cheat, std::span<const LinkSide> links) {
  std::optional<EndFitter> fitter;
  Lies lies = cheat.lies;
  lies.elements = [&](const std::string& at, std::size_t index, FeVector& values) {
    if (cheat.lies.elements) cheat.lies.elements(at, index, values);
    if (fitter) fitter->sent(at, values);
  };
  lies.drawn = [&](const std::string& at, const Fe& challenge) {
    if (fitter) fitter->drawn(at, challenge);
    if (cheat.lies.drawn) cheat.lies.drawn(at, challenge);
  };
  Party<kLiar> party(label, std::move(lies));
  Run(party, relation, committed, w, x, cheat, links, fitter).all();
  return {party.take_proof(), party.messages()};
}

CommittedWitness commit_changed(const Relation& relation, const Assignment& assignment, Random& random, const WitnessChange& change) {
  const OpeningParams& params = *relation.params;
  const OpeningShape& shape = params.shape;
  const auto uniform = [&](std::span<Fp> out) { random.fill(out); };
  FeVector pads;
  OpeningMasks masks;
  SaltSource salts;
  if (relation.masked()) {
    pads = draw_pads(relation.plan, uniform);
    masks = make_masks(shape, uniform);
    salts = draw_salts(std::size_t{1} << params.rounds[0].log_domain, random);
  }
  if (change.pads) change.pads(pads);
  if (change.masks) change.masks(masks);
  const FpVector rows = relation.masked() ? mask_limbs(masks) : FpVector{};
  FpVector message = oracle_message(relation.columns, relation.witness, assignment.columns, pads, std::uint64_t{shape.limbs_x} << shape.log_n);
  if (relation.masked()) fill_random_slots(shape, Block::kX, message, uniform);
  if (change.message) change.message(message);
  Oracle oracle = Oracle::commit(std::move(message), shape.log_n, shape.limbs_x, params.rounds[0].log_domain, rows, std::move(salts));
  return {std::move(pads), std::move(masks), std::move(oracle)};
}

void count_leniently(const Theorem& theorem, Assignment& a) {
  a.columns.resize(theorem.columns.size());
  for (ColumnId id : theorem.multiplicities) a.columns[id].assign(theorem.columns[id].size(), 0);
  for (const Lookup& l : theorem.lookups) {
    const TupleFinder table(theorem, a, l.table);
    std::vector<std::vector<std::int64_t>> entries;
    for (const Expr& e : l.tuple) entries.push_back(numerators(theorem, a, l.rows, l.cols, e));
    std::vector<std::int64_t> v(entries.size());
    for (std::size_t row = 0; row < entries[0].size(); ++row) {
      bool exact = true;
      for (std::size_t k = 0; k < v.size(); ++k) {
        const std::int64_t unit = std::int64_t{1} << l.tuple[k].shift;
        exact &= entries[k][row] % unit == 0;
        v[k] = entries[k][row] / unit;
      }
      const auto at = exact ? table.find(v) : std::nullopt;
      if (at) ++a.columns[theorem.multiplicities[l.table]][*at];
    }
  }
}

Fe evaluate_form(const Form& form, const std::vector<IntColumn>& columns) {
  Fe out;
  for (const RankOne& part : form) out += evaluate_covector(part, columns[part.column]);
  return out;
}

}  // namespace tacit
