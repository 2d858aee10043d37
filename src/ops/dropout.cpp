// Dropout in inference: y = x, and nothing is masked. Training mode is refused, but where it drops nothing.
#include "ops/call.h"
#include "ops/expansion.h"
#include "ops/lowering.h"

namespace tacit {
namespace {

bool drops_nothing(const Operand& ratio) {
  return ratio.value != nullptr && ratio.type.dtype == DType::kFloat && ratio.value->f == std::vector<float>{0};
}

/// From opset 12 on a third input may switch training on; where nothing is dropped that changes nothing.
Status check_inference(const Call& call) {
  const Operand& training = call.operand(2);
  if (!training.present) return Unit{};
  TACIT_OK(check_constant(call, 2, "training_mode"));
  if (training.type.dtype != DType::kInt64 || training.value->i.size() != 1) {
    return malformed(*call.node, "training_mode must be one boolean");
  }
  if (training.value->i[0] != 0 && !drops_nothing(call.operand(1))) return refuse(*call.node, "training_mode is on; export the model for inference");
  return Unit{};
}

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(check_arity(call, 1, call.node->opset >= 12 ? 3 : 1));
  TACIT_OK(check_inference(call));
  return one_output(call, call.operand(0).type.dtype, call.operand(0).type.dims);
}

/// The mask, where somebody reads it: of ones.
Result<Expansion> expand(const Call& call) {
  Expansion out(call);
  if (!out.wants(1)) return out;
  TACIT_OK(check_inference(call));
  const Shape& dims = call.operand(0).type.dims;
  Tensor ones = make_int64(dims, std::vector<std::int64_t>(static_cast<std::size_t>(*element_count(dims)), 1));
  ones.element = Element::kBool;
  out.give(0, out.add("Identity", {out.input(0)}));
  out.give(1, out.constant(std::move(ones)));
  return out;
}

std::vector<Tensor> evaluate(const Call& call) { return {*call.operand(0).value}; }

Status lower(const Call& call, Lowering& lowering) {
  lowering.pass_on(call);
  return Unit{};
}

}  // namespace

constexpr OperatorText kText = {"nothing moves"};
extern const Operator kDropout;
const Operator kDropout = {
    .op = "Dropout", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower, .expand = expand, .is_identity = true};

}  // namespace tacit
