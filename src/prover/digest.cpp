#include "prover/digest.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <vector>

namespace tacit {
namespace {
constexpr std::size_t kPiece = 4096, kPiecesPerTask = 64;
}  // namespace

Digest digest_of_pieces(ByteSpan data) {
  const std::size_t whole = data.size() / kPiece, tail = data.size() % kPiece;
  std::vector<Digest> digests(whole + (tail != 0 ? 1 : 0));
  tbb::parallel_for(std::size_t{0}, (whole + kPiecesPerTask - 1) / kPiecesPerTask, [&](std::size_t task) {
    const std::size_t first = task * kPiecesPerTask, count = std::min(kPiecesPerTask, whole - first);
    keccak256_many(data.data() + first * kPiece, kPiece, kPiece, count, digests.data() + first);
  });
  if (tail != 0) digests.back() = keccak256(data.last(tail));
  ByteWriter length;
  length.u64(data.size());
  Keccak256 hasher;
  hasher.update(length.data());
  hasher.update({reinterpret_cast<const std::uint8_t*>(digests.data()), sizeof(Digest) * digests.size()});
  return hasher.finish();
}

}  // namespace tacit
