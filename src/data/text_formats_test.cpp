#include <gtest/gtest.h>

#include "data/formats.h"
#include "data/test_files.h"
#include "data/write.h"

namespace tacit {
namespace {

using Parser = Result<std::vector<Array>> (*)(ByteSpan, const std::string&);

std::vector<Array> read(Parser parse, const std::string& text) {
  auto arrays = parse(test::to_bytes(text), "f");
  EXPECT_TRUE(arrays.ok()) << arrays.error().text() << "\n" << text;
  return arrays.ok() ? *arrays : std::vector<Array>(4);
}

std::string complaint(Parser parse, const std::string& text) {
  auto arrays = parse(test::to_bytes(text), "f");
  return arrays.ok() ? "" : arrays.error().text();
}

void expect_complaint(Parser parse, const std::string& text, const std::string& part) {
  EXPECT_NE(complaint(parse, text).find(part), std::string::npos) << text << " -> " << complaint(parse, text);
}

TEST(Csv, ReadsNamedColumns) {
  auto columns = read(parse_csv, "\xef\xbb\xbf\"length, in cm\",\"a \"\"b\"\"\",target\r\n5.1, 3 ,0\r\n\"-4e-1\",2,1\r\n\r\n");
  ASSERT_EQ(columns.size(), 3u);
  EXPECT_EQ(columns[0].name, "length, in cm");
  EXPECT_EQ(columns[1].name, "a \"b\"");
  EXPECT_EQ(columns[0].values, (std::vector<double>{5.1, -0.4}));
  EXPECT_EQ(columns[1].values, (std::vector<double>{3, 2}));
  EXPECT_EQ(columns[0].type, ArrayType::kFloat64);
  EXPECT_EQ(columns[2].type, ArrayType::kInt64);
  EXPECT_EQ(columns[2].dims, std::vector<std::uint64_t>{2});
}

TEST(Csv, ReadsALastLineWithoutItsEnd) {
  EXPECT_EQ(read(parse_csv, "a\n1\n2")[0].values, (std::vector<double>{1, 2}));
}

TEST(Csv, NamesTheRowAndTheColumnOfWhatIsNotANumber) {
  expect_complaint(parse_csv, "a,b\n1,2\n3,four\n", "line 3: column 'b' holds 'four', which is not a number");
  expect_complaint(parse_csv, "a,b\n1,\n", "line 2: column 'b' holds ''");
  expect_complaint(parse_csv, "a\n1 2\n", "not a number");
  expect_complaint(parse_csv, "a\n0x10\n", "not a number");
  for (const char* v : {"inf", "-Infinity", "1e999"}) expect_complaint(parse_csv, std::string("a\n") + v, "finite");
  expect_complaint(parse_csv, "a\n9007199254740993\n", "beyond 2^53");
  expect_complaint(parse_csv, "a\n123456789012345678901234567890\n", "beyond 2^53");
}

TEST(Csv, RefusesRowsOfAnotherLength) {
  expect_complaint(parse_csv, "a,b\n1\n", "line 2: has 1 values for 2 columns");
  expect_complaint(parse_csv, "a,b\n1,2\n1,2,3\n", "line 3: has more values");
  expect_complaint(parse_csv, "a,b\n\n1,2\n", "line 2");
}

TEST(Csv, RefusesAFileWithoutHeaderRowsOrContent) {
  expect_complaint(parse_csv, "1,2\n3,4\n", "must name the columns");
  expect_complaint(parse_csv, "a,b\n", "no rows");
  expect_complaint(parse_csv, "\n", "is empty");
  expect_complaint(parse_csv, "a,a\n1,2\n", "two columns named 'a'");
  expect_complaint(parse_csv, "\"a\n1\n", "malformed quote");
  expect_complaint(parse_csv, "a,b\n\"1\"x,2\n", "malformed quote");
}

TEST(Json, ReadsNestedListsAndNumbers) {
  auto arrays = read(parse_json, "[[1, 2, 3], [4, 5, -6]]");
  EXPECT_EQ(arrays[0].dims, (std::vector<std::uint64_t>{2, 3}));
  EXPECT_EQ(arrays[0].values, (std::vector<double>{1, 2, 3, 4, 5, -6}));
  EXPECT_EQ(arrays[0].type, ArrayType::kInt64);
  EXPECT_EQ(read(parse_json, "[1, 2.5]")[0].type, ArrayType::kFloat64);
  EXPECT_EQ(read(parse_json, "[true, false]")[0].type, ArrayType::kBool);
  EXPECT_EQ(read(parse_json, "[true, 7]")[0].type, ArrayType::kInt64);
  EXPECT_TRUE(read(parse_json, " 3.5 ")[0].dims.empty());
  EXPECT_EQ(read(parse_json, "[[], []]")[0].dims, (std::vector<std::uint64_t>{2, 0}));
}

TEST(Json, ReadsNamedArrays) {
  auto arrays = read(parse_json, R"({"b": [[1]], "a": 2})");
  ASSERT_EQ(arrays.size(), 2u);
  EXPECT_EQ(arrays[0].name, "b");
  EXPECT_EQ(arrays[0].dims, (std::vector<std::uint64_t>{1, 1}));
  EXPECT_EQ(arrays[1].name, "a");
  EXPECT_EQ(arrays[1].values, std::vector<double>{2});
}

TEST(Json, ReadsInputDataAsOneFlatListPerInput) {
  auto arrays = read(parse_json, R"({"input_data": [[1, 2, 3, 4], [0.5]], "output_data": [[9]]})");
  ASSERT_EQ(arrays.size(), 2u);
  EXPECT_TRUE(arrays[0].name.empty());
  EXPECT_EQ(arrays[0].dims, std::vector<std::uint64_t>{4});
  EXPECT_EQ(arrays[1].values, std::vector<double>{0.5});
  auto shaped = read(parse_json, R"({"input_shapes": [[2, 2]], "input_data": [[1, 2, 3, 4]]})");
  EXPECT_EQ(shaped[0].dims, (std::vector<std::uint64_t>{2, 2}));
}

TEST(Json, RefusesMisusedInputData) {
  expect_complaint(parse_json, R"({"input_data": [1, 2]})", "a list of its own");
  expect_complaint(parse_json, R"({"input_data": 1})", "one list per input");
  expect_complaint(parse_json, R"({"input_data": []})", "is empty");
  expect_complaint(parse_json, R"({"input_data": [[1]], "x": [1]})", "unknown key \"x\"");
  expect_complaint(parse_json, R"({"input_data": [[1, 2]], "input_shapes": [[3]]})", "has 2 values");
  expect_complaint(parse_json, R"({"input_data": [[1, 2]], "input_shapes": [[2], [2]]})", "1 inputs but 2");
  expect_complaint(parse_json, R"({"input_data": [[1, 2]], "input_shapes": [[-2]]})", "not a list of sizes");
  expect_complaint(parse_json, R"({"input_shapes": [[2]]})", "no \"input_data\"");
}

TEST(Json, NamesThePlaceOfRaggedLists) {
  expect_complaint(parse_json, "[[1, 2], [3]]", "at [1] the list has 1 items where the others have 2");
  expect_complaint(parse_json, "[[1, 2], 3]", "at [1] there is a number");
  expect_complaint(parse_json, "[[1, 2], [[3], 4]]", "at [1, 0] there is a list");
  expect_complaint(parse_json, "[1, [2]]", "at [1] there is a list");
  expect_complaint(parse_json, "[[], [1]]", "at [1] the list has 1 items");
  expect_complaint(parse_json, "[[[1]], []]", "at [1] the list has 0 items");
}

TEST(Json, RefusesWhatIsNotAFiniteNumber) {
  expect_complaint(parse_json, "{\"x\": [\"1\"]}", "\"x\": the text");
  expect_complaint(parse_json, "[1,\n NaN]", "line 2, column");
  expect_complaint(parse_json, "[1e999]", "beyond the range");
  expect_complaint(parse_json, "[9007199254740993]", "beyond 2^53");
  expect_complaint(parse_json, "[-9007199254740993]", "beyond 2^53");
  expect_complaint(parse_json, "[99999999999999999999999]", "beyond 2^53");
  EXPECT_EQ(read(parse_json, "[9007199254740992]")[0].values[0], 9007199254740992.0);
}

TEST(Json, RefusesOtherStructures) {
  expect_complaint(parse_json, "[{}]", "an object inside");
  expect_complaint(parse_json, "{}", "no numbers");
  expect_complaint(parse_json, "{\"a\": [1], \"a\": [2]}", "stands twice");
  expect_complaint(parse_json, "[1] [2]", "not valid JSON");
  expect_complaint(parse_json, "[1", "not valid JSON");
  expect_complaint(parse_json, std::string(1000000, '['), "nested deeper");
}

TEST(Json, WhatIsWrittenReadsBack) {
  Array array{"", {2, 1, 3}, {0.1, -1, 1e-300, 5e300, 0, 3}, ArrayType::kFloat64};
  auto back = read(parse_json, encode_json(array));
  EXPECT_EQ(back[0].values, array.values);
  EXPECT_EQ(back[0].dims, array.dims);
  EXPECT_EQ(back[0].type, ArrayType::kFloat64);
  EXPECT_EQ(encode_json({"", {1}, {static_cast<double>(0.1f)}, ArrayType::kFloat32}), "[0.1]");
  EXPECT_EQ(encode_json({"", {2}, {1, -9007199254740992}, ArrayType::kInt64}), "[1,-9007199254740992]");
  EXPECT_EQ(encode_json({"", {2}, {1, 0}, ArrayType::kBool}), "[true,false]");
  EXPECT_EQ(encode_json({"", {}, {4}, ArrayType::kFloat64}), "4.0");
}

}  // namespace
}  // namespace tacit
