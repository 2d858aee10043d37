#include "test_fixture.h"

namespace tacit::cli {
namespace {

using test::Cli;
using test::Outcome;
using test::world;

TEST_F(Cli, EvmEstimateSaysWhatAVerificationCosts) {
  const Outcome text = tacit({"evm", "estimate", "m.vk"});
  EXPECT_EQ(text.code, 0) << text.err;
  EXPECT_TRUE(text.says("5.00 million a verification") && text.says("fits")) << text.out;
  const Json json = tacit({"evm", "estimate", "m.vk", "--json"}).json();
  EXPECT_EQ(json["command"], "evm estimate");
  EXPECT_EQ(json["gas"]["transaction"], 5e6);
  EXPECT_TRUE(json["gas"]["fits"]);
  world().chain_gas = 20e6;
  const Outcome too_much = tacit({"evm", "estimate", "m.vk"});
  EXPECT_EQ(too_much.code, 1);
  EXPECT_TRUE(too_much.says("does not fit"));
}

TEST_F(Cli, EvmExportWritesContractsPlanAndDeployment) {
  const Outcome done = tacit({"evm", "export", "m.vk", "-o", "new"});
  ASSERT_EQ(done.code, 0) << done.err;
  const auto deployment = read_file(at("new/deployment.json"), 1 << 20);
  ASSERT_TRUE(deployment.ok());
  const Json json = Json::parse(deployment->begin(), deployment->end());
  EXPECT_EQ(json["model"], "0xc0ffee");
  ASSERT_EQ(json["deploy"].size(), 4u);
  EXPECT_EQ(json["deploy"][2]["init_code"], "0x61007f");
  const auto plan = read_file(at("new/plan.hex"), 1 << 20), source = read_file(at("new/contracts/Field.sol"), 1 << 20);
  ASSERT_TRUE(plan.ok() && source.ok());
  EXPECT_EQ(std::string(plan->begin(), plan->end()), "0x0aff\n");
  EXPECT_EQ(tacit({"evm", "export", "m.vk", "-o", "new", "--json"}).json()["plan_bytes"], 2);
}

TEST_F(Cli, EvmExportRefusesWhatNoTransactionCanVerify) {
  world().chain_gas = 20e6;
  const Outcome refused = tacit({"evm", "export", "m.vk", "-o", "new"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_TRUE(refused.complains("20.00 million gas") && refused.complains("--profile chain")) << refused.err;
  EXPECT_FALSE(std::filesystem::exists(at("new")));
}

TEST_F(Cli, EvmCalldataIsPrintedOrWritten) {
  EXPECT_EQ(tacit({"evm", "calldata", "m.vk", "p.proof"}).out, "0xf7e8\n");
  EXPECT_EQ(tacit({"evm", "calldata", "m.vk", "p.proof", "--json"}).json()["calldata"], "0xf7e8");
  ASSERT_EQ(tacit({"evm", "calldata", "m.vk", "p.proof", "-o", "new.hex"}).code, 0);
  const auto written = read_file(at("new.hex"), 100);
  ASSERT_TRUE(written.ok());
  EXPECT_EQ(std::string(written->begin(), written->end()), "0xf7e8\n");
  world().rejection = "a check failed";
  EXPECT_EQ(tacit({"evm", "calldata", "m.vk", "p.proof"}).code, 2);
}

TEST_F(Cli, EvmHelpHasExamples) {
  for (const char* action : {"estimate", "export", "calldata"}) {
    const Outcome help = tacit({"evm", action, "--help"});
    EXPECT_EQ(help.code, 0);
    EXPECT_TRUE(help.says(std::string("Example:\n  tacit evm ") + action + " model.vk")) << help.out;
  }
  EXPECT_EQ(tacit({"evm"}).code, 2);
  EXPECT_EQ(tacit({"evm", "estimate", "p.proof"}).code, 2);
}

TEST_F(Cli, TheChainProfileAsksForOneHundredBitsUnlessTold) {
  ASSERT_EQ(tacit({"compile", "m.onnx", "-o", "new", "--calibration", "in.json", "--profile", "chain"}).code, 0);
  EXPECT_EQ(world().compiled_with.profile, tacit::api::Profile::kChain);
  EXPECT_EQ(world().compiled_with.security_bits, 100u);
  ASSERT_EQ(tacit({"compile", "m.onnx", "-o", "new", "--calibration", "in.json", "--profile", "chain", "--security", "128"}).code, 0);
  EXPECT_EQ(world().compiled_with.security_bits, 128u);
  ASSERT_EQ(tacit({"compile", "m.onnx", "-o", "new", "--calibration", "in.json", "--profile", "small"}).code, 0);
  EXPECT_EQ(world().compiled_with.profile, tacit::api::Profile::kSmall);
  EXPECT_EQ(world().compiled_with.security_bits, 128u);
  EXPECT_EQ(tacit({"compile", "m.onnx", "-o", "new", "--calibration", "in.json", "--profile", "large"}).code, 2);
}

}  // namespace
}  // namespace tacit::cli
