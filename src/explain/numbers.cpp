// Sections 1 to 3: the integers of an inference, how each comes from others, and the relations that say so.
#include <algorithm>

#include "explain/writer.h"
#include "theorem/tables.h"

namespace tacit {
namespace {

const std::string& name_of(const Theorem& t, ColumnId id) { return t.columns[id].name; }

std::string extent(const Column& c) { return std::to_string(c.rows) + " x " + std::to_string(c.cols); }

/// One summand: coefficient * factor, or factor alone.
struct Summand {
  std::int64_t a = 1, b = 0;
  std::string text() const { return a == 1 ? factor(b) : factor(a) + "*" + factor(b); }
};

std::int64_t sum_of(const std::vector<Summand>& summands) {
  std::int64_t out = 0;
  for (const Summand& s : summands) out += s.a * s.b;
  return out;
}

std::string sum_text(const std::vector<Summand>& summands) {
  std::vector<std::string> texts;
  for (const Summand& s : summands) texts.push_back(s.text());
  return texts.empty() ? "0" : list_text(texts, " + ");
}

class Reader {
 public:
  Reader(const Theorem& theorem, const Assignment& assignment) : t_(theorem), a_(assignment) {}

  std::vector<Summand> summands(const Accumulator& acc, std::uint32_t r, std::uint32_t s) const {
    std::vector<Summand> out;
    for (const Contraction& c : acc.contractions) add(out, c, acc.rows, r, s);
    for (const Linear& l : acc.linears) add(out, l, acc.cols, r, s);
    return out;
  }
  /// The numerator of an expression; an accumulator is one summand.
  std::vector<Summand> summands(const Expr& e, std::uint32_t cols, std::uint32_t r, std::uint32_t s) const {
    std::vector<Summand> out;
    if (e.acc != kNone) out.push_back({1, a_.accumulators[e.acc][r * cols + s]});
    for (const Linear& l : e.linears) add(out, l, cols, r, s);
    const std::int64_t constant = e.constant + e.row_step * r + e.col_step * s;
    if (constant != 0 || out.empty()) out.push_back({1, constant});
    return out;
  }

 private:
  void add(std::vector<Summand>& out, const Contraction& c, std::uint32_t rows, std::uint32_t r, std::uint32_t s) const {
    const std::uint32_t taps = c.window.taps(), group = r / (rows / c.groups);
    for (std::uint32_t i = 0; i < c.in_rows; ++i)
      for (std::uint32_t t = 0; t < taps; ++t) {
        const std::uint32_t source = c.window.source(t, s);
        if (source == kNone) continue;
        const std::uint64_t w = (std::uint64_t{r} * c.in_rows + i) * taps + t;
        out.push_back({a_.columns[c.weights][w], a_.columns[c.input][(std::uint64_t{group} * c.in_rows + i) * c.window.in_cols() + source]});
      }
  }
  void add(std::vector<Summand>& out, const Linear& l, std::uint32_t cols, std::uint32_t r, std::uint32_t s) const {
    if (!l.map.empty()) {
      const std::uint32_t source = l.map.sources()[r * cols + s];
      if (source != kNone) out.push_back({l.coefficient, a_.columns[l.column][source]});
      return;
    }
    for (std::uint32_t t = 0; t < l.window.taps(); ++t) {
      const std::uint32_t source = l.window.source(t, s);
      if (source == kNone) continue;
      out.push_back({l.coefficient_at(s), a_.columns[l.column][std::uint64_t{l.one_row ? 0 : r} * l.window.in_cols() + source]});
    }
  }

