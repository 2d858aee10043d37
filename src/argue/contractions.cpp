#include "argue/contractions.h"

#include "field/arrays.h"
#include "theorem/layout.h"

namespace tacit {
namespace {

SharedVector outer(std::span<const Fe> a, std::span<const Fe> b) {
  FeVector out;
  out.reserve(a.size() * b.size());
  for (const Fe& x : a)
    for (const Fe& y : b) out.push_back(x * y);
  return std::make_shared<const FeVector>(std::move(out));
}

}  // namespace

const KernelPoints::Tables& KernelPoints::of(const ContractionUse& c) {
  const std::uint32_t inputs = c.inputs(), taps = c.term->window.taps();
  Tables& out = known_[{inputs, taps}];
  if (out.inputs) return out;
  const std::span<const Fe> own = at_.last(static_cast<std::size_t>(c.log_size()));
  out.inputs = std::make_shared<const FeVector>(eq_window(own.first(static_cast<std::size_t>(c.log_inputs)), 0, inputs));
  out.taps = std::make_shared<const FeVector>(eq_window(own.last(static_cast<std::size_t>(c.log_taps)), 0, taps));
  return out;
}

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

Claim weights_claim(const ContractionUse& c, KernelPoints& at, const Scalar& value) {
  const KernelPoints::Tables& k = at.of(c);
  const std::uint32_t groups = c.term->groups, in_rows = c.term->in_rows, per_group = c.rows / groups;
  const FeVector& u = c.use->u;
  Claim claim{"contraction weights", {}, value};
  if (in_rows == 1) {
    // Depthwise: the input row is the group, so its weight joins the row's.
    FeVector rows(u);
    if (per_group == 1) mul(u, std::span<const Fe>(*k.inputs), rows);
    else
      for (std::uint32_t r = 0; r < c.rows; ++r) rows[r] *= (*k.inputs)[r / per_group];
    claim.form.emplace_back(c.term->weights, std::move(rows), k.taps);
    return claim;
  }
  for (std::uint32_t g = 0; g < groups; ++g) {
    FeVector rows(c.rows);
    for (std::uint32_t r = g * per_group; r < (g + 1) * per_group; ++r) rows[r] = u[r];
    claim.form.emplace_back(c.term->weights, std::move(rows), outer(std::span(*k.inputs).subspan(std::size_t{g} * in_rows, in_rows), *k.taps));
  }
  return claim;
}

Claim input_claim(const ContractionUse& c, KernelPoints& at, const Scalar& value) {
  const KernelPoints::Tables& k = at.of(c);
  return {"contraction input", {{c.term->input, k.inputs, pull_back(c.term->window, *k.taps, *c.use->v)}}, value};
}

}  // namespace tacit
