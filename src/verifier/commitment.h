// Commitments: integers on a declared grid, committed once, before or after any model, and used by many proofs.
//
//   "TACITCOM" | version u16 | grid i32 | count u64 | openings u32 | opening parameters | root 32 | pin 24     the body
//   signature: u32 length, 0 or 64, and an issuer's Ed25519 signature of signed_message()
//
//   digest = keccak256(0x08 | body)          names the values: who has the opening cannot open it to others
//   oracle "W" of the parameters             columns high [1, count], low [1, count] (theorem/committed.h), hidden
//   oracle "X"                               one pad, anew in every proof (argue/link.h)
//
// Value k is that of a tensor's flat row-major index k; its shape is a matter of each model. A commitment hides its values
// in at most `openings` proofs, and the same values committed twice have two digests.
#pragma once

#include <span>

#include "argue/link.h"
#include "theorem/ports.h"

namespace tacit {

struct Commitment {
  std::int32_t grid = -16;  ///< value = integer * 2^grid; kFloat32Grid (theorem/float32.h) for float32 values
  std::uint64_t count = 0;
  std::uint32_t openings = 0;
  OpeningParams params;
  Digest root{};
  Fe pin_y;

  Bytes body() const;
  Digest digest() const;
  bool operator==(const Commitment&) const = default;
};

struct SignedCommitment {
  Commitment commitment;
  Bytes signature;  ///< of signed_message(); empty if there is none
  Bytes encode() const;
};

inline constexpr std::size_t kSignatureBytes = 64;
/// At most so many committed ports of a key, and values in all of them together: a verifier works for each.
inline constexpr std::uint32_t kMaxLinks = 16;
inline constexpr std::uint64_t kMaxCommitted = std::uint64_t{1} << 22;

/// Reads a body and checks all that it can say of itself: form, sizes, masks, random slots for its budget. Whether it is
/// as secure as a key asks is check_commitment()'s. Errors: bad_input.
Result<Commitment> parse_commitment(ByteSpan body);
/// Reads NAME.commitment. The signature is not checked. Errors: bad_input.
Result<SignedCommitment> read_commitment(ByteSpan file);

/// What the proof's own parameters may cost a verifier, who has accepted the key alone: the last round's positions times the
/// length of the final vector, and a row of round 0 in bytes.
inline constexpr std::uint64_t kMaxFinalWork = std::uint64_t{1} << 22;
inline constexpr std::uint64_t kMaxLinkRowBytes = std::uint64_t{1} << 13;
bool final_work_fits(const OpeningParams& params);
/// Both. Errors: bad_input.
Status check_link_cost(const OpeningParams& params);

/// What an issuer signs: "tacit commitment v1", a zero byte, the digest. No other file of ours is signed under this mark.
Bytes signed_message(const Commitment& commitment);

/// The columns of a commitment's oracle.
std::vector<Column> commitment_columns(std::uint64_t count);
/// The layout of these columns in it.
OracleLayout commitment_layout(const Commitment& commitment);

/// What joins a committed port's columns with its commitment, which must outlive it.
Link link_of(const Port& port, const Commitment& commitment);

/// The commitment's grid and size are the port's. Errors: bad_input.
Status check_fit(const Port& port, const Commitment& commitment);

/// The security of the link between a proof under `main` and the commitment.
SecurityReport link_report(const Port& port, const Commitment& commitment, const OpeningParams& main);

/// Bits by which a link is better than the security of the key: sixteen links may be lucky together with the rest.
inline constexpr double kLinkMarginBits = 6;
/// The link is secure enough for a key of so many bits. Errors: bad_input.
Status check_link_security(const Port& port, const Commitment& commitment, const OpeningParams& main, std::uint32_t security);

}  // namespace tacit
