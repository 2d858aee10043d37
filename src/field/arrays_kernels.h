// The two implementations behind arrays.h: one signature for the scalar reference and for the AVX-512 kernels.
#pragma once

#include <cstddef>

#include "field/cubic.h"

namespace tacit {

enum class ArrayOp { kAdd, kSub, kMul };

namespace avx512 {
// Call only when use_avx512(). All take n elements of each array; any n, any alignment.
void combine(ArrayOp op, const Fp* a, const Fp* b, Fp* out, std::size_t n);
void combine(ArrayOp op, const Fe* a, const Fe* b, Fe* out, std::size_t n);
void scale(const Fe* a, const Fe& b, Fe* out, std::size_t n);
void add_scaled(const Fe* a, const Fe& b, Fe* out, std::size_t n);
void add_scaled(const Fp* a, const Fe& b, Fe* out, std::size_t n);
Fp dot(const Fp* a, const Fp* b, std::size_t n);
Fe dot(const Fe* a, const Fp* b, std::size_t n);
Fe dot(const Fe* a, const Fe* b, std::size_t n);
}  // namespace avx512

}  // namespace tacit
