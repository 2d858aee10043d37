// Random small theorems, changed at random: what check_totality accepts holds for every input and all weights.
#include <gtest/gtest.h>

#include <random>

#include "theorem/totality_fixture.h"

namespace tacit {
namespace {

/// A small theorem with every kind of statement: two inputs, a weight, products, sums, windows, maxima.
Statement random_statement(std::mt19937_64& rng) {
  auto in = [&](std::int64_t lo, std::int64_t hi) { return lo + static_cast<std::int64_t>(rng() % static_cast<std::uint64_t>(hi - lo + 1)); };
  Book book;
  auto home = [&] { return rng() % 2 ? Home::kWitness : Home::kPublic; };
  auto input = [&](const char* name) {
    const std::int64_t lo = in(-3, 3);
    return book.input(name, home(), 1, 2, lo, lo + (rng() % 2 ? 1 : 3));
  };
  const ColumnId x = input("x"), z = input("z");
  const ColumnId w = book.weights("w", 1, 1, -2, in(-1, 2));
  ColumnId last = x;
  for (int layer = 0; layer < 3; ++layer) {
    if (rng() % 3 == 0) {
      Linear shifted = Linear::whole(last, 2, 1);
      shifted.window.pad_w = static_cast<std::int32_t>(rng() % 2);
      shifted.window.clamp = shifted.window.pad_w != 0;
      last = book.maximum("maximum", 1, 2, shifted, Linear::whole(rng() % 2 ? z : x, 2, 1));
      continue;
    }
    const AccId acc = book.accumulator("acc", 1, 2);
    if (rng() % 2) book.contracts(acc, {w, last, 1, 1, Window::identity(2)});
    else book.adds(acc, Linear::whole(last, 2, in(-40, 40)));
    if (rng() % 2) book.adds(acc, Linear::whole(z, 2, in(-9, 9)));
    const std::int64_t lo = in(-6, 2);
    last = book.requantise(acc, lo, lo + in(1, 9), static_cast<std::uint32_t>(in(1, 3)));
  }
  if (rng() % 2) book.set_home(last, Home::kPublic);
  return Statement(book, {x, z});
}

/// One change that a hostile key may have.
void change(std::mt19937_64& rng, Theorem& t) {
  const auto any = [&](std::size_t n) { return static_cast<std::size_t>(rng() % n); };
  const auto column = static_cast<ColumnId>(any(t.columns.size()));
  const auto table = static_cast<TableId>(any(t.tables.size()));
  Lookup& lookup = t.lookups[any(t.lookups.size())];
  const std::int64_t step = rng() % 2 ? 1 : -1;
  switch (rng() % 6) {
    case 0: set_bits(t, table, t.tables[table].bits + static_cast<std::uint32_t>(step)); break;
    case 1: t.columns[column].lo += step; break;
    case 2: t.columns[column].hi += step; break;
    case 3: lookup.tuple[0].constant += step; break;
    case 4: add_lookup(t, "extra", table, std::vector<Expr>(table_width(t.tables[table]), plain(t, column, step, static_cast<std::int64_t>(any(5))))); break;
    default:
      for (Expr& e : lookup.tuple)
        for (Linear& l : e.linears)
          if (l.window.clamp) l.window.clamp = false;
  }
}

TEST(Totality, WhateverIsAcceptedHoldsForEveryInput) {
  std::mt19937_64 rng(1);
  std::size_t accepted = 0, refused = 0, deserved = 0;
  for (int round = 0; round < 1500; ++round) {
    Statement s = random_statement(rng);
    if (round % 10 == 0) {
      expect_total(s);
      EXPECT_EQ(failures(s), 0u);
    }
    for (std::uint64_t i = 1 + rng() % 2; i > 0; --i) change(rng, s.theorem);
    if (!s.is_defined()) continue;
    const bool total = s.total().ok();
    ++(total ? accepted : refused);
    const std::size_t failed = failures(s);
    deserved += !total && failed != 0;
    ASSERT_TRUE(!total || failed == 0) << "CHEAT ACCEPTED in round " << round;
  }
  EXPECT_GT(accepted, 100u);
  EXPECT_GT(refused, 100u);
  EXPECT_GT(2 * deserved, refused);
  RecordProperty("accepted", static_cast<int>(accepted));
  RecordProperty("refused", static_cast<int>(refused));
  RecordProperty("deserved", static_cast<int>(deserved));
}

}  // namespace
}  // namespace tacit
