// ArgMax, ArgMin: the index of the largest (smallest) element along an axis, the first of several or, with select_last_index, the
// last (search.h).
#include "ops/search.h"

namespace tacit {
namespace {

struct Choice {
  std::size_t axis = 0;
  bool keep = true, last = false;
};

Result<Choice> read_choice(const Call& call) {
  Choice choice;
  TACIT_TRY(const std::int64_t given, int_attribute(*call.node, "axis", 0));
  TACIT_TRY(choice.axis, resolve_axis(*call.node, given, call.operand(0).type.dims.size(), false));
  TACIT_TRY(choice.keep, flag_attribute(*call.node, "keepdims", true));
  TACIT_TRY(choice.last, flag_attribute(*call.node, "select_last_index", false));
  return choice;
}

Shape reduced(Shape dims, const Choice& choice) {
  dims[choice.axis] = 1;
  if (!choice.keep) dims.erase(dims.begin() + static_cast<std::ptrdiff_t>(choice.axis));
  return dims;
}

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  const Shape& dims = call.operand(0).type.dims;
  if (dims.empty()) return malformed(*call.node, "its input has no axes");
  TACIT_OK(check_extents(call));
  TACIT_TRY(const Choice choice, read_choice(call));
  if (dims[choice.axis] == 0) return malformed(*call.node, "its input " + shape_text(dims) + " is empty");
  return one_output(call, TensorType{DType::kInt64, reduced(dims, choice)});
}

template <class T>
std::vector<std::int64_t> indices(const std::vector<T>& x, const Shape& dims, const Choice& choice, bool smallest) {
  const std::int64_t n = dims[choice.axis], inner = count_between(dims, choice.axis + 1, dims.size());
  const std::int64_t outer = count_between(dims, 0, choice.axis);
  std::vector<std::int64_t> out;
  for (std::int64_t row = 0; row < outer; ++row) {
    for (std::int64_t i = 0; i < inner; ++i) {
      auto at = [&](std::int64_t k) { return x[static_cast<std::size_t>((row * n + k) * inner + i)]; };
      std::int64_t best = 0;
      for (std::int64_t k = 1; k < n; ++k) {
        if ((smallest ? at(k) < at(best) : at(k) > at(best)) || (choice.last && at(k) == at(best))) best = k;
      }
      out.push_back(best);
    }
  }
  return out;
}

std::vector<Tensor> evaluate(const Call& call) {
  const Tensor& x = *call.operand(0).value;
  const Choice choice = read_choice(call).value();
  if (x.size() == 0) return {make_int64(reduced(x.dims, choice), {})};
  const bool smallest = call.node->op == "ArgMin";
  auto best = x.dtype == DType::kFloat ? indices(x.f, x.dims, choice, smallest) : indices(x.i, x.dims, choice, smallest);
  return {make_int64(reduced(x.dims, choice), std::move(best))};
}

/// How the indices stand: as axis 1 without its extent, they are in their flat order unless the axis came first in the column.
ColumnShape shape_of(const Shape& dims, const Choice& choice) {
  const Shape out = reduced(dims, choice);
  if (choice.keep || choice.axis >= 2) return natural_shape(out);
  return {1, 1, 1, static_cast<std::uint32_t>(count_between(out, 0, out.size()))};
}

Status lower(const Call& call, Lowering& lowering) {
  const Choice choice = read_choice(call).value();
  const Shape& dims = call.operand(0).type.dims;
  TACIT_TRY(Placed x, lowering.read(call, 0, natural_shape(dims)));
  if (call.node->op == "ArgMin") {
    const Column column = lowering.book().column(x.column);
    x = lowering.settle(negated(sum_of(call, x)), x.scale, -column.hi, -column.lo);
  }
  Search search(call.node->name, dims, choice.axis, choice.last, lowering.book());
  lowering.give(call, Placed{search.index_of(x.column), 1, shape_of(dims, choice)});
  return Unit{};
}

}  // namespace

constexpr OperatorText kText = {
    "index of the first (or last) maximum of the *integers*: floats closer than one step tie",
    "output is an integer, exact"};
extern const Operator kArgMax, kArgMin;
const Operator kArgMax = {.op = "ArgMax", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower};
const Operator kArgMin = {.op = "ArgMin", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower};

}  // namespace tacit
