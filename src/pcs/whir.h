// Opening of linear forms on the committed oracles W and X with WHIR: <W, A_W> + <X, A_X> = claim.
//
//   W   limb 0   [ pos 0 ... pos n-1 ]      c_W limbs of n = 2^log_n base elements, index = limb * n + pos
//       limb 1   [        ...        ]      (limb bits | pos bits), most significant first
//   X   likewise, same n, same domain; the number of limbs is its own
//   A   one element of E for every index of W, of X; both are zero in the limbs that 2^k, k = ceil log2(limbs), has
//       more than there are
//
// A masked shape (random_slots_x > 0) hides W and X: the messages of the limb fold are sent minus pads, and what the
// limbs are folded to is masked once, v' = rho (v_W || v_X + row2) + (mu_W || row1), before it is committed. All that
// follows is about v', which is uniform, in clear. Masks and layout: pcs/whir_masks.h.
//
// One text (whir_engine.h) speaks for both roles; whir_verifier.cpp instantiates the verifier and links no prover code.
// Soundness error and sizes: pcs/params.h, pcs/security.h.
#pragma once

#include <functional>
#include <span>
#include <utility>

#include "pcs/params.h"
#include "transcript/party.h"

namespace tacit {

class Oracle;
struct OpeningMasks;

/// A covector A over the index space of one oracle, produced in pieces so that it is never held as a whole. All calls
/// come from several threads and ask for committed limbs only: A is zero in all others, also where the verifier
/// evaluates its multilinear extension.
class Covector {
 public:
  virtual ~Covector() = default;
  /// Writes A[limb * n + pos] for pos = 0..n-1.
  virtual void fill(std::size_t limb, std::span<Fe> out) const = 0;
  /// Optional and much faster for large oracles, since the piece then stays in cache: writes A[limb * n + first + i]
  /// for i < out.size(), or returns false, always, if it cannot. Lengths are 4096 and divide `first`.
  virtual bool fill_part(std::size_t /*limb*/, std::size_t /*first*/, std::span<Fe> /*out*/) const { return false; }
  /// True only if the whole limb of A is zero: it is then not asked for.
  virtual bool is_zero(std::size_t /*limb*/) const { return false; }
};

/// What the prover opens; an oracle that the shape declares absent, and its covector, may be null. `masks` are those
/// that X was committed with; null if and only if the shape is not masked. In a masked shape A_X is zero on all slots
/// that are not of the statement; A_W also, but for the pin, which is public and has random slots of its own.
struct OpeningWitness {
  const Oracle* w = nullptr;
  const Oracle* x = nullptr;
  const Covector* a_w = nullptr;
  const Covector* a_x = nullptr;
  const OpeningMasks* masks = nullptr;
};

/// The multilinear extensions of A_W and A_X at (limb bits | pos bits). The point of an absent oracle is empty and its
/// value is ignored. Must be total: a verifier calls it whatever the proof says.
using CovectorEvaluator = std::function<std::pair<Fe, Fe>(const Point& point_w, const Point& point_x)>;

/// Convinces the verifier, who holds both roots, that <W, A_W> + <X, A_X> = claim. The roots, the claim and the
/// parameters are bound here; what determines A_W and A_X must be in the transcript before. Verifier: total time and
/// memory are bounded by `params`, whatever the proof; `params` have passed check_form(). Prover: two passes over each
/// oracle and its covector (which is produced twice when it exceeds 64 MiB), about 20 ns an element and core, and about
/// 100 ns an element of v'.
/// Masked, the claim is proven for W and X + e, where e in F^n is added to each of 2^k_X limbs and fixed by X's root.
/// Every claim in it must have been multiplied by a challenge that was drawn after that root: a false claim whose error
/// is known earlier can be proven.
template <Role R>
void open(Party<R>& party, const OpeningParams& params, const Digest& root_w, const Digest& root_x,
          const Secret<R, OpeningWitness>& witness, const Fe& claim, const CovectorEvaluator& evaluate);

template <>
void open<Role::kProver>(Party<Role::kProver>&, const OpeningParams&, const Digest&, const Digest&,
                         const Known<OpeningWitness>&, const Fe&, const CovectorEvaluator&);
template <>
void open<Role::kVerifier>(Party<Role::kVerifier>&, const OpeningParams&, const Digest&, const Digest&, const Sealed&,
                           const Fe&, const CovectorEvaluator&);

}  // namespace tacit
