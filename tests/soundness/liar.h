// Party<kLiar>: a prover that may change every message before it is sent, and that can skip its proofs of work.
//
// It is one more voice of the scripts: challenges, claims and everything that is sent later are computed from the changed
// message, as a cheating prover would. It also notes where each message stands in the proof.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "argue/argue.h"
#include "pcs/whir_engine.h"
#include "pcs/whir_prover.h"

namespace tacit {

inline constexpr Role kLiar = static_cast<Role>(2);

struct SentMessage {
  std::string label;
  std::size_t begin = 0, end = 0;
};

/// What a liar changes; empty functions change nothing. `index` counts the messages of the whole proof.
struct Lies {
  std::function<void(const std::string& label, std::size_t index, FeVector&)> elements;
  std::function<void(const std::string& label, std::size_t index, FpVector&)> rows;
  std::function<void(const std::string& label, std::size_t index, std::vector<Digest>&)> digests;
  std::function<void(const std::string& label, const Fe& challenge)> drawn;  ///< told, changes nothing
  bool without_work = false;
};

template <>
class Party<kLiar> {
 public:
  static constexpr Role kRole = kLiar;
  using Scalar = Fe;

  explicit Party(std::string_view protocol_label, Lies lies = {}) : inner_(protocol_label), lies_(std::move(lies)) {}

  void bind(std::string_view label, ByteSpan data) { inner_.bind(label, data); }
  template <class S> Fe send(std::string_view label, const S& secret, auto&& look) {
    return send_many(label, 1, secret, [&](const auto& s) { return FeVector{look(s)}; })[0];
  }
  template <class S> FeVector send_many(std::string_view label, std::size_t count, const S& secret, auto&& look) {
    return note(label, [&] { return inner_.send_many(label, count, secret, changed(label, lies_.elements, look)); });
  }
  template <class S> FpVector send_base(std::string_view label, std::size_t count, const S& secret, auto&& look) {
    return note(label, [&] { return inner_.send_base(label, count, secret, changed(label, lies_.rows, look)); });
  }
  template <class S> std::vector<Digest> send_digests(std::string_view label, std::size_t count, const S& secret, auto&& look) {
    return note(label, [&] { return inner_.send_digests(label, count, secret, changed(label, lies_.digests, look)); });
  }
  Fe draw(std::string_view label) {
    const Fe challenge = inner_.draw(label);
    if (lies_.drawn) lies_.drawn(std::string(label), challenge);
    return challenge;
  }
  std::vector<std::uint32_t> draw_positions(std::string_view label, std::size_t count, int bits) {
    return inner_.draw_positions(label, count, bits);
  }
  void grind(std::string_view label, int bits, auto&& search) {
    auto nonce = [&](const Digest& seed, int n) { return lies_.without_work ? unworked(seed, n) : search(seed, n); };
    if (bits != 0) note(label, [&] { inner_.grind(label, bits, nonce); return 0; });
  }
  Fe product(const Fe& a, const Fe& b) { return a * b; }
  void require_zero(const Fe&, const char*) {}
  void require(bool, const char*) {}

  Bytes take_proof() { return inner_.take_proof(); }
  const std::vector<SentMessage>& messages() const { return messages_; }

 private:
  auto changed(std::string_view label, const auto& lie, const auto& look) {
    return [this, label, &lie, &look](const auto& s) {
      auto values = look(s);
      if (lie) lie(std::string(label), messages_.size(), values);
      return values;
    };
  }
  auto note(std::string_view label, auto&& send) {
    const std::size_t begin = inner_.position();
    auto result = send();
    messages_.push_back({std::string(label), begin, inner_.position()});
    return result;
  }
  /// A nonce that does not do the work.
  static std::uint64_t unworked(const Digest& seed, int bits) {
    std::uint64_t nonce = 0;
    while (work_is_done(seed, nonce, bits)) ++nonce;
    return nonce;
  }

  Party<Role::kProver> inner_;
  Lies lies_;
  std::vector<SentMessage> messages_;
};

template <>
inline void open<kLiar>(Party<kLiar>& party, const OpeningParams& params, const Digest& root_w, const Digest& root_x,
                        const Known<OpeningWitness>& witness, const Fe& claim, const CovectorEvaluator& evaluate) {
  auto prover = witness.map([&](const OpeningWitness& w) { return std::make_unique<WhirProver>(params, w); });
  OpeningScript<kLiar>(party, params, root_w, root_x, std::move(prover), claim).run(evaluate);
}

}  // namespace tacit
