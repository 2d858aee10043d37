// The text of the fraction-sum kernels over `Lanes`, see fraction_kernels.h. Included by the scalar and the AVX-512
// translation unit only.
#pragma once

#include "lookup/fraction_kernels.h"

namespace tacit::fraction_text {

/// Eight rows of one half: p in F (leaves) or E.
template <class P, class E> struct Rows {
  P p;
  E q;
};

template <class Lanes> auto read(const LayerHalf& half, std::size_t b) {
  using E = typename Lanes::E;
  const PairBlock& block = b < half.count ? half.blocks[b] : *half.pad;
  return Rows<E, E>{load_block<Lanes>(block.a), load_block<Lanes>(block.b)};
}
template <class Lanes> auto read(const LeafHalf& half, std::size_t b) {
  using E = typename Lanes::E;
  using F = typename Lanes::F;
  if (b < half.full) return Rows<F, E>{F::load(half.p + 8 * b), E::load(half.q + 8 * b)};
  const PairBlock& block = b < half.count ? *half.tail : *half.pad;
  return Rows<F, E>{F::load(block.a.c[0]), load_block<Lanes>(block.b)};
}

template <class Lanes> typename Lanes::E plus(typename Lanes::E a, const typename Lanes::E& b) { return a + b; }
template <class Lanes> typename Lanes::E plus(typename Lanes::E a, const typename Lanes::F& b) {
  a.c[0] = a.c[0] + b;
  return a;
}

template <class Lanes, class Half> void build(const BuildPass<Half>& pass, std::size_t begin, std::size_t end) {
  using Sum = typename Lanes::Sum;
  for (std::size_t b = begin; b < end; ++b) {
    const auto low = read<Lanes>(pass.low, b);
    if (b >= pass.high.count) {  // (p0, q0) (+) (0, 1)
      store_block(plus<Lanes>(Lanes::E::zero(), low.p), pass.parent[b].a);
      store_block(low.q, pass.parent[b].b);
      continue;
    }
    const auto high = read<Lanes>(pass.high, b);
    Sum p, q;
    p.add(high.q, low.p);
    p.add(low.q, high.p);
    q.add(low.q, high.q);
    store_block(p.reduced(), pass.parent[b].a);
    store_block(q.reduced(), pass.parent[b].b);
  }
}

/// Calls body(b, weight of block b within its run) and at the end of each run close(weight of the run).
template <class Lanes> void for_runs(const EqView& eq, std::size_t begin, std::size_t end, auto&& body, auto&& close) {
  for (std::size_t b = begin; b < end;) {
    const std::size_t run = b / eq.inner_blocks, stop = std::min(end, (run + 1) * eq.inner_blocks);
    for (; b < stop; ++b) body(b, load_block<Lanes>(eq.inner[b & (eq.inner_blocks - 1)]));
    close(Lanes::E::broadcast(eq.outer[run]));
  }
}

/// q1 u0 + p1 q0.
template <class Lanes, class P>
typename Lanes::E summand(const typename Lanes::E& u0, const typename Lanes::E& q0, const P& p1,
                          const typename Lanes::E& q1) {
  typename Lanes::Sum sum;
  sum.add(q1, u0);
  sum.add(q0, p1);
  return sum.reduced();
}

/// The weighted sum of one coefficient over runs of at most 32 blocks, reduced once a run.
template <class Lanes> class Weighted {
 public:
  using E = typename Lanes::E;
  void add(const E& weight, const E& value) { run_.add(weight, value); }
  void close(const E& weight) {
    typename Lanes::Sum scaled;
    scaled.add(weight, run_.reduced());
    total_ = total_ + scaled.reduced();
    run_ = {};
  }
  Fe total() const { return sum_lanes(total_); }

 private:
  typename Lanes::Sum run_{};
  E total_ = E::zero();
};

template <class Lanes, class Half>
void first(const FirstPass<Half>& pass, const EqView& eq, std::size_t begin, std::size_t end, RoundSums& sums) {
  using E = typename Lanes::E;
  const E lambda = E::broadcast(pass.lambda);
  Weighted<Lanes> leading;
  auto body = [&](std::size_t b, const E& weight) {
    const auto low = read<Lanes>(pass.low, b), low1 = read<Lanes>(pass.low, b + pass.half);
    const auto high = read<Lanes>(pass.high, b), high1 = read<Lanes>(pass.high, b + pass.half);
    const E dq0 = low1.q - low.q;
    typename Lanes::Sum du;
    du.add(lambda, dq0);
    const E du0 = plus<Lanes>(du.reduced(), low1.p - low.p);
    leading.add(weight, summand<Lanes>(du0, dq0, high1.p - high.p, high1.q - high.q));
  };
  for_runs<Lanes>(eq, begin, end, body, [&](const E& weight) { leading.close(weight); });
  sums.leading += leading.total();
}

/// t + r (t1 - t).
template <class Lanes, class T> typename Lanes::E fold_one(const typename Lanes::E& r, const T& t, const T& t1) {
  typename Lanes::Sum sum;
  sum.add(r, t1 - t);
  return plus<Lanes>(sum.reduced(), t);
}

/// Folds rows b of half 0; on the first fold of a layer p becomes u = p + lambda q in the same reduction.
template <class Lanes, bool kFirst, class Half>
Rows<typename Lanes::E, typename Lanes::E> fold_low_rows(const FoldPass<Half>& pass, const typename Lanes::E& r,
                                                         const typename Lanes::E& lambda, std::size_t b) {
  const auto t = read<Lanes>(pass.low, b), t1 = read<Lanes>(pass.low, b + 2 * pass.quarter);
  const auto q = fold_one<Lanes>(r, t.q, t1.q);
  typename Lanes::Sum u;
  u.add(r, t1.p - t.p);
  if constexpr (kFirst) u.add(lambda, q);
  return {plus<Lanes>(u.reduced(), t.p), q};
}
template <class Lanes, class Half>
Rows<typename Lanes::E, typename Lanes::E> fold_high_rows(const FoldPass<Half>& pass, const typename Lanes::E& r,
                                                          std::size_t b) {
  const auto t = read<Lanes>(pass.high, b), t1 = read<Lanes>(pass.high, b + 2 * pass.quarter);
  return {fold_one<Lanes>(r, t.p, t1.p), fold_one<Lanes>(r, t.q, t1.q)};
}

template <class E> void write(const Rows<E, E>& rows, PairBlock* out, std::size_t b, std::size_t count) {
  if (b >= count) return;
  store_block(rows.p, out[b].a);
  store_block(rows.q, out[b].b);
}

template <class Lanes, bool kFirst, class Half>
void fold(const FoldPass<Half>& pass, const EqView& eq, std::size_t begin, std::size_t end, RoundSums& sums) {
  using E = typename Lanes::E;
  const E r = E::broadcast(pass.r), lambda = E::broadcast(pass.lambda);
  Weighted<Lanes> constant, leading;
  auto body = [&](std::size_t b, const E& weight) {
    const std::size_t b1 = b + pass.quarter;
    const auto low = fold_low_rows<Lanes, kFirst>(pass, r, lambda, b);
    const auto low1 = fold_low_rows<Lanes, kFirst>(pass, r, lambda, b1);
    const auto high = fold_high_rows<Lanes>(pass, r, b), high1 = fold_high_rows<Lanes>(pass, r, b1);
    write(low, pass.low_out, b, pass.low_count);
    write(low1, pass.low_out, b1, pass.low_count);
    write(high, pass.high_out, b, pass.high_count);
    write(high1, pass.high_out, b1, pass.high_count);
    constant.add(weight, summand<Lanes>(low.p, low.q, high.p, high.q));
    leading.add(weight, summand<Lanes>(low1.p - low.p, low1.q - low.q, high1.p - high.p, high1.q - high.q));
  };
  for_runs<Lanes>(eq, begin, end, body, [&](const E& weight) { constant.close(weight), leading.close(weight); });
  sums += {constant.total(), leading.total()};
}

template <class Lanes, bool kFirst, class Half>
void fold_low(const FoldPass<Half>& pass, const EqView& eq, std::size_t begin, std::size_t end, RoundSums& sums) {
  using E = typename Lanes::E;
  const E r = E::broadcast(pass.r), lambda = E::broadcast(pass.lambda);
  Weighted<Lanes> constant;
  auto body = [&](std::size_t b, const E& weight) {
    const std::size_t b1 = b + pass.quarter;
    const auto low = fold_low_rows<Lanes, kFirst>(pass, r, lambda, b);
    if (b1 < pass.low_count) write(fold_low_rows<Lanes, kFirst>(pass, r, lambda, b1), pass.low_out, b1, pass.low_count);
    write(low, pass.low_out, b, pass.low_count);
    constant.add(weight, low.p);
  };
  for_runs<Lanes>(eq, begin, end, body, [&](const E& weight) { constant.close(weight); });
  sums.constant += constant.total();
}

template <class Lanes> constexpr FractionKernels kernels() {
  return {build<Lanes, LeafHalf>,           build<Lanes, LayerHalf>,           first<Lanes, LeafHalf>,
          first<Lanes, LayerHalf>,          fold<Lanes, true, LeafHalf>,       fold<Lanes, true, LayerHalf>,
          fold<Lanes, false, LayerHalf>,    fold_low<Lanes, true, LeafHalf>,   fold_low<Lanes, true, LayerHalf>,
          fold_low<Lanes, false, LayerHalf>};
}

}  // namespace tacit::fraction_text
