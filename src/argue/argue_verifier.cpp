#include "argue/argue.h"
#include "argue/verify_relation.h"

namespace tacit {

Verdict verify_relation(const Relation& relation, std::string_view label, ByteSpan proof) {
  Party<Role::kVerifier> party(label, proof);
  argue<Role::kVerifier>(party, relation, Sealed{});
  return party.verdict();
}

}  // namespace tacit
