#include "pcs/whir_prover_fold.h"

#include <tbb/blocked_range.h>
#include <tbb/combinable.h>
#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <array>

#include "base/contract.h"

namespace tacit {
namespace {

constexpr std::size_t kGrain = kMaxGridCount;  ///< positions a task
constexpr std::size_t kKeepBytes = 64 << 20;   ///< a covector up to this size is produced once and kept

void for_ranges(std::size_t count, auto&& work) {
  if (count <= kGrain) return work(std::size_t{0}, count);
  tbb::parallel_for(tbb::blocked_range<std::size_t>(0, count, kGrain), [&](const auto& r) { work(r.begin(), r.end()); },
                    tbb::simple_partitioner());
}

std::size_t log2_ceil(std::size_t x) {
  std::size_t k = 0;
  while ((std::size_t{1} << k) < x) ++k;
  return k;
}

/// Variables bound on the grid: one more if the limbs behind the largest power of two are at most a quarter of it.
std::size_t grid_variables_for(std::size_t limbs, std::size_t variables) {
  if (variables <= kMaxGridVariables) return variables;
  const std::size_t half = std::size_t{1} << (variables - 1);
  return kMaxGridVariables + (4 * (limbs - half) <= half ? 1 : 0);
}

const Fe kHalf = Fe(Fp(2).inverse());

}  // namespace

FoldTables::FoldTables(FeVector values, FeVector covector) : v(std::move(values)), a(std::move(covector)) {
  TACIT_EXPECTS(v.size() == a.size() && (v.size() & (v.size() - 1)) == 0, "v and a have one power-of-two length");
}

FoldSums FoldTables::message() const {
  const std::size_t half = v.size() / 2;
  const FoldKernels& kernels = fold_kernels();
  tbb::combinable<FoldSums> parts;
  for_ranges(half, [&](std::size_t at, std::size_t end) {
    FoldSums part = kernels.round_sums(&v[at], &v[half + at], &a[at], &a[half + at], end - at);
    FoldSums& sum = parts.local();
    sum.constant += part.constant, sum.leading += part.leading;
  });
  return parts.combine([](const FoldSums& x, const FoldSums& y) {
    return FoldSums{x.constant + y.constant, x.leading + y.leading};
  });
}

void FoldTables::bind(Fe r) {
  const std::size_t half = v.size() / 2;
  const FoldKernels& kernels = fold_kernels();
  for_ranges(half, [&](std::size_t at, std::size_t end) {
    kernels.fold(&v[at], &v[half + at], r, end - at);
    kernels.fold(&a[at], &a[half + at], r, end - at);
  });
  v.resize(half);
  a.resize(half);
}

LimbFold::LimbFold(std::span<const Fp> message, std::size_t log_n, std::size_t limbs, const Covector& covector,
                   std::size_t late)
    : message_(message), n_(std::size_t{1} << log_n), limbs_(limbs), variables_(log2_ceil(limbs)),
      grid_variables_(grid_variables_for(limbs, variables_)),
      groups_(std::size_t{1} << (variables_ - grid_variables_)), covector_(covector), late_(late) {
  TACIT_EXPECTS(message.size() == limbs * n_, "an oracle's message is made of whole limbs");
  choose_blocks();
  sum_grid();
  if (variables_ == 0 && late_ == 0) combine_groups();
}

void LimbFold::fill(std::size_t limb, std::size_t first, std::span<Fe> out) const {
  if (covector_.is_zero(limb)) std::fill(out.begin(), out.end(), kZero);
  else if (out.size() == n_) covector_.fill(limb, out);
  else TACIT_EXPECTS(covector_.fill_part(limb, first, out), "a covector that gives parts gives all of them");
}

void LimbFold::choose_blocks() {
  block_ = std::min(n_, kGrain);
  if (sizeof(Fe) * limbs_ * n_ <= kKeepBytes) {
    kept_.resize(limbs_ * n_);
    tbb::parallel_for(std::size_t{0}, limbs_, [&](std::size_t limb) { fill(limb, 0, {&kept_[limb * n_], n_}); });
  } else if (block_ < n_) {
    FeVector probe(block_);
    if (!covector_.fill_part(0, 0, probe)) block_ = n_;
  }
}

/// Calls work(first position, count, scratch) for all blocks. A block of kGrain positions is one task and starts no
/// tasks of its own, so its scratch belongs to its thread; a block of a whole limb is the only one.
void LimbFold::for_blocks(auto&& work) const {
  if (block_ == n_) {
    FeVector scratch;
    return work(std::size_t{0}, n_, scratch);
  }
  tbb::enumerable_thread_specific<FeVector> scratch;
  tbb::parallel_for(std::size_t{0}, n_ / block_, [&](std::size_t k) { work(k * block_, block_, scratch.local()); });
}

LimbFold::Members LimbFold::Members::from(std::size_t position) const {
  Members out = *this;
  for (std::size_t p = 0; p < present; ++p) out.m[p] += position, out.a[p] += position;
  return out;
}

LimbFold::Members LimbFold::members(std::size_t s, std::size_t first, std::size_t count, FeVector& scratch) const {
  Members out;
  out.present = (limbs_ - s + groups_ - 1) / groups_;
  if (kept_.empty()) scratch.resize(out.present * count);
  for (std::size_t p = 0; p < out.present; ++p) {
    const std::size_t limb = p * groups_ + s;
    out.m[p] = &message_[limb * n_ + first];
    out.a[p] = kept_.empty() ? &scratch[p * count] : &kept_[limb * n_ + first];
    out.has_covector |= !covector_.is_zero(limb);
  }
  if (!kept_.empty() || !out.has_covector) return out;
  auto fill_member = [&](std::size_t p) { fill(p * groups_ + s, first, {&scratch[p * count], count}); };
  if (count > kGrain) tbb::parallel_for(std::size_t{0}, out.present, fill_member);
  else for (std::size_t p = 0; p < out.present; ++p) fill_member(p);
  return out;
}

void LimbFold::sum_grid() {
  const std::size_t size = grid_size(grid_variables_);
  using Sums = std::array<Fe, kMaxOuterGridPoints>;
  tbb::combinable<Sums> parts([] { return Sums{}; });
  for_blocks([&](std::size_t first, std::size_t count, FeVector& scratch) {
    for (std::size_t s = 0; s < groups_; ++s) {
      const Members all = members(s, first, count, scratch);
      if (!all.has_covector) continue;
      for_ranges(count, [&](std::size_t at, std::size_t end) {
        const Members part = all.from(at);
        add_grid_sums(grid_variables_, part.m.data(), part.a.data(), part.present, end - at, parts.local().data());
      });
    }
  });
  grid_.assign(size, kZero);
  parts.combine_each([&](const Sums& sums) {
    for (std::size_t g = 0; g < size; ++g) grid_[g] += sums[g];
  });
}

FoldSums LimbFold::message() const {
  if (rounds_ >= late_ && grid_is_spent()) return tables_.message();
  // Sum over {0,1} of every variable after the first unbound one; a late oracle has no variable in this round.
  auto boolean_sum = [&](std::size_t first, std::size_t size) {
    Fe sum;
    for (std::size_t g = first; g < first + size; ++g) {
      bool boolean = true;
      for (std::size_t digits = g - first, left = size; left > 1; left /= 3, digits /= 3) boolean &= digits % 3 != 2;
      if (boolean) sum += grid_[g];
    }
    return sum;
  };
  if (rounds_ < late_) return {boolean_sum(0, grid_.size()) * kHalf, kZero};
  const std::size_t third = grid_.size() / 3;
  return {boolean_sum(0, third), boolean_sum(2 * third, third)};
}

void LimbFold::bind(Fe r) {
  if (rounds_++ < late_) {
    for (Fe& g : grid_) g *= kHalf;
  } else if (grid_is_spent()) {
    return tables_.bind(r);
  } else {
    const std::size_t third = grid_.size() / 3;
    for (std::size_t g = 0; g < third; ++g) {
      const Fe &zero = grid_[g], &one = grid_[third + g], &leading = grid_[2 * third + g];
      grid_[g] = zero + (one - zero - leading + leading * r) * r;
    }
    grid_.resize(third);
    bound_.push_back(r);
  }
  if (rounds_ >= late_ && grid_is_spent()) combine_groups();
}

void LimbFold::combine_groups() {
  const FoldKernels& kernels = fold_kernels();
  const std::size_t size = std::size_t{1} << grid_variables_;
  Fe weights[kMaxMembers], scaled[kMaxMembers];
  for (std::size_t p = 0; p < size; ++p) {
    weights[p] = kOne;
    for (std::size_t i = 0; i < grid_variables_; ++i)
      weights[p] *= (p >> (grid_variables_ - 1 - i)) & 1 ? bound_[i] : kOne - bound_[i];
    scaled[p] = weights[p] * kHalf.pow(late_);
  }
  FeVector v(groups_ * n_), a(groups_ * n_);
  for_blocks([&](std::size_t first, std::size_t count, FeVector& scratch) {
    for (std::size_t s = 0; s < groups_; ++s) {
      const Members all = members(s, first, count, scratch);
      for_ranges(count, [&](std::size_t at, std::size_t end) {
        const Members part = all.from(at);
        const std::size_t to = s * n_ + first + at;
        kernels.combine_base(part.m.data(), weights, part.present, end - at, &v[to]);
        if (all.has_covector) kernels.combine_extension(part.a.data(), scaled, part.present, end - at, &a[to]);
      });
    }
  });
  kept_ = {};
  tables_ = FoldTables(std::move(v), std::move(a));
}

}  // namespace tacit
