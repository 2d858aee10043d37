#include "argue/argue.h"
#include "argue/verify_relation.h"

namespace tacit {

void argue_verifier(Party<Role::kVerifier>& party, const Relation& relation) {
  argue<Role::kVerifier>(party, relation, Sealed{});
}

Verdict verify_relation(const Relation& relation, std::string_view label, ByteSpan proof) {
  Party<Role::kVerifier> party(label, proof);
  argue_verifier(party, relation);
  return party.verdict();
}

}  // namespace tacit
