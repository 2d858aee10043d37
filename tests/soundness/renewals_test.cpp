// Renewals: a prover who links a key with one for other weights. One of the two openings is refused, whatever it sends. And
// why roots come before the fingerprint, and why it has a scale: without either, pads can be fitted to a difference.
#include "prover/renew.h"
#include "soundness/link_world.h"

namespace tacit {
namespace {

/// x -> a -> b with two columns of weights of one shape [2, 2].
TestNetwork twin_network() {
  TestNetwork net;
  Book book;
  const ColumnId x = book.input("x", Home::kWitness, 2, 1, -128, 127);
  std::vector<ColumnId> weights;
  ColumnId last = x;
  for (const char* name : {"a", "b"}) {
    const AccId acc = book.accumulator(name, 2, 1);
    weights.push_back(book.weights(name, 2, 2, -128, 127));
    book.contracts(acc, {weights.back(), last, 1, 2, Window::identity(1)});
    last = book.requantise(acc, -128, 127, 4);
  }
  book.set_home(last, Home::kPublic);
  auto theorem = book.finish();
  TACIT_EXPECTS(theorem.ok(), "the twin network is a theorem");
  net.theorem = *theorem;
  net.ports.inputs = {{"x", {2}, x, 1, 2, 1, 1.0, Visibility::kPrivate}};
  net.ports.outputs = {{"y", {2}, last, 1, 2, 1, 1.0, Visibility::kPublic}};
  net.weights.resize(net.theorem.columns.size());
  net.weights[weights[0]] = {17, -45, 101, 3};
  net.weights[weights[1]] = {-128, 64, 9, 127};
  return net;
}

/// One side of a renewal: a model, its weights as the link numbers them, its oracle.
struct Epoch {
  ProverModel model;
  Assignment weights;
  Oracle w;

  explicit Epoch(ProverModel m) : model(std::move(m)), w(commit_weights(model)) {
    for (ColumnId id = 0; id < model.theorem.columns.size(); ++id)
      if (model.theorem.columns[id].home == Home::kWeights) weights.columns.push_back(model.weights[id]);
  }
};

Epoch epoch_of(TestNetwork net, const std::function<void(std::vector<IntColumn*>&)>& change, std::uint8_t secret) {
  std::vector<IntColumn*> columns;
  for (IntColumn& c : net.weights)
    if (!c.empty()) columns.push_back(&c);
  if (change) change(columns);
  return Epoch(net.compile(100, Regime::kJohnson, secret));
}

const Epoch& old_epoch() {
  static const Epoch epoch = epoch_of(twin_network(), {}, 1);
  return epoch;
}
const Epoch& new_epoch() {
  static const Epoch epoch = epoch_of(twin_network(), {}, 2);
  return epoch;
}

/// The product's script, or a more careless one.
enum class Script { kOfTheProduct, kRootsAfterChallenges, kWithoutScale };

template <Role R>
void argue_by(Script script, Party<R>& party, const RenewalRelation& relation, const Secret<R, RenewalWitness>& witness) {
  if (script == Script::kOfTheProduct) return argue_renewal<R>(party, relation, witness);
  party.bind("old statement", relation.old_statement);
  party.bind("new statement", relation.new_statement);
  party.bind("parameters", relation.params);
  std::vector<Digest> roots;
  const auto send_roots = [&] {
    roots = party.send_digests("link roots", 2, witness, [](const auto& w) { return std::vector<Digest>{w.older.root(), w.newer.root()}; });
  };
  if (script == Script::kWithoutScale) send_roots();
  FingerprintPoint point = draw_fingerprint(party, relation.columns);
  if (script == Script::kWithoutScale) point.scale = kOne;
  if (script == Script::kRootsAfterChallenges) send_roots();
  const Form form = fingerprint_form(relation.columns, point);
  const Fe m = party.send_clear("link value", witness, [&](const auto& w) { return w.older.value_of(form) - w.pad; });
  open_link<R>(party, relation.older, form, m, roots[0], witness.map([](const auto& w) { return w.older; }));
  if (!party.is_decided()) open_link<R>(party, relation.newer, form, m, roots[1], witness.map([](const auto& w) { return w.newer; }));
}

struct RenewalCheat {
  const Epoch* told = nullptr;  ///< whose fingerprint is sent; null: the old one's
  Fe off_told, off_old, off_new;  ///< added to the pads of the message and of the two X
  std::vector<TwoFaces> faces = {};
  bool turned = false;  ///< the sides are exchanged, in the prover's eyes
  Script script = Script::kOfTheProduct;
};

struct Renewals {
  const Epoch &older, &newer;
  RenewalFile file;
  RenewalRelation relation;

