#include "ops/lowering.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

#include "base/contract.h"
#include "ops/arrange.h"
#include "ops/call.h"
#include "theorem/float32.h"

namespace tacit {

Affine empty_sum(const Call& call, const ColumnShape& shape) {
  Affine sum;
  sum.name = call.node->name;
  sum.shape = shape;
  return sum;
}

Affine sum_of(const Call& call, const Placed& input) {
  Affine sum = empty_sum(call, input.shape);
  sum.multiples.push_back(copy_of(input, 1));
  return sum;
}

Multiple copy_of(const Placed& input, double coefficient) {
  return {input, coefficient, false, false, Window::identity(input.shape.cols())};
}

namespace {

/// One times entries of one column, and nothing else.
bool copies_entries(const Affine& sum) {
  if (!sum.products.empty() || sum.multiples.size() != 1 || !sum.constant.empty() || sum.limits.any()) return false;
  const Multiple& only = sum.multiples[0];
  const bool one_tap = !only.map.empty() || only.window.taps() == 1;
  return only.coefficient == 1 && one_tap && !only.one_row && !only.divide_by_taps && only.input.row_factors == nullptr;
}

/// Of such a sum, by entry of its statement: the entry of the column, or -1.
std::vector<std::int64_t> copied_entries(const Affine& sum) {
  const Multiple& only = sum.multiples[0];
  std::vector<std::int64_t> out;
  const auto add = [&](std::uint32_t source, std::int64_t first) { out.push_back(source == kNone ? -1 : first + source); };
  if (!only.map.empty()) {
    for (const std::uint32_t source : only.map.sources()) add(source, 0);
    return out;
  }
  for (std::int64_t r = 0; r < sum.shape.rows; ++r)
    for (std::uint32_t s = 0; s < sum.shape.cols(); ++s) add(only.window.source(0, s), r * only.window.in_cols());
  return out;
}

/// A range table of 2^22 rows is the largest (check_theorem), and so the largest shift.
constexpr std::uint32_t kMaxInputSteps = 22;

/// From where an activation's integers stand for more than a committed value can.
std::uint32_t max_steps(const QuantOptions& quant) { return 32 - quant.activation_bits; }

/// Integers, and a function's values, may be larger than activations are.
bool fits_grid(const Column& column, std::uint32_t steps) {
  const std::int64_t unit = std::int64_t{1} << steps;
  return column.lo * unit >= kCommittedMin && column.hi * unit <= kCommittedMax;
}

/// A scale at which the range may end one step above the top: an input there is off by that step, the most by which rounding
/// at the next coarser scale would be off everywhere. So 1 is the end of the range of 2^-15 with 16 bits, and no bit is lost.
double one_step_finer(double scale, const QuantOptions& quant) {
  const auto top = static_cast<double>(quant.activation_max());
  return scale * top / (top + 1 + 0x1p-20);
}

/// The least power of two that is a scale of committed float32 values, as its exponent.
int float32_exponent(double scale, const QuantOptions& quant) {
  return kMinFloat32Exponent + static_cast<int>(grid_steps(kMinFloat32Exponent, one_step_finer(scale, quant), 0));
}

Error too_wide(int grid, double scale, const QuantOptions& quant, const std::string& where) {
  char text[160];
  std::snprintf(text, sizeof text, "its values reach %.3g, too far for a grid of 2^%d with %u-bit activations; give a coarser --grid",
                scale * static_cast<double>(quant.activation_max()), grid, quant.activation_bits);
  return unsupported(text, where);
}

}  // namespace

Status Lowering::add_input(const std::string& name, const TensorType& type, Visibility visibility) {
  values_[name] = {std::nullopt, std::nullopt, false, type, visibility};
  if (type.dtype == DType::kInt64) {
    TACIT_OK(check_integer_input(name, visibility));
  }
  if (visibility != Visibility::kCommitted) return Unit{};
  if (context_.exact.contains(name)) return Unit{};
  if (grid_of(name) == kFloat32Grid) {
    if (float32_exponent(input_scale(name), context_.quant) <= kMaxFloat32Exponent) return Unit{};
    return unsupported("its values are too large for committed float32 values", "input \"" + name + "\"");
  }
  if (input_steps(name) <= std::min(kMaxInputSteps, max_steps(context_.quant))) return Unit{};
  return too_wide(grid_of(name), input_scale(name), context_.quant, "input \"" + name + "\"");
}

ValueRange Lowering::range_of(const std::string& name) {
  ranges_used_.insert(name);
  auto found = context_.ranges.find(name);
  return found == context_.ranges.end() ? ValueRange{} : found->second;
}

Status Lowering::check_integer_input(const std::string& name, Visibility visibility) {
  const ValueRange range = range_of(name);
  const IntegerRange bounds = input_bounds(values_.at(name).input_type);
  char text[160];
  const IntegerRange own = range_of_element(values_.at(name).input_type.element);
  const double least = std::max(range.lo, static_cast<double>(own.lo));  // a range that was given may reach beyond the type
  if (own == bounds) {
    // Every number of the type has its integer.
  } else if (least < static_cast<double>(bounds.lo) || range.hi > static_cast<double>(bounds.hi)) {
    std::snprintf(text, sizeof text, "it holds integers, from %.6g to %.6g, which %u-bit activations cannot hold exactly", range.lo,
                  range.hi, context_.quant.activation_bits);
    return unsupported(text, "input \"" + name + "\"");
  }
  if (visibility != Visibility::kCommitted || grid_of(name) < 0) return Unit{};
  return unsupported("it holds integers, and a committed input's are exact on a grid finer than 1 only", "input \"" + name + "\"");
}

IntegerRange Lowering::input_bounds(const TensorType& type) const {
  const IntegerRange activations{context_.quant.activation_min(), context_.quant.activation_max()};
  if (type.dtype == DType::kFloat) return activations;
  const IntegerRange own = range_of_element(type.element);
  if (bits_of_element(type.element) <= 16) return own;
  return own.lo < 0 ? activations : IntegerRange{0, activations.hi - activations.lo};
}

double Lowering::input_scale(const std::string& name) {
  if (values_.at(name).input_type.dtype == DType::kInt64) return 1;
  QuantOptions quant = context_.quant;
  quant.headroom = context_.input_headroom;
  return activation_scale(quant, range_of(name), {});
}

int Lowering::grid_of(const std::string& name) const {
  const bool integers = values_.at(name).input_type.dtype == DType::kInt64;
  return integers && context_.grid == kFloat32Grid ? kDefaultGrid : context_.grid;
}

std::uint32_t Lowering::input_steps(const std::string& name) {
  if (values_.at(name).input_type.dtype == DType::kInt64) return grid_steps(grid_of(name), 1, 1);
  return grid_steps(grid_of(name), one_step_finer(input_scale(name), context_.quant), 1);
}

const std::string& Lowering::root_of(const std::string& name) const {
  auto found = roots_.find(name);
  return found == roots_.end() ? name : found->second;
}

Placed Lowering::place_input(const std::string& name, const Value& value, const ColumnShape& shape, std::uint32_t extra_bits) {
  const auto [lo, hi] = input_bounds(value.input_type);
  if (value.visibility == Visibility::kCommitted || context_.exact.contains(name)) {
    const ExactInput& exact = place_digits(name, value, shape);
    if (exact.scale == kFloat32Scale) {
      const int exponent = float32_exponent(input_scale(name), context_.quant);
      return {from_float32(book_, name, exact.digits, lo, hi, exponent), std::ldexp(1.0, exponent), exact.shape};
    }
    const std::uint32_t steps = input_steps(name);
    return {book_.from_grid(name, exact.digits, lo, hi, steps), std::ldexp(1.0, grid_of(name) + static_cast<int>(steps)), exact.shape};
  }
  const Home home = value.visibility == Visibility::kPublic ? Home::kPublic : Home::kWitness;
  const std::int64_t finer = std::int64_t{1} << extra_bits;
  const Placed placed{book_.input(name, home, shape.rows, shape.cols(), lo * finer, (hi + 1) * finer - 1),
                      input_scale(name) / static_cast<double>(finer), shape};
  inputs_[name] = {placed, kNone};
  ported_.insert(placed.column);
  return placed;
}

Placed Lowering::place(const std::string& name, const ColumnShape* want) {
  if (context_.constants != nullptr && !values_.contains(root_of(name)) && context_.constants->contains(name)) {
    values_[name].placed = place_constant(name, context_.constants->at(name));
  }
  Value& value = values_.at(root_of(name));
  if (value.placed) return *value.placed;
  if (has_row_shifts(root_of(name))) {
    const Placed own = scaled_input(root_of(name));
    const Affine copy{name, own.shape, {}, {copy_of(own, 1)}, {}, {}};
    value.placed = settle(copy, own.scale, context_.quant.activation_min(), context_.quant.activation_max());
  } else if (value.pending) {
    value.placed = quantise(*value.pending, name);
    value.pending.reset();
  } else {
    value.placed = place_input(root_of(name), value, want != nullptr ? *want : natural_shape(value.input_type.dims));
  }
  return *value.placed;
}

bool Lowering::has_row_shifts(const std::string& root) const {
  const auto found = values_.find(root);
  return found != values_.end() && found->second.visibility != Visibility::kCommitted && context_.row_shifts.contains(root) && !context_.exact.contains(root);
}

Placed Lowering::scaled_input(const std::string& root) {
  auto found = inputs_.find(root);
  if (found == inputs_.end()) {
    const std::vector<std::uint8_t>& shifts = context_.row_shifts.at(root);
    Placed own = place_input(root, values_.at(root), natural_shape(values_.at(root).input_type.dims));
    std::vector<double> factors;
    for (const std::uint8_t shift : shifts) factors.push_back(std::ldexp(1.0, -shift));
    own.row_factors = std::make_shared<const std::vector<double>>(std::move(factors));
    found = inputs_.insert_or_assign(root, PlacedPort{own, kNone, shifts}).first;
  }
  return found->second.at;
}

Placed Lowering::place_scaled(const std::string& name, const ColumnShape* want) {
  const std::string& root = root_of(name);
  if (!has_row_shifts(root)) return place(name, want);
  const Placed own = scaled_input(root);
  if (want != nullptr && !own.shape.same_entries(*want)) return place(name, want);
  read_by_rows_.insert(root);
  return own;
}

Result<Placed> Lowering::read(const Call& call, std::size_t index, const ColumnShape& want) {
  Placed placed = place(call.node->inputs[index], &want);
  // With one batch entry a column is the tensor in its flat order, whatever its rows.
  const bool fits = placed.shape.same_entries(want) || (placed.shape.batch == 1 && want.batch == 1);
  if (!fits) return moved(call, placed, want);
  placed.shape = want;
  return placed;
}

Result<ExactScores> Lowering::read_scores(const Call& call, std::size_t index) {
  const auto known = scores_.find(call.node->inputs[index]);
  if (known != scores_.end()) return known->second;
  const Shape& dims = call.operand(index).type.dims;
  const ColumnShape shape{static_cast<std::uint32_t>(dims[0]), static_cast<std::uint32_t>(dims[1]), 1, 1};
  TACIT_TRY(const Placed x, read(call, index, shape));
  ExactScores scores{{}, x.scale, 0};
  for (std::uint32_t c = 0; c < shape.rows; ++c) scores.classes.push_back({{x.column, c, 1}});
  return scores;
}

std::optional<std::pair<AccId, ColumnShape>> Lowering::take_sum(const Call& call, std::size_t index) const {
  const auto found = sums_.find(call.node->inputs[index]);
  return found == sums_.end() ? std::nullopt : std::optional(found->second);
}

Placed Lowering::moved(const Call& call, const Placed& from, const ColumnShape& want) {
  const std::int64_t inner = from.shape.inner(), rows = from.shape.rows, cols = from.shape.cols();
  std::vector<std::int64_t> sources;
  for (std::int64_t r = 0; r < want.rows; ++r)
    for (std::int64_t n = 0; n < want.batch; ++n)
      for (std::int64_t i = 0; i < want.inner(); ++i) {
        const std::int64_t flat = (n * want.rows + r) * want.inner() + i;
        sources.push_back(flat / inner % rows * cols + flat / (inner * rows) * inner + flat % inner);
      }
  Affine copy = empty_sum(call, want);
  copy.multiples.push_back({from, 1, false, false, {}, listed(sources)});
  return settle(copy, from.scale, book_.column(from.column).lo, book_.column(from.column).hi);
}

CopiedOperand Lowering::read_copied(const Call& call, std::size_t index) {
  const std::string& name = call.node->inputs[index];
  const auto value = values_.find(root_of(name));
  const bool is_copy = value != values_.end() && value->second.pending && copies_entries(*value->second.pending);
  CopiedOperand out{is_copy ? value->second.pending->multiples[0].input : read_any(call, index), {}};
  const ColumnShape shape = is_copy ? value->second.pending->shape : out.from.shape;
  const std::vector<std::int64_t> entries = is_copy ? copied_entries(*value->second.pending) : std::vector<std::int64_t>{};
  for (std::int64_t n = 0; n < shape.batch; ++n)
    for (std::int64_t r = 0; r < shape.rows; ++r)
      for (std::int64_t i = 0; i < shape.inner(); ++i) {
        const std::int64_t entry = (r * shape.batch + n) * shape.inner() + i;
        out.places.push_back(is_copy ? entries[static_cast<std::size_t>(entry)] : entry);
      }
  return out;
}

Placed Lowering::read_any(const Call& call, std::size_t index) { return place(call.node->inputs[index], nullptr); }

Result<Features> Lowering::read_features(const Call& call, std::size_t index, std::uint32_t batch,
                                         std::uint32_t features) {
  const ColumnShape flat{batch, features, 1, 1};
  const Placed placed = place_scaled(call.node->inputs[index], &flat);
  const ColumnShape& have = placed.shape;
  if (placed.row_factors != nullptr) return Features{placed, features, Window::identity(batch)};
  if (have.batch == batch && batch > 1 && have.inner() > 1) {
    Window window;
    window.batch = batch;
    window.in_w = window.kernel_w = have.inner();
    return Features{placed, have.rows, window};
  }
  TACIT_TRY(Placed read_flat, read(call, index, flat));
  return Features{read_flat, features, Window::identity(batch)};
}

Affine* Lowering::movable(const std::string& name, Condition condition) {
  Value& value = values_.at(root_of(name));
  const bool sole_reader = !value.shared && context_.uses.at(name) == 1;
  if (!value.pending || !sole_reader || (condition != nullptr && !((*value.pending).*condition)())) return nullptr;
  return &*value.pending;
}

Affine Lowering::take(const Call& call, std::size_t index) {
  if (Affine* pending = movable(call.node->inputs[index], nullptr)) return std::move(*pending);
  return sum_of(call, read_any(call, index));
}

Result<Affine> Lowering::take_open(const Call& call, std::size_t index, std::optional<ColumnShape> want) {
  Affine* pending = movable(call.node->inputs[index], &Affine::is_open);
  if (pending != nullptr && (!want || pending->shape.same_entries(*want))) return std::move(*pending);
  const Placed scaled = place_scaled(call.node->inputs[index], want ? &*want : nullptr);
  if (!want || scaled.row_factors != nullptr) return sum_of(call, scaled);
  TACIT_TRY(Placed placed, read(call, index, *want));
  return sum_of(call, placed);
}

Result<Affine> Lowering::take_scalable(const Call& call, std::size_t index, const ColumnShape& want) {
  Affine* pending = movable(call.node->inputs[index], &Affine::is_scalable);
  if (pending != nullptr && pending->shape.same_entries(want)) return std::move(*pending);
  const Placed scaled = place_scaled(call.node->inputs[index], &want);
  if (scaled.row_factors != nullptr) return sum_of(call, scaled);
  TACIT_TRY(Placed placed, read(call, index, want));
  return sum_of(call, placed);
}

void Lowering::give(const Call& call, Affine sum) {
  values_[call.node->outputs[0]].pending = std::move(sum);
}

void Lowering::give(const Call& call, Placed column) {
  values_[call.node->outputs[0]].placed = column;
}

void Lowering::pass_on(const Call& call) {
  const std::string& from = call.node->inputs[0];
  const std::string& to = call.node->outputs[0];
  const std::string& root = root_of(from);
  if (context_.uses.at(from) != 1) values_.at(root).shared = true;
  roots_[to] = root;
  if (auto labels = labels_.find(from); labels != labels_.end()) labels_[to] = labels->second;
}

PlacedPort Lowering::input(const std::string& name) {
  if (!inputs_.contains(name)) has_row_shifts(name) ? scaled_input(name) : place(name, nullptr);
  return inputs_.at(name);
}

Placed Lowering::in_own_shape(Placed y, const std::string& name) {
  const Column& column = book_.column(y.column);
  if (column.rows == y.shape.rows && column.cols == y.shape.cols()) return y;
  if (y.shape.batch > 1) return quantise({name, y.shape, {}, {copy_of(y, 1)}, {}, {}}, name);
  y.shape = {1, column.rows, 1, column.cols};
  return y;
}

Result<PlacedPort> Lowering::output(const std::string& name, Visibility visibility) {
  if (visibility == Visibility::kCommitted) {
    if (context_.grid == kFloat32Grid) {
      return unsupported("it is committed, which it can be on a grid of a power of two, not as float32 values", "output \"" + name + "\"");
    }
    const Placed y = in_own_shape(place_on_grid(name), name);
    const std::uint32_t steps = *exact_grid_steps(context_.grid, y.scale);
    const bool fits = steps <= max_steps(context_.quant) && fits_grid(book_.column(y.column), steps);
    if (!fits) return too_wide(context_.grid, y.scale, context_.quant, "output \"" + name + "\"");
    const DigitColumns digits = book_.to_grid(name, y.column, steps);
    return PlacedPort{{digits.high, std::ldexp(1.0, context_.grid), y.shape}, digits.low};
  }
  const std::string& root = root_of(name);
  const auto input = values_.find(root);
  const bool is_input = context_.exact.contains(root) && input != values_.end() && input->second.visibility != Visibility::kCommitted;
  if (is_input) return passed_on_digits(name, root, visibility);
  Placed y = in_own_shape(place(name, nullptr), name);
  if (!ported_.insert(y.column).second) {
    y = quantise({name, y.shape, {}, {copy_of(y, 1)}, {}, {}}, name);
    ported_.insert(y.column);
  }
  if (visibility == Visibility::kPublic) book_.set_home(y.column, Home::kPublic);
  const auto labels = labels_.find(name);
  return PlacedPort{y, kNone, {}, labels == labels_.end() ? std::vector<std::string>{} : labels->second};
}

}  // namespace tacit
