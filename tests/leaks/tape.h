// Tape: everything that a verifier sees of one proof, message by message, with the challenges between them.
//
//   messages   label | words (a masked element as sent: value - pad) | digests        in the order of the proof
//   draws      label | challenge
//   positions  one list for every query round, in drawing order
//   works      seed and nonce of every proof of work
//   cuts       where the opening of each link begins
//
// Three roles of the product's own scripts write or read tapes: Party<kRecorder> (an honest prover that notes what it
// sends), Party<kSimulator> (simulator.h), Party<kCandidate> (candidate.h). Voice holds what the last two have in common.
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "transcript/grind.h"
#include "transcript/party.h"

namespace tacit::leaks {

inline constexpr Role kRecorder = static_cast<Role>(111), kSimulator = static_cast<Role>(112), kCandidate = static_cast<Role>(113);

struct TapeMessage {
  std::string_view label;
  FpVector words;
  std::vector<Digest> digests;
  bool operator==(const TapeMessage&) const = default;
};
struct TapeDraw {
  std::string_view label;
  Fe challenge;
};
struct TapeWork {
  Digest seed{};
  std::uint64_t nonce = 0;
  int bits = 0;
};

struct TapeCut {
  std::size_t messages = 0, draws = 0, positions = 0, works = 0;
};

struct Tape {
  std::vector<TapeMessage> messages;
  std::vector<TapeDraw> draws;
  std::vector<std::vector<std::uint32_t>> positions;
  std::vector<TapeWork> works;
  std::vector<TapeCut> cuts;

  void note_draw(std::string_view label, const Fe& challenge) {
    if (label == "link gamma") cuts.push_back({messages.size(), draws.size(), positions.size(), works.size()});
    draws.push_back({label, challenge});
  }
  /// Part 0 is what comes before the openings of links, part k is the opening number k.
  Tape part(std::size_t k) const {
    const TapeCut begin = k == 0 ? TapeCut{} : cuts[k - 1];
    const TapeCut end = k == cuts.size() ? TapeCut{messages.size(), draws.size(), positions.size(), works.size()} : cuts[k];
    const auto piece = [](const auto& all, std::size_t from, std::size_t to) {
      return std::decay_t<decltype(all)>(all.begin() + static_cast<std::ptrdiff_t>(from), all.begin() + static_cast<std::ptrdiff_t>(to));
    };
    return {piece(messages, begin.messages, end.messages), piece(draws, begin.draws, end.draws),
            piece(positions, begin.positions, end.positions), piece(works, begin.works, end.works), {}};
  }

  /// The message number `skip` (from 0) of those with this label.
  const TapeMessage& message(std::string_view label, std::size_t skip = 0) const {
    for (const TapeMessage& m : messages)
      if (m.label == label && skip-- == 0) return m;
    TACIT_EXPECTS(false, "a tape has every message of its script");
    return messages[0];
  }
  /// The first `count` challenges with this label.
  Point challenges(std::string_view label, std::size_t count) const {
    Point out;
    for (const TapeDraw& d : draws)
      if (d.label == label && out.size() < count) out.push_back(d.challenge);
    TACIT_EXPECTS(out.size() == count, "a tape has every challenge of its script");
    return out;
  }
  std::vector<std::size_t> sorted_positions(std::size_t round) const {
    std::vector<std::size_t> out(positions[round].begin(), positions[round].end());
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
  }
};

inline FpVector words_of(const FeVector& elements) {
  FpVector out;
  out.reserve(3 * elements.size());
  for (const Fe& e : elements) out.insert(out.end(), e.c, e.c + 3);
  return out;
}
inline FeVector elements_of(const FpVector& words) {
  FeVector out(words.size() / 3);
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = {words[3 * i], words[3 * i + 1], words[3 * i + 2]};
  return out;
}

/// The parts of a role that are the same whoever speaks.
template <class Self>
class Voice {
 public:
  using Scalar = tacit::Scalar;

  void bind(std::string_view, ByteSpan) {}
  void end_masks() { masks_.end(); }
  Masks& masks() { return masks_; }
  template <class S> Scalar send(std::string_view label, const S& secret, auto&& look) {
    return self().send_many(label, 1, secret, [&](const auto& s) { return FeVector{look(s)}; })[0];
  }
  template <class S> Fe send_clear(std::string_view label, const S& secret, auto&& look) {
    return self().send_clear_many(label, 1, secret, [&](const auto& s) { return FeVector{look(s)}; })[0];
  }
  Point draw_point(std::string_view label, std::size_t count) {
    Point out(count);
    for (Fe& x : out) x = self().draw(label);
    return out;
  }
  Scalar product(const Scalar& a, const Scalar& b) { return masks_.product(a, b); }
  void require_zero(const Scalar& x, const char* check) {
    if (x.is_public()) require(x.constant().is_zero(), check);
    else masks_.owe(check, x);
  }
  void require(bool ok, const char* check) {
    if (!ok && reason_.empty()) reason_ = check;
  }
  bool is_decided() const { return false; }
  /// The first check that failed, empty if none did.
  const std::string& reason() const { return reason_; }

 protected:
  std::vector<Scalar> as_sent(const FeVector& message) {
    std::vector<Scalar> out(message.begin(), message.end());
    if (masks_.on())
      for (Scalar& s : out) s = Scalar::sent(s.constant(), masks_.take());
    return out;
  }
  Masks masks_;
  std::string reason_;

 private:
  Self& self() { return static_cast<Self&>(*this); }
};

}  // namespace tacit::leaks
