// Lowering: inputs that are read by their digits, exactly, and copies of them.
#include <algorithm>

#include "ops/call.h"
#include "ops/lowering.h"
#include "ops/moves.h"
#include "theorem/float32.h"

namespace tacit {

const Lowering::ExactInput& Lowering::place_digits(const std::string& name, const Value& value, const ColumnShape& shape) {
  const auto [entry, fresh] = exact_.try_emplace(name);
  ExactInput& exact = entry->second;
  if (!fresh) return exact;
  exact.shape = shape;
  exact.scale = value.visibility == Visibility::kCommitted ? scale_of_grid(grid_of(name)) : kFloat32Scale;
  exact.digits = book_.digits(name, value.visibility == Visibility::kPublic ? Home::kPublic : Home::kWitness, shape.rows, shape.cols());
  inputs_[name] = {{exact.digits.high, exact.scale, shape}, exact.digits.low};
  if (exact.scale == kFloat32Scale && value.visibility != Visibility::kPublic) limit_to_floats(name, exact);
  return exact;
}

// The order of a float32 value or the one order of NaN, as a function of any digits: what no float can be counts as some float.
//
//   nan  = [2^16 high + low > infinity]
//   high = max(-0x7F80, high),  low = low             and where nan is 1, both at their least: the limits of 16 bits do it,
//   order = 2^16 high + low + nan (2 infinity + 1)    as in the table of activations. Its digits are what others read.
void Lowering::limit_to_floats(const std::string& name, ExactInput& exact) {
  constexpr std::int64_t kDigit = kLowMax + 1, kMostHigh = kFloat32Infinity / kDigit, kOutOfReach = 2 * kDigit;
  const std::uint32_t cols = exact.shape.cols();
  const auto sum = [&](const char* what, const std::vector<std::pair<ColumnId, std::int64_t>>& terms, std::int64_t constant) {
    const AccId acc = book_.accumulator(name + what, exact.shape.rows, cols);
    for (const auto& [column, coefficient] : terms) book_.adds(acc, Linear::whole(column, cols, coefficient));
    Linear one;
    one.column = book_.one();
    one.coefficient = constant;
    one.one_row = true;
    one.window = Window::broadcast(cols);
    book_.adds(acc, one);
    return acc;
  };
  const auto [high, low] = exact.digits;
  const ColumnId nan = book_.is_positive(sum(".nan", {{high, kDigit}, {low, 1}}, -kFloat32Infinity));
  constexpr std::int64_t kHighUp = kMostHigh + kHighMin, kLowUp = kHighMin;  // both are negative, and bring the least to kHighMin
  const ColumnId most = book_.requantise(sum(".high.limit", {{high, 1}, {nan, -kOutOfReach}}, kHighUp), kHighMin, kHighMax, 0);
  const ColumnId rest = book_.requantise(sum(".low.limit", {{low, 1}, {nan, -kOutOfReach}}, kLowUp), kHighMin, kHighMax, 0);
  // Half a digit less, for it rounds.
  const AccId order = sum(".order", {{most, kDigit}, {rest, 1}, {nan, 2 * kFloat32Infinity + 1}}, -kHighUp * kDigit - kLowUp - kDigit / 2);
  exact.digits.high = book_.requantise(order, kHighMin, kHighMax, 16);
  exact.digits.low = book_.remainder_of(exact.digits.high);
}

bool Lowering::wants_exactly(const Call& call) const {
  const std::string& name = call.node->outputs[0];
  return std::any_of(context_.copies.begin(), context_.copies.end(), [&](const auto& copy) {
    return std::find(copy.second.roots.begin(), copy.second.roots.end(), name) != copy.second.roots.end();
  });
}

void Lowering::give_exactly(const Call& call, DigitColumns digits, const ColumnShape& shape) {
  exact_[call.node->outputs[0]] = {digits, kFloat32Scale, shape};
}

const Lowering::ExactInput& Lowering::digits_of_root(const std::string& root, const ColumnShape* shape) {
  const auto found = exact_.find(root);
  if (found != exact_.end()) return found->second;
  const Value& value = values_.at(root);
  return place_digits(root, value, shape != nullptr ? *shape : natural_shape(value.input_type.dims));
}

// One rounding gives both digits: 2^16 high + low as a sum, less the half digit that it adds.
Lowering::ExactInput Lowering::copied_digits(const std::string& name, const ExactSource& source, const ColumnShape& want) {
  bool same = source.roots.size() == 1;
  for (std::size_t k = 0; same && k < source.elements.size(); ++k) same = source.elements[k].second == static_cast<std::int64_t>(k);
  if (same) {
    const ExactInput& root = digits_of_root(source.roots[0], &want);
    if (root.shape.same_entries(want)) return root;
  }
  const AccId acc = book_.accumulator(name + ".moved", want.rows, want.cols());
  for (std::uint32_t number = 0; number < source.roots.size(); ++number) {
    const ExactInput& root = digits_of_root(source.roots[number], nullptr);
    const std::int64_t rows = root.shape.rows, inner = root.shape.inner(), cols = root.shape.cols();
    std::vector<std::int64_t> from;
    for (std::int64_t r = 0; r < want.rows; ++r)
      for (std::int64_t s = 0; s < want.cols(); ++s) {
        const std::int64_t n = s / want.inner(), i = s % want.inner();
        const auto& [own, e] = source.elements[static_cast<std::size_t>((n * want.rows + r) * want.inner() + i)];
        from.push_back(own != number ? -1 : e / inner % rows * cols + e / (inner * rows) * inner + e % inner);
      }
    book_.adds(acc, Linear::mapped(root.digits.high, listed(from), kLowMax + 1));
    book_.adds(acc, Linear::mapped(root.digits.low, listed(from), 1));
  }
  book_.adds(acc, {book_.one(), -(kLowMax + 1) / 2, true, false, Window::broadcast(want.cols())});
  const ColumnId high = book_.requantise(acc, kHighMin, kHighMax, 16);
  return {{high, book_.remainder_of(high)}, kFloat32Scale, want};
}

namespace {

ExactOperand in_digits(const DigitColumns& digits, std::int64_t offset, double scale, const ColumnShape& shape) {
  return {{Linear::whole(digits.high, shape.cols(), kLowMax + 1), Linear::whole(digits.low, shape.cols(), 1)}, offset, scale,
          {kHighMin * (kLowMax + 1), kHighMax * (kLowMax + 1) + kLowMax}};
}

}  // namespace

Result<ExactOperand> Lowering::read_exactly(const Call& call, std::size_t index, const ColumnShape& want) {
  const auto copy = context_.copies.find(call.node->inputs[index]);
  if (copy != context_.copies.end()) {
    const ExactInput in = copied_digits(copy->first, copy->second, want);
    return in_digits(in.digits, 0, in.scale, want);
  }
  const std::string& name = root_of(call.node->inputs[index]);
  if (context_.exact.contains(name)) {
    const ExactInput& in = place_digits(name, values_.at(name), want);
    if (!in.shape.same_entries(want)) return refuse(*call.node, "reads an input exactly that another node reads in another shape");
    const std::int64_t offset = in.scale == kFloat32Scale ? 0 : kLowOffset;
    return in_digits(in.digits, offset, in.scale, want);
  }
  TACIT_TRY(const Placed x, read(call, index, want));
  const Column& column = book_.column(x.column);
  Linear term = Linear::whole(x.column, want.cols(), 1);
  return ExactOperand{{std::move(term)}, 0, x.scale, {column.lo, column.hi}};
}

PlacedPort Lowering::passed_on_digits(const std::string& name, const std::string& root, Visibility visibility) {
  const Value& input = values_.at(root);
  const ExactInput& in = place_digits(root, input, natural_shape(input.input_type.dims));
  auto copied = [&](ColumnId column, const char* what, std::int64_t lo, std::int64_t hi) {
    const AccId acc = book_.accumulator(name + what, in.shape.rows, in.shape.cols());
    book_.adds(acc, Linear::whole(column, in.shape.cols(), 1));
    const ColumnId y = book_.requantise(acc, lo, hi, 0);
    ported_.insert(y);
    if (visibility == Visibility::kPublic) book_.set_home(y, Home::kPublic);
    return y;
  };
  const ColumnId high = copied(in.digits.high, ".high", kHighMin, kHighMax), low = copied(in.digits.low, ".low", 0, kLowMax);
  return PlacedPort{{high, in.scale, in.shape}, low};
}

}  // namespace tacit
