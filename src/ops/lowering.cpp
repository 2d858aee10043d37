#include "ops/lowering.h"

#include <algorithm>
#include <cmath>
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

void Lowering::add_input(const std::string& name, const Shape& dims, Home home) {
  values_[name] = {std::nullopt, std::nullopt, false, dims, home};
}

const std::string& Lowering::root_of(const std::string& name) const {
  auto found = roots_.find(name);
  return found == roots_.end() ? name : found->second;
}

Placed Lowering::place_input(const std::string& name, const Value& value, const ColumnShape& shape) {
  QuantOptions quant = context_.quant;
  quant.headroom = context_.input_headroom;
  Placed placed{kNone, activation_scale(quant, context_.ranges.at(name), {}), shape};
  placed.column = book_.input(name, value.input_home, shape.rows, shape.cols(), context_.quant.activation_min(),
                              context_.quant.activation_max());
  inputs_[name] = placed;
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

Placed Lowering::input(const std::string& name) { return place(name, nullptr); }

Placed Lowering::output(const std::string& name) {
  const Placed placed = place(name, nullptr);
  for (const auto& [input_name, input] : inputs_) {
    if (input.column != placed.column) continue;
    return quantise({name, placed.shape, {}, {copy_of(placed, 1)}, {}, {}}, name);
  }
  return placed;
}

}  // namespace tacit
