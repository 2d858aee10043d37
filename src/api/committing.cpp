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
  TACIT_TRY([[maybe_unused]] Unit counted, ledger.create(c.root, c.openings));
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
    TACIT_TRY(read.signature, sign_ed25519(private_pem, read.commitment.digest()));
    return read.encode();
  });
}

Result<bool> is_signed_by(ByteSpan file, const std::string& public_pem) {
  return guarded<bool>([&]() -> tacit::Result<bool> {
    TACIT_TRY(const SignedCommitment read, read_commitment(file));
    return verify_ed25519(public_pem, read.commitment.digest(), read.signature);
  });
}

}  // namespace tacit::api
