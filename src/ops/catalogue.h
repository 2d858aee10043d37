// Catalogue: the operators that Tacit knows, one line each in catalogue.cpp.
#pragma once

#include <span>

#include "ops/operator.h"

namespace tacit {

/// The operator that `node` applies, or null when it is not supported. Operators of kOwnDomain are found too.
const Operator* find_operator(const Node& node);

/// All of them, for listings.
std::span<const Operator* const> all_operators();

}  // namespace tacit
