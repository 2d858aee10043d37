// What the prover holds while limbs and vectors are folded: LimbFold for one base oracle under its covector, FoldTables
// for a pair of vectors over E.
//
//   LimbFold   k limb variables, bound in two stages so that W is never held in E as a whole:
//                1. the first b = min(k, 3): all sums over the grid {0,1,inf}^b in one pass, then messages need no data
//                2. limbs of one group {p * 2^(k-b) + s} are combined to limb s of v and of a in E (second pass)
//              then k - b ordinary rounds on (v, a); result v, a of length n. Only limbs that exist are touched, in both
//              tables. Where few stand behind a power of two (66 = 64 + 2) b is 4: the first variable is nearly free,
//              and v and a are half as long
//   late       rounds before the first own variable: the message is the constant share / 2^rounds
#pragma once

#include <array>
#include <span>
#include <vector>

#include "field/cubic.h"
#include "pcs/whir.h"
#include "pcs/whir_prover_grid.h"
#include "pcs/whir_prover_kernels.h"

namespace tacit {

/// <v, a> with v and a folded together, most significant index bit first.
class FoldTables {
 public:
  FoldTables() = default;
  /// Equal lengths, a power of two.
  FoldTables(FeVector v, FeVector a);
  FoldSums message() const;
  void bind(Fe r);

  FeVector v, a;
};

class LimbFold {
 public:
  /// `late` rounds come before this oracle's own ones; its covector is scaled by 2^-late. Limbs that do not exist are
  /// zero in the message and in the covector. References must outlive it.
  LimbFold(std::span<const Fp> message, std::size_t log_n, std::size_t limbs, const Covector& covector,
           std::size_t late);
  FoldSums message() const;
  void bind(Fe r);
  /// After all rounds: the folded limb and the folded covector, n elements each.
  FoldTables take() { return std::move(tables_); }

 private:
  /// One group of limbs from some position on: where the message and the covector of each member that exists lie.
  struct Members {
    std::array<const Fp*, kMaxMembers> m{};
    std::array<const Fe*, kMaxMembers> a{};
    std::size_t present = 0;    ///< at least 1: limb s of group s exists
    bool has_covector = false;

    Members from(std::size_t position) const;
  };
  Members members(std::size_t s, std::size_t first, std::size_t count, FeVector& scratch) const;
  void fill(std::size_t limb, std::size_t first, std::span<Fe> out) const;
  void choose_blocks();
  void for_blocks(auto&& work) const;
  void sum_grid();
  void combine_groups();
  bool grid_is_spent() const { return bound_.size() == grid_variables_; }

  std::span<const Fp> message_;
  std::size_t n_, limbs_, variables_, grid_variables_, groups_;
  const Covector& covector_;
  std::size_t late_, rounds_ = 0;
  std::size_t block_;       ///< positions for which members are loaded at once
  FeVector kept_;           ///< the whole covector, if small
  std::vector<Fe> grid_;    ///< 3^(unbound grid variables) sums, scaled by 2^-(late rounds done)
  std::vector<Fe> bound_;   ///< challenges of the grid variables
  FoldTables tables_;
};

/// sum_i v[i] z^i.
Fe evaluate_powers(std::span<const Fe> v, Fe z);
/// out[i] += coefficient * z^i.
void add_powers(Fe z, Fe coefficient, std::span<Fe> out);
/// out[i] += sum_j coefficients[j] * points[j]^i; about 0.6 ns a term and core with AVX-512.
void add_powers(std::span<const Fp> points, std::span<const Fe> coefficients, std::span<Fe> out);

}  // namespace tacit
