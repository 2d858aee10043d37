// Test support: the fraction-sum prover written directly from the protocol, over whole padded tables, with the places
// where a cheating prover can deviate and go on consistently. Without a deviation it is the oracle of the fast prover.
#pragma once

#include <algorithm>
#include <functional>
#include <random>

#include "lookup/fraction_sum.h"

namespace tacit::test {

struct NaiveRow { Fe p, q; };
using NaiveLayer = std::vector<NaiveRow>;
using Ends = std::array<Fe, 4>;  ///< p0, p1, q0, q1

/// Folds the most significant variable at r (or, to cheat, the least significant one).
template <class T> std::vector<T> naive_fold(const std::vector<T>& t, const Fe& r, bool lowest, auto&& mix) {
  const std::size_t half = t.size() / 2;
  std::vector<T> out(half);
  for (std::size_t i = 0; i < half; ++i)
    out[i] = lowest ? mix(t[2 * i], t[2 * i + 1], r) : mix(t[i], t[i + half], r);
  return out;
}
inline Fe mix_fe(const Fe& a, const Fe& b, const Fe& r) { return a + r * (b - a); }

/// The multilinear extension of a table of 2^n at a point of n coordinates, most significant first.
inline Fe naive_mle(FeVector t, const Point& at) {
  for (const Fe& r : at) t = naive_fold(t, r, false, mix_fe);
  return t[0];
}

struct Deviation {
  /// May change the ends of layer k before they are sent, the first as p0 + lambda q0; lambda is zero for layer 1.
  std::function<void(int k, const Fe& lambda, Ends&)> ends = [](int, const Fe&, Ends&) {};
  /// May change the message of a round; `error` = verifier's claim - true claim.
  std::function<void(int k, int round, const Fe& at, const Fe& error, RoundMessage&)> round =
      [](int, int, const Fe&, const Fe&, RoundMessage&) {};
  bool lowest_variable_first = false;
};

class NaiveProver {
 public:
  /// `pads` are those of a party with masks.
  NaiveProver(const FractionLeaves& leaves, int log_rows, Deviation deviation = {}, FeVector pads = {})
      : log_rows_(log_rows), deviation_(std::move(deviation)), pads_(std::move(pads)), layers_(log_rows + 1) {
    layers_[log_rows].assign(std::size_t{1} << log_rows, {kZero, kOne});
    for (std::size_t i = 0; i < leaves.p.size(); ++i) layers_[log_rows][i] = {leaves.p[i], leaves.q[i]};
    for (int k = log_rows - 1; k >= 1; --k) {
      const NaiveLayer& c = layers_[k + 1];
      const std::size_t m = c.size() / 2;
      for (std::size_t i = 0; i < m; ++i)
        layers_[k].push_back({c[i].p * c[i + m].q + c[i + m].p * c[i].q, c[i].q * c[i + m].q});
    }
  }

  FractionClaim<Role::kProver> run(Party<Role::kProver>& party) {
    const NaiveLayer& top = layers_[1];
    send_ends(party, 1, kZero, {top[0].p, top[1].p, top[0].q, top[1].q});
    join(party, {});
    for (int k = 2; k <= log_rows_; ++k) prove_layer(party, k);
    return owed_;
  }
  /// The verifier's claim after the last round of the layer whose ends are sent next.
  const Fe& last_claim() const { return last_claim_; }

 private:
  struct Row { Fe u0, q0, p1, q1; };
  static Fe f(const Row& s) { return s.q1 * s.u0 + s.p1 * s.q0; }
  static Row mix_row(const Row& a, const Row& b, const Fe& r) {
    return {mix_fe(a.u0, b.u0, r), mix_fe(a.q0, b.q0, r), mix_fe(a.p1, b.p1, r), mix_fe(a.q1, b.q1, r)};
  }
  static Row minus(const Row& a, const Row& b) { return {a.u0 - b.u0, a.q0 - b.q0, a.p1 - b.p1, a.q1 - b.q1}; }

