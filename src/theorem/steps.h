// The steps of a theorem: what an executor does, read off the definitions that a key check has accepted.
//
// A bundle does not say how its theorem is run: whoever made it could then choose the inputs for which a run, and so a proof,
// fails. Definitions read columns with smaller ids only, so the order of ids is an order of execution.
#pragma once

#include <vector>

#include "theorem/theorem.h"

namespace tacit {

/// One step for each requantisation, each maximum and each function applied, by the least column that it fills.
std::vector<Step> steps_of(const Theorem& theorem);

}  // namespace tacit
