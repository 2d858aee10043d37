// A prover that lies in one place, chosen by hooks, and recomputes everything after it honestly.
#pragma once

#include <functional>

#include "pcs/whir_test_support.h"

namespace tacit::testing_support {

/// An honest prover with hooks in the places where the cheaters below differ.
struct Cheater : WhirProver {
  using WhirProver::WhirProver;
  using WhirProver::committed_;
  using WhirProver::params_;
  using WhirProver::round_;
  using WhirProver::tables_;
  Fe running_claim;  ///< the claim that the verifier holds
  Point challenges;  ///< of all folds
  std::function<void(Cheater&)> after_join, after_mask, before_commit, after_commit, before_final;
  Fe answer_error, mask_claim_error;
  const Oracle* rows_from[3] = {};  ///< by Block: open another oracle's rows
  const Oracle* salts_from[3] = {};
  const Oracle* path_from[3] = {};  ///< by Block: with another oracle's siblings

  RoundMessage message() const override {
    sent_ = WhirProver::message();
    return sent_;
  }
  void bind(Fe r) override {
    const Fe linear = running_claim - sent_.constant - sent_.constant - sent_.leading;
    running_claim = quadratic_at(sent_.constant, linear, sent_.leading, r).constant();
    challenges.push_back(r);
    WhirProver::bind(r);
  }
  /// From here on `running_claim` is about (v_W || v_X), then about v'.
  void join(std::span<const Fe> pad_weights) override {
    if (params_.shape.masked()) {
      const FeVector xi = pads();
      for (std::size_t k = 0; k < xi.size(); ++k) running_claim -= pad_weights[k] * xi[k];
    }
    WhirProver::join(pad_weights);
    if (after_join) after_join(*this);
  }
  Fe mask_claim() const override { return WhirProver::mask_claim() + mask_claim_error; }
  void mask(const Fe& rho) override {
    running_claim = rho * running_claim + mask_claim();
    WhirProver::mask(rho);
    if (after_mask) after_mask(*this);
  }
  void commit() override {
    if (before_commit) before_commit(*this);
    WhirProver::commit();
    if (after_commit) after_commit(*this);
  }
  Fe evaluate(Fe z) const override { return WhirProver::evaluate(z) + answer_error; }
  FpVector rows(Block block, std::span<const std::size_t> at) const override {
    const Oracle* other = rows_from[static_cast<int>(block)];
    return other ? other->rows(at) : WhirProver::rows(block, at);
  }
  std::vector<Salt> salts(Block block, std::span<const std::size_t> at) const override {
    const Oracle* other = salts_from[static_cast<int>(block)];
    return other ? other->salts(at) : WhirProver::salts(block, at);
  }
  std::vector<Digest> siblings(Block block, std::span<const std::size_t> at) const override {
    const Oracle* other = path_from[static_cast<int>(block)];
    return other ? other->siblings(at) : WhirProver::siblings(block, at);
  }
  FeVector final_vector() const override {
    if (before_final) before_final(const_cast<Cheater&>(*this));
    return WhirProver::final_vector();
  }

 private:
  mutable RoundMessage sent_;
};

inline std::unique_ptr<Cheater> cheater(const Instance& instance) {
  return std::make_unique<Cheater>(instance.params, instance.witness());
}

/// Adds to v a multiple of `direction` such that <v, a> becomes `target`.
inline void steer(FoldTables& tables, const FeVector& direction, const Fe& target) {
  Fe now, slope;
  for (std::size_t i = 0; i < tables.v.size(); ++i) {
    now += tables.v[i] * tables.a[i];
    if (i < direction.size()) slope += direction[i] * tables.a[i];
  }
  const Fe factor = (target - now) * slope.inverse();
  for (std::size_t i = 0; i < direction.size(); ++i) tables.v[i] += factor * direction[i];
}

/// Adds a random vector that leaves <v, a> as it is.
inline void add_orthogonal(FoldTables& tables, Random& random) {
  Fe inner;
  for (std::size_t i = 0; i < tables.v.size(); ++i) inner += tables.v[i] * tables.a[i];
  for (Fe& x : tables.v) x += random.fe();
  steer(tables, random.fes(tables.v.size()), inner);
}

/// An oracle with the same message whose first `bad` of 2^log_domain rows (in a fixed shuffle) are wrong.
inline Oracle corrupted(const Oracle& honest, std::size_t bad, Random& random) {
  FpVector rows(honest.all_rows().begin(), honest.all_rows().end());
  std::vector<std::size_t> order(std::size_t{1} << honest.log_domain());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  for (std::size_t i = order.size(); i-- > 1;) std::swap(order[i], order[random.below(i + 1)]);
  for (std::size_t k = 0; k < bad; ++k)
    for (std::size_t word = 0; word < honest.words(); ++word)
      rows[order[k] * honest.words() + word] += Fp(1) + random.fp();
  return Oracle::from_rows({honest.message().begin(), honest.message().end()}, std::move(rows), honest.words(),
                           honest.log_n(), honest.log_domain(), honest.every_salt());
}

}  // namespace tacit::testing_support
