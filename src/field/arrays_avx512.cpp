#include "field/arrays_kernels.h"
#include "field/avx512.h"

#if defined(__AVX512F__)

namespace tacit::avx512 {
namespace {

// How an array of Fp or Fe is walked eight elements at a time; `count` in 1..7 for the last step.
template <class T> struct Lanes;
template <> struct Lanes<Fp> {
  using Vector = Fp8;
  using Sum = ProductSum8;
  static Fp8 load(const Fp* from, unsigned count) { return Fp8::load(from, static_cast<__mmask8>((1u << count) - 1)); }
  static void store(Fp8 v, Fp* to, unsigned count) { v.store(to, static_cast<__mmask8>((1u << count) - 1)); }
};
template <> struct Lanes<Fe> {
  using Vector = Fe8;
  using Sum = FeProductSum8;
  static Fe8 load(const Fe* from, unsigned count) { return Fe8::load(from, count); }
  static void store(const Fe8& v, Fe* to, unsigned count) { v.store(to, count); }
};

template <class A, class B, class Out, class Step>
void map(const A* a, const B* b, Out* out, std::size_t n, Step step) {
  using VA = typename Lanes<A>::Vector;
  using VB = typename Lanes<B>::Vector;
  std::size_t i = 0;
  for (; i + 8 <= n; i += 8) step(VA::load(a + i), VB::load(b + i)).store(out + i);
  if (unsigned left = static_cast<unsigned>(n - i))
    Lanes<Out>::store(step(Lanes<A>::load(a + i, left), Lanes<B>::load(b + i, left)), out + i, left);
}

template <class T>
void combine_any(ArrayOp op, const T* a, const T* b, T* out, std::size_t n) {
  using V = typename Lanes<T>::Vector;
  switch (op) {
    case ArrayOp::kAdd: return map(a, b, out, n, [](const V& x, const V& y) { return x + y; });
    case ArrayOp::kSub: return map(a, b, out, n, [](const V& x, const V& y) { return x - y; });
    case ArrayOp::kMul: return map(a, b, out, n, [](const V& x, const V& y) { return x * y; });
  }
}

// One accumulator takes 256 base products; an extension product is three of them.
constexpr std::size_t kTermsPerReduction = 80;

template <class A, class B>
auto dot_any(const A* a, const B* b, std::size_t n) {
  using VA = typename Lanes<A>::Vector;
  using VB = typename Lanes<B>::Vector;
  VA total = VA::zero();
  std::size_t i = 0;
  while (i + 8 <= n) {
    typename Lanes<A>::Sum sum;
    for (std::size_t k = 0; k < kTermsPerReduction && i + 8 <= n; ++k, i += 8)
      sum.add(VA::load(a + i), VB::load(b + i));
    total += sum.reduced();
  }
  if (unsigned left = static_cast<unsigned>(n - i)) total += Lanes<A>::load(a + i, left) * Lanes<B>::load(b + i, left);
  return sum_lanes(total);
}

}  // namespace

void combine(ArrayOp op, const Fp* a, const Fp* b, Fp* out, std::size_t n) { combine_any(op, a, b, out, n); }
void combine(ArrayOp op, const Fe* a, const Fe* b, Fe* out, std::size_t n) { combine_any(op, a, b, out, n); }

void scale(const Fe* a, const Fe& b, Fe* out, std::size_t n) {
  const Fe8 factor = Fe8::broadcast(b);
  map(a, a, out, n, [&](const Fe8& x, const Fe8&) { return x * factor; });
}

void add_scaled(const Fe* a, const Fe& b, Fe* out, std::size_t n) {
  const Fe8 factor = Fe8::broadcast(b);
  map(a, out, out, n, [&](const Fe8& x, const Fe8& y) { return y + x * factor; });
}

void add_scaled(const Fp* a, const Fe& b, Fe* out, std::size_t n) {
  const Fe8 factor = Fe8::broadcast(b);
  map(a, out, out, n, [&](const Fp8& x, const Fe8& y) { return y + factor * x; });
}

Fp dot(const Fp* a, const Fp* b, std::size_t n) { return dot_any(a, b, n); }
Fe dot(const Fe* a, const Fp* b, std::size_t n) { return dot_any(a, b, n); }
Fe dot(const Fe* a, const Fe* b, std::size_t n) { return dot_any(a, b, n); }

}  // namespace tacit::avx512

#endif  // __AVX512F__
