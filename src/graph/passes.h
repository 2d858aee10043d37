// Passes: the rewrites that `prepare` is made of. Each leaves a graph with the same outputs for the same inputs (up to
// rounding for fold_affine) and may leave dead nodes and initialisers behind.
#pragma once

#include "base/result.h"
#include "graph/graph.h"

namespace tacit {

/// Replaces every node whose operands are all initialisers by initialisers, and on the way checks every node and expands those
/// that stand for others (ops/expansion.h). Refuses
/// a graph whose constants would grow far beyond the file or take long to compute.
Status fold_constants(Graph& graph);

/// Removes nodes that pass their operand through. Contract: fold_constants has accepted the graph.
void skip_identities(Graph& graph);

/// Leaves one of several nodes that do the same with the same operands. Contract: fold_constants has accepted the graph.
void share_nodes(Graph& graph);

/// Forests read features as they were before a positive factor and a shift scaled them (move_thresholds.cpp). Contract:
/// fold_constants has accepted the graph.
Status move_thresholds(Graph& graph);

/// Moves per-channel affine maps (a BatchNormalization, an Add of a constant) into the only node that feeds them, where
/// that node can take them in. Contract: fold_constants has accepted the graph.
Status fold_affine(Graph& graph);

/// Columns that are picked of an input and then scaled become a product, which can read each column at a scale of its own.
/// Contract: fold_constants has accepted the graph.
Status select_features(Graph& graph);

/// Products read features from where they were before they were put side by side or picked (split_products.cpp).
/// Contract: fold_constants has accepted the graph.
Status split_products(Graph& graph);

/// Makes one node of several that are a well-known function of one number (ops/well_known.h); the others become dead. Contract:
/// fold_constants has accepted the graph.
Status fuse_functions(Graph& graph);

/// Moves constants that mask terms of a Softmax into it, where nothing else reads the masked tensor; who masked them becomes a
/// dead node. Contract: fold_constants has accepted the graph.
Status fold_masks(Graph& graph);

}  // namespace tacit
