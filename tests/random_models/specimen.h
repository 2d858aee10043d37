// Specimen: one random graph with everything that its proof depends on, a function of (seed, index) alone.
#pragma once

#include <set>

#include "graph/compile.h"
#include "random_models/builder.h"

namespace tacit::random_models {

struct Specimen {
  std::uint64_t seed = 0, index = 0;
  Graph graph;                       ///< as a file would state it, ordered, with what is dead
  CompileOptions options;
  bool calibrated = true;            ///< on the samples; otherwise by options.input_range
  std::vector<TensorMap> samples;
  Visibility weights = Visibility::kPrivate;
  std::map<std::string, std::string> labels;  ///< of nodes, by name; none for those that only make a constant
  std::vector<Refusal> refusals;     ///< of nodes that were left out
  std::vector<std::string> faults;   ///< operators that called a right node malformed
};

Specimen make_specimen(std::uint64_t seed, std::uint64_t index);

/// The labels of the nodes that some output depends on.
std::set<std::string> live_labels(const Specimen& specimen);

/// The graph as C++ for a GraphFixture, with all constants, and how to run it again.
std::string replay_text(const Specimen& specimen);

}  // namespace tacit::random_models
