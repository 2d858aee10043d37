#include "argue/forms.h"

#include "base/contract.h"
#include "field/arrays.h"

namespace tacit {

void add_to_form(Form& form, ColumnId column, const FeVector& u, const SharedVector& v, const Fe& by) {
  for (RankOne& entry : form)
    if (entry.column == column && entry.v == v && entry.u.size() == u.size()) {
      add_scaled(u, by, entry.u);
      return;
    }
  RankOne entry{column, u, v};
  scale(u, by, entry.u);
  form.push_back(std::move(entry));
}

Fe evaluate_covector(const RankOne& c, const IntColumn& values) {
  TACIT_EXPECTS(values.size() == c.u.size() * c.v->size(), "a covector fits its column");
  Fe out;
  for (std::size_t r = 0; r < c.u.size(); ++r) {
    Fe row;
    for (std::size_t s = 0; s < c.v->size(); ++s) row += (*c.v)[s] * Fp::from_signed(values[r * c.v->size() + s]);
    out += c.u[r] * row;
  }
  return out;
}

PulledBack pull_back(const Linear& term, const SharedVector& v) {
  if (term.window.is_identity() && !term.divide_by_taps) return {v, Fe(Fp::from_signed(term.coefficient))};
  const Window& w = term.window;
  FeVector out(w.in_cols());
  for (std::uint32_t s = 0; s < w.out_cols(); ++s) {
    const Fe weight = (*v)[s] * Fp::from_signed(term.coefficient_at(s));
    for (std::uint32_t t = 0; t < w.taps(); ++t) {
      const std::uint32_t at = w.source(t, s);
      if (at != kNone) out[at] += weight;
    }
  }
  return {std::make_shared<const FeVector>(std::move(out)), kOne};
}

SharedVector pull_back(const Window& w, const FeVector& tap_weights, const FeVector& v) {
  FeVector out(w.in_cols());
  for (std::uint32_t t = 0; t < w.taps(); ++t)
    for (std::uint32_t s = 0; s < w.out_cols(); ++s) {
      const std::uint32_t at = w.source(t, s);
      if (at != kNone) out[at] += tap_weights[t] * v[s];
    }
  return std::make_shared<const FeVector>(std::move(out));
}

}  // namespace tacit
