#include "prover/commitment.h"

#include <gtest/gtest.h>

#include <functional>

#include "prover/committed_network.h"
#include "theorem/tables.h"

namespace tacit {
namespace {

constexpr const char* kBelieved = "CHEAT ACCEPTED";
constexpr const char* kFinalCheck = "final claim is the folded vector times the covector";
constexpr const char* kFitCheck = "commitments have the grids and sizes of their ports";
constexpr std::size_t kValues = 30;
constexpr Visibility kPublic = Visibility::kPublic, kPrivate = Visibility::kPrivate, kHeld = Visibility::kCommitted;

struct Proven {
  Proof proof;
  ProofFile parsed;
  Verdict verdict;
};

Proven prove_and_verify(const ProverModel& model, const TestNetwork& net, const std::vector<std::int64_t>& integers,
                        const std::vector<const CommitmentOpening*>& inputs) {
  auto key = read_key(model.key.encode());
  EXPECT_TRUE(key.ok()) << key.error().text();
  Boundary boundary{inputs, {}};
  boundary.outputs.openings = 2;
  auto proof = prove(model, input_columns(net, integers), {}, boundary);
  EXPECT_TRUE(proof.ok()) << (proof.ok() ? "" : proof.error().text());
  Proven out{std::move(*proof), {}, {}};
  auto parsed = read_proof(*key, out.proof.file);
  EXPECT_TRUE(parsed.ok());
  out.parsed = std::move(*parsed);
  out.verdict = verify(*key, out.parsed);
  EXPECT_TRUE(out.verdict.accepted) << out.verdict.reason;
  return out;
}

void expect_refused(const Verdict& verdict, std::string_view reason) {
  EXPECT_FALSE(verdict.accepted) << kBelieved;
  if (!verdict.accepted) { EXPECT_EQ(verdict.reason.substr(0, reason.size()), reason); }
}

/// A model with a committed input and public output, and a commitment to its input.
struct World {
  TestNetwork net = make_committed_network(5, {kHeld, kPublic});
  ProverModel model = net.compile();
  std::vector<std::int64_t> values = test_integers(1, kValues), others = test_integers(2, kValues);
  CommitmentOpening opening = test_commitment(values, 11);

