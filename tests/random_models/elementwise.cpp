// Operators that treat elements one by one, under broadcasting, and those along one axis.
#include <algorithm>
#include <utility>

#include "random_models/operands.h"
#include "random_models/operators.h"

namespace tacit::random_models {
namespace {

bool binary(Builder& b, const char* op) {
  auto x = b.operand(0, 5);
  if (const auto integers = b.integers(0); integers && b.random.chance(40)) x = integers;
  if (!x) return false;
  std::string y;
  if (b.random.chance(50)) {
    const auto value = partner_value(b, *x);
    if (value) y = *value;
  }
  if (y.empty()) y = partner_constant(b, *x, 0, 2, true);
  std::vector<std::string> operands = {*x, y};
  if (b.random.chance(40)) std::swap(operands[0], operands[1]);
  return b.add(op, std::move(operands));
}

}  // namespace

bool add_affine(Builder& b) { return binary(b, "Add"); }
bool subtract(Builder& b) { return binary(b, "Sub"); }
bool multiply(Builder& b) { return binary(b, "Mul"); }

bool divide(Builder& b) {
  const auto x = b.operand(0, 5);
  return x && b.add("Div", {*x, partner_constant(b, *x, 0.4, 3, true)});
}

bool constant_operand(Builder& b) {
  const auto x = b.operand(0, 5);
  return x && b.add("Add", {*x, b.constant_node(make_float({}, {static_cast<float>(b.random.real(-1, 1))}))});
}

bool clip(Builder& b) {
  const auto integers = b.integers(0);
  if (integers && b.opset >= 12 && b.random.chance(50)) {
    const std::int64_t low = b.random.between(-4, 4), high = low + b.random.between(-1, 3);
    return b.add("Clip", {*integers, b.constant(make_int64({}, {low})), b.constant(make_int64({}, {high}))});
  }
  const auto x = b.operand(0, 5);
  if (!x) return false;
  const double low = b.random.real(-1, 0.2), high = low + (b.random.chance(5) ? b.random.real(-0.3, 0) : b.random.real(0, 2));
  const bool has_low = b.random.chance(75), has_high = b.random.chance(75);
  if (b.opset < 11) {
    Attributes attributes;
    if (has_low) attributes["min"] = static_cast<float>(low);
    if (has_high) attributes["max"] = static_cast<float>(high);
    return b.add("Clip", {*x}, std::move(attributes));
  }
  std::vector<std::string> inputs = {*x};
  if (has_low || has_high) inputs.push_back(has_low ? b.floats({}, low, low) : "");
  if (has_high) inputs.push_back(b.floats({}, high, high));
  return b.add("Clip", std::move(inputs));
}

bool leaky_relu(Builder& b) {
  const auto x = b.operand(0, 5);
  if (!x) return false;
  Attributes attributes;
  if (b.random.chance(80)) attributes["alpha"] = static_cast<float>(b.random.real(-0.5, 1.5));
  return b.add("LeakyRelu", {*x}, std::move(attributes));
}

bool prelu(Builder& b) {
  const auto x = b.operand(0, 5);
  if (!x) return false;
  return b.add("PRelu", {*x, b.floats(partner_of(b, b.dims(*x), false), -0.5, 1.2)});
}

bool dropout(Builder& b) {
  const auto x = b.operand(0, 5);
  if (!x) return false;
  if (b.opset < 12) return b.add("Dropout", {*x}, b.random.chance(50) ? Attributes{{"ratio", 0.3f}} : Attributes{});
  std::vector<std::string> inputs = {*x};
  if (b.random.chance(60)) inputs.push_back(b.floats({}, 0.3, 0.3));
  if (inputs.size() == 2 && b.random.chance(50)) inputs.push_back(b.constant(make_int64({}, {0})));
  return b.add("Dropout", std::move(inputs));
}

bool softmax(Builder& b) {
  const auto x = b.operand(b.opset < 13 ? 2 : 1, 5);
  if (!x) return false;
  const std::size_t rank = b.dims(*x).size();
  Attributes attributes;
  if (b.random.chance(80)) attributes["axis"] = b.written_axis(b.random.below(rank), rank, 11);
  return b.add("Softmax", {*x}, std::move(attributes));
}

bool cast(Builder& b) {
  const auto integers = b.integers(0);
  constexpr std::int64_t kFloat = 1, kUint8 = 2, kInt32 = 6, kInt64 = 7, kBool = 9, kDouble = 11;
  if (integers && b.random.chance(80)) {
    return b.add("Cast", {*integers}, {{"to", b.random.chance(70) ? kFloat : b.random.one_of(List{kInt32, kInt64, kBool})}});
  }
  const auto x = b.operand(0, 5);
  if (!x) return false;
  const int way = static_cast<int>(b.random.between(0, 9));
  return b.add("Cast", {*x}, {{"to", way < 3 ? kFloat : way < 4 ? kDouble : way < 7 ? kInt64 : b.random.one_of(List{kInt32, kBool, kUint8})}});
}

bool arg_max(Builder& b) {
  auto x = b.random.chance(15) ? b.integers(1) : std::nullopt;
  if (!x) x = b.operand(1, 5);
  if (!x) return false;
  const std::size_t rank = b.dims(*x).size();
  Attributes attributes;
  if (b.random.chance(80)) attributes["axis"] = b.written_axis(b.random.below(rank), rank, 11);
  if (b.random.chance(60)) attributes["keepdims"] = b.random.between(0, 1);
  if (b.opset >= 12 && b.random.chance(40)) attributes["select_last_index"] = b.random.between(0, 1);
  return b.add("ArgMax", {*x}, std::move(attributes));
}

}  // namespace tacit::random_models
