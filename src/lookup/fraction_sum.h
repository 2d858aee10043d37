// sum_i p_i / q_i = 0 over up to 2^log_rows fractions: logup-GKR, one text for prover and verifier.
//
//   row i of a layer with 2^l rows = (p0 q1 + p1 q0, q0 q1) of rows i and i + 2^l of the layer below it
//
//   layer 1          ends (p0, p1, q0, q1) of the two-row layer;  p0 q1 + p1 q0 = 0;  mu;  point = (mu)
//   layer l + 1      lambda;  p + lambda q = sum_x eq(point, x) [ q1(x) (p0(x) + lambda q0(x)) + p1(x) q0(x) ]
//   l = 1 ..         l eq rounds;  ends at the bound point, which must give the last claim;  mu;  point = (mu, bound)
//
// The first end is sent as u = p0 + lambda q0 (lambda = 0 in layer 1), so that the check multiplies sent values only: q1 u
// and p1 q0, two product pads a layer when masks are on.
//
// The result is owed: p~(at) = p and q~(at) = q of the leaf layer, rows beyond L being (0, 1). The root denominator is
// neither sent nor tested: if no leaf denominator is zero, a root numerator of zero says that the sum is zero, and the
// denominators are fixed before the challenge that makes them non-zero with high probability.
#pragma once

#include "lookup/fraction_prover.h"
#include "sumcheck/rounds.h"
#include "transcript/planner.h"

namespace tacit {

/// What a fraction sum leaves to be proven about its leaves.
template <Role R> struct FractionClaim {
  Point at;  ///< log_rows coordinates
  Scalar p, q;
};

/// Soundness error at most log_rows (3 log_rows + 1) / 2 / |E|. log_rows >= 1. Verifier: about log_rows^2 / 2 rounds.
/// Proof: 96 log_rows + 24 log_rows (log_rows - 1) bytes. Prover: see fraction_prover.h.
template <Role R>
FractionClaim<R> fraction_sum(Party<R>& party, int log_rows, const Secret<R, FractionLeaves>& leaves) {
  TACIT_EXPECTS(log_rows >= 1 && log_rows <= 40, "a fraction sum has at least two rows");
  auto prover = leaves.map([&](const auto& l) { return FractionProver(l, log_rows); });
  FractionClaim<R> owed;
  // The ends (p0 + lambda q0, p1, q0, q1) must give the layer's claim; then mu joins the halves of p and of q.
  auto settle_layer = [&](const Scalar& claim, const Fe& lambda, const Point& bound, const char* check) {
    const std::vector<Scalar> ends = party.send_many("fraction ends", 4, prover, [&](const auto& s) {
      const auto [p0, p1, q0, q1] = s.ends();
      return FeVector{p0 + lambda * q0, p1, q0, q1};
    });
    const Scalar first = party.product(ends[3], ends[0]);
    const Scalar second = party.product(ends[1], ends[2]);
    party.require_zero(claim - first - second, check);
    const Scalar p0 = ends[0] - ends[2] * lambda;
    const Fe mu = party.draw("fraction mu");
    owed.p = p0 + (ends[1] - p0) * mu;
    owed.q = ends[2] + (ends[3] - ends[2]) * mu;
    owed.at.assign(1, mu);
    owed.at.insert(owed.at.end(), bound.begin(), bound.end());
  };

  settle_layer(Scalar(), kZero, {}, "fractions sum to zero");
  for (int l = 1; l < log_rows; ++l) {
    const Fe lambda = party.draw("fraction lambda");
    prover.update([&](auto& s) { s.begin_layer(owed.at, lambda); });
    Point inverses = owed.at, bound;
    invert_all(inverses);
    Scalar claim = owed.p + owed.q * lambda;
    for (int round = 0; round < l; ++round) {
      const RoundResult result = eq_round(party, "fraction round", claim, owed.at[round], inverses[round], prover,
                                          [](const auto& s) { return s.message(); });
      claim = result.claim;
      bound.push_back(result.challenge);
      prover.update([&](auto& s) { s.bind(result.challenge); });
    }
    settle_layer(claim, lambda, bound, "fraction layer ends match its sumcheck");
  }
  return owed;
}

extern template FractionClaim<Role::kProver> fraction_sum(Party<Role::kProver>&, int,
                                                          const Secret<Role::kProver, FractionLeaves>&);
extern template FractionClaim<Role::kVerifier> fraction_sum(Party<Role::kVerifier>&, int,
                                                            const Secret<Role::kVerifier, FractionLeaves>&);
extern template FractionClaim<Role::kPlanner> fraction_sum(Party<Role::kPlanner>&, int,
                                                           const Secret<Role::kPlanner, FractionLeaves>&);

}  // namespace tacit
