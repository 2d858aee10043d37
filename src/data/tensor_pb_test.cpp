#include <gtest/gtest.h>
#include <onnx/onnx_pb.h>

#include "data/formats.h"
#include "data/test_files.h"

namespace tacit {
namespace {

using onnx::TensorProto;

Result<Array> parse(const google::protobuf::Message& message) {
  return parse_tensor_pb(test::to_bytes(message.SerializeAsString()), "t.pb");
}

std::string complaint(const google::protobuf::Message& message) {
  auto read = parse(message);
  return read.ok() ? "" : read.error().text();
}

TensorProto tensor(TensorProto::DataType type, std::initializer_list<std::int64_t> dims) {
  TensorProto t;
  t.set_name("x");
  t.set_data_type(type);
  for (std::int64_t d : dims) t.add_dims(d);
  return t;
}

TEST(TensorPb, ReadsRawBytes) {
  TensorProto t = tensor(TensorProto::INT16, {2, 1});
  t.set_raw_data(std::string("\xff\xff\x02\x01", 4));
  auto read = parse(t);
  ASSERT_TRUE(read.ok()) << read.error().text();
  EXPECT_EQ(read->name, "x");
  EXPECT_EQ(read->type, ArrayType::kInt16);
  EXPECT_EQ(read->dims, (std::vector<std::uint64_t>{2, 1}));
  EXPECT_EQ(read->values, (std::vector<double>{-1, 258}));
}

TEST(TensorPb, ReadsEveryTypedField) {
  TensorProto floats = tensor(TensorProto::FLOAT, {1});
  floats.add_float_data(1.5f);
  EXPECT_EQ(parse(floats)->values, std::vector<double>{1.5});
  TensorProto doubles = tensor(TensorProto::DOUBLE, {1});
  doubles.add_double_data(0.1);
  EXPECT_EQ(parse(doubles)->values, std::vector<double>{0.1});
  TensorProto bytes = tensor(TensorProto::UINT8, {1});
  bytes.add_int32_data(200);
  EXPECT_EQ(parse(bytes)->values, std::vector<double>{200});
  TensorProto longs = tensor(TensorProto::INT64, {1});
  longs.add_int64_data(-5);
  EXPECT_EQ(parse(longs)->values, std::vector<double>{-5});
  TensorProto unsigned_longs = tensor(TensorProto::UINT32, {1});
  unsigned_longs.add_uint64_data(4000000000u);
  EXPECT_EQ(parse(unsigned_longs)->values, std::vector<double>{4000000000.0});
  TensorProto halves = tensor(TensorProto::FLOAT16, {1});
  halves.add_int32_data(0xbc00);
  EXPECT_EQ(parse(halves)->values, std::vector<double>{-1});
  TensorProto brains = tensor(TensorProto::BFLOAT16, {1});
  brains.add_int32_data(0x4040);
  EXPECT_EQ(parse(brains)->values, std::vector<double>{3});
}

TEST(TensorPb, ReadsScalarsAndEmptyTensors) {
  TensorProto scalar = tensor(TensorProto::FLOAT, {});
  scalar.add_float_data(2);
  EXPECT_EQ(parse(scalar)->values.size(), 1u);
  EXPECT_TRUE(parse(tensor(TensorProto::FLOAT, {3, 0}))->values.empty());
}

TEST(TensorPb, RefusesValuesThatDoNotFillTheShape) {
  TensorProto t = tensor(TensorProto::FLOAT, {2});
  t.add_float_data(1);
  EXPECT_NE(complaint(t).find("2 values of its shape (2)"), std::string::npos);
  t.set_raw_data("12345");
  EXPECT_NE(complaint(t), "");
  EXPECT_NE(complaint(tensor(TensorProto::FLOAT, {1 << 20, 1 << 20})).find("more than"), std::string::npos);
  EXPECT_NE(complaint(tensor(TensorProto::FLOAT, {-1})).find("negative"), std::string::npos);
}

TEST(TensorPb, RefusesWhatIsNotANumber) {
  TensorProto text = tensor(TensorProto::STRING, {1});
  text.add_string_data(std::string("a"));
  EXPECT_NE(complaint(text).find("data type 8"), std::string::npos);
}

TEST(TensorPb, RefusesExternalValuesAndOtherMessages) {
  TensorProto t = tensor(TensorProto::FLOAT, {1});
  t.set_data_location(TensorProto::EXTERNAL);
  EXPECT_NE(complaint(t).find("another file"), std::string::npos);
  onnx::ModelProto model;
  model.set_ir_version(8);
  model.set_producer_name("p");
  model.mutable_graph()->set_name("g");
  EXPECT_NE(complaint(model).find("not an ONNX TensorProto"), std::string::npos);
}

}  // namespace
}  // namespace tacit
