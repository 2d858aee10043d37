// How far one statement's result may be from its operator's, by rounding alone.
#include <algorithm>
#include <cmath>

#include "random_models/experiment.h"

namespace tacit::random_models {
namespace {

struct Error {
  double of_peak;  ///< of the largest number of the output
  double least;    ///< in any case
};

/// Functions have tables of their own; src/ops says how far they are off.
const std::map<std::string, Error>& function_errors() {
  static const std::map<std::string, Error> kErrors = {
      {"Sigmoid", {0, 0x1p-12}},
      {"Tanh", {0, 0x1p-12}},
      {"Softmax", {0, 0x1p-10}},
      {"MaskedSoftmax", {0, 0x1p-10}},
  };
  return kErrors;
}

}  // namespace

double Experiment::quantum_of(const std::string& name) const {
  double quantum = peaks_.at(name) * model_.recipe.quant.headroom / static_cast<double>(model_.recipe.quant.activation_max());
  for (const auto* ports : {&model_.ports.inputs, &model_.ports.outputs}) {
    for (const Port& port : *ports) {
      if (port.name == name) quantum = std::max(quantum, port.scale);
    }
  }
  return types_.contains(name) && types_.at(name).dtype == DType::kInt64 ? 0 : quantum;
}

/// Of sums with many terms: their shift.
double Experiment::layer_quantum(const Node& node, double own) const {
  std::size_t terms = 0;
  for (const std::string& input : node.inputs) {
    const auto weight = graph_.initialisers.find(input);
    if (weight != graph_.initialisers.end()) terms = std::max(terms, weight->second.size());
  }
  return own * (1 + 0.25 * std::min<double>(64, static_cast<double>(terms)));
}

/// Of what one node adds: steps of the tables that functions share, limits on a coarse grid, the shift of sums with many terms.
double Experiment::node_quantum(const Node& node, const std::string& output) const {
  if (types_.at(output).dtype == DType::kInt64) return 0;
  double own = quanta_.at(output);
  if (node.op == "Clip") own = std::max(own, quanta_.at(node.inputs[0]));  // its limits stand on the grid of what it clamps
  const auto function = function_errors().find(node.op);
  if (function != function_errors().end()) own = std::max({own, function->second.least, function->second.of_peak * peaks_.at(output)});
  const bool is_layer = node.op == "Conv" || node.op == "Gemm" || node.op == "MatMul" || node.op == "MatMulBias" || node.op == "ConvTranspose";
  return is_layer ? layer_quantum(node, own) : own;
}

}  // namespace tacit::random_models