  Assignment run(const std::vector<std::int64_t>& integers) const {
    Assignment a = execute(model, input_columns(net, integers));
    EXPECT_TRUE(count_multiplicities(model.theorem, a).ok());
    return a;
  }
  Verdict verdict(const Bytes& file) const {
    auto parsed = read_proof(model.key, file);
    return parsed.ok() ? verify(model.key, *parsed) : Verdict{false, parsed.error().text()};
  }
  /// The proof of a prover who uses this commitment whatever it holds, and a pad that is off by so much.
  Bytes forged(const Assignment& a, const CommitmentOpening& with, const Fe& off = kZero) const;
};

Bytes World::forged(const Assignment& a, const CommitmentOpening& with, const Fe& off) const { return forge(model, a, {&with}, off); }

const World& world() {
  static const World w;
  return w;
}

TEST(Commitment, ProvesAndVerifiesEveryCombinationOfVisibilities) {
  const std::vector<std::int64_t> values = test_integers(3, kValues);
  const CommitmentOpening opening = test_commitment(values, 12);
  for (Visibility in : {kPublic, kPrivate, kHeld})
    for (Visibility out : {kPublic, kPrivate, kHeld})
      for (Visibility weights : {kPublic, kPrivate}) {
        if (in != kHeld && out != kHeld) continue;
        SCOPED_TRACE(testing::Message() << static_cast<int>(in) << static_cast<int>(out) << static_cast<int>(weights));
        const TestNetwork net = make_committed_network(6, {in, out, weights});
        const ProverModel model = net.compile();
        EXPECT_TRUE(model.key.core.params.shape.masked());
        std::vector<const CommitmentOpening*> inputs;
        if (in == kHeld) inputs = {&opening};
        const Proven proven = prove_and_verify(model, net, values, inputs);
        const std::vector<Digest> digests = commitment_digests(proven.parsed);
        ASSERT_EQ(digests.size(), model.key.core.links());
        if (in == kHeld) { EXPECT_EQ(digests.front(), opening.of.commitment.digest()); }
        if (out != kHeld) continue;
        ASSERT_EQ(proven.proof.committed.size(), 1u);
        EXPECT_EQ(digests.back(), proven.proof.committed[0].of.commitment.digest());
        EXPECT_EQ(to_logical(net.ports.outputs[0], proven.proof.outputs), proven.proof.committed[0].integers);
      }
}

TEST(Commitment, OneServesTwoModelsOfDifferentScales) {
  const World& w = world();
  const TestNetwork coarse = make_committed_network(8, {kHeld, kPublic, kPrivate, 9, 5, 1, 6, 5, 4});
  const Proven a = prove_and_verify(w.model, w.net, w.values, {&w.opening});
  const Proven b = prove_and_verify(coarse.compile(), coarse, w.values, {&w.opening});
  EXPECT_EQ(commitment_digests(a.parsed), commitment_digests(b.parsed));
}

TEST(Commitment, TheOutputOfOneModelIsTheInputOfTheNext) {
  const World& w = world();
  const TestNetwork first = make_committed_network(5, {kHeld, kHeld}), second = make_committed_network(9, {kHeld, kPublic, kPublic, 7, 5, 1, 6, 5, 2});
  const Proven a = prove_and_verify(first.compile(), first, w.values, {&w.opening});
  const CommitmentOpening& between = a.proof.committed[0];
  auto read = read_opening(between.encode());
  ASSERT_TRUE(read.ok()) << read.error().text();
  const Proven b = prove_and_verify(second.compile(), second, read->integers, {&*read});
  EXPECT_EQ(commitment_digests(a.parsed).at(1), commitment_digests(b.parsed).at(0));
}

TEST(Commitment, TwoProofsOfOneCommitmentCannotBeOfDifferentValues) {
  const World& w = world();
  ASSERT_TRUE(w.verdict(w.forged(w.run(w.values), w.opening)).accepted);
  expect_refused(w.verdict(w.forged(w.run(w.others), w.opening)), kFinalCheck);
  for (std::int64_t change : {1, 65536, -32768}) {
    std::vector<std::int64_t> near = w.values;
    near.back() += change;
    expect_refused(w.verdict(w.forged(w.run(near), w.opening)), kFinalCheck);
  }
  std::vector<std::int64_t> turned = w.values;
  std::swap(turned[4], turned[5]);
  ASSERT_NE(turned, w.values);
  expect_refused(w.verdict(w.forged(w.run(turned), w.opening)), kFinalCheck);
}

TEST(Commitment, AProverWhoHoldsOtherValuesIsTold) {
  const World& w = world();
  const auto proof = prove(w.model, input_columns(w.net, w.others), {}, {{&w.opening}, {}});
  ASSERT_FALSE(proof.ok());
  EXPECT_EQ(proof.error().what, "the input is not what was committed");
  EXPECT_FALSE(prove(w.model, input_columns(w.net, w.values), {}).ok());
  EXPECT_FALSE(prove(w.model, input_columns(w.net, w.values), {}, {{&w.opening, &w.opening}, {}}).ok());
}

TEST(Commitment, TheSameValuesTwiceHaveTwoDigestsAndBothProve) {
  const World& w = world();
  const CommitmentOpening again = test_commitment(w.values, 13);
  EXPECT_NE(again.of.commitment.digest(), w.opening.of.commitment.digest());
  EXPECT_NE(again.of.commitment.pin_y, w.opening.of.commitment.pin_y);
  EXPECT_EQ(test_commitment(w.values, 11).of.commitment, w.opening.of.commitment);
  prove_and_verify(w.model, w.net, w.values, {&again});
}

TEST(Commitment, PadsThatDifferAreRefused) {
  const World& w = world();
  const Assignment a = w.run(w.values);
  ASSERT_TRUE(w.verdict(w.forged(a, w.opening)).accepted);
  for (const Fe& off : {kOne, -kOne, Fe(Fp(), Fp(), Fp(5))}) expect_refused(w.verdict(w.forged(a, w.opening, off)), kFinalCheck);
}

TEST(Commitment, ALinkOfOtherColumnsThanThePortsIsRefused) {
  const TestNetwork net = make_committed_network(5, {kHeld, kHeld});
  const ProverModel model = net.compile();
  Assignment a = execute(model, input_columns(net, world().values));
  ASSERT_TRUE(count_multiplicities(model.theorem, a).ok());
  const CommitmentOpening in = test_commitment(world().values, 21), out = test_commitment(to_logical(net.ports.outputs[0], a.columns), 22);
  auto verdict = [&](const CommitmentOpening& of_input, const std::function<void(Relation&)>& change) {
    const Bytes file = forge(model, a, {&of_input, &out}, kZero, change);
    return verify(model.key, *read_proof(model.key, file));
  };
  ASSERT_TRUE(verdict(in, {}).accepted);
  // The commitment to the output in the input's place, and the claim on the columns that do hold it.
  expect_refused(verdict(out, [](Relation& r) { r.links[0].columns = r.links[1].columns; }), kFinalCheck);
}

TEST(Commitment, AnotherCommitmentOrAChangedOneInAProofIsRefused) {
  const World& w = world();
  const Bytes honest = w.forged(w.run(w.values), w.opening);
  auto parsed = read_proof(w.model.key, honest);
  ASSERT_TRUE(parsed.ok());
  auto verdict_with = [&](const Commitment& c) {
    ProofFile changed = *parsed;
    changed.commitments[0] = c.body();
    return verify(w.model.key, changed);
  };
  const Commitment& own = w.opening.of.commitment;
  ASSERT_TRUE(verdict_with(own).accepted);
  EXPECT_FALSE(verdict_with(test_commitment(w.values, 13).of.commitment).accepted) << kBelieved;
  EXPECT_FALSE(verdict_with(test_commitment(w.others, 11).of.commitment).accepted) << kBelieved;
  auto changed = [&](auto&& change) {
    Commitment c = own;
    change(c);
    return verdict_with(c);
  };
  expect_refused(changed([](Commitment& c) { c.grid += 1; }), kFitCheck);
  expect_refused(changed([](Commitment& c) { c.count += 1; }), "commitments are complete and well formed");
  expect_refused(changed([](Commitment& c) { c.openings += 1; }), "commitments are complete and well formed");
  EXPECT_FALSE(changed([](Commitment& c) { c.openings -= 1; }).accepted) << kBelieved;
  EXPECT_FALSE(changed([](Commitment& c) { c.root[7] ^= 1; }).accepted) << kBelieved;
  EXPECT_FALSE(changed([](Commitment& c) { c.pin_y += kOne; }).accepted) << kBelieved;
  EXPECT_FALSE(changed([](Commitment& c) { c.params.rounds[1].queries += 1; }).accepted) << kBelieved;
  expect_refused(changed([](Commitment& c) { c.params.rounds[1].queries -= 9; }), "commitments are as secure as the key says");
}

TEST(Commitment, OfAnotherGridOrSizeIsRefusedByProverAndVerifier) {
  const World& w = world();
  const CommitmentOpening grid = test_commitment(w.values, 14, -15), size = test_commitment(test_integers(1, kValues + 1), 14);
  for (const CommitmentOpening* other : {&grid, &size})
    EXPECT_FALSE(prove(w.model, input_columns(w.net, w.values), {}, {{other}, {}}).ok());
  expect_refused(w.verdict(w.forged(w.run(w.values), grid)), kFitCheck);
}

TEST(Commitment, OfLessSecurityThanTheKeyIsRefusedByProverAndVerifier) {
  const World& w = world();
  const ProverModel strong = w.net.compile(128);
  const CommitmentOpening weak = test_commitment(w.values, 15), enough = test_commitment(w.values, 15, -16, 128);
  EXPECT_FALSE(prove(strong, input_columns(w.net, w.values), {}, {{&weak}, {}}).ok());
  Assignment a = execute(strong, input_columns(w.net, w.values));
  ASSERT_TRUE(count_multiplicities(strong.theorem, a).ok());
  const CommitmentOpening* openings[] = {&weak};
  auto file = prove_assignment(strong, a, openings, {});
  ASSERT_TRUE(file.ok());
  expect_refused(verify(strong.key, *read_proof(strong.key, *file)), "commitments are as secure as the key says");
  prove_and_verify(strong, w.net, w.values, {&enough});
  prove_and_verify(w.model, w.net, w.values, {&enough});
}

TEST(Commitment, MainProofRegistrationAndSixteenLinksTogetherReachTheSecurity) {
  const World& w = world();
  const KeyCore& core = w.model.key.core;
  const double inference = security_report(core.params, argument_shape(core.theorem, true, 1)).sum_bits;
  const double link = link_report(core.ports.inputs[0], w.opening.of.commitment, core.params).sum_bits;
  EXPECT_GE(inference, 101.5);
  EXPECT_LE(2 * std::exp2(-inference) + 16 * std::exp2(-link), std::exp2(-100.0));
}

TEST(Commitment, AProofFileOfMoreThan64MiBIsNotRead) {
  const World& w = world();
  Bytes file = w.forged(w.run(w.values), w.opening);
  ASSERT_TRUE(w.verdict(file).accepted);
  file.resize((std::size_t{64} << 20) + 1);
  EXPECT_EQ(read_proof(w.model.key, file).error().what, "file is too large to be a proof");
  file.resize(std::size_t{64} << 20);
  EXPECT_TRUE(read_proof(w.model.key, file).ok());
}

}  // namespace
}  // namespace tacit
