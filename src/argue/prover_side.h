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
  OpeningWitness oracles;

  OpeningWitness pointers() const;
};

/// Told about each stage of a proof as it starts; may be empty.
using StageSink = std::function<void(std::string_view stage)>;

/// The prover's data for one run of the argument. Borrowed: all of it outlives the run.
struct WitnessData {
  const Assignment* assignment = nullptr;
  const Oracle *w = nullptr, *x = nullptr;
  const FeVector* pads = nullptr;         ///< by number; null without masks
  const OpeningMasks* masks = nullptr;    ///< null without masks
  std::vector<WitnessData> links = {};    ///< of each link's target
};

class WitnessView {
 public:
  WitnessView(const Relation& relation, const WitnessData& data, StageSink stage = {})
      : relation_(&relation), data_(data), stage_(std::move(stage)) {}

  Digest root() const;
  FeVector pads() const { return data_.pads == nullptr ? FeVector{} : *data_.pads; }
  FractionLeaves leaves(const LookupChallenges& challenges) const;
  ProductTables products(const std::vector<ContractionUse>& uses) const;
  std::shared_ptr<OpeningView> opening(const Opening& forms) const;
  /// <columns, form>.
  Fe value_of(const Form& form) const;
  WitnessView link(std::size_t i) const { return {relation_->links[i].target, data_.links[i], stage_}; }
  std::vector<Digest> link_roots() const;

 private:
  void begin(std::string_view stage) const { if (stage_) stage_(stage); }

  const Relation* relation_;
  WitnessData data_;
  StageSink stage_;
};

/// The message of an oracle: every column at its tiles, `length` entries in all; `pads` are the entries of the column of
/// pads, which stands behind the others where there is one. `spare` entries more are reserved behind it.
FpVector oracle_message(std::span<const Column> columns, const OracleLayout& layout, const std::vector<IntColumn>& values,
                        const FeVector& pads, std::uint64_t length, std::uint64_t spare = 0);

/// Pads for a plan: uniform, but products where the plan says so. `uniform` fills with uniform elements.
FeVector draw_pads(const PadPlan& plan, const std::function<void(std::span<Fp>)>& uniform);

/// sum over all instances of sum_k A[k] B[k].
Fe sum_of_products_value(const ProductTables& tables);

/// A nonce for Party::grind.
std::uint64_t search_nonce(const Digest& seed, int bits);

}  // namespace tacit
