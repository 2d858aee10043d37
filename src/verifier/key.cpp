#include "verifier/key.h"

#include <algorithm>
#include <set>

#include "argue/verify_relation.h"
#include "base/checks.h"
#include "base/contract.h"
#include "theorem/bounds.h"
#include "theorem/definitions.h"
#include "theorem/registration.h"
#include "theorem/tile_work.h"
#include "theorem/totality.h"

namespace tacit {
namespace {

constexpr std::string_view kMagic = "TACITKEY";
constexpr std::uint16_t kVersion = 2;
constexpr std::uint8_t kStatementDomain = 0x05;  // 0x00 to 0x04: Merkle trees and the transcript
constexpr std::size_t kMaxKeyBytes = std::size_t{64} << 20;

void write_settings(ByteWriter& out, const Settings& s) {
  out.string(s.model_name);
  for (std::uint32_t v : {s.activation_bits, s.weight_bits, s.security, s.openings}) out.u32(v);
  out.u8(static_cast<std::uint8_t>(s.weights));
}

Result<Settings> read_settings(ByteReader& in) {
  Settings s;
  s.model_name = in.string();
  for (std::uint32_t* v : {&s.activation_bits, &s.weight_bits, &s.security, &s.openings}) *v = in.u32();
  const std::uint8_t weights = in.u8();
  TACIT_REQUIRE(weights <= static_cast<std::uint8_t>(Visibility::kPrivate), bad_input("the visibility of the weights is unknown", "key"));
  s.weights = static_cast<Visibility>(weights);
  const bool widths = s.activation_bits >= 2 && s.activation_bits <= 16 && s.weight_bits >= 2 && s.weight_bits <= 20;
  TACIT_REQUIRE(widths, bad_input("widths are out of range", "key"));
  TACIT_REQUIRE(s.security >= 100, bad_input("key asks for less security than this version accepts", "key"));
  return s;
}

// Reads what encode_core() wrote. The caller encodes again and compares: that refuses truncation, trailing bytes and
// limbs that are not reduced.
Result<KeyCore> read_core(ByteReader& in) {
  KeyCore core;
  TACIT_TRY(core.settings, read_settings(in));
  TACIT_TRY(core.theorem, read_theorem(in));
  TACIT_TRY(core.ports, read_ports(in, core.theorem));
  TACIT_TRY(core.params, parse_params(in));
  const ByteSpan root = in.raw(32);
  std::copy(root.begin(), root.end(), core.root_w.begin());
  for (Fp& limb : core.pin_y.c) limb = Fp(in.u64());
  const bool uncommitted = core.root_w == Digest{} && core.pin_y.is_zero();
  TACIT_REQUIRE(core.has_weights() || uncommitted, bad_input("a model without weights has a commitment", "key"));
  return core;
}

Status check_public_columns(const KeyCore& core) {
  std::vector<bool> has_port(core.theorem.columns.size(), false);
  std::set<std::pair<bool, std::string>> names;
  const std::vector<ColumnId>& counts = core.theorem.multiplicities;
  for (const std::vector<Port>* list : {&core.ports.inputs, &core.ports.outputs})
    for (const Port& p : *list) {
      const bool is_input = list == &core.ports.inputs;
      TACIT_REQUIRE(names.emplace(is_input, p.name).second, bad_input("two ports have the same name", p.name));
      for (const ColumnId id : p.columns()) {
        TACIT_REQUIRE(!has_port[id], bad_input("two ports share a column", p.name));
        TACIT_REQUIRE(std::find(counts.begin(), counts.end(), id) == counts.end(), bad_input("a port shows a multiplicity column", p.name));
        has_port[id] = true;
      }
    }
  for (ColumnId id = 0; id < core.theorem.columns.size(); ++id)
    TACIT_REQUIRE(core.theorem.columns[id].home != Home::kPublic || has_port[id],
                  bad_input("a public column belongs to no input or output", core.theorem.columns[id].name));
  return Unit{};
}

// An accepted inference rests on two proofs, its own and the registration: each may use half of the allowed error.
// Commitments share what is left of it then.
Status check_half(const OpeningParams& params, const Theorem& theorem, const KeyCore& core, std::uint32_t links) {
  const std::uint32_t security = core.settings.security;
  const ArgumentShape shape = argument_shape(theorem, params.shape.masked(), links);
  TACIT_TRY([[maybe_unused]] Unit alone, check_security(params, shape, security));
  if (security_report(params, shape).sum_bits < security + 1.0 + core.link_margin_bits())
    return bad_input("registration and inference together fall short of the claimed security", "key");
  return Unit{};
}

// What the key calls private is masked, and nothing else is: a verifier's report of what is hidden can be believed.
Status check_hiding(const KeyCore& core) {
  const OpeningShape& shape = core.params.shape;
  TACIT_REQUIRE(shape.masked() == core.hides(), bad_input("masks and visibilities do not agree", "key"));
  const bool slots = shape.random_slots_w != 0, budget = core.settings.openings != 0;
  TACIT_REQUIRE(slots == core.hides_weights() && budget == core.hides_weights(),
                bad_input("random slots and a budget of openings belong to private weights", "key"));
  return Unit{};
}

// Every opening that the budget allows finds fresh random slots in W, and so does the pin.
Status check_budget(const VerifierKey& key) {
  const KeyCore& core = key.core;
  if (!core.hides_weights()) return Unit{};
  const std::uint64_t queries = std::max(core.params.rounds[0].queries, key.registration_params.rounds[0].queries);
  TACIT_REQUIRE(core.params.shape.random_slots_w >= random_slots_for(core.settings.openings, queries), bad_input("the commitment has too few random slots for its budget", "key"));
  return Unit{};
}

// A verifier works in proportion to what is committed.
Status check_links(const KeyCore& core) {
  std::uint64_t values = 0;
  for (const Port* p : core.committed()) values += p->size();
  if (core.links() > kMaxLinks || values > kMaxCommitted) return bad_input("too many inputs and outputs are committed", "key");
  return Unit{};
}

// Found before a point of these layouts is evaluated.
Status check_tiles(const Theorem& theorem, const OpeningParams& params, std::uint32_t links) {
  TACIT_TRY([[maybe_unused]] Unit pieces, check_pieces(theorem));
  const Relation relation = Relation::make(theorem, params, {}, links);
  return check_tile_work(theorem, relation.weights, relation.witness);
}

Status check_core(const KeyCore& core) {
  TACIT_TRY([[maybe_unused]] Unit bounds, check_bounds(core.theorem));
  TACIT_TRY([[maybe_unused]] Unit columns, check_public_columns(core));
  const std::vector<bool> inputs = input_columns(core.theorem, core.ports);
  TACIT_TRY([[maybe_unused]] Unit definitions, check_definitions(core.theorem, inputs));
  TACIT_TRY([[maybe_unused]] Unit total, check_totality(core.theorem, inputs));
  TACIT_TRY([[maybe_unused]] Unit committed, check_links(core));
  TACIT_TRY([[maybe_unused]] Unit shape, check_shape(core.theorem, core.params, core.links()));
  TACIT_TRY([[maybe_unused]] Unit tiles, check_tiles(core.theorem, core.params, core.links()));
  TACIT_TRY([[maybe_unused]] Unit hiding, check_hiding(core));
  const Status secure = check_half(core.params, core.theorem, core, core.links());
  if (!secure.ok() && check_is_active("inferences are as secure as the key says")) return secure;
  return Unit{};
}

Status check_registration(const VerifierKey& key) {
  if (!key.core.has_weights()) {
    TACIT_REQUIRE(key.registration_proof.empty(), bad_input("a model without weights has a registration proof", "key"));
    return Unit{};
  }
  const OpeningParams &model = key.core.params, &own = key.registration_params;
  TACIT_TRY(const Theorem theorem, registration_theorem(key.core.theorem));
  TACIT_TRY([[maybe_unused]] Unit shape, check_shape(theorem, own));
  TACIT_TRY([[maybe_unused]] Unit tiles, check_tiles(theorem, own, 0));
  const Status secure = check_half(own, theorem, key.core, 0);
  if (!secure.ok() && check_is_active("the registration is as secure as the key says")) return secure;
  // One commitment serves both: the base oracle of W must be the same object.
  const bool same_oracle = own.shape.log_n == model.shape.log_n && own.shape.limbs_w == model.shape.limbs_w &&
                           own.shape.random_slots_w == model.shape.random_slots_w &&
                           own.rounds[0].log_domain == model.rounds[0].log_domain;
  TACIT_REQUIRE(same_oracle, bad_input("registration and model describe different commitments", "key"));
  TACIT_REQUIRE(own.shape.masked() == key.core.hides_weights(), bad_input("the registration is masked exactly if weights are private", "key"));
  TACIT_TRY([[maybe_unused]] Unit budget, check_budget(key));
  const Verdict verdict = verify_relation(registration_relation(key.core, theorem, own), registration_label(own.shape.masked()), key.registration_proof);
  if (!verdict.accepted && check_is_active("registration proof is accepted"))
    return bad_input("registration proof is rejected (" + verdict.reason + ")", "key");
  return Unit{};
}

// Keccak-256 with a domain of its own.
Digest digest_of(ByteSpan core) {
  const std::uint8_t domain[1] = {kStatementDomain};
  Keccak256 hasher;
  hasher.update(domain);
  hasher.update(core);
  return hasher.finish();
}

}  // namespace

bool KeyCore::hides() const {
  auto is_hidden = [](const Port& p) { return p.visibility != Visibility::kPublic; };
  return hides_weights() || std::any_of(ports.inputs.begin(), ports.inputs.end(), is_hidden) ||
         std::any_of(ports.outputs.begin(), ports.outputs.end(), is_hidden);
}

std::vector<const Port*> KeyCore::committed() const {
  std::vector<const Port*> out;
  for (const std::vector<Port>* list : {&ports.inputs, &ports.outputs})
    for (const Port& p : *list)
      if (p.is_committed()) out.push_back(&p);
  return out;
}

Bytes encode_core(const KeyCore& core) {
  ByteWriter out;
  write_settings(out, core.settings);
  write_theorem(out, core.theorem);
  write_ports(out, core.ports);
  write_params(out, core.params);
  out.raw(core.root_w);
  for (const Fp& limb : core.pin_y.c) out.u64(limb.value());
  return out.take();
}

Digest statement_digest(const KeyCore& core) { return digest_of(encode_core(core)); }

Bytes VerifierKey::encode() const {
  ByteWriter out;
  out.raw({reinterpret_cast<const std::uint8_t*>(kMagic.data()), kMagic.size()});
  out.u16(kVersion);
  out.bytes(encode_core(core));
  if (core.has_weights()) write_params(out, registration_params);
  out.bytes(registration_proof);
  return out.take();
}

Result<VerifierKey> read_key(ByteSpan file) {
  TACIT_REQUIRE(file.size() <= kMaxKeyBytes, bad_input("file is too large to be a key", "key"));
  ByteReader in(file);
  const ByteSpan magic = in.raw(kMagic.size());
  TACIT_REQUIRE(in.ok() && std::equal(magic.begin(), magic.end(), kMagic.begin()), bad_input("file is not a Tacit verifier key", "key"));
  TACIT_REQUIRE(in.u16() == kVersion, bad_input("key has another format version", "key"));
  const ByteSpan core_bytes = in.bytes();
  ByteReader core_in(core_bytes);
  VerifierKey key;
  TACIT_TRY(key.core, read_core(core_in));
  if (key.core.has_weights()) {
    TACIT_TRY(key.registration_params, parse_params(in));
  }
  const ByteSpan proof = in.bytes();
  TACIT_REQUIRE(in.ok() && in.at_end(), bad_input("key is truncated or has trailing bytes", "key"));
  key.registration_proof.assign(proof.begin(), proof.end());
  key.statement = digest_of(core_bytes);
  TACIT_REQUIRE(encode_core(key.core) == Bytes(core_bytes.begin(), core_bytes.end()), bad_input("key is not in canonical form", "key"));
  TACIT_TRY([[maybe_unused]] Unit core_ok, check_core(key.core));
  TACIT_TRY([[maybe_unused]] Unit registered, check_registration(key));
  return key;
}

Relation inference_relation(const VerifierKey& key, std::vector<IntColumn> publics, std::span<const Commitment> commitments) {
  const std::vector<const Port*> ports = key.core.committed();
  TACIT_EXPECTS(commitments.size() == ports.size(), "one commitment for each committed port");
  Relation r = Relation::make(key.core.theorem, key.core.params, std::move(publics), key.core.links());
  for (std::size_t i = 0; i < ports.size(); ++i) r.links.push_back(link_of(*ports[i], commitments[i]));
  r.statement = key.statement;
  r.root_w = key.core.root_w;
  if (key.core.has_weights()) r.pin = Pin{pin_point(r.root_w, key.core.params, r.weights.size), key.core.pin_y};
  return r;
}

Relation registration_relation(const KeyCore& core, const Theorem& registration, const OpeningParams& params) {
  Relation r = Relation::make(registration, params, {});
  r.statement = statement_digest(core);
  r.root_w = core.root_w;
  r.pin = Pin{pin_point(r.root_w, core.params, r.weights.size), core.pin_y};
  return r;
}

Status check_shape(const Theorem& theorem, const OpeningParams& params, std::uint32_t links) {
  const OpeningShape& s = params.shape;
  const OracleSizes sizes = oracle_sizes(theorem, s.masked(), links);
  TACIT_REQUIRE(s.size_w == sizes.w && s.size_x == sizes.x && sizes.x != 0, bad_input("opening parameters are for other sizes", "key"));
  return Unit{};
}

}  // namespace tacit
