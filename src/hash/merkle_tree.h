// Merkle trees, the prover's side: builds all levels on every core (oneTBB) and opens sets of leaves.
//
//   rows      row 0 | row 1 | ... | row 2^k - 1        row-major, row_bytes each
//   salts     none, or one for every row; never held together but where a caller has them
//   digests   2^k leaves | 2^(k-1) nodes | ... | root  64 bytes a row in all
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "hash/merkle.h"

namespace tacit {

/// The salts of a tree: stored ones, or ones that are made whenever they are needed, 32 bytes a row less to keep.
class SaltSource {
 public:
  static constexpr std::size_t kPiece = 256;
  /// Writes salts kPiece * piece + i for i < out.size() <= kPiece, always the same ones, from any thread.
  using Make = std::function<void(std::size_t piece, std::span<Salt> out)>;

  SaltSource() = default;  ///< none
  SaltSource(std::vector<Salt> stored);  // NOLINT: a list of salts is a source of them
  /// `count` salts.
  SaltSource(std::size_t count, Make make) : count_(count), make_(std::move(make)) {}

  bool empty() const { return count_ == 0; }
  std::size_t size() const { return count_; }
  /// The salts from `first`, a multiple of kPiece, on: kPiece of them, or as many as there are.
  void read_piece(std::size_t first, std::vector<Salt>& out) const;
  /// The salts of these rows.
  std::vector<Salt> at(std::span<const std::size_t> rows) const;
  std::vector<Salt> all() const;

 private:
  std::size_t count_ = 0;
  Make make_;
};

/// Immutable once built; copies share the digests.
class MerkleTree {
 public:
  /// The tree whose leaf i is row i, with salt i if there are salts. Contract: `rows` is a power-of-two number of rows
  /// of `row_bytes` > 0 bytes. Costs row_bytes / 136 + 2 permutations a row (about 30 ns each and core with AVX-512); a
  /// salt counts as 32 bytes of its row.
  MerkleTree(ByteSpan rows, std::size_t row_bytes, const SaltSource& salts = {});
  /// The tree over digests that hash_leaf already made; a power-of-two number of them.
  explicit MerkleTree(std::span<const Digest> leaves);

  const Digest& root() const { return digests_[(std::size_t{2} << log_leaves_) - 2]; }
  int log_leaves() const { return log_leaves_; }
  const Digest& leaf(std::size_t index) const { return digests_[index]; }

  /// What verify_multiproof expects for these positions. Contract: valid_positions(log_leaves(), indices).
  std::vector<Digest> multiproof(std::span<const std::size_t> indices) const;

 private:
  void build_nodes();
  std::shared_ptr<Digest[]> digests_;  ///< 2^(log_leaves + 1) - 1 of them, level after level
  int log_leaves_ = 0;
};

}  // namespace tacit
