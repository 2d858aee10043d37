#include "random_models/builder.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "ops/catalogue.h"

namespace tacit::random_models {

std::string label_of(const std::string& op, std::size_t rank) {
  return op == "Conv" ? (rank == 3 ? "Conv (1-D)" : "Conv (2-D)") : op;
}

std::string Builder::new_input(Shape dims, DType dtype) {
  std::string name = fresh("x");
  types_[name] = {dtype, dims};
  graph.inputs.push_back({name, {dtype, std::move(dims)}});
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
  const auto found = existing([&](const std::string& v) { return !is_float(v) && dims(v).size() >= least_rank; });
  if (found || graph.inputs.size() >= kMostInputs || !random.chance(6)) return found;
  const auto rank = static_cast<std::size_t>(random.between(static_cast<std::int64_t>(least_rank), 4));
  return new_input(random_dims(rank, 40), DType::kInt64);
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
  if (opset >= 12 && (is_list || is_scalar) && random.chance(50)) {
    attributes.clear();
    if (value.dtype == DType::kFloat && is_list) attributes["value_floats"] = value.f;
    else if (value.dtype == DType::kFloat) attributes["value_float"] = value.f[0];
    else if (is_list) attributes["value_ints"] = value.i;
    else attributes["value_int"] = value.i[0];
  }
  append("Constant", {}, name, std::move(attributes));
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
    append("Reshape", {name + ".flat", name + ".shape"}, name, {});
  } else if (way == 3) {
    graph.initialisers[name + ".held"] = value;
    append("Identity", {name + ".held"}, name, {});
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

void Builder::append(std::string op, std::vector<std::string> inputs, std::string output, Attributes attributes) {
  Node node;
  node.name = op + "_" + std::to_string(graph.nodes.size());
  node.op = std::move(op);
  node.opset = opset;
  node.inputs = std::move(inputs);
  node.outputs = {std::move(output)};
  node.attributes = std::move(attributes);
  graph.nodes.push_back(std::move(node));
}

std::optional<TensorType> Builder::infer_last() {
  const Node& node = graph.nodes.back();
  auto value_of = [&](const std::string& name) {
    auto found = known_.find(name);
    return found == known_.end() ? nullptr : &found->second;
  };
  auto types = infer_node(make_call(node, types_, value_of));
  if (types.ok()) return (*types)[0];
  const std::size_t rank = node.inputs.empty() ? 0 : dims(node.inputs[0]).size();
  if (types.error().code == ErrorCode::kUnsupported) refusals.push_back({label_of(node.op, rank), types.error().text()});
  else faults.push_back(types.error().text());
  return std::nullopt;
}

bool Builder::add(std::string op, std::vector<std::string> inputs, Attributes attributes) {
  const std::string output = fresh("v");
  append(std::move(op), std::move(inputs), output, std::move(attributes));
  if (find_operator(graph.nodes.back()) != nullptr) {
    const std::optional<TensorType> type = infer_last();
    if (type && *element_count(type->dims) <= kMostElements && type->dims.size() <= kMostRank + 1) {
      const Node& node = graph.nodes.back();
      labels[node.name] = label_of(node.op, dims(node.inputs[0]).size());
      types_[output] = *type;
      values_.push_back(output);
      return true;
    }
  }
  graph.nodes.pop_back();
  return false;
}

}  // namespace tacit::random_models
