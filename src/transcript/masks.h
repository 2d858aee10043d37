// Masks: which pads a party has used so far, and what it owes because of them. One for each Party.
//
//   next ----> pads in order: one for each sent element, one for each product
//   products   pads that are products of two others
//   owed       checks on values that only the ledger can open
#pragma once

#include <utility>
#include <vector>

#include "base/checks.h"
#include "transcript/scalar.h"

namespace tacit {

class Masks {
 public:
  bool on() const { return on_; }
  void begin() {
    on_ = true;
    next_ = 0;
  }
  void end() { on_ = false; }
  /// The next pad's number.
  std::uint32_t take() { return next_++; }
  std::uint32_t used() const { return next_; }
  /// The pad that is committed as the product of two others.
  std::uint32_t multiply(std::uint32_t a, std::uint32_t b) {
    products_.push_back({a, b, take()});
    return products_.back().ab;
  }
  const std::vector<PadProduct>& products() const { return products_; }
  void owe(const char* name, Scalar value) { owed_.push_back({name, check_is_active(name) ? std::move(value) : Scalar()}); }
  const std::vector<OwedCheck>& owed() const { return owed_; }

  /// a * b of two values as they were sent: a' b' + a' p_b + b' p_a + p_ab. A public factor needs no product.
  Scalar product(const Scalar& a, const Scalar& b) {
    if (a.is_public()) return b * a.constant();
    if (b.is_public()) return a * b.constant();
    const std::uint32_t ab = multiply(a.own_pad(), b.own_pad());
    return Scalar::of_pad(b.own_pad()) * a.constant() + a * b.constant() + Scalar::of_pad(ab);
  }

 private:
  bool on_ = false;
  std::uint32_t next_ = 0;
  std::vector<PadProduct> products_;
  std::vector<OwedCheck> owed_;
};

}  // namespace tacit
