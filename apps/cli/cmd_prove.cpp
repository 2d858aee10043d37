#include <memory>

#include "api_links.h"
#include "command.h"
#include "data/file.h"
#include "data/named_files.h"

namespace tacit::cli {
namespace {

struct ProveFlags {
  PassphraseFlags passphrase;
  std::string bundle, proof, output, batch, labels, claim;
  std::vector<std::string> inputs;
  std::uint64_t sample = 0;
  api::CommitOptions outputs;
};

/// Where the commitment of committed output number i goes.
std::string output_name(const ProveFlags& flags, std::size_t i) {
  return i == 0 ? flags.output : flags.output + "." + std::to_string(i + 1);
}

void print_proved(Session& session, const ProveFlags& flags, const api::Proved& proved, std::uint64_t samples) {
  Lines lines;
  if (samples > 1) lines.add("sample", std::to_string(flags.sample) + " of " + std::to_string(samples) + " (from 0)");
  for (const api::TensorValue& output : proved.outputs) add_value(lines, "prediction", output);
  lines.add("proof", flags.proof + "  " + kib(proved.bytes.size()));
  const api::Statement& s = proved.statement;
  lines.add("privacy", privacy_text(s));
  for (std::size_t i = 0; i < proved.commitments.size(); ++i) {
    const std::string name = output_name(flags, i);
    lines.add("output", "committed, " + proved.commitments[i].digest);
    lines.add("", name + ".commitment, to publish, and " + name + ".opening, to keep secret");
  }
  if (proved.openings_left) lines.add("budget", count(*proved.openings_left, "opening") + " of the weights left");
  lines.add("time", duration(proved.seconds));
  add_stages(lines, proved.stages);
  Json object{{"command", "prove"},
              {"sample", flags.sample},
              {"samples", samples},
              {"prediction", json_of(proved.outputs)},
              {"proof", {{"path", flags.proof}, {"bytes", proved.bytes.size()}}},
              {"statement", json_of(proved.statement)},
              {"seconds", proved.seconds},
              {"stages", json_of(proved.stages)}};
  if (proved.openings_left) object["openings_left"] = *proved.openings_left;
  add_privacy(object, s.zero_knowledge, privacy_text(s));
  session.print(lines, object);
}

/// What the user gave as INPUT: openings, and at most one file of values.
struct Given {
  std::vector<api::NamedOpening> openings;
  std::optional<api::DataFile> values;
};

Result<Given> read_inputs(const ProveFlags& flags) {
  Given out;
  for (const std::string& path : flags.inputs) {
    TACIT_TRY(const NamedFiles several, named_files(path));
    if (several.empty()) {
      TACIT_TRY(Bytes bytes, read_any(path));
      if (api::link_file(bytes) == api::LinkFile::kOpening) {
        out.openings.push_back({path, SecretBytes::take(std::move(bytes))});
        continue;
      }
    }
    if (out.values && !flags.claim.empty()) {   // rows, then labels: inputs in the model's order
      TACIT_TRY(api::DataFile labels, read_data(path));
      std::move(labels.arrays.begin(), labels.arrays.end(), std::back_inserter(out.values->arrays));
      continue;
    }
    if (out.values) return Error{ErrorCode::kUsage, "only one file of values can be given; gather the inputs in an .npz", path};
    TACIT_TRY(out.values, read_data(path));
  }
  return out;
}

/// Overwrites the openings of a proof's outputs at the end of its scope.
class OpeningsGuard {
 public:
  explicit OpeningsGuard(api::Proved& proved) : proved_(proved) {}
  OpeningsGuard(const OpeningsGuard&) = delete;
  OpeningsGuard& operator=(const OpeningsGuard&) = delete;
  ~OpeningsGuard() {
    for (api::Committed& committed : proved_.commitments) wipe(committed.opening);
  }

