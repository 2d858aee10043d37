// Operators that compare, choose and count, on integers of every type and on floats: the theorem's integers are what the
// operator's own definition (`evaluate`) gives, exactly for integers and bools, and within its rounding for floats.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "graph/classical_fixture.h"
#include "graph/execute.h"
#include "graph/integer_fixture.h"
#include "graph/key_fixture.h"

namespace tacit {
namespace {

struct Case {
  std::string op;
  std::vector<TensorType> inputs;
  std::map<std::string, Attribute> attributes = {};
  std::vector<Tensor> constants = {};
  double tolerance = 0;  ///< of floats
  std::string domain = "";
};

TensorType of(Element element, Shape dims) { return {DType::kInt64, std::move(dims), element}; }
TensorType reals(Shape dims) { return {DType::kFloat, std::move(dims)}; }
Tensor integers(Element element, Shape dims, std::vector<std::int64_t> values) {
  Tensor out = make_int64(std::move(dims), std::move(values));
  out.element = element;
  return out;
}

GraphFixture graph_of(const Case& c) {
  GraphFixture g;
  std::vector<std::string> names;
  for (const TensorType& type : c.inputs) {
    names.push_back("x" + std::to_string(names.size()));
    g.graph.inputs.push_back({names.back(), type});
  }
  for (const Tensor& constant : c.constants) {
    names.push_back("c" + std::to_string(names.size()));
    g.constant(names.back(), constant);
  }
  g.node(c.op, names, {"y"}, c.attributes).output("y");
  g.graph.nodes[0].domain = c.domain;
  g.graph.nodes[0].opset = c.domain.empty() ? 18 : 1;
  return g;
}

/// What the definition gives for these integers.
Tensor defined(const Graph& graph, const std::vector<Port>& ports, const std::vector<Ints>& in) {
  TensorMap inputs;
  for (std::size_t k = 0; k < in.size(); ++k) {
    const TensorType& type = graph.inputs[k].type;
    if (type.dtype == DType::kInt64) {
      inputs["x" + std::to_string(k)] = make_int64(type.dims, in[k]);
      continue;
    }
    std::vector<float> values;
    for (const std::int64_t v : in[k]) values.push_back(static_cast<float>(static_cast<double>(v) * ports[k].scale));
    inputs["x" + std::to_string(k)] = make_float(type.dims, std::move(values));
  }
  return run_float(graph, std::move(inputs)).value().at("y");
}

void expect_defined(const Case& c) {
  SCOPED_TRACE(c.op + " of " + std::string(element_name(c.inputs[0].dtype, c.inputs[0].element)) + " " + shape_text(c.inputs[0].dims));
  const Graph graph = prepare(graph_of(c).graph).value();
  IntegerFixture f(graph_of(c));
  ASSERT_TRUE(f.ok);
  expect_legal(f.model);
  const double scale = f.model.ports.outputs[0].scale;
  Stream stream{77};
  for (int kind = 0; kind < 5; ++kind) {
    std::vector<Ints> in = f.inputs(std::min(kind, 3), stream);
    for (Ints& values : in) {
      // Ties and neighbours, which random numbers seldom are.
      for (std::int64_t& v : values) v = kind == 4 ? std::clamp<std::int64_t>(v, 0, 3) : v;
    }
    const Tensor want = defined(graph, f.model.ports.inputs, in);
    const Ints have = f.run(in);
    ASSERT_EQ(have.size(), want.size());
    if (want.dtype == DType::kInt64) {
      ASSERT_EQ(have, want.i) << "inputs of kind " << kind;
      continue;
    }
    for (std::size_t k = 0; k < have.size(); ++k) ASSERT_NEAR(static_cast<double>(have[k]) * scale, want.f[k], c.tolerance) << "inputs of kind " << kind << " at " << k;
  }
}

constexpr Element kSmall[] = {Element::kBool, Element::kInt8, Element::kUint8, Element::kInt16, Element::kUint16};

TEST(Comparing, OfIntegersIsExactForEveryType) {
  for (const char* op : {"Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual"}) {
    for (const Element e : kSmall) expect_defined({op, {of(e, {2, 3, 4}), of(e, {3, 1})}});
    expect_defined({op, {of(Element::kPlain, {7}), of(Element::kPlain, {7})}});
    expect_defined({op, {of(Element::kInt8, {2, 5})}, {}, {integers(Element::kInt8, {5}, {-128, -1, 0, 1, 127})}});
    expect_defined({op, {of(Element::kInt32, {2, 3})}, {}, {integers(Element::kInt32, {3}, {INT32_MIN, 1, INT32_MAX})}});
  }
}

TEST(Comparing, OfFloatsIsThatOfTheirIntegers) {
  for (const char* op : {"Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual"}) {
    expect_defined({op, {reals({2, 3, 4}), reals({2, 3, 4})}});
    expect_defined({op, {reals({2, 3, 4}), reals({4})}});
    expect_defined({op, {reals({6})}, {}, {make_float({6}, {-3, 9, 0.25013f, -0.7521f, 0.1001f, 1e9f})}});
  }
}

TEST(Logic, IsExact) {
  for (const char* op : {"And", "Or", "Xor"}) {
    expect_defined({op, {of(Element::kBool, {2, 3, 4}), of(Element::kBool, {4})}});
    expect_defined({op, {of(Element::kBool, {3, 2})}, {}, {integers(Element::kBool, {2}, {0, 1})}});
  }
  expect_defined({"Not", {of(Element::kBool, {2, 3, 5})}});
}

TEST(Choosing, TakesOneOrTheOther) {
  const TensorType condition = of(Element::kBool, {2, 3, 1});
  for (const Element e : {Element::kBool, Element::kInt8, Element::kPlain}) expect_defined({"Where", {condition, of(e, {2, 3, 4}), of(e, {4})}});
  expect_defined({"Where", {condition, reals({2, 3, 4}), reals({4})}, {}, {}, 2e-4});
  expect_defined({"Where", {condition, reals({4})}, {}, {make_float({}, {-0.5f})}, 2e-4});
}

TEST(Extrema, AreOneOfTheNumbers) {
  for (const char* op : {"Max", "Min"}) {
    for (const Element e : kSmall) expect_defined({op, {of(e, {2, 3}), of(e, {3}), of(e, {2, 1})}});
    expect_defined({op, {of(Element::kUint8, {2, 3})}, {}, {integers(Element::kUint8, {3}, {0, 100, 255})}});
    expect_defined({op, {reals({2, 3, 4}), reals({3, 4}), reals({1})}, {}, {}, 1e-4});
    expect_defined({op, {reals({2, 4})}, {}, {make_float({4}, {-3, 9, 0.25f, -0.75f})}, 6e-4});
  }
  expect_defined({"Clip", {reals({2, 3}), reals({}), reals({})}, {}, {}, 1e-4});
}

TEST(Reductions, FindTheExtremes) {
  for (const char* op : {"ReduceMax", "ReduceMin"}) {
    for (const Element e : {Element::kBool, Element::kInt8, Element::kUint8}) expect_defined({op, {of(e, {2, 3, 5})}, {}, {make_int64({1}, {1})}});
    expect_defined({op, {reals({3, 4, 2})}, {{"keepdims", Attribute{std::int64_t{0}}}}, {make_int64({2}, {0, -1})}, 1e-4});
    expect_defined({op, {reals({2, 3})}, {}, {}, 1e-4});
  }
  for (const std::int64_t axis : {0, 1, 2}) {
    expect_defined({"ArgMin", {of(Element::kInt8, {3, 4, 2})}, {{"axis", Attribute{axis}}}});
    expect_defined({"Hardmax", {reals({3, 4, 2})}, {{"axis", Attribute{axis}}}});
  }
}

TEST(Signs, AreExact) {
  for (const char* op : {"Abs", "Neg", "Sign"}) {
    for (const Element e : {Element::kInt8, Element::kInt16, Element::kPlain}) expect_defined({op, {of(e, {2, 3, 2})}});
    expect_defined({op, {reals({2, 3, 2})}, {}, {}, 1e-4});
  }
  expect_defined({"Abs", {of(Element::kUint8, {5})}});
}

TEST(Arithmetic, OfIntegersWrapsAsTheirTypeDoes) {
  for (const char* op : {"Add", "Sub", "Mul"}) {
    for (const Element e : {Element::kInt8, Element::kUint8}) expect_defined({op, {of(e, {2, 3, 4}), of(e, {4})}});
    expect_defined({op, {of(Element::kInt8, {2, 3})}, {}, {integers(Element::kInt8, {3}, {-128, 3, 127})}});
  }
  for (const char* op : {"Add", "Sub"}) expect_defined({op, {of(Element::kUint16, {6}), of(Element::kUint16, {6})}});
  expect_defined({"Mul", {of(Element::kUint16, {6}), of(Element::kUint16, {6})}});
}

TEST(Arithmetic, DividesByConstants) {
  const Tensor small = integers(Element::kInt8, {7}, {-128, -7, -1, 1, 3, 100, 127});
  const Tensor bytes = integers(Element::kUint8, {7}, {1, 2, 3, 7, 100, 254, 255});
  const Tensor wide = make_int64({7}, {1, -1, 3, -255, 4096, 32767, 60000});
  for (const std::int64_t fmod : {0, 1}) {
    const std::map<std::string, Attribute> kind = {{"fmod", Attribute{fmod}}};
    expect_defined({"Mod", {of(Element::kInt8, {3, 7})}, kind, {small}});
    expect_defined({"Mod", {of(Element::kUint8, {3, 7})}, kind, {bytes}});
    expect_defined({"Mod", {of(Element::kPlain, {5, 7})}, kind, {wide}});
  }
  expect_defined({"Div", {of(Element::kInt8, {3, 7})}, {}, {small}});
  expect_defined({"Div", {of(Element::kUint8, {3, 7})}, {}, {bytes}});
  expect_defined({"Div", {of(Element::kPlain, {5, 7})}, {}, {wide}});
}

/// 0 never divides.
TEST(Arithmetic, DividesByComputedBytes) {
  for (const char* op : {"Div", "Mod"}) {
    for (const Element e : {Element::kInt8, Element::kUint8}) {
      const Case c{op, {of(e, {3, 16}), of(e, {3, 16})}};
      const Graph graph = prepare(graph_of(c).graph).value();
      IntegerFixture f(graph_of(c));
      ASSERT_TRUE(f.ok);
      expect_legal(f.model);
      Stream stream{5};
      for (int round = 0; round < 50; ++round) {
        std::vector<Ints> in = f.inputs(round % 4, stream);
        for (std::int64_t& v : in[1]) v = v == 0 || round % 7 == 0 ? 1 + static_cast<std::int64_t>(stream.next() % 9) : v;
        ASSERT_EQ(f.run(in), defined(graph, f.model.ports.inputs, in).i) << op << " round " << round;
      }
    }
  }
}

/// What is whole is not half a step from a constant between two whole numbers.
TEST(Comparison, TellsWholeFloatsFromConstantsBetweenThem) {
  for (const char* op : {"Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Equal"}) {
    for (const float c : {-0.2f, 0.0f, 0.3f, 0.5f, 0.9f, 1.0f}) {
      GraphFixture g;
      g.graph.inputs.push_back({"x0", of(Element::kInt8, {16})});
      g.constant("c", make_float({}, {c})).node("Cast", {"x0"}, {"a"}, {{"to", std::int64_t{1}}}).node(op, {"a", "c"}, {"y"}).output("y");
      for (Node& node : g.graph.nodes) node.opset = 18;
      const Graph graph = prepare(g.graph).value();
      IntegerFixture f(std::move(g));
      ASSERT_TRUE(f.ok);
      const std::vector<Ints> in = {{-2, -1, 0, 1, 2, 3, -128, 127, 0, 1, 0, 1, -1, 5, 6, 7}};
      ASSERT_EQ(f.run(in), defined(graph, f.model.ports.inputs, in).i) << op << " " << c;
    }
  }
}

/// x has 16 bits; Ceil of it steps of 1, and neither hides the other's.
TEST(Comparison, OfAFloatWithAWholeOneIsAsFineAsTheFloat) {
  for (const char* rounding : {"Ceil", "Floor", "Round"}) {
    for (const char* op : {"Min", "Max"}) {
      IntegerFixture f(GraphFixture{}.input("x", {1, 400}).node(rounding, {"x"}, {"r"}).node(op, {"x", "r"}, {"y"}).output("y"));
      ASSERT_TRUE(f.ok);
      expect_legal(f.model);
      EXPECT_LE(f.model.fidelity.outputs[0].mean, 0x1p-12 * f.model.fidelity.outputs[0].range) << op << " " << rounding;
    }
  }
  for (const float limit : {-0.3f, 0.0f, 0.7f}) {
    IntegerFixture f(GraphFixture{}.input("x", {1, 400}).constant("c", make_float({}, {limit})).node("Ceil", {"x"}, {"r"}).node("Max", {"r", "c"}, {"y"}).output("y"));
    ASSERT_TRUE(f.ok);
    EXPECT_LE(f.model.fidelity.outputs[0].mean, 0x1p-12 * f.model.fidelity.outputs[0].range) << limit;
  }
}

TEST(Comparison, OfAFloatWithAWholeOneTellsThemApart) {
  GraphFixture g;
  g.input("x", {1, 6}).node("Ceil", {"x"}, {"r"}).node("Less", {"x", "r"}, {"y"}).output("y");
  IntegerFixture f(std::move(g));
  ASSERT_TRUE(f.ok);
  const double scale = f.model.ports.inputs[0].scale;
  const std::int64_t one = std::llround(1 / scale);
  std::vector<Ints> in{{one / 4, 3 * one / 4, one - one / 8, -one / 8, 0, one + one / 2}};
  EXPECT_EQ(f.run(in), (Ints{1, 1, 1, 1, 0, 1}));
}

/// Quotients are nearer to 0 than any dividend.
TEST(Arithmetic, DividesNumbersThatKeepAwayFromZero) {
  for (const char* op : {"Div", "Mod"}) {
    for (const std::int64_t nearest : {-40, 40}) {
      GraphFixture g;
      g.graph.inputs.push_back({"x0", of(Element::kInt8, {16})});
      g.constant("low", integers(Element::kInt8, {}, {std::min<std::int64_t>(nearest, 2 * nearest)}));
      g.constant("high", integers(Element::kInt8, {}, {std::max<std::int64_t>(nearest, 2 * nearest)}));
      g.constant("by", integers(Element::kInt8, {}, {7}));
      g.node("Clip", {"x0", "low", "high"}, {"far"}).node(op, {"far", "by"}, {"y"}).output("y");
      for (Node& node : g.graph.nodes) node.opset = 18;
      const Graph graph = prepare(g.graph).value();
      IntegerFixture f(std::move(g));
      ASSERT_TRUE(f.ok);
      expect_legal(f.model);
      Stream stream{9};
      for (int round = 0; round < 20; ++round) {
        const std::vector<Ints> in = f.inputs(round % 4, stream);
        ASSERT_EQ(f.run(in), defined(graph, f.model.ports.inputs, in).i) << op << " of numbers from " << nearest;
      }
    }
  }
}

Ints powers_of(const Ints& x, const Tensor& exponents, TensorType type, Tensor* want) {
  GraphFixture g;
  g.graph.inputs.push_back({"x0", std::move(type)});
  g.constant("p", exponents).node("Cast", {"x0"}, {"n"}, {{"to", std::int64_t{6}}}).node("Pow", {"n", "p"}, {"y"}).output("y");
  for (Node& node : g.graph.nodes) node.opset = 18;
  const Graph graph = prepared_graph(g);
  IntegerFixture f(std::move(g));
  if (!f.ok) return {};
  expect_legal(f.model);
  if (want != nullptr) *want = defined(graph, f.model.ports.inputs, {x});
  return f.run({x});
}

TEST(IntegerPowers, AreExact) {
  const Ints x = {-128, -127, -2, -1, 0, 1, 3, 127};
  const TensorType type = of(Element::kInt8, {2, 4});
  for (const Tensor& p : {make_float({}, {3}), make_int64({1}, {2}), make_int64({4}, {0, 1, 2, 3}), make_float({2, 1}, {1, 3}), make_int64({}, {0}), make_int64({}, {1})}) {
    Tensor want;
    const Ints have = powers_of(x, p, type, &want);
    EXPECT_EQ(have, want.i) << shape_text(p.dims);
  }
  EXPECT_EQ(powers_of({-3, -1, 0, 2, 1, 0, 1, 2}, make_int64({}, {5}), type, nullptr), (Ints{-243, -1, 0, 32, 1, 0, 1, 32}));
}

TEST(IntegerPowers, TakeTheLargestBaseThatFits) {
  EXPECT_EQ(powers_of({129, -30000, 128, 5}, make_int64({}, {3}), of(Element::kInt16, {4}), nullptr), (Ints{2097152, -2097152, 2097152, 125}));
  EXPECT_EQ(powers_of({1449, -1449, 1448, 5}, make_int64({}, {2}), of(Element::kInt16, {4}), nullptr), (Ints{2096704, 2096704, 2096704, 25}));
}

TEST(Bitwise, IsThatOfTwosComplements) {
  for (const char* op : {"BitwiseAnd", "BitwiseOr", "BitwiseXor"}) {
    for (const Element e : {Element::kInt8, Element::kUint8, Element::kInt16, Element::kUint16, Element::kInt32}) expect_defined({op, {of(e, {2, 9}), of(e, {9})}});
    expect_defined({op, {of(Element::kInt8, {2, 3})}, {}, {integers(Element::kInt8, {3}, {-128, 85, -2})}});
  }
  for (const Element e : {Element::kInt8, Element::kUint8, Element::kInt16, Element::kUint16}) expect_defined({"BitwiseNot", {of(e, {2, 9})}});
}

TEST(BitShift, MovesBits) {
  const Tensor by = integers(Element::kUint8, {4}, {0, 1, 5, 8});
  for (const char* direction : {"LEFT", "RIGHT"}) {
    expect_defined({"BitShift", {of(Element::kUint8, {3, 4})}, {{"direction", Attribute{std::string(direction)}}}, {by}});
  }
}

TEST(Rounding, OfFloatsIsToIntegers) {
  for (const char* op : {"Floor", "Ceil", "Round"}) {
    Case c{op, {reals({2, 3, 4})}};
    const Graph graph = prepare(graph_of(c).graph).value();
    IntegerFixture f(graph_of(c));
    ASSERT_TRUE(f.ok);
    expect_legal(f.model);
    EXPECT_EQ(f.model.ports.outputs[0].scale, 1);
    // Within half a step of a half or an integer either side is right.
    const double step = 0x1p-14;
    Stream stream{3};
    for (int kind = 0; kind < 4; ++kind) {
      const std::vector<Ints> in = f.inputs(kind, stream);
      const Ints have = f.run(in);
      for (std::size_t k = 0; k < have.size(); ++k) {
        const double x = static_cast<double>(in[0][k]) * f.model.ports.inputs[0].scale;
        auto rounded = [&](double v) { return std::string(op) == "Floor" ? std::floor(v) : std::string(op) == "Ceil" ? std::ceil(v) : std::nearbyint(v); };
        ASSERT_TRUE(static_cast<double>(have[k]) == rounded(x - step) || static_cast<double>(have[k]) == rounded(x + step)) << op << " of " << x << " is " << have[k];
      }
    }
  }
}

/// The largest one lies between two integers of its input's column, as far from both.
TEST(Rounding, OfWholeFloatsIsThemselves) {
  for (const char* op : {"Floor", "Ceil", "Round"}) {
    for (const float top : {3.0f, 7.0f, 12.0f, 30.0f, 100.0f, 1000.0f}) {
      Tensor x = zeros({1, 21});
      for (int k = 0; k < 21; ++k) x.f[static_cast<std::size_t>(k)] = k == 20 ? top : std::floor(top * static_cast<float>(k - 10) / 10);
      const Graph graph = prepared_graph(GraphFixture{}.input("x", {1, 21}).node(op, {"x"}, {"y"}).output("y"));
      auto model = compile(graph, {{{"x", x}}}, {}, {});
      ASSERT_TRUE(model.ok()) << model.error().text();
      EXPECT_EQ(model->fidelity.outputs[0].max, 0) << op << " up to " << top;
    }
  }
}

TEST(Jumps, AreWhereTheirAttributesSay) {
  const Case cases[] = {{"ThresholdedRelu", {reals({2, 30})}, {{"alpha", Attribute{0.25f}}}, {}, 2e-4},
                        {"Shrink", {reals({2, 30})}, {{"lambd", Attribute{0.3f}}, {"bias", Attribute{0.1f}}}, {}, 2e-4},
                        {"Shrink", {reals({2, 30})}, {{"lambd", Attribute{0.5f}}}, {}, 2e-4},
                        {"ThresholdedRelu", {reals({7})}, {{"alpha", Attribute{-9.0f}}}, {}, 2e-4}};
  for (const Case& c : cases) expect_defined(c);
}

TEST(Sums, OfManyTensors) {
  for (const char* op : {"Sum", "Mean"}) {
    expect_defined({op, {reals({2, 3, 4}), reals({4}), reals({3, 1})}, {}, {}, 2e-4});
    expect_defined({op, {reals({3, 4})}, {}, {make_float({4}, {0.1f, -0.2f, 0.3f, 0})}, 2e-4});
  }
}

TEST(Comparing, InputsOfDifferentRangesHaveOneScale) {
  const Graph graph = prepare(graph_of({"Equal", {reals({3}), reals({3})}}).graph).value();
  auto model = compile(graph, {{{"x0", make_float({3}, {1, 2, 3})}, {"x1", make_float({3}, {1, 200, -7})}}}, {}, {});
  ASSERT_TRUE(model.ok());
  EXPECT_EQ(model->ports.inputs[0].scale, model->ports.inputs[1].scale);
  auto again = compile(graph, model->recipe);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->theorem, model->theorem);
}

TEST(Outputs, MayBeConstants) {
  GraphFixture g;
  g.input("x", {2, 3}).constant("c", make_float({2, 2}, {0.5f, -3, 7, 0.125f})).constant("k", make_int64({3}, {4, -5, 6}));
  g.node("Relu", {"x"}, {"y"}).output("c").output("k").output("y");
  IntegerFixture f(g);
  ASSERT_TRUE(f.ok);
  expect_legal(f.model);
  const double scale = f.model.ports.outputs[0].scale;
  EXPECT_EQ(f.run({Ints(6, 1)}), (Ints{static_cast<std::int64_t>(0.5 / scale), static_cast<std::int64_t>(-3 / scale),
                                      static_cast<std::int64_t>(7 / scale), static_cast<std::int64_t>(0.125 / scale)}));
  EXPECT_EQ(f.model.ports.outputs[1].scale, 1);
}

TEST(Infinities, AreNotAmongTheModelsNumbers) {
  for (const char* op : {"IsNaN", "IsInf"}) {
    IntegerFixture f(GraphFixture{}.input("x", {2, 3}).node("Abs", {"x"}, {"a"}).node(op, {"a"}, {"y"}).output("y"));
    ASSERT_TRUE(f.ok);
    Stream stream{5};
    for (int kind = 0; kind < 4; ++kind) EXPECT_EQ(f.run(f.inputs(kind, stream)), Ints(6, 0));
  }
}

TEST(Infinities, OfAnInputAreToldByItsBits) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity(), kMost = std::numeric_limits<float>::max();
  const std::vector<std::vector<float>> row{{std::nanf(""), kInfinity, -kInfinity, kMost, -kMost, -0.0f}};
  const Attribute off{std::int64_t{0}};
  Classical("IsNaN", {1, 6}, {}, {"y"}, "").expect("y", row, {1, 0, 0, 0, 0, 0}, 0);
  Classical("IsInf", {1, 6}, {}, {"y"}, "").expect("y", row, {0, 1, 1, 0, 0, 0}, 0);
  Classical("IsInf", {1, 6}, {{"detect_negative", off}}, {"y"}, "").expect("y", row, {0, 1, 0, 0, 0, 0}, 0);
  Classical("IsInf", {1, 6}, {{"detect_positive", off}}, {"y"}, "").expect("y", row, {0, 0, 1, 0, 0, 0}, 0);
  Classical("IsInf", {1, 6}, {{"detect_positive", off}, {"detect_negative", off}}, {"y"}, "").expect("y", row, {0, 0, 0, 0, 0, 0}, 0);
}

TEST(Identity, OfAnInputThatIsAnOutputKeepsEveryFloat) {
  Classical("Identity", {1, 4}, {}, {"y"}, "").expect("y", {{1e30f, -3e-20f, 0.1f, 5}}, {1e30f, -3e-20f, 0.1f, 5}, 0);
}

}  // namespace
}  // namespace tacit
