#include "hash/merkle.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "base/contract.h"
#include "hash/merkle_walk.h"

namespace tacit {
namespace {

constexpr int kLeafPrefix = 0, kNodePrefix = 1;
static_assert(sizeof(Digest) == 32, "two digests in a row are the 64 bytes of a node");
// Rows brought together with their salts at a time: a multiple of the eight lanes that stays in the first cache.
constexpr std::size_t kStaged = 16;

}  // namespace

Digest hash_leaf(ByteSpan bytes) {
  Digest digest;
  hash_leaves(bytes.data(), bytes.size(), bytes.size(), 1, &digest);
  return digest;
}

Digest hash_node(const Digest& left, const Digest& right) {
  const Digest children[2] = {left, right};
  Digest digest;
  hash_nodes(children, 1, &digest);
  return digest;
}

void hash_leaves(const std::uint8_t* rows, std::size_t stride, std::size_t row_bytes, std::size_t count, Digest* out) {
  keccak256_many(rows, stride, row_bytes, count, out, kLeafPrefix);
}

void hash_salted_leaves(const std::uint8_t* rows, std::size_t stride, std::size_t row_bytes,
                        std::span<const Salt> salts, Digest* out) {
  const std::size_t length = row_bytes + sizeof(Salt);
  Bytes staged(std::min(kStaged, salts.size()) * length);
  for (std::size_t at = 0; at < salts.size(); at += kStaged) {
    const std::size_t count = std::min(kStaged, salts.size() - at);
    for (std::size_t i = 0; i < count; ++i) {
      std::uint8_t* leaf = staged.data() + i * length;
      std::memcpy(leaf, rows + (at + i) * stride, row_bytes);
      std::memcpy(leaf + row_bytes, salts[at + i].data(), sizeof(Salt));
    }
    hash_leaves(staged.data(), length, length, count, out + at);
  }
}

void hash_nodes(const Digest* children, std::size_t count, Digest* out) {
  keccak256_many(reinterpret_cast<const std::uint8_t*>(children), 2 * sizeof(Digest), 2 * sizeof(Digest), count, out,
                 kNodePrefix);
}

bool valid_positions(int log_leaves, std::span<const std::size_t> indices) {
  if (log_leaves < 0 || log_leaves > kMaxLogLeaves || indices.empty()) return false;
  for (std::size_t k = 1; k < indices.size(); ++k)
    if (indices[k - 1] >= indices[k]) return false;
  return indices.back() >> log_leaves == 0;
}

std::size_t multiproof_size(int log_leaves, std::span<const std::size_t> indices) {
  TACIT_EXPECTS(valid_positions(log_leaves, indices), "multiproof positions must be sorted, distinct and in range");
  std::vector<std::size_t> known(indices.begin(), indices.end());
  std::size_t count = 0;
  for (int level = 0; level < log_leaves; ++level)
    climb_level(known, [](std::size_t) {}, [&](std::size_t) { ++count; });
  return count;
}

bool verify_multiproof(const Digest& root, int log_leaves, std::span<const std::size_t> indices,
                       std::span<const Digest> leaves, std::span<const Digest> proof) {
  if (!valid_positions(log_leaves, indices) || leaves.size() != indices.size()) return false;
  if (proof.size() != multiproof_size(log_leaves, indices)) return false;
  std::vector<std::size_t> known(indices.begin(), indices.end());
  std::vector<Digest> digests(leaves.begin(), leaves.end()), children;
  std::size_t used = 0;
  for (int level = 0; level < log_leaves; ++level) {
    children.clear();
    auto pair = [&](std::size_t k) { children.insert(children.end(), {digests[k], digests[k + 1]}); };
    auto lone = [&](std::size_t k) {
      const Digest& sibling = proof[used++];
      if (known[k] % 2 == 0) children.insert(children.end(), {digests[k], sibling});
      else children.insert(children.end(), {sibling, digests[k]});
    };
    climb_level(known, pair, lone);
    digests.resize(known.size());
    hash_nodes(children.data(), digests.size(), digests.data());
  }
  return digests.front() == root;
}

}  // namespace tacit
