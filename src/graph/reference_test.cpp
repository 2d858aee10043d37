// Every operator against plain integer loops over its ONNX definition, bit for bit, on inputs that include the extremes.
#include <gtest/gtest.h>

#include <algorithm>

#include "graph/integer_fixture.h"

namespace tacit {
namespace {

using List = std::vector<std::int64_t>;

void expect_equal(IntegerFixture& f, const std::function<Ints(const std::vector<Ints>&)>& reference) {
  ASSERT_TRUE(f.ok);
  Stream stream{42};
  for (int kind = 0; kind < 4; ++kind) {
    const std::vector<Ints> in = f.inputs(kind, stream);
    ASSERT_EQ(f.run(in), reference(in)) << "inputs of kind " << kind;
  }
}

/// Extents and steps of one two-dimensional window operator.
struct Case {
  std::int64_t batch, groups, channels, filters, h, w, kh, kw, stride, pad, dilation;

  std::int64_t out_h() const { return (h + 2 * pad - (kh - 1) * dilation - 1) / stride + 1; }
  std::int64_t out_w() const { return (w + 2 * pad - (kw - 1) * dilation - 1) / stride + 1; }
  std::map<std::string, Attribute> attributes(bool pool) const {
    std::map<std::string, Attribute> a{{"strides", Attribute{List{stride, stride}}},
                                       {"pads", Attribute{List{pad, pad, pad, pad}}},
                                       {"dilations", Attribute{List{dilation, dilation}}}};
    if (pool) a["kernel_shape"] = Attribute{List{kh, kw}};
    else a["group"] = Attribute{groups};
    return a;
  }
  std::string text() const {
    return "batch " + std::to_string(batch) + " groups " + std::to_string(groups) + " kernel " + std::to_string(kh) + "x" +
           std::to_string(kw) + " stride " + std::to_string(stride) + " pad " + std::to_string(pad) + " dilation " +
           std::to_string(dilation);
  }
};

/// Calls tap(input index, t) for every tap of output (n, plane, oy, ox) that lies on real input.
template <class Tap>
void for_taps(const Case& c, std::int64_t plane, std::int64_t oy, std::int64_t ox, Tap tap) {
  for (std::int64_t ky = 0; ky < c.kh; ++ky) {
    for (std::int64_t kx = 0; kx < c.kw; ++kx) {
      const std::int64_t y = oy * c.stride - c.pad + ky * c.dilation, x = ox * c.stride - c.pad + kx * c.dilation;
      if (y >= 0 && y < c.h && x >= 0 && x < c.w) tap((plane * c.h + y) * c.w + x, ky * c.kw + kx);
    }
  }
}

Ints reference_conv(const Case& c, const IntegerFixture& f, const Ints& x) {
  const Ints weight = f.weights("Conv_0.weight"), bias = f.constants("Conv_0");
  Ints out;
  for (std::int64_t n = 0; n < c.batch; ++n) {
    for (std::int64_t m = 0; m < c.groups * c.filters; ++m) {
      for (std::int64_t p = 0; p < c.out_h() * c.out_w(); ++p) {
        std::int64_t acc = bias[m];
        for (std::int64_t ch = 0; ch < c.channels; ++ch) {
          const std::int64_t plane = n * c.groups * c.channels + m / c.filters * c.channels + ch;
          for_taps(c, plane, p / c.out_w(), p % c.out_w(), [&](std::int64_t at, std::int64_t t) {
            acc += weight[(m * c.channels + ch) * c.kh * c.kw + t] * x[at];
          });
        }
        out.push_back(f.requantise(acc));
      }
    }
  }
  return out;
}

const Case kConvCases[] = {
    {1, 1, 3, 4, 7, 5, 3, 3, 1, 1, 1}, {2, 1, 2, 3, 6, 7, 3, 2, 2, 1, 1}, {1, 4, 1, 1, 5, 5, 3, 3, 1, 1, 1},
    {2, 3, 1, 2, 5, 6, 2, 3, 2, 0, 1}, {1, 2, 2, 2, 8, 7, 3, 3, 1, 2, 2}, {3, 1, 1, 1, 4, 4, 1, 1, 1, 0, 1},
    {1, 1, 1, 2, 9, 1, 5, 1, 3, 0, 1}};

TEST(IntegerConv, EqualsItsDefinition) {
  for (const Case& c : kConvCases) {
    SCOPED_TRACE(c.text());
    Stream stream{7};
    const std::int64_t filters = c.groups * c.filters;
    IntegerFixture f(GraphFixture{}
                         .input("x", {c.batch, c.groups * c.channels, c.h, c.w})
                         .constant("w", random_tensor({filters, c.channels, c.kh, c.kw}, stream))
                         .constant("b", random_tensor({filters}, stream))
                         .node("Conv", {"x", "w", "b"}, {"a"}, c.attributes(false))
                         .node("Relu", {"a"}, {"y"})
                         .output("y"));
    expect_equal(f, [&](const std::vector<Ints>& in) { return reference_conv(c, f, in[0]); });
  }
}

TEST(IntegerConv, SaturatesInsteadOfFailingAtTheWorstInput) {
  // All weights positive: the calibrated range is far below what the largest input gives.
  GraphFixture g;
  g.input("x", {1, 64, 3, 3}).constant("w", make_float({1, 64, 3, 3}, std::vector<float>(576, 0.5f)))
      .node("Conv", {"x", "w"}, {"y"}).output("y");
  for (std::uint32_t bits : {8u, 16u}) {
    IntegerFixture f(g, {.activation_bits = bits}, 0.01f);
    ASSERT_TRUE(f.ok);
    Stream stream{1};
    EXPECT_EQ(f.run(f.inputs(1, stream)), Ints{(1 << (bits - 1)) - 1});
    EXPECT_EQ(f.run(f.inputs(2, stream)), Ints{-(1 << (bits - 1))});
  }
}

Ints reference_dense(const IntegerFixture& f, const std::string& node, const Ints& x, std::size_t rows, std::size_t k) {
  const Ints weight = f.weights(node + ".weight"), bias = f.constants(node);
  Ints out;
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t j = 0; j < weight.size() / k; ++j) {
      std::int64_t acc = bias[j];
      for (std::size_t p = 0; p < k; ++p) acc += weight[j * k + p] * x[row * k + p];
      out.push_back(f.requantise(acc));
    }
  }
  return out;
}

