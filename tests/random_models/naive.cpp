#include "random_models/naive.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace tacit::random_models {
namespace {

using Wide = __int128;

Wide floor_of(Wide a, Wide b) {  // b > 0
  const Wide q = a / b;
  return q * b > a ? q - 1 : q;
}

/// source(t, s) of 5.2, -1 where it is absent.
Wide window_source(const Window& w, Wide t, Wide s) {
  const Wide kh = t / w.kernel_w, kw = t % w.kernel_w;
  const Wide b = s / (Wide{w.out_h} * w.out_w), oh = s / w.out_w % w.out_h, ow = s % w.out_w;
  Wide ih = oh * w.stride_h - w.pad_h + kh * w.dilation_h, iw = ow * w.stride_w - w.pad_w + kw * w.dilation_w;
  if (w.clamp) {
    ih = std::clamp<Wide>(ih, 0, Wide{w.in_h} - 1);
    iw = std::clamp<Wide>(iw, 0, Wide{w.in_w} - 1);
  }
  if (ih < 0 || ih >= w.in_h || iw < 0 || iw >= w.in_w) return -1;
  return ((w.shared ? 0 : b) * w.in_h + ih) * w.in_w + iw;
}

Wide taps_of(const Window& w) { return Wide{w.kernel_h} * w.kernel_w; }

Wide in_cols_of(const Window& w) { return (w.shared ? Wide{1} : Wide{w.batch}) * w.in_h * w.in_w; }

/// index(j) of an axis, -1 where it is absent.
Wide axis_index(const IndexAxis& axis, Wide j) {
  for (const IndexRun& run : axis.runs) {
    if (j < run.count) return run.start == -1 ? -1 : run.start + run.step * j;
    j -= run.count;
  }
  return -1;
}

/// source(r, s) of a map, by the flat index of the entry.
Wide map_source(const IndexMap& map, Wide flat) {
  Wide source = 0;
  for (std::size_t k = map.axes.size(); k-- > 0;) {
    Wide extent = 0;
    for (const IndexRun& run : map.axes[k].runs) extent += run.count;
    const Wide index = axis_index(map.axes[k], flat % extent);
    flat /= extent;
    if (index < 0) return -1;
    source += index * map.axes[k].stride;
  }
  return source;
}

/// Values of a theorem's virtual parts.
class Reader {
 public:
  Reader(const Theorem& theorem, const std::vector<IntColumn>& columns) : theorem_(theorem), columns_(columns) {}

  Wide linear(const Linear& l, std::uint32_t cols, Wide r, Wide s) const {
    if (!l.map.axes.empty()) {
      const Wide at = map_source(l.map, r * cols + s);
      return at < 0 ? 0 : Wide{l.coefficient} * entry(l.column, at);
    }
    Wide sum = 0, present = 0;
    for (Wide t = 0; t < taps_of(l.window); ++t) {
      const Wide at = window_source(l.window, t, s);
      if (at < 0) continue;
      ++present;
      sum += entry(l.column, (l.one_row ? 0 : r) * in_cols_of(l.window) + at);
    }
    const Wide n = std::max<Wide>(1, present);
    return sum * (l.divide_by_taps ? (2 * Wide{l.coefficient} + n) / (2 * n) : Wide{l.coefficient});
  }

  Wide contraction(const Contraction& k, std::uint32_t rows, Wide c, Wide s) const {
    const Wide taps = taps_of(k.window), group = c / (rows / k.groups);
    Wide sum = 0;
    for (Wide i = 0; i < k.in_rows; ++i) {
      for (Wide t = 0; t < taps; ++t) {
        const Wide at = window_source(k.window, t, s);
        if (at < 0) continue;
        sum += Wide{entry(k.weights, (c * k.in_rows + i) * taps + t)} * entry(k.input, (group * k.in_rows + i) * in_cols_of(k.window) + at);
      }
    }
    return sum;
  }

  Wide accumulator(const Accumulator& acc, Wide r, Wide s) const {
    Wide sum = 0;
    for (const Contraction& k : acc.contractions) sum += contraction(k, acc.rows, r, s);
    for (const Linear& l : acc.linears) sum += linear(l, acc.cols, r, s);
    return sum;
  }

  Wide numerator(const Expr& e, std::uint32_t cols, Wide r, Wide s) const {
    Wide sum = e.constant;
    if (e.acc != kNone) sum += accumulator(theorem_.accumulators[e.acc], r, s);
    for (const Linear& l : e.linears) sum += linear(l, cols, r, s);
    return sum;
  }

