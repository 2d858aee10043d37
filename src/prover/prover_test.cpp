#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "prover/test_network.h"
#include "theorem/layout.h"
#include "theorem/tables.h"

namespace tacit {
namespace {

constexpr std::size_t kModeByte = 10;

Verdict verify_file(const VerifierKey& key, ByteSpan file) {
  auto proof = read_proof(key, file);
  if (!proof.ok()) return {false, proof.error().text()};
  return verify(key, *proof);
}

void expect_proven(const TestNetwork& net) {
  const ProverModel model = net.compile();
  auto key = read_key(model.key.encode());
  ASSERT_TRUE(key.ok()) << key.error().text();
  auto proof = prove(model, net.inputs, {});
  ASSERT_TRUE(proof.ok()) << proof.error().text();
  const Verdict verdict = verify_file(*key, proof->file);
  EXPECT_TRUE(verdict.accepted) << verdict.reason;
  EXPECT_EQ(proof->file[kModeByte], key->core.hides() ? 1 : 0);
  EXPECT_EQ(key->core.params.shape.masked(), key->core.hides());
}

TEST(Prover, ProvesAndVerifiesEveryVisibilityBatchAndGrouping) {
  for (std::uint32_t shape : {1u, 2u})
    for (Visibility in : {Visibility::kPublic, Visibility::kPrivate})
      for (Visibility out : {Visibility::kPublic, Visibility::kPrivate})
        for (Visibility weights : {Visibility::kPublic, Visibility::kPrivate}) {
          SCOPED_TRACE(testing::Message() << shape << static_cast<int>(in) << static_cast<int>(out) << static_cast<int>(weights));
          const std::uint32_t batch = 2 * shape - 1, groups = shape, stride = 3 - shape;
          expect_proven(make_test_network(batch + 10 * groups, {batch, groups, stride, in, out, 300, weights}));
        }
}

TEST(Prover, ProvesInTheUniqueDecodingRegimeToo) {
  const TestNetwork net = make_test_network(4);
  const ProverModel johnson = net.compile(128), unique = net.compile(128, Regime::kUniqueDecoding);
  auto key = read_key(unique.key.encode());
  ASSERT_TRUE(key.ok()) << key.error().text();
  EXPECT_EQ(key->core.params.regime, Regime::kUniqueDecoding);
  EXPECT_EQ(key->registration_params.regime, Regime::kUniqueDecoding);
  auto small = prove(johnson, net.inputs, {}), large = prove(unique, net.inputs, {});
  ASSERT_TRUE(small.ok() && large.ok());
  EXPECT_TRUE(verify_file(*key, large->file).accepted);
  EXPECT_GT(large->file.size(), small->file.size());
}

TEST(Prover, SaturatingInputsAreStillProvable) {
  TestNetwork net = make_test_network(5, {1, 1, 1, Visibility::kPublic, Visibility::kPublic, 511});
  for (IntColumn& w : net.weights)
    for (std::int32_t& v : w) v = v >= 0 ? (std::abs(v) > 511 ? 32767 : 511) : (std::abs(v) > 512 ? -32768 : -512);
  const ProverModel model = net.compile();
  for (std::int32_t value : {-128, 127}) {
    const std::vector<IntColumn> inputs{IntColumn(net.inputs[0].size(), value)};
    auto proof = prove(model, inputs, {});
    ASSERT_TRUE(proof.ok()) << proof.error().text();
    EXPECT_TRUE(verify_file(model.key, proof->file).accepted);
  }
}

TEST(Prover, BundleIsReadBack) {
  for (Visibility weights : {Visibility::kPublic, Visibility::kPrivate}) {
    const TestNetwork net = make_test_network(7, {1, 1, 1, Visibility::kPublic, Visibility::kPublic, 300, weights});
    const ProverModel model = net.compile();
    const Bytes file = model.encode();
    auto back = read_model(file);
    ASSERT_TRUE(back.ok()) << back.error().text();
    EXPECT_EQ(back->encode(), file);
    EXPECT_EQ(back->weights, model.weights);
    EXPECT_EQ(commit_weights(*back).root(), model.key.core.root_w);
    for (std::size_t n = 0; n < file.size(); n += 37) EXPECT_FALSE(read_model(ByteSpan(file).first(n)).ok()) << n;
  }
}

TEST(Prover, ABundleIsRunAsItsKeyDefines) {
  const TestNetwork net = make_test_network(11);
  const ProverModel model = net.compile();
  ASSERT_GE(model.theorem.steps.size(), 3u);
  ProverModel other = model;
  other.theorem.steps.pop_back();  // what a hostile maker would like the data owner to run
  auto read = read_model(other.encode());
  ASSERT_TRUE(read.ok()) << read.error().text();
  Assignment expected = execute(model, net.inputs), found = execute(*read, net.inputs);
  for (ColumnId id : model.theorem.multiplicities) expected.columns[id].clear(), found.columns[id].clear();
  EXPECT_EQ(expected.columns, found.columns);
}

TEST(Prover, PrivateWeightsAreCommittedUnderTheSecretAndPublicOnesWithoutIt) {
  for (Visibility weights : {Visibility::kPublic, Visibility::kPrivate}) {
    const TestNetwork net = make_test_network(7, {1, 1, 1, Visibility::kPublic, Visibility::kPublic, 300, weights});
    const ProverModel a = net.compile(100, Regime::kJohnson, 1), b = net.compile(100, Regime::kJohnson, 2);
    EXPECT_EQ(a.key.core.root_w == b.key.core.root_w, weights == Visibility::kPublic);
    EXPECT_EQ(a.key.core.pin_y == b.key.core.pin_y, weights == Visibility::kPublic);
    EXPECT_EQ(a.key.encode() == b.key.encode(), weights == Visibility::kPublic);
    EXPECT_EQ(a.key.core.settings.openings, weights == Visibility::kPublic ? 0u : 1u);
  }
}

TEST(Prover, PrivateWeightsWithoutABudgetAreRefused) {
  const TestNetwork net = make_test_network(7);
  Settings settings;
  settings.openings = 0;
  auto model = register_model(net.theorem, net.ports, settings, net.weights, test_secret(), {});
  ASSERT_FALSE(model.ok());
  EXPECT_EQ(model.error().what, "private weights need a budget of openings");
}

TEST(Prover, NoTwoProofsAreTheSameUnlessNothingIsHidden) {
  for (Visibility weights : {Visibility::kPublic, Visibility::kPrivate}) {
    const TestNetwork net = make_test_network(7, {1, 1, 1, Visibility::kPublic, Visibility::kPublic, 300, weights});
    const ProverModel model = net.compile();
    const Bytes a = prove(model, net.inputs, {})->file, b = prove(model, net.inputs, {})->file;
    EXPECT_EQ(a == b, weights == Visibility::kPublic);
    EXPECT_TRUE(verify_file(model.key, a).accepted && verify_file(model.key, b).accepted);
  }
}

TEST(Prover, TheRandomnessOfAProofDependsOnSecretStatementAndWitness) {
  const TestNetwork net = make_test_network(7);
  const ProverModel model = net.compile();
  Assignment a = execute(model, net.inputs), b = a;
  ASSERT_TRUE(count_multiplicities(model.theorem, a).ok() && count_multiplicities(model.theorem, b).ok());
  b.columns[net.ports.inputs[0].column][0] ^= 1;
  const Relation relation = inference_relation(model.key, std::vector<IntColumn>(a.columns.size()));
  std::set<std::array<std::uint64_t, 3>> drawn;
  for (const Assignment* assignment : {&a, &b, &a}) {
    auto random = proof_randomness(model.secret, relation, *assignment);
    ASSERT_TRUE(random.ok());
    const Fe x = random->element();
    drawn.insert({x.c[0].value(), x.c[1].value(), x.c[2].value()});
  }
  EXPECT_EQ(drawn.size(), 3u);
}

TEST(Prover, TheProofOfOneModelIsRefusedByTheKeyOfAnother) {
  const TestNetwork a = make_test_network(8), b = make_test_network(9);
  const ProverModel model_a = a.compile(), model_b = b.compile();
  auto proof = prove(model_a, a.inputs, {});
  ASSERT_TRUE(proof.ok());
  EXPECT_EQ(verify_file(model_b.key, proof->file).reason, "proof is for this key");
}

TEST(Prover, EveryTruncationAndExtensionIsRefused) {
  const TestNetwork net = make_test_network(10);
  const ProverModel model = net.compile();
  auto proof = prove(model, net.inputs, {});
  ASSERT_TRUE(proof.ok());
  for (std::size_t n = 0; n < proof->file.size(); n += 1 + proof->file.size() / 60)
    EXPECT_FALSE(verify_file(model.key, ByteSpan(proof->file).first(n)).accepted) << n;
  Bytes longer = proof->file;
  longer.push_back(0);
  EXPECT_FALSE(verify_file(model.key, longer).accepted);
}

}  // namespace
}  // namespace tacit
