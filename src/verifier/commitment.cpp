#include "verifier/commitment.h"

#include <algorithm>
#include <cmath>

#include "base/checks.h"
#include "theorem/float32.h"

namespace tacit {
namespace {

constexpr std::string_view kMagic = "TACITCOM";
constexpr std::uint16_t kVersion = 1;
constexpr std::uint8_t kCommitmentDomain = 0x08;  // 0x00 to 0x07: trees, transcript, statements, randomness
constexpr std::uint64_t kPadEntries = 3;

constexpr std::string_view kSigned("tacit commitment v1\0", 20);

Error fault(const char* what) { return bad_input(what, "commitment"); }

Status check_sizes(const Commitment& c) {
  const OpeningShape& s = c.params.shape;
  TACIT_REQUIRE((c.grid >= kMinGrid && c.grid <= kMaxGrid) || c.grid == kFloat32Grid, fault("the grid of a commitment is out of range"));
  TACIT_REQUIRE(c.count >= 1 && c.count <= kMaxCommitted, fault("a commitment holds no values or too many"));
  TACIT_REQUIRE(s.size_w == 2 * c.count && s.size_x == kPadEntries, fault("opening parameters of a commitment are for other sizes"));
  TACIT_REQUIRE(s.masked() && s.random_slots_w != 0 && c.openings != 0, fault("a commitment hides nothing"));
  TACIT_REQUIRE(s.random_slots_w >= random_slots_for(c.openings, c.params.rounds[0].queries),
                fault("a commitment has too few random slots for its budget"));
  return check_link_cost(c.params);
}

std::vector<LinkedColumn> linked_columns(const Port& p) {
  return {{p.column, p.batch, p.rows, p.inner}, {p.low_column, p.batch, p.rows, p.inner}};
}

}  // namespace

bool final_work_fits(const OpeningParams& p) { return std::uint64_t{p.rounds.back().queries} << p.final_log <= kMaxFinalWork; }

Status check_link_cost(const OpeningParams& p) {
  const std::uint64_t row = 8 * (std::uint64_t{p.shape.limbs_w} + p.shape.limbs_x + p.shape.mask_words());
  TACIT_REQUIRE(final_work_fits(p) && row <= kMaxLinkRowBytes, fault("opening parameters of a commitment ask too much of a verifier"));
  return Unit{};
}

Bytes signed_message(const Commitment& c) {
  const Digest digest = c.digest();
  Bytes out(kSigned.begin(), kSigned.end());
  out.insert(out.end(), digest.begin(), digest.end());
  return out;
}

Bytes Commitment::body() const {
  ByteWriter out;
  out.raw({reinterpret_cast<const std::uint8_t*>(kMagic.data()), kMagic.size()});
  out.u16(kVersion);
  out.u32(static_cast<std::uint32_t>(grid));
  out.u64(count);
  out.u32(openings);
  write_params(out, params);
  out.raw(root);
  for (const Fp& limb : pin_y.c) out.u64(limb.value());
  return out.take();
}

Digest Commitment::digest() const {
  const std::uint8_t domain[1] = {kCommitmentDomain};
  Keccak256 hasher;
  hasher.update(domain);
  hasher.update(body());
  return hasher.finish();
}

Bytes SignedCommitment::encode() const {
  ByteWriter out;
  out.raw(commitment.body());
  out.bytes(signature);
  return out.take();
}

namespace {

// Up to the signature; the caller encodes again and compares.
Result<Commitment> read_body(ByteReader& in) {
  const ByteSpan magic = in.raw(kMagic.size());
  TACIT_REQUIRE(in.ok() && std::equal(magic.begin(), magic.end(), kMagic.begin()), fault("file is not a Tacit commitment"));
  TACIT_REQUIRE(in.u16() == kVersion, fault("commitment has another format version"));
  Commitment c;
  c.grid = static_cast<std::int32_t>(in.u32());
  c.count = in.u64();
  c.openings = in.u32();
  TACIT_TRY(c.params, parse_params(in));
  const ByteSpan root = in.raw(32);
  std::copy(root.begin(), root.end(), c.root.begin());
  for (Fp& limb : c.pin_y.c) limb = Fp(in.u64());
  TACIT_REQUIRE(in.ok(), fault("commitment is truncated"));
  TACIT_TRY([[maybe_unused]] Unit sizes, check_sizes(c));
  return c;
}

}  // namespace

Result<Commitment> parse_commitment(ByteSpan body) {
  ByteReader in(body);
  TACIT_TRY(Commitment c, read_body(in));
  const Bytes again = c.body();
  TACIT_REQUIRE(std::equal(again.begin(), again.end(), body.begin(), body.end()), fault("commitment is not in canonical form"));
  return c;
}

Result<SignedCommitment> read_commitment(ByteSpan file) {
  ByteReader in(file);
  SignedCommitment out;
  TACIT_TRY(out.commitment, read_body(in));
  const ByteSpan signature = in.bytes();
  out.signature.assign(signature.begin(), signature.end());
  const bool length = out.signature.empty() || out.signature.size() == kSignatureBytes;
  TACIT_REQUIRE(in.ok() && in.at_end() && length && out.encode() == Bytes(file.begin(), file.end()),
                fault("commitment is truncated, has trailing bytes or is not in canonical form"));
  return out;
}

std::vector<Column> commitment_columns(std::uint64_t count) {
  const auto cols = static_cast<std::uint32_t>(count);
  return {{"high", Home::kWeights, 1, cols, kHighMin, kHighMax}, {"low", Home::kWeights, 1, cols, 0, kLowMax}};
}

OracleLayout commitment_layout(const Commitment& c) {
  const OpeningShape& s = c.params.shape;
  return oracle_layout(commitment_columns(c.count), Home::kWeights, {s.log_n, s.limbs_w, static_cast<std::uint32_t>(s.statement_slots_w())});
}

Link link_of(const Port& port, const Commitment& c) {
  const Pin pin{pin_point(c.root, c.params, c.params.shape.size_w), c.pin_y};
  return {linked_columns(port), c.body(), link_target(commitment_columns(c.count), c.params, c.root, pin)};
}

Status check_fit(const Port& port, const Commitment& c) {
  TACIT_REQUIRE(port.scale == scale_of_grid(c.grid), bad_input("the commitment has another grid", port.name));
  TACIT_REQUIRE(port.size() == c.count, bad_input("the commitment has another number of values", port.name));
  return Unit{};
}

SecurityReport link_report(const Port& port, const Commitment& c, const OpeningParams& main) {
  return security_report(c.params, link_shape(linked_columns(port), joint_list_bits(main)));
}

Status check_link_security(const Port& port, const Commitment& c, const OpeningParams& main, std::uint32_t security) {
  const ArgumentShape shape = link_shape(linked_columns(port), joint_list_bits(main));
  TACIT_TRY([[maybe_unused]] Unit alone, check_security(c.params, shape, security));
  if (security_report(c.params, shape).sum_bits < security + kLinkMarginBits)
    return bad_input("the commitment falls short of the claimed security", port.name);
  return Unit{};
}

}  // namespace tacit
