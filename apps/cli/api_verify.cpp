// verify, compare, describe.
#include <cmath>

#include "api_common.h"
#include "data/samples.h"

namespace tacit::api {
namespace {

constexpr std::string_view kKeyMagic = "TACITKEY", kProofMagic = "TACITPRF", kModelMagic = "TACITMDL";

bool starts_with(ByteSpan file, std::string_view magic) {
  return file.size() >= magic.size() && std::equal(magic.begin(), magic.end(), file.begin());
}

Error at(const std::string& path, const Error& error) { return {error.code, error.text(), path}; }

void describe_key(const VerifierKey& key, FileReport& report) {
  report.key_digest = hex(key.statement);
  report.inputs = facts_of(key.core.ports.inputs);
  report.outputs = facts_of(key.core.ports.outputs);
  report.activation_bits = key.core.settings.activation_bits;
  report.weight_bits = key.core.settings.weight_bits;
  report.parameters = parameters_of(key.core.theorem);
  report.input = visibility_of(key.core.ports.inputs);
  report.output = visibility_of(key.core.ports.outputs);
  report.security = security_of(key.core);
  const std::uint64_t core = encode_core(key.core).size();
  report.parts.push_back({"statement, ports, commitment", core});
  report.parts.push_back({"registration proof", key.registration_proof.size()});
}

}  // namespace

Result<VerifyReport> verify(ByteSpan key_file, const std::string& key_path, ByteSpan proof_file, const std::string& proof_path,
                            const Execution&) {
  const Stopwatch watch;
  auto key = read_key(key_file);
  if (!key.ok()) return at(key_path, key.error());
  const auto statement = proof_statement(proof_file);
  if (!statement.ok() && !starts_with(proof_file, kProofMagic)) return at(proof_path, statement.error());
  VerifyReport report;
  report.statement = statement_of(*key, {});
  auto proof = read_proof(*key, proof_file);
  if (!proof.ok()) {
    report.reason = proof.error().text();
  } else {
    const Verdict verdict = tacit::verify(*key, *proof);
    report.accepted = verdict.accepted;
    report.reason = verdict.reason;
    report.statement = statement_of(*key, proof->publics);
  }
  report.seconds = watch.seconds();
  return report;
}

Result<Comparison> compare(const std::vector<PublicValue>& published, const DataFile& given, std::uint64_t sample) {
  std::vector<InputShape> shapes;
  for (const PublicValue& p : published) shapes.push_back({p.array.name, p.array.dims});
  TACIT_TRY(const Samples samples, bind_samples(given.arrays, shapes, given.path));
  if (sample >= samples.count)
    return bad_input("has " + std::to_string(samples.count) + " samples, so there is no sample " + std::to_string(sample), given.path);
  for (std::size_t i = 0; i < published.size(); ++i) {
    const PublicValue& p = published[i];
    for (std::size_t k = 0; k < p.integers.size(); ++k) {
      const double value = samples.inputs[i][sample * p.integers.size() + k];
      const double q = std::floor(value / p.scale + 0.5);
      const auto integer = static_cast<std::int64_t>(std::clamp(q, -32768.0, 32767.0));
      if (integer == p.integers[k]) continue;
      return Comparison{false, p.array.name + " " + index_text(p.array.dims, k) + ": given " + std::to_string(value) +
                                   ", published " + std::to_string(p.array.values[k])};
    }
  }
  return Comparison{true, ""};
}

Result<FileReport> describe(ByteSpan file, const std::string& path) {
  FileReport report;
  report.version = 1;
  if (starts_with(file, kKeyMagic)) {
    auto key = read_key(file);
    if (!key.ok()) return at(path, key.error());
    report.kind = FileReport::Kind::kKey;
    describe_key(*key, report);
    return report;
  }
  if (starts_with(file, kModelMagic)) {
    auto model = read_model(file);
    if (!model.ok()) return at(path, model.error());
    report.kind = FileReport::Kind::kBundle;
    describe_key(model->key, report);
    report.parts.push_back({"steps and weights", file.size() - model->key.encode().size()});
    return report;
  }
  const auto statement = proof_statement(file);
  if (!statement.ok()) return bad_input("is not a Tacit proof, key or model bundle", path);
  report.kind = FileReport::Kind::kProof;
  report.key_digest = hex(*statement);
  report.parts.push_back({"header", 43});
  report.parts.push_back({"public values and proof stream", file.size() - 43});
  return report;
}

}  // namespace tacit::api
