#include <gtest/gtest.h>

#include "ops/operator_fixture.h"
#include "ops/operator_table.h"

namespace tacit {
namespace {

using Ints = std::vector<std::int64_t>;
using Floats = std::vector<float>;

std::vector<float> iota(std::size_t n, float first = 1) {
  std::vector<float> v(n);
  for (std::size_t k = 0; k < n; ++k) v[k] = first + static_cast<float>(k);
  return v;
}

TEST(Gemm, AppliesAlphaBetaAndTransposes) {
  Tensor a = make_float({2, 2}, {1, 2, 3, 4});
  Tensor b = make_float({2, 2}, {5, 6, 7, 8});
  Tensor c = make_float({2}, {10, 20});
  EXPECT_EQ(OperatorFixture("Gemm", 13, {a, b, c}).run().f, (Floats{29, 42, 53, 70}));
  EXPECT_EQ(OperatorFixture("Gemm", 13, {a, b, c}, {{"transA", Attribute{std::int64_t{1}}}}).run().f,
            (Floats{36, 50, 48, 64}));
  EXPECT_EQ(OperatorFixture("Gemm", 13, {a, b, c}, {{"transB", Attribute{std::int64_t{1}}}}).run().f,
            (Floats{27, 43, 49, 73}));
  EXPECT_EQ(OperatorFixture("Gemm", 13, {a, b, c}, {{"alpha", Attribute{2.0f}}, {"beta", Attribute{0.5f}}}).run().f,
            (Floats{43, 54, 91, 110}));
  EXPECT_EQ(OperatorFixture("Gemm", 13, {a, b}).run().f, (Floats{19, 22, 43, 50}));
}

TEST(Gemm, RefusesAWeightThatDependsOnTheInput) {
  Tensor m = make_float({2, 2}, {1, 2, 3, 4});
  OperatorFixture gemm("Gemm", 13, {m, m});
  gemm.constant = {true, false};
  EXPECT_EQ(gemm.refusal(), "node N (Gemm, opset 13): input 1 \"v1\" (B, the weight) must be a constant of the model, "
                            "not computed from its input");
}

TEST(Gemm, RefusesShapesThatDoNotFit) {
  Tensor a = make_float({2, 3}, iota(6)), b = make_float({2, 2}, iota(4)), c = make_float({3}, iota(3));
  EXPECT_NE(OperatorFixture("Gemm", 13, {a, b}).refusal(), "");
  EXPECT_NE(OperatorFixture("Gemm", 13, {b, b, c}).refusal(), "");
  EXPECT_NE(OperatorFixture("Gemm", 13, {c, b}).refusal(), "");
}

TEST(MatMul, BroadcastsLeadingAxesAndDropsVectorAxes) {
  Tensor x = make_float({2, 1, 2}, {1, 2, 3, 4});
  Tensor w = make_float({2, 2}, {1, 10, 100, 1000});
  Tensor y = OperatorFixture("MatMul", 13, {x, w}).run();
  EXPECT_EQ(y.dims, (Shape{2, 1, 2}));
  EXPECT_EQ(y.f, (Floats{201, 2010, 403, 4030}));
  Tensor stack = make_float({2, 2, 1}, {1, 2, 3, 4});
  Tensor left = OperatorFixture("MatMul", 13, {w, stack}).run();
  EXPECT_EQ(left.dims, (Shape{2, 2, 1}));
  EXPECT_EQ(left.f, (Floats{21, 2100, 43, 4300}));
  Tensor v = make_float({2}, {1, 1});
  EXPECT_EQ(OperatorFixture("MatMul", 13, {v, w}).run().f, (Floats{101, 1010}));
  Tensor inner = OperatorFixture("MatMul", 13, {v, v}).run();
  EXPECT_EQ(inner.dims, Shape{});
  EXPECT_EQ(inner.f, Floats{2});
}

TEST(MatMul, TakesTwoActivationsOfFittingShapesOnly) {
  Tensor m = make_float({2, 2}, {1, 2, 3, 4});
  OperatorFixture product("MatMul", 13, {m, m});
  product.constant = {false, false};
  EXPECT_EQ(product.refusal(), "");
  OperatorFixture wrong("MatMul", 13, {m, make_float({3, 2}, {1, 2, 3, 4, 5, 6})});
  wrong.constant = {false, false};
  EXPECT_NE(wrong.refusal(), "");
}

TEST(Conv, SumsOverAPaddedWindow) {
  Tensor x = make_float({1, 1, 3, 3}, iota(9));
  Tensor w = make_float({1, 1, 2, 2}, {1, 2, 3, 4});
  Tensor bias = make_float({1}, {100});
  EXPECT_EQ(OperatorFixture("Conv", 11, {x, w, bias}).run().f, (Floats{137, 147, 167, 177}));
  Tensor padded = OperatorFixture("Conv", 11, {x, w}, {{"pads", Attribute{Ints{1, 0, 0, 1}}},
                                                       {"strides", Attribute{Ints{2, 2}}}}).run();
  EXPECT_EQ(padded.dims, (Shape{1, 1, 2, 2}));
  EXPECT_EQ(padded.f, (Floats{11, 9, 67, 33}));
  Tensor dilated = OperatorFixture("Conv", 11, {x, w}, {{"dilations", Attribute{Ints{2, 2}}}}).run();
  EXPECT_EQ(dilated.f, (Floats{1 + 6 + 21 + 36}));
}

TEST(Conv, AutoPadPutsTheOddRowWhereItsNameSays) {
  Tensor x = make_float({1, 1, 2, 2}, {1, 2, 3, 4});
  Tensor w = make_float({1, 1, 2, 2}, {1, 1, 1, 1});
  auto padded = [&](const char* mode) {
    return OperatorFixture("Conv", 11, {x, w}, {{"auto_pad", Attribute{std::string(mode)}}}).run().f;
  };
  EXPECT_EQ(padded("SAME_UPPER"), (Floats{10, 6, 7, 4}));
  EXPECT_EQ(padded("SAME_LOWER"), (Floats{1, 3, 4, 10}));
  EXPECT_EQ(padded("VALID"), (Floats{10}));
  EXPECT_EQ(padded("NOTSET"), (Floats{10}));
}

/// Every stride, dilation, padding and grouping against the definition, index by index.
void expect_definition(std::int64_t groups, std::int64_t stride, std::int64_t pad, std::int64_t dilation, std::int64_t width) {
  const std::int64_t n = 2, c = 2, m = 3, h = 7;
  std::vector<float> xs(n * groups * c * h * width), ws(groups * m * c * 3 * 2);
  for (std::size_t k = 0; k < xs.size(); ++k) xs[k] = static_cast<float>((k * 7 + 3) % 13) - 6;
  for (std::size_t k = 0; k < ws.size(); ++k) ws[k] = static_cast<float>((k * 5 + 1) % 9) - 4;
  Tensor x = make_float({n, groups * c, h, width}, xs), w = make_float({groups * m, c, 3, 2}, ws);
  Tensor y = OperatorFixture("Conv", 11, {x, w}, {{"group", Attribute{groups}},
                                                  {"strides", Attribute{Ints{stride, 1}}},
                                                  {"pads", Attribute{Ints{pad, 0, pad, pad}}},
                                                  {"dilations", Attribute{Ints{1, dilation}}}}).run();
  const std::int64_t oh = y.dims[2], ow = y.dims[3];
  ASSERT_EQ(oh, (h + 2 * pad - 3) / stride + 1);
  ASSERT_EQ(ow, width + pad - dilation);
  for (std::int64_t at = 0; at < static_cast<std::int64_t>(y.f.size()); ++at) {
    const std::int64_t ox = at % ow, oy = at / ow % oh, f = at / (ow * oh) % (groups * m), b = at / (ow * oh * groups * m);
    float want = 0;
    for (std::int64_t k = 0; k < c * 6; ++k) {
      const std::int64_t kx = k % 2, ky = k / 2 % 3, ch = k / 6;
      const std::int64_t iy = oy * stride - pad + ky, ix = ox + kx * dilation;
      if (iy < 0 || iy >= h || ix >= width) continue;
      want += x.f[((b * groups * c + f / m * c + ch) * h + iy) * width + ix] * w.f[f * c * 6 + k];
    }
    ASSERT_EQ(y.f[at], want) << "groups " << groups << " stride " << stride << " at " << at;
  }
}

TEST(Conv, AgreesWithTheDefinitionForEveryGeometry) {
  for (std::int64_t groups : {1, 3}) {
    for (std::int64_t stride : {1, 2}) {
      for (std::int64_t pad : {0, 1}) {
        for (std::int64_t dilation : {1, 3}) {
          for (std::int64_t width : {5, 21, 40}) expect_definition(groups, stride, pad, dilation, width);
        }
      }
    }
  }
}

TEST(Conv, RefusesWhatDoesNotFit) {
  Tensor x = make_float({1, 2, 3, 3}, iota(18)), w = make_float({1, 2, 2, 2}, iota(8));
  auto refusal = [&](std::map<std::string, Attribute> attributes) {
    return OperatorFixture("Conv", 11, {x, w}, std::move(attributes)).activation_first().refusal();
  };
  EXPECT_EQ(refusal({}), "");
  EXPECT_NE(refusal({{"group", Attribute{std::int64_t{2}}}}), "");
  EXPECT_NE(refusal({{"group", Attribute{std::int64_t{0}}}}), "");
  EXPECT_NE(refusal({{"strides", Attribute{Ints{0, 1}}}}), "");
  EXPECT_NE(refusal({{"strides", Attribute{Ints{1}}}}), "");
  EXPECT_NE(refusal({{"pads", Attribute{Ints{-1, 0, 0, 0}}}}), "");
  EXPECT_NE(refusal({{"pads", Attribute{Ints{std::int64_t{1} << 62, 0, 0, 0}}}}), "");
  EXPECT_NE(refusal({{"pads", Attribute{Ints{1 << 20, 1 << 20, 0, 0}}}}), "");
  EXPECT_NE(refusal({{"dilations", Attribute{Ints{3, 1}}}}), "");
  EXPECT_NE(refusal({{"kernel_shape", Attribute{Ints{3, 3}}}}), "");
  EXPECT_NE(refusal({{"auto_pad", Attribute{std::string("SAME")}}}), "");
  EXPECT_NE(refusal({{"auto_pad", Attribute{2.0f}}}), "");
  EXPECT_NE(OperatorFixture("Conv", 11, {make_float({1, 2, 9}, iota(18)), make_float({1, 2, 3, 1}, iota(6))}).refusal(), "");
}

TEST(MaxPool, PaddingNeverWinsAndCeilKeepsThePartialWindow) {
  Tensor x = make_float({1, 1, 3, 3}, iota(9, -9));
  std::map<std::string, Attribute> two = {{"kernel_shape", Attribute{Ints{2, 2}}}, {"strides", Attribute{Ints{2, 2}}}};
  EXPECT_EQ(OperatorFixture("MaxPool", 12, {x}, two).run().f, (Floats{-5}));
  auto ceil = two;
  ceil["ceil_mode"] = Attribute{std::int64_t{1}};
  EXPECT_EQ(OperatorFixture("MaxPool", 12, {x}, ceil).run().f, (Floats{-5, -4, -2, -1}));
  auto padded = two;
  padded["pads"] = Attribute{Ints{1, 1, 0, 0}};
  EXPECT_EQ(OperatorFixture("MaxPool", 12, {x}, padded).run().f, (Floats{-9, -7, -3, -1}));
  std::map<std::string, Attribute> dilated = {{"kernel_shape", Attribute{Ints{2, 2}}}, {"dilations", Attribute{Ints{2, 2}}}};
  EXPECT_EQ(OperatorFixture("MaxPool", 12, {x}, dilated).run().f, (Floats{-1}));
}

TEST(MaxPool, RefusesWindowsOfPaddingOnlyAndTheIndexOutput) {
  Tensor x = make_float({1, 1, 3, 3}, iota(9));
  OperatorFixture wide("MaxPool", 12, {x}, {{"kernel_shape", Attribute{Ints{2, 2}}}, {"pads", Attribute{Ints{2, 0, 2, 0}}}});
  EXPECT_NE(wide.refusal(), "");
  OperatorFixture indices("MaxPool", 12, {x}, {{"kernel_shape", Attribute{Ints{2, 2}}}});
  EXPECT_EQ(indices.refusal(), "");
  indices.node.outputs = {"y", "indices"};
  EXPECT_NE(indices.refusal(), "");
  EXPECT_NE(OperatorFixture("MaxPool", 12, {x}).refusal(), "");
}

TEST(AveragePool, CountsPaddingOnlyWhenAsked) {
  Tensor x = make_float({1, 1, 2, 2}, {4, 8, 12, 16});
  std::map<std::string, Attribute> attributes = {{"kernel_shape", Attribute{Ints{2, 2}}}, {"pads", Attribute{Ints{1, 1, 0, 0}}}};
  EXPECT_EQ(OperatorFixture("AveragePool", 11, {x}, attributes).run().f, (Floats{4, 6, 8, 10}));
  attributes["count_include_pad"] = Attribute{std::int64_t{1}};
  EXPECT_EQ(OperatorFixture("AveragePool", 11, {x}, attributes).run().f, (Floats{1, 3, 4, 10}));
}

TEST(AveragePool, CeilWindowsDivideByWhatLiesInsideInputAndPads) {
  Tensor x = make_float({1, 1, 3, 3}, iota(9));
  std::map<std::string, Attribute> attributes = {{"kernel_shape", Attribute{Ints{2, 2}}},
                                                 {"strides", Attribute{Ints{2, 2}}},
                                                 {"ceil_mode", Attribute{std::int64_t{1}}},
                                                 {"count_include_pad", Attribute{std::int64_t{1}}}};
  EXPECT_EQ(OperatorFixture("AveragePool", 19, {x}, attributes).run().f, (Floats{3, 4.5, 7.5, 9}));
}

TEST(GlobalAveragePool, AveragesEachChannel) {
  Tensor y = OperatorFixture("GlobalAveragePool", 13, {make_float({1, 2, 2, 2}, iota(8))}).run();
  EXPECT_EQ(y.dims, (Shape{1, 2, 1, 1}));
  EXPECT_EQ(y.f, (Floats{2.5, 6.5}));
}

TEST(BatchNormalization, IsAnAffineMapPerChannel) {
  Tensor x = make_float({1, 2, 1, 2}, {1, 2, 3, 4});
  Tensor gamma = make_float({2}, {2, 3}), beta = make_float({2}, {10, 20});
  Tensor mean = make_float({2}, {1, 2}), variance = make_float({2}, {3, 15});
  OperatorFixture bn("BatchNormalization", 15, {x, gamma, beta, mean, variance}, {{"epsilon", Attribute{1.0f}}});
  EXPECT_EQ(bn.run().f, (Floats{10, 11, 20.75, 21.5}));
  bn.node.attributes["training_mode"] = Attribute{std::int64_t{1}};
  EXPECT_NE(bn.refusal(), "");
  OperatorFixture negative("BatchNormalization", 15, {x, gamma, beta, mean, make_float({2}, {3, -1})});
  EXPECT_NE(negative.refusal(), "");
}

TEST(Clip, ReadsBoundsFromAttributesOrInputs) {
  Tensor x = make_float({4}, {-2, 0.5, 3, 9});
  EXPECT_EQ(OperatorFixture("Clip", 6, {x}, {{"min", Attribute{0.0f}}, {"max", Attribute{6.0f}}}).run().f,
            (Floats{0, 0.5, 3, 6}));
  EXPECT_EQ(OperatorFixture("Clip", 13, {x, OperatorFixture::absent(), make_float({}, {6})}).run().f,
            (Floats{-2, 0.5, 3, 6}));
  EXPECT_EQ(OperatorFixture("Clip", 13, {x, make_float({}, {5}), make_float({1}, {1})}).run().f, (Floats{1, 1, 1, 1}));
  OperatorFixture computed("Clip", 13, {x, make_float({}, {0})});
  computed.constant = {false, false};
  EXPECT_EQ(computed.refusal(), "");
  EXPECT_NE(OperatorFixture("Clip", 13, {x, make_float({2}, {0, 1})}).refusal(), "");
}

TEST(Relu, CutsAtZero) {
  EXPECT_EQ(OperatorFixture("Relu", 13, {make_float({3}, {-1, 0, 2})}).run().f, (Floats{0, 0, 2}));
}

TEST(Reshape, CopiesZerosAndInfersOneExtent) {
  Tensor x = make_float({2, 3, 4}, iota(24));
  auto reshaped = [&](Ints target, std::int64_t allow_zero = 0) {
    return OperatorFixture("Reshape", 14, {x, make_int64({static_cast<std::int64_t>(target.size())}, target)},
                           {{"allowzero", Attribute{allow_zero}}});
  };
  EXPECT_EQ(reshaped({0, -1}).run().dims, (Shape{2, 12}));
  EXPECT_EQ(reshaped({4, 0, -1}).run().dims, (Shape{4, 3, 2}));
  EXPECT_EQ(reshaped({24}).run().f, x.f);
  EXPECT_NE(reshaped({5, -1}).refusal(), "");
  EXPECT_NE(reshaped({-1, -1}).refusal(), "");
  EXPECT_NE(reshaped({-2, 12}).refusal(), "");
  EXPECT_NE(reshaped({1, 24, 1, 0}).refusal(), "");
  EXPECT_NE(reshaped({0, -1}, 1).refusal(), "");
  EXPECT_NE(reshaped({std::int64_t{1} << 60, std::int64_t{1} << 60}).refusal(), "");
}

TEST(Flatten, SplitsBeforeTheAxis) {
  Tensor x = make_float({2, 3, 4}, iota(24));
  auto flat = [&](std::int64_t axis) { return OperatorFixture("Flatten", 13, {x}, {{"axis", Attribute{axis}}}); };
  EXPECT_EQ(OperatorFixture("Flatten", 13, {x}).run().dims, (Shape{2, 12}));
  EXPECT_EQ(flat(0).run().dims, (Shape{1, 24}));
  EXPECT_EQ(flat(3).run().dims, (Shape{24, 1}));
  EXPECT_EQ(flat(-1).run().dims, (Shape{6, 4}));
  EXPECT_NE(flat(4).refusal(), "");
  EXPECT_NE(flat(-4).refusal(), "");
}

TEST(Constant, HoldsExactlyOneValue) {
  OperatorFixture floats("Constant", 13, {}, {{"value_floats", Attribute{Floats{1, 2}}}});
  EXPECT_EQ(floats.run().f, (Floats{1, 2}));
  OperatorFixture integer("Constant", 13, {}, {{"value_int", Attribute{std::int64_t{7}}}});
  EXPECT_EQ(integer.run().i, Ints{7});
  EXPECT_NE(OperatorFixture("Constant", 13, {}).refusal(), "");
  EXPECT_NE(OperatorFixture("Constant", 13, {}, {{"value_string", Attribute{std::string("a")}}}).refusal(), "");
  integer.node.attributes["value_float"] = Attribute{1.0f};
  EXPECT_NE(integer.refusal(), "");
}

TEST(Dropout, IsTheIdentityAndRefusesTraining) {
  Tensor x = make_float({2}, {1, 2}), ratio = make_float({}, {0.5});
  EXPECT_EQ(OperatorFixture("Dropout", 13, {x, ratio, make_int64({}, {0})}).run().f, x.f);
  EXPECT_NE(OperatorFixture("Dropout", 13, {x, ratio, make_int64({}, {1})}).refusal(), "");
}

TEST(Add, RefusesMixedTypesAndShapesThatDoNotBroadcast) {
  Tensor x = make_float({2}, {1, 2});
  EXPECT_NE(OperatorFixture("Add", 13, {x, make_int64({2}, {1, 2})}).refusal(), "");
  EXPECT_NE(OperatorFixture("Add", 13, {x, make_float({3}, iota(3))}).refusal(), "");
}

TEST(Catalogue, KnowsStandardOperatorsOnly) {
  Node node;
  node.op = "Relu";
  EXPECT_NE(find_operator(node), nullptr);
  node.domain = "com.example";
  EXPECT_EQ(find_operator(node), nullptr);
  node.domain = "";
  node.op = "NonMaxSuppression";
  EXPECT_EQ(find_operator(node), nullptr);
}

TEST(Catalogue, EveryOperatorOfFilesSaysWhatIsProven) {
  for (const Operator* o : all_operators()) {
    const std::string proven = o->text.proven, limits = o->text.limits;
    EXPECT_EQ(proven.empty(), o->domain == std::string(kOwnDomain)) << o->op;
    EXPECT_EQ((proven + limits).find_first_of("|\n"), std::string::npos) << o->op;
  }
}

TEST(Catalogue, TheTableNamesEveryOperatorOnce) {
  const std::string table = operator_table();
  for (const Operator* o : all_operators()) {
    if (o->domain == std::string(kOwnDomain)) continue;
    std::size_t found = 0;
    for (std::size_t at = table.find(o->op); at != std::string::npos; at = table.find(o->op, at + 1)) {
      const std::size_t row = table.rfind('\n', at) + 1, end = at + std::string(o->op).size();
      const bool first_cell = table.find(" | ", row) >= end && table.compare(row, 2, "| ") == 0;
      found += first_cell && table[at - 1] == ' ' && (table[end] == ',' || table[end] == ' ');
    }
    EXPECT_EQ(found, 1u) << o->op;
  }
}

}  // namespace
}  // namespace tacit
