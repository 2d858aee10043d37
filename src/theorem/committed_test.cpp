#include "theorem/committed.h"

#include <gtest/gtest.h>

#include <functional>

#include "theorem/book.h"
#include "theorem/definitions.h"
#include "theorem/ports.h"
#include "theorem/run.h"
#include "theorem/tables.h"

namespace tacit {
namespace {

// floor((v + 2^(steps-1)) / 2^steps), clamped to 16 bits; in whole numbers of another kind than the code's.
std::int64_t plain_step(std::int64_t v, std::uint32_t steps) {
  const __int128 unit = __int128{1} << steps, sum = __int128{v} + unit / 2;
  __int128 q = sum / unit;
  if (q * unit > sum) --q;
  return q < -32768 ? -32768 : q > 32767 ? 32767 : static_cast<std::int64_t>(q);
}

// Zero, the neighbourhood of every tie near zero and near both ends of the model's range, and both ends of the grid.
std::vector<std::int64_t> interesting(std::uint32_t steps) {
  std::vector<std::int64_t> out{kCommittedMin, kCommittedMin + 1, kCommittedMax, kCommittedMax - 1};
  const std::int64_t half = std::int64_t{1} << (steps - 1);
  for (std::int64_t tie : {-65537, -65535, -65533, -5, -3, -1, 0, 1, 3, 5, 65533, 65535, 65537})
    for (std::int64_t off : {-1, 0, 1}) out.push_back(std::clamp(tie * half + off, kCommittedMin, kCommittedMax));
  return out;
}

void put(Assignment& a, DigitColumns columns, const std::vector<std::int64_t>& integers) {
  for (std::int64_t g : integers) {
    a.columns[columns.high].push_back(digits_of(g).high);
    a.columns[columns.low].push_back(digits_of(g).low);
  }
}

// x made of a committed input, and the digits of x again.
struct Step {
  Book book;
  DigitColumns in, out;
  ColumnId x = kNone;
  Theorem theorem;
  Ports ports;

