#include "ops/well_known.h"

#include <cmath>

#include "ops/catalogue.h"

namespace tacit {
namespace {

struct Known {
  Node node;
  std::vector<float> values;
};

Node node_of(const char* op, std::int64_t opset, std::map<std::string, Attribute> attributes = {}) {
  Node node;
  node.op = op;
  node.opset = opset;
  node.attributes = std::move(attributes);
  return node;
}

std::vector<float> values_of(const Node& node) {
  const Tensor points = make_float({static_cast<std::int64_t>(sample_points().size())}, sample_points());
  return find_operator(node)->evaluate(Call{&node, {{true, points.type(), &points}}})[0].f;
}

std::vector<Known> all_known() {
  const Node nodes[] = {node_of("Gelu", 20), node_of("Gelu", 20, {{"approximate", Attribute{std::string("tanh")}}}),
                        node_of("Swish", 24), node_of("HardSwish", 14), node_of("Mish", 18), node_of("Softplus", 1),
                        node_of("Sigmoid", 13), node_of("Tanh", 13), node_of("Softsign", 1)};
  std::vector<Known> all;
  for (const Node& node : nodes) all.push_back({node, values_of(node)});
  return all;
}

/// Files hold their constants as float32, and sums like 1 + erf lose digits.
bool is_close(const std::vector<float>& a, const std::vector<float>& b) {
  for (std::size_t k = 0; k < a.size(); ++k) {
    const double most = 0x1p-16 * std::max(1.0, std::abs(static_cast<double>(b[k])));
    if (!(std::abs(static_cast<double>(a[k]) - b[k]) <= most)) return false;
  }
  return a.size() == b.size();
}

}  // namespace

const std::vector<float>& sample_points() {
  static const std::vector<float> points = [] {
    std::vector<float> out{-50, -20, 20, 50};
    for (int k = -320; k <= 320; ++k) out.push_back(static_cast<float>(k) / 32 + 0.003f);
    return out;
  }();
  return points;
}

std::optional<Node> well_known(const std::vector<float>& values) {
  static const std::vector<Known> known = all_known();
  for (const Known& one : known)
    if (is_close(values, one.values)) return one.node;
  return std::nullopt;
}

}  // namespace tacit
