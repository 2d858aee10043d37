#include <tbb/blocked_range.h>
#include <tbb/combinable.h>
#include <tbb/parallel_for.h>

#include <algorithm>

#include "base/contract.h"
#include "field/arrays.h"
#include "pcs/whir_masks.h"
#include "pcs/whir_prover.h"
#include "pcs/whir_rows.h"

namespace tacit {
namespace {

constexpr std::size_t kMaskGrain = 1024;  ///< elements that stay in cache through the steps of one pass

void for_pieces(std::size_t count, auto&& work) {
  tbb::parallel_for(tbb::blocked_range<std::size_t>(0, count, kMaskGrain),
                    [&](const auto& range) { work(range.begin(), range.size()); }, tbb::simple_partitioner());
}

Fe parallel_dot(std::span<const Fe> a, std::span<const Fe> b) {
  tbb::combinable<Fe> sums;
  for_pieces(a.size(), [&](std::size_t at, std::size_t count) {
    sums.local() += dot(a.subspan(at, count), b.subspan(at, count));
  });
  return sums.combine([](const Fe& x, const Fe& y) { return x + y; });
}

/// v = rho (v + added) + mask; `added` may be empty.
void mask_block(std::span<Fe> v, Fe rho, std::span<const Fp> added, std::span<const Fe> mask) {
  for_pieces(v.size(), [&](std::size_t at, std::size_t count) {
    const std::span<Fe> part = v.subspan(at, count);
    scale(part, rho, part);
    if (!added.empty()) add_scaled(added.subspan(at, count), rho, part);
    add(part, mask.subspan(at, count), part);
  });
}

}  // namespace

WhirProver::WhirProver(const OpeningParams& params, const OpeningWitness& witness)
    : params_(params), witness_(witness) {
  const OpeningShape& shape = params.shape;
  const std::size_t rounds = params.rounds[0].log_limbs;
  TACIT_EXPECTS(shape.masked() == (witness.masks != nullptr), "a masked shape, and no other, comes with masks");
  if (const OpeningMasks* masks = witness.masks)
    TACIT_EXPECTS(masks->row2.size() == shape.n() && masks->row1.size() == shape.n() &&
                      masks->mu_w.size() == (shape.has_w() ? shape.n() : 0), "masks have the shape of the parameters");
  auto start = [&](const Oracle* oracle, const Covector* covector, std::size_t limbs, std::size_t words,
                   std::size_t limb_bits) {
    TACIT_EXPECTS(oracle != nullptr && covector != nullptr, "an oracle of the shape comes with its covector");
    TACIT_EXPECTS(oracle->words() == words && oracle->log_n() == shape.log_n &&
                      oracle->log_domain() == params.rounds[0].log_domain, "an oracle has the shape of the parameters");
    limb_folds_.push_back(
        std::make_unique<LimbFold>(oracle->message(), shape.log_n, limbs, *covector, rounds - limb_bits));
  };
  if (shape.has_w()) start(witness.w, witness.a_w, shape.limbs_w, shape.limbs_w, shape.log_limbs_w());
  if (shape.has_x())
    start(witness.x, witness.a_x, shape.limbs_x, shape.limbs_x + shape.mask_words(), shape.log_limbs_x());
}

FeVector WhirProver::pads() const { return pads_of(params_.shape, witness_.masks->row2); }

RoundMessage WhirProver::message() const {
  RoundMessage out;
  auto add = [&](const FoldSums& sums) { out.constant += sums.constant, out.leading += sums.leading; };
  for (const auto& fold : limb_folds_) add(fold->message());
  if (limb_folds_.empty()) add(tables_.message());
  return out;
}

void WhirProver::bind(Fe r) {
  for (auto& fold : limb_folds_) fold->bind(r);
  if (limb_folds_.empty()) tables_.bind(r);
}

void WhirProver::join(std::span<const Fe> pad_weights) {
  tables_ = limb_folds_[0]->take();
  if (limb_folds_.size() == 2) {
    FoldTables second = limb_folds_[1]->take();
    tables_.v.insert(tables_.v.end(), second.v.begin(), second.v.end());
    tables_.a.insert(tables_.a.end(), second.a.begin(), second.a.end());
  }
  limb_folds_.clear();
  const OpeningShape& shape = params_.shape;
  if (!shape.masked()) return;
  const std::span<Fe> reserved = std::span(tables_.a).last(shape.n() - shape.statement_slots_x());
  for (const Fe& weight : reserved) TACIT_EXPECTS(weight.is_zero(), "no statement weighs X's pads and random slots");
  auto slot = reserved.begin();
  for (Fe weight : pad_weights)
    for (int t = 0; t < 3; ++t, weight *= kExtensionGenerator) *slot++ -= weight;
}

Fe WhirProver::mask_claim() const {
  const std::span<const Fe> a(tables_.a);
  const OpeningMasks& masks = *witness_.masks;
  return parallel_dot(masks.mu_w, a.first(masks.mu_w.size())) + parallel_dot(masks.row1, a.last(masks.row1.size()));
}

void WhirProver::mask(const Fe& rho) {
  const std::span<Fe> v(tables_.v);
  const OpeningMasks& masks = *witness_.masks;
  if (!masks.mu_w.empty()) mask_block(v.first(masks.mu_w.size()), rho, {}, masks.mu_w);
  mask_block(v.last(masks.row1.size()), rho, masks.row2, masks.row1);
}

void WhirProver::commit() {
  const WhirRound& round = params_.rounds[++round_];
  committed_ = std::make_unique<Oracle>(Oracle::commit_extension(tables_.v, round.log_n, round.log_domain));
}

Digest WhirProver::root() const { return committed_->root(); }

Fe WhirProver::evaluate(Fe z) const { return evaluate_powers(tables_.v, z); }

const Oracle& WhirProver::queried(Block block) const {
  if (queried_) return *queried_;
  const bool is_w = block == Block::kW || (block == Block::kWhole && params_.shape.has_w());
  return is_w ? *witness_.w : *witness_.x;
}

FpVector WhirProver::rows(Block block, std::span<const std::size_t> positions) const {
  return queried(block).rows(positions);
}

std::vector<Salt> WhirProver::salts(Block block, std::span<const std::size_t> positions) const {
  return queried(block).salts(positions);
}

std::vector<Digest> WhirProver::siblings(Block block, std::span<const std::size_t> positions) const {
  return queried(block).siblings(positions);
}

void WhirProver::add_constraints(std::span<const PowerConstraint> constraints) {
  const std::span<Fe> a(tables_.a);
  for (Block block : {Block::kWhole, Block::kW, Block::kX}) {
    std::span<Fe> part = a;
    if (block == Block::kW) part = a.first(a.size() / 2);
    if (block == Block::kX) part = a.last(a.size() / 2);
    FpVector points;
    FeVector coefficients;
    for (const PowerConstraint& constraint : constraints) {
      if (constraint.block != block) continue;
      const Fe& at = constraint.at;
      if (at == Fe(at.c[0])) points.push_back(at.c[0]), coefficients.push_back(constraint.coefficient);
      else add_powers(at, constraint.coefficient, part);
    }
    add_powers(points, coefficients, part);
  }
  queried_ = std::move(committed_);
}

FeVector WhirProver::final_vector() const { return tables_.v; }

}  // namespace tacit
