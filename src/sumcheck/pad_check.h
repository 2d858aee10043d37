// The pad check: every product pad is the product of its two factors, s_k = a_k b_k for all noted products.
//
//   products   (a_0, b_0, s_0) ... (a_(N-1), b_(N-1), s_(N-1)), (u, v, u v)      pads by number; the last triple is random
//   tau        sum_k eq(tau, k) (P_k Q_k - S_k) = 0 by m = ceil log2(N + 1) eq rounds, themselves masked
//   ends       P~(c), Q~(c) in clear;  S~(c) is never sent: P~ Q~ - claim is what it must be
//
// Each of P~, Q~, S~ is a linear form in pads and is owed to the ledger. u and v are used nowhere else, so P~(c) and Q~(c)
// are uniform (unless eq(c, N) = 0, probability m / |E|) and independent of everything sent before. S~ in clear would be one
// equation on the secret pads too many. Soundness error: m / |E| for tau, 3 m / |E| for the rounds, on top of the ledger.
// Source: the quadratic constraints of Longfellow (libzk), here in one zero-check instead of Ligero's own test.
#pragma once

#include <algorithm>

#include "poly/eq.h"
#include "sumcheck/pad_check_prover.h"
#include "sumcheck/rounds.h"
#include "transcript/planner.h"

namespace tacit {

/// Adds the random triple, runs the zero-check and owes three forms. Contract: masks are on. Proof: 48 m + 48 bytes.
template <Role R>
void check_pad_products(Party<R>& party, const Secret<R, FeVector>& pads) {
  Masks& masks = party.masks();
  const std::uint32_t u = masks.take(), v = masks.take();
  masks.multiply(u, v);
  const std::vector<PadProduct> products = masks.products();
  std::size_t rounds = 0;
  while (std::size_t{1} << rounds < products.size()) ++rounds;
  const Point tau = party.draw_point("pad check point", rounds);
  Point inverses = tau, at;
  invert_all(inverses);
  auto prover = pads.map([&](const FeVector& p) { return PadCheckProver(p, products, tau); });
  Scalar claim;
  for (std::size_t j = 0; j < rounds; ++j) {
    const RoundResult step = eq_round(party, "pad check round", claim, tau[j], inverses[j], prover,
                                      [](const auto& s) { return s.message(); });
    claim = step.claim;
    at.push_back(step.challenge);
    prover.update([&](auto& s) { s.bind(step.challenge); });
  }
  const FeVector ends = party.send_clear_many("pad check ends", 2, prover, [](const auto& s) { return s.ends(); });
  const FeVector weights = eq_table(at);
  auto form = [&](std::uint32_t PadProduct::*member) {
    FeVector by_pad(masks.used());
    for (std::size_t k = 0; k < products.size(); ++k) by_pad[products[k].*member] += weights[k];
    return Scalar::form(by_pad);
  };
  masks.owe("pad check: first factors", form(&PadProduct::a) - ends[0]);
  masks.owe("pad check: second factors", form(&PadProduct::b) - ends[1]);
  masks.owe("pad check: products", form(&PadProduct::ab) - (ends[0] * ends[1] - claim));
}

}  // namespace tacit
