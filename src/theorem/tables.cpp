#include "theorem/tables.h"

#include <algorithm>

#include "base/contract.h"
#include "field/arrays.h"
#include "theorem/layout.h"

namespace tacit {
namespace {

constexpr int kPieceFractionBits = 32;

std::uint64_t piece_length(const Table& t) { return (std::uint64_t{1} << t.bits) / t.pieces.size(); }

void pad(std::vector<Segment>& segments, std::array<std::int64_t, 2> row) {
  std::uint64_t rows = segments.back().start + segments.back().length;
  std::uint64_t padded = (rows + kTableCols - 1) / kTableCols * kTableCols;
  if (padded > rows) segments.push_back({rows, padded - rows, row, {0, 0}});
}

}  // namespace

std::uint32_t table_width(const Table& t) {
  if (t.kind == TableKind::kColumns) return 1 + static_cast<std::uint32_t>(t.entries.size());
  return t.kind == TableKind::kRange ? 1 : 2;
}

TableShape table_shape(const Table& t) {
  if (t.kind == TableKind::kColumns) return {t.rows, t.cols};
  return {static_cast<std::uint32_t>(table_rows(t) / kTableCols), kTableCols};
}

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
    case TableKind::kFunction:
    case TableKind::kColumns:
      TACIT_EXPECTS(false, "only a public table that is no function has segments");
  }
  return out;
}

// By differences of the cubic, exact modulo 2^64; the values themselves are below 2^62 (check_theorem).
std::vector<std::int32_t> function_values(const Table& t) {
  std::vector<std::int32_t> out;
  out.reserve(std::size_t{1} << t.bits);
  const std::uint64_t length = piece_length(t);
  for (const CubicPiece& piece : t.pieces) {
    const std::uint64_t c1 = static_cast<std::uint64_t>(piece[1]), c2 = static_cast<std::uint64_t>(piece[2]),
                        c3 = static_cast<std::uint64_t>(piece[3]);
    std::uint64_t value = static_cast<std::uint64_t>(piece[0]), first = c1 + c2 + c3, second = 2 * c2 + 6 * c3;
    for (std::uint64_t i = 0; i < length; ++i) {
      out.push_back(static_cast<std::int32_t>(static_cast<std::int64_t>(value) >> kPieceFractionBits));
      value += first;
      first += second;
      second += 6 * c3;
    }
  }
  return out;
}

std::int64_t function_value(const Table& t, std::uint64_t row) {
  const CubicPiece& c = t.pieces[row / piece_length(t)];
  const auto x = static_cast<std::int64_t>(row % piece_length(t));
  return (c[0] + x * (c[1] + x * (c[2] + x * c[3]))) >> kPieceFractionBits;
}

std::vector<std::int64_t> table_entries(const Table& t, std::size_t k) {
  std::vector<std::int64_t> out(table_rows(t));
  if (t.kind == TableKind::kFunction) {
    const std::vector<std::int32_t> values = k == 0 ? std::vector<std::int32_t>() : function_values(t);
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = k == 0 ? t.first + static_cast<std::int64_t>(i) : values[i];
    return out;
  }
  for (const Segment& s : table_segments(t))
    for (std::uint64_t i = 0; i < s.length; ++i) out[s.start + i] = s.first[k] + s.step[k] * static_cast<std::int64_t>(i);
  return out;
}

std::uint64_t table_rows(const Table& table) {
  if (table.kind == TableKind::kFunction) return std::uint64_t{1} << table.bits;
  if (table.kind == TableKind::kColumns) return std::uint64_t{table.rows} * table.cols;
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
    case TableKind::kFunction:
      if (value < t.first || value >= t.first + limb) break;
      if (const auto row = static_cast<std::uint64_t>(value - t.first); function_value(t, row) == e) return row;
      break;
    case TableKind::kColumns:
      TACIT_EXPECTS(false, "the table is a public one");
  }
  return std::nullopt;
}

std::pair<std::int64_t, std::int64_t> table_bounds(const Table& table, std::size_t k) {
  if (table.kind == TableKind::kFunction) {
    if (k == 1) return {table.lo, table.hi};
    return {table.first, table.first + (std::int64_t{1} << table.bits) - 1};
  }
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

namespace {

// The part of the first entries has a closed form, as a segment has; the values are summed up, line by line of the table.
Fe function_claim(const Table& table, std::span<const Fe> at, std::uint64_t offset, Fe w0, Fe w1, Fe w) {
  const std::uint64_t rows = table_rows(table);
  const PrefixSums lower = eq_prefix_sums(at, offset), upper = eq_prefix_sums(at, offset + rows);
  const Fe ones = upper.ones - lower.ones, index = upper.indices - lower.indices - ones * Fp(offset);
  constexpr std::size_t kLogCols = 8;
  static_assert(kTableCols == 1u << kLogCols);
  const FeVector lines = eq_window(at.first(at.size() - kLogCols), offset / kTableCols, rows / kTableCols);
  const FeVector inside = eq_window(at.last(kLogCols), 0, kTableCols);
  const std::vector<std::int32_t> integers = function_values(table);
  FpVector values(integers.size());
  std::transform(integers.begin(), integers.end(), values.begin(), [](std::int32_t v) { return Fp::from_signed(v); });
  Fe sum;
  for (std::size_t line = 0; line < lines.size(); ++line)
    sum += lines[line] * dot(std::span<const Fe>(inside), std::span<const Fp>(values).subspan(line * kTableCols, kTableCols));
  return (w0 * Fp::from_signed(table.first) + w) * ones + w0 * index + w1 * sum;
}

}  // namespace

Fe table_claim(const Table& table, std::span<const Fe> at, std::uint64_t offset, Fe w0, Fe w1, Fe w) {
  if (table.kind == TableKind::kFunction) return function_claim(table, at, offset, w0, w1, w);
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
