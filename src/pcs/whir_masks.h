// What hides an opening, the prover's side: the masks that X carries behind its limbs, and the random slots of limbs.
//
//   slots        0 ..................... S_X ............ S_X + 6 K ............. n        S_X = statement_slots_x()
//   limb of W    | statement                          (0 .. n - R_W) | random   |
//   limb of X    | statement            | zero             | random             |
//   row2 in F^n  | zero                 | pads xi          | random             |        pads of the limb fold
//   row1 in E^n  | uniform                                                      |        masks v_X and the pads
//   mu_W in E^n  | uniform                                                      |        masks v_W; empty without W
//
//   row of X's codeword   limbs_x words | row2 | row1 c0 c1 c2 | mu_W c0 c1 c2
//   pad xi_k              slots S_X + 3k, 3k + 1, 3k + 2 of row2: c0 + c1 w + c2 w^2; rounds use xi_(2j), xi_(2j+1)
//
// The masks of one opening serve no other: two openings with the same ones show what they hid.
#pragma once

#include <functional>
#include <span>

#include "pcs/params.h"
#include "pcs/whir_constraint.h"

namespace tacit {

/// Fills a span with independent uniform elements of F.
using RandomSource = std::function<void(std::span<Fp>)>;

/// Wiped when it is destroyed or overwritten.
struct OpeningMasks {
  FpVector row2;
  FeVector row1, mu_w;

  OpeningMasks() = default;
  OpeningMasks(OpeningMasks&&) = default;
  OpeningMasks& operator=(OpeningMasks&& other) noexcept;
  ~OpeningMasks();
};

/// Fresh masks for one opening of a masked shape that check_form() accepts.
OpeningMasks make_masks(const OpeningShape& shape, const RandomSource& random);

/// The masks as base limbs, in the order of the words of a row: what Oracle::commit() puts behind the limbs of X. As
/// secret as the masks; the caller's to wipe.
FpVector mask_limbs(const OpeningMasks& masks);

/// The 2 K pads of the limb fold that stand in row2.
FeVector pads_of(const OpeningShape& shape, std::span<const Fp> row2);

/// Fills the random slots of every limb of W (Block::kW) or X (Block::kX); in X's limbs, sets the slots where row2 has
/// its pads to zero. Contract: message.size() is that oracle's limbs times n.
void fill_random_slots(const OpeningShape& shape, Block oracle, std::span<Fp> message, const RandomSource& random);

}  // namespace tacit
