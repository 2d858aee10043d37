// What one oracle needs on its own: the multiplicity of its analysis, its queries and their grind. No error term
// joins the queries of two oracles, so derive_params() may settle these for every oracle apart.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "pcs/params.h"
#include "pcs/security.h"

namespace tacit {

inline constexpr std::uint32_t kMaxQueries = 4096;            ///< positions into one oracle
inline constexpr std::uint32_t kNoMultiplicity = UINT32_MAX;  ///< no analysis binds the oracle well enough

/// One oracle as far as the choice depends on it.
struct OracleCode {
  std::uint32_t log_limbs = 0, log_n = 0, log_domain = 0;
  std::uint32_t lists = 1;        ///< factors of the list size in the sumcheck term: 2 when W and X are both open
  std::uint32_t trees = 1;        ///< trees opened at each position
  double leaf_bytes = 0;          ///< opened at each position, all trees together
  std::uint32_t log_message = 0;  ///< log2 of the next message, whose covector the queries extend

  CodeRadius radius(Regime regime, std::uint32_t m) const { return {regime, double(log_domain) - log_n, m}; }
};

struct OracleChoice {
  double cost = std::numeric_limits<double>::infinity();  ///< infinite when no choice reaches the target
  std::uint32_t queries = 0, grind_bits = 0, multiplicity = 0;

  bool possible() const { return cost < std::numeric_limits<double>::infinity(); }
};

/// expected_siblings(), remembered: it is slow to compute and asked for again at every price and target.
class MultiproofSizes {
 public:
  double siblings(std::uint32_t log_leaves, std::uint32_t queries);

 private:
  std::vector<std::vector<double>> known_;
};

/// Chooses for one target and one price of a byte.
class OracleChooser {
 public:
  /// Every error term is to be at most 2^-target_bits; a byte costs `per_byte` milliseconds.
  OracleChooser(Regime regime, std::uint32_t max_grind_bits, double target_bits, double per_byte,
                MultiproofSizes& sizes)
      : regime_(regime), max_grind_bits_(max_grind_bits), target_(target_bits), per_byte_(per_byte), sizes_(sizes) {}

  /// The cheapest grind for the largest multiplicity, then the smallest multiplicity that needs no more queries.
  OracleChoice choose(const OracleCode& code);

  // The same in steps, for a base oracle, whose code depends on its queries.

  /// The largest m that reaches the target in every term but the queries, or kNoMultiplicity. Never grows with
  /// code.log_limbs. 0 in the unique-decoding regime.
  std::uint32_t largest_multiplicity(const OracleCode& code) const;
  /// The smallest m that needs no more than these queries, found from a larger one.
  std::uint32_t smallest_multiplicity(const OracleCode& code, std::uint32_t multiplicity, std::uint32_t queries,
                                      std::uint32_t grind) const;
  /// Queries that reach the target; more than kMaxQueries if that many do not. Depends on code's rate alone.
  std::uint32_t queries_for(const OracleCode& code, std::uint32_t multiplicity, std::uint32_t grind) const;
  /// Milliseconds and priced bytes of these queries and their grind.
  double query_cost(const OracleCode& code, std::uint32_t queries, std::uint32_t grind);

 private:
  bool feasible(const OracleCode& code, std::uint32_t multiplicity) const;

  Regime regime_;
  std::uint32_t max_grind_bits_;
  double target_, per_byte_;
  MultiproofSizes& sizes_;
};

}  // namespace tacit
