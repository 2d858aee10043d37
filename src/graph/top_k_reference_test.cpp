// TopK against its definition, on the theorem's integers: random ones, extreme ones and ones of which many are equal.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "graph/integer_fixture.h"
#include "graph/key_fixture.h"

namespace tacit {
namespace {

struct TopCase {
  Shape dims;
  std::int64_t axis, k, largest;
};

GraphFixture top_of(const TopCase& c, const char* output) {
  GraphFixture g;
  g.input("x", c.dims).constant("k", make_int64({1}, {c.k}));
  g.node("TopK", {"x", "k"}, {"values", "places"}, {{"axis", Attribute{c.axis}}, {"largest", Attribute{c.largest}}});
  g.graph.nodes[0].opset = 11;
  return g.output(output);
}

/// Where they stand, and what they are.
std::pair<Ints, Ints> definition(const TopCase& c, const Ints& x) {
  const auto axis = static_cast<std::size_t>(c.axis);
  const std::int64_t n = c.dims[axis], inner = count_between(c.dims, axis + 1, c.dims.size()), outer = count_between(c.dims, 0, axis);
  std::pair<Ints, Ints> out{Ints(static_cast<std::size_t>(outer * c.k * inner)), Ints(static_cast<std::size_t>(outer * c.k * inner))};
  for (std::int64_t o = 0; o < outer; ++o)
    for (std::int64_t i = 0; i < inner; ++i) {
      std::vector<std::pair<std::int64_t, std::int64_t>> all;
      for (std::int64_t p = 0; p < n; ++p) {
        const std::int64_t v = x[static_cast<std::size_t>((o * n + p) * inner + i)];
        all.push_back({c.largest ? -v : v, p});
      }
      std::sort(all.begin(), all.end());
      for (std::int64_t r = 0; r < c.k; ++r) {
        const auto at = static_cast<std::size_t>((o * c.k + r) * inner + i);
        out.first[at] = all[static_cast<std::size_t>(r)].second;
        out.second[at] = c.largest ? -all[static_cast<std::size_t>(r)].first : all[static_cast<std::size_t>(r)].first;
      }
    }
  return out;
}

const TopCase kTopCases[] = {{{5}, 0, 2, 1},       {{5}, 0, 5, 0},       {{1}, 0, 1, 1},       {{1, 10}, 1, 1, 1},    {{3, 7}, 1, 3, 0},      {{3, 7}, 0, 2, 1},
                             {{2, 3, 5}, 1, 2, 1}, {{2, 3, 5}, 2, 4, 0}, {{2, 3, 5}, 0, 2, 1}, {{2, 4, 3, 2}, 1, 3, 1}, {{2, 4, 3, 2}, 3, 1, 1},
                             {{1, 70}, 1, 3, 1},   {{1, 70}, 1, 3, 0},   {{2, 66, 2}, 1, 2, 1}, {{70, 2}, 0, 2, 0},   {{1, 70}, 1, 30, 1}};

TEST(IntegerTopK, IsItsDefinition) {
  for (const TopCase& c : kTopCases) {
    SCOPED_TRACE(shape_text(c.dims) + " axis " + std::to_string(c.axis) + " k " + std::to_string(c.k) + " largest " + std::to_string(c.largest));
    IntegerFixture places(top_of(c, "places")), values(top_of(c, "values"));
    ASSERT_TRUE(places.ok && values.ok);
    expect_legal(places.model);
    expect_legal(values.model);
    EXPECT_EQ(values.model.ports.outputs[0].scale, values.model.ports.inputs[0].scale);
    Stream stream{5};
    for (int kind = 0; kind < 6; ++kind) {
      std::vector<Ints> in = places.inputs(std::min(kind, 3), stream);
      if (kind > 3) {
        for (std::int64_t& v : in[0]) v = stream.integer(-1, kind - 3);
      }
      ASSERT_EQ(places.run(in), definition(c, in[0]).first) << "inputs of kind " << kind;
      ASSERT_EQ(values.run(in), definition(c, in[0]).second) << "inputs of kind " << kind;
    }
  }
}

std::string refusal_of(const TopCase& c) {
  auto graph = prepare(top_of(c, "values").graph);
  if (!graph.ok()) return graph.error().text();
  auto compiled = compile(*graph, {}, {}, {.input_range = {{-1, 1}}});
  return compiled.ok() ? "" : compiled.error().text();
}

TEST(TopK, RefusesCountsBeyondTheAxisAndWhatIsTooLarge) {
  EXPECT_NE(refusal_of({{3, 4}, 1, 5, 1}).find("its K is 5, of an axis of 4"), std::string::npos);
  EXPECT_NE(refusal_of({{3, 4}, 1, 0, 1}).find("its K is 0"), std::string::npos);
  EXPECT_NE(refusal_of({{20000}, 0, 10000, 1}).find("too many numbers"), std::string::npos);
}

}  // namespace
}  // namespace tacit
