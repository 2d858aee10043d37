#include "theorem/run.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <numeric>

#include "base/contract.h"
#include "base/multiversion.h"
#include "theorem/tables.h"

namespace tacit {
namespace {

// out[s] += w * x[s]
TACIT_MULTIVERSION void multiply_add(std::int64_t* __restrict out, const std::int32_t* __restrict x, std::int32_t w, std::size_t n) {
  for (std::size_t s = 0; s < n; ++s) out[s] += static_cast<std::int64_t>(w) * x[s];
}

// sum_k a[k] b[k]
TACIT_MULTIVERSION std::int64_t dot(const std::int32_t* __restrict a, const std::int32_t* __restrict b, std::size_t n) {
  std::int64_t sum = 0;
  for (std::size_t k = 0; k < n; ++k) sum += static_cast<std::int64_t>(a[k]) * b[k];
  return sum;
}

constexpr std::size_t kBlockCols = 1024;

// The sources of every (tap, column), computed once per window.
std::vector<std::uint32_t> window_map(const Window& w) {
  std::vector<std::uint32_t> map(std::size_t{w.taps()} * w.out_cols());
  for (std::uint32_t t = 0; t < w.taps(); ++t)
    for (std::uint32_t s = 0; s < w.out_cols(); ++s) map[std::size_t{t} * w.out_cols() + s] = w.source(t, s);
  return map;
}

// acc += weights * gathered input, for the columns [begin, end). With few columns the product runs along k instead.
void contract_block(const Contraction& c, const IntColumn& weights, const IntColumn& input, const std::vector<std::uint32_t>& map,
                    std::uint32_t rows, std::uint32_t cols, std::size_t begin, std::size_t end, std::vector<std::int64_t>& out) {
  const std::size_t taps = c.window.taps(), in_cols = c.window.in_cols(), width = end - begin;
  const std::size_t inner = std::size_t{c.in_rows} * taps, rows_per_group = rows / c.groups;
  std::vector<std::int32_t> gathered(inner * width);
  for (std::size_t g = 0; g < c.groups; ++g) {
    for (std::size_t i = 0; i < c.in_rows; ++i)
      for (std::size_t t = 0; t < taps; ++t) {
        const std::int32_t* source = input.data() + (g * c.in_rows + i) * in_cols;
        for (std::size_t s = 0; s < width; ++s) {
          const std::uint32_t at = map[t * cols + begin + s];
          const std::size_t k = i * taps + t;
          gathered[width < 8 ? s * inner + k : k * width + s] = at == kNone ? 0 : source[at];
        }
      }
    for (std::size_t r = 0; r < rows_per_group; ++r) {
      const std::size_t row = g * rows_per_group + r;
      const std::int32_t* w = weights.data() + row * inner;
      std::int64_t* target = out.data() + row * cols + begin;
      if (width < 8) {
        for (std::size_t s = 0; s < width; ++s) target[s] += dot(w, gathered.data() + s * inner, inner);
      } else {
        for (std::size_t k = 0; k < inner; ++k)
          if (w[k] != 0) multiply_add(target, gathered.data() + k * width, w[k], width);
      }
    }
  }
}

void contract(const Contraction& c, const Assignment& assignment, const Accumulator& acc, std::vector<std::int64_t>& out) {
  const std::vector<std::uint32_t> map = window_map(c.window);
  for (std::size_t begin = 0; begin < acc.cols; begin += kBlockCols) {
    const std::size_t end = std::min<std::size_t>(acc.cols, begin + kBlockCols);
    contract_block(c, assignment.columns[c.weights], assignment.columns[c.input], map, acc.rows, acc.cols, begin, end, out);
  }
}

void add_linear(const Linear& l, const Assignment& assignment, std::uint32_t rows, std::uint32_t cols, std::vector<std::int64_t>& out) {
  const IntColumn& source = assignment.columns[l.column];
  if (!l.map.empty()) {
    const std::vector<std::uint32_t> at = l.map.sources();
    for (std::size_t i = 0; i < out.size(); ++i)
      if (at[i] != kNone) out[i] += l.coefficient * source[at[i]];
    return;
  }
  const std::size_t in_cols = l.window.in_cols();
  if (l.window.is_identity() && !l.one_row && !l.divide_by_taps) {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] += l.coefficient * source[i];
    return;
  }
  for (std::uint32_t t = 0; t < l.window.taps(); ++t)
    for (std::uint32_t s = 0; s < cols; ++s) {
      const std::uint32_t at = l.window.source(t, s);
      if (at == kNone) continue;
      const std::int64_t k = l.coefficient_at(s);
      for (std::size_t r = 0; r < rows; ++r) out[r * cols + s] += k * source[(l.one_row ? 0 : r * in_cols) + at];
    }
}

void fill(const Theorem& theorem, Assignment& assignment, const Requantise& r) {
  std::vector<std::int64_t>& acc = assignment.accumulators[r.acc];
  acc = evaluate(theorem, assignment, theorem.accumulators[r.acc]);
  const bool rounds = r.shift > 0;
  IntColumn y(acc.size()), remainder(rounds ? acc.size() : 0);
  std::vector<IntColumn> excess(r.excess.size(), IntColumn(acc.size()));
  const std::int64_t unit = std::int64_t{1} << r.shift, half = unit / 2, limb = (std::int64_t{1} << r.limb_bits) - 1;
  for (std::size_t i = 0; i < acc.size(); ++i) {
    const std::int64_t q = (acc[i] + half) >> r.shift;
    const std::int64_t value = std::clamp(q, r.lo, r.hi), e = q - value;
    y[i] = static_cast<std::int32_t>(value);
    if (rounds) remainder[i] = static_cast<std::int32_t>((acc[i] + half) & (unit - 1));
    std::int64_t rest = std::abs(e) >> r.limb_bits;
    for (IntColumn& column : excess) {
      const auto digit = static_cast<std::int32_t>(&column == &excess.back() ? rest : rest & limb);
      column[i] = e >= 0 ? digit : -digit;
      rest >>= r.limb_bits;
    }
  }
  assignment.columns[r.y] = std::move(y);
  if (rounds) assignment.columns[r.remainder] = std::move(remainder);
  for (std::size_t k = 0; k < excess.size(); ++k) assignment.columns[r.excess[k]] = std::move(excess[k]);
}

void fill(const Theorem& theorem, Assignment& assignment, const Maximum& m) {
  const Column& out = theorem.columns[m.out];
  IntColumn& values = assignment.columns[m.out];
  std::vector<std::int64_t> a(out.size(), 0), b(out.size(), 0);
  add_linear(m.a, assignment, out.rows, out.cols, a);
  add_linear(m.b, assignment, out.rows, out.cols, b);
  values.resize(out.size());
  for (std::size_t i = 0; i < a.size(); ++i) values[i] = static_cast<std::int32_t>(std::max(a[i], b[i]));
}

// A function's domain holds every legal argument (check_totality). Where a hostile input leaves it, the nearest end gives a
// value, and no proof.
void fill(const Theorem& theorem, Assignment& assignment, const Apply& apply) {
  const Table& table = theorem.tables[apply.lookup.table];
  const std::vector<std::int32_t> function = function_values(table);
  const Lookup& l = apply.lookup;
  const std::vector<std::int64_t> arguments = numerators(theorem, assignment, l.rows, l.cols, l.tuple[0]);
  IntColumn& values = assignment.columns[apply.out];
  values.resize(arguments.size());
  const auto last = static_cast<std::int64_t>(function.size()) - 1;
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = function[static_cast<std::size_t>(std::clamp<std::int64_t>(arguments[i] - table.first, 0, last))];
}

// As of a function: an address outside gives the nearest entry, and no proof.
void fill(const Theorem& theorem, Assignment& assignment, const Fetch& fetch) {
  const Lookup& l = fetch.lookup;
  const Table& table = theorem.tables[l.table];
  std::vector<std::int64_t> addresses = numerators(theorem, assignment, l.rows, l.cols, l.tuple[0]);
  const auto last = static_cast<std::int64_t>(table_rows(table)) - 1;
  for (std::int64_t& address : addresses) address = std::clamp<std::int64_t>(address, 0, last);
  for (std::size_t k = 0; k < fetch.out.size(); ++k) {
    const std::vector<std::int64_t> entries = numerators(theorem, assignment, table.rows, table.cols, table.entries[k]);
    IntColumn& values = assignment.columns[fetch.out[k]];
    values.resize(addresses.size());
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<std::int32_t>(entries[static_cast<std::size_t>(addresses[i])]);
  }
}

}  // namespace

