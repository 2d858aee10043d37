#include "theorem/totality.h"

#include <gtest/gtest.h>

#include "theorem/totality_fixture.h"

namespace tacit {
namespace {

constexpr const char* kMayFail = "this lookup may be impossible to satisfy";
constexpr const char* kLimbs = "a requantisation's limbs are too narrow for its sums";
constexpr const char* kDifferences = "a maximum's table is too narrow for its differences";
constexpr const char* kLeaves = "a column's values may leave its declared range";

/// y = clamp(round(k x / 2)) to [-8, 7], x in [0, 1].
struct Scaled {
  Book book;
  ColumnId x, y;
  Statement statement;
  explicit Scaled(std::int64_t k, Home home = Home::kWitness)
      : x(book.input("x", home, 1, 1, 0, 1)), y(sum(k)), statement(book, {x}) {}

 private:
  ColumnId sum(std::int64_t k) {
    const AccId acc = book.accumulator("acc", 1, 1);
    book.adds(acc, Linear::whole(x, 1, k));
    return book.requantise(acc, -8, 7, 1);
  }
};

TEST(Totality, ALookupThatTellsInputsApartIsRefused) {
  Scaled model(3);
  expect_total(model.statement);
  add_lookup(model.statement.theorem, "is it 17 or 18", table_of(model.statement.theorem, TableKind::kRange), {plain(model.statement.theorem, model.x, 1, -17)});
  expect_refused(model.statement, kMayFail, "is it 17 or 18");
}

TEST(Totality, LimbsAreAsWideAsTheLargestExcessNeeds) {
  // With four limbs of 1 bit, q may exceed 7 or fall below -8 by 15.
  for (auto [k, total] : {std::pair{44, true}, {45, false}, {-47, true}, {-48, false}}) {
    Scaled model(k);
    ASSERT_EQ(model.statement.theorem.steps[0].requantise.excess.size(), 3u);
    set_bits(model.statement.theorem, table_of(model.statement.theorem, TableKind::kSaturate), 1);
    EXPECT_EQ(failures(model.statement), total ? 0u : 1u) << k;
    if (total) expect_total(model.statement);
    else expect_refused(model.statement, kLimbs, "acc: saturation, lowest limb");
  }
}

/// max(a, b), a in [20, 30] and b in the given range; where `pad`, the first of a's two columns is absent, so 0.
Statement maximum(std::int64_t lo, std::int64_t hi, bool pad, std::uint32_t bits) {
  Book book;
  const ColumnId a = book.input("a", Home::kPublic, 1, 2, 20, 30), b = book.input("b", Home::kPublic, 1, 2, lo, hi);
  const ColumnId out = book.maximum("largest", 1, 2, Linear::whole(a, 2, 1), Linear::whole(b, 2, 1));
  Statement s(book, {a, b});
  if (pad) {
    s.theorem.lookups[0].tuple[1].linears[0].window.pad_w = 1;
    s.theorem.columns[out].lo = std::min<std::int64_t>(0, s.theorem.columns[out].lo);
  }
  set_bits(s.theorem, 0, bits);
  return s;
}

TEST(Totality, AMaximumHasBitsForBothDifferences) {
  expect_total(maximum(20, 30, false, 4));
  expect_total(maximum(15, 35, false, 4));
  expect_total(maximum(0, 31, false, 5));
  expect_refused(maximum(14, 30, false, 4), kDifferences, "largest: is the larger one");
  expect_refused(maximum(30, 36, false, 4), kDifferences, "largest: is the larger one");
  EXPECT_NE(failures(maximum(14, 14, false, 4)), 0u);
  EXPECT_NE(failures(maximum(36, 36, false, 4)), 0u);
}

TEST(Totality, AnAbsentSourceOfAMaximumIsZero) {
  expect_refused(maximum(20, 30, true, 4), kDifferences, "largest: is the larger one");
  expect_total(maximum(20, 30, true, 5));
  EXPECT_NE(failures(maximum(20, 20, true, 4)), 0u);
}

TEST(Totality, BoundsOfAnInputAreImpliedByItsRange) {
  for (const char* side : {"lo", "hi"}) {
    Scaled model(3);
    Column& x = model.statement.theorem.columns[model.x];
    (side == std::string("lo") ? x.lo : x.hi) += side == std::string("lo") ? -1 : 1;
    expect_refused(model.statement, kMayFail, "x: at least its lower bound");
    EXPECT_EQ(failures(model.statement), 1u);
  }
}

TEST(Totality, APublicColumnMayNotDeclareLessThanItsDefinitionGives) {
  Scaled model(3, Home::kPublic);
  Column& y = model.statement.theorem.columns[model.y];
  y.home = Home::kPublic;
  expect_total(model.statement);
  y.lo = 0;
  expect_refused(model.statement, kLeaves, "acc");
}

TEST(Totality, ADefinedColumnMayNotBeBoundedMoreTightlyThanByItsDefinition) {
  Scaled model(30);
  Theorem& t = model.statement.theorem;
  t.columns[model.y].lo = 0;
  t.columns[model.y].hi = 1;
  add_lookup(t, "y is a bit", table_of(t, TableKind::kRange), {plain(t, model.y)});
  expect_refused(model.statement, kLeaves, "acc");
  EXPECT_NE(failures(model.statement), 0u);
}

TEST(Totality, AMaximumMayNotDeclareLessThanItsHull) {
  Statement s = maximum(20, 31, false, 5);
  const ColumnId out = s.inputs[1] + 1;
  s.theorem.columns[out].home = Home::kPublic;
  expect_total(s);
  s.theorem.columns[out].hi = 30;
  expect_refused(s, kLeaves, "largest");
}

TEST(Totality, LimbsOfOtherRequantisationsAreNoPair) {
  Book book;
  const ColumnId x = book.input("x", Home::kPublic, 1, 1, 0, 1);
  ColumnId y[2];
  for (int i = 0; i < 2; ++i) {
    const AccId acc = book.accumulator(i == 0 ? "first" : "second", 1, 1);
    book.adds(acc, Linear::whole(x, 1, i == 0 ? 100 : 1));
    y[i] = book.requantise(acc, -8, 7, 1);
  }
  Statement s(book, {x});
  Theorem& t = s.theorem;
  const TableId table = table_of(t, TableKind::kSaturate);
  add_lookup(t, "its own again", table, {plain(t, y[0]), plain(t, limb_of(t, y[0]))});
  expect_total(s);
  add_lookup(t, "of the other", table, {plain(t, y[1]), plain(t, limb_of(t, y[0]))});
  expect_refused(s, kMayFail, "of the other");
  EXPECT_EQ(failures(s), 1u);
}

TEST(Totality, ALimbPairInAnotherTableIsRefused) {
  Scaled model(30);
  Theorem& t = model.statement.theorem;
  add_table(t, {TableKind::kSaturate, 1, -8, 8});
  add_lookup(t, "another table", static_cast<TableId>(t.tables.size() - 1), {plain(t, model.y), plain(t, limb_of(t, model.y))});
  expect_refused(model.statement, kMayFail, "another table");
}

TEST(Totality, ExpressionsOfOtherFormsAreRefused) {
  const auto refused = [](const char* name, auto&& change) {
    Scaled model(3);
    Theorem& t = model.statement.theorem;
    add_table(t, {TableKind::kRange, 6, 0, 0});
    add_lookup(t, name, static_cast<TableId>(t.tables.size() - 1), {plain(t, model.x)});
    expect_total(model.statement);
    change(t, t.lookups.back().tuple[0]);
    expect_refused(model.statement, kMayFail, name);
  };
  refused("constant", [](Theorem&, Expr& e) { e.constant = -1; });
  refused("constant beyond the table", [](Theorem&, Expr& e) { e.constant = 63; });
  refused("coefficient", [](Theorem&, Expr& e) { e.linears[0].coefficient = 64; });
  refused("negative", [](Theorem&, Expr& e) { e.linears[0].coefficient = -1; });
  refused("division", [](Theorem&, Expr& e) { e.shift = 1; });
  refused("two terms", [](Theorem&, Expr& e) { e.linears.push_back(e.linears[0]); });
  refused("another width", [](Theorem& t, Expr& e) {
    e.linears[0].window = Window::broadcast(2);
    t.lookups.back().cols = 2;
  });
  refused("one row", [](Theorem& t, Expr& e) {
    e.linears[0].one_row = true;
    t.lookups.back().rows = 2;
  });
  refused("sum", [](Theorem& t, Expr& e) {
    t.accumulators.push_back({"two", 1, 1, {}, {Linear::whole(e.linears[0].column, 1, 64)}});
    e.acc = static_cast<AccId>(t.accumulators.size() - 1);
  });
}

TEST(Totality, AnInputHasValuesThatAProofCanHold) {
  Book book;
  const ColumnId x = book.input("x", Home::kPublic, 1, 1, -8, 7);
  Statement s(book, {x});
  s.theorem.columns[x].hi = INT32_MAX;
  expect_total(s);
  s.theorem.columns[x].hi = std::int64_t{1} << 31;
  expect_refused(s, "an input's values do not fit into 32 bits", "x");
}

}  // namespace
}  // namespace tacit
