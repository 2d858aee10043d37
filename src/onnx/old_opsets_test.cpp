// Nodes of opsets 1 to 6 as nodes of opset 7.
#include "onnx/old_opsets.h"

#include <gtest/gtest.h>

namespace tacit {
namespace {

Node node_of(std::string op, std::map<std::string, Attribute> attributes = {}) {
  Node node;
  node.op = std::move(op);
  node.name = "N";
  node.opset = 6;
  node.attributes = std::move(attributes);
  return node;
}

const Attribute kOne{std::int64_t{1}}, kZero{std::int64_t{0}};

TEST(OldOpsets, BroadcastsAsOpsetSevenDoes) {
  Node add = node_of("Add", {{"broadcast", kOne}}), gemm = node_of("Gemm", {{"broadcast", kOne}, {"transB", kOne}});
  ASSERT_TRUE(to_opset_seven(add).ok());
  ASSERT_TRUE(to_opset_seven(gemm).ok());
  EXPECT_EQ(add.opset, 7);
  EXPECT_TRUE(add.attributes.empty());
  EXPECT_EQ(gemm.attributes.size(), 1u);
  Node along = node_of("Add", {{"broadcast", kOne}, {"axis", kOne}});
  EXPECT_NE(to_opset_seven(along).error().text().find("broadcast from an axis"), std::string::npos);
}

TEST(OldOpsets, IsReadOutsideOfTrainingOnly) {
  Node norm = node_of("BatchNormalization", {{"is_test", kOne}}), trained = node_of("Dropout", {{"is_test", kZero}}), silent = node_of("BatchNormalization");
  EXPECT_TRUE(to_opset_seven(norm).ok());
  EXPECT_TRUE(norm.attributes.empty());
  EXPECT_FALSE(to_opset_seven(trained).ok());
  EXPECT_FALSE(to_opset_seven(silent).ok());   // is_test is 0 where it is left out
}

TEST(OldOpsets, LeavesWhatDidNotChange) {
  Node softmax = node_of("Softmax", {{"axis", kOne}}), slopes = node_of("PRelu"), old = node_of("Upsample");
  EXPECT_TRUE(to_opset_seven(softmax).ok());
  EXPECT_EQ(softmax.attributes.size(), 1u);
  EXPECT_TRUE(to_opset_seven(slopes).ok());
  EXPECT_EQ(slopes.opset, 6);
  EXPECT_FALSE(to_opset_seven(old).ok());
  Node first = node_of("Relu", {{"consumed_inputs", kZero}}), reshape = node_of("Reshape");
  first.opset = reshape.opset = 1;
  EXPECT_TRUE(to_opset_seven(first).ok());
  EXPECT_TRUE(first.attributes.empty());
  EXPECT_NE(to_opset_seven(reshape).error().text().find("opset 1"), std::string::npos);   // its shape was an attribute
}

}  // namespace
}  // namespace tacit
