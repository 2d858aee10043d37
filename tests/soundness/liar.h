// Party<kLiar>: a prover that may change every message before it is sent, and that can skip its proofs of work.
//
// It is one more voice of the scripts: challenges, claims and everything that is sent later are computed from the changed
// message, as a cheating prover would. It also notes where each message stands in the proof.
//
//   true value --elements--> the liar's value --minus its pad--> message --sent--> what goes into the proof
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "argue/argue.h"
#include "pcs/whir_engine.h"
#include "pcs/whir_prover.h"

namespace tacit {

inline constexpr Role kLiar = static_cast<Role>(3);

struct SentMessage {
  std::string label;
  std::size_t begin = 0, end = 0;
};

/// What a liar changes; empty functions change nothing. `index` counts the messages of the whole proof.
struct Lies {
  std::function<void(const std::string& label, std::size_t index, FeVector&)> elements;  ///< values before their pads
  std::function<void(const std::string& label, std::size_t index, FeVector&)> sent;      ///< masked values as they are sent
  std::function<void(const std::string& label, std::size_t index, FpVector&)> rows;
  std::function<void(const std::string& label, std::size_t index, std::vector<Digest>&)> digests;
  std::function<void(const std::string& label, const Fe& challenge)> drawn;  ///< told, changes nothing
  bool without_work = false;
};

/// Oracles "W" of an opening that folds one and shows the rows of another; null: the committed one.
struct TwoFaces {
  const Oracle *folded = nullptr, *shown = nullptr;
};

template <>
class Party<kLiar> {
 public:
  static constexpr Role kRole = kLiar;
  using Scalar = tacit::Scalar;

  explicit Party(std::string_view protocol_label, Lies lies = {}) : inner_(protocol_label), lies_(std::move(lies)) {}

  void bind(std::string_view label, ByteSpan data) { inner_.bind(label, data); }
  void begin_masks(const Known<FeVector>& pads) {
    pads_ = pads.v_;
    inner_.begin_masks(pads);
  }
  void end_masks() { inner_.end_masks(); }
  Masks& masks() { return inner_.masks(); }

  template <class S> Scalar send(std::string_view label, const S& secret, auto&& look) {
    return send_many(label, 1, secret, [&](const auto& s) { return FeVector{look(s)}; })[0];
  }
  template <class S> std::vector<Scalar> send_many(std::string_view label, std::size_t count, const S& secret, auto&& look) {
    const std::uint32_t first = masks().used();
    return note(label, [&] {
      return inner_.send_many(label, count, secret, [&](const auto& s) {
        FeVector values = changed(label, lies_.elements, look)(s);
        if (lies_.sent && masks().on()) change_message(label, values, first);
        return values;
      });
    });
  }
  template <class S> Fe send_clear(std::string_view label, const S& secret, auto&& look) {
    return send_clear_many(label, 1, secret, [&](const auto& s) { return FeVector{look(s)}; })[0];
  }
  template <class S> FeVector send_clear_many(std::string_view label, std::size_t count, const S& secret, auto&& look) {
    return note(label, [&] { return inner_.send_clear_many(label, count, secret, changed(label, lies_.elements, look)); });
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
  Point draw_point(std::string_view label, std::size_t count) {
    Point out(count);
    for (Fe& x : out) x = draw(label);
    return out;
  }
  std::vector<std::uint32_t> draw_positions(std::string_view label, std::size_t count, int bits) {
    return inner_.draw_positions(label, count, bits);
  }
  void grind(std::string_view label, int bits, auto&& search) {
    auto nonce = [&](const Digest& seed, int n) { return lies_.without_work ? unworked(seed, n) : search(seed, n); };
    if (bits != 0) note(label, [&] { inner_.grind(label, bits, nonce); return 0; });
  }
  Scalar product(const Scalar& a, const Scalar& b) { return inner_.product(a, b); }
  void require_zero(const Scalar& x, const char* check) { inner_.require_zero(x, check); }  // owed; never looked at
  void require(bool, const char*) {}
  bool is_decided() const { return false; }

  Bytes take_proof() { return inner_.take_proof(); }
  const std::vector<SentMessage>& messages() const { return messages_; }

  std::vector<TwoFaces> faces;  ///< of the openings by open(), as far as they are not honest
  std::size_t opened = 0;

 private:
  auto changed(std::string_view label, const auto& lie, const auto& look) {
    return [this, label, &lie, &look](const auto& s) {
      auto values = look(s);
      if (lie) lie(std::string(label), messages_.size(), values);
      return values;
    };
  }
  /// The inner party subtracts the pads: the lie is told to what it will send.
  void change_message(std::string_view label, FeVector& values, std::uint32_t first) {
    for (std::size_t i = 0; i < values.size(); ++i) values[i] -= pads_[first + i];
    lies_.sent(std::string(label), messages_.size(), values);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] += pads_[first + i];
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
  FeVector pads_;
  std::vector<SentMessage> messages_;
};

/// Folds what its witness says, and shows the rows of `shown` where it is set.
class TwoFacedProver : public WhirProver {
 public:
  TwoFacedProver(const OpeningParams& params, const OpeningWitness& folded, const Oracle* shown_w, const Oracle* shown_x)
      : WhirProver(params, folded), shown_w_(shown_w), shown_x_(shown_x) {}

  FpVector rows(Block block, std::span<const std::size_t> at) const override {
    return shown(block) ? shown(block)->rows(at) : WhirProver::rows(block, at);
  }
  std::vector<Salt> salts(Block block, std::span<const std::size_t> at) const override {
    return shown(block) ? shown(block)->salts(at) : WhirProver::salts(block, at);
  }
  std::vector<Digest> siblings(Block block, std::span<const std::size_t> at) const override {
    return shown(block) ? shown(block)->siblings(at) : WhirProver::siblings(block, at);
  }

 private:
  /// X stands alone in an argument without weights.
  const Oracle* shown(Block block) const {
    if (queried_) return nullptr;  // a later round
    return block == Block::kW ? shown_w_ : shown_x_;
  }
  const Oracle *shown_w_, *shown_x_;
};

/// The liar's openings of links. Only a verifier evaluates covectors; the liar's requirements are not looked at.
template <>
inline void open<kLiar>(Party<kLiar>& party, const OpeningParams& params, const Digest& root_w, const Digest& root_x,
                        const Known<OpeningWitness>& witness, const Fe& claim, const CovectorEvaluator&) {
  const TwoFaces faces = party.opened < party.faces.size() ? party.faces[party.opened] : TwoFaces{};
  ++party.opened;
  auto prover = witness.map([&](OpeningWitness folded) -> std::unique_ptr<WhirProver> {
    const Oracle* shown = faces.shown != nullptr ? faces.shown : folded.w;
    if (faces.folded != nullptr) folded.w = faces.folded;
    return std::make_unique<TwoFacedProver>(params, folded, shown, nullptr);
  });
  OpeningScript<kLiar>(party, params, root_w, root_x, std::move(prover), claim).run([](const Point&, const Point&) {
    return std::pair<Fe, Fe>();
  });
}

}  // namespace tacit
