// Definitions: which statement gives a column its values, and that every column has exactly one.
//
// Inputs (ports) and weights are free. Every other column must be a function of earlier columns, or a hostile key could
// hold a column that the prover chooses after seeing the input:
//
//   requantisation of acc   remainder in [0, 2^shift), if there is a shift;  (y, limb) in one saturation table for each limb
//                           of  q - y,  the lowest of them virtual:
//                           low = (acc - remainder - 2^shift (y + sum of 2^(a j) excess_j) + 2^(shift-1)) / 2^shift
//                           -> y, remainder and excess are functions of acc
//   maximum                 (out - b, a - out) in a maximum table          -> out = max(a, b)
//   application             (argument, out) in a function's table          -> out = f(argument)
//   fetch                   (address, out_1, ..) in a table of columns     -> out_j = entry j at the address
//
// Columns are ordered by id: a definition reads columns with smaller ids only, so definitions form no circle.
#pragma once

#include <optional>
#include <vector>

#include "theorem/theorem.h"

namespace tacit {

/// The lookup of (y, low) into `table`; the theorem has the other two lookups as well.
struct RequantisationPattern {
  std::size_t lookup = 0;
  AccId acc = kNone;
  ColumnId y = kNone, remainder = kNone;  ///< no remainder where the shift is 0
  std::vector<ColumnId> excess;           ///< limbs from the second lowest on
  TableId table = 0;
  std::uint32_t shift = 0;

  /// All that it defines.
  std::vector<ColumnId> columns() const;
};
struct MaximumPattern {
  std::size_t lookup = 0;
  ColumnId out = kNone;
  const Linear *a = nullptr, *b = nullptr;  ///< into the theorem
};
/// The lookup of (argument, out) in a function's table.
struct ApplyPattern {
  std::size_t lookup = 0;
  ColumnId out = kNone;
};
/// The lookup of (address, out...) in a table of columns.
struct FetchPattern {
  std::size_t lookup = 0;
  std::vector<ColumnId> out;
};
struct Definitions {
  std::vector<RequantisationPattern> requantisations;
  std::vector<MaximumPattern> maxima;
  std::vector<ApplyPattern> applications;
  std::vector<FetchPattern> fetches;
};

/// By table: the least id above those of all columns that its entries read; 0 for a public table.
std::vector<ColumnId> first_after_tables(const Theorem& theorem);
/// The term is exactly the column of the statement's shape, times its coefficient.
bool is_whole_column(const Theorem& theorem, const Linear& term, std::uint32_t rows, std::uint32_t cols);
/// The column c if entry k of the lookup's tuple is c + constant, c of the lookup's shape; otherwise kNone.
ColumnId column_plus_constant(const Theorem& theorem, const Lookup& lookup, std::size_t k);
/// The same without a constant.
ColumnId column_alone(const Theorem& theorem, const Lookup& lookup, std::size_t k);
std::optional<MaximumPattern> as_maximum(const Theorem& theorem, std::size_t lookup);
std::optional<ApplyPattern> as_apply(const Theorem& theorem, std::size_t lookup);
std::optional<FetchPattern> as_fetch(const Theorem& theorem, std::size_t lookup, ColumnId after_table);

/// Every definition, in the order of their lookups. Cost: lookups * log(lookups).
Definitions definitions_of(const Theorem& theorem);

/// Every witness or public column is an input (`is_input`), a multiplicity, or defined exactly once by earlier columns.
/// Errors: unsupported, naming the column.
Status check_definitions(const Theorem& theorem, const std::vector<bool>& is_input);

}  // namespace tacit
