// How encode() cuts a transform so that its pieces stay in cache, and the tables of powers that this needs.
//
// With N = A * B coefficients, position n1 * B + n2, R = 2^(log_domain - log_n) cosets, w the root of the domain, and
// output row j = q + k2 * A * R with q = k1 * R + c:
//
//   limb(x_j) = sum_n2 wB^(k2 n2) * w^(q n2) * sum_n1 wA^(k1 n1) * [ (w^B)^(c n1) * limb[n1 * B + n2] ]
//               '-- pass 2, size B --'  '-- twiddle --'  '-- pass 1, size A --'   '-- twist into coset c --'
//
// Pass 1 reads columns n2, n2 + B, ... of the message and writes rows [n2 * A * R, (n2 + 1) * A * R) of the codeword
// buffer; pass 2 transforms rows q, q + A * R, q + 2 * A * R, ... in place. Both passes are transforms ("leaves") of at
// most 2^16 points, done in a buffer of eight columns with radix 2 to 16 butterflies, whose inner roots are powers of
// two.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "field/cubic.h"

namespace tacit {

/// One leaf transform, decimation in frequency: steps of radix 2^log_radix[i], roots multiplied in between.
struct LeafPlan {
  explicit LeafPlan(int log_size);

  int log_size = 0;
  std::vector<int> log_radix;                  ///< 1..4 each, adding up to log_size
  std::vector<std::vector<Fp>> roots;          ///< step t, entry i * radix + s: (root of the step's block)^(i s)
  /// Of output 0 of block b of the last step; output s adds s * size / radix.
  std::vector<std::uint32_t> frequency;
};

struct EncodePlan {
  EncodePlan(int log_n, int log_domain);

  int log_n, log_domain, log_a, log_b;
  std::size_t cosets;          ///< R
  LeafPlan first, second;      ///< sizes A and B
  std::vector<Fp> twist;       ///< [c * A + n1] = w^(B c n1)
  Fp root;                     ///< w

  std::size_t a() const { return std::size_t{1} << log_a; }
  std::size_t b() const { return std::size_t{1} << log_b; }
  std::size_t rows_per_n2() const { return a() * cosets; }
};

/// Where the words of the message and of the codeword lie. An extension message is 3 * num_limbs base columns.
struct EncodeJob {
  const Fp* message;
  std::size_t message_words;
  std::size_t columns;
  int log_n;
  bool extension;
  Fp* out;

  /// Word of coefficient 0 of a column; coefficient k is k * step() words further. Columns past the last lie past the
  /// end.
  std::size_t offset(std::size_t column) const {
    if (column >= columns) return message_words;
    return extension ? ((column / 3) * 3 << log_n) + column % 3 : column << log_n;
  }
  std::size_t step() const { return extension ? 3 : 1; }
};

/// Eight columns of one row.
struct alignas(64) Lanes {
  Fp lane[8];
};

/// What one thread works in; grows to what its tasks need and is kept from task to task.
struct EncodeScratch {
  std::vector<Lanes> gathered, buffer, staged, factors;
};

namespace avx512 {
// Call only when use_avx512(). Tasks of one pass may run at the same time, each with its own scratch; the columns of
// pass 2 start when pass 1 is done.
constexpr std::size_t kPositions = 8;  ///< values of n2 that one task of pass 1 takes: a cache line of each limb

/// The whole transform of columns [first, first + 8) into one coset, for a plan with B = 1.
void encode_single_leaf(const EncodePlan& plan, const EncodeJob& job, std::size_t first, std::size_t coset,
                        EncodeScratch& scratch);
/// Pass 1 for n2 in [n2_begin, n2_begin + kPositions).
void encode_pass1(const EncodePlan& plan, const EncodeJob& job, std::size_t n2_begin, EncodeScratch& scratch);
/// Pass 2 for q in [q_begin, q_begin + count).
void encode_pass2(const EncodePlan& plan, const EncodeJob& job, std::size_t q_begin, std::size_t count,
                  EncodeScratch& scratch);
}  // namespace avx512

}  // namespace tacit
