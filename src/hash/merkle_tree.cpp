#include "hash/merkle_tree.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <bit>

#include "base/contract.h"
#include "hash/merkle_walk.h"

namespace tacit {
namespace {

// Digests one task makes: long enough to hide the scheduler, a multiple of the eight lanes.
constexpr std::size_t kTask = 256;
static_assert(kTask == SaltSource::kPiece, "a task reads one piece of the salts");

template <class Body> void for_ranges(std::size_t count, Body body) {
  const std::size_t tasks = (count + kTask - 1) / kTask;
  if (tasks <= 1) return body(std::size_t{0}, count);
  tbb::parallel_for(std::size_t{0}, tasks, [&](std::size_t t) { body(t * kTask, std::min(count - t * kTask, kTask)); });
}

}  // namespace

SaltSource::SaltSource(std::vector<Salt> stored) : count_(stored.size()) {
  const auto shared = std::make_shared<const std::vector<Salt>>(std::move(stored));
  make_ = [shared](std::size_t piece, std::span<Salt> out) {
    std::copy_n(shared->begin() + static_cast<std::ptrdiff_t>(kPiece * piece), out.size(), out.begin());
  };
}

void SaltSource::read_piece(std::size_t first, std::vector<Salt>& out) const {
  TACIT_EXPECTS(first % kPiece == 0 && first < count_, "salts are read in pieces");
  out.resize(std::min(kPiece, count_ - first));
  make_(first / kPiece, out);
}

std::vector<Salt> SaltSource::at(std::span<const std::size_t> rows) const {
  std::vector<Salt> piece, out;
  out.reserve(rows.size());
  for (const std::size_t row : rows) {
    read_piece(row / kPiece * kPiece, piece);
    out.push_back(piece[row % kPiece]);
  }
  return out;
}

std::vector<Salt> SaltSource::all() const {
  std::vector<Salt> piece, out;
  out.reserve(count_);
  for (std::size_t first = 0; first < count_; first += kPiece) {
    read_piece(first, piece);
    out.insert(out.end(), piece.begin(), piece.end());
  }
  return out;
}

MerkleTree::MerkleTree(ByteSpan rows, std::size_t row_bytes, const SaltSource& salts) {
  TACIT_EXPECTS(row_bytes > 0 && rows.size() % row_bytes == 0, "the buffer is not a whole number of rows");
  const std::size_t count = rows.size() / row_bytes;
  TACIT_EXPECTS(std::has_single_bit(count), "a tree needs a power-of-two number of rows");
  TACIT_EXPECTS(salts.empty() || salts.size() == count, "every row has its salt, or none has");
  log_leaves_ = std::countr_zero(count);
  // Not value-initialised: the threads that hash also take the first page faults.
  digests_ = std::make_shared_for_overwrite<Digest[]>(2 * count - 1);
  for_ranges(count, [&](std::size_t first, std::size_t n) {
    const std::uint8_t* part = rows.data() + first * row_bytes;
    Digest* out = digests_.get() + first;
    if (salts.empty()) return hash_leaves(part, row_bytes, row_bytes, n, out);
    std::vector<Salt> piece;
    salts.read_piece(first, piece);
    hash_salted_leaves(part, row_bytes, row_bytes, piece, out);
  });
  build_nodes();
}

MerkleTree::MerkleTree(std::span<const Digest> leaves) {
  const std::size_t count = leaves.size();
  TACIT_EXPECTS(std::has_single_bit(count), "a tree needs a power-of-two number of leaves");
  log_leaves_ = std::countr_zero(count);
  digests_ = std::make_shared_for_overwrite<Digest[]>(2 * count - 1);
  std::copy(leaves.begin(), leaves.end(), digests_.get());
  build_nodes();
}

void MerkleTree::build_nodes() {
  Digest* children = digests_.get();
  for (std::size_t count = std::size_t{1} << log_leaves_; count > 1; count /= 2) {
    Digest* parents = children + count;
    for_ranges(count / 2, [&](std::size_t first, std::size_t n) {
      hash_nodes(children + 2 * first, n, parents + first);
    });
    children = parents;
  }
}

std::vector<Digest> MerkleTree::multiproof(std::span<const std::size_t> indices) const {
  TACIT_EXPECTS(valid_positions(log_leaves_, indices), "multiproof positions must be sorted, distinct and in range");
  std::vector<std::size_t> known(indices.begin(), indices.end());
  std::vector<Digest> proof;
  const Digest* level = digests_.get();
  for (std::size_t count = std::size_t{1} << log_leaves_; count > 1; count /= 2) {
    climb_level(known, [](std::size_t) {}, [&](std::size_t k) { proof.push_back(level[known[k] ^ 1]); });
    level += count;
  }
  return proof;
}

}  // namespace tacit
