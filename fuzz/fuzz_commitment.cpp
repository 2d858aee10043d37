// A commitment from a stranger, alone and in a proof, or the opening of one. What is read is written back byte for byte; a
// proof is accepted with no commitment but its own; an opening opens its commitment or says that it does not.
//
//   byte 0 mod 4:  0 edits of a commitment    1 edits of an opening    2 a commitment itself    3 an opening itself
#include "edits.h"
#include "expect.h"
#include "link_world.h"

namespace tacit {
namespace {

/// A proof that names this commitment in place of its own.
Verdict verdict_with(const Commitment& c) {
  const fuzz::LinkWorld& w = fuzz::link_world();
  ProofFile proof = w.proof;
  proof.commitments[0] = c.body();
  return verify(w.model.key, proof);
}

void use_commitment(const Bytes& file) {
  auto read = read_commitment(file);
  if (!read.ok()) return fuzz::expect_clear(read.error());
  FUZZ_EXPECT(read->encode() == file);
  const Commitment& c = read->commitment;
  auto again = parse_commitment(c.body());
  FUZZ_EXPECT(again.ok() && *again == c && again->digest() == c.digest());
  // A port that it fits, whatever its size.
  const fuzz::LinkWorld& w = fuzz::link_world();
  Port port = w.model.key.core.ports.inputs[0];
  port.batch = port.rows = 1;
  port.inner = static_cast<std::uint32_t>(c.count);
  port.scale = std::ldexp(1.0, c.grid);
  FUZZ_EXPECT(check_fit(port, c).ok());
  FUZZ_EXPECT(oracle_size(commitment_columns(c.count), Home::kWeights) == commitment_layout(c).size);
  const Status secure = check_link_security(port, c, w.model.key.core.params, 100);
  if (!secure.ok()) fuzz::expect_clear(secure.error());
  const Verdict verdict = verdict_with(c);
  FUZZ_EXPECT(verdict.accepted == (c == w.opening.of.commitment));
  FUZZ_EXPECT(verdict.accepted || !verdict.reason.empty());
}

void use_opening(const Bytes& file) {
  auto read = read_opening(file);
  if (!read.ok()) return fuzz::expect_clear(read.error());
  FUZZ_EXPECT(read->encode() == file);
  FUZZ_EXPECT(read->integers.size() == read->of.commitment.count);
  // Committing under a stranger's parameters takes the memory that they say: only for those of this world.
  const CommitmentOpening& own = fuzz::link_world().opening;
  if (read->of.commitment.params != own.of.commitment.params) return;
  auto oracle = commit_oracle(*read);
  if (!oracle.ok()) return fuzz::expect_clear(oracle.error());
  FUZZ_EXPECT(oracle->root() == own.of.commitment.root && read->integers == own.integers);
}

}  // namespace
}  // namespace tacit

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  using namespace tacit;
  const fuzz::LinkWorld& w = fuzz::link_world();
  FUZZ_EXPECT(read_opening(w.opening_file).ok() && verdict_with(w.opening.of.commitment).accepted);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tacit;
  if (size == 0) return 0;
  const fuzz::LinkWorld& w = fuzz::link_world();
  const ByteSpan rest(data + 1, size - 1);
  const bool opening = data[0] % 2 == 1;
  const Bytes file = data[0] % 4 < 2 ? fuzz::edited(opening ? w.opening_file : w.commitment, rest) : Bytes(rest.begin(), rest.end());
  if (opening) use_opening(file);
  else use_commitment(file);
  return 0;
}
