// ClassLabels, an own operator: the labels of classes by their places 0, 1, 2, ... Integers come from a public table with one
// piece for each place. Strings are no numbers: the value stays the place, and the model's output shows the labels (Port::labels).
#include <algorithm>
#include <cstdlib>

#include "ops/call.h"
#include "ops/classes.h"
#include "ops/lowering.h"

namespace tacit {
namespace {

constexpr std::int64_t kMostLabel = std::int64_t{1} << 28;  // values of function tables are smaller than 2^29

ClassLabels labels_of(const Node& node) {
  ClassLabels labels;
  if (auto found = node.attributes.find("integers"); found != node.attributes.end()) labels.integers = std::get<std::vector<std::int64_t>>(found->second);
  if (auto found = node.attributes.find("strings"); found != node.attributes.end()) labels.strings = std::get<std::vector<std::string>>(found->second);
  return labels;
}

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  if (call.operand(0).type.dtype != DType::kInt64) return malformed(*call.node, "takes places of classes, which are integers");
  for (const std::int64_t label : labels_of(*call.node).integers)
    if (label < -kMostLabel || label > kMostLabel) return refuse(*call.node, "the class label " + std::to_string(label) + " is larger than 2^28");
  return one_output(call, DType::kInt64, call.operand(0).type.dims);
}

std::vector<Tensor> evaluate(const Call& call) {
  Tensor out = *call.operand(0).value;
  const ClassLabels labels = labels_of(*call.node);
  if (labels.strings.empty())
    for (std::int64_t& v : out.i) v = labels.integers[static_cast<std::size_t>(std::clamp<std::int64_t>(v, 0, labels.size() - 1))];
  return {std::move(out)};
}

Table table_of(const std::vector<std::int64_t>& labels) {
  Table table{TableKind::kFunction, 8, 0, 0, 0, {}};
  while ((std::size_t{1} << table.bits) < labels.size()) ++table.bits;
  for (std::size_t k = 0; k < std::size_t{1} << table.bits; ++k) table.pieces.push_back({labels[std::min(k, labels.size() - 1)] * (std::int64_t{1} << 32), 0, 0, 0});
  const auto [lo, hi] = std::minmax_element(labels.begin(), labels.end());
  table.lo = *lo;
  table.hi = *hi;
  return table;
}

/// Places as a column that no bound of which is beyond the last one.
Placed read_places(const Call& call, std::int64_t count, Lowering& lowering) {
  const Placed x = lowering.read_any(call, 0);
  const Column& column = lowering.book().column(x.column);
  if (column.lo >= 0 && column.hi < count) return x;
  return lowering.settle(sum_of(call, x), 1, 0, std::max<std::int64_t>(1, count - 1));
}

Status lower(const Call& call, Lowering& lowering) {
  const ClassLabels labels = labels_of(*call.node);
  const Placed places = read_places(call, labels.size(), lowering);
  if (!labels.strings.empty()) {
    lowering.give(call, places);
    lowering.give_labels(call, labels.strings);
    return Unit{};
  }
  const std::uint32_t rows = places.shape.rows, cols = places.shape.cols();
  const Expr place{kNone, {Linear::whole(places.column, cols, 1)}, 0, 0};
  lowering.give(call, Placed{lowering.book().apply(call.node->name, rows, cols, place, table_of(labels.integers)), 1, places.shape});
  return Unit{};
}

}  // namespace

extern const Operator kClassLabels;
const Operator kClassLabels = {.op = "ClassLabels", .domain = kOwnDomain, .infer = infer, .evaluate = evaluate, .lower = lower};

}  // namespace tacit
