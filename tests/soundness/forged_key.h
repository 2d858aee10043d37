// What a hostile key can recompute, recomputed: root, pin, statement digest and registration proof are those of whatever it
// commits and claims.
#pragma once

#include "soundness/world.h"

namespace tacit {

/// sum_i message[i] z^i
inline Fe powers_of(std::span<const Fp> message, const Fe& z) {
  Fe out;
  for (std::size_t i = message.size(); i-- > 0;) out = out * z + Fe(message[i]);
  return out;
}

/// Root, pin and statement of a key for this commitment.
inline void bind_weights(VerifierKey& key, const Oracle& w) {
  KeyCore& core = key.core;
  core.root_w = w.root();
  core.pin_y = powers_of(w.message(), pin_point(core.root_w, core.params, core.params.shape.size_w));
  key.statement = statement_digest(core);
}

/// Commits a message of whole limbs as W of this shape, with random slots and salts where the shape has them.
inline Oracle commit_as_weights(const OpeningParams& params, FpVector message, std::uint8_t seed = 9) {
  const OpeningShape& shape = params.shape;
  Random random = test_random(seed);
  std::vector<Salt> salts;
  if (shape.random_slots_w != 0) {
    fill_random_slots(shape, Block::kW, message, [&](std::span<Fp> out) { random.fill(out); });
    salts.resize(std::size_t{1} << params.rounds[0].log_domain);
    random.fill(std::span(reinterpret_cast<std::uint8_t*>(salts.data()), sizeof(Salt) * salts.size()));
  }
  return Oracle::commit(std::move(message), shape.log_n, shape.limbs_w, params.rounds[0].log_domain, {}, std::move(salts));
}

/// The message of W for `weights` by ColumnId of the model's theorem, random slots zero.
inline FpVector weights_message(const Theorem& theorem, const OpeningParams& params, const std::vector<IntColumn>& weights) {
  return oracle_message(theorem.columns, weights_layout(theorem, params.shape), weights, {}, std::uint64_t{params.shape.limbs_w} << params.shape.log_n);
}

/// The weights as the assignment of the registration theorem; `weights` by ColumnId of the model's.
inline Assignment registration_assignment(const Theorem& model, const Theorem& ranges, const std::vector<IntColumn>& weights) {
  Assignment a;
  a.columns.resize(ranges.columns.size());
  ColumnId next = 0;
  for (ColumnId id = 0; id < model.columns.size(); ++id)
    if (model.columns[id].home == Home::kWeights) a.columns[next++] = weights[id];
  count_leniently(ranges, a);
  return a;
}

/// Proves the registration of `weights` anew under the key's core and registration parameters; `w` is their commitment.
inline void register_again(VerifierKey& key, const std::vector<IntColumn>& weights, const Oracle& w, const Cheat& cheat = {}) {
  TACIT_EXPECTS(w.root() == key.core.root_w, "the commitment is the key's");
  const Theorem ranges = *registration_theorem(key.core.theorem);
  const Assignment a = registration_assignment(key.core.theorem, ranges, weights);
  const Relation relation = registration_relation(key.core, ranges, key.registration_params);
  Random random = test_random();
  const CommittedWitness x = commit_witness(relation, a, random);
  key.registration_proof = cheating_proof(relation, registration_label(relation.masked()), a, &w, x, cheat).stream;
  key.statement = statement_digest(key.core);
}

}  // namespace tacit
