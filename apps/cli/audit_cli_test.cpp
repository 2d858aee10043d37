#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "api_audit.h"
#include "test_fixture.h"

namespace tacit::cli {

namespace test {
namespace {

/// What the world of these tests answers and was asked.
struct AuditWorld {
  std::vector<std::string> differences;
  std::string objection, refusal;
  std::string bundle, recipe, private_key, public_key;
  bool calibrated = false;
};

AuditWorld& audits() {
  static AuditWorld w;
  return w;
}

std::string text_of(ByteSpan bytes) { return {bytes.begin(), bytes.end()}; }

}  // namespace
}  // namespace test

namespace api {

using test::audits;

Result<AuditReport> audit(const AuditRequest& request, const Execution&) {
  if (test::text_of(request.key) != "KEY") return bad_input("is not a Tacit verifier key", request.key_path);
  audits().bundle = test::text_of(request.bundle);
  audits().recipe = test::text_of(request.recipe);
  audits().private_key = request.private_key.value_or("");
  audits().calibrated = request.calibration.has_value();
  AuditReport out;
  out.differences = audits().differences;
  if (!out.differences.empty()) return out;
  out.file = {'A', 'U', 'D', 'I', 'T'};
  out.identity = {"c0ffee", "0a0a", "0b0b", "0c0c"};
  out.onnx_sha256 = "5a5a";
  out.errors = {{"y", 0.25, 0.125, 8}};
  out.measured_by_auditor = audits().calibrated;
  return out;
}

Result<ModelCheck> check_model(ByteSpan key, const std::string& path, const Execution&) {
  if (test::text_of(key) != "KEY") return bad_input("is not a Tacit verifier key", path);
  ModelCheck out;
  out.accepted = audits().refusal.empty();
  out.reason = audits().refusal;
  out.identity = {"c0ffee", "0a0a", "0b0b", "0c0c"};
  out.weights = 3724;
  out.weight_bits = 16;
  out.weights_are_private = true;
  out.proven_bits = 129.4;
  return out;
}

Result<AuditCheck> check_audit(ByteSpan audit, const std::string& audit_path, const std::string& public_key, const std::string&,
                               ByteSpan, const std::string&) {
  if (test::text_of(audit) != "AUDIT") return bad_input("is not an audit statement", audit_path);
  audits().public_key = public_key;
  return AuditCheck{audits().objection, "5a5a", "2026-01-31T23:59:59Z"};
}

}  // namespace api

namespace {

using test::audits;
using test::Outcome;

class AuditCli : public test::Cli {
 protected:
  void SetUp() override {
    Cli::SetUp();
    audits() = {};
    put("m.recipe", "RECIPE");
    put("a.json", "AUDIT");
    put("key.pem", "PEM");
  }
};

TEST_F(AuditCli, ConfirmsAndWritesTheSignedStatement) {
  Outcome r = tacit({"audit", "m.onnx", "m.vk", "--secrets", "m.tacit", "-o", "new.json", "--sign", "key.pem"});
  ASSERT_EQ(r.code, 0) << r.err;
  EXPECT_TRUE(r.says("confirmed") && r.says("c0ffee") && r.says("SHA-256 5a5a") && r.says("signed with") && r.says("reported by whoever compiled")) << r.out;
  EXPECT_EQ(read_file(at("new.json"), 100).value().size(), 5u);
  EXPECT_EQ(audits().bundle, "BUNDLE");
  EXPECT_EQ(audits().recipe, "");
  EXPECT_EQ(audits().private_key, "PEM");
  Json json = tacit({"audit", "m.onnx", "m.vk", "--recipe", "m.recipe", "--calibration", "in.json", "--json"}).json();
  EXPECT_EQ(json["result"], "confirmed");
  EXPECT_EQ(json["model"]["root"], "0a0a");
  EXPECT_EQ(json["model"]["onnx_sha256"], "5a5a");
  EXPECT_EQ(json["quality"]["measured_by"], "auditor");
  EXPECT_EQ(audits().bundle, "");
  EXPECT_EQ(audits().recipe, "RECIPE");
}

TEST_F(AuditCli, DifferencesAreLinesAndARejectionThatWritesNothing) {
  audits().differences = {"weights \"w\": 1 of 4 integers differ", "root: a, b"};
  Outcome r = tacit({"audit", "m.onnx", "m.vk", "--secrets", "m.tacit", "-o", "new.json", "--sign", "key.pem"});
  EXPECT_EQ(r.code, 1);
  EXPECT_TRUE(r.says("not confirmed") && r.says("1 of 4 integers differ") && r.says("root: a, b")) << r.out;
  EXPECT_FALSE(std::filesystem::exists(at("new.json")));
  Outcome json = tacit({"audit", "m.onnx", "m.vk", "--secrets", "m.tacit", "--json"});
  EXPECT_EQ(json.code, 1);
  EXPECT_EQ(json.json()["differences"].size(), 2u);
}

TEST_F(AuditCli, UsageErrorsAreOneLine) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"audit", "m.onnx", "m.vk"}, {"audit", "m.onnx"}, {"audit", "m.onnx", "m.vk", "--secrets", "m.tacit", "--recipe", "m.recipe"},
           {"audit", "m.onnx", "m.vk", "--secrets", "m.tacit", "--sign", "key.pem"}, {"audit", "m.onnx", "p.proof", "--secrets", "m.tacit"},
           {"audit", "m.onnx", "m.vk", "--secrets", "absent"}, {"verify", "m.vk"}, {"verify"}, {"verify", "m.vk", "p.proof", "--model", "m.vk"},
           {"verify", "m.vk", "p.proof", "--audit", "a.json"}, {"verify", "m.vk", "p.proof", "--auditor", "key.pem"},
           {"verify", "--model", "m.vk", "--output", "out.json"}, {"verify", "--model", "p.proof"},
           {"verify", "m.vk", "p.proof", "--audit", "in.json", "--auditor", "key.pem"}}) {
    Outcome r = tacit(words);
    EXPECT_EQ(r.code, 2) << words.back() << r.out;
    EXPECT_EQ(std::count(r.err.begin(), r.err.end(), '\n'), 1) << r.err;
  }
}

