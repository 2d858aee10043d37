#include "data/write.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "data/file.h"
#include "data/read.h"
#include "data/samples.h"
#include "data/test_files.h"

namespace tacit {
namespace {

namespace fs = std::filesystem;

/// Two named outputs of three samples each.
std::vector<Array> two_outputs() {
  return {{"logits", {3, 1, 2}, {0.5, -1, 0.25, 3, static_cast<double>(0.1f), 0}, ArrayType::kFloat32},
          {"best, \"so far\"", {3, 1}, {1, 0, -9007199254740992}, ArrayType::kInt64}};
}

class Write : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(::testing::TempDir()) / ("tacit_write_" + std::to_string(::getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  std::string at(const std::string& name) const { return (folder_ / name).string(); }

  std::vector<Array> there_and_back(const std::string& name, const std::vector<Array>& arrays) {
    const Status written = write_arrays(at(name), arrays);
    EXPECT_TRUE(written.ok()) << written.error().text();
    auto read = read_arrays(at(name));
    EXPECT_TRUE(read.ok()) << read.error().text();
    return read.ok() ? *read : std::vector<Array>{};
  }
  std::string complaint(const std::string& target, const std::vector<Array>& arrays) {
    const Status written = write_arrays(target, arrays);
    return written.ok() ? "" : written.error().text();
  }
  fs::path folder_;
};

TEST_F(Write, SeveralNamedArraysSurviveNpzAndJson) {
  for (const char* name : {"a.npz", "a.json"}) {
    const std::vector<Array> back = there_and_back(name, two_outputs());
    ASSERT_EQ(back.size(), 2u) << name;
    for (std::size_t k = 0; k < 2; ++k) {
      EXPECT_EQ(back[k].name, two_outputs()[k].name);
      EXPECT_EQ(back[k].dims, two_outputs()[k].dims);
      const bool rounded = k == 0 && name == std::string("a.json");   // read as doubles: the shortest digits of a float
      if (!rounded) {
        EXPECT_EQ(back[k].values, two_outputs()[k].values);
      }
      for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(static_cast<float>(back[k].values[i]), static_cast<float>(two_outputs()[k].values[i]));
    }
  }
}

TEST_F(Write, ATableHasARowForEachSampleAndIsReadAsInputsAgain) {
  ASSERT_TRUE(write_arrays(at("a.csv"), two_outputs()).ok());
  const Bytes bytes = read_file(at("a.csv"), 1000).value();
  EXPECT_EQ(std::string(bytes.begin(), bytes.end()),
            "logits[0],logits[1],\"best, \"\"so far\"\"\"\n0.5,-1.0,1\n0.25,3.0,0\n0.1,0.0,-9007199254740992\n");
  const std::vector<InputShape> inputs{{"best, \"so far\"", {1}}, {"logits", {1, 2}}};
  auto samples = bind_samples(read_arrays(at("a.csv")).value(), inputs, "a.csv");
  ASSERT_TRUE(samples.ok()) << samples.error().text();
  EXPECT_EQ(samples->count, 3u);
  EXPECT_EQ(samples->inputs[0], two_outputs()[1].values);
  EXPECT_EQ(samples->inputs[1][3], 3);
}

TEST_F(Write, ANameThatIsANumberDoesNotMakeTheHeaderData) {
  const std::vector<Array> back = there_and_back("a.csv", {{"12", {2}, {1, 2}, ArrayType::kBool}, {"7", {2}, {0, 1}, ArrayType::kBool}});
  EXPECT_EQ(back[0].name, "12[0]");
  EXPECT_EQ(back[1].values, (std::vector<double>{0, 1}));
}

TEST_F(Write, OneArraySurvivesEveryFormat) {
  const Array one{"scores", {2, 3}, {1, 2, 3, -4, 5, 0.5}, ArrayType::kFloat32};
  for (const char* name : {"a.npy", "a.npz", "a.json", "a.pb"}) {
    const std::vector<Array> back = there_and_back(name, {one});
    ASSERT_EQ(back.size(), 1u);
    EXPECT_EQ(back[0].dims, one.dims) << name;
    EXPECT_EQ(back[0].values, one.values) << name;
    EXPECT_EQ(back[0].name, name == std::string("a.npy") ? "" : "scores");
  }
  EXPECT_EQ(there_and_back("a.csv", {one}).size(), 3u);
}

TEST_F(Write, EveryElementTypeSurvivesNpzAndPb) {
  for (int type = 0; type <= static_cast<int>(ArrayType::kFloat64); ++type) {
    const Array array{"x", {3}, {1, 0, 1}, static_cast<ArrayType>(type)};
    EXPECT_EQ(there_and_back("a.pb", {array})[0].type, array.type);
    EXPECT_EQ(there_and_back("a.pb", {array})[0].values, array.values);
    const ArrayType numpy = array.type == ArrayType::kBfloat16 ? ArrayType::kFloat32 : array.type;
    EXPECT_EQ(there_and_back("a.npz", {array})[0].type, numpy);
  }
}

TEST_F(Write, NamedFilesHoldOneArrayEach) {
  const std::string files = "logits=" + at("l.npy") + ",labels=" + at("b.pb");
  std::vector<Array> arrays = two_outputs();
  arrays[1].name = "labels";
  ASSERT_TRUE(write_arrays(files, arrays).ok());
  const std::vector<Array> back = read_arrays(files).value();
  ASSERT_EQ(back.size(), 2u);
  EXPECT_EQ(back[0].name, "logits");
  EXPECT_EQ(back[0].values, arrays[0].values);
  EXPECT_EQ(back[1].dims, arrays[1].dims);
}

TEST_F(Write, ANamedFileMayHoldOthersBesides) {
  ASSERT_TRUE(write_arrays(at("both.npz"), two_outputs()).ok());
  EXPECT_EQ(read_arrays("logits=" + at("both.npz")).value()[0].values, two_outputs()[0].values);
  EXPECT_NE(read_arrays("other=" + at("both.npz")).error().text().find("none is called other"), std::string::npos);
}

TEST_F(Write, AFileWithAnEqualsSignIsAFile) {
  ASSERT_TRUE(write_file_atomic(at("a=b.csv"), test::to_bytes("c\n1\n")).ok());
  EXPECT_EQ(read_arrays(at("a=b.csv")).value()[0].name, "c");
}

TEST_F(Write, WhatAFormatCannotHoldIsSaid) {
  EXPECT_NE(complaint(at("a.npy"), two_outputs()).find("there are 2 outputs, and such a file holds one"), std::string::npos);
  EXPECT_NE(complaint(at("a.pb"), two_outputs()).find("write .npz"), std::string::npos);
  EXPECT_NE(complaint(at("a.txt"), two_outputs()).find(".npy, .npz, .csv, .json or .pb"), std::string::npos);
  EXPECT_NE(complaint("none=" + at("a.npy"), two_outputs()).find("there is no output none"), std::string::npos);
  EXPECT_NE(complaint("=" + at("a.npy"), two_outputs()).find("neither a file nor NAME=FILE"), std::string::npos);
  EXPECT_NE(complaint("a=x.npy,a=y.npy", two_outputs()).find("gives a twice"), std::string::npos);
  std::vector<Array> uneven = two_outputs();
  uneven[1].dims = {1, 3};
  EXPECT_NE(complaint(at("a.csv"), uneven).find("has 1 rows, but another output has 3"), std::string::npos);
  uneven[1] = {"two\nlines", {3}, {1, 2, 3}, ArrayType::kFloat32};
  EXPECT_NE(complaint(at("a.csv"), uneven).find("line break"), std::string::npos);
  EXPECT_TRUE(fs::is_empty(folder_));
}

Array labelled() { return {"l", {3}, {0, 1, 0}, ArrayType::kInt64, {"no", "a, \"b\"", "no"}}; }

TEST_F(Write, LabelsStandInPlaceOfTheirNumbers) {
  EXPECT_EQ(encode_json(labelled()), "[\"no\",\"a, \\\"b\\\"\",\"no\"]");
  EXPECT_EQ(encode_csv(std::vector<Array>{labelled()}).value(), "l\nno\n\"a, \"\"b\"\"\"\nno\n");
  const Bytes npy = encode_npy(labelled());
  EXPECT_NE(std::string(npy.begin(), npy.end()).find("'<U6'"), std::string::npos);
  EXPECT_EQ(npy.size() % 64, 3u * 6 * 4 % 64);
  EXPECT_EQ(npy[npy.size() - 24], 'n');
  EXPECT_NE(complaint(at("a.pb"), {labelled()}).find("text"), std::string::npos);
}

}  // namespace
}  // namespace tacit
