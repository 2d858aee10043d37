// IndexMap: any rearrangement of a tensor that treats its axes one by one: transpose, slice, pad, concatenation, gather,
// broadcast.
//
//   entry (r, s) of a statement, flat index r * cols + s, is split over the axes, the last one fastest: positions j_0, j_1, ...
//   source = sum over k of stride_k * index_k(j_k)         absent (the term is zero) where one of the indices is absent
//   index_k(j) = start + step * (j - positions of the runs before)   in the run that holds j; start = -1: absent
//
// A transposed [2, 3] in a statement of shape [3, 2]:  axes (stride 1, run 0 1 x3), (stride 3, run 0 1 x2).
#pragma once

#include <cstdint>
#include <vector>

namespace tacit {

/// "No column", "no accumulator", "no source".
inline constexpr std::uint32_t kNone = 0xFFFFFFFF;

struct IndexRun {
  std::int32_t start = 0, step = 1;
  std::uint32_t count = 1;
  bool is_absent() const { return start < 0; }
  bool operator==(const IndexRun&) const = default;
};
struct IndexAxis {
  std::uint32_t stride = 1;
  std::vector<IndexRun> runs;

  std::uint64_t extent() const;
  /// The index at every position, kNone where it is absent.
  std::vector<std::uint32_t> indices() const;
  bool operator==(const IndexAxis&) const = default;
};
struct IndexMap {
  std::vector<IndexAxis> axes;  ///< none: not a map, the term is read through its window

  bool empty() const { return axes.empty(); }
  /// Of the statements that it fits. Contract for this and `sources`: is_sound holds.
  std::uint64_t entries() const;
  bool has_absent() const;
  /// The source of every entry in turn, kNone where it is absent. O(entries).
  std::vector<std::uint32_t> sources() const;
  bool operator==(const IndexMap&) const = default;
};

/// It has exactly `entries` entries, every index is at least 0, and no source is `size` or more. O(runs).
bool is_sound(const IndexMap& map, std::uint64_t entries, std::uint64_t size);

}  // namespace tacit
