// The simulator of an opening: it knows the statement (parameters, covectors, claim) and the verifier's draws in
// advance, and no secret. What it writes is accepted, and looks like what a prover writes.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/wipe.h"
#include "pcs/whir_test_views.h"

namespace tacit {
namespace {

using namespace testing_support;

/// n = 16, K = 1, two rows opened.
OpeningParams tiny(ToySlots slots = {2, 2}) { return toy_params(4, 2, 2, {{0, 1, 2}, {2, 1, 2}}, slots); }

/// Oracles and masks of zeros: what a WhirProver needs to fold covectors, which are public.
struct ZeroWitness {
  OpeningMasks masks;
  std::unique_ptr<Oracle> w, x;

  explicit ZeroWitness(const OpeningParams& params) {
    const OpeningShape& s = params.shape;
    const RandomSource zero = [](std::span<Fp> out) { std::fill(out.begin(), out.end(), Fp()); };
    masks = make_masks(s, zero);
    const std::size_t log_domain = params.rounds[0].log_domain;
    w = std::make_unique<Oracle>(Oracle::commit(FpVector(s.limbs_w * s.n()), s.log_n, s.limbs_w, log_domain));
    x = std::make_unique<Oracle>(
        Oracle::commit(FpVector(s.limbs_x * s.n()), s.log_n, s.limbs_x, log_domain, mask_limbs(masks)));
  }
  OpeningWitness with(const HidingCase::Proof& proof) const {
    return {w.get(), x.get(), &proof.a_w, &proof.a_x, &masks};
  }
};

/// Uniform messages and a uniform v'; the mask claim is solved for.
struct Simulator : WhirProver {
  Simulator(const HidingCase& hiding, const HidingCase::Proof& proof, const ZeroWitness& zero, const Fe& claim,
            Random& random)
      : WhirProver(hiding.params, zero.with(proof)), random_(random), claim_(claim),
        folded(random.fes(2 * params_.shape.n())) {
    const std::size_t folds = params_.rounds[0].log_limbs;
    alpha_.assign(proof.draws.challenges.begin(), proof.draws.challenges.begin() + static_cast<std::ptrdiff_t>(folds));
    rho_ = proof.draws.challenges[folds];
    make_oracles(proof.draws.positions[0]);
  }

  RoundMessage message() const override {
    sent_ = limb_folds_.empty() ? WhirProver::message() : RoundMessage{random_.fe(), random_.fe()};
    return sent_;
  }
  void bind(Fe r) override {
    const Fe linear = claim_ - sent_.constant - sent_.constant - sent_.leading;
    claim_ = sent_.constant + (linear + sent_.leading * r) * r;
    WhirProver::bind(r);
  }
  Fe mask_claim() const override {
    Fe sum;
    for (std::size_t i = 0; i < folded.size(); ++i) sum += folded[i] * tables_.a[i];
    return sum - rho_ * claim_;
  }
  void mask(const Fe&) override { tables_.v = folded; }
  Digest root_w() const { return w_->root(); }
  Digest root_x() const { return x_->root(); }

 private:
  /// Uniform rows, but for the mask words of opened ones: these put the row on the line.
  void make_oracles(const std::vector<std::uint32_t>& positions) {
    const OpeningShape& s = params_.shape;
    const std::size_t log_domain = params_.rounds[0].log_domain, words_x = s.limbs_x + s.mask_words();
    FpVector rows_w = random_.fps(s.limbs_w << log_domain), rows_x = random_.fps(words_x << log_domain);
    for (const std::uint32_t j : positions) {
      const Fe at(root_of_unity(static_cast<int>(log_domain)).pow(j));
      Fp* masks = &rows_x[j * words_x + s.limbs_x];
      const Fe x = fold_base_row(limb_weights(alpha_, s.limbs_x), {&rows_x[j * words_x], s.limbs_x}) + Fe(masks[0]);
      const Fe w = fold_base_row(limb_weights(alpha_, s.limbs_w), {&rows_w[j * s.limbs_w], s.limbs_w});
      const Fe row1 = horner(std::span(folded).subspan(s.n()), at) - rho_ * x;
      const Fe mu_w = horner(std::span(folded).first(s.n()), at) - rho_ * w;
      std::copy_n(row1.c, 3, masks + 1);
      std::copy_n(mu_w.c, 3, masks + 4);
    }
    auto commit = [&](FpVector rows, std::size_t words) {
      return std::make_unique<Oracle>(Oracle::from_rows({}, std::move(rows), words, s.log_n, log_domain,
                                                        make_salts(std::size_t{1} << log_domain, random_.source())));
    };
    w_ = commit(std::move(rows_w), s.limbs_w);
    x_ = commit(std::move(rows_x), words_x);
    witness_.w = w_.get();
    witness_.x = x_.get();
  }

