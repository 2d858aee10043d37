// For tests only: theorems with their inputs, changed as a hostile key would, and run on every input there is.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>

#include "theorem/book.h"
#include "theorem/definitions.h"
#include "theorem/run.h"
#include "theorem/steps.h"
#include "theorem/tables.h"
#include "theorem/totality.h"

namespace tacit {

/// A theorem and its inputs. Weights and inputs are free.
struct Statement {
  Theorem theorem;
  std::vector<ColumnId> inputs;

  explicit Statement(Book& book, std::vector<ColumnId> free) : inputs(std::move(free)) {
    auto finished = book.finish();
    EXPECT_TRUE(finished.ok()) << finished.error().text();
    if (finished.ok()) theorem = std::move(*finished);
  }
  std::vector<bool> is_input() const {
    std::vector<bool> out(theorem.columns.size(), false);
    for (ColumnId id : inputs) out[id] = true;
    return out;
  }
  Status total() const { return check_totality(theorem, is_input()); }
  /// Every check before totality passes.
  bool is_defined() const {
    return check_theorem(theorem).ok() && check_bounds(theorem).ok() && check_definitions(theorem, is_input()).ok();
  }
};

/// Another number of bits for a table, and for everything that follows from it.
inline void set_bits(Theorem& t, TableId id, std::uint32_t bits) {
  t.tables[id].bits = bits;
  t.columns[t.multiplicities[id]].rows = static_cast<std::uint32_t>(table_rows(t.tables[id]) / kTableCols);
  for (Lookup& l : t.lookups) {
    if (l.table != id || t.tables[id].kind != TableKind::kSaturate) continue;
    Expr& low = l.tuple[1];
    if (low.acc == kNone) continue;
    const std::size_t before = low.shift == 0 ? 1 : 2;
    for (std::size_t k = before; k < low.linears.size(); ++k) {
      low.linears[k].coefficient = -(std::int64_t{1} << (low.shift + bits * (k + 1 - before)));
      Column& excess = t.columns[low.linears[k].column];
      excess.hi = (std::int64_t{1} << bits) - 1;
      excess.lo = -excess.hi;
    }
  }
}

inline TableId table_of(const Theorem& t, TableKind kind) {
  for (TableId id = 0; id < t.tables.size(); ++id)
    if (t.tables[id].kind == kind) return id;
  ADD_FAILURE() << "no such table";
  return 0;
}

inline void add_table(Theorem& t, Table table) {
  t.tables.push_back(table);
  t.multiplicities.push_back(static_cast<ColumnId>(t.columns.size()));
  t.columns.push_back({"multiplicities", Home::kWitness, static_cast<std::uint32_t>(table_rows(table) / kTableCols), kTableCols, 0, INT32_MAX});
}

inline Expr plain(const Theorem& t, ColumnId id, std::int64_t coefficient = 1, std::int64_t constant = 0) {
  return {kNone, {Linear::whole(id, t.columns[id].cols, coefficient)}, constant, 0};
}

/// The second lowest limb of the requantisation that gives y.
inline ColumnId limb_of(const Theorem& t, ColumnId y) {
  for (const Step& step : t.steps)
    if (step.kind == StepKind::kRequantise && step.requantise.y == y) return step.requantise.excess.at(0);
  ADD_FAILURE() << "no such requantisation";
  return 0;
}

inline void add_lookup(Theorem& t, std::string name, TableId table, std::vector<Expr> tuple) {
  const Column& like = t.columns[tuple[0].linears[0].column];
  t.lookups.push_back({std::move(name), table, like.rows, like.cols, std::move(tuple)});
}

inline void expect_refused(const Statement& s, const char* what, const std::string& where) {
  EXPECT_TRUE(s.is_defined()) << what;
  const Status status = s.total();
  ASSERT_FALSE(status.ok()) << "CHEAT ACCEPTED";
  EXPECT_EQ(status.error().what, what);
  EXPECT_EQ(status.error().where, where);
}

inline void expect_total(const Statement& s) {
  EXPECT_TRUE(s.is_defined());
  const Status status = s.total();
  EXPECT_TRUE(status.ok()) << status.error().text();
}

/// The free columns, in order of ids.
inline std::vector<ColumnId> free_columns(const Statement& s) {
  std::vector<ColumnId> out = s.inputs;
  for (ColumnId id = 0; id < s.theorem.columns.size(); ++id)
    if (s.theorem.columns[id].home == Home::kWeights) out.push_back(id);
  return out;
}

/// Whether the definitions give every column values in its range and every lookup holds.
inline bool holds(const Theorem& t, Assignment a) {
  run_steps(t, a);
  if (!count_multiplicities(t, a).ok()) return false;
  const auto& counts = t.multiplicities;
  for (ColumnId id = 0; id < t.columns.size(); ++id) {
    if (std::find(counts.begin(), counts.end(), id) != counts.end()) continue;
    for (std::int32_t v : a.columns[id])
      if (v < t.columns[id].lo || v > t.columns[id].hi) return false;
  }
  return true;
}

/// Runs all assignments of the free columns; the number of those that have no proof.
inline std::size_t failures(const Statement& s) {
  const std::vector<ColumnId> free = free_columns(s);
  Theorem t = s.theorem;
  t.steps = steps_of(t);
  Assignment a;
  a.columns.resize(t.columns.size());
  for (ColumnId id : free) a.columns[id].assign(t.columns[id].size(), static_cast<std::int32_t>(t.columns[id].lo));
  std::size_t failed = 0;
  auto next = [&] {
    for (ColumnId id : free)
      for (std::int32_t& v : a.columns[id]) {
        if (v++ < t.columns[id].hi) return true;
        v = static_cast<std::int32_t>(t.columns[id].lo);
      }
    return false;
  };
  do failed += !holds(t, a);
  while (next());
  return failed;
}

}  // namespace tacit
