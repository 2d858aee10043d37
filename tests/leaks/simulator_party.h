// Party<kSimulator>: writes a tape, and knows no witness. Where masks are on, and for what an honest prover masks by other
// means, it asks nobody. One opening after the other: each has its W*, and a root of X that stands earlier in the tape.
#pragma once

#include "hash/merkle_tree.h"
#include "leaks/candidate_party.h"
#include "pcs/whir_rows.h"

namespace tacit {

template <>
class Party<leaks::kSimulator> : public leaks::Voice<Party<leaks::kSimulator>> {
 public:
  static constexpr Role kRole = leaks::kSimulator;

  /// One W* for each opening.
  Party(Random& random, std::vector<const Oracle*> w) : random_(random), w_star_(std::move(w)) {}

  void begin_masks(const Known<FeVector>&) { masks_.begin(); }
  template <class S> std::vector<Scalar> send_many(std::string_view label, std::size_t count, const S& secret, auto&& look) {
    return as_sent(send(label, masks_.on() ? uniform(count) : look(secret.v_)));
  }
  template <class S> FeVector send_clear_many(std::string_view label, std::size_t count, const S& secret, auto&& look) {
    return send(label, label == "pad check ends" || label == "link value" ? uniform(count) : look(secret.v_));
  }
  template <class S> FpVector send_base(std::string_view label, std::size_t, const S& secret, auto&& look) {
    tape_.messages.push_back({label, look(secret.v_), {}});
    return tape_.messages.back().words;
  }
  template <class S> std::vector<Digest> send_digests(std::string_view label, std::size_t, const S& secret, auto&& look) {
    tape_.messages.push_back({label, {}, look(secret.v_)});
    return tape_.messages.back().digests;
  }
  using leaks::Voice<Party<leaks::kSimulator>>::send;

  Fe draw(std::string_view label) {
    const Fe out = next_ ? *std::exchange(next_, std::nullopt) : random_.element();
    tape_.note_draw(label, out);
    return out;
  }
  /// The challenge that comes next.
  Fe foresee() {
    if (!next_) next_ = random_.element();
    return *next_;
  }
  std::vector<std::uint32_t> draw_positions(std::string_view, std::size_t count, int bits) {
    std::vector<std::uint32_t> out(count);
    random_.fill(std::span(reinterpret_cast<std::uint8_t*>(out.data()), 4 * count));
    for (std::uint32_t& at : out) at &= (1u << bits) - 1;
    tape_.positions.push_back(out);
    return out;
  }
  void grind(std::string_view, int bits, auto&&) {
    if (bits == 0) return;
    const Digest seed = digest();
    tape_.works.push_back({seed, find_nonce(seed, bits), bits});
  }

  Digest digest() {
    Digest out{};
    random_.fill(std::span<std::uint8_t>(out));
    return out;
  }
  FeVector uniform(std::size_t count) {
    FeVector out(count);
    random_.fill(std::span<Fe>(out));
    return out;
  }
  leaks::Tape& tape() { return tape_; }
  Random& random() { return random_; }
  /// The W* of the next opening.
  const Oracle& next_w() { return *w_star_.at(opened_++); }
  /// Puts the root of X of the opening that runs where it was announced: "witness root" or in "link roots".
  void announce(const Digest& root) {
    const bool argues = tape_.messages[0].label == "witness root";
    if (argues && opened_ == 1) tape_.messages[0].digests = {root};
    else tape_.messages[argues ? 1 : 0].digests.at(opened_ - (argues ? 2 : 1)) = root;
  }

 private:
  FeVector send(std::string_view label, FeVector message) {
    tape_.messages.push_back({label, leaks::words_of(message), {}});
    return message;
  }

  Random& random_;
  std::vector<const Oracle*> w_star_;
  std::size_t opened_ = 0;
  leaks::Tape tape_;
  std::optional<Fe> next_;
};

namespace leaks {

class SimulatedProver : public WhirProver {
 public:
  SimulatedProver(const OpeningParams& params, const OpeningWitness& zeros, Party<kSimulator>& party, const Fe& claim)
      : WhirProver(params, zeros), party_(party), w_star_(party.next_w()), c_(claim), v_prime_(party.uniform(2 * params.shape.n())) {}

