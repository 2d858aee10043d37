// derive_params(): an exhaustive search over base shapes, and for each of them a dynamic program over what follows.
//
//   state      (L, D): a message of 2^L elements of E has to be argued, the oracle before has 2^D leaves
//   decision   stop and send it in clear, or commit it as 2^k limbs over a domain of 2^d <= 2^D
//   per oracle multiplicity, queries and grind: params_oracle.h; the base shape as well: params_base.h
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>

#include "pcs/params.h"
#include "pcs/params_base.h"
#include "pcs/params_cost.h"
#include "pcs/params_oracle.h"
#include "pcs/security.h"

namespace tacit {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::uint32_t kMinLogN = 4, kMaxLogN = 24, kMaxLogDomain = 32;
constexpr std::uint32_t kMaxBaseRate = 12, kMaxRate = 16, kMaxFold = 6, kMaxFinalLog = 10;
constexpr double kExcessFactor = 20;        // price of a byte beyond the soft limit
constexpr double kTargetStepBits = 0.25;
constexpr int kTargetSteps = 16, kPriceSteps = 12;
constexpr double kUsualMarginBits = 1.52;   // larger margins are searched for from further up

struct Step {
  double cost = kInfinity;
  bool stop = false;
  WhirRound round;  ///< valid unless stop
};

/// One exhaustive search at one target and one price of a byte.
class Search {
 public:
  Search(std::uint64_t size_w, std::uint64_t size_x, std::uint32_t lambda, const DeriveOptions& options,
         double target_bits, double bytes_per_ms, MultiproofSizes& sizes)
      : lambda_(lambda), options_(options), per_byte_(1 / bytes_per_ms),
        chooser_(options.regime, options.max_grind_bits, target_bits, per_byte_, sizes),
        base_(size_w, size_x, options, chooser_, per_byte_) {}

  std::optional<OpeningParams> run() {
    double best = kInfinity;
    std::optional<OpeningParams> found;
    for (std::uint32_t log_n = kMinLogN; log_n <= kMaxLogN; ++log_n) {
      if (options_.fixed_log_n != 0 && log_n != options_.fixed_log_n) continue;
      const std::uint32_t most = options_.fixed_log_domain != 0 ? kMaxBaseRate : options_.max_base_rate;
      for (std::uint32_t rate = 1; rate <= most && log_n + rate <= kMaxLogDomain; ++rate) {
        if (options_.fixed_log_domain != 0 && log_n + rate != options_.fixed_log_domain) continue;
        BaseChoice base = base_.choose(log_n, log_n + rate);
        if (base.cost >= best) continue;
        // Never in clear: at least one extension round follows.
        double cost = base.cost + committed(base.shape.log_folded(), base.round.log_domain).cost;
        if (cost < best) {
          best = cost;
          found = assemble(base);
        }
      }
    }
    return found;
  }

 private:
  static void apply(const OracleChoice& choice, WhirRound& round) {
    round.queries = choice.queries;
    round.grind_bits = choice.grind_bits;
    round.multiplicity = choice.multiplicity;
  }

  /// The cheapest way on from a state, remembered.
  const Step& step(std::uint32_t log_message, std::uint32_t log_domain) {
    std::optional<Step>& slot = steps_[log_message][log_domain];
    if (slot) return *slot;
    Step best = committed(log_message, log_domain);
    double clear = cost::final_bytes(log_message) * per_byte_;
    if (log_message <= options_.max_final_log && clear < best.cost) {
      best = Step{};
      best.cost = clear;
      best.stop = true;
    }
    slot = best;
    return *slot;
  }

  Step committed(std::uint32_t log_message, std::uint32_t log_domain) {
    Step best;
    for (std::uint32_t k = 1; k <= std::min(log_message, kMaxFold); ++k) {
      std::uint32_t log_n = log_message - k;
      for (std::uint32_t d = log_n + 1; d <= std::min(log_domain, log_n + kMaxRate); ++d) {
        WhirRound round;
        double cost = extension_cost(k, log_n, d, round);
        if (cost >= best.cost) continue;
        cost += step(log_n, d).cost;
        if (cost >= best.cost) continue;
        best.cost = cost;
        best.round = round;
      }
    }
    return best;
  }

  double extension_cost(std::uint32_t k, std::uint32_t log_n, std::uint32_t log_domain, WhirRound& round) {
    round.log_limbs = k;
    round.log_n = log_n;
    round.log_domain = log_domain;
    round.ood = options_.regime == Regime::kJohnson ? 1 : 0;
    OracleCode code{k, log_n, log_domain};
    code.leaf_bytes = cost::leaf_bytes({}, round, false);
    code.log_message = log_n;
    const OracleChoice& choice = remembered(code);
    apply(choice, round);
    cost::StageCost stage = cost::extension_stage(k, log_n, log_domain, round.ood);
    return choice.cost + stage.ms + stage.bytes * per_byte_;
  }

  const OracleChoice& remembered(const OracleCode& code) {
    std::optional<OracleChoice>& slot = choices_[code.log_limbs][code.log_n][code.log_domain - code.log_n];
    if (!slot) slot = chooser_.choose(code);
    return *slot;
  }

