// Quantised operators against plain integer loops over their ONNX definition, bit for bit.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "graph/integer_fixture.h"
#include "graph/key_fixture.h"

namespace tacit {
namespace {

using List = std::vector<std::int64_t>;

Tensor integers(Shape dims, List values, Element element) {
  Tensor t = make_int64(std::move(dims), std::move(values));
  t.element = element;
  return t;
}

List drawn(std::size_t count, std::int64_t lo, std::int64_t hi, Stream& stream) {
  List out(count);
  for (std::int64_t& v : out) v = stream.integer(lo, hi);
  return out;
}

GraphFixture with_input(Shape dims, Element element) {
  GraphFixture g;
  g.graph.inputs.push_back({"x", {DType::kInt64, std::move(dims), element}});
  return g;
}

/// Where ratios of scales are these with few bits, and where they are m / 3 or so: halves occur with both.
const std::vector<float> kScales = {0x1p-6f, 0x3p-8f, 0x5p-9f};
constexpr double kXScale = 0x1p-4, kYScale = 0x1p-2, kYThirds = 0x3p-4;

std::int64_t rescaled(std::int64_t acc, double scale, double step, std::int64_t zero, std::int64_t lo, std::int64_t hi) {
  const double twice = 2 * static_cast<double>(acc) * scale;  // exact: few bits
  auto q = static_cast<std::int64_t>(std::floor(twice / (2 * step)));
  while (static_cast<double>(2 * q + 1) * step < twice || (static_cast<double>(2 * q + 1) * step == twice && q % 2 != 0)) ++q;
  return std::clamp(q + zero, lo, hi);
}

void expect_conv(double y_step) {
  Stream stream{2};
  const List w = drawn(3 * 2 * 9, -128, 127, stream), bias = drawn(3, -4000, 4000, stream);
  GraphFixture g = with_input({2, 2, 5, 4}, Element::kUint8);
  g.constant("xs", make_float({}, {static_cast<float>(kXScale)})).constant("xz", integers({}, {130}, Element::kUint8))
      .constant("w", integers({3, 2, 3, 3}, w, Element::kInt8)).constant("ws", make_float({3}, kScales)).constant("wz", integers({3}, {0, 3, -5}, Element::kInt8))
      .constant("ys", make_float({}, {static_cast<float>(y_step)})).constant("yz", integers({}, {-20}, Element::kInt8)).constant("b", integers({3}, bias, Element::kInt32))
      .node("QLinearConv", {"x", "xs", "xz", "w", "ws", "wz", "ys", "yz", "b"}, {"y"}, {{"pads", Attribute{List{1, 1, 1, 1}}}}).output("y");
  IntegerFixture f(g);
  ASSERT_TRUE(f.ok);
  expect_legal(f.model);
  const List zeros = {0, 3, -5};
  expect_equal(f, [&](const std::vector<Ints>& x) {
    Ints y;
    for (std::int64_t n = 0; n < 2; ++n)
      for (std::int64_t m = 0; m < 3; ++m)
        for (std::int64_t p = 0; p < 20; ++p) {
          std::int64_t acc = bias[static_cast<std::size_t>(m)];
          for (std::int64_t t = 0; t < 18; ++t) {
            const std::int64_t row = p / 4 + t / 3 % 3 - 1, column = p % 4 + t % 3 - 1;
            if (row < 0 || row >= 5 || column < 0 || column >= 4) continue;
            acc += (x[0][static_cast<std::size_t>(((n * 2 + t / 9) * 5 + row) * 4 + column)] - 130) *
                   (w[static_cast<std::size_t>(m * 18 + t)] - zeros[static_cast<std::size_t>(m)]);
          }
          y.push_back(rescaled(acc, kXScale * kScales[static_cast<std::size_t>(m)], y_step, -20, -128, 127));
        }
    return y;
  });
}

TEST(QLinearConv, EqualsItsDefinitionWithZeroPointsOnThePadding) { expect_conv(kYScale); }
TEST(QLinearConv, TellsHalvesFromWhatIsNearThem) { expect_conv(kYThirds); }

TEST(QLinearMatMul, EqualsItsDefinitionForEachColumnsScale) {
  Stream stream{3};
  const List w = drawn(40 * 3, 0, 255, stream);
  GraphFixture g = with_input({4, 40}, Element::kInt8);
  g.constant("xs", make_float({}, {static_cast<float>(kXScale)})).constant("xz", integers({}, {0}, Element::kInt8))
      .constant("w", integers({40, 3}, w, Element::kUint8)).constant("ws", make_float({3}, kScales)).constant("wz", integers({}, {128}, Element::kUint8))
      .constant("ys", make_float({}, {static_cast<float>(kYThirds)})).constant("yz", integers({}, {7}, Element::kUint8))
      .node("QLinearMatMul", {"x", "xs", "xz", "w", "ws", "wz", "ys", "yz"}, {"y"}).output("y");
  IntegerFixture f(g);
  ASSERT_TRUE(f.ok);
  expect_legal(f.model);
  expect_equal(f, [&](const std::vector<Ints>& x) {
    Ints y;
    for (std::size_t row = 0; row < 4; ++row)
      for (std::size_t m = 0; m < 3; ++m) {
        std::int64_t acc = 0;
        for (std::size_t k = 0; k < 40; ++k) acc += x[0][row * 40 + k] * (w[k * 3 + m] - 128);
        y.push_back(rescaled(acc, kXScale * kScales[m], kYThirds, 7, 0, 255));
      }
    return y;
  });
}

TEST(MatMulInteger, IsExactOrRefused) {
  Stream stream{4};
  auto graph = [&](std::int64_t terms, const List& w) {
    GraphFixture g = with_input({2, terms}, Element::kUint8);
    return g.constant("w", integers({terms, 3}, w, Element::kInt8)).constant("xz", integers({}, {12}, Element::kUint8))
        .node("MatMulInteger", {"x", "w", "xz"}, {"y"}).output("y");
  };
  const List w = drawn(27, -128, 127, stream);
  IntegerFixture f(graph(9, w));
  ASSERT_TRUE(f.ok);
  expect_legal(f.model);
  expect_equal(f, [&](const std::vector<Ints>& x) {
    Ints y;
    for (std::size_t k = 0; k < 6; ++k) {
      std::int64_t acc = 0;
      for (std::size_t t = 0; t < 9; ++t) acc += (x[0][k / 3 * 9 + t] - 12) * w[t * 3 + k % 3];
      y.push_back(acc);
    }
    return y;
  });
  GraphFixture wide = graph(64, drawn(192, -128, 127, stream));
  ASSERT_TRUE(order_nodes(wide.graph).ok());
  auto prepared = prepare(std::move(wide.graph));
  ASSERT_TRUE(prepared.ok()) << prepared.error().text();
  EXPECT_NE(compile(*prepared, {}, {}, {.input_range = {{0, 255}}}).error().text().find("2^21"), std::string::npos);
}

/// Rows of every batch entry, and a vector, meet the same matrix.
TEST(MatMulInteger, TakesOtherThanTwoAxes) {
  Stream stream{5};
  const List w = drawn(15, -128, 127, stream);
  for (const Shape& dims : {Shape{5}, Shape{2, 2, 5}, Shape{1, 2, 2, 5}}) {
    GraphFixture g = with_input(dims, Element::kInt8);
    g.constant("w", integers({5, 3}, w, Element::kInt8)).constant("xz", integers({}, {-3}, Element::kInt8)).constant("wz", integers({3}, {1, -2, 0}, Element::kInt8))
        .node("MatMulInteger", {"x", "w", "xz", "wz"}, {"y"}).output("y");
    IntegerFixture f(g);
    ASSERT_TRUE(f.ok) << shape_text(dims);
    expect_legal(f.model);
    expect_equal(f, [&](const std::vector<Ints>& x) {
      Ints y(x[0].size() / 5 * 3);
      for (std::size_t k = 0; k < y.size(); ++k)
        for (std::size_t t = 0; t < 5; ++t) y[k] += (x[0][k / 3 * 5 + t] + 3) * (w[t * 3 + k % 3] - List{1, -2, 0}[k % 3]);
      return y;
    });
  }
}

TEST(QuantizeLinear, WithoutZeroPointIsOfTheTypeThatItDeclares) {
  for (const auto& [declared, wanted] : {std::pair{3, List{-7, -128, 127, 4}}, {2, List{0, 0, 200, 4}}, {5, List{-7, -200, 200, 4}}, {0, List{0, 0, 200, 4}}}) {
    GraphFixture g = GraphFixture{}.input("x", {4}).constant("s", make_float({}, {0.5f}));
    g.node("QuantizeLinear", {"x", "s"}, {"y"}, {{"output_dtype", Attribute{std::int64_t{declared}}}}).output("y");
    ASSERT_TRUE(order_nodes(g.graph).ok());
    auto graph = prepare(std::move(g.graph));
    ASSERT_TRUE(graph.ok()) << graph.error().text();
    EXPECT_EQ(run_float(*graph, {{"x", make_float({4}, {-3.5f, -100, 100, 2})}})->at("y").i, wanted) << declared;
  }
}

TEST(QuantizeLinear, RoundsHalvesToEvenAndSaturates) {
  GraphFixture g = with_input({6}, Element::kInt8);
  g.node("Cast", {"x"}, {"f"}, {{"to", Attribute{std::int64_t{1}}}}).constant("s", make_float({}, {2})).constant("z", integers({}, {3}, Element::kUint8))
      .node("QuantizeLinear", {"f", "s", "z"}, {"y"}).output("y");
  IntegerFixture f(g);
  ASSERT_TRUE(f.ok);
  expect_legal(f.model);
  // x / s is 0.5, 1.5, 2.5, -0.5, -64, 63.5
  EXPECT_EQ(f.run({{1, 3, 5, -1, -128, 127}}), (Ints{3, 5, 5, 3, 0, 67}));
}

/// Every float32 of an input has its integer: those next to a half, and far beyond the range that was calibrated.
TEST(QuantizeLinear, IsExactForEveryFloatOfAnInput) {
  const float step = 0.0235f;
  const std::size_t count = 700;
  GraphFixture g = GraphFixture{}.input("x", {static_cast<std::int64_t>(count)}).constant("s", make_float({}, {step})).constant("z", integers({}, {-7}, Element::kInt8))
                       .node("QuantizeLinear", {"x", "s", "z"}, {"y"}).output("y");
  ASSERT_TRUE(order_nodes(g.graph).ok());
  auto graph = prepare(std::move(g.graph));
  ASSERT_TRUE(graph.ok()) << graph.error().text();
  auto model = compile(*graph, {}, {}, {.input_range = {{-3, 3}}});
  ASSERT_TRUE(model.ok()) << model.error().text();
  expect_legal(*model);
  std::vector<double> x;
  for (int k = -100; x.size() + 3 <= count - 4; ++k) {
    const auto half = static_cast<float>((k + 0.5) * double{step});
    for (const float v : {std::nextafter(half, -9.0f), half, std::nextafter(half, 9.0f)}) x.push_back(v);
  }
  for (const double v : {1e30, -1e30, 0.0, 1e-40}) x.push_back(v);
  x.resize(count);
  Assignment a;
  a.columns.resize(model->theorem.columns.size());
  std::size_t next = 0;
  for (ColumnId id = 0; id < a.columns.size(); ++id)
    if (model->theorem.columns[id].home == Home::kWeights) a.columns[id] = model->weights[next++];
  quantise(model->ports.inputs[0], model->theorem, x, a.columns);
  run_steps(model->theorem, a);
  const Status held = count_multiplicities(model->theorem, a);
  EXPECT_TRUE(held.ok()) << held.error().text();
  const std::vector<double> y = dequantise(model->ports.outputs[0], a.columns);
  for (std::size_t k = 0; k < count; ++k) {
    // A float less a half step is exact in doubles: 24 bits each.
    double q = std::floor(x[k] / double{step} + 0.5);
    if (std::abs(q) < 1000 && 2 * x[k] < (2 * q - 1) * double{step}) --q;
    if (std::abs(q) < 1000 && 2 * x[k] == (2 * q - 1) * double{step} && std::fmod(q, 2) != 0) --q;
    EXPECT_EQ(y[k], std::clamp(q - 7, -128.0, 127.0)) << x[k];
  }
}

TEST(DequantizeLinear, SpreadsItsBlocks) {
  GraphFixture g = with_input({2, 4}, Element::kInt8);
  g.constant("s", make_float({2, 2}, {1, 2, 4, 8})).constant("z", integers({2, 2}, {0, 1, 2, 3}, Element::kInt8))
      .node("DequantizeLinear", {"x", "s", "z"}, {"y"}, {{"block_size", Attribute{std::int64_t{2}}}}).output("y");
  g.graph.nodes[0].opset = 21;
  ASSERT_TRUE(order_nodes(g.graph).ok());
  auto graph = prepare(std::move(g.graph));
  ASSERT_TRUE(graph.ok()) << graph.error().text();
  const Tensor y = run_float(*graph, {{"x", integers({2, 4}, {5, 5, 5, 5, 5, 5, 5, 5}, Element::kInt8)}})->at("y");
  EXPECT_EQ(y.f, (std::vector<float>{5, 5, 8, 8, 12, 12, 16, 16}));
}

}  // namespace
}  // namespace tacit
