// Functions of one number that have nothing else of their own: what they are, and their attributes.
//
//   sin cos tan asin acos atan, their hyperbolic kin     exp erf       softplus softsign mish
//   elu selu celu                                        gelu (exact and tanh), swish (x sigmoid(alpha x)), hard swish
//
// Table, steps and errors: elementary.h. Arguments outside of a domain (asin of 2, acosh of 0) count as its nearest end.
#include <algorithm>
#include <cmath>
#include <limits>

#include "ops/elementary.h"
#include "quant/functions.h"

namespace tacit {
namespace {

using Function = std::function<double(double)>;

struct Entry {
  const char* op;
  Result<ElementaryFunction> (*make)(const Node&);
};

template <double (*kF)(double)>
Result<ElementaryFunction> plain(const Node&) { return ElementaryFunction{kF}; }
template <double (*kF)(double)>
Result<ElementaryFunction> steep(const Node&) { return ElementaryFunction{.f = kF, .is_steep = true}; }
/// Of an argument between -1 and 1.
template <double (*kF)(double)>
Result<ElementaryFunction> of_unit(const Node&) { return ElementaryFunction{.f = kF, .lo = -1, .hi = 1, .is_steep = true, .is_partial = true}; }

double softsign(double x) { return x / (1 + std::abs(x)); }
double mish(double x) { return x * exact_tanh(exact_softplus(x)); }
double hard_swish(double x) { return x * std::clamp(x / 6 + 0.5, 0.0, 1.0); }
double gelu(double x) { return x / 2 * (1 + exact_erf(x * 0x1.6a09e667f3bcdp-1)); }
double gelu_tanh(double x) { return x / 2 * (1 + exact_tanh(0x1.9884533d43651p-1 * (x + 0.044715 * x * x * x))); }

/// x above 0 times `gain`, below it amplitude * (e^(x / width) - 1).
ElementaryFunction exponential_below(double gain, double amplitude, double width) {
  return {[=](double x) { return x > 0 ? gain * x : amplitude * (exact_exp(x / width) - 1); }};
}

Result<double> finite_attribute(const Node& node, const char* name, float fallback) {
  TACIT_TRY(float value, float_attribute(node, name, fallback));
  if (!std::isfinite(value)) return malformed(node, std::string(name) + " must be a finite number");
  return static_cast<double>(value);
}

Result<ElementaryFunction> elu(const Node& node) {
  TACIT_TRY(double alpha, finite_attribute(node, "alpha", 1));
  return exponential_below(1, alpha, 1);
}
Result<ElementaryFunction> celu(const Node& node) {
  TACIT_TRY(double alpha, finite_attribute(node, "alpha", 1));
  if (alpha == 0) return malformed(node, "alpha must not be 0");
  return exponential_below(1, alpha, alpha);
}
Result<ElementaryFunction> selu(const Node& node) {
  TACIT_TRY(double alpha, finite_attribute(node, "alpha", 1.67326319217681884765625f));
  TACIT_TRY(double gamma, finite_attribute(node, "gamma", 1.05070102214813232421875f));
  return exponential_below(gamma, gamma * alpha, 1);
}
Result<ElementaryFunction> swish(const Node& node) {
  TACIT_TRY(double alpha, finite_attribute(node, "alpha", 1));
  return ElementaryFunction{[alpha](double x) { return x * exact_sigmoid(alpha * x); }};
}
Result<ElementaryFunction> gelu_of(const Node& node) {
  TACIT_TRY(const std::string kind, string_attribute(node, "approximate", "none"));
  if (kind.empty() || kind == "none") return ElementaryFunction{gelu};
  if (kind == "tanh") return ElementaryFunction{gelu_tanh};
  return malformed(node, "approximate must be none or tanh");
}
Result<ElementaryFunction> acosh_of(const Node&) { return ElementaryFunction{.f = exact_acosh, .lo = 1, .is_steep = true, .is_partial = true}; }
Result<ElementaryFunction> erf_of(const Node&) { return ElementaryFunction{.f = exact_erf, .lo = -4, .hi = 4}; }

constexpr Entry kEntries[] = {
    {"Acos", of_unit<exact_acos>}, {"Acosh", acosh_of}, {"Asin", of_unit<exact_asin>}, {"Asinh", plain<exact_asinh>},
    {"Atan", plain<exact_atan>}, {"Atanh", of_unit<exact_atanh>}, {"Celu", celu}, {"Cos", plain<exact_cos>},
    {"Cosh", plain<exact_cosh>}, {"Elu", elu}, {"Erf", erf_of}, {"Exp", plain<exact_exp>}, {"Gelu", gelu_of},
    {"HardSwish", plain<hard_swish>}, {"Mish", plain<mish>}, {"Selu", selu}, {"Silu", swish}, {"Sin", plain<exact_sin>}, {"Sinh", plain<exact_sinh>},
    {"Softplus", plain<exact_softplus>}, {"Softsign", plain<softsign>}, {"Swish", swish}, {"Tan", steep<exact_tan>},
};

Result<ElementaryFunction> function_of(const Node& node) {
  const auto* entry = std::find_if(std::begin(kEntries), std::end(kEntries), [&](const Entry& e) { return node.op == e.op; });
  return entry->make(node);
}

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  TACIT_OK(check_float(call, 0));
  TACIT_OK(function_of(*call.node));
  return one_output(call, DType::kFloat, call.operand(0).type.dims);
}

std::vector<Tensor> evaluate(const Call& call) {
  const ElementaryFunction function = function_of(*call.node).value();
  Tensor out = *call.operand(0).value;
  for (float& v : out.f) {
    const bool outside = std::isnan(v) || (function.is_partial && (v < function.lo || v > function.hi));
    v = outside ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(function.f(v));
  }
  return {std::move(out)};
}

Status lower(const Call& call, Lowering& lowering) { return give_elementary(call, function_of(*call.node).value(), lowering); }

constexpr Operator entry(const char* op, const OperatorText& text) { return {.op = op, .domain = "", .text = text, .infer = infer, .evaluate = evaluate, .lower = lower, .is_elementwise = true}; }

}  // namespace

