// RNN, GRU and LSTM against plain loops over their ONNX definition, in float; and what their theorems share.
#include <gtest/gtest.h>

#include <cmath>

#include "graph/execute.h"
#include "graph/integer_fixture.h"
#include "graph/key_fixture.h"

namespace tacit {
namespace {

using List = std::vector<std::int64_t>;
using Doubles = std::vector<double>;

struct Net {
  std::string op;
  std::int64_t gates, steps = 4, batch = 2, in = 3, hidden = 2, directions = 1;
  std::map<std::string, Attribute> attributes = {};
  Tensor w = {}, r = {}, b = {}, p = {}, h0 = {}, c0 = {};
  List lengths = {};

  void draw(Stream& s) {
    w = random_tensor({directions, gates * hidden, in}, s);
    r = random_tensor({directions, gates * hidden, hidden}, s);
    b = random_tensor({directions, 2 * gates * hidden}, s);
    p = random_tensor({directions, 3 * hidden}, s);
    h0 = random_tensor({directions, batch, hidden}, s);
    c0 = random_tensor({directions, batch, hidden}, s);
    if (lengths.empty()) lengths = List(static_cast<std::size_t>(batch), steps);
  }
  bool is_lstm() const { return op == "LSTM"; }
  GraphFixture graph() const {
    GraphFixture g;
    g.input("x", {steps, batch, in}).constant("w", w).constant("r", r).constant("b", b).constant("l", make_int64({batch}, lengths)).constant("h0", h0);
    std::vector<std::string> inputs{"x", "w", "r", "b", "l", "h0"};
    if (is_lstm()) {
      g.constant("c0", c0).constant("p", p);
      inputs.insert(inputs.end(), {"c0", "p"});
    }
    g.node(op, inputs, {"y", "last"}, attributes);
    g.graph.nodes[0].opset = 14;
    return g.output("y").output("last");
  }
};

double sigmoid(double v) { return 1 / (1 + std::exp(-v)); }

/// Gate's sum at one place: W x, R h and both biases; `parts` gets the recurrent part apart.
double gate(const Net& net, std::int64_t d, std::int64_t g, std::int64_t j, const float* x, const Doubles& h, double* recurrent = nullptr) {
  const std::int64_t row = (d * net.gates + g) * net.hidden + j;
  double in = net.b.f[static_cast<std::size_t>(d * 2 * net.gates * net.hidden + g * net.hidden + j)];
  double back = net.b.f[static_cast<std::size_t>((d * 2 + 1) * net.gates * net.hidden + g * net.hidden + j)];
  for (std::int64_t k = 0; k < net.in; ++k) in += double{net.w.f[static_cast<std::size_t>(row * net.in + k)]} * x[k];
  for (std::int64_t k = 0; k < net.hidden; ++k) back += net.r.f[static_cast<std::size_t>(row * net.hidden + k)] * h[static_cast<std::size_t>(k)];
  if (recurrent == nullptr) return in + back;
  *recurrent = back;
  return in;
}

void step(const Net& net, std::int64_t d, const float* x, Doubles& h, Doubles& c) {
  const Doubles before = h;
  Doubles reset(before.size());
  const bool late = net.attributes.contains("linear_before_reset");
  for (std::int64_t j = 0; j < net.hidden && net.op == "GRU"; ++j) {
    const auto at = static_cast<std::size_t>(j);
    reset[at] = sigmoid(gate(net, d, 1, j, x, before)) * (late ? 1 : before[at]);
  }
  for (std::int64_t j = 0; j < net.hidden; ++j) {
    const auto at = static_cast<std::size_t>(j);
    auto eye = [&](std::int64_t k) { return net.p.f[static_cast<std::size_t>((d * 3 + k) * net.hidden + j)] * c[at]; };
    if (net.op == "RNN") h[at] = std::tanh(gate(net, d, 0, j, x, before));
    if (net.op == "GRU") {
      const double z = sigmoid(gate(net, d, 0, j, x, before));
      double back = 0;
      const double in = gate(net, d, 2, j, x, late ? before : reset, &back);
      const double n = std::tanh(in + (late ? reset[at] * back : back));
      h[at] = (1 - z) * n + z * before[at];
    }
    if (net.op == "LSTM") {
      const double i = sigmoid(gate(net, d, 0, j, x, before) + eye(0)), f = sigmoid(gate(net, d, 2, j, x, before) + eye(2));
      c[at] = f * c[at] + i * std::tanh(gate(net, d, 3, j, x, before));
      h[at] = sigmoid(gate(net, d, 1, j, x, before) + eye(1)) * std::tanh(c[at]);
    }
  }
}

/// Y, [steps, directions, batch, hidden].
Doubles reference(const Net& net, const Tensor& x, bool reversed) {
  Doubles y(static_cast<std::size_t>(net.steps * net.directions * net.batch * net.hidden), 0);
  for (std::int64_t d = 0; d < net.directions; ++d)
    for (std::int64_t n = 0; n < net.batch; ++n) {
      const std::int64_t start = (d * net.batch + n) * net.hidden, length = net.lengths[static_cast<std::size_t>(n)];
      Doubles h(net.h0.f.begin() + start, net.h0.f.begin() + start + net.hidden), c(net.c0.f.begin() + start, net.c0.f.begin() + start + net.hidden);
      for (std::int64_t k = 0; k < length; ++k) {
        const std::int64_t t = d == 1 || reversed ? length - 1 - k : k;
        step(net, d, x.f.data() + (t * net.batch + n) * net.in, h, c);
        for (std::int64_t j = 0; j < net.hidden; ++j) y[static_cast<std::size_t>(((t * net.directions + d) * net.batch + n) * net.hidden + j)] = h[static_cast<std::size_t>(j)];
      }
    }
  return y;
}

void expect_right(Net net, bool reversed) {
  Stream stream{3};
  net.draw(stream);
  GraphFixture g = net.graph();
  ASSERT_TRUE(order_nodes(g.graph).ok());
  auto graph = prepare(g.graph);
  ASSERT_TRUE(graph.ok()) << graph.error().text();
  const Tensor x = random_tensor({net.steps, net.batch, net.in}, stream);
  const Tensor y = run_float(*graph, {{"x", x}})->at("y");
  const Doubles want = reference(net, x, reversed);
  ASSERT_EQ(y.dims, (Shape{net.steps, net.directions, net.batch, net.hidden}));
  for (std::size_t k = 0; k < want.size(); ++k) ASSERT_NEAR(y.f[k], want[k], 1e-5) << k;
  IntegerFixture f(g);
  ASSERT_TRUE(f.ok);
  expect_legal(f.model);
  EXPECT_LT(f.model.fidelity.outputs[0].max, 1e-3);
}

TEST(Recurrent, FollowsItsDefinitionInEveryDirection) {
  for (const char* op : {"RNN", "GRU", "LSTM"}) {
    SCOPED_TRACE(op);
    const std::int64_t gates = std::string(op) == "RNN" ? 1 : std::string(op) == "GRU" ? 3 : 4;
    expect_right({.op = op, .gates = gates}, false);
    expect_right({.op = op, .gates = gates, .attributes = {{"direction", Attribute{std::string("reverse")}}}}, true);
    expect_right({.op = op, .gates = gates, .directions = 2, .attributes = {{"direction", Attribute{std::string("bidirectional")}}}, .lengths = {2, 4}}, false);
  }
  expect_right({.op = "GRU", .gates = 3, .attributes = {{"linear_before_reset", Attribute{std::int64_t{1}}}}, .lengths = {4, 1}}, false);
}

TEST(Recurrent, SharesItsWeightsAmongSteps) {
  Stream stream{3};
  Net net{.op = "RNN", .gates = 1, .steps = 6, .batch = 3};
  net.draw(stream);
  IntegerFixture f(net.graph());
  ASSERT_TRUE(f.ok);
  std::size_t recurrent = 0;
  for (const Column& column : f.model.theorem.columns) recurrent += column.home == Home::kWeights && column.rows == 2 && column.cols == 2 ? 1u : 0u;
  EXPECT_EQ(recurrent, 1u);
}

TEST(Recurrent, RefusesWhatDoesNotFit) {
  Stream stream{3};
  auto refusal = [&](auto&& change) {
    Net net{.op = "LSTM", .gates = 4};
    net.draw(stream);
    change(net);
    GraphFixture g = net.graph();
    EXPECT_TRUE(order_nodes(g.graph).ok());
    auto graph = prepare(std::move(g.graph));
    return graph.ok() ? std::string() : graph.error().text();
  };
  EXPECT_EQ(refusal([](Net&) {}), "");
  EXPECT_NE(refusal([](Net& n) { n.attributes["direction"] = Attribute{std::string("sideways")}; }), "");
  EXPECT_NE(refusal([](Net& n) { n.attributes["direction"] = Attribute{std::string("bidirectional")}; }), "");
  EXPECT_NE(refusal([](Net& n) { n.attributes["hidden_size"] = Attribute{std::int64_t{3}}; }), "");
  EXPECT_NE(refusal([](Net& n) { n.attributes["activations"] = Attribute{std::vector<std::string>{"Sigmoid", "Tanh"}}; }), "");
  EXPECT_NE(refusal([](Net& n) { n.attributes["activations"] = Attribute{std::vector<std::string>{"Sigmoid", "Tanh", "Sine"}}; }), "");
  EXPECT_NE(refusal([](Net& n) { n.lengths = {5, 1}; }), "");
  EXPECT_NE(refusal([](Net& n) { n.p = make_float({1, 2}, {0, 0}); }), "");
}

}  // namespace
}  // namespace tacit
