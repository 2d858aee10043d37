#include "api_common.h"

#include <cmath>

#include "data/samples.h"

namespace tacit::api {

void Stages::begin(std::string_view name) {
  const double now = watch_.seconds();
  if (!stages_.empty()) stages_.back().seconds = now - started_;
  started_ = now;
  stages_.push_back({std::string(name), 0});
  if (progress_ != nullptr) progress_->stage(std::string(name));
}

std::vector<StageTime> Stages::finish() {
  if (!stages_.empty()) stages_.back().seconds = watch_.seconds() - started_;
  return std::move(stages_);
}

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

Array array_of(const Port& port, const IntColumn& column) {
  Array out;
  out.name = port.name;
  out.dims = port.dims;
  out.values = dequantise(port, column);
  return out;
}

PublicValue public_value(const Port& port, const IntColumn& column) {
  PublicValue out;
  out.array = array_of(port, column);
  for (std::int32_t v : to_logical(port, column)) out.integers.push_back(v);
  out.scale = port.scale;
  return out;
}

Statement statement_of(const VerifierKey& key, const std::vector<IntColumn>& publics) {
  Statement s;
  s.key_digest = hex(key.statement);
  s.input = visibility_of(key.core.ports.inputs);
  s.output = visibility_of(key.core.ports.outputs);
  auto add = [&](const std::vector<Port>& ports, std::vector<PublicValue>& out) {
    for (const Port& p : ports)
      if (p.visibility == tacit::Visibility::kPublic && p.column < publics.size() && publics[p.column].size() == p.size())
        out.push_back(public_value(p, publics[p.column]));
  };
  add(key.core.ports.inputs, s.inputs);
  add(key.core.ports.outputs, s.outputs);
  s.target_bits = key.core.settings.security;
  s.proven_bits = security_report(key.core.params, argument_shape(key.core.theorem)).sum_bits;
  return s;
}

Result<std::vector<std::vector<IntColumn>>> input_columns(const KeyCore& core, const DataFile& input, std::uint64_t* saturated) {
  std::vector<InputShape> shapes;
  for (const Port& p : core.ports.inputs) shapes.push_back({p.name, p.dims});
  TACIT_TRY(const Samples samples, bind_samples(input.arrays, shapes, input.path));
  std::vector<std::vector<IntColumn>> out(samples.count);
  for (std::size_t i = 0; i < core.ports.inputs.size(); ++i) {
    const Port& port = core.ports.inputs[i];
    const Column& column = core.theorem.columns[port.column];
    for (std::uint64_t n = 0; n < samples.count; ++n) {
      const auto begin = samples.inputs[i].begin() + static_cast<std::ptrdiff_t>(n * port.size());
      const std::vector<double> flat(begin, begin + static_cast<std::ptrdiff_t>(port.size()));
      out[n].push_back(quantise(port, column, flat));
      if (saturated == nullptr) continue;
      for (double v : flat) {
        const double q = std::floor(v / port.scale + 0.5);
        *saturated += q < static_cast<double>(column.lo) || q > static_cast<double>(column.hi);
      }
    }
  }
  return out;
}

}  // namespace tacit::api
