// Window operators against plain integer loops over their ONNX definition, bit for bit.
#include <gtest/gtest.h>

#include <algorithm>

#include "graph/integer_fixture.h"

namespace tacit {
namespace {

using List = std::vector<std::int64_t>;

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

const Case kAverageCases[] = {
    {1, 1, 2, 2, 6, 6, 2, 2, 2, 0, 1}, {2, 1, 3, 3, 7, 5, 3, 3, 2, 1, 1}, {1, 1, 1, 1, 5, 4, 3, 2, 1, 1, 1}};

TEST(IntegerAveragePool, EqualsItsDefinitionWithBothDivisors) {
  for (std::int64_t include_pad : {0, 1}) {
    for (const Case& c : kAverageCases) {
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

}  // namespace
}  // namespace tacit
