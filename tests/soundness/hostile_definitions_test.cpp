// Theorems whose bounds rest on each other, and ranges of one value: what the interval analysis must not believe.
#include "soundness/world.h"
#include "theorem/bounds.h"
#include "theorem/definitions.h"
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

// y = clamp(round((x + 2 z) / 2)), with z chosen by whoever proves.
struct FreeColumn {
  Book book;
  ColumnId x, z, y;
  explicit FreeColumn(Home home_of_z) {
    x = book.input("x", Home::kPublic, 1, 1, -8, 7);
    z = book.input("z", home_of_z, 1, 1, -8, 7);
    const AccId acc = book.accumulator("acc", 1, 1);
    book.adds(acc, plain(x, 1, 1));
    book.adds(acc, plain(z, 1, 2));
    y = book.requantise(acc, -8, 7, 1);
  }
  std::vector<bool> inputs(std::initializer_list<ColumnId> ids) const {
    std::vector<bool> out(book.so_far().columns.size() + 8, false);
    for (ColumnId id : ids) out[id] = true;
    return out;
  }
};

TEST(HostileDefinitions, N37_AColumnThatNothingDefinesIsRefused) {
  FreeColumn free(Home::kWitness);
  const auto both = free.inputs({free.x, free.z}), only_x = free.inputs({free.x});
  const Theorem t = *free.book.finish();
  ASSERT_TRUE(check_definitions(t, both).ok());
  expect_refused(check_definitions(t, only_x), "no statement defines this column");
}

TEST(HostileDefinitions, N37_AColumnWithTwoDefinitionsIsRefused) {
  FreeColumn free(Home::kWitness);
  const auto both = free.inputs({free.x, free.z}), with_y = free.inputs({free.x, free.z, free.y});
  Theorem t = *free.book.finish();
  ASSERT_TRUE(check_definitions(t, both).ok());
  expect_refused(check_definitions(t, with_y), "more than one statement defines this column");
}

TEST(HostileDefinitions, N37_EveryPartOfARequantisationIsNeeded) {
  FreeColumn free(Home::kWitness);
  const auto both = free.inputs({free.x, free.z});
  const Theorem t = *free.book.finish();
  std::size_t parts = 0;
  for (std::size_t i = 0; i < t.lookups.size(); ++i) {
    if (t.lookups[i].name.find("acc") == std::string::npos) continue;
    ++parts;
    Theorem without = t;
    without.lookups.erase(without.lookups.begin() + static_cast<std::ptrdiff_t>(i));
    expect_refused(check_definitions(without, both), "no statement defines this column");
  }
  EXPECT_EQ(parts, 2 + t.steps[0].requantise.excess.size());  // the remainder and every limb
}

TEST(HostileDefinitions, TheNumberOfLookupsIsBounded) {
  FreeColumn free(Home::kWitness);
  const auto both = free.inputs({free.x, free.z});
  Theorem t = *free.book.finish();
  const Lookup range = t.lookups.front();
  while (t.lookups.size() <= 1 << 13) t.lookups.push_back(range);
  expect_refused(check_definitions(t, both), "too many lookups");
}

}  // namespace
}  // namespace tacit
