#include "pcs/whir_rows.h"

#include <algorithm>

#include "base/contract.h"
#include "field/arrays.h"

namespace tacit {

FeVector limb_weights(std::span<const Fe> challenges, std::size_t count) {
  std::size_t bits = 0;
  while ((std::size_t{1} << bits) < count) ++bits;
  TACIT_EXPECTS(bits <= challenges.size(), "every limb bit has its challenge");
  FeVector out{kOne};
  out.reserve(std::size_t{1} << bits);
  for (const Fe& r : challenges.last(bits)) {
    // Entry i becomes entries 2i and 2i + 1: later coordinates are less significant index bits.
    const std::size_t size = out.size();
    out.resize(2 * size);
    for (std::size_t i = size; i-- > 0;) {
      const Fe hi = out[i] * r;
      out[2 * i + 1] = hi;
      out[2 * i] = out[i] - hi;
    }
  }
  out.resize(count);
  return out;
}

Fe fold_base_row(std::span<const Fe> weights, std::span<const Fp> row) {
  Fe sum;
  for (std::size_t i = 0; i < weights.size(); ++i) sum += weights[i] * row[i];
  return sum;
}

Fe fold_extension_row(std::span<const Fe> weights, std::span<const Fp> row) {
  Fe sum;
  for (std::size_t i = 0; i < weights.size(); ++i)
    sum += weights[i] * Fe(row[3 * i], row[3 * i + 1], row[3 * i + 2]);
  return sum;
}

Fe entry_weight(std::span<const Fe> point, std::size_t index) {
  Fe out = kOne;
  for (std::size_t i = point.size(); i-- > 0; index >>= 1) out *= index & 1 ? point[i] : kOne - point[i];
  return out;
}

Fe pad_weights_at(std::span<const Fe> weights, std::size_t first, std::span<const Fe> point) {
  Fe sum;
  std::size_t slot = first;
  for (Fe weight : weights)
    for (int t = 0; t < 3; ++t, weight *= kExtensionGenerator) sum += weight * entry_weight(point, slot++);
  return sum;
}

namespace {

// At a point of F, as all positions of a domain are: blocks of the vector against one table of powers.
Fe horner_in_base(std::span<const Fe> v, Fp at) {
  constexpr std::size_t kBlock = 64;
  Fp powers[kBlock + 1];
  powers[0] = Fp(1);
  const std::size_t known = std::min(kBlock, v.size());
  for (std::size_t i = 0; i < known; ++i) powers[i + 1] = powers[i] * at;
  Fe sum;
  for (std::size_t begin = (v.size() + kBlock - 1) / kBlock * kBlock; begin > 0;) {
    begin -= kBlock;
    const std::span<const Fe> block = v.subspan(begin, std::min(kBlock, v.size() - begin));
    sum = sum * powers[known] + dot(block, std::span<const Fp>(powers, block.size()));
  }
  return sum;
}

}  // namespace

Fe horner(std::span<const Fe> v, Fe at) {
  if (at.c[1].is_zero() && at.c[2].is_zero()) return horner_in_base(v, at.c[0]);
  Fe sum;
  for (std::size_t i = v.size(); i-- > 0;) sum = sum * at + v[i];
  return sum;
}

Fe multilinear_at(FeVector table, std::span<const Fe> point) {
  TACIT_EXPECTS(table.size() == std::size_t{1} << point.size(), "a table has one entry for every corner");
  for (const Fe& r : point) {
    const std::size_t half = table.size() / 2;
    for (std::size_t i = 0; i < half; ++i) table[i] += r * (table[half + i] - table[i]);
    table.resize(half);
  }
  return table[0];
}

}  // namespace tacit
