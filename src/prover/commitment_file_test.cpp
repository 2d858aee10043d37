// Files of commitments: what is read, what is damaged, what would cost a verifier too much.
#include <gtest/gtest.h>

#include <cmath>

#include "prover/committed_network.h"

namespace tacit {
namespace {

struct World {
  TestNetwork net = make_committed_network(5, {Visibility::kCommitted, Visibility::kPublic});
  ProverModel model = net.compile();
  std::vector<std::int64_t> values = test_integers(1, 30);
  CommitmentOpening opening = test_commitment(values, 11);
};

const World& world() {
  static const World w;
  return w;
}

TEST(CommitmentFiles, FilesAreReadBackAndNothingElseIs) {
  const World& w = world();
  SignedCommitment named = w.opening.of;
  for (std::size_t length : {std::size_t{0}, kSignatureBytes}) {
    named.signature.assign(length, 7);
    const Bytes file = named.encode();
    auto back = read_commitment(file);
    ASSERT_TRUE(back.ok()) << back.error().text();
    EXPECT_EQ(back->commitment, named.commitment);
    EXPECT_EQ(back->signature, named.signature);
    for (std::size_t n = 0; n < file.size(); ++n) EXPECT_FALSE(read_commitment(ByteSpan(file).first(n)).ok()) << n;
    Bytes longer = file;
    longer.push_back(0);
    EXPECT_FALSE(read_commitment(longer).ok());
  }
  named.signature.assign(63, 7);
  EXPECT_FALSE(read_commitment(named.encode()).ok());
  const Bytes opening = w.opening.encode();
  auto back = read_opening(opening);
  ASSERT_TRUE(back.ok()) << back.error().text();
  EXPECT_EQ(back->encode(), opening);
  EXPECT_TRUE(commit_oracle(*back).ok());
  for (std::size_t n = 0; n < opening.size(); n += 3) EXPECT_FALSE(read_opening(ByteSpan(opening).first(n)).ok()) << n;
  back->integers[3] += 1;
  EXPECT_FALSE(commit_oracle(*back).ok());
}

TEST(CommitmentFiles, AnOpeningWhoseRootOrPinIsWrongIsDamaged) {
  const World& w = world();
  for (int field : {0, 1, 2, 3}) {
    CommitmentOpening damaged = w.opening;
    Commitment& c = damaged.of.commitment;
    if (field == 0) c.root[5] ^= 1;
    if (field == 1) c.pin_y += kOne;
    if (field == 2) damaged.integers[0] += 1;
    if (field == 3) damaged.secret = test_secret(99);
    const auto oracle = commit_oracle(damaged);
    ASSERT_FALSE(oracle.ok()) << field;
    EXPECT_EQ(oracle.error().code, ErrorCode::kBadInput);
    EXPECT_NE(oracle.error().what.find("damaged"), std::string::npos);
    bool charged = false;
    const auto proof = prove(w.model, input_columns(w.net, damaged.integers), {}, {{&damaged}, {}}, [&]() -> Status { charged = true; return Unit{}; });
    ASSERT_FALSE(proof.ok()) << field;
    EXPECT_EQ(proof.error().code, ErrorCode::kBadInput);
    EXPECT_FALSE(charged) << field;
  }
  const auto refused = prove(w.model, input_columns(w.net, w.values), {}, {{&w.opening}, {}}, []() -> Status { return bad_input("no opening is left"); });
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().what, "no opening is left");
}

TEST(CommitmentFiles, WhatWouldCostAVerifierTooMuchIsMalformed) {
  const Commitment& own = world().opening.of.commitment;
  ASSERT_TRUE(parse_commitment(own.body()).ok());
  Commitment wide = own;
  OpeningShape& shape = wide.params.shape;
  ASSERT_EQ(shape.log_limbs_x(), 0u);
  shape.limbs_w = kMaxLinkRowBytes / 8 - shape.limbs_x - shape.mask_words();
  auto rebuilt = [](Commitment c) {   // the same final vector behind a fold of more limbs
    c.params.rounds[0].log_limbs = c.params.shape.log_limbs();
    c.params.shape.random_slots_x = c.params.rounds[0].queries;
    return parse_commitment(c.body());
  };
  ASSERT_TRUE(rebuilt(wide).ok()) << rebuilt(wide).error().text();
  shape.limbs_w += 1;
  EXPECT_FALSE(check_link_cost(wide.params).ok());
  EXPECT_FALSE(rebuilt(wide).ok());
  Commitment slow = own;
  WhirRound& last = slow.params.rounds.back();
  slow.params.final_log = 16;
  last.queries = 64;
  EXPECT_TRUE(final_work_fits(slow.params));
  last.queries = 65;
  EXPECT_FALSE(final_work_fits(slow.params));
  EXPECT_FALSE(check_link_cost(slow.params).ok());
}

TEST(CommitmentFiles, RealValuesAreRoundedHalfUpOntoTheGridAndSaturate) {
  const double grid = 0x1p-16;
  const auto g = integers_on_grid({0, 0.5 * grid, -0.5 * grid, 1.5 * grid, -1.5 * grid, 0.49999999999999994 * grid, 1e9, -1e9, 1}, -16);
  ASSERT_TRUE(g.ok());
  EXPECT_EQ(*g, (std::vector<std::int64_t>{0, 1, 0, 2, -1, 0, kCommittedMax, kCommittedMin, 65536}));
  EXPECT_FALSE(integers_on_grid({std::nan("")}, -16).ok());
}

TEST(CommitmentFiles, WhatCannotBeCommittedIsRefused) {
  EXPECT_FALSE(commit_integers({}, {}, test_secret()).ok());
  EXPECT_FALSE(commit_integers({kCommittedMax + 1}, {}, test_secret()).ok());
  EXPECT_FALSE(commit_integers({1}, {-61, 2}, test_secret()).ok());
  EXPECT_FALSE(commit_integers({1}, {-16, 0}, test_secret()).ok());
}

}  // namespace
}  // namespace tacit