  Random& random_;
  Fe claim_, rho_;
  Point alpha_;
  mutable RoundMessage sent_;
  std::unique_ptr<Oracle> w_, x_;

 public:
  const FeVector folded;  ///< v'
};

/// In the place of a prover, for a party that reads: has nothing to say.
struct Bystander : WhirProver {
  using WhirProver::WhirProver;
  void bind(Fe) override {}
  void join(std::span<const Fe>) override {}
  void mask(const Fe&) override {}
  void commit() override {}
  void add_constraints(std::span<const PowerConstraint>) override {}
};

struct Sample {
  ScriptedTranscript transcript;
  Digest root_w, root_x;
  Fe claim;
  FpVector view;  ///< every field element, v', and what the pads would give away if row2 did
};

class Views {
 public:
  explicit Views(std::uint64_t seed, OpeningParams params = tiny())
      : random_(seed), hiding_(std::move(params), 1, false, random_), zero_(hiding_.params),
        secret_(random_.fps(hiding_.secrets())) {}

  Sample real(const Spoil& spoil = {}) {
    const OpeningShape& s = hiding_.params.shape;
    FpVector w(s.limbs_w * s.n()), x = hiding_.x_of(secret_, 0);
    for (std::size_t i = 0; i < hiding_.secrets_w(); ++i)
      w[i / s.statement_slots_w() * s.n() + i % s.statement_slots_w()] = secret_[i];
    fill_random_slots(s, Block::kW, w, random_.source());
    fill_random_slots(s, Block::kX, x, random_.source());
    OpeningMasks masks = make_masks(s, random_.source());
    if (spoil) spoil(w, x, masks);
    Sample out;
    std::unique_ptr<Oracle> oracles[2];
    out.transcript = hiding_.open(proof(), w, x, masks, out.view, &out.claim, oracles);
    out.root_w = oracles[0]->root(), out.root_x = oracles[1]->root();
    append_pad_test(out);
    return out;
  }
  Sample simulated() {
    Sample out;
    out.claim = claim();
    auto simulator = std::make_unique<Simulator>(hiding_, proof(), zero_, out.claim, random_);
    out.root_w = simulator->root_w(), out.root_x = simulator->root_x();
    const FeVector folded = simulator->folded;
    out.transcript = hiding_.run(proof(), std::move(simulator), out.root_w, out.root_x, out.claim);
    for (const ScriptedMessage& message : out.transcript)
      out.view.insert(out.view.end(), message.words.begin(), message.words.end());
    HidingCase::append(out.view, folded);
    append_pad_test(out);
    return out;
  }
  /// The first check that fails when this is read; empty if it is accepted.
  std::string reason(const Sample& sample, const Fe& error = kZero) const {
    Party<kScripted> party(proof().draws, sample.transcript);
    Known<std::unique_ptr<WhirProver>> nobody(std::make_unique<Bystander>(hiding_.params, zero_.with(proof())));
    OpeningScript<kScripted> script(party, hiding_.params, sample.root_w, sample.root_x, std::move(nobody),
                                    sample.claim + error);
    script.run(hiding_.evaluator(proof()));
    return party.reason();
  }
  Fe claim() const {
    const FpVector words = hiding_.statement(secret_);
    return {words[0], words[1], words[2]};
  }
  const OpeningShape& shape() const { return hiding_.params.shape; }

 private:
  const HidingCase::Proof& proof() const { return hiding_.proofs[0]; }
  /// row2 at x_j plus the same powers of x_j on the masked messages: the pads cancel, only row2's random slots hide.
  void append_pad_test(Sample& sample) const {
    std::vector<const FpVector*> rows;
    FpVector sent;
    for (const ScriptedMessage& message : sample.transcript) {
      if (message.label == "rows") rows.push_back(&message.words);
      if (message.label == "fold" && sent.size() < shape().pad_slots_x())
        sent.insert(sent.end(), message.words.begin(), message.words.end());
    }
    std::vector<std::uint32_t> positions = proof().draws.positions[0];
    std::sort(positions.begin(), positions.end());
    const std::size_t words_x = shape().limbs_x + shape().mask_words();
    for (std::size_t j = 0; j < positions.size(); ++j) {
      const Fp at = root_of_unity(static_cast<int>(hiding_.params.rounds[0].log_domain)).pow(positions[j]);
      Fp sum = (*rows[1])[j * words_x + shape().limbs_x], power = at.pow(shape().statement_slots_x());
      for (const Fp& word : sent) sum += power * word, power *= at;
      sample.view.push_back(sum);
    }
  }

