#include <utility>
#include <vector>

#include "poly/ntt_butterfly_avx512.h"
#include "poly/ntt_plan.h"

#if defined(__AVX512F__)

namespace tacit::avx512 {
namespace {

/// One step of a leaf on blocks of 2^log_block points: reads in(position), writes out(position, frequency step, value).
/// Steps but the last multiply by the roots and keep positions; see LeafPlan.
template <int kLogRadix, bool kLast, class In, class Out>
void step(int log_size, int log_block, const Fp* roots, const In& in, const Out& out) {
  constexpr std::size_t kRadix = std::size_t{1} << kLogRadix;
  const std::size_t block = std::size_t{1} << log_block, stride = block >> kLogRadix;
  for (std::size_t begin = 0; begin < std::size_t{1} << log_size; begin += block)
    for (std::size_t i = 0; i < stride; ++i)
      [&]<std::size_t... kS>(std::index_sequence<kS...>) TACIT_INLINE_LAMBDA {
        Fp8 x[kRadix] = {in(begin + i + kS * stride)...};
        Butterfly<kLogRadix>::apply(x);
        const Fp* r = roots + (i << kLogRadix);
        auto write = [&]<std::size_t s>() TACIT_INLINE_LAMBDA {
          const Fp8 y = x[reversed_bits<kLogRadix>(s)];
          if constexpr (kLast || s == 0) out(begin, i + s * stride, s, y);
          else out(begin, i + s * stride, s, y * Fp8::broadcast(r[s]));
        };
        (write.template operator()<kS>(), ...);
      }(std::make_index_sequence<kRadix>{});
}

template <bool kLast, class In, class Out>
void step(int log_radix, int log_size, int log_block, const Fp* roots, const In& in, const Out& out) {
  switch (log_radix) {
    case 1: return step<1, kLast>(log_size, log_block, roots, in, out);
    case 2: return step<2, kLast>(log_size, log_block, roots, in, out);
    case 3: return step<3, kLast>(log_size, log_block, roots, in, out);
    default: return step<4, kLast>(log_size, log_block, roots, in, out);
  }
}

/// Where a leaf's buffer keeps a position: one vector is skipped every 4 KiB, so that the points of a butterfly, a
/// large power of two apart, do not fall in one set of the cache.
inline std::size_t spread(std::size_t position) { return position + (position >> 6); }

/// out(k, sum_i in(i) w^(i k)) for every k, through `buffer` of spread(2^log_size) vectors.
template <class In, class Out>
void leaf(const LeafPlan& plan, Fp8* buffer, const In& in, const Out& out) {
  const std::size_t steps = plan.log_radix.size();
  if (steps == 0) return out(std::size_t{0}, in(std::size_t{0}));
  const int last = plan.log_radix[steps - 1], low_bits = plan.log_size - last;
  auto from_buffer = [=](std::size_t at) TACIT_INLINE_LAMBDA { return buffer[spread(at)]; };
  auto to_buffer = [=](std::size_t begin, std::size_t at, std::size_t, Fp8 v) TACIT_INLINE_LAMBDA {
    buffer[spread(begin + at)] = v;
  };
  auto to_out = [&, last, low_bits](std::size_t begin, std::size_t, std::size_t s, Fp8 v) TACIT_INLINE_LAMBDA {
    out(plan.frequency[begin >> last] + (s << low_bits), v);
  };
  if (steps == 1) return step<true>(last, plan.log_size, last, plan.roots[0].data(), in, to_out);
  step<false>(plan.log_radix[0], plan.log_size, plan.log_size, plan.roots[0].data(), in, to_buffer);
  int log_block = plan.log_size - plan.log_radix[0];
  for (std::size_t t = 1; t + 1 < steps; log_block -= plan.log_radix[t], ++t)
    step<false>(plan.log_radix[t], plan.log_size, log_block, plan.roots[t].data(), from_buffer, to_buffer);
  step<true>(last, plan.log_size, last, plan.roots[steps - 1].data(), from_buffer, to_out);
}

/// Lanes of a group of which `left` columns remain.
inline __mmask8 tail_mask(std::size_t left) { return static_cast<__mmask8>(left >= 8 ? 0xFF : (1u << left) - 1); }

/// Eight columns from column `first` on: lane k of the coefficient at `position` is word lanes[k] + position * step.
struct ColumnGroup {
  ColumnGroup(const EncodeJob& job, std::size_t first)
      : job(job), mask(tail_mask(job.columns - first)) {
    alignas(64) std::uint64_t offsets[8];
    for (std::size_t k = 0; k < 8; ++k) offsets[k] = job.offset(first + k);
    lanes = _mm512_load_si512(offsets);
  }
  TACIT_INLINE Fp8 coefficient(std::size_t position) const {
    const __m512i at = _mm512_add_epi64(lanes, _mm512_set1_epi64(static_cast<long long>(position * job.step())));
    const __mmask8 inside = _mm512_cmplt_epu64_mask(at, _mm512_set1_epi64(static_cast<long long>(job.message_words)));
    return {_mm512_mask_i64gather_epi64(_mm512_setzero_si512(), inside & mask, at, job.message, 8)};
  }
  /// Asks for the coefficients at [position, position + kPositions): a gather alone keeps too few misses in flight.
  TACIT_INLINE void prefetch(std::size_t position) const {
    alignas(64) std::uint64_t offsets[8];
    _mm512_store_si512(offsets, lanes);
    const std::size_t first = position * job.step(), last = (position + kPositions) * job.step() - 1;
    for (std::uint64_t offset : offsets) {
      if (offset + last >= job.message_words) return;
      _mm_prefetch(job.message + offset + first, _MM_HINT_T0);
      _mm_prefetch(job.message + offset + last, _MM_HINT_T0);
    }
  }
  const EncodeJob& job;
  __mmask8 mask;
  __m512i lanes;
};

constexpr std::size_t kPrefetchAhead = 16;

/// `count` vectors that the caller overwrites before it reads them.
Fp8* vectors(std::vector<Lanes>& storage, std::size_t count) {
  if (storage.size() < count) storage.resize(count);
  return reinterpret_cast<Fp8*>(storage.data());
}

/// table[q] lane l = w^(q (n2_begin + l)): four interleaved chains of products.
void fill_twiddles(const EncodePlan& plan, std::size_t n2_begin, Fp8* table) {
  alignas(64) Fp base[8];
  base[0] = plan.root.pow(n2_begin);
  for (int l = 1; l < 8; ++l) base[l] = base[l - 1] * plan.root;
  const Fp8 one = Fp8::load(base), two = one * one, four = two * two;
  table[0] = Fp8::broadcast(Fp(1));
  for (std::size_t q = 1; q < plan.rows_per_n2(); ++q) table[q] = q < 4 ? table[q - 1] * one : table[q - 4] * four;
}

/// out(k1, v) with the values of the leaf of size A in coset c.
template <class Out>
void first_leaf(const EncodePlan& plan, std::size_t c, const Fp8* column, Fp8* buffer, const Out& out) {
  const Fp* twist = &plan.twist[c * plan.a()];
  if (c == 0) leaf(plan.first, buffer, [=](std::size_t n1) TACIT_INLINE_LAMBDA { return column[n1]; }, out);
  else leaf(plan.first, buffer,
            [=](std::size_t n1) TACIT_INLINE_LAMBDA { return column[n1] * Fp8::broadcast(twist[n1]); }, out);
}

// Whole rows go to and from the codeword, so that each of its cache lines is moved once. Between them the vector of
// column group g is kept at staged[g * pitch].
TACIT_INLINE void write_row(const EncodeJob& job, const Fp8* staged, std::size_t pitch, Fp* row) {
  std::size_t first = 0;
  for (; first + 8 <= job.columns; first += 8, staged += pitch) staged->store(row + first);
  if (first < job.columns) staged->store(row + first, tail_mask(job.columns - first));
}

TACIT_INLINE void read_row(const EncodeJob& job, const Fp* row, Fp8* staged, std::size_t pitch) {
  std::size_t first = 0;
  for (; first + 8 <= job.columns; first += 8, staged += pitch) *staged = Fp8::load(row + first);
  if (first < job.columns) *staged = Fp8::load(row + first, tail_mask(job.columns - first));
}

TACIT_INLINE void prefetch_row(const EncodeJob& job, const Fp* row) {
  for (std::size_t word = 0; word < job.columns; word += 8) _mm_prefetch(row + word, _MM_HINT_T0);
}

}  // namespace

void encode_single_leaf(const EncodePlan& plan, const EncodeJob& job, std::size_t first, std::size_t coset,
                        EncodeScratch& scratch) {
  const ColumnGroup group(job, first);
  Fp8* column = vectors(scratch.gathered, plan.a());
  for (std::size_t n = 0; n < plan.a(); ++n) column[n] = group.coefficient(n);
  Fp* rows = job.out + coset * job.columns + first;
  const std::size_t row_step = plan.cosets * job.columns;
  first_leaf(plan, coset, column, vectors(scratch.buffer, spread(plan.a())),
             [=, mask = group.mask](std::size_t k, Fp8 v) TACIT_INLINE_LAMBDA { v.store(rows + k * row_step, mask); });
}

void encode_pass1(const EncodePlan& plan, const EncodeJob& job, std::size_t n2_begin, EncodeScratch& scratch) {
  const std::size_t a = plan.a(), cosets = plan.cosets, rows = plan.rows_per_n2(), groups = (job.columns + 7) / 8;
  Fp8* gathered = vectors(scratch.gathered, groups * kPositions * a);
  const std::size_t pitch = spread(rows) + 1;
  Fp8* staged = vectors(scratch.staged, groups * pitch);
  Fp8* buffer = vectors(scratch.buffer, spread(a));
  Fp8* factors = vectors(scratch.factors, rows);
  fill_twiddles(plan, n2_begin, factors);
  for (std::size_t g = 0; g < groups; ++g) {
    const ColumnGroup group(job, 8 * g);
    for (std::size_t n1 = 0; n1 < a; ++n1) {
      group.prefetch((n1 + kPrefetchAhead) * plan.b() + n2_begin);
      for (std::size_t l = 0; l < kPositions; ++l)
        gathered[(g * kPositions + l) * a + n1] = group.coefficient(n1 * plan.b() + n2_begin + l);
    }
  }
  for (std::size_t l = 0; l < kPositions; ++l) {
    const Fp* factor = reinterpret_cast<const Fp*>(factors) + l;
    for (std::size_t g = 0; g < groups; ++g)
      for (std::size_t c = 0; c < cosets; ++c)
        first_leaf(plan, c, gathered + (g * kPositions + l) * a, buffer,
                   [=, out = staged + g * pitch](std::size_t k1, Fp8 v) TACIT_INLINE_LAMBDA {
                     const std::size_t q = k1 * cosets + c;
                     out[spread(q)] = v * Fp8::broadcast(factor[8 * q]);
                   });
    Fp* row = job.out + (n2_begin + l) * rows * job.columns;
    for (std::size_t q = 0; q < rows; ++q) write_row(job, staged + spread(q), pitch, row + q * job.columns);
  }
}

void encode_pass2(const EncodePlan& plan, const EncodeJob& job, std::size_t q_begin, std::size_t count,
                  EncodeScratch& scratch) {
  const std::size_t b = plan.b(), groups = (job.columns + 7) / 8, pitch = (spread(b) + 1) * count;
  const std::size_t row_step = plan.rows_per_n2() * job.columns;
  Fp8* staged = vectors(scratch.staged, groups * pitch);
  Fp8* buffer = vectors(scratch.buffer, spread(b));
  Fp* base = job.out + q_begin * job.columns;
  for (std::size_t n2 = 0; n2 < b; ++n2)
    for (std::size_t q = 0; q < count; ++q) {
      const Fp* row = base + n2 * row_step + q * job.columns;
      if (n2 + kPrefetchAhead < b) prefetch_row(job, row + kPrefetchAhead * row_step);
      read_row(job, row, staged + q * (spread(b) + 1) + spread(n2), pitch);
    }
  for (std::size_t g = 0; g < groups; ++g)
    for (std::size_t q = 0; q < count; ++q) {
      Fp8* column = staged + g * pitch + q * (spread(b) + 1);
      // In place: the first step of a leaf of several steps only reads the column, the last only writes it.
      leaf(plan.second, buffer, [=](std::size_t n2) TACIT_INLINE_LAMBDA { return column[spread(n2)]; },
           [=](std::size_t k2, Fp8 v) TACIT_INLINE_LAMBDA { column[spread(k2)] = v; });
    }
  for (std::size_t k2 = 0; k2 < b; ++k2)
    for (std::size_t q = 0; q < count; ++q)
      write_row(job, staged + q * (spread(b) + 1) + spread(k2), pitch, base + k2 * row_step + q * job.columns);
}

}  // namespace tacit::avx512

#endif  // __AVX512F__
