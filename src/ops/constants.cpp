// Lowering: constants as columns of their own, for nodes that read every operand as a column, and for outputs.
#include <algorithm>
#include <cmath>

#include "ops/lowering.h"

namespace tacit {

Placed Lowering::place_constant(const std::string& name, const Tensor& tensor) {
  const ColumnShape shape = natural_shape(tensor.dims);
  double peak = 0;
  for (const float v : tensor.f) peak = std::max(peak, std::abs(static_cast<double>(v)));
  for (const std::int64_t v : tensor.i) peak = std::max(peak, std::abs(static_cast<double>(v)));
  const bool integers = tensor.dtype == DType::kInt64;
  if (!std::isfinite(peak)) {
    if (!fault_) fault_ = unsupported("it is infinite, and has to be a number of the proof", "initialiser \"" + name + "\"");
    peak = 0;
  }
  // The scale is public: a power of two shows the constants' size, as shifts do, and no more.
  double scale = integers ? 1 : 0x1p-100, bound = 1;
  while (!integers && peak / scale > static_cast<double>(context_.quant.activation_max())) scale *= 2;
  while (bound < peak / scale) bound *= 2;
  if (bound > 0x1p30 && !fault_) fault_ = unsupported("its integers are too large to be proven with", "initialiser \"" + name + "\"");
  bound = std::min(bound, 0x1p30);
  IntColumn values;
  for (std::uint32_t r = 0; r < shape.rows; ++r)
    for (std::uint32_t n = 0; n < shape.batch; ++n)
      for (std::uint32_t i = 0; i < shape.inner(); ++i) {
        const std::size_t flat = (std::size_t{n} * shape.rows + r) * shape.inner() + i;
        const double v = integers ? static_cast<double>(tensor.i[flat]) : std::floor(static_cast<double>(tensor.f[flat]) / scale + 0.5);
        values.push_back(static_cast<std::int32_t>(std::isfinite(v) ? std::clamp(v, -bound, bound) : 0));
      }
  const auto most = static_cast<std::int64_t>(bound);
  return {add_weights(name, shape.rows, shape.cols(), -most, most, std::move(values)), scale, shape};
}

Status Lowering::add_constant_output(const std::string& name) {
  const Placed held = place(name, nullptr);
  const Column column = book_.column(held.column);
  constexpr std::int64_t kMost = std::int64_t{1} << 21;
  if (column.hi > kMost) return unsupported("it is a constant, and its integers are too large to be exact", "output \"" + name + "\"");
  Affine copy{name, held.shape, {}, {copy_of(held, 1)}, {}, {}};
  values_[name].placed = settle(copy, held.scale, column.lo, column.hi);
  return Unit{};
}

}  // namespace tacit
