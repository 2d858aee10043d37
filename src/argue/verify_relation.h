// The verifier's run of the argument on one relation: label, proof bytes, verdict.
#pragma once

#include "argue/relation.h"
#include "transcript/party.h"

namespace tacit {

/// Accepts only if every check of the argument passes and the proof is used to its last byte. Time and memory are bounded
/// by the relation. `label` separates the kinds of proofs.
Verdict verify_relation(const Relation& relation, std::string_view label, ByteSpan proof);

}  // namespace tacit
