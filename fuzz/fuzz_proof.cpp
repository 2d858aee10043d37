// A proof file from a stranger for a key that we trust. No file but the honest one may be accepted.
//
//   byte 0 even: edits of the honest proof (edits.h)     odd: the file itself
#include "edits.h"
#include "expect.h"
#include "verifier/verify.h"
#include "world.h"

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  using namespace tacit;
  const fuzz::World& w = fuzz::world();
  auto honest = read_proof(w.model.key, w.proof);
  FUZZ_EXPECT(honest.ok() && verify(w.model.key, *honest).accepted);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tacit;
  if (size == 0) return 0;
  const fuzz::World& w = fuzz::world();
  const ByteSpan rest(data + 1, size - 1);
  const Bytes file = data[0] % 2 == 0 ? fuzz::edited(w.proof, rest) : Bytes(rest.begin(), rest.end());
  if (file == w.proof) return 0;
  auto proof = read_proof(w.model.key, file);
  if (!proof.ok()) return fuzz::expect_clear(proof.error()), 0;
  FUZZ_EXPECT(proof_statement(file).ok());
  const Verdict verdict = verify(w.model.key, *proof);
  FUZZ_EXPECT(!verdict.accepted && !verdict.reason.empty());
  return 0;
}
