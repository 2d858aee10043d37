// Where a result is not continuous: what depends on numbers within the tolerance of a step cannot be compared.
#include <algorithm>
#include <cmath>

#include "ops/catalogue.h"
#include "random_models/experiment.h"

namespace tacit::random_models {
namespace {

bool is_one_of(const std::string& op, std::initializer_list<const char*> list) {
  return std::any_of(list.begin(), list.end(), [&](const char* one) { return op == one; });
}

bool is_comparison(const Node& node) { return is_one_of(node.op, {"Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual"}); }
bool is_choice(const Node& node) { return is_one_of(node.op, {"ArgMax", "ArgMin", "Hardmax", "TopK", "TopPlaces", "BestClass", "BestOfFew"}); }

std::size_t axis_of(const Node& node, std::size_t rank) {
  const std::int64_t usual = node.op == "ArgMax" || node.op == "ArgMin" ? 0 : node.op == "Hardmax" && node.opset < 13 ? 1 : -1;
  const auto given = node.attributes.find("axis");
  const std::int64_t axis = given == node.attributes.end() ? usual : std::get<std::int64_t>(given->second);
  return static_cast<std::size_t>(axis < 0 ? axis + static_cast<std::int64_t>(rank) : axis);
}

}  // namespace

/// A result that is constant but for jumps: any noise that does not move it over one leaves it as it is.
bool Experiment::is_step(const Node& node) const {
  if (node.inputs.empty() || !types_.contains(node.inputs[0])) return false;
  const bool from_float = types_.at(node.inputs[0]).dtype == DType::kFloat;
  if (!from_float) return false;
  for (const std::string& output : node.outputs) {
    if (!output.empty() && types_.at(output).dtype == DType::kInt64 && node.op != "TopK") return true;
  }
  return is_one_of(node.op, {"Floor", "Ceil", "Round", "Sign", "Hardmax", "Above", "Binarizer", "Forest", "Whole", "Matches", "Places", "Positive",
                             "SecondClass", "BestClass", "BestOfFew", "OneHot", "Tabled"});
}

/// Two numbers that are compared within the tolerance of each other.
bool Experiment::has_equal(const Node& node) const {
  double near = 0;
  for (std::size_t k = 0; k < 2; ++k) {
    if (!graph_.initialisers.contains(node.inputs[k])) near += tolerance(node.inputs[k]);
  }
  // Also where the coarser scale cannot tell them apart.
  for (const TensorMap& values : clean_) {
    const Call call = call_of(node, values);
    const Tensor difference = broadcast_arithmetic(Arithmetic::kSubtract, *call.operand(0).value, *call.operand(1).value);
    for (const float v : difference.f) {
      if (std::abs(v) <= near) return true;
    }
  }
  return false;
}

/// Two numbers of one row within the tolerance of each other, both near its top: any of them may be called the largest. Where
/// several are wanted, or where it is not the largest one: any two.
bool Experiment::has_tie(const Node& node) const {
  const Shape& dims = types_.at(node.inputs[0]).dims;
  const std::size_t at = axis_of(node, dims.size());
  std::int64_t inner = count_between(dims, at + 1, dims.size()), length = dims[at];
  if (node.op == "Hardmax" && node.opset < 13) length *= std::exchange(inner, 1);
  for (const TensorMap& values : clean_) {
    const std::vector<double> x = numbers_of(values.at(node.inputs[0]));
    for (std::size_t row = 0; row < x.size() / static_cast<std::size_t>(length); ++row) {
      const std::int64_t r = static_cast<std::int64_t>(row), first = r / inner * inner * length + r % inner;
      std::vector<double> sorted;
      for (std::int64_t k = 0; k < length; ++k) sorted.push_back(x[static_cast<std::size_t>(first + k * inner)]);
      std::sort(sorted.rbegin(), sorted.rend());
      if (node.op == "ArgMin") std::reverse(sorted.begin(), sorted.end());
      const bool several = node.op == "TopK" || node.op == "TopPlaces";
      for (std::size_t k = 1; k < (several ? sorted.size() : std::min<std::size_t>(2, sorted.size())); ++k) {
        if (std::abs(sorted[k - 1] - sorted[k]) <= 2 * tolerance(node.inputs[0])) return true;
      }
    }
  }
  return false;
}

bool Experiment::is_near_integer(const std::string& value) const {
  for (const TensorMap& values : clean_) {
    for (const double v : numbers_of(values.at(value))) {
      if (std::abs(v - std::nearbyint(v)) <= tolerance(value)) return true;
    }
  }
  return false;
}

/// Some noise as large as the tolerances makes the outputs of floats differ by more than noise does, or others at all.
bool Experiment::jumps(const Node& node) const {
  Random random(3, 4);
  double most = 0;
  for (const std::string& input : node.inputs) {
    if (clean_[0].contains(input)) most = std::max(most, tolerance(input));
  }
  for (const TensorMap& values : clean_) {
    const std::vector<Tensor> plain = find_operator(node)->evaluate(call_of(node, values));
    for (int run = 0; run < 10; ++run) {
      TensorMap moved = values;
      for (const std::string& input : node.inputs) {
        if (!values.contains(input) || moved.at(input).dtype != DType::kFloat) continue;
        const double by = tolerance(input);
        for (float& v : moved.at(input).f) v = static_cast<float>(v + (run == 0 || (run > 1 && random.chance(50)) ? by : -by));
      }
      const std::vector<Tensor> other = find_operator(node)->evaluate(call_of(node, moved));
      for (std::size_t k = 0; k < node.outputs.size(); ++k) {
        if (node.outputs[k].empty()) continue;
        const std::vector<double> a = numbers_of(plain[k]), b = numbers_of(other[k]);
        const double allowed = is_step(node) || plain[k].dtype == DType::kInt64 ? 0 : 4 * most;
        for (std::size_t i = 0; i < a.size(); ++i) {
          if (!(std::abs(a[i] - b[i]) <= allowed)) return true;
        }
      }
    }
  }
  return false;
}

void Experiment::find_unclear(const Node& node) {
  bool unclear = false, any_float = false;
  for (const std::string& input : node.inputs) {
    unclear = unclear || unclear_.contains(input);
    any_float = any_float || (clean_[0].contains(input) && types_.at(input).dtype == DType::kFloat);
  }
  if (!unclear && any_float && !reads_exactly(node)) {
    const bool bends = is_one_of(node.op, {"Mod", "Shrink", "ThresholdedRelu", "Impute", "Gather", "GatherElements"});
    if (is_comparison(node)) unclear = has_equal(node);
    else if (is_choice(node)) unclear = has_tie(node);
    else if (is_one_of(node.op, {"Cast", "Floor", "Ceil"}) && is_step(node)) unclear = is_near_integer(node.inputs[0]);
    else if (is_step(node) || bends) unclear = jumps(node);
  }
  if (!unclear) return;
  for (std::size_t k = 0; k < node.outputs.size(); ++k) {
    const bool sorted = node.op == "TopK" && k == 0;  // its values are continuous, if its operand can be compared
    if (!node.outputs[k].empty() && !(sorted && !unclear_.contains(node.inputs[0]))) unclear_.insert(node.outputs[k]);
  }
}

}  // namespace tacit::random_models
