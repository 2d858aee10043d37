#include "prover/identity.h"

namespace tacit {

ModelIdentity identity_of(const KeyCore& core) {
  ByteWriter theorem;
  write_theorem(theorem, core.theorem);
  return {statement_digest(core), core.root_w, keccak256(theorem.data()), core.pin_y};
}

Bytes encode_element(const Fe& value) {
  ByteWriter out;
  for (const Fp& limb : value.c) out.u64(limb.value());
  return out.take();
}

}  // namespace tacit
