#include "sumcheck/products_prover.h"

#include <algorithm>

#include "base/contract.h"
#include "field/arrays.h"
#include "field/cpu.h"
#include "sumcheck/parallel.h"

namespace tacit {
namespace {

/// From 2^kLargeBits rows on kernels fold: a quarter is at least one block.
constexpr int kLargeBits = 5;

Fe inner_product(const FeVector& a, const FeVector& b) {
  return sum_blocks(0, blocks_of(a.size()), [&](std::size_t begin, std::size_t end, RoundSums& sums) {
    const std::size_t from = begin * FeBlock::kSize, to = std::min(end * FeBlock::kSize, a.size());
    sums.constant += dot(std::span(a).subspan(from, to - from), std::span(b).subspan(from, to - from));
  }).constant;
}

}  // namespace

ProductsProver::ProductsProver(const ProductTables& tables, std::span<const int> log_sizes)
    : kernels_(&kProductKernelsScalar), left_(0), halves_(kOne) {
  TACIT_EXPECTS(tables.instances.size() == log_sizes.size(), "one pair of tables for every instance");
#if defined(__x86_64__)
  if (use_avx512()) kernels_ = &kProductKernelsAvx512;
#endif
  for (int log_size : log_sizes) left_ = std::max(left_, log_size);
  const Fp half = Fp(2).inverse();
  for (std::size_t l = 0; l < log_sizes.size(); ++l) {
    const ProductTables::Instance& t = tables.instances[l];
    const int log_size = log_sizes[l];
    TACIT_EXPECTS(log_size >= 0 && t.a.size() == std::size_t{1} << log_size && t.b.size() == t.a.size(),
                  "tables have the length that the statement says");
    const Fe scale = half.pow(static_cast<std::uint64_t>(left_ - log_size));
    instances_.push_back({&t, log_size, log_size, scale, log_size < left_ ? inner_product(t.a, t.b) : kZero, {}, {}});
    if (log_size < kLargeBits) to_small(instances_.back());
  }
  if (left_ > 0) prepare(nullptr);
}

void ProductsProver::bind(const Fe& r) {
  TACIT_EXPECTS(left_ > 0, "every variable is bound");
  --left_;
  prepare(&r);
}

/// The message of the round in which `left_` variables are unbound; *r binds the variable before it.
void ProductsProver::prepare(const Fe* r) {
  halves_ *= Fp(2).inverse();
  std::size_t work = 0;
  for (const Instance& i : instances_)
    if (i.log_size >= left_) work += std::size_t{1} << i.left;
  auto step = [&](Instance& i) -> RoundSums {
    if (i.log_size < left_) return {i.sum * halves_, kZero};
    const RoundSums own = i.log_size > left_ ? fold(i, *r) : begin(i);
    return {own.constant * i.scale, own.leading * i.scale};
  };
  auto steps = [&](std::size_t from, std::size_t to, RoundSums sums) {
    for (std::size_t l = from; l < to; ++l) sums += step(instances_[l]);
    return sums;
  };
  RoundSums sums;
  if (work < kSerialBlocks * FeBlock::kSize) {
    sums = steps(0, instances_.size(), {});
  } else {
    sums = tbb::parallel_reduce(
        tbb::blocked_range<std::size_t>(0, instances_.size()), RoundSums{},
        [&](const auto& part, const RoundSums& so_far) { return steps(part.begin(), part.end(), so_far); },
        [](RoundSums a, const RoundSums& b) { return a += b; });
  }
  message_ = {sums.constant, sums.leading};
}

FeVector ProductsProver::ends() const {
  TACIT_EXPECTS(left_ == 0, "ends exist when all variables are bound");
  FeVector out;
  for (const Instance& i : instances_) {
    out.push_back(i.small[0].a);
    out.push_back(i.small[0].b);
  }
  return out;
}

/// The first active round of an instance.
RoundSums ProductsProver::begin(Instance& i) const {
  if (i.left == 0) return {};
  if (i.left < kLargeBits) return small_sums(i);
  const std::size_t half = blocks_of(i.tables->a.size()) / 2;
  const ProductFirst pass{{i.tables->a.data(), i.tables->b.data()}, half};
  return sum_blocks(0, half, [&](std::size_t begin, std::size_t end, RoundSums& sums) {
    kernels_->first(pass, begin, end, sums);
  });
}

RoundSums ProductsProver::fold(Instance& i, const Fe& r) const {
  if (i.left >= kLargeBits) return fold_large(i, r);
  if (i.small.empty()) to_small(i);
  const std::size_t half = i.small.size() / 2;
  for (std::size_t k = 0; k < half; ++k) {
    i.small[k].a += r * (i.small[k + half].a - i.small[k].a);
    i.small[k].b += r * (i.small[k + half].b - i.small[k].b);
  }
  i.small.resize(half);
  --i.left;
  return small_sums(i);
}

RoundSums ProductsProver::fold_large(Instance& i, const Fe& r) const {
  const bool raw = i.left == i.log_size;
  if (raw) i.blocks = BlockBuffer(blocks_of(i.tables->a.size() / 2));
  const std::size_t quarter = (std::size_t{1} << i.left) / (4 * FeBlock::kSize);
  const ProductFold<RawPairs> from_raw{{i.tables->a.data(), i.tables->b.data()}, i.blocks.data(), quarter, r};
  const ProductFold<BlockPairs> in_place{{i.blocks.data()}, i.blocks.data(), quarter, r};
  --i.left;
  return sum_blocks(0, quarter, [&](std::size_t begin, std::size_t end, RoundSums& sums) {
    raw ? kernels_->fold_raw(from_raw, begin, end, sums) : kernels_->fold(in_place, begin, end, sums);
  });
}

void ProductsProver::to_small(Instance& i) {
  i.small.resize(std::size_t{1} << i.left);
  for (std::size_t k = 0; k < i.small.size(); ++k) {
    if (i.blocks.empty()) {
      i.small[k] = {i.tables->a[k], i.tables->b[k]};
    } else {
      const PairBlock& block = i.blocks[k / FeBlock::kSize];
      i.small[k] = {block.a.get(k % FeBlock::kSize), block.b.get(k % FeBlock::kSize)};
    }
  }
  i.blocks = {};
}

RoundSums ProductsProver::small_sums(const Instance& i) {
  const std::size_t half = i.small.size() / 2;
  RoundSums sums;
  for (std::size_t k = 0; k < half; ++k) {
    const SmallRow &s = i.small[k], &t = i.small[k + half];
    sums += {s.a * s.b, (t.a - s.a) * (t.b - s.b)};
  }
  return sums;
}

}  // namespace tacit
