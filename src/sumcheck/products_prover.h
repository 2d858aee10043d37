// The prover's side of a sum of products (products.h).
//
//   an instance with 2^left rows unbound:   rows i and i + 2^(left-1) are the two values of the current variable
//   large (left >= 5)   first round read from the caller's tables, later ones from blocks folded in place
//   small               rows of E, scalar
//
// Memory: half of the caller's tables. One core with AVX-512: 10 ns a row (both tables) for all rounds, 16 ns at 2^20 rows.
// A late instance adds 1 to 2 ns a row for its sum.
#pragma once

#include <span>
#include <vector>

#include "sumcheck/block_buffer.h"
#include "sumcheck/products_kernels.h"
#include "sumcheck/rounds.h"

namespace tacit {

/// The factors of every instance; a and b of instance l have 2^(n_l) entries each.
struct ProductTables {
  struct Instance { FeVector a, b; };
  std::vector<Instance> instances;
};

class ProductsProver {
 public:
  /// Prepares the first message. `tables` must outlive the prover.
  ProductsProver(const ProductTables& tables, std::span<const int> log_sizes);

  const RoundMessage& message() const { return message_; }
  /// Binds the current variable; prepares the next message if a variable is left.
  void bind(const Fe& r);
  /// a_0, b_0, a_1, b_1, ... when all variables are bound.
  FeVector ends() const;

 private:
  struct SmallRow { Fe a, b; };
  struct Instance {
    const ProductTables::Instance* tables;
    int log_size;
    int left;                       ///< variables not bound
    Fe scale;                       ///< 2^-(n - log_size)
    Fe sum;                         ///< of a late instance: its whole sum
    BlockBuffer blocks;             ///< large, after its first fold
    std::vector<SmallRow> small;    ///< small: 2^left rows
  };

  RoundSums begin(Instance& instance) const;
  RoundSums fold(Instance& instance, const Fe& r) const;
  RoundSums fold_large(Instance& instance, const Fe& r) const;
  static void to_small(Instance& instance);
  static RoundSums small_sums(const Instance& instance);
  void prepare(const Fe* r);

  const ProductKernels* kernels_;
  int left_;  ///< rounds to go
  Fe halves_;  ///< 2^-(number of the current round, from 1)
  std::vector<Instance> instances_;
  RoundMessage message_;
};

}  // namespace tacit
