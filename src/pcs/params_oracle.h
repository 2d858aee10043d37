// What one oracle needs on its own: the multiplicity of its analysis, its queries and their grind. No error term
// joins the queries of two oracles, so derive_params() may settle these for every oracle apart.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "pcs/params.h"
#include "pcs/security.h"

namespace tacit {

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

/// Chooses for one target and one price of a byte; remembers multiproof sizes, which are slow to compute.
class OracleChooser {
 public:
  /// Every error term is to be at most 2^-target_bits; a byte costs `per_byte` milliseconds.
  OracleChooser(Regime regime, std::uint32_t max_grind_bits, double target_bits, double per_byte)
      : regime_(regime), max_grind_bits_(max_grind_bits), target_(target_bits), per_byte_(per_byte) {}

  /// The cheapest grind for the largest multiplicity, then the smallest multiplicity that needs no more queries.
  OracleChoice choose(const OracleCode& code);

 private:
  bool feasible(const OracleCode& code, std::uint32_t multiplicity) const;
  std::uint32_t largest_multiplicity(const OracleCode& code) const;
  std::uint32_t queries_for(const OracleCode& code, std::uint32_t multiplicity, std::uint32_t grind) const;
  double siblings(std::uint32_t log_leaves, std::uint32_t queries);

  Regime regime_;
  std::uint32_t max_grind_bits_;
  double target_, per_byte_;
  std::vector<std::vector<double>> siblings_;
};

}  // namespace tacit
