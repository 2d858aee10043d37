#include <stdexcept>

#include "command.h"

namespace tacit::cli {
namespace {

/// The verifier on a proof in which one bit was changed: why it does not accept.
std::string rejection_of_damaged(const Bytes& key, Bytes proof, const api::Execution& how) {
  proof[proof.size() / 2] ^= 1;
  Result<api::VerifyReport> report = api::verify(key, "demo key", proof, "demo proof", how);
  if (!report.ok()) return report.error().what;
  if (report->accepted) throw std::runtime_error("a damaged proof is accepted");
  return report->reason;
}

Result<ExitCode> act(Session& session) {
  api::Execution how = session.execution();
  api::Demo demo = api::demo();
  api::CompileOptions options;
  options.calibration = demo.calibration;
  TACIT_TRY(api::Compiled compiled, api::compile(demo.model, "demo model", options, how));
  TACIT_TRY(api::BundleHandle bundle, api::open_bundle(compiled.bundle, "demo bundle"));
  TACIT_TRY(api::Proved proved, api::prove(*bundle, demo.input, 0, how));
  TACIT_TRY(api::VerifyReport report, api::verify(compiled.key, "demo key", proved.bytes, "demo proof", how));
  if (!report.accepted) throw std::runtime_error("the demo's proof is rejected: " + report.reason);
  std::string rejection = rejection_of_damaged(compiled.key, proved.bytes, how);

  Lines lines;
  lines.add("model", demo.title + ", " + count(compiled.report.parameters, "parameter"));
  lines.add("compiled", "in " + duration(compiled.report.seconds) + ", key " + kib(compiled.key.size()));
  for (const api::TensorValue& output : proved.outputs) {
    std::string best = largest(array_of(output));
    lines.add("prediction", best.empty() ? values(array_of(output)) : best);
  }
  lines.add("proved", "in " + duration(proved.seconds) + ", proof " + kib(proved.bytes.size()));
  lines.add("verified", "accepted in " + duration(report.seconds));
  lines.add("tampered", "one bit of the proof changed: rejected (" + printable(rejection) + ")");
  lines.add("privacy", privacy_text(report.statement));

  Json object{{"command", "demo"},
              {"model", demo.title},
              {"prediction", json_of(proved.outputs)},
              {"compile_seconds", compiled.report.seconds},
              {"prove_seconds", proved.seconds},
              {"verify_seconds", report.seconds},
              {"proof_bytes", proved.bytes.size()},
              {"result", "accepted"},
              {"tampered", {{"result", "rejected"}, {"reason", rejection}}},
              {"statement", json_of(report.statement)}};
  add_privacy(object, report.statement.zero_knowledge, privacy_text(report.statement));
  session.print(lines, object);
  return kDone;
}

}  // namespace

void add_demo(CLI::App& app, Session& session) {
  CLI::App* command = new_command(app, session, "demo", "Compile, prove, verify and tamper with a small built-in model",
                                  "tacit demo");
  command->callback([&session] { session.action = [&session] { return act(session); }; });
}

}  // namespace tacit::cli
