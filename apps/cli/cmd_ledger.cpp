#include <memory>

#include "api_commitment.h"
#include "command.h"
#include "passphrase.h"
#include "secret/ledger.h"

namespace tacit::cli {
namespace {

struct LedgerFlags {
  std::string file;
  PassphraseFlags passphrase;
  std::uint32_t count = 0;   ///< adopt: what is left; split: what is taken
};

/// What all three commands end with: the ledger as it now is.
Result<ExitCode> print_ledger(Session& session, const std::string& action, const LedgerFlags& flags, const Ledger& ledger,
                              const api::Commitment& commitment) {
  TACIT_TRY(const LedgerState now, ledger.state(commitment.root, commitment.what));
  Lines lines;
  lines.add("ledger", ledger.path_of(commitment.root));
  lines.add("commitment", commitment.hex);
  lines.add("openings", std::to_string(now.remaining()) + " of " + std::to_string(now.budget) + " left");
  if (now.remaining() == 0) {
    lines.add("", commitment.what == Counted::kWeights ? "no more proofs from these weights here: tacit renew PREFIX commits to them anew"
                                                       : "no more proofs about these values here: tacit commit commits to them anew, to be signed anew");
  }
  Json object{{"command", "ledger " + action}, {"file", flags.file}, {"ledger", ledger.path_of(commitment.root)},
              {"commitment", commitment.hex}, {"openings", now.budget}, {"used", now.used}, {"remaining", now.remaining()}};
  if (action == "split") {
    const std::string taken = std::to_string(flags.count);
    lines.add("taken", taken + "; on the replica: tacit ledger adopt " + flags.file + " --remaining " + taken);
    object["taken"] = flags.count;
  }
  session.print(lines, object);
  return kDone;
}

Result<ExitCode> act(Session& session, const std::string& action, const LedgerFlags& flags) {
  TACIT_TRY(const SecretBytes file, open_bundle_file(flags.file, flags.passphrase));
  TACIT_TRY(const api::Commitment commitment, api::commitment_of(file, flags.file));
  TACIT_TRY(Ledger ledger, Ledger::of_user());
  if (action == "adopt") {
    TACIT_TRY([[maybe_unused]] Unit adopted, ledger.adopt(commitment.root, commitment.openings, flags.count, commitment.what));
  }
  if (action == "split") {
    TACIT_TRY([[maybe_unused]] std::uint32_t left, ledger.split(commitment.root, flags.count, commitment.what));
  }
  return print_ledger(session, action, flags, ledger, commitment);
}

std::shared_ptr<LedgerFlags> add_action(CLI::App& ledger, Session& session, const std::string& action,
                                        const std::string& description, const std::string& example, CLI::App*& command) {
  command = new_command(ledger, session, action, description, "tacit ledger " + action + " " + example);
  auto flags = std::make_shared<LedgerFlags>();
  command->add_option("FILE", flags->file, "PREFIX.vk or PREFIX.tacit, or NAME.commitment or NAME.opening of values")->required()->type_name("");
  add_passphrase(*command, flags->passphrase);
  command->callback([&session, flags, action] {
    session.action = [&session, flags, action] { return act(session, action, *flags); };
  });
  return flags;
}

}  // namespace

void add_ledger(CLI::App& app, Session& session) {
  CLI::App* ledger = app.add_subcommand("ledger", "Count how many proofs private weights and committed values may still serve");
  ledger->require_subcommand(1);
  ledger->footer("A budget is that of all machines together; each counts its share, outside of the file, in $TACIT_STATE_DIR, else\n"
                 "$XDG_STATE_HOME/tacit, else $HOME/.local/state/tacit. Whoever sets that directory back could give the weights or values away.\n"
                 "Example:\n  tacit ledger show model.vk");
  CLI::App* command = nullptr;
  add_action(*ledger, session, "show", "Say how many openings are left", "model.vk", command);

  auto adopt = add_action(*ledger, session, "adopt", "Begin counting on a machine that has no ledger of these weights or values",
                          "model.vk --remaining 64", command);
  command->add_option("--remaining", adopt->count, "How many openings are left for this machine; you answer for it")
      ->required()->type_name("N");

  auto split = add_action(*ledger, session, "split", "Take openings from this machine's ledger, for a replica to adopt",
                          "model.vk --openings 64", command);
  command->add_option("--openings", split->count, "How many")->required()->type_name("N");
}

}  // namespace tacit::cli
