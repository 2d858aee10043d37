#include "pcs/params.h"

#include <algorithm>
#include <bit>

namespace tacit {
namespace {

constexpr std::uint8_t kVersion = 2;

/// Caps of the format: generous for honest use, small enough that no hostile key costs the verifier time or memory.
constexpr std::uint32_t kMaxLogN = 24, kMaxLimbs = 4096, kMaxRounds = 16, kMaxLogDomain = 32, kMaxFoldLimbsLog = 8;
constexpr std::uint32_t kMaxQueries = 4096, kMaxGrind = 40, kMaxOod = 4, kMaxFinalLog = 16;
constexpr std::uint32_t kMinMultiplicity = 3, kMaxMultiplicity = 128, kMinLambda = 40, kMaxLambda = 128;

std::uint32_t ceil_log2(std::uint32_t count) { return count <= 1 ? 0 : std::bit_width(count - 1); }

Error wrong(std::string what) { return bad_input(std::move(what), "parameters of the opening"); }

Error outside(const std::string& field, std::uint64_t value, std::uint64_t low, std::uint64_t high) {
  return wrong(field + " is " + std::to_string(value) + ", allowed are " + std::to_string(low) + " to " +
               std::to_string(high));
}

/// Remembers the first field outside its range.
class RangeChecks {
 public:
  void within(const std::string& field, std::uint64_t value, std::uint64_t low, std::uint64_t high) {
    if (status_.ok() && (value < low || value > high)) status_ = outside(field, value, low, high);
  }
  bool ok() const { return status_.ok(); }
  Status status() const { return status_; }

