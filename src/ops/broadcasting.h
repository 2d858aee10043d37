// Broadcasting: operators that combine two tensors element by element under numpy's rules.
//
//   dims 2x3x4, column [3, 2*4]                     small 1x3x1 (or 3x1): one number for each row     3 runs of 8
//   axes as they stand there: 1, 0, 2               small 2x3x1: one number for each row and batch    6 runs of 4
//                                                   small 4: changes inside of every run             24 runs of 1
//
// A product needs no copy of the smaller tensor where it is one number for each run of neighbouring entries.
#pragma once

#include "ops/call.h"
#include "ops/lowering.h"

namespace tacit {

/// The type of the result: both operands are present and have one type, and their shapes broadcast. `verb` is for the errors.
Result<std::vector<TensorType>> infer_pair(const Call& call, const char* verb);

/// The same, where integers are constants.
Result<std::vector<TensorType>> infer_factors(const Call& call, const char* verb);

/// The number of the operand that is a constant, if there is one.
std::optional<std::size_t> constant_operand(const Call& call);
/// The shape with leading axes of extent 1, up to `rank`.
Shape padded_shape(Shape dims, std::size_t rank);

/// A float constant that varies along one axis of the other operand at most and does not enlarge it: its numbers, in `shift`.
std::optional<ChannelAffine> constant_along_axis(const Call& call);

/// Gives output 0 = operand 0 + sign * operand 1.
Status lower_sum(const Call& call, double sign, Lowering& lowering);

/// A column of natural_shape(dims), read as runs of neighbouring entries: [rows, cols], row-major.
struct Runs {
  std::vector<std::size_t> axes;  ///< that count the runs, in the order of storage_order(dims)
  std::uint32_t rows = 1, cols = 1;
};
/// The longest runs inside of which a tensor of shape `small`, broadcast to `dims`, does not change, and that stay in one row
/// of the column. Contract: small has the rank of dims, or less, and broadcasts to it.
Runs runs_of(const Shape& small, const Shape& dims);
/// The tensor's number for each run of runs_of(tensor.dims, dims).
std::vector<double> run_values(const Tensor& tensor, const Shape& dims, const Runs& runs);

/// Refuses more runs than a statement has rows.
Status check_runs(const Call& call, const Runs& runs);

/// Operand `index` as a column of natural_shape(dims), dims being the output's shape: repeated where it is smaller.
Result<Placed> read_repeated(const Call& call, std::size_t index, const Shape& dims, Lowering& lowering);

/// Operand `index`, which is computed, as a term of a sum of natural_shape(dims): repeated where it is smaller.
Result<Multiple> term_of(const Call& call, std::size_t index, const Shape& dims, Lowering& lowering);
/// The broadcast of all operands' shapes; they have one type, and there is one at least. `verb` is for the errors.
Result<Shape> common_shape(const Call& call, const char* verb);

/// A term: each run of `input` times a number of its own, which is private.
Product product_of_runs(const Placed& input, const Runs& runs, std::vector<double> numbers);
/// Gives output 0, of shape dims, a sum of products of runs. Errors: unsupported, where there are more runs than a statement
/// has rows.
Status give_products(const Call& call, std::vector<Product> products, const Runs& runs, const Shape& dims, Lowering& lowering);

/// Gives output 0 = operand `index` times one number for each element, the tensor's, or divided by it.
Status lower_factors(const Call& call, std::size_t index, const Tensor& factors, bool divide, Lowering& lowering);

}  // namespace tacit
