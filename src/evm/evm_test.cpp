#include <gtest/gtest.h>

#include "evm/gas.h"
#include "hash/keccak.h"
#include "prover/test_network.h"

namespace tacit {
namespace {

std::uint64_t number_at(ByteSpan bytes, std::size_t at, std::size_t size) {
  std::uint64_t v = 0;
  for (std::size_t i = 0; i < size; ++i) v = v << 8 | bytes[at + i];
  return v;
}

// That every byte of a plan is what the independent planner writes is a test of the contracts (contracts/test).
TEST(ChainPlan, BeginsWithTheModelsDigestRootAndParameters) {
  const ProverModel model = make_test_network(1).compile();
  const auto plan = chain_plan(model.key);
  ASSERT_TRUE(plan.ok()) << plan.error().text();
  const Bytes& b = plan->bytes;
  ASSERT_GT(b.size(), 300u);
  EXPECT_TRUE(std::equal(model.key.statement.begin(), model.key.statement.end(), b.begin()));
  EXPECT_TRUE(std::equal(model.key.core.root_w.begin(), model.key.core.root_w.end(), b.begin() + 32));
  EXPECT_EQ(number_at(b, 64 + 24, 8), model.key.core.pin_y.c[0].value());
  EXPECT_EQ(b[128], 3u);  // masked, with weights
  const std::string label(b.begin() + 130, b.begin() + 130 + b[129]);
  EXPECT_EQ(label, inference_label(true));
  EXPECT_GT(plan->counts.taps, 0u);
}

TEST(ChainPlan, RefusesCommittedPortsAndLargeTables) {
  VerifierKey key = make_test_network(1).compile().key;
  VerifierKey committed = key;
  committed.core.ports.outputs[0].visibility = Visibility::kCommitted;
  EXPECT_FALSE(chain_plan(committed).ok());
  Table function;
  function.kind = TableKind::kFunction;
  function.bits = 8;
  key.core.theorem.tables.push_back(function);
  const auto refused = chain_plan(key);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().text().find("function tables of 256 rows"), std::string::npos) << refused.error().text();
}

TEST(ChainCall, IsTheSelectorAndTwoByteStrings) {
  const TestNetwork net = make_test_network(2);
  const ProverModel model = net.compile();
  const auto proved = prove(model, net.inputs, {});
  ASSERT_TRUE(proved.ok());
  const auto proof = read_proof(model.key, proved->file);
  ASSERT_TRUE(proof.ok());
  const Bytes data = verify_calldata(model.key, *proof);
  const std::string signature = "verify(bytes,bytes)";
  const Digest selector = keccak256({reinterpret_cast<const std::uint8_t*>(signature.data()), signature.size()});
  EXPECT_TRUE(std::equal(data.begin(), data.begin() + 4, selector.begin()));
  EXPECT_EQ(data.size() % 32, 4u);
  const std::size_t values = 4 + number_at(data, 4 + 24, 8), stream = 4 + number_at(data, 36 + 24, 8);
  EXPECT_EQ(number_at(data, stream + 24, 8), proof->stream.size());
  EXPECT_TRUE(std::equal(proof->stream.begin(), proof->stream.end(), data.begin() + static_cast<std::ptrdiff_t>(stream) + 32));
  EXPECT_EQ(number_at(data, values + 24, 8) % 4, 0u);
  EXPECT_EQ(data.size(), stream + 32 + (proof->stream.size() + 31) / 32 * 32);
}

TEST(ChainPlan, IsDeployedBehindAZeroByte) {
  const Bytes plan{1, 2, 3}, code = plan_deployment(plan);
  ASSERT_EQ(code.size(), 14u);
  EXPECT_EQ(number_at(code, 1, 2), 4u);
  EXPECT_EQ(code[10], 0u);
  EXPECT_TRUE(std::equal(plan.begin(), plan.end(), code.begin() + 11));
}

TEST(ChainGas, IsLessWithParametersForTheChain) {
  const TestNetwork net = make_test_network(3);
  Settings settings;
  settings.model_name = "test network";
  settings.security = 100;
  settings.openings = 16;
  const auto of = [&](Profile profile) {
    const auto model = register_model(net.theorem, net.ports, settings, net.weights, test_secret(), {}, Regime::kJohnson, profile);
    EXPECT_TRUE(model.ok());
    EXPECT_TRUE(read_key(model->key.encode()).ok());
    const auto plan = chain_plan(model->key);
    EXPECT_TRUE(plan.ok());
    return estimate_gas(model->key, plan->counts);
  };
  const ChainGas fast = of(Profile::kFast), small = of(Profile::kSmall), chain = of(Profile::kChain);
  EXPECT_LT(small.proof_bytes, fast.proof_bytes);
  EXPECT_LT(chain.proof_bytes, small.proof_bytes);
  EXPECT_LT(chain.opening, 0.6 * fast.opening);
  EXPECT_LT(chain.total(), fast.total());
  EXPECT_EQ(chain.argument, fast.argument);
}

TEST(ChainGas, ObeysTheFloorOfCalldata) {
  ChainGas gas;
  gas.proof_bytes = 100000;
  EXPECT_EQ(gas.total(), 21000 + 4000000);
}

}  // namespace
}  // namespace tacit
