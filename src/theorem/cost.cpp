#include "theorem/cost.h"

#include <algorithm>

#include "theorem/layout.h"

namespace tacit {

Cost cost_of(const Theorem& theorem) {
  Cost cost;
  for (const Column& c : theorem.columns) {
    std::uint64_t& entries = c.home == Home::kWeights ? cost.weight_entries
                             : c.home == Home::kWitness ? cost.witness_entries
                                                        : cost.public_entries;
    entries += c.size();
  }
  cost.lookup_rows = row_space(theorem).rows;
  for (const Accumulator& a : theorem.accumulators)
    for (const Contraction& c : a.contractions) {
      const std::uint64_t inner = std::uint64_t{c.in_rows} * c.window.taps();
      cost.multiplications += std::uint64_t{a.rows} * a.cols * inner;
      ++cost.contractions;
      const int rounds = ceil_log2(std::uint64_t{c.groups} * c.in_rows) + ceil_log2(c.window.taps());
      cost.contraction_rounds = std::max(cost.contraction_rounds, rounds);
    }
  return cost;
}

}  // namespace tacit
