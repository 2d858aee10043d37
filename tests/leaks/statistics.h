// Chi-square tests on the low four bits of words, slot by slot. A slot is one place of a transcript.
#pragma once

#include <cstdint>
#include <vector>

#include "field/cubic.h"
#include "leaks/rows.h"

namespace tacit::leaks {

inline constexpr std::size_t kBuckets = 16;

class Counts {
 public:
  void add(Row row, std::size_t slot, std::uint64_t word);
  void add(Row row, std::size_t slot, Fp word) { add(row, slot, word.value()); }
  /// Three slots from 3 * index on.
  void add(Row row, std::size_t index, const Fe& element);
  void merge(const Counts& other);

  /// Words seen.
  std::uint64_t samples(Row row) const;
  /// Those with low bits other than zero.
  std::uint64_t nonzero(Row row) const;
  /// P(a uniform source gives a sum of chi squares as large as this one's); 1 without samples.
  double p_uniform(Row row) const;
  /// The same for two sources of one distribution.
  double p_same(Row row, const Counts& other) const;

 private:
  using Slots = std::vector<std::array<std::uint32_t, kBuckets>>;
  const Slots& slots(Row row) const { return rows_[static_cast<std::size_t>(row)]; }
  std::array<Slots, kRowCount> rows_;
};

/// P(X >= x) for chi square with `freedom` degrees of freedom.
double chi_square_tail(double x, double freedom);

}  // namespace tacit::leaks
