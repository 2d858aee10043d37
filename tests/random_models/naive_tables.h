// Tables as 5.2 of docs/protocol.md lists them, row by row.
#pragma once

#include <array>

#include "random_models/naive_reader.h"

namespace tacit::random_models {

/// The entries of one row of a table that is no column table; the second is 0 in a table of width 1.
using Tuple = std::array<Wide, 2>;

/// Of a function, at its argument number i.
Wide function_value(const Table& t, Wide i);

bool is_row(const Table& t, const Tuple& v);

/// Padding included.
Wide row_count(const Table& t);
/// Of a column table only the address, and 0.
Tuple row_of(const Table& t, Wide i);

}  // namespace tacit::random_models
