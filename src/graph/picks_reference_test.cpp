// Operators that pick elements by constants: the theorem's integers against the operator on integers, bit for bit; and windows
// over three axes and transposed ones against plain loops.
#include <gtest/gtest.h>

#include <cmath>

#include "graph/execute.h"
#include "graph/integer_fixture.h"
#include "graph/key_fixture.h"

namespace tacit {
namespace {

using List = std::vector<std::int64_t>;

Tensor list(List values) { return make_int64({static_cast<std::int64_t>(values.size())}, values); }

/// The output's integers are what the graph gives of the inputs' integers.
void expect_picked(const GraphFixture& g) {
  IntegerFixture f(g);
  ASSERT_TRUE(f.ok);
  expect_legal(f.model);
  GraphFixture copy = g;
  ASSERT_TRUE(order_nodes(copy.graph).ok());
  auto graph = prepare(std::move(copy.graph));
  ASSERT_TRUE(graph.ok());
  expect_equal(f, [&](const std::vector<Ints>& in) {
    TensorMap inputs;
    for (std::size_t k = 0; k < in.size(); ++k) {
      inputs[graph->inputs[k].name] = make_float(graph->inputs[k].type.dims, {in[k].begin(), in[k].end()});
    }
    const Tensor y = run_float(*graph, inputs)->at("y");
    return Ints(y.f.begin(), y.f.end());
  });
}

GraphFixture picked(const char* op, Shape dims, std::vector<Tensor> constants, std::map<std::string, Attribute> attributes = {}) {
  GraphFixture g;
  g.input("x", std::move(dims));
  std::vector<std::string> inputs{"x"};
  for (std::size_t k = 0; k < constants.size(); ++k) {
    inputs.push_back("c" + std::to_string(k));
    g.constant(inputs.back(), std::move(constants[k]));
  }
  return g.node(op, inputs, {"y"}, std::move(attributes)).output("y");
}

TEST(IntegerPicks, GatherAlongEveryAxisOfABatch) {
  for (const std::int64_t axis : {0, 1, 2, -1}) {
    SCOPED_TRACE(axis);
    expect_picked(picked("Gather", {2, 3, 4}, {make_int64({2, 2}, {1, 0, 0, -1})}, {{"axis", Attribute{axis}}}));
    expect_picked(picked("GatherElements", {2, 3, 4}, {make_int64({2, 3, 4}, List(24, 1))}, {{"axis", Attribute{axis}}}));
  }
  expect_picked(picked("GatherElements", {3, 2}, {make_int64({3, 2}, {2, 0, 0, 1, 1, 1})}));
  expect_picked(picked("GatherND", {2, 3, 4}, {make_int64({2, 2, 1}, {2, 0, 1, 1})}, {{"batch_dims", Attribute{std::int64_t{1}}}}));
  expect_picked(picked("GatherND", {2, 3, 4}, {make_int64({3, 2}, {0, 2, 1, -1, 0, 0})}));
}

TEST(IntegerPicks, RepeatAndDrop) {
  expect_picked(picked("Tile", {2, 3, 1}, {list({2, 1, 3})}));
  expect_picked(picked("Expand", {2, 1, 3}, {list({2, 2, 4, 1})}));
  expect_picked(picked("Compress", {2, 3, 4}, {list({1, 0, 1})}, {{"axis", Attribute{std::int64_t{1}}}}));
  expect_picked(picked("CenterCropPad", {2, 3, 4}, {list({3, 5, 2})}));
  expect_picked(picked("Trilu", {2, 3, 4, 4}, {list({1})}));
  expect_picked(picked("ReverseSequence", {4, 3, 2}, {list({1, 4, 3})}));
}

TEST(IntegerPicks, BlocksOfABatch) {
  const Attribute two{std::int64_t{2}};
  expect_picked(picked("DepthToSpace", {2, 8, 2, 3}, {}, {{"blocksize", two}}));
  expect_picked(picked("DepthToSpace", {2, 8, 2, 3}, {}, {{"blocksize", two}, {"mode", Attribute{std::string("CRD")}}}));
  expect_picked(picked("SpaceToDepth", {2, 2, 4, 6}, {}, {{"blocksize", two}}));
}

TEST(IntegerPicks, NearestResizesAreExact) {
  expect_picked(picked("Resize", {2, 2, 3, 4}, {make_float({0}, {}), make_float({4}, {1, 1, 2, 1.5f})}));
}

TEST(IntegerPicks, EveryPartOfASplitIsASlice) {
  GraphFixture g;
  g.input("x", {2, 5}).node("Split", {"x"}, {"a", "b"}, {{"axis", Attribute{std::int64_t{1}}}, {"num_outputs", Attribute{std::int64_t{2}}}});
  g.graph.nodes[0].opset = 18;
  g.node("Concat", {"b", "a"}, {"y"}, {{"axis", Attribute{std::int64_t{1}}}}).output("y");
  expect_picked(g);
}

TEST(IntegerPicks, ScatterReplacesByAnotherInput) {
  GraphFixture g;
  g.input("x", {2, 3}).input("u", {1, 3}).constant("at", make_int64({1, 1}, {1})).node("ScatterND", {"x", "at", "u"}, {"y"}).output("y");
  expect_picked(g);
}

/// y against `want` in float, on random inputs in [-1, 1].
void expect_close(const GraphFixture& g, double error) {
  IntegerFixture f(g);
  ASSERT_TRUE(f.ok);
  expect_legal(f.model);
  EXPECT_LT(f.model.fidelity.outputs[0].max, error * f.model.fidelity.outputs[0].range);
}

TEST(ConstantUpdates, ArePrivate) {
  GraphFixture g = picked("ScatterElements", {4}, {list({1, 1}), make_float({2}, {0.5f, -0.25f})}, {{"reduction", Attribute{std::string("add")}}});
  g.graph.nodes[0].opset = 16;
  IntegerFixture f(g);
  ASSERT_TRUE(f.ok);
  expect_legal(f.model);
  EXPECT_EQ(f.weights("ScatterElements_0.bias_high").size(), 4u);
  EXPECT_LT(f.model.fidelity.outputs[0].max, 1e-4);
}

TEST(Interpolation, OfFewAndOfManyCoefficientsIsClose) {
  const std::map<std::string, Attribute> linear = {{"mode", Attribute{std::string("linear")}}};
  expect_close(picked("Resize", {2, 2, 3, 4}, {make_float({0}, {}), make_float({4}, {1, 1, 2, 2})}, linear), 0x1p-12);
  expect_close(picked("Resize", {2, 2, 7, 9}, {make_float({0}, {}), make_float({4}, {1, 1, 1.7f, 2.3f})}, linear), 0x1p-12);
}

using Triple = std::array<std::int64_t, 3>;

/// Calls tap(input position, tap) for the taps of the output position that fall on real input, over three axes.
template <class Visit>
void for_taps(const Triple& in, const Triple& kernel, const Triple& at, std::int64_t stride, std::int64_t pad, std::int64_t dilation, Visit visit) {
  for (std::int64_t a = 0; a < kernel[0]; ++a)
    for (std::int64_t b = 0; b < kernel[1]; ++b)
      for (std::int64_t c = 0; c < kernel[2]; ++c) {
        const Triple tap{a, b, c};
        std::int64_t flat = 0;
        bool inside = true;
        for (std::size_t k = 0; k < 3; ++k) {
          const std::int64_t p = at[k] * stride - pad + tap[k] * dilation;
          inside &= p >= 0 && p < in[k];
          flat = flat * in[k] + p;
        }
        if (inside) visit(flat, (a * kernel[1] + b) * kernel[2] + c);
      }
}

TEST(DeepConv, EqualsItsDefinition) {
  for (const auto& [stride, pad, dilation] : {Triple{1, 0, 1}, Triple{2, 1, 1}, Triple{1, 2, 2}}) {
    SCOPED_TRACE(std::to_string(stride) + " " + std::to_string(pad) + " " + std::to_string(dilation));
    Stream stream{9};
    const Triple in{4, 5, 6}, kernel{2, 3, 2};
    GraphFixture g = picked("Conv", {2, 4, 4, 5, 6}, {random_tensor({6, 2, 2, 3, 2}, stream), random_tensor({6}, stream)},
                            {{"group", Attribute{std::int64_t{2}}}, {"strides", Attribute{List(3, stride)}}, {"pads", Attribute{List(6, pad)}},
                             {"dilations", Attribute{List(3, dilation)}}});
    IntegerFixture f(g);
    ASSERT_TRUE(f.ok);
    expect_legal(f.model);
    const Ints weight = f.weights("Conv_0.weight"), bias = f.constants("Conv_0");
    Triple out;
    for (std::size_t k = 0; k < 3; ++k) out[k] = (in[k] + 2 * pad - (kernel[k] - 1) * dilation - 1) / stride + 1;
    expect_equal(f, [&](const std::vector<Ints>& x) {
      Ints y;
      for (std::int64_t n = 0; n < 2; ++n)
        for (std::int64_t m = 0; m < 6; ++m)
          for (std::int64_t p = 0; p < out[0] * out[1] * out[2]; ++p) {
            std::int64_t acc = bias[static_cast<std::size_t>(m)];
            for (std::int64_t c = 0; c < 2; ++c) {
              const std::int64_t plane = (n * 4 + m / 3 * 2 + c) * 120;
              for_taps(in, kernel, {p / (out[1] * out[2]), p / out[2] % out[1], p % out[2]}, stride, pad, dilation,
                       [&](std::int64_t at, std::int64_t tap) {
                         acc += weight[static_cast<std::size_t>((m * 2 + c) * 12 + tap)] * x[0][static_cast<std::size_t>(plane + at)];
                       });
            }
            y.push_back(f.requantise(acc));
          }
      return y;
    });
  }
}

TEST(DeepPools, EqualTheirDefinition) {
  const std::map<std::string, Attribute> window = {{"kernel_shape", Attribute{List{2, 3, 2}}}, {"strides", Attribute{List{2, 2, 2}}},
                                                   {"pads", Attribute{List{1, 1, 1, 1, 1, 1}}}};
  IntegerFixture f(picked("MaxPool", {2, 3, 4, 5, 6}, {}, window));
  ASSERT_TRUE(f.ok);
  expect_legal(f.model);
  expect_equal(f, [&](const std::vector<Ints>& x) {
    Ints y;
    for (std::int64_t plane = 0; plane < 6; ++plane)
      for (std::int64_t p = 0; p < 3 * 3 * 4; ++p) {
        std::int64_t best = INT64_MIN;
        for_taps({4, 5, 6}, {2, 3, 2}, {p / 12, p / 4 % 3, p % 4}, 2, 1, 1,
                 [&](std::int64_t at, std::int64_t) { best = std::max(best, x[0][static_cast<std::size_t>(plane * 120 + at)]); });
        y.push_back(best);
      }
    return y;
  });
  for (const std::int64_t include : {0, 1}) {
    std::map<std::string, Attribute> average = window;
    average["count_include_pad"] = Attribute{include};
    average["ceil_mode"] = Attribute{std::int64_t{1}};
    expect_close(picked("AveragePool", {2, 3, 4, 5, 6}, {}, average), 0x1p-12);
  }
}

/// ConvTranspose by its definition, in float.
std::vector<double> transposed(const Tensor& x, const Tensor& w, std::int64_t groups, std::int64_t stride, std::int64_t dilation, std::int64_t pad,
                               const Shape& out) {
  std::vector<double> y(static_cast<std::size_t>(*element_count(out)), 0);
  const std::int64_t channels = x.dims[1] / groups, filters = w.dims[1];
  for (std::int64_t n = 0; n < x.dims[0]; ++n)
    for (std::int64_t c = 0; c < x.dims[1]; ++c)
      for (std::int64_t m = 0; m < filters; ++m)
        for (std::int64_t i = 0; i < x.dims[2] * x.dims[3]; ++i)
          for (std::int64_t t = 0; t < w.dims[2] * w.dims[3]; ++t) {
            const std::int64_t a = i / x.dims[3] * stride + t / w.dims[3] * dilation - pad, b = i % x.dims[3] * stride + t % w.dims[3] * dilation - pad;
            if (a < 0 || b < 0 || a >= out[2] || b >= out[3]) continue;
            const std::int64_t row = (n * out[1] + c / channels * filters + m) * out[2] + a;
            y[static_cast<std::size_t>(row * out[3] + b)] += x.f[static_cast<std::size_t>((n * x.dims[1] + c) * x.dims[2] * x.dims[3] + i)] *
                                                             w.f[static_cast<std::size_t>((c * filters + m) * w.dims[2] * w.dims[3] + t)];
          }
  return y;
}

TEST(ConvTranspose, EqualsItsDefinitionWithStridesDilationsAndGroups) {
  for (const auto& [stride, dilation, pad] : {Triple{1, 1, 0}, Triple{2, 1, 1}, Triple{3, 2, 2}, Triple{2, 3, 0}}) {
    SCOPED_TRACE(std::to_string(stride) + " " + std::to_string(dilation) + " " + std::to_string(pad));
    Stream stream{5};
    const Tensor w = random_tensor({4, 3, 3, 2}, stream), x = random_tensor({2, 4, 3, 4}, stream);
    GraphFixture g = picked("ConvTranspose", {2, 4, 3, 4}, {w},
                            {{"group", Attribute{std::int64_t{2}}}, {"strides", Attribute{List(2, stride)}}, {"dilations", Attribute{List(2, dilation)}},
                             {"pads", Attribute{List(4, pad)}}, {"output_padding", Attribute{List{stride - 1, 0}}}});
    expect_close(g, 0x1p-12);
    ASSERT_TRUE(order_nodes(g.graph).ok());
    auto graph = prepare(std::move(g.graph));
    ASSERT_TRUE(graph.ok());
    const Tensor y = run_float(*graph, {{"x", x}})->at("y");
    EXPECT_EQ(y.dims, (Shape{2, 6, 2 * stride + stride - 1 + 2 * dilation + 1 - 2 * pad, 3 * stride + dilation + 1 - 2 * pad}));
    const std::vector<double> want = transposed(x, w, 2, stride, dilation, pad, y.dims);
    for (std::size_t k = 0; k < want.size(); ++k) ASSERT_NEAR(y.f[k], want[k], 1e-4) << k;
  }
}

TEST(ConvTranspose, TakesInANormalisationAndABias) {
  Stream stream{6};
  GraphFixture g = picked("ConvTranspose", {1, 2, 3, 3}, {random_tensor({2, 3, 2, 2}, stream), random_tensor({3}, stream)},
                          {{"strides", Attribute{List{2, 2}}}, {"output_padding", Attribute{List{1, 1}}}});
  g.graph.outputs.clear();
  g.constant("s", random_tensor({3}, stream, 0.5, 2)).constant("b", random_tensor({3}, stream)).constant("m", random_tensor({3}, stream))
      .constant("v", random_tensor({3}, stream, 0.5, 2)).node("BatchNormalization", {"y", "s", "b", "m", "v"}, {"z"}).output("z");
  ASSERT_TRUE(order_nodes(g.graph).ok());
  auto graph = prepare(g.graph);
  ASSERT_TRUE(graph.ok());
  EXPECT_EQ(graph->nodes.size(), 1u);
  expect_close(g, 0x1p-12);
}

TEST(ConvTranspose, WorksOverOneAndThreeAxes) {
  Stream stream{7};
  expect_close(picked("ConvTranspose", {2, 2, 5}, {random_tensor({2, 3, 4}, stream)}, {{"strides", Attribute{List{3}}}}), 0x1p-12);
  expect_close(picked("ConvTranspose", {2, 2, 2, 3, 2}, {random_tensor({2, 3, 3, 2, 2}, stream)}, {{"strides", Attribute{List{2, 1, 2}}}}), 0x1p-12);
}

// Gates of a mixture of experts: the weights of the best ones stand where those are, the others are 0.
TEST(ComputedScatter, PutsWhatTopKFoundBack) {
  for (const char* reduction : {"none", "add"}) {
    GraphFixture g;
    g.input("x", {3, 5}).constant("k", list({2})).constant("zero", make_float({3, 5}, std::vector<float>(15)));
    g.node("TopK", {"x", "k"}, {"best", "where"}, {{"axis", Attribute{std::int64_t{-1}}}})
        .node("ScatterElements", {"zero", "where", "best"}, {"y"}, {{"axis", Attribute{std::int64_t{1}}}, {"reduction", Attribute{std::string(reduction)}}});
    g.graph.nodes.back().opset = 18;
    IntegerFixture f(g.output("y"));
    ASSERT_TRUE(f.ok);
    expect_legal(f.model);
    // Each slot rounds once, and a product before it.
    const double ratio = f.model.ports.inputs[0].scale / f.model.ports.outputs[0].scale;
    Stream stream{8};
    for (const int kind : {0, 1, 2}) {
      const std::vector<Ints> in = f.inputs(kind, stream);
      const Ints &x = in[0], y = f.run(in);
      for (std::size_t at = 0; at < x.size(); ++at) {
        int better = 0;
        for (std::size_t j = at / 5 * 5; j < at / 5 * 5 + 5; ++j) better += x[j] > x[at] || (x[j] == x[at] && j < at);
        EXPECT_NEAR(static_cast<double>(y[at]), better < 2 ? static_cast<double>(x[at]) * ratio : 0, 2) << reduction << " " << kind << " " << at;
      }
    }
  }
}

}  // namespace
}  // namespace tacit
