#include "api/committing.h"

#include "api/facts.h"
#include "api/guard.h"
#include "secret/ledger.h"
#include "secret/signature.h"

namespace tacit::api {

tacit::Result<tacit::CommitOptions> lowered(const CommitOptions& o) {
  if (o.security_bits != 100 && o.security_bits != 128) return tacit::Error{tacit::ErrorCode::kUsage, "the security must be 100 or 128 bits", ""};
  return tacit::CommitOptions{o.grid, o.openings, o.security_bits, o.unique_decoding ? Regime::kUniqueDecoding : Regime::kJohnson};
}

tacit::Result<Boundary> boundary_of(const CommitOptions& outputs) {
  Boundary out;
  TACIT_TRY(out.outputs, lowered(outputs));
  return out;
}

tacit::Result<Committed> start_counting(const CommitmentOpening& opening) {
  const Commitment& c = opening.of.commitment;
  TACIT_TRY(Ledger ledger, Ledger::of_user());
  TACIT_TRY([[maybe_unused]] Unit counted, ledger.create(c.root, c.openings, Counted::kValues));
  return Committed{opening.of.encode(), opening.encode(), hex(c.digest())};
}

Result<Committed> commit(std::span<const double> values, const CommitOptions& options) {
  return guarded<Committed>([&]() -> tacit::Result<Committed> {
    TACIT_TRY(const tacit::CommitOptions how, lowered(options));
    TACIT_TRY(std::vector<std::int64_t> integers, integers_on_grid({values.begin(), values.end()}, how.grid));
    TACIT_TRY(const ModelSecret secret, ModelSecret::fresh());
    TACIT_TRY(const CommitmentOpening opening, commit_integers(std::move(integers), how, secret));
    return start_counting(opening);
  });
}

Result<CommitmentFacts> describe_commitment(ByteSpan file) {
  return guarded<CommitmentFacts>([&]() -> tacit::Result<CommitmentFacts> {
    TACIT_TRY(const SignedCommitment read, read_commitment(file));
    const Commitment& c = read.commitment;
    return CommitmentFacts{hex(c.digest()), c.grid, c.count, c.openings, c.params.lambda, !read.signature.empty()};
  });
}

Result<Bytes> sign_commitment(ByteSpan file, const std::string& private_pem) {
  return guarded<Bytes>([&]() -> tacit::Result<Bytes> {
    TACIT_TRY(SignedCommitment read, read_commitment(file));
    TACIT_TRY(read.signature, sign_ed25519(private_pem, signed_message(read.commitment)));
    return read.encode();
  });
}

Result<bool> is_signed_by(ByteSpan file, const std::string& public_pem) {
  return guarded<bool>([&]() -> tacit::Result<bool> {
    TACIT_TRY(const SignedCommitment read, read_commitment(file));
    return verify_ed25519(public_pem, signed_message(read.commitment), read.signature);
  });
}

namespace {

/// The committed inputs, or outputs, of a statement and what is asked of them.
struct Side {
  const char* what;
  const std::vector<std::string>&names, &digests;
  const std::vector<ByteSpan>& files;
};

tacit::Error usage(std::string what) { return {tacit::ErrorCode::kUsage, std::move(what), ""}; }

tacit::Result<std::string> objection_of(const Side& side, bool asked, const std::string& issuer_pem) {
  const std::string what = side.what;
  if (!asked) return std::string();
  if (side.files.size() > side.digests.size()) return usage("there are more commitments than committed " + what + "s");
  if (side.files.size() < side.digests.size()) return usage("no commitment is given for " + what + " \"" + side.names[side.files.size()] + "\"");
  for (std::size_t i = 0; i < side.files.size(); ++i) {
    TACIT_TRY(const SignedCommitment given, read_commitment(side.files[i]));
    const std::string port = what + " \"" + side.names[i] + "\"";
    if (hex(given.commitment.digest()) != side.digests[i]) return "the commitment given for " + port + " is not that of the proven one";
    if (issuer_pem.empty()) continue;
    TACIT_TRY(const bool valid, verify_ed25519(issuer_pem, signed_message(given.commitment), given.signature));
    if (!valid) return "the commitment given for " + port + " is not signed by the issuer";
  }
  return std::string();
}

}  // namespace

Result<std::string> objection_to(const Statement& s, const CommitmentPolicy& policy) {
  return guarded<std::string>([&]() -> tacit::Result<std::string> {
    const bool asked = !policy.issuer_pem.empty(), of_inputs = asked && !s.input_commitments.empty();
    if (asked && s.input_commitments.empty() && s.output_commitments.empty()) return usage("nothing of this proof is committed, so nobody has signed it");
    const Side inputs{"input", s.committed_inputs, s.input_commitments, policy.inputs};
    TACIT_TRY(std::string found, objection_of(inputs, of_inputs || !policy.inputs.empty(), policy.issuer_pem));
    if (!found.empty()) return found;
    const Side outputs{"output", s.committed_outputs, s.output_commitments, policy.outputs};
    const bool of_outputs = asked && !of_inputs;
    return objection_of(outputs, of_outputs || !policy.outputs.empty(), of_outputs ? policy.issuer_pem : "");
  });
}

}  // namespace tacit::api
