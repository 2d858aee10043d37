// derive_params(): an exhaustive search over base shapes, and for each of them a dynamic program over what follows.
//
//   state      (L, D): a message of 2^L elements of E has to be argued, the oracle before has 2^D leaves
//   decision   stop and send it in clear, or commit it as 2^k limbs over a domain of 2^d <= 2^D
//   per oracle multiplicity, queries and grind: params_oracle.h
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>

#include "pcs/params.h"
#include "pcs/params_cost.h"
#include "pcs/params_oracle.h"
#include "pcs/security.h"

namespace tacit {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::uint32_t kMinLogN = 4, kMaxLogN = 24, kMaxLimbs = 4096, kMaxLogDomain = 32;
constexpr std::uint32_t kMaxBaseRate = 4, kMaxRate = 16, kMaxFold = 6, kMaxFinalLog = 10;
constexpr double kExcessFactor = 20;        // price of a byte beyond the soft limit
constexpr double kTargetStepBits = 0.25;
constexpr int kTargetSteps = 16, kPriceSteps = 12;

struct Step {
  double cost = kInfinity;
  bool stop = false;
  WhirRound round;  ///< valid unless stop
};

/// One exhaustive search at one target and one price of a byte.
class Search {
 public:
  Search(std::uint64_t size_w, std::uint64_t size_x, std::uint32_t lambda, const DeriveOptions& options,
         double target_bits, double bytes_per_ms)
      : size_w_(size_w), size_x_(size_x), lambda_(lambda), options_(options), per_byte_(1 / bytes_per_ms),
        chooser_(options.regime, options.max_grind_bits, target_bits, 1 / bytes_per_ms) {}

  std::optional<OpeningParams> run() {
    double best = kInfinity;
    std::optional<OpeningParams> found;
    for (std::uint32_t log_n = kMinLogN; log_n <= kMaxLogN; ++log_n) {
      if (options_.fixed_log_n != 0 && log_n != options_.fixed_log_n) continue;
      std::optional<OpeningShape> shape = shape_for(log_n);
      if (!shape) continue;
      for (std::uint32_t rate = 1; rate <= kMaxBaseRate && log_n + rate <= kMaxLogDomain; ++rate) {
        if (options_.fixed_log_domain != 0 && log_n + rate != options_.fixed_log_domain) continue;
        WhirRound base;
        double cost = base_cost(*shape, log_n + rate, base);
        if (cost == kInfinity) continue;
        cost += committed(shape->log_folded(), base.log_domain).cost;  // never in clear: one extension round at least
        if (cost < best) {
          best = cost;
          found = assemble(*shape, base);
        }
      }
    }
    return found;
  }

 private:
  /// Fewest limbs of length 2^log_n that hold both oracles.
  std::optional<OpeningShape> shape_for(std::uint32_t log_n) const {
    OpeningShape s;
    s.log_n = log_n;
    s.size_w = size_w_;
    s.size_x = size_x_;
    std::uint64_t limbs_w = 0, limbs_x = 0;
    if (!limbs_for(size_w_, options_.random_slots_w, s.n(), limbs_w)) return std::nullopt;
    if (!limbs_for(size_x_, options_.random_slots_x, s.n(), limbs_x)) return std::nullopt;
    s.limbs_w = static_cast<std::uint32_t>(limbs_w);
    s.limbs_x = static_cast<std::uint32_t>(limbs_x);
    if (limbs_w != 0) s.random_slots_w = options_.random_slots_w;
    if (limbs_x != 0) s.random_slots_x = options_.random_slots_x;
    return s;
  }

  static bool limbs_for(std::uint64_t size, std::uint32_t random_slots, std::uint64_t n, std::uint64_t& limbs) {
    limbs = 0;
    if (size == 0) return true;
    if (random_slots >= n) return false;
    std::uint64_t room = n - random_slots;
    limbs = size / room + (size % room != 0 ? 1 : 0);
    return limbs <= kMaxLimbs;
  }

