// What a verifier sees of one or more openings of the same W, as a vector over F, for challenges that are fixed: the
// product's own code run on chosen secrets and chosen randomness.
//
//   secret    statement slots of W's limbs, then for every opening those of its X
//   random    random slots of W; for every opening: random slots of X, pads and row2's random slots, row1, mu_W
//   view      y (the pin, if there is one), then for every opening every field element sent, then v'
//
// For fixed challenges the view is a linear map of secret and randomness.
#pragma once

#include <optional>

#include "pcs/whir_test_cheater.h"
#include "pcs/whir_test_script.h"

namespace tacit::testing_support {

/// Changes what the randomness gave, before it is committed.
using Spoil = std::function<void(FpVector& w, FpVector& x, OpeningMasks& masks)>;

struct HidingCase {
  struct Proof {
    DenseCovector a_w, a_x;
    FeVector statement_w;  ///< A_W without the pin
    ScriptedDraws draws;
  };
  OpeningParams params;
  std::vector<Proof> proofs;
  std::optional<Fe> pin_z;

  /// `count` openings at random challenges and pairwise different positions. A pin has a share in A_W.
  HidingCase(OpeningParams p, std::size_t count, bool pinned, Random& random) : params(std::move(p)), proofs(count) {
    const OpeningShape& s = params.shape;
    if (pinned) pin_z = random.fe();
    std::vector<std::uint32_t> free(std::size_t{1} << params.rounds[0].log_domain);
    for (std::size_t i = 0; i < free.size(); ++i) {
      free[i] = static_cast<std::uint32_t>(i);
      std::swap(free[i], free[random.below(i + 1)]);
    }
    for (Proof& proof : proofs) {
      proof.a_w = covector(s.limbs_w, s.statement_slots_w(), random);
      proof.a_x = covector(s.limbs_x, s.statement_slots_x(), random);
      proof.statement_w = proof.a_w.values;
      Fe power = random.fe();
      if (pinned)
        for (Fe& a : proof.a_w.values) a += power, power *= *pin_z;
      proof.draws.challenges = random.fes(100);
      for (const WhirRound& round : params.rounds) {
        std::vector<std::uint32_t> positions(round.queries);
        for (std::uint32_t& at : positions) at = static_cast<std::uint32_t>(random.below(1u << round.log_domain));
        if (&round == &params.rounds[0]) positions.assign(free.end() - round.queries, free.end());
        proof.draws.positions.push_back(positions);
      }
      free.resize(free.size() - params.rounds[0].queries);
    }
  }

  std::size_t secrets_w() const { return params.shape.limbs_w * params.shape.statement_slots_w(); }
  std::size_t secrets_x() const { return params.shape.limbs_x * params.shape.statement_slots_x(); }
  std::size_t secrets() const { return secrets_w() + proofs.size() * secrets_x(); }

  /// What is public about the secret: for every opening, the statement's part of its claim.
  FpVector statement(std::span<const Fp> secret) const {
    FpVector out;
    const FpVector w = limbs(secret.first(secrets_w()), params.shape.limbs_w, params.shape.statement_slots_w());
    for (std::size_t k = 0; k < proofs.size(); ++k) {
      Fe sum = Instance::inner(x_of(secret, k), proofs[k].a_x);
      for (std::size_t i = 0; i < w.size(); ++i) sum += w[i] * proofs[k].statement_w[i];
      out.insert(out.end(), sum.c, sum.c + 3);
    }
    return out;
  }

  FpVector view(std::span<const Fp> secret, const RandomSource& random, const Spoil& spoil = {}) const {
    const OpeningShape& s = params.shape;
    FpVector w = limbs(secret.first(secrets_w()), s.limbs_w, s.statement_slots_w());
    if (s.has_w()) fill_random_slots(s, Block::kW, w, random);
    FpVector out;
    for (std::size_t k = 0; k < proofs.size(); ++k) {
      FpVector x = x_of(secret, k);
      fill_random_slots(s, Block::kX, x, random);
      OpeningMasks masks = make_masks(s, random);
      if (spoil) spoil(w, x, masks);
      if (pin_z && k == 0) append(out, {horner(FeVector(w.begin(), w.end()), *pin_z)});
      open(proofs[k], w, x, masks, out);
    }
    return out;
  }

