// commit, renew, and what prove and verify do with commitments; the interface of api_links.h is played.
#include "api_links.h"
#include "test_fixture.h"

namespace tacit::cli {
namespace api {
namespace {

Bytes bytes_of(const std::string& text) { return {text.begin(), text.end()}; }

struct Asked {
  CommitOptions options;
  std::optional<std::uint64_t> sample;
  std::vector<std::string> openings;
  std::string signed_with;
};
Asked& asked() {
  static Asked a;
  return a;
}

}  // namespace

/// In this world a commitment is the text of its digest, and one that ends in '+' is signed by everyone.
bool is_opening(ByteSpan bytes) { return bytes.size() > 3 && bytes[0] == 'O' && bytes[1] == 'P' && bytes[2] == 'N'; }

Result<Committed> commit(const DataFile&, const std::optional<std::uint64_t>& sample, const CommitOptions& options,
                         const std::optional<NamedFile>& private_pem) {
  asked() = {options, sample, {}, private_pem ? private_pem->path : ""};
  return Committed{bytes_of("feed"), bytes_of("OPN feed"), "feed"};
}

Result<Proved> prove_committed(const Bundle&, const std::vector<NamedFile>& openings, const std::optional<DataFile>&, std::uint64_t,
                               const CommitOptions& outputs, bool commits_output, const Execution&) {
  asked() = {outputs, {}, {}, ""};
  for (const NamedFile& o : openings) asked().openings.push_back(o.path);
  Proved out;
  out.bytes = bytes_of("PROOF");
  if (commits_output) out.commitments = {Committed{bytes_of("f00d"), bytes_of("OPN f00d"), "f00d"}};
  return out;
}

Result<CommitmentFacts> facts_of_commitment(const NamedFile& c) {
  std::string digest(c.bytes.begin(), c.bytes.end());
  const bool is_signed = digest.ends_with('+');
  if (is_signed) digest.pop_back();
  return CommitmentFacts{digest, -16, 2, 16, 128, is_signed};
}
Result<bool> is_signed_by(const NamedFile& c, const NamedFile&) { return facts_of_commitment(c)->is_signed; }

Result<RenewedFiles> renew(const Bundle&, const std::string&, const Execution&) {
  return RenewedFiles{bytes_of("BUNDLE2"), bytes_of("KEY2"), bytes_of("LINK"), "c0ffee2", 256};
}
Result<std::string> renewal_objection(const NamedFile& older, const NamedFile& newer, const NamedFile& link) {
  if (link.bytes == bytes_of("LINK")) return std::string();
  return link.path + " does not lead from " + older.path + " to " + newer.path;
}

}  // namespace api

namespace test {
namespace {

using api::asked;

class Links : public Cli {
 protected:
  void SetUp() override {
    Cli::SetUp();
    world().input_commitments = {"feed"};
    world().output_commitments = {"f00d"};
    put("a.opening", "OPN feed");
    put("feed.commitment", "feed");
    put("signed.commitment", "feed+");
    put("f00d.commitment", "f00d");
    put("issuer.pem", "PEM");
    put("old.vk", "OLD");
    put("m.renewal", "LINK");
    put("bad.renewal", "NO LINK");
  }
};

TEST_F(Links, CommitWritesBothFilesAndTheOpeningForItsOwnerAlone) {
  Outcome r = tacit({"commit", "in.json", "-o", "new.commitment", "--grid", "-20", "--openings", "3", "--sample", "1", "--sign", "issuer.pem"});
  ASSERT_EQ(r.code, 0) << r.err;
  EXPECT_TRUE(r.says("feed"));
  EXPECT_EQ(asked().options.grid, -20);
  EXPECT_EQ(asked().options.openings, 3u);
  EXPECT_EQ(asked().sample, 1u);
  EXPECT_EQ(asked().signed_with, at("issuer.pem"));
  EXPECT_TRUE(std::filesystem::exists(at("new.commitment")));
  const auto mode = std::filesystem::status(at("new.opening")).permissions();
  EXPECT_EQ(mode & std::filesystem::perms(0077), std::filesystem::perms::none);
  EXPECT_EQ(tacit({"commit", "in.json", "-o", "new", "--grid", "31"}).code, 2);
  EXPECT_EQ(tacit({"commit", "in.json", "-o", "new", "--openings", "0"}).code, 2);
}

TEST_F(Links, ProveTakesOpeningsAndWritesTheCommitmentOfTheOutput) {
  Outcome r = tacit({"prove", "m.tacit", "a.opening", "-o", "new.proof", "--commit-output", "new_out", "--output-openings", "5"});
  ASSERT_EQ(r.code, 0) << r.err;
  EXPECT_EQ(asked().openings, std::vector<std::string>{at("a.opening")});
  EXPECT_EQ(asked().options.openings, 5u);
  EXPECT_TRUE(r.says("f00d"));
  EXPECT_TRUE(std::filesystem::exists(at("new_out.commitment")));
  const auto mode = std::filesystem::status(at("new_out.opening")).permissions();
  EXPECT_EQ(mode & std::filesystem::perms(0077), std::filesystem::perms::none);
  EXPECT_EQ(tacit({"prove", "m.tacit", "in.json", "out.json", "-o", "new.proof"}).code, 2);
}

TEST_F(Links, VerifyHoldsCommitmentsAgainstTheProof) {
  EXPECT_EQ(tacit({"verify", "m.vk", "p.proof", "--input-commitment", "feed.commitment", "--output-commitment", "f00d.commitment"}).code, 0);
  Outcome r = tacit({"verify", "m.vk", "p.proof", "--input-commitment", "f00d.commitment"});
  EXPECT_EQ(r.code, 1);
  EXPECT_TRUE(r.says("is not the commitment of the proven input"));
  EXPECT_EQ(tacit({"verify", "m.vk", "p.proof", "--output-commitment", "feed.commitment"}).code, 1);
  EXPECT_EQ(tacit({"verify", "m.vk", "p.proof", "--input-commitment", "feed.commitment", "--input-commitment", "feed.commitment"}).code, 2);
}

TEST_F(Links, VerifyAsksForTheIssuersSignatureWhereToldTo) {
  EXPECT_EQ(tacit({"verify", "m.vk", "p.proof", "--input-commitment", "signed.commitment", "--issuer", "issuer.pem"}).code, 0);
  Outcome r = tacit({"verify", "m.vk", "p.proof", "--input-commitment", "feed.commitment", "--issuer", "issuer.pem"});
  EXPECT_EQ(r.code, 1);
  EXPECT_TRUE(r.says("is not signed by"));
  EXPECT_EQ(tacit({"verify", "m.vk", "p.proof", "--issuer", "issuer.pem"}).code, 2);
}

TEST_F(Links, VerifyFollowsRenewalsFromATrustedKey) {
  EXPECT_EQ(tacit({"verify", "m.vk", "p.proof", "--renewed-from", "old.vk", "--renewal", "m.renewal"}).code, 0);
  Outcome r = tacit({"verify", "m.vk", "p.proof", "--renewed-from", "old.vk", "--renewal", "bad.renewal"});
  EXPECT_EQ(r.code, 1);
  EXPECT_TRUE(r.says("does not lead from"));
  EXPECT_EQ(tacit({"verify", "m.vk", "p.proof", "--renewed-from", "old.vk"}).code, 2);
}

TEST_F(Links, RenewWritesTheNextEpochBesideTheOld) {
  Outcome r = tacit({"renew", "m.tacit", "-o", "new"});
  ASSERT_EQ(r.code, 0) << r.err;
  for (const char* name : {"new.tacit", "new.vk", "new.renewal"}) EXPECT_TRUE(std::filesystem::exists(at(name))) << name;
  EXPECT_TRUE(r.says("256 openings"));
  EXPECT_EQ(tacit({"renew", "m.tacit", "-o", "m.tacit"}).code, 2);
}

}  // namespace
}  // namespace test
}  // namespace tacit::cli
