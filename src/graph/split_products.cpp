// Products that read features from where these were before they were put side by side or picked:
//
//   [a | b] * W                   ->   a * W1 + b * W2               Concat before MatMul, Gemm, Conv
//   columns of x, times W         ->   x * (rows of W where the columns were)       Gather before MatMul, Gemm
//   pool([a | b])                 ->   [pool a | pool b]             so that a Conv after it finds the parts
//   (columns of x - m) * s ...    ->   x * (0 and 1) - m ...         of an input whose columns are scaled one by one
//
// A copy is saved, every part keeps its own scale, and the sum is rounded once.
#include <algorithm>
#include <set>
#include <utility>

#include "graph/passes.h"
#include "graph/types.h"
#include "ops/call.h"
#include "ops/catalogue.h"

namespace tacit {
namespace {

constexpr std::size_t kMostParts = 64;
constexpr std::int64_t kMostSelected = std::int64_t{1} << 16;

constexpr std::int64_t kMostNumbered = std::int64_t{1} << 24;  ///< elements that floats can number

/// Which features of `value` stand where a product reads feature 0, 1, ...
struct Part {
  std::string value;
  std::vector<std::int64_t> features;
  bool operator==(const Part&) const = default;
};
using Parts = std::vector<Part>;

std::int64_t int_of(const Node& node, const char* name, std::int64_t usual) {
  const auto found = node.attributes.find(name);
  const auto* value = found == node.attributes.end() ? nullptr : std::get_if<std::int64_t>(&found->second);
  return value == nullptr ? usual : *value;
}

class Splitter {
 public:
  Splitter(Graph& graph, TypeMap types) : graph_(graph), types_(std::move(types)) {
    for (const ValueInfo& input : graph.inputs) inputs_.insert(input.name);
    for (const std::string& output : graph.outputs) readers_[output].push_back(nullptr);
    for (const Node& node : graph.nodes) {
      for (const std::string& input : node.inputs) readers_[input].push_back(&node);
      for (const std::string& output : node.outputs) {
        if (!output.empty()) makers_[output] = &node;
      }
    }
  }

  void select_features() {
    for (Node& node : graph_.nodes) {
      if (!picks_columns(node) || !inputs_.contains(node.inputs[0])) continue;
      const Shape &from = types_.at(node.inputs[0]).dims, &to = types_.at(node.outputs[0]).dims;
      if (from[1] * to[1] > kMostSelected || !all_readers(node.outputs[0], [&](const Node& reader) { return scales(reader); })) continue;
      Tensor chosen = zeros({from[1], to[1]});
      const std::vector<std::int64_t> columns = columns_of(node);
      for (std::size_t k = 0; k < columns.size(); ++k) chosen.f[static_cast<std::size_t>(columns[k] * to[1]) + k] = 1;
      node = product_like(node, {node.inputs[0], add_constant(node.name + ".columns", std::move(chosen))}, node.outputs[0]);
    }
  }

  void split_pools() {
    rebuild([&](const Node& node, std::vector<Node>& out) {
      const Node* concat = is_pool(node) ? maker(node.inputs[0], "Concat") : nullptr;
      if (concat == nullptr || !joins_features(*concat) || readers_[node.inputs[0]].size() != 1) return false;
      Node joined = *concat;
      joined.name = node.name + ".joined";
      joined.outputs = node.outputs;
      for (std::string& part : joined.inputs) {
        Node pool = node;
        pool.name = node.name + "." + std::to_string(&part - joined.inputs.data());
        pool.inputs[0] = part;
        pool.outputs = {part = fresh(pool.name)};
        out.push_back(std::move(pool));
      }
      out.push_back(std::move(joined));
      return true;
    });
  }

  void split_products() {
    rebuild([&](const Node& node, std::vector<Node>& out) {
      if (!is_product(node)) return false;
      const Parts parts = parts_of(node);
      if (parts.empty() || parts.size() > kMostParts) return false;
      write_sum(node, parts, out);
      return true;
    });
  }

 private:
  template <class F>
  void rebuild(F&& replaced) {
    std::vector<Node> out;
    for (const Node& node : graph_.nodes)
      if (!replaced(node, out)) out.push_back(node);
    new_nodes_ = std::move(out);
  }

 public:
  std::vector<Node> take() { return std::move(new_nodes_); }

 private:
  const Node* maker(const std::string& value, const char* op) const {
    const auto found = makers_.find(value);
    return found != makers_.end() && found->second->op == op && found->second->domain.empty() ? found->second : nullptr;
  }

  template <class F>
  bool all_readers(const std::string& value, F&& condition) const {
    const auto found = readers_.find(value);
    return found != readers_.end() && std::all_of(found->second.begin(), found->second.end(), [&](const Node* n) { return n != nullptr && condition(*n); });
  }

