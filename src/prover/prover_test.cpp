#include <gtest/gtest.h>

#include <algorithm>

#include "prover/test_network.h"
#include "theorem/layout.h"
#include "theorem/tables.h"

namespace tacit {
namespace {

Verdict verify_file(const VerifierKey& key, ByteSpan file) {
  auto proof = read_proof(key, file);
  if (!proof.ok()) return {false, proof.error().text()};
  return verify(key, *proof);
}

TEST(Prover, ProvesAndVerifiesEveryVisibilityBatchAndGrouping) {
  for (std::uint32_t batch : {1u, 3u})
    for (std::uint32_t groups : {1u, 2u})
      for (Visibility in : {Visibility::kPublic, Visibility::kPrivate})
        for (Visibility out : {Visibility::kPublic, Visibility::kPrivate}) {
          const TestNetwork net = make_test_network(batch + 10 * groups, {batch, groups, 1 + groups % 2, in, out, 300});
          const ProverModel model = net.compile();
          auto key = read_key(model.key.encode());
          ASSERT_TRUE(key.ok()) << key.error().text();
          auto proof = prove(model, net.inputs, {});
          ASSERT_TRUE(proof.ok()) << proof.error().text();
          const Verdict verdict = verify_file(*key, proof->file);
          EXPECT_TRUE(verdict.accepted) << verdict.reason;
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
  const TestNetwork net = make_test_network(7);
  const ProverModel model = net.compile();
  const Bytes file = model.encode();
  auto back = read_model(file);
  ASSERT_TRUE(back.ok()) << back.error().text();
  EXPECT_EQ(back->encode(), file);
  EXPECT_EQ(back->weights, model.weights);
  for (std::size_t n = 0; n < file.size(); n += 37) EXPECT_FALSE(read_model(ByteSpan(file).first(n)).ok()) << n;
}

TEST(Prover, ABundleWhoseStepsReadWhatIsNotFilledIsRefused) {
  const ProverModel model = make_test_network(11).compile();
  ASSERT_GE(model.theorem.steps.size(), 3u);
  auto error_of = [&](auto&& change) {
    ProverModel other = model;
    change(other.theorem.steps);
    auto read = read_model(other.encode());
    return read.ok() ? std::string() : read.error().what;
  };
  EXPECT_EQ(error_of([](auto& steps) { std::rotate(steps.begin(), steps.begin() + 1, steps.end()); }),
            "a step reads a column that no step before it fills");
  EXPECT_EQ(error_of([](auto& steps) { steps.pop_back(); }), "no step fills this column");
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