 private:
  std::int64_t entry(ColumnId column, Wide at) const { return columns_[column].at(static_cast<std::size_t>(at)); }

  const Theorem& theorem_;
  const std::vector<IntColumn>& columns_;
};

Wide function_value(const Table& t, Wide i) {
  const Wide length = (Wide{1} << t.bits) / static_cast<Wide>(t.pieces.size()), at = i % length;
  const CubicPiece& c = t.pieces[static_cast<std::size_t>(i / length)];
  return floor_of(c[0] + c[1] * at + c[2] * at * at + c[3] * at * at * at, Wide{1} << 32);
}

/// The entries of one row; the second is 0 in a table of width 1.
using Tuple = std::array<Wide, 2>;

bool is_row(const Table& t, const Tuple& v) {
  const Wide size = Wide{1} << t.bits;
  switch (t.kind) {
    case TableKind::kRange: return v[0] >= 0 && v[0] < size;
    case TableKind::kSaturate:
      return (v[1] == 0 && v[0] >= t.lo && v[0] <= t.hi) || (v[0] == t.hi && v[1] >= 0 && v[1] < size) || (v[0] == t.lo && v[1] <= 0 && v[1] > -size);
    case TableKind::kMaximum: return (v[1] == 0 && v[0] >= 0 && v[0] < size) || (v[0] == 0 && v[1] <= 0 && v[1] > -size);
    case TableKind::kFunction: return v[0] >= t.first && v[0] < t.first + size && v[1] == function_value(t, v[0] - t.first);
    case TableKind::kColumns: break;  // what the random models use has none
  }
  return false;
}

/// The rows of a table, in order, as 5.2 lists them.
std::vector<Tuple> rows_of(const Table& t) {
  std::vector<Tuple> rows;
  const Wide size = Wide{1} << t.bits;
  const auto segment = [&](Wide length, const Tuple& first, const Tuple& step) {
    for (Wide i = 0; i < length; ++i) rows.push_back({first[0] + i * step[0], first[1] + i * step[1]});
  };
  if (t.kind == TableKind::kFunction) {
    for (Wide i = 0; i < size; ++i) rows.push_back({t.first + i, function_value(t, i)});
    return rows;
  }
  if (t.kind == TableKind::kRange) segment(size, {0, 0}, {1, 0});
  if (t.kind == TableKind::kSaturate) {
    segment(t.hi - t.lo + 1, {t.lo, 0}, {1, 0});
    segment(size, {t.hi, 0}, {0, 1});
    segment(size, {t.lo, 0}, {0, -1});
  }
  if (t.kind == TableKind::kMaximum) {
    segment(size, {0, 0}, {1, 0});
    segment(size, {0, 0}, {0, -1});
  }
  const Tuple repeated = rows[0];
  while (rows.size() % 256 != 0) rows.push_back(repeated);
  return rows;
}

/// The column that an expression consists of, with coefficient 1; kNone if it is more than that.
ColumnId alone(const Expr& e) {
  const bool plain = e.acc == kNone && e.shift == 0 && e.constant == 0 && e.linears.size() == 1 && e.linears[0].coefficient == 1;
  return plain ? e.linears[0].column : kNone;
}

/// What fills columns: a lookup, in order of the least column that it fills.
struct Rule {
  const Lookup* lookup = nullptr;
  ColumnId out = kNone, remainder = kNone;
  std::vector<ColumnId> excess = {};

