#include "ops/picks.h"

#include <gtest/gtest.h>

#include "ops/operator_fixture.h"

namespace tacit {
namespace {

using List = std::vector<std::int64_t>;
using Floats = std::vector<float>;

Tensor counted(Shape dims) {
  Tensor t = zeros(std::move(dims));
  for (std::size_t k = 0; k < t.f.size(); ++k) t.f[k] = static_cast<float>(k);
  return t;
}

Tensor list(List values) { return make_int64({static_cast<std::int64_t>(values.size())}, values); }

Sources read_back(const IndexMap& map) {
  Sources out;
  for (const std::uint32_t source : map.sources()) out.push_back(source == kNone ? -1 : std::int64_t{source});
  return out;
}

std::size_t runs_in(const IndexMap& map) {
  std::size_t runs = 0;
  for (const IndexAxis& axis : map.axes) runs += axis.runs.size();
  return runs;
}

TEST(Separated, KeepsEveryListAndFindsTheAxesThatStandApart) {
  const Shape extents{3, 4, 5};
  Sources flipped, triangle, mixed;
  for (std::int64_t k = 0; k < 60; ++k) {
    const Shape at = positions_of(k, extents);
    flipped.push_back((2 - at[0]) * 100 + at[1] * 7 + (at[2] == 3 ? 50 : at[2]));
    triangle.push_back(at[1] <= at[2] ? k : -1);
    mixed.push_back(k * k % 61);
  }
  EXPECT_EQ(read_back(separated(flipped, extents)), flipped);
  EXPECT_EQ(separated(flipped, extents).axes.size(), 3u);
  EXPECT_EQ(read_back(separated(triangle, extents)), triangle);
  EXPECT_EQ(separated(triangle, extents).axes.size(), 2u);
  EXPECT_EQ(read_back(separated(mixed, extents)), mixed);
  EXPECT_EQ(read_back(separated(Sources(60, -1), extents)), Sources(60, -1));
}

TEST(Separated, HoldsWhereWholeSlicesAreAbsent) {
  const Shape extents{4, 6};
  Sources padded;
  for (std::int64_t k = 0; k < 24; ++k) {
    const bool inside = k / 6 > 0 && k / 6 < 3 && k % 6 > 1;
    padded.push_back(inside ? (k / 6 - 1) * 4 + k % 6 - 2 : -1);
  }
  const IndexMap map = separated(padded, extents);
  EXPECT_EQ(read_back(map), padded);
  EXPECT_EQ(map.axes.size(), 2u);
  EXPECT_EQ(runs_in(map), 5u);
  padded[23] = -1;  // no longer a whole slice
  EXPECT_EQ(read_back(separated(padded, extents)), padded);
}

TEST(Gather, TakesSlicesByIndicesOfAnyShape) {
  const Tensor x = counted({3, 2});
  EXPECT_EQ(OperatorFixture("Gather", 13, {x, list({2, -3})}).run().f, (Floats{4, 5, 0, 1}));
  const Tensor y = OperatorFixture("Gather", 13, {x, make_int64({1, 3}, {1, 0, 1})}, {{"axis", Attribute{std::int64_t{-1}}}}).run();
  EXPECT_EQ(y.dims, (Shape{3, 1, 3}));
  EXPECT_EQ(y.f, (Floats{1, 0, 1, 3, 2, 3, 5, 4, 5}));
  EXPECT_EQ(OperatorFixture("Gather", 13, {x, make_int64({}, {1})}).run().dims, Shape{2});
  EXPECT_NE(OperatorFixture("Gather", 13, {x, list({3})}).refusal(), "");
  EXPECT_NE(OperatorFixture("Gather", 13, {x, list({-4})}).refusal(), "");
  EXPECT_NE(OperatorFixture("Gather", 13, {x, make_float({1}, {0})}).refusal(), "");
}

TEST(Gather, TakesComputedIndicesAndPutsThoseOutsideAtTheNearestEnd) {
  const Tensor x = counted({3, 2});
  OperatorFixture computed("Gather", 13, {x, list({-9, 7, -1})});
  computed.constant = {true, false};
  EXPECT_EQ(computed.refusal(), "");
  EXPECT_EQ(computed.run().f, (Floats{0, 1, 4, 5, 4, 5}));
}

TEST(GatherElements, ReadsOneIndexForEachElement) {
  const Tensor x = counted({3, 2});
  EXPECT_EQ(OperatorFixture("GatherElements", 13, {x, make_int64({2, 2}, {1, 2, -1, 0})}).run().f, (Floats{2, 5, 4, 1}));
  EXPECT_EQ(OperatorFixture("GatherElements", 13, {x, make_int64({1, 3}, {1, 0, 0})}, {{"axis", Attribute{std::int64_t{1}}}}).run().f, (Floats{1, 0, 0}));
  EXPECT_NE(OperatorFixture("GatherElements", 13, {x, make_int64({2, 3}, List(6, 0))}).refusal(), "");
  EXPECT_NE(OperatorFixture("GatherElements", 13, {x, list({0})}).refusal(), "");
}

TEST(GatherND, ReadsTuplesAfterTheCommonAxes) {
  const Tensor x = counted({2, 3, 2});
  EXPECT_EQ(OperatorFixture("GatherND", 13, {x, make_int64({2, 2}, {0, 1, 1, -1})}).run().f, (Floats{2, 3, 10, 11}));
  const Tensor y = OperatorFixture("GatherND", 13, {x, make_int64({2, 1}, {2, 0})}, {{"batch_dims", Attribute{std::int64_t{1}}}}).run();
  EXPECT_EQ(y.dims, (Shape{2, 2}));
  EXPECT_EQ(y.f, (Floats{4, 5, 6, 7}));
  EXPECT_NE(OperatorFixture("GatherND", 13, {x, make_int64({1, 4}, List(4, 0))}).refusal(), "");
  EXPECT_NE(OperatorFixture("GatherND", 13, {x, make_int64({1, 1}, {2})}).refusal(), "");
  EXPECT_NE(OperatorFixture("GatherND", 13, {x, make_int64({3, 1}, {0, 0, 0})}, {{"batch_dims", Attribute{std::int64_t{1}}}}).refusal(), "");
}

TEST(Repeats, TileAndExpandFollowNumpy) {
  const Tensor x = counted({1, 2});
  EXPECT_EQ(OperatorFixture("Tile", 13, {x, list({2, 2})}).run().f, (Floats{0, 1, 0, 1, 0, 1, 0, 1}));
  EXPECT_NE(OperatorFixture("Tile", 13, {x, list({2})}).refusal(), "");
  EXPECT_NE(OperatorFixture("Tile", 13, {x, list({2, -1})}).refusal(), "");
  EXPECT_NE(OperatorFixture("Tile", 13, {x, list({INT64_MAX, 2})}).refusal(), "");
  EXPECT_EQ(OperatorFixture("Expand", 13, {x, list({2, 3, 1})}).run().f, (Floats{0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1}));
  EXPECT_EQ(OperatorFixture("Expand", 13, {x, list({1})}).run().dims, (Shape{1, 2}));
  EXPECT_NE(OperatorFixture("Expand", 13, {x, list({3})}).refusal(), "");
  EXPECT_NE(OperatorFixture("Expand", 13, {x, list({-1, 2})}).refusal(), "");
}

TEST(Compress, DropsWhatTheConditionDoesNotName) {
  const Tensor x = counted({3, 2});
  EXPECT_EQ(OperatorFixture("Compress", 11, {x, list({0, 1})}, {{"axis", Attribute{std::int64_t{0}}}}).run().f, (Floats{2, 3}));
  EXPECT_EQ(OperatorFixture("Compress", 11, {x, list({1, 0, 0, 0, 1})}).run().f, (Floats{0, 4}));
  EXPECT_NE(OperatorFixture("Compress", 11, {x, list(List(4, 1))}, {{"axis", Attribute{std::int64_t{0}}}}).refusal(), "");
}

TEST(CenterCropPad, LeavesTheOddElementAtTheEnd) {
  EXPECT_EQ(OperatorFixture("CenterCropPad", 18, {counted({5}), list({2})}).run().f, (Floats{1, 2}));
  EXPECT_EQ(OperatorFixture("CenterCropPad", 18, {counted({2}), list({5})}).run().f, (Floats{0, 0, 1, 0, 0}));
  EXPECT_EQ(OperatorFixture("CenterCropPad", 18, {counted({2, 3}), list({1})}, {{"axes", Attribute{List{-1}}}}).run().f, (Floats{1, 4}));
  EXPECT_NE(OperatorFixture("CenterCropPad", 18, {counted({2, 3}), list({1})}).refusal(), "");
}

TEST(DepthToSpace, CountsTheBlockFirstOrLast) {
  const Tensor x = counted({1, 8, 1, 1});
  const Attribute two{std::int64_t{2}};
  EXPECT_EQ(OperatorFixture("DepthToSpace", 13, {x}, {{"blocksize", two}}).run().f, (Floats{0, 2, 4, 6, 1, 3, 5, 7}));
  EXPECT_EQ(OperatorFixture("DepthToSpace", 13, {x}, {{"blocksize", two}, {"mode", Attribute{std::string("CRD")}}}).run().f, (Floats{0, 1, 2, 3, 4, 5, 6, 7}));
  EXPECT_EQ(OperatorFixture("SpaceToDepth", 13, {counted({1, 1, 2, 4})}, {{"blocksize", two}}).run().f, (Floats{0, 2, 1, 3, 4, 6, 5, 7}));
  EXPECT_NE(OperatorFixture("DepthToSpace", 13, {counted({1, 6, 1, 1})}, {{"blocksize", two}}).refusal(), "");
  EXPECT_NE(OperatorFixture("DepthToSpace", 13, {x}).refusal(), "");
  EXPECT_NE(OperatorFixture("SpaceToDepth", 13, {counted({1, 1, 3, 4})}, {{"blocksize", two}}).refusal(), "");
}

TEST(ReverseSequence, TurnsTheFirstStepsOnly) {
  const Tensor x = counted({3, 2});
  EXPECT_EQ(OperatorFixture("ReverseSequence", 10, {x, list({2, 3})}).run().f, (Floats{2, 5, 0, 3, 4, 1}));
  EXPECT_EQ(OperatorFixture("ReverseSequence", 10, {x, list({2, 1, 0})}, {{"time_axis", Attribute{std::int64_t{1}}}, {"batch_axis", Attribute{std::int64_t{0}}}}).run().f,
            (Floats{1, 0, 2, 3, 4, 5}));
  EXPECT_NE(OperatorFixture("ReverseSequence", 10, {x, list({2, 4})}).refusal(), "");
  EXPECT_NE(OperatorFixture("ReverseSequence", 10, {x, list({2, 2, 2})}).refusal(), "");
}

TEST(Trilu, KeepsOneSideOfADiagonal) {
  const Tensor x = counted({2, 3});
  EXPECT_EQ(OperatorFixture("Trilu", 14, {x}).run().f, (Floats{0, 1, 2, 0, 4, 5}));
  EXPECT_EQ(OperatorFixture("Trilu", 14, {x, make_int64({}, {1})}).run().f, (Floats{0, 1, 2, 0, 0, 5}));
  EXPECT_EQ(OperatorFixture("Trilu", 14, {x, make_int64({1}, {INT64_MIN})}, {{"upper", Attribute{std::int64_t{0}}}}).run().f, Floats(6, 0));
  EXPECT_NE(OperatorFixture("Trilu", 14, {counted({3})}).refusal(), "");
}

TEST(Scatter, ReplacesOrCombinesAtItsIndices) {
  const Tensor x = counted({4}), u = make_float({3}, {10, 20, 30}), at = list({1, -1, 1});
  auto with = [&](const char* reduction) { return OperatorFixture("ScatterElements", 18, {x, at, u}, {{"reduction", Attribute{std::string(reduction)}}}); };
  EXPECT_EQ(with("none").run().f, (Floats{0, 30, 2, 20}));
  EXPECT_EQ(with("add").run().f, (Floats{0, 41, 2, 23}));
  EXPECT_EQ(with("mul").run().f, (Floats{0, 300, 2, 60}));
  EXPECT_EQ(with("max").run().f, (Floats{0, 30, 2, 20}));
  EXPECT_EQ(with("min").run().f, (Floats{0, 1, 2, 3}));
  EXPECT_NE(with("sum").refusal(), "");
  EXPECT_EQ(OperatorFixture("ScatterND", 18, {counted({3, 2}), make_int64({1, 1}, {2}), make_float({1, 2}, {7, 8})}).run().f, (Floats{0, 1, 2, 3, 7, 8}));
  EXPECT_NE(OperatorFixture("ScatterND", 18, {counted({3, 2}), make_int64({1, 1}, {3}), make_float({1, 2}, {7, 8})}).refusal(), "");
  EXPECT_NE(OperatorFixture("ScatterND", 18, {counted({3, 2}), make_int64({1, 1}, {2}), make_float({2}, {7, 8})}).refusal(), "");
}

TEST(OneHot, KnowsIndicesFromTheEndAndOutside) {
  const Tensor values = make_float({2}, {-1, 5});
  EXPECT_EQ(OperatorFixture("OneHot", 11, {list({1, -1, 3}), list({3}), values}).run().f, (Floats{-1, 5, -1, -1, -1, 5, -1, -1, -1}));
  EXPECT_EQ(OperatorFixture("OneHot", 11, {list({1, 0}), list({2}), values}, {{"axis", Attribute{std::int64_t{0}}}}).run().f, (Floats{-1, 5, 5, -1}));
  EXPECT_NE(OperatorFixture("OneHot", 11, {list({1}), list({0}), values}).refusal(), "");
  EXPECT_NE(OperatorFixture("OneHot", 11, {list({1}), list({2}), make_float({1}, {1})}).refusal(), "");
}

TEST(Col2Im, AddsWhereBlocksOverlap) {
  const Tensor x = make_float({1, 2, 3}, {1, 2, 3, 10, 20, 30});
  EXPECT_EQ(OperatorFixture("Col2Im", 18, {x, list({4}), list({2})}).run().f, (Floats{1, 12, 23, 30}));
  EXPECT_NE(OperatorFixture("Col2Im", 18, {x, list({5}), list({2})}).refusal(), "");
  EXPECT_NE(OperatorFixture("Col2Im", 18, {x, list({4}), list({3})}).refusal(), "");
}

TEST(ShapeOperators, KnowTheTypeAlone) {
  OperatorFixture shape("Shape", 15, {counted({2, 3, 4})}, {{"start", Attribute{std::int64_t{-2}}}});
  EXPECT_EQ(shape.run().i, (List{3, 4}));
  EXPECT_EQ(OperatorFixture("Shape", 15, {counted({2, 3})}, {{"start", Attribute{std::int64_t{5}}}}).run().i, List{});
  EXPECT_EQ(OperatorFixture("Size", 13, {counted({2, 3})}).run().i, List{6});
  EXPECT_EQ(OperatorFixture("EyeLike", 9, {counted({2, 3})}, {{"k", Attribute{std::int64_t{1}}}}).run().f, (Floats{0, 1, 0, 0, 0, 1}));
  EXPECT_EQ(OperatorFixture("EyeLike", 9, {counted({2, 2})}, {{"k", Attribute{std::int64_t{-1}}}, {"dtype", Attribute{std::int64_t{7}}}}).run().i, (List{0, 0, 1, 0}));
  EXPECT_NE(OperatorFixture("EyeLike", 9, {counted({3})}).refusal(), "");
}

TEST(Range, CountsTheStepsBeforeItsLimit) {
  EXPECT_EQ(OperatorFixture("Range", 11, {make_int64({}, {10}), make_int64({}, {4}), make_int64({}, {-2})}).run().i, (List{10, 8, 6}));
  EXPECT_EQ(OperatorFixture("Range", 11, {make_float({}, {1}), make_float({}, {2}), make_float({}, {0.5f})}).run().f, (Floats{1, 1.5f}));
  EXPECT_EQ(OperatorFixture("Range", 11, {make_int64({}, {3}), make_int64({}, {3}), make_int64({}, {1})}).run().i, List{});
  EXPECT_NE(OperatorFixture("Range", 11, {make_int64({}, {3}), make_int64({}, {4}), make_int64({}, {0})}).refusal(), "");
  EXPECT_EQ(OperatorFixture("NonZero", 13, {make_int64({2, 2}, {1, 0, 3, 4})}).run().i, (List{0, 1, 1, 0, 0, 1}));
}

}  // namespace
}  // namespace tacit
