// The prover's side of a fraction sum (fraction_sum.h): the tree of layers and the sumcheck of each.
//
//   layer log_rows   the leaves, borrowed            rows [0, L), the rest is padding (0, 1)
//   layer k          rows [0, min(L, 2^k))           row i = row i (+) row i + 2^k of layer k + 1
//   layer 1          its two rows are sent in clear
//
// Use: ends() of layer 1; then for every larger layer begin_layer, and message / bind once a round, and ends().
// begin_layer consumes the layer: its tables are folded in place (the leaves into the storage of layer log_rows - 1).
//
// Memory: 48 bytes a row beside the leaves. Time: 30 to 38 ns a row on one core with AVX-512 (2^16 to 2^20 rows).
//
// The constant of a layer's first round is p0 + lambda q0 of the ends before it (the parent's halves at the bound point),
// so the first round computes a leading coefficient only.
#pragma once

#include <array>
#include <utility>
#include <vector>

#include "field/cubic.h"
#include "lookup/fraction_kernels.h"
#include "sumcheck/block_buffer.h"
#include "sumcheck/rounds.h"

namespace tacit {

/// Fractions p[i] / q[i]; p and q have one length L, and no denominator may depend on a challenge drawn later.
struct FractionLeaves {
  FpVector p;
  FeVector q;
};

class FractionProver {
 public:
  /// Builds all layers. `leaves` must outlive the prover.
  FractionProver(const FractionLeaves& leaves, int log_rows);

  /// (p0, p1, q0, q1): both halves of the current layer at the bound point; at first the two rows of layer 1.
  const std::array<Fe, 4>& ends() const { return ends_; }
  /// Starts the sumcheck of layer point.size() + 1 and prepares its first message.
  void begin_layer(const Point& point, const Fe& lambda);
  /// The message of the current round.
  const RoundMessage& message() const { return message_; }
  /// Binds the current variable; prepares the next message, or the ends after the last round.
  void bind(const Fe& r);

 private:
  /// One row of half 0 and one of half 1 in a sumcheck.
  struct SmallRow { Fe u0, q0, p1, q1; };
  struct Layer {
    PairBlock* blocks = nullptr;  ///< null: the leaves
    std::size_t rows = 0;         ///< valid rows
  };

  void allocate();
  void build_layer(int k);
  std::pair<Fe, Fe> row(int k, std::size_t i) const;
  static LayerHalf half_of(const Layer& layer, std::size_t from, std::size_t rows);
  LeafHalf leaf_half(std::size_t from, std::size_t rows, PairBlock& tail) const;
  template <class Act> void with_halves(int k, Act act) const;

  void begin_large();
  void begin_small();
  void fold_large(const Fe& r);
  template <class Half> void fold_pass(const Half& low, const Half& high, const Fe& r);
  void blocks_to_small();
  void fold_small(const Fe& r);
  void small_message();

  const FractionLeaves* leaves_;
  const FractionKernels* kernels_;
  int log_rows_;
  BlockBuffer storage_;
  std::vector<Layer> layers_;  ///< index = log2 of the layer's length

  // The sumcheck that is running.
  int layer_ = 1;
  int left_ = 0;  ///< variables not bound yet: both halves have 2^left_ rows
  bool raw_ = true, large_ = false;  ///< raw: half 0 still holds p0 in place of u0; large: tables are blocks
  Fe lambda_;
  PairBlock low_pad_;  ///< (lambda, 1)
  SplitEq eq_;
  Layer low_, high_;  ///< the folded halves
  std::vector<SmallRow> small_;
  RoundMessage message_;
  std::array<Fe, 4> ends_;
};

}  // namespace tacit
