// Matches: which of some keys an element is, exactly.
//
//   x [...]   keys k_0, k_1, ...        reached[..., j] = [x >= k_j]     passed[..., j] = [x > k_j]
//                                       match = reached - passed         1 where x is k_j, else 0
//
// x is compared as whole numbers (Lowering::read_exactly): an input of the model by the order of its float32 values, where NaN is
// a key as good as any other; what the model computes by its own integers. Keys are private. Columns: 2 for each element and key,
// and as many for the limbs of the comparison.
#pragma once

#include <vector>

#include "ops/call.h"
#include "ops/lowering.h"

namespace tacit {

inline constexpr std::int64_t kMostKeys = 1 << 12;

struct Matched {
  ColumnId reached = kNone, passed = kNone;
  Shape dims;  ///< of operand 0, and an axis of the keys; both columns have natural_shape(dims)
};

/// Operand 0 against the keys. With `truncates` an element is the key if it is so without its fraction (and the key is an
/// integer). Contract: at least one key. Errors as Lowering::read_exactly.
Result<Matched> match_keys(const Call& call, const std::vector<double>& keys, bool truncates, Lowering& lowering);

/// A sum of columns of 0 and 1 that is 0 or 1, as floats in steps of 2^-14: so that hidden factors on it, which have 16 bits, keep
/// theirs beside other terms.
Placed settle_marks(const Affine& sum, Lowering& lowering);

/// coefficient * match, for key `index` alone, as terms of a sum that has the shape of operand 0.
void add_match(const Matched& matched, std::size_t index, double coefficient, Affine& sum);

/// The key as a double, and whether an element is it. NaN is NaN.
bool is_key(double x, double key);
/// Operand 0 as numbers. Contract: its value is known.
std::vector<double> numbers_of(const Call& call);
/// A float tensor of own-domain attributes, as doubles (floats and integers are exact).
std::vector<double> keys_of(const Node& node);
/// The attributes that hold these keys.
Attribute keys_attribute(const std::vector<double>& keys);

}  // namespace tacit
