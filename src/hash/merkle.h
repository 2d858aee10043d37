// Merkle trees over a power-of-two number of leaves, the verifier's side: no threads, no exceptions.
//
//   level log_leaves            root
//                              /    \            node = keccak256(0x01 || left || right)
//   level 1                   n0    n1
//                            / \    / \          leaf = keccak256(0x00 || row), salted: keccak256(0x00 || row || salt)
//   level 0                 d0 d1  d2 d3
//
// The prefix bytes keep a node from being passed off as a leaf. A salt is 32 random bytes of one leaf, opened with its
// row: without it the hash of an unopened row would tell which row it is to whoever can guess it. Whether a tree is
// salted is known to both sides, never read off the tree. A multiproof opens several leaves at once: it holds the
// siblings that cannot be computed from what is known, level by level from the leaves up, within a level by increasing
// index. The positions alone fix its length, so there is one proof per set of positions and no length field.
#pragma once

#include <cstddef>
#include <span>

#include "hash/keccak.h"

namespace tacit {

constexpr int kMaxLogLeaves = 48;

/// 32 bytes that only the prover knows until the leaf is opened.
using Salt = Digest;

Digest hash_leaf(ByteSpan bytes);
Digest hash_node(const Digest& left, const Digest& right);
/// out[i] = hash_leaf of row i, rows `stride` bytes apart.
void hash_leaves(const std::uint8_t* rows, std::size_t stride, std::size_t row_bytes, std::size_t count, Digest* out);
/// out[i] = hash_leaf of row i followed by salts[i], i < salts.size().
void hash_salted_leaves(const std::uint8_t* rows, std::size_t stride, std::size_t row_bytes,
                        std::span<const Salt> salts, Digest* out);
/// out[i] = hash_node(children[2i], children[2i + 1]), i < count.
void hash_nodes(const Digest* children, std::size_t count, Digest* out);

/// True for a non-empty, strictly increasing list of indices below 2^log_leaves.
bool valid_positions(int log_leaves, std::span<const std::size_t> indices);

/// The exact number of digests in the multiproof of these positions. Contract: valid_positions.
std::size_t multiproof_size(int log_leaves, std::span<const std::size_t> indices);

/// True when the leaves at `indices` have these digests in the tree with this root. Invalid positions, and a wrong
/// number of leaf or proof digests, are false. Costs one node hash for every node above the opened leaves.
bool verify_multiproof(const Digest& root, int log_leaves, std::span<const std::size_t> indices,
                       std::span<const Digest> leaves, std::span<const Digest> proof);

}  // namespace tacit
