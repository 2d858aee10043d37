// That exported graphs give the same integers is checked by tests/quantized; here is what they are made of.
#include "export/export.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "onnx/reader.h"
#include "theorem/book.h"

namespace tacit {
namespace {

struct Net {
  Theorem theorem;
  Ports ports;
  std::vector<IntColumn> weights;
};

/// y = clamp(round(w x / 2^4)) with one input row of 3 values; x and w in [-limit, limit].
Net product(std::int64_t limit, const std::string& input, const std::string& output) {
  Book book;
  const ColumnId x = book.input("x", Home::kPublic, 3, 1, -limit, limit), w = book.weights("w", 2, 3, -limit, limit);
  const AccId acc = book.accumulator("y", 2, 1);
  Contraction c;
  c.weights = w;
  c.input = x;
  c.in_rows = 3;
  c.window = Window::identity(1);
  book.contracts(acc, c);
  const ColumnId y = book.requantise(acc, -100, 100, 4);
  book.set_home(y, Home::kPublic);
  Net net;
  auto theorem = book.finish();
  EXPECT_TRUE(theorem.ok());
  net.theorem = *theorem;
  Port in, out;
  in.name = input;
  in.dims = {1, 3};
  in.column = x;
  in.rows = 3;
  in.visibility = out.visibility = Visibility::kPublic;
  out.name = output;
  out.dims = {1, 2};
  out.column = y;
  out.rows = 2;
  out.scale = 0.25;
  net.ports = {{in}, {out}};
  net.weights.resize(net.theorem.columns.size());
  net.weights[w] = {1, 2, 3, -4, 5, -6};
  return net;
}

Graph exported(const Net& net) {
  const auto bytes = export_model({net.theorem, net.ports, net.weights, "net", {{"k", "v"}}});
  EXPECT_TRUE(bytes.ok());
  auto graph = read_model(*bytes, {});
  EXPECT_TRUE(graph.ok()) << graph.error().text();
  return std::move(*graph);
}

std::size_t count_of(const Graph& graph, const std::string& op) {
  return static_cast<std::size_t>(std::count_if(graph.nodes.begin(), graph.nodes.end(), [&](const Node& n) { return n.op == op; }));
}

/// Casts to float64: one for the input, and two more for a product in float64.
std::size_t double_casts(const Graph& graph) {
  return static_cast<std::size_t>(std::count_if(graph.nodes.begin(), graph.nodes.end(), [](const Node& n) {
    return n.op == "Cast" && std::get<std::int64_t>(n.attributes.at("to")) == static_cast<int>(PortType::kDouble);
  }));
}

TEST(Export, GivesRealsAndIntegersOfEveryOutputInStandardOperators) {
  const Graph graph = exported(product(100, "x", "y"));
  EXPECT_EQ(graph.outputs, (std::vector<std::string>{"y", "y.integers"}));
  ASSERT_EQ(graph.inputs.size(), 1u);
  EXPECT_EQ(graph.inputs[0].type.dims, (Shape{1, 3}));
  for (const Node& node : graph.nodes) EXPECT_TRUE(node.domain.empty()) << node.op;
  EXPECT_EQ(count_of(graph, "MatMul"), 1u);
  EXPECT_EQ(count_of(graph, "Mod"), 1u);
}

TEST(Export, MultipliesInIntegersWhereAFloat64MightRound) {
  const std::size_t exact = double_casts(exported(product(std::int64_t{1} << 25, "x", "y")));      // 3 * 2^50 < 2^53
  const std::size_t rounding = double_casts(exported(product(std::int64_t{1} << 26, "x", "y")));   // 3 * 2^52 > 2^53
  EXPECT_EQ(exact, rounding + 2);
}

TEST(Export, NamesOfPortsNeverCollideWithItsOwn) {
  const Graph graph = exported(product(100, "t#0", "t#0.integers"));
  EXPECT_EQ(graph.outputs, (std::vector<std::string>{"t#0.integers", "t#0.integers.integers"}));
  Net net = product(100, "x", "y");
  net.ports.outputs.push_back(net.ports.outputs[0]);
  net.ports.outputs[1].name = "y.integers";
  EXPECT_EQ(exported(net).outputs, (std::vector<std::string>{"y", "y.integers_", "y.integers", "y.integers.integers"}));
}

TEST(Export, RefusesAColumnThatNoStepComputesByName) {
  Net net = product(100, "x", "y");
  net.theorem.steps.clear();
  const auto bytes = export_model({net.theorem, net.ports, net.weights, "net", {}});
  ASSERT_FALSE(bytes.ok());
  EXPECT_EQ(bytes.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(bytes.error().text().find("column y"), std::string::npos) << bytes.error().text();
}

}  // namespace
}  // namespace tacit
