#include "soundness/cheating_run.h"

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
    claim_ = quadratic_at(last_.constant, claim_ - last_.constant - last_.constant - last_.leading, last_.leading, r);
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
  Run(Party<kLiar>& party, const Relation& relation, const Assignment& committed, const Oracle* w, const Oracle& x, const Cheat& cheat,
      std::optional<EndFitter>& fitter)
      : party_(party), relation_(relation), committed_(committed), x_(x), view_(WitnessView(relation, committed, w, &x)),
        cheat_(cheat), fitter_(fitter) {}

  void all() {
    party_.bind("statement", relation_.statement);
    ByteWriter params;
    write_params(params, *relation_.params);
    party_.bind("parameters", params.data());
    party_.bind("public values", public_bytes(relation_));
    const Digest root = party_.send_digests("witness root", 1, view_, [&](const auto&) { return std::vector<Digest>{x_.root()}; })[0];
    party_.grind("first proof of work", static_cast<int>(relation_.params->initial_grind_bits),
                 [](const Digest& seed, int bits) { return search_nonce(seed, bits); });
    LeafClaims leaf = lookups();
    std::vector<Claim> owed{std::move(leaf.multiplicities)};
    contractions(leaf, owed);
    settle(owed, root);
  }

 private:
  LeafClaims lookups() {
    LookupChallenges c;
    c.alpha = party_.draw("lookup alpha");
    c.beta = party_.draw("lookup beta");
    const Assignment& source = cheat_.looked_up ? *cheat_.looked_up : committed_;
    FractionLeaves leaves = WitnessView(relation_, source, nullptr, nullptr).leaves(c);
    if (cheat_.leaves) cheat_.leaves(leaves, c);
    const auto owed = fraction_sum<kLiar>(party_, relation_.rows.log_rows, Known<FractionLeaves>(std::move(leaves)));
    return split_leaf_claims(*relation_.theorem, relation_.rows, c, owed.at, owed.p, owed.q);
  }

  void contractions(const LeafClaims& leaf, std::vector<Claim>& owed) {
    const auto uses = contraction_uses(*relation_.theorem, leaf.accumulators);
    std::vector<int> log_sizes;
    for (const ContractionUse& use : uses) log_sizes.push_back(use.log_size());
    const Assignment& source = cheat_.contracted ? *cheat_.contracted : committed_;
    ProductTables tables = WitnessView(relation_, source, nullptr, nullptr).products(uses);
    if (cheat_.tables) cheat_.tables(tables, uses);
    Fe total = sum_of_products_value(tables);
    if (cheat_.total_absorbs_the_error) total = leaf.value - evaluate_form(leaf.columns, committed_.columns);
    if (cheat_.total_is_off_by_one) total += kOne;
    if (cheat_.total) total = cheat_.total(leaf);
    if (cheat_.fitted_ends) fitter_.emplace(total, log_sizes);
    const Known<ProductTables> secret(std::move(tables));
    party_.send("contraction sum", secret, [&](const auto&) { return total; });
    owed.push_back({"lookup columns", leaf.columns, leaf.value - total});
    const auto result = sum_of_products<kLiar>(party_, log_sizes, total, secret);
    for (std::size_t i = 0; i < uses.size(); ++i) {
      owed.push_back(weights_claim(uses[i], result.at, result.a[i]));
      owed.push_back(input_claim(uses[i], result.at, result.b[i]));
    }
  }

  void settle(const std::vector<Claim>& owed, const Digest& root) {
    const Fe gamma = party_.draw("ledger gamma");
    const Opening opening = combine(*relation_.theorem, owed, relation_.publics, relation_.pin, gamma);
    const auto view = view_.map([&](const auto& w) { return w.opening(opening); });
    const auto pointers = view.map([](const auto& v) { return v->pointers(); });
    // Only a verifier evaluates covectors; the liar's requirements are not looked at.
    open<kLiar>(party_, *relation_.params, relation_.root_w, root, pointers, opening.value,
                [](const Point&, const Point&) { return std::pair<Fe, Fe>(); });
  }

  Party<kLiar>& party_;
  const Relation& relation_;
  const Assignment& committed_;
  const Oracle& x_;
  const Known<WitnessView> view_;
  const Cheat& cheat_;
  std::optional<EndFitter>& fitter_;
};

}  // namespace

CheatingProof cheating_proof(const Relation& relation, std::string_view label, const Assignment& committed, const Oracle* w,
                             const Oracle& x, const Cheat& cheat) {
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
  Run(party, relation, committed, w, x, cheat, fitter).all();
  return {party.take_proof(), party.messages()};
}

void count_leniently(const Theorem& theorem, Assignment& a) {
  a.columns.resize(theorem.columns.size());
  for (ColumnId id : theorem.multiplicities) a.columns[id].assign(theorem.columns[id].size(), 0);
  for (const Lookup& l : theorem.lookups) {
    std::vector<std::int64_t> entries[2];
    for (std::size_t k = 0; k < l.tuple.size(); ++k) entries[k] = numerators(theorem, a, l, l.tuple[k]);
    for (std::size_t row = 0; row < entries[0].size(); ++row) {
      std::array<std::int64_t, 2> v{};
      bool exact = true;
      for (std::size_t k = 0; k < l.tuple.size(); ++k) {
        const std::int64_t unit = std::int64_t{1} << l.tuple[k].shift;
        exact &= entries[k][row] % unit == 0;
        v[k] = entries[k][row] / unit;
      }
      const auto at = exact ? table_find(theorem.tables[l.table], v) : std::nullopt;
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
