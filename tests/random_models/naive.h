// A second executor, written from docs/protocol.md section 5 and the patterns of 6.4 alone: entry by entry, by definition, in
// 128-bit integers. It shares no code with theorem/run.cpp, window and map arithmetic included, and does not read `steps`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "theorem/ports.h"
#include "theorem/theorem.h"

namespace tacit::random_models {

/// Fills every column that a definition gives, from weights and inputs. `columns` is by ColumnId, empty where not given.
/// The text says what is wrong, if anything is.
std::optional<std::string> fill_by_definition(const Theorem& theorem, std::vector<IntColumn>& columns);

/// Every lookup holds in every row and the multiplicity columns are the counts of its tuples.
std::optional<std::string> check_lookups(const Theorem& theorem, const std::vector<IntColumn>& columns);

}  // namespace tacit::random_models