std::vector<std::int64_t> evaluate(const Theorem&, const Assignment& assignment, const Accumulator& acc) {
  std::vector<std::int64_t> out(std::size_t{acc.rows} * acc.cols, 0);
  for (const Contraction& c : acc.contractions) contract(c, assignment, acc, out);
  for (const Linear& l : acc.linears) add_linear(l, assignment, acc.rows, acc.cols, out);
  return out;
}

std::int64_t requantised(std::int64_t acc, std::uint32_t shift, std::int64_t lo, std::int64_t hi) {
  return std::clamp((acc + (std::int64_t{1} << shift) / 2) >> shift, lo, hi);
}

void run_steps(const Theorem& theorem, Assignment& assignment) {
  assignment.columns.resize(theorem.columns.size());
  assignment.accumulators.resize(theorem.accumulators.size());
  for (const Step& step : theorem.steps) {
    switch (step.kind) {
      case StepKind::kRequantise: fill(theorem, assignment, step.requantise); break;
      case StepKind::kMaximum: fill(theorem, assignment, step.maximum); break;
      case StepKind::kApply: fill(theorem, assignment, step.apply); break;
      case StepKind::kFetch: fill(theorem, assignment, step.fetch); break;
    }
  }
}

std::vector<std::int64_t> numerators(const Theorem& t, const Assignment& assignment, std::uint32_t rows, std::uint32_t cols, const Expr& e) {
  std::vector<std::int64_t> out(std::size_t{rows} * cols, 0);
  if (e.acc != kNone) {
    const bool known = e.acc < assignment.accumulators.size() && !assignment.accumulators[e.acc].empty();
    out = known ? assignment.accumulators[e.acc] : evaluate(t, assignment, t.accumulators[e.acc]);
  }
  for (const Linear& term : e.linears) add_linear(term, assignment, rows, cols, out);
  for (std::int64_t& v : out) v += e.constant;
  if (!e.has_steps()) return out;
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t s = 0; s < cols; ++s)
      out[r * cols + s] += e.row_step * static_cast<std::int64_t>(r) + e.col_step * static_cast<std::int64_t>(s);
  return out;
}

