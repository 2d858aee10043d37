// Slots and masks that an honest prover fills in one way and a dishonest one in any: pads of the limb fold planted in limbs,
// random slots that are not random, a row2 that is not zero on the statement. And masks of two proofs, which share nothing.
#include <map>
#include <set>

#include "soundness/forged_key.h"

namespace tacit {
namespace {

const World& world() { return network_world(Mode::kMasked); }

/// A false output over true lookups: what every test here tries to have believed.
struct FalseOutput {
  Assignment lie = world().honest;
  Cheat cheat;
  FalseOutput() {
    lie.columns[world().net.ports.outputs[0].column][0] ^= 1;
    cheat.looked_up = &world().honest;
  }
};

/// A world whose oracles have all limbs that their folds have, so that one vector can be moved between limbs and row2.
struct FullLimbs {
  OpeningParams params = world().model.key.core.params;
  FpVector e;
  OpeningMasks masks;

  FullLimbs() {
    params.shape.limbs_w = 1u << params.shape.log_limbs_w();
    params.shape.limbs_x = 1u << params.shape.log_limbs_x();
    TACIT_EXPECTS(check_form(params).ok(), "more limbs are no less");
    e.assign(params.shape.n(), Fp());
    for (std::size_t i = 0; i < params.shape.statement_slots_x(); ++i) e[i] = Fp(i * i + 3);
  }
  /// The honest relation under these parameters; `w` is its commitment to the weights.
  Relation relation(const Oracle& w) const {
    Relation r = Relation::make(world().theorem(), params, world().publics_of(world().honest));
    r.statement = world().model.key.statement;
    r.root_w = w.root();
    const Fe z = pin_point(r.root_w, params, r.weights.size);
    r.pin = Pin{z, powers_of(w.message(), z)};
    return r;
  }
  FpVector less_e(FpVector message) const {
    for (std::size_t i = 0; i < message.size(); ++i) message[i] -= e[i % e.size()];
    return message;
  }
  /// Commits the honest witness with row2 + e, and limbs less e if they `pay`; keeps the masks without e.
  CommittedWitness commit(const Relation& relation, bool pay) {
    WitnessChange change;
    change.masks = [&](OpeningMasks& m) {
      masks.row2 = m.row2, masks.row1 = m.row1, masks.mu_w = m.mu_w;
      for (std::size_t i = 0; i < e.size(); ++i) m.row2[i] += e[i];
    };
    if (pay) change.message = [&](FpVector& message) { message = less_e(std::move(message)); };
    return world().commit(relation, world().honest, change);
  }
};

/// Entries in the xi slots of X's limbs that add the multilinear function of `error` to the pads of the limb fold: a claim
/// that is wrong by `error`, known when X is committed, then passes the fold if it enters the opening with coefficient one.
void plant_pads(const OpeningShape& shape, const Fe& error, FpVector& message) {
  const std::uint32_t bits = shape.log_limbs_x(), late = shape.log_limbs() - bits;
  const auto plant = [&](std::uint32_t limb, std::uint32_t pad, const Fe& value) {
    for (std::uint32_t t = 0; t < 3; ++t) message[limb * shape.n() + shape.statement_slots_x() + 3 * pad + t] += value.c[t];
  };
  TACIT_EXPECTS(late == 0 && shape.limbs_x == 1u << bits, "every limb of X is there, and W has no more");
  for (std::uint32_t limb = 0; limb < shape.limbs_x; ++limb) {
    if (limb >> (bits - 1) == 1) plant(limb, 0, error);
    plant(limb, 1, error + error);
  }
}

/// The ledger and its opening alone, in both roles; `first` is the power of gamma that the first claim has.
template <Role R>
void ledger_alone(Party<R>& party, const Relation& relation, const std::vector<Claim>& claims, const Digest& root, int first,
                  const Secret<R, WitnessView>& witness) {
  party.bind("witness root", root);
  const Fe gamma = party.draw("ledger gamma");
  Opening opening = combine(relation.columns, claims, {}, relation.publics, std::nullopt, gamma);
  if (first == 0) {
    opening.value *= gamma.inverse();
    for (std::vector<RankOne>* forms : {&opening.weights, &opening.witness})
      for (RankOne& f : *forms) f.factor *= gamma.inverse();
  }
  const auto view = witness.map([&](const auto& w) { return w.opening(opening); });
  open<R>(party, *relation.params, relation.root_w, root, view.map([](const auto& v) { return v->pointers(); }), opening.value,
          [&](const Point& w, const Point& x) {
            return std::pair{evaluate_at(relation.columns, relation.weights, opening.weights, w),
                             evaluate_at(relation.columns, relation.witness, opening.witness, x)};
          });
}

TEST(MaskSlots, N34_PadsPlantedInLimbsForgeALedgerThatStartsAtOneAndNotOurs) {
  const FullLimbs full;
  const Oracle weights = commit_as_weights(full.params, weights_message(world().theorem(), full.params, world().model.weights));
  const Relation relation = full.relation(weights);
  const ColumnId x = world().net.ports.inputs[0].column, w = column_named(world().theorem(), "conv.weight");
  const auto claim_on = [&](ColumnId id, const Fe& error) {
    const Form form{{id, {kOne}, std::make_shared<const FeVector>(world().theorem().columns[id].size(), Fe(3))}};
    return Claim{"sum", form, evaluate_form(form, world().honest.columns) + error};
  };
  const Fe error(Fp(5), Fp(6), Fp(7));
  const auto verdict = [&](int first, bool planted, bool first_is_false) {
    const std::vector<Claim> claims{claim_on(x, first_is_false ? error : kZero), claim_on(w, first_is_false ? kZero : error)};
    WitnessChange change;
    if (planted) change.message = [&](FpVector& message) { plant_pads(relation.params->shape, error, message); };
    const CommittedWitness committed = world().commit(relation, world().honest, change);
    const WitnessData data{&world().honest, &weights, &committed.oracle, &committed.pads, &committed.masks, {}};
    Party<Role::kProver> prover("ledger");
    ledger_alone<Role::kProver>(prover, relation, claims, committed.oracle.root(), first, Known<WitnessView>(WitnessView(relation, data)));
    const Bytes proof = prover.take_proof();
    Party<Role::kVerifier> verifier("ledger", proof);
    ledger_alone<Role::kVerifier>(verifier, relation, claims, committed.oracle.root(), first, Sealed{});
    return verifier.verdict();
  };
  EXPECT_TRUE(verdict(0, true, true).accepted) << "the forgery is what the powers of gamma are there for";
  expect_refused(verdict(0, false, true), kFinalCheck);
  expect_refused(verdict(0, true, false), kFinalCheck);
  for (const bool first_is_false : {true, false}) expect_refused(verdict(1, true, first_is_false), kFinalCheck);
}

TEST(MaskSlots, N34_PadsPlantedInLimbsForgeNothingInTheWholeArgument) {
  const FullLimbs full;
  const Oracle weights = commit_as_weights(full.params, weights_message(world().theorem(), full.params, world().model.weights));
  const Relation relation = full.relation(weights);
  const auto verdict = [&](const Assignment& a, const Cheat& cheat, const WitnessChange& change) {
    const CommittedWitness x = world().commit(relation, a, change);
    return world().verify(relation, cheating_proof(relation, world().label(), a, &weights, x, cheat).stream);
  };
  ASSERT_TRUE(verdict(world().honest, {}, {}).accepted);
  for (const Fe& error : {kOne, -kOne, Fe(2)}) {
    WitnessChange change;
    change.message = [&](FpVector& message) { plant_pads(full.params.shape, error, message); };
    expect_refused(verdict(world().honest, {}, change), kFinalCheck);
    Cheat cheat;
    cheat.total_is_off_by_one = true;
    expect_refused(verdict(world().honest, cheat, change), kFinalCheck);
    // A pad that is not the committed one makes claims wrong by an error that is known from the start.
    cheat = {};
    cheat.pads = [&](FeVector& pads) { pads[0] += error; };
    expect_refused(verdict(world().honest, cheat, change), kFinalCheck);
    Assignment lie = world().honest;  // a private value
    lie.columns[world().net.ports.inputs[0].column][0] ^= 1;
    cheat = {};
    cheat.looked_up = cheat.contracted = &world().honest;
    expect_refused(verdict(lie, cheat, change), kFinalCheck);
  }
}

TEST(MaskSlots, N42_EntriesInThePadSlotsOfLimbsAreRefusedOneByOne) {
  const OpeningShape& shape = world().model.key.core.params.shape;
  for (std::uint32_t slot = 0; slot < shape.pad_slots_x(); slot += 4)
    for (const std::uint32_t limb : {0u, shape.limbs_x - 1}) {
      WitnessChange change;
      change.message = [&](FpVector& message) { message[limb * shape.n() + shape.statement_slots_x() + slot] = Fp(1); };
      expect_refused(world().verdict(world().honest, {}, change), kFinalCheck);
    }
}

TEST(MaskSlots, N42_RandomSlotsAndMasksThatAreNotRandomProveNothingMore) {
  const OpeningShape& shape = world().model.key.core.params.shape;
  const std::size_t pads_end = shape.n() - shape.random_slots_x;
  const auto zero_slots = [&](FpVector& message) {
    for (std::size_t i = 0; i < message.size(); ++i)
      if (i % shape.n() >= pads_end) message[i] = Fp(i % 7);
  };
  const std::vector<WitnessChange> changes{
    {nullptr, nullptr, zero_slots},
    {nullptr, [&](OpeningMasks& m) { std::fill(m.row2.begin() + static_cast<std::ptrdiff_t>(pads_end), m.row2.end(), Fp()); }, nullptr},
    {nullptr, [](OpeningMasks& m) { std::fill(m.row1.begin(), m.row1.end(), kZero); }, nullptr},
    {nullptr, [](OpeningMasks& m) { std::fill(m.mu_w.begin(), m.mu_w.end(), kZero); }, nullptr},
    {nullptr, [](OpeningMasks& m) { m.row1.assign(m.row1.size(), kOne), m.mu_w.assign(m.mu_w.size(), -kOne); }, zero_slots},
  };
  const FalseOutput wrong;
  for (const WitnessChange& change : changes) {
    EXPECT_TRUE(world().verdict(world().honest, {}, change).accepted);
    expect_refused(world().verdict(wrong.lie, wrong.cheat, change), kFinalCheck);
  }
}

TEST(MaskSlots, N42_Row2ThatIsNotZeroOnTheStatementIsRefused) {
  const OpeningShape& shape = world().model.key.core.params.shape;
  for (const std::size_t slot : {std::size_t{0}, std::size_t{1}, static_cast<std::size_t>(shape.statement_slots_x() - 1)}) {
    WitnessChange change;
    change.masks = [&](OpeningMasks& m) { m.row2[slot] = Fp(9); };
    expect_refused(world().verdict(world().honest, {}, change), kFinalCheck);
  }
}

TEST(MaskSlots, N42_Row2MovesEveryLimbOfXByOneVector) {
  // X - e in the limbs and e in row2 is X: the extracted witness is what an honest prover commits.
  FullLimbs full;
  const Oracle w = commit_as_weights(full.params, weights_message(world().theorem(), full.params, world().model.weights));
  const Relation relation = full.relation(w);
  const CommittedWitness honest = world().commit(relation, world().honest), moved = full.commit(relation, true);
  Cheat cheat;
  cheat.folded_x = &honest.oracle;
  cheat.folded_masks = &full.masks;
  EXPECT_TRUE(world().verify(relation, cheating_proof(relation, world().label(), world().honest, &w, moved, cheat).stream).accepted);
  const CommittedWitness unpaid = full.commit(relation, false);
  expect_refused(world().verify(relation, cheating_proof(relation, world().label(), world().honest, &w, unpaid, cheat).stream), kFinalCheck);
}

TEST(MaskSlots, N42_Row2NeverMovesTheWeights) {
  // A key that commits W - e, with the pin of W: a proof with e in row2 would be one of W.
  FullLimbs full;
  const OpeningShape& shape = full.params.shape;
  const Oracle honest_w = commit_as_weights(full.params, weights_message(world().theorem(), full.params, world().model.weights));
  const FpVector message(honest_w.message().begin(), honest_w.message().end());
  const Oracle moved_w = Oracle::commit(full.less_e(message), shape.log_n, shape.limbs_w, full.params.rounds[0].log_domain, {}, honest_w.every_salt());
  Relation relation = full.relation(moved_w);
  relation.pin->y = powers_of(message, relation.pin->z);
  for (const bool pay : {false, true}) {
    const CommittedWitness x = full.commit(relation, pay), honest_x = world().commit(relation, world().honest);
    Cheat cheat;
    cheat.folded_w = &honest_w;
    cheat.folded_x = &honest_x.oracle;
    cheat.folded_masks = &full.masks;
    expect_refused(world().verify(relation, cheating_proof(relation, world().label(), world().honest, &moved_w, x, cheat).stream), kFinalCheck);
  }
}

/// The parts of a proof's messages, of `width` bytes each, where `counts` says so.
std::set<Bytes> parts(const CheatingProof& proof, std::size_t width, const std::function<bool(const std::string&, std::size_t)>& counts) {
  std::set<Bytes> out;
  std::map<std::string, std::size_t> seen;
  for (const SentMessage& m : proof.messages) {
    if (!counts(m.label, seen[m.label]++)) continue;
    for (std::size_t at = m.begin; at + width <= m.end; at += width)
      out.insert(Bytes(proof.stream.begin() + static_cast<std::ptrdiff_t>(at), proof.stream.begin() + static_cast<std::ptrdiff_t>(at + width)));
  }
  return out;
}

TEST(MaskSlots, N43_TwoProofsOfOneStatementShareNoWordThatIsMasked) {
  const Relation relation = world().relation();
  const auto proof = [&] {
    auto random = proof_randomness(world().model.secret, relation, world().honest);
    const CommittedWitness x = commit_witness(relation, world().honest, *random);
    CheatingProof out = cheating_proof(relation, world().label(), world().honest, world().weights(), x);
    EXPECT_TRUE(world().verify(relation, out.stream).accepted);
    return out;
  };
  const CheatingProof a = proof(), b = proof();
  const auto expect_apart = [&](std::size_t width, std::size_t least, auto&& counts) {
    const std::set<Bytes> of_a = parts(a, width, counts), of_b = parts(b, width, counts);
    EXPECT_GE(of_a.size(), least);
    for (const Bytes& part : of_a) EXPECT_FALSE(of_b.contains(part));
  };
  const std::set<std::string> elements{"fraction ends", "fraction round", "contraction sum", "products round", "products ends", "pad check round",
                                       "pad check ends", "fold", "mask claim", "out of domain answer", "final vector"};
  expect_apart(24, 300, [&](const std::string& label, std::size_t) { return elements.contains(label); });
  // The first rows and salts are those of W, which is one commitment.
  expect_apart(8, 500, [](const std::string& label, std::size_t number) { return label == "rows" && number > 0; });
  expect_apart(32, 20, [](const std::string& label, std::size_t number) { return label == "salts" && number > 0; });
  expect_apart(32, 1, [](const std::string& label, std::size_t) { return label == "witness root" || label == "oracle root"; });
}

}  // namespace
}  // namespace tacit
