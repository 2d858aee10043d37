// Comparing: what operators share that compare, choose and bound numbers.
//
//   a, b          two tensors of one shape, each a column's entries or constants
//   d = a - b     in units of the finer of their scales, rounded half up: the integer that decides
//   [d >= 1]      greater          [d <= -1]  less          neither: equal
//
// So floats that are less than half a unit apart are equal, one of them is exactly what the other is when they share their scale,
// and integers (unit 1) are compared exactly, as whole floats are with constants (unit 1/2). Greater, less and equal exclude each other, and one of them always holds.
#pragma once

#include "ops/broadcasting.h"

namespace tacit {

/// An operand as an open sum: one term, or constants.
struct Comparand {
  Affine sum;
  double scale = 0;        ///< of its column; 0 for constants
  double lo = 0, hi = 0;   ///< between these it lies
  bool integers = false;

  bool is_constant() const { return scale == 0; }
};

/// Operand `index`, repeated to `dims`, of natural_shape(dims).
Result<Comparand> comparand(const Call& call, std::size_t index, const Shape& dims, Lowering& lowering);
/// A column as it stands.
Comparand comparand(const Call& call, const Placed& placed, bool integers, Lowering& lowering);
/// The same number everywhere.
Comparand comparand(const Call& call, const ColumnShape& shape, double number, bool integers);
/// -1 times it.
Comparand negated(Comparand a);

/// a - b and its unit. A constant counts as one unit beyond the other's bounds where it is further away.
class Difference {
 public:
  /// Contract: a and b are not both constants.
  Difference(const Call& call, const Comparand& a, const Comparand& b, Lowering& lowering);

  /// A column [d >= t], 0 or 1, at scale 1.
  Placed at_least(std::int64_t t);
  /// A column [d <= t].
  Placed at_most(std::int64_t t);

 private:
  Affine sum_;
  std::string name_;
  double unit_ = 1;
  std::int64_t fine_ = 1;  ///< steps of a unit in which the difference is written
  Lowering& lowering_;
};

/// max(a, b), as a Comparand of its own. Floats in units of the finer scale; integers exactly.
/// Errors: unsupported, naming the node, where integers reach too far.
Result<Comparand> larger(const Call& call, const Comparand& a, const Comparand& b, Lowering& lowering);
/// min(a, b).
Result<Comparand> smaller(const Call& call, const Comparand& a, const Comparand& b, Lowering& lowering);
/// Gives output 0 = a, as integers or as a sum.
Status give(const Call& call, Comparand a, Lowering& lowering);

/// clamp(floor((a * b + factor * plus + constant) / 2^shift)) of columns of as many integers each, which stand alike.
struct ProductForm {
  Placed a, b;
  IntegerRange clamp;
  std::optional<Placed> plus = {};
  std::int64_t factor = 1, constant = 0;
  std::uint32_t shift = 0;
};
/// The column, of a's shape, at scale 1.
Placed integer_product(const std::string& name, const ProductForm& form, Lowering& lowering);

/// Gives output 0 = a product whose `clamp` holds all that it can be, as integers of the type: wrapped where it has up to 16 bits.
/// Errors: unsupported, where they are too large.
Status give_product(const Call& call, const ProductForm& form, Element element, Lowering& lowering);

/// Operand `index`, integers, as a column of natural_shape(dims), constants as a private one.
Result<Placed> read_integers(const Call& call, std::size_t index, const Shape& dims, Lowering& lowering);
/// The tensor's numbers, repeated to `dims`, as a private column with the entries of natural_shape(dims). Contract: they are integers, in
/// range.
Placed constant_column(const Call& call, const Tensor& tensor, const Shape& dims, IntegerRange range, Lowering& lowering);

}  // namespace tacit
