// Tables made of columns, fetches, steps of expressions, and requantisations of any number of limbs.
#include <gtest/gtest.h>

#include "theorem/bounds.h"
#include "theorem/run.h"
#include "theorem/steps.h"
#include "theorem/tables.h"
#include "theorem/totality_fixture.h"

namespace tacit {
namespace {

/// address [2, 3] in [0, 3] + a constant; a table [1, 5] of (a, 2 b - 1), a and b weights; out = entry at  address.
struct Memory {
  Book book;
  ColumnId at, a, b;
  std::vector<ColumnId> out;
  Statement statement;

  explicit Memory(std::int64_t most = 3, Expr more = {})
      : at(book.input("at", Home::kWitness, 2, 3, 0, most)),
        a(book.weights("a", 1, 5, -8, 7)),
        b(book.weights("b", 1, 5, 0, 15)),
        out(fetch(std::move(more))),
        statement(book, {at}) {}

  Assignment filled(IntColumn addresses) const {
    Assignment values;
    values.columns.resize(statement.theorem.columns.size());
    values.columns[at] = std::move(addresses);
    values.columns[a] = {-8, 3, 5, 0, 7};
    values.columns[b] = {15, 1, 0, 2, 9};
    run_steps(statement.theorem, values);
    return values;
  }

