// audit, and keys and audit statements for verify.
#include "api_audit.h"

#include <algorithm>
#include <chrono>
#include <ctime>

#include "api/audit.h"
#include "api/facts.h"
#include "api_common.h"

namespace tacit::cli::api {
namespace {

constexpr std::string_view kKeyMagic = "TACITKEY";
constexpr std::uint8_t kVersion = 2;

Identity shown(const ModelIdentity& identity) {
  return {tacit::api::hex(identity.statement), tacit::api::hex(identity.root),
          tacit::api::hex_of(encode_element(identity.pin)), tacit::api::hex(identity.theorem)};
}

std::string now() {
  const std::time_t time = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm utc{};
  ::gmtime_r(&time, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

/// The bundle, if one is given, and the recipe in it or beside it.
struct Secrets {
  std::optional<ProverModel> bundle;
  tacit::api::ModelRecipe recipe;
};

Result<Secrets> read_secrets(const AuditRequest& request) {
  Secrets out;
  ByteSpan recipe = request.recipe;
  if (!request.bundle.empty()) {
    TACIT_TRY(out.bundle, read_model(request.bundle));
    recipe = out.bundle->recipe;
    if (recipe.empty()) return bad_input("the bundle holds no recipe, so nothing says how it was compiled");
  }
  TACIT_TRY(out.recipe, tacit::api::read_recipe(recipe));
  return out;
}

tacit::api::SampleSource samples_for(const AuditRequest& request) {
  if (!request.calibration) return {};
  return [&request](const Graph& graph) { return graph_samples(graph, *request.calibration); };
}

/// Whether the file is a key at all, by its first bytes.
Status check_header(ByteSpan key, const std::string& path) {
  const bool magic = key.size() >= kKeyMagic.size() + 2 && std::equal(kKeyMagic.begin(), kKeyMagic.end(), key.begin());
  if (!magic) return bad_input("is not a Tacit verifier key", path);
  if (key[kKeyMagic.size()] != kVersion || key[kKeyMagic.size() + 1] != 0) return bad_input("has another format version", path);
  return Unit{};
}

}  // namespace

Result<AuditReport> audit(const AuditRequest& request, const Execution& how) {
  const ThreadLimit threads(how.threads);
  stages_of(how)("recompute");
  TACIT_TRY([[maybe_unused]] Unit is_key, check_header(request.key, request.key_path));
  auto secrets = read_secrets(request);
  if (!secrets.ok()) return at(request.secrets_path, secrets.error());
  const tacit::api::AuditSubject subject{request.model, request.key, secrets->recipe, secrets->bundle ? &*secrets->bundle : nullptr,
                                           folder_of(request.model_path)};
  TACIT_TRY(const tacit::api::Audit found, tacit::api::audit(subject, samples_for(request), now()));
  AuditReport out;
  out.differences = found.differences;
  if (!found.confirmed()) return out;
  auto file = tacit::api::write_audit(found.statement, request.private_key);
  if (!file.ok()) return at(request.private_key_path, file.error());
  out.file = std::move(*file);
  out.identity = shown(found.statement.identity);
  out.onnx_sha256 = tacit::api::hex(found.statement.onnx);
  out.measured_by_auditor = found.statement.measured_by_auditor;
  if (found.statement.measured) {
    for (const auto& e : found.statement.measured->errors) out.errors.push_back({e.name, e.max, e.mean, e.range, e.bound});
  }
  return out;
}

Result<ModelCheck> check_model(ByteSpan file, const std::string& path, const Execution& how) {
  const Stopwatch watch;
  const ThreadLimit threads(how.threads);
  TACIT_TRY([[maybe_unused]] Unit is_key, check_header(file, path));
  const auto key = read_key(file);
  ModelCheck out;
  out.seconds = watch.seconds();
  out.accepted = key.ok();
  if (!key.ok()) {
    out.reason = key.error().text();
    return out;
  }
  const KeyCore& core = key->core;
  out.identity = shown(identity_of(core));
  out.weights = tacit::api::parameters_of(core.theorem);
  out.weight_bits = core.settings.weight_bits;
  out.weights_are_private = core.hides_weights();
  out.proven_bits = tacit::api::registration_bits(*key).value_or(0);
  return out;
}

Result<AuditCheck> check_audit(ByteSpan audit, const std::string& audit_path, const std::string& public_key,
                               const std::string& public_key_path, ByteSpan key_file, const std::string& key_path) {
  const auto file = tacit::api::read_audit(audit);
  if (!file.ok()) return at(audit_path, file.error());
  const auto key = read_key(key_file);
  if (!key.ok()) return at(key_path, key.error());
  const auto objection = tacit::api::audit_objection(*file, public_key, key->core);
  if (!objection.ok()) return at(public_key_path, objection.error());
  return AuditCheck{*objection, tacit::api::hex(file->statement.onnx), file->statement.time};
}

}  // namespace tacit::cli::api
