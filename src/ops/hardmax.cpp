// Hardmax: 1 at the first largest element along an axis, 0 elsewhere (search.h). Before opset 13 all axes from `axis` on are one.
#include <algorithm>

#include "ops/search.h"

namespace tacit {
namespace {

struct Rows {
  Shape dims;  ///< as it is searched
  std::size_t axis = 0;
};

Result<Rows> read_rows(const Call& call) {
  const Shape& dims = call.operand(0).type.dims;
  const bool flat = call.node->opset < 13;
  TACIT_TRY(const std::int64_t given, int_attribute(*call.node, "axis", flat ? 1 : -1));
  TACIT_TRY(const std::size_t axis, resolve_axis(*call.node, given, dims.size(), flat));
  if (!flat) return Rows{dims, axis};
  return Rows{{count_between(dims, 0, axis), count_between(dims, axis, dims.size())}, 1};
}

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  TACIT_OK(check_float(call, 0));
  TACIT_OK(check_extents(call));
  if (call.operand(0).type.dims.empty()) return malformed(*call.node, "its input has no axes");
  TACIT_OK(read_rows(call));
  return one_output(call, call.operand(0).type);
}

std::vector<Tensor> evaluate(const Call& call) {
  const Tensor& x = *call.operand(0).value;
  const Rows rows = read_rows(call).value();
  Tensor out = zeros(x.dims);
  if (x.f.empty()) return {std::move(out)};
  const std::int64_t n = rows.dims[rows.axis], inner = count_between(rows.dims, rows.axis + 1, rows.dims.size());
  for (std::int64_t start = 0; start < static_cast<std::int64_t>(x.size()); start += n * inner) {
    for (std::int64_t i = start; i < start + inner; ++i) {
      std::int64_t best = i;
      for (std::int64_t k = 1; k < n; ++k) {
        if (x.f[static_cast<std::size_t>(i + k * inner)] > x.f[static_cast<std::size_t>(best)]) best = i + k * inner;
      }
      out.f[static_cast<std::size_t>(best)] = 1;
    }
  }
  return {std::move(out)};
}

Status lower(const Call& call, Lowering& lowering) {
  const Rows rows = read_rows(call).value();
  TACIT_TRY(const Placed x, lowering.read(call, 0, natural_shape(rows.dims)));
  Search search(call.node->name, rows.dims, rows.axis, false, lowering.book());
  lowering.give(call, Placed{search.chosen(x.column), 1, x.shape});
  return Unit{};
}

}  // namespace

constexpr OperatorText kText = {
    "1 at the index of the first maximum of the *integers*: floats closer than one step tie",
    "exact"};
extern const Operator kHardmax;
const Operator kHardmax = {.op = "Hardmax", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower};

}  // namespace tacit
