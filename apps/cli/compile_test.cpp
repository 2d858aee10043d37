#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "test_fixture.h"

namespace tacit::cli {
namespace {

namespace fs = std::filesystem;
using test::Cli;
using test::Outcome;
using test::world;

TEST_F(Cli, CompileWritesASecretBundleAndAKey) {
  Outcome r = tacit({"compile", "m.onnx", "-o", "new.tacit", "--calibration", "in.json"});
  ASSERT_EQ(r.code, 0) << r.err;
  EXPECT_EQ(read_file(at("new.tacit"), 100).value().size(), 6u);
  EXPECT_EQ(read_file(at("new.vk"), 100).value().size(), 3u);
  struct stat info {};
  ::stat(at("new.tacit").c_str(), &info);
  EXPECT_EQ(info.st_mode & 0077, 0u);
  EXPECT_TRUE(r.says("max 0.25  mean 0.125")) << r.out;
}

TEST_F(Cli, CompileNamesBothFlagsWhenItHasNoRanges) {
  Outcome r = tacit({"compile", "m.onnx", "-o", "new"});
  EXPECT_EQ(r.code, 2);
  EXPECT_TRUE(r.complains("--calibration") && r.complains("--input-range")) << r.err;
  EXPECT_FALSE(fs::exists(at("new.tacit")));
  EXPECT_EQ(tacit({"compile", "m.onnx", "-o", "new", "--calibration", "in.json", "--input-range", "0,1"}).code, 2);
}

TEST_F(Cli, CompilePassesItsOptionsOn) {
  Outcome r = tacit({"compile", "m.onnx", "-o", "new", "--input-range", "-1.5,2e3", "--activation-bits", "8",
                     "--weight-bits", "12", "--input", "public", "--output", "private", "--weights", "public",
                     "--security", "100", "--batch", "4", "--shape", "x=1x3", "--shape", "a=b=7", "--until", "h", "--max-work", "30", "--threads", "3"});
  ASSERT_EQ(r.code, 0) << r.err;
  const api::CompileOptions& o = world().compiled_with;
  EXPECT_EQ(o.input_range->low, -1.5);
  EXPECT_EQ(o.input_range->high, 2000);
  EXPECT_FALSE(o.calibration.has_value());
  EXPECT_EQ(o.activation_bits, 8u);
  EXPECT_EQ(o.weight_bits, 12u);
  EXPECT_EQ(o.input, api::Visibility::kPublic);
  EXPECT_EQ(o.output, api::Visibility::kPrivate);
  EXPECT_EQ(o.weights, api::Visibility::kPublic);
  EXPECT_EQ(o.security_bits, 100u);
  EXPECT_EQ(o.batch, 4u);
  EXPECT_EQ(o.shapes, (std::map<std::string, std::vector<std::uint64_t>>{{"x", {1, 3}}, {"a=b", {7}}}));
  EXPECT_EQ(o.until, std::vector<std::string>{"h"});
  EXPECT_EQ(o.max_work, std::uint64_t{1} << 30);
  EXPECT_EQ(world().ran_with.threads, 3u);
}

TEST_F(Cli, CompileRefusesShapesThatAreNone) {
  for (const char* shape : {"x", "=1x2", "x=", "x=1x", "x=0x2", "x=-1", "x=1,2", "x=2147483648", "x=1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1"}) {
    Outcome r = tacit({"compile", "m.onnx", "-o", "new", "--input-range", "0,1", "--shape", shape});
    EXPECT_EQ(r.code, 2) << shape;
    EXPECT_TRUE(r.complains("must look like INPUT=1x3x224x224")) << r.err;
  }
}

TEST_F(Cli, CompileTakesAMethodForRanges) {
  ASSERT_EQ(tacit({"compile", "m.onnx", "-o", "new", "--calibration", "in.json"}).code, 0);
  EXPECT_EQ(world().compiled_with.ranges, tacit::api::RangeMethod::kMinMax);
  Outcome r = tacit({"compile", "m.onnx", "-o", "new", "--calibration", "in.json", "--ranges", "auto"});
  ASSERT_EQ(r.code, 0) << r.err;
  EXPECT_EQ(world().compiled_with.ranges, tacit::api::RangeMethod::kAuto);
  EXPECT_TRUE(r.says("2 values clipped, 9 trials: error 0.5 -> 0.25")) << r.out;
  EXPECT_EQ(tacit({"compile", "m.onnx", "-o", "new", "--calibration", "in.json", "--ranges", "best"}).code, 2);
}

TEST_F(Cli, TargetsStandForFlagsAndGivenFlagsComeFirst) {
  const std::vector<std::string> words = {"compile", "m.onnx", "-o", "new", "--calibration", "in.json"};
  auto with = [&](const std::vector<std::string>& more) {
    std::vector<std::string> all = words;
    all.insert(all.end(), more.begin(), more.end());
    EXPECT_EQ(tacit(all).code, 0) << more[0];
    return world().compiled_with;
  };
  EXPECT_FALSE(with({"--target", "balanced"}).max_error.has_value());
  EXPECT_EQ(with({"--target", "speed"}).max_error, 0.01);
  EXPECT_EQ(with({"--target", "speed", "--max-error", "0.25"}).max_error, 0.25);
  EXPECT_FALSE(with({"--target", "speed", "--activation-bits", "12"}).max_error.has_value());
  EXPECT_EQ(with({"--target", "accuracy"}).weight_bits, 20u);
  EXPECT_EQ(with({"--target", "accuracy"}).ranges, tacit::api::RangeMethod::kAuto);
  EXPECT_EQ(with({"--target", "accuracy", "--ranges", "mse"}).ranges, tacit::api::RangeMethod::kMse);
  EXPECT_EQ(tacit({"compile", "m.onnx", "-o", "new", "--calibration", "in.json", "--target", "cheap"}).code, 2);
}

TEST_F(Cli, CompileHidesInputAndWeightsUnlessTold) {
  ASSERT_EQ(tacit({"compile", "m.onnx", "-o", "new", "--calibration", "in.json"}).code, 0);
  const api::CompileOptions& o = world().compiled_with;
  EXPECT_EQ(o.input, api::Visibility::kPrivate);
  EXPECT_EQ(o.output, api::Visibility::kPublic);
  EXPECT_EQ(o.weights, api::Visibility::kPrivate);
  EXPECT_EQ(o.security_bits, 128u);
  EXPECT_FALSE(o.activation_bits.has_value());
  EXPECT_EQ(o.calibration->arrays[0].values.size(), 6u);
}

TEST_F(Cli, CompileRefusesMalformedRanges) {
  for (const char* range : {"1", "1,", ",1", "1,1", "2,1", "0,inf", "nan,1", "0,1,2", "0;1", " 0,1"}) {
    Outcome r = tacit({"compile", "m.onnx", "-o", "new", std::string("--input-range=") + range});
    EXPECT_EQ(r.code, 2) << range;
    EXPECT_TRUE(r.complains("LO,HI")) << r.err;
  }
}

TEST_F(Cli, CompileTakesCommittedInputsAndOutputsButNoCommittedWeights) {
  ASSERT_EQ(tacit({"compile", "m.onnx", "-o", "new", "--calibration", "in.json", "--input", "committed", "--output", "committed",
                   "--grid", "-12"}).code, 0);
  EXPECT_EQ(world().compiled_with.input, api::Visibility::kCommitted);
  EXPECT_EQ(world().compiled_with.output, api::Visibility::kCommitted);
  EXPECT_EQ(world().compiled_with.grid, -12);
  Outcome r = tacit({"compile", "m.onnx", "-o", "new", "--calibration", "in.json", "--weights", "committed"});
  EXPECT_EQ(r.code, 2);
  EXPECT_TRUE(r.complains("must be public or private")) << r.err;
  for (const char* flag : {"--input", "--output", "--weights"})
    EXPECT_EQ(tacit({"compile", "m.onnx", "-o", "new", "--calibration", "in.json", flag, "hidden"}).code, 2);
}

TEST_F(Cli, CompilePrintsBothAccuraciesWithLabels) {
  Outcome r = tacit({"compile", "m.onnx", "-o", "new", "--calibration", "in.json", "--labels", "labels.json"});
  ASSERT_EQ(r.code, 0) << r.err;
  EXPECT_TRUE(r.says("float 100.00 %, quantised 66.67 %")) << r.out;
  EXPECT_EQ(tacit({"compile", "m.onnx", "-o", "new", "--input-range", "0,1", "--labels", "labels.json"}).code, 2);
}

}  // namespace
}  // namespace tacit::cli
