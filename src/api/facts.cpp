#include "api/facts.h"

#include <algorithm>
#include <bit>

#include "pcs/security.h"
#include "base/contract.h"
#include "theorem/claim.h"
#include "theorem/registration.h"

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
  for (const Port& p : ports) out.push_back({p.name, p.dims, name_of(p.type)});
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

std::optional<double> registration_bits(const VerifierKey& key) {
  if (!key.core.has_weights()) return std::nullopt;
  const auto theorem = registration_theorem(key.core.theorem);
  TACIT_EXPECTS(theorem.ok(), "an accepted key has a registration");
  const OpeningParams& params = key.registration_params;
  return security_report(params, argument_shape(*theorem, params.shape.masked())).sum_bits;
}

namespace {

/// What an inference under the key rests on; with a proof, also its links.
std::vector<ProvenPart> parts_of(const VerifierKey& key, const ProofFile* proof) {
  const KeyCore& core = key.core;
  std::vector<ProvenPart> out{{"inference", security_of(core).proven_bits}};
  if (const auto bits = registration_bits(key)) out.push_back({"registration", *bits});
  const std::vector<const Port*> ports = core.committed();
  for (std::size_t i = 0; proof != nullptr && i < ports.size(); ++i) {
    const auto commitment = parse_commitment(proof->commitments.at(i));
    TACIT_EXPECTS(commitment.ok(), "an accepted proof has its commitments");
    out.push_back({"link with the commitment of " + ports[i]->name, link_report(*ports[i], *commitment, core.params).sum_bits});
  }
  return out;
}

}  // namespace

std::vector<ProvenPart> renewal_parts(const VerifierKey& older, const VerifierKey& newer, const RenewalFile& renewal) {
  const OpeningParams &first = renewal.old_params, &second = renewal.new_params;
  const RenewalRelation relation = renewal_relation(older, newer, first, second);
  auto bits = [&](const OpeningParams& own, const OpeningParams& other) {
    return security_report(own, link_shape(relation.columns, joint_list_bits(other))).sum_bits;
  };
  return {{"renewal, old weights", bits(first, second)}, {"renewal, new weights", bits(second, first)}};
}

void set_parts(Statement& statement, std::vector<ProvenPart> parts) {
  TACIT_EXPECTS(!parts.empty(), "a statement rests on something");
  statement.parts = std::move(parts);
  statement.proven_bits = std::min_element(statement.parts.begin(), statement.parts.end(), [](const ProvenPart& a, const ProvenPart& b) {
                            return a.bits < b.bits;
                          })->bits;
}

std::uint64_t parameters_of(const Theorem& theorem) {
  std::uint64_t out = 0;
  for (const Column& c : theorem.columns)
    if (c.home == Home::kWeights) out += c.size();
  return out;
}

unsigned widest_weight_bits(const Theorem& theorem) {
  unsigned widest = 0;
  for (const Accumulator& a : theorem.accumulators)
    for (const Contraction& c : a.contractions) {
      const Column& weights = theorem.columns[c.weights];
      if (weights.home == Home::kWeights) widest = std::max(widest, static_cast<unsigned>(std::bit_width(static_cast<std::uint64_t>(weights.hi - weights.lo))));
    }
  return widest;
}

TensorValue value_of(const KeyCore& core, const Port& port, const std::vector<IntColumn>& columns) {
  TensorValue out;
  out.name = port.name;
  out.shape = port.dims;
  out.values = dequantise(port, columns);
  out.integers = to_logical(port, columns);
  out.scale = port.scale;
  out.type = name_of(port.type);
  for (std::size_t k = 0; !port.row_shifts.empty() && k < port.size(); ++k) out.scales.push_back(port.scale_of_row(k / port.inner % port.rows));
  for (std::size_t k = 0; !port.labels.empty() && k < port.size(); ++k) out.labels.push_back(port.label_of(out.integers[k]));
  out.low = port.has_digits() ? kCommittedMin : core.theorem.columns[port.column].lo;
  out.high = port.has_digits() ? kCommittedMax : core.theorem.columns[port.column].hi;
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
  auto add = [&](const std::vector<Port>& ports, std::vector<TensorValue>& values, std::vector<std::string>& commitments,
                 std::vector<std::string>& names) {
    for (const Port& p : ports) {
      if (p.visibility == tacit::Visibility::kPublic) values.push_back(value_of(key.core, p, proof->publics));
      if (!p.is_committed()) continue;
      commitments.push_back(hex(digests.at(next++)));
      names.push_back(p.name);
    }
  };
  if (proof != nullptr) {
    add(key.core.ports.inputs, s.inputs, s.input_commitments, s.committed_inputs);
    add(key.core.ports.outputs, s.outputs, s.output_commitments, s.committed_outputs);
  }
  if (const auto form = proof == nullptr ? unsupported("") : accuracy_form(key.core.theorem, key.core.ports); form.ok()) {
    s.accuracy = AccuracyClaim{static_cast<std::uint64_t>(proof->publics[form->correct][0]), form->rows};
  }
  s.target_bits = key.core.settings.security;
  set_parts(s, parts_of(key, proof));
  return s;
}

}  // namespace tacit::api
