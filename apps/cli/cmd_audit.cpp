#include <memory>
#include <optional>

#include "api_audit.h"
#include "command.h"
#include "data/file.h"
#include "identity_text.h"

namespace tacit::cli {
namespace {

struct AuditFlags {
  std::string model, key, secrets, recipe, calibration, out, sign;
  PassphraseFlags passphrase;
};

Error usage(std::string what) { return {ErrorCode::kUsage, std::move(what), ""}; }

Status check_flags(const AuditFlags& flags) {
  if (flags.secrets.empty() == flags.recipe.empty()) {
    return usage("give --secrets PREFIX.tacit or, for public weights, --recipe PREFIX.recipe");
  }
  if (!flags.sign.empty() && flags.out.empty()) return usage("--sign needs -o: the signature stands in that file");
  return Unit{};
}

ExitCode print_differences(Session& session, const AuditFlags& flags, const api::AuditReport& report) {
  Lines lines;
  lines.add("not confirmed", flags.key + " does not commit to " + flags.model);
  for (const std::string& line : report.differences) lines.add("differs", line);
  session.print(lines, {{"command", "audit"}, {"result", "differs"}, {"differences", report.differences}});
  return kRejected;
}

void add_measured(Lines& lines, Json& object, const api::AuditReport& report) {
  Json errors = Json::object();
  for (const api::OutputError& e : report.errors) {
    lines.add("error", printable(e.name) + "  max " + number(e.max) + "  mean " + number(e.mean) + "  (values span " + number(e.span) +
                           (report.measured_by_auditor ? "; measured now)" : "; reported by whoever compiled)"));
    lines.add("bound", printable(e.name) + "  " + bound_text(e));
    errors[e.name] = json_of(e);
  }
  object["quality"] = {{"errors", errors}, {"measured_by", report.measured_by_auditor ? "auditor" : "compiler"}};
}

ExitCode print_confirmed(Session& session, const AuditFlags& flags, const api::AuditReport& report) {
  Lines lines;
  lines.add("confirmed", flags.key + " commits to exactly " + flags.model);
  add_identity(lines, report.identity, report.onnx_sha256);
  Json object{{"command", "audit"}, {"result", "confirmed"}, {"key", flags.key}, {"model", json_of(report.identity, report.onnx_sha256)}};
  add_measured(lines, object, report);
  if (!flags.out.empty()) {
    lines.add("written", flags.out + (flags.sign.empty() ? "  not signed" : "  signed with " + flags.sign));
    object["audit"] = {{"path", flags.out}, {"bytes", report.file.size()}, {"signed", !flags.sign.empty()}};
  }
  session.print(lines, object);
  return kDone;
}

Result<std::string> read_text(const std::string& path) {
  TACIT_TRY(const Bytes bytes, read_any(path));
  return std::string(bytes.begin(), bytes.end());
}

Result<ExitCode> act(Session& session, const AuditFlags& flags) {
  TACIT_TRY([[maybe_unused]] Unit fine, check_flags(flags));
  api::AuditRequest request;
  request.model_path = flags.model;
  request.key_path = flags.key;
  request.secrets_path = flags.secrets.empty() ? flags.recipe : flags.secrets;
  request.private_key_path = flags.sign;
  TACIT_TRY(const Bytes model, read_any(flags.model));
  TACIT_TRY(const Bytes key, read_any(flags.key));
  request.model = model;
  request.key = key;
  TACIT_TRY(const SecretBytes secrets, open_bundle_file(request.secrets_path, flags.passphrase));
  (flags.secrets.empty() ? request.recipe : request.bundle) = secrets;
  if (!flags.calibration.empty()) {
    TACIT_TRY(request.calibration, read_data(flags.calibration));
  }
  if (!flags.sign.empty()) {
    TACIT_TRY(request.private_key, read_text(flags.sign));
  }
  TACIT_TRY(const api::AuditReport report, api::audit(request, session.execution()));
  if (!report.differences.empty()) return print_differences(session, flags, report);
  if (!flags.out.empty()) {
    TACIT_TRY([[maybe_unused]] Unit written, write_file_atomic(flags.out, report.file, kPublicFile));
  }
  return print_confirmed(session, flags, report);
}

}  // namespace

void add_audit(CLI::App& app, Session& session) {
  CLI::App* command = new_command(app, session, "audit", "Confirm that a key commits to exactly this ONNX model",
                                  "tacit audit model.onnx model.vk --secrets model.tacit -o audit.json --sign auditor.pem");
  auto flags = std::make_shared<AuditFlags>();
  command->add_option("MODEL", flags->model, "The ONNX file")->required()->type_name("");
  command->add_option("KEY", flags->key, "PREFIX.vk from compile")->required()->type_name("");
  command->add_option("--secrets", flags->secrets, "PREFIX.tacit from compile: the weights, and what hides them")->type_name("BUNDLE");
  command->add_option("--recipe", flags->recipe, "For public weights: PREFIX.recipe from compile; no secrets are needed")->type_name("RECIPE");
  command->add_option("--calibration", flags->calibration, "Measure the quantised model on these inputs and state the errors")->type_name("DATA");
  command->add_option("-o,--out", flags->out, "Write the audit statement here, if all is confirmed. It names the ONNX file's SHA-256")
      ->type_name("AUDIT");
  command->add_option("--sign", flags->sign, "Sign the statement: an Ed25519 private key (PEM), for tacit verify --audit --auditor")
      ->type_name("PEM");
  add_passphrase(*command, flags->passphrase);
  command->callback([&session, flags] { session.action = [&session, flags] { return act(session, *flags); }; });
}

}  // namespace tacit::cli
