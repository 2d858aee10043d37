// Instances and provers for the tests of the opening: random oracles under random dense covectors, small parameter sets
// that bind little on purpose, and a run of both roles.
#pragma once

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "pcs/oracle.h"
#include "pcs/whir.h"
#include "pcs/whir_engine.h"
#include "pcs/whir_masks.h"
#include "pcs/whir_prover.h"
#include "pcs/whir_rows.h"

namespace tacit::testing_support {

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  std::uint64_t below(std::uint64_t bound) { return engine_() % bound; }
  Fp fp() { return Fp(engine_()); }
  Fe fe() { return {fp(), fp(), fp()}; }
  FpVector fps(std::size_t n) { FpVector out(n); for (Fp& x : out) x = fp(); return out; }
  FeVector fes(std::size_t n) { FeVector out(n); for (Fe& x : out) x = fe(); return out; }
  RandomSource source() {
    return [this](std::span<Fp> out) { for (Fp& x : out) x = fp(); };
  }

 private:
  std::mt19937_64 engine_;
};

inline std::vector<Salt> make_salts(std::size_t leaves, const RandomSource& random) {
  std::vector<Salt> out(leaves);
  for (Salt& salt : out) {
    Fp words[4];
    random(words);
    for (std::size_t i = 0; i < salt.size(); ++i)
      salt[i] = static_cast<std::uint8_t>(words[i / 8].value() >> (8 * (i % 8)));
  }
  return out;
}

/// `values` of the limbs that exist, zero in all others.
struct DenseCovector : Covector {
  FeVector values;
  std::size_t n = 0;
  void fill(std::size_t limb, std::span<Fe> out) const override {
    if (limb * n < values.size()) std::copy_n(&values[limb * n], n, out.begin());
    else std::fill(out.begin(), out.end(), kZero);
  }
  /// The multilinear extension, zero in the limbs that do not exist.
  Fe at(const Point& point) const {
    FeVector all = values;
    all.resize(std::size_t{1} << point.size());
    return multilinear_at(std::move(all), point);
  }
};

/// One oracle round of a toy: fold variables, log2 of 1/rate, queries.
struct ToyRound {
  std::uint32_t log_limbs = 0, log_inv_rate = 1, queries = 1, grind_bits = 0;
};

/// Random slots of each limb; none in X means that nothing is masked.
struct ToySlots {
  std::uint32_t w = 0, x = 0;
};

/// Parameters of the given shape; log_limbs of the first round is derived from the limb counts. The folds must leave
/// at least one variable. Not secure, nor hiding unless the slots say so: only the form is right.
inline OpeningParams toy_params(std::uint32_t log_n, std::uint32_t limbs_w, std::uint32_t limbs_x,
                                std::vector<ToyRound> rounds, ToySlots slots = {}) {
  OpeningParams params;
  params.shape.log_n = log_n;
  params.shape.limbs_w = limbs_w;
  params.shape.limbs_x = limbs_x;
  params.shape.random_slots_w = limbs_w == 0 ? 0 : slots.w;
  params.shape.random_slots_x = limbs_x == 0 ? 0 : slots.x;
  params.shape.size_w = limbs_w * params.shape.statement_slots_w();
  params.shape.size_x = limbs_x * params.shape.statement_slots_x();
  std::uint32_t variables = params.shape.log_folded();
  for (std::size_t i = 0; i < rounds.size(); ++i) {
    WhirRound round;
    round.log_limbs = i == 0 ? std::max(params.shape.log_limbs_w(), params.shape.log_limbs_x()) : rounds[i].log_limbs;
    round.log_n = i == 0 ? log_n : variables -= round.log_limbs;
    round.log_domain = round.log_n + rounds[i].log_inv_rate;
    round.queries = rounds[i].queries;
    round.grind_bits = rounds[i].grind_bits;
    round.ood = i == 0 ? 0 : 1;
    round.multiplicity = 3;
    params.rounds.push_back(round);
  }
  params.final_log = variables;
  return params;
}

/// What is committed and claimed, with honest commitments. The covector of W is dense like that of a pin; that of X is
/// zero outside the statement.
struct Instance {
  OpeningParams params;
  DenseCovector a_w, a_x;
  std::unique_ptr<Oracle> w, x;
  std::unique_ptr<OpeningMasks> masks;
  Fe claim;

