#include "api/audit_statement.h"

#include <algorithm>

namespace tacit::api {
namespace {

constexpr const char* kKind = "tacit audit v1";
constexpr std::string_view kDomain("tacit audit v1\0", 15);
constexpr std::size_t kMaxBytes = std::size_t{1} << 20, kElementBytes = 24;

Json json_of(const std::vector<AuditStatement::Scale>& scales) {
  Json out = Json::array();
  for (const auto& s : scales) {
    out.push_back({{"name", json_text(s.name)}, {"scale", s.scale}, {"visibility", text_of(s.visibility)}});
  }
  return out;
}

Json json_of(const AuditStatement& s) {
  Json out{{"kind", kKind},
           {"statement", hex_of(s.identity.statement)},
           {"root", hex_of(s.identity.root)},
           {"pin", hex_of(encode_element(s.identity.pin))},
           {"theorem", hex_of(s.identity.theorem)},
           {"onnx_sha256", hex_of(s.onnx)},
           {"activation_bits", s.activation_bits},
           {"weight_bits", s.weight_bits},
           {"inputs", json_of(s.inputs)},
           {"outputs", json_of(s.outputs)},
           {"time", s.time}};
  if (s.measured) {
    out["measured"] = json_of(*s.measured);
    out["measured_by"] = s.measured_by_auditor ? "auditor" : "compiler";
  }
  return out;
}

tacit::Result<std::vector<AuditStatement::Scale>> scales_of(const Json& list) {
  std::vector<AuditStatement::Scale> out;
  for (const Json& item : list) {
    JsonFields in(item);
    TACIT_TRY(const std::string name, name_of(in.text("name")));
    out.push_back({name, in.real("scale"), static_cast<tacit::Visibility>(in.choice("visibility", {"public", "private", "committed"}))});
    TACIT_TRY([[maybe_unused]] Unit done, in.done());
  }
  return out;
}

Fe element_of(const Bytes& bytes) {
  ByteReader in(bytes);
  Fe out;
  for (Fp& limb : out.c) limb = Fp(in.u64());   // not reduced: read_audit() sees other bytes when it writes it again
  return out;
}

tacit::Result<AuditStatement> statement_of(const Json& object) {
  JsonFields in(object);
  AuditStatement out;
  in.choice("kind", {kKind});
  out.identity.statement = in.digest("statement");
  out.identity.root = in.digest("root");
  out.identity.pin = element_of(in.bytes("pin", kElementBytes));
  out.identity.theorem = in.digest("theorem");
  out.onnx = in.digest("onnx_sha256");
  out.activation_bits = static_cast<std::uint32_t>(in.whole("activation_bits", 2, 16));
  out.weight_bits = static_cast<std::uint32_t>(in.whole("weight_bits", 2, 20));
  TACIT_TRY(out.inputs, scales_of(in.list("inputs")));
  TACIT_TRY(out.outputs, scales_of(in.list("outputs")));
  out.time = in.text("time");
  if (in.has("measured")) {
    TACIT_TRY(out.measured, measured_of(in.object("measured")));
    out.measured_by_auditor = in.choice("measured_by", {"compiler", "auditor"}) == 1;
  }
  TACIT_TRY([[maybe_unused]] Unit done, in.done());
  return out;
}

Bytes signed_message(const std::string& statement) {
  Bytes out(kDomain.begin(), kDomain.end());
  out.insert(out.end(), statement.begin(), statement.end());
  return out;
}

/// The one encoding.
Bytes encode(const std::string& statement, ByteSpan signature) {
  std::string text = "{\"audit\":" + statement;
  if (!signature.empty()) text += ",\"signature\":\"" + hex_of(signature) + "\"";
  text += "}\n";
  return {text.begin(), text.end()};
}

tacit::Result<AuditFile> parse(ByteSpan bytes) {
  if (bytes.size() > kMaxBytes) return bad_input("too long");
  TACIT_TRY(const Json object, parse_object(bytes));
  JsonFields in(object);
  AuditFile file;
  TACIT_TRY(file.statement, statement_of(in.object("audit")));
  if (in.has("signature")) file.signature = in.bytes("signature", kEd25519Bytes);
  TACIT_TRY([[maybe_unused]] Unit done, in.done());
  return file;
}

}  // namespace

tacit::Result<Bytes> write_audit(const AuditStatement& statement, const std::optional<std::string>& pem_private) {
  const std::string text = json_of(statement).dump();
  Bytes signature;
  if (pem_private) {
    TACIT_TRY(signature, sign_ed25519(*pem_private, signed_message(text)));
  }
  return encode(text, signature);
}

tacit::Result<AuditFile> read_audit(ByteSpan bytes) {
  auto file = parse(bytes);
  if (!file.ok()) return bad_input("is not an audit statement: " + file.error().text());
  const Bytes again = encode(json_of(file->statement).dump(), file->signature);
  if (!std::ranges::equal(again, bytes)) return bad_input("is not an audit statement in the form in which they are signed");
  return file;
}

tacit::Result<std::string> audit_objection(const AuditFile& file, const std::string& pem_public, const KeyCore& core) {
  const Bytes message = signed_message(json_of(file.statement).dump());
  TACIT_TRY(const bool good, verify_ed25519(pem_public, message, file.signature));
  if (file.signature.empty()) return std::string("the audit statement is not signed");
  if (!good) return std::string("the audit statement is not signed by this auditor");
  if (file.statement.identity == identity_of(core)) return std::string();
  return "the audit statement is about another key, " + hex_of(file.statement.identity.statement);
}

}  // namespace tacit::api
