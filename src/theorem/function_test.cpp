// Functions, maps and products of computed columns: what they mean, and which of them a key check refuses.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "theorem/bounds.h"
#include "theorem/layout.h"
#include "theorem/totality_fixture.h"

namespace tacit {
namespace {

/// y = x^2 - 5 for -128 <= x < 128, in two pieces.
Table parabola() {
  constexpr std::int64_t kOne = std::int64_t{1} << 32;
  Table t{TableKind::kFunction, 8, -5, 128 * 128 - 5, -128, {}};
  // (t - 128)^2 - 5 and t^2 - 5
  t.pieces = {{(128 * 128 - 5) * kOne, -256 * kOne, kOne, 0}, {-5 * kOne, 0, kOne, 0}};
  return t;
}

IndexMap transposed(std::uint32_t rows, std::uint32_t cols) { return {{{1, {{0, 1, cols}}}, {cols, {{0, 1, rows}}}}}; }

TEST(Functions, HaveTheValuesOfTheirPieces) {
  const Table t = parabola();
  const std::vector<std::int32_t> values = function_values(t);
  ASSERT_EQ(values.size(), 256u);
  for (std::int64_t x = -128; x < 128; ++x) {
    EXPECT_EQ(values[static_cast<std::size_t>(x + 128)], x * x - 5);
    EXPECT_EQ(function_value(t, static_cast<std::uint64_t>(x + 128)), x * x - 5);
    EXPECT_EQ(table_find(t, {x, x * x - 5}), static_cast<std::uint64_t>(x + 128));
    EXPECT_FALSE(table_find(t, {x, x * x - 4}).has_value());
  }
  EXPECT_FALSE(table_find(t, {128, 128 * 128 - 5}).has_value());
  EXPECT_FALSE(table_find(t, {-129, 0}).has_value());
}

TEST(Functions, DifferencesAgreeWithTheCubicForAnyCoefficients) {
  std::mt19937_64 rng(3);
  for (int i = 0; i < 50; ++i) {
    Table t{TableKind::kFunction, 10, 0, 0, 0, {}};
    for (int p = 0; p < 4; ++p) {
      const auto c = [&](int bits) { return static_cast<std::int64_t>(rng() >> (64 - bits)) - (std::int64_t{1} << (bits - 1)); };
      t.pieces.push_back({c(60), c(52), c(44), c(36)});
    }
    const std::vector<std::int32_t> values = function_values(t);
    for (std::uint64_t row = 0; row < values.size(); ++row) ASSERT_EQ(values[row], function_value(t, row));
  }
}

TEST(Functions, ClaimEqualsTheSumOverRows) {
  std::mt19937_64 rng(4);
  Point at(10), w(3);
  for (Point* p : {&at, &w})
    for (Fe& x : *p) x = Fe(Fp(rng()), Fp(rng()), Fp(rng()));
  const Table t = parabola();
  const std::vector<std::int64_t> x = table_entries(t, 0), y = table_entries(t, 1);
  for (const std::uint64_t offset : {0u, 256u, 768u}) {
    const FeVector eq = eq_window(at, offset, 256);
    Fe expected;
    for (std::size_t i = 0; i < 256; ++i) expected += eq[i] * (w[0] * Fp::from_signed(x[i]) + w[1] * Fp::from_signed(y[i]) + w[2]);
    EXPECT_EQ(table_claim(t, at, offset, w[0], w[1], w[2]), expected);
  }
}

TEST(Maps, ReadTheirSourcesAxisByAxis) {
  EXPECT_EQ(transposed(2, 3).sources(), (std::vector<std::uint32_t>{0, 3, 1, 4, 2, 5}));
  const IndexMap padded{{{3, {{-1, 0, 1}, {1, -1, 2}}}, {1, {{2, 0, 2}}}}};  // rows: none, 1, 0; columns: 2, 2
  EXPECT_EQ(padded.sources(), (std::vector<std::uint32_t>{kNone, kNone, 5, 5, 2, 2}));
  EXPECT_TRUE(padded.has_absent());
  EXPECT_TRUE(is_sound(padded, 6, 6));
  EXPECT_FALSE(is_sound(padded, 6, 5)) << "a source beyond the column";
  EXPECT_FALSE(is_sound(padded, 12, 6)) << "another number of entries";
  EXPECT_FALSE(is_sound({}, 1, 1));
  EXPECT_FALSE(is_sound({{{1, {{0, 1, 0}}}}}, 0, 1)) << "an empty run";
  EXPECT_FALSE(is_sound({{{1, {{-2, 0, 1}}}}}, 1, 1)) << "a negative start";
  EXPECT_FALSE(is_sound({{{1, {{-1, 1, 1}}}}}, 1, 1)) << "an absent run that steps";
  EXPECT_FALSE(is_sound({{{1, {{1, -1, 3}}}}}, 3, 2)) << "a run that ends below zero";
  EXPECT_FALSE(is_sound({{{0xFFFFFFFF, {{0x7FFFFFFF, 0, 1}}}}}, 1, std::uint64_t{1} << 62));
  EXPECT_FALSE(is_sound({std::vector<IndexAxis>(17, IndexAxis{1, {{0, 1, 1}}})}, 1, 1)) << "too many axes";
  std::vector<IndexAxis> huge(16, IndexAxis{0, {{0, 0, 0xFFFFFFFF}}});
  EXPECT_FALSE(is_sound({huge}, 1, 1)) << "a product beyond 64 bits";
}

/// z = clamp(round(f(x_transposed) * x / 4)): a function, a map and a product of two computed columns.
struct Everything {
  Book book;
  ColumnId x, y, z;
  explicit Everything(std::int64_t lo = -2, std::int64_t hi = 1) {
    x = book.input("x", Home::kWitness, 1, 2, lo, hi);
    const Expr swapped{kNone, {Linear::mapped(x, {{{1, {{1, -1, 2}}}}}, 1)}, 1, 0};
    y = book.apply("y", 1, 2, swapped, parabola());
    const AccId acc = book.accumulator("z", 2, 1);
    Contraction product;
    product.weights = y;
    product.input = x;
    product.groups = 2;
    product.window = Window::identity(1);
    book.contracts(acc, product);
    z = book.requantise(acc, -8, 7, 2);
  }
};

TEST(Functions, EveryInputHasAProofAndTheValuesAreTheDefinitions) {
  Everything e;
  const Statement s(e.book, {e.x});
  expect_total(s);
  EXPECT_EQ(failures(s), 0u);
  Theorem t = s.theorem;
  t.steps = steps_of(t);
  ASSERT_EQ(t.steps.size(), 2u);
  Assignment a;
  a.columns.resize(t.columns.size());
  a.columns[e.x] = {-2, 1};
  run_steps(t, a);
  EXPECT_EQ(a.columns[e.y], (IntColumn{-1, -4}));  // f(1 + 1), f(-2 + 1)
  EXPECT_EQ(a.columns[e.z], (IntColumn{1, -1}));   // round(2 / 4) half up, round(-4 / 4)
}

TEST(Functions, AnArgumentThatMayLeaveTheDomainIsRefused) {
  Everything e(-128, 127);  // x + 1 reaches 128
  expect_refused(Statement(e.book, {e.x}), "an argument may leave the domain of its function", "y");
}

TEST(Functions, SurviveTheirEncoding) {
  Everything e;
  const Statement s(e.book, {e.x});
  Theorem t = s.theorem;
  t.steps.clear();
  ByteWriter out;
  write_theorem(out, t);
  ByteReader in(out.data());
  auto read = read_theorem(in);
  ASSERT_TRUE(read.ok()) << read.error().text();
  EXPECT_TRUE(in.at_end());
  EXPECT_EQ(*read, t);
  for (std::size_t cut = 0; cut < out.data().size(); cut += 3) {
    ByteReader shorter(ByteSpan(out.data()).first(cut));
    EXPECT_FALSE(read_theorem(shorter).ok()) << cut;
  }
}

Table& function_of(Theorem& t) { return t.tables[table_of(t, TableKind::kFunction)]; }

/// The bounds that the values have, whatever they are.
void fit_bounds(Table& t) {
  const std::vector<std::int32_t> values = function_values(t);
  t.lo = *std::min_element(values.begin(), values.end());
  t.hi = *std::max_element(values.begin(), values.end());
}

Linear& mapped_term(Theorem& t) { return t.lookups[1].tuple[0].linears[0]; }

struct Hostile {
  const char* what;
  void (*change)(Theorem&);
};

TEST(Functions, HostileFormsAreRefusedByName) {
  Everything e;
  const Statement s(e.book, {e.x});
  const Hostile hostile[] = {
      {"function has other bounds than it says", [](Theorem& t) { --t.tables[table_of(t, TableKind::kFunction)].lo; }},
      {"function has other bounds than it says", [](Theorem& t) { ++t.tables[table_of(t, TableKind::kFunction)].hi; }},
      {"function has a bad shape", [](Theorem& t) { t.tables[table_of(t, TableKind::kFunction)].pieces.clear(); }},
      {"function has a bad shape", [](Theorem& t) {
         function_of(t).pieces.push_back({});
         fit_bounds(function_of(t));
       }},
      {"function has a bad shape", [](Theorem& t) { t.tables[table_of(t, TableKind::kFunction)].bits = 7; }},
      {"function begins too far away", [](Theorem& t) { t.tables[table_of(t, TableKind::kFunction)].first = INT64_MIN; }},
      {"function has too large values", [](Theorem& t) {
         function_of(t).pieces[0][3] = INT64_MAX;
         fit_bounds(function_of(t));
       }},
      {"function has too large values", [](Theorem& t) {
         function_of(t).pieces[1][0] = INT64_MIN;
         fit_bounds(function_of(t));
       }},
      {"functions have too many pieces", [](Theorem& t) {
         Table& f = function_of(t);
         f.bits = 15;
         f.pieces.assign(1 << 15, {});
         fit_bounds(f);
         t.columns[t.multiplicities[table_of(t, TableKind::kFunction)]].rows = (1 << 15) / kTableCols;
       }},
      {"term has both a map and a window", [](Theorem& t) { mapped_term(t).one_row = true; }},
      {"maps are too large together", [](Theorem& t) {
         const auto id = static_cast<ColumnId>(t.columns.size());
         t.columns.push_back({"large", Home::kWitness, 2048, 2048, 0, 1});
         const Linear whole = Linear::mapped(id, {{{2048, {{0, 1, 2048}}}, {1, {{0, 1, 2048}}}}}, 1);
         t.accumulators.push_back({"sum", 2048, 2048, {}, {whole, whole}});
       }},
      {"table has bounds that it does not use", [](Theorem& t) { t.tables[table_of(t, TableKind::kRange)].lo = -1; }},
      {"map does not fit its column", [](Theorem& t) { t.lookups[1].tuple[0].linears[0].map.axes[0].runs[0].start = 2; }},
      {"weights have the wrong shape", [](Theorem& t) { t.accumulators[0].contractions[0].weights = t.multiplicities[0]; }},
  };
  ASSERT_FALSE(s.theorem.lookups[1].tuple[0].linears.empty());
  ASSERT_FALSE(s.theorem.lookups[1].tuple[0].linears[0].map.empty());
  for (const Hostile& h : hostile) {
    Theorem t = s.theorem;
    t.steps.clear();
    h.change(t);
    const Status status = check_theorem(t);
    ASSERT_FALSE(status.ok()) << h.what << ": CHEAT ACCEPTED";
    EXPECT_EQ(status.error().what, h.what);
  }
}

TEST(Functions, AColumnThatAFunctionReadsHasToComeFirst) {
  Everything e;
  Statement s(e.book, {e.x});
  Linear& argument = s.theorem.lookups[1].tuple[0].linears[0];
  argument = Linear::whole(e.y, 2, 1);  // y = f(y + 1)
  const Status status = check_definitions(s.theorem, s.is_input());
  ASSERT_FALSE(status.ok()) << "CHEAT ACCEPTED";
  EXPECT_EQ(status.error().what, "no statement defines this column");
}

TEST(Functions, AShiftedArgumentDefinesNothing) {
  Everything e;
  Statement s(e.book, {e.x});
  s.theorem.lookups[1].tuple[0].shift = 1;
  const Status status = check_definitions(s.theorem, s.is_input());
  ASSERT_FALSE(status.ok()) << "CHEAT ACCEPTED";
  EXPECT_EQ(status.error().what, "no statement defines this column");
}

TEST(Maps, AbsentEntriesReadAsZeroInBounds) {
  Book book;
  const ColumnId x = book.input("x", Home::kWitness, 1, 2, 3, 4);
  const AccId acc = book.accumulator("y", 1, 3);
  book.adds(acc, Linear::mapped(x, {{{1, {{0, 1, 2}, {-1, 0, 1}}}}}, 2));
  book.requantise(acc, -8, 7, 1);
  const Statement s(book, {x});
  EXPECT_EQ(bounds_of(s.theorem, s.theorem.accumulators[acc]).lo, 0);
  EXPECT_EQ(bounds_of(s.theorem, s.theorem.accumulators[acc]).hi, 8);
  expect_total(s);
  EXPECT_EQ(failures(s), 0u);
}

}  // namespace
}  // namespace tacit
