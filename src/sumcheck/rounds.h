// One round of a sumcheck whose round polynomial is a quadratic, in the two forms that Tacit uses.
//
// Conventions of the whole project: a multilinear point lists the coordinate of the MOST significant index bit first, and
// a sumcheck binds the most significant bit first; folding a table of 2m entries at r gives t[i] + r (t[i+m] - t[i]).
//
//   plain     s(0) + s(1) = claim                     message: (s(0), leading coefficient of s)
//   eq form   s(X) = eq(at, X) h(X),                  message: (h(0), leading coefficient of h)
//             (1-at) h(0) + at h(1) = claim           (the factor eq of the earlier rounds is divided out of the claim)
//
// The missing coefficient follows from the claim and is never sent. Soundness: 2/|E| a round (plain), 3/|E| (eq form).
#pragma once

#include <array>
#include <string_view>

#include "transcript/party.h"

namespace tacit {

/// What the prover sends in one round: the constant and the leading coefficient of the quadratic.
struct RoundMessage {
  Fe constant, leading;
};

struct RoundResult {
  Fe challenge;
  Scalar claim;  ///< the value of the round polynomial at the challenge
};

inline Scalar quadratic_at(const Scalar& constant, const Scalar& linear, const Scalar& leading, const Fe& x) {
  return constant + (linear + leading * x) * x;
}

/// A finished round, for a party that watches. `at` is null in the plain form.
struct WatchedRound {
  std::string_view label;
  const Scalar &claim, &constant, &leading;
  const Fe& challenge;
  const Scalar& next;
  const Fe* at;
};

/// Plain form: `message(secret)` returns a RoundMessage.
template <Role R, class S>
RoundResult plain_round(Party<R>& party, std::string_view label, const Scalar& claim, const S& secret, auto&& message) {
  const auto sent = party.send_many(label, 2, secret, [&](const auto& s) {
    RoundMessage m = message(s);
    return FeVector{m.constant, m.leading};
  });
  const Fe challenge = party.draw(label);
  const Scalar linear = claim - sent[0] - sent[0] - sent[1];
  const RoundResult result{challenge, quadratic_at(sent[0], linear, sent[1], challenge)};
  watch(party, WatchedRound{label, claim, sent[0], sent[1], result.challenge, result.claim, nullptr});
  return result;
}

/// Eq form. `at_inverse` is 1/at; a zero coordinate (probability 1/|E|) makes the verifier reject, whatever was sent.
template <Role R, class S>
RoundResult eq_round(Party<R>& party, std::string_view label, const Scalar& claim, const Fe& at, const Fe& at_inverse,
                         const S& secret, auto&& message) {
  const auto sent = party.send_many(label, 2, secret, [&](const auto& s) {
    RoundMessage m = message(s);
    return FeVector{m.constant, m.leading};
  });
  party.require(!at.is_zero(), "eq round has a non-zero coordinate");
  const Fe challenge = party.draw(label);
  const Scalar at_one = (claim - sent[0] * (kOne - at)) * at_inverse;  // h(1)
  const Scalar linear = at_one - sent[0] - sent[1];
  const RoundResult result{challenge, quadratic_at(sent[0], linear, sent[1], challenge)};
  watch(party, WatchedRound{label, claim, sent[0], sent[1], result.challenge, result.claim, &at});
  return result;
}

}  // namespace tacit