  void join(std::span<const Fe> pad_weights) override {
    WhirProver::join(pad_weights);  // a'; the folded zeros are not used
    const std::size_t rounds = params_.shape.log_limbs();
    const Tape opening = party_.tape().part(party_.tape().cuts.size());
    const Point alpha = opening.challenges("fold", rounds);
    for (std::size_t j = 0; j < rounds; ++j) {
      const FeVector sent = elements_of(opening.message("fold", j).words);
      c_ = sent[0] + (c_ - sent[0] - sent[0] - sent[1] + sent[1] * alpha[j]) * alpha[j];
    }
    weights_w_ = limb_weights(alpha, params_.shape.limbs_w);
    weights_x_ = limb_weights(alpha, params_.shape.limbs_x);
  }
  Fe mask_claim() const override {
    Fe s;
    for (std::size_t i = 0; i < v_prime_.size(); ++i) s += v_prime_[i] * tables_.a[i];
    return s - party_.foresee() * c_;
  }
  void mask(const Fe& rho) override {
    rho_ = rho;
    tables_.v = v_prime_;
  }
  FpVector rows(Block block, std::span<const std::size_t> positions) const override {
    if (queried_) return WhirProver::rows(block, positions);
    return block == Block::kW ? w_star_.rows(positions) : const_cast<SimulatedProver*>(this)->make_rows(positions);
  }
  std::vector<Salt> salts(Block block, std::span<const std::size_t> positions) const override {
    return block == Block::kW ? w_star_.salts(positions) : salts_;
  }
  std::vector<Digest> siblings(Block block, std::span<const std::size_t> positions) const override {
    if (queried_) return WhirProver::siblings(block, positions);
    return block == Block::kW ? w_star_.siblings(positions) : tree_->multiproof(positions);
  }

 private:
  /// Opened rows of X, and the tree around them.
  FpVector make_rows(std::span<const std::size_t> positions) {
    const OpeningShape& s = params_.shape;
    const std::size_t words = s.limbs_x + s.mask_words(), log_domain = params_.rounds[0].log_domain;
    std::vector<Digest> leaves(std::size_t{1} << log_domain);
    for (Digest& leaf : leaves) leaf = party_.digest();
    FpVector out;
    for (std::size_t j : positions) {
      const Fp at = root_of_unity(static_cast<int>(log_domain)).pow(j);
      FpVector row(s.limbs_x + 1);
      party_.random().fill(std::span<Fp>(row));
      const FpVector w = w_star_.rows({&j, 1});
      const std::span<const Fe> v(v_prime_);
      const Fe mu_w = value_at(v.first(s.n()), at) - rho_ * fold_base_row(weights_w_, w);
      const Fe folded = fold_base_row(weights_x_, std::span(row).first(s.limbs_x)) + Fe(row[s.limbs_x]);
      const Fe row1 = value_at(v.subspan(s.n()), at) - rho_ * folded;
      for (const Fe& mask : {row1, mu_w}) row.insert(row.end(), mask.c, mask.c + 3);
      salts_.push_back(party_.digest());
      hash_salted_leaves(reinterpret_cast<const std::uint8_t*>(row.data()), 8 * words, 8 * words, {&salts_.back(), 1}, &leaves[j]);
      out.insert(out.end(), row.begin(), row.end());
    }
    tree_.emplace(leaves);
    party_.announce(tree_->root());
    return out;
  }

  Party<kSimulator>& party_;
  const Oracle& w_star_;
  Fe c_, rho_;
  const FeVector v_prime_;
  FeVector weights_w_, weights_x_;
  std::vector<Salt> salts_;
  std::optional<MerkleTree> tree_;
};

}  // namespace leaks

template <>
inline void open<leaks::kSimulator>(Party<leaks::kSimulator>& party, const OpeningParams& params, const Digest& root_w,
                                    const Digest& root_x, const Known<OpeningWitness>& witness, const Fe& claim,
                                    const CovectorEvaluator& evaluate) {
  auto prover = witness.map([&](const OpeningWitness& zeros) -> std::unique_ptr<WhirProver> {
    return std::make_unique<leaks::SimulatedProver>(params, zeros, party, claim);
  });
  OpeningScript<leaks::kSimulator>(party, params, root_w, root_x, std::move(prover), claim).run(evaluate);
}

}  // namespace tacit
