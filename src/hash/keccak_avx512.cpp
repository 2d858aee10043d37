#include <cstring>
#include <utility>

#include "field/avx512.h"
#include "hash/keccak_kernels.h"

#if defined(__AVX512F__)

namespace tacit::avx512 {
namespace {

// Eight states side by side: word w of message k is lane k of a[w]. The state must stay in registers, so a round works
// in place: the five words of one output row overwrite the five inputs they came from. Word (x, y) of round r is then
// kept at the place N^r (x, y) with N = (1 0; 1 2) modulo 5, and N^4 = 1: four different rounds, six times.
constexpr int place(int round, int x, int y) {
  for (int i = 0; i < round % 4; ++i) y = (x + 2 * y) % 5;
  return x + 5 * y;
}

// The rotation of word (x, y), at [x + 5y].
constexpr int kRotation[25] = {0,  1,  62, 28, 27, 36, 44, 6,  55, 20, 3,  10, 43,
                               25, 39, 41, 45, 15, 21, 8,  18, 2,  61, 56, 14};

constexpr int kXor3 = 0x96;  // a ^ b ^ c as a truth table
constexpr int kChi = 0xD2;   // a ^ (~b & c)

template <int kImm> inline __m512i logic(__m512i a, __m512i b, __m512i c) {
  return _mm512_ternarylogic_epi64(a, b, c, kImm);
}

// Word X of output row Y after theta, rho and pi: it comes from word (X + 3Y, X).
template <int kRound, int kX, int kY> inline __m512i moved(const __m512i* a, const __m512i* mix) {
  constexpr int x = (kX + 3 * kY) % 5, y = kX;
  return _mm512_rol_epi64(_mm512_xor_si512(a[place(kRound, x, y)], mix[x]), kRotation[x + 5 * y]);
}

template <int kRound, int kY> inline void output_row(__m512i* a, const __m512i* mix) {
  __m512i b0 = moved<kRound, 0, kY>(a, mix), b1 = moved<kRound, 1, kY>(a, mix);
  __m512i b2 = moved<kRound, 2, kY>(a, mix), b3 = moved<kRound, 3, kY>(a, mix);
  __m512i b4 = moved<kRound, 4, kY>(a, mix);
  a[place(kRound + 1, 0, kY)] = logic<kChi>(b0, b1, b2);
  a[place(kRound + 1, 1, kY)] = logic<kChi>(b1, b2, b3);
  a[place(kRound + 1, 2, kY)] = logic<kChi>(b2, b3, b4);
  a[place(kRound + 1, 3, kY)] = logic<kChi>(b3, b4, b0);
  a[place(kRound + 1, 4, kY)] = logic<kChi>(b4, b0, b1);
}

template <int kRound, int kX> inline __m512i column(const __m512i* a) {
  __m512i three = logic<kXor3>(a[place(kRound, kX, 0)], a[place(kRound, kX, 1)], a[place(kRound, kX, 2)]);
  return logic<kXor3>(three, a[place(kRound, kX, 3)], a[place(kRound, kX, 4)]);
}

template <int kRound> inline void one_round(__m512i* a, std::uint64_t constant) {
  __m512i c0 = column<kRound, 0>(a), c1 = column<kRound, 1>(a), c2 = column<kRound, 2>(a), c3 = column<kRound, 3>(a),
          c4 = column<kRound, 4>(a);
  const __m512i mix[5] = {_mm512_xor_si512(c4, _mm512_rol_epi64(c1, 1)), _mm512_xor_si512(c0, _mm512_rol_epi64(c2, 1)),
                          _mm512_xor_si512(c1, _mm512_rol_epi64(c3, 1)), _mm512_xor_si512(c2, _mm512_rol_epi64(c4, 1)),
                          _mm512_xor_si512(c3, _mm512_rol_epi64(c0, 1))};
  output_row<kRound, 0>(a, mix);
  a[0] = _mm512_xor_si512(a[0], _mm512_set1_epi64(static_cast<long long>(constant)));
  output_row<kRound, 1>(a, mix);
  output_row<kRound, 2>(a, mix);
  output_row<kRound, 3>(a, mix);
  output_row<kRound, 4>(a, mix);
}

/// Only constant indices here and above: the compiler can keep the copy of the state in registers.
template <std::size_t... kWord> inline void permute_words(__m512i* state, std::index_sequence<kWord...>) {
  __m512i a[25] = {state[kWord]...};
  for (int r = 0; r < 24; r += 4) {
    one_round<0>(a, kKeccakRoundConstants[r]);
    one_round<1>(a, kKeccakRoundConstants[r + 1]);
    one_round<2>(a, kKeccakRoundConstants[r + 2]);
    one_round<3>(a, kKeccakRoundConstants[r + 3]);
  }
  ((state[kWord] = a[kWord]), ...);
}

void permute(__m512i* state) { permute_words(state, std::make_index_sequence<25>{}); }

/// Rows become columns: out lane k of v[i] = in lane i of v[k].
inline void transpose(__m512i* v) {
  __m512i t[8];
  for (int i = 0; i < 8; i += 2) {
    t[i] = _mm512_unpacklo_epi64(v[i], v[i + 1]);
    t[i + 1] = _mm512_unpackhi_epi64(v[i], v[i + 1]);
  }
  for (int i = 0; i < 2; ++i) {
    __m512i a = _mm512_shuffle_i64x2(t[i], t[i + 2], 0x88), b = _mm512_shuffle_i64x2(t[i], t[i + 2], 0xDD);
    __m512i c = _mm512_shuffle_i64x2(t[i + 4], t[i + 6], 0x88), d = _mm512_shuffle_i64x2(t[i + 4], t[i + 6], 0xDD);
    v[i] = _mm512_shuffle_i64x2(a, c, 0x88), v[i + 4] = _mm512_shuffle_i64x2(a, c, 0xDD);
    v[i + 2] = _mm512_shuffle_i64x2(b, d, 0x88), v[i + 6] = _mm512_shuffle_i64x2(b, d, 0xDD);
  }
}

/// Message k's next 136 bytes start at from + k * stride.
inline void absorb(__m512i* a, const std::uint8_t* from, std::size_t stride) {
  for (int half = 0; half < 2; ++half) {
    __m512i v[8];
    for (int k = 0; k < 8; ++k) v[k] = _mm512_loadu_si512(from + k * stride + 64 * half);
    transpose(v);
    for (int i = 0; i < 8; ++i) a[8 * half + i] = _mm512_xor_si512(a[8 * half + i], v[i]);
  }
  alignas(64) std::uint64_t last[8];
  for (int k = 0; k < 8; ++k) std::memcpy(&last[k], from + k * stride + 128, 8);
  a[16] = _mm512_xor_si512(a[16], _mm512_load_si512(last));
  permute(a);
}

/// The padded block of every message that holds bytes [begin, begin + kKeccakRate) of prefix || message.
struct PaddedBlock {
  alignas(64) std::uint8_t bytes[8][192];