TEST(IntegerGemm, EqualsItsDefinitionAlsoBehindAFlatten) {
  for (std::int64_t batch : {1, 3}) {
    for (std::int64_t trans_b : {0, 1}) {
      Stream stream{9};
      IntegerFixture f(GraphFixture{}
                           .input("x", {batch, 3, 2, 2})
                           .constant("w", random_tensor(trans_b ? Shape{5, 12} : Shape{12, 5}, stream))
                           .constant("b", random_tensor({5}, stream))
                           .node("Relu", {"x"}, {"r"})
                           .node("Flatten", {"r"}, {"v"})
                           .node("Gemm", {"v", "w", "b"}, {"y"}, {{"transB", Attribute{trans_b}}})
                           .output("y"));
      expect_equal(f, [&](const std::vector<Ints>& in) {
        Ints x = in[0];
        for (std::int64_t& v : x) v = std::max<std::int64_t>(v, 0);  // a copy at its own scale is exact
        return reference_dense(f, "Gemm_2", x, batch, 12);
      });
    }
  }
}

TEST(IntegerGemm, ReadsATransposedInput) {
  Stream stream{3};
  IntegerFixture f(GraphFixture{}.input("x", {4, 3}).constant("w", random_tensor({4, 2}, stream))
                       .constant("b", random_tensor({2}, stream))
                       .node("Gemm", {"x", "w", "b"}, {"y"}, {{"transA", Attribute{std::int64_t{1}}}}).output("y"));
  expect_equal(f, [&](const std::vector<Ints>& in) {
    Ints x(12);
    for (std::size_t p = 0; p < 4; ++p) {
      for (std::size_t m = 0; m < 3; ++m) x[m * 4 + p] = in[0][p * 3 + m];
    }
    return reference_dense(f, "Gemm_0", x, 3, 4);
  });
}

TEST(IntegerMatMul, EqualsItsDefinitionOnTheLastAxis) {
  Stream stream{5};
  IntegerFixture f(GraphFixture{}.input("x", {2, 3, 4}).constant("w", random_tensor({4, 5}, stream))
                       .constant("b", random_tensor({5}, stream)).node("MatMul", {"x", "w"}, {"a"})
                       .node("Add", {"a", "b"}, {"y"}).output("y"));
  expect_equal(f, [&](const std::vector<Ints>& in) { return reference_dense(f, "MatMul_0", in[0], 6, 4); });
}

