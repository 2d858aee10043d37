#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "api_commitment.h"
#include "secret/envelope.h"
#include "secret/ledger.h"
#include "test_fixture.h"

namespace tacit::cli {

namespace api {
/// In the world of these tests there is one model, committed for 256 openings.
Result<Commitment> commitment_of(ByteSpan file, const std::string& path) {
  const std::string text(file.begin(), file.end());
  if (text == "VALUES") return Commitment{Digest{7}, "cdcd", 16, Counted::kValues};
  if (text != "KEY" && text != "BUNDLE") return bad_input("is not a Tacit key or model bundle", path);
  Commitment out;
  out.root.fill(0xab);
  out.hex = "abab";
  out.openings = 256;
  return out;
}
}  // namespace api

namespace {

using test::Outcome;

class LedgerCli : public test::Cli {
 protected:
  void SetUp() override {
    Cli::SetUp();
    ::setenv("TACIT_STATE_DIR", at("state").c_str(), 1);
    root_.fill(0xab);
  }
  void TearDown() override {
    ::unsetenv("TACIT_STATE_DIR");
    ::unsetenv("TACIT_PASSPHRASE");
    Cli::TearDown();
  }
  Ledger ledger() const { return Ledger(at("state")); }
  Digest root_{};
};

TEST_F(LedgerCli, EveryActionHasHelpWithAnExample) {
  for (const char* action : {"show", "adopt", "split"}) {
    Outcome help = tacit({"ledger", action, "--help"});
    EXPECT_EQ(help.code, 0);
    EXPECT_TRUE(help.says(std::string("Example:\n  tacit ledger ") + action + " model.vk")) << help.out;
    EXPECT_TRUE(help.says("--json") && help.says("--passphrase-file")) << help.out;
  }
  EXPECT_TRUE(tacit({"ledger", "--help"}).says("TACIT_STATE_DIR"));
  EXPECT_TRUE(tacit({"--help"}).says("ledger"));
}

TEST_F(LedgerCli, UsageErrorsAreOneLineAndExitWithTwo) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"ledger"}, {"ledger", "show"}, {"ledger", "nonsense", "m.vk"}, {"ledger", "adopt", "m.vk"},
           {"ledger", "split", "m.vk"},
           {"ledger", "adopt", "m.vk", "--remaining", "-1"}, {"ledger", "adopt", "m.vk", "--remaining", "4294967296"},
           {"ledger", "adopt", "m.vk", "--remaining", "257"}, {"ledger", "show", "p.proof"}, {"ledger", "show", "absent.vk"}}) {
    Outcome r = tacit(words);
    EXPECT_EQ(r.code, 2) << words.back();
    EXPECT_EQ(std::count(r.err.begin(), r.err.end(), '\n'), 1) << r.err;
    EXPECT_TRUE(r.out.empty()) << r.out;
  }
  EXPECT_FALSE(std::filesystem::exists(at("state")));
}

TEST_F(LedgerCli, AMissingLedgerIsAnErrorThatNamesTheWayOut) {
  Outcome r = tacit({"ledger", "show", "m.vk"});
  EXPECT_EQ(r.code, 2);
  EXPECT_TRUE(r.complains("tacit ledger adopt PREFIX.vk --remaining N")) << r.err;
  Outcome json = tacit({"ledger", "split", "m.vk", "--openings", "1", "--json"});
  EXPECT_EQ(json.json()["exit_code"], 2);
}

TEST_F(LedgerCli, ShowSaysWhatIsLeftForKeyAndBundleAlike) {
  ASSERT_TRUE(ledger().create(root_, 256).ok() && ledger().spend(root_).ok());
  for (const char* file : {"m.vk", "m.tacit"}) {
    Outcome r = tacit({"ledger", "show", file});
    EXPECT_EQ(r.code, 0) << r.err;
    EXPECT_TRUE(r.says("255 of 256 left") && r.says("abab") && r.says(at("state"))) << r.out;
    Json json = tacit({"ledger", "show", file, "--json"}).json();
    EXPECT_EQ(json["command"], "ledger show");
    EXPECT_EQ(json["openings"], 256);
    EXPECT_EQ(json["used"], 1);
    EXPECT_EQ(json["remaining"], 255);
    EXPECT_EQ(json["commitment"], "abab");
  }
}

