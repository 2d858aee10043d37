#include "ops/lowering.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

#include "base/contract.h"
#include "ops/call.h"

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

/// A range table of 2^22 rows is the largest (check_theorem), and so the largest shift.
constexpr std::uint32_t kMaxInputSteps = 22;

/// From where an activation's integers stand for more than a committed value can.
std::uint32_t max_steps(const QuantOptions& quant) { return 32 - quant.activation_bits; }

Error too_wide(int grid, double scale, const QuantOptions& quant, const std::string& where) {
  char text[160];
  std::snprintf(text, sizeof text, "its values reach %.3g, too far for a grid of 2^%d with %u-bit activations; give a coarser --grid",
                scale * static_cast<double>(quant.activation_max()), grid, quant.activation_bits);
  return unsupported(text, where);
}

}  // namespace

Status Lowering::add_input(const std::string& name, const Shape& dims, Visibility visibility) {
  values_[name] = {std::nullopt, std::nullopt, false, dims, visibility};
  if (visibility != Visibility::kCommitted) return Unit{};
  if (input_steps(name) <= std::min(kMaxInputSteps, max_steps(context_.quant))) return Unit{};
  return too_wide(context_.grid, input_scale(name), context_.quant, "input \"" + name + "\"");
}

ValueRange Lowering::range_of(const std::string& name) {
  ranges_used_.insert(name);
  auto found = context_.ranges.find(name);
  return found == context_.ranges.end() ? ValueRange{} : found->second;
}

double Lowering::input_scale(const std::string& name) {
  QuantOptions quant = context_.quant;
  quant.headroom = context_.input_headroom;
  return activation_scale(quant, range_of(name), {});
}

// The range may end one step above the top: an input there is off by that step, the most by which rounding at the next
// coarser scale would be off everywhere. So 1 is the end of the range of 2^-15 with 16 bits, and no bit is lost.
std::uint32_t Lowering::input_steps(const std::string& name) {
  const double top = static_cast<double>(context_.quant.activation_max());
  return grid_steps(context_.grid, input_scale(name) * top / (top + 1 + 0x1p-20), 1);
}

const std::string& Lowering::root_of(const std::string& name) const {
  auto found = roots_.find(name);
  return found == roots_.end() ? name : found->second;
}

Placed Lowering::place_input(const std::string& name, const Value& value, const ColumnShape& shape) {
  const std::int64_t lo = context_.quant.activation_min(), hi = context_.quant.activation_max();
  if (value.visibility == Visibility::kCommitted) {
    const std::uint32_t steps = input_steps(name);
    const DigitColumns digits = book_.committed_input(name, shape.rows, shape.cols());
    inputs_[name] = {{digits.high, std::ldexp(1.0, context_.grid), shape}, digits.low};
    return {book_.from_grid(name, digits, lo, hi, steps), std::ldexp(1.0, context_.grid + static_cast<int>(steps)), shape};
  }
  const Home home = value.visibility == Visibility::kPublic ? Home::kPublic : Home::kWitness;
  const Placed placed{book_.input(name, home, shape.rows, shape.cols(), lo, hi), input_scale(name), shape};
  inputs_[name] = {placed, kNone};
  ported_.insert(placed.column);
  return placed;
}

Placed Lowering::place(const std::string& name, const ColumnShape* want) {
  Value& value = values_.at(root_of(name));
  if (value.placed) return *value.placed;
  if (value.pending) {
    value.placed = quantise(*value.pending, name);
    value.pending.reset();
  } else {
    value.placed = place_input(root_of(name), value, want != nullptr ? *want : natural_shape(value.input_dims));
  }
  return *value.placed;
}

Result<Placed> Lowering::read(const Call& call, std::size_t index, const ColumnShape& want) {
  Placed placed = place(call.node->inputs[index], &want);
  // With one batch entry a column is the tensor in its flat order, whatever its rows.
  const bool fits = placed.shape.same_entries(want) || (placed.shape.batch == 1 && want.batch == 1);
  if (!fits) {
    return refuse(*call.node, "a batch of " + std::to_string(placed.shape.batch) + " was reshaped across its features (" +
                                  std::to_string(placed.shape.rows) + " rows to " + std::to_string(want.rows) +
                                  "); compile with --batch 1");
  }
  placed.shape = want;
  return placed;
}

Placed Lowering::read_any(const Call& call, std::size_t index) { return place(call.node->inputs[index], nullptr); }

Result<Features> Lowering::read_features(const Call& call, std::size_t index, std::uint32_t batch,
                                         std::uint32_t features) {
  const ColumnShape flat{batch, features, 1, 1};
  const Placed placed = place(call.node->inputs[index], &flat);
  const ColumnShape& have = placed.shape;
  if (have.batch == batch && batch > 1 && have.inner() > 1) {
    Window window;
    window.batch = batch;
    window.in_w = window.kernel_w = have.inner();
    return Features{placed, have.rows, window};
  }
  TACIT_TRY(Placed read_flat, read(call, index, flat));
  return Features{read_flat, features, Window::identity(batch)};
}

Affine* Lowering::movable(const std::string& name, bool open) {
  Value& value = values_.at(root_of(name));
  const bool sole_reader = !value.shared && context_.uses.at(name) == 1;
  if (!value.pending || !sole_reader || (open && !value.pending->is_open())) return nullptr;
  return &*value.pending;
}

Affine Lowering::take(const Call& call, std::size_t index) {
  if (Affine* pending = movable(call.node->inputs[index], false)) return std::move(*pending);
  return sum_of(call, read_any(call, index));
}

Result<Affine> Lowering::take_open(const Call& call, std::size_t index, std::optional<ColumnShape> want) {
  Affine* pending = movable(call.node->inputs[index], true);
  if (pending != nullptr && (!want || pending->shape.same_entries(*want))) return std::move(*pending);
  if (!want) return sum_of(call, read_any(call, index));
  TACIT_TRY(Placed placed, read(call, index, *want));
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
}

PlacedPort Lowering::input(const std::string& name) {
  place(name, nullptr);
  return inputs_.at(name);
}

Result<PlacedPort> Lowering::output(const std::string& name, Visibility visibility) {
  if (visibility == Visibility::kCommitted) {
    const Placed y = place_on_grid(name);
    const std::uint32_t steps = *exact_grid_steps(context_.grid, y.scale);
    if (steps > max_steps(context_.quant)) return too_wide(context_.grid, y.scale, context_.quant, "output \"" + name + "\"");
    const DigitColumns digits = book_.to_grid(name, y.column, steps);
    return PlacedPort{{digits.high, std::ldexp(1.0, context_.grid), y.shape}, digits.low};
  }
  Placed y = place(name, nullptr);
  if (!ported_.insert(y.column).second) {
    y = quantise({name, y.shape, {}, {copy_of(y, 1)}, {}, {}}, name);
    ported_.insert(y.column);
  }
  if (visibility == Visibility::kPublic) book_.set_home(y.column, Home::kPublic);
  return PlacedPort{y, kNone};
}

}  // namespace tacit
