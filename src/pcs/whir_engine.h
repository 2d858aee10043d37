// The script of one opening, for both roles; include only from whir_prover.cpp, whir_verifier.cpp, explain/listener.h and tests.
//
//   bind_statement
//   limb_fold                         claim on (W, X) under (A_W, A_X)  ->  claim on v' = (v_W || v_X)
//   mask                              masked shapes: claim on (v_W || v_X) and pads  ->  claim on rho (..) + masks
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
    for (Fp limb : claim_.constant().c) statement.u64(limb.value());
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
    if (shape_.masked()) party_.begin_masks(prover_.map([](const auto& p) { return p->pads(); }));
    fold(params_.rounds[0].log_limbs);
    if (shape_.masked()) party_.end_masks();
    limb_point_ = std::move(point_);
    point_.clear();
    pad_weights_.assign(shape_.pad_slots_x() / 3, kZero);
    for (const PadTerm& term : claim_.terms()) pad_weights_[term.pad] = term.coefficient;
    prover_.update([&](auto& p) { p->join(pad_weights_); });
    if (shape_.masked()) mask();
  }

  /// The line through (v_W || v_X + row2) in the direction of the masks, at a random point: nothing else is seen of it.
  void mask() {
    const Fe masks = party_.send_clear("mask claim", prover_, [](const auto& p) { return p->mask_claim(); });
    rho_ = party_.draw("mask line");
    claim_ = claim_.constant() * rho_ + masks;
    prover_.update([&](auto& p) { p->mask(rho_); });
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
      const Fe value =
          party_.send_clear("out of domain answer", prover_, [&](const auto& p) { return p->evaluate(at); });
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
    if (i == 0) return query_base(round, positions, samples);
    const std::size_t words = std::size_t{3} << round.log_limbs;
    const FpVector rows = open_rows(round, Block::kWhole, root_folded_, words, false, positions);
    const FeVector weights = limb_weights(point_, words / 3);
    append_samples(round, Block::kWhole, positions, samples, [&](std::size_t j) {
      return fold_extension_row(weights, std::span(rows).subspan(j * words, words));
    });
  }

  /// Opens W and X. Row j of an oracle, folded with the challenges that folded its limbs, is the folded limb at x_j;
  /// the masks of both stand behind X's limbs: row2 | row1 (3 words) | mu_W (3 words).
  void query_base(const WhirRound& round, std::span<const std::size_t> positions, std::vector<Sample>& samples) {
    const bool both = shape_.has_w() && shape_.has_x(), masked = shape_.masked();
    const std::size_t words_w = shape_.limbs_w, words_x = shape_.limbs_x + shape_.mask_words();
    FpVector rows_w, rows_x;
    const Block block_w = both ? Block::kW : Block::kWhole, block_x = both ? Block::kX : Block::kWhole;
    if (shape_.has_w()) rows_w = open_rows(round, block_w, root_w_, words_w, shape_.random_slots_w != 0, positions);
    if (shape_.has_x()) rows_x = open_rows(round, block_x, root_x_, words_x, masked, positions);
    const FeVector weights_w = line_weights(shape_.limbs_w), weights_x = line_weights(shape_.limbs_x);
    auto masks_of = [&](std::size_t j) { return std::span<const Fp>(rows_x).subspan(j * words_x + shape_.limbs_x); };
    auto element = [](std::span<const Fp> words) { return Fe(words[0], words[1], words[2]); };
    if (shape_.has_w())
      append_samples(round, block_w, positions, samples, [&](std::size_t j) {
        const Fe folded = fold_base_row(weights_w, std::span(rows_w).subspan(j * words_w, words_w));
        return masked ? folded + element(masks_of(j).subspan(4)) : folded;
      });
    if (shape_.has_x())
      append_samples(round, block_x, positions, samples, [&](std::size_t j) {
        const Fe folded = fold_base_row(weights_x, std::span(rows_x).subspan(j * words_x, shape_.limbs_x));
        return masked ? folded + rho_ * masks_of(j)[0] + element(masks_of(j).subspan(1)) : folded;
      });
  }

  /// rho eq(limb point, i) for the limbs of an oracle; no limbs, no weights.
  FeVector line_weights(std::size_t limbs) const {
    if (limbs == 0) return {};
    FeVector weights = limb_weights(limb_point_, limbs);
    if (shape_.masked())
      for (Fe& weight : weights) weight *= rho_;
    return weights;
  }

  /// The rows of one oracle at these positions, checked against its root.
  FpVector open_rows(const WhirRound& round, Block block, const Digest& root, std::size_t words, bool salted,
                     std::span<const std::size_t> positions) {
    FpVector rows = party_.send_base("rows", words * positions.size(), prover_,
                                     [&](const auto& p) { return p->rows(block, positions); });
    std::vector<Salt> salts;
    if (salted)
      salts = party_.send_digests("salts", positions.size(), prover_,
                                  [&](const auto& p) { return p->salts(block, positions); });
    const std::size_t siblings = multiproof_size(static_cast<int>(round.log_domain), positions);
    const auto path = party_.send_digests("siblings", siblings, prover_,
                                          [&](const auto& p) { return p->siblings(block, positions); });
    std::vector<Digest> leaves(positions.size());
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(rows.data());
    if (salted) hash_salted_leaves(bytes, 8 * words, 8 * words, salts, leaves.data());
    else hash_leaves(bytes, 8 * words, 8 * words, leaves.size(), leaves.data());
    party_.require(verify_multiproof(root, static_cast<int>(round.log_domain), positions, leaves, path),
                   check_name(block));
    return rows;
  }

  /// What the rows at these positions say about the vector folded from them: value(j) is that of the j-th.
  void append_samples(const WhirRound& round, Block block, std::span<const std::size_t> positions,
                      std::vector<Sample>& samples, auto&& value) const {
    const Fp generator = root_of_unity(static_cast<int>(round.log_domain));
    for (std::size_t j = 0; j < positions.size(); ++j)
      samples.push_back({Fe(generator.pow(positions[j])), value(j), block});
  }

  /// claim += sum xi^(k+1) value_k, and the same combination of their covectors.
  void batch(const std::vector<Sample>& samples, std::uint32_t variables) {
    const Fe xi = party_.draw("batch");
    const std::size_t first = constraints_.size();
    Fe power = xi;
    for (const Sample& sample : samples) {
      claim_ += Scalar(power * sample.value);
      constraints_.push_back({power, sample.at, variables, sample.block});
      power *= xi;
    }
    prover_.update([&](auto& p) { p->add_constraints(std::span(constraints_).subspan(first)); });
  }

  void final_round(const CovectorEvaluator& evaluate) {
    const std::size_t length = std::size_t{1} << params_.final_log;
    FeVector v =
        party_.send_clear_many("final vector", length, prover_, [](const auto& p) { return p->final_vector(); });
    std::vector<Sample> samples;
    query(params_.rounds.size() - 1, samples);
    for (const Sample& sample : samples)
      party_.require(horner(v, sample.at) == sample.value, "final vector agrees with the queried rows");
    fold(params_.final_log);
    const std::span<const Fe> tail = std::span<const Fe>(point_).last(params_.final_log);
    party_.require_zero(claim_ - Scalar(multilinear_at(std::move(v), tail) * covector_at_point(evaluate)),
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
    const Fe in_w = block_bits ? kOne - point_[0] : kOne, in_x = block_bits ? point_[0] : kOne;
    Fe sum;
    if (shape_.has_w()) sum += in_w * late_scale(shape_.log_limbs_w()) * at_w;
    if (shape_.has_x()) sum += in_x * late_scale(shape_.log_limbs_x()) * at_x;
    if (shape_.masked()) sum -= in_x * pad_weights_at(pad_weights_, shape_.statement_slots_x(), position);
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
  Scalar claim_;                              ///< on v so far; with pads only during the limb fold
  FeVector pad_weights_;                      ///< of the pads in the claim after the limb fold
  Fe rho_ = kOne;                             ///< the point on the line through the masks
  Digest root_folded_{};                      ///< of the last extension round committed and not yet queried
  Point limb_point_;                          ///< challenges of the limb fold
  Point point_;                               ///< challenges on v' so far
  std::vector<PowerConstraint> constraints_;  ///< everything batched into the claim
};

}  // namespace tacit
