#include "verifier/renewal.h"

#include <algorithm>

#include "base/checks.h"
#include "base/contract.h"

namespace tacit {
namespace {

constexpr std::string_view kMagic = "TACITREN";
constexpr std::uint16_t kVersion = 1;
constexpr std::uint64_t kPadEntries = 3;

std::vector<Column> weights_columns(const Theorem& theorem) {
  std::vector<Column> out;
  for (const Column& c : theorem.columns)
    if (c.home == Home::kWeights) out.push_back(c);
  return out;
}

std::vector<LinkedColumn> linked_columns(const Theorem& theorem) {
  std::vector<LinkedColumn> out;
  for (const Column& c : weights_columns(theorem)) out.push_back({static_cast<ColumnId>(out.size()), 1, c.rows, c.cols});
  return out;
}

Relation target_of(const KeyCore& core, const OpeningParams& params) {
  const Pin pin{pin_point(core.root_w, core.params, core.params.shape.size_w), core.pin_y};
  return link_target(weights_columns(core.theorem), params, core.root_w, pin);
}

bool same_but_for_the_commitment(const KeyCore& older, const KeyCore& newer) {
  KeyCore moved = older;
  moved.root_w = newer.root_w;
  moved.pin_y = newer.pin_y;
  return encode_core(moved) == encode_core(newer);
}

// One more opening of the very oracle that the key commits to, within its budget.
bool opens_the_commitment(const KeyCore& core, const OpeningParams& params) {
  const OpeningShape &own = params.shape, &key = core.params.shape;
  return own.log_n == key.log_n && own.limbs_w == key.limbs_w && own.size_w == key.size_w && own.random_slots_w == key.random_slots_w &&
         params.rounds[0].log_domain == core.params.rounds[0].log_domain && own.size_x == kPadEntries && own.masked() &&
         own.random_slots_w >= random_slots_for(core.settings.openings, params.rounds[0].queries) && final_work_fits(params);
}

// Either opening may be lucky, so each has half of the allowed error.
bool is_secure(const KeyCore& core, const OpeningParams& params, const OpeningParams& other) {
  const ArgumentShape shape = link_shape(linked_columns(core.theorem), joint_list_bits(other));
  return check_security(params, shape, core.settings.security).ok() &&
         security_report(params, shape).sum_bits >= core.settings.security + 1.0;
}

}  // namespace

Bytes RenewalFile::encode() const {
  ByteWriter out;
  out.raw({reinterpret_cast<const std::uint8_t*>(kMagic.data()), kMagic.size()});
  out.u16(kVersion);
  out.raw(old_statement);
  out.raw(new_statement);
  write_params(out, old_params);
  write_params(out, new_params);
  out.raw(stream);
  return out.take();
}

Result<RenewalFile> read_renewal(ByteSpan file) {
  ByteReader in(file);
  const ByteSpan magic = in.raw(kMagic.size());
  TACIT_REQUIRE(in.ok() && std::equal(magic.begin(), magic.end(), kMagic.begin()), bad_input("file is not a Tacit renewal", "renewal"));
  TACIT_REQUIRE(in.u16() == kVersion, bad_input("renewal has another format version", "renewal"));
  RenewalFile out;
  for (Digest* d : {&out.old_statement, &out.new_statement}) {
    const ByteSpan bytes = in.raw(32);
    std::copy(bytes.begin(), bytes.end(), d->begin());
  }
  TACIT_TRY(out.old_params, parse_params(in));
  TACIT_TRY(out.new_params, parse_params(in));
  const ByteSpan rest = in.raw(in.left());
  if (!in.ok()) return bad_input("renewal is truncated", "renewal");  // what is left would prove nothing anyway
  out.stream.assign(rest.begin(), rest.end());
  return out;
}

RenewalRelation renewal_relation(const VerifierKey& older, const VerifierKey& newer, const OpeningParams& old_params,
                                 const OpeningParams& new_params) {
  ByteWriter params;
  write_params(params, old_params);
  write_params(params, new_params);
  return {older.statement, newer.statement, linked_columns(older.core.theorem), target_of(older.core, old_params),
          target_of(newer.core, new_params), params.take()};
}

Verdict verify_renewal(const VerifierKey& older, const VerifierKey& newer, const RenewalFile& file) {
  auto refused = [](bool ok, const char* check) { return !ok && check_is_active(check); };
  constexpr const char *kKeys = "renewal is of these keys", *kSame = "renewed key differs in its commitment alone",
                       *kHidden = "renewed weights are private", *kOpens = "renewal opens the commitments of its keys",
                       *kSecure = "renewal is as secure as its keys say";
  const bool of_keys = file.old_statement == older.statement && file.new_statement == newer.statement;
  if (refused(of_keys, kKeys)) return {false, kKeys};
  if (refused(same_but_for_the_commitment(older.core, newer.core), kSame)) return {false, kSame};
  if (!older.core.hides_weights() || !newer.core.hides_weights()) return {false, kHidden};
  const bool opens = opens_the_commitment(older.core, file.old_params) && opens_the_commitment(newer.core, file.new_params);
  if (!opens) return {false, kOpens};
  const bool secure = is_secure(older.core, file.old_params, file.new_params) && is_secure(newer.core, file.new_params, file.old_params);
  if (refused(secure, kSecure)) return {false, kSecure};
  const RenewalRelation relation = renewal_relation(older, newer, file.old_params, file.new_params);
  Party<Role::kVerifier> party(kRenewalLabel, file.stream);
  argue_renewal<Role::kVerifier>(party, relation, Sealed{});
  return party.verdict();
}

Verdict verify_renewals(std::span<const VerifierKey> keys, std::span<const RenewalFile> renewals) {
  TACIT_EXPECTS(keys.size() == renewals.size() + 1, "one key more than renewals");
  Verdict out{true, {}};
  for (std::size_t i = 0; i < renewals.size() && out.accepted; ++i) out = verify_renewal(keys[i], keys[i + 1], renewals[i]);
  return out;
}

}  // namespace tacit
