// Lies with the pads of the masked messages: products that are none, pads that are not the committed ones, pads chosen when
// the challenges are known, and what the pad check never sends.
#include "soundness/world.h"

namespace tacit {
namespace {

/// A solution of rows * x = right over E, free unknowns zero; nothing if there is none.
std::optional<FeVector> solve(std::vector<FeVector> rows, FeVector right) {
  const std::size_t unknowns = rows[0].size();
  std::vector<std::size_t> pivots;
  for (std::size_t col = 0; col < unknowns && pivots.size() < rows.size(); ++col) {
    const std::size_t next = pivots.size();
    std::size_t found = next;
    while (found < rows.size() && rows[found][col].is_zero()) ++found;
    if (found == rows.size()) continue;
    std::swap(rows[next], rows[found]);
    std::swap(right[next], right[found]);
    const Fe inverse = rows[next][col].inverse();
    for (Fe& x : rows[next]) x *= inverse;
    right[next] *= inverse;
    for (std::size_t r = 0; r < rows.size(); ++r) {
      const Fe factor = rows[r][col];
      if (r == next || factor.is_zero()) continue;
      for (std::size_t c = col; c < unknowns; ++c) rows[r][c] -= factor * rows[next][c];
      right[r] -= factor * right[next];
    }
    pivots.push_back(col);
  }
  for (std::size_t r = pivots.size(); r < rows.size(); ++r)
    if (!right[r].is_zero()) return std::nullopt;
  FeVector out(unknowns);
  for (std::size_t r = 0; r < pivots.size(); ++r) out[pivots[r]] = right[r];
  return out;
}

/// Follows the rounds of the pad check: its claim, and what S~ is at its point.
class PadCheckFollower {
 public:
  explicit PadCheckFollower(const std::vector<PadProduct>& products) : products_(products) {}

  void drawn(const std::string& label, const Fe& r) {
    if (label == "pad check point") tau_.push_back(r);
    if (label != "pad check round") return;
    const Fe tau = tau_[at_.size()], at_one = (claim_ - (kOne - tau) * constant_) * tau.inverse();
    claim_ = constant_ + (at_one - constant_ - leading_) * r + leading_ * r * r;
    at_.push_back(r);
  }
  void sent(const std::string& label, const FeVector& values) {
    if (label == "pad check round") constant_ = values[0], leading_ = values[1];
  }
  const Fe& claim() const { return claim_; }
  Fe products_at_point(const FeVector& pads) const {
    const FeVector weights = eq_table(at_);
    Fe out;
    for (std::size_t k = 0; k < products_.size(); ++k) out += weights[k] * pads[products_[k].ab];
    return out;
  }

 private:
  std::vector<PadProduct> products_;
  Point tau_, at_;
  Fe claim_, constant_, leading_;
};

TEST(Pads, N28_EveryProductPadThatIsNotTheProductIsRefused) {
  const World& world = network_world(Mode::kMasked);
  const std::vector<PadProduct> products = world.relation().plan.products;
  ASSERT_TRUE(world.verdict(world.honest).accepted);
  for (const PadProduct& product : products) {  // the last one is used by no other check
    WitnessChange change;
    change.pads = [&](FeVector& pads) { pads[product.ab] += kOne; };
    expect_refused(world.verdict(world.honest, {}, change), kFinalCheck);
  }
}

TEST(Pads, N28_EndsOfThePadCheckThatFitAWrongProductAreRefused) {
  const World& world = network_world(Mode::kMasked);
  const std::vector<PadProduct> products = world.relation().plan.products;
  for (const std::size_t which : {0, 1}) {
    FeVector committed;
    WitnessChange change;
    change.pads = [&](FeVector& pads) {
      pads[products.back().ab] += Fe(11);
      committed = pads;
    };
    PadCheckFollower follower(products);
    bool moved = false;
    Cheat cheat;
    cheat.lies.drawn = [&](const std::string& label, const Fe& r) { follower.drawn(label, r); };
    cheat.lies.elements = [&](const std::string& label, std::size_t, FeVector& v) {
      follower.sent(label, v);
      if (label != "pad check ends") return;
      const Fe fitted = (follower.products_at_point(committed) + follower.claim()) * v[1 - which].inverse();
      moved = fitted != v[which];
      v[which] = fitted;
    };
    expect_refused(world.verdict(world.honest, cheat, change), kFinalCheck);
    EXPECT_TRUE(moved);
  }
}

TEST(Pads, N28_EveryPadThatIsNotTheCommittedOneIsRefused) {
  const World& world = smallest_world(Mode::kMasked);
  const Relation relation = world.relation();
  const CommittedWitness x = world.commit(relation, world.honest);
  for (std::uint32_t k = 0; k < relation.plan.pads; ++k) {
    Cheat cheat;
    cheat.pads = [k](FeVector& pads) { pads[k] += kOne; };
    expect_refused(world.verify(relation, cheating_proof(relation, world.label(), world.honest, world.weights(), x, cheat).stream), kFinalCheck);
  }
}

TEST(Pads, N28_EveryMaskedMessageChangedBehindItsPadIsRefused) {
  const World& world = smallest_world(Mode::kMasked);
  const Relation relation = world.relation();
  const CommittedWitness x = world.commit(relation, world.honest);
  const auto stream = [&](const Cheat& cheat) { return cheating_proof(relation, world.label(), world.honest, world.weights(), x, cheat); };
  const CheatingProof honest = stream({});
  std::size_t changed = 0;
  for (std::size_t at = 0; at < honest.messages.size(); ++at) {
    Cheat cheat;
    cheat.lies.sent = [&](const std::string&, std::size_t i, FeVector& v) { if (i == at) v[0] += Fe(Fp(1), Fp(2), Fp(3)); };
    const CheatingProof lied = stream(cheat);
    if (lied.stream == honest.stream) continue;  // not a masked one
    ++changed;
    expect_refused(world.verify(relation, lied.stream), kFinalCheck);
  }
  EXPECT_GT(changed, 60u);
}

/// A lie, and pads under which all that is owed of it holds. They follow from the challenges.
class PadsInHindsight {
 public:
  PadsInHindsight(const World& world, const Assignment& lie) : relation_(world.relation(world.publics_of(lie))), world_(world), lie_(lie) {}

