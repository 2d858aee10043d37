// Theorems that no honest compiler writes, as a hostile key would hold them. One for each check of check_theorem() and
// check_bounds(): only that check refuses it.
#include <functional>

#include "soundness/world.h"
#include "theorem/bounds.h"
#include "theorem/tables.h"

namespace tacit {
namespace {

/// y = clamp(w x / 2^8) on four columns, and a maximum of y and a shifted y.
Theorem base_theorem() {
  Book book;
  const ColumnId x = book.input("x", Home::kPublic, 1, 4, -32768, 32767);
  const ColumnId w = book.weights("w", 2, 1, -32768, 32767);
  const AccId acc = book.accumulator("acc", 2, 4);
  book.contracts(acc, {w, x, 1, 1, Window::identity(4)});
  Linear term;
  term.column = w;
  term.window = Window::broadcast(4);
  book.adds(acc, term);
  const ColumnId y = book.requantise(acc, -128, 127, 8);
  Linear here, shifted;
  here.column = shifted.column = y;
  here.window = shifted.window = Window::identity(4);
  shifted.window.pad_w = -1;
  shifted.window.clamp = true;
  book.maximum("largest", 2, 4, here, shifted);
  auto theorem = book.finish();
  TACIT_EXPECTS(theorem.ok(), "the base is a theorem");
  return *theorem;
}

Column unused(std::uint32_t rows, std::uint32_t cols, std::int64_t lo = 0, std::int64_t hi = 0) {
  return {"unused", Home::kPublic, rows, cols, lo, hi};
}

/// A lookup of a constant in table 0, of any shape.
Lookup constant_lookup(std::uint32_t rows, std::uint32_t cols) { return {"constant", 0, rows, cols, {Expr{}}}; }

void add_table(Theorem& t, Table table) {
  t.tables.push_back(table);
  t.multiplicities.push_back(static_cast<ColumnId>(t.columns.size()));
  t.columns.push_back({"multiplicities", Home::kWitness, static_cast<std::uint32_t>(table_rows(table) / kTableCols), kTableCols, 0, INT32_MAX});
}

/// A sum of its own that reads a public column of `in_cols` columns through the window.
void add_reader(Theorem& t, Window window, std::uint32_t rows, std::uint32_t cols, std::uint64_t in_cols) {
  Linear term;
  term.column = static_cast<ColumnId>(t.columns.size());
  term.window = window;
  t.columns.push_back(unused(rows, static_cast<std::uint32_t>(in_cols)));
  t.accumulators.push_back({"reader", rows, cols, {}, {term}});
}

struct Hostile {
  const char* check;
  std::function<void(Theorem&)> change;
};

void expect_each_refused(const std::vector<Hostile>& all, const std::function<Status(const Theorem&)>& check) {
  for (const Hostile& hostile : all) {
    SCOPED_TRACE(hostile.check);
    Theorem t = base_theorem();
    ASSERT_TRUE(check(t).ok());
    hostile.change(t);
    expect_refused(check(t), hostile.check);
  }
}

Window wide(std::uint32_t Window::*side, std::uint32_t length) {
  Window w = Window::identity(4);
  w.*side = length;
  return w;
}

TEST(HostileTheorem, N37_ColumnsAndTablesThatDoNotFitAreRefused) {
  expect_each_refused({
    {"too many columns", [](Theorem& t) { t.columns.resize((1 << 14) + 1, unused(1, 1)); }},
    {"column has a bad shape", [](Theorem& t) { t.columns.push_back(unused(0, 1)); }},
    {"column has bad bounds", [](Theorem& t) { t.columns.push_back(unused(1, 1, 1, 0)); }},
    {"columns are too large together", [](Theorem& t) { for (int i = 0; i < 2; ++i) { t.columns.push_back(unused(1 << 15, 1 << 15)); t.columns.back().home = Home::kWeights; } }},
    {"table has a bad width", [](Theorem& t) { add_table(t, {TableKind::kRange, 0, 0, 0}); }},
    {"table has bad bounds", [](Theorem& t) { add_table(t, {TableKind::kSaturate, 1, 0, 0}); }},
    {"table has bounds that it does not use", [](Theorem& t) { add_table(t, {TableKind::kRange, 3, 1, 1}); }},
    {"every table has one multiplicity column", [](Theorem& t) { t.multiplicities.push_back(0); }},
    {"every table has one multiplicity column", [](Theorem& t) {
       t.tables.clear();
       t.lookups.clear();
       t.multiplicities = {kNone};
     }},
    {"two tables are the same", [](Theorem& t) { add_table(t, t.tables[0]); }},
    {"two tables share a multiplicity column", [](Theorem& t) {
       add_table(t, {TableKind::kRange, 3, 0, 0});
       add_table(t, {TableKind::kRange, 4, 0, 0});
       t.multiplicities.back() = t.multiplicities[t.multiplicities.size() - 2];
     }},
    {"multiplicity column is not a witness column", [](Theorem& t) { t.columns[t.multiplicities[0]].home = Home::kPublic; }},
    {"multiplicity column has not the table's shape", [](Theorem& t) {
       Column& c = t.columns[t.multiplicities[0]];
       c.rows *= 2, c.cols /= 2;
     }},
  }, check_theorem);
}

TEST(HostileTheorem, N37_WindowsThatReadOrCostTooMuchAreRefused) {
  expect_each_refused({
    {"window has an empty side", [](Theorem& t) { add_reader(t, wide(&Window::kernel_h, 0), 1, 4, 4); }},
    {"window has a bad stride or dilation", [](Theorem& t) { t.accumulators[0].linears[0].window.stride_w = -1; }},
    {"window has bad padding", [](Theorem& t) { t.accumulators[0].linears[0].window.pad_w = (1 << 28) + 1; }},
    {"window is too large", [](Theorem& t) {  // 4 (2^30 + 1) columns are 4 in 32 bits, the padding moves the rows read
       Window w = wide(&Window::in_h, (1u << 30) + 1);
       w.pad_h = -1000;
       add_reader(t, w, 1, 4, 4);
     }},
    {"a clamped window has one tap", [](Theorem& t) {
       Window w = wide(&Window::kernel_w, 2);
       w.clamp = true;
       add_reader(t, w, 1, 4, 4);
     }},
    {"windows are too large together", [](Theorem& t) {
       for (int i = 0; i < 5; ++i) add_reader(t, wide(&Window::kernel_w, 1 << 22), 1, 4, 4);
     }},
  }, check_theorem);
}

TEST(HostileTheorem, N37_TermsThatReadWhatIsNotThereAreRefused) {
  expect_each_refused({
    {"term refers to a column that does not exist", [](Theorem& t) { t.accumulators[0].linears[0].column = kNone; }},
    {"coefficient is too large", [](Theorem& t) { t.accumulators[0].linears[0].coefficient = std::int64_t{1} << 41; }},
    {"window has another number of columns than its statement", [](Theorem& t) { t.accumulators[0].linears[0].window.out_w = 3; }},
    {"term does not fit its column", [](Theorem& t) { t.accumulators[0].linears[0].one_row = true; }},
    {"a divided coefficient is negative", [](Theorem& t) {
       t.accumulators[0].linears[0].divide_by_taps = true;
       t.accumulators[0].linears[0].coefficient = -1;
     }},
    {"statement has a bad shape", [](Theorem& t) { t.accumulators.push_back({"empty", 0, 4, {}, {}}); }},
    {"contraction refers to a column that does not exist", [](Theorem& t) { t.accumulators[0].contractions[0].weights = kNone; }},
    {"contraction has bad groups", [](Theorem& t) {
       t.accumulators[0].contractions[0].groups = 3;  // the second of two rows would be in no group
       t.accumulators[0].contractions[0].input = static_cast<ColumnId>(t.columns.size());
       t.columns.push_back(unused(3, 4));
     }},
    {"contraction has too many groups", [](Theorem& t) {
       const auto next = static_cast<ColumnId>(t.columns.size());
       t.columns.push_back(unused(4096, 2));
       t.columns.push_back(unused(4096, 4));
       t.accumulators.push_back({"grouped", 4096, 4, {{next, next + 1, 2048, 2, Window::identity(4)}}, {}});
     }},
    {"weights have the wrong shape", [](Theorem& t) {
       t.accumulators[0].contractions[0].weights = static_cast<ColumnId>(t.columns.size());
       t.columns.push_back(unused(3, 1));
     }},
    {"window has another number of columns than its accumulator", [](Theorem& t) { t.accumulators[0].contractions[0].window.out_w = 3; }},
    {"input has the wrong shape", [](Theorem& t) {
       t.accumulators[0].contractions[0].input = static_cast<ColumnId>(t.columns.size());
       t.columns.push_back(unused(2, 4));
     }},
  }, check_theorem);
}

TEST(HostileTheorem, N37_LookupsThatDoNotFitTheirTableAreRefused) {
  const auto table_of = [](const Theorem& t, TableKind kind) {
    TableId id = 0;
    while (t.tables[id].kind != kind) ++id;
    return id;
  };
  expect_each_refused({
    {"lookup refers to a table that does not exist", [](Theorem& t) { t.lookups[0].table = kNone; }},
    {"statement has a bad shape", [](Theorem& t) { t.lookups.push_back(constant_lookup(0, 1)); }},
    {"lookup has not the table's width", [&](Theorem& t) {
       t.lookups.push_back(constant_lookup(1, 1));
       t.lookups.back().table = table_of(t, TableKind::kSaturate);
     }},
    {"too many lookup rows", [](Theorem& t) { t.lookups.push_back(constant_lookup(1 << 14, 1 << 14)); }},
    {"too many public values", [](Theorem& t) { t.columns.push_back({"large", Home::kPublic, 1 << 13, 1 << 12, 0, 1}); }},
    {"too many terms", [&](Theorem& t) {
       t.columns.push_back({"public", Home::kPublic, 1, 1, 0, 1});
       Linear one;
       one.column = static_cast<ColumnId>(t.columns.size() - 1);
       t.lookups.push_back(constant_lookup(1, 1));
       t.lookups.back().tuple[0].linears.assign((1 << 16) + 1, one);
     }},
    {"too many entries are read one by one", [&](Theorem& t) {
       t.columns.push_back({"public", Home::kPublic, 1 << 12, 1 << 11, 0, 1});
       Linear whole;
       whole.column = static_cast<ColumnId>(t.columns.size() - 1);
       whole.window = Window::identity(1 << 11);
       for (int i = 0; i < 17; ++i) {
         t.lookups.push_back(constant_lookup(1 << 12, 1 << 11));
         t.lookups.back().tuple[0].linears.push_back(whole);
       }
     }},
    {"shift is too large", [](Theorem& t) { t.lookups[0].tuple[0].shift = 33; }},
    {"constant is too large", [](Theorem& t) { t.lookups[0].tuple[0].constant = std::int64_t{1} << 41; }},
    {"lookup refers to an accumulator that does not exist", [](Theorem& t) { t.lookups[0].tuple[0].acc = kNone - 1; }},
    {"statements are too large together", [](Theorem& t) { t.lookups.resize(t.lookups.size() + 17, constant_lookup(1 << 21, 1)); }},
    {"an accumulator is used twice", [](Theorem& t) {
       t.lookups.push_back(constant_lookup(2, 4));
       t.lookups.back().tuple[0].acc = 0;
     }},
    {"lookup has another shape than its accumulator", [](Theorem& t) {
       t.accumulators.push_back({"another", 2, 4, {}, {}});
       t.lookups.push_back(constant_lookup(1, 4));
       t.lookups.back().tuple[0].acc = 1;
     }},
  }, check_theorem);
}

TEST(HostileTheorem, N37_StepsThatDoNotFitAreRefused) {
  expect_each_refused({
    {"step refers to a column that does not exist", [](Theorem& t) { t.steps[1].maximum.out = kNone; }},
    {"step refers to something that does not exist", [](Theorem& t) { t.steps[0].requantise.acc = kNone; }},
    {"step has bad numbers", [](Theorem& t) { t.steps[0].requantise.limb_bits = 0; }},
    {"step's columns have another shape than its accumulator", [](Theorem& t) { t.steps[0].requantise.y = 0; }},
  }, check_theorem);
}

/// A column whose only statement is a sum in which something else could make up for it.
void unbound(Theorem& t, std::string_view name) {
  const ColumnId id = column_named(t, name);
  std::erase_if(t.lookups, [&](const Lookup& l) {
    return l.tuple.size() == 1 && l.tuple[0].linears.size() == 1 && l.tuple[0].linears[0].column == id;
  });
}

TEST(HostileTheorem, N37_ColumnsThatNothingBoundsAreRefused) {
  const char* kFree = "no statement bounds this column";
  const auto with = [](std::string_view name, auto change) {
    return [=](Theorem& t) { change(t, column_named(t, name)); };
  };
  expect_each_refused({
    {kFree, [](Theorem& t) { unbound(t, "acc.remainder"); }},
    {kFree, [](Theorem& t) { t.columns.push_back({"free", Home::kWitness, 2, 4, 0, 1}); }},
    {kFree, with("acc.remainder", [](Theorem& t, ColumnId id) { t.columns[id].hi -= 1; })},
    {kFree, with("acc.remainder", [](Theorem& t, ColumnId id) { t.columns[id].lo += 1; })},
    {kFree, with("acc", [](Theorem& t, ColumnId id) { t.columns[id].hi = 126; })},
    {kFree, with("largest", [](Theorem& t, ColumnId id) { t.columns[id].hi = 126; })},
    {kFree, [](Theorem& t) {  // bounded in another shape: the first row for both
       for (Lookup& l : t.lookups)
         if (l.name == "acc: remainder") l.rows = 1, l.tuple[0].linears[0].one_row = true, l.tuple[0].linears[0].window = Window::identity(8), l.cols = 8;
     }},
    {kFree, [](Theorem& t) {  // twice the remainder is in the range, so in the field one half is, too
       for (Lookup& l : t.lookups)
         if (l.name == "acc: remainder") l.tuple[0].linears[0].coefficient = 2;
     }},
    {kFree, [](Theorem& t) {  // an entry divided by 2: again one half
       for (Lookup& l : t.lookups)
         if (l.name == "acc: remainder") l.tuple[0].shift = 1;
     }},
  }, check_bounds);
}

TEST(HostileTheorem, N37_AMultiplicityUsedAsAValueIsRefused) {
  const char* kUsed = "a multiplicity column is used as a value";
  expect_each_refused({
    {kUsed, [](Theorem& t) {
       Linear l;
       l.column = t.multiplicities[0];
       l.one_row = true;
       l.window.in_w = static_cast<std::uint32_t>(t.columns[l.column].size());
       l.window.out_w = 4;
       for (Lookup& lookup : t.lookups)
         if (lookup.tuple.size() == 2 && lookup.tuple[1].acc != kNone) lookup.tuple[1].linears.push_back(l);
     }},
    {kUsed, [](Theorem& t) { t.accumulators[0].contractions[0].input = t.multiplicities[0]; }},
    {kUsed, [](Theorem& t) { t.accumulators[0].contractions[0].weights = t.multiplicities[0]; }},
    {kUsed, [](Theorem& t) { t.accumulators[0].linears[0].column = t.multiplicities[0]; }},
  }, check_bounds);
}

TEST(HostileTheorem, N22_SumsThatCouldWrapAreRefused) {
  const char* kWraps = "sums could wrap around the field";
  const auto huge = std::int64_t{1} << 31;
  expect_each_refused({
    {kWraps, [=](Theorem& t) {
       t.accumulators[0].linears[0].coefficient = std::int64_t{1} << 40;
       t.columns[column_named(t, "w")].hi = huge;
     }},
    {kWraps, [=](Theorem& t) {
       t.columns[column_named(t, "w")].lo = t.columns[column_named(t, "x")].lo = -huge;
       t.accumulators[0].contractions.resize(5, t.accumulators[0].contractions[0]);
     }},
    {kWraps, [=](Theorem& t) {  // constants and shifts count, too
       Lookup sum = constant_lookup(2, 4);
       sum.tuple[0].shift = 32;
       sum.tuple[0].linears.resize(1 << 7, t.lookups[0].tuple[0].linears[0]);
       for (Linear& l : sum.tuple[0].linears) l.coefficient = std::int64_t{1} << 40, l.column = column_named(t, "w"), l.window = Window::broadcast(4);
       sum.tuple[0].linears.resize(512, sum.tuple[0].linears[0]);
       t.lookups.push_back(sum);
     }},
  }, check_bounds);
}

}  // namespace
}  // namespace tacit
