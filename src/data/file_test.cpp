#include "data/file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "data/read.h"
#include "data/test_files.h"
#include "data/write.h"

namespace tacit {
namespace {

namespace fs = std::filesystem;

class File : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = ::testing::UnitTest::GetInstance()->current_test_info()->name();
    folder_ = fs::path(::testing::TempDir()) / ("tacit_data_" + name + "_" + std::to_string(::getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }
  fs::path folder_;
};

TEST_F(File, WhatIsWrittenReadsBackAndNothingElseIsLeft) {
  Bytes content(200000, 7);
  ASSERT_TRUE(write_file_atomic(path("a"), content).ok());
  EXPECT_EQ(read_file(path("a"), 200000).value(), content);
  ASSERT_TRUE(write_file_atomic(path("a"), Bytes{1}).ok());
  EXPECT_EQ(read_file(path("a"), 10).value(), Bytes{1});
  EXPECT_EQ(files(), 1u);
}

TEST_F(File, SecretFilesAreReadableByTheirOwnerOnly) {
  ASSERT_TRUE(write_file_atomic(path("a"), Bytes{1}).ok());
  ASSERT_TRUE(write_file_atomic(path("a"), Bytes{2}, kSecretFile).ok());
  struct stat info {};
  ASSERT_EQ(::stat(path("a").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_F(File, AFailureLeavesTheOldFileAndNoOther) {
  fs::create_directory(path("taken"));
  EXPECT_NE(write_file_atomic(path("taken"), Bytes{1}).error().text().find("directory"), std::string::npos);
  EXPECT_EQ(files(), 1u);
  EXPECT_FALSE(write_file_atomic(path("missing/a"), Bytes{1}).ok());
  // The name is short enough for the file but not for the one it is built in.
  std::string longest(250, 'n');
  EXPECT_FALSE(write_file_atomic(path(longest), Bytes{1}).ok());
  EXPECT_EQ(files(), 1u);
}

TEST_F(File, ASymbolicLinkStaysALink) {
  ASSERT_TRUE(write_file_atomic(path("real"), Bytes{1}).ok());
  fs::create_symlink("real", path("link"));
  ASSERT_TRUE(write_file_atomic(path("link"), Bytes{2}).ok());
  EXPECT_TRUE(fs::is_symlink(path("link")));
  EXPECT_EQ(read_file(path("real"), 10).value(), Bytes{2});
}

TEST_F(File, ADeviceIsWrittenToAndNotReplaced) {
  ASSERT_TRUE(write_file_atomic("/dev/null", Bytes{1}).ok());
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST_F(File, ReadingIsBounded) {
  ASSERT_TRUE(write_file_atomic(path("a"), Bytes(11)).ok());
  EXPECT_TRUE(read_file(path("a"), 11).ok());
  EXPECT_NE(read_file(path("a"), 10).error().text().find("longer than the 10 bytes"), std::string::npos);
  EXPECT_FALSE(read_file("/dev/zero", 100000).ok());
  EXPECT_FALSE(read_file(path(""), 10).ok());
  EXPECT_NE(read_file(path("none"), 10).error().text().find("No such file"), std::string::npos);
}

TEST_F(File, ArraysAreReadByContentAndByExtension) {
  Array array{"", {2}, {1.5, 2}, ArrayType::kFloat32};
  ASSERT_TRUE(write_arrays(path("a.npy"), std::span(&array, 1)).ok());
  ASSERT_TRUE(write_file_atomic(path("a.weird"), encode_npy(array)).ok());
  ASSERT_TRUE(write_file_atomic(path("a.JSON"), test::to_bytes(encode_json(array))).ok());
  for (const char* name : {"a.npy", "a.weird", "a.JSON"}) {
    auto read = read_arrays(path(name));
    ASSERT_TRUE(read.ok()) << read.error().text();
    EXPECT_EQ((*read)[0].values, array.values);
  }
  ASSERT_TRUE(write_file_atomic(path("b.csv"), test::to_bytes("a\n1\n")).ok());
  EXPECT_EQ(read_arrays(path("b.csv")).value()[0].name, "a");
  ASSERT_TRUE(write_file_atomic(path("b.txt"), test::to_bytes("a\n1\n")).ok());
  EXPECT_NE(read_arrays(path("b.txt")).error().text().find("use .npy"), std::string::npos);
  ASSERT_TRUE(write_file_atomic(path("b.npz"), test::to_bytes("\x1f\x8b..")).ok());
  EXPECT_FALSE(read_arrays(path("b.npz")).ok());
}

TEST_F(File, NamedArraysSurviveJson) {
  std::vector<Array> arrays{{"first \"one\"", {1}, {1}, ArrayType::kInt64}, {"b", {2}, {0.5, 1}, ArrayType::kFloat64}};
  ASSERT_TRUE(write_arrays(path("a.json"), arrays).ok());
  auto read = read_arrays(path("a.json"));
  ASSERT_TRUE(read.ok()) << read.error().text();
  ASSERT_EQ(read->size(), 2u);
  EXPECT_EQ((*read)[0].name, arrays[0].name);
  EXPECT_EQ((*read)[1].values, arrays[1].values);
}

}  // namespace
}  // namespace tacit
