// A renewal from a stranger, for two keys that we trust. No file but the honest one may be accepted, and for no other pair.
//
//   byte 0 mod 4:  0 edits of the honest renewal (edits.h)    1 the file itself    2, 3 the same for the keys exchanged
#include "edits.h"
#include "expect.h"
#include "link_world.h"

namespace tacit {
namespace {

const VerifierKey& older() { return fuzz::world().model.key; }
const VerifierKey& newer() { return fuzz::renewed().model.key; }

const Bytes& honest() {
  static const Bytes file = fuzz::renewed().link.encode();
  return file;
}

void expect_refused(const VerifierKey& from, const VerifierKey& to, const RenewalFile& renewal) {
  const Verdict verdict = verify_renewal(from, to, renewal);
  FUZZ_EXPECT(!verdict.accepted && !verdict.reason.empty());
}

}  // namespace
}  // namespace tacit

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  using namespace tacit;
  auto renewal = read_renewal(honest());
  FUZZ_EXPECT(renewal.ok() && verify_renewal(older(), newer(), *renewal).accepted);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tacit;
  if (size == 0) return 0;
  const ByteSpan rest(data + 1, size - 1);
  const Bytes file = data[0] % 2 == 0 ? fuzz::edited(honest(), rest) : Bytes(rest.begin(), rest.end());
  auto renewal = read_renewal(file);
  if (!renewal.ok()) return fuzz::expect_clear(renewal.error()), 0;
  FUZZ_EXPECT(renewal->encode() == file);
  if (data[0] % 4 < 2) {
    if (file != honest()) expect_refused(older(), newer(), *renewal);
    return 0;
  }
  // Parameters and stream meet the verifier all the same.
  std::swap(renewal->old_statement, renewal->new_statement);
  expect_refused(newer(), older(), *renewal);
  return 0;
}
