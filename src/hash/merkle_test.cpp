#include "hash/merkle.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "field/cpu.h"
#include "hash/merkle_tree.h"

namespace tacit {
namespace {

using Positions = std::vector<std::size_t>;

Bytes random_rows(std::size_t bytes, unsigned seed) {
  std::mt19937 engine(seed);
  Bytes rows(bytes);
  for (std::uint8_t& b : rows) b = static_cast<std::uint8_t>(engine());
  return rows;
}

struct Opening {
  MerkleTree tree;
  Positions indices;
  std::vector<Digest> leaves, proof;

  bool accepted() const { return verify_multiproof(tree.root(), tree.log_leaves(), indices, leaves, proof); }
};

Opening open(int log_leaves, Positions indices, std::size_t row_bytes = 24) {
  Bytes rows = random_rows(row_bytes << log_leaves, 7);
  Opening o{MerkleTree(rows, row_bytes), std::move(indices), {}, {}};
  for (std::size_t i : o.indices) o.leaves.push_back(hash_leaf(ByteSpan(rows).subspan(i * row_bytes, row_bytes)));
  o.proof = o.tree.multiproof(o.indices);
  return o;
}

TEST(Merkle, HashesAreDomainSeparatedKeccak) {
  Digest left = keccak256({}), right = hash_leaf({});
  Bytes node = {1};
  node.insert(node.end(), left.begin(), left.end());
  node.insert(node.end(), right.begin(), right.end());
  EXPECT_EQ(hash_node(left, right), keccak256(node));
  const Bytes leaf = {0, 10, 20};
  EXPECT_EQ(hash_leaf(ByteSpan(leaf).subspan(1)), keccak256(leaf));
}

TEST(Merkle, TheRootIsTheHashTreeOfTheRows) {
  Bytes rows = random_rows(4 * 5, 3);
  auto leaf = [&](std::size_t i) { return hash_leaf(ByteSpan(rows).subspan(5 * i, 5)); };
  EXPECT_EQ(MerkleTree(rows, 5).root(), hash_node(hash_node(leaf(0), leaf(1)), hash_node(leaf(2), leaf(3))));
}

TEST(Merkle, AnySizeEqualsTheOneLeafAtATimeTreeAndTheTreeOverDigests) {
  for (int log_leaves : {0, 1, 3, 8, 11}) {
    Bytes rows = random_rows(std::size_t{16} << log_leaves, 4);
    std::vector<Digest> level;
    for (std::size_t i = 0; i < std::size_t{1} << log_leaves; ++i)
      level.push_back(hash_leaf(ByteSpan(rows).subspan(16 * i, 16)));
    EXPECT_EQ(MerkleTree(level).root(), MerkleTree(rows, 16).root());
    for (; level.size() > 1; level.resize(level.size() / 2))
      for (std::size_t i = 0; i < level.size() / 2; ++i) level[i] = hash_node(level[2 * i], level[2 * i + 1]);
    EXPECT_EQ(MerkleTree(rows, 16).root(), level[0]) << log_leaves;
  }
}

TEST(Merkle, ASingleLeafIsItsOwnRoot) {
  Opening o = open(0, {0});
  EXPECT_TRUE(o.proof.empty());
  EXPECT_EQ(o.tree.root(), o.leaves[0]);
  EXPECT_TRUE(o.accepted());
  o.leaves[0][31] ^= 1;
  EXPECT_FALSE(o.accepted());
}

TEST(Merkle, OpeningAllLeavesNeedsNoDigest) {
  Positions all(64);
  for (std::size_t i = 0; i < 64; ++i) all[i] = i;
  Opening o = open(6, all);
  EXPECT_TRUE(o.proof.empty());
  EXPECT_TRUE(o.accepted());
}

TEST(Merkle, TheProofOrderIsLevelByLevelThenByIndex) {
  Opening o = open(3, {1, 4});
  const MerkleTree& t = o.tree;
  std::vector<Digest> expected = {t.leaf(0), t.leaf(5), hash_node(t.leaf(2), t.leaf(3)),
                                  hash_node(t.leaf(6), t.leaf(7))};
  EXPECT_EQ(o.proof, expected);
}

TEST(Merkle, RandomSubsetsVerifyAndHaveTheComputedSize) {
  std::mt19937 engine(11);
  for (int trial = 0; trial < 300; ++trial) {
    const int log_leaves = static_cast<int>(engine() % 10);
    std::set<std::size_t> chosen;
    for (unsigned k = engine() % 40 + 1; k > 0; --k) chosen.insert(engine() % (std::size_t{1} << log_leaves));
    Opening o = open(log_leaves, Positions(chosen.begin(), chosen.end()));
    ASSERT_EQ(o.proof.size(), multiproof_size(log_leaves, o.indices));
    ASSERT_TRUE(o.accepted());
    o.leaves[engine() % o.leaves.size()][engine() % 32] ^= static_cast<std::uint8_t>(1u << engine() % 8);
    ASSERT_FALSE(o.accepted());
  }
}

TEST(Merkle, TheScalarHashVerifiesWhatTheVectorHashBuilt) {
  Opening o = open(9, {0, 3, 17, 18, 19, 200, 201, 511});
  ScalarScope scalar;
  EXPECT_TRUE(o.accepted());
  EXPECT_EQ(open(9, {0}).tree.root(), o.tree.root());
}

TEST(Merkle, RejectsEveryFlippedByteOfProofRootAndLeaves) {
  Opening good = open(5, {2, 3, 9, 30});
  ASSERT_TRUE(good.accepted());
  for (std::size_t d = 0; d < good.proof.size(); ++d)
    for (std::size_t byte = 0; byte < 32; ++byte) {
      Opening bad = good;
      bad.proof[d][byte] ^= 0x40;
      ASSERT_FALSE(bad.accepted()) << "digest " << d << " byte " << byte;
    }
  for (std::size_t byte = 0; byte < 32; ++byte) {
    Digest root = good.tree.root();
    root[byte] ^= 1;
    EXPECT_FALSE(verify_multiproof(root, 5, good.indices, good.leaves, good.proof));
  }
}

TEST(Merkle, RejectsANodePassedOffAsALeaf) {
  // Rows as long as two digests: the children of a node, offered as leaf bytes of a tree one level lower.
  Opening o = open(3, {0}, 64);
  std::vector<Digest> parents(4);
  for (std::size_t i = 0; i < 4; ++i) parents[i] = hash_node(o.tree.leaf(2 * i), o.tree.leaf(2 * i + 1));
  Bytes forged;
  for (std::size_t i = 0; i < 2; ++i) forged.insert(forged.end(), o.tree.leaf(i).begin(), o.tree.leaf(i).end());
  const Positions first = {0};
  const std::vector<Digest> proof = {parents[1], hash_node(parents[2], parents[3])};
  const std::vector<Digest> as_node = {parents[0]}, as_leaf = {hash_leaf(forged)};
  EXPECT_TRUE(verify_multiproof(o.tree.root(), 2, first, as_node, proof)) << "the forgery would work without prefixes";
  EXPECT_FALSE(verify_multiproof(o.tree.root(), 2, first, as_leaf, proof));
}

TEST(Merkle, RejectsDuplicateUnsortedMissingAndOutOfRangePositions) {
  Opening good = open(4, {3, 5});
  auto verdict = [&](Positions indices, std::vector<Digest> leaves) {
    return verify_multiproof(good.tree.root(), 4, indices, leaves, good.proof);
  };
  const Digest a = good.leaves[0], b = good.leaves[1];
  EXPECT_TRUE(verdict({3, 5}, {a, b}));
  EXPECT_FALSE(verdict({3, 3}, {a, a}));
  EXPECT_FALSE(verdict({3, 5, 5}, {a, b, b}));
  EXPECT_FALSE(verdict({5, 3}, {b, a}));
  EXPECT_FALSE(verdict({}, {}));
  EXPECT_FALSE(verdict({3, 5 + 16}, {a, b}));
  EXPECT_FALSE(verdict({3, ~std::size_t{0}}, {a, b}));
  EXPECT_FALSE(verdict({3, 4}, {a, b}));
  EXPECT_FALSE(verdict({3, 5}, {b, a}));
  EXPECT_FALSE(verdict({3, 5}, {a}));
  EXPECT_FALSE(verdict({3}, {a, b}));
}

TEST(Merkle, RejectsShortAndLongProofs) {
  Opening o = open(6, {1, 20, 21, 40});
  ASSERT_GE(o.proof.size(), 2u);
  Opening longer = o, shorter = o, empty = o;
  longer.proof.push_back(longer.proof.back());
  shorter.proof.pop_back();
  empty.proof.clear();
  EXPECT_FALSE(longer.accepted());
  EXPECT_FALSE(shorter.accepted());
  EXPECT_FALSE(empty.accepted());
}

TEST(Merkle, RejectsTheWrongDepth) {
  Opening o = open(4, {0});
  for (int depth : {-1, 0, 3, 5, kMaxLogLeaves, kMaxLogLeaves + 1, 64, 1000})
    EXPECT_FALSE(verify_multiproof(o.tree.root(), depth, o.indices, o.leaves, o.proof)) << depth;
  std::vector<Digest> cut(o.proof.begin(), o.proof.begin() + 3);
  EXPECT_FALSE(verify_multiproof(o.tree.root(), 3, o.indices, o.leaves, cut));
  o.proof.push_back(o.tree.root());
  EXPECT_FALSE(verify_multiproof(o.tree.root(), 5, o.indices, o.leaves, o.proof));
}

TEST(Merkle, RejectsSwappedProofDigests) {
  Opening o = open(5, {4});
  std::swap(o.proof[0], o.proof[1]);
  EXPECT_FALSE(o.accepted());
}

std::vector<Salt> random_salts(std::size_t count, unsigned seed) {
  const Bytes bytes = random_rows(count * sizeof(Salt), seed);
  std::vector<Salt> salts(count);
  for (std::size_t i = 0; i < count; ++i) std::copy_n(&bytes[sizeof(Salt) * i], sizeof(Salt), salts[i].begin());
  return salts;
}

TEST(MerkleSalts, ASaltedLeafIsTheHashOfRowAndSaltForEveryRowLength) {
  // Lengths around the block of Keccak with prefix and salt, counts around the eight lanes and the staging buffer.
  for (std::size_t row_bytes : {1, 8, 72, 102, 103, 104, 135, 136, 137, 512})
    for (std::size_t count : {1, 7, 8, 15, 16, 17, 40}) {
      const std::size_t stride = row_bytes + 3;
      const Bytes rows = random_rows(count * stride, 5);
      const std::vector<Salt> salts = random_salts(count, 6);
      std::vector<Digest> leaves(count);
      hash_salted_leaves(rows.data(), stride, row_bytes, salts, leaves.data());
      for (std::size_t i = 0; i < count; ++i) {
        Bytes message = {0};
        message.insert(message.end(), &rows[i * stride], &rows[i * stride] + row_bytes);
        message.insert(message.end(), salts[i].begin(), salts[i].end());
        ASSERT_EQ(leaves[i], keccak256(message)) << row_bytes << " bytes, row " << i << " of " << count;
      }
    }
}

TEST(MerkleSalts, ASaltedTreeIsTheTreeOverItsSaltedLeaves) {
  for (int log_leaves : {0, 2, 5, 10}) {
    const std::size_t count = std::size_t{1} << log_leaves;
    const Bytes rows = random_rows(24 * count, 8);
    const std::vector<Salt> salts = random_salts(count, 9);
    std::vector<Digest> leaves(count);
    hash_salted_leaves(rows.data(), 24, 24, salts, leaves.data());
    const MerkleTree tree(rows, 24, salts);
    EXPECT_EQ(tree.root(), MerkleTree(leaves).root());
    EXPECT_NE(tree.root(), MerkleTree(rows, 24).root());
    ScalarScope scalar;
    EXPECT_EQ(tree.root(), MerkleTree(rows, 24, salts).root());
  }
}

TEST(MerkleSalts, SaltsThatAreMadeWhenTheyAreNeededGiveTheTreeOfStoredOnes) {
  for (std::size_t count : {std::size_t{1}, std::size_t{64}, SaltSource::kPiece, 4 * SaltSource::kPiece}) {
    const Bytes rows = random_rows(24 * count, 13);
    const std::vector<Salt> salts = random_salts(count, 14);
    const SaltSource made(count, [&](std::size_t piece, std::span<Salt> out) {
      ASSERT_EQ(out.size(), std::min(count, SaltSource::kPiece));
      for (std::size_t i = 0; i < out.size(); ++i) out[i] = salts[SaltSource::kPiece * piece + i];
    });
    EXPECT_EQ(MerkleTree(rows, 24, made).root(), MerkleTree(rows, 24, salts).root());
    EXPECT_EQ(made.all(), salts);
    const std::vector<std::size_t> at{0, count / 2, count - 1};
    EXPECT_EQ(made.at(at), (std::vector<Salt>{salts[0], salts[count / 2], salts[count - 1]}));
    EXPECT_EQ(SaltSource(salts).at(at), made.at(at));
  }
  EXPECT_TRUE(SaltSource().empty());
}

TEST(MerkleSalts, OpensWithTheRightSaltAndNoOther) {
  const Bytes rows = random_rows(24 << 6, 10);
  const std::vector<Salt> salts = random_salts(64, 11);
  const MerkleTree tree(rows, 24, salts);
  const Positions indices = {3, 4, 40};
  Bytes opened;
  std::vector<Salt> opened_salts;
  for (std::size_t i : indices) {
    opened.insert(opened.end(), &rows[24 * i], &rows[24 * i] + 24);
    opened_salts.push_back(salts[i]);
  }
  const std::vector<Digest> proof = tree.multiproof(indices);
  auto accepted = [&](const std::vector<Salt>& with) {
    std::vector<Digest> leaves(indices.size());
    hash_salted_leaves(opened.data(), 24, 24, with, leaves.data());
    return verify_multiproof(tree.root(), 6, indices, leaves, proof);
  };
  EXPECT_TRUE(accepted(opened_salts));
  for (std::size_t k = 0; k < 3; ++k)
    for (std::size_t byte = 0; byte < 32; ++byte) {
      std::vector<Salt> wrong = opened_salts;
      wrong[k][byte] ^= 1;
      ASSERT_FALSE(accepted(wrong));
    }
  std::vector<Salt> swapped = opened_salts;
  std::swap(swapped[0], swapped[1]);
  EXPECT_FALSE(accepted(swapped));
  std::vector<Digest> unsalted(3);
  hash_leaves(opened.data(), 24, 24, 3, unsalted.data());
  EXPECT_FALSE(verify_multiproof(tree.root(), 6, indices, unsalted, proof));
}

TEST(MerkleSalts, EqualRowsHaveDifferentLeaves) {
  const Bytes rows(24 * 8, 0);
  const MerkleTree tree(rows, 24, random_salts(8, 12));
  std::set<Digest> leaves;
  for (std::size_t i = 0; i < 8; ++i) leaves.insert(tree.leaf(i));
  EXPECT_EQ(leaves.size(), 8u);
}

using MerkleDeathTest = ::testing::Test;
TEST(MerkleDeathTest, ABadRequestIsAContract) {
  Opening o = open(2, {1});
  EXPECT_EXIT(o.tree.multiproof(Positions{1, 1}), ::testing::ExitedWithCode(3), "positions");
  EXPECT_EXIT(MerkleTree(random_rows(30, 1), 10), ::testing::ExitedWithCode(3), "power-of-two");
  EXPECT_EXIT(MerkleTree(random_rows(31, 1), 10), ::testing::ExitedWithCode(3), "whole number");
  EXPECT_EXIT(MerkleTree(random_rows(40, 1), 10, random_salts(3, 1)), ::testing::ExitedWithCode(3), "salt");
}

}  // namespace
}  // namespace tacit
