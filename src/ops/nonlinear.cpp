// Lowering: products of two columns, and functions of one number.
#include <algorithm>
#include <cmath>
#include <utility>

#include "base/contract.h"
#include "ops/function_table.h"
#include "ops/lowering.h"

namespace tacit {

Placed Lowering::apply(const Call& call, const Affine& argument, double in_scale, double out_scale, const std::function<double(double)>& f) {
  constexpr std::int64_t kLo = -32768, kHi = 32767;
  const Placed x = settle(argument, in_scale, kLo, kHi);
  const Table table = function_table(f, {.first = kLo, .bits = 16, .in_scale = x.scale, .out_scale = out_scale});
  const std::uint32_t rows = x.shape.rows, cols = x.shape.cols();
  const Expr expr{kNone, {Linear::whole(x.column, cols, 1)}, 0, 0};
  return {book_.apply(call.node->name + ".value", rows, cols, expr, table), out_scale, x.shape};
}

namespace {

/// Of graph inputs that only a steep function reads.
constexpr std::uint32_t kExtraBits = 4;
/// Grids finer than this, in steps of the argument, would only need larger tables; much finer ones cannot be stated.
constexpr double kFinestStep = 0x1p-16, kFinestCoefficient = 0x1p-22;

/// Terms that can be written once for each level: none has weights of its own.
bool is_light(const Affine& sum) {
  constexpr std::size_t kMostConstants = 64;
  return sum.products.empty() && !sum.limits.any() && sum.constant.values.size() <= kMostConstants;
}

bool reads_everywhere(const Multiple& term) {
  if (!term.map.empty()) return !term.map.has_absent();
  for (std::uint32_t s = 0; s < term.window.out_cols(); ++s)
    if (term.window.present_taps(s) != term.window.taps()) return false;
  return true;
}

double constant_peak(const Affine& sum) {
  double peak = 0;
  for (const double c : sum.constant.values) peak = std::max(peak, std::abs(c));
  return peak;
}

constexpr std::int64_t kFarOut = std::int64_t{1} << 20;

double coarsest_step(const Affine& sum) {
  double step = 0;
  for (const Multiple& term : sum.multiples) step = std::max(step, std::abs(term.coefficient) * term.input.scale);
  return step;
}

}  // namespace

std::optional<std::pair<ColumnId, std::uint32_t>> Lowering::remainder_of(ColumnId column) const {
  if (whole_.contains(column)) return std::nullopt;
  for (const Step& step : book_.so_far().steps) {
    if (step.kind != StepKind::kRequantise || step.requantise.y != column) continue;
    if (step.requantise.shift == 0) return std::nullopt;
    return std::pair(step.requantise.remainder, step.requantise.shift);
  }
  return std::nullopt;
}

Affine Lowering::refined(Affine sum, std::size_t from) const {
  double below = 0;  // a remainder counts from half a step below its column's value
  const std::vector<Multiple> terms(sum.multiples.begin() + static_cast<std::ptrdiff_t>(from), sum.multiples.end());
  for (const Multiple& term : terms) {
    const auto remainder = remainder_of(term.input.column);
    if (!remainder || term.divide_by_taps || !reads_everywhere(term)) continue;
    Multiple rest = term;
    rest.input.column = remainder->first;
    rest.input.scale = std::ldexp(term.input.scale, -static_cast<int>(remainder->second));
    sum.multiples.push_back(std::move(rest));
    below += (term.map.empty() ? term.window.taps() : 1) * term.coefficient * term.input.scale / 2;
  }
  if (below != 0) sum.constant = sum.constant + Field{1, 1, 1, {-below}};
  return sum;
}

Affine Lowering::argument(const Call& call, std::size_t index, bool fine) {
  const std::string& name = call.node->inputs[index];
  Value& value = values_.at(root_of(name));
  const bool untouched_input = !value.placed && !value.pending && !value.shared && context_.uses.at(name) == 1;
  if (fine && untouched_input && value.visibility != Visibility::kCommitted && value.input_type.dtype == DType::kFloat) {
    value.placed = place_input(root_of(name), value, natural_shape(value.input_type.dims), kExtraBits);
  }
  const Affine* pending = movable(name, nullptr);
  if (pending != nullptr && is_light(*pending)) return refined(take(call, index));
  return refined(sum_of(call, read_any(call, index)));
}

double Lowering::least_step(const Affine& argument) { return coarsest_step(argument) * kFinestStep; }

std::vector<Placed> Lowering::apply(const Call& call, Affine argument, const std::vector<Level>& levels, double in_unit, double out_unit) {
  std::vector<Placed> out;
  double finest = levels.front().grid.in_scale * in_unit;
  for (const Level& level : levels) finest = std::min(finest, level.grid.in_scale * in_unit);
  if (choose_shift(context_.quant, finest, 0, constant_peak(argument)).scale != finest) {  // too large a constant for so fine a grid
    const Level& all = levels.front();
    const double reach = static_cast<double>(std::max(std::abs(all.lo), std::abs(all.hi))) * all.grid.in_scale * in_unit;
    argument = refined(sum_of(call, settle(argument, reach * 0x1p-15, -32768, 32767)));
  }
  finest = coarsest_step(argument) * kFinestCoefficient;
  for (const Level& level : levels) {
    const double step = level.grid.in_scale * in_unit;
    if (!out.empty() && step < finest) continue;
    argument.name = call.node->name + ".argument" + (out.empty() ? "" : std::to_string(out.size()));
    // Integers near 0 take the smaller tables; the argument of a level that lies far out is moved there.
    FunctionGrid grid = level.grid;
    const std::int64_t offset = std::max(std::abs(level.lo), std::abs(level.hi)) > kFarOut ? grid.first : 0;
    Affine from = argument;
    if (offset != 0) from.constant = from.constant + Field{1, 1, 1, {-static_cast<double>(offset) * step}};
    grid.first -= offset;
    const auto g = [&level, shift = static_cast<double>(offset) * grid.in_scale](double at) { return level.g(at + shift); };
    const Placed x = settle(from, step, level.lo - offset, level.hi - offset);
    TACIT_EXPECTS(x.scale == step, "constants of an argument are small");
    const std::uint32_t rows = x.shape.rows, cols = x.shape.cols();
    const Expr expr{kNone, {Linear::whole(x.column, cols, 1)}, 0, 0};
    const std::string name = call.node->name + ".value" + (out.empty() ? "" : std::to_string(out.size()));
    out.push_back({book_.apply(name, rows, cols, expr, function_table(g, grid)), level.grid.out_scale * out_unit, x.shape});
  }
  return out;
}

Affine Lowering::sum_of_columns(const Call& call, const std::vector<Placed>& columns) {
  Affine sum = empty_sum(call, columns.front().shape);
  for (const Placed& column : columns) sum.multiples.push_back(copy_of(column, 1));
  return sum;
}

Placed Lowering::multiply(const Call& call, const Placed& a, const Placed& b) {
  return multiply(call, a, b, range_of(call.node->outputs[0]).peak());
}

Placed Lowering::multiply(const Call& call, const Placed& a, const Placed& b, double peak) {
  const std::uint32_t entries = a.shape.rows * a.shape.cols(), runs = b.shape.rows * b.shape.cols();
  TACIT_EXPECTS(entries % runs == 0, "every entry meets one");
  Contraction product;
  product.weights = b.column;
  product.input = a.column;
  product.groups = runs;
  product.window = Window::identity(entries / runs);
  Placed y = contract(call.node->name, product, runs, a.scale * b.scale, peak);
  y.shape = a.shape;
  return y;
}

ColumnId Lowering::coarser(const std::string& name, ColumnId column, std::uint32_t shift) {
  const Column from = book_.column(column);
  const std::int64_t half = std::int64_t{1} << (shift - 1), lo = (from.lo + half) >> shift, hi = (from.hi + half) >> shift;
  const AccId acc = book_.accumulator(name + ".coarse", from.rows, from.cols);
  book_.adds(acc, Linear::whole(column, from.cols, 1));
  return book_.requantise(acc, lo, std::max(hi, lo + 1), shift);
}

Placed Lowering::contract(const std::string& name, Contraction product, std::uint32_t rows, double unit, double peak) {
  // The integers of the product are rounded by a shift, so its scale is that of the factors times a power of two: the
  // least one at which all of what calibration saw fits, with the headroom that every tensor has.
  const double least = activation_scale(context_.quant, {.lo = 0, .hi = peak}, {});
  constexpr std::uint32_t kMost = 22, kMostOfFactor = 14;
  std::uint32_t shift = 1;
  while (shift < kMost + kMostOfFactor && std::ldexp(unit, static_cast<int>(shift)) < least) ++shift;
  if (shift > kMost) {  // so many large products that one shift does not reach: one factor takes the rest of it
    product.input = coarser(name, product.input, shift - kMost);
    unit = std::ldexp(unit, static_cast<int>(shift - kMost));
    shift = kMost;
  }
  const std::uint32_t cols = product.window.out_cols();
  const AccId acc = book_.accumulator(name, rows, cols);
  book_.contracts(acc, product);
  const ColumnId y = book_.requantise(acc, context_.quant.activation_min(), context_.quant.activation_max(), shift);
  return {y, std::ldexp(unit, static_cast<int>(shift)), {1, rows, 1, cols}};
}

}  // namespace tacit
