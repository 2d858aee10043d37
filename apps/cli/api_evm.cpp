#include "api_evm.h"

#include "api/facts.h"
#include "api_common.h"
#include "contract_files.h"
#include "evm/gas.h"
#include "prover/identity.h"

namespace tacit::cli::api {

Result<ChainReport> chain_report(ByteSpan key_file, const std::string& path) {
  const auto key = read_key(key_file);
  if (!key.ok()) return at(path, key.error());
  auto plan = chain_plan(*key);
  if (!plan.ok()) return at(path, plan.error());
  const ChainGas gas = estimate_gas(*key, plan->counts);
  ChainReport out;
  out.key_digest = tacit::api::hex(key->statement);
  out.security_bits = key->core.settings.security;
  out.deployment = plan_deployment(plan->bytes);
  out.plan = std::move(plan->bytes);
  out.proof_bytes = gas.proof_bytes;
  out.calldata = gas.calldata;
  out.opening = gas.opening;
  out.argument = gas.argument;
  out.theorem = gas.theorem;
  out.total = gas.total();
  out.cap = kTransactionGasCap;
  return out;
}

Result<Bytes> chain_calldata(ByteSpan key_file, const std::string& key_path, ByteSpan proof_file, const std::string& proof_path) {
  const auto key = read_key(key_file);
  if (!key.ok()) return at(key_path, key.error());
  if (const auto plan = chain_plan(*key); !plan.ok()) return at(key_path, plan.error());
  const auto proof = read_proof(*key, proof_file);
  if (!proof.ok()) return at(proof_path, proof.error());
  const Verdict verdict = tacit::verify(*key, *proof);
  if (!verdict.accepted) return bad_input("the proof does not hold: " + verdict.reason, proof_path);
  return verify_calldata(*key, *proof);
}

std::vector<std::pair<std::string, ByteSpan>> contract_sources() {
  namespace f = contract_files;
  return {{"Argument.sol", f::kArgument}, {"Field.sol", f::kField}, {"Forms.sol", f::kForms}, {"Merkle.sol", f::kMerkle}, {"Points.sol", f::kPoints},
          {"TacitArgument.sol", f::kTacitArgument}, {"TacitOpening.sol", f::kTacitOpening}, {"TacitVerifier.sol", f::kTacitVerifier},
          {"Transcript.sol", f::kTranscript}};
}

}  // namespace tacit::cli::api
