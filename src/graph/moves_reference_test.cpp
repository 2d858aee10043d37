// Operators that only move elements: the theorem's integers against the definition, element by element, bit for bit.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "graph/integer_fixture.h"
#include "graph/key_fixture.h"

namespace tacit {
namespace {

using List = std::vector<std::int64_t>;

Tensor list(List values) { return make_int64({static_cast<std::int64_t>(values.size())}, values); }

/// The positions along all axes of element `flat`.
List positions(std::int64_t flat, const Shape& dims) {
  List at(dims.size());
  for (std::size_t axis = dims.size(); axis-- > 0; flat /= dims[axis]) at[axis] = flat % dims[axis];
  return at;
}

std::int64_t flat_of(const List& at, const Shape& dims) {
  std::int64_t flat = 0;
  for (std::size_t axis = 0; axis < dims.size(); ++axis) flat = flat * dims[axis] + at[axis];
  return flat;
}

/// y = x at source(position in y), 0 where that gives nothing; exactly, at the scale of x.
void expect_moved(GraphFixture g, const Shape& from, const Shape& to, const std::function<std::optional<List>(List)>& source) {
  IntegerFixture f(g.output("y"));
  ASSERT_TRUE(f.ok);
  expect_legal(f.model);
  EXPECT_EQ(f.model.ports.outputs[0].scale, f.model.ports.inputs[0].scale);
  EXPECT_EQ(Shape(f.model.ports.outputs[0].dims.begin(), f.model.ports.outputs[0].dims.end()), to);
  expect_equal(f, [&](const std::vector<Ints>& in) {
    Ints out;
    for (std::int64_t k = 0; k < *element_count(to); ++k) {
      const std::optional<List> at = source(positions(k, to));
      out.push_back(at ? in[0][static_cast<std::size_t>(flat_of(*at, from))] : 0);
    }
    return out;
  });
}

const Shape kShapes[] = {{7}, {3, 5}, {1, 4}, {2, 3, 4}, {1, 3, 5}, {3, 1, 2, 5}, {2, 2, 3, 1, 2}, {1, 2, 3, 2, 2}};

TEST(IntegerTranspose, MovesEveryElementForEveryPerm) {
  for (const Shape& from : kShapes) {
    if (from.size() > 4) continue;
    List perm(from.size());
    for (std::size_t k = 0; k < perm.size(); ++k) perm[k] = static_cast<std::int64_t>(k);
    do {
      SCOPED_TRACE(shape_text(from) + " by " + shape_text(perm));
      Shape to;
      for (const std::int64_t axis : perm) to.push_back(from[static_cast<std::size_t>(axis)]);
      expect_moved(GraphFixture{}.input("x", from).node("Transpose", {"x"}, {"y"}, {{"perm", Attribute{perm}}}), from, to, [&](const List& at) {
        List source(at.size());
        for (std::size_t k = 0; k < at.size(); ++k) source[static_cast<std::size_t>(perm[k])] = at[k];
        return source;
      });
    } while (std::next_permutation(perm.begin(), perm.end()));
  }
}

TEST(IntegerSlice, TakesForwardAndBackwardSteps) {
  for (const Shape& from : kShapes) {
    for (const std::int64_t step : {1, 2, -1, -3}) {
      SCOPED_TRACE(shape_text(from) + " step " + std::to_string(step));
      List starts, ends, steps, axes;
      Shape to;
      for (std::size_t axis = 0; axis < from.size(); ++axis) {
        starts.push_back(step > 0 ? from[axis] / 3 : -1);
        ends.push_back(step > 0 ? from[axis] : INT64_MIN);
        steps.push_back(step);
        axes.push_back(static_cast<std::int64_t>(axis) - static_cast<std::int64_t>(from.size()));
        const std::int64_t room = step > 0 ? from[axis] - from[axis] / 3 : from[axis];
        to.push_back((room + std::abs(step) - 1) / std::abs(step));
      }
      GraphFixture g = GraphFixture{}.input("x", from).constant("s", list(starts)).constant("e", list(ends)).constant("a", list(axes))
                           .constant("t", list(steps)).node("Slice", {"x", "s", "e", "a", "t"}, {"y"});
      expect_moved(g, from, to, [&](List at) {
        for (std::size_t axis = 0; axis < at.size(); ++axis) at[axis] = (step > 0 ? from[axis] / 3 : from[axis] - 1) + at[axis] * step;
        return at;
      });
    }
  }
}

/// Where position k along an axis of `kept` elements reads, by numpy's words for the mode.
std::optional<std::int64_t> padded_source(std::int64_t k, std::int64_t kept, const std::string& mode) {
  if (mode == "constant") return k < 0 || k >= kept ? std::nullopt : std::optional(k);
  if (mode == "edge") return k < 0 ? 0 : k >= kept ? kept - 1 : k;
  while (k < 0 || k >= kept) {
    if (mode == "wrap") k += k < 0 ? kept : -kept;
    else k = kept == 1 ? 0 : k < 0 ? -k : 2 * (kept - 1) - k;
  }
  return k;
}

TEST(IntegerPad, FillsAndCropsInEveryMode) {
  for (const std::string mode : {"constant", "edge", "reflect", "wrap"}) {
    for (const Shape& from : kShapes) {
      SCOPED_TRACE(shape_text(from) + " " + mode);
      List pads(2 * from.size());
      Shape to;
      for (std::size_t axis = 0; axis < from.size(); ++axis) {
        pads[axis] = static_cast<std::int64_t>(axis % 3);
        pads[from.size() + axis] = from[axis] > 1 ? static_cast<std::int64_t>(axis % 2) * 3 - 1 : 1;
        to.push_back(from[axis] + pads[axis] + pads[from.size() + axis]);
      }
      GraphFixture g = GraphFixture{}.input("x", from).constant("p", list(pads)).node("Pad", {"x", "p"}, {"y"}, {{"mode", Attribute{mode}}});
      expect_moved(g, from, to, [&](List at) -> std::optional<List> {
        for (std::size_t axis = 0; axis < at.size(); ++axis) {
          const std::int64_t kept = from[axis] + std::min<std::int64_t>(0, pads[from.size() + axis]);
          const auto source = padded_source(at[axis] - pads[axis], kept, mode);
          if (!source) return std::nullopt;
          at[axis] = *source;
        }
        return at;
      });
    }
  }
}

TEST(IntegerPad, KeepsAConstantInTwoPrivateColumns) {
  GraphFixture g = GraphFixture{}.input("x", {1, 3, 2}).constant("p", list({0, 0, 1, 0, 0, 2})).constant("c", make_float({}, {-0.25f}))
                       .node("Pad", {"x", "p", "c"}, {"y"}).output("y");
  IntegerFixture f(g);
  ASSERT_TRUE(f.ok);
  expect_legal(f.model);
  // One number for each position, not for each row: the rows are not padded.
  EXPECT_EQ(f.weights("Pad_0.bias_high").size(), 5u);
  EXPECT_LT(f.model.fidelity.outputs[0].max, 1e-4);
  const Ints constants = f.constants("Pad_0");
  const std::int64_t one = f.accumulator().linears[0].coefficient;
  expect_equal(f, [&](const std::vector<Ints>& in) {
    Ints out;
    for (std::size_t k = 0; k < 15; ++k) {
      const std::size_t at = k % 5;
      out.push_back(f.requantise(constants[at] + (at >= 1 && at < 3 ? one * in[0][k / 5 * 2 + at - 1] : 0)));
    }
    return out;
  });
}

TEST(IntegerConcat, JoinsTensorsOfOneScaleExactly) {
  for (const Shape& part : kShapes) {
    for (std::size_t axis = 0; axis < part.size(); ++axis) {
      SCOPED_TRACE(shape_text(part) + " along " + std::to_string(axis));
      Shape longer = part;
      longer[axis] += 2;
      IntegerFixture f(GraphFixture{}.input("a", part).input("b", longer)
                           .node("Concat", {"a", "b", "a"}, {"y"}, {{"axis", Attribute{static_cast<std::int64_t>(axis)}}}).output("y"));
      ASSERT_TRUE(f.ok);
      expect_legal(f.model);
      const Shape parts[3] = {part, longer, part};
      Shape to = part;
      to[axis] = part[axis] * 2 + longer[axis];
      expect_equal(f, [&](const std::vector<Ints>& in) {
        Ints out;
        for (std::int64_t k = 0; k < *element_count(to); ++k) {
          List at = positions(k, to);
          int which = 0;
          while (at[axis] >= parts[which][axis]) at[axis] -= parts[which++][axis];
          out.push_back(in[which == 1 ? 1 : 0][static_cast<std::size_t>(flat_of(at, parts[which]))]);
        }
        return out;
      });
    }
  }
}

TEST(IntegerConcat, BringsSumsAndConstantsToOneScale) {
  Stream stream{3};
  const GraphFixture base = GraphFixture{}.input("x", {2, 4}).constant("w", random_tensor({4, 3}, stream)).constant("v", random_tensor({4, 2}, stream, -9, 9))
      .constant("c", random_tensor({2, 2}, stream)).node("Gemm", {"x", "w"}, {"a"}).node("Gemm", {"x", "v"}, {"b"})
      .node("Concat", {"a", "c", "b"}, {"j"}, {{"axis", Attribute{std::int64_t{1}}}});
  IntegerFixture f(GraphFixture(base).output("j"));
  ASSERT_TRUE(f.ok);
  expect_legal(f.model);
  EXPECT_LE(f.model.fidelity.outputs[0].mean, 0x1p-12 * f.model.fidelity.outputs[0].range);
  const Accumulator& acc = f.accumulator();
  ASSERT_EQ(acc.linears.size(), 4u);  // two tensors, and two limbs of the constants
  // An activation of the joint tensor costs no rounding of its own.
  IntegerFixture clamped(GraphFixture(base).node("Relu", {"j"}, {"y"}).output("y"));
  ASSERT_TRUE(clamped.ok);
  EXPECT_EQ(clamped.model.theorem.steps.size(), f.model.theorem.steps.size());
}

TEST(Moves, ThatChangeNoPlaceCostNothing) {
  IntegerFixture f(GraphFixture{}.input("x", {1, 3, 1, 4}).constant("p", list({0, 0, 0, 0, 0, 0, 0, 0})).constant("a", list({0}))
                       .node("Transpose", {"x"}, {"t"}, {{"perm", Attribute{List{2, 1, 0, 3}}}}).node("Pad", {"t", "p"}, {"u"})
                       .node("Squeeze", {"u", "a"}, {"v"}).node("Unsqueeze", {"v", "a"}, {"w"})
                       .node("Concat", {"w"}, {"c"}, {{"axis", Attribute{std::int64_t{0}}}}).node("Relu", {"c"}, {"y"}).output("y"));
  ASSERT_TRUE(f.ok);
  EXPECT_EQ(f.model.theorem.steps.size(), 1u);
  EXPECT_EQ(f.model.ports.outputs[0].dims, (std::vector<std::uint64_t>{1, 3, 1, 4}));
}

TEST(Moves, OfAWideFunctionKeepItsRange) {
  // With 8-bit activations a copy of 16-bit numbers must not be cut to 8 bits.
  IntegerFixture f(GraphFixture{}.input("x", {3, 5}).node("Sigmoid", {"x"}, {"s"}).node("Transpose", {"s"}, {"y"}).output("y"), {.activation_bits = 8, .weight_bits = 8});
  ASSERT_TRUE(f.ok);
  expect_legal(f.model);
  EXPECT_LT(f.model.fidelity.outputs[0].max, 0.01);
}

TEST(Moves, RefuseMoreAxesThanAMapHas) {
  GraphFixture g = GraphFixture{}.input("x", Shape(17, 2)).node("Transpose", {"x"}, {"y"}).output("y");
  ASSERT_TRUE(order_nodes(g.graph).ok());
  const auto graph = prepare(std::move(g.graph));
  ASSERT_TRUE(graph.ok());
  const auto compiled = compile(*graph, {}, {}, {.input_range = {{0, 1}}});
  ASSERT_FALSE(compiled.ok());
  EXPECT_NE(compiled.error().text().find("node Transpose_0 (Transpose, opset 13)"), std::string::npos) << compiled.error().text();
}

}  // namespace
}  // namespace tacit
