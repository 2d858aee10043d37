// Registration: what is proven once about a commitment to weights.
#pragma once

#include "base/result.h"
#include "theorem/theorem.h"

namespace tacit {

/// The theorem that registers a model: every weights column of `model` lies in its declared bounds. Its weights columns
/// are the model's, in the same order, so both theorems speak of one commitment.
Result<Theorem> registration_theorem(const Theorem& model);

}  // namespace tacit
