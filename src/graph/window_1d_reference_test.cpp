// Window operators along one axis, and pools whose windows meet padding in rarer ways, against plain integer loops.
#include <gtest/gtest.h>

#include <algorithm>

#include "graph/integer_fixture.h"
#include "graph/key_fixture.h"

namespace tacit {
namespace {

using List = std::vector<std::int64_t>;

/// One window along one axis.
struct Line {
  std::int64_t in, kernel, stride, begin, end, dilation, out;

  std::map<std::string, Attribute> attributes() const {
    return {{"strides", Attribute{List{stride}}}, {"pads", Attribute{List{begin, end}}}, {"dilations", Attribute{List{dilation}}}};
  }
  std::int64_t at(std::int64_t o, std::int64_t tap) const { return o * stride - begin + tap * dilation; }
  bool is_real(std::int64_t position) const { return position >= 0 && position < in; }
};

const Line kLines[] = {{9, 3, 1, 1, 1, 1, 9}, {9, 3, 2, 0, 1, 1, 4}, {8, 2, 1, 0, 2, 3, 7}, {11, 4, 3, 2, 0, 2, 3}, {5, 1, 2, 0, 0, 1, 3}, {7, 7, 1, 3, 3, 1, 7}};

TEST(IntegerConvOfRank3, EqualsItsDefinition) {
  for (const Line& c : kLines) {
    SCOPED_TRACE(c.in * 100 + c.kernel);
    Stream stream{7};
    IntegerFixture f(GraphFixture{}.input("x", {2, 2, c.in}).constant("w", random_tensor({3, 2, c.kernel}, stream)).constant("b", random_tensor({3}, stream))
                         .node("Conv", {"x", "w", "b"}, {"y"}, c.attributes()).output("y"));
    ASSERT_TRUE(f.ok);
    expect_legal(f.model);
    EXPECT_EQ(f.model.ports.outputs[0].dims, (std::vector<std::uint64_t>{2, 3, static_cast<std::uint64_t>(c.out)}));
    const Ints weight = f.weights("Conv_0.weight"), bias = f.constants("Conv_0");
    expect_equal(f, [&](const std::vector<Ints>& in) {
      Ints out;
      for (std::int64_t k = 0; k < 2 * 3 * c.out; ++k) {
        const std::int64_t o = k % c.out, m = k / c.out % 3, n = k / c.out / 3;
        std::int64_t acc = bias[m];
        for (std::int64_t tap = 0; tap < 2 * c.kernel; ++tap) {
          const std::int64_t ch = tap / c.kernel, position = c.at(o, tap % c.kernel);
          if (c.is_real(position)) acc += weight[m * 2 * c.kernel + tap] * in[0][(n * 2 + ch) * c.in + position];
        }
        out.push_back(f.requantise(acc));
      }
      return out;
    });
  }
}

/// Also with padding that no tap of a window repeats: those read another tap of theirs.
TEST(IntegerMaxPoolOfRank3, EqualsItsDefinition) {
  for (const Line& c : kLines) {
    SCOPED_TRACE(c.in * 100 + c.kernel);
    auto attributes = c.attributes();
    attributes["kernel_shape"] = Attribute{List{c.kernel}};
    IntegerFixture f(GraphFixture{}.input("x", {2, 3, c.in}).node("MaxPool", {"x"}, {"y"}, attributes).output("y"));
    ASSERT_TRUE(f.ok);
    expect_legal(f.model);
    expect_equal(f, [&](const std::vector<Ints>& in) {
      Ints out;
      for (std::int64_t k = 0; k < 6 * c.out; ++k) {
        std::int64_t best = INT64_MIN;
        for (std::int64_t tap = 0; tap < c.kernel; ++tap) {
          const std::int64_t position = c.at(k % c.out, tap);
          if (c.is_real(position)) best = std::max(best, in[0][k / c.out * c.in + position]);
        }
        out.push_back(best);
      }
      return out;
    });
  }
}

TEST(IntegerMaxPool, DilatesOverPaddingOnBothAxes) {
  IntegerFixture f(GraphFixture{}.input("x", {2, 2, 6, 5}).node("MaxPool", {"x"}, {"y"}, {{"kernel_shape", Attribute{List{2, 3}}},
                       {"pads", Attribute{List{1, 2, 1, 1}}}, {"dilations", Attribute{List{3, 2}}}, {"strides", Attribute{List{2, 1}}}}).output("y"));
  ASSERT_TRUE(f.ok);
  expect_legal(f.model);
  expect_equal(f, [&](const std::vector<Ints>& in) {
    Ints out;
    for (std::int64_t k = 0; k < 4 * 3 * 4; ++k) {
      const std::int64_t ox = k % 4, oy = k / 4 % 3, plane = k / 12;
      std::int64_t best = INT64_MIN;
      for (std::int64_t tap = 0; tap < 6; ++tap) {
        const std::int64_t y = oy * 2 - 1 + tap / 3 * 3, x = ox - 2 + tap % 3 * 2;
        if (y >= 0 && y < 6 && x >= 0 && x < 5) best = std::max(best, in[0][(plane * 6 + y) * 5 + x]);
      }
      out.push_back(best);
    }
    return out;
  });
}

TEST(IntegerAveragePool, CountsPaddingInWindowsThatAreCutShort) {
  // 5 + 1 + 1 positions, windows of 3 in steps of 3: the last one has a single position, on padding or not.
  for (const Shape& dims : {Shape{2, 2, 5, 5}, Shape{1, 3, 5}}) {
    const std::size_t axes = dims.size() - 2;
    IntegerFixture f(GraphFixture{}.input("x", dims).node("AveragePool", {"x"}, {"y"}, {{"kernel_shape", Attribute{List(axes, 3)}},
                         {"strides", Attribute{List(axes, 3)}}, {"pads", Attribute{List(2 * axes, 1)}}, {"ceil_mode", Attribute{std::int64_t{1}}},
                         {"count_include_pad", Attribute{std::int64_t{1}}}}).output("y"));
    ASSERT_TRUE(f.ok);
    expect_legal(f.model);
    EXPECT_LT(f.model.fidelity.outputs[0].max, 1e-4);
    EXPECT_GT(f.model.fidelity.outputs[0].range, 0.5);
  }
}

TEST(IntegerPoolsOfRank3, AverageWithAndWithoutPadding) {
  for (const std::int64_t include : {0, 1}) {
    IntegerFixture f(GraphFixture{}.input("x", {2, 3, 9}).node("AveragePool", {"x"}, {"a"}, {{"kernel_shape", Attribute{List{3}}}, {"pads", Attribute{List{1, 1}}},
                         {"count_include_pad", Attribute{include}}}).node("GlobalAveragePool", {"a"}, {"y"}).output("y").output("a"));
    ASSERT_TRUE(f.ok);
    expect_legal(f.model);
    for (const OutputError& e : f.model.fidelity.outputs) EXPECT_LT(e.max, 1e-4);
  }
}

TEST(Reshape, AcrossABatchIsACopy) {
  IntegerFixture f(GraphFixture{}.input("x", {2, 6}).constant("s", make_int64({3}, {3, 2, 2})).node("Relu", {"x"}, {"r"}).node("Reshape", {"r", "s"}, {"b"})
                       .node("MaxPool", {"b"}, {"y"}, {{"kernel_shape", Attribute{List{2}}}}).output("y"));
  ASSERT_TRUE(f.ok);
  expect_legal(f.model);
  expect_equal(f, [&](const std::vector<Ints>& in) {
    Ints out;
    for (std::size_t k = 0; k < 6; ++k) out.push_back(std::max<std::int64_t>(0, std::max(in[0][2 * k], in[0][2 * k + 1])));
    return out;
  });
}

}  // namespace
}  // namespace tacit
