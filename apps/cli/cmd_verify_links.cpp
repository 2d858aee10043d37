#include <algorithm>

#include "api_links.h"
#include "link_checks.h"

namespace tacit::cli {
namespace {

Error usage(std::string what, std::string where = {}) { return {ErrorCode::kUsage, std::move(what), std::move(where)}; }

Result<api::NamedFile> read_named(const std::string& path) {
  TACIT_TRY(Bytes bytes, read_any(path));
  return api::NamedFile{path, std::move(bytes)};
}

/// The committed inputs, or outputs, of a statement, and the files that they are to be.
struct Side {
  std::string what;
  const std::vector<std::string>&paths, &names, &proven;
};

/// A proof may be about any values in a committed port that nobody asks about, so a side is asked about as a whole.
Result<std::string> commitments_objection(const Side& side, const std::optional<api::NamedFile>& issuer) {
  const auto& [what, paths, names, proven] = side;
  if (paths.empty() && !issuer) return std::string();
  if (paths.size() > proven.size()) return usage("the proof has " + count(proven.size(), "committed " + what), paths.back());
  if (paths.size() < proven.size()) {
    return usage("no commitment is given for " + what + " \"" + names[paths.size()] + "\": give --" + what +
                 "-commitment for every committed " + what + ", in the model's order");
  }
  for (std::size_t i = 0; i < paths.size(); ++i) {
    TACIT_TRY(const api::NamedFile file, read_named(paths[i]));
    TACIT_TRY(const api::CommitmentFacts facts, api::facts_of_commitment(file));
    if (facts.digest != proven[i]) return paths[i] + " is not the commitment of the proven " + what + ", which is " + proven[i];
    if (!issuer) continue;
    TACIT_TRY(const bool is_signed, api::is_signed_by(file, *issuer));
    if (!is_signed) return paths[i] + " is not signed by " + issuer->path;
  }
  return std::string();
}

Result<std::string> renewals_objection(const LinkFlags& flags, const std::string& key_path, const Bytes& key, api::Statement& statement) {
  std::vector<api::NamedFile> keys;
  for (const std::string& path : flags.renewed_from) {
    TACIT_TRY(api::NamedFile file, read_named(path));
    keys.push_back(std::move(file));
  }
  keys.push_back({key_path, key});
  for (std::size_t i = 0; i < flags.renewals.size(); ++i) {
    TACIT_TRY(const api::NamedFile link, read_named(flags.renewals[i]));
    TACIT_TRY(const api::RenewalCheck check, api::check_renewal(keys[i], keys[i + 1], link));
    if (!check.objection.empty()) return check.objection;
    for (const api::ProvenPart& part : check.parts) {
      statement.proven_bits = std::min(statement.proven_bits, part.bits);
      statement.parts.push_back({part.name + " of " + flags.renewed_from[i], part.bits});
    }
  }
  return std::string();
}

void add_files(CLI::App& command, const std::string& flag, std::vector<std::string>& paths, const std::string& description) {
  command.add_option(flag, paths, description)->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)->type_name("FILE");
}

}  // namespace

void add_link_options(CLI::App& command, LinkFlags& flags) {
  add_files(command, "--input-commitment", flags.input_commitments, "Reject unless the proven input is the one of this commitment; one for every committed input, in the model's order");
  add_files(command, "--output-commitment", flags.output_commitments, "Reject unless the proven output is the one of this commitment; one for every committed output");
  command.add_option("--issuer", flags.issuer, "Reject unless all input commitments, or those of the outputs where no input is committed, are signed by this Ed25519 public key")->type_name("PEM");
  add_files(command, "--renewed-from", flags.renewed_from, "A key that you trust: reject unless KEY has the same weights by --renewal");
  add_files(command, "--renewal", flags.renewals, "PREFIX.renewal, which leads from that key to KEY; both may be repeated, oldest first");
}

Result<std::string> link_objection(const LinkFlags& flags, const std::string& key_path, const Bytes& key, api::Statement& statement) {
  if (flags.renewals.size() != flags.renewed_from.size()) return usage("--renewed-from KEY and --renewal FILE belong together");
  std::optional<api::NamedFile> issuer;
  if (!flags.issuer.empty()) {
    if (flags.input_commitments.empty() && flags.output_commitments.empty()) {
      return usage("--issuer says who signed a commitment: give --input-commitment or --output-commitment");
    }
    TACIT_TRY(issuer, read_named(flags.issuer));
  }
  // What a prover commits to for the next model is nobody's to sign; who vouches for values does so before.
  const bool inputs = !statement.input_commitments.empty();
  const Side of_input{"input", flags.input_commitments, statement.committed_inputs, statement.input_commitments};
  TACIT_TRY(std::string input, commitments_objection(of_input, inputs ? issuer : std::nullopt));
  if (!input.empty()) return input;
  const Side of_output{"output", flags.output_commitments, statement.committed_outputs, statement.output_commitments};
  TACIT_TRY(std::string output, commitments_objection(of_output, inputs ? std::nullopt : issuer));
  if (!output.empty()) return output;
  return renewals_objection(flags, key_path, key, statement);
}

void add_links(Lines& lines, Json& object, const LinkFlags& flags) {
  const std::string by = flags.issuer.empty() ? "" : ", signed by " + flags.issuer;
  const std::string of_output = flags.input_commitments.empty() ? by : "";
  for (const std::string& path : flags.input_commitments) lines.add("compared", path + " is the commitment of the input" + by);
  for (const std::string& path : flags.output_commitments) lines.add("compared", path + " is the commitment of the output" + of_output);
  for (const std::string& path : flags.renewed_from) lines.add("renewed", "the weights are those of " + path);
  if (!flags.input_commitments.empty()) object["input_commitments"] = flags.input_commitments;
  if (!flags.output_commitments.empty()) object["output_commitments"] = flags.output_commitments;
  if (!flags.issuer.empty()) object["issuer"] = flags.issuer;
  if (!flags.renewed_from.empty()) object["renewed_from"] = flags.renewed_from;
}

}  // namespace tacit::cli
