#include "export/columns.h"

#include <algorithm>
#include <cstdlib>

#include "theorem/tables.h"

namespace tacit {
namespace {

Integers dims_of(std::uint64_t rows, std::uint64_t cols) { return {static_cast<std::int64_t>(rows), static_cast<std::int64_t>(cols)}; }

/// Sources in the order [tap][output column]; `absent` where there is none.
std::vector<std::uint32_t> sources_of(const Window& w, std::uint32_t absent, bool& has_absent) {
  std::vector<std::uint32_t> out;
  for (std::uint32_t t = 0; t < w.taps(); ++t)
    for (std::uint32_t s = 0; s < w.out_cols(); ++s) {
      const std::uint32_t at = w.source(t, s);
      has_absent |= at == kNone;
      out.push_back(at == kNone ? absent : at);
    }
  return out;
}

double largest(const Column& c) { return std::max(std::abs(static_cast<double>(c.lo)), std::abs(static_cast<double>(c.hi))); }

/// Sums of whole numbers below this are exact in float64, in whatever order they are added.
constexpr double kExactDouble = 0x1p53;

}  // namespace

ColumnWriter::ColumnWriter(const Theorem& theorem, const std::vector<IntColumn>& weights, GraphWriter& graph)
    : theorem_(theorem), weights_(weights), graph_(graph), columns_(theorem.columns.size()) {}

const Value& ColumnWriter::column(ColumnId id) {
  Value& value = columns_[id];
  if (!value.empty()) return value;
  const Column& c = theorem_.columns[id];
  if (c.home == Home::kWeights) {
    value = graph_.cast(graph_.narrow(dims_of(c.rows, c.cols), weights_[id]), OnnxType::kInt64);
  } else if (!fault_) {
    fault_ = unsupported("it is read, but no part of the exported graph computes it", "column " + c.name);
  }
  return value;
}

Value ColumnWriter::as_double(ColumnId id) {
  Value& value = doubles_[id];
  if (!value.empty()) return value;
  const Column& c = theorem_.columns[id];
  const bool constant = c.home == Home::kWeights && columns_[id].empty();
  value = graph_.cast(constant ? graph_.narrow(dims_of(c.rows, c.cols), weights_[id]) : column(id), OnnxType::kDouble);
  return value;
}

/// [rows, taps * out_cols] of the column read as [rows, in_cols]: zero where a tap is outside.
Value ColumnWriter::windowed(ColumnId id, bool real, std::uint32_t rows, const Window& w) {
  const Column& c = theorem_.columns[id];
  Value x = real ? as_double(id) : column(id);
  if (c.rows != rows || c.cols != w.in_cols()) x = graph_.reshape(x, dims_of(rows, w.in_cols()));
  if (w.is_identity()) return x;
  bool has_absent = false;
  const std::vector<std::uint32_t> at = sources_of(w, w.in_cols(), has_absent);
  if (has_absent) {
    const Integers dims = dims_of(rows, 1);
    x = graph_.concat(x, real ? graph_.reals(dims, std::vector<double>(rows)) : graph_.integers(dims, Integers(rows)), 1);
  }
  return graph_.gather(x, graph_.indices({static_cast<std::int64_t>(at.size())}, at), 1);
}

Value ColumnWriter::contraction(const Contraction& c, const Accumulator& acc) {
  const std::uint64_t inner = std::uint64_t{c.in_rows} * c.window.taps(), group_rows = acc.rows / c.groups;
  const double most = static_cast<double>(inner) * largest(theorem_.columns[c.weights]) * largest(theorem_.columns[c.input]);
  const bool product = inner == 1 && group_rows == 1;  // of one entry of each side
  const bool real = !product && most < kExactDouble;
  const Value x = windowed(c.input, real, c.groups * c.in_rows, c.window);
  const Value w = real ? as_double(c.weights) : column(c.weights);
  if (product) return graph_.node("Mul", {graph_.reshape(w, dims_of(acc.rows, 1)), x});
  const auto groups = static_cast<std::int64_t>(c.groups), n = static_cast<std::int64_t>(inner), cols = static_cast<std::int64_t>(acc.cols);
  const Value left = graph_.reshape(w, {groups, static_cast<std::int64_t>(group_rows), n});
  const Value out = graph_.reshape(graph_.node("MatMul", {left, graph_.reshape(x, {groups, n, cols})}), dims_of(acc.rows, acc.cols));
  return real ? graph_.cast(out, OnnxType::kInt64) : out;
}

Value ColumnWriter::mapped(const Linear& l, std::uint32_t rows, std::uint32_t cols) {
  std::vector<std::uint32_t> at = l.map.sources();
  const auto size = static_cast<std::uint32_t>(theorem_.columns[l.column].size());
  Value flat = graph_.reshape(column(l.column), {size});
  if (std::find(at.begin(), at.end(), kNone) != at.end()) {
    std::replace(at.begin(), at.end(), kNone, size);
    flat = graph_.concat(flat, graph_.integers({1}, {0}), 0);
  }
  return graph_.gather(flat, graph_.indices(dims_of(rows, cols), at), 0);
}

ColumnWriter::Term ColumnWriter::linear(const Linear& l, std::uint32_t rows, std::uint32_t cols) {
  Term term;
  if (!l.map.empty()) {
    term.value = mapped(l, rows, cols);
  } else {
    const std::uint32_t source_rows = l.one_row ? 1 : rows;
    term.whole = source_rows == rows;
    term.value = windowed(l.column, false, source_rows, l.window);
    if (l.window.taps() > 1)
      term.value = graph_.reduce_sum(graph_.reshape(term.value, {source_rows, l.window.taps(), cols}), 1);
  }
  if (l.divide_by_taps) {
    Integers each(cols);
    for (std::uint32_t s = 0; s < cols; ++s) each[s] = l.coefficient_at(s);
    term.value = graph_.node("Mul", {term.value, graph_.integers(dims_of(1, cols), each)});
  } else if (l.coefficient != 1) {
    term.value = graph_.node("Mul", {term.value, graph_.integer(l.coefficient)});
  }
  return term;
}

Value ColumnWriter::sum(const std::vector<Term>& terms, std::uint32_t rows, std::uint32_t cols) {
  Value total;
  bool whole = false;
  for (const Term& term : terms) {
    total = total.empty() ? term.value : graph_.node("Add", {total, term.value});
    whole |= term.whole;
  }
  if (whole) return total;
  return graph_.node("Expand", {total.empty() ? graph_.integer(0) : total, graph_.integers({2}, dims_of(rows, cols))});
}

const Value& ColumnWriter::accumulator(AccId id) {
  Value& value = accumulators_[id];
  if (!value.empty()) return value;
  const Accumulator& acc = theorem_.accumulators[id];
  std::vector<Term> terms;
  for (const Contraction& c : acc.contractions) terms.push_back({contraction(c, acc), true});
  for (const Linear& l : acc.linears) terms.push_back(linear(l, acc.rows, acc.cols));
  value = sum(terms, acc.rows, acc.cols);
  return value;
}

/// Its numerators, [rows, cols].
Value ColumnWriter::expression(const Expr& e, std::uint32_t rows, std::uint32_t cols) {
  std::vector<Term> terms;
  if (e.acc != kNone) terms.push_back({accumulator(e.acc), true});
  for (const Linear& l : e.linears) terms.push_back(linear(l, rows, cols));
  if (e.constant != 0) terms.push_back({graph_.integer(e.constant), false});
  auto steps = [&](std::int64_t step, std::uint32_t count, const Integers& dims) {
    Integers each(count);
    for (std::uint32_t k = 0; k < count; ++k) each[k] = step * k;
    if (step != 0) terms.push_back({graph_.integers(dims, each), false});
  };
  steps(e.row_step, rows, dims_of(rows, 1));
  steps(e.col_step, cols, dims_of(1, cols));
  return sum(terms, rows, cols);
}

/// q = floor((acc + 2^(shift-1)) / 2^shift) without a division of negative numbers, which rounds towards zero.
void ColumnWriter::write(const Requantise& r) {
  Value q = accumulator(r.acc);
  if (r.shift > 0) {
    const std::int64_t unit = std::int64_t{1} << r.shift;
    const Value rounded = graph_.node("Add", {q, graph_.integer(unit / 2)});
    const Value remainder = graph_.node("Mod", {rounded, graph_.integer(unit)});
    q = graph_.node("Div", {graph_.node("Sub", {rounded, remainder}), graph_.integer(unit)});
    columns_[r.remainder] = remainder;
  }
  columns_[r.y] = graph_.clip(q, r.lo, r.hi);
}

void ColumnWriter::write(const Maximum& m) {
  const Column& out = theorem_.columns[m.out];
  const Value a = sum({linear(m.a, out.rows, out.cols)}, out.rows, out.cols), b = sum({linear(m.b, out.rows, out.cols)}, out.rows, out.cols);
  columns_[m.out] = graph_.node("Max", {a, b});
}

void ColumnWriter::write(const Apply& apply) {
  const Lookup& l = apply.lookup;
  const Table& table = theorem_.tables[l.table];
  Value& values = functions_[l.table];
  if (values.empty()) {
    const std::vector<std::int32_t> function = function_values(table);
    values = graph_.narrow({static_cast<std::int64_t>(function.size())}, function);
  }
  Value argument = expression(l.tuple[0], l.rows, l.cols);
  if (table.first != 0) argument = graph_.node("Sub", {argument, graph_.integer(table.first)});
  const Value at = graph_.clip(argument, 0, (std::int64_t{1} << table.bits) - 1);
  columns_[apply.out] = graph_.cast(graph_.gather(values, at, 0), OnnxType::kInt64);
}

void ColumnWriter::write(const Fetch& fetch) {
  const Lookup& l = fetch.lookup;
  const Table& table = theorem_.tables[l.table];
  const auto size = static_cast<std::int64_t>(table_rows(table));
  const Value address = graph_.clip(expression(l.tuple[0], l.rows, l.cols), 0, size - 1);
  for (std::size_t k = 0; k < fetch.out.size(); ++k) {
    const Value entries = graph_.reshape(expression(table.entries[k], table.rows, table.cols), {size});
    columns_[fetch.out[k]] = graph_.gather(entries, address, 0);
  }
}

void ColumnWriter::write_steps() {
  for (const Step& step : theorem_.steps) {
    switch (step.kind) {
      case StepKind::kRequantise: write(step.requantise); break;
      case StepKind::kMaximum: write(step.maximum); break;
      case StepKind::kApply: write(step.apply); break;
      case StepKind::kFetch: write(step.fetch); break;
    }
    if (fault_) return;
  }
}

}  // namespace tacit