  const Theorem& t_;
  const Assignment& a_;
};

std::string of_several(std::uint64_t entries) {
  return entries == 1 ? "" : "   (the first of " + std::to_string(entries) + " entries)";
}

void say_port(SectionWriter& out, const Port& port, const std::vector<double>& values, const std::vector<IntColumn>& columns) {
  std::vector<std::int64_t> integers = to_logical(port, columns);
  if (port.has_digits()) {
    for (std::int64_t& v : integers) v += kLowOffset;
    out.say("  input " + visible(port.name) + ": each number is read exactly, as its place among all float32 numbers in their order, so that");
    out.say("  comparing places is comparing numbers. Two digits hold a place: 65536 * high + low.");
  } else {
    out.say("  input " + visible(port.name) + ", scale " + real_text(port.scale) + ": integer = round(value / scale)" +
            (port.row_shifts.empty() ? "" : "; features of other sizes have scales of their own"));
  }
  out.say("      value           integer" + std::string(port.has_digits() ? "" : "         integer * scale"));
  const std::vector<double> back = port.has_digits() ? std::vector<double>{} : dequantise(port, columns);
  for (std::size_t i = 0; i < values.size() && i < kShown; ++i) {
    std::string line = "      " + real_text(values[i]);
    line.resize(std::max<std::size_t>(line.size() + 1, 22), ' ');
    line += std::to_string(integers[i]);
    if (!back.empty()) {
      line.resize(std::max<std::size_t>(line.size() + 1, 38), ' ');
      line += real_text(back[i]);
    }
    out.say(line);
  }
  if (values.size() > kShown) out.say("      ... (" + std::to_string(values.size() - kShown) + " more)");
  out.note("input " + port.name, integers);
}

void say_requantise(SectionWriter& out, const Theorem& t, const Reader& reader, const Assignment& a, const Requantise& r) {
  const Accumulator& acc = t.accumulators[r.acc];
  const std::vector<Summand> summands = reader.summands(acc, 0, 0);
  const std::int64_t sum = a.accumulators[r.acc][0];
  TACIT_EXPECTS(sum_of(summands) == sum, "the summands that are shown are those of the sum");
  out.say("  " + visible(acc.name) + of_several(std::uint64_t{acc.rows} * acc.cols));
  out.say("      sum = " + sum_text(summands) + " = " + std::to_string(sum));
  const std::int64_t y = a.columns[r.y][0], half = r.shift == 0 ? 0 : std::int64_t{1} << (r.shift - 1);
  if (r.lo == 0 && r.hi == 1 && r.shift == 0) {
    out.say("      is it 1 or more?  " + std::string(y == 1 ? "yes: 1" : "no: 0"));
  } else if (r.shift != 0) {
    const std::int64_t q = (sum + half) >> r.shift;
    out.say("      rounded: (sum + " + std::to_string(half) + ") / 2^" + std::to_string(r.shift) + " = " + std::to_string(q) + ", remainder " +
            std::to_string(a.columns[r.remainder][0]) + "; kept within " + std::to_string(r.lo) + " .. " + std::to_string(r.hi) + ": " + std::to_string(y));
  } else {
    out.say("      kept within " + std::to_string(r.lo) + " .. " + std::to_string(r.hi) + ": " + std::to_string(y));
  }
  out.note("sum " + acc.name, a.accumulators[r.acc]);
  out.note(name_of(t, r.y), a.columns[r.y]);
  if (r.remainder != kNone) out.note(name_of(t, r.remainder), a.columns[r.remainder]);
}

/// What an entry of a table is called: "feature", of a column x.feature; "threshold", of x.threshold.high and x.threshold.low.
std::string entry_name(const Theorem& t, const Expr& e) {
  if (e.linears.empty()) return "entry";
  std::string name = name_of(t, e.linears[0].column);
  if (e.linears.size() > 1) name = name.substr(0, name.rfind('.'));
  const std::size_t dot = name.rfind('.');
  return visible(dot == std::string::npos ? name : name.substr(dot + 1));
}

std::string value_text(const std::vector<Summand>& summands, const Expr& e) {
  const std::int64_t value = sum_of(summands) >> e.shift;
  if (summands.size() == 1 && summands[0].a == 1 && e.shift == 0) return std::to_string(value);
  const std::string sum = sum_text(summands);
  return (e.shift == 0 ? sum : "(" + sum + ") / 2^" + std::to_string(e.shift)) + " = " + std::to_string(value);
}

void say_step(SectionWriter& out, const Theorem& t, const Reader& reader, const Assignment& a, const Step& step) {
  switch (step.kind) {
    case StepKind::kRequantise: return say_requantise(out, t, reader, a, step.requantise);
    case StepKind::kMaximum:
      out.say("  " + visible(name_of(t, step.maximum.out)) + ": the larger of two entries is " + std::to_string(a.columns[step.maximum.out][0]) +
              of_several(t.columns[step.maximum.out].size()));
      return out.note(name_of(t, step.maximum.out), a.columns[step.maximum.out]);
    case StepKind::kApply: {
      const Lookup& l = step.apply.lookup;
      out.say("  " + visible(l.name) + ": a function's table at " + value_text(reader.summands(l.tuple[0], l.cols, 0, 0), l.tuple[0]) + " holds " +
              std::to_string(a.columns[step.apply.out][0]) + of_several(std::uint64_t{l.rows} * l.cols));
      return out.note(name_of(t, step.apply.out), a.columns[step.apply.out]);
    }
    case StepKind::kFetch: {
      const Lookup& l = step.fetch.lookup;
      std::vector<std::string> found;
      for (std::size_t k = 0; k < step.fetch.out.size(); ++k)
        found.push_back(entry_name(t, t.tables[l.table].entries[k]) + " = " + std::to_string(a.columns[step.fetch.out[k]][0]));
      out.say("  " + visible(l.name) + ": row " + value_text(reader.summands(l.tuple[0], l.cols, 0, 0), l.tuple[0]) + " of table " + std::to_string(l.table) +
              " holds " + list_text(found) + of_several(std::uint64_t{l.rows} * l.cols));
      for (const ColumnId id : step.fetch.out) out.note(name_of(t, id), a.columns[id]);
      return;
    }
  }
}

std::string table_text(const Theorem& t, TableId id) {
  const Table& table = t.tables[id];
  const std::string top = std::to_string((std::int64_t{1} << table.bits) - 1);
  switch (table.kind) {
    case TableKind::kRange: return "the numbers 0 .. " + top + ": a number in it has no more than " + std::to_string(table.bits) + " bits";
    case TableKind::kSaturate:
      return "(y, e): y in " + std::to_string(table.lo) + " .. " + std::to_string(table.hi) + " with e = 0, or y at an end with an excess e of up to " + top +
             " on that side";
    case TableKind::kMaximum: return "(u, e): u in 0 .. " + top + " with e = 0, or u = 0 with e in -" + top + " .. 0";
    case TableKind::kFunction: return "(x, f(x)) for " + std::to_string(std::uint64_t{1} << table.bits) + " x from " + std::to_string(table.first) + " on";
    case TableKind::kColumns: {
      std::vector<std::string> entries;
      for (const Expr& e : table.entries) {
        std::vector<std::string> terms;
        for (const Linear& l : e.linears) terms.push_back((l.coefficient == 1 ? "" : std::to_string(l.coefficient) + "*") + visible(name_of(t, l.column)));
        entries.push_back(list_text(terms, " + "));
      }
      return "(place, " + list_text(entries) + ") for " + std::to_string(table_rows(table)) + " places";
    }
  }
  return "";
}

}  // namespace

Section explain_numbers(const ProverModel& model, const RealNumbers& real, const Account& account) {
  const Theorem& t = model.theorem;
  SectionWriter out("1 From real numbers to integers");
  out.say("A proof speaks of integers. Every tensor is an array of integers times a scale, which was chosen when the model was compiled.");
  const std::vector<Port>& inputs = model.key.core.ports.inputs;
  for (std::size_t i = 0; i < inputs.size(); ++i) say_port(out, inputs[i], real.inputs[i], account.assignment.columns);
  for (ColumnId id = 0; id < t.columns.size(); ++id) {
    if (t.columns[id].home != Home::kWeights) continue;
    out.say("  weights " + visible(name_of(t, id)) + ", " + extent(t.columns[id]) + ": " + list_text(account.assignment.columns[id]));
    out.note("weights " + name_of(t, id), account.assignment.columns[id]);
  }
  return out.take();
}

Section explain_steps(const ProverModel& model, const RealNumbers& real, const Account& account) {
  const Reader reader(model.theorem, account.assignment);
  SectionWriter out("2 The model in integers");
  out.say("These are the model's own steps: sums of products, roundings, and entries taken from tables.");
  for (const Step& step : model.theorem.steps) say_step(out, model.theorem, reader, account.assignment, step);
  const std::vector<Port>& outputs = model.key.core.ports.outputs;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const std::vector<std::int64_t> integers = to_logical(outputs[i], account.assignment.columns);
    const double value = dequantise(outputs[i], account.assignment.columns)[0];
    std::string line = "  output " + visible(outputs[i].name) + " = " + std::to_string(integers[0]) + " * scale " + real_text(outputs[i].scale) + " = " + real_text(value);
    if (i < real.outputs.size() && !real.outputs[i].empty()) line += "; the model in floating point says " + real_text(real.outputs[i][0]);
    out.say(line + of_several(integers.size()));
    out.note("output " + outputs[i].name, integers);
  }
  return out.take();
}