  Random random_;
  const HidingCase hiding_;
  const ZeroWitness zero_;
  const FpVector secret_;
};

TEST(WhirSimulator, TranscriptsOfTheSimulatorAndOfTheProverAreAccepted) {
  for (std::uint64_t seed = 100; seed < 110; ++seed) {
    Views views(seed);
    const Sample real = views.real(), simulated = views.simulated();
    EXPECT_EQ(real.claim, views.claim());
    EXPECT_EQ(views.reason(real), "");
    EXPECT_EQ(views.reason(simulated), "");
    EXPECT_EQ(views.reason(real, kOne), "final claim is the folded vector times the covector");
    EXPECT_EQ(views.reason(simulated, kOne), "final claim is the folded vector times the covector");
    Sample changed = simulated;
    changed.transcript[1].words[0] += Fp(1);
    EXPECT_NE(views.reason(changed), "") << "the mask claim";
  }
}

/// p-value of two samples of the same size in four cells (chi square, three degrees of freedom).
double p_value(const std::array<double, 4>& a, const std::array<double, 4>& b) {
  double x = 0;
  for (std::size_t i = 0; i < 4; ++i)
    if (a[i] + b[i] > 0) x += (a[i] - b[i]) * (a[i] - b[i]) / (a[i] + b[i]);
  return std::erfc(std::sqrt(x / 2)) + std::sqrt(2 * x / 3.14159265358979323846) * std::exp(-x / 2);
}

/// The smallest p-value of any word (its two low bits) and of any two neighbours (a bit of each), times their number.
double compare(Views& views, int runs, const Spoil& spoil = {}) {
  const std::size_t words = views.simulated().view.size();
  std::vector<std::array<double, 4>> cells[2];
  for (auto& side : cells) side.assign(2 * words, {});
  for (int run = 0; run < runs; ++run)
    for (const bool is_real : {false, true}) {
      const FpVector view = is_real ? views.real(spoil).view : views.simulated().view;
      EXPECT_EQ(view.size(), words);
      for (std::size_t i = 0; i < words; ++i) {
        cells[is_real][i][view[i].value() & 3] += 1;
        cells[is_real][words + i][(view[i].value() & 1) + 2 * (view[(i + 1) % words].value() & 1)] += 1;
      }
    }
  double least = 1;
  for (std::size_t i = 0; i < 2 * words; ++i) least = std::min(least, p_value(cells[0][i], cells[1][i]));
  return least * 2 * static_cast<double>(words);
}

TEST(WhirSimulator, NoWordTellsTheProverFromTheSimulator) {
  Views views(120);
  EXPECT_GT(compare(views, 4000), 1e-3);
}

TEST(WhirSimulator, WithoutAnyOneOfTheMasksSomeWordDoes) {
  Views views(121);
  const OpeningShape& s = views.shape();
  const std::size_t n = s.n(), statement_x = s.statement_slots_x(), statement_w = s.statement_slots_w();
  auto clear = [](FpVector& v, std::size_t first, std::size_t size) { wipe(std::span<Fp>(v).subspan(first, size)); };
  auto clear_all = [](FeVector& v) { std::fill(v.begin(), v.end(), kZero); };
  const std::vector<std::pair<const char*, Spoil>> spoils = {
      {"random slots of W", [&](FpVector& w, FpVector&, OpeningMasks&) { clear(w, statement_w, n - statement_w); }},
      {"random slots of X", [&](FpVector&, FpVector& x, OpeningMasks&) { clear(x, statement_x, n - statement_x); }},
      {"pads", [&](FpVector&, FpVector&, OpeningMasks& m) { clear(m.row2, statement_x, s.pad_slots_x()); }},
      {"random slots of row2",
       [&](FpVector&, FpVector&, OpeningMasks& m) { clear(m.row2, n - s.random_slots_x, s.random_slots_x); }},
      {"row1", [&](FpVector&, FpVector&, OpeningMasks& m) { clear_all(m.row1); }},
      {"mu_W", [&](FpVector&, FpVector&, OpeningMasks& m) { clear_all(m.mu_w); }},
  };
  for (const auto& [mask, spoil] : spoils) EXPECT_LT(compare(views, 150, spoil), 1e-9) << mask;
}

}  // namespace
}  // namespace tacit
