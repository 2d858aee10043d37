#include "argue/plan.h"

#include <utility>

#include "lookup/fraction_sum.h"
#include "sumcheck/pad_check.h"
#include "sumcheck/products.h"

namespace tacit {

namespace {

// All that a plan depends on.
struct PlanShape {
  int log_rows = 0;
  std::vector<int> log_sizes;
  std::uint32_t links = 0;
  bool operator==(const PlanShape&) const = default;
};

PadPlan plan_of(const PlanShape& shape) {
  Party<Role::kPlanner> party;
  fraction_sum<Role::kPlanner>(party, shape.log_rows, Sealed{});
  const Scalar total = party.send("contraction sum", Sealed{}, [](const auto&) { return Fe(); });
  sum_of_products<Role::kPlanner>(party, shape.log_sizes, total, Sealed{});
  std::vector<std::uint32_t> of_links;
  for (std::uint32_t i = 0; i < shape.links; ++i)
    of_links.push_back(party.send("link value", Sealed{}, [](const auto&) { return Fe(); }).own_pad());
  check_pad_products<Role::kPlanner>(party, Sealed{});
  PadPlan plan = party.plan();
  plan.links = std::move(of_links);
  return plan;
}

}  // namespace

PadPlan plan_pads(const Theorem& theorem, std::uint32_t links) {
  const RowSpace rows = row_space(theorem);
  const std::vector<AccumulatorUse> used = accumulators_in_use(theorem, rows);
  const PlanShape shape{rows.log_rows, log_sizes_of(contraction_uses(theorem, used)), links};
  // The checks of a key ask several times for the plans of its registration and of its inferences.
  constexpr std::size_t kRemembered = 2;
  thread_local std::vector<std::pair<PlanShape, PadPlan>> known;
  for (const auto& [of, plan] : known)
    if (of == shape) return plan;
  if (known.size() == kRemembered) known.erase(known.begin());
  known.emplace_back(shape, plan_of(shape));
  return known.back().second;
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
