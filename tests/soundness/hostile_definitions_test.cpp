// Theorems whose bounds rest on each other, and ranges of one value: what the interval analysis must not believe.
#include "soundness/world.h"
#include "theorem/bounds.h"
#include "theorem/tables.h"

namespace tacit {
namespace {

Linear plain(ColumnId column, std::uint32_t cols, std::int64_t coefficient) {
  Linear l;
  l.column = column;
  l.coefficient = coefficient;
  l.window = Window::identity(cols);
  return l;
}

TEST(HostileDefinitions, N37_TwoMaximaDefinedByEachOtherAreRefused) {
  // a = max(b, x) and b = max(a, x) hold for a = b = x + 2^21, too, but every bound looks like x's.
  Book book;
  const ColumnId x = book.input("x", Home::kPublic, 1, 4, 0, 1);
  const ColumnId a = book.maximum("a", 1, 4, plain(x, 4, 1), plain(x, 4, 1));
  const ColumnId b = book.maximum("b", 1, 4, plain(a, 4, 1), plain(x, 4, 1));
  Theorem t = *book.finish();
  ASSERT_TRUE(check_bounds(t).ok());
  t.tables[0].bits = 21;
  Lookup& of_a = t.lookups[0];
  ASSERT_EQ(of_a.tuple[1].linears[0].column, x);
  of_a.tuple[1].linears[0].column = b;
  expect_refused(check_bounds(t), "no statement bounds this column");
}

TEST(HostileDefinitions, N35_ARangeOfOneValueAllowsOneValue) {
  Theorem model;
  model.columns.push_back({"w", Home::kWeights, 1, 4, 5, 5});
  const Theorem ranges = *registration_theorem(model);
  Assignment a;
  a.columns.resize(ranges.columns.size());
  a.columns[0] = {5, 5, 5, 5};
  ASSERT_TRUE(count_multiplicities(ranges, a).ok());
  a.columns[0][2] = 6;
  EXPECT_FALSE(count_multiplicities(ranges, a).ok()) << kBelieved;
}

}  // namespace
}  // namespace tacit