  PaddedBlock(const std::uint8_t* data, std::size_t stride, std::size_t length, std::size_t begin, int prefix) {
    const std::size_t shift = prefix == kNoPrefix ? 0 : 1, all = length + shift;
    const std::size_t end = all < begin + kKeccakRate ? all : begin + kKeccakRate;
    const std::size_t skip = begin == 0 ? shift : 0;  // where message bytes start in this block
    for (int k = 0; k < 8; ++k) {
      std::memset(bytes[k], 0, kKeccakRate);
      if (skip == 1) bytes[k][0] = static_cast<std::uint8_t>(prefix);
      if (end > begin + skip)
        std::memcpy(bytes[k] + skip, data + k * stride + begin + skip - shift, end - begin - skip);
      if (end == all && all < begin + kKeccakRate) {
        bytes[k][all - begin] ^= 0x01;
        bytes[k][kKeccakRate - 1] ^= 0x80;
      }
    }
  }
};

}  // namespace

void keccak256_eight(const std::uint8_t* data, std::size_t stride, std::size_t length, Digest* out, int prefix) {
  const std::size_t shift = prefix == kNoPrefix ? 0 : 1, all = length + shift;
  __m512i a[25];
  for (__m512i& word : a) word = _mm512_setzero_si512();
  for (std::size_t begin = 0; begin <= all; begin += kKeccakRate) {
    const bool inside = begin >= shift && begin + kKeccakRate <= all;  // neither the prefix nor padding in this block
    if (inside) {
      absorb(a, data + begin - shift, stride);
    } else {
      PaddedBlock block(data, stride, length, begin, prefix);
      absorb(a, block.bytes[0], sizeof(block.bytes[0]));
    }
  }
  alignas(64) std::uint64_t words[4][8];
  for (int i = 0; i < 4; ++i) _mm512_store_si512(words[i], a[i]);
  for (int k = 0; k < 8; ++k)
    for (int i = 0; i < 4; ++i) std::memcpy(out[k].data() + 8 * i, &words[i][k], 8);
}

}  // namespace tacit::avx512

#endif  // __AVX512F__
