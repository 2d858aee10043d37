#include "tacit/verify.h"

#include "api/facts.h"
#include "api/guard.h"
#include "verifier/renewal.h"

namespace tacit::api {

struct Verifier::State {
  VerifierKey key;
};

Result<Verifier> Verifier::load(ByteSpan bytes) {
  return guarded<Verifier>([&]() -> tacit::Result<Verifier> {
    TACIT_TRY(VerifierKey key, read_key(bytes));
    return Verifier(std::make_shared<const State>(State{std::move(key)}));
  });
}

Result<Verdict> Verifier::verify(ByteSpan bytes) const {
  return guarded<Verdict>([&]() -> tacit::Result<Verdict> {
    TACIT_TRY([[maybe_unused]] const Digest of_model, proof_statement(bytes));
    const VerifierKey& key = state_->key;
    TACIT_TRY(const ProofFile proof, read_proof(key, bytes));
    const tacit::Verdict verdict = tacit::verify(key, proof);
    Verdict out;
    out.accepted = verdict.accepted;
    out.reason = verdict.accepted ? "" : verdict.reason;
    // What a rejected proof claims is worth nothing, so it is not handed on.
    out.statement = statement_of(key, verdict.accepted ? &proof : nullptr);
    return out;
  });
}

Result<Verdict> Verifier::renews(const Verifier& older, ByteSpan link) const {
  return guarded<Verdict>([&]() -> tacit::Result<Verdict> {
    TACIT_TRY(const RenewalFile renewal, read_renewal(link));
    const tacit::Verdict verdict = verify_renewal(older.state_->key, state_->key, renewal);
    Verdict out{verdict.accepted, verdict.reason, statement_of(state_->key)};
    if (out.accepted) set_parts(out.statement, renewal_parts(older.state_->key, state_->key, renewal));
    return out;
  });
}

Statement Verifier::statement() const { return statement_of(state_->key); }
std::vector<TensorFacts> Verifier::inputs() const { return facts_of(state_->key.core.ports.inputs); }
std::vector<TensorFacts> Verifier::outputs() const { return facts_of(state_->key.core.ports.outputs); }
SecurityReport Verifier::security() const { return security_of(state_->key.core); }

}  // namespace tacit::api
