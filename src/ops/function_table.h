// A function of one number as a public table of a theorem.
#pragma once

#include <functional>

#include "quant/function.h"
#include "theorem/tables.h"

namespace tacit {

/// Contract: as cubic_pieces; grid.bits >= 8.
Table function_table(const std::function<double(double)>& f, const FunctionGrid& grid);

}  // namespace tacit
