#include "argue/contractions.h"

#include "theorem/layout.h"

namespace tacit {
namespace {

struct KernelPoint {
  FeVector inputs, taps;  // eq tables cut to the real sizes
};

KernelPoint kernel_point(const ContractionUse& c, std::span<const Fe> at) {
  const std::span<const Fe> own = at.last(static_cast<std::size_t>(c.log_size()));
  return {eq_window(own.first(static_cast<std::size_t>(c.log_inputs)), 0, c.inputs()),
          eq_window(own.last(static_cast<std::size_t>(c.log_taps)), 0, c.term->window.taps())};
}

SharedVector outer(std::span<const Fe> a, std::span<const Fe> b) {
  FeVector out;
  out.reserve(a.size() * b.size());
  for (const Fe& x : a)
    for (const Fe& y : b) out.push_back(x * y);
  return std::make_shared<const FeVector>(std::move(out));
}

}  // namespace

std::vector<ContractionUse> contraction_uses(const Theorem& theorem, const std::vector<AccumulatorUse>& uses) {
  std::vector<ContractionUse> out;
  for (const AccumulatorUse& use : uses) {
    const Accumulator& acc = theorem.accumulators[use.acc];
    for (const Contraction& term : acc.contractions) {
      ContractionUse c{&term, &use, acc.rows, 0, ceil_log2(term.window.taps())};
      c.log_inputs = ceil_log2(c.inputs());
      out.push_back(c);
    }
  }
  return out;
}

std::vector<int> log_sizes_of(const std::vector<ContractionUse>& uses) {
  std::vector<int> out;
  for (const ContractionUse& use : uses) out.push_back(use.log_size());
  return out;
}

Claim weights_claim(const ContractionUse& c, std::span<const Fe> at, const Scalar& value) {
  const KernelPoint k = kernel_point(c, at);
  const std::uint32_t groups = c.term->groups, in_rows = c.term->in_rows, per_group = c.rows / groups;
  const FeVector& u = c.use->u;
  Claim claim{"contraction weights", {}, value};
  if (in_rows == 1) {
    // Depthwise: the input row is the group, so its weight joins the row's.
    FeVector rows(u);
    for (std::uint32_t r = 0; r < c.rows; ++r) rows[r] *= k.inputs[r / per_group];
    claim.form.push_back({c.term->weights, std::move(rows), std::make_shared<const FeVector>(k.taps)});
    return claim;
  }
  for (std::uint32_t g = 0; g < groups; ++g) {
    FeVector rows(c.rows);
    for (std::uint32_t r = g * per_group; r < (g + 1) * per_group; ++r) rows[r] = u[r];
    claim.form.push_back({c.term->weights, std::move(rows), outer(std::span(k.inputs).subspan(std::size_t{g} * in_rows, in_rows), k.taps)});
  }
  return claim;
}

Claim input_claim(const ContractionUse& c, std::span<const Fe> at, const Scalar& value) {
  const KernelPoint k = kernel_point(c, at);
  return {"contraction input", {{c.term->input, k.inputs, pull_back(c.term->window, k.taps, *c.use->v)}}, value};
}

}  // namespace tacit
