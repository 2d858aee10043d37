// Runs: many exhibits of one kind, made and examined on all cores. Fixed seeds, so every p value is a constant.
#pragma once

#include <string>

#include "leaks/distinguish.h"
#include "leaks/simulator.h"

namespace tacit::leaks {

/// How the proofs of an exhibit are made. The honest way is the default.
struct Recipe {
  std::size_t secret = 0;
  Spoil spoil = Spoil::kNothing;
  std::size_t proofs = kOpenings;  ///< under one commitment to W
  bool same_masks = false;         ///< every second proof goes on from the root of X before it, with another nonce
  bool third_end = false;          ///< S~ of the first proof is told
};

/// Proofs of one secret under one commitment. Honest ones are those of the product, byte by byte as far as seeds go.
Exhibit make_exhibit(const World& world, const Recipe& recipe, Random& random);

struct Tally {
  Counts counts;
  std::size_t proofs = 0;
  std::string complaint;  ///< of the verifier or about lengths, empty if there is none
  void merge(const Tally& other);
};

/// `exhibits` of one recipe, all under the guess of secret 0.
Tally run(const World& world, std::string_view name, const Recipe& recipe, std::size_t exhibits, std::size_t beyond = 0);
Tally run_simulated(const World& world, std::string_view name, std::size_t exhibits);

const World& world();

}  // namespace tacit::leaks
