// sum_i p_i / q_i = 0 over up to 2^log_rows fractions: logup-GKR, one text for prover and verifier.
//
//   row i of a layer with 2^l rows = (p0 q1 + p1 q0, q0 q1) of rows i and i + 2^l of the layer below it
//
//   layer 1          ends (p0, p1, q0, q1) of the two-row layer;  p0 q1 + p1 q0 = 0;  mu;  point = (mu)
//   layer l + 1      lambda;  p + lambda q = sum_x eq(point, x) [ q1(x) (p0(x) + lambda q0(x)) + p1(x) q0(x) ]
//   l = 1 ..         l eq rounds;  ends at the bound point, which must give the last claim;  mu;  point = (mu, bound)
//
// The result is owed: p~(at) = p and q~(at) = q of the leaf layer, rows beyond L being (0, 1). The root denominator is
// neither sent nor tested: if no leaf denominator is zero, a root numerator of zero says that the sum is zero, and the
// denominators are fixed before the challenge that makes them non-zero with high probability.
#pragma once

#include "lookup/fraction_prover.h"
#include "sumcheck/rounds.h"

namespace tacit {

/// What a fraction sum leaves to be proven about its leaves.
template <Role R> struct FractionClaim {
  Point at;  ///< log_rows coordinates
  typename Party<R>::Scalar p, q;
};

/// Soundness error at most log_rows (3 log_rows + 1) / 2 / |E|. log_rows >= 1. Verifier: about log_rows^2 / 2 rounds.
/// Proof: 96 log_rows + 24 log_rows (log_rows - 1) bytes. Prover: see fraction_prover.h.
template <Role R>
FractionClaim<R> fraction_sum(Party<R>& party, int log_rows, const Secret<R, FractionLeaves>& leaves) {
  using Scalar = typename Party<R>::Scalar;
  TACIT_EXPECTS(log_rows >= 1 && log_rows <= 40, "a fraction sum has at least two rows");
  auto prover = leaves.map([&](const auto& l) { return FractionProver(l, log_rows); });
  auto send_ends = [&] { return party.send_many("fraction ends", 4, prover, [](const auto& s) {
    return FeVector(s.ends().begin(), s.ends().end());
  }); };

  std::vector<Scalar> ends = send_ends();
  party.require_zero(party.product(ends[0], ends[3]) + party.product(ends[1], ends[2]), "fractions sum to zero");
  FractionClaim<R> owed;
  auto join_halves = [&](const Point& bound) {
    const Fe mu = party.draw("fraction mu");
    owed.p = ends[0] + (ends[1] - ends[0]) * mu;
    owed.q = ends[2] + (ends[3] - ends[2]) * mu;
    owed.at.assign(1, mu);
    owed.at.insert(owed.at.end(), bound.begin(), bound.end());
  };
  join_halves({});

  for (int l = 1; l < log_rows; ++l) {
    const Fe lambda = party.draw("fraction lambda");
    prover.update([&](auto& s) { s.begin_layer(owed.at, lambda); });
    Point inverses = owed.at, bound;
    invert_all(inverses);
    Scalar claim = owed.p + owed.q * lambda;
    for (int round = 0; round < l; ++round) {
      const auto result = eq_round(party, "fraction round", claim, owed.at[round], inverses[round], prover,
                                   [](const auto& s) { return s.message(); });
      claim = result.claim;
      bound.push_back(result.challenge);
      prover.update([&](auto& s) { s.bind(result.challenge); });
    }
    ends = send_ends();
    party.require_zero(claim - party.product(ends[3], ends[0] + ends[2] * lambda) - party.product(ends[1], ends[2]),
                       "fraction layer ends match its sumcheck");
    join_halves(bound);
  }
  return owed;
}

extern template FractionClaim<Role::kProver> fraction_sum(Party<Role::kProver>&, int,
                                                          const Secret<Role::kProver, FractionLeaves>&);
extern template FractionClaim<Role::kVerifier> fraction_sum(Party<Role::kVerifier>&, int,
                                                            const Secret<Role::kVerifier, FractionLeaves>&);

}  // namespace tacit
