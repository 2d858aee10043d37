// Party<kCandidate>: reads a tape, makes the verifier's checks, and infers pads from what a guess predicts.
#pragma once

#include "leaks/world.h"
#include "pcs/whir_prover_fold.h"

namespace tacit {

template <>
class Party<leaks::kCandidate> : public leaks::Voice<Party<leaks::kCandidate>> {
 public:
  static constexpr Role kRole = leaks::kCandidate;

  /// Without pads: the opening alone.
  Party(const leaks::Tape& tape, std::size_t pads = 0) : tape_(tape), phase_(pads == 0 ? 1 : 0) { pads_.resize(pads); }

  /// First for the messages before the opening, then for the limb fold.
  void begin_masks(const Known<FeVector>& pads) {
    masks_.begin();
    inferred_ = phase_++ == 0 ? &pads_ : &xi_;
    inferred_->resize(pads.v_.size());
  }
  template <class S> std::vector<Scalar> send_many(std::string_view label, std::size_t count, const S& secret, auto&& look) {
    const FeVector message = leaks::elements_of(read(label, 3 * count).words);
    if (masks_.on()) {
      const FeVector predicted = look(secret.v_);
      for (std::size_t i = 0; i < count; ++i) (*inferred_)[masks_.used() + i] = predicted[i] - message[i];
    }
    return as_sent(message);
  }
  template <class S> FeVector send_clear_many(std::string_view label, std::size_t count, const S&, auto&&) {
    return leaks::elements_of(read(label, 3 * count).words);
  }
  template <class S> FpVector send_base(std::string_view label, std::size_t count, const S&, auto&&) { return read(label, count).words; }
  template <class S> std::vector<Digest> send_digests(std::string_view label, std::size_t count, const S&, auto&&) {
    const auto& digests = read(label, 0).digests;
    TACIT_EXPECTS(digests.size() == count, "a tape's messages have their lengths");
    return digests;
  }
  Fe draw(std::string_view label) {
    TACIT_EXPECTS(drawn_ < tape_.draws.size() && tape_.draws[drawn_].label == label, "a tape is of the same script");
    return tape_.draws[drawn_++].challenge;
  }
  std::vector<std::uint32_t> draw_positions(std::string_view, std::size_t count, int) {
    TACIT_EXPECTS(tape_.positions[asked_].size() == count, "a tape is of the same script");
    return tape_.positions[asked_++];
  }
  void grind(std::string_view, int bits, auto&&) {
    if (bits == 0) return;
    const leaks::TapeWork& work = tape_.works[works_++];
    require(work_is_done(work.seed, work.nonce, bits), "proof of work");
  }
  bool at_end() const { return at_ == tape_.messages.size(); }

  FeVector& pads() { return pads_; }
  const FeVector& xi() const { return xi_; }

  // What the limb fold of the guess works on, and what it leaves.
  FpVector w_message, x_message;
  FeVector folded;

 private:
  const leaks::TapeMessage& read(std::string_view label, std::size_t words) {
    TACIT_EXPECTS(at_ < tape_.messages.size() && tape_.messages[at_].label == label, "a tape is of the same script");
    const leaks::TapeMessage& message = tape_.messages[at_++];
    TACIT_EXPECTS(message.words.size() == words, "a tape's messages have their lengths");
    return message;
  }

  const leaks::Tape& tape_;
  std::size_t at_ = 0, drawn_ = 0, asked_ = 0, works_ = 0;
  int phase_;
  FeVector pads_, xi_;
  FeVector* inferred_ = nullptr;
};

namespace leaks {

/// Predicts the limb fold of the guess; has nothing to say after that.
class CandidateProver : public WhirProver {
 public:
  CandidateProver(const OpeningParams& params, const OpeningWitness& zeros, Party<kCandidate>& party) : WhirProver(params, zeros), party_(party) {
    const OpeningShape& s = params.shape;
    limb_folds_[0] = std::make_unique<LimbFold>(party.w_message, s.log_n, s.limbs_w, *zeros.a_w, s.log_limbs() - s.log_limbs_w());
    limb_folds_[1] = std::make_unique<LimbFold>(party.x_message, s.log_n, s.limbs_x, *zeros.a_x, s.log_limbs() - s.log_limbs_x());
  }
  void bind(Fe r) override {
    if (!limb_folds_.empty()) WhirProver::bind(r);
  }
  void join(std::span<const Fe> pad_weights) override {
    WhirProver::join(pad_weights);
    party_.folded = tables_.v;
  }
  void mask(const Fe&) override {}
  void commit() override {}
  void add_constraints(std::span<const PowerConstraint>) override {}

 private:
  Party<kCandidate>& party_;
};

}  // namespace leaks

template <>
inline void open<leaks::kCandidate>(Party<leaks::kCandidate>& party, const OpeningParams& params, const Digest& root_w,
                                    const Digest& root_x, const Known<OpeningWitness>& witness, const Fe& claim,
                                    const CovectorEvaluator& evaluate) {
  auto prover = witness.map([&](const OpeningWitness& zeros) -> std::unique_ptr<WhirProver> {
    return std::make_unique<leaks::CandidateProver>(params, zeros, party);
  });
  OpeningScript<leaks::kCandidate>(party, params, root_w, root_x, std::move(prover), claim).run(evaluate);
}

}  // namespace tacit
