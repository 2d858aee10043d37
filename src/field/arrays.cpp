#include "field/arrays.h"

#include "base/contract.h"
#include "field/arrays_kernels.h"
#include "field/cpu.h"

namespace tacit {
namespace {

template <class T>
void combine(ArrayOp op, std::span<const T> a, std::span<const T> b, std::span<T> out) {
  TACIT_EXPECTS(a.size() == b.size() && a.size() == out.size(), "array operands of different lengths");
#if defined(__x86_64__)
  if (use_avx512()) return avx512::combine(op, a.data(), b.data(), out.data(), a.size());
#endif
  for (std::size_t i = 0; i < a.size(); ++i)
    out[i] = op == ArrayOp::kAdd ? a[i] + b[i] : op == ArrayOp::kSub ? a[i] - b[i] : a[i] * b[i];
}

template <class A>
void add_scaled_any(std::span<const A> a, const Fe& b, std::span<Fe> out) {
  TACIT_EXPECTS(a.size() == out.size(), "array operands of different lengths");
#if defined(__x86_64__)
  if (use_avx512()) return avx512::add_scaled(a.data(), b, out.data(), a.size());
#endif
  for (std::size_t i = 0; i < a.size(); ++i) out[i] += b * a[i];
}

template <class Out, class A, class B>
Out dot_any(std::span<const A> a, std::span<const B> b) {
  TACIT_EXPECTS(a.size() == b.size(), "array operands of different lengths");
#if defined(__x86_64__)
  if (use_avx512()) return avx512::dot(a.data(), b.data(), a.size());
#endif
  Out sum{};
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

}  // namespace

void add(std::span<const Fp> a, std::span<const Fp> b, std::span<Fp> out) { combine<Fp>(ArrayOp::kAdd, a, b, out); }
void sub(std::span<const Fp> a, std::span<const Fp> b, std::span<Fp> out) { combine<Fp>(ArrayOp::kSub, a, b, out); }
void mul(std::span<const Fp> a, std::span<const Fp> b, std::span<Fp> out) { combine<Fp>(ArrayOp::kMul, a, b, out); }
void add(std::span<const Fe> a, std::span<const Fe> b, std::span<Fe> out) { combine<Fe>(ArrayOp::kAdd, a, b, out); }
void sub(std::span<const Fe> a, std::span<const Fe> b, std::span<Fe> out) { combine<Fe>(ArrayOp::kSub, a, b, out); }
void mul(std::span<const Fe> a, std::span<const Fe> b, std::span<Fe> out) { combine<Fe>(ArrayOp::kMul, a, b, out); }

void scale(std::span<const Fe> a, Fe b, std::span<Fe> out) {
  TACIT_EXPECTS(a.size() == out.size(), "array operands of different lengths");
#if defined(__x86_64__)
  if (use_avx512()) return avx512::scale(a.data(), b, out.data(), a.size());
#endif
  for (std::size_t i = 0; i < a.size(); ++i) out[i] = a[i] * b;
}

void add_scaled(std::span<const Fe> a, Fe b, std::span<Fe> out) { add_scaled_any<Fe>(a, b, out); }
void add_scaled(std::span<const Fp> a, Fe b, std::span<Fe> out) { add_scaled_any<Fp>(a, b, out); }

Fp dot(std::span<const Fp> a, std::span<const Fp> b) { return dot_any<Fp, Fp, Fp>(a, b); }
Fe dot(std::span<const Fe> a, std::span<const Fp> b) { return dot_any<Fe, Fe, Fp>(a, b); }
Fe dot(std::span<const Fe> a, std::span<const Fe> b) { return dot_any<Fe, Fe, Fe>(a, b); }

}  // namespace tacit
