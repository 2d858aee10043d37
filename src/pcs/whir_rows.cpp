#include "pcs/whir_rows.h"

#include "base/contract.h"

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

Fe horner(std::span<const Fe> v, Fe at) {
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
