#include "pcs/params_cost.h"

#include <algorithm>
#include <cmath>

namespace tacit {
namespace cost {
namespace {

constexpr double kDigestBytes = 32, kNonceBytes = 8, kBaseBytes = 8, kSaltWords = 4;
constexpr double kNsToMs = 1e-6;
constexpr double kNttNs = 10.7, kHashNs = 9.8, kPermutationNs = 57.7;  // measured, per base element / per permutation
constexpr double kSumcheckNs = 50;   // per element of E of the message: all its rounds, both factors folded
constexpr double kLimbFoldNs = 20;   // per base element: claim covector and fold
constexpr double kCovectorNs = 2;    // per query and element of the message: one base-by-E multiply-add
constexpr double kOodNs = 10;        // per sample and element of E
constexpr double kMaskLineNs = 10;   // per element of v' = rho v + mu
constexpr double kRandomNs = 2;      // per random word: AES-256 in counter mode, and the memory

}  // namespace

double commit_ms(double leaf_elements, std::uint32_t log_domain, bool salted) {
  double salt = salted ? kSaltWords : 0;
  double hash = std::max((leaf_elements + salt) * kHashNs, 2 * kPermutationNs);
  return std::exp2(log_domain) * (leaf_elements * kNttNs + hash + salt * kRandomNs) * kNsToMs;
}

double commit_w_ms(const OpeningShape& shape, std::uint32_t log_domain) {
  return shape.has_w() ? commit_ms(shape.limbs_w, log_domain, shape.random_slots_w != 0) : 0;
}

double commit_x_ms(const OpeningShape& shape, std::uint32_t log_domain) {
  if (!shape.has_x()) return 0;
  double draw = shape.mask_words() * double(shape.n()) * kRandomNs * kNsToMs;
  return draw + commit_ms(shape.limbs_x + shape.mask_words(), log_domain, shape.masked());
}

StageCost base_stage(const OpeningShape& shape, std::uint32_t degree) {
  double trees = (shape.has_w() ? 1 : 0) + (shape.has_x() ? 1 : 0);
  // From above: as if all limbs of the power of two were there. Only those that exist are touched.
  double slots = (shape.has_w() ? std::exp2(shape.log_limbs_w()) : 0) + (shape.has_x() ? std::exp2(shape.log_limbs_x()) : 0);
  double elements = slots * double(shape.n());
  double mask_claim = shape.masked() ? 1 : 0;
  double line = mask_claim * std::exp2(shape.log_folded()) * kMaskLineNs;
  return {trees * kDigestBytes + (shape.log_limbs() * 2 + mask_claim) * kBaseBytes * degree,
          (elements * kLimbFoldNs + line) * kNsToMs};
}

double leaf_bytes(const OpeningShape& shape, const WhirRound& round, bool base, std::uint32_t degree) {
  if (!base) return kBaseBytes * degree * std::exp2(round.log_limbs);
  double salts = (shape.random_slots_w != 0 ? kSaltWords : 0) + (shape.masked() ? kSaltWords : 0);
  return kBaseBytes * (shape.limbs_w + shape.limbs_x + shape.mask_words() + salts);
}

double opening_bytes(double distinct, double siblings, double trees, double leaf, std::uint32_t grind_bits) {
  return distinct * leaf + trees * siblings * kDigestBytes + (grind_bits != 0 ? kNonceBytes : 0);
}

double opening_bytes(const OpeningShape& shape, const WhirRound& round, bool base, std::uint32_t degree) {
  double trees = base && shape.has_w() && shape.has_x() ? 2 : 1;
  return opening_bytes(expected_distinct(round.log_domain, round.queries),
                       expected_siblings(round.log_domain, round.queries), trees,
                       leaf_bytes(shape, round, base, degree), round.grind_bits);
}

StageCost extension_stage(std::uint32_t log_limbs, std::uint32_t log_n, std::uint32_t log_domain, std::uint32_t ood,
                          std::uint32_t degree) {
  double element = kBaseBytes * degree, message = std::exp2(log_limbs + log_n);
  double bytes = kDigestBytes + ood * element + log_limbs * 2 * element;
  double ms = commit_ms(degree * std::exp2(log_limbs), log_domain) + message * (kSumcheckNs + ood * kOodNs) * kNsToMs;
  return {bytes, ms};
}

double query_ms(std::uint32_t queries, std::uint32_t grind_bits, std::uint32_t log_domain, std::uint32_t log_message) {
  // A covector of powers is either summed query by query or made by one transposed transform over the domain.
  double direct = queries * kCovectorNs * std::exp2(log_message);
  double transform = kExtensionDegree * kNttNs * std::exp2(log_domain);
  double grind = grind_bits == 0 ? 0 : kPermutationNs * std::exp2(grind_bits);
  return (std::min(direct, transform) + grind) * kNsToMs;
}

double final_bytes(std::uint32_t final_log, std::uint32_t degree) {
  return kBaseBytes * degree * (std::exp2(final_log) + 2.0 * final_log);
}

OpeningCost estimate(const OpeningParams& params, std::uint32_t degree) {
  StageCost sum = base_stage(params.shape, degree);
  for (std::size_t i = 0; i < params.rounds.size(); ++i) {
    const WhirRound& r = params.rounds[i];
    if (i != 0) sum = sum + extension_stage(r.log_limbs, r.log_n, r.log_domain, r.ood, degree);
    std::uint32_t message = i == 0 ? params.shape.log_folded() : r.log_n;
    sum.bytes += opening_bytes(params.shape, r, i == 0, degree);
    sum.ms += query_ms(r.queries, r.grind_bits, r.log_domain, message);
  }
  OpeningCost cost;
  cost.proof_bytes = sum.bytes + final_bytes(params.final_log, degree);
  cost.open_ms = sum.ms;
  cost.commit_w_ms = commit_w_ms(params.shape, params.rounds[0].log_domain);
  cost.commit_x_ms = commit_x_ms(params.shape, params.rounds[0].log_domain);
  return cost;
}

}  // namespace cost

OpeningCost estimate_cost(const OpeningParams& params) { return cost::estimate(params, cost::kExtensionDegree); }

double expected_siblings(std::uint32_t log_leaves, double queries) {
  double sum = 0;
  for (std::uint32_t depth = 1; depth <= log_leaves; ++depth) {
    double nodes = std::exp2(depth);
    double node_missed = queries * std::log1p(-1 / nodes);
    double parent_missed = depth == 1 ? -INFINITY : queries * std::log1p(-2 / nodes);
    sum += nodes * (std::exp(node_missed) - std::exp(parent_missed));
  }
  return queries > 0 ? sum : 0;
}

double expected_distinct(std::uint32_t log_leaves, double queries) {
  double leaves = std::exp2(log_leaves);
  if (log_leaves == 0) return queries > 0 ? 1 : 0;
  return -leaves * std::expm1(queries * std::log1p(-1 / leaves));
}

}  // namespace tacit
