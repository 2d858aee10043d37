// The script of one opening, for both roles; include only from whir_prover.cpp, whir_verifier.cpp and tests.
//
//   bind_statement
//   limb_fold                         claim on (W, X) under (A_W, A_X)  ->  claim on v' = (v_W || v_X)
//   for every extension round i:
//     commit_and_query(i)             root of v, out-of-domain samples, rows of round i-1  ->  claim with constraints
//     fold(rounds[i].log_limbs)       claim on v  ->  claim on a shorter v
//   final_round                       v in clear: rows of the last round, last coordinates, covector by the verifier
//
// What the prover answers comes from a WhirProver (whir_prover.h); tests put cheating ones in its place.
#pragma once

#include <algorithm>
#include <memory>
#include <span>
#include <vector>

#include "hash/merkle.h"
#include "pcs/whir.h"
#include "pcs/whir_constraint.h"
#include "pcs/whir_rows.h"
#include "sumcheck/rounds.h"
#include "transcript/grind.h"

namespace tacit {

class WhirProver;

template <Role R>
class OpeningScript {
 public:
  using Prover = Secret<R, std::unique_ptr<WhirProver>>;

  OpeningScript(Party<R>& party, const OpeningParams& params, const Digest& root_w, const Digest& root_x, Prover prover,
          const Fe& claim)
      : party_(party), params_(params), shape_(params.shape), root_w_(root_w), root_x_(root_x),
        prover_(std::move(prover)), claim_(claim) {}

  void run(const CovectorEvaluator& evaluate) {
    bind_statement();
    limb_fold();
    for (std::size_t i = 1; i < params_.rounds.size(); ++i) {
      commit_and_query(i);
      fold(params_.rounds[i].log_limbs);
    }
    final_round(evaluate);
  }

 private:
  /// One value <block of v, pow(at)> that an opened row or an out-of-domain answer gives.
  struct Sample {
    Fe at, value;
    Block block;
  };

  void bind_statement() {
    ByteWriter statement;
    write_params(statement, params_);
    statement.raw(root_w_);
    statement.raw(root_x_);
    for (Fp limb : claim_.c) statement.u64(limb.value());
    party_.bind("opening statement", statement.data());
  }

  void fold_once() {
    const auto round = plain_round(party_, "fold", claim_, prover_, [](const auto& p) { return p->message(); });
    claim_ = round.claim;
    point_.push_back(round.challenge);
    prover_.update([&](auto& p) { p->bind(round.challenge); });
  }
  void fold(std::size_t rounds) {
    for (std::size_t i = 0; i < rounds; ++i) fold_once();
  }

  void limb_fold() {
    fold(params_.rounds[0].log_limbs);
    limb_point_ = std::move(point_);
    point_.clear();
    prover_.update([](auto& p) { p->join(); });
  }

  void commit_and_query(std::size_t i) {
    const WhirRound& round = params_.rounds[i];
    prover_.update([](auto& p) { p->commit(); });
    const Digest root = party_.send_digests("oracle root", 1, prover_, [](const auto& p) {
      return std::vector<Digest>{p->root()};
    })[0];
    std::vector<Sample> samples;
    for (std::uint32_t k = 0; k < round.ood; ++k) {
      const Fe at = party_.draw("out of domain");
      const Fe value = party_.send("out of domain answer", prover_, [&](const auto& p) { return p->evaluate(at); });
      samples.push_back({at, value, Block::kWhole});
    }
    query(i - 1, samples);
    batch(samples, round.log_limbs + round.log_n);
    root_folded_ = root;
  }

  /// Opens the oracle(s) of round i and appends what their rows say about the vector folded from them.
  void query(std::size_t i, std::vector<Sample>& samples) {
    const WhirRound& round = params_.rounds[i];
    party_.grind("query work", static_cast<int>(round.grind_bits),
                 [](const auto& seed, int bits) { return find_nonce(seed, bits); });
    const auto drawn = party_.draw_positions("queries", round.queries, static_cast<int>(round.log_domain));
    std::vector<std::size_t> positions(drawn.begin(), drawn.end());
    std::sort(positions.begin(), positions.end());
    positions.erase(std::unique(positions.begin(), positions.end()), positions.end());
    if (i > 0) {
      const std::size_t words = std::size_t{3} << round.log_limbs;
      open_rows(round, Block::kWhole, root_folded_, words, positions, samples);
      return;
    }
    const bool both = shape_.has_w() && shape_.has_x();
    if (shape_.has_w()) open_rows(round, both ? Block::kW : Block::kWhole, root_w_, shape_.limbs_w, positions, samples);
    if (shape_.has_x()) open_rows(round, both ? Block::kX : Block::kWhole, root_x_, shape_.limbs_x, positions, samples);
  }

