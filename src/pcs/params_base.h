// The base round: limb length and rate are given, everything else of W and X is settled here.
//
//   log_limbs K --> multiplicity --> queries t (with a grind) --> random slots --> limbs --> log_limbs
//        ^                                                                                     |
//        '-------------------------------------------------------------------------------------'
//
// No arrow ever shrinks when what it starts from grows, so going round from K = 0 ends in the smallest shape that
// serves its own queries. It is done for every grind: fewer queries also mean fewer random slots.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>

#include "pcs/params.h"
#include "pcs/params_oracle.h"

namespace tacit {

struct BaseChoice {
  double cost = std::numeric_limits<double>::infinity();  ///< milliseconds and priced bytes; infinite: impossible
  OpeningShape shape;
  WhirRound round;

  bool possible() const { return cost < std::numeric_limits<double>::infinity(); }
};

/// Chooses for one target and one price of a byte, both of them the chooser's.
class BaseChooser {
 public:
  BaseChooser(std::uint64_t size_w, std::uint64_t size_x, const DeriveOptions& options, OracleChooser& chooser,
              double per_byte)
      : size_w_(size_w), size_x_(size_x), options_(options), chooser_(chooser), per_byte_(per_byte) {}

  /// The cheapest base round with limbs of 2^log_n elements over 2^log_domain points. Its cost is that of the
  /// commitments, the limb fold, the queries into it and their answers.
  BaseChoice choose(std::uint32_t log_n, std::uint32_t log_domain);

 private:
  static constexpr std::uint32_t kMaxLogLimbs = 12;
  /// The largest multiplicity by log_limbs, at one limb length and rate.
  using Multiplicities = std::array<std::optional<std::uint32_t>, kMaxLogLimbs + 1>;

  std::optional<OpeningShape> shape_for(std::uint32_t log_n, std::uint32_t queries, std::uint32_t log_limbs) const;
  OracleCode code_of(const OpeningShape& shape, std::uint32_t log_domain) const;
  bool settle(std::uint32_t log_n, std::uint32_t log_domain, Multiplicities& known, BaseChoice& base) const;
  std::uint32_t queries_for(const OracleCode& code, std::uint32_t grind, Multiplicities& known,
                            std::uint32_t& multiplicity) const;
  void price(BaseChoice& base) const;

  std::uint64_t size_w_, size_x_;
  const DeriveOptions& options_;
  OracleChooser& chooser_;
  double per_byte_;
};

}  // namespace tacit
