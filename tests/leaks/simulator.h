// The simulator of docs/zero-knowledge.md, sections 3 and 4: writes exhibits and knows no witness.
//
//   commitment     W* holds zeros in place of weights and uniform random slots; y* follows
//   1   challenges and positions are drawn first, uniformly (the hash is programmed)
//   2-3 every masked element, P, Q: uniform
//   4   v' uniform, s = <v', a'> - rho c
//   5   everything after root_1: the product's prover on v'
//   6   rows at J: W* | X and row2 uniform | row1, mu_W from v' and the line
//       X's tree: salted leaves of the opened rows, random digests elsewhere; its root is put in front at last
//
// Its columns, pads and masks are all zero: the product's script asks for them, and nothing that is sent depends on them.
#pragma once

#include "leaks/candidate.h"

namespace tacit::leaks {

/// A commitment to no weights and `proofs` simulated proofs under it.
Exhibit simulate(const World& world, std::size_t proofs, Random& random);

}  // namespace tacit::leaks