TEST(IntegerMatMul, EqualsItsDefinitionWithTheConstantOnTheLeft) {
  Stream stream{6};
  IntegerFixture f(GraphFixture{}.input("x", {2, 3, 4}).constant("w", random_tensor({5, 3}, stream))
                       .node("MatMul", {"w", "x"}, {"y"}).output("y"));
  expect_equal(f, [&](const std::vector<Ints>& in) {
    const Ints w = f.weights("MatMul_0.weight");
    Ints out;
    for (int at = 0; at < 2 * 5 * 4; ++at) {
      std::int64_t acc = 0;
      for (int p = 0; p < 3; ++p) acc += w[at / 4 % 5 * 3 + p] * in[0][(at / 20 * 3 + p) * 4 + at % 4];
      out.push_back(f.requantise(acc));
    }
    return out;
  });
}

TEST(IntegerMaxPool, EqualsItsDefinition) {
  const Case cases[] = {{1, 1, 2, 2, 6, 6, 2, 2, 2, 0, 1}, {2, 1, 3, 3, 7, 5, 3, 3, 2, 1, 1}, {1, 1, 2, 2, 9, 9, 2, 3, 1, 0, 2},
                        {2, 1, 1, 1, 6, 5, 1, 3, 2, 0, 1}, {1, 1, 1, 1, 6, 5, 2, 1, 2, 0, 1}, {2, 1, 2, 2, 5, 5, 1, 1, 2, 0, 1}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text());
    IntegerFixture f(GraphFixture{}.input("x", {c.batch, c.channels, c.h, c.w}).node("MaxPool", {"x"}, {"y"}, c.attributes(true))
                         .output("y"));
    expect_equal(f, [&](const std::vector<Ints>& in) {
      Ints out;
      for (std::int64_t at = 0; at < c.batch * c.channels * c.out_h() * c.out_w(); ++at) {
        const std::int64_t plane = at / (c.out_h() * c.out_w()), p = at % (c.out_h() * c.out_w());
        std::int64_t best = INT64_MIN;
        for_taps(c, plane, p / c.out_w(), p % c.out_w(), [&](std::int64_t i, std::int64_t) { best = std::max(best, in[0][i]); });
        out.push_back(best);
      }
      return out;
    });
  }
}

TEST(IntegerAveragePool, EqualsItsDefinitionWithBothDivisors) {
  for (std::int64_t include_pad : {0, 1}) {
    for (const Case& c : {Case{1, 1, 2, 2, 6, 6, 2, 2, 2, 0, 1}, Case{2, 1, 3, 3, 7, 5, 3, 3, 2, 1, 1}, Case{1, 1, 1, 1, 5, 4, 3, 2, 1, 1, 1}}) {
      SCOPED_TRACE(c.text());
      auto attributes = c.attributes(true);
      attributes["count_include_pad"] = Attribute{include_pad};
      IntegerFixture f(GraphFixture{}.input("x", {c.batch, c.channels, c.h, c.w}).node("AveragePool", {"x"}, {"y"}, attributes)
                           .output("y"));
      expect_equal(f, [&](const std::vector<Ints>& in) {
        const std::int64_t unit = f.accumulator().linears[0].coefficient;
        const bool split = include_pad == 0 && c.pad > 0;  // then the theorem divides by the taps that are there
        Ints out;
        for (std::int64_t at = 0; at < c.batch * c.channels * c.out_h() * c.out_w(); ++at) {
          const std::int64_t plane = at / (c.out_h() * c.out_w()), p = at % (c.out_h() * c.out_w());
          std::int64_t sum = 0, taps = 0;
          for_taps(c, plane, p / c.out_w(), p % c.out_w(), [&](std::int64_t i, std::int64_t) { sum += in[0][i]; ++taps; });
          out.push_back(f.requantise(sum * (split ? (2 * unit + taps) / (2 * taps) : unit)));
        }
        return out;
      });
      EXPECT_LT(f.model.fidelity.outputs[0].max, 2e-4);  // and it is an average
    }
  }
}

TEST(IntegerGlobalAveragePool, EqualsItsDefinition) {
  IntegerFixture f(GraphFixture{}.input("x", {2, 3, 3, 5}).node("GlobalAveragePool", {"x"}, {"y"}).output("y"));
  expect_equal(f, [&](const std::vector<Ints>& in) {
    Ints out;
    for (int plane = 0; plane < 6; ++plane) {
      std::int64_t sum = 0;
      for (int p = 0; p < 15; ++p) sum += in[0][plane * 15 + p];
      out.push_back(f.requantise(sum * f.accumulator().linears[0].coefficient));
    }
    return out;
  });
  EXPECT_LT(f.model.fidelity.outputs[0].max, 1e-4);
}

