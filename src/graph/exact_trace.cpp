#include "graph/exact_trace.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "ops/call.h"
#include "ops/catalogue.h"

namespace tacit {
namespace {

/// Numbers of elements are floats while they are moved.
constexpr std::int64_t kMostElements = std::int64_t{1} << 20;
/// Elements that are followed in all, and entries of the maps of one value (roots times elements). A file can ask for any number of
/// moves; what lies beyond is read as any other value.
constexpr std::int64_t kMostFollowed = std::int64_t{1} << 22;
constexpr int kMostSteps = 8;

std::optional<GrowingStep::Op> growing(const Node& node) {
  static const std::map<std::string, GrowingStep::Op> kOps = {
      {"Add", GrowingStep::Op::kAdd}, {"Sub", GrowingStep::Op::kSubtract}, {"Mul", GrowingStep::Op::kMultiply}, {"Div", GrowingStep::Op::kDivide}};
  const auto found = kOps.find(node.op);
  if (found == kOps.end() || !node.domain.empty() || node.inputs.size() != 2) return {};
  return found->second;
}

bool grows(GrowingStep::Op op, float number) {
  const bool factor = op == GrowingStep::Op::kMultiply || op == GrowingStep::Op::kDivide;
  return std::isfinite(number) && (!factor || number > 0);
}

}  // namespace

std::set<std::string> float_inputs(const Graph& graph) {
  std::set<std::string> names;
  for (const ValueInfo& input : graph.inputs)
    if (input.type.dtype == DType::kFloat) names.insert(input.name);
  return names;
}

std::int64_t cast_target(const Node& node) {
  const auto to = node.op == "Cast" && node.domain.empty() ? int_attribute(node, "to", 0) : Result<std::int64_t>(0);
  return to.ok() ? *to : 0;
}

bool ExactTrace::moves(const Node& node) {
  static const std::set<std::string> kMoving = {"Concat", "Flatten", "Gather", "Identity", "Reshape", "Slice", "Split", "Squeeze", "Transpose", "Unsqueeze"};
  const std::int64_t to = cast_target(node);
  return (node.domain.empty() && kMoving.contains(node.op)) || to == 1 || to == 11;
}

ExactTrace::ExactTrace(const Graph& graph, const TypeMap& types, Through through) : graph_(graph), types_(types), left_(kMostFollowed) {
  for (const std::string& name : float_inputs(graph)) add_root(name);
  for (const Node& node : graph.nodes) {
    if (moves(node)) move(node);
    else if (through == Through::kMovesAndScales && growing(node)) scale(node);
    else if (find_operator(node)->gives_exactly && find(node.inputs[0]) != nullptr && types.at(node.outputs[0]).dtype == DType::kFloat) add_root(node.outputs[0]);
  }
}

const ExactTrace::Elements* ExactTrace::find(const std::string& name) const {
  const auto found = traced_.find(name);
  return found == traced_.end() ? nullptr : &found->second;
}

bool ExactTrace::spend(std::int64_t elements) {
  if (elements > left_) return false;
  left_ -= elements;
  return true;
}

void ExactTrace::add_root(const std::string& name) {
  const std::int64_t count = *element_count(types_.at(name).dims);
  if (count > kMostElements || !spend(count)) return;
  const auto number = static_cast<std::uint32_t>(roots_.size());
  roots_.push_back(name);
  Elements& elements = traced_[name];
  for (std::int64_t e = 0; e < count; ++e) elements.push_back({number, e, 0});
}

/// What the node's operands are copies of, one after the other; none where one of them is no copy, or they are too many.
ExactTrace::Elements ExactTrace::places_of(const Node& node, std::map<std::string, Tensor>& numbers) const {
  Elements places;
  for (const std::string& name : node.inputs) {
    if (name.empty() || numbers.contains(name)) continue;
    const auto constant = graph_.initialisers.find(name);
    if (constant != graph_.initialisers.end() && constant->second.dtype == DType::kInt64) continue;
    const Elements* found = find(name);
    if (found == nullptr || places.size() + found->size() > static_cast<std::size_t>(kMostElements)) return {};
    std::vector<float> own;
    for (std::size_t k = 0; k < found->size(); ++k) own.push_back(static_cast<float>(places.size() + k));
    places.insert(places.end(), found->begin(), found->end());
    numbers[name] = make_float(types_.at(name).dims, std::move(own));
  }
  return places;
}

void ExactTrace::move(const Node& node) {
  std::map<std::string, Tensor> numbers;
  const Elements places = places_of(node, numbers);
  if (places.empty()) return;
  std::int64_t made = static_cast<std::int64_t>(places.size());
  for (const std::string& output : node.outputs) made += output.empty() ? 0 : *element_count(types_.at(output).dims);
  if (!spend(made)) return;
  const auto value_of = [&](const std::string& name) -> const Tensor* {
    if (const auto found = numbers.find(name); found != numbers.end()) return &found->second;
    const auto found = graph_.initialisers.find(name);
    return found == graph_.initialisers.end() ? nullptr : &found->second;
  };
  const std::vector<Tensor> moved = find_operator(node)->evaluate(make_call(node, types_, value_of));
  for (std::size_t k = 0; k < node.outputs.size() && k < moved.size(); ++k) {
    Elements elements;
    std::set<std::uint32_t> roots;
    for (const float number : moved[k].f) {
      elements.push_back(places[static_cast<std::size_t>(number)]);
      roots.insert(elements.back().root);
    }
    const auto terms = static_cast<std::int64_t>(roots.size()) * static_cast<std::int64_t>(elements.size());
    if (terms <= kMostFollowed) traced_[node.outputs[k]] = std::move(elements);
  }
}

/// The node's constant for each element of its result: it is added to zeros.
std::vector<float> ExactTrace::broadcast(const Node& node, const std::string& moved) const {
  const Tensor none = zeros(types_.at(moved).dims);
  Node add = node;
  add.op = "Add";
  const auto value_of = [&](const std::string& name) -> const Tensor* { return name == moved ? &none : &graph_.initialisers.at(name); };
  return find_operator(add)->evaluate(make_call(add, types_, value_of)).at(0).f;
}

void ExactTrace::scale(const Node& node) {
  const GrowingStep::Op op = *growing(node);
  const bool commutes = op == GrowingStep::Op::kAdd || op == GrowingStep::Op::kMultiply;
  const std::size_t at = commutes && graph_.initialisers.contains(node.inputs[0]) ? 1 : 0;
  const Elements* operand = find(node.inputs[at]);
  const auto constant = graph_.initialisers.find(node.inputs[1 - at]);
  if (operand == nullptr || constant == graph_.initialisers.end() || constant->second.dtype != DType::kFloat) return;
  if (types_.at(node.outputs[0]).dims != types_.at(node.inputs[at]).dims || !spend(static_cast<std::int64_t>(operand->size()))) return;
  const std::vector<float> numbers = broadcast(node, node.inputs[at]);
  Elements scaled = *operand;
  for (std::size_t k = 0; k < scaled.size(); ++k) {
    if (!grows(op, numbers[k]) || lengths_[scaled[k].step] >= kMostSteps) return;
    scaled[k].step = step_after({scaled[k].step, op, numbers[k]});
  }
  traced_[node.outputs[0]] = std::move(scaled);
}

std::uint32_t ExactTrace::step_after(const GrowingStep& step) {
  const auto [entry, fresh] = number_of_.try_emplace(step, static_cast<std::uint32_t>(steps_.size()));
  if (fresh) {
    steps_.push_back(step);
    lengths_.push_back(lengths_[step.before] + 1);
  }
  return entry->second;
}

float ExactTrace::after(std::uint32_t step, float x) const {
  if (step == 0) return x;
  const GrowingStep& last = steps_[step];
  const float y = after(last.before, x);
  switch (last.op) {
    case GrowingStep::Op::kAdd: return y + last.number;
    case GrowingStep::Op::kSubtract: return y - last.number;
    case GrowingStep::Op::kMultiply: return y * last.number;
    case GrowingStep::Op::kDivide: break;
  }
  return y / last.number;
}

}  // namespace tacit
