// Normalisations: rows, channels or groups brought to one size, by a root or a quotient of what the model computes.
#include <utility>

#include "random_models/operands.h"
#include "random_models/operators.h"

namespace tacit::random_models {
namespace {

float drawn_epsilon(Builder& b) { return b.random.chance(50) ? 1e-5f : drawn(b, 1e-3, 0.1); }

/// Rows of numbers that differ: a row of equal ones has no size to be divided by.
std::optional<std::string> spread(Builder& b, std::size_t least_rank, std::size_t most_rank) {
  const auto x = b.operand(least_rank, most_rank);
  return x ? b.helper("Add", {*x, b.floats(b.dims(*x), -1, 1)}) : std::nullopt;
}

bool layer_norm(Builder& b) {
  const auto x = b.opset < 17 ? std::nullopt : spread(b, 2, 4);
  if (!x) return false;
  const std::size_t rank = b.dims(*x).size(), axis = 1 + b.random.below(rank - 1);
  const Shape rows(b.dims(*x).begin() + static_cast<std::ptrdiff_t>(axis), b.dims(*x).end());
  std::vector<std::string> operands = {*x, b.floats(rows, 0.5, 1.5)};
  if (b.random.chance(60)) operands.push_back(b.floats(rows, -0.5, 0.5));
  return b.add("LayerNormalization", std::move(operands), {{"axis", b.written_axis(axis, rank, 17)}, {"epsilon", drawn_epsilon(b)}});
}

bool rms_norm(Builder& b) {
  const auto x = b.opset < 23 ? std::nullopt : spread(b, 2, 4);
  if (!x) return false;
  const std::size_t rank = b.dims(*x).size(), axis = 1 + b.random.below(rank - 1);
  const Shape rows(b.dims(*x).begin() + static_cast<std::ptrdiff_t>(axis), b.dims(*x).end());
  return b.add("RMSNormalization", {*x, b.floats(rows, 0.5, 1.5)}, {{"axis", b.written_axis(axis, rank, 23)}, {"epsilon", drawn_epsilon(b)}});
}

bool instance_norm(Builder& b) {
  const auto x = spread(b, 3, 4);
  if (!x) return false;
  const Shape channels{b.dims(*x)[1]};
  return b.add("InstanceNormalization", {*x, b.floats(channels, 0.5, 1.5), b.floats(channels, -0.5, 0.5)}, {{"epsilon", drawn_epsilon(b)}});
}

/// Factors of groups until opset 21, of channels since.
bool group_norm(Builder& b) {
  const auto x = b.opset < 18 ? std::nullopt : spread(b, 3, 4);
  if (!x) return false;
  const std::int64_t channels = b.dims(*x)[1];
  List divisors;
  for (std::int64_t d = 1; d <= channels; ++d)
    if (channels % d == 0) divisors.push_back(d);
  const std::int64_t groups = b.random.one_of(divisors);
  const Shape factors{b.opset < 21 ? groups : channels};
  return b.add("GroupNormalization", {*x, b.floats(factors, 0.5, 1.5), b.floats(factors, -0.5, 0.5)}, {{"num_groups", groups}, {"epsilon", drawn_epsilon(b)}});
}

bool lrn(Builder& b) {
  const auto x = b.operand(3, 4);
  if (!x) return false;
  Attributes attributes{{"size", b.random.between(1, 5)}};
  if (b.random.chance(60)) attributes["alpha"] = drawn(b, 1e-4, 0.5);
  if (b.random.chance(60)) attributes["beta"] = drawn(b, 0.3, 1);
  if (b.random.chance(60)) attributes["bias"] = drawn(b, 0.5, 2);
  return b.add("LRN", {*x}, std::move(attributes));
}

bool lp_norm(Builder& b) {
  const auto x = spread(b, 1, 4);
  if (!x) return false;
  const std::size_t rank = b.dims(*x).size();
  return b.add("LpNormalization", {*x}, {{"axis", b.written_axis(b.random.below(rank), rank, 1)}, {"p", b.random.between(1, 2)}});
}

bool mean_variance(Builder& b) {
  const auto x = b.opset < 9 ? std::nullopt : spread(b, 4, 4);
  return x && b.add("MeanVarianceNormalization", {*x}, b.random.chance(50) ? Attributes{{"axes", List{0, 2, 3}}} : Attributes{{"axes", List{1, 2, 3}}});
}

/// A quotient of two computed tensors.
bool quotient(Builder& b) {
  const auto x = b.operand(0, 4), by = x ? positive(b, 0.4, b.dims(*x).size(), b.dims(*x).size()) : std::nullopt;
  return by && broadcast(b.dims(*x), b.dims(*by)) && b.add("Div", {*x, *by});
}

}  // namespace

std::vector<Kind> norm_kinds() {
  return {{"LayerNormalization", "LayerNormalization", layer_norm},
          {"RMSNormalization", "RMSNormalization", rms_norm},
          {"InstanceNormalization", "InstanceNormalization", instance_norm},
          {"GroupNormalization", "GroupNormalization", group_norm},
          {"LRN", "LRN", lrn},
          {"LpNormalization", "LpNormalization", lp_norm},
          {"MeanVarianceNormalization", "MeanVarianceNormalization", mean_variance},
          {"Div", "Div", quotient}};
}

}  // namespace tacit::random_models