  Renewals(const Epoch& a, const Epoch& b)
      : older(a), newer(b), file(*prove_renewal(a.model, b.model, kOne, kOne)),
        relation(renewal_relation(a.model.key, b.model.key, file.old_params, file.new_params)) {}
  Renewals(const Renewals&) = delete;

  /// Also tells the point of the proof's fingerprint.
  Answer answer(const RenewalCheat& cheat, FingerprintPoint* point = nullptr) const {
    RenewalRelation own = relation;
    const Epoch *first = &older, *second = &newer;
    if (cheat.turned) std::swap(own.older, own.newer), std::swap(first, second);
    Random random = test_random();
    const Fe pad = random.element();
    const CommittedWitness old_x = commit_witness(own.older, {}, {pad + cheat.off_old}, random);
    const CommittedWitness new_x = commit_witness(own.newer, {}, {pad + cheat.off_new}, random);
    const WitnessData old_data{&(cheat.told ? cheat.told : first)->weights, &first->w, &old_x.oracle, &old_x.pads, &old_x.masks};
    const WitnessData new_data{&second->weights, &second->w, &new_x.oracle, &new_x.pads, &new_x.masks};
    Lies lies;
    FeVector draws;
    lies.drawn = [&](const std::string& label, const Fe& x) {
      if (label.starts_with("link ")) draws.push_back(x);
    };
    Party<kLiar> party(kRenewalLabel, std::move(lies));
    party.faces = cheat.faces;
    argue_by<kLiar>(cheat.script, party, own, Known<RenewalWitness>({{own.older, old_data}, {own.newer, new_data}, pad + cheat.off_told}));
    const CheatingProof proof{party.take_proof(), party.messages()};
    if (point != nullptr) *point = point_of(draws);
    return verify(proof, cheat.script);
  }
  Fe fingerprint(const Epoch& epoch, const FingerprintPoint& point) const {
    return evaluate_form(fingerprint_form(relation.columns, point), epoch.weights.columns);
  }

