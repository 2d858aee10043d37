#include "random_models/naive.h"

#include <algorithm>
#include <map>
#include <utility>

#include "random_models/naive_tables.h"

namespace tacit::random_models {
namespace {

/// The column that an expression consists of, with coefficient 1; kNone if it is more than that.
ColumnId alone(const Expr& e) {
  const bool level = e.acc == kNone && e.shift == 0 && e.constant == 0 && e.row_step == 0 && e.col_step == 0;
  const bool plain = level && e.linears.size() == 1 && e.linears[0].coefficient == 1 && e.linears[0].map.axes.empty();
  return plain ? e.linears[0].column : kNone;
}

/// What fills columns: a lookup, in order of the least column that it fills.
struct Rule {
  const Lookup* lookup = nullptr;
  ColumnId out = kNone, remainder = kNone;
  std::vector<ColumnId> others = {};  ///< limbs of a requantisation from the second lowest on; further columns of a fetch

  ColumnId least() const {
    ColumnId id = std::min(out, remainder);
    for (const ColumnId other : others) id = std::min(id, other);
    return id;
  }
};

std::optional<Rule> rule_of(const Theorem& theorem, const Lookup& lookup) {
  const Table& table = theorem.tables[lookup.table];
  const auto& e = lookup.tuple;
  if (table.kind == TableKind::kFunction) return Rule{&lookup, alone(e[1])};
  if (table.kind == TableKind::kMaximum) return Rule{&lookup, e[0].linears[0].column};
  if (table.kind == TableKind::kColumns) {
    Rule rule{&lookup, alone(e[1])};
    for (std::size_t k = 2; k < e.size(); ++k) rule.others.push_back(alone(e[k]));
    return rule;
  }
  if (table.kind != TableKind::kSaturate || e[1].acc == kNone) return std::nullopt;
  Rule rule{&lookup, alone(e[0])};
  for (const Linear& term : e[1].linears) {
    if (term.coefficient == -1 && e[1].shift > 0) rule.remainder = term.column;
    else if (term.column != rule.out) rule.others.push_back(term.column);
  }
  return rule;
}

/// Entries of the columns that a rule fills, one after the other.
struct Filled {
  IntColumn out, remainder;
  std::vector<IntColumn> others;
};

std::int32_t narrow(Wide v) { return static_cast<std::int32_t>(v); }

void requantise(const Theorem& theorem, const Lookup& lookup, const Reader& reader, std::uint32_t r, std::uint32_t s, Filled& to) {
  const Table& table = theorem.tables[lookup.table];
  const Wide unit = Wide{1} << lookup.tuple[1].shift, limb = Wide{1} << table.bits;
  const Wide sum = reader.accumulator(theorem.accumulators[lookup.tuple[1].acc], r, s) + unit / 2, q = floor_of(sum, unit);
  const Wide y = std::clamp<Wide>(q, table.lo, table.hi);
  to.out.push_back(narrow(y));
  to.remainder.push_back(narrow(sum - q * unit));
  Wide rest = (q - y) / limb;  // towards 0
  for (IntColumn& column : to.others) {
    column.push_back(narrow(rest % limb));
    rest /= limb;
  }
}

/// One row of a table of columns; the address must be in it.
void fetch(const Table& table, const Lookup& lookup, const Reader& reader, std::uint32_t r, std::uint32_t s, Filled& to) {
  const Wide address = reader.numerator(lookup.tuple[0], lookup.cols, r, s);
  const bool inside = is_row(table, {address, 0});
  const auto entry = [&](std::size_t k) {
    return inside ? narrow(reader.numerator(table.entries[k], table.cols, address / table.cols, address % table.cols)) : 0;
  };
  to.out.push_back(entry(0));
  for (std::size_t k = 0; k < to.others.size(); ++k) to.others[k].push_back(entry(k + 1));
}

void apply_rule(const Theorem& theorem, const Rule& rule, std::vector<IntColumn>& columns) {
  const Lookup& lookup = *rule.lookup;
  const Table& table = theorem.tables[lookup.table];
  const Reader reader(theorem, columns);
  Filled to;
  to.others.resize(rule.others.size());
  for (std::uint32_t r = 0; r < lookup.rows; ++r) {
    for (std::uint32_t s = 0; s < lookup.cols; ++s) {
      if (table.kind == TableKind::kMaximum) {
        const Wide b = -reader.linear(lookup.tuple[0].linears[1], lookup.cols, r, s), a = reader.linear(lookup.tuple[1].linears[0], lookup.cols, r, s);
        to.out.push_back(narrow(std::max(a, b)));
      } else if (table.kind == TableKind::kFunction) {
        to.out.push_back(narrow(function_value(table, reader.numerator(lookup.tuple[0], lookup.cols, r, s) - table.first)));
      } else if (table.kind == TableKind::kColumns) {
        fetch(table, lookup, reader, r, s, to);
      } else {
        requantise(theorem, lookup, reader, r, s, to);
      }
    }
  }
  columns[rule.out] = std::move(to.out);
  if (rule.remainder != kNone) columns[rule.remainder] = std::move(to.remainder);
  for (std::size_t k = 0; k < rule.others.size(); ++k) columns[rule.others[k]] = std::move(to.others[k]);
}

std::string place(const Lookup& lookup, std::uint32_t r, std::uint32_t s) {
  return "lookup \"" + lookup.name + "\" in row " + std::to_string(r) + ", column " + std::to_string(s);
}

using Counts = std::map<Tuple, Wide>;

bool is_row_of_columns(const Table& table, const std::vector<Wide>& tuple, const Reader& reader) {
  if (!is_row(table, {tuple[0], 0})) return false;
  for (std::size_t k = 0; k < table.entries.size(); ++k) {
    if (tuple[k + 1] != reader.numerator(table.entries[k], table.cols, tuple[0] / table.cols, tuple[0] % table.cols)) return false;
  }
  return true;
}

/// Adds the tuples of one lookup; of those in column tables their addresses.
std::optional<std::string> count_tuples(const Theorem& theorem, const Lookup& lookup, const Reader& reader, Counts& counts) {
  const Table& table = theorem.tables[lookup.table];
  const bool fetches = table.kind == TableKind::kColumns;
  std::vector<Wide> tuple;
  for (std::uint32_t r = 0; r < lookup.rows; ++r) {
    for (std::uint32_t s = 0; s < lookup.cols; ++s) {
      tuple.assign(2, 0);
      tuple.resize(std::max<std::size_t>(2, lookup.tuple.size()));
      for (std::size_t k = 0; k < lookup.tuple.size(); ++k) {
        const Expr& e = lookup.tuple[k];
        const Wide n = reader.numerator(e, lookup.cols, r, s), unit = Wide{1} << e.shift;
        if (n % unit != 0) return place(lookup, r, s) + ": the division is not exact";
        tuple[k] = n / unit;
      }
      const bool holds = fetches ? is_row_of_columns(table, tuple, reader) : is_row(table, {tuple[0], tuple[1]});
      if (!holds) return place(lookup, r, s) + ": the tuple is not in the table";
      ++counts[{tuple[0], fetches ? 0 : tuple[1]}];
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
    const IntColumn& found = columns[theorem.multiplicities[t]];
    if (static_cast<Wide>(found.size()) != row_count(theorem.tables[t])) {
      return "table " + std::to_string(t) + " has another number of rows than its multiplicities";
    }
    Counts left = counts[t];
    for (std::size_t row = 0; row < found.size(); ++row) {
      if (found[row] != 0) left[row_of(theorem.tables[t], static_cast<Wide>(row))] -= found[row];
    }
    for (const auto& [tuple, rest] : left) {
      if (rest != 0) return "the multiplicities of table " + std::to_string(t) + " are no counts";
    }
  }
  return std::nullopt;
}

}  // namespace tacit::random_models