 private:
  std::vector<ColumnId> fetch(Expr address) {
    const TableId table = book.columns_table(1, 5, {{kNone, {Linear::whole(a, 5, 1)}, 0, 0}, {kNone, {Linear::whole(b, 5, 2)}, -1, 0}});
    address.linears.push_back(Linear::whole(at, 3, 1));
    return book.fetch("out", 2, 3, std::move(address), table);
  }
};

TEST(Fetch, GivesTheEntriesAtTheAddress) {
  const Memory memory;
  expect_total(memory.statement);
  Assignment values = memory.filled({0, 3, 1, 1, 3, 2});
  EXPECT_EQ(values.columns[memory.out[0]], (IntColumn{-8, 0, 3, 3, 0, 5}));
  EXPECT_EQ(values.columns[memory.out[1]], (IntColumn{29, 3, 1, 1, 3, -1}));
  ASSERT_TRUE(count_multiplicities(memory.statement.theorem, values).ok());
  const Theorem& t = memory.statement.theorem;
  EXPECT_EQ(values.columns[t.multiplicities[table_of(t, TableKind::kColumns)]], (IntColumn{1, 2, 1, 2, 0}));
}

TEST(Fetch, EveryOtherValueIsInNoRow) {
  const Memory memory;
  const Assignment values = memory.filled({0, 3, 1, 1, 3, 2});
  for (const ColumnId id : memory.out)
    for (std::size_t i = 0; i < 6; ++i) {
      Assignment lie = values;
      lie.columns[id][i] += i % 2 == 0 ? 2 : -2;
      EXPECT_FALSE(count_multiplicities(memory.statement.theorem, lie).ok()) << id << " " << i;
    }
  Assignment other = values;  // a true entry of another address
  for (const ColumnId id : memory.out) other.columns[id][0] = values.columns[id][1];
  EXPECT_FALSE(count_multiplicities(memory.statement.theorem, other).ok());
}

TEST(Fetch, StepsOfTheAddressCountRowsAndColumns) {
  const Memory memory(1, {kNone, {}, 0, 0, 1, 1});
  expect_total(memory.statement);
  const Assignment values = memory.filled({0, 0, 0, 1, 1, 1});
  EXPECT_EQ(values.columns[memory.out[0]], (IntColumn{-8, 3, 5, 5, 0, 7}));  // addresses 0 1 2, 2 3 4
}

TEST(Fetch, AnAddressThatMayLeaveTheTableIsRefused) {
  expect_refused(Memory(7).statement, "an address may leave its table", "out");
  expect_refused(Memory(3, {kNone, {}, 0, 0, 1, 1}).statement, "an address may leave its table", "out");
  expect_refused(Memory(3, {kNone, {}, -1, 0, 1, 0}).statement, "an address may leave its table", "out");
}

TEST(Fetch, ADeclaredRangeHoldsAllEntries) {
  Memory memory;
  Theorem& t = memory.statement.theorem;
  t.columns[memory.out[1]].hi = 28;
  EXPECT_FALSE(check_bounds(t).ok());
  t.columns[memory.out[1]].hi = 30;
  EXPECT_TRUE(check_bounds(t).ok());
  expect_total(memory.statement);
}

TEST(Fetch, ATableOfLaterColumnsDefinesNothing) {
  Memory memory;
  Theorem& t = memory.statement.theorem;
  Table& table = t.tables[table_of(t, TableKind::kColumns)];
  table.entries[0].linears[0] = Linear::mapped(memory.out[0], {{{1, {{0, 1, 5}}}}}, 1);  // the table would hold what was fetched from it
  ASSERT_TRUE(check_theorem(t).ok());
  EXPECT_FALSE(check_bounds(t).ok());
  EXPECT_FALSE(memory.statement.is_defined());
}

TEST(Fetch, ALookupOfSomethingElseThanNewColumnsIsNoFetch) {
  for (const bool twice : {true, false}) {
    Memory memory;
    Theorem& t = memory.statement.theorem;
    Lookup& lookup = t.lookups.back();
    if (twice) lookup.tuple[2] = lookup.tuple[1];
    else lookup.tuple[2].col_step = 1;
    EXPECT_FALSE(memory.statement.is_defined()) << twice;
  }
}

// A proof would exist only for inputs that lead to these weights.
TEST(Fetch, AStatementThatDefinesWeightsIsRefused) {
  Memory memory;
  Theorem& t = memory.statement.theorem;
  t.columns[memory.out[1]].home = Home::kWeights;
  const Status status = check_definitions(t, memory.statement.is_input());
  ASSERT_FALSE(status.ok()) << "CHEAT ACCEPTED";
  EXPECT_EQ(status.error().what, "a statement defines weights");
}

TEST(Fetch, AMultiplicityIsNoEntry) {
  Memory memory;
  Theorem& t = memory.statement.theorem;
  Table& table = t.tables[table_of(t, TableKind::kColumns)];
  const ColumnId counts = t.multiplicities[table_of(t, TableKind::kColumns)];
  table.entries[0].linears[0] = Linear::whole(counts, 5, 1);
  EXPECT_FALSE(check_bounds(t).ok());
}

TEST(Fetch, TheFormOfATableOfColumnsIsChecked) {
  const auto refused = [](auto&& change) {
    Memory memory;
    Theorem t = memory.statement.theorem;
    ASSERT_TRUE(check_theorem(t).ok());
    change(t.tables[table_of(t, TableKind::kColumns)], t);
    EXPECT_FALSE(check_theorem(t).ok());
  };
  refused([](Table& table, Theorem&) { table.bits = 1; });
  refused([](Table& table, Theorem&) { table.lo = 1; });
  refused([](Table& table, Theorem&) { table.entries.clear(); });
  refused([](Table& table, Theorem&) { table.entries.resize(17, table.entries[0]); });
  refused([](Table& table, Theorem&) { table.entries[0].shift = 1; });
  refused([](Table& table, Theorem&) { table.entries[0].acc = 0; });
  refused([](Table& table, Theorem&) { table.entries[0].linears[0].column = 1000; });
  refused([](Table& table, Theorem&) { table.entries[0].row_step = (std::int64_t{1} << 40) + 1; });
  refused([](Table& table, Theorem&) { table.cols = 4; });
  refused([](Table& table, Theorem&) { table.rows = 0; });
  refused([](Table&, Theorem& t) { t.columns[t.multiplicities[table_of(t, TableKind::kColumns)]].cols = 6; });
  refused([](Table&, Theorem& t) { t.lookups.back().tuple.pop_back(); });
}

TEST(Fetch, EntriesBeyondTheFetchedColumnsAreRefused) {
  for (const std::int64_t coefficient : {std::int64_t{2}, std::int64_t{1} << 40}) {
    Memory memory;
    Theorem t = memory.statement.theorem;
    t.columns[memory.b].hi = 1 << 23;
    t.tables[table_of(t, TableKind::kColumns)].entries[1].linears[0].coefficient = coefficient;
    EXPECT_FALSE(check_bounds(t).ok());
  }
}

TEST(Fetch, ItsEncodingHasOneForm) {
  const Memory memory(1, {kNone, {}, 0, 0, 1, 1});
  Theorem t = memory.statement.theorem;
  t.steps.clear();
  ByteWriter out;
  write_theorem(out, t);
  const Bytes bytes = out.take();
  ByteReader in(bytes);
  const Result<Theorem> read = read_theorem(in);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(*read, t);
  Theorem with_steps = *read;
  with_steps.steps = steps_of(*read);
  EXPECT_EQ(with_steps.steps, memory.statement.theorem.steps);
}

/// y = clamp(round(sum / 2^shift), lo, hi) of an input x [1, n] times `by`.
struct Clamped {
  Book book;
  ColumnId x, y;
  Statement statement;

