#include "api/model_digest.h"

#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "api/audit_fixture.h"
#include "api/facts.h"
#include "secret/sha256.h"

namespace tacit::api {
namespace {

namespace fs = std::filesystem;

/// The dense model with its weights in files beside it.
class ModelDigest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(::testing::TempDir()) / ("tacit_digest_" + std::to_string(::getpid()));
    fs::create_directories(folder_ / "b");
    const DenseNumbers n;
    put("b/w.bin", &n.weights, sizeof n.weights);
    put("a.bin", &n.bias, sizeof n.bias);
    put("m.onnx", onnx_.data(), onnx_.size());
    options_.folder = folder_.string();
  }
  void TearDown() override { fs::remove_all(folder_); }

  static std::string external(const std::string& name, const std::string& dims, const std::string& location) {
    return with(5, dims + number_field(2, 1) + with(8, name) + with(13, with(1, "location") + with(2, location)) + number_field(14, 1));
  }
  static Bytes external_model() {
    const std::string gemm = with(1, "x") + with(1, "W") + with(1, "b") + with(2, "h") + with(4, "Gemm");
    const std::string graph = with(1, gemm) + with(1, with(1, "h") + with(2, "y") + with(4, "Relu")) + with(2, "dense") +
                              external("W", number_field(1, 2) + number_field(1, 2), "./b//w.bin") +
                              external("b", number_field(1, 2), "a.bin") + with(11, tiny_value("x")) + with(12, tiny_value("y"));
    const std::string model = number_field(1, 7) + with(7, graph) + with(8, number_field(2, 13));
    return {model.begin(), model.end()};
  }
  void put(const std::string& name, const void* bytes, std::size_t size) {
    std::ofstream(folder_ / name, std::ios::binary).write(static_cast<const char*>(bytes), static_cast<std::streamsize>(size));
  }
  std::vector<std::string> differences(const Built& built) {
    auto found = audit({onnx_, key_, recipe_in(built.model), &built.model, folder_.string()}, {}, kTestTime);
    EXPECT_TRUE(found.ok()) << found.error().text();
    return found.ok() ? found->differences : std::vector<std::string>{"error"};
  }

  const Bytes onnx_ = external_model();
  Bytes key_;
  CompileOptions options_;
  fs::path folder_;
};

TEST_F(ModelDigest, IsWhatSha256sumSaysOfAllFiles) {
  auto source = read_source(onnx_, options_);
  ASSERT_TRUE(source.ok()) << source.error().text();
  const std::string command = "cd '" + folder_.string() + "' && (sha256sum < m.onnx; sha256sum < a.bin; sha256sum < b/w.bin) | sha256sum > said";
  ASSERT_EQ(std::system(command.c_str()), 0);
  std::string said;
  std::ifstream(folder_ / "said") >> said;
  EXPECT_EQ(hex(source->onnx), said);
}

TEST_F(ModelDigest, OfOneFileIsThatFiles) {
  const Bytes alone = dense_model();
  auto source = read_source(alone, options_);
  ASSERT_TRUE(source.ok());
  EXPECT_EQ(source->onnx, sha256(alone));
}

TEST_F(ModelDigest, ExternalDataCompileToTheSameWeights) {
  auto source = read_source(onnx_, options_), alone = read_source(dense_model(), {});
  ASSERT_TRUE(source.ok() && alone.ok());
  EXPECT_EQ(source->graph.initialisers.at("W").f, alone->graph.initialisers.at("W").f);
  EXPECT_NE(source->onnx, alone->onnx);
}

TEST_F(ModelDigest, WithoutAFolderExternalDataAreRefused) {
  EXPECT_FALSE(read_source(onnx_, {}).ok());
}

TEST_F(ModelDigest, AuditsCoverEveryByteOfTheExternalFiles) {
  const Built built = built_from(onnx_, options_);
  key_ = built.model.key.encode();
  EXPECT_TRUE(only(differences(built), {}));
  DenseNumbers changed;
  changed.bias[1] += 0.25f;
  put("a.bin", &changed.bias, sizeof changed.bias);
  const std::vector<std::string> lines = differences(built);
  ASSERT_GE(lines.size(), 2u);
  EXPECT_EQ(lines[0].rfind("ONNX file: its SHA-256 is ", 0), 0u) << lines[0];
}

}  // namespace
}  // namespace tacit::api
