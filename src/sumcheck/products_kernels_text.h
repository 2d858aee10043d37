// The text of the sum-of-products kernels over `Lanes`, see products_kernels.h. Included by the scalar and the AVX-512
// translation unit only.
#pragma once

#include "sumcheck/products_kernels.h"

namespace tacit::products_text {

template <class E> struct Rows { E a, b; };

template <class Lanes> Rows<typename Lanes::E> read(const RawPairs& in, std::size_t b) {
  return {Lanes::E::load(in.a + 8 * b), Lanes::E::load(in.b + 8 * b)};
}
template <class Lanes> Rows<typename Lanes::E> read(const BlockPairs& in, std::size_t b) {
  return {load_block<Lanes>(in.blocks[b].a), load_block<Lanes>(in.blocks[b].b)};
}

/// Adds up products, reducing once in 32 of them.
template <class Lanes> class Total {
 public:
  using E = typename Lanes::E;
  void add(const E& a, const E& b) {
    run_.add(a, b);
    if (++terms_ == 32) close();
  }
  Fe total() {
    close();
    return sum_lanes(total_);
  }

 private:
  void close() {
    total_ = total_ + run_.reduced();
    run_ = {};
    terms_ = 0;
  }
  typename Lanes::Sum run_{};
  E total_ = E::zero();
  int terms_ = 0;
};

template <class Lanes> struct Round {
  using E = typename Lanes::E;
  void add(const Rows<E>& t, const Rows<E>& t1) {
    constant.add(t.a, t.b);
    leading.add(t1.a - t.a, t1.b - t.b);
  }
  RoundSums sums() { return {constant.total(), leading.total()}; }
  Total<Lanes> constant, leading;
};

template <class Lanes> void first(const ProductFirst& pass, std::size_t begin, std::size_t end, RoundSums& sums) {
  Round<Lanes> round;
  for (std::size_t b = begin; b < end; ++b) round.add(read<Lanes>(pass.in, b), read<Lanes>(pass.in, b + pass.half));
  sums += round.sums();
}

template <class Lanes>
typename Lanes::E fold_one(const typename Lanes::E& r, const typename Lanes::E& t, const typename Lanes::E& t1) {
  typename Lanes::Sum sum;
  sum.add(r, t1 - t);
  return sum.reduced() + t;
}

template <class Lanes, class In>
void fold(const ProductFold<In>& pass, std::size_t begin, std::size_t end, RoundSums& sums) {
  using E = typename Lanes::E;
  const E r = E::broadcast(pass.r);
  auto fold_rows = [&](std::size_t b) -> Rows<E> {
    const Rows<E> t = read<Lanes>(pass.in, b), t1 = read<Lanes>(pass.in, b + 2 * pass.quarter);
    return {fold_one<Lanes>(r, t.a, t1.a), fold_one<Lanes>(r, t.b, t1.b)};
  };
  auto write = [&](std::size_t b, const Rows<E>& rows) {
    store_block(rows.a, pass.out[b].a);
    store_block(rows.b, pass.out[b].b);
  };
  Round<Lanes> round;
  for (std::size_t b = begin; b < end; ++b) {
    const Rows<E> t = fold_rows(b), t1 = fold_rows(b + pass.quarter);
    write(b, t);
    write(b + pass.quarter, t1);
    round.add(t, t1);
  }
  sums += round.sums();
}

template <class Lanes> constexpr ProductKernels kernels() {
  return {first<Lanes>, fold<Lanes, RawPairs>, fold<Lanes, BlockPairs>};
}

}  // namespace tacit::products_text
