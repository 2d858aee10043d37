// The one walk from opened positions to the root that prover, verifier and the length count share.
#pragma once

#include <cstddef>
#include <vector>

namespace tacit {

/// Goes from a level's known nodes (strictly increasing indices) to their parents, in order. `pair(k)` is called when
/// known nodes k and k + 1 are siblings, `lone(k)` when the sibling of known node k must come from the proof.
template <class Pair, class Lone>
void climb_level(std::vector<std::size_t>& known, Pair pair, Lone lone) {
  std::size_t parents = 0;
  for (std::size_t k = 0; k < known.size(); ++parents) {
    const std::size_t index = known[k];
    if (index % 2 == 0 && k + 1 < known.size() && known[k + 1] == index + 1) {
      pair(k);
      k += 2;
    } else {
      lone(k);
      k += 1;
    }
    known[parents] = index / 2;
  }
  known.resize(parents);
}

}  // namespace tacit
