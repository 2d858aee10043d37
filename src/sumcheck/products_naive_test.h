// Test support: random tables, their sums, and the prover written directly from the protocol, with the places where a
// cheating prover can deviate and go on consistently. Without a deviation it is the oracle of the fast prover.
#pragma once

#include <algorithm>
#include <functional>
#include <random>

#include "sumcheck/products.h"

namespace tacit::test {

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  Fe fe() { return {Fp(engine_()), Fp(engine_()), Fp(engine_())}; }
  FeVector fes(std::size_t n) {
    FeVector v(n);
    for (Fe& x : v) x = fe();
    return v;
  }

 private:
  std::mt19937_64 engine_;
};

inline ProductTables random_tables(const std::vector<int>& log_sizes, std::uint64_t seed) {
  Random random(seed);
  ProductTables tables;
  for (int n : log_sizes) tables.instances.push_back({random.fes(std::size_t{1} << n), random.fes(std::size_t{1} << n)});
  return tables;
}

inline Fe sum_of(const ProductTables::Instance& t) {
  Fe sum;
  for (std::size_t k = 0; k < t.a.size(); ++k) sum += t.a[k] * t.b[k];
  return sum;
}
inline Fe sum_of(const ProductTables& tables) {
  Fe sum;
  for (const auto& t : tables.instances) sum += sum_of(t);
  return sum;
}

/// Binds the most significant variable, or the least significant one.
inline FeVector fold(const FeVector& t, const Fe& r, bool lowest = false) {
  const std::size_t half = t.size() / 2;
  FeVector out(half);
  for (std::size_t i = 0; i < half; ++i) {
    const Fe &x = lowest ? t[2 * i] : t[i], &y = lowest ? t[2 * i + 1] : t[i + half];
    out[i] = x + r * (y - x);
  }
  return out;
}
inline Fe extension_at(FeVector t, std::span<const Fe> at) {
  for (const Fe& r : at) t = fold(t, r);
  return t[0];
}

/// True if the owed claims hold of the tables, under the pads of a masked run.
inline bool owed_hold(const ProductsResult<Role::kVerifier>& result, const std::vector<int>& log_sizes,
                      const ProductTables& tables, const FeVector& pads = {}) {
  for (std::size_t l = 0; l < log_sizes.size(); ++l) {
    const auto at = result.point_of(log_sizes[l]);
    if (extension_at(tables.instances[l].a, at) != result.a[l].under(pads)) return false;
    if (extension_at(tables.instances[l].b, at) != result.b[l].under(pads)) return false;
  }
  return true;
}

/// The protocol written down directly: every instance is a whole table over its own variables.
struct NaiveDeviation {
  std::function<void(int round, RoundMessage&)> round = [](int, RoundMessage&) {};
  std::function<void(const Fe& left, FeVector&)> ends = [](const Fe&, FeVector&) {};
  bool lowest_variable_first = false;
  bool late_instances_first = false;  ///< short instances bound to the first challenges instead of the last
};

inline bool active_in(int round, int n_l, int n, bool early) { return early ? round < n_l : round >= n - n_l; }

/// What instance t (n_l variables, of n) adds to the message of a round.
inline RoundMessage naive_message(const ProductTables::Instance& t, int n_l, int n, int round, const NaiveDeviation& cheat) {
  const auto power = [](int e) { return e >= 0 ? Fp(2).pow(e) : Fp(2).inverse().pow(-e); };
  const bool early = cheat.late_instances_first;
  RoundMessage message;
  if (!active_in(round, n_l, n, early)) {
    message.constant = sum_of(t) * power(early ? n_l - round - 1 : -(round + 1));
    return message;
  }
  const std::size_t half = t.a.size() / 2;
  for (std::size_t k = 0; k < half; ++k) {
    const std::size_t i0 = cheat.lowest_variable_first ? 2 * k : k, i1 = cheat.lowest_variable_first ? 2 * k + 1 : k + half;
    message.constant += t.a[i0] * t.b[i0];
    message.leading += (t.a[i1] - t.a[i0]) * (t.b[i1] - t.b[i0]);
  }
  const Fp scale = power(early ? 0 : n_l - n);  // dummy variables that follow double the sum again
  return {message.constant * scale, message.leading * scale};
}

/// One run of the deviating prover; `pads` are those of a party with masks.
inline void run_naively(Party<Role::kProver>& party, const std::vector<int>& log_sizes, const Fe& claim, ProductTables tables,
                        const NaiveDeviation& cheat = {}, const FeVector& pads = {}) {
  const int n = *std::max_element(log_sizes.begin(), log_sizes.end());
  Fe left = claim;
  for (int round = 0; round < n; ++round) {
    RoundMessage message;
    for (std::size_t l = 0; l < log_sizes.size(); ++l) {
      const RoundMessage part = naive_message(tables.instances[l], log_sizes[l], n, round, cheat);
      message.constant += part.constant;
      message.leading += part.leading;
    }
    cheat.round(round, message);
    const auto step = plain_round(party, "products round", left, Known(message), [](const RoundMessage& m) { return m; });
    left = step.claim.under(pads);
    for (std::size_t l = 0; l < log_sizes.size(); ++l) {
      if (!active_in(round, log_sizes[l], n, cheat.late_instances_first)) continue;
      for (FeVector* t : {&tables.instances[l].a, &tables.instances[l].b})
        *t = fold(*t, step.challenge, cheat.lowest_variable_first);
    }
  }
  FeVector ends;
  for (const auto& t : tables.instances) ends.push_back(t.a[0]), ends.push_back(t.b[0]);
  cheat.ends(left, ends);
  const auto sent = party.send_many("products ends", ends.size(), Known(ends), [](const FeVector& e) { return e; });
  for (std::size_t l = 0; l < log_sizes.size(); ++l) party.product(sent[2 * l], sent[2 * l + 1]);
}

inline Bytes prove_naively(const std::vector<int>& log_sizes, const Fe& claim, const ProductTables& tables,
                           const NaiveDeviation& cheat = {}) {
  Party<Role::kProver> party("products test");
  run_naively(party, log_sizes, claim, tables, cheat);
  return party.take_proof();
}

}  // namespace tacit::test
