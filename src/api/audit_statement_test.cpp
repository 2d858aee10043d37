#include "api/audit_statement.h"

#include <gtest/gtest.h>

#include "api/audit_fixture.h"

namespace tacit::api {
namespace {

const std::string kPrivate =
    "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIMWqjfQ/n4N77bdELzHct7Fm04U1B28JS4XOOi4LRFj3\n-----END PRIVATE KEY-----\n";
const std::string kPublic =
    "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA/FHNjmIYoaONpH7QAjDwWAgW7RO6MwOsXeuRFUiQgCU=\n-----END PUBLIC KEY-----\n";
const std::string kOther =
    "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAe+ZfbHyGnpaBorDMFM2r6iTdC63rmE7NZw2XxvrOfvs=\n-----END PUBLIC KEY-----\n";

const KeyCore& core() {
  static const Built built = built_from(dense_model());
  return built.model.key.core;
}

AuditStatement example() {
  AuditStatement s;
  s.identity = identity_of(core());
  s.onnx.fill(0x5a);
  s.activation_bits = s.weight_bits = 16;
  s.inputs = {{"x \x80", 6.103701895199438e-05, tacit::Visibility::kPrivate}};
  s.outputs = {{"y", 0.1, tacit::Visibility::kPublic}};
  s.measured = Measured{3, false, {{"y", 0.5, 0.25, 10}}};
  s.measured_by_auditor = true;
  s.time = kTestTime;
  return s;
}

std::string signed_text() {
  const Bytes file = write_audit(example(), kPrivate).value();
  return {file.begin(), file.end()};
}

tacit::Result<AuditFile> read(const std::string& text) { return read_audit(Bytes(text.begin(), text.end())); }

std::string objection(const std::string& text, const std::string& pem = kPublic) {
  auto file = read(text);
  EXPECT_TRUE(file.ok()) << file.error().text();
  auto found = audit_objection(*file, pem, core());
  EXPECT_TRUE(found.ok()) << found.error().text();
  return *found;
}

TEST(AuditStatement, IsReadAsItWasWrittenAndAccepted) {
  auto back = read(signed_text());
  ASSERT_TRUE(back.ok()) << back.error().text();
  EXPECT_EQ(back->statement.identity, example().identity);
  EXPECT_EQ(back->statement.inputs[0].name, "x \x80");
  EXPECT_EQ(back->statement.inputs[0].scale, 6.103701895199438e-05);
  EXPECT_EQ(back->statement.measured->errors[0].range, 10);
  EXPECT_EQ(back->statement.time, kTestTime);
  EXPECT_EQ(objection(signed_text()), "");
  AuditStatement bare = example();
  bare.measured.reset();
  const Bytes file = write_audit(bare, kPrivate).value();
  EXPECT_EQ(objection({file.begin(), file.end()}), "");
}

TEST(AuditStatement, IsSignedUnderItsOwnDomain) {
  const std::string text = signed_text(), head = "{\"audit\":", middle = ",\"signature\":\"";
  const std::size_t end = text.find(middle);
  const std::string statement = text.substr(head.size(), end - head.size());
  Bytes message = {'t', 'a', 'c', 'i', 't', ' ', 'a', 'u', 'd', 'i', 't', ' ', 'v', '1', 0};
  const std::size_t domain = message.size();
  message.insert(message.end(), statement.begin(), statement.end());
  Bytes signature(kEd25519Bytes);
  ASSERT_TRUE(from_hex(text.substr(end + middle.size(), 2 * kEd25519Bytes), signature));
  EXPECT_TRUE(verify_ed25519(kPublic, message, signature).value());
  EXPECT_FALSE(verify_ed25519(kPublic, ByteSpan(message).subspan(domain), signature).value());
}

TEST(AuditStatement, OfAnotherSignerKeyOrOfNobodyIsObjectedTo) {
  EXPECT_EQ(objection(signed_text(), kOther), "the audit statement is not signed by this auditor");
  const Bytes unsigned_file = write_audit(example(), {}).value();
  EXPECT_EQ(objection({unsigned_file.begin(), unsigned_file.end()}), "the audit statement is not signed");
  for (int which = 0; which < 4; ++which) {
    AuditStatement other = example();
    if (which == 0) other.identity.statement[0] ^= 1;
    if (which == 1) other.identity.root[31] ^= 1;
    if (which == 2) other.identity.theorem[5] ^= 1;
    if (which == 3) other.identity.pin = other.identity.pin + Fe(Fp(1));
    const Bytes file = write_audit(other, kPrivate).value();
    EXPECT_EQ(objection({file.begin(), file.end()}).rfind("the audit statement is about another key, ", 0), 0u) << which;
  }
  EXPECT_FALSE(audit_objection(*read(signed_text()), "no key", core()).ok());
  EXPECT_FALSE(write_audit(example(), "no key").ok());
}

// Whatever one byte becomes: refused, or objected to. Never taken, never a crash.
TEST(AuditStatement, NoChangedByteIsTaken) {
  const std::string good = signed_text();
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (const char to : {'0', 'f', '"', '{', ' ', '\xff', '\0'}) {
      if (good[at] == to) continue;
      std::string bad = good;
      bad[at] = to;
      auto file = read(bad);
      if (!file.ok()) continue;
      auto found = audit_objection(*file, kPublic, core());
      ASSERT_TRUE(found.ok());
      EXPECT_NE(*found, "") << at << " " << to;
    }
  }
}

TEST(AuditStatement, OtherFormsOfTheSameAreRefused) {
  const std::string good = signed_text();
  auto replaced = [&](const std::string& from, const std::string& to) {
    std::string bad = good;
    const std::size_t at = bad.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return bad.replace(at, from.size(), to);
  };
  const std::string statement = hex_of(example().identity.statement);
  std::string upper = statement;
  for (char& c : upper) c = static_cast<char>(std::toupper(c));
  for (const std::string& bad : std::vector<std::string>{
           good + "\n", good.substr(0, good.size() - 1), " " + good, replaced("\"audit\":", "\"audit\": "), replaced(statement, upper),
           replaced("\"kind\"", "\"time\":\"x\",\"kind\""), replaced("\"activation_bits\":16", "\"activation_bits\":1.6e1"),
           replaced("0.1,", "1e-1,"), replaced("\"audit\"", "\"\\u0061udit\""), replaced("\"kind\":", "\"more\":1,\"kind\":"),
           replaced("\"kind\":\"tacit audit v1\"", "\"kind\":\"tacit audit v2\""), replaced("\"time\"", "\"when\"")}) {
    EXPECT_FALSE(read(bad).ok()) << bad.substr(0, 60);
  }
}

TEST(AuditStatement, HostileTextsAreOneLine) {
  const std::string deep(200000, '['), deep_object = "{\"audit\":{\"inputs\":" + deep;
  for (const std::string& bad : std::vector<std::string>{"", "{", "{}", "[]", "null", "{\"audit\":null}\n", "{\"audit\":{}}\n", deep, deep_object,
                                                         "{\"audit\":" + std::string(2 << 20, ' ') + "}", "{\"audit\":{\"pin\":1e999}}"}) {
    auto file = read(bad);
    ASSERT_FALSE(file.ok());
    EXPECT_EQ(file.error().text().find('\n'), std::string::npos);
    EXPECT_EQ(file.error().text().rfind("is not an audit statement", 0), 0u) << file.error().text();
  }
  const std::string good = signed_text();
  for (std::size_t n = 0; n < good.size(); n += 3) EXPECT_FALSE(read(good.substr(0, n)).ok()) << n;
}

}  // namespace
}  // namespace tacit::api
