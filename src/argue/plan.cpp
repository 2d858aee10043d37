#include "argue/plan.h"

#include "lookup/fraction_sum.h"
#include "sumcheck/pad_check.h"
#include "sumcheck/products.h"

namespace tacit {

PadPlan plan_pads(const Theorem& theorem, std::uint32_t links) {
  const RowSpace rows = row_space(theorem);
  Party<Role::kPlanner> party;
  fraction_sum<Role::kPlanner>(party, rows.log_rows, Sealed{});
  const Scalar total = party.send("contraction sum", Sealed{}, [](const auto&) { return Fe(); });
  const std::vector<AccumulatorUse> used = accumulators_in_use(theorem, rows);
  sum_of_products<Role::kPlanner>(party, log_sizes_of(contraction_uses(theorem, used)), total, Sealed{});
  std::vector<std::uint32_t> of_links;
  for (std::uint32_t i = 0; i < links; ++i)
    of_links.push_back(party.send("link value", Sealed{}, [](const auto&) { return Fe(); }).own_pad());
  check_pad_products<Role::kPlanner>(party, Sealed{});
  PadPlan plan = party.plan();
  plan.links = std::move(of_links);
  return plan;
}

std::vector<Column> argued_columns(const Theorem& theorem, const PadPlan* plan) {
  std::vector<Column> columns = theorem.columns;
  if (plan != nullptr) columns.push_back({"pads", Home::kWitness, 1, 3 * plan->pads, 0, 0});
  return columns;
}

void add_pad_terms(const std::vector<PadTerm>& terms, const Fe& by, FeVector& covector) {
  for (const PadTerm& term : terms) {
    Fe x = by * term.coefficient;
    for (std::size_t limb = 0; limb < 3; ++limb) {
      covector[3 * term.pad + limb] += x;
      x = Fe(x.c[2] + x.c[2], x.c[0], x.c[1]);  // times w, w^3 = 2
    }
  }
}

}  // namespace tacit
