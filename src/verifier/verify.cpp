#include "verifier/verify.h"

#include "argue/verify_relation.h"
#include "base/checks.h"
#include "theorem/float32.h"

namespace tacit {
namespace {

constexpr std::string_view kMagic = "TACITPRF";
constexpr std::uint16_t kVersion = 2;
constexpr std::size_t kMaxProofBytes = std::size_t{64} << 20;
constexpr const char* kCompleteCheck = "commitments are complete and well formed";
constexpr const char* kFitCheck = "commitments have the grids and sizes of their ports";
constexpr const char* kSecureCheck = "commitments are as secure as the key says";
constexpr std::uint8_t kNothingHidden = 0, kZeroKnowledge = 1;

std::uint8_t mode_of(const KeyCore& core) { return core.hides() ? kZeroKnowledge : kNothingHidden; }

template <class F> void for_each_public(const KeyCore& core, F&& f) {
  for (const std::vector<Port>* list : {&core.ports.inputs, &core.ports.outputs})
    for (const Port& p : *list)
      if (p.visibility == Visibility::kPublic)
        for (const ColumnId id : p.columns()) f(id);
}

// A public float32 number has one integer: NaN is the one above infinity, and below -infinity is nothing. Hidden thresholds could tell
// others apart that a reader is shown alike. The columns are complete.
bool are_numbers(const KeyCore& core, const std::vector<IntColumn>& publics) {
  for (const std::vector<Port>* list : {&core.ports.inputs, &core.ports.outputs})
    for (const Port& p : *list) {
      if (p.visibility != Visibility::kPublic || p.scale != kFloat32Scale) continue;
      for (std::size_t k = 0; k < publics[p.column].size(); ++k) {
        const std::int64_t order = integer_of({publics[p.column][k], publics[p.low_column][k]}) + kLowOffset;
        if (order < -kFloat32Infinity || order > kNanOrder) return false;
      }
    }
  return true;
}

// Reads the commitments of a proof; accepted if they serve the key's ports.
Verdict check_commitments(const KeyCore& core, const std::vector<Bytes>& bodies, std::vector<Commitment>& out) {
  const std::vector<const Port*> ports = core.committed();
  if (bodies.size() != ports.size()) return {false, kCompleteCheck};
  for (std::size_t i = 0; i < ports.size(); ++i) {
    const Result<Commitment> c = parse_commitment(bodies[i]);
    if (!c.ok()) return {false, std::string(kCompleteCheck) + ": " + c.error().text()};
    const Status fits = check_fit(*ports[i], *c);
    if (!fits.ok() && check_is_active(kFitCheck)) return {false, kFitCheck};
    const Status secure = check_link_security(*ports[i], *c, core.params, core.settings.security);
    if (!secure.ok() && check_is_active(kSecureCheck)) return {false, kSecureCheck};
    out.push_back(*c);
  }
  return {true, {}};
}

struct Header {
  std::uint8_t mode = 0;
  Digest statement{};
};

Result<Header> read_header(ByteReader& in) {
  const ByteSpan magic = in.raw(kMagic.size());
  TACIT_REQUIRE(in.ok() && std::equal(magic.begin(), magic.end(), kMagic.begin()), bad_input("file is not a Tacit proof", "proof"));
  TACIT_REQUIRE(in.u16() == kVersion, bad_input("proof has another format version", "proof"));
  Header out;
  out.mode = in.u8();
  TACIT_REQUIRE(out.mode <= kZeroKnowledge, bad_input("proof is of a mode that this version does not verify", "proof"));
  const ByteSpan digest = in.raw(32);
  TACIT_REQUIRE(in.ok(), bad_input("proof ends within its header", "proof"));
  std::copy(digest.begin(), digest.end(), out.statement.begin());
  return out;
}

}  // namespace

Bytes encode_proof(const VerifierKey& key, const std::vector<IntColumn>& publics, std::span<const Commitment> commitments, ByteSpan stream) {
  ByteWriter out;
  out.raw({reinterpret_cast<const std::uint8_t*>(kMagic.data()), kMagic.size()});
  out.u16(kVersion);
  out.u8(mode_of(key.core));
  out.raw(key.statement);
  for_each_public(key.core, [&](ColumnId id) {
    for (std::int32_t v : publics[id]) out.u32(static_cast<std::uint32_t>(v));
  });
  for (const Commitment& c : commitments) out.bytes(c.body());
  out.raw(stream);
  return out.take();
}

Result<Digest> proof_statement(ByteSpan file) {
  ByteReader in(file);
  TACIT_TRY(const Header header, read_header(in));
  return header.statement;
}

Result<ProofFile> read_proof(const VerifierKey& key, ByteSpan file) {
  TACIT_REQUIRE(file.size() <= kMaxProofBytes, bad_input("file is too large to be a proof", "proof"));
  ByteReader in(file);
  ProofFile proof;
  TACIT_TRY(const Header header, read_header(in));
  proof.statement = header.statement;
  proof.mode = header.mode;
  proof.publics.resize(key.core.theorem.columns.size());
  bool complete = true;  // what is missing is left empty and refused by verify()
  for_each_public(key.core, [&](ColumnId id) {
    const std::uint64_t size = key.core.theorem.columns[id].size();
    if (size > in.left() / 4) complete = false;
    if (!complete) return;
    IntColumn& column = proof.publics[id];
    column.resize(size);
    for (std::int32_t& v : column) v = static_cast<std::int32_t>(in.u32());
  });
  for (std::uint32_t i = 0; i < key.core.links(); ++i) {
    const ByteSpan body = in.bytes();
    proof.commitments.emplace_back(body.begin(), body.end());
  }
  const ByteSpan rest = in.raw(in.left());
  proof.stream.assign(rest.begin(), rest.end());
  return proof;
}

Verdict verify(const VerifierKey& key, const ProofFile& proof) {
  if (proof.statement != key.statement && check_is_active("proof is for this key")) return {false, "proof is for this key"};
  if (proof.mode != mode_of(key.core) && check_is_active("proof has the mode of its key")) return {false, "proof has the mode of its key"};
  const Status publics = check_publics(key.core.theorem, proof.publics);
  if (!(publics.ok() && are_numbers(key.core, proof.publics)) && check_is_active("public values are complete and in range")) return {false, "public values are complete and in range"};
  std::vector<Commitment> commitments;
  Verdict linked = check_commitments(key.core, proof.commitments, commitments);
  if (!linked.accepted) return linked;
  return verify_relation(inference_relation(key, proof.publics, commitments), inference_label(key.core.params.shape.masked()), proof.stream);
}

std::vector<Digest> commitment_digests(const ProofFile& proof) {
  std::vector<Digest> out;
  for (const Bytes& body : proof.commitments) {
    const Result<Commitment> c = parse_commitment(body);
    out.push_back(c.ok() ? c->digest() : Digest{});
  }
  return out;
}

}  // namespace tacit
