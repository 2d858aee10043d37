// What a key says of its model, in the library's plain structs. Needs the verifier only.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tacit/statement.h"
#include "verifier/renewal.h"
#include "verifier/verify.h"

namespace tacit::api {

std::string hex(const Digest& digest);
Visibility visibility_of(const std::vector<Port>& ports);
std::vector<TensorFacts> facts_of(const std::vector<Port>& ports);
/// The security of inferences under the key, recomputed from its parameters.
SecurityReport security_of(const KeyCore& core);
/// Bits of the registration, likewise; nothing of a model without weights.
std::optional<double> registration_bits(const VerifierKey& key);
/// The two openings of a renewal. Contract: verify_renewal() accepted it.
std::vector<ProvenPart> renewal_parts(const VerifierKey& older, const VerifierKey& newer, const RenewalFile& renewal);
/// Makes these the parts of a statement.
void set_parts(Statement& statement, std::vector<ProvenPart> parts);
/// Integers in the weights columns.
std::uint64_t parameters_of(const Theorem& theorem);
/// Of the columns that are weights of a contraction; 0 where there is none.
unsigned widest_weight_bits(const Theorem& theorem);

/// `columns` by ColumnId.
TensorValue value_of(const KeyCore& core, const Port& port, const std::vector<IntColumn>& columns);
/// What an accepted proof says; without one, what all proofs under the key have in common.
Statement statement_of(const VerifierKey& key, const ProofFile* proof = nullptr);

}  // namespace tacit::api
