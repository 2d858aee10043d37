// Factors of products of computed tensors: whole columns, broadcast, or constants where the other factor is computed.
#pragma once

#include "ops/broadcasting.h"

namespace tacit {

/// A column that holds the tensor's numbers, which are private, broadcast to dims.
Placed constant_column(const Call& call, const Tensor& tensor, const Shape& dims, const ColumnShape& shape, Lowering& lowering);
/// Operand `index`, computed or constant, broadcast to dims, as a column [rows, ...] in the flat order of dims.
Result<Placed> read_in_order(const Call& call, std::size_t index, const Shape& dims, std::uint32_t rows, Lowering& lowering);
/// Operand `index` as a column of natural_shape(dims), computed or constant, repeated where it is smaller.
Result<Placed> read_factor(const Call& call, std::size_t index, const Shape& dims, Lowering& lowering);

/// Gives output 0 = operand 0 / operand 1^p, p = 1 or 1/2, of a computed divisor b: operand 0 times b^-p, level by level, with an
/// error of 2^-12 of the quotient and 2^-15 of the largest one, besides that of b's own column. |b|^p below 2^-14 of its largest
/// value counts as that much, b = 0 as positive, and negative b as 0 under a root.
Status give_quotient(const Call& call, double p, Lowering& lowering);

}  // namespace tacit
