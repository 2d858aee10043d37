#include "lookup/fraction_prover.h"

#include <algorithm>

#include "base/contract.h"
#include "field/cpu.h"
#include "sumcheck/parallel.h"

namespace tacit {
namespace {

/// Halves of 2^kLargeBits rows and more are folded by kernels: a quarter is at least one block.
constexpr int kLargeBits = 5;

PairBlock constant_block(const Fe& a, const Fe& b) {
  PairBlock block;
  block.a.fill(a);
  block.b.fill(b);
  return block;
}

const PairBlock& raw_pad() {
  static const PairBlock pad = constant_block(kZero, kOne);
  return pad;
}

std::size_t rows_in(std::size_t rows, std::size_t from, std::size_t length) {
  return rows <= from ? 0 : std::min(rows - from, length);
}

}  // namespace

FractionProver::FractionProver(const FractionLeaves& leaves, int log_rows)
    : leaves_(&leaves), kernels_(&kFractionKernelsScalar), log_rows_(log_rows) {
  TACIT_EXPECTS(log_rows >= 1 && log_rows <= 40, "a fraction sum has at least two rows");
  TACIT_EXPECTS(leaves.p.size() == leaves.q.size(), "every fraction has a numerator and a denominator");
  TACIT_EXPECTS(leaves.p.size() >> log_rows == 0 || leaves.p.size() == std::size_t{1} << log_rows,
                "the leaves fit in their layer");
#if defined(__x86_64__)
  if (use_avx512()) kernels_ = &kFractionKernelsAvx512;
#endif
  allocate();
  for (int k = log_rows - 1; k >= 1; --k) build_layer(k);
  const auto top = row(1, 0), bottom = row(1, 1);
  ends_ = {top.first, bottom.first, top.second, bottom.second};
}

void FractionProver::allocate() {
  const std::size_t rows = leaves_->p.size();
  layers_.resize(static_cast<std::size_t>(log_rows_) + 1);
  std::size_t total = 0;
  for (int k = 1; k <= log_rows_; ++k) {
    layers_[k].rows = std::min(rows, std::size_t{1} << k);
    if (k < log_rows_) total += blocks_of(layers_[k].rows);
  }
  storage_ = BlockBuffer(total);
  PairBlock* next = storage_.data();  // the largest layer first: its storage takes the folded leaves later
  for (int k = log_rows_ - 1; k >= 1; --k) {
    layers_[k].blocks = next;
    next += blocks_of(layers_[k].rows);
  }
}

std::pair<Fe, Fe> FractionProver::row(int k, std::size_t i) const {
  const Layer& layer = layers_[k];
  if (i >= layer.rows) return {kZero, kOne};
  if (k == log_rows_) return {leaves_->p[i], leaves_->q[i]};
  const PairBlock& block = layer.blocks[i / FeBlock::kSize];
  return {block.a.get(i % FeBlock::kSize), block.b.get(i % FeBlock::kSize)};
}

LayerHalf FractionProver::half_of(const Layer& layer, std::size_t from, std::size_t rows) {
  return {layer.blocks + from / FeBlock::kSize, blocks_of(rows_in(layer.rows, from, rows)), &raw_pad()};
}

LeafHalf FractionProver::leaf_half(std::size_t from, std::size_t rows, PairBlock& tail) const {
  const std::size_t valid = rows_in(leaves_->p.size(), from, rows), full = valid / FeBlock::kSize;
  tail = raw_pad();
  for (std::size_t i = full * FeBlock::kSize; i < valid; ++i) {
    tail.a.set(i % FeBlock::kSize, leaves_->p[from + i]);
    tail.b.set(i % FeBlock::kSize, leaves_->q[from + i]);
  }
  const std::size_t start = valid == 0 ? 0 : from;
  return {leaves_->p.data() + start, leaves_->q.data() + start, full, blocks_of(valid), &tail, &raw_pad()};
}

/// act(half 0, half 1) of layer k, as the kind of half it is.
template <class Act> void FractionProver::with_halves(int k, Act act) const {
  const std::size_t m = std::size_t{1} << (k - 1);
  if (k < log_rows_) return act(half_of(layers_[k], 0, m), half_of(layers_[k], m, m));
  PairBlock low_tail, high_tail;
  act(leaf_half(0, m, low_tail), leaf_half(m, m, high_tail));
}

void FractionProver::build_layer(int k) {
  Layer& layer = layers_[k];
  const std::size_t m = std::size_t{1} << k;
  if (m >= FeBlock::kSize) {
    return with_halves(k + 1, [&]<class Half>(const Half& low, const Half& high) {
      const BuildPass<Half> pass{low, high, layer.blocks};
      for_blocks(0, blocks_of(layer.rows), [&](std::size_t begin, std::size_t end) {
        if constexpr (std::is_same_v<Half, LeafHalf>) kernels_->build_leaf(pass, begin, end);
        else kernels_->build(pass, begin, end);
      });
    });
  }
  for (std::size_t i = 0; i < layer.rows; ++i) {
    const auto [p0, q0] = row(k + 1, i);
    const auto [p1, q1] = row(k + 1, i + m);
    layer.blocks->a.set(i, p0 * q1 + p1 * q0);
    layer.blocks->b.set(i, q0 * q1);
  }
}

void FractionProver::begin_layer(const Point& point, const Fe& lambda) {
  left_ = static_cast<int>(point.size());
  layer_ = left_ + 1;
  TACIT_EXPECTS(left_ >= 1 && layer_ <= log_rows_, "layers are proven from the root to the leaves");
  raw_ = true;
  large_ = left_ >= kLargeBits;
  lambda_ = lambda;
  low_pad_ = constant_block(lambda, kOne);
  eq_ = SplitEq(std::span(point).subspan(1));
  large_ ? begin_large() : begin_small();
}

void FractionProver::begin_large() {
  message_.constant = ends_[0] + lambda_ * ends_[2];
  with_halves(layer_, [&]<class Half>(const Half& low, const Half& high) {
    const std::size_t half = (std::size_t{1} << left_) / (2 * FeBlock::kSize);
    const FirstPass<Half> pass{low, high, half, lambda_};
    const EqView eq = eq_.blocks(left_ - 1);
    // Where half 1 is padding the summand is linear in half 0.
    const std::size_t blocks = std::min(half, high.count);
    message_.leading = sum_blocks(0, blocks, [&](std::size_t begin, std::size_t end, RoundSums& sums) {
      if constexpr (std::is_same_v<Half, LeafHalf>) kernels_->first_leaf(pass, eq, begin, end, sums);
      else kernels_->first(pass, eq, begin, end, sums);
    }).leading;
  });
}

void FractionProver::begin_small() {
  const std::size_t m = std::size_t{1} << left_;
  small_.resize(m);
  for (std::size_t i = 0; i < m; ++i) {
    const auto [p0, q0] = row(layer_, i);
    const auto [p1, q1] = row(layer_, i + m);
    small_[i] = {p0 + lambda_ * q0, q0, p1, q1};
  }
  small_message();
}

void FractionProver::bind(const Fe& r) {
  TACIT_EXPECTS(left_ >= 1, "every variable of the layer is bound");
  if (large_ && left_ >= kLargeBits) return fold_large(r);
  if (large_) blocks_to_small();
  fold_small(r);
}

void FractionProver::fold_large(const Fe& r) {
  if (!raw_) {
    LayerHalf low = half_of(low_, 0, low_.rows), high = half_of(high_, 0, high_.rows);
    low.pad = &low_pad_;
    return fold_pass(low, high, r);
  }
  // In place, except that the leaves are the caller's: their fold goes to the storage of the layer above them.
  const std::size_t m = std::size_t{1} << left_;
  const bool leaves = layer_ == log_rows_;
  PairBlock* out = layers_[leaves ? layer_ - 1 : layer_].blocks;
  low_ = {out, rows_in(layers_[layer_].rows, 0, m)};
  high_ = {out + m / (leaves ? 2 : 1) / FeBlock::kSize, rows_in(layers_[layer_].rows, m, m)};
  with_halves(layer_, [&](const auto& low, const auto& high) { fold_pass(low, high, r); });
}

template <class Half> void FractionProver::fold_pass(const Half& low, const Half& high, const Fe& r) {
  const std::size_t half = std::size_t{1} << --left_, quarter = half / (2 * FeBlock::kSize);
  low_.rows = std::min(low_.rows, half);
  high_.rows = std::min(high_.rows, half);
  const FoldPass<Half> pass{low, high, low_.blocks, high_.blocks, blocks_of(low_.rows), blocks_of(high_.rows),
                            quarter, r, lambda_};
  const EqView eq = eq_.blocks(left_ - 1);
  auto run = [&](auto kernel, std::size_t begin, std::size_t end) {
    return sum_blocks(begin, end, [&](std::size_t from, std::size_t to, RoundSums& sums) {
      kernel(pass, eq, from, to, sums);
    });
  };
  const std::size_t both = std::min(quarter, pass.high_count), any = std::min(quarter, pass.low_count);
  RoundSums sums;
  if constexpr (std::is_same_v<Half, LeafHalf>) {
    sums = run(kernels_->fold_first_leaf, 0, both);
    sums += run(kernels_->fold_low_first_leaf, both, any);
  } else {
    sums = run(raw_ ? kernels_->fold_first : kernels_->fold, 0, both);
    sums += run(raw_ ? kernels_->fold_low_first : kernels_->fold_low, both, any);
  }
  // All other rows are padding, where the summand is the constant lambda.
  sums.constant += lambda_ * (kOne - eq_.prefix_sum(left_ - 1, any * FeBlock::kSize));
  message_ = {sums.constant, sums.leading};
  raw_ = false;
}

void FractionProver::blocks_to_small() {
  large_ = false;
  small_.resize(std::size_t{1} << left_);
  for (std::size_t i = 0; i < small_.size(); ++i) {
    const std::size_t b = i / FeBlock::kSize, lane = i % FeBlock::kSize;
    const PairBlock& low = i < low_.rows ? low_.blocks[b] : low_pad_;
    const PairBlock& high = i < high_.rows ? high_.blocks[b] : raw_pad();
    small_[i] = {low.a.get(lane), low.b.get(lane), high.a.get(lane), high.b.get(lane)};
  }
}

void FractionProver::fold_small(const Fe& r) {
  const std::size_t half = small_.size() / 2;
  auto fold = [&](Fe& t, const Fe& t1) { t += r * (t1 - t); };
  for (std::size_t i = 0; i < half; ++i) {
    fold(small_[i].u0, small_[i + half].u0);
    fold(small_[i].q0, small_[i + half].q0);
    fold(small_[i].p1, small_[i + half].p1);
    fold(small_[i].q1, small_[i + half].q1);
  }
  small_.resize(half);
  --left_;
  if (left_ > 0) return small_message();
  const SmallRow& row = small_[0];
  ends_ = {row.u0 - lambda_ * row.q0, row.p1, row.q0, row.q1};
}

void FractionProver::small_message() {
  const std::size_t half = small_.size() / 2;
  const FeVector& weight = eq_.flat(left_ - 1);
  message_ = {};
  for (std::size_t i = 0; i < half; ++i) {
    const SmallRow &s = small_[i], &t = small_[i + half];
    message_.constant += weight[i] * (s.q1 * s.u0 + s.p1 * s.q0);
    message_.leading += weight[i] * ((t.q1 - s.q1) * (t.u0 - s.u0) + (t.p1 - s.p1) * (t.q0 - s.q0));
  }
}

}  // namespace tacit
