#include <gtest/gtest.h>

#include <random>

#include "theorem/book.h"
#include "theorem/cost.h"
#include "theorem/layout.h"
#include "theorem/registration.h"
#include "theorem/run.h"
#include "theorem/steps.h"
#include "theorem/tables.h"

namespace tacit {
namespace {

Point random_point(std::mt19937_64& rng, std::size_t n) {
  Point out(n);
  for (Fe& x : out) x = Fe(Fp(rng()), Fp(rng()), Fp(rng()));
  return out;
}

Fe eq_at(std::span<const Fe> at, std::uint64_t index) {
  Fe out = kOne;
  for (std::size_t k = 0; k < at.size(); ++k) out *= index >> (at.size() - 1 - k) & 1 ? at[k] : kOne - at[k];
  return out;
}

TEST(Tables, PrefixSumsEqualTheirDefinition) {
  std::mt19937_64 rng(1);
  const Point at = random_point(rng, 5);
  Fe ones, indices;
  for (std::uint64_t count = 0; count <= 32; ++count) {
    const PrefixSums sums = eq_prefix_sums(at, count);
    EXPECT_EQ(sums.ones, ones) << count;
    EXPECT_EQ(sums.indices, indices) << count;
    ones += eq_at(at, count);
    indices += eq_at(at, count) * Fp(count);
  }
}

TEST(Tables, ClosedFormClaimEqualsTheSumOverRows) {
  std::mt19937_64 rng(2);
  for (const Table& t : {Table{TableKind::kRange, 3, 0, 0}, Table{TableKind::kSaturate, 4, -5, 17}, Table{TableKind::kMaximum, 5, 0, 0}}) {
    const Point at = random_point(rng, 10), w = random_point(rng, 3);
    Fe expected;
    for (const Segment& s : table_segments(t))
      for (std::uint64_t i = 0; i < s.length; ++i)
        expected += eq_at(at, 256 + s.start + i) *
                    (w[0] * Fp::from_signed(s.first[0] + s.step[0] * static_cast<std::int64_t>(i)) +
                     w[1] * Fp::from_signed(s.first[1] + s.step[1] * static_cast<std::int64_t>(i)) + w[2]);
    EXPECT_EQ(table_claim(t, at, 256, w[0], w[1], w[2]), expected);
  }
}

TEST(Tables, FindReturnsTheRowThatHoldsTheTuple) {
  for (const Table& t : {Table{TableKind::kRange, 9, 0, 0}, Table{TableKind::kSaturate, 4, -5, 17}, Table{TableKind::kMaximum, 3, 0, 0}}) {
    const auto segments = table_segments(t);
    for (std::int64_t v = -600; v <= 600; ++v)
      for (std::int64_t e = -20; e <= 20; ++e) {
        bool listed = false;
        for (const Segment& s : segments)
          for (std::uint64_t i = 0; i < s.length; ++i) {
            const std::int64_t k = static_cast<std::int64_t>(i);
            listed |= s.first[0] + k * s.step[0] == v && s.first[1] + k * s.step[1] == (table_width(t) == 1 ? 0 : e);
          }
        const auto at = table_find(t, {v, e});
        EXPECT_EQ(at.has_value(), listed) << v << " " << e;
        if (!at) continue;
        bool right = false;
        for (const Segment& s : segments)
          if (*at >= s.start && *at < s.start + s.length) {
            const std::int64_t k = static_cast<std::int64_t>(*at - s.start);
            right = s.first[0] + k * s.step[0] == v && (table_width(t) == 1 || s.first[1] + k * s.step[1] == e);
          }
        EXPECT_TRUE(right);
      }
  }
}

// A requantised product of one weight and one input, the smallest theorem with every part.
struct Tiny {
  Book book;
  ColumnId x, w, y;
  explicit Tiny(std::int64_t lo = -128, std::int64_t hi = 127) {
    x = book.input("x", Home::kPublic, 1, 4, -32768, 32767);
    w = book.weights("w", 2, 1, -32768, 32767);
    const AccId acc = book.accumulator("acc", 2, 4);
    book.contracts(acc, {w, x, 1, 1, Window::identity(4)});
    y = book.requantise(acc, lo, hi, 8);
  }
};

TEST(Book, RequantisationSaturatesAndItsLookupsHold) {
  Tiny tiny;
  auto theorem = tiny.book.finish();
  ASSERT_TRUE(theorem.ok());
  Assignment a;
  a.columns.resize(theorem->columns.size());
  a.columns[tiny.x] = {-32768, 32767, 3, 0};
  a.columns[tiny.w] = {-32768, 100};
  run_steps(*theorem, a);
  EXPECT_EQ(a.columns[tiny.y], (IntColumn{127, -128, -128, 0, -128, 127, 1, 0}));
  EXPECT_TRUE(count_multiplicities(*theorem, a).ok());
}

TEST(Book, EveryChangedWitnessCellBreaksALookupThatIsNamed) {
  Tiny tiny;
  auto theorem = tiny.book.finish();
  ASSERT_TRUE(theorem.ok());
  Assignment a;
  a.columns.resize(theorem->columns.size());
  a.columns[tiny.x] = {-700, 900, 3, 0};
  a.columns[tiny.w] = {-7, 100};
  run_steps(*theorem, a);
  for (ColumnId id = 0; id < theorem->columns.size(); ++id) {
    if (theorem->columns[id].home != Home::kWitness || theorem->columns[id].name == "multiplicities") continue;
    for (std::size_t i = 0; i < a.columns[id].size(); ++i)
      for (int delta : {-256, -1, 1, 256}) {
        Assignment changed = a;
        changed.columns[id][i] += delta;
        const Status status = count_multiplicities(*theorem, changed);
        ASSERT_FALSE(status.ok()) << theorem->columns[id].name << " " << i;
        EXPECT_NE(status.error().where.find("acc"), std::string::npos);
      }
  }
}

TEST(Book, RefusesSumsThatCouldWrapAndNamesThem) {
  Book book;
  const ColumnId x = book.input("x", Home::kPublic, 1 << 16, 1, -(1 << 20), 1 << 20);
  const ColumnId w = book.weights("w", 1, 1 << 16, -(1 << 20), 1 << 20);
  const AccId acc = book.accumulator("the node", 1, 1);
  book.contracts(acc, {w, x, 1, 1 << 16, Window::identity(1)});
  book.requantise(acc, -128, 127, 1);
  auto theorem = book.finish();
  ASSERT_FALSE(theorem.ok());
  EXPECT_EQ(theorem.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(theorem.error().where, "the node");
}

TEST(Bounds, RefusesAColumnThatNothingBounds) {
  Tiny tiny;
  Theorem t = *tiny.book.finish();
  t.lookups.erase(t.lookups.begin());  // the remainder's range
  const Status status = check_bounds(t);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().where, "acc.remainder");
}

TEST(Bounds, RefusesADeclaredRangeNarrowerThanItsStatement) {
  Tiny tiny;
  Theorem t = *tiny.book.finish();
  for (Column& c : t.columns)
    if (c.name == "acc.remainder") c.hi -= 1;
  EXPECT_FALSE(check_bounds(t).ok());
}

TEST(Bounds, RefusesAMultiplicityUsedAsAValue) {
  Tiny tiny;
  Theorem t = *tiny.book.finish();
  Linear l;
  l.column = t.multiplicities[0];
  l.one_row = true;
  l.window.in_w = t.columns[l.column].size();
  l.window.out_w = 4;
  t.lookups[0].tuple[0].linears.push_back(l);
  EXPECT_FALSE(check_bounds(t).ok());
}

TEST(Theorem, EncodingIsReadBackAndEveryTruncationIsRefused) {
  Tiny tiny;
  const Theorem t = *tiny.book.finish();
  ByteWriter out;
  write_theorem(out, t);
  ByteReader in(out.data());
  auto back = read_theorem(in);
  ASSERT_TRUE(back.ok());
  EXPECT_TRUE(in.at_end());
  EXPECT_TRUE(back->steps.empty());
  back->steps = steps_of(*back);
  EXPECT_TRUE(*back == t);
  for (std::size_t n = 0; n < out.data().size(); ++n) {
    ByteReader cut(ByteSpan(out.data()).first(n));
    EXPECT_FALSE(read_theorem(cut).ok()) << n;
  }
}

TEST(Theorem, HostileFieldsAreRefusedWithoutACrash) {
  Tiny tiny;
  const Theorem t = *tiny.book.finish();
  ByteWriter out;
  write_theorem(out, t);
  for (std::size_t i = 0; i < out.data().size(); ++i)
    for (std::uint8_t value : {0x00, 0x7F, 0xFF}) {
      Bytes bytes = out.data();
      if (bytes[i] == value) continue;
      bytes[i] = value;
      ByteReader in(bytes);
      auto back = read_theorem(in);
      if (!back.ok() || !in.at_end()) continue;
      ByteWriter again;  // whatever is accepted has exactly one encoding
      write_theorem(again, *back);
      EXPECT_EQ(again.data(), bytes);
    }
}

TEST(Window, SourcesFollowStridePaddingDilationAndClamp) {
  Window w;
  w.batch = 2; w.in_h = 1; w.in_w = 5; w.out_w = 3; w.kernel_w = 3; w.stride_w = 2; w.pad_w = 1; w.dilation_w = 1;
  EXPECT_EQ(w.source(0, 0), kNone);
  EXPECT_EQ(w.source(1, 0), 0u);
  EXPECT_EQ(w.source(2, 2), kNone);
  EXPECT_EQ(w.source(1, 3), 5u);
  EXPECT_EQ(w.present_taps(0), 2u);
  Window edge = w;
  edge.kernel_w = 1;
  edge.clamp = true;
  EXPECT_EQ(edge.source(0, 0), 0u);
  edge.pad_w = -4;
  EXPECT_EQ(edge.source(0, 2), 4u);
  EXPECT_EQ(Window::broadcast(7).source(0, 6), 0u);
}

TEST(Cost, CountsWhatEachStageIsPaidFor) {
  Tiny tiny;
  const Theorem theorem = *tiny.book.finish();
  const Cost cost = cost_of(theorem);
  EXPECT_EQ(cost.weight_entries, 2u);
  EXPECT_EQ(cost.public_entries, 4u);
  EXPECT_EQ(cost.multiplications, 8u);
  EXPECT_EQ(cost.contractions, 1u);
  EXPECT_EQ(cost.contraction_rounds, 0);
  // Remainder table 2^8; saturation table 256 + 2 * 2^limb rows, padded; lookups of 2 * 4 rows: the remainder and each limb.
  const std::uint64_t entries = 8 * (2 + theorem.steps[0].requantise.excess.size()), tables = cost.lookup_rows - entries;
  EXPECT_EQ(tables % kTableCols, 0u);
  EXPECT_EQ(cost.witness_entries, tables + entries);
}

TEST(Registration, StatesARangeForEveryWeight) {
  Tiny tiny;
  const Theorem model = *tiny.book.finish();
  auto registration = registration_theorem(model);
  ASSERT_TRUE(registration.ok());
  const LimbRoom room{2, 1, 2};
  const std::vector<Tile> ours = oracle_layout(model.columns, Home::kWeights, room).tiles;
  const std::vector<Tile> theirs = oracle_layout(registration->columns, Home::kWeights, room).tiles;
  ASSERT_EQ(ours.size(), theirs.size());  // one commitment: the same entries at the same addresses
  for (std::size_t i = 0; i < ours.size(); ++i) {
    EXPECT_EQ(ours[i].address, theirs[i].address);
    EXPECT_EQ(ours[i].row, theirs[i].row);
    EXPECT_EQ(ours[i].col, theirs[i].col);
  }
  Assignment a;
  a.columns.resize(registration->columns.size());
  a.columns[0] = {-32768, 32767};
  EXPECT_TRUE(count_multiplicities(*registration, a).ok());
  a.columns[0][1] = 32768;
  EXPECT_FALSE(count_multiplicities(*registration, a).ok());
}

}  // namespace
}  // namespace tacit
