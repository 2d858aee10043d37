// Functions of one number (Sigmoid, Tanh, Atan) against their value at the rounded argument.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "graph/integer_fixture.h"
#include "graph/key_fixture.h"
#include "quant/function.h"

namespace tacit {
namespace {

void expect_close(const IntegerFixture& f) {
  for (const OutputError& e : f.model.fidelity.outputs) EXPECT_LE(e.mean, 0x1p-12 * e.range) << e.max << " of " << e.range;
  expect_legal(f.model);
}

/// Argument and result as the theorem's table has them: the result is the nearest integer, or next to it where two are near.
void expect_function(const char* op, const std::function<double(double)>& function, double in_scale, double out_scale, double factor) {
  IntegerFixture f(GraphFixture{}.input("x", {2, 3, 50}).constant("c", make_float({}, {static_cast<float>(factor)}))
                       .node("Mul", {"x", "c"}, {"s"}).node(op, {"s"}, {"y"}).output("y"));
  ASSERT_TRUE(f.ok);
  expect_close(f);
  EXPECT_EQ(f.model.ports.outputs[0].scale, out_scale);
  const Requantise& r = f.model.theorem.steps[0].requantise;
  const std::int64_t weight = f.weights("Mul_0.weight")[0];
  Stream stream{8};
  for (int kind = 0; kind < 4; ++kind) {
    const std::vector<Ints> in = f.inputs(kind, stream);
    const Ints out = f.run(in);
    for (std::size_t k = 0; k < out.size(); ++k) {
      const std::int64_t argument = requantised(weight * in[0][k], r.shift, -32768, 32767);
      ASSERT_NEAR(static_cast<double>(out[k]), function(static_cast<double>(argument) * in_scale) / out_scale, 0.516);
    }
  }
}

TEST(IntegerSigmoid, IsTheFunctionOfItsRoundedArgument) {
  expect_function("Sigmoid", exact_sigmoid, 0x1p-11, 0x1p-15, 4);
  expect_function("Sigmoid", exact_sigmoid, 0x1p-11, 0x1p-15, 40);  // beyond the table's ends
}

TEST(IntegerTanh, IsTheFunctionOfItsRoundedArgument) {
  expect_function("Tanh", exact_tanh, 0x1p-12, 0x1p-15, 3);
  expect_function("Tanh", exact_tanh, 0x1p-12, 0x1p-15, 20);
}

TEST(IntegerTanh, TakesFinerStepsForSmallArguments) {
  expect_function("Tanh", exact_tanh, 0x1p-15, 0x1p-15, 0.4);
  expect_function("Tanh", exact_tanh, 0x1p-18, 0x1p-18, 0.04);
}

TEST(IntegerSigmoid, SharesOneTableAmongLayers) {
  IntegerFixture f(GraphFixture{}.input("x", {1, 4}).constant("c", make_float({}, {7})).node("Sigmoid", {"x"}, {"a"}).node("Mul", {"a", "c"}, {"b"})
                       .node("Sigmoid", {"b"}, {"y"}).output("y"));
  const auto functions = std::count_if(f.model.theorem.tables.begin(), f.model.theorem.tables.end(),
                                       [](const Table& t) { return t.kind == TableKind::kFunction; });
  EXPECT_EQ(functions, 1);
  expect_close(f);
}

TEST(IntegerSigmoid, FollowsARelu) {
  IntegerFixture f(GraphFixture{}.input("x", {1, 40}).constant("c", make_float({}, {3})).node("Mul", {"x", "c"}, {"a"}).node("Relu", {"a"}, {"b"})
                       .node("Sigmoid", {"b"}, {"y"}).output("y"));
  expect_close(f);
}

/// Functions take their arguments finer than tensors are; what an operator rounds off is gone all the same.
TEST(Function, TakesWholeNumbersAsTheyAre) {
  for (const char* op : {"Floor", "Ceil", "Round"}) {
    IntegerFixture f(GraphFixture{}.input("x", {1, 200}).constant("c", make_float({}, {7})).node("Mul", {"x", "c"}, {"a"}).node(op, {"a"}, {"b"})
                         .node("Atan", {"b"}, {"y"}).output("y"));
    ASSERT_TRUE(f.ok) << op;
    expect_close(f);
  }
}

TEST(Function, TakesShiftedBitsAsTheyAre) {
  GraphFixture g;
  g.graph.inputs.push_back({"x", {DType::kInt64, {1, 200}, Element::kUint8}});
  Tensor three = make_int64({}, {3});
  three.element = Element::kUint8;
  g.constant("c", three).node("BitShift", {"x", "c"}, {"a"}, {{"direction", std::string("RIGHT")}}).node("Cast", {"a"}, {"b"}, {{"to", std::int64_t{1}}});
  g.node("Atan", {"b"}, {"y"}).output("y");
  IntegerFixture f(std::move(g));
  ASSERT_TRUE(f.ok);
  expect_close(f);
}

/// Values of functions have more bits than tensors, and sums of so many products a larger shift than one rounding takes.
TEST(Function, IsSquaredAndSummedManyTimes) {
  for (const char* op : {"ReduceSumSquare", "ReduceL2"}) {
    IntegerFixture f(GraphFixture{}.input("x", {3, 700}).node("Sigmoid", {"x"}, {"a"}).node(op, {"a"}, {"y"}, {{"axes", Ints{1}}}).output("y"));
    ASSERT_TRUE(f.ok) << op;
    expect_close(f);
  }
}

/// One term of a long sum is less than a step of it: its coefficient must not be rounded to few bits.
TEST(Reduction, OfAbsoluteValuesIsExactOverLongAxes) {
  for (const std::int64_t length : {300, 3000}) {
    IntegerFixture f(GraphFixture{}.input("x", {2, length}).node("ReduceL1", {"x"}, {"y"}, {{"axes", Ints{1}}}).output("y"));
    ASSERT_TRUE(f.ok);
    expect_close(f);
  }
}

/// A step of 0 or 1 and a column of small steps are no sum that hidden weights of one scale can take.
TEST(Function, ThatJumpsIsScaledAsAWhole) {
  IntegerFixture f(GraphFixture{}.input("x", {1, 2, 60}).node("ThresholdedRelu", {"x"}, {"a"}, {{"alpha", 0.278f}})
                       .constant("s", make_float({2, 1}, {1.16f, -1.22f})).node("Mul", {"a", "s"}, {"y"}).output("y"));
  ASSERT_TRUE(f.ok);
  expect_close(f);
}

}  // namespace
}  // namespace tacit
