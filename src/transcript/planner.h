// Party<kPlanner>: a dry run of a script that only counts pads, products and owed checks.
//
// It has no secrets, sends nothing, and draws the same non-zero number every time: the sequence of a script's messages
// depends on public shapes only, and this run shows it.
#pragma once

#include "transcript/party.h"

namespace tacit {

template <>
class Party<Role::kPlanner> {
 public:
  static constexpr Role kRole = Role::kPlanner;
  using Scalar = tacit::Scalar;

  Party() { masks_.begin(); }

  template <class S> Scalar send(std::string_view label, const S& secret, auto&& look) { return send_many(label, 1, secret, look)[0]; }
  template <class S> std::vector<Scalar> send_many(std::string_view, std::size_t count, const S&, auto&&) {
    std::vector<Scalar> out(count);
    for (Scalar& s : out) s = Scalar::of_pad(masks_.take());
    return out;
  }
  template <class S> FeVector send_clear_many(std::string_view, std::size_t count, const S&, auto&&) { return FeVector(count); }
  Fe draw(std::string_view) { return Fe(Fp(2)); }
  Point draw_point(std::string_view, std::size_t count) { return Point(count, Fe(Fp(2))); }

  Scalar product(const Scalar& a, const Scalar& b) { return masks_.product(a, b); }
  void require_zero(const Scalar& x, const char* check) {
    if (!x.is_public()) masks_.owe(check, Scalar());
  }
  void require(bool, const char*) {}
  bool is_decided() const { return false; }
  Masks& masks() { return masks_; }

  PadPlan plan() const { return {masks_.used(), static_cast<std::uint32_t>(masks_.owed().size()), masks_.products(), {}}; }

 private:
  Masks masks_;
};

}  // namespace tacit
