#include "pcs/params_base.h"

#include "pcs/params_cost.h"

namespace tacit {
namespace {

constexpr std::uint32_t kMaxLimbs = 4096;

/// Fewest limbs with n - reserved statement slots that hold `size` elements; no value if they are too many.
std::optional<std::uint32_t> limbs_for(std::uint64_t size, std::uint64_t reserved, std::uint64_t n) {
  if (size == 0) return 0;
  if (reserved >= n) return std::nullopt;
  std::uint64_t room = n - reserved, limbs = size / room + (size % room != 0 ? 1 : 0);
  if (limbs > kMaxLimbs) return std::nullopt;
  return static_cast<std::uint32_t>(limbs);
}

}  // namespace

BaseChoice BaseChooser::choose(std::uint32_t log_n, std::uint32_t log_domain) {
  BaseChoice best;
  Multiplicities known;
  for (std::uint32_t grind = 0; grind <= options_.max_grind_bits; ++grind) {
    BaseChoice base;
    base.round.grind_bits = grind;
    if (!settle(log_n, log_domain, known, base)) continue;
    price(base);
    if (base.cost < best.cost) best = base;
  }
  if (!best.possible()) return best;
  WhirRound& r = best.round;
  r.multiplicity = chooser_.smallest_multiplicity(code_of(best.shape, log_domain), r.multiplicity, r.queries,
                                                  r.grind_bits);
  return best;
}

/// Goes round the picture of the header until log_limbs stays; false if no shape serves this grind.
bool BaseChooser::settle(std::uint32_t log_n, std::uint32_t log_domain, Multiplicities& known,
                         BaseChoice& base) const {
  for (std::uint32_t log_limbs = 0;;) {
    WhirRound& r = base.round;
    OracleCode code{log_limbs, log_n, log_domain};
    code.lists = (size_w_ != 0 ? 1 : 0) + (size_x_ != 0 ? 1 : 0);
    r.queries = queries_for(code, r.grind_bits, known, r.multiplicity);
    if (r.queries > (options_.max_queries != 0 ? options_.max_queries : kMaxQueries)) return false;
    std::optional<OpeningShape> shape = shape_for(log_n, r.queries, log_limbs);
    if (!shape) return false;
    if (shape->log_limbs() <= log_limbs) {
      base.shape = *shape;
      r.log_limbs = shape->log_limbs();
      r.log_n = log_n;
      r.log_domain = log_domain;
      return true;
    }
    log_limbs = shape->log_limbs();
  }
}

std::uint32_t BaseChooser::queries_for(const OracleCode& code, std::uint32_t grind, Multiplicities& known,
                                       std::uint32_t& multiplicity) const {
  std::optional<std::uint32_t>& slot = known[code.log_limbs];
  if (!slot) slot = chooser_.largest_multiplicity(code);
  multiplicity = *slot;
  return *slot == kNoMultiplicity ? kMaxQueries + 1 : chooser_.queries_for(code, *slot, grind);
}

/// The fewest limbs whose random slots serve these queries, and whose pads serve a fold of `log_limbs` variables.
std::optional<OpeningShape> BaseChooser::shape_for(std::uint32_t log_n, std::uint32_t queries,
                                                   std::uint32_t log_limbs) const {
  OpeningShape s;
  s.size_w = size_w_;
  s.size_x = size_x_;
  s.log_n = log_n;
  std::uint64_t random_w = 0;
  if (options_.openings != 0 && size_w_ != 0) random_w = random_slots_for(options_.openings, queries);
  if (options_.fixed_limbs_w != 0) random_w = options_.fixed_random_slots_w;
  if (options_.hide_x) s.random_slots_x = queries;
  std::optional<std::uint32_t> limbs_w = limbs_for(size_w_, random_w, s.n());
  std::optional<std::uint32_t> limbs_x = limbs_for(size_x_, options_.hide_x ? queries + 6 * log_limbs : 0, s.n());
  if (!limbs_w || !limbs_x) return std::nullopt;
  if (options_.fixed_limbs_w != 0) {
    if (*limbs_w > options_.fixed_limbs_w || (random_w != 0 && random_w < queries + kPinSlots)) return std::nullopt;
    limbs_w = options_.fixed_limbs_w;
  }
  s.limbs_w = *limbs_w;
  s.limbs_x = *limbs_x;
  s.random_slots_w = static_cast<std::uint32_t>(random_w);
  return s;
}

OracleCode BaseChooser::code_of(const OpeningShape& shape, std::uint32_t log_domain) const {
  OracleCode code{shape.log_limbs(), shape.log_n, log_domain};
  code.lists = code.trees = (shape.has_w() ? 1 : 0) + (shape.has_x() ? 1 : 0);
  code.leaf_bytes = cost::leaf_bytes(shape, {}, true);
  code.log_message = shape.log_folded();
  return code;
}

void BaseChooser::price(BaseChoice& base) const {
  const WhirRound& r = base.round;
  cost::StageCost stage = cost::base_stage(base.shape);
  double commit = cost::commit_x_ms(base.shape, r.log_domain) +
                  options_.w_commit_weight * cost::commit_w_ms(base.shape, r.log_domain);
  base.cost = chooser_.query_cost(code_of(base.shape, r.log_domain), r.queries, r.grind_bits) + stage.ms +
              stage.bytes * per_byte_ + commit;
}

}  // namespace tacit
