// Claims about data sets, as graphs: what is proven of many rows at once (docs/claims.md).
//
//   rows --> [ the model ] --label of each row--+
//                                               +--> [CountEqual] --> claim.correct, one integer, the only output
//   claim.labels, an input ---------------------+
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "graph/graph.h"

namespace tacit {

inline constexpr const char* kAccuracyClaim = "accuracy";

/// The graph whose output is on how many rows the first output of `graph` is the label given. Contract: the graph comes from
/// `prepare`, and so does the result. Errors: kUsage for an output that holds no classes.
Result<Graph> claim_accuracy(Graph graph);

/// The inputs that data are for: all but the labels of a claim.
std::vector<ValueInfo> data_inputs(const Graph& graph);
/// The labels of a claim, or null.
const ValueInfo* labels_input(const Graph& graph);

}  // namespace tacit
