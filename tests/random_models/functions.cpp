// Functions of one number, each on arguments where it is defined and not too steep.
#include <limits>
#include <utility>

#include "random_models/operands.h"
#include "random_models/operators.h"

namespace tacit::random_models {
namespace {

struct Function {
  const char* op;
  std::int64_t since;
  double size;      ///< of arguments; 0: any
  double least;     ///< of arguments that must be positive; 0: any
};

const Function kFunctions[] = {
    {"Abs", 7, 0, 0},       {"Neg", 7, 0, 0},      {"Sign", 9, 0, 0},      {"Floor", 7, 0, 0},    {"Ceil", 7, 0, 0},
    {"Round", 11, 0, 0},    {"Exp", 7, 2, 0},      {"Log", 7, 0, 0.1},     {"Sqrt", 7, 0, 0.05},  {"Reciprocal", 7, 0, 0.3},
    {"Erf", 9, 0, 0},       {"Sin", 7, 6, 0},      {"Cos", 7, 6, 0},       {"Tan", 7, 1.2, 0},    {"Asin", 7, 0.9, 0},
    {"Acos", 7, 0.9, 0},    {"Atan", 7, 0, 0},     {"Sinh", 9, 2, 0},      {"Cosh", 9, 2, 0},     {"Asinh", 9, 0, 0},
    {"Acosh", 9, 0, 1.2},   {"Atanh", 9, 0.9, 0},  {"Softplus", 7, 0, 0},  {"Softsign", 7, 0, 0}, {"HardSwish", 14, 0, 0},
    {"Mish", 18, 0, 0},
};

template <std::size_t kIndex>
bool apply(Builder& b) {
  const Function& f = kFunctions[kIndex];
  if (b.opset < f.since) return false;
  const auto x = f.least > 0 ? positive(b, f.least) : f.size > 0 ? bounded(b, f.size) : b.operand(0, 5);
  return x && b.add(f.op, {*x});
}

struct Option {
  const char* name;
  double lo, hi;
};

bool with_options(Builder& b, const char* op, std::int64_t since, std::initializer_list<Option> options) {
  const auto x = b.opset < since ? std::nullopt : b.operand(0, 5);
  if (!x) return false;
  Attributes attributes;
  for (const Option& option : options) {
    if (b.random.chance(70)) attributes[option.name] = drawn(b, option.lo, option.hi);
  }
  return b.add(op, {*x}, std::move(attributes));
}

bool elu(Builder& b) { return with_options(b, "Elu", 7, {{"alpha", 0.2, 2}}); }
bool selu(Builder& b) { return with_options(b, "Selu", 7, {{"alpha", 0.5, 2}, {"gamma", 0.5, 2}}); }
bool celu(Builder& b) { return with_options(b, "Celu", 12, {{"alpha", 0.3, 2}}); }
bool hard_sigmoid(Builder& b) { return with_options(b, "HardSigmoid", 7, {{"alpha", 0.1, 0.6}, {"beta", 0.2, 0.7}}); }
bool thresholded_relu(Builder& b) { return with_options(b, "ThresholdedRelu", 10, {{"alpha", 0.1, 0.6}}); }
bool shrink(Builder& b) { return with_options(b, "Shrink", 9, {{"lambd", 0, 0.5}, {"bias", 0, 0.3}}); }
bool swish(Builder& b) { return with_options(b, "Swish", 24, {{"alpha", 0.5, 2}}); }

bool gelu(Builder& b) {
  const auto x = b.opset < 20 ? std::nullopt : b.operand(0, 5);
  return x && b.add("Gelu", {*x}, b.random.chance(50) ? Attributes{{"approximate", std::string("tanh")}} : Attributes{});
}

bool power(Builder& b) {
  const int way = static_cast<int>(b.random.between(0, 9));
  if (way < 4) {  // whole exponents, of any base
    const auto x = b.operand(0, 5);
    const double p = static_cast<double>(b.random.between(0, 3));
    return x && b.add("Pow", {*x, b.floats({}, p, p)});
  }
  const auto x = positive(b, 0.3);
  const double p = b.random.real(-1.5, 2.5);
  if (!x) return false;
  return b.add("Pow", {*x, way < 8 ? b.floats({}, p, p) : partner_constant(b, *x, 0.2, 1.5, true)});
}

bool along_axis(Builder& b, const char* op) {
  const auto x = b.operand(b.opset < 13 ? 2 : 1, 5);
  if (!x) return false;
  const std::size_t rank = b.dims(*x).size();
  Attributes attributes;
  if (b.random.chance(80)) attributes["axis"] = b.written_axis(b.random.below(rank), rank, 11);
  return b.add(op, {*x}, std::move(attributes));
}

bool log_softmax(Builder& b) { return along_axis(b, "LogSoftmax"); }
bool hardmax(Builder& b) { return along_axis(b, "Hardmax"); }

template <std::size_t... kIndices>
std::vector<Kind> plain_kinds(std::index_sequence<kIndices...>) {
  return {Kind{kFunctions[kIndices].op, kFunctions[kIndices].op, apply<kIndices>}...};
}

}  // namespace

std::vector<Kind> function_kinds() {
  std::vector<Kind> kinds = plain_kinds(std::make_index_sequence<std::size(kFunctions)>());
  for (const Kind& kind : std::initializer_list<Kind>{{"Elu", "Elu", elu},
                                                      {"Selu", "Selu", selu},
                                                      {"Celu", "Celu", celu},
                                                      {"HardSigmoid", "HardSigmoid", hard_sigmoid},
                                                      {"ThresholdedRelu", "ThresholdedRelu", thresholded_relu},
                                                      {"Shrink", "Shrink", shrink},
                                                      {"Swish", "Swish", swish},
                                                      {"Gelu", "Gelu", gelu},
                                                      {"Pow", "Pow", power},
                                                      {"LogSoftmax", "LogSoftmax", log_softmax},
                                                      {"Hardmax", "Hardmax", hardmax}}) {
    kinds.push_back(kind);
  }
  return kinds;
}

}  // namespace tacit::random_models