  /// The transcript of one opening, and v', appended to a view; the claim is true.
  ScriptedTranscript open(const Proof& proof, const FpVector& w, const FpVector& x, const OpeningMasks& masks,
                          FpVector& view, Fe* claim = nullptr, std::unique_ptr<Oracle>* oracles = nullptr) const {
    const OpeningShape& s = params.shape;
    const std::size_t log_domain = params.rounds[0].log_domain;
    const std::vector<Salt> salts(std::size_t{1} << log_domain);
    std::unique_ptr<Oracle> own[2], *at = oracles == nullptr ? own : oracles;
    if (s.has_w())
      at[0] = std::make_unique<Oracle>(Oracle::commit(w, s.log_n, s.limbs_w, log_domain, {},
                                                      s.random_slots_w == 0 ? std::vector<Salt>{} : salts));
    at[1] = std::make_unique<Oracle>(Oracle::commit(x, s.log_n, s.limbs_x, log_domain, mask_limbs(masks), salts));
    const OpeningWitness witness{at[0].get(), at[1].get(), &proof.a_w, &proof.a_x, &masks};
    auto prover = std::make_unique<Cheater>(params, witness);
    FeVector folded;
    prover->after_mask = [&](Cheater& c) { folded = c.tables_.v; };
    const Fe value = Instance::inner(w, proof.a_w) + Instance::inner(x, proof.a_x);
    const Digest root_w = at[0] ? at[0]->root() : Digest{};
    ScriptedTranscript transcript = run(proof, std::move(prover), root_w, at[1]->root(), value);
    if (claim != nullptr) *claim = value;
    for (const ScriptedMessage& message : transcript)
      view.insert(view.end(), message.words.begin(), message.words.end());
    append(view, folded);
    return transcript;
  }

  /// What the script sends with this prover.
  ScriptedTranscript run(const Proof& proof, std::unique_ptr<WhirProver> prover, const Digest& root_w,
                         const Digest& root_x, const Fe& claim) const {
    Party<kScripted> party(proof.draws);
    Known<std::unique_ptr<WhirProver>> secret(std::move(prover));
    OpeningScript<kScripted>(party, params, root_w, root_x, std::move(secret), claim).run(evaluator(proof));
    return party.transcript();
  }
  CovectorEvaluator evaluator(const Proof& proof) const {
    return [&](const Point& point_w, const Point& point_x) {
      return std::pair{params.shape.has_w() ? proof.a_w.at(point_w) : kZero, proof.a_x.at(point_x)};
    };
  }
  FpVector x_of(std::span<const Fp> secret, std::size_t proof) const {
    return limbs(secret.subspan(secrets_w() + proof * secrets_x(), secrets_x()), params.shape.limbs_x,
                 params.shape.statement_slots_x());
  }
  static void append(FpVector& out, const FeVector& values) {
    for (const Fe& v : values) out.insert(out.end(), v.c, v.c + 3);
  }

 private:
  DenseCovector covector(std::size_t limb_count, std::size_t weighted, Random& random) const {
    DenseCovector out;
    out.n = params.shape.n();
    out.values = random.fes(limb_count * out.n);
    for (std::size_t i = 0; i < out.values.size(); ++i)
      if (i % out.n >= weighted) out.values[i] = kZero;
    return out;
  }
  FpVector limbs(std::span<const Fp> secret, std::size_t count, std::size_t slots) const {
    FpVector out(count * params.shape.n());
    for (std::size_t i = 0; i < secret.size(); ++i) out[i / slots * params.shape.n() + i % slots] = secret[i];
    return out;
  }
};

}  // namespace tacit::testing_support
