#include <memory>

#include "api_links.h"
#include "command.h"
#include "data/file.h"
#include "passphrase.h"
#include "secret/envelope.h"

namespace tacit::cli {
namespace {

struct RenewFlags {
  PassphraseFlags passphrase;
  std::string from, to;
};

std::string without_suffix(std::string prefix) {
  if (prefix.ends_with(".tacit")) prefix.resize(prefix.size() - std::string_view(".tacit").size());
  return prefix;
}

Result<ExitCode> act(Session& session, RenewFlags& flags) {
  const std::string bundle = without_suffix(flags.from) + ".tacit", prefix = without_suffix(flags.to);
  if (bundle == prefix + ".tacit") return Error{ErrorCode::kUsage, "the renewed model needs a name of its own", prefix};
  TACIT_TRY(const api::BundleHandle model, read_bundle(bundle, flags.passphrase));
  TACIT_TRY(const Bytes stored, read_any(bundle));
  std::optional<SecretBytes> passphrase;
  if (is_envelope(stored)) {
    TACIT_TRY(passphrase, read_new_passphrase(flags.passphrase));
  }
  TACIT_TRY(api::RenewedFiles renewed, api::renew(*model, bundle, session.execution()));
  if (passphrase) {
    TACIT_TRY(renewed.bundle, seal(renewed.bundle, *passphrase));
  }
  TACIT_TRY([[maybe_unused]] Unit secret, write_file_atomic(prefix + ".tacit", renewed.bundle, kSecretFile));
  TACIT_TRY([[maybe_unused]] Unit key, write_file_atomic(prefix + ".vk", renewed.key, kPublicFile));
  TACIT_TRY([[maybe_unused]] Unit link, write_file_atomic(prefix + ".renewal", renewed.link, kPublicFile));
  Lines lines;
  lines.add("written", prefix + ".tacit  " + kib(renewed.bundle.size()) + "  to prove with; keep it secret");
  lines.add("", prefix + ".vk  " + kib(renewed.key.size()) + "  to verify with; publish it");
  lines.add("", prefix + ".renewal  " + kib(renewed.link.size()) + "  shows that the weights are the old key's; publish it");
  lines.add("key", renewed.key_digest);
  lines.add("budget", count(renewed.openings, "opening") + " of the weights: one a proof, counted in the state directory");
  session.print(lines, {{"command", "renew"},
                        {"bundle", {{"path", prefix + ".tacit"}, {"bytes", renewed.bundle.size()}}},
                        {"key", {{"path", prefix + ".vk"}, {"bytes", renewed.key.size()}, {"digest", renewed.key_digest}}},
                        {"renewal", {{"path", prefix + ".renewal"}, {"bytes", renewed.link.size()}}},
                        {"openings", renewed.openings}});
  return kDone;
}

}  // namespace

void add_renew(CLI::App& app, Session& session) {
  CLI::App* command = new_command(app, session, "renew", "Commit to a model's private weights anew, with a fresh budget of openings",
                                  "tacit renew model -o model2");
  auto flags = std::make_shared<RenewFlags>();
  command->add_option("PREFIX", flags->from, "Of PREFIX.tacit")->required()->type_name("");
  command->add_option("-o,--prefix", flags->to, "Write NEW.tacit, NEW.vk and NEW.renewal")->required()->type_name("NEW");
  add_passphrase(*command, flags->passphrase);
  command->callback([&session, flags] { session.action = [&session, flags] { return act(session, *flags); }; });
}

}  // namespace tacit::cli
