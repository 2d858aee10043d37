// RNN, GRU and LSTM over a few steps: one direction or both, other functions, sequences cut short, states given.
#include <utility>

#include "random_models/operands.h"
#include "random_models/operators.h"

namespace tacit::random_models {
namespace {

struct Layer {
  const char* op;
  std::int64_t gates;
  std::vector<std::string> functions;  ///< of one direction
};

/// X [steps, batch, features]: a value in three axes, small in each.
std::optional<std::string> sequence(Builder& b) {
  const auto small = [&](const std::string& v) {
    return b.is_float(v) && b.dims(v).size() == 3 && b.dims(v)[0] <= 4 && b.dims(v)[1] <= 3 && b.dims(v)[2] <= 6;
  };
  if (const auto found = b.existing(small)) return found;
  if (graph_is_full(b)) return std::nullopt;
  return b.new_input({b.random.between(1, 4), b.random.between(1, 3), b.random.between(1, 5)});
}

bool recur(Builder& b, const Layer& layer) {
  const auto x = sequence(b);
  if (!x) return false;
  const Shape in = b.dims(*x);
  const std::int64_t hidden = b.random.between(1, 3), way = b.random.between(0, 2), directions = way == 2 ? 2 : 1, rows = layer.gates * hidden;
  static const std::vector<std::string> kDirections = {"forward", "reverse", "bidirectional"};
  Attributes attributes{{"hidden_size", hidden}, {"direction", kDirections[static_cast<std::size_t>(way)]}};
  if (b.random.chance(30)) {
    static const std::vector<std::string> kOthers = {"Tanh", "Sigmoid", "Relu", "HardSigmoid", "Softsign"};
    std::vector<std::string> functions;
    for (std::int64_t d = 0; d < directions; ++d)
      for (const std::string& usual : layer.functions) functions.push_back(b.random.chance(50) ? usual : b.random.one_of(kOthers));
    attributes["activations"] = functions;
  }
  if (layer.gates == 3 && b.random.chance(50)) attributes["linear_before_reset"] = std::int64_t{1};
  std::vector<std::string> operands = {*x, b.weights({directions, rows, in[2]}, in[2]), b.weights({directions, rows, hidden}, hidden)};
  operands.push_back(b.random.chance(70) ? b.floats({directions, 2 * rows}, -0.5, 0.5) : "");
  const auto initial = [&] { return b.random.chance(40) ? b.floats({directions, in[1], hidden}, -0.5, 0.5) : std::string(); };
  Tensor lengths = typed_integers(b, {in[1]}, 1, in[0], Element::kInt32);
  operands.push_back(b.random.chance(30) ? b.constant(std::move(lengths)) : "");
  operands.push_back(initial());
  const bool is_lstm = layer.gates == 4;
  if (is_lstm) operands.push_back(initial());
  if (is_lstm && b.random.chance(30)) operands.push_back(b.floats({directions, 3 * hidden}, -0.5, 0.5));
  return b.add(layer.op, std::move(operands), std::move(attributes), is_lstm ? 3 : 2);
}

bool rnn(Builder& b) { return recur(b, {"RNN", 1, {"Tanh"}}); }
bool gru(Builder& b) { return recur(b, {"GRU", 3, {"Sigmoid", "Tanh"}}); }
bool lstm(Builder& b) { return recur(b, {"LSTM", 4, {"Sigmoid", "Tanh", "Tanh"}}); }

}  // namespace

std::vector<Kind> recurrent_kinds() { return {{"RNN", "RNN", rnn}, {"GRU", "GRU", gru}, {"LSTM", "LSTM", lstm}}; }

}  // namespace tacit::random_models
