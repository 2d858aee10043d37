// One sumcheck for many inner products: claim = sum_l sum_{k < 2^(n_l)} A_l[k] B_l[k].
//
//   n = max n_l rounds; instance l with n_l < n is late: it is scaled by 2^-(n - n_l), does not depend on the first n - n_l
//   variables and is bound to the last n_l challenges.
//
//   round      1   2   3   4   5          n = 5
//   n_l = 5    x   x   x   x   x
//   n_l = 3    .   .   x   x   x          dots: its sum, halved once a round
//   n_l = 0    .   .   .   .   .
//
// The summed polynomial is sum_l 2^-(n - n_l) A_l(last n_l variables) B_l(the same): its sum over the n-cube is the claim.
#pragma once

#include <algorithm>
#include <span>

#include "sumcheck/products_prover.h"
#include "sumcheck/rounds.h"
#include "transcript/planner.h"

namespace tacit {

/// What a sum of products leaves to be proven: A_l~(last n_l coordinates of at) = a[l], B_l~(...) = b[l].
template <Role R> struct ProductsResult {
  Point at;  ///< n coordinates
  std::vector<Scalar> a, b;

  /// The point of an instance with `log_size` variables.
  std::span<const Fe> point_of(int log_size) const { return std::span(at).last(static_cast<std::size_t>(log_size)); }
};

/// `log_sizes` is part of the statement (0 allowed, the list may be empty); the prover's tables have exactly these sizes.
/// If instances carry independent claims, the caller batches them with challenges drawn after the claims are fixed.
/// Soundness error 2n / |E|. Proof: 48 n + 48 log_sizes.size() bytes. Verifier: O(n + instances).
template <Role R>
ProductsResult<R> sum_of_products(Party<R>& party, std::span<const int> log_sizes, const Scalar& claim,
                                  const Secret<R, ProductTables>& tables) {
  ProductsResult<R> result;
  if (log_sizes.empty()) {
    party.require_zero(claim, "an empty sum of products is zero");
    return result;
  }
  const auto [least, most] = std::minmax_element(log_sizes.begin(), log_sizes.end());
  TACIT_EXPECTS(*least >= 0 && *most <= 40, "the sizes of a statement were checked when it was loaded");
  const int n = *most;
  auto prover = tables.map([&](const auto& t) { return ProductsProver(t, log_sizes); });
  Scalar left = claim;
  for (int round = 0; round < n; ++round) {
    const RoundResult step = plain_round(party, "products round", left, prover, [](const auto& s) { return s.message(); });
    left = step.claim;
    result.at.push_back(step.challenge);
    prover.update([&](auto& s) { s.bind(step.challenge); });
  }
  const std::size_t count = log_sizes.size();
  const std::vector<Scalar> ends =
      party.send_many("products ends", 2 * count, prover, [](const auto& s) { return s.ends(); });
  const Fp half = Fp(2).inverse();
  std::vector<Scalar> parts{left};
  for (std::size_t l = 0; l < count; ++l) {
    result.a.push_back(ends[2 * l]);
    result.b.push_back(ends[2 * l + 1]);
    const Fp scale = half.pow(static_cast<std::uint64_t>(n - log_sizes[l]));
    parts.push_back(party.product(result.a[l], result.b[l]) * Fe(-scale));
  }
  party.require_zero(Scalar::sum(std::move(parts)), "products ends match their sumcheck");
  return result;
}

extern template ProductsResult<Role::kProver> sum_of_products(Party<Role::kProver>&, std::span<const int>, const Scalar&,
                                                              const Secret<Role::kProver, ProductTables>&);
extern template ProductsResult<Role::kVerifier> sum_of_products(Party<Role::kVerifier>&, std::span<const int>, const Scalar&,
                                                                const Secret<Role::kVerifier, ProductTables>&);
extern template ProductsResult<Role::kPlanner> sum_of_products(Party<Role::kPlanner>&, std::span<const int>, const Scalar&,
                                                               const Secret<Role::kPlanner, ProductTables>&);

}  // namespace tacit
