// Recurrent: reading the node.
#include <algorithm>

#include "ops/recurrent.h"

namespace tacit {
namespace {

struct Defaults {
  const char* name;
  int numbers;  ///< how many of alpha and beta it has
  float alpha, beta;
};

constexpr Defaults kActivations[] = {{"Relu", 0, 0, 0},      {"Tanh", 0, 0, 0},          {"Sigmoid", 0, 0, 0},  {"Softsign", 0, 0, 0},
                                     {"Softplus", 0, 0, 0},  {"LeakyRelu", 1, 0.01f, 0}, {"Elu", 1, 1, 0},      {"ThresholdedRelu", 1, 1, 0},
                                     {"Affine", 2, 1, 0},    {"ScaledTanh", 2, 1, 1},    {"HardSigmoid", 2, 0.2f, 0.5f}};

Result<std::vector<float>> floats_attribute(const Node& node, const char* name) {
  auto found = node.attributes.find(name);
  if (found == node.attributes.end()) return std::vector<float>{};
  if (const auto* list = std::get_if<std::vector<float>>(&found->second)) return *list;
  return malformed(node, "attribute " + std::string(name) + " must be a list of floats");
}

bool same_name(const std::string& a, const std::string& b) {
  auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

Result<std::vector<Activation>> read_activations(const Node& node, std::vector<const char*> usual, std::int64_t directions) {
  std::vector<std::string> names;
  for (std::int64_t d = 0; d < directions; ++d) names.insert(names.end(), usual.begin(), usual.end());
  const std::size_t count = names.size();
  if (auto found = node.attributes.find("activations"); found != node.attributes.end()) {
    const auto* given = std::get_if<std::vector<std::string>>(&found->second);
    if (given == nullptr || given->size() != count) return malformed(node, "attribute activations has not " + std::to_string(count) + " names");
    names = *given;
  }
  TACIT_TRY(const std::vector<float> alphas, floats_attribute(node, "activation_alpha"));
  TACIT_TRY(const std::vector<float> betas, floats_attribute(node, "activation_beta"));
  std::vector<Activation> out;
  std::size_t alpha = 0, beta = 0;
  for (const std::string& name : names) {
    auto known = std::find_if(std::begin(kActivations), std::end(kActivations), [&](const Defaults& d) { return same_name(d.name, name); });
    if (known == std::end(kActivations)) return malformed(node, "activation \"" + name + "\" is not known");
    out.push_back({known->name, known->alpha, known->beta});
    if (known->numbers >= 1 && alpha < alphas.size()) out.back().alpha = alphas[alpha++];
    if (known->numbers >= 2 && beta < betas.size()) out.back().beta = betas[beta++];
  }
  return out;
}

Status check_shape(const Call& call, std::size_t index, const char* role, const Shape& want) {
  if (call.operand(index).type.dims == want) return Unit{};
  return malformed(*call.node, "its " + std::string(role) + " has shape " + shape_text(call.operand(index).type.dims) + ", " + shape_text(want) + " expected");
}

Status check_weights(const Call& call, const Recurrence& r) {
  TACIT_OK(check_constant(call, 1, "W"));
  TACIT_OK(check_constant(call, 2, "R"));
  for (const std::size_t index : {1u, 2u}) TACIT_OK(check_float(call, index));
  TACIT_OK(check_shape(call, 1, "W", {r.directions, r.gates * r.hidden, r.inputs}));
  TACIT_OK(check_shape(call, 2, "R", {r.directions, r.gates * r.hidden, r.hidden}));
  if (!call.operand(3).present) return Unit{};
  TACIT_OK(check_constant(call, 3, "B"));
  TACIT_OK(check_float(call, 3));
  return check_shape(call, 3, "B", {r.directions, 2 * r.gates * r.hidden});
}

Result<std::vector<std::int64_t>> read_lengths(const Call& call, const Recurrence& r) {
  if (!call.operand(4).present) return std::vector<std::int64_t>(static_cast<std::size_t>(r.batch), r.steps);
  TACIT_TRY(std::vector<std::int64_t> lengths, list_operand(call, 4, "sequence_lens"));
  bool fits = static_cast<std::int64_t>(lengths.size()) == r.batch;
  for (const std::int64_t length : lengths) fits = fits && length >= 0 && length <= r.steps;
  if (fits) return lengths;
  return malformed(*call.node, "its sequence_lens do not fit its input");
}

Status read_direction(const Node& node, Recurrence& r) {
  TACIT_TRY(const std::string direction, string_attribute(node, "direction", "forward"));
  if (direction != "forward" && direction != "reverse" && direction != "bidirectional") {
    return malformed(node, "direction \"" + direction + "\" is none of forward, reverse, bidirectional");
  }
  r.directions = direction == "bidirectional" ? 2 : 1;
  r.starts_reversed = direction == "reverse";
  TACIT_TRY(r.batch_first, flag_attribute(node, "layout", false));
  TACIT_TRY(r.clip, float_attribute(node, "clip", 0));
  if (r.clip >= 0) return Unit{};
  return malformed(node, "attribute clip is negative");
}

/// More steps make more statements than a theorem may have.
constexpr std::int64_t kMaxSteps = 1024;

}  // namespace

bool Recurrence::is_ragged() const {
  return std::any_of(lengths.begin(), lengths.end(), [&](std::int64_t length) { return length != steps; });
}

Result<Recurrence> read_recurrence(const Call& call, std::int64_t gates, std::vector<const char*> activations, std::size_t most_operands) {
  const Node& node = *call.node;
  if (call.operands.size() < 3 || call.operands.size() > most_operands) return malformed(node, "has the wrong number of inputs");
  TACIT_OK(check_float(call, 0));
  const Shape& x = call.operand(0).type.dims;
  if (x.size() != 3 || element_count(x) == 0) return malformed(node, "its input " + shape_text(x) + " has not 3 axes, or is empty");
  Recurrence r;
  r.gates = gates;
  TACIT_OK(read_direction(node, r));
  r.steps = x[r.batch_first ? 1 : 0];
  r.batch = x[r.batch_first ? 0 : 1];
  r.inputs = x[2];
  if (r.steps > kMaxSteps) return refuse(node, "it has more than " + std::to_string(kMaxSteps) + " steps");
  const Shape& recurrent = call.operand(2).type.dims;
  r.hidden = recurrent.size() == 3 ? recurrent[2] : 0;
  TACIT_TRY(const std::int64_t declared, int_attribute(node, "hidden_size", r.hidden));
  if (r.hidden < 1 || declared != r.hidden) return malformed(node, "attribute hidden_size differs from the shape of R");
  TACIT_OK(check_weights(call, r));
  TACIT_TRY(r.lengths, read_lengths(call, r));
  TACIT_TRY(r.activations, read_activations(node, std::move(activations), r.directions));
  return r;
}

}  // namespace tacit