TEST_F(AuditCli, VerifyModelSaysWhatTheKeyAloneGuarantees) {
  Outcome r = tacit({"verify", "--model", "m.vk"});
  ASSERT_EQ(r.code, 0) << r.err;
  EXPECT_TRUE(r.says("accepted") && r.says("3724 integers") && r.says("no sum can wrap") && r.says("0c0c")) << r.out;
  EXPECT_EQ(tacit({"verify", "--model", "m.vk", "--json"}).json()["weights"]["count"], 3724);
  audits().refusal = "key: registration proof is rejected";
  r = tacit({"verify", "--model", "m.vk"});
  EXPECT_EQ(r.code, 1);
  EXPECT_TRUE(r.says("rejected") && r.says("registration proof")) << r.out;
  EXPECT_FALSE(r.says("0c0c"));
}

TEST_F(AuditCli, VerifyRejectsUnlessTheAuditorConfirmsThisKey) {
  const std::vector<std::string> proof = {"verify", "m.vk", "p.proof", "--audit", "a.json", "--auditor", "key.pem"};
  const std::vector<std::string> alone = {"verify", "--model", "m.vk", "--audit", "a.json", "--auditor", "key.pem"};
  for (const auto& words : {proof, alone}) {
    audits() = {};
    Outcome r = tacit(words);
    ASSERT_EQ(r.code, 0) << r.err;
    EXPECT_EQ(audits().public_key, "PEM");
    EXPECT_TRUE(r.says("audited") && r.says("5a5a") && r.says("2026-01-31")) << r.out;
    audits().objection = "the audit statement is not signed by this auditor";
    r = tacit(words);
    EXPECT_EQ(r.code, 1);
    EXPECT_TRUE(r.says("rejected") && r.says("not signed by this auditor")) << r.out;
    EXPECT_FALSE(r.says("accepted"));
  }
  test::world().rejection = "the bytes do not add up";
  EXPECT_TRUE(tacit(proof).says("the bytes do not add up"));
}

TEST_F(AuditCli, CompileNamesTheModelsIdentity) {
  Json json = tacit({"compile", "m.onnx", "-o", "new", "--calibration", "in.json", "--json"}).json();
  EXPECT_EQ(json["model"]["digest"], "c0ffee");
  for (const char* part : {"root", "pin", "theorem"}) EXPECT_TRUE(json["model"].contains(part)) << part;
  EXPECT_FALSE(std::filesystem::exists(at("new.recipe")));   // of private weights
}

}  // namespace
}  // namespace tacit::cli