  double base_cost(const OpeningShape& shape, std::uint32_t log_domain, WhirRound& base) {
    base.log_limbs = std::max(shape.log_limbs_w(), shape.log_limbs_x());
    base.log_n = shape.log_n;
    base.log_domain = log_domain;
    OracleCode code{base.log_limbs, base.log_n, log_domain};
    code.lists = code.trees = (shape.has_w() ? 1 : 0) + (shape.has_x() ? 1 : 0);
    code.leaf_bytes = cost::leaf_bytes(shape, base, true);
    code.log_message = shape.log_folded();
    OracleChoice choice = chooser_.choose(code);
    if (!choice.possible()) return kInfinity;
    apply(choice, base);
    cost::StageCost stage = cost::base_stage(shape);
    double commit = (shape.has_x() ? cost::commit_ms(shape.limbs_x, log_domain) : 0) +
                    (shape.has_w() ? options_.w_commit_weight * cost::commit_ms(shape.limbs_w, log_domain) : 0);
    return choice.cost + stage.ms + stage.bytes * per_byte_ + commit;
  }

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
    if (log_message <= kMaxFinalLog && clear < best.cost) {
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

  OpeningParams assemble(const OpeningShape& shape, const WhirRound& base) {
    OpeningParams p;
    p.shape = shape;
    p.regime = options_.regime;
    p.lambda = lambda_;
    p.initial_grind_bits = options_.initial_grind_bits;
    p.rounds.push_back(base);
    Step next = committed(shape.log_folded(), base.log_domain);
    for (; !next.stop; next = step(p.rounds.back().log_n, p.rounds.back().log_domain)) p.rounds.push_back(next.round);
    p.final_log = p.rounds.back().log_n;
    return p;
  }

  std::uint64_t size_w_, size_x_;
  std::uint32_t lambda_;
  const DeriveOptions& options_;
  double per_byte_;
  OracleChooser chooser_;
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
                                              const DeriveOptions& options, double target) {
  std::optional<OpeningParams> best;
  for (int i = 0; i <= kPriceSteps; ++i) {
    double price = options.bytes_per_ms * std::pow(kExcessFactor, -double(i) / kPriceSteps);
    auto search = std::make_unique<Search>(size_w, size_x, lambda, options, target, price);
    std::optional<OpeningParams> found = search->run();
    if (!found) return best;
    bool small = estimate_cost(*found).proof_bytes <= options.soft_limit_bytes;
    if (!best || objective(*found, options) < objective(*best, options)) best = found;
    if (small) break;
  }
  return best;
}

Status check_options(std::uint64_t size_w, std::uint64_t size_x, std::uint32_t lambda, const DeriveOptions& options) {
  if (size_w == 0 && size_x == 0) return bad_input("there is nothing to commit", "opening");
  if (lambda < 40 || lambda > 128)
    return bad_input("security of " + std::to_string(lambda) + " bits was asked for; choose 40 to 128", "opening");
  if (!(options.bytes_per_ms > 0) || !(options.soft_limit_bytes > 0) || !(options.w_commit_weight >= 0))
    return bad_input("the weights of the cost model must be positive", "opening");
  if (options.max_grind_bits > 40 || options.initial_grind_bits > 40)
    return bad_input("a proof of work of more than 40 bits is refused", "opening");
  return Unit{};
}

}  // namespace

Result<OpeningParams> derive_params(std::uint64_t size_w, std::uint64_t size_x, std::uint32_t lambda,
                                    const DeriveOptions& options) {
  Status usable = check_options(size_w, size_x, lambda, options);
  if (!usable.ok()) return usable.error();
  double target = lambda + kTermMarginBits;
  for (int i = 0; i < kTargetSteps; ++i, target += kTargetStepBits) {
    std::optional<OpeningParams> found = best_over_prices(size_w, size_x, lambda, options, target);
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
