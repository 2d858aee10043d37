// Tabled: of our own. Integers of few values, or two of them, looked up in a table of hidden constants: y = table[a] or table[a, b].
// What is exact only as a whole (a sum of two quantised tensors, a mean, a function between two scales) is stated so.
//
//   operand 0: a, or a mean whose sum is a * divisor; operand 1: the table [1, n] or [n0, n1]; operand 2: b
//   address = (divisor a - lo0) * n1 + b - lo1          every integer that a and b can be has its entry
#include <algorithm>
#include <cmath>

#include "ops/lowering.h"
#include "ops/quantised.h"

namespace tacit {
namespace {

struct Lookup {
  std::int64_t divisor = 1, first = 0, second = 0;  ///< the least of a and of b
  std::int64_t rows = 1, cols = 1;
  bool binary = false;
};

Result<Lookup> read_lookup(const Call& call) {
  TACIT_OK(check_arity(call, 2, 3));
  TACIT_OK(check_constant(call, 1, "table"));
  Lookup t;
  const Shape& dims = call.operand(1).type.dims;
  t.binary = call.operand(2).present;
  if (dims.size() != 2 || element_count(dims) == 0 || (!t.binary && dims[0] != 1)) return malformed(*call.node, "its table has a bad shape");
  t.rows = dims[0];
  t.cols = dims[1];
  TACIT_TRY(t.divisor, int_attribute(*call.node, "divisor", 1));
  TACIT_TRY(t.first, int_attribute(*call.node, "first", 0));
  TACIT_TRY(t.second, int_attribute(*call.node, "second", 0));
  if (t.divisor < 1 || (t.binary && (t.divisor != 1 || call.operand(2).type.dims != call.operand(0).type.dims))) {
    return malformed(*call.node, "its operands do not fit");
  }
  return t;
}

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(read_lookup(call));
  return one_output(call, TensorType{DType::kInt64, call.operand(0).type.dims});
}

std::vector<Tensor> evaluate(const Call& call) {
  const Lookup t = read_lookup(call).value();
  const std::vector<double> a = numbers_of(*call.operand(0).value), b = t.binary ? numbers_of(*call.operand(2).value) : std::vector<double>{};
  Tensor out{call.operand(0).type.dims, DType::kInt64, {}, {}};
  const Tensor& table = *call.operand(1).value;
  for (std::size_t k = 0; k < a.size(); ++k) {
    const std::int64_t left = std::llround(a[k] * static_cast<double>(t.divisor)) - t.first;
    const std::int64_t at = t.binary ? left * t.cols + std::llround(b[k]) - t.second : left;
    out.i.push_back(table.i[static_cast<std::size_t>(std::clamp<std::int64_t>(at, 0, t.rows * t.cols - 1))]);
  }
  return {std::move(out)};
}

/// The integers that an operand can be, those of its addresses.
struct Allowed {
  std::int64_t lo, hi;
};

/// The term's column within them. A column may be declared wider than its integers are, as what another table gives is; where an
/// address could leave this one, limits that no integer meets say that it does not.
Placed limited(const Call& call, const Multiple& term, const Allowed& allowed, Lowering& lowering) {
  const Column& column = lowering.book().column(term.input.column);
  if (term.input.scale != 1 || (column.lo >= allowed.lo && column.hi <= allowed.hi)) return term.input;
  Affine copy = empty_sum(call, term.input.shape);
  copy.name += ".limited";
  copy.multiples = {copy_of(term.input, 1)};
  return lowering.settle(copy, 1, allowed.lo, allowed.hi);
}

/// Operand `index` times `factor`, as terms with integer coefficients.
Status add_terms(const Call& call, std::size_t index, std::int64_t divisor, std::int64_t factor, const Allowed& allowed, Lowering& lowering, Expr& address,
                 ColumnShape& shape) {
  Affine sum = lowering.take(call, index);
  const Error fault = refuse(*call.node, "its operand is not a sum of integers");
  if (!sum.products.empty() || !sum.constant.empty() || sum.limits.any()) return fault;
  if (index != 0 && !sum.shape.same_entries(shape)) {
    TACIT_TRY(const Placed moved, lowering.read(call, index, shape));
    sum = sum_of(call, moved);
  }
  shape = sum.shape;
  for (const Multiple& term : sum.multiples) {
    const double exact = term.coefficient * term.input.scale * static_cast<double>(divisor), whole = std::floor(exact + 0.5);
    if (std::abs(exact - whole) > 1e-9 || std::abs(whole) > 0x1p20 || term.divide_by_taps || term.input.row_factors != nullptr) return fault;
    const Placed input = whole == 1 ? limited(call, term, allowed, lowering) : term.input;
    address.linears.push_back({input.column, static_cast<std::int64_t>(whole) * factor, term.one_row, false, term.window, term.map});
  }
  return Unit{};
}

Status lower(const Call& call, Lowering& lowering) {
  const Lookup t = read_lookup(call).value();
  Expr address{kNone, {}, -t.first * (t.binary ? t.cols : 1) - t.second, 0};
  ColumnShape shape = natural_shape(call.operand(0).type.dims);
  const Allowed first{t.first / t.divisor, (t.first + (t.binary ? t.rows : t.cols) - 1) / t.divisor};
  TACIT_OK(add_terms(call, 0, t.divisor, t.binary ? t.cols : 1, first, lowering, address, shape));
  if (t.binary) TACIT_OK(add_terms(call, 2, 1, 1, {t.second, t.second + t.cols - 1}, lowering, address, shape));
  Book& book = lowering.book();
  const std::string& name = call.node->name;
  const bool windows = std::any_of(address.linears.begin(), address.linears.end(), [](const Linear& term) { return !term.has_one_tap(); });
  if (windows) {
    address.acc = book.accumulator(name + ".sum", shape.rows, shape.cols());
    for (Linear& term : address.linears) book.adds(address.acc, std::move(term));
    address.linears.clear();
  }
  const Tensor& table = *call.operand(1).value;
  const auto [least, most] = std::minmax_element(table.i.begin(), table.i.end());
  std::int64_t bound = 1;  // public, and so a power of two
  while (bound < std::max(-*least, *most + 1)) bound *= 2;
  const auto rows = static_cast<std::uint32_t>(t.rows), cols = static_cast<std::uint32_t>(t.cols);
  const ColumnId entries = lowering.add_weights(name + ".table", rows, cols, *least < 0 ? -bound : 0, bound - 1, {table.i.begin(), table.i.end()});
  const TableId from = book.columns_table(rows, cols, {Expr{kNone, {Linear::whole(entries, cols, 1)}, 0, 0}});
  lowering.give(call, Placed{book.fetch(name, shape.rows, shape.cols(), std::move(address), from)[0], 1, shape});
  return Unit{};
}

}  // namespace

extern const Operator kTabled;
const Operator kTabled = {.op = "Tabled", .domain = kOwnDomain, .infer = infer, .evaluate = evaluate, .lower = lower};

}  // namespace tacit
