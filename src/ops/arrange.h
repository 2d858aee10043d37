// Arrange: tensors whose elements only move, axis by axis, as terms that read a column through an IndexMap.
//
//   logical tensor, dims [d0, d1, d2, ...]        its column (ColumnShape), flat:
//   element (n, r, i...)                          entry [r, n * inner + i]: axis 1 comes first, then axis 0, then the others
//
// With one batch entry the column is the tensor in its flat order, whatever its rows, and the axes keep their order.
#pragma once

#include <cstdint>
#include <vector>

#include "ops/affine.h"

namespace tacit {

/// One axis of a rearranged tensor: the axis of the source along which it runs, and the index there of every position, -1 for
/// an element that is absent (zero).
struct Along {
  static constexpr std::size_t kNoAxis = static_cast<std::size_t>(-1);  ///< the source is repeated along it
  std::size_t axis = kNoAxis;
  std::vector<std::int64_t> index;
};

/// Positions 0, 1, ..., extent - 1 of an axis.
Along along_all(std::size_t axis, std::int64_t extent);
Along along_slice(std::size_t axis, std::int64_t start, std::int64_t step, std::int64_t count);
Along repeated_along(std::int64_t extent);

/// The axes of `dims` in the order in which a column of natural_shape(dims) holds them.
std::vector<std::size_t> storage_order(const Shape& dims);
/// By axis of `dims`: how far apart two neighbours stand in a column of natural_shape(dims).
std::vector<std::uint32_t> storage_strides(const Shape& dims);

/// The map by which a statement of natural_shape(extents of `out`) reads a column of natural_shape(from). A source axis on
/// which no axis runs is read at 0.
IndexMap arrange(const Shape& from, const std::vector<Along>& out);
/// The map that lists one source (or -1) for every entry.
IndexMap listed(const std::vector<std::int64_t>& sources);

/// coefficient * the elements of `input`, a tensor of shape `from` placed by natural_shape(from).
Multiple arranged(const Placed& input, const Shape& from, const std::vector<Along>& out, double coefficient);

}  // namespace tacit
