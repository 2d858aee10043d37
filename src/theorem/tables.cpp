#include "theorem/tables.h"

#include <algorithm>

namespace tacit {
namespace {

void pad(std::vector<Segment>& segments, std::array<std::int64_t, 2> row) {
  std::uint64_t rows = segments.back().start + segments.back().length;
  std::uint64_t padded = (rows + kTableCols - 1) / kTableCols * kTableCols;
  if (padded > rows) segments.push_back({rows, padded - rows, row, {0, 0}});
}

}  // namespace

std::uint32_t table_width(TableKind kind) { return kind == TableKind::kRange ? 1 : 2; }

std::vector<Segment> table_segments(const Table& t) {
  const std::uint64_t limb = std::uint64_t{1} << t.bits;
  std::vector<Segment> out;
  switch (t.kind) {
    case TableKind::kRange:
      out = {{0, limb, {0, 0}, {1, 0}}};
      pad(out, {0, 0});
      break;
    case TableKind::kSaturate: {
      const std::uint64_t range = static_cast<std::uint64_t>(t.hi - t.lo) + 1;
      out = {{0, range, {t.lo, 0}, {1, 0}}, {range, limb, {t.hi, 0}, {0, 1}}, {range + limb, limb, {t.lo, 0}, {0, -1}}};
      pad(out, {t.lo, 0});
      break;
    }
    case TableKind::kMaximum:
      out = {{0, limb, {0, 0}, {1, 0}}, {limb, limb, {0, 0}, {0, -1}}};
      pad(out, {0, 0});
      break;
  }
  return out;
}

std::uint64_t table_rows(const Table& table) {
  Segment last = table_segments(table).back();
  return last.start + last.length;
}

std::optional<std::uint64_t> table_find(const Table& t, std::array<std::int64_t, 2> v) {
  const std::int64_t limb = std::int64_t{1} << t.bits;
  const std::int64_t value = v[0], e = v[1];
  switch (t.kind) {
    case TableKind::kRange:
      if (value >= 0 && value < limb) return static_cast<std::uint64_t>(value);
      break;
    case TableKind::kSaturate: {
      const std::int64_t range = t.hi - t.lo + 1;
      if (e == 0 && value >= t.lo && value <= t.hi) return static_cast<std::uint64_t>(value - t.lo);
      if (value == t.hi && e > 0 && e < limb) return static_cast<std::uint64_t>(range + e);
      if (value == t.lo && e < 0 && e > -limb) return static_cast<std::uint64_t>(range + limb - e);
      break;
    }
    case TableKind::kMaximum:
      if (e == 0 && value >= 0 && value < limb) return static_cast<std::uint64_t>(value);
      if (value == 0 && e < 0 && e > -limb) return static_cast<std::uint64_t>(limb - e);
      break;
  }
  return std::nullopt;
}

std::pair<std::int64_t, std::int64_t> table_bounds(const Table& table, std::size_t k) {
  std::int64_t lo = INT64_MAX, hi = INT64_MIN;
  for (const Segment& s : table_segments(table)) {
    const std::int64_t last = s.first[k] + s.step[k] * static_cast<std::int64_t>(s.length - 1);
    lo = std::min({lo, s.first[k], last});
    hi = std::max({hi, s.first[k], last});
  }
  return {lo, hi};
}

PrefixSums eq_prefix_sums(std::span<const Fe> at, std::uint64_t count) {
  const std::size_t n = at.size();
  // Over a full cube of the last k variables: sum eq = 1 and sum i eq = sum of at[j] 2^(n-1-j).
  // Invariant: (ones, indices) covers all i < count whose leading bits are below count's; `equal` = eq of its leading bits.
  PrefixSums out;
  Fe equal = kOne;
  std::uint64_t base = 0;
  FeVector tail(n + 1);
  for (std::size_t j = n; j-- > 0;) tail[j] = tail[j + 1] + at[j] * Fp(std::uint64_t{1} << (n - 1 - j));
  if (count >> n) return {kOne, tail[0]};
  for (std::size_t j = 0; j < n; ++j) {
    const std::uint64_t half = std::uint64_t{1} << (n - 1 - j);
    if (count & half) {
      const Fe zero_branch = equal * (kOne - at[j]);
      out.ones += zero_branch;
      out.indices += zero_branch * (Fe(Fp(base)) + tail[j + 1]);
      equal *= at[j];
      base += half;
    } else {
      equal *= kOne - at[j];
    }
  }
  return out;
}

Fe table_claim(const Table& table, std::span<const Fe> at, std::uint64_t offset, Fe w0, Fe w1, Fe w) {
  Fe out;
  for (const Segment& s : table_segments(table)) {
    const std::uint64_t begin = offset + s.start;
    PrefixSums lower = eq_prefix_sums(at, begin), upper = eq_prefix_sums(at, begin + s.length);
    const Fe ones = upper.ones - lower.ones;
    const Fe index = upper.indices - lower.indices - ones * Fp(begin);
    const Fe constant = w0 * Fp::from_signed(s.first[0]) + w1 * Fp::from_signed(s.first[1]) + w;
    const Fe slope = w0 * Fp::from_signed(s.step[0]) + w1 * Fp::from_signed(s.step[1]);
    out += constant * ones + slope * index;
  }
  return out;
}

}  // namespace tacit
