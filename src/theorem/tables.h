// The public tables in closed form, and the shape of those that are made of columns.
//
//   rows of a table: a list of segments; in segment k, row i (0 <= i < length) is (a0 + i b0, a1 + i b1)
//   the last segment repeats one valid row up to a multiple of kTableCols, so no row needs special treatment
//
// A function's table is no such list: its second entries are computed from its pieces.
//
// A multiplicity column has shape [rows / kTableCols, kTableCols], and of a table of columns the shape of its expressions.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "field/cubic.h"
#include "theorem/theorem.h"

namespace tacit {

inline constexpr std::uint32_t kTableCols = 256;

struct Segment {
  std::uint64_t start = 0, length = 0;
  std::array<std::int64_t, 2> first{}, step{};
};

inline bool is_public(const Table& table) { return table.kind != TableKind::kColumns; }
/// Expressions in a tuple.
std::uint32_t table_width(const Table& table);
/// Of its block of rows, and of its multiplicity column.
struct TableShape {
  std::uint32_t rows = 0, cols = 0;
};
TableShape table_shape(const Table& table);
std::uint64_t table_rows(const Table& table);

// Contract of all that follows: the table is a public one.

/// Contract: the table is no function.
std::vector<Segment> table_segments(const Table& table);
/// y at x = first + i for every row i. Contract: the table is a function whose form check_theorem has accepted.
std::vector<std::int32_t> function_values(const Table& table);
/// The y of one row.
std::int64_t function_value(const Table& table, std::uint64_t row);
/// Entry `k` of every row.
std::vector<std::int64_t> table_entries(const Table& table, std::size_t k);
/// The row that holds the tuple, or nothing. For the prover's multiplicities and the explainer.
std::optional<std::uint64_t> table_find(const Table& table, std::array<std::int64_t, 2> tuple);
/// Bounds of tuple entry `k` over all rows.
std::pair<std::int64_t, std::int64_t> table_bounds(const Table& table, std::size_t k);

/// sum_{i < count} eq(at, i) and sum_{i < count} i eq(at, i), for any count <= 2^|at|. O(|at|) field operations.
struct PrefixSums {
  Fe ones, indices;
};
PrefixSums eq_prefix_sums(std::span<const Fe> at, std::uint64_t count);

/// sum over the table's rows i of eq(at, offset + i) * (w0 tuple0(i) + w1 tuple1(i) + w). A function takes O(rows), the others O(|at|).
/// `offset` is a multiple of kTableCols.
Fe table_claim(const Table& table, std::span<const Fe> at, std::uint64_t offset, Fe w0, Fe w1, Fe w);

}  // namespace tacit