TEST_F(LedgerCli, AdoptBeginsOnceWithWhatIsLeft) {
  Outcome r = tacit({"ledger", "adopt", "m.vk", "--remaining", "40"});
  EXPECT_EQ(r.code, 0) << r.err;
  EXPECT_TRUE(r.says("40 of 256 left")) << r.out;
  EXPECT_EQ(ledger().remaining(root_).value(), 40u);
  Outcome again = tacit({"ledger", "adopt", "m.vk", "--remaining", "256"});
  EXPECT_EQ(again.code, 2);
  EXPECT_TRUE(again.complains("already counts") && again.complains("40 of 256")) << again.err;
  EXPECT_EQ(ledger().remaining(root_).value(), 40u);
}

TEST_F(LedgerCli, CommitmentsToValuesMoveToAnotherMachineToo) {
  put("a.commitment", "VALUES");
  const Digest root{7};
  Outcome missing = tacit({"ledger", "show", "a.commitment"});
  EXPECT_EQ(missing.code, 2);
  EXPECT_TRUE(missing.complains("tacit ledger adopt NAME.commitment --remaining N")) << missing.err;
  EXPECT_EQ(tacit({"ledger", "adopt", "a.commitment", "--remaining", "17"}).code, 2);
  Outcome adopted = tacit({"ledger", "adopt", "a.commitment", "--remaining", "3"});
  EXPECT_EQ(adopted.code, 0) << adopted.err;
  EXPECT_TRUE(adopted.says("3 of 16 left") && adopted.says("cdcd")) << adopted.out;
  EXPECT_TRUE(tacit({"ledger", "split", "a.commitment", "--openings", "2"}).says("--remaining 2"));
  ASSERT_TRUE(ledger().spend(root, Counted::kValues).ok());
  Outcome empty = tacit({"ledger", "show", "a.commitment"});
  EXPECT_TRUE(empty.says("tacit commit") && !empty.says("renew")) << empty.out;
  Outcome split = tacit({"ledger", "split", "a.commitment", "--openings", "1"});
  EXPECT_EQ(split.code, 2);
  EXPECT_TRUE(split.complains("signed anew") && !split.complains("tacit renew")) << split.err;
}

TEST_F(LedgerCli, SplitTakesAShareAndSaysWhatTheReplicaDoes) {
  ASSERT_TRUE(ledger().create(root_, 256).ok());
  Outcome r = tacit({"ledger", "split", "m.vk", "--openings", "56"});
  EXPECT_EQ(r.code, 0) << r.err;
  EXPECT_TRUE(r.says("200 of 256 left") && r.says("--remaining 56")) << r.out;
  Json json = tacit({"ledger", "split", "m.vk", "--openings", "200", "--json"}).json();
  EXPECT_EQ(json["taken"], 200);
  EXPECT_EQ(json["remaining"], 0);
  EXPECT_TRUE(tacit({"ledger", "show", "m.vk"}).says("tacit renew PREFIX"));
  EXPECT_EQ(tacit({"ledger", "split", "m.vk", "--openings", "1"}).code, 2);
  EXPECT_EQ(tacit({"ledger", "split", "m.vk", "--openings", "0"}).code, 2);
}

TEST_F(LedgerCli, AnEncryptedBundleNeedsItsPassphrase) {
  ASSERT_TRUE(ledger().create(root_, 256).ok());
  const Bytes bundle = {'B', 'U', 'N', 'D', 'L', 'E'}, passphrase = {'p', 'a', 's', 's'};
  const Bytes sealed = seal(bundle, passphrase, {14, 8, 1}).value();
  put("m.tacit", std::string(sealed.begin(), sealed.end()));
  put("right", "pass\n");
  put("wrong", "word\n");
  EXPECT_EQ(tacit({"ledger", "show", "m.tacit", "--passphrase-file", "right"}).code, 0);
  EXPECT_TRUE(tacit({"ledger", "show", "m.tacit", "--passphrase-file", "wrong"}).complains("the passphrase is wrong"));
  ::setenv("TACIT_PASSPHRASE", "pass", 1);
  EXPECT_EQ(tacit({"ledger", "show", "m.tacit"}).code, 0);
}

}  // namespace
}  // namespace tacit::cli
