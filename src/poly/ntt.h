// Reed-Solomon encoding of many polynomials at once.
//
//   message    limb 0: n = 2^log_n coefficients | limb 1 | ... | last limb (may be cut short: the rest is zero)
//
//   codeword   row 0:  limb 0 at x_0 | limb 1 at x_0 | ...          x_j = w^j, w = root_of_unity(log_domain)
//              row 1:  limb 0 at x_1 | limb 1 at x_1 | ...          2^log_domain rows in natural order,
//              ...                                                  out[j * num_limbs + i] = limb_i(x_j)
//
// A row is what a Merkle leaf holds. encode() runs on every core (oneTBB) and eight columns at a time where the CPU has
// AVX-512; otherwise it takes the path of encode_reference.
#pragma once

#include <cstddef>
#include <span>

#include "field/cubic.h"

namespace tacit {

/// Contract: 0 <= log_n <= log_domain <= 32, log_n <= 28, message.size() <= num_limbs * 2^log_n and
/// out.size() == num_limbs * 2^log_domain; message and out do not overlap.
/// About 5 ns an entry of `out` and core (58 limbs of 2^18 at rate 1/4).
void encode(std::span<const Fp> message, int log_n, std::size_t num_limbs, int log_domain, std::span<Fp> out);

/// The same over E: coefficients and codeword entries are extension elements, the domain stays in F.
void encode_ext(std::span<const Fe> message, int log_n, std::size_t num_limbs, int log_domain, std::span<Fe> out);

/// The oracle: one scalar radix-2 transform a limb, one thread.
void encode_reference(std::span<const Fp> message, int log_n, std::size_t num_limbs, int log_domain, std::span<Fp> out);
void encode_ext_reference(std::span<const Fe> message, int log_n, std::size_t num_limbs, int log_domain,
                          std::span<Fe> out);

}  // namespace tacit
