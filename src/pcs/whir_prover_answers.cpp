#include <algorithm>

#include "base/contract.h"
#include "pcs/whir_prover.h"

namespace tacit {

WhirProver::WhirProver(const OpeningParams& params, const OpeningWitness& witness)
    : params_(params), witness_(witness) {
  const OpeningShape& shape = params.shape;
  const std::size_t rounds = params.rounds[0].log_limbs;
  auto start = [&](const Oracle* oracle, const Covector* covector, std::size_t limbs, std::size_t limb_bits) {
    TACIT_EXPECTS(oracle != nullptr && covector != nullptr, "an oracle of the shape comes with its covector");
    TACIT_EXPECTS(oracle->words() == limbs && oracle->log_n() == shape.log_n &&
                      oracle->log_domain() == params.rounds[0].log_domain, "an oracle has the shape of the parameters");
    limb_folds_.push_back(
        std::make_unique<LimbFold>(oracle->message(), shape.log_n, limbs, *covector, rounds - limb_bits));
  };
  if (shape.has_w()) start(witness.w, witness.a_w, shape.limbs_w, shape.log_limbs_w());
  if (shape.has_x()) start(witness.x, witness.a_x, shape.limbs_x, shape.log_limbs_x());
}

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

void WhirProver::join() {
  tables_ = limb_folds_[0]->take();
  if (limb_folds_.size() == 2) {
    FoldTables second = limb_folds_[1]->take();
    tables_.v.insert(tables_.v.end(), second.v.begin(), second.v.end());
    tables_.a.insert(tables_.a.end(), second.a.begin(), second.a.end());
  }
  limb_folds_.clear();
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
