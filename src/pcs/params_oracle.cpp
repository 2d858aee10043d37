#include "pcs/params_oracle.h"

#include <algorithm>
#include <cmath>

#include "pcs/params_cost.h"

namespace tacit {
namespace {
constexpr std::uint32_t kMinMultiplicity = 3, kMaxMultiplicity = 128;
}  // namespace

bool OracleChooser::feasible(const OracleCode& code, std::uint32_t multiplicity) const {
  CodeRadius radius = code.radius(regime_, multiplicity);
  if (decoding_radius(radius) <= 0) return false;
  double folds = code.log_limbs == 0 ? 0 : std::log2(code.log_limbs), list = list_log2(radius);
  if (agreement_bits(radius, code.log_domain + code.log_limbs) - folds < target_) return false;
  if (kChallengeFieldBits - std::log2(3.0) - folds - code.lists * list < target_) return false;
  if (regime_ == Regime::kUniqueDecoding) return true;
  // One out-of-domain sample, or the pin of W: the same bound over the full length.
  return kChallengeFieldBits + 1 - 2 * list - (code.log_n + code.log_limbs) >= target_;
}

std::uint32_t OracleChooser::largest_multiplicity(const OracleCode& code) const {
  if (regime_ == Regime::kUniqueDecoding) return feasible(code, 0) ? 0 : kNoMultiplicity;
  // Agreement and lists only get worse with m, so what is feasible is an interval that starts at the smallest.
  if (!feasible(code, kMinMultiplicity)) return kNoMultiplicity;
  std::uint32_t low = kMinMultiplicity, high = kMaxMultiplicity;
  while (low < high) {
    std::uint32_t middle = (low + high + 1) / 2;
    if (feasible(code, middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

std::uint32_t OracleChooser::smallest_multiplicity(const OracleCode& code, std::uint32_t multiplicity,
                                                   std::uint32_t queries, std::uint32_t grind) const {
  std::uint32_t low = kMinMultiplicity, high = multiplicity;
  while (low < high) {  // queries never grow with m
    std::uint32_t middle = (low + high) / 2;
    if (queries_for(code, middle, grind) <= queries) high = middle;
    else low = middle + 1;
  }
  return high;
}

std::uint32_t OracleChooser::queries_for(const OracleCode& code, std::uint32_t multiplicity,
                                         std::uint32_t grind) const {
  double each = query_bits(code.radius(regime_, multiplicity));
  double need = std::max(1.0, std::ceil((target_ - grind) / each));
  if (!(need <= kMaxQueries)) return kMaxQueries + 1;
  auto queries = static_cast<std::uint32_t>(need);
  while (queries * each + grind < target_) ++queries;  // the division may have rounded down
  return queries;
}

double OracleChooser::query_cost(const OracleCode& code, std::uint32_t queries, std::uint32_t grind) {
  double bytes = cost::opening_bytes(expected_distinct(code.log_domain, queries),
                                     sizes_.siblings(code.log_domain, queries), code.trees, code.leaf_bytes, grind);
  return cost::query_ms(queries, grind, code.log_domain, code.log_message) + bytes * per_byte_;
}

OracleChoice OracleChooser::choose(const OracleCode& code) {
  OracleChoice best;
  std::uint32_t m = largest_multiplicity(code);
  if (m == kNoMultiplicity) return best;
  for (std::uint32_t grind = 0; grind <= max_grind_bits_; ++grind) {
    std::uint32_t queries = queries_for(code, m, grind);
    if (queries > kMaxQueries) continue;
    double cost = query_cost(code, queries, grind);
    if (cost < best.cost) best = {cost, queries, grind, m};
  }
  if (best.possible()) best.multiplicity = smallest_multiplicity(code, m, best.queries, best.grind_bits);
  return best;
}

double MultiproofSizes::siblings(std::uint32_t log_leaves, std::uint32_t queries) {
  if (known_.size() <= log_leaves) known_.resize(log_leaves + 1);
  std::vector<double>& row = known_[log_leaves];
  if (row.size() <= queries) row.resize(queries + 1, -1.0);
  if (row[queries] < 0) row[queries] = expected_siblings(log_leaves, queries);
  return row[queries];
}

}  // namespace tacit
