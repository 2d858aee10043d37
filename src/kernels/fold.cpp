#include "kernels/fold.h"

#include <algorithm>
#include <array>
#include <tbb/parallel_for.h>

#include "base/contract.h"
#include "base/multiversion.h"

namespace tacit {
namespace {

constexpr std::size_t kFoldChunk = 2048;  // 2^11 products below 2^51 stay below 2^62
constexpr std::size_t kBlockCols = 256;

struct Halves {
  std::int32_t lo, hi;
};

// x = lo + 2^32 hi (mod p), both signed. The representative of x nearest to zero has |hi| <= 2^31 but for one value.
Halves split(Fp x) {
  std::int64_t v = x.to_signed();
  if (v == static_cast<std::int64_t>(Fp::kModulus / 2)) v = -v - 1;
  const auto lo = static_cast<std::int32_t>(static_cast<std::uint32_t>(v));
  return {lo, static_cast<std::int32_t>((v - lo) >> 32)};
}

Fp join(std::int64_t lo, std::int64_t hi) {
  return Fp::from_signed128(static_cast<__int128>(lo) + (static_cast<__int128>(hi) << 32));
}

TACIT_MULTIVERSION void add_multiples(std::int64_t* __restrict out, const std::int32_t* __restrict x, std::int32_t w, std::size_t n) {
  for (std::size_t s = 0; s < n; ++s) out[s] += static_cast<std::int64_t>(w) * x[s];
}

TACIT_MULTIVERSION std::int64_t dot_int(const std::int32_t* __restrict a, const std::int32_t* __restrict b, std::size_t n) {
  std::int64_t sum = 0;
  for (std::size_t k = 0; k < n; ++k) sum += static_cast<std::int64_t>(a[k]) * b[k];
  return sum;
}

void fold_block(std::span<const std::int32_t> m, std::size_t rows, std::size_t cols, std::span<const Fe> u, std::span<Fe> out,
                std::size_t begin, std::size_t width) {
  std::array<std::array<std::int64_t, kBlockCols>, 6> sums;
  for (std::size_t chunk = 0; chunk < rows; chunk += kFoldChunk) {
    for (auto& s : sums) s.fill(0);
    for (std::size_t c = chunk; c < std::min(rows, chunk + kFoldChunk); ++c)
      for (int limb = 0; limb < 3; ++limb) {
        const Halves h = split(u[c].c[limb]);
        add_multiples(sums[2 * limb].data(), m.data() + c * cols + begin, h.lo, width);
        add_multiples(sums[2 * limb + 1].data(), m.data() + c * cols + begin, h.hi, width);
      }
    for (std::size_t k = 0; k < width; ++k)
      for (int limb = 0; limb < 3; ++limb) out[begin + k].c[limb] += join(sums[2 * limb][k], sums[2 * limb + 1][k]);
  }
}

}  // namespace

void fold_rows(std::span<const std::int32_t> m, std::size_t rows, std::size_t cols, std::span<const Fe> u, std::span<Fe> out) {
  TACIT_EXPECTS(m.size() == rows * cols && u.size() == rows && out.size() == cols, "fold_rows: shapes fit");
  std::fill(out.begin(), out.end(), kZero);
  const std::size_t blocks = (cols + kBlockCols - 1) / kBlockCols;
  auto run = [&](std::size_t block) {
    const std::size_t begin = block * kBlockCols;
    fold_block(m, rows, cols, u, out, begin, std::min(kBlockCols, cols - begin));
  };
  if (rows * cols < 1 << 14) {
    for (std::size_t block = 0; block < blocks; ++block) run(block);
  } else {
    tbb::parallel_for(std::size_t{0}, blocks, run);
  }
}

SplitVector::SplitVector(std::span<const Fe> v) : size_(v.size()) {
  for (auto& half : halves_) half.resize(size_);
  for (std::size_t s = 0; s < size_; ++s)
    for (int limb = 0; limb < 3; ++limb) {
      const Halves h = split(v[s].c[limb]);
      halves_[2 * limb][s] = h.lo;
      halves_[2 * limb + 1][s] = h.hi;
    }
}

Fe SplitVector::dot(const std::int32_t* x) const {
  Fe out;
  for (std::size_t chunk = 0; chunk < size_; chunk += kFoldChunk) {
    const std::size_t n = std::min(kFoldChunk, size_ - chunk);
    for (int limb = 0; limb < 3; ++limb)
      out.c[limb] += join(dot_int(x + chunk, halves_[2 * limb].data() + chunk, n), dot_int(x + chunk, halves_[2 * limb + 1].data() + chunk, n));
  }
  return out;
}

}  // namespace tacit
