#include "sumcheck/pad_check_prover.h"

#include "poly/eq.h"

namespace tacit {

PadCheckProver::PadCheckProver(const FeVector& pads, std::span<const PadProduct> products, std::span<const Fe> tau)
    : tau_(tau.begin(), tau.end()) {
  for (FeVector* table : {&p_, &q_, &s_}) table->resize(std::size_t{1} << tau.size());
  for (std::size_t k = 0; k < products.size(); ++k) {
    p_[k] = pads[products[k].a];
    q_[k] = pads[products[k].b];
    s_[k] = pads[products[k].ab];
  }
}

RoundMessage PadCheckProver::message() const {
  const std::size_t half = p_.size() / 2;
  const FeVector rest = eq_table(std::span(tau_).subspan(bound_ + 1));
  RoundMessage out;
  for (std::size_t i = 0; i < half; ++i) {
    out.constant += rest[i] * (p_[i] * q_[i] - s_[i]);
    out.leading += rest[i] * ((p_[half + i] - p_[i]) * (q_[half + i] - q_[i]));
  }
  return out;
}

void PadCheckProver::bind(const Fe& r) {
  const std::size_t half = p_.size() / 2;
  for (FeVector* table : {&p_, &q_, &s_}) {
    for (std::size_t i = 0; i < half; ++i) (*table)[i] += r * ((*table)[half + i] - (*table)[i]);
    table->resize(half);
  }
  ++bound_;
}

}  // namespace tacit
