// Comparisons, bools, what chooses between numbers, and sums of several tensors.
#include <algorithm>
#include <cmath>
#include <utility>

#include "random_models/operands.h"
#include "random_models/operators.h"

namespace tacit::random_models {
namespace {

bool compare(Builder& b, const char* op, std::int64_t since) {
  if (b.opset < since) return false;
  const auto integers = b.opset >= 9 ? b.integers(0) : std::nullopt;
  const bool whole = integers && b.random.chance(40);
  const auto x = whole ? integers : b.operand(0, 5);
  if (!x) return false;
  const auto other = b.random.chance(50) ? partner_value(b, *x) : std::nullopt;
  std::vector<std::string> operands = {*x, other ? *other : partner_constant(b, *x, 0, 1, true)};
  if (b.random.chance(40)) std::swap(operands[0], operands[1]);
  return b.add(op, std::move(operands));
}

/// Floats since opset 11.
bool equal(Builder& b) { return compare(b, "Equal", 11); }
bool greater(Builder& b) { return compare(b, "Greater", 7); }
bool less(Builder& b) { return compare(b, "Less", 7); }
bool greater_or_equal(Builder& b) { return compare(b, "GreaterOrEqual", 12); }
bool less_or_equal(Builder& b) { return compare(b, "LessOrEqual", 12); }

bool negate(Builder& b) {
  const auto x = b.bools(0);
  return x && b.add("Not", {*x});
}

bool of_bools(Builder& b, const char* op) {
  const auto x = b.bools(0);
  if (!x) return false;
  const auto other = b.random.chance(60) ? partner_value(b, *x) : std::nullopt;
  return b.add(op, {*x, other ? *other : b.constant(typed_integers(b, partner_of(b, b.dims(*x), false), 0, 1, Element::kBool))});
}

bool both(Builder& b) { return of_bools(b, "And"); }
bool either(Builder& b) { return of_bools(b, "Or"); }
bool one_of_two(Builder& b) { return of_bools(b, "Xor"); }

bool where(Builder& b) {
  if (b.opset < 9) return false;
  const auto condition = b.bools(0);
  if (!condition) return false;
  const auto fits = [&](const std::string& v) {
    const auto dims = broadcast(b.dims(*condition), b.dims(v));
    return b.is_float(v) && dims && element_count(*dims) <= kMostElements;
  };
  const auto x = b.existing(fits);
  const Shape dims = x ? b.dims(*x) : b.dims(*condition);
  const std::string first = x ? *x : b.floats(partner_of(b, dims, false), -1, 1);
  const auto other = x && b.random.chance(50) ? partner_value(b, *x) : std::nullopt;
  const std::string second = other && broadcast_all({b.dims(*condition), b.dims(first), b.dims(*other)}) ? *other : b.floats(partner_of(b, dims, false), -1, 1);
  std::vector<std::string> operands = {*condition, first, second};
  if (b.random.chance(50)) std::swap(operands[1], operands[2]);
  return b.add("Where", std::move(operands));
}

/// Of one to four tensors.
bool of_several(Builder& b, const char* op) {
  const auto integers = b.opset >= 12 && (std::string(op) == "Max" || std::string(op) == "Min") ? b.integers(0) : std::nullopt;
  const auto x = integers && b.random.chance(40) ? integers : b.operand(0, 5);
  if (!x) return false;
  std::vector<std::string> operands = {*x};
  Shape joint = b.dims(*x);
  const std::int64_t more = b.random.between(0, 3);
  for (std::int64_t k = 0; k < more; ++k) {
    const auto other = b.random.chance(60) ? partner_value(b, *x) : std::nullopt;
    const std::string next = other ? *other : partner_constant(b, *x, 0, 1, true);
    const auto dims = broadcast(joint, b.dims(next));
    if (!dims || *element_count(*dims) > kMostElements) continue;
    joint = *dims;
    operands.push_back(next);
  }
  b.random.shuffle(operands);
  return b.add(op, std::move(operands));
}

bool least_of(Builder& b) { return of_several(b, "Min"); }
bool largest_of(Builder& b) { return of_several(b, "Max"); }
bool mean_of(Builder& b) { return of_several(b, "Mean"); }
bool sum_of(Builder& b) { return of_several(b, "Sum"); }

bool modulo(Builder& b) {
  if (b.opset < 10) return false;
  const auto integers = b.integers(0);
  if (integers && b.random.chance(70)) {
    const std::int64_t by = b.random.between(2, 7);
    return b.add("Mod", {*integers, b.constant(make_int64({}, {by}))}, b.random.chance(40) ? Attributes{{"fmod", std::int64_t{1}}} : Attributes{});
  }
  const auto x = b.operand(0, 5);
  return x && b.add("Mod", {*x, b.floats({}, 0.3, 2)}, {{"fmod", std::int64_t{1}}});
}

bool finite(Builder& b, const char* op, std::int64_t since) {
  const auto x = b.opset < since ? std::nullopt : b.operand(0, 5);
  return x && b.add(op, {*x});
}

bool is_nan(Builder& b) { return finite(b, "IsNaN", 9); }
bool is_inf(Builder& b) { return finite(b, "IsInf", 10); }

}  // namespace

std::vector<Kind> logic_kinds() {
  return {{"Equal", "Equal", equal},
          {"Greater", "Greater", greater},
          {"Less", "Less", less},
          {"GreaterOrEqual", "GreaterOrEqual", greater_or_equal},
          {"LessOrEqual", "LessOrEqual", less_or_equal},
          {"Not", "Not", negate},
          {"And", "And", both},
          {"Or", "Or", either},
          {"Xor", "Xor", one_of_two},
          {"Where", "Where", where},
          {"Min", "Min", least_of},
          {"Max", "Max", largest_of},
          {"Mean", "Mean", mean_of},
          {"Sum", "Sum", sum_of},
          {"Mod", "Mod", modulo},
          {"IsNaN", "IsNaN", is_nan},
          {"IsInf", "IsInf", is_inf}};
}

}  // namespace tacit::random_models