  ColumnId least() const {
    ColumnId id = std::min(out, remainder);
    for (const ColumnId limb : excess) id = std::min(id, limb);
    return id;
  }
};

std::optional<Rule> rule_of(const Theorem& theorem, const Lookup& lookup) {
  const Table& table = theorem.tables[lookup.table];
  const auto& e = lookup.tuple;
  if (table.kind == TableKind::kFunction) return Rule{&lookup, alone(e[1])};
  if (table.kind == TableKind::kMaximum) return Rule{&lookup, e[0].linears[0].column};
  if (table.kind != TableKind::kSaturate || e[1].acc == kNone) return std::nullopt;
  Rule rule{&lookup, alone(e[0])};
  for (const Linear& term : e[1].linears) {
    if (term.coefficient == -1 && e[1].shift > 0) rule.remainder = term.column;
    else if (term.column != rule.out) rule.excess.push_back(term.column);
  }
  return rule;
}

void apply_rule(const Theorem& theorem, const Rule& rule, std::vector<IntColumn>& columns) {
  const Lookup& lookup = *rule.lookup;
  const Table& table = theorem.tables[lookup.table];
  const Reader reader(theorem, columns);
  IntColumn out, remainder;
  std::vector<IntColumn> excess(rule.excess.size());
  for (std::uint32_t r = 0; r < lookup.rows; ++r) {
    for (std::uint32_t s = 0; s < lookup.cols; ++s) {
      if (table.kind == TableKind::kMaximum) {
        const Wide b = -reader.linear(lookup.tuple[0].linears[1], lookup.cols, r, s), a = reader.linear(lookup.tuple[1].linears[0], lookup.cols, r, s);
        out.push_back(static_cast<std::int32_t>(std::max(a, b)));
      } else if (table.kind == TableKind::kFunction) {
        out.push_back(static_cast<std::int32_t>(function_value(table, reader.numerator(lookup.tuple[0], lookup.cols, r, s) - table.first)));
      } else {
        const Wide unit = Wide{1} << lookup.tuple[1].shift, limb = Wide{1} << table.bits;
        const Wide sum = reader.accumulator(theorem.accumulators[lookup.tuple[1].acc], r, s) + unit / 2, q = floor_of(sum, unit);
        const Wide y = std::clamp<Wide>(q, table.lo, table.hi);
        out.push_back(static_cast<std::int32_t>(y));
        remainder.push_back(static_cast<std::int32_t>(sum - q * unit));
        Wide rest = (q - y) / limb;  // towards 0
        for (IntColumn& column : excess) {
          column.push_back(static_cast<std::int32_t>(rest % limb));
          rest /= limb;
        }
      }
    }
  }
  columns[rule.out] = std::move(out);
  if (rule.remainder != kNone) columns[rule.remainder] = std::move(remainder);
  for (std::size_t k = 0; k < excess.size(); ++k) columns[rule.excess[k]] = std::move(excess[k]);
}

std::string place(const Lookup& lookup, std::uint32_t r, std::uint32_t s) {
  return "lookup \"" + lookup.name + "\" in row " + std::to_string(r) + ", column " + std::to_string(s);
}

using Counts = std::map<Tuple, Wide>;

/// Adds the tuples of one lookup.
std::optional<std::string> count_tuples(const Theorem& theorem, const Lookup& lookup, const Reader& reader, Counts& counts) {
  for (std::uint32_t r = 0; r < lookup.rows; ++r) {
    for (std::uint32_t s = 0; s < lookup.cols; ++s) {
      Tuple tuple{};
      for (std::size_t k = 0; k < lookup.tuple.size(); ++k) {
        const Expr& e = lookup.tuple[k];
        const Wide n = reader.numerator(e, lookup.cols, r, s), unit = Wide{1} << e.shift;
        if (n % unit != 0) return place(lookup, r, s) + ": the division is not exact";
        tuple[k] = n / unit;
      }
      if (!is_row(theorem.tables[lookup.table], tuple)) return place(lookup, r, s) + ": the tuple is not in the table";
      ++counts[tuple];
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> fill_by_definition(const Theorem& theorem, std::vector<IntColumn>& columns) {
  std::map<ColumnId, Rule> rules;
  for (const Lookup& lookup : theorem.lookups) {
    const std::optional<Rule> rule = rule_of(theorem, lookup);
    if (!rule) continue;
    if (!rules.emplace(rule->least(), *rule).second) return "two definitions of one column";
  }
  for (const auto& [id, rule] : rules) apply_rule(theorem, rule, columns);
  return std::nullopt;
}

std::optional<std::string> check_lookups(const Theorem& theorem, const std::vector<IntColumn>& columns) {
  const Reader reader(theorem, columns);
  std::vector<Counts> counts(theorem.tables.size());
  for (const Lookup& lookup : theorem.lookups) {
    if (auto fault = count_tuples(theorem, lookup, reader, counts[lookup.table])) return fault;
  }
  for (TableId t = 0; t < theorem.tables.size(); ++t) {
    const std::vector<Tuple> rows = rows_of(theorem.tables[t]);
    const IntColumn& found = columns[theorem.multiplicities[t]];
    if (found.size() != rows.size()) return "table " + std::to_string(t) + " has another number of rows than its multiplicities";
    Counts left = counts[t];
    for (std::size_t row = 0; row < rows.size(); ++row) {
      if (found[row] != 0) left[rows[row]] -= found[row];
    }
    for (const auto& [tuple, rest] : left) {
      if (rest != 0) return "the multiplicities of table " + std::to_string(t) + " are no counts";
    }
  }
  return std::nullopt;
}

}  // namespace tacit::random_models
