// Party<Role>: one script, two voices.
//
// A protocol engine is ONE function over Party<R>. The prover evaluates what it knows and appends it to the proof; the
// verifier reads the next bytes of the proof. Both absorb the value under the same label, so a message that only one
// side hashes cannot be written down.
//
//   Secret<R, T>   the prover's data: Known<T>; the verifier's view of it: Sealed (nothing). The only doors into a
//                  secret are Party::send*, map and update.
//   Scalar         a value that the verifier computes with (a claim): a constant, and a linear form in committed pads
//                  while masks are on (scalar.h). Engines add, multiply by public elements, use product and require_zero,
//                  and never look inside: the same text runs with masks and without.
//   Verdict        sticky: the first failed check is kept, later reads give zero, the script runs on in time bounded by
//                  the key. Leftover proof bytes are a rejection.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/contract.h"
#include "base/wipe.h"
#include "field/cubic.h"
#include "base/checks.h"
#include "transcript/masks.h"
#include "transcript/transcript.h"

namespace tacit {

enum class Role { kProver, kVerifier, kPlanner };
template <Role R> class Party;

/// Shows an event to a party that watches its script, as that of src/explain does. The parties of this file watch nothing:
/// for them there is no code here.
template <class P, class Event> void watch(P& party, const Event& event) {
  if constexpr (requires { party.watch(event); }) party.watch(event);
}

/// The prover's view of a secret.
template <class T> class Known {
 public:
  explicit Known(T v) : v_(std::move(v)) {}
  auto map(auto&& f) const { return Known<std::decay_t<decltype(f(v_))>>(f(v_)); }
  void update(auto&& f) { f(v_); }

 private:
  template <Role> friend class Party;
  T v_;
};

/// The verifier's view of a secret: nothing.
struct Sealed {
  Sealed map(auto&&) const { return {}; }
  void update(auto&&) {}
};

template <Role R, class T> using Secret = std::conditional_t<R == Role::kVerifier || R == Role::kPlanner, Sealed, Known<T>>;

struct Verdict {
  bool accepted = false;
  std::string reason;  ///< the first failed check; empty when accepted
};

template <Role R> class Party {
 public:
  static constexpr Role kRole = R;
  using Scalar = tacit::Scalar;

  /// Prover: an empty proof. Verifier: the proof to read.
  explicit Party(std::string_view protocol_label, ByteSpan proof = {}) : transcript_(protocol_label), reader_(proof) {}

  /// Absorbs public data that both sides know.
  void bind(std::string_view label, ByteSpan data) { transcript_.absorb(label, data); }

  /// From here on every element that send and send_many carry is sent minus the next of these pads, until end_masks().
  /// Contract: at least as many pads as are used.
  void begin_masks(const Secret<R, FeVector>& pads) {
    masks_.begin();
    if constexpr (R == Role::kProver) pads_ = pads.v_;
  }
  void end_masks() {
    masks_.end();
    wipe(pads_);
  }
  Masks& masks() { return masks_; }

  /// Sends one element of E.
  template <class S> Scalar send(std::string_view label, const S& secret, auto&& look) {
    return send_many(label, 1, secret, [&](const auto& s) { return FeVector{look(s)}; })[0];
  }
  /// Sends `count` elements of E as one message; `look` returns exactly `count` of them.
  template <class S> std::vector<Scalar> send_many(std::string_view label, std::size_t count, const S& secret, auto&& look) {
    const std::uint32_t first = masks_.used();
    const FeVector message = send_clear_many(label, count, secret, [&](const auto& s) {
      FeVector values = look(s);
      if (masks_.on()) subtract_pads(values, first);
      return values;
    });
    std::vector<Scalar> out(message.begin(), message.end());
    if (masks_.on())
      for (Scalar& s : out) s = Scalar::sent(s.constant(), masks_.take());
    return out;
  }
  /// The same without masks: for what is public, or already hidden by other means.
  template <class S> Fe send_clear(std::string_view label, const S& secret, auto&& look) {
    return send_clear_many(label, 1, secret, [&](const auto& s) { return FeVector{look(s)}; })[0];
  }
  template <class S> FeVector send_clear_many(std::string_view label, std::size_t count, const S& secret, auto&& look) {
    Bytes message(24 * count);
    if constexpr (R == Role::kProver) {
      const FeVector values = look(secret.v_);
      TACIT_EXPECTS(values.size() == count, "a message has the length that the protocol gives it");
      encode(values, message);
    }
    exchange(label, message);
    FeVector values(count);
    decode(message, {reinterpret_cast<Fp*>(values.data()), 3 * count});
    return values;
  }
  /// Sends `count` elements of F as one message.
  template <class S> FpVector send_base(std::string_view label, std::size_t count, const S& secret, auto&& look) {
    Bytes message(8 * count);
    if constexpr (R == Role::kProver) {
      const FpVector values = look(secret.v_);
      TACIT_EXPECTS(values.size() == count, "a message has the length that the protocol gives it");
      for (std::size_t i = 0; i < count; ++i) put(message, i, values[i]);
    }
    exchange(label, message);
    FpVector values(count);
    decode(message, values);
    return values;
  }
  /// Sends `count` digests as one message (roots, Merkle siblings).
  template <class S> std::vector<Digest> send_digests(std::string_view label, std::size_t count, const S& secret, auto&& look) {
    Bytes message(32 * count);
    if constexpr (R == Role::kProver) {
      const std::vector<Digest> values = look(secret.v_);
      TACIT_EXPECTS(values.size() == count, "a message has the length that the protocol gives it");
      for (std::size_t i = 0; i < count; ++i) std::copy(values[i].begin(), values[i].end(), message.begin() + 32 * i);
    }
    exchange(label, message);
    std::vector<Digest> values(count);
    for (std::size_t i = 0; i < count; ++i) std::copy_n(message.begin() + 32 * i, 32, values[i].begin());
    return values;
  }

  Fe draw(std::string_view label) { return transcript_.draw(label); }
  Point draw_point(std::string_view label, std::size_t count) {
    Point out(count);
    for (Fe& x : out) x = draw(label);
    return out;
  }
  std::vector<std::uint32_t> draw_positions(std::string_view label, std::size_t count, int bits) {
    return transcript_.draw_positions(label, count, bits);
  }
  /// Proof of work of `bits` bits on everything absorbed so far. `search(seed, bits)` finds a nonce; only the prover runs it.
  void grind(std::string_view label, int bits, auto&& search) {
    if (bits == 0) return;
    const Digest seed = transcript_.draw_seed(label);
    Bytes message(8);
    if constexpr (R == Role::kProver) {
      const std::uint64_t nonce = search(seed, bits);
      for (int i = 0; i < 8; ++i) message[i] = static_cast<std::uint8_t>(nonce >> (8 * i));
    }
    exchange(label, message);
    std::uint64_t nonce = 0;
    for (int i = 0; i < 8; ++i) nonce |= std::uint64_t{message[i]} << (8 * i);
    require(work_is_done(seed, nonce, bits), "proof of work");
  }

  /// a * b of two values as they were sent; with masks on this takes one committed product pad.
  Scalar product(const Scalar& a, const Scalar& b) { return masks_.product(a, b); }
  /// A public value is tested now; one with pads is owed to the ledger (masks().owed()).
  void require_zero(const Scalar& x, const char* check) {
    if (x.is_public()) require(x.constant().is_zero(), check);
    else masks_.owe(check, x);
  }
  /// A check by the verifier; `check` is its unique name. The prover's own run must pass it too.
  void require(bool ok, const char* check) {
    if (!ok && check_is_active(check)) reject(check);
  }
  void reject(const char* check) {
    if (!failed_) { failed_ = true; reason_ = check; }
  }
  bool failed() const { return failed_; }
  /// The verifier may stop: nothing that follows can change its verdict. A prover always goes on.
  bool is_decided() const { return R == Role::kVerifier && failed_; }

  /// Prover: the finished proof.
  Bytes take_proof() { return std::move(proof_); }
  /// Verifier: accepted only if no check failed and every byte was used.
  [[nodiscard]] Verdict verdict() {
    if constexpr (R == Role::kVerifier) require(reader_.at_end(), "proof has exactly the expected length");
    return {!failed_, reason_};
  }
  std::size_t position() const { return R == Role::kProver ? proof_.size() : reader_.position(); }

 private:
  void subtract_pads(FeVector& values, std::uint32_t first) const {
    TACIT_EXPECTS(first + values.size() <= pads_.size(), "there is a pad for every masked element");
    for (std::size_t i = 0; i < values.size(); ++i) values[i] -= pads_[first + i];
  }
  static void put(Bytes& message, std::size_t index, Fp v) {
    for (int b = 0; b < 8; ++b) message[8 * index + b] = static_cast<std::uint8_t>(v.value() >> (8 * b));
  }
  static void encode(const FeVector& values, Bytes& message) {
    for (std::size_t i = 0; i < values.size(); ++i)
      for (int limb = 0; limb < 3; ++limb) put(message, 3 * i + limb, values[i].c[limb]);
  }
  void decode(const Bytes& message, std::span<Fp> out) {
    for (std::size_t i = 0; i < out.size(); ++i) {
      std::uint64_t v = 0;
      for (int b = 0; b < 8; ++b) v |= std::uint64_t{message[8 * i + b]} << (8 * b);
      require(v < Fp::kModulus, "field elements are canonical");
      out[i] = Fp(v < Fp::kModulus ? v : 0);
    }
  }
  void exchange(std::string_view label, Bytes& message) {
    if constexpr (R == Role::kProver) {
      proof_.insert(proof_.end(), message.begin(), message.end());
    } else {
      ByteSpan part = reader_.raw(message.size());
      std::copy(part.begin(), part.end(), message.begin());
      require(part.size() == message.size(), "proof is long enough");
    }
    transcript_.absorb(label, message);
  }

  Transcript transcript_;
  Bytes proof_;
  ByteReader reader_;
  Masks masks_;
  FeVector pads_;  ///< the prover's, while masks are on
  bool failed_ = false;
  std::string reason_;
};

}  // namespace tacit