  bool is_constant(const std::string& value) const { return graph_.initialisers.contains(value); }
  bool is_float_matrix(const std::string& value) const {
    const TensorType& type = types_.at(value);
    return type.dtype == DType::kFloat && type.dims.size() == 2;
  }

  /// MatMul or Gemm of rows of features with a constant, or Conv in one group with constant kernels.
  bool is_product(const Node& node) const {
    if (!node.domain.empty() || node.inputs.size() < 2 || !is_constant(node.inputs[1]) || is_constant(node.inputs[0])) return false;
    if (node.op == "Conv") return int_of(node, "group", 1) == 1;
    const bool is_matrix = is_float_matrix(node.inputs[0]) && types_.at(node.inputs[1]).dims.size() == 2;
    return is_matrix && (node.op == "MatMul" || (node.op == "Gemm" && int_of(node, "transA", 0) == 0));
  }

  bool is_pool(const Node& node) const {
    return node.domain.empty() && (node.op == "MaxPool" || node.op == "AveragePool") && node.outputs.size() == 1;
  }

  /// A constant that is added, subtracted, multiplied or divided by: it may be one for each column.
  bool scales(const Node& node) const {
    const bool is_affine = node.domain.empty() && (node.op == "Add" || node.op == "Sub" || node.op == "Mul" || node.op == "Div");
    return is_affine && node.inputs.size() == 2 && (is_constant(node.inputs[1]) || (node.op != "Div" && is_constant(node.inputs[0])));
  }

  /// Columns of rows of features, by constant numbers.
  bool picks_columns(const Node& node) const {
    if (!node.domain.empty() || (node.op != "Gather" && node.op != "Slice") || is_constant(node.inputs[0]) || !is_float_matrix(node.inputs[0])) return false;
    for (std::size_t k = 1; k < node.inputs.size(); ++k)
      if (!node.inputs[k].empty() && !is_constant(node.inputs[k])) return false;
    const Shape &from = types_.at(node.inputs[0]).dims, &to = types_.at(node.outputs[0]).dims;
    if (from[0] * from[1] > kMostNumbered) return false;
    if (node.op == "Slice") return from[0] == to[0] && !columns_of(node).empty();
    return types_.at(node.inputs[1]).dims.size() == 1 && (int_of(node, "axis", 0) == 1 || int_of(node, "axis", 0) == -1);
  }

  /// By what the node does to the numbers of the columns. Nothing where it does more than pick (rows are turned around).
  std::vector<std::int64_t> columns_of(const Node& node) const {
    const Shape& dims = types_.at(node.inputs[0]).dims;
    Tensor numbers = zeros(dims);
    for (std::size_t k = 0; k < numbers.f.size(); ++k) numbers.f[k] = static_cast<float>(k);
    const Call call = make_call(node, types_, [&](const std::string& name) -> const Tensor* {
      const auto found = graph_.initialisers.find(name);
      return found != graph_.initialisers.end() ? &found->second : name == node.inputs[0] ? &numbers : nullptr;
    });
    const std::vector<float> picked = find_operator(node)->evaluate(call)[0].f;
    const auto count = static_cast<std::size_t>(types_.at(node.outputs[0]).dims[1]);
    std::vector<std::int64_t> columns;
    for (std::size_t k = 0; k < count; ++k) columns.push_back(static_cast<std::int64_t>(picked[k]));
    for (std::size_t k = 0; k < picked.size(); ++k)
      if (static_cast<std::int64_t>(picked[k]) != columns[k % count] + static_cast<std::int64_t>(k / count) * dims[1]) return {};
    return columns;
  }

  /// A Concat along axis 1 of values that all are computed.
  bool joins_features(const Node& node) const {
    const auto rank = static_cast<std::int64_t>(types_.at(node.outputs[0]).dims.size()), axis = int_of(node, "axis", 0);
    const bool computed = std::none_of(node.inputs.begin(), node.inputs.end(), [&](const std::string& part) { return is_constant(part); });
    return computed && rank >= 2 && (axis < 0 ? axis + rank : axis) == 1 && types_.at(node.outputs[0]).dtype == DType::kFloat;
  }

  /// The features of a value that only products read, by where they come from; itself, where that is nowhere else.
  Parts parts_of(const std::string& value, bool of_conv) const {
    const auto is_read_by_products = [&] { return all_readers(value, [&](const Node& reader) { return is_product(reader) && reader.inputs[0] == value; }); };
    const Node* concat = maker(value, "Concat");
    if (concat == nullptr || !joins_features(*concat) || !is_read_by_products()) return {part_of(value, of_conv)};
    Parts parts;
    for (const std::string& part : concat->inputs) parts.push_back(part_of(part, of_conv));
    return parts;
  }

  Part part_of(const std::string& value, bool of_conv) const {
    const auto found = makers_.find(value);
    if (of_conv || found == makers_.end() || !picks_columns(*found->second)) return whole(value);
    return {found->second->inputs[0], columns_of(*found->second)};
  }

