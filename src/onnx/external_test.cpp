#include "onnx/external.h"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "onnx/model_fixture.h"
#include "onnx/reader.h"

namespace tacit {
namespace {

namespace fs = std::filesystem;

using Entries = std::vector<std::pair<std::string, std::string>>;

/// The Gemm model with its 16 bytes of w in another file.
onnx::ModelProto external_model(const Entries& entries) {
  onnx::ModelProto model = gemm_model();
  onnx::TensorProto& w = *model.mutable_graph()->mutable_initializer(0);
  w.clear_raw_data();
  w.set_data_location(onnx::TensorProto::EXTERNAL);
  for (const auto& [key, value] : entries) {
    auto* entry = w.add_external_data();
    entry->set_key(key);
    entry->set_value(value);
  }
  return model;
}

Bytes bytes_of(const std::vector<float>& values) {
  const auto* first = reinterpret_cast<const std::uint8_t*>(values.data());
  return Bytes(first, first + 4 * values.size());
}

class External : public ::testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::path(::testing::TempDir()) / ("tacit_external_" + std::to_string(::getpid()));
    fs::create_directories(root_ / "model/deep");
    put("model/w.bin", bytes_of({9, 1, 2, 3, 4}));
    put("model/deep/w.bin", bytes_of({5, 6, 7, 8}));
    put("outside.bin", bytes_of({1, 2, 3, 4}));
  }
  void TearDown() override { fs::remove_all(root_); }

  void put(const std::string& name, const Bytes& bytes) {
    std::ofstream(root_ / name, std::ios::binary).write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  }
  Result<Graph> read(const Entries& entries) {
    files_ = ExternalFiles::of_folder((root_ / "model").string());
    return read_model(serialise(external_model(entries)), {.batch = 1, .external = &files_});
  }
  std::string error_of(const Entries& entries) {
    auto graph = read(entries);
    return graph.ok() ? "" : graph.error().text();
  }

  fs::path root_;
  ExternalFiles files_ = ExternalFiles::of_folder("");
};

TEST_F(External, DataAreReadAtTheirOffsetAndLength) {
  auto graph = read({{"location", "w.bin"}, {"offset", "4"}, {"length", "16"}, {"checksum", "unread"}});
  ASSERT_TRUE(graph.ok()) << graph.error().text();
  EXPECT_EQ(graph->initialisers.at("w").f, (std::vector<float>{1, 2, 3, 4}));
  graph = read({{"location", "./deep//w.bin"}});
  ASSERT_TRUE(graph.ok()) << graph.error().text();
  EXPECT_EQ(graph->initialisers.at("w").f, (std::vector<float>{5, 6, 7, 8}));
  ASSERT_EQ(files_.used().size(), 1u);
  EXPECT_EQ(files_.used().begin()->first, "deep/w.bin");
  EXPECT_EQ(files_.used().begin()->second, bytes_of({5, 6, 7, 8}));
}

TEST_F(External, AModelFileFindsThemBesideIt) {
  put("model/m.onnx", serialise(external_model({{"location", "deep/w.bin"}})));
  auto graph = read_model_file((root_ / "model/m.onnx").string(), {});
  ASSERT_TRUE(graph.ok()) << graph.error().text();
  EXPECT_EQ(graph->initialisers.at("w").f, (std::vector<float>{5, 6, 7, 8}));
}

TEST_F(External, FilesInMemoryServeAsWell) {
  ExternalFiles files = ExternalFiles::in_memory({{"w.bin", bytes_of({1, 2, 3, 4})}, {"unused", {}}});
  auto graph = read_model(serialise(external_model({{"location", "w.bin"}})), {.batch = 1, .external = &files});
  ASSERT_TRUE(graph.ok()) << graph.error().text();
  EXPECT_EQ(files.used().size(), 1u);
  auto missing = read_model(serialise(external_model({{"location", "v.bin"}})), {.batch = 1, .external = &files});
  EXPECT_EQ(missing.error().text(), "initialiser \"w\", external file \"v.bin\": it is not at hand");
}

TEST_F(External, WithoutAFolderTheyAreRefused) {
  auto graph = read_model(serialise(external_model({{"location", "w.bin"}})), {});
  EXPECT_EQ(graph.error().text(), "initialiser \"w\": it keeps its data in another file; save the model as one file, without "
                                  "external data");
}

