#include <memory>
#include <optional>

#include "command.h"

namespace tacit::cli {
namespace {

struct VerifyFlags {
  std::string key, proof, input, output;
  std::uint64_t sample = 0;
};

/// One value the user holds against the proof: nothing given, or the comparison's outcome.
Result<std::optional<api::Comparison>> compare_given(const std::string& path, const std::string& what,
                                                     api::Visibility visibility,
                                                     const std::vector<api::TensorValue>& published,
                                                     std::uint64_t sample) {
  if (path.empty()) return std::optional<api::Comparison>();
  if (visibility == api::Visibility::kPrivate) {
    return Error{ErrorCode::kUsage, "the " + what + " is private in this proof, so there is nothing to compare it with",
                 path};
  }
  TACIT_TRY(api::DataFile given, read_data(path));
  TACIT_TRY(api::Comparison comparison, api::compare(published, given, sample));
  return std::optional(std::move(comparison));
}

/// Prints nothing of the statement: what a rejected proof claims is worth nothing.
ExitCode reject(Session& session, const std::string& reason, const api::VerifyReport& report) {
  Lines lines;
  lines.add("rejected", reason);
  if (!report.statement.zero_knowledge) lines.add("privacy", std::string(kIntegrityOnly));
  Json object{{"command", "verify"}, {"result", "rejected"}, {"reason", reason}, {"seconds", report.seconds}};
  add_privacy(object, report.statement.zero_knowledge);
  session.print(lines, object);
  return kRejected;
}

ExitCode accept(Session& session, const VerifyFlags& flags, const api::VerifyReport& report) {
  Lines lines;
  lines.add("accepted", "in " + duration(report.seconds));
  add_statement(lines, report.statement);
  if (!flags.input.empty()) lines.add("compared", flags.input + " is the proven input");
  if (!flags.output.empty()) lines.add("compared", flags.output + " is the proven output");
  Json object{{"command", "verify"},
              {"result", "accepted"},
              {"statement", json_of(report.statement)},
              {"seconds", report.seconds}};
  add_privacy(object, report.statement.zero_knowledge);
  session.print(lines, object);
  return kDone;
}

Result<ExitCode> act(Session& session, const VerifyFlags& flags) {
  TACIT_TRY(Bytes key, read_any(flags.key));
  TACIT_TRY(Bytes proof, read_any(flags.proof));
  TACIT_TRY(api::VerifyReport report, api::verify(key, flags.key, proof, flags.proof, session.execution()));
  if (!report.accepted) return reject(session, "failed check: " + report.reason, report);
  const api::Statement& s = report.statement;
  TACIT_TRY(auto input, compare_given(flags.input, "input", s.input, s.inputs, flags.sample));
  TACIT_TRY(auto output, compare_given(flags.output, "output", s.output, s.outputs, flags.sample));
  if (input && !input->same) {
    return reject(session, flags.input + " is not the proven input: " + input->difference, report);
  }
  if (output && !output->same) {
    return reject(session, flags.output + " is not the proven output: " + output->difference, report);
  }
  return accept(session, flags, report);
}

}  // namespace

void add_verify(CLI::App& app, Session& session) {
  CLI::App* command = new_command(app, session, "verify", "Check a proof and say what it proves",
                                  "tacit verify model.vk result.proof --output output.npy");
  auto flags = std::make_shared<VerifyFlags>();
  command->add_option("KEY", flags->key, "PREFIX.vk from compile")->required()->type_name("");
  command->add_option("PROOF", flags->proof, "The proof")->required()->type_name("");
  command->add_option("--input", flags->input, "Reject unless this is the proven (public) input")->type_name("INPUT");
  command->add_option("--output", flags->output, "Reject unless this is the proven (public) output")->type_name("OUT");
  add_sample(*command, flags->sample);
  command->callback([&session, flags] { session.action = [&session, flags] { return act(session, *flags); }; });
}

}  // namespace tacit::cli
