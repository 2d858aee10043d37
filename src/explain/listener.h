// Party<kListener>: the verifier, who also knows what the prover knows, and notes what is said. It speaks the product's own
// scripts: nothing of the protocol is written here a second time.
#pragma once

#include "argue/argue.h"
#include "explain/heard.h"
#include "pcs/whir_engine.h"
#include "pcs/whir_prover.h"

namespace tacit {

inline constexpr Role kListener = static_cast<Role>(101);

template <>
class Party<kListener> {
 public:
  static constexpr Role kRole = kListener;
  using Scalar = tacit::Scalar;

  Party(std::string_view label, ByteSpan proof) : inner_(label, proof) {}

  void bind(std::string_view label, ByteSpan data) { inner_.bind(label, data); }
  void begin_masks(const Known<FeVector>& pads) {
    pads_ = pads.v_;
    inner_.begin_masks(Sealed{});
  }
  void end_masks() { inner_.end_masks(); }
  Masks& masks() { return inner_.masks(); }

  template <class S> Scalar send(std::string_view label, const S& secret, auto&& look) {
    return send_many(label, 1, secret, [&](const auto& s) { return FeVector{look(s)}; })[0];
  }
  template <class S> std::vector<Scalar> send_many(std::string_view label, std::size_t count, const S& secret, auto&& look) {
    const std::vector<Scalar> out = inner_.send_many(label, count, Sealed{}, look);
    HeardMessage m{std::string(label), look(secret.v_), {}, 24 * count};
    for (std::size_t i = 0; i < count; ++i) {
      m.sent.push_back(out[i].constant());
      heard_.differences += m.values[i] != value(out[i]);
    }
    heard_.messages.push_back(std::move(m));
    return out;
  }
  template <class S> Fe send_clear(std::string_view label, const S& secret, auto&& look) {
    return send_clear_many(label, 1, secret, [&](const auto& s) { return FeVector{look(s)}; })[0];
  }
  template <class S> FeVector send_clear_many(std::string_view label, std::size_t count, const S& secret, auto&& look) {
    const FeVector out = inner_.send_clear_many(label, count, Sealed{}, look);
    heard_.messages.push_back({std::string(label), look(secret.v_), out, 24 * count});
    for (std::size_t i = 0; i < count; ++i) heard_.differences += heard_.messages.back().values[i] != out[i];
    return out;
  }
  template <class S> FpVector send_base(std::string_view label, std::size_t count, const S& secret, auto&& look) {
    const FpVector out = inner_.send_base(label, count, Sealed{}, look);
    note(label, 8 * count, out != look(secret.v_));
    return out;
  }
  template <class S> std::vector<Digest> send_digests(std::string_view label, std::size_t count, const S& secret, auto&& look) {
    const std::vector<Digest> out = inner_.send_digests(label, count, Sealed{}, look);
    note(label, 32 * count, out != look(secret.v_));
    return out;
  }

  Fe draw(std::string_view label) { return inner_.draw(label); }
  Point draw_point(std::string_view label, std::size_t count) { return inner_.draw_point(label, count); }
  std::vector<std::uint32_t> draw_positions(std::string_view label, std::size_t count, int bits) {
    heard_.positions.push_back(inner_.draw_positions(label, count, bits));
    return heard_.positions.back();
  }
  void grind(std::string_view label, int bits, auto&& search) {
    inner_.grind(label, bits, search);
    if (bits != 0) note(label, 8, false);
  }

  Scalar product(const Scalar& a, const Scalar& b) { return inner_.product(a, b); }
  void require_zero(const Scalar& x, const char* check) {
    heard_.checks.emplace_back(check);
    inner_.require_zero(x, check);
  }
  void require(bool ok, const char* check) {
    heard_.checks.emplace_back(check);
    inner_.require(ok, check);
  }
  bool is_decided() const { return inner_.is_decided(); }

  void watch(const WatchedRound& r) {
    heard_.rounds.push_back({std::string(r.label), value(r.claim), value(r.constant), value(r.leading), r.challenge, value(r.next),
                             r.at == nullptr ? std::nullopt : std::optional<Fe>(*r.at)});
  }
  void watch(const WatchedLookups<kListener>& w) {
    heard_.lookups = {w.challenges.alpha, w.challenges.beta, w.leaves.v_, w.leaf.at, value(w.leaf.p), value(w.leaf.q)};
  }
  void watch(const WatchedContractions<kListener>& w) {
    heard_.total = value(w.total);
    heard_.at = w.result.at;
    for (std::size_t l = 0; l < w.uses.size(); ++l) {
      const ContractionUse& use = w.uses[l];
      const ProductTables::Instance& factors = w.tables.v_.instances[l];
      heard_.products.push_back({use.use->acc, *use.term, use.use->u, *use.use->v, factors.a, factors.b, value(w.result.a[l]), value(w.result.b[l])});
    }
  }
  void watch(const WatchedLedger& w) {
    if (w.label != std::string_view("ledger gamma")) return;
    heard_.ledger = {w.gamma, {}, w.checks.size(), w.opening};
    for (const Claim& c : w.owed) heard_.ledger.claims.push_back({c.name, value(c.value)});
  }

  Heard take() {
    heard_.accepted = inner_.verdict().accepted;
    return std::move(heard_);
  }

 private:
  Fe value(const Scalar& s) const { return s.is_public() ? s.constant() : s.under(pads_); }
  void note(std::string_view label, std::size_t bytes, bool differs) {
    heard_.messages.push_back({std::string(label), {}, {}, bytes});
    heard_.differences += differs;
  }

  Party<Role::kVerifier> inner_;
  FeVector pads_;
  Heard heard_;
};

template <>
inline void open<kListener>(Party<kListener>& party, const OpeningParams& params, const Digest& root_w, const Digest& root_x,
                            const Known<OpeningWitness>& witness, const Fe& claim, const CovectorEvaluator& evaluate) {
  auto prover = witness.map([&](const OpeningWitness& w) { return std::make_unique<WhirProver>(params, w); });
  OpeningScript<kListener>(party, params, root_w, root_x, std::move(prover), claim).run(evaluate);
}

}  // namespace tacit
