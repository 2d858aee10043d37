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

Visibility visibility_of(const std::vector<Port>& ports) { return static_cast<Visibility>(ports.front().visibility); }

std::vector<TensorFacts> facts_of(const std::vector<Port>& ports) {
  std::vector<TensorFacts> out;
  for (const Port& p : ports) out.push_back({p.name, p.dims, "float32"});
  return out;
}

SecurityReport security_of(const KeyCore& core) {
  const tacit::SecurityReport report = security_report(core.params, argument_shape(core.theorem, core.params.shape.masked(), core.links()));
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

TensorValue value_of(const KeyCore& core, const Port& port, const std::vector<IntColumn>& columns) {
  TensorValue out;
  out.name = port.name;
  out.shape = port.dims;
  out.values = dequantise(port, columns);
  out.integers = to_logical(port, columns);
  out.scale = port.scale;
  out.low = port.is_committed() ? kCommittedMin : core.theorem.columns[port.column].lo;
  out.high = port.is_committed() ? kCommittedMax : core.theorem.columns[port.column].hi;
  return out;
}

Statement statement_of(const VerifierKey& key, const ProofFile* proof) {
  Statement s;
  s.key_digest = hex(key.statement);
  s.input = visibility_of(key.core.ports.inputs);
  s.output = visibility_of(key.core.ports.outputs);
  s.weights = key.core.settings.weights == tacit::Visibility::kPublic ? Visibility::kPublic : Visibility::kPrivate;
  s.zero_knowledge = key.core.hides();
  std::size_t next = 0;
  const std::vector<Digest> digests = proof == nullptr ? std::vector<Digest>{} : commitment_digests(*proof);
  auto add = [&](const std::vector<Port>& ports, std::vector<TensorValue>& values, std::vector<std::string>& commitments) {
    for (const Port& p : ports) {
      if (p.visibility == tacit::Visibility::kPublic) values.push_back(value_of(key.core, p, proof->publics));
      if (p.is_committed()) commitments.push_back(hex(digests.at(next++)));
    }
  };
  if (proof != nullptr) {
    add(key.core.ports.inputs, s.inputs, s.input_commitments);
    add(key.core.ports.outputs, s.outputs, s.output_commitments);
  }
  const SecurityReport security = security_of(key.core);
  s.target_bits = security.target_bits;
  s.proven_bits = security.proven_bits;
  return s;
}

}  // namespace tacit::api
