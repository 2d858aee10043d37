// Softmax against a plain integer loop over its statement, and against float.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "graph/integer_fixture.h"
#include "graph/key_fixture.h"
#include "theorem/tables.h"

namespace tacit {
namespace {

struct Case {
  Shape dims;
  std::int64_t axis, opset;
  /// The axis summed over and the entries between its neighbours, in the flat order of the tensor.
  std::int64_t length() const { return opset < 13 ? tail(at()) : dims[at()]; }
  std::int64_t step() const { return opset < 13 ? 1 : tail(at() + 1); }

 private:
  std::size_t at() const { return static_cast<std::size_t>(axis < 0 ? axis + static_cast<std::int64_t>(dims.size()) : axis); }
  std::int64_t tail(std::size_t from) const { return count_between(dims, from, dims.size()); }
};

GraphFixture graph_of(const Case& c) {
  GraphFixture f = GraphFixture{}.input("x", c.dims).node("Softmax", {"x"}, {"y"}, {{"axis", Attribute{c.axis}}}).output("y");
  f.graph.nodes[0].opset = c.opset;
  return f;
}

/// The functions of the theorem, in the order of their first use: exponential, logarithms, result.
std::vector<std::vector<std::int32_t>> functions_of(const Theorem& theorem) {
  std::vector<std::vector<std::int32_t>> out;
  for (const Table& table : theorem.tables)
    if (table.kind == TableKind::kFunction) out.push_back(function_values(table));
  return out;
}

/// One row. The last entry of each function is the value at 0.
Ints reference_row(const Ints& x, double scale, const std::vector<std::vector<std::int32_t>>& functions) {
  auto at = [](const std::vector<std::int32_t>& f, std::int64_t argument) { return std::int64_t{f[f.size() - 1 + static_cast<std::size_t>(argument)]}; };
  const std::int64_t most = *std::max_element(x.begin(), x.end()), factor = round_half_up(std::min(1.0, 16 / scale) * scale * 0x1p27);
  std::int64_t sum = 0, logarithm = 0;
  Ints d, out;
  for (const std::int64_t v : x) {
    d.push_back(requantised(factor * (v - most), 16, -32767, 0));
    sum += at(functions[0], d.back());
  }
  for (std::size_t j = 0; j + 2 < functions.size(); ++j) {
    logarithm += at(functions[1 + j], requantised(-sum, static_cast<std::uint32_t>(8 + 4 * j), -32767, 0));
  }
  for (const std::int64_t v : d) out.push_back(at(functions.back(), v - logarithm));
  return out;
}

TEST(IntegerSoftmax, EqualsItsStatementOnEveryAxis) {
  const Case cases[] = {{{1, 10}, 1, 13}, {{1, 10}, -1, 13}, {{3, 7}, -1, 13}, {{3, 7}, 0, 13}, {{2, 3, 4, 5}, 1, 13}, {{2, 3, 4, 5}, 2, 13},
                        {{2, 3, 4, 5}, -1, 13}, {{2, 3, 4, 5}, 0, 13}, {{2, 5, 3}, 2, 13}, {{5}, 0, 13}, {{1}, 0, 13}, {{4, 1}, 1, 13},
                        {{1, 17, 2}, 1, 13}, {{1, 300}, 1, 13}, {{2, 3, 4, 5}, 1, 12}, {{2, 3, 4, 5}, 2, 11}, {{2, 3, 4, 5}, 0, 11},
                        {{1, 6, 1, 1}, 1, 7}, {{2, 3, 4}, -1, 12}};
  for (const Case& c : cases) {
    SCOPED_TRACE(shape_text(c.dims) + " axis " + std::to_string(c.axis) + " opset " + std::to_string(c.opset));
    IntegerFixture f(graph_of(c));
    ASSERT_TRUE(f.ok);
    expect_legal(f.model);
    const auto functions = functions_of(f.model.theorem);
    const double scale = f.model.ports.inputs[0].scale;
    const auto length = static_cast<std::size_t>(c.length()), step = static_cast<std::size_t>(c.step());
    expect_equal(f, [&](const std::vector<Ints>& in) {
      Ints out(in[0].size());
      for (std::size_t row = 0; row < out.size() / length; ++row) {
        const std::size_t first = row / step * step * length + row % step;
        Ints x;
        for (std::size_t i = 0; i < length; ++i) x.push_back(in[0][first + i * step]);
        const Ints y = reference_row(x, scale, functions);
        for (std::size_t i = 0; i < length; ++i) out[first + i * step] = y[i];
      }
      return out;
    });
  }
}

TEST(IntegerSoftmax, HasTheSameTablesWhateverItsScale) {
  const IntegerFixture small(graph_of({{1, 10}, 1, 13}), {}, 0.01f), large(graph_of({{2, 3, 16}, 2, 13}), {}, 1.0f);
  EXPECT_EQ(functions_of(small.model.theorem).front(), functions_of(large.model.theorem).front());
  EXPECT_EQ(functions_of(small.model.theorem)[1], functions_of(large.model.theorem)[1]);
}

/// The error against float, without that of rounding the input: samples are integers of the input's grid. `reach` is how far
/// scores go, the grid is a power of two.
OutputError error_on_grid(std::int64_t n, double reach) {
  GraphFixture source = graph_of({{8, n}, -1, 13});
  EXPECT_TRUE(order_nodes(source.graph).ok());
  auto graph = prepare(std::move(source.graph));
  const double scale = reach / 32768;
  Stream stream{static_cast<std::uint64_t>(n)};
  std::vector<TensorMap> samples(8);
  for (TensorMap& sample : samples) {
    sample["x"] = zeros({8, n});
    for (float& v : sample["x"].f) v = static_cast<float>(static_cast<double>(stream.integer(-32767, 32767)) * scale);
  }
  auto compiled = compile(*graph, samples, {}, {.input_range = {{-32767 * scale, 32767 * scale}}});
  EXPECT_TRUE(compiled.ok());
  expect_legal(*compiled);
  return compiled->fidelity.outputs[0];
}

TEST(IntegerSoftmax, IsCloseToFloatForFlatPeakedAndHugeScores) {
  for (const std::int64_t n : {1, 2, 3, 10, 16, 17, 256, 257, 1000}) {
    for (const double reach : {0x1p-10, 1.0, 16.0, 1024.0, 0x1p20}) {
      const OutputError e = error_on_grid(n, reach);
      EXPECT_LE(e.mean, 0x1p-11 * e.range) << n << " scores up to " << reach;
      EXPECT_LE(e.max, 0x1p-10 * e.range) << n << " scores up to " << reach;
    }
  }
}

TEST(IntegerSoftmax, StaysCloseToFloatForMoreThanFourThousandScores) {
  const OutputError e = error_on_grid(4097, 16);
  EXPECT_LE(e.mean, 0x1p-12 * e.range);
}

TEST(IntegerSoftmax, OfOneOutstandingScoreIsExact) {
  GraphFixture source;
  source.input("x", {1, 1000}).constant("c", make_float({}, {40})).node("Mul", {"x", "c"}, {"s"})
      .node("Softmax", {"s"}, {"y"}, {{"axis", Attribute{std::int64_t{1}}}}).output("y");
  IntegerFixture g(source);
  ASSERT_TRUE(g.ok);
  Ints x(1000, -32768);
  x[3] = 32767;
  Ints want(1000, 0);
  want[3] = static_cast<std::int64_t>(1 / g.model.ports.outputs[0].scale);
  EXPECT_EQ(g.run({x}), want);
}

}  // namespace
}  // namespace tacit
