// Party<kScripted>: a role of the scripts whose challenges and positions come from a list, for statements about a fixed
// choice of them. It writes a transcript, or reads one and makes every check that a verifier makes.
//
//   transcript   one entry a message: its words (a masked element without its pad, as sent) or its digests
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "transcript/party.h"

namespace tacit {

inline constexpr Role kScripted = static_cast<Role>(101);

struct ScriptedMessage {
  std::string label;
  FpVector words;
  std::vector<Digest> digests;
};
using ScriptedTranscript = std::vector<ScriptedMessage>;

/// What the verifier draws, in order.
struct ScriptedDraws {
  FeVector challenges;
  std::vector<std::vector<std::uint32_t>> positions;
};

template <>
class Party<kScripted> {
 public:
  static constexpr Role kRole = kScripted;
  using Scalar = tacit::Scalar;

  /// Writes a transcript; what is sent comes from the secrets.
  explicit Party(const ScriptedDraws& draws) : draws_(draws) {}
  /// Reads one; secrets are not looked at.
  Party(const ScriptedDraws& draws, const ScriptedTranscript& read)
      : draws_(draws), transcript_(read), reading_(true) {}

  void bind(std::string_view, ByteSpan) {}
  void begin_masks(const Known<FeVector>& pads) {
    masks_.begin();
    pads_ = pads.v_;
  }
  void end_masks() { masks_.end(); }

  template <class S>
  std::vector<Scalar> send_many(std::string_view label, std::size_t count, const S& secret, auto&& look) {
    const std::uint32_t first = masks_.used();
    const FeVector message = send_clear_many(label, count, secret, [&](const auto& s) {
      FeVector values = look(s);
      if (masks_.on())
        for (std::size_t i = 0; i < values.size(); ++i) values[i] -= pads_[first + i];
      return values;
    });
    std::vector<Scalar> out(message.begin(), message.end());
    if (masks_.on())
      for (Scalar& s : out) s = Scalar::sent(s.constant(), masks_.take());
    return out;
  }
  template <class S> FeVector send_clear_many(std::string_view label, std::size_t count, const S& secret, auto&& look) {
    const FpVector words = send_base(label, 3 * count, secret, [&](const auto& s) {
      FpVector out;
      for (const Fe& x : look(s)) out.insert(out.end(), x.c, x.c + 3);
      return out;
    });
    FeVector out(count);
    for (std::size_t i = 0; i < count; ++i) out[i] = {words[3 * i], words[3 * i + 1], words[3 * i + 2]};
    return out;
  }
  template <class S> Fe send_clear(std::string_view label, const S& secret, auto&& look) {
    return send_clear_many(label, 1, secret, [&](const auto& s) { return FeVector{look(s)}; })[0];
  }
  template <class S> FpVector send_base(std::string_view label, std::size_t count, const S& secret, auto&& look) {
    if (!reading_) transcript_.push_back({std::string(label), look(secret.v_), {}});
    FpVector words = next(label).words;
    require(words.size() == count, "message has its length");
    words.resize(count);
    return words;
  }
  template <class S>
  std::vector<Digest> send_digests(std::string_view label, std::size_t count, const S& secret, auto&& look) {
    if (!reading_) transcript_.push_back({std::string(label), {}, look(secret.v_)});
    std::vector<Digest> digests = next(label).digests;
    require(digests.size() == count, "message has its length");
    digests.resize(count);
    return digests;
  }

  Fe draw(std::string_view) {
    TACIT_EXPECTS(drawn_ < draws_.challenges.size(), "the list has a challenge for every draw");
    return draws_.challenges[drawn_++];
  }
  std::vector<std::uint32_t> draw_positions(std::string_view, std::size_t count, int) {
    TACIT_EXPECTS(positions_ < draws_.positions.size() && draws_.positions[positions_].size() == count,
                  "the list has positions for every query");
    return draws_.positions[positions_++];
  }
  void grind(std::string_view, int bits, auto&&) { TACIT_EXPECTS(bits == 0, "scripted challenges need no work"); }

  void require_zero(const Scalar& x, const char* check) {
    require(x.is_public() && x.constant().is_zero(), check);
  }
  void require(bool ok, const char* check) {
    if (!ok && reason_.empty()) reason_ = check;
  }
  const ScriptedTranscript& transcript() const { return transcript_; }
  /// The first check that failed, empty if none did and everything was read.
  std::string reason() const {
    return reason_.empty() && at_ != transcript_.size() ? "messages are left over" : reason_;
  }

 private:
  ScriptedMessage next(std::string_view label) {
    const bool there = at_ < transcript_.size() && transcript_[at_].label == label;
    require(there, "message has its label");
    return there ? transcript_[at_++] : ScriptedMessage{};
  }

  const ScriptedDraws& draws_;
  ScriptedTranscript transcript_;
  bool reading_ = false;
  std::size_t at_ = 0, drawn_ = 0, positions_ = 0;
  Masks masks_;
  FeVector pads_;
  std::string reason_;
};

}  // namespace tacit
