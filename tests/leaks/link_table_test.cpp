// The tables of links: a proof with a committed input, and a renewal. Each part of a transcript is silent with all of its
// randomness in place, and speaks without the piece that hides it.
#include "leaks/link_exhibits.h"
#include "leaks/table.h"

namespace tacit::leaks {
namespace {

enum Part : std::size_t { kHead, kFirst, kSecond };  ///< before the openings of links, and these

/// A piece of randomness that is missing, and the rows of a part that see it.
struct Case {
  const char* missing;
  LinkRecipe recipe;
  Part part;
  std::vector<Row> rows;
  std::size_t proofs = 100;
};

/// What an opening has of its own, whoever asks for it.
struct OfOpening {
  const char* missing;
  Spoil spoil;
  std::vector<Row> rows;
  std::size_t proofs = 100;
};
const std::vector<OfOpening>& of_openings() {
  static const std::vector<OfOpening> all = {
      {"xi", Spoil::kFoldPads, {Row::kLimbFold}},
      {"row1 and mu_W", Spoil::kLine, {Row::kMaskClaim, Row::kOutOfDomain, Row::kFinalVector}},
      {"random slots of X", Spoil::kXSlots, {Row::kRowsX}},
      {"random slots of row2", Spoil::kRow2Slots, {Row::kRow2}},
      {"row1", Spoil::kRow1, {Row::kMaskWords, Row::kFoldedX}},
      {"mu_W", Spoil::kMuW, {Row::kMaskWords, Row::kFoldedW}},
      {"random slots of W", Spoil::kWSlots, {Row::kRowsW, Row::kPin, Row::kSlotsW}, 200},
      {"one random slot of X", Spoil::kOneXSlot, {Row::kSlotsX}},
      {"one random slot of row2", Spoil::kOneRow2Slot, {Row::kSlotsRow2}},
      {"one random slot of W", Spoil::kOneWSlot, {Row::kLastSlotW}, 800},
      {"salts of X", Spoil::kXSalts, {Row::kLeavesX}},
      {"salts of W", Spoil::kWSalts, {Row::kLeavesW}},
      {"xi from F, not E", Spoil::kBaseFoldPads, {Row::kLimbFold}},
      {"row1 from F, not E", Spoil::kBaseRow1, {Row::kFoldedX}},
      {"mu_W from F, not E", Spoil::kBaseMuW, {Row::kFoldedW}},
      {"top coefficient of row1", Spoil::kTopOfRow1, {Row::kTopX}},
      {"top coefficient of mu_W", Spoil::kTopOfMuW, {Row::kTopW}, 300},
  };
  return all;
}

std::vector<Case> cases_of_linked() {
  LinkRecipe pad, base_pad, pad_twice, masks_twice;
  pad.of_argument = Spoil::kLinkPad;
  base_pad.of_argument = Spoil::kBaseLinkPad;
  pad_twice.shared = Shared::kLinkPad;
  masks_twice.shared = Shared::kLinkMasks;
  std::vector<Case> out = {{"the link's pad", pad, kHead, {Row::kLinkValue}},
                           {"a pad from E, but F", base_pad, kHead, {Row::kLinkValue}},
                           {"a pad of its own", pad_twice, kFirst, {Row::kPadsTwice}},
                           {"masks of its own", masks_twice, kFirst, {Row::kFoldPadsTwice, Row::kLineTwice}}};
  for (const OfOpening& c : of_openings()) {
    LinkRecipe recipe;
    recipe.of_link = c.spoil;
    out.push_back({c.missing, recipe, kFirst, c.rows, c.proofs});
  }
  return out;
}

std::vector<Case> cases_of_renewals() {
  LinkRecipe pad, base_pad, masks_shared;
  pad.of_argument = Spoil::kLinkPad;
  base_pad.of_argument = Spoil::kBaseLinkPad;
  masks_shared.shared = Shared::kLinkMasks;
  std::vector<Case> out = {{"the link's pad", pad, kHead, {Row::kLinkValue}},
                           {"a pad from E, but F", base_pad, kHead, {Row::kLinkValue}},
                           {"masks of its own", masks_shared, kSecond, {Row::kFoldPadsTwice, Row::kLineTwice}}};
  for (const OfOpening& c : of_openings())
    for (const Part part : {kFirst, kSecond}) {
      LinkRecipe recipe;
      (part == kFirst ? recipe.of_link : recipe.of_newer) = c.spoil;
      out.push_back({c.missing, recipe, part, c.rows, c.proofs});
    }
  return out;
}

/// How a table makes its proofs; counts are of exhibits.
struct Maker {
  LinkTally (*run)(std::string_view, const LinkRecipe&, std::size_t);
  LinkTally (*simulate)(std::string_view, std::size_t);
  std::size_t proofs;  ///< of one exhibit
  std::vector<const char*> parts;
};

void speak(const Maker& maker, const Case& c, std::array<SpokenRows, 3>& spoken) {
  LinkRecipe other = c.recipe;
  other.secret = 1;
  const std::string name = std::string(maker.parts[c.part]) + ", " + c.missing;
  const std::size_t exhibits = c.proofs / maker.proofs;
  const LinkTally a = maker.run(name + ", A", c.recipe, exhibits), b = maker.run(name + ", B", other, exhibits);
  EXPECT_EQ(a.complaint + b.complaint, "") << "masks are no part of what is proven: " << name;
  for (Row row : c.rows)
    spoken[c.part][static_cast<std::size_t>(row)].push_back(expect_speech(row, c.missing, a.parts[c.part], b.parts[c.part]));
}

/// Rows of which nothing is known or nothing is honest in this table.
bool is_compared(const LinkTally& a, Part part, Row row) {
  return row != Row::kBeyondBudget && row != Row::kThirdEnd && a.parts[part].samples(row) != 0;
}

void expect_table(const Maker& maker, const std::vector<Case>& cases, std::size_t proofs) {
  std::array<SpokenRows, 3> spoken;
  for (const Case& c : cases) speak(maker, c, spoken);
  const std::string name = maker.parts[0];
  const std::size_t exhibits = proofs / maker.proofs;
  const LinkTally a = maker.run(name + ", secret A", {}, exhibits), b = maker.run(name + ", secret B", {1}, exhibits);
  const LinkTally simulated = maker.simulate(name + ", nobody", exhibits);
  EXPECT_EQ(a.complaint + b.complaint + simulated.complaint, "");
  EXPECT_GE(std::min({a.proofs, b.proofs, simulated.proofs}), 10000u);
  std::printf("%zu proofs of A, %zu of B, %zu simulated.  p values: A uniform, A like B, A like simulated | without: uniform, A like B\n",
              a.proofs, b.proofs, simulated.proofs);
  for (std::size_t part = 0; part < maker.parts.size(); ++part) {
    std::printf("-- %s\n", maker.parts[part]);
    for (const LinkTally* honest : {&a, &b}) EXPECT_EQ(honest->parts[part].nonzero(Row::kNonces), 0u);
    for (std::size_t r = 0; r < kRowCount; ++r) {
      const Row row = static_cast<Row>(r);
      const auto at = static_cast<Part>(part);
      if (!is_compared(a, at, row)) {
        EXPECT_TRUE(spoken[part][r].empty()) << kRowNames[r] << " speaks of what was never seen honest";
        continue;
      }
      expect_silence(row, a.parts[part], b.parts[part], simulated.parts[part], 5.0 * kRowCount * static_cast<double>(maker.parts.size()), 500);
      print_line(row, a.parts[part], b.parts[part], simulated.parts[part], spoken[part][r]);
    }
  }
}

TEST(LinkLeaks, AProofWithACommittedInputIsSilentWithMasksOnAndSpeaksWithoutThem) {
  const Maker maker{run_linked, run_linked_simulated, kOpenings, {"argument with a committed input", "its link: B, X'"}};
  expect_table(maker, cases_of_linked(), 10000);
}

TEST(LinkLeaks, ARenewalIsSilentWithMasksOnAndSpeaksWithoutThem) {
  const Maker maker{run_renewals, run_renewals_simulated, 1, {"renewal", "its opening of the old weights", "its opening of the new weights"}};
  expect_table(maker, cases_of_renewals(), 10000);
}

}  // namespace
}  // namespace tacit::leaks
