// Scalar: a value that the verifier computes with but may not see, as a public constant and a linear form in pads.
//
//   value = constant + sum_k coefficient_k * pad_k           pads: uniform elements of E, committed before any challenge
//
// What a prover sends is value - pad, so a sent value is (message, 1 * pad); sums and public multiples of such values are
// of the same form. With nothing to hide there are no pads, and a Scalar is its constant.
#pragma once

#include <cstdint>
#include <vector>

#include "field/cubic.h"

namespace tacit {

struct PadTerm {
  std::uint32_t pad = 0;
  Fe coefficient;
};

class Scalar {
 public:
  Scalar() = default;
  Scalar(const Fe& constant) : constant_(constant) {}  // NOLINT: implicit by design
  /// constant + 1 * pad
  static Scalar sent(const Fe& constant, std::uint32_t pad);
  static Scalar of_pad(std::uint32_t pad) { return sent(Fe(), pad); }
  /// sum_k by_pad[k] * pad_k
  static Scalar form(const FeVector& by_pad);
  /// The sum of many, at the cost of their terms times the logarithm of their number.
  static Scalar sum(std::vector<Scalar> parts);

  const Fe& constant() const { return constant_; }
  /// By increasing pad, each at most once.
  const std::vector<PadTerm>& terms() const { return terms_; }
  bool is_public() const { return terms_.empty(); }
  /// The pad of a value as it was sent (coefficient one, no other pad); contract.
  std::uint32_t own_pad() const;

  Scalar& operator+=(const Scalar& o);
  Scalar& operator-=(const Scalar& o) { return *this += o * -kOne; }
  Scalar& operator*=(const Fe& k);
  friend Scalar operator+(Scalar a, const Scalar& b) { return a += b; }
  friend Scalar operator-(Scalar a, const Scalar& b) { return a -= b; }
  friend Scalar operator*(Scalar a, const Fe& k) { return a *= k; }

  /// The value under these pads. Contract: every pad of the form is there.
  Fe under(const FeVector& pads) const;

 private:
  Fe constant_;
  std::vector<PadTerm> terms_;
};

/// A product of two pads that is itself committed as a pad: pads[ab] = pads[a] * pads[b].
struct PadProduct {
  std::uint32_t a = 0, b = 0, ab = 0;
};

/// A check whose value only the ledger can test: value = 0.
struct OwedCheck {
  const char* name = "";
  Scalar value;
};

/// What a script needs of masks, known from public shapes alone (transcript/planner.h).
struct PadPlan {
  std::uint32_t pads = 0;             ///< all of them, product pads included
  std::uint32_t checks = 0;           ///< checks owed to the ledger
  std::vector<PadProduct> products;   ///< in order; ab is larger than a and b
  std::vector<std::uint32_t> links;   ///< pads that an oracle of another opening holds as well
};

}  // namespace tacit
