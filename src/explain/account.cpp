#include "explain/account.h"

#include <algorithm>
#include <set>

#include "explain/listener.h"

namespace tacit {

const HeardRound* Heard::round(std::string_view label) const {
  const auto found = std::find_if(rounds.begin(), rounds.end(), [&](const HeardRound& r) { return r.label == label; });
  return found == rounds.end() ? nullptr : &*found;
}

const HeardMessage* Heard::message(std::string_view label) const {
  const auto found = std::find_if(messages.begin(), messages.end(), [&](const HeardMessage& m) { return m.label == label; });
  return found == messages.end() ? nullptr : &*found;
}

namespace {

Status check_size(const KeyCore& core) {
  if (core.links() != 0) return Error{ErrorCode::kUsage, "an explanation is of public or private inputs and outputs, not of committed ones", ""};
  const Theorem& t = core.theorem;
  const std::set<ColumnId> multiplicities(t.multiplicities.begin(), t.multiplicities.end());
  std::uint64_t numbers = 0;
  for (ColumnId id = 0; id < t.columns.size(); ++id)
    if (!multiplicities.contains(id)) numbers += t.columns[id].size();
  if (numbers <= kMostNumbers && t.lookups.size() <= kMostRelations) return Unit{};
  return unsupported("is too large to be explained number by number: it has " + std::to_string(numbers) + " numbers and " +
                     std::to_string(t.lookups.size()) + " relations, and at most " + std::to_string(kMostNumbers) + " and " +
                     std::to_string(kMostRelations) + " are printed; take a smaller model, or tacit inspect --stages");
}

Result<Verdict> verdict_on(const VerifierKey& key, ByteSpan file) {
  TACIT_TRY(const ProofFile proof, read_proof(key, file));
  return verify(key, proof);
}

Heard listen(const Relation& relation, ByteSpan stream, const WitnessData& data) {
  Party<kListener> party(inference_label(relation.masked()), stream);
  argue<kListener>(party, relation, Known<WitnessView>(WitnessView(relation, data)));
  return party.take();
}

}  // namespace

Result<Account> account_of(const ProverModel& model, const std::vector<IntColumn>& inputs) {
  const KeyCore& core = model.key.core;
  TACIT_TRY([[maybe_unused]] Unit small, check_size(core));
  Account out;
  out.assignment = execute(model, inputs);
  TACIT_TRY([[maybe_unused]] Unit counted, count_multiplicities(model.theorem, out.assignment));
  std::vector<IntColumn> publics(core.theorem.columns.size());
  for (ColumnId id = 0; id < publics.size(); ++id)
    if (core.theorem.columns[id].home == Home::kPublic) publics[id] = out.assignment.columns[id];

  const Relation relation = inference_relation(model.key, publics);
  std::optional<Oracle> w;
  if (core.has_weights()) w.emplace(commit_weights(model));
  TACIT_TRY(Random random, proof_randomness(model.secret, relation, out.assignment));
  const CommittedWitness x = commit_witness(relation, out.assignment, random);
  const Bytes stream = prove_relation(relation, inference_label(relation.masked()), out.assignment, w ? &*w : nullptr, x);
  out.proof = encode_proof(model.key, publics, {}, stream);
  out.stream = stream.size();

  TACIT_TRY(const VerifierKey key, read_key(model.key.encode()));
  TACIT_TRY(out.verdict, verdict_on(key, out.proof));
  Bytes damaged = out.proof;
  damaged[damaged.size() - stream.size() + stream.size() / 2] ^= 1;
  TACIT_TRY(out.damaged, verdict_on(key, damaged));
  out.heard = listen(relation, stream, {&out.assignment, w ? &*w : nullptr, &x.oracle, relation.masked() ? &x.pads : nullptr,
                                        relation.masked() ? &x.masks : nullptr, {}});
  TACIT_EXPECTS(out.verdict.accepted && out.heard.accepted && !out.damaged.accepted, "a proof is accepted, and a damaged one is not");
  TACIT_EXPECTS(out.heard.differences == 0, "a proof holds what its prover knows");
  return out;
}

}  // namespace tacit
