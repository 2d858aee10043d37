// The honest prover's answers to the script of whir_engine.h, in the order in which it asks:
//
//   pads                 masked shapes: what the messages of the limb fold are sent without
//   message, bind        every fold round
//   join                 once, after the limb fold: v' = (v_W || v_X), a' = (a_W || a_X), and what the pads weigh
//   mask_claim, mask     masked shapes: v' becomes rho (v_W || v_X + row2) + (mu_W || row1)
//   commit, root         a new oracle on v
//   evaluate             out-of-domain answers
//   rows, salts, siblings  of the oracle(s) before the one just committed
//   add_constraints      the covector takes up the batched constraints; the new oracle is the next to be queried
//   final_vector         v
//
// Tests derive from it: every answer is virtual.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "pcs/oracle.h"
#include "pcs/whir.h"
#include "pcs/whir_constraint.h"
#include "pcs/whir_prover_fold.h"
#include "sumcheck/rounds.h"

namespace tacit {

class WhirProver {
 public:
  /// The witness's oracles and covectors must outlive the prover.
  WhirProver(const OpeningParams& params, const OpeningWitness& witness);
  virtual ~WhirProver() = default;
  WhirProver(const WhirProver&) = delete;
  WhirProver& operator=(const WhirProver&) = delete;

  virtual FeVector pads() const;
  virtual RoundMessage message() const;
  virtual void bind(Fe r);
  /// `pad_weights`: the claim on (v_W || v_X) is a public constant + sum_k pad_weights[k] * pads()[k].
  virtual void join(std::span<const Fe> pad_weights);
  virtual Fe mask_claim() const;
  virtual void mask(const Fe& rho);
  virtual void commit();
  virtual Digest root() const;
  virtual Fe evaluate(Fe z) const;
  virtual FpVector rows(Block block, std::span<const std::size_t> positions) const;
  virtual std::vector<Salt> salts(Block block, std::span<const std::size_t> positions) const;
  virtual std::vector<Digest> siblings(Block block, std::span<const std::size_t> positions) const;
  virtual void add_constraints(std::span<const PowerConstraint> constraints);
  virtual FeVector final_vector() const;

 protected:
  /// The oracle that is queried now.
  const Oracle& queried(Block block) const;

  const OpeningParams& params_;
  OpeningWitness witness_;
  std::vector<std::unique_ptr<LimbFold>> limb_folds_;  ///< W, X (those present) until join()
  FoldTables tables_;                                  ///< v and its covector from join() on
  std::size_t round_ = 0;                              ///< extension rounds committed
  std::unique_ptr<Oracle> committed_, queried_;        ///< extension oracles; no queried_ means W and X are
};

}  // namespace tacit
