// What only the prover does between the engines: tables from the assignment, the witness oracle, the covectors.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "argue/contractions.h"
#include "argue/ledger.h"
#include "argue/relation.h"
#include "lookup/fraction_prover.h"
#include "pcs/whir.h"
#include "sumcheck/products.h"

namespace tacit {

class Oracle;

/// Everything that an opening's witness points into, kept alive together.
struct OpeningView {
  Opening forms;
  std::unique_ptr<LedgerCovector> a_w, a_x;
  const Oracle *w = nullptr, *x = nullptr;

  OpeningWitness pointers() const;
};

/// Told about each stage of a proof as it starts; may be empty.
using StageSink = std::function<void(std::string_view stage)>;

/// The prover's data for one run of the argument. Borrowed: all of it outlives the run.
class WitnessView {
 public:
  WitnessView(const Relation& relation, const Assignment& assignment, const Oracle* w, const Oracle* x, StageSink stage = {})
      : relation_(&relation), assignment_(&assignment), w_(w), x_(x), stage_(std::move(stage)) {}

  Digest root() const;
  FractionLeaves leaves(const LookupChallenges& challenges) const;
  ProductTables products(const std::vector<ContractionUse>& uses) const;
  std::shared_ptr<OpeningView> opening(const Opening& forms) const;

 private:
  void begin(std::string_view stage) const { if (stage_) stage_(stage); }

  const Relation* relation_;
  const Assignment* assignment_;
  const Oracle *w_, *x_;
  StageSink stage_;
};

/// The message of an oracle: every column at its tiles, `length` entries in all.
FpVector oracle_message(const Theorem& theorem, const OracleLayout& layout, const std::vector<IntColumn>& columns, std::uint64_t length);

/// sum over all instances of sum_k A[k] B[k].
Fe sum_of_products_value(const ProductTables& tables);

/// A nonce for Party::grind.
std::uint64_t search_nonce(const Digest& seed, int bits);

}  // namespace tacit
