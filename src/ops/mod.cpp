// Mod: the remainder of a division by constants or computed integers of 8 bits, with the divisor's sign (integers) or, with fmod = 1, the dividend's. Integers are
// exact; floats are multiples of the step of the dividend's scale, and the divisor is rounded to that.
//
//   fmod 0     s ((s x) mod |b|), s the sign of b          fmod 1     sign(x) (|x| mod |b|)
#include <algorithm>
#include <cmath>

#include "ops/dividing.h"

namespace tacit {
namespace {

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_TRY(std::vector<TensorType> types, infer_pair(call, "divide"));
  TACIT_TRY(const bool fmod, flag_attribute(*call.node, "fmod", false));
  if (types[0].dtype == DType::kFloat && !fmod) return malformed(*call.node, "of floats fmod must be 1");
  if (call.operand(1).value == nullptr && may_divide(call)) return types;
  TACIT_OK(check_constant(call, 1, "divisor"));
  const Tensor& divisor = *call.operand(1).value;
  const bool zero = std::find(divisor.i.begin(), divisor.i.end(), 0) != divisor.i.end() ||
                    std::any_of(divisor.f.begin(), divisor.f.end(), [](float v) { return v == 0 || !std::isfinite(v); });
  if (zero) return malformed(*call.node, "a divisor is 0 or infinite");
  return types;
}

std::int64_t remainder_of(std::int64_t a, std::int64_t b, bool fmod) {
  if (b == -1 || b == 0) return 0;
  const std::int64_t rest = a % b;
  return fmod || rest == 0 || (rest < 0) == (b < 0) ? rest : rest + b;
}

std::vector<Tensor> evaluate(const Call& call) {
  const bool fmod = flag_attribute(*call.node, "fmod", false).value();
  const Shape dims = *broadcast(call.operand(0).type.dims, call.operand(1).type.dims);
  Tensor out = broadcast_to(*call.operand(0).value, dims);
  const Tensor b = broadcast_to(*call.operand(1).value, dims);
  for (std::size_t k = 0; k < out.f.size(); ++k) out.f[k] = std::fmod(out.f[k], b.f[k]);
  for (std::size_t k = 0; k < out.i.size(); ++k) out.i[k] = remainder_of(out.i[k], b.i[k], fmod);
  return {std::move(out)};
}

Status lower(const Call& call, Lowering& lowering) {
  const bool fmod = flag_attribute(*call.node, "fmod", false).value();
  const Shape dims = *broadcast(call.operand(0).type.dims, call.operand(1).type.dims);
  TACIT_TRY(Placed x, read_repeated(call, 0, dims, lowering));
  const double unit = x.scale;
  const Column bounds = lowering.book().column(x.column);
  const std::int64_t reach = std::max(-bounds.lo, bounds.hi), most = (std::int64_t{1} << 16) - 1;
  if (reach > most) return refuse(*call.node, "its integers may be larger than 65535, too large to be divided exactly");
  TACIT_TRY(const Divisors by, divisors_of(call, dims, unit, lowering));
  const std::string& name = call.node->name;
  x.scale = 1;
  const bool is_unsigned = range_of_element(call.operand(0).type.element).lo == 0;
  Placed y;
  if (is_unsigned) {
    y = divide(name, x, by, lowering).remainder;
  } else if (fmod) {
    const Placed rest = divide(name, magnitude_of(call, x, lowering), by, lowering).remainder;
    y = integer_product(name, {.a = rest, .b = sign_of(call, x, lowering), .clamp = {-most, most}}, lowering);
  } else {
    const Placed turned = integer_product(name + ".turned", {.a = x, .b = by.sign, .clamp = {-reach, reach}}, lowering);
    const Placed rest = divide(name, turned, by, lowering).remainder;
    y = integer_product(name, {.a = rest, .b = by.sign, .clamp = {-most, most}}, lowering);
  }
  y.scale = unit;
  lowering.give(call, y);
  return Unit{};
}

}  // namespace

constexpr OperatorText kText = {
    "by a constant, with either sign rule; floats on the step of the dividend's scale",
    "integers up to 16 bits"};
extern const Operator kMod;
const Operator kMod = {.op = "Mod", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower};

}  // namespace tacit
