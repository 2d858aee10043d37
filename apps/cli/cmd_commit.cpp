#include <memory>

#include "api_links.h"
#include "command.h"
#include "data/file.h"
#include "grid_option.h"

namespace tacit::cli {
namespace {

struct CommitFlags {
  std::string input, name, issuer;
  std::optional<std::uint64_t> sample;
  api::CommitOptions options;
};

std::string without_suffix(std::string name) {
  for (std::string_view suffix : {".commitment", ".opening"})
    if (name.ends_with(suffix)) name.resize(name.size() - suffix.size());
  return name;
}

Result<ExitCode> act(Session& session, CommitFlags& flags) {
  TACIT_TRY(const api::DataFile input, read_data(flags.input));
  std::optional<api::NamedFile> issuer;
  if (!flags.issuer.empty()) {
    TACIT_TRY(Bytes pem, read_any(flags.issuer));
    issuer = api::NamedFile{flags.issuer, std::move(pem)};
  }
  TACIT_TRY(api::Committed committed, api::commit(input, flags.sample, flags.options, issuer));
  const WipeGuard of_opening(committed.opening);
  const std::string name = without_suffix(flags.name);
  TACIT_TRY([[maybe_unused]] Unit secret, write_file_atomic(name + ".opening", committed.opening, kSecretFile));
  TACIT_TRY([[maybe_unused]] Unit open, write_file_atomic(name + ".commitment", committed.commitment, kPublicFile));
  Lines lines;
  lines.add("written", name + ".commitment  " + kib(committed.commitment.size()) + "  names the values; publish it");
  lines.add("", name + ".opening  " + kib(committed.opening.size()) + "  to prove about them with; keep it secret");
  lines.add("commitment", committed.digest);
  lines.add("grid", grid_text(flags.options.grid));
  if (issuer) lines.add("signed", "with " + flags.issuer);
  lines.add("budget", count(flags.options.openings, "opening") + ": one for each input of a proof that it is linked with, by all who hold the .opening;");
  lines.add("", "counted in the state directory (tacit ledger); there is no renewal");
  session.print(lines, {{"command", "commit"},
                        {"commitment", {{"path", name + ".commitment"}, {"digest", committed.digest}}},
                        {"opening", {{"path", name + ".opening"}}},
                        {"grid", json_of_grid(flags.options.grid)},
                        {"openings", flags.options.openings},
                        {"signed", issuer.has_value()}});
  return kDone;
}

}  // namespace

void add_commit(CLI::App& app, Session& session) {
  CLI::App* command = new_command(app, session, "commit", "Commit to values before, or for, any proof about them",
                                  "tacit commit record.npy -o record --sign hospital.pem");
  auto flags = std::make_shared<CommitFlags>();
  command->add_option("INPUT", flags->input, "One array of values (.npy .npz .csv .json .pb)")->required()->type_name("");
  command->add_option("-o,--out", flags->name, "Write NAME.commitment (public) and NAME.opening (secret)")->required()->type_name("NAME");
  command->add_option("--sample", flags->sample, "Commit to this place of the array's first axis alone, from 0")->type_name("I");
  add_grid(*command, flags->options.grid, "Values are multiples of 2^E (default: -16), or float32 numbers; models must be compiled for the same");
  add_openings(*command, "--openings", flags->options.openings, "Inputs of proofs that the commitment may serve (default: 16)");
  command->add_option("--security", flags->options.security_bits, "Serves keys of as many bits or less, 100 or 128 (default: 128)")
      ->check(CLI::IsMember({100u, 128u}).description(""))
      ->type_name("BITS");
  command->add_flag("--unique-decoding", flags->options.unique_decoding, "Larger, and not resting on list decoding up to the Johnson bound");
  command->add_option("--sign", flags->issuer, "Sign with this Ed25519 private key (openssl genpkey -algorithm ed25519)")->type_name("PEM");
  command->callback([&session, flags] { session.action = [&session, flags] { return act(session, *flags); }; });
}

}  // namespace tacit::cli