  Part whole(const std::string& value) const {
    Part part{value, {}};
    for (std::int64_t k = 0; k < types_.at(value).dims[1]; ++k) part.features.push_back(k);
    return part;
  }

  /// Nothing where the product reads its features as they are.
  Parts parts_of(const Node& node) const {
    const bool of_conv = node.op == "Conv";
    Parts parts = parts_of(node.inputs[0], of_conv);
    return parts == Parts{whole(node.inputs[0])} ? Parts{} : parts;
  }

  /// The rows of the weights that the features of `value` meet.
  Tensor weights_of(const Node& node, const Parts& parts, const std::string& value) const {
    const Tensor& all = graph_.initialisers.at(node.inputs[1]);
    const bool features_last = node.op == "Conv" || int_of(node, "transB", 0) != 0;   // [outputs, features, taps]
    const std::int64_t count = types_.at(value).dims[1], features = all.dims[features_last ? 1 : 0], outputs = all.dims[features_last ? 0 : 1];
    const std::int64_t taps = count_between(all.dims, 2, all.dims.size());
    Tensor out = zeros(all.dims);
    out.dims[features_last ? 1 : 0] = count;
    out.f.assign(static_cast<std::size_t>(outputs * count * taps), 0.0f);
    std::int64_t at = 0;
    for (const Part& part : parts) {
      for (const std::int64_t feature : part.features) {
        for (std::int64_t o = 0; part.value == value && o < outputs; ++o) {
          for (std::int64_t t = 0; t < taps; ++t) {
            const std::int64_t from = features_last ? (o * features + at) * taps + t : at * outputs + o;
            const std::int64_t to = features_last ? (o * count + feature) * taps + t : feature * outputs + o;
            out.f[static_cast<std::size_t>(to)] += all.f[static_cast<std::size_t>(from)];
          }
        }
        ++at;
      }
    }
    return out;
  }

  void write_sum(const Node& node, const Parts& parts, std::vector<Node>& out) {
    std::vector<std::string> values;
    for (const Part& part : parts)
      if (std::find(values.begin(), values.end(), part.value) == values.end()) values.push_back(part.value);
    std::string sum;
    for (std::size_t k = 0; k < values.size(); ++k) {
      Node term = node;
      term.inputs = {values[k], add_constant(node.inputs[1] + "." + std::to_string(k), weights_of(node, parts, values[k]))};
      if (k == 0) term.inputs.insert(term.inputs.end(), node.inputs.begin() + 2, node.inputs.end());
      else term.name += "." + std::to_string(k);
      const bool last = k + 1 == values.size();
      term.outputs = {values.size() == 1 ? node.outputs[0] : fresh(term.name)};
      const std::string value = term.outputs[0];
      out.push_back(std::move(term));
      if (k == 0) { sum = value; continue; }
      Node add{"Add", "", node.name + ".sum" + std::to_string(k), std::max<std::int64_t>(node.opset, 7), {sum, value}, {}, {}};
      sum = last ? node.outputs[0] : fresh(add.name);
      add.outputs = {sum};
      out.push_back(std::move(add));
    }
  }

  static Node product_like(const Node& node, std::vector<std::string> inputs, const std::string& output) {
    return {"MatMul", "", node.name, std::max<std::int64_t>(node.opset, 7), std::move(inputs), {output}, {}};
  }

  std::string fresh(const std::string& wish) {
    std::string name = wish;
    while (types_.contains(name)) name += "'";
    types_[name] = {};
    return name;
  }

  std::string add_constant(const std::string& wish, Tensor value) {
    const std::string name = fresh(wish);
    types_[name] = value.type();
    graph_.initialisers[name] = std::move(value);
    return name;
  }

  Graph& graph_;
  TypeMap types_;
  std::set<std::string> inputs_;
  std::map<std::string, std::vector<const Node*>> readers_;  ///< null for an output of the graph
  std::map<std::string, const Node*> makers_;
  std::vector<Node> new_nodes_;
};

/// Without one of them there is nothing to do.
bool has_moves(const Graph& graph) {
  return std::any_of(graph.nodes.begin(), graph.nodes.end(), [](const Node& n) { return n.op == "Concat" || n.op == "Gather" || n.op == "Slice"; });
}

}  // namespace

Status select_features(Graph& graph) {
  if (!has_moves(graph)) return Unit{};
  TACIT_TRY(TypeMap types, infer_types(graph));
  Splitter(graph, std::move(types)).select_features();
  return Unit{};
}

Status split_products(Graph& graph) {
  if (!has_moves(graph)) return Unit{};
  for (void (Splitter::*step)() : {&Splitter::split_pools, &Splitter::split_products}) {
    TACIT_TRY(TypeMap types, infer_types(graph));
    Splitter splitter(graph, std::move(types));
    (splitter.*step)();
    graph.nodes = splitter.take();
  }
  return Unit{};
}

}  // namespace tacit
