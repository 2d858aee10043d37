#include "pcs/params_oracle.h"

#include <algorithm>
#include <cmath>

#include "pcs/params_cost.h"

namespace tacit {
namespace {
constexpr std::uint32_t kMaxQueries = 4096, kMinMultiplicity = 3, kMaxMultiplicity = 128;
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
  std::uint32_t m = kMaxMultiplicity;
  while (m >= kMinMultiplicity && !feasible(code, m)) --m;
  return m;
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

OracleChoice OracleChooser::choose(const OracleCode& code) {
  OracleChoice best;
  bool johnson = regime_ == Regime::kJohnson;
  std::uint32_t m = johnson ? largest_multiplicity(code) : 0;
  if (johnson ? m < kMinMultiplicity : !feasible(code, 0)) return best;
  for (std::uint32_t grind = 0; grind <= max_grind_bits_; ++grind) {
    std::uint32_t queries = queries_for(code, m, grind);
    if (queries > kMaxQueries) continue;
    double bytes = cost::opening_bytes(expected_distinct(code.log_domain, queries), siblings(code.log_domain, queries),
                                       code.trees, code.leaf_bytes, grind);
    double cost = cost::query_ms(queries, grind, code.log_domain, code.log_message) + bytes * per_byte_;
    if (cost < best.cost) best = {cost, queries, grind, m};
  }
  if (!best.possible()) return best;
  while (best.multiplicity > kMinMultiplicity &&
         queries_for(code, best.multiplicity - 1, best.grind_bits) == best.queries)
    --best.multiplicity;
  return best;
}

double OracleChooser::siblings(std::uint32_t log_leaves, std::uint32_t queries) {
  if (siblings_.size() <= log_leaves) siblings_.resize(log_leaves + 1);
  std::vector<double>& row = siblings_[log_leaves];
  if (row.size() <= queries) row.resize(queries + 1, -1.0);
  if (row[queries] < 0) row[queries] = expected_siblings(log_leaves, queries);
  return row[queries];
}

}  // namespace tacit