TEST(IntegerAdd, SumsTwoTensorsAtTheirOwnScales) {
  for (const Shape& small : {Shape{2, 3, 2, 2}, Shape{1, 3, 1, 1}, Shape{2, 1, 2, 1}, Shape{1}}) {
    SCOPED_TRACE(shape_text(small));
    IntegerFixture f(GraphFixture{}.input("x", {2, 3, 2, 2}).input("z", small).node("Add", {"x", "z"}, {"y"}).output("y"));
    Shape padded = small;
    padded.insert(padded.begin(), 4 - padded.size(), 1);
    const Shape strides = broadcast_strides(padded, {2, 3, 2, 2});
    expect_equal(f, [&](const std::vector<Ints>& in) {
      const auto& terms = f.accumulator().linears;
      Ints out;
      for (std::int64_t at = 0; at < 24; ++at) {
        const std::int64_t z = at / 12 * strides[0] + at / 4 % 3 * strides[1] + at / 2 % 2 * strides[2] + at % 2 * strides[3];
        out.push_back(f.requantise(terms[0].coefficient * in[0][at] + terms[1].coefficient * in[1][z]));
      }
      return out;
    });
  }
}

TEST(IntegerAdd, AddsConstantsOfEveryShape) {
  for (const Shape& dims : {Shape{}, Shape{3, 1, 1}, Shape{2, 2}, Shape{3, 2, 2}, Shape{2, 1, 1, 1}, Shape{2, 3, 2, 2}}) {
    SCOPED_TRACE(shape_text(dims));
    Stream stream{11};
    IntegerFixture f(GraphFixture{}.input("x", {2, 3, 2, 2}).constant("c", random_tensor(dims, stream))
                         .node("Add", {"c", "x"}, {"y"}).output("y"));
    EXPECT_LT(f.model.fidelity.outputs[0].max, 2e-4);
    expect_equal(f, [&](const std::vector<Ints>& in) {
      const Ints c = f.constants("Add_0");
      Shape padded = dims;
      padded.insert(padded.begin(), 4 - padded.size(), 1);
      const Shape step = broadcast_strides(padded, {2, 3, 2, 2});
      const std::int64_t columns = padded[0] * padded[2] * padded[3];
      Ints out;
      for (std::int64_t at = 0; at < 24; ++at) {  // a constants column is [rows, batch * positions]
        const std::int64_t n = at / 12, r = at / 4 % 3, i = at % 4;
        const std::int64_t row = step[1] != 0 ? r : 0;
        const std::int64_t column = (step[0] != 0 ? n : 0) * padded[2] * padded[3] + (step[3] != 0 ? i : 0);
        out.push_back(f.requantise(f.accumulator().linears[0].coefficient * in[0][at] + c[row * columns + column]));
      }
      return out;
    });
  }
}

TEST(IntegerBatchNormalization, ScalesEachChannel) {
  Stream stream{12};
  IntegerFixture f(GraphFixture{}.input("x", {2, 3, 2, 2}).constant("g", random_tensor({3}, stream))
                       .constant("b", random_tensor({3}, stream)).constant("m", random_tensor({3}, stream))
                       .constant("v", random_tensor({3}, stream, 0.5, 2))
                       .node("BatchNormalization", {"x", "g", "b", "m", "v"}, {"y"}).output("y"));
  EXPECT_LT(f.model.fidelity.outputs[0].max, 2e-4);
  expect_equal(f, [&](const std::vector<Ints>& in) {
    const Ints w = f.weights("BatchNormalization_0.weight"), c = f.constants("BatchNormalization_0");
    Ints out;
    for (int at = 0; at < 24; ++at) out.push_back(f.requantise(w[at / 4 % 3] * in[0][at] + c[at / 4 % 3]));
    return out;
  });
}

TEST(IntegerClip, IsExactOnItsOwnInput) {
  IntegerFixture f(GraphFixture{}.input("x", {1, 7}).constant("lo", make_float({}, {-0.25})).constant("hi", make_float({}, {0.5}))
                       .node("Clip", {"x", "lo", "hi"}, {"y"}).output("y"));
  const double scale = f.model.ports.inputs[0].scale;
  expect_equal(f, [&](const std::vector<Ints>& in) {
    Ints out = in[0];
    for (std::int64_t& v : out) v = std::clamp(v, round_half_up(-0.25 / scale), round_half_up(0.5 / scale));
    return out;
  });
}

}  // namespace
}  // namespace tacit
