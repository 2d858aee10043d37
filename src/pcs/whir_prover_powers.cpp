#include <tbb/blocked_range.h>
#include <tbb/combinable.h>
#include <tbb/parallel_for.h>

#include <algorithm>

#include "base/contract.h"
#include "field/arrays.h"
#include "pcs/whir_prover_fold.h"

namespace tacit {
namespace {

constexpr std::size_t kTilesPerTask = 16;

/// 1, z, ..., z^(kPowerTile - 1).
FeVector power_tile(Fe z) {
  FeVector out(kPowerTile, kOne);
  for (std::size_t i = 1; i < kPowerTile; ++i) out[i] = out[i - 1] * z;
  return out;
}

/// Calls work(first tile, end tile) for consecutive runs of the tiles that cover `size` positions.
void for_tiles(std::size_t size, auto&& work) {
  const std::size_t tiles = (size + kPowerTile - 1) / kPowerTile;
  tbb::parallel_for(tbb::blocked_range<std::size_t>(0, tiles, kTilesPerTask),
                    [&](const auto& r) { work(r.begin(), r.end()); });
}

template <class T> std::span<T> tile_of(std::span<T> all, std::size_t tile) {
  return all.subspan(tile * kPowerTile, std::min(kPowerTile, all.size() - tile * kPowerTile));
}

void add_point_batch(std::span<const Fp> points, std::span<const Fe> coefficients, std::span<Fe> out) {
  const FoldKernels& kernels = fold_kernels();
  FpVector tables(points.size() * kPowerTile, Fp(1)), steps(points.size());
  for (std::size_t j = 0; j < points.size(); ++j) {
    Fp* table = &tables[j * kPowerTile];
    for (std::size_t i = 1; i < kPowerTile; ++i) table[i] = table[i - 1] * points[j];
    steps[j] = table[kPowerTile - 1] * points[j];
  }
  for_tiles(out.size(), [&](std::size_t first, std::size_t end) {
    FeVector scaled(points.size());
    for (std::size_t j = 0; j < points.size(); ++j) scaled[j] = coefficients[j] * steps[j].pow(first);
    for (std::size_t tile = first; tile < end; ++tile) {
      std::span<Fe> part = tile_of(out, tile);
      kernels.add_tables(tables.data(), scaled.data(), points.size(), part.size(), part.data());
      for (std::size_t j = 0; j < points.size(); ++j) scaled[j] *= steps[j];
    }
  });
}

}  // namespace

Fe evaluate_powers(std::span<const Fe> v, Fe z) {
  const FeVector table = power_tile(z);
  const Fe step = table.back() * z;
  tbb::combinable<Fe> sums;
  for_tiles(v.size(), [&](std::size_t first, std::size_t end) {
    Fe sum;
    for (std::size_t tile = end; tile-- > first;) {
      std::span<const Fe> part = tile_of(v, tile);
      sum = sum * step + dot(std::span<const Fe>(table).first(part.size()), part);
    }
    sums.local() += sum * step.pow(first);
  });
  return sums.combine([](const Fe& x, const Fe& y) { return x + y; });
}

void add_powers(Fe z, Fe coefficient, std::span<Fe> out) {
  const FeVector table = power_tile(z);
  const Fe step = table.back() * z;
  for_tiles(out.size(), [&](std::size_t first, std::size_t end) {
    Fe scale = coefficient * step.pow(first);
    for (std::size_t tile = first; tile < end; ++tile, scale *= step) {
      std::span<Fe> part = tile_of(out, tile);
      add_scaled(std::span<const Fe>(table).first(part.size()), scale, part);
    }
  });
}

void add_powers(std::span<const Fp> points, std::span<const Fe> coefficients, std::span<Fe> out) {
  TACIT_EXPECTS(points.size() == coefficients.size(), "one coefficient a point");
  for (std::size_t at = 0; at < points.size(); at += kMaxPoints) {
    const std::size_t count = std::min(kMaxPoints, points.size() - at);
    add_point_batch(points.subspan(at, count), coefficients.subspan(at, count), out);
  }
}

}  // namespace tacit
