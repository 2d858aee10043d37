// The distinguisher: a verifier with a guess of the secret.
//
// It runs the verifier's checks on a tape, and beside them the prover's functions on the guessed columns, at the challenges
// of the tape. What a masked message says minus what the guess predicts is minus its pad: so under a guess every pad, every
// xi and, with as many rows as there are random slots, every random slot of X and row2 follows. An Explanation holds them.
//
//   pads    h_k = predicted - sent;  product pads from these;  u, v from P, Q            -> X's statement part
//   xi      predicted - sent in the limb fold, which needs W's pin but no other random slot of W (one limb: it is late)
//   rests   opened X_i[j], row2[j] minus the predicted part = the random slots' part     -> r_X, r_2 from three rows
//   v'      from the rows of round 1, all of it
//
// The opening of a link is explained by itself: its pad is fingerprint of the guess - link value.
//
// If the guess is right the explanation is the truth, and whatever was not drawn is found to be zero. It uses nothing that a
// verifier does not have.
#pragma once

#include <array>
#include <optional>

#include "leaks/world.h"

namespace tacit::leaks {

/// One commitment to W and proofs under it, as a verifier has them.
struct Exhibit {
  Relation relation;
  std::vector<Tape> tapes;
  std::optional<Fe> third_end;  ///< S~ of the first proof, had it been sent
};

struct Explanation {
  std::string reason;         ///< the verifier's: empty if it accepts
  FeVector pads, xi;
  FeVector random_factors;    ///< u, v
  FeVector claimed_end;       ///< S~ as the guess has it
  FpVector x_message;         ///< X without random slots
  Fe rho;
  FeVector limb_weights;      ///< eq of the limb fold's point
  FeVector v_w, v_x;          ///< folded without random slots
  FeVector v_prime;
  std::vector<std::size_t> positions;
  FpVector rows_w, rows_x;    ///< as opened
  FpVector rest_x, rest_row2; ///< opened minus predicted, by position (and limb)
  std::array<FpVector, 3> r_x;  ///< contents of the random slots, if three positions were opened
  FpVector r_2;
  bool solved = false;
  std::vector<Digest> link_roots;
  std::vector<LinkClaim> links;
};

/// A proof without the openings of its links.
Explanation explain(const World& world, const Relation& relation, const Assignment& guess, const Tape& tape);
/// One opening of a link. Of the guess: `committed` is the statement part of its message in W, `fingerprint` that of the form.
Explanation explain_link(const Side& side, const Relation& target, const FpVector& committed, const Fe& fingerprint, const Form& form,
                         const Fe& m, const Digest& root_x, const Tape& part);

/// The solution of a square system [A | b], row by row; nothing if it is singular.
std::optional<FpVector> solve(std::vector<FpVector> rows);

/// Contents of W's last `unknown` slots from rest = W[j] - predicted at these positions and y - predicted.
std::optional<FpVector> solve_w(const Side& side, const std::vector<std::size_t>& positions, const FpVector& rest, const Fe& z,
                                const Fe& rest_y, std::size_t unknown);

Fp domain_point(const Side& side, std::size_t position);
/// The polynomial with these coefficients, from exponent `first` on, at a point.
Fp value_at(std::span<const Fp> coefficients, Fp at, std::size_t first = 0);
Fe value_at(std::span<const Fe> coefficients, Fp at, std::size_t first = 0);

}  // namespace tacit::leaks
