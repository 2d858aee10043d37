#include "verifier/verify.h"

#include "argue/verify_relation.h"
#include "base/checks.h"

namespace tacit {
namespace {

constexpr std::string_view kMagic = "TACITPRF";
constexpr std::uint16_t kVersion = 1;
constexpr std::uint8_t kIntegrityOnly = 0;

template <class F> void for_each_public(const KeyCore& core, F&& f) {
  for (const std::vector<Port>* list : {&core.ports.inputs, &core.ports.outputs})
    for (const Port& p : *list)
      if (p.visibility == Visibility::kPublic) f(p.column);
}

Result<Digest> read_header(ByteReader& in) {
  const ByteSpan magic = in.raw(kMagic.size());
  TACIT_REQUIRE(in.ok() && std::equal(magic.begin(), magic.end(), kMagic.begin()), bad_input("file is not a Tacit proof", "proof"));
  TACIT_REQUIRE(in.u16() == kVersion, bad_input("proof has another format version", "proof"));
  TACIT_REQUIRE(in.u8() == kIntegrityOnly, bad_input("proof is of a mode that this version does not verify", "proof"));
  const ByteSpan digest = in.raw(32);
  TACIT_REQUIRE(in.ok(), bad_input("proof ends within its header", "proof"));
  Digest out{};
  std::copy(digest.begin(), digest.end(), out.begin());
  return out;
}

}  // namespace

Bytes encode_proof(const VerifierKey& key, const std::vector<IntColumn>& publics, ByteSpan stream) {
  ByteWriter out;
  out.raw({reinterpret_cast<const std::uint8_t*>(kMagic.data()), kMagic.size()});
  out.u16(kVersion);
  out.u8(kIntegrityOnly);
  out.raw(key.statement);
  for_each_public(key.core, [&](ColumnId id) {
    for (std::int32_t v : publics[id]) out.u32(static_cast<std::uint32_t>(v));
  });
  out.raw(stream);
  return out.take();
}

Result<Digest> proof_statement(ByteSpan file) {
  ByteReader in(file);
  return read_header(in);
}

Result<ProofFile> read_proof(const VerifierKey& key, ByteSpan file) {
  ByteReader in(file);
  ProofFile proof;
  TACIT_TRY(proof.statement, read_header(in));
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
  const ByteSpan rest = in.raw(in.left());
  proof.stream.assign(rest.begin(), rest.end());
  return proof;
}

Verdict verify(const VerifierKey& key, const ProofFile& proof) {
  if (proof.statement != key.statement && check_is_active("proof is for this key")) return {false, "proof is for this key"};
  const Status publics = check_publics(key.core.theorem, proof.publics);
  if (!publics.ok() && check_is_active("public values are complete and in range")) return {false, "public values are complete and in range"};
  return verify_relation(inference_relation(key, proof.publics), kInferenceLabel, proof.stream);
}

}  // namespace tacit
