// The honest prover's answers to the script of whir_engine.h, in the order in which it asks:
//
//   message, bind        every fold round
//   join                 once, after the limb fold: v' = (v_W || v_X), a' = (a_W || a_X)
//   commit, root         a new oracle on v
//   evaluate             out-of-domain answers
//   rows, siblings       of the oracle(s) before the one just committed
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

  virtual RoundMessage message() const;
  virtual void bind(Fe r);
  virtual void join();
  virtual void commit();
  virtual Digest root() const;
  virtual Fe evaluate(Fe z) const;
  virtual FpVector rows(Block block, std::span<const std::size_t> positions) const;
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