std::vector<std::vector<std::int64_t>> table_values(const Theorem& t, const Assignment& assignment, TableId id) {
  const Table& table = t.tables[id];
  std::vector<std::vector<std::int64_t>> out;
  if (is_public(table)) {
    for (std::size_t k = 0; k < table_width(table); ++k) out.push_back(table_entries(table, k));
    return out;
  }
  out.emplace_back(table_rows(table));
  std::iota(out[0].begin(), out[0].end(), 0);
  for (const Expr& e : table.entries) out.push_back(numerators(t, assignment, table.rows, table.cols, e));
  return out;
}

namespace {

Error not_in_table(const Lookup& l, std::size_t row, const std::vector<std::int64_t>& v) {
  std::string tuple;
  for (const std::int64_t entry : v) tuple += (tuple.empty() ? "" : ", ") + std::to_string(entry);
  return bad_input("row " + std::to_string(row / l.cols) + ", column " + std::to_string(row % l.cols) + ": (" + tuple + ") is not in the table", l.name);
}

}  // namespace

TupleFinder::TupleFinder(const Theorem& t, const Assignment& assignment, TableId id) : table_(t.tables[id]) {
  if (!is_public(table_)) values_ = table_values(t, assignment, id);
}

std::optional<std::uint64_t> TupleFinder::find(const std::vector<std::int64_t>& v) const {
  if (is_public(table_)) return table_find(table_, {v[0], v.size() > 1 ? v[1] : 0});
  if (v[0] < 0 || v[0] >= static_cast<std::int64_t>(values_[0].size())) return std::nullopt;
  const auto row = static_cast<std::size_t>(v[0]);
  for (std::size_t k = 1; k < v.size(); ++k)
    if (values_[k][row] != v[k]) return std::nullopt;
  return row;
}

Status count_multiplicities(const Theorem& theorem, Assignment& assignment) {
  assignment.columns.resize(theorem.columns.size());
  for (ColumnId id : theorem.multiplicities) assignment.columns[id].assign(theorem.columns[id].size(), 0);
  std::map<TableId, TupleFinder> finders;
  for (const Lookup& l : theorem.lookups) {
    const TupleFinder& finder = finders.try_emplace(l.table, theorem, assignment, l.table).first->second;
    std::vector<std::vector<std::int64_t>> entries;
    for (const Expr& e : l.tuple) entries.push_back(numerators(theorem, assignment, l.rows, l.cols, e));
    IntColumn& counts = assignment.columns[theorem.multiplicities[l.table]];
    std::vector<std::int64_t> v(l.tuple.size());
    for (std::size_t row = 0; row < entries[0].size(); ++row) {
      for (std::size_t k = 0; k < v.size(); ++k) {
        const std::int64_t n = entries[k][row], unit = std::int64_t{1} << l.tuple[k].shift;
        if (n % unit != 0) return not_in_table(l, row, {n, unit});
        v[k] = n / unit;
      }
      const auto at = finder.find(v);
      if (!at) return not_in_table(l, row, v);
      ++counts[*at];
    }
  }
  return Unit{};
}

}  // namespace tacit