 private:
  api::Proved& proved_;
};

Status write_commitments(const ProveFlags& flags, const api::Proved& proved) {
  for (std::size_t i = 0; i < proved.commitments.size(); ++i) {
    const std::string name = output_name(flags, i);
    TACIT_TRY([[maybe_unused]] Unit secret, write_file_atomic(name + ".opening", proved.commitments[i].opening, kSecretFile));
    TACIT_TRY([[maybe_unused]] Unit open, write_file_atomic(name + ".commitment", proved.commitments[i].commitment, kPublicFile));
  }
  return Unit{};
}

Result<std::uint64_t> count_samples(const api::Bundle& bundle, const Given& given, std::uint64_t wanted) {
  if (!given.values || !given.openings.empty()) return std::uint64_t{1};
  TACIT_TRY(const std::uint64_t samples, api::sample_count(bundle, *given.values));
  if (wanted < samples) return samples;
  return Error{ErrorCode::kUsage, "holds " + count(samples, "sample") + "; --sample " + std::to_string(wanted) + " is not among them",
               given.values->path};
}

/// --batch and --labels are the inputs of a claim, by their roles.
Status fill_inputs(ProveFlags& flags) {
  const bool by_role = !flags.batch.empty() || !flags.labels.empty() || !flags.claim.empty();
  if (!by_role && flags.inputs.empty()) return Error{ErrorCode::kUsage, "give INPUT, or --claim with --batch and --labels (see --help)", ""};
  if (!by_role) return Unit{};
  if (!flags.inputs.empty() || flags.batch.empty() || flags.labels.empty() || flags.claim.empty()) {
    return Error{ErrorCode::kUsage, "a claim about rows takes --claim, --batch and --labels, and no INPUT", ""};
  }
  flags.inputs = {flags.batch, flags.labels};
  return Unit{};
}

Result<ExitCode> act(Session& session, ProveFlags& flags) {
  TACIT_TRY([[maybe_unused]] Unit filled, fill_inputs(flags));
  TACIT_TRY(api::BundleHandle bundle, read_bundle(flags.bundle, flags.passphrase));
  if (!flags.claim.empty() && !api::claims_accuracy(*bundle)) {
    return Error{ErrorCode::kUsage, "is of no claim: compile the model with --claim accuracy", flags.bundle};
  }
  TACIT_TRY(const Given given, read_inputs(flags));
  TACIT_TRY(const std::uint64_t samples, count_samples(*bundle, given, flags.sample));
  const bool plain = given.openings.empty() && flags.output.empty();
  TACIT_TRY(api::Proved proved, plain ? api::prove(*bundle, *given.values, flags.sample, session.execution())
                                      : api::prove_committed(*bundle, given.openings, given.values, flags.sample, flags.outputs,
                                                             !flags.output.empty(), session.execution()));
  const OpeningsGuard guard(proved);
  TACIT_TRY([[maybe_unused]] Unit committed, write_commitments(flags, proved));
  TACIT_TRY([[maybe_unused]] Unit written, write_file_atomic(flags.proof, proved.bytes, kPublicFile));
  print_proved(session, flags, proved, samples);
  return kDone;
}

}  // namespace

void add_prove(CLI::App& app, Session& session) {
  CLI::App* command = new_command(app, session, "prove", "Run the model on an input and prove the result",
                                  "tacit prove model.tacit input.npy -o result.proof");
  auto flags = std::make_shared<ProveFlags>();
  command->add_option("BUNDLE", flags->bundle, "PREFIX.tacit from compile")->required()->type_name("");
  command->add_option("INPUT", flags->inputs, "The input (.npy .npz .csv .json .pb, or NAME=FILE,NAME=FILE), or NAME.opening of each committed input")
      ->type_name("");
  command->add_option("-o,--out", flags->proof, "Write the proof here")->required()->type_name("PROOF");
  command->add_option("--commit-output", flags->output, "Commit to the committed output: writes NAME.commitment and NAME.opening")
      ->type_name("NAME");
  command->add_option("--claim", flags->claim, "Of a model compiled with it: accuracy, on how many rows its label is the one given (docs/claims.md)")
      ->check(CLI::IsMember({"accuracy"}).description(""))
      ->type_name("CLAIM");
  command->add_option("--batch", flags->batch, "The rows of the claim: NAME.opening of their commitment, or a file of public ones")->type_name("X");
  command->add_option("--labels", flags->labels, "Their labels, likewise")->type_name("Y");
  add_openings(*command, "--output-openings", flags->outputs.openings, "Openings of this commitment; this proof spends the first (default: 16)");
  add_sample(*command, flags->sample);
  add_passphrase(*command, flags->passphrase);
  command->callback([&session, flags] { session.action = [&session, flags] { return act(session, *flags); }; });
}

}  // namespace tacit::cli