  Clamped(std::uint32_t n, std::int64_t by, std::int64_t lo, std::int64_t hi, std::uint32_t shift)
      : x(book.input("x", Home::kWitness, 1, n, -128, 127)), y(clamp(n, by, lo, hi, shift)), statement(book, {x}) {}

 private:
  ColumnId clamp(std::uint32_t n, std::int64_t by, std::int64_t lo, std::int64_t hi, std::uint32_t shift) {
    const AccId acc = book.accumulator("acc", 1, n);
    book.adds(acc, Linear::whole(x, n, by));
    return book.requantise(acc, lo, hi, shift);
  }
};

TEST(Limbs, TheirNumberFollowsTheElementsAndEveryNumberIsExact) {
  for (const auto& [n, limbs] : {std::pair<std::uint32_t, std::size_t>{64, 4}, {256, 3}, {1 << 14, 2}, {1 << 18, 1}}) {
    const Clamped model(n, 1 << 8, 0, 1, 0);
    expect_total(model.statement);
    const Theorem& t = model.statement.theorem;
    EXPECT_EQ(t.steps[0].requantise.excess.size() + 1, limbs) << n;
    EXPECT_EQ(t.steps[0].requantise.remainder, kNone);
    Assignment values;
    values.columns.resize(t.columns.size());
    for (std::uint32_t i = 0; i < n; ++i) values.columns[model.x].push_back(static_cast<std::int32_t>(i % 256) - 128);
    run_steps(t, values);
    for (std::uint32_t i = 0; i < 256 && i < n; ++i) EXPECT_EQ(values.columns[model.y][i], i > 128 ? 1 : 0);
    EXPECT_TRUE(count_multiplicities(t, values).ok());
  }
}

TEST(Limbs, WithoutAShiftASumIsOnlyClamped) {
  const Clamped model(4, 3, -8, 7, 0);
  Assignment values;
  values.columns.resize(model.statement.theorem.columns.size());
  values.columns[model.x] = {1, 2, 3, -128};
  run_steps(model.statement.theorem, values);
  EXPECT_EQ(values.columns[model.y], (IntColumn{3, 6, 7, -8}));
  EXPECT_TRUE(count_multiplicities(model.statement.theorem, values).ok());
  values.columns[model.y][0] = 2;
  EXPECT_FALSE(count_multiplicities(model.statement.theorem, values).ok());
}

TEST(Limbs, ALimbThatIsLookedUpNowhereDefinesNothing) {
  Clamped model(64, 1 << 8, 0, 1, 0);
  Theorem& t = model.statement.theorem;
  expect_total(model.statement);
  const auto limb = std::find_if(t.lookups.begin(), t.lookups.end(), [](const Lookup& l) { return l.name == "acc: saturation, limb 2"; });
  ASSERT_NE(limb, t.lookups.end());
  limb->tuple = t.lookups[static_cast<std::size_t>(limb - t.lookups.begin()) - 1].tuple;  // limb 1 once more
  EXPECT_FALSE(model.statement.is_defined());
}

TEST(Limbs, OneLimbForTwoPlacesDefinesNothing) {
  Clamped model(64, 1 << 8, 0, 1, 0);
  Theorem& t = model.statement.theorem;
  Expr& low = t.lookups.back().tuple[1];
  ASSERT_EQ(low.linears.size(), 4u);
  low.linears[2].column = low.linears[1].column;
  EXPECT_FALSE(model.statement.is_defined());
}

TEST(Limbs, AnotherPlaceValueIsNoLimb) {
  for (const std::size_t k : {0u, 1u, 2u, 3u}) {
    Clamped model(64, 1 << 8, 0, 1, 0);
    model.statement.theorem.lookups.back().tuple[1].linears[k].coefficient *= 2;
    EXPECT_FALSE(model.statement.is_defined()) << k;
  }
}

}  // namespace
}  // namespace tacit