Section explain_relations(const ProverModel& model, const Account& account) {
  const Theorem& t = model.theorem;
  const Reader reader(t, account.assignment);
  SectionWriter out("3 What has to be shown, as relations");
  out.say("The prover commits to all these integers, column by column. What ties them together is one kind of relation: a tuple of");
  out.say("sums of columns is a row of a table. The verifier knows relations and tables; with private data it knows no entry.");
  for (TableId id = 0; id < t.tables.size(); ++id) out.say("  table " + std::to_string(id) + ": " + table_text(t, id));
  for (const Lookup& l : t.lookups) {
    std::vector<std::string> texts;
    std::vector<std::int64_t> tuple;
    for (const Expr& e : l.tuple) {
      const std::vector<Summand> summands = reader.summands(e, l.cols, 0, 0);
      TACIT_EXPECTS(sum_of(summands) == numerators(t, account.assignment, l.rows, l.cols, e)[0], "the summands that are shown are those of the relation");
      texts.push_back(value_text(summands, e));
      tuple.push_back(sum_of(summands) >> e.shift);
    }
    const auto row = TupleFinder(t, account.assignment, l.table).find(tuple);
    TACIT_EXPECTS(row.has_value(), "a proven tuple is in its table");
    out.say("  " + visible(l.name) + of_several(std::uint64_t{l.rows} * l.cols));
    out.say("      (" + list_text(texts, ",  ") + ")  is row " + std::to_string(*row) + " of table " + std::to_string(l.table));
    out.note(l.name, tuple);
  }
  out.say("Where a result is rounded, one relation bounds the remainder and the last says that sum, remainder and result agree:");
  out.say("the division is exact and what is left of it is a row of the table. So no other result fits the same sum.");
  return out.take();
}

}  // namespace tacit
