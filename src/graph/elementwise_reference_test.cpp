// Element-wise operators against plain integer loops over their ONNX definition, bit for bit.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "graph/integer_fixture.h"
#include "graph/key_fixture.h"

namespace tacit {
namespace {

/// Where element `flat` of a tensor of shape `to` stands in one of shape `from` that broadcasts to it.
std::size_t source_of(std::int64_t flat, const Shape& from, const Shape& to) {
  const Shape strides = broadcast_strides(from, to);
  std::int64_t at = 0;
  for (std::size_t axis = to.size(); axis-- > 0;) {
    at += flat % to[axis] * strides[axis];
    flat /= to[axis];
  }
  return static_cast<std::size_t>(at);
}

struct Pair {
  Shape a, b;
  Shape dims() const { return *broadcast(a, b); }
  std::int64_t count() const { return *element_count(dims()); }
  std::string text() const { return shape_text(a) + " with " + shape_text(b); }
};

/// How the node's sum is rounded; a copy to the output, which is exact, may follow.
const Requantise& rounding_of(const IntegerFixture& f) {
  const std::vector<Step>& steps = f.model.theorem.steps;
  std::size_t at = steps.size() - 1;
  if (at > 0 && f.model.theorem.accumulators[steps[at].requantise.acc].name == "y") --at;
  return steps[at].requantise;
}

std::int64_t rounded(const IntegerFixture& f, std::int64_t sum) {
  const Requantise& r = rounding_of(f);
  return requantised(sum, r.shift, r.lo, r.hi);
}

/// The integer that stands for a weight in the node's sum.
std::int64_t weight_of(double value, const IntegerFixture& f, double input_scale) {
  return round_half_up(value * input_scale / (f.model.ports.outputs[0].scale / std::ldexp(1.0, static_cast<int>(rounding_of(f).shift))));
}

void expect_close(const IntegerFixture& f) {
  for (const OutputError& e : f.model.fidelity.outputs) EXPECT_LE(e.mean, 0x1p-12 * e.range) << e.max << " of " << e.range;
  expect_legal(f.model);
}

const Pair kPairs[] = {{{2, 3, 2, 2}, {2, 3, 2, 2}}, {{2, 3, 2, 2}, {3, 1, 1}}, {{3, 1, 1}, {2, 3, 2, 2}}, {{2, 3, 2, 2}, {}},
                       {{2, 3, 2, 2}, {2, 1, 2, 1}}, {{2, 3, 1}, {3, 4}},       {{1, 3, 1, 5}, {2, 1, 4, 1}}, {{7}, {1}},
                       {{5, 1}, {3}},                {{}, {}},                  {{2, 3, 2, 3}, {2, 3, 1, 1}}, {{2, 3, 4}, {2, 1, 4}},
                       {{1, 1}, {1, 1, 1}},          {{2, 2, 1, 2, 3}, {2, 1, 3}}, {{1, 4, 3}, {3}},          {{1, 3, 5, 1}, {1, 3, 1, 1}}};

TEST(IntegerSum, OfTwoComputedTensorsIsItsDefinition) {
  for (const double sign : {1.0, -1.0}) {
    for (const Pair& p : kPairs) {
      SCOPED_TRACE(p.text());
      IntegerFixture f(GraphFixture{}.input("x", p.a).input("z", p.b).node(sign > 0 ? "Add" : "Sub", {"x", "z"}, {"y"}).output("y"));
      expect_close(f);
      const std::int64_t x = weight_of(1, f, f.model.ports.inputs[0].scale), z = weight_of(sign, f, f.model.ports.inputs[1].scale);
      expect_equal(f, [&](const std::vector<Ints>& in) {
        Ints out;
        for (std::int64_t at = 0; at < p.count(); ++at)
          out.push_back(rounded(f, x * in[0][source_of(at, p.a, p.dims())] + z * in[1][source_of(at, p.b, p.dims())]));
        return out;
      });
    }
  }
}

TEST(IntegerSum, WithAConstantOnEitherSideIsItsDefinition) {
  for (const std::string op : {"Add", "Sub"}) {
    for (const bool constant_first : {false, true}) {
      for (const Pair& p : kPairs) {
        SCOPED_TRACE(op + " " + p.text());
        Stream stream{11};
        const Tensor c = random_tensor(p.b, stream);
        std::vector<std::string> operands = {"x", "c"};
        if (constant_first) std::swap(operands[0], operands[1]);
        IntegerFixture f(GraphFixture{}.input("x", p.a).constant("c", c).node(op, operands, {"y"}).output("y"));
        expect_close(f);
        const double of_x = op == "Sub" && constant_first ? -1 : 1, of_c = op == "Sub" && !constant_first ? -1 : 1;
        const std::int64_t x = weight_of(of_x, f, f.model.ports.inputs[0].scale);
        expect_equal(f, [&](const std::vector<Ints>& in) {
          Ints out;
          for (std::int64_t at = 0; at < p.count(); ++at)
            out.push_back(rounded(f, x * in[0][source_of(at, p.a, p.dims())] +
                                         weight_of(of_c * c.f[source_of(at, p.b, p.dims())], f, 1)));
          return out;
        });
      }
    }
  }
}

TEST(IntegerSum, OfIntegersIsExact) {
  IntegerFixture f(GraphFixture{}.input("x", {2, 5}).constant("c", make_int64({3}, {7, -40000, 3})).constant("d", make_int64({}, {-1}))
                       .node("ArgMax", {"x"}, {"a"}, {{"axis", Attribute{std::int64_t{1}}}})
                       .node("Squeeze", {"a"}, {"s"}).constant("row", make_int64({2}, {2, 1})).node("Reshape", {"s", "row"}, {"t"}).node("Sub", {"c", "t"}, {"b"})
                       .node("Add", {"t", "d"}, {"e"}).node("Sub", {"b", "e"}, {"y"}).output("y"));
  ASSERT_TRUE(f.ok);
  expect_legal(f.model);
  EXPECT_EQ(f.model.ports.outputs[0].scale, 1);
  expect_equal(f, [&](const std::vector<Ints>& in) {
    Ints out;
    for (int row = 0; row < 2; ++row) {
      const auto first = in[0].begin() + 5 * row;
      const std::int64_t index = std::max_element(first, first + 5) - first;
      for (const std::int64_t c : {7, -40000, 3}) out.push_back(c - index - (index - 1));
    }
    return out;
  });
}

TEST(IntegerProduct, OfTwoComputedTensorsIsItsDefinition) {
  for (const Pair& p : kPairs) {
    SCOPED_TRACE(p.text());
    IntegerFixture f(GraphFixture{}.input("x", p.a).input("z", p.b).node("Mul", {"x", "z"}, {"y"}).output("y"));
    expect_close(f);
    expect_equal(f, [&](const std::vector<Ints>& in) {
      Ints out;
      for (std::int64_t at = 0; at < p.count(); ++at)
        out.push_back(rounded(f, in[0][source_of(at, p.a, p.dims())] * in[1][source_of(at, p.b, p.dims())]));
      return out;
    });
  }
}

TEST(IntegerProduct, OfATensorWithItselfIsItsSquare) {
  IntegerFixture f(GraphFixture{}.input("x", {2, 3, 2}).node("Mul", {"x", "x"}, {"y"}).output("y"));
  expect_close(f);
  expect_equal(f, [&](const std::vector<Ints>& in) {
    Ints out;
    for (const std::int64_t v : in[0]) out.push_back(rounded(f, v * v));
    return out;
  });
}

TEST(IntegerProduct, WithAConstantIsItsDefinitionAndHidesIt) {
  for (const std::string op : {"Mul", "Div"}) {
    for (const Pair& p : kPairs) {
      SCOPED_TRACE(op + " " + p.text());
      Stream stream{12};
      Tensor c = random_tensor(p.b, stream, 0.5, 2);
      for (std::size_t k = 0; k < c.f.size(); k += 2) c.f[k] = -c.f[k];
      IntegerFixture f(GraphFixture{}.input("x", p.a).constant("c", c).node(op, {"x", "c"}, {"y"}).output("y"));
      expect_close(f);
      EXPECT_FALSE(f.weights(op + "_0.weight").empty());
      expect_equal(f, [&](const std::vector<Ints>& in) {
        Ints out;
        for (std::int64_t at = 0; at < p.count(); ++at) {
          const double number = c.f[source_of(at, p.b, p.dims())], factor = op == "Mul" ? number : 1 / number;
          out.push_back(rounded(f, weight_of(factor, f, f.model.ports.inputs[0].scale) * in[0][source_of(at, p.a, p.dims())]));
        }
        return out;
      });
    }
  }
}

/// The statement of a key may not show what was trained: only the integers of the weights differ.
TEST(IntegerProduct, HasAStatementThatDoesNotDependOnTheConstant) {
  auto theorem = [](bool reversed) {
    Stream stream{5};
    Tensor c = random_tensor({2, 3, 1}, stream, -1, 2), d = random_tensor({3, 1}, stream);
    for (Tensor* t : {&c, &d})
      if (reversed) std::reverse(t->f.begin(), t->f.end());
    IntegerFixture f(GraphFixture{}.input("x", {2, 3, 4}).constant("c", c).constant("d", d).node("PRelu", {"x", "c"}, {"p"})
                         .node("Mul", {"d", "p"}, {"q"}).node("Mul", {"q", "c"}, {"y"}).output("y"), {}, 0.5f);
    ByteWriter out;
    write_theorem(out, f.model.theorem);
    return std::pair{std::vector<std::uint8_t>(out.data().begin(), out.data().end()), f.model.weights};
  };
  EXPECT_EQ(theorem(false).first, theorem(true).first);
  EXPECT_NE(theorem(false).second, theorem(true).second);
}

TEST(Folding, PutsConstantsIntoTheWeightsBefore) {
  const std::pair<const char*, bool> cases[] = {{"Mul", false}, {"Mul", true}, {"Div", false}, {"Sub", false}, {"Sub", true}, {"Add", true}};
  for (const auto& [op, first] : cases) {
    SCOPED_TRACE(op);
    Stream stream{3};
    GraphFixture source;
    source.input("x", {1, 2, 3, 3}).constant("w", random_tensor({4, 2, 2, 2}, stream)).constant("c", random_tensor({4, 1, 1}, stream, 0.5, 2))
        .node("Conv", {"x", "w"}, {"a"}).node(op, first ? std::vector<std::string>{"c", "a"} : std::vector<std::string>{"a", "c"}, {"y"}).output("y");
    IntegerFixture f(source);
    expect_close(f);
    EXPECT_EQ(f.model.theorem.steps.size(), 1u);
    EXPECT_EQ(f.model.theorem.accumulators[0].contractions.size(), 1u);
  }
}

TEST(Folding, LeavesDivisionsOfAConstantAlone) {
  GraphFixture source;
  source.input("x", {1, 2}).constant("c", make_float({2}, {1, 2})).node("Div", {"c", "x"}, {"y"}).output("y");
  ASSERT_TRUE(order_nodes(source.graph).ok());
  auto graph = prepare(std::move(source.graph));
  ASSERT_TRUE(graph.ok()) << graph.error().text();
  ASSERT_EQ(graph->nodes.size(), 1u);
  EXPECT_EQ(graph->nodes[0].inputs, (std::vector<std::string>{"c", "x"}));
}

/// A factor for each row does not fit on a term that reads through a map.
TEST(IntegerProduct, FollowsARepeatedSum) {
  Stream stream{21};
  const Tensor c = random_tensor({3, 1}, stream, 0.5, 1);
  IntegerFixture f(GraphFixture{}.input("x", {2, 1, 4}).input("z", {1, 3, 4}).constant("c", c).node("Add", {"x", "z"}, {"a"})
                       .node("Mul", {"a", "c"}, {"y"}).output("y"));
  expect_close(f);
}

TEST(IntegerLeakyRelu, IsItsDefinitionForEveryAlpha) {
  for (const float alpha : {0.01f, 0.0f, 1.0f, 3.0f, -0.5f, -2.0f}) {
    SCOPED_TRACE(alpha);
    IntegerFixture f(GraphFixture{}.input("x", {2, 3, 5}).node("LeakyRelu", {"x"}, {"y"}, {{"alpha", Attribute{alpha}}}).output("y"));
    expect_close(f);
    const double scale = f.model.ports.inputs[0].scale;
    const std::int64_t below = weight_of(alpha, f, scale), above = weight_of(1 - double{alpha}, f, scale);
    expect_equal(f, [&](const std::vector<Ints>& in) {
      Ints out;
      for (const std::int64_t x : in[0]) out.push_back(rounded(f, below * x + above * std::max<std::int64_t>(x, 0)));
      return out;
    });
  }
}

TEST(IntegerPRelu, IsItsDefinitionForEverySlope) {
  for (const Shape& dims : {Shape{3, 1, 1}, Shape{1}, Shape{}, Shape{3, 2, 2}, Shape{2, 3, 2, 2}, Shape{2}, Shape{2, 1, 1, 1}}) {
    SCOPED_TRACE(shape_text(dims));
    const Shape full = {2, 3, 2, 2};
    Stream stream{13};
    const Tensor slope = random_tensor(dims, stream, -1, 2);
    IntegerFixture f(GraphFixture{}.input("x", full).constant("s", slope).node("PRelu", {"x", "s"}, {"y"}).output("y"));
    expect_close(f);
    const double scale = f.model.ports.inputs[0].scale;
    expect_equal(f, [&](const std::vector<Ints>& in) {
      Ints out;
      for (std::int64_t at = 0; at < 24; ++at) {
        const double s = slope.f[source_of(at, dims, full)];
        const std::int64_t x = in[0][static_cast<std::size_t>(at)];
        out.push_back(rounded(f, weight_of(s, f, scale) * x + weight_of(1 - s, f, scale) * std::max<std::int64_t>(x, 0)));
      }
      return out;
    });
  }
}

}  // namespace
}  // namespace tacit