  Instance(OpeningParams p, Random& random) : params(std::move(p)) {
    const OpeningShape& s = params.shape;
    if (s.masked()) masks = std::make_unique<OpeningMasks>(make_masks(s, random.source()));
    auto make = [&](std::uint32_t limbs, std::uint64_t weighted, DenseCovector& covector) {
      covector.n = s.n();
      covector.values = random.fes(limbs * s.n());
      for (std::size_t i = 0; i < covector.values.size(); ++i)
        if (i % s.n() >= weighted) covector.values[i] = kZero;
      return random.fps(limbs * s.n());
    };
    if (s.has_w()) {
      FpVector message = make(s.limbs_w, s.n(), a_w);
      fill_random_slots(s, Block::kW, message, random.source());
      claim += inner(message, a_w);
      commit_w(std::move(message), random);
    }
    if (s.has_x()) {
      FpVector message = make(s.limbs_x, s.statement_slots_x(), a_x);
      fill_random_slots(s, Block::kX, message, random.source());
      claim += inner(message, a_x);
      commit_x(std::move(message), masks.get(), random);
    }
  }

  void commit_w(FpVector message, Random& random) {
    const OpeningShape& s = params.shape;
    const std::size_t log_domain = params.rounds[0].log_domain;
    std::vector<Salt> salts;
    if (s.random_slots_w != 0) salts = make_salts(std::size_t{1} << log_domain, random.source());
    w = std::make_unique<Oracle>(Oracle::commit(std::move(message), s.log_n, s.limbs_w, log_domain, {}, salts));
  }
  void commit_x(FpVector message, const OpeningMasks* with, Random& random) {
    const OpeningShape& s = params.shape;
    const std::size_t log_domain = params.rounds[0].log_domain;
    FpVector limbs;
    std::vector<Salt> salts;
    if (with != nullptr) limbs = mask_limbs(*with), salts = make_salts(std::size_t{1} << log_domain, random.source());
    x = std::make_unique<Oracle>(Oracle::commit(std::move(message), s.log_n, s.limbs_x, log_domain, limbs, salts));
  }
  /// <message, A>.
  static Fe inner(std::span<const Fp> message, const DenseCovector& a) {
    Fe sum;
    for (std::size_t i = 0; i < message.size(); ++i) sum += a.values[i] * message[i];
    return sum;
  }

  OpeningWitness witness() const { return {w.get(), x.get(), &a_w, &a_x, masks.get()}; }
  Digest root_w() const { return w ? w->root() : Digest{}; }
  Digest root_x() const { return x ? x->root() : Digest{}; }
  CovectorEvaluator evaluator() const {
    return [this](const Point& point_w, const Point& point_x) {
      return std::pair{w ? a_w.at(point_w) : kZero, x ? a_x.at(point_x) : kZero};
    };
  }
};

inline Bytes prove(const Instance& instance, const Fe& claim, std::unique_ptr<WhirProver> prover, const Digest& root_w,
                   const Digest& root_x, std::string_view label = "test") {
  Party<Role::kProver> party(label);
  Known<std::unique_ptr<WhirProver>> secret(std::move(prover));
  OpeningScript<Role::kProver> script(party, instance.params, root_w, root_x, std::move(secret), claim);
  script.run(instance.evaluator());
  return party.take_proof();
}

inline Bytes prove(const Instance& instance, const Fe& claim, std::unique_ptr<WhirProver> prover,
                   std::string_view label = "test") {
  return prove(instance, claim, std::move(prover), instance.root_w(), instance.root_x(), label);
}

inline Bytes prove_honestly(const Instance& instance, const Fe& claim, std::string_view label = "test") {
  Party<Role::kProver> party(label);
  open<Role::kProver>(party, instance.params, instance.root_w(), instance.root_x(),
                      Known<OpeningWitness>(instance.witness()), claim, instance.evaluator());
  return party.take_proof();
}

inline Verdict verify(const Instance& instance, const Fe& claim, ByteSpan proof, const Digest& root_w,
                      const Digest& root_x, std::string_view label = "test") {
  Party<Role::kVerifier> party(label, proof);
  open<Role::kVerifier>(party, instance.params, root_w, root_x, Sealed{}, claim, instance.evaluator());
  return party.verdict();
}

inline Verdict verify(const Instance& instance, const Fe& claim, ByteSpan proof, std::string_view label = "test") {
  return verify(instance, claim, proof, instance.root_w(), instance.root_x(), label);
}

}  // namespace tacit::testing_support