  Step(std::uint32_t steps, std::uint32_t cols) {
    in = book.committed_input("in", 1, cols);
    x = book.from_grid("x", in, -32768, 32767, steps);
    out = book.to_grid("out", x, std::min(steps, 16u));
    auto finished = book.finish();
    EXPECT_TRUE(finished.ok()) << finished.error().text();
    theorem = std::move(*finished);
    ports.inputs = {{"in", {1, cols}, in.high, 1, 1, cols, 0x1p-16, Visibility::kCommitted, in.low}};
    ports.outputs = {{"out", {1, cols}, out.high, 1, 1, cols, 0x1p-16, Visibility::kCommitted, out.low}};
  }
  Assignment run(const std::vector<std::int64_t>& integers) const {
    Assignment a;
    a.columns.resize(theorem.columns.size());
    put(a, in, integers);
    run_steps(theorem, a);
    return a;
  }
};

TEST(Digits, StandForEveryIntegerOnceAndSaturate) {
  for (std::int64_t g : {kCommittedMin, std::int64_t{-65536}, std::int64_t{-32769}, std::int64_t{-32768}, std::int64_t{-1}, std::int64_t{0},
                         std::int64_t{32767}, std::int64_t{32768}, std::int64_t{98303}, kCommittedMax}) {
    const Digits d = digits_of(g);
    EXPECT_EQ(integer_of(d), g);
    EXPECT_EQ(d.high, (g + 32768 - d.low) / 65536);
    EXPECT_TRUE(d.high >= kHighMin && d.high <= kHighMax && d.low >= 0 && d.low <= kLowMax) << g;
  }
  EXPECT_EQ(digits_of(0), (Digits{0, 32768}));
  EXPECT_EQ(digits_of(INT64_MAX), digits_of(kCommittedMax));
  EXPECT_EQ(digits_of(INT64_MIN), digits_of(INT32_MIN));
  EXPECT_EQ(kCommittedMax, integer_of({32767, 65535}));
}

TEST(CommittedInput, IsRoundedHalfUpAndSaturatesAtBothEnds) {
  for (std::uint32_t steps : {1u, 2u, 3u, 8u, 15u, 16u, 17u}) {
    const std::vector<std::int64_t> integers = interesting(steps);
    const Step step(steps, static_cast<std::uint32_t>(integers.size()));
    Assignment a = step.run(integers);
    for (std::size_t i = 0; i < integers.size(); ++i)
      EXPECT_EQ(a.columns[step.x][i], plain_step(integers[i], steps)) << integers[i] << " by 2^" << steps;
    const Status held = count_multiplicities(step.theorem, a);
    EXPECT_TRUE(held.ok()) << held.error().text();
  }
}

TEST(CommittedInput, BelowTheLeast32BitIntegerMeansWhatItsDigitsSay) {
  const Step step(16, 1);
  Assignment a;
  a.columns.resize(step.theorem.columns.size());
  a.columns[step.in.high] = {-32768};
  a.columns[step.in.low] = {0};
  run_steps(step.theorem, a);
  EXPECT_EQ(a.columns[step.x][0], plain_step((std::int64_t{-1} << 31) - 32768, 16));
  EXPECT_TRUE(count_multiplicities(step.theorem, a).ok());
}

TEST(CommittedInput, DigitsOutOfRangeAreInNoTable) {
  const Step step(4, 1);
  for (auto [high, low] : {std::pair{32768, 0}, {-32769, 65535}, {0, -1}, {0, 65536}}) {
    Assignment a;
    a.columns.resize(step.theorem.columns.size());
    a.columns[step.in.high] = {high};
    a.columns[step.in.low] = {low};
    run_steps(step.theorem, a);
    const Status status = count_multiplicities(step.theorem, a);
    ASSERT_FALSE(status.ok()) << high << " " << low;
    EXPECT_EQ(status.error().where.substr(0, 3), "in.");
  }
}

TEST(CommittedOutput, HoldsTheDigitsOfTheScaledIntegersExactly) {
  const std::vector<std::int64_t> y{-32768, -32767, -16385, -16384, -1, 0, 1, 2, 16383, 16384, 32766, 32767};
  for (std::uint32_t steps = 0; steps <= 16; ++steps) {
    Book book;
    const ColumnId column = book.input("y", Home::kWitness, 1, 12, -32768, 32767);
    const DigitColumns out = book.to_grid("out", column, steps);
    auto theorem = book.finish();
    ASSERT_TRUE(theorem.ok()) << theorem.error().text();
    EXPECT_EQ(theorem->columns[out.low].name, "out.low");
    Assignment a;
    a.columns.resize(theorem->columns.size());
    a.columns[column].assign(y.begin(), y.end());
    run_steps(*theorem, a);
    for (std::size_t i = 0; i < y.size(); ++i) {
      const Digits d{a.columns[out.high][i], a.columns[out.low][i]};
      EXPECT_EQ(integer_of(d), y[i] * (std::int64_t{1} << steps));
      EXPECT_EQ(d, digits_of(y[i] * (std::int64_t{1} << steps)));
    }
    EXPECT_TRUE(count_multiplicities(*theorem, a).ok());
  }
}

TEST(CommittedOutput, OfOneModelIsTheInputOfTheNext) {
  for (std::uint32_t steps : {1u, 9u, 16u}) {
    const std::vector<std::int64_t> integers = interesting(steps);
    const Step first(steps, static_cast<std::uint32_t>(integers.size())), second(steps, first.theorem.columns[first.x].cols);
    const Assignment a = first.run(integers);
    Assignment b;
    b.columns.resize(second.theorem.columns.size());
    b.columns[second.in.high] = a.columns[first.out.high];
    b.columns[second.in.low] = a.columns[first.out.low];
    run_steps(second.theorem, b);
    EXPECT_EQ(b.columns[second.x], a.columns[first.x]);
    EXPECT_TRUE(count_multiplicities(second.theorem, b).ok());
  }
}

TEST(Committed, EveryOtherCellIsAFunctionOfTheDigits) {
  const Step step(5, 3);
  EXPECT_TRUE(check_definitions(step.theorem, input_columns(step.theorem, step.ports)).ok());
  const Assignment a = step.run({-70000, 12345, 17});
  for (ColumnId id = 0; id < step.theorem.columns.size(); ++id) {
    if (id == step.in.high || id == step.in.low || step.theorem.columns[id].name == "multiplicities") continue;
    for (std::size_t i = 0; i < a.columns[id].size(); ++i)
      for (int delta : {-65536, -32, -1, 1, 32, 65536}) {
        Assignment changed = a;
        changed.columns[id][i] += delta;
        // The accumulators that run_steps kept are of the honest columns.
        changed.accumulators.clear();
        EXPECT_FALSE(count_multiplicities(step.theorem, changed).ok()) << step.theorem.columns[id].name << " " << i << " " << delta;
      }
  }
}

TEST(Committed, DigitsThatAreNoInputHaveNoDefinition) {
  const Step step(5, 3);
  std::vector<bool> is_input = input_columns(step.theorem, step.ports);
  is_input[step.in.low] = false;
  const Status status = check_definitions(step.theorem, is_input);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().where, "in.low");
}

TEST(CommittedPort, QuantisesWithoutAModelsScale) {
  Port port{"x", {2, 3, 2}, 0, 2, 3, 2, 0x1p-16, Visibility::kCommitted, 1};
  const double grid = 0x1p-16;
  const std::vector<double> flat{0, 0.5 * grid, -0.5 * grid, 1.5 * grid, -1.5 * grid, 0.49999999999999994 * grid,
                                 1e9, -1e9, 32767, -32768, -0.25, 1};
  const std::vector<std::int64_t> expected{0, 1, 0, 2, -1, 0, kCommittedMax, kCommittedMin, std::int64_t{32767} << 16,
                                           kCommittedMin, -16384, 65536};
  const Theorem none;
  std::vector<IntColumn> columns(2);
  quantise(port, none, flat, columns);
  EXPECT_EQ(to_logical(port, columns), expected);
  const std::vector<double> back = dequantise(port, columns);
  for (std::size_t i = 0; i < flat.size(); ++i) EXPECT_EQ(back[i], static_cast<double>(expected[i]) * grid);
  // Entry [r, n * inner + i] of the column is element (n * rows + r) * inner + i.
  for (std::size_t n = 0; n < 2; ++n)
    for (std::size_t r = 0; r < 3; ++r)
      for (std::size_t i = 0; i < 2; ++i) {
        const std::size_t entry = (r * 2 + n) * 2 + i;
        EXPECT_EQ((Digits{columns[0][entry], columns[1][entry]}), digits_of(expected[(n * 3 + r) * 2 + i]));
      }
}

Result<Ports> written_and_read(const Ports& ports, const Theorem& theorem) {
  ByteWriter out;
  write_ports(out, ports);
  ByteReader in(out.data());
  Result<Ports> back = read_ports(in, theorem);
  EXPECT_TRUE(!back.ok() || in.at_end());
  return back;
}

TEST(CommittedPort, IsReadBackAndEveryTruncationIsRefused) {
  const Step step(5, 3);
  const auto back = written_and_read(step.ports, step.theorem);
  ASSERT_TRUE(back.ok()) << back.error().text();
  EXPECT_EQ(*back, step.ports);
  ByteWriter out;
  write_ports(out, step.ports);
  for (std::size_t n = 0; n < out.data().size(); ++n) {
    ByteReader cut(ByteSpan(out.data()).first(n));
    EXPECT_FALSE(read_ports(cut, step.theorem).ok()) << n;
  }
}

TEST(CommittedPort, HostileOnesAreRefusedWithAReason) {
  const Step step(5, 3);
  auto refused = [&](const std::string& reason, const std::function<void(Ports&)>& change) {
    Ports ports = step.ports;
    change(ports);
    const auto back = written_and_read(ports, step.theorem);
    ASSERT_FALSE(back.ok()) << reason;
    EXPECT_NE(back.error().what.find(reason), std::string::npos) << back.error().what;
  };
  refused("lacks one", [](Ports& p) { p.inputs[0].low_column = kNone; });
  refused("does not exist", [](Ports& p) { p.inputs[0].low_column = 1000; });
  refused("has a second column", [](Ports& p) { p.inputs[0].visibility = Visibility::kPrivate; });
  refused("do not hold digits", [](Ports& p) { std::swap(p.inputs[0].column, p.inputs[0].low_column); });
  refused("do not hold digits", [](Ports& p) { p.inputs[0].low_column = p.inputs[0].column; });
  refused("shares a column", [](Ports& p) { p.outputs[0].low_column = p.inputs[0].low_column; });
  refused("shares a column", [](Ports& p) { p.outputs[0].column = p.inputs[0].column; });
  refused("shares a column", [&](Ports& p) {
    p.outputs.push_back({"again", {1, 3}, step.out.high, 1, 1, 3, 1.0, Visibility::kPrivate});
  });
  for (double scale : {0x1.8p-16, 0x1p-61, 0x1p31}) refused("grid is not a power of two", [&](Ports& p) { p.inputs[0].scale = scale; });
  refused("bad scale", [&](Ports& p) { p.inputs[0].scale = -0.0; });
  refused("a committed output is no float32 value", [&](Ports& p) { p.outputs[0].scale = 0; });
  refused("unknown visibility", [](Ports& p) { p.inputs[0].visibility = static_cast<Visibility>(3); });
}

// Nothing bounds a multiplicity column or says what it holds.
TEST(CommittedPort, OfAMultiplicityColumnIsRefused) {
  Step step(5, kTableCols);
  const ColumnId counts = step.theorem.multiplicities[0];
  Theorem t = step.theorem;
  t.columns[counts].lo = 0;
  t.columns[counts].hi = kLowMax;
  t.columns[counts].rows = 1;
  Ports ports = step.ports;
  ports.outputs[0].low_column = counts;
  const auto back = written_and_read(ports, t);
  ASSERT_FALSE(back.ok());
  EXPECT_EQ(back.error().what, "a port of digits shows a multiplicity column");
}

TEST(CommittedPort, OfAPublicColumnOrOfAnotherShapeIsRefused) {
  Step step(5, 4);
  Theorem open = step.theorem;
  open.columns[step.in.low].home = Home::kPublic;
  EXPECT_FALSE(written_and_read(step.ports, open).ok());
  Theorem other = step.theorem;
  other.columns[step.in.low].rows = 2;
  other.columns[step.in.low].cols = 2;
  EXPECT_FALSE(written_and_read(step.ports, other).ok());
}

}  // namespace
}  // namespace tacit