  OpeningParams assemble(const BaseChoice& base) {
    OpeningParams p;
    p.shape = base.shape;
    p.regime = options_.regime;
    p.lambda = lambda_;
    p.initial_grind_bits = options_.initial_grind_bits;
    p.rounds.push_back(base.round);
    Step next = committed(base.shape.log_folded(), base.round.log_domain);
    for (; !next.stop; next = step(p.rounds.back().log_n, p.rounds.back().log_domain)) p.rounds.push_back(next.round);
    p.final_log = p.rounds.back().log_n;
    return p;
  }

  std::uint32_t lambda_;
  const DeriveOptions& options_;
  double per_byte_;
  OracleChooser chooser_;
  BaseChooser base_;  ///< refers to chooser_
  std::array<std::array<std::optional<Step>, kMaxLogDomain + 1>, kMaxLogN + 2> steps_;
  std::array<std::array<std::array<std::optional<OracleChoice>, kMaxRate + 1>, kMaxLogN + 2>, kMaxFold + 1>
      choices_;
};

/// The objective in full: time, bytes, and bytes beyond the soft limit at kExcessFactor times the price.
double objective(const OpeningParams& params, const DeriveOptions& options) {
  OpeningCost cost = estimate_cost(params);
  double excess = std::max(0.0, cost.proof_bytes - options.soft_limit_bytes) * (kExcessFactor - 1);
  return cost.open_ms + cost.commit_x_ms + options.w_commit_weight * cost.commit_w_ms +
         (cost.proof_bytes + excess) / options.bytes_per_ms;
}

/// The limit makes the price of a byte depend on the total; scanning prices between the two slopes finds the knee.
std::optional<OpeningParams> best_over_prices(std::uint64_t size_w, std::uint64_t size_x, std::uint32_t lambda,
                                              const DeriveOptions& options, double target,
                                              MultiproofSizes& sizes) {
  std::optional<OpeningParams> best;
  for (int i = 0; i <= kPriceSteps; ++i) {
    double price = options.bytes_per_ms * std::pow(kExcessFactor, -double(i) / kPriceSteps);
    auto search = std::make_unique<Search>(size_w, size_x, lambda, options, target, price, sizes);
    std::optional<OpeningParams> found = search->run();
    if (!found) return best;
    bool small = estimate_cost(*found).proof_bytes <= options.soft_limit_bytes;
    if (!best || objective(*found, options) < objective(*best, options)) best = found;
    if (small) break;
  }
  return best;
}

Status check_hiding_options(std::uint64_t size_w, std::uint64_t size_x, const DeriveOptions& o) {
  if (o.hide_x && size_x == 0) return bad_input("hiding needs a witness oracle, which carries the masks", "opening");
  if (!o.hide_x && (o.openings != 0 || o.fixed_random_slots_w != 0))
    return bad_input("weights can be hidden only if the witness is", "opening");
  if (o.fixed_limbs_w == 0 && o.fixed_random_slots_w != 0)
    return bad_input("random slots of a committed W are given without its limbs", "opening");
  if (o.fixed_limbs_w != 0 && (size_w == 0 || o.fixed_log_n == 0 || o.fixed_log_domain == 0))
    return bad_input("a committed W needs its size, limb length and domain", "opening");
  return Unit{};
}

Status check_options(std::uint64_t size_w, std::uint64_t size_x, std::uint32_t lambda, const DeriveOptions& options) {
  if (size_w == 0 && size_x == 0) return bad_input("there is nothing to commit", "opening");
  if (lambda < 40 || lambda > 128)
    return bad_input("security of " + std::to_string(lambda) + " bits was asked for; choose 40 to 128", "opening");
  if (!(options.bytes_per_ms > 0) || !(options.soft_limit_bytes > 0) || !(options.w_commit_weight >= 0))
    return bad_input("the weights of the cost model must be positive", "opening");
  if (options.max_grind_bits > 40 || options.initial_grind_bits > 40)
    return bad_input("a proof of work of more than 40 bits is refused", "opening");
  if (options.max_base_rate < 1 || options.max_base_rate > kMaxBaseRate || options.max_final_log > kMaxFinalLog)
    return bad_input("the base rate must be 1 to 12 bits and the final vector of at most 2^10 elements", "opening");
  return check_hiding_options(size_w, size_x, options);
}

}  // namespace

Result<OpeningParams> derive_params(std::uint64_t size_w, std::uint64_t size_x, std::uint32_t lambda,
                                    const DeriveOptions& options) {
  Status usable = check_options(size_w, size_x, lambda, options);
  if (!usable.ok()) return usable.error();
  double target = lambda + kTermMarginBits + std::max(0.0, options.sum_margin_bits - kUsualMarginBits);
  MultiproofSizes sizes;
  for (int i = 0; i < kTargetSteps; ++i, target += kTargetStepBits) {
    std::optional<OpeningParams> found = best_over_prices(size_w, size_x, lambda, options, target, sizes);
    if (!found) break;
    Status form = check_form(*found);
    if (!form.ok()) return form.error();
    SecurityReport report = security_report(*found, {});
    if (report.meets(lambda) && report.sum_bits >= lambda + options.sum_margin_bits) return *found;
  }
  return unsupported("no parameters reach " + std::to_string(lambda) + " bits for " + std::to_string(size_w) +
                     " weights and " + std::to_string(size_x) + " witness elements; lower the security or the sizes",
                     "opening");
}

}  // namespace tacit
