// Keys whose theorem or limbs would be used against those who prove or verify with them.
#include "verifier/key.h"

#include <gtest/gtest.h>

#include "theorem/book.h"
#include "verifier/commitment.h"

namespace tacit {
namespace {

/// y = clamp(round(3 x / 2)), read `reads` times, of a private x: no weights, so the key needs no registration.
KeyCore key_core(std::uint32_t side, std::size_t reads) {
  KeyCore core;
  Book book;
  const ColumnId x = book.input("x", Home::kWitness, side, side, -8, 7);
  const AccId acc = book.accumulator("acc", side, side);
  for (std::size_t i = 0; i < reads; ++i) book.adds(acc, Linear::whole(x, side, 3));
  const ColumnId y = book.requantise(acc, -8, 7, 1);
  auto theorem = book.finish();
  EXPECT_TRUE(theorem.ok()) << theorem.error().text();
  core.theorem = std::move(*theorem);
  core.theorem.steps.clear();
  core.settings.openings = 0;
  for (auto [column, list] : {std::pair{x, &core.ports.inputs}, {y, &core.ports.outputs}})
    list->push_back({"port", {side, side}, column, 1, side, side, 1.0, Visibility::kPrivate});
  return core;
}

/// The key's file, its parameters made for its theorem.
Result<VerifierKey> read_back(KeyCore core) {
  DeriveOptions options;
  options.hide_x = true;
  options.initial_grind_bits = 12;
  options.sum_margin_bits = 1.02;
  auto params = derive_params(0, oracle_sizes(core.theorem, true).x, core.settings.security, options);
  EXPECT_TRUE(params.ok());
  VerifierKey key;
  core.params = *params;
  key.core = std::move(core);
  return read_key(key.encode());
}

void expect_refused(const Result<VerifierKey>& key, const char* what) {
  ASSERT_FALSE(key.ok()) << "CHEAT ACCEPTED";
  EXPECT_EQ(key.error().what, what);
}

TEST(Key, WithALookupThatTellsInputsApartIsRefused) {
  KeyCore core = key_core(1, 1);
  const auto honest = read_back(core);
  ASSERT_TRUE(honest.ok()) << honest.error().text();
  for (TableId id = 0; id < core.theorem.tables.size(); ++id)
    if (core.theorem.tables[id] == Table{TableKind::kRange, 1, 0, 0})
      core.theorem.lookups.push_back({"is it 5 or 6", id, 1, 1, {Expr{kNone, {Linear::whole(0, 1, 1)}, -5, 0}}});
  ASSERT_EQ(core.theorem.lookups.back().name, "is it 5 or 6");
  expect_refused(read_back(core), "this lookup may be impossible to satisfy");
}

TEST(Key, WithLimbsThatCutColumnsIntoManyTilesIsRefused) {
  VerifierKey key;
  key.core = key_core(2048, 2000);
  OpeningParams& p = key.core.params;
  p.shape = {0, oracle_sizes(key.core.theorem, true).x, 13, 0, 4096, 0, 0};
  p.shape.random_slots_x = 8192 - 6 * 12 - 4200;
  p.rounds = {{12, 13, 15, 100, 0, 0, 5}, {4, 9, 14, 100, 0, 1, 5}};
  p.final_log = 9;
  const Status form = check_form(p);
  ASSERT_TRUE(form.ok()) << form.error().text();
  expect_refused(read_key(key.encode()), "too much work on the tiles of the oracles");
}

TEST(Key, NoPortShowsHowOftenATablesRowsAreUsed) {
  ASSERT_TRUE(read_back(key_core(2, 1)).ok());
  KeyCore core = key_core(2, 1);
  const ColumnId id = core.theorem.multiplicities[0];
  const Column& c = core.theorem.columns[id];
  core.ports.outputs.push_back({"counts", {c.size()}, id, 1, c.rows, c.cols, 1.0, Visibility::kPrivate});
  auto key = read_back(std::move(core));
  EXPECT_FALSE(key.ok()) << "CHEAT ACCEPTED";
  if (!key.ok()) { EXPECT_EQ(key.error().what, "a port shows a multiplicity column"); }
}

TEST(Key, ACommitmentHasThePortsGridAndSize) {
  Port port{"x", {2, 2}, 0, 1, 2, 2, 0.25, Visibility::kCommitted};
  Commitment commitment;
  commitment.grid = -2;
  commitment.count = 4;
  EXPECT_TRUE(check_fit(port, commitment).ok());
  commitment.count = 5;
  EXPECT_FALSE(check_fit(port, commitment).ok()) << "CHEAT ACCEPTED";
  commitment.count = 4;
  commitment.grid = -3;
  EXPECT_FALSE(check_fit(port, commitment).ok()) << "CHEAT ACCEPTED";
}

}  // namespace
}  // namespace tacit