constexpr OperatorText kText = {
    "a table on the calibrated range, on several levels where the function is steep",
    "off by 2^-12 of the largest output or of itself, besides the roundings of argument and output"};
extern const Operator kAcos, kAcosh, kAsin, kAsinh, kAtan, kAtanh, kCelu, kCos, kCosh, kElu, kErf, kExp, kGelu,
    kHardSwish, kMish, kSelu, kSilu, kSin, kSinh, kSoftplus, kSoftsign, kSwish, kTan;
const Operator kAcos = entry("Acos", kText);
const Operator kAcosh = entry("Acosh", kText);
const Operator kAsin = entry("Asin", kText);
const Operator kAsinh = entry("Asinh", kText);
const Operator kAtan = entry("Atan", kText);
const Operator kAtanh = entry("Atanh", kText);
const Operator kCelu = entry("Celu", kText);
const Operator kCos = entry("Cos", kText);
const Operator kCosh = entry("Cosh", kText);
const Operator kElu = entry("Elu", kText);
const Operator kErf = entry("Erf", kText);
const Operator kExp = entry("Exp", kText);
const Operator kGelu = entry("Gelu", kText);
const Operator kHardSwish = entry("HardSwish", kText);
const Operator kMish = entry("Mish", kText);
const Operator kSelu = entry("Selu", kText);
const Operator kSilu = entry("Silu", kText);
const Operator kSin = entry("Sin", kText);
const Operator kSinh = entry("Sinh", kText);
const Operator kSoftplus = entry("Softplus", kText);
const Operator kSoftsign = entry("Softsign", kText);
const Operator kSwish = entry("Swish", kText);
const Operator kTan = entry("Tan", kText);

}  // namespace tacit