 private:
  Answer verify(const CheatingProof& proof, Script script) const {
    const Answer out = answer_of(kRenewalLabel, proof, [&](auto& party) { argue_by<Role::kVerifier>(script, party, relation, Sealed{}); });
    if (script != Script::kOfTheProduct) return out;
    RenewalFile told = file;
    told.stream = proof.stream;
    const Verdict verdict = verify_renewal(older.model.key, newer.model.key, told);
    EXPECT_EQ(verdict.accepted, out.verdict.accepted);
    EXPECT_EQ(verdict.reason, out.verdict.reason);
    return out;
  }
  FingerprintPoint point_of(const FeVector& draws) const {
    const LogSides sides = largest_sides(relation.columns);
    const auto at = draws.begin() + 2, r_end = at + static_cast<std::ptrdiff_t>(sides.r);
    return {draws[0], draws[1], {}, Point(at, r_end), Point(r_end, r_end + static_cast<std::ptrdiff_t>(sides.i))};
  }
};

const Renewals& honest() {
  static const Renewals renewals(old_epoch(), new_epoch());
  return renewals;
}

TEST(Renewals, TheHonestProverIsAccepted) {
  const Answer answer = honest().answer({});
  EXPECT_TRUE(answer.verdict.accepted) << answer.verdict.reason;
  EXPECT_EQ(answer.openings, kNewWeights);
}

using Change = std::function<void(std::vector<IntColumn*>&)>;

TEST(Renewals, N36_OtherWeightsAreRefusedWhateverIsSent) {
  const std::vector<Change> changes{
      [](auto& c) { (*c[0])[0] += 1; },
      [](auto& c) { (*c[1])[3] = -(*c[1])[3]; },
      [](auto& c) { std::swap(*c[0], *c[1]); },
      [](auto& c) { std::swap((*c[0])[1], (*c[0])[2]); },                                  // transposed
      [](auto& c) { std::swap_ranges(c[1]->begin(), c[1]->begin() + 2, c[1]->begin() + 2); },  // rows exchanged
      [](auto& c) { std::rotate(c[0]->begin(), c[0]->begin() + 1, c[0]->end()); },
      [](auto& c) { (*c[0])[0] += 1, (*c[0])[1] -= 1; },                                   // of one sum
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    SCOPED_TRACE(i);
    const Epoch other = epoch_of(twin_network(), changes[i], 2);
    ASSERT_NE(other.weights.columns, old_epoch().weights.columns);
    const Renewals renewals(old_epoch(), other);
    expect_refused(renewals.answer({}), kNewWeights, kFinalCheck);
    RenewalCheat of_new;
    of_new.told = &other;
    expect_refused(renewals.answer(of_new), kOldWeights, kFinalCheck);
  }
}

TEST(Renewals, N36_OpeningTheSameWeightsTwiceIsRefused) {
  // The new key is of other weights; its opening folds, or shows, the oracle of the right ones.
  const Epoch other = epoch_of(twin_network(), [](auto& c) { (*c[0])[0] += 1; }, 3);
  const Renewals renewals(old_epoch(), other);
  for (const Epoch* right : {&old_epoch(), &new_epoch()}) {
    RenewalCheat folds, shows;
    folds.faces = {{}, {&right->w, &other.w}};
    shows.faces = {{}, {&right->w, &right->w}};
    expect_refused(renewals.answer(folds), kNewWeights, kFinalCheck);
    expect_refused(renewals.answer(shows), kNewWeights, kRowsCheckW);
  }
}

TEST(Renewals, N36_PadsThatDifferAreRefused) {
  for (const Fe& off : {kOne, -kOne, Fe(Fp(), Fp(7), Fp())}) {
    RenewalCheat old_x, new_x, both_x, message;
    old_x.off_old = new_x.off_new = both_x.off_old = both_x.off_new = message.off_told = off;
    expect_refused(honest().answer(old_x), kOldWeights, kFinalCheck);
    expect_refused(honest().answer(new_x), kNewWeights, kFinalCheck);
    expect_refused(honest().answer(both_x), kOldWeights, kFinalCheck);
    expect_refused(honest().answer(message), kOldWeights, kFinalCheck);
    // The message fits one side.
    old_x.off_told = new_x.off_told = off;
    expect_refused(honest().answer(old_x), kNewWeights, kFinalCheck);
    expect_refused(honest().answer(new_x), kOldWeights, kFinalCheck);
  }
}

TEST(Renewals, N36_SidesInTheOtherOrderAreRefused) {
  ASSERT_EQ(honest().file.old_params, honest().file.new_params);
  RenewalCheat turned;
  turned.turned = true;
  ASSERT_GT(honest().file.old_params.rounds[0].grind_bits, 0u) << "work is done for one transcript";
  expect_refused(honest().answer(turned), kOldWeights, "proof of work");
  // Each opening binds what its place asks for, and is of the other side.
  RenewalCheat faces;
  faces.faces = {{&new_epoch().w, &new_epoch().w}, {&old_epoch().w, &old_epoch().w}};
  expect_refused(honest().answer(faces), kOldWeights, kRowsCheckW);
}

TEST(Renewals, N36_PadsFittedToAFingerprintForgeARenewalWhoseRootsComeLateAndNotOurs) {
  const Epoch other = epoch_of(twin_network(), [](auto& c) { (*c[1])[2] += 1; }, 2);
  const Renewals renewals(old_epoch(), other);
  const auto fitted = [&](Script script) {
    RenewalCheat cheat;
    cheat.script = script;
    FingerprintPoint point;
    expect_refused(renewals.answer(cheat, &point), kNewWeights, kFinalCheck);
    cheat.off_new = renewals.fingerprint(other, point) - renewals.fingerprint(old_epoch(), point);
    return renewals.answer(cheat);
  };
  EXPECT_TRUE(fitted(Script::kRootsAfterChallenges).verdict.accepted) << "the forgery is what the order is there for";
  expect_refused(fitted(Script::kOfTheProduct), kNewWeights, kFinalCheck);
}

TEST(Renewals, N36_PadsFittedToADifferenceForgeARenewalWithoutAScaleAndNotOurs) {
  // One weight has no coordinate: without the scale its fingerprint is the weight.
  const Epoch three = epoch_of(smallest_network(true, 3), {}, 1), two = epoch_of(smallest_network(true, 2), {}, 2);
  const Renewals renewals(three, two);
  RenewalCheat cheat;
  cheat.off_new = -kOne;
  expect_refused(renewals.answer(cheat), kNewWeights, kFinalCheck);
  cheat.script = Script::kWithoutScale;
  EXPECT_TRUE(renewals.answer(cheat).verdict.accepted) << "the forgery is what the scale is there for";
  cheat.off_new = kZero;
  expect_refused(renewals.answer(cheat), kNewWeights, kFinalCheck);
}

}  // namespace
}  // namespace tacit
