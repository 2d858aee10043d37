#include "theorem/steps.h"

#include <algorithm>
#include <map>

#include "theorem/definitions.h"

namespace tacit {

std::vector<Step> steps_of(const Theorem& t) {
  std::map<ColumnId, Step> by_column;
  const Definitions all = definitions_of(t);
  for (const RequantisationPattern& r : all.requantisations) {
    const Table& table = t.tables[r.table];
    const std::vector<ColumnId> written = r.columns();
    by_column[*std::min_element(written.begin(), written.end())] = Step(Requantise{r.acc, r.y, r.remainder, r.excess, table.lo, table.hi, r.shift, table.bits});
  }
  for (const MaximumPattern& m : all.maxima) {
    Maximum step{m.out, *m.a, *m.b};
    step.b.coefficient = 1;  // in the lookup it stands with a minus
    by_column[m.out] = Step(std::move(step));
  }
  for (const ApplyPattern& a : all.applications) by_column[a.out] = Step(Apply{t.lookups[a.lookup], a.out});
  for (const FetchPattern& f : all.fetches)
    by_column[*std::min_element(f.out.begin(), f.out.end())] = Step(Fetch{t.lookups[f.lookup], f.out});
  std::vector<Step> out;
  for (const auto& [id, step] : by_column) out.push_back(step);
  return out;
}

}  // namespace tacit
