// verify, compare, describe.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>

#include "api/facts.h"
#include "api_common.h"
#include "theorem/cost.h"
#include "theorem/float32.h"
#include "tacit/verify.h"

namespace tacit::cli::api {
namespace {

constexpr std::string_view kKeyMagic = "TACITKEY", kProofMagic = "TACITPRF", kModelMagic = "TACITMDL";
constexpr std::uint64_t kProofHeader = 43;   // magic, version, mode, statement digest
constexpr std::size_t kModeAt = 10;

bool starts_with(ByteSpan file, std::string_view magic) {
  return file.size() >= magic.size() && std::equal(magic.begin(), magic.end(), file.begin());
}

std::string exact_text(double value) {
  char buffer[40];
  std::snprintf(buffer, sizeof buffer, "%.9g", value);
  return buffer;
}

/// The integer that stands for `value` on the published grid of entry k.
std::int64_t on_grid(const TensorValue& published, std::size_t k, double value) {
  if (published.scale == kFloat32Scale) return float_order(static_cast<float>(value)) - kLowOffset;
  const double q = std::floor(value / (published.scales.empty() ? published.scale : published.scales[k]) + 0.5);
  return static_cast<std::int64_t>(std::clamp(q, static_cast<double>(published.low), static_cast<double>(published.high)));
}

/// Of the port that the array is meant for, by its name or being the only one.
const TensorValue* meant(const std::vector<TensorValue>& published, const Array& array) {
  for (const TensorValue& p : published)
    if (p.name == array.name) return &p;
  return published.size() == 1 ? published.data() : nullptr;
}

/// The user's texts as the integers of those that were published, -1 for every other one.
std::vector<Array> without_texts(const std::vector<TensorValue>& published, std::vector<Array> arrays) {
  for (Array& array : arrays) {
    const TensorValue* port = meant(published, array);
    if (array.labels.empty() || port == nullptr || port->labels.empty()) continue;
    std::map<std::string, std::int64_t> known;
    for (std::size_t k = 0; k < port->labels.size(); ++k) known[port->labels[k]] = port->integers[k];
    for (std::size_t k = 0; k < array.labels.size(); ++k) {
      const auto found = known.find(array.labels[k]);
      array.values[k] = found == known.end() ? -1 : static_cast<double>(found->second);
    }
    array.labels.clear();
  }
  return arrays;
}

void describe_key(const VerifierKey& key, FileReport& report) {
  report.key_digest = tacit::api::hex(key.statement);
  report.inputs = tacit::api::facts_of(key.core.ports.inputs);
  report.outputs = tacit::api::facts_of(key.core.ports.outputs);
  report.activation_bits = key.core.settings.activation_bits;
  report.weight_bits = key.core.settings.weight_bits;
  report.widest_weight_bits = tacit::api::widest_weight_bits(key.core.theorem);
  report.parameters = tacit::api::parameters_of(key.core.theorem);
  const Cost cost = cost_of(key.core.theorem);
  report.cost = {cost.multiplications, cost.witness_entries, cost.lookup_rows};
  report.input = tacit::api::visibility_of(key.core.ports.inputs);
  report.output = tacit::api::visibility_of(key.core.ports.outputs);
  report.weights = key.core.settings.weights == tacit::Visibility::kPublic ? Visibility::kPublic : Visibility::kPrivate;
  report.openings = key.core.settings.openings;
  report.zero_knowledge = key.core.hides();
  report.security = tacit::api::security_of(key.core);
  report.parts.push_back({"core", encode_core(key.core).size()});
  report.parts.push_back({"registration", key.registration_proof.size()});
}

}  // namespace

Result<VerifyReport> verify(ByteSpan key_file, const std::string& key_path, ByteSpan proof_file, const std::string& proof_path,
                            const Execution& how) {
  const Stopwatch watch;
  const ThreadLimit threads(how.threads);
  auto verifier = tacit::api::Verifier::load(key_file);
  if (!verifier.ok()) return at(key_path, verifier.error());
  auto verdict = verifier->verify(proof_file);
  if (!verdict.ok()) return at(proof_path, verdict.error());
  VerifyReport report{std::move(*verdict)};
  report.seconds = watch.seconds();
  return report;
}

Result<Comparison> compare(const std::vector<TensorValue>& published, const DataFile& given, std::uint64_t sample) {
  std::vector<InputShape> shapes;
  for (const TensorValue& p : published) shapes.push_back({p.name, p.shape, true});
  TACIT_TRY(const Samples samples, bind_samples(without_texts(published, given.arrays), shapes, given.path));
  TACIT_TRY([[maybe_unused]] Unit there, check_sample(samples, sample, given.path));
  for (std::size_t i = 0; i < published.size(); ++i) {
    const TensorValue& p = published[i];
    for (std::size_t k = 0; k < p.integers.size(); ++k) {
      const double value = samples.inputs[i][sample * p.integers.size() + k];
      const bool holds = p.scale == kFloat32Scale || !std::isnan(value);
      if (holds && (p.labels.empty() ? on_grid(p, k, value) : static_cast<std::int64_t>(value)) == p.integers[k]) continue;
      if (!p.labels.empty()) return Comparison{false, p.name + " " + index_text(p.shape, k) + ": another label than \"" + printable(p.labels[k]) + "\" is given"};
      return Comparison{false, p.name + " " + index_text(p.shape, k) + ": given " + exact_text(value) + ", published " +
                                   exact_text(p.values[k])};
    }
  }
  return Comparison{true, ""};
}

Result<FileReport> describe(ByteSpan file, const std::string& path) {
  FileReport report;
  report.version = 2;
  if (starts_with(file, kKeyMagic)) {
    auto key = read_key(file);
    if (!key.ok()) return at(path, key.error());
    report.kind = FileReport::Kind::kKey;
    describe_key(*key, report);
    report.published = published_by(*key);
    return report;
  }
  if (starts_with(file, kModelMagic)) {
    auto model = read_model(file);
    if (!model.ok()) return at(path, model.error());
    report.kind = FileReport::Kind::kBundle;
    describe_key(model->key, report);
    report.errors = stated_errors(*model);
    report.parts.push_back({"steps and weights", file.size() - model->key.encode().size()});
    return report;
  }
  if (!starts_with(file, kProofMagic)) return bad_input("is not a Tacit proof, key or model bundle", path);
  const auto statement = proof_statement(file);
  if (!statement.ok()) return at(path, statement.error());
  report.kind = FileReport::Kind::kProof;
  report.zero_knowledge = file[kModeAt] != 0;
  report.key_digest = tacit::api::hex(*statement);
  report.parts.push_back({"header", kProofHeader});
  report.parts.push_back({"values, stream", file.size() - kProofHeader});
  return report;
}

}  // namespace tacit::cli::api
