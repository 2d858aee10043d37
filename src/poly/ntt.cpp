#include "poly/ntt.h"

#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <bit>
#include <utility>

#include "base/contract.h"
#include "field/cpu.h"
#include "poly/ntt_plan.h"

namespace tacit {
namespace {

/// values[k] = sum_i values[i] w^(i k), size 2^log_size; T is F or E.
template <class T> void transform(std::span<T> values, Fp w) {
  const std::size_t size = values.size();
  const int log_size = std::countr_zero(size);
  for (std::size_t i = 1, reversed = 0; i < size; ++i) {
    std::size_t bit = size / 2;
    for (; reversed & bit; bit /= 2) reversed ^= bit;
    reversed ^= bit;
    if (i < reversed) std::swap(values[i], values[reversed]);
  }
  FpVector roots(size / 2 + 1, Fp(1));
  for (std::size_t i = 1; i < roots.size(); ++i) roots[i] = roots[i - 1] * w;
  for (int s = 0; s < log_size; ++s) {
    const std::size_t half = std::size_t{1} << s, stride = size >> (s + 1);
    for (std::size_t block = 0; block < size; block += 2 * half)
      for (std::size_t k = 0; k < half; ++k) {
        T even = values[block + k], odd = values[block + k + half] * roots[k * stride];
        values[block + k] = even + odd;
        values[block + k + half] = even - odd;
      }
  }
}

template <class T>
void check_shape(std::span<const T> message, int log_n, std::size_t num_limbs, int log_domain, std::span<T> out) {
  TACIT_EXPECTS(0 <= log_n && log_n <= 28 && log_n <= log_domain && log_domain <= Fp::kTwoAdicity,
                "bad encoding sizes");
  TACIT_EXPECTS(message.size() <= num_limbs << log_n, "the message is longer than its limbs");
  TACIT_EXPECTS(out.size() == num_limbs << log_domain, "the codeword buffer has the wrong size");
}

template <class T>
void reference(std::span<const T> message, int log_n, std::size_t num_limbs, int log_domain, std::span<T> out) {
  check_shape(message, log_n, num_limbs, log_domain, out);
  const std::size_t n = std::size_t{1} << log_n, rows = std::size_t{1} << log_domain;
  std::vector<T> column(rows);
  for (std::size_t limb = 0; limb < num_limbs; ++limb) {
    const std::size_t begin = std::min(limb * n, message.size()), end = std::min(begin + n, message.size());
    std::fill(column.begin(), column.end(), T());
    std::copy(message.begin() + static_cast<std::ptrdiff_t>(begin), message.begin() + static_cast<std::ptrdiff_t>(end),
              column.begin());
    transform(std::span<T>(column), root_of_unity(log_domain));
    for (std::size_t j = 0; j < rows; ++j) out[j * num_limbs + limb] = column[j];
  }
}

#if defined(__x86_64__)
/// Neighbouring rows that one task of pass 2 takes, a power of two: narrow rows share cache lines.
std::size_t rows_per_task(std::size_t columns) { return std::bit_floor(std::max<std::size_t>(64 / columns, 1)); }

void run(const EncodePlan& plan, const EncodeJob& job) {
  if (job.columns == 0) return;
  tbb::enumerable_thread_specific<EncodeScratch> scratch;
  if (plan.log_b == 0) {
    const std::size_t groups = (job.columns + 7) / 8;
    tbb::parallel_for(std::size_t{0}, groups * plan.cosets, [&](std::size_t task) {
      avx512::encode_single_leaf(plan, job, task % groups * 8, task / groups, scratch.local());
    });
    return;
  }
  tbb::parallel_for(std::size_t{0}, plan.b() / avx512::kPositions, [&](std::size_t task) {
    avx512::encode_pass1(plan, job, task * avx512::kPositions, scratch.local());
  });
  const std::size_t rows = rows_per_task(job.columns);
  tbb::parallel_for(std::size_t{0}, plan.rows_per_n2() / rows, [&](std::size_t task) {
    avx512::encode_pass2(plan, job, task * rows, rows, scratch.local());
  });
}
#endif

}  // namespace

void encode(std::span<const Fp> message, int log_n, std::size_t num_limbs, int log_domain, std::span<Fp> out) {
  check_shape(message, log_n, num_limbs, log_domain, out);
#if defined(__x86_64__)
  if (use_avx512())
    return run(EncodePlan(log_n, log_domain), {message.data(), message.size(), num_limbs, log_n, false, out.data()});
#endif
  reference(message, log_n, num_limbs, log_domain, out);
}

void encode_ext(std::span<const Fe> message, int log_n, std::size_t num_limbs, int log_domain, std::span<Fe> out) {
  check_shape(message, log_n, num_limbs, log_domain, out);
#if defined(__x86_64__)
  // Fe is three Fp in a row, so both buffers are read and written as arrays of Fp.
  if (use_avx512())
    return run(EncodePlan(log_n, log_domain), {reinterpret_cast<const Fp*>(message.data()), 3 * message.size(),
                                               3 * num_limbs, log_n, true, reinterpret_cast<Fp*>(out.data())});
#endif
  reference(message, log_n, num_limbs, log_domain, out);
}

void encode_reference(std::span<const Fp> message, int log_n, std::size_t num_limbs, int log_domain,
                      std::span<Fp> out) {
  reference(message, log_n, num_limbs, log_domain, out);
}

void encode_ext_reference(std::span<const Fe> message, int log_n, std::size_t num_limbs, int log_domain,
                          std::span<Fe> out) {
  reference(message, log_n, num_limbs, log_domain, out);
}

}  // namespace tacit
