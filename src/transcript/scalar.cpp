#include "transcript/scalar.h"

#include "base/contract.h"

namespace tacit {

Scalar Scalar::sent(const Fe& constant, std::uint32_t pad) {
  Scalar out(constant);
  out.terms_.push_back({pad, kOne});
  return out;
}

Scalar Scalar::form(const FeVector& by_pad) {
  Scalar out;
  for (std::uint32_t k = 0; k < by_pad.size(); ++k)
    if (!by_pad[k].is_zero()) out.terms_.push_back({k, by_pad[k]});
  return out;
}

Scalar Scalar::sum(std::vector<Scalar> parts) {
  if (parts.empty()) return {};
  for (std::size_t step = 1; step < parts.size(); step *= 2)
    for (std::size_t i = 0; i + step < parts.size(); i += 2 * step) parts[i] += parts[i + step];
  return std::move(parts[0]);
}

std::uint32_t Scalar::own_pad() const {
  TACIT_EXPECTS(terms_.size() == 1 && terms_[0].coefficient == kOne, "only values as they were sent are multiplied");
  return terms_[0].pad;
}

Scalar& Scalar::operator+=(const Scalar& o) {
  constant_ += o.constant_;
  if (o.terms_.empty()) return *this;
  std::vector<PadTerm> merged;
  merged.reserve(terms_.size() + o.terms_.size());
  auto a = terms_.begin();
  for (const PadTerm& term : o.terms_) {
    while (a != terms_.end() && a->pad < term.pad) merged.push_back(*a++);
    if (a != terms_.end() && a->pad == term.pad) merged.push_back({term.pad, a++->coefficient + term.coefficient});
    else merged.push_back(term);
  }
  merged.insert(merged.end(), a, terms_.end());
  terms_ = std::move(merged);
  return *this;
}

Scalar& Scalar::operator*=(const Fe& k) {
  constant_ *= k;
  for (PadTerm& term : terms_) term.coefficient *= k;
  return *this;
}

Fe Scalar::under(const FeVector& pads) const {
  Fe out = constant_;
  for (const PadTerm& term : terms_) {
    TACIT_EXPECTS(term.pad < pads.size(), "every pad of a form is given");
    out += term.coefficient * pads[term.pad];
  }
  return out;
}

}  // namespace tacit
