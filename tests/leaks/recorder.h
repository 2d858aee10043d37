// Party<kRecorder>: the product's prover, which also writes a tape. With a script its challenges are those of another tape.
#pragma once

#include "argue/argue.h"
#include "leaks/tape.h"
#include "pcs/whir_engine.h"
#include "pcs/whir_prover.h"

namespace tacit {

template <>
class Party<leaks::kRecorder> {
 public:
  static constexpr Role kRole = leaks::kRecorder;
  using Scalar = tacit::Scalar;

  explicit Party(std::string_view label) : inner_(label) {}

  /// Challenges, positions and nonces are taken from this tape instead of the transcript.
  void follow(const leaks::Tape& script) { script_ = &script; }
  /// May change a challenge; told its label.
  std::function<void(std::string_view, Fe&)> on_draw;
  /// Valid nonces to pass over: a prover that is not honest about its work.
  std::size_t skipped_nonces = 0;
  /// Takes the label of the message that each pad masks; empty for product pads and the two factors of the pad check.
  std::vector<std::string_view>* labels = nullptr;

  void bind(std::string_view label, ByteSpan data) { inner_.bind(label, data); }
  void begin_masks(const Known<FeVector>& pads) { inner_.begin_masks(pads); }
  void end_masks() { inner_.end_masks(); }
  Masks& masks() { return inner_.masks(); }

  template <class S> Scalar send(std::string_view label, const S& secret, auto&& look) {
    return send_many(label, 1, secret, [&](const auto& s) { return FeVector{look(s)}; })[0];
  }
  template <class S> std::vector<Scalar> send_many(std::string_view label, std::size_t count, const S& secret, auto&& look) {
    const std::uint32_t first = masks().used();
    auto out = inner_.send_many(label, count, secret, look);
    FeVector message;
    for (const Scalar& s : out) message.push_back(s.constant());
    note(label, message);
    if (labels != nullptr && masks().on() && label != "fold") {
      labels->resize(first + count);
      std::fill_n(labels->begin() + first, count, label);
    }
    return out;
  }
  template <class S> Fe send_clear(std::string_view label, const S& secret, auto&& look) {
    return send_clear_many(label, 1, secret, [&](const auto& s) { return FeVector{look(s)}; })[0];
  }
  template <class S> FeVector send_clear_many(std::string_view label, std::size_t count, const S& secret, auto&& look) {
    return note(label, inner_.send_clear_many(label, count, secret, look));
  }
  template <class S> FpVector send_base(std::string_view label, std::size_t count, const S& secret, auto&& look) {
    FpVector out = inner_.send_base(label, count, secret, look);
    tape_.messages.push_back({label, out, {}});
    return out;
  }
  template <class S> std::vector<Digest> send_digests(std::string_view label, std::size_t count, const S& secret, auto&& look) {
    std::vector<Digest> out = inner_.send_digests(label, count, secret, look);
    tape_.messages.push_back({label, {}, out});
    return out;
  }

  Fe draw(std::string_view label) {
    Fe out = inner_.draw(label);
    if (script_ != nullptr) out = script_->draws[tape_.draws.size()].challenge;
    if (on_draw) on_draw(label, out);
    tape_.note_draw(label, out);
    return out;
  }
  Point draw_point(std::string_view label, std::size_t count) {
    Point out(count);
    for (Fe& x : out) x = draw(label);
    return out;
  }
  std::vector<std::uint32_t> draw_positions(std::string_view label, std::size_t count, int bits) {
    auto out = inner_.draw_positions(label, count, bits);
    if (script_ != nullptr) out = script_->positions[tape_.positions.size()];
    tape_.positions.push_back(out);
    return out;
  }
  void grind(std::string_view label, int bits, auto&& search) {
    inner_.grind(label, bits, [&](const Digest& seed, int n) {
      std::uint64_t nonce = search(seed, n);
      for (std::size_t k = 0; k < skipped_nonces; ++k)
        while (!work_is_done(seed, ++nonce, n)) {}
      tape_.works.push_back({seed, nonce, n});
      return nonce;
    });
  }

  Scalar product(const Scalar& a, const Scalar& b) { return inner_.product(a, b); }
  void require_zero(const Scalar& x, const char* check) { inner_.require_zero(x, check); }
  void require(bool ok, const char* check) { inner_.require(ok, check); }
  bool is_decided() const { return false; }

  Bytes take_proof() { return inner_.take_proof(); }
  leaks::Tape take_tape() { return std::move(tape_); }
 private:
  const FeVector& note(std::string_view label, const FeVector& message) {
    tape_.messages.push_back({label, leaks::words_of(message), {}});
    return message;
  }

  Party<Role::kProver> inner_;
  leaks::Tape tape_;
  const leaks::Tape* script_ = nullptr;
};

template <>
inline void open<leaks::kRecorder>(Party<leaks::kRecorder>& party, const OpeningParams& params, const Digest& root_w,
                                   const Digest& root_x, const Known<OpeningWitness>& witness, const Fe& claim,
                                   const CovectorEvaluator& evaluate) {
  auto prover = witness.map([&](const OpeningWitness& w) { return std::make_unique<WhirProver>(params, w); });
  OpeningScript<leaks::kRecorder>(party, params, root_w, root_x, std::move(prover), claim).run(evaluate);
}

}  // namespace tacit