  void open_rows(const WhirRound& round, Block block, const Digest& root, std::size_t words,
                 std::span<const std::size_t> positions, std::vector<Sample>& samples) {
    const FpVector rows = party_.send_base("rows", words * positions.size(), prover_,
                                           [&](const auto& p) { return p->rows(block, positions); });
    const std::size_t siblings = multiproof_size(static_cast<int>(round.log_domain), positions);
    const auto path = party_.send_digests("siblings", siblings, prover_,
                                          [&](const auto& p) { return p->siblings(block, positions); });
    std::vector<Digest> leaves(positions.size());
    hash_leaves(reinterpret_cast<const std::uint8_t*>(rows.data()), 8 * words, 8 * words, leaves.size(), leaves.data());
    party_.require(verify_multiproof(root, static_cast<int>(round.log_domain), positions, leaves, path),
                   check_name(block));
    append_samples(round, block, words, positions, rows, samples);
  }

  /// Row j of an oracle, folded with the challenges that folded its limbs, is the folded limb at x_j.
  void append_samples(const WhirRound& round, Block block, std::size_t words, std::span<const std::size_t> positions,
                      std::span<const Fp> rows, std::vector<Sample>& samples) const {
    const bool base = &round == &params_.rounds[0];
    const std::size_t limbs = base ? words : words / 3;
    const Point& challenges = base ? limb_point_ : point_;
    const FeVector weights = limb_weights(challenges, limbs);
    const Fp generator = root_of_unity(static_cast<int>(round.log_domain));
    for (std::size_t j = 0; j < positions.size(); ++j) {
      std::span<const Fp> row = rows.subspan(j * words, words);
      const Fe value = base ? fold_base_row(weights, row) : fold_extension_row(weights, row);
      samples.push_back({Fe(generator.pow(positions[j])), value, block});
    }
  }

  /// claim += sum xi^(k+1) value_k, and the same combination of their covectors.
  void batch(const std::vector<Sample>& samples, std::uint32_t variables) {
    const Fe xi = party_.draw("batch");
    const std::size_t first = constraints_.size();
    Fe power = xi;
    for (const Sample& sample : samples) {
      claim_ += power * sample.value;
      constraints_.push_back({power, sample.at, variables, sample.block});
      power *= xi;
    }
    prover_.update([&](auto& p) { p->add_constraints(std::span(constraints_).subspan(first)); });
  }

  void final_round(const CovectorEvaluator& evaluate) {
    const std::size_t length = std::size_t{1} << params_.final_log;
    FeVector v = party_.send_many("final vector", length, prover_, [](const auto& p) { return p->final_vector(); });
    std::vector<Sample> samples;
    query(params_.rounds.size() - 1, samples);
    for (const Sample& sample : samples)
      party_.require(horner(v, sample.at) == sample.value, "final vector agrees with the queried rows");
    fold(params_.final_log);
    const std::span<const Fe> tail = std::span<const Fe>(point_).last(params_.final_log);
    party_.require_zero(claim_ - multilinear_at(std::move(v), tail) * covector_at_point(evaluate),
                        "final claim is the folded vector times the covector");
  }

  /// The covector of v' with all constraints, at the point of all challenges.
  Fe covector_at_point(const CovectorEvaluator& evaluate) const {
    const std::size_t block_bits = shape_.has_w() && shape_.has_x() ? 1 : 0;
    const std::span<const Fe> position = std::span<const Fe>(point_).subspan(block_bits);
    auto point_of = [&](bool present, std::size_t limb_bits) {
      if (!present) return Point{};
      Point out(limb_point_.end() - static_cast<std::ptrdiff_t>(limb_bits), limb_point_.end());
      out.insert(out.end(), position.begin(), position.end());
      return out;
    };
    const auto [at_w, at_x] = evaluate(point_of(shape_.has_w(), shape_.log_limbs_w()),
                                       point_of(shape_.has_x(), shape_.log_limbs_x()));
    Fe sum;
    if (shape_.has_w()) sum += (block_bits ? kOne - point_[0] : kOne) * late_scale(shape_.log_limbs_w()) * at_w;
    if (shape_.has_x()) sum += (block_bits ? point_[0] : kOne) * late_scale(shape_.log_limbs_x()) * at_x;
    for (const PowerConstraint& constraint : constraints_) sum += constraint_at(constraint, point_);
    return sum;
  }

  /// 2^-(rounds before the oracle's first own limb variable).
  Fe late_scale(std::size_t limb_bits) const {
    return Fe(Fp(2).inverse().pow(params_.rounds[0].log_limbs - limb_bits));
  }

  static const char* check_name(Block block) {
    if (block == Block::kW) return "opened rows of W match its root";
    if (block == Block::kX) return "opened rows of X match its root";
    return "opened rows of a single oracle match its root";
  }

  Party<R>& party_;
  const OpeningParams& params_;
  const OpeningShape& shape_;
  const Digest root_w_, root_x_;
  Prover prover_;
  Fe claim_;
  Digest root_folded_{};                      ///< of the last extension round committed and not yet queried
  Point limb_point_;                          ///< challenges of the limb fold
  Point point_;                               ///< challenges on v' so far
  std::vector<PowerConstraint> constraints_;  ///< everything batched into the claim
};

}  // namespace tacit
