// ConstantOfShape: a tensor of constant extents, filled with the one number of its attribute `value` (a float 0 where it is
// absent). Graph passes turn it into an initialiser.
#include "ops/call.h"

namespace tacit {
namespace {

/// The one number, as a tensor.
Result<Tensor> read_fill(const Node& node) {
  auto found = node.attributes.find("value");
  if (found == node.attributes.end()) return make_float({1}, {0});
  const Tensor* value = std::get_if<Tensor>(&found->second);
  if (value == nullptr) return refuse(node, "its attribute value is not a tensor of numbers");
  if (value->size() != 1) return malformed(node, "its attribute value must hold one number");
  return *value;
}

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  TACIT_TRY(const Tensor fill, read_fill(*call.node));
  TACIT_TRY(Shape dims, list_operand(call, 0, "shape"));
  for (const std::int64_t extent : dims) {
    if (extent < 0) return malformed(*call.node, "its shape " + shape_text(dims) + " has a negative extent");
  }
  return one_output(call, TensorType{fill.dtype, std::move(dims), fill.element});
}

std::vector<Tensor> evaluate(const Call& call) {
  const TensorType type = infer(call).value()[0];
  const Tensor fill = read_fill(*call.node).value();
  Tensor out{type.dims, type.dtype, {}, {}};
  const auto count = static_cast<std::size_t>(*element_count(type.dims));
  if (type.dtype == DType::kFloat) out.f.assign(count, fill.f[0]);
  else out.i.assign(count, fill.i[0]);
  return {std::move(out)};
}

}  // namespace

constexpr OperatorText kText = {"constants"};
extern const Operator kConstantOfShape;
const Operator kConstantOfShape = {.op = "ConstantOfShape", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate};

}  // namespace tacit
