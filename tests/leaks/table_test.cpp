// The table: every row of what a verifier sees is silent with all masks on, and speaks without its own.
#include "leaks/exhibits.h"
#include "leaks/table.h"

namespace tacit::leaks {
namespace {

constexpr std::size_t kExhibits = 2500;  ///< of four proofs, for each secret and for the simulator

/// A piece of randomness that is missing, and the rows that see it.
struct Case {
  const char* missing;
  Recipe recipe;
  std::vector<Row> rows;
  std::size_t beyond = 0;
  std::size_t exhibits = 25;
};

Recipe without(Spoil spoil) { return {0, spoil, kOpenings, false, false}; }

const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      {"pads of fraction rounds", without(Spoil::kFractionRoundPads), {Row::kFractionRounds}},
      {"pads of fraction ends", without(Spoil::kFractionEndPads), {Row::kFractionEnds}},
      {"pad of the contraction sum", without(Spoil::kContractionSumPad), {Row::kContractionSum}},
      {"pads of products rounds", without(Spoil::kProductsRoundPads), {Row::kProductsRounds}},
      {"pads of products ends", without(Spoil::kProductsEndPads), {Row::kProductsEnds}},
      {"pads of pad check rounds", without(Spoil::kPadRoundPads), {Row::kPadRounds}},
      {"random triple", without(Spoil::kRandomTriple), {Row::kPadEnds}},
      {"xi", without(Spoil::kFoldPads), {Row::kLimbFold}},
      {"row1 and mu_W", without(Spoil::kLine), {Row::kMaskClaim, Row::kOutOfDomain, Row::kFinalVector}},
      {"random slots of X", without(Spoil::kXSlots), {Row::kRowsX, Row::kRowsXCounts}},
      {"random slots of row2", without(Spoil::kRow2Slots), {Row::kRow2}},
      {"row1", without(Spoil::kRow1), {Row::kMaskWords, Row::kFoldedX}},
      {"mu_W", without(Spoil::kMuW), {Row::kMaskWords, Row::kFoldedW}},
      {"random slots of W", without(Spoil::kWSlots), {Row::kRowsW, Row::kPin, Row::kSlotsW}},
      {"one random slot of X", without(Spoil::kOneXSlot), {Row::kSlotsX}},
      {"one random slot of row2", without(Spoil::kOneRow2Slot), {Row::kSlotsRow2}},
      {"one random slot of W", without(Spoil::kOneWSlot), {Row::kLastSlotW}, 0, 100},
      {"salts of X", without(Spoil::kXSalts), {Row::kLeavesX}},
      {"salts of W", without(Spoil::kWSalts), {Row::kLeavesW}},
      {"pads from F, not E", without(Spoil::kBasePads), {Row::kFractionRounds}},
      {"xi from F, not E", without(Spoil::kBaseFoldPads), {Row::kLimbFold}},
      {"row1 from F, not E", without(Spoil::kBaseRow1), {Row::kFoldedX}},
      {"mu_W from F, not E", without(Spoil::kBaseMuW), {Row::kFoldedW}},
      {"top coefficient of row1", without(Spoil::kTopOfRow1), {Row::kTopX}},
      {"top coefficient of mu_W", without(Spoil::kTopOfMuW), {Row::kTopW}},
      {"masks of their own", {0, Spoil::kNothing, kOpenings, true, false}, {Row::kPadsTwice, Row::kFoldPadsTwice, Row::kLineTwice}},
      {"slots for a fifth opening", {0, Spoil::kNothing, kOpenings + 1, false, false}, {Row::kBeyondBudget}, 1},
      {"silence about S~", {0, Spoil::kNothing, kOpenings, false, true}, {Row::kThirdEnd}},
      {"first valid nonces", without(Spoil::kSecondNonce), {Row::kNonces}},
  };
  return all;
}

/// Rows of which four honest proofs under one W have nothing to show.
bool is_compared(Row row) { return row != Row::kBeyondBudget && row != Row::kThirdEnd; }
/// Rows of links have tables of their own.
bool is_here(Row row) { return row != Row::kLinkValue; }

/// One piece of randomness is missing: its rows have to see it.
void speak(const Case& c, SpokenRows& spoken) {
  Recipe other = c.recipe;
  other.secret = 1;
  const Tally a = run(world(), std::string(c.missing) + ", A", c.recipe, c.exhibits, c.beyond);
  const Tally b = run(world(), std::string(c.missing) + ", B", other, c.exhibits, c.beyond);
  EXPECT_EQ(a.complaint + b.complaint, "") << "masks are no part of what is proven: " << c.missing;
  for (Row row : c.rows) spoken[static_cast<std::size_t>(row)].push_back(expect_speech(row, c.missing, a.counts, b.counts));
}

TEST(Leaks, EveryRowIsSilentWithMasksOnAndSpeaksWithoutItsOwn) {
  SpokenRows spoken;
  for (const Case& c : cases()) speak(c, spoken);
  const Tally a = run(world(), "secret A", {0}, kExhibits), b = run(world(), "secret B", {1}, kExhibits);
  const Tally simulated = run_simulated(world(), "nobody", kExhibits);
  EXPECT_EQ(a.complaint + b.complaint + simulated.complaint, "");
  for (const Tally* honest : {&a, &b}) {
    EXPECT_EQ(honest->counts.samples(Row::kNonces), 2 * honest->proofs);
    EXPECT_EQ(honest->counts.nonzero(Row::kNonces), 0u);
  }
  EXPECT_GE(std::min({a.proofs, b.proofs, simulated.proofs}), 10000u);
  std::printf("%zu proofs of A, %zu of B, %zu simulated.  p values: A uniform, A like B, A like simulated | without: uniform, A like B\n",
              a.proofs, b.proofs, simulated.proofs);
  for (std::size_t r = 0; r < kRowCount; ++r) {
    const Row row = static_cast<Row>(r);
    if (!is_here(row)) continue;
    if (is_compared(row)) expect_silence(row, a.counts, b.counts, simulated.counts, 5.0 * kRowCount, 2000);
    EXPECT_TRUE(row >= Row::kRawFraction || !spoken[r].empty()) << kRowNames[r] << " was never seen to speak";
    print_line(row, a.counts, b.counts, simulated.counts, spoken[r]);
  }
}

TEST(Leaks, AFifthOpeningThatWPaysForSaysNothing) {
  const World larger(plain_toy(5 * kQueries + 3));
  const Recipe recipe{0, Spoil::kNothing, kOpenings + 1, false, false};
  const Tally paid = run(larger, "paid", recipe, 2000, 1), unpaid = run(world(), "unpaid", recipe, 20, 1);
  EXPECT_GE(paid.proofs, 10000u);
  std::printf("row of W past four openings: %llu words, p %.2g with slots for a fifth, %.2g without\n",
              static_cast<unsigned long long>(paid.counts.samples(Row::kBeyondBudget)), paid.counts.p_uniform(Row::kBeyondBudget),
              unpaid.counts.p_uniform(Row::kBeyondBudget));
  EXPECT_GT(paid.counts.p_uniform(Row::kBeyondBudget), kSilent);
  EXPECT_LT(unpaid.counts.p_uniform(Row::kBeyondBudget), kFires);
}

}  // namespace
}  // namespace tacit::leaks
