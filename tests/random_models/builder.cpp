#include "random_models/builder.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "graph/passes.h"
#include "ops/catalogue.h"

namespace tacit::random_models {

std::string label_of(const std::string& op, std::size_t rank) {
  return op == "Conv" && rank >= 3 ? "Conv (" + std::to_string(rank - 2) + "-D)" : op;
}

std::string Builder::new_input(Shape dims, DType dtype, Element element) {
  std::string name = fresh("x");
  types_[name] = {dtype, dims, element};
  graph.inputs.push_back({name, {dtype, std::move(dims), element}});
  values_.push_back(name);
  return name;
}

Shape Builder::random_dims(std::size_t rank, std::int64_t most) {
  static const List kExtents = {1, 1, 2, 2, 3, 3, 4, 5, 6, 7, 8, 11, 13};
  Shape dims(rank, 1);
  std::int64_t count = 1;
  std::vector<std::size_t> order(rank);
  for (std::size_t k = 0; k < rank; ++k) order[k] = k;
  random.shuffle(order);
  for (const std::size_t axis : order) {
    const std::int64_t extent = axis == 0 && rank > 1 ? random.between(1, 3) : random.one_of(kExtents);
    dims[axis] = count * extent <= most ? extent : 1;
    count *= dims[axis];
  }
  return dims;
}

Shape Builder::factors_of(std::int64_t count, std::size_t rank) {
  Shape dims(rank, 1);
  for (std::int64_t prime = 2; count > 1; ++prime) {
    for (; count % prime == 0; count /= prime) dims[random.below(rank)] *= prime;
  }
  return dims;
}

std::optional<std::string> Builder::existing(const std::function<bool(const std::string&)>& condition) {
  std::vector<std::string> fit;
  for (const std::string& value : values_) {
    if (condition(value)) fit.push_back(value);
  }
  if (fit.empty()) return std::nullopt;
  return random.chance(60) ? fit.back() : random.one_of(fit);
}

std::optional<std::string> Builder::integers(std::size_t least_rank) {
  const auto fits = [&](const std::string& v) { return !is_float(v) && element(v) == Element::kPlain && dims(v).size() >= least_rank; };
  const auto found = existing(fits);
  if (found || graph.inputs.size() >= kMostInputs || !random.chance(6)) return found;
  const auto rank = static_cast<std::size_t>(random.between(static_cast<std::int64_t>(least_rank), 4));
  return new_input(random_dims(rank, 40), DType::kInt64);
}

std::optional<std::string> Builder::typed(Element wanted, std::size_t least_rank) {
  const auto found = existing([&](const std::string& v) { return !is_float(v) && element(v) == wanted && dims(v).size() >= least_rank; });
  if ((found && random.chance(80)) || graph.inputs.size() >= kMostInputs) return found;
  const auto rank = static_cast<std::size_t>(random.between(static_cast<std::int64_t>(least_rank), 4));
  return new_input(random_dims(rank, 40), DType::kInt64, wanted);
}

std::optional<std::string> Builder::bools(std::size_t least_rank) {
  const auto found = existing([&](const std::string& v) { return is_bool(v) && dims(v).size() >= least_rank; });
  if (found && random.chance(80)) return found;
  const auto x = operand(least_rank, kMostRank);
  if (!x || random.chance(30)) return typed(Element::kBool, least_rank);
  return helper(random.chance(50) || opset < 9 ? "Greater" : "Less", {*x, floats({}, -0.3, 0.6)});
}

std::optional<std::string> Builder::reshaped(const std::string& value, std::size_t rank) {
  Shape target = factors_of(*element_count(dims(value)), rank);
  const std::size_t free = rank > 0 && random.chance(40) ? random.below(rank) : rank;
  for (std::size_t axis = 0; axis < rank; ++axis) {
    if (axis == free) target[axis] = -1;
    else if (axis < dims(value).size() && target[axis] == dims(value)[axis] && random.chance(50)) target[axis] = 0;
  }
  if (!add("Reshape", {value, list(target)})) return std::nullopt;
  return last();
}

std::optional<std::string> Builder::operand(std::size_t least_rank, std::size_t most_rank) {
  const auto rank = static_cast<std::size_t>(random.between(static_cast<std::int64_t>(least_rank), static_cast<std::int64_t>(most_rank)));
  const auto fits = [&](const std::string& v) { return is_float(v) && dims(v).size() >= least_rank && dims(v).size() <= most_rank; };
  if (const auto found = existing(fits); found && random.chance(85)) return found;
  const auto any = existing([&](const std::string& v) { return is_float(v); });
  if (any && rank > 0 && random.chance(graph.inputs.size() < kMostInputs ? 50 : 100)) return reshaped(*any, rank);
  return new_input(random_dims(rank, rank == 4 ? 180 : 96));
}

std::int64_t Builder::written_axis(std::size_t axis, std::size_t rank, std::int64_t since) {
  const auto at = static_cast<std::int64_t>(axis);
  return opset >= since && random.chance(40) ? at - static_cast<std::int64_t>(rank) : at;
}

void Builder::give_constant_node(const std::string& name, const Tensor& value) {
  labels["Constant_" + std::to_string(graph.nodes.size())] = "Constant";
  Attributes attributes{{"value", value}};
  const bool is_list = value.dims.size() == 1, is_scalar = value.dims.empty();
  const bool is_plain = value.element == Element::kPlain && value.size() > 0;
  if (opset >= 12 && is_plain && (is_list || is_scalar) && random.chance(50)) {
    attributes.clear();
    if (value.dtype == DType::kFloat && is_list) attributes["value_floats"] = value.f;
    else if (value.dtype == DType::kFloat) attributes["value_float"] = value.f[0];
    else if (is_list) attributes["value_ints"] = value.i;
    else attributes["value_int"] = value.i[0];
  }
  append("Constant", {}, {name}, std::move(attributes));
}

std::string Builder::constant(Tensor value) {
  const std::string name = fresh("c");
  const int way = static_cast<int>(random.between(0, 9));
  if (way < 2) {
    give_constant_node(name, value);
  } else if (way == 2 && !value.dims.empty()) {  // a flat tensor that is reshaped when the model is loaded
    Tensor flat = value, shape = make_int64({static_cast<std::int64_t>(value.dims.size())}, value.dims);
    flat.dims = {static_cast<std::int64_t>(value.size())};
    graph.initialisers[name + ".flat"] = std::move(flat);
    graph.initialisers[name + ".shape"] = std::move(shape);
    append("Reshape", {name + ".flat", name + ".shape"}, {name}, {});
  } else if (way == 3) {
    graph.initialisers[name + ".held"] = value;
    append("Identity", {name + ".held"}, {name}, {});
  } else {
    graph.initialisers[name] = value;
  }
  types_[name] = value.type();
  known_[name] = std::move(value);
  return name;
}

std::string Builder::constant_node(Tensor value) {
  const std::string name = fresh("c");
  give_constant_node(name, value);
  types_[name] = value.type();
  known_[name] = std::move(value);
  return name;
}

std::string Builder::floats(Shape dims, double lo, double hi) {
  Tensor t = zeros(std::move(dims));
  for (float& v : t.f) v = static_cast<float>(random.real(lo, hi));
  return constant(std::move(t));
}

std::string Builder::weights(Shape dims, std::int64_t terms) {
  Tensor t = zeros(std::move(dims));
  if (random.chance(2)) return constant(std::move(t));
  static const std::vector<double> kGains = {1, 1, 1, 3, 0.1};
  const double size = random.one_of(kGains) * 2 / std::sqrt(static_cast<double>(terms));
  for (float& v : t.f) v = static_cast<float>(random.real(-size, size));
  return constant(std::move(t));
}

Node& Builder::append(std::string op, std::vector<std::string> inputs, std::vector<std::string> outputs, Attributes attributes) {
  Node node;
  node.name = op + "_" + std::to_string(graph.nodes.size());
  node.op = std::move(op);
  node.opset = opset;
  node.inputs = std::move(inputs);
  node.outputs = std::move(outputs);
  node.attributes = std::move(attributes);
  graph.nodes.push_back(std::move(node));
  return graph.nodes.back();
}

/// As `prepare` sees it: operators that stand for others have no types of their own.
Result<std::vector<TensorType>> Builder::types_of(const Node& node) const {
  Graph one;
  one.opset = opset;
  one.nodes = {node};
  one.outputs = node.outputs;
  for (const std::string& name : std::set<std::string>(node.inputs.begin(), node.inputs.end())) {
    if (known_.contains(name)) one.initialisers[name] = known_.at(name);
    else if (!name.empty()) one.inputs.push_back({name, types_.at(name)});
  }
  if (const Status folded = fold_constants(one); !folded.ok()) return folded.error();
  auto types = infer_types(one);
  if (!types.ok()) return types.error();
  std::vector<TensorType> outputs;
  for (const std::string& name : node.outputs) outputs.push_back(types->at(name));
  return outputs;
}

std::optional<std::vector<TensorType>> Builder::infer_last() {
  const Node& node = graph.nodes.back();
  auto types = types_of(node);
  if (types.ok()) return *types;
  const std::size_t rank = node.inputs.empty() ? 0 : dims(node.inputs[0]).size();
  if (types.error().code == ErrorCode::kUnsupported) refusals.push_back({label_of(node.op, rank), types.error().text()});
  else faults.push_back(types.error().text());
  return std::nullopt;
}

bool Builder::keep_last() {
  const auto fits = [](const TensorType& type) { return *element_count(type.dims) <= kMostElements && type.dims.size() <= kMostRank + 1; };
  const Node& node = graph.nodes.back();
  const auto types = find_operator(node) == nullptr ? std::nullopt : infer_last();
  if (!types || !std::all_of(types->begin(), types->end(), fits)) {
    graph.nodes.pop_back();
    return false;
  }
  labels[node.name] = label_of(node.op, node.inputs.empty() ? 0 : dims(node.inputs[0]).size());
  for (std::size_t k = node.outputs.size(); k-- > 0;) {  // the first one is the newest
    if (node.outputs[k].empty()) continue;
    types_[node.outputs[k]] = types->at(k);
    values_.push_back(node.outputs[k]);
  }
  return true;
}

bool Builder::add(std::string op, std::vector<std::string> inputs, Attributes attributes, std::size_t outputs) {
  std::vector<std::string> names;
  for (std::size_t k = 0; k < outputs; ++k) names.push_back(fresh("v"));
  append(std::move(op), std::move(inputs), std::move(names), std::move(attributes));
  return keep_last();
}

bool Builder::add_ml(std::string op, std::vector<std::string> inputs, Attributes attributes, std::size_t outputs) {
  std::vector<std::string> names;
  for (std::size_t k = 0; k < outputs; ++k) names.push_back(fresh("v"));
  Node& node = append(std::move(op), std::move(inputs), std::move(names), std::move(attributes));
  node.domain = "ai.onnx.ml";
  node.opset = ml_opset;
  return keep_last();
}

std::optional<std::string> Builder::helper(std::string op, std::vector<std::string> inputs, Attributes attributes) {
  if (!add(std::move(op), std::move(inputs), std::move(attributes))) return std::nullopt;
  return last();
}

}  // namespace tacit::random_models
