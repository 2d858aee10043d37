#include "api/facts.h"

#include "pcs/security.h"

namespace tacit::api {

std::string hex(const Digest& digest) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (std::uint8_t byte : digest) {
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

Visibility visibility_of(const std::vector<Port>& ports) {
  return ports.front().visibility == tacit::Visibility::kPublic ? Visibility::kPublic : Visibility::kPrivate;
}

std::vector<TensorFacts> facts_of(const std::vector<Port>& ports) {
  std::vector<TensorFacts> out;
  for (const Port& p : ports) out.push_back({p.name, p.dims, "float32"});
  return out;
}

SecurityReport security_of(const KeyCore& core) {
  const tacit::SecurityReport report = security_report(core.params, argument_shape(core.theorem));
  SecurityReport out;
  out.target_bits = core.settings.security;
  out.proven_bits = report.sum_bits;
  for (const SecurityTerm& t : report.terms) out.terms.push_back({t.name, t.bits});
  return out;
}

std::uint64_t parameters_of(const Theorem& theorem) {
  std::uint64_t out = 0;
  for (const Column& c : theorem.columns)
    if (c.home == Home::kWeights) out += c.size();
  return out;
}

TensorValue value_of(const KeyCore& core, const Port& port, const IntColumn& column) {
  TensorValue out;
  out.name = port.name;
  out.shape = port.dims;
  out.values = dequantise(port, column);
  for (std::int32_t v : to_logical(port, column)) out.integers.push_back(v);
  out.scale = port.scale;
  out.low = core.theorem.columns[port.column].lo;
  out.high = core.theorem.columns[port.column].hi;
  return out;
}

Statement statement_of(const VerifierKey& key, const std::vector<IntColumn>& publics) {
  Statement s;
  s.key_digest = hex(key.statement);
  s.input = visibility_of(key.core.ports.inputs);
  s.output = visibility_of(key.core.ports.outputs);
  auto add = [&](const std::vector<Port>& ports, std::vector<TensorValue>& out) {
    for (const Port& p : ports)
      if (p.visibility == tacit::Visibility::kPublic && p.column < publics.size() && publics[p.column].size() == p.size())
        out.push_back(value_of(key.core, p, publics[p.column]));
  };
  add(key.core.ports.inputs, s.inputs);
  add(key.core.ports.outputs, s.outputs);
  const SecurityReport security = security_of(key.core);
  s.target_bits = security.target_bits;
  s.proven_bits = security.proven_bits;
  return s;
}

}  // namespace tacit::api
