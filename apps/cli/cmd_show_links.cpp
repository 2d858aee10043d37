#include "api_links.h"
#include "grid_option.h"
#include "show_links.h"

namespace tacit::cli {
namespace {

using Kind = api::LinkFile;

/// The two bytes behind the name of a format.
unsigned version_of(ByteSpan bytes) { return bytes.size() < 10 ? 0 : bytes[8] + 256u * bytes[9]; }

std::string head(const std::string& path, ByteSpan bytes) {
  return path + "  " + kib(bytes.size()) + "  version " + std::to_string(version_of(bytes));
}

/// What is known of the signature of a commitment: for a program, and for people.
struct Signature {
  std::string state, text;
};

Result<Signature> signature_of(const api::NamedFile& commitment, const api::CommitmentFacts& facts, const std::string& issuer) {
  if (issuer.empty() && !facts.is_signed) return Signature{"none", "none in this file"};
  if (issuer.empty()) return Signature{"unchecked", "there is one, not checked: --issuer PEM says whose it should be"};
  TACIT_TRY(Bytes pem, read_any(issuer));
  TACIT_TRY(const bool valid, api::is_signed_by(commitment, {issuer, std::move(pem)}));
  if (valid) return Signature{"valid", "valid, by " + issuer};
  return Signature{"invalid", facts.is_signed ? "not by " + issuer : "none in this file, so not by " + issuer};
}

Result<ExitCode> show_commitment(Session& session, const ShowLinkFlags& flags, ByteSpan bytes, bool opening) {
  api::NamedFile commitment{flags.file, {}};
  if (opening) {
    TACIT_TRY(commitment.bytes, api::commitment_in(bytes, flags.file));
  } else {
    commitment.bytes.assign(bytes.begin(), bytes.end());
  }
  TACIT_TRY(const api::CommitmentFacts facts, api::facts_of_commitment(commitment));
  TACIT_TRY(const Signature signature, signature_of(commitment, facts, flags.issuer));
  const std::string kind = opening ? "opening" : "commitment";
  Lines lines;
  lines.add(kind, head(flags.file, bytes));
  lines.add(opening ? "commitment" : "digest", facts.digest);
  lines.add("values", count(facts.count, "number") + ", " + grid_text(facts.grid));
  lines.add("budget", count(facts.openings, "opening") + " in all: one for each input of a proof that it is linked with");
  lines.add("security", "serves keys of " + std::to_string(facts.security_bits) + " bits or less");
  lines.add("signature", signature.text);
  lines.add("hidden", opening ? "secret: this file holds the values, which are not shown" : "the values");
  session.print(lines, {{"command", "show"},
                        {"file", flags.file},
                        {"kind", kind},
                        {"bytes", bytes.size()},
                        {"version", version_of(bytes)},
                        {"digest", facts.digest},
                        {"grid", json_of_grid(facts.grid)},
                        {"count", facts.count},
                        {"openings", facts.openings},
                        {"security_bits", facts.security_bits},
                        {"signature", signature.state}});
  return signature.state == "invalid" ? kRejected : kDone;
}

Result<ExitCode> show_renewal(Session& session, const ShowLinkFlags& flags, ByteSpan bytes) {
  TACIT_TRY(const api::RenewalFacts facts, api::facts_of_renewal({flags.file, {bytes.begin(), bytes.end()}}));
  Lines lines;
  lines.add("renewal", head(flags.file, bytes));
  lines.add("from", facts.from);
  lines.add("to", facts.to);
  lines.add("claims", "the key \"to\" has the weights of the key \"from\"; not verified, which takes both keys:");
  lines.add("", "tacit verify KEY PROOF --renewed-from OLD --renewal " + flags.file);
  lines.add("  proof", kib(facts.proof_bytes));
  session.print(lines, {{"command", "show"},
                        {"file", flags.file},
                        {"kind", "renewal"},
                        {"bytes", bytes.size()},
                        {"version", version_of(bytes)},
                        {"from", facts.from},
                        {"to", facts.to},
                        {"proof_bytes", facts.proof_bytes}});
  return kDone;
}

}  // namespace

bool is_link_file(ByteSpan bytes) { return api::link_file(bytes) != Kind::kNone; }

Result<ExitCode> show_link(Session& session, const ShowLinkFlags& flags, ByteSpan bytes) {
  const Kind kind = api::link_file(bytes);
  if (flags.security) return Error{ErrorCode::kUsage, "it is as secure as the proofs under a key: tacit show KEY --security", flags.file};
  if (kind != Kind::kRenewal) return show_commitment(session, flags, bytes, kind == Kind::kOpening);
  if (!flags.issuer.empty()) return Error{ErrorCode::kUsage, "--issuer is for commitments; nobody signs a renewal", flags.file};
  return show_renewal(session, flags, bytes);
}

}  // namespace tacit::cli