  void send_ends(Party<Role::kProver>& party, int k, const Fe& lambda, Ends ends) {
    deviation_.ends(k, lambda, ends);
    ends_ = ends;
    const auto sent = party.send_many("fraction ends", 4, Known(ends), [&](const Ends& e) {
      return FeVector{e[0] + lambda * e[2], e[1], e[2], e[3]};
    });
    party.product(sent[3], sent[0]);
    party.product(sent[1], sent[2]);
  }
  void join(Party<Role::kProver>& party, const Point& bound) {
    const Fe mu = party.draw("fraction mu");
    owed_.p = mix_fe(ends_[0], ends_[1], mu);
    owed_.q = mix_fe(ends_[2], ends_[3], mu);
    owed_.at = {mu};
    owed_.at.insert(owed_.at.end(), bound.begin(), bound.end());
  }
  /// eq(at, x), the first coordinate being the most (or, to cheat, the least) significant bit of x.
  static Fe weight(std::size_t x, std::span<const Fe> at, bool lowest) {
    Fe w = kOne;
    for (std::size_t v = 0; v < at.size(); ++v) {
      const bool bit = (x >> (lowest ? v : at.size() - 1 - v)) & 1;
      w *= bit ? at[v] : kOne - at[v];
    }
    return w;
  }
  std::vector<Row> sumcheck_rows(int k, const Fe& lambda) const {
    const NaiveLayer& c = layers_[k];
    const std::size_t m = c.size() / 2;
    std::vector<Row> rows(m);
    for (std::size_t i = 0; i < m; ++i) rows[i] = {c[i].p + lambda * c[i].q, c[i].q, c[i + m].p, c[i + m].q};
    return rows;
  }
  /// The honest message for `rows` with weights eq(rest, .); at_one receives h(1).
  RoundMessage honest_message(const std::vector<Row>& rows, std::span<const Fe> rest, Fe& at_one) const {
    const bool lowest = deviation_.lowest_variable_first;
    const std::size_t half = rows.size() / 2;
    RoundMessage message;
    for (std::size_t i = 0; i < half; ++i) {
      const Row &s = lowest ? rows[2 * i] : rows[i], &t = lowest ? rows[2 * i + 1] : rows[i + half];
      const Fe w = weight(i, rest, lowest);
      message.constant += w * f(s);
      at_one += w * f(t);
      message.leading += w * f(minus(t, s));
    }
    return message;
  }
  void prove_layer(Party<Role::kProver>& party, int k) {
    const Fe lambda = party.draw("fraction lambda");
    std::vector<Row> rows = sumcheck_rows(k, lambda);
    const Point point = owed_.at;
    Fe claim = owed_.p.constant() + lambda * owed_.q.constant();
    Point bound;
    for (int round = 0; round + 1 < k; ++round) {
      Fe at_one;
      RoundMessage message = honest_message(rows, std::span(point).subspan(round + 1), at_one);
      const Fe at = point[round], error = claim - ((kOne - at) * message.constant + at * at_one);
      deviation_.round(k, round, at, error, message);
      const auto result = eq_round(party, "fraction round", claim, at, at.inverse(), Known(message),
                                   [](const RoundMessage& s) { return s; });
      claim = result.claim.under(pads_);
      bound.push_back(result.challenge);
      rows = naive_fold(rows, result.challenge, deviation_.lowest_variable_first, mix_row);
    }
    const Row& end = rows[0];
    last_claim_ = claim;
    send_ends(party, k, lambda, {end.u0 - lambda * end.q0, end.p1, end.q0, end.q1});
    join(party, bound);
  }

  int log_rows_;
  Deviation deviation_;
  FeVector pads_;
  std::vector<NaiveLayer> layers_;
  Ends ends_;
  FractionClaim<Role::kProver> owed_;
  Fe last_claim_;
};

/// `rows` random fractions whose sum is zero: pairs n/d, -n/d shuffled, the odd one out 0/d.
inline FractionLeaves zero_sum_leaves(std::size_t rows, std::uint64_t seed) {
  std::mt19937_64 engine(seed);
  FractionLeaves leaves{FpVector(rows), FeVector(rows)};
  auto random = [&] { return Fp(engine()); };
  std::vector<std::size_t> order(rows);
  for (std::size_t i = 0; i < rows; ++i) order[i] = i;
  std::shuffle(order.begin(), order.end(), engine);
  for (std::size_t i = 0; i + 1 < rows; i += 2) {
    const Fp n = random();
    const Fe d(random(), random(), random());
    leaves.p[order[i]] = n, leaves.q[order[i]] = d;
    leaves.p[order[i + 1]] = -n, leaves.q[order[i + 1]] = d;
  }
  if (rows % 2) leaves.q[order[rows - 1]] = Fe(random(), random(), random());
  return leaves;
}

struct Proven {
  Bytes proof;
  FractionClaim<Role::kProver> owed;
  bool prover_failed = false;
};
struct Checked {
  Verdict verdict;
  FractionClaim<Role::kVerifier> owed;
  Fe next;  ///< a challenge drawn after the proof
};

inline Proven prove(const FractionLeaves& leaves, int log_rows) {
  Party<Role::kProver> party("fraction test");
  auto owed = fraction_sum(party, log_rows, Known(leaves));
  const bool failed = party.failed();
  return {party.take_proof(), owed, failed};
}
inline Proven prove_naively(const FractionLeaves& leaves, int log_rows, Deviation deviation = {}) {
  Party<Role::kProver> party("fraction test");
  auto owed = NaiveProver(leaves, log_rows, std::move(deviation)).run(party);
  return {party.take_proof(), owed, party.failed()};
}
inline Checked check(ByteSpan proof, int log_rows) {
  Party<Role::kVerifier> party("fraction test", proof);
  auto owed = fraction_sum(party, log_rows, Sealed{});
  const Fe next = party.draw("next");
  return {party.verdict(), owed, next};
}

/// True if the owed claims hold of the leaves, under the pads of a masked run.
template <Role R>
bool claims_hold(const FractionClaim<R>& owed, const FractionLeaves& leaves, int log_rows, const FeVector& pads = {}) {
  FeVector p(std::size_t{1} << log_rows, kZero), q(std::size_t{1} << log_rows, kOne);
  std::copy(leaves.p.begin(), leaves.p.end(), p.begin());
  std::copy(leaves.q.begin(), leaves.q.end(), q.begin());
  return naive_mle(p, owed.at) == owed.p.under(pads) && naive_mle(q, owed.at) == owed.q.under(pads);
}

}  // namespace tacit::test
