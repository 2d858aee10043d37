#include <memory>
#include <optional>

#include "api_audit.h"
#include "command.h"
#include "identity_text.h"
#include "link_checks.h"

namespace tacit::cli {
namespace {

struct VerifyFlags {
  std::string key, proof, input, output, model, audit, auditor, claim;
  std::optional<std::uint64_t> at_least;
  std::uint64_t sample = 0;
  LinkFlags links;
};

/// One value the user holds against the proof: nothing given, or the comparison's outcome.
Result<std::optional<api::Comparison>> compare_given(const std::string& path, const std::string& what,
                                                     api::Visibility visibility,
                                                     const std::vector<api::TensorValue>& published,
                                                     std::uint64_t sample) {
  if (path.empty()) return std::optional<api::Comparison>();
  if (visibility == api::Visibility::kCommitted) {
    return Error{ErrorCode::kUsage, "the " + what + " is committed in this proof: compare its commitment, with --" + what + "-commitment", path};
  }
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
  Json object{{"command", "verify"}, {"result", "rejected"}, {"reason", reason}, {"seconds", report.seconds}};
  add_privacy(object, report.statement.zero_knowledge, privacy_text(report.statement));
  session.print(lines, object);
  return kRejected;
}

void add_audit_line(Lines& lines, Json& object, const VerifyFlags& flags, const std::optional<api::AuditCheck>& audit) {
  if (!audit) return;
  lines.add("audited", flags.auditor + " confirmed this model's key at " + printable(audit->time) + "; ONNX SHA-256 " + audit->onnx_sha256);
  object["audit"] = {{"path", flags.audit}, {"auditor", flags.auditor}, {"time", audit->time}, {"onnx_sha256", audit->onnx_sha256}};
}

ExitCode accept(Session& session, const VerifyFlags& flags, const api::VerifyReport& report,
                const std::optional<api::AuditCheck>& audit) {
  Lines lines;
  lines.add("accepted", "in " + duration(report.seconds));
  add_statement(lines, report.statement);
  if (!flags.input.empty()) lines.add("compared", flags.input + " is the proven input");
  if (!flags.output.empty()) lines.add("compared", flags.output + " is the proven output");
  Json object{{"command", "verify"},
              {"result", "accepted"},
              {"statement", json_of(report.statement)},
              {"seconds", report.seconds}};
  add_audit_line(lines, object, flags, audit);
  add_links(lines, object, flags.links);
  add_privacy(object, report.statement.zero_knowledge, privacy_text(report.statement));
  session.print(lines, object);
  return kDone;
}

/// The auditor's word on this key, where one is asked for, or on a key that it was renewed from: those are the same model, as
/// the caller has checked.
Result<std::optional<api::AuditCheck>> audit_given(const VerifyFlags& flags, const std::string& key_path, const Bytes& key) {
  if (flags.audit.empty() != flags.auditor.empty()) {
    return Error{ErrorCode::kUsage, "--audit FILE and --auditor PEM belong together: an audit is worth what its auditor is", ""};
  }
  if (flags.audit.empty()) return std::optional<api::AuditCheck>();
  TACIT_TRY(const Bytes audit, read_any(flags.audit));
  TACIT_TRY(const Bytes pem_file, read_any(flags.auditor));
  const std::string pem(pem_file.begin(), pem_file.end());
  TACIT_TRY(api::AuditCheck found, api::check_audit(audit, flags.audit, pem, flags.auditor, key, key_path));
  for (const std::string& path : flags.links.renewed_from) {
    if (found.objection.empty()) break;
    TACIT_TRY(const Bytes earlier, read_any(path));
    TACIT_TRY(api::AuditCheck of_earlier, api::check_audit(audit, flags.audit, pem, flags.auditor, earlier, path));
    if (of_earlier.objection.empty()) found = std::move(of_earlier);
  }
  return std::optional(std::move(found));
}

/// Why the proof is not of the claim that is asked for; empty if it is, or nothing is asked.
std::string claim_objection(const VerifyFlags& flags, const api::Statement& s) {
  if (flags.claim.empty() && !flags.at_least) return "";
  if (!s.accuracy) return flags.key + " is no key of a claim about accuracy: its output is something else, or depends on the labels otherwise";
  if (!flags.at_least || s.accuracy->correct >= *flags.at_least) return "";
  return "the model is right on " + std::to_string(s.accuracy->correct) + " rows, which is less than " + std::to_string(*flags.at_least);
}

ExitCode reject_model(Session& session, const std::string& reason) {
  Lines lines;
  lines.add("rejected", reason);
  session.print(lines, {{"command", "verify"}, {"result", "rejected"}, {"reason", reason}});
  return kRejected;
}

ExitCode accept_model(Session& session, const VerifyFlags& flags, const api::ModelCheck& check,
                      const std::optional<api::AuditCheck>& audit) {
  Lines lines;
  lines.add("accepted", "in " + duration(check.seconds));
  add_identity(lines, check.identity, "");
  if (check.weights != 0) {
    lines.add("weights", std::to_string(check.weights) + " integers for weights and biases are committed, and each is proven to lie in the range");
    lines.add("", "that the key declares (weights " + std::to_string(check.weight_bits) + " bits); " + number(check.proven_bits) + " bits of security");
    lines.add("values", check.weights_are_private ? "hidden; the key alone tells nothing of them" : "public: tacit audit recomputes the root from the ONNX file");
  } else {
    lines.add("weights", "none: the model has no committed numbers");
  }
  lines.add("sums", "no sum can wrap, whatever the weights: its worst case over the declared ranges fits the field");
  lines.add("meaning", "the key states one function of the input; which float model it came from is for an audit to say");
  Json object{{"command", "verify"},
              {"result", "accepted"},
              {"model", json_of(check.identity, "")},
              {"weights", {{"count", check.weights}, {"bits", check.weight_bits}, {"visibility", check.weights_are_private ? "private" : "public"}}},
              {"security", {{"registration", check.proven_bits}}},
              {"seconds", check.seconds}};
  add_audit_line(lines, object, flags, audit);
  session.print(lines, object);
  return kDone;
}

/// The key alone.
Result<ExitCode> verify_model(Session& session, const VerifyFlags& flags) {
  if (!flags.key.empty() || !flags.input.empty() || !flags.output.empty() || !flags.links.renewed_from.empty()) {
    return Error{ErrorCode::kUsage, "--model KEY checks a key alone; with a proof give KEY PROOF instead", ""};
  }
  TACIT_TRY(const Bytes key, read_any(flags.model));
  TACIT_TRY(const api::ModelCheck check, api::check_model(key, flags.model, session.execution()));
  if (!check.accepted) return reject_model(session, check.reason);
  TACIT_TRY(const auto audit, audit_given(flags, flags.model, key));
  if (audit && !audit->objection.empty()) return reject_model(session, audit->objection);
  return accept_model(session, flags, check, audit);
}

Result<ExitCode> act(Session& session, const VerifyFlags& flags) {
  if (!flags.model.empty()) return verify_model(session, flags);
  if (flags.key.empty() || flags.proof.empty()) {
    return Error{ErrorCode::kUsage, "give KEY and PROOF, or --model KEY to check a key alone (see --help)", ""};
  }
  TACIT_TRY(Bytes key, read_any(flags.key));
  TACIT_TRY(Bytes proof, read_any(flags.proof));
  TACIT_TRY(api::VerifyReport report, api::verify(key, flags.key, proof, flags.proof, session.execution()));
  if (!report.accepted) return reject(session, "failed check: " + report.reason, report);
  api::Statement& s = report.statement;
  TACIT_TRY(auto input, compare_given(flags.input, "input", s.input, s.inputs, flags.sample));
  TACIT_TRY(auto output, compare_given(flags.output, "output", s.output, s.outputs, flags.sample));
  if (input && !input->same) {
    return reject(session, flags.input + " is not the proven input: " + input->difference, report);
  }
  if (output && !output->same) {
    return reject(session, flags.output + " is not the proven output: " + output->difference, report);
  }
  if (const std::string other = claim_objection(flags, s); !other.empty()) return reject(session, other, report);
  TACIT_TRY(const std::string unlinked, link_objection(flags.links, flags.key, key, s));
  if (!unlinked.empty()) return reject(session, unlinked, report);
  TACIT_TRY(const auto audit, audit_given(flags, flags.key, key));
  if (audit && !audit->objection.empty()) return reject(session, audit->objection, report);
  return accept(session, flags, report, audit);
}

}  // namespace

void add_verify(CLI::App& app, Session& session) {
  CLI::App* command = new_command(app, session, "verify", "Check a proof and say what it proves",
                                  "tacit verify model.vk result.proof --output output.npy");
  command->footer("Security: printed are the bits of the weakest of the proofs that this rests on (the inference, the key's registration,\n"
                  "links with commitments, renewals; --json lists them), and those of all together, their errors added.\n"
                  "Guaranteed is the key's level: inference, registration and links reach it together, and so does each renewal.\n" +
                  command->get_footer());
  auto flags = std::make_shared<VerifyFlags>();
  command->add_option("KEY", flags->key, "PREFIX.vk from compile")->type_name("");
  command->add_option("PROOF", flags->proof, "The proof")->type_name("");
  command->add_option("--input", flags->input, "Reject unless this is the proven (public) input")->type_name("INPUT");
  command->add_option("--output", flags->output, "Reject unless this is the proven (public) output")->type_name("OUT");
  command->add_option("--model", flags->model, "Instead of KEY PROOF: check this key alone. Every committed weight and bias lies in its declared\n"
                                               "range; no L1 norm of weights is used or published, sums are bounded by those ranges alone")
      ->type_name("KEY");
  command->add_option("--audit", flags->audit, "Reject unless this is an audit statement about the key (tacit audit), signed by --auditor")
      ->type_name("AUDIT");
  command->add_option("--auditor", flags->auditor, "The Ed25519 public key (PEM) of an auditor whom you trust")->type_name("PEM");
  command->add_option("--claim", flags->claim, "Reject unless the key is of this claim about the rows of a data set, accuracy (docs/claims.md)")
      ->check(CLI::IsMember({"accuracy"}).description(""))
      ->type_name("CLAIM");
  command->add_option("--at-least", flags->at_least, "Reject unless the model is right on as many rows")->type_name("ROWS");
  add_link_options(*command, flags->links);
  add_sample(*command, flags->sample);
  command->callback([&session, flags] { session.action = [&session, flags] { return act(session, *flags); }; });
}

}  // namespace tacit::cli