TEST_F(External, NoPathLeadsOutOfTheFolder) {
  fs::create_symlink(root_ / "outside.bin", root_ / "model/link.bin");
  fs::create_directory_symlink(root_, root_ / "model/up");
  fs::create_symlink("w.bin", root_ / "model/inside.bin");
  for (const std::string& path : {std::string("../outside.bin"), (root_ / "outside.bin").string(), std::string("deep/../../outside.bin"),
                                  std::string(".."), std::string("."), std::string(""), std::string("w.bin/"), std::string("w.bin\0x", 7)}) {
    EXPECT_NE(error_of({{"location", path}}).find("must be a path inside the model's folder"), std::string::npos) << path;
  }
  for (const char* path : {"link.bin", "up/outside.bin"}) {
    EXPECT_NE(error_of({{"location", path}}).find("link that leads out of the model's folder"), std::string::npos) << path;
  }
  EXPECT_EQ(error_of({{"location", "inside.bin"}, {"length", "16"}}), "");
}

TEST_F(External, OnlyRegularFilesAreRead) {
  ASSERT_EQ(::mkfifo((root_ / "model/pipe").c_str(), 0600), 0);
  EXPECT_NE(error_of({{"location", "pipe"}}).find("not a regular file"), std::string::npos);
  EXPECT_NE(error_of({{"location", "deep"}}).find("not a regular file"), std::string::npos);
  EXPECT_NE(error_of({{"location", "nowhere"}}).find("must lie beside the model"), std::string::npos);
}

TEST_F(External, OffsetAndLengthMustFitTheFileAndTheShape) {
  auto with = [&](const std::string& offset, const std::string& length) {
    return error_of({{"location", "w.bin"}, {"offset", offset}, {"length", length}});
  };
  EXPECT_EQ(with("4", "16"), "");
  EXPECT_EQ(with("8", "16"), "initialiser \"w\", external file \"w.bin\": offset 8 and length 16 lie beyond its 20 bytes");
  EXPECT_EQ(with("0", "20"), "initialiser \"w\", external file \"w.bin\": the tensor's shape needs 16 bytes, but it is given 20");
  for (const char* wrong : {"18446744073709551615", "18446744073709551612", "-4", "4x", "", " 4"}) {
    EXPECT_NE(with(wrong, "16").find("lie beyond"), std::string::npos) << wrong;
    EXPECT_NE(with("4", wrong).find("lie beyond"), std::string::npos) << wrong;
  }
  EXPECT_NE(error_of({{"location", "w.bin"}}).find("is given 20"), std::string::npos);
  EXPECT_NE(error_of({{"offset", "0"}}).find("names no file"), std::string::npos);
  EXPECT_NE(error_of({{"location", "w.bin"}, {"location", "w.bin"}}).find("two entries"), std::string::npos);
}

TEST_F(External, DataInTwoPlacesAreRefused) {
  onnx::ModelProto twice = external_model({{"location", "deep/w.bin"}});
  twice.mutable_graph()->mutable_initializer(0)->set_raw_data(std::string(16, '\0'));
  EXPECT_FALSE(read_model(serialise(twice), {.batch = 1, .external = &files_}).ok());
  onnx::ModelProto unsaid = external_model({{"location", "deep/w.bin"}});
  unsaid.mutable_graph()->mutable_initializer(0)->set_data_location(onnx::TensorProto::DEFAULT);
  EXPECT_FALSE(read_model(serialise(unsaid), {.batch = 1, .external = &files_}).ok());
}

TEST_F(External, AFileThatIsTooLargeIsRefusedUnread) {
  std::ofstream(root_ / "model/large.bin").put('x');
  fs::resize_file(root_ / "model/large.bin", (std::uintmax_t{4} << 30) + 1);   // sparse: takes no space
  EXPECT_NE(error_of({{"location", "large.bin"}, {"length", "16"}}).find("larger than 4 GiB"), std::string::npos);
}

TEST_F(External, OneFileIsNotUnfoldedManyTimes) {
  ExternalFiles files = ExternalFiles::in_memory({{"w.bin", Bytes(1 << 20)}});
  int given = 0;
  while (given < 1000 && files.piece({"w.bin", 0, {}}, 1 << 20, "t").ok()) ++given;
  EXPECT_EQ(given, 20);
}

}  // namespace
}  // namespace tacit
