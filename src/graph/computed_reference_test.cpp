// Functions, products, quotients, reductions and norms of computed tensors against float: the error on calibrated inputs, and that
// every statement holds, and the key is one that every input has a proof for, where inputs are extreme.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "graph/integer_fixture.h"
#include "graph/key_fixture.h"

namespace tacit {
namespace {

using Attributes = std::map<std::string, Attribute>;
using List = std::vector<std::int64_t>;

/// Every input has a proof, and what calibration saw is off by 2^-11 of its range at most, 2^-10 where the rounding of the input itself weighs more.
void expect_good(const GraphFixture& graph, std::int64_t opset = 18, double share = 0x1p-11) {
  GraphFixture source = graph;
  for (Node& node : source.graph.nodes) node.opset = opset;
  IntegerFixture f(source);
  ASSERT_TRUE(f.ok);
  expect_legal(f.model);
  for (const OutputError& e : f.model.fidelity.outputs) EXPECT_LE(e.max, share * e.range);
  Stream stream{5};
  for (int kind = 0; kind < 4; ++kind) f.run(f.inputs(kind, stream));
}

/// op(scale * x + shift).
GraphFixture function_of(const char* op, float scale, float shift, Attributes attributes = {}) {
  GraphFixture g;
  g.input("x", {1, 3, 40}).constant("scale", make_float({}, {scale})).constant("shift", make_float({}, {shift}));
  return g.node("Mul", {"x", "scale"}, {"s"}).node("Add", {"s", "shift"}, {"a"}).node(op, {"a"}, {"y"}, std::move(attributes)).output("y");
}

TEST(IntegerFunction, IsCloseToFloatOnItsRange) {
  for (const char* op : {"Exp", "Erf", "Sin", "Cos", "Atan", "Sinh", "Cosh", "Asinh", "Softplus", "Softsign", "Elu", "Selu", "Celu", "Gelu",
                         "Mish", "HardSigmoid", "HardSwish", "Swish", "Silu"}) {
    SCOPED_TRACE(op);
    expect_good(function_of(op, 3, 0.1f));
  }
  for (const char* op : {"Asin", "Acos", "Tan"}) {
    SCOPED_TRACE(op);
    expect_good(function_of(op, 0.97f, 0));
  }
  expect_good(function_of("Atanh", 0.9f, 0));
  expect_good(function_of("Acosh", 2, 3.1f));
  expect_good(function_of("Gelu", 4, 0, {{"approximate", std::string("tanh")}}));
}

TEST(IntegerFunction, IsCloseToFloatWhereItIsSteep) {
  expect_good(function_of("Log", 1, 1.1f));
  expect_good(function_of("Sqrt", 1, 1.1f));
  expect_good(function_of("Reciprocal", 1, 1.1f), 18, 0x1p-10);
  expect_good(function_of("Exp", 10, 0), 18, 0x1p-10);
  expect_good(function_of("Tan", 1.4f, 0), 18, 0x1p-10);
}

TEST(IntegerFunction, HasOneTableForLayersOfSimilarRange) {
  GraphFixture g;
  g.input("x", {1, 20}).node("Erf", {"x"}, {"a"});
  g.constant("c", make_float({}, {1.1f})).node("Mul", {"a", "c"}, {"b"}).node("Erf", {"b"}, {"y"}).output("y");
  IntegerFixture f(g);
  ASSERT_TRUE(f.ok);
  EXPECT_EQ(std::count_if(f.model.theorem.tables.begin(), f.model.theorem.tables.end(), [](const Table& t) { return t.kind == TableKind::kFunction; }), 1);
}

TEST(IntegerPower, IsCloseToFloatForEveryKindOfExponent) {
  for (const float p : {2.0f, 3.0f, -1.0f, -2.0f, 0.5f, -0.5f, 1.7f, 0.0f}) {
    SCOPED_TRACE(p);
    GraphFixture g;
    g.input("x", {2, 3, 5}).constant("shift", make_float({}, {1.3f})).constant("p", make_float({}, {p}));
    expect_good(g.node("Add", {"x", "shift"}, {"a"}).node("Pow", {"a", "p"}, {"y"}).output("y"), 18, 0x1p-10);
  }
}

TEST(IntegerPower, TakesComputedExponents) {
  GraphFixture g;
  g.input("x", {2, 3, 5}).input("e", {3, 1}).constant("shift", make_float({}, {1.3f}));
  expect_good(g.node("Add", {"x", "shift"}, {"a"}).node("Pow", {"a", "e"}, {"y"}).output("y"), 18, 0x1p-10);
}

TEST(IntegerPower, OfNegativeBasesHasTheSignOfTheExponent) {
  GraphFixture constant;
  constant.input("x", {4, 6}).constant("p", make_float({6}, {1, 2, 3, 0, -1, -2})).constant("shift", make_float({}, {1.4f})).constant("minus", make_float({}, {-1}));
  expect_good(constant.node("Add", {"x", "shift"}, {"a"}).node("Mul", {"a", "minus"}, {"b"}).node("Pow", {"b", "p"}, {"y"}).output("y"), 18, 0x1p-10);
  GraphFixture computed;
  computed.input("x", {3, 5});
  computed.graph.inputs.push_back({"e", {DType::kInt64, {5}}});
  IntegerFixture f(computed.constant("two", make_float({}, {2})).node("Mul", {"x", "two"}, {"b"}).node("Cast", {"e"}, {"p"}, {{"to", Attribute{std::int64_t{1}}}})
                       .node("Pow", {"b", "p"}, {"y"}).output("y"));
  ASSERT_TRUE(f.ok);
  expect_legal(f.model);
  const Ints y = f.run({{-9000, -9000, -9000, -9000, -9000, 9000, 9000, 9000, 9000, 9000, -16000, -16000, -16000, -16000, -16000}, {0, 1, 2, 3, -1}});
  for (const std::size_t k : {0, 2, 5, 6, 7, 8, 9, 10, 12}) EXPECT_GT(y[k], 0) << k;
  for (const std::size_t k : {1, 3, 4, 11, 13, 14}) EXPECT_LT(y[k], 0) << k;
  for (std::size_t k = 0; k < 5; ++k) EXPECT_LE(std::abs(std::abs(y[k]) - y[5 + k]), 2) << k;
}

TEST(IntegerQuotient, IsCloseToFloatWithEveryBroadcast) {
  for (const Shape& divisor : {Shape{2, 3, 4}, Shape{3, 1}, Shape{4}, Shape{2, 1, 1}, Shape{}, Shape{2, 3, 1}, Shape{1, 1, 4}}) {
    SCOPED_TRACE(shape_text(divisor));
    GraphFixture g;
    g.input("x", {2, 3, 4}).input("d", divisor).constant("shift", make_float({}, {1.2f}));
    expect_good(g.node("Add", {"d", "shift"}, {"b"}).node("Div", {"x", "b"}, {"y"}).output("y"), 18, 0x1p-10);
  }
  GraphFixture inverse;
  inverse.input("d", {2, 3}).constant("c", make_float({3}, {1, -2, 3})).constant("shift", make_float({}, {-1.2f}));
  expect_good(inverse.node("Add", {"d", "shift"}, {"b"}).node("Div", {"c", "b"}, {"y"}).output("y"), 18, 0x1p-10);
}

TEST(IntegerQuotient, HasAProofWhereTheDivisorIsZero) {
  IntegerFixture f(GraphFixture{}.input("x", {1, 2}).input("d", {1, 2}).node("Div", {"x", "d"}, {"y"}).output("y"), {}, 0.5f);
  ASSERT_TRUE(f.ok);
  const Ints y = f.run({{16384, -16384}, {0, 0}});
  EXPECT_GT(y[0], 0);
  EXPECT_LE(std::abs(y[0] + y[1]), 8);
}

TEST(IntegerReduction, IsCloseToFloatOverEveryChoiceOfAxes) {
  for (const char* op : {"ReduceSum", "ReduceMean", "ReduceL1", "ReduceL2", "ReduceSumSquare", "ReduceLogSumExp", "ReduceProd"}) {
    for (const List& axes : {List{}, List{0}, List{1}, List{2}, List{-1}, List{0, 2}, List{1, 3}, List{1, 2, 3}, List{0, 1, 2, 3}}) {
      SCOPED_TRACE(std::string(op) + " over " + std::to_string(axes.size()) + " axes from " + (axes.empty() ? "none" : std::to_string(axes[0])));
      for (const std::int64_t keeps : {0, 1}) {
        GraphFixture g;
        g.input("x", {2, 3, 2, 2}).constant("axes", make_int64({static_cast<std::int64_t>(axes.size())}, List(axes)));
        expect_good(g.node(op, {"x", "axes"}, {"y"}, {{"keepdims", Attribute{keeps}}}).output("y"));
      }
    }
  }
}

TEST(IntegerReduction, OfALogarithmFollowsTheSum) {
  GraphFixture g;
  g.input("x", {2, 3, 4}).constant("shift", make_float({}, {1.1f}));
  expect_good(g.node("Add", {"x", "shift"}, {"a"}).node("ReduceLogSum", {"a"}, {"y"}, {{"axes", List{1}}}).output("y"), 13);
}

TEST(IntegerCumSum, SumsBeginningsAlongEveryAxis) {
  for (const std::int64_t axis : {0, 1, 2})
    for (const std::int64_t exclusive : {0, 1})
      for (const std::int64_t reverse : {0, 1}) {
        SCOPED_TRACE(axis);
        GraphFixture g;
        g.input("x", {2, 3, 4}).constant("axis", make_int64({}, {axis}));
        expect_good(g.node("CumSum", {"x", "axis"}, {"y"}, {{"exclusive", Attribute{exclusive}}, {"reverse", Attribute{reverse}}}).output("y"));
      }
}

TEST(IntegerLogSoftmax, IsCloseToFloat) {
  for (const std::int64_t axis : {0, 1, 2}) {
    GraphFixture g;
    g.input("x", {2, 3, 4}).constant("c", make_float({}, {5}));
    expect_good(g.node("Mul", {"x", "c"}, {"a"}).node("LogSoftmax", {"a"}, {"y"}, {{"axis", Attribute{axis}}}).output("y"));
  }
}

TEST(IntegerMatMul, MultipliesComputedTensorsAndBatchesOfMatrices) {
  const std::pair<Shape, Shape> cases[] = {{{3, 4}, {4, 2}}, {{2, 3, 4}, {2, 4, 5}}, {{2, 3, 4}, {4, 5}}, {{3, 4}, {2, 4, 5}}, {{2, 1, 3, 4}, {3, 4, 2}},
                                           {{4}, {2, 4, 3}}, {{2, 3, 4}, {4}}, {{4}, {4}}};
  for (const auto& [a, b] : cases) {
    SCOPED_TRACE(shape_text(a) + " by " + shape_text(b));
    expect_good(GraphFixture{}.input("a", a).input("b", b).node("MatMul", {"a", "b"}, {"y"}).output("y"));
    Stream stream{9};
    expect_good(GraphFixture{}.input("a", a).constant("b", random_tensor(b, stream)).node("MatMul", {"a", "b"}, {"y"}).output("y"));
    expect_good(GraphFixture{}.input("b", b).constant("a", random_tensor(a, stream)).node("MatMul", {"a", "b"}, {"y"}).output("y"));
  }
}

TEST(IntegerEinsum, SumsProductsOverLetters) {
  const std::tuple<const char*, Shape, Shape> cases[] = {{"bij,bjk->bik", {2, 3, 4}, {2, 4, 5}}, {"ij,jk", {3, 4}, {4, 2}}, {"bij,bjk->ik", {2, 3, 4}, {2, 4, 5}},
                                                         {"i,j->ij", {3}, {4}}, {"i,i->", {3}, {3}}, {"...ij,...jk->...ik", {2, 3, 4}, {2, 4, 2}},
                                                         {"bhwc,hkc->bhwk", {2, 3, 4, 2}, {3, 5, 2}}};
  for (const auto& [equation, a, b] : cases) {
    SCOPED_TRACE(equation);
    expect_good(GraphFixture{}.input("a", a).input("b", b).node("Einsum", {"a", "b"}, {"y"}, {{"equation", std::string(equation)}}).output("y"));
  }
  for (const char* equation : {"ijj->ij", "iij->j", "ijk->ki"}) {
    const bool square = std::string(equation) != "ijk->ki";
    expect_good(GraphFixture{}.input("a", square ? Shape{3, 3, 3} : Shape{2, 3, 4}).node("Einsum", {"a"}, {"y"}, {{"equation", std::string(equation)}}).output("y"));
  }
}

TEST(IntegerNorm, IsCloseToFloatOnConstantRowsToo) {
  Stream stream{7};
  const Tensor scale = random_tensor({4}, stream, 0.5, 1.5), bias = random_tensor({4}, stream), channel = random_tensor({6}, stream, 0.5, 1.5);
  expect_good(GraphFixture{}.input("x", {2, 3, 4}).constant("s", scale).constant("b", bias).node("LayerNormalization", {"x", "s", "b"}, {"y"}).output("y"));
  expect_good(GraphFixture{}.input("x", {2, 3, 4}).constant("s", scale).node("RMSNormalization", {"x", "s"}, {"y"}).output("y"));
  expect_good(GraphFixture{}.input("x", {2, 6, 2, 3}).constant("s", channel).constant("b", channel).node("InstanceNormalization", {"x", "s", "b"}, {"y"}).output("y"));
  expect_good(GraphFixture{}.input("x", {2, 6, 2, 3}).constant("s", channel).constant("b", channel)
                  .node("GroupNormalization", {"x", "s", "b"}, {"y"}, {{"num_groups", Attribute{std::int64_t{3}}}}).output("y"), 21);
  expect_good(GraphFixture{}.input("x", {2, 6, 3}).node("LRN", {"x"}, {"y"}, {{"size", Attribute{std::int64_t{3}}}, {"alpha", Attribute{0.5f}}}).output("y"));
  for (const std::int64_t p : {1, 2}) {
    GraphFixture g;
    g.input("x", {2, 3, 4}).constant("c", make_float({}, {1.5f})).node("Add", {"x", "c"}, {"a"});
    expect_good(g.node("LpNormalization", {"a"}, {"y"}, {{"p", Attribute{p}}, {"axis", Attribute{std::int64_t{1}}}}).output("y"));
  }
}

TEST(IntegerAttention, IsCloseToFloatWithAndWithoutAMask) {
  for (const std::int64_t causal : {0, 1}) {
    GraphFixture g;
    g.input("q", {2, 4, 3, 8}).input("k", {2, 2, 5, 8}).input("v", {2, 2, 5, 6});
    expect_good(g.node("Attention", {"q", "k", "v"}, {"y"}, {{"is_causal", Attribute{causal}}}).output("y"), 23);
  }
}

}  // namespace
}  // namespace tacit