  const Relation& relation() const { return relation_; }
  void settle(const std::vector<Claim>& claims, const std::vector<OwedCheck>& checks) {
    std::vector<FeVector> rows;
    FeVector right;
    auto demand = [&](const Scalar& form, const Fe& value) {
      rows.emplace_back(relation_.plan.pads);
      for (const PadTerm& term : form.terms()) rows.back()[term.pad] = term.coefficient;
      right.push_back(value - form.constant());
    };
    for (const Claim& claim : claims) demand(claim.value, evaluate_form(claim.form, lie_.columns));
    for (const OwedCheck& check : checks) demand(check.value, kZero);
    const auto found = solve(std::move(rows), std::move(right));
    ASSERT_TRUE(found) << "pads that nobody has committed prove anything";
    WitnessChange change;
    change.pads = [&](FeVector& pads) { pads = *found; };
    opened_.emplace(world_.commit(relation_, lie_, change));
  }
  const CommittedWitness* opened() const { return &*opened_; }

 private:
  Relation relation_;
  const World& world_;
  const Assignment& lie_;
  std::optional<CommittedWitness> opened_;
};

TEST(Pads, N28_PadsChosenInHindsightMakeEveryClaimTrueAndAreRefused) {
  const World& world = network_world(Mode::kMasked);
  Assignment lie = world.honest;
  lie.columns[world.net.ports.outputs[0].column][0] ^= 1;
  PadsInHindsight pads(world, lie);
  Cheat cheat;
  cheat.looked_up = &world.honest;
  expect_refused(world.verdict(lie, cheat), kFinalCheck);
  cheat.ledger = [&](const auto& claims, const auto& checks) { pads.settle(claims, checks); };
  cheat.opened = [&] { return pads.opened(); };
  const CommittedWitness x = world.commit(pads.relation(), lie);
  const Bytes stream = cheating_proof(pads.relation(), world.label(), lie, world.weights(), x, cheat).stream;
  expect_refused(world.verify(pads.relation(), stream), kRowsCheckX);  // nothing else is wrong
}

Fe element_at(ByteSpan bytes) {
  Fe out;
  for (std::size_t limb = 0; limb < 3; ++limb) {
    std::uint64_t word = 0;
    for (std::size_t b = 0; b < 8; ++b) word |= std::uint64_t{bytes[8 * limb + b]} << (8 * b);
    out.c[limb] = Fp(word % Fp::kModulus);
  }
  return out;
}

TEST(Pads, N40_ThePadCheckSendsTwoEndsAndTheThirdStandsNowhere) {
  const World& world = network_world(Mode::kMasked);
  const Relation relation = world.relation();
  const CommittedWitness x = world.commit(relation, world.honest);
  PadCheckFollower follower(relation.plan.products);
  FeVector ends;
  Cheat cheat;
  cheat.lies.drawn = [&](const std::string& label, const Fe& r) { follower.drawn(label, r); };
  cheat.lies.elements = [&](const std::string& label, std::size_t, FeVector& v) {
    follower.sent(label, v);
    if (label == "pad check ends") ends = v;
  };
  const CheatingProof proof = cheating_proof(relation, world.label(), world.honest, world.weights(), x, cheat);
  ASSERT_EQ(ends.size(), 2u);
  const Fe third = follower.products_at_point(x.pads);
  EXPECT_EQ(third, ends[0] * ends[1] - follower.claim());  // what a verifier knows of it: a form in the pads of its rounds
  std::size_t times = 0;
  for (const SentMessage& m : proof.messages) {
    if (m.label == "pad check ends") {
      ++times;
      EXPECT_EQ(m.end - m.begin, 48u);
    }
    for (std::size_t at = m.begin; at + 24 <= m.end; at += 8)
      EXPECT_FALSE(element_at(ByteSpan(proof.stream).subspan(at, 24)) == third) << m.label;
  }
  EXPECT_EQ(times, 1u);
}

}  // namespace
}  // namespace tacit
