// For tests only: what the verifier checks about a theorem before it looks at a proof.
#pragma once

#include <gtest/gtest.h>

#include "graph/compile.h"
#include "theorem/bounds.h"
#include "theorem/definitions.h"
#include "theorem/totality.h"

namespace tacit {

inline void expect_legal(const Compiled& model) {
  const std::vector<bool> inputs = input_columns(model.theorem, model.ports);
  for (const Status& status : {check_theorem(model.theorem), check_bounds(model.theorem), check_definitions(model.theorem, inputs),
                               check_totality(model.theorem, inputs)}) {
    EXPECT_TRUE(status.ok()) << status.error().text();
  }
}

}  // namespace tacit