 private:
  Status status_ = Unit{};
};

/// One oracle of the shape: present with room for all its elements, or absent with every field zero. `reserved` slots
/// of a limb hold nothing of the statement.
Status check_oracle(const std::string& name, std::uint64_t size, std::uint32_t limbs, std::uint64_t reserved,
                    std::uint64_t n) {
  if (size == 0) {
    if (limbs != 0 || reserved != 0) return wrong(name + " is empty but has limbs or random slots");
    return Unit{};
  }
  RangeChecks checks;
  checks.within("slots of " + name + " outside the statement", reserved, 0, n - 1);
  if (!checks.ok()) return checks.status();
  std::uint64_t room = limbs * (n - reserved);
  if (size > room)
    return wrong(name + " has " + std::to_string(size) + " elements, its limbs without their random slots hold " +
                 std::to_string(room));
  return Unit{};
}

Status check_shape(const OpeningShape& s) {
  RangeChecks checks;
  checks.within("log_n", s.log_n, 1, kMaxLogN);
  if (s.size_w != 0) checks.within("limbs of W", s.limbs_w, 1, kMaxLimbs);
  if (s.size_x != 0) checks.within("limbs of X", s.limbs_x, 1, kMaxLimbs);
  if (!checks.ok()) return checks.status();
  if (s.size_w == 0 && s.size_x == 0) return wrong("there is no oracle to open");
  if (s.random_slots_w != 0 && !s.masked()) return wrong("W has random slots but X, which has to mask it, has none");
  Status w = check_oracle("W", s.size_w, s.limbs_w, s.random_slots_w, s.n());
  if (!w.ok()) return w;
  return check_oracle("X", s.size_x, s.limbs_x, std::uint64_t{s.random_slots_x} + s.pad_slots_x(), s.n());
}

/// Every row that an opening shows is hidden by as many random slots; the pin has its own.
Status check_hiding(const OpeningShape& s, std::uint32_t queries) {
  RangeChecks checks;
  if (s.masked()) checks.within("random slots of X", s.random_slots_x, queries, s.n());
  if (s.random_slots_w != 0)
    checks.within("random slots of W", s.random_slots_w, std::uint64_t{queries} + kPinSlots, s.n());
  return checks.status();
}

Status check_round(const WhirRound& r, std::size_t i, Regime regime) {
  std::string at = "rounds[" + std::to_string(i) + "].";
  bool johnson = regime == Regime::kJohnson;
  RangeChecks checks;
  checks.within(at + "log_domain", r.log_domain, r.log_n + 1, kMaxLogDomain);
  checks.within(at + "queries", r.queries, 1, kMaxQueries);
  checks.within(at + "grind_bits", r.grind_bits, 0, kMaxGrind);
  if (i == 0) checks.within(at + "ood", r.ood, 0, 0);
  else checks.within(at + "ood", r.ood, johnson ? 1 : 0, kMaxOod);
  checks.within(at + "multiplicity", r.multiplicity, johnson ? kMinMultiplicity : 0, johnson ? kMaxMultiplicity : 0);
  return checks.status();
}

/// The lengths that follow from the shape and the fold sizes.
Status check_lengths(const OpeningParams& p) {
  const WhirRound& base = p.rounds[0];
  if (base.log_n != p.shape.log_n) return wrong("rounds[0].log_n differs from the shape's");
  if (base.log_limbs != p.shape.log_limbs())
    return wrong("rounds[0].log_limbs differs from the shape's limbs");
  std::uint32_t left = p.shape.log_folded();
  for (std::size_t i = 1; i < p.rounds.size(); ++i) {
    const WhirRound& r = p.rounds[i];
    std::string at = "rounds[" + std::to_string(i) + "]";
    if (r.log_limbs < 1 || r.log_limbs > std::min(left, kMaxFoldLimbsLog))
      return outside(at + ".log_limbs", r.log_limbs, 1, std::min(left, kMaxFoldLimbsLog));
    left -= r.log_limbs;
    if (r.log_n != left) return wrong(at + ".log_n does not continue the round before");
  }
  if (p.final_log != left) return wrong("final_log differs from the last limb length");
  if (p.final_log > kMaxFinalLog) return outside("final_log", p.final_log, 0, kMaxFinalLog);
  return Unit{};
}

/// Fills what the encoding leaves out. Limb logarithms too large for the message are left for check_form to refuse.
void fill_derived(OpeningParams& p) {
  std::uint32_t left = p.shape.log_folded();
  for (std::size_t i = 0; i < p.rounds.size(); ++i) {
    WhirRound& r = p.rounds[i];
    if (i == 0) {
      r.log_n = p.shape.log_n;
      r.log_limbs = p.shape.log_limbs();
    } else {
      left -= std::min(left, r.log_limbs);
      r.log_n = left;
    }
  }
  p.final_log = left;
}

void write_shape(ByteWriter& out, const OpeningShape& s) {
  out.u64(s.size_w);
  out.u64(s.size_x);
  out.u32(s.log_n);
  out.u32(s.limbs_w);
  out.u32(s.limbs_x);
  out.u32(s.random_slots_w);
  out.u32(s.random_slots_x);
}

OpeningShape read_shape(ByteReader& in) {
  OpeningShape s;
  s.size_w = in.u64();
  s.size_x = in.u64();
  s.log_n = in.u32();
  s.limbs_w = in.u32();
  s.limbs_x = in.u32();
  s.random_slots_w = in.u32();
  s.random_slots_x = in.u32();
  return s;
}

WhirRound read_round(ByteReader& in, bool base) {
  WhirRound r;
  if (!base) r.log_limbs = in.u32();
  r.log_domain = in.u32();
  r.queries = in.u32();
  r.grind_bits = in.u32();
  r.ood = in.u32();
  r.multiplicity = in.u32();
  return r;
}

}  // namespace

std::uint32_t OpeningShape::log_limbs_w() const { return ceil_log2(limbs_w); }
std::uint32_t OpeningShape::log_limbs_x() const { return ceil_log2(limbs_x); }
std::uint32_t OpeningShape::log_limbs() const { return std::max(log_limbs_w(), log_limbs_x()); }

Status check_form(const OpeningParams& p) {
  Status shape = check_shape(p.shape);
  if (!shape.ok()) return shape;
  if (p.regime != Regime::kJohnson && p.regime != Regime::kUniqueDecoding) return wrong("the regime is unknown");
  RangeChecks checks;
  checks.within("lambda", p.lambda, kMinLambda, kMaxLambda);
  checks.within("initial_grind_bits", p.initial_grind_bits, 0, kMaxGrind);
  checks.within("number of rounds", p.rounds.size(), 2, kMaxRounds);
  if (!checks.ok()) return checks.status();
  Status lengths = check_lengths(p);
  if (!lengths.ok()) return lengths;
  for (std::size_t i = 0; i < p.rounds.size(); ++i) {
    Status round = check_round(p.rounds[i], i, p.regime);
    if (!round.ok()) return round;
  }
  return check_hiding(p.shape, p.rounds[0].queries);
}

void write_params(ByteWriter& out, const OpeningParams& p) {
  out.u8(kVersion);
  write_shape(out, p.shape);
  out.u8(static_cast<std::uint8_t>(p.regime));
  out.u32(p.lambda);
  out.u32(p.initial_grind_bits);
  out.u32(static_cast<std::uint32_t>(p.rounds.size()));
  for (std::size_t i = 0; i < p.rounds.size(); ++i) {
    const WhirRound& r = p.rounds[i];
    if (i != 0) out.u32(r.log_limbs);
    out.u32(r.log_domain);
    out.u32(r.queries);
    out.u32(r.grind_bits);
    out.u32(r.ood);
    out.u32(r.multiplicity);
  }
}

Result<OpeningParams> parse_params(ByteReader& in) {
  std::uint8_t version = in.u8();
  if (in.ok() && version != kVersion)
    return wrong("version " + std::to_string(version) + " is unknown to this verifier");
  OpeningParams p;
  p.shape = read_shape(in);
  std::uint8_t regime = in.u8();
  p.lambda = in.u32();
  p.initial_grind_bits = in.u32();
  std::uint32_t count = in.u32();
  if (!in.ok()) return wrong("the bytes end early");
  if (regime > static_cast<std::uint8_t>(Regime::kJohnson)) return wrong("the regime is unknown");
  p.regime = static_cast<Regime>(regime);
  if (count < 2 || count > kMaxRounds) return outside("number of rounds", count, 2, kMaxRounds);
  Status shape = check_shape(p.shape);
  if (!shape.ok()) return shape.error();
  for (std::uint32_t i = 0; i < count; ++i) p.rounds.push_back(read_round(in, i == 0));
  if (!in.ok()) return wrong("the bytes end early");
  fill_derived(p);
  Status form = check_form(p);
  if (!form.ok()) return form.error();
  return p;
}

}  // namespace tacit
