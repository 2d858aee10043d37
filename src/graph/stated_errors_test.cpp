// The bounds that docs/quantisation.md states for each kind of function, measured.
#include <gtest/gtest.h>

#include <cmath>

#include "graph/integer_fixture.h"

namespace tacit {
namespace {

/// y = op(x) of `rows` rows of 64 numbers on a grid of lo..hi: what the function itself is off by, its argument being exact.
struct Stated {
  const char* op;
  std::map<std::string, Attribute> attributes;
  double lo, hi;
  double bound;   ///< of the largest error, as a power of two, by the largest output
};

constexpr std::int64_t kRows = 32, kColumns = 64;

GraphFixture graph_of(const Stated& s) {
  GraphFixture f;
  f.input("x", {kRows, kColumns});
  const std::string op = s.op;
  if (op == "LayerNormalization" || op == "RMSNormalization") {
    Tensor ones = zeros({kColumns});
    for (float& v : ones.f) v = 1;
    f.constant("g", ones).node(op, {"x", "g"}, {"y"}, s.attributes);
  } else if (op == "Div") {
    f.constant("one", make_float({1}, {1})).node(op, {"one", "x"}, {"y"}, s.attributes);
  } else {
    f.node(op, {"x"}, {"y"}, s.attributes);
  }
  return f.output("y");
}

/// The largest error by the largest output.
double share_of(const Stated& s) {
  GraphFixture source = graph_of(s);
  EXPECT_TRUE(order_nodes(source.graph).ok());
  auto graph = prepare(std::move(source.graph));
  if (!graph.ok()) {
    ADD_FAILURE() << s.op << ": " << graph.error().text();
    return 1;
  }
  const double reach = std::max(std::abs(s.lo), std::abs(s.hi)), step = reach / 32768;
  Stream stream{7};
  std::vector<TensorMap> samples(4);
  for (TensorMap& sample : samples) {
    sample["x"] = zeros({kRows, kColumns});
    for (float& v : sample["x"].f) v = static_cast<float>(std::round(stream.real(s.lo, s.hi) / step) * step);
  }
  const double top = 32767 * step;
  auto compiled = compile(*graph, samples, {}, {.input_range = {{std::max(s.lo, -top), std::min(s.hi, top)}}});
  if (!compiled.ok()) {
    ADD_FAILURE() << s.op << ": " << compiled.error().text();
    return 1;
  }
  const OutputError& e = compiled->fidelity.outputs[0];
  return e.max / e.range;
}

TEST(StatedErrors, AreNotExceeded) {
  const Attribute last = std::int64_t{-1};
  const std::vector<Stated> all = {
      {"Exp", {}, -8, 0, -11.9},           {"Exp", {}, -4, 4, -12},        {"Log", {}, 0.125, 8, -15},    {"Sqrt", {}, 0, 4, -14},
      {"Reciprocal", {}, 0.25, 4, -13},    {"Div", {}, 0.25, 4, -13},      {"Sigmoid", {}, -8, 8, -13},   {"Tanh", {}, -4, 4, -13},
      {"Erf", {}, -4, 4, -14},             {"Gelu", {}, -4, 4, -14},       {"Softplus", {}, -8, 8, -14},  {"Sin", {}, -4, 4, -13},
      {"Softmax", {{"axis", last}}, -8, 8, -11},       {"LogSoftmax", {{"axis", last}}, -8, 8, -13},   {"ReduceMean", {}, -4, 4, -15},
      {"LayerNormalization", {{"axis", last}}, -3, 3, -13}, {"RMSNormalization", {{"axis", last}}, -3, 3, -13},
      {"LayerNormalization", {{"axis", last}}, -4, 4, -13}, {"RMSNormalization", {{"axis", last}}, -4, 4, -13},
  };
  for (const Stated& s : all) {
    const double share = share_of(s);
    EXPECT_LE(share, std::exp2(s.bound)) << s.op << ": 2^" << std::log2(share);
  }
}

}  // namespace
}  // namespace tacit
