// commit, renew, and what prove and verify do with commitments; the interface of api_links.h is played.
#include <cmath>

#include "api_links.h"
#include "secret/freed_test.h"
#include "tacit/grid.h"
#include "test_fixture.h"

namespace tacit::cli {
namespace api {
namespace {

Bytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

/// What no memory may hold that a command gives back.
constexpr std::string_view kSecret = "the integers and the secret of an opening";
constexpr std::string_view kOpening = "OPN feed the integers and the secret of an opening";

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
LinkFile link_file(ByteSpan bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text.starts_with("OPN")) return LinkFile::kOpening;
  if (text == "LINK") return LinkFile::kRenewal;
  return text.starts_with("feed") ? LinkFile::kCommitment : LinkFile::kNone;
}

Result<Committed> commit(const DataFile&, const std::optional<std::uint64_t>& sample, const CommitOptions& options,
                         const std::optional<NamedFile>& private_pem) {
  asked() = {options, sample, {}, private_pem ? private_pem->path : ""};
  return Committed{bytes_of("feed"), bytes_of(kOpening), "feed"};
}

Result<Proved> prove_committed(const Bundle&, const std::vector<NamedOpening>& openings, const std::optional<DataFile>&, std::uint64_t,
                               const CommitOptions& outputs, bool commits_output, const Execution&) {
  asked() = {outputs, {}, {}, ""};
  for (const NamedOpening& o : openings) asked().openings.push_back(o.path);
  Proved out;
  out.bytes = bytes_of("PROOF");
  if (commits_output) out.commitments = {Committed{bytes_of("f00d"), {}, "f00d"}};
  if (commits_output) out.commitments[0].opening = bytes_of(kOpening);
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
Result<RenewalCheck> check_renewal(const NamedFile& older, const NamedFile& newer, const NamedFile& link) {
  if (link.bytes == bytes_of("LINK")) return RenewalCheck{"", {{"renewal, old weights", 128.5}, {"renewal, new weights", 130}}};
  return RenewalCheck{link.path + " does not lead from " + older.path + " to " + newer.path, {}};
}
Result<Bytes> commitment_in(ByteSpan opening, const std::string&) { return Bytes(opening.begin() + 4, opening.begin() + 8); }
Result<RenewalFacts> facts_of_renewal(const NamedFile&) { return RenewalFacts{"c0ffee", "c0ffee2", 1024}; }

}  // namespace api

namespace test {
namespace {

using api::asked;
using tacit::api::kFloat32Grid;

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
  EXPECT_EQ(tacit({"commit", "in.json", "-o", "new", "--grid", "float32", "--json"}).json()["grid"], "float32");
  EXPECT_EQ(asked().options.grid, kFloat32Grid);
  for (const char* grid : {"31", "-61", "float", "1x", ""}) EXPECT_EQ(tacit({"commit", "in.json", "-o", "new", "--grid", grid}).code, 2) << grid;
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

TEST_F(Links, VerifyLeavesNoCommittedInputOrOutputFreeOnASideThatItIsAskedAbout) {
  world().input_commitments = {"feed", "feed2"};
  put("signed2.commitment", "feed2+");
  put("feed2.commitment", "feed2");
  const std::vector<std::string> proof = {"verify", "m.vk", "p.proof"};
  auto verify = [&](std::vector<std::string> words) {
    words.insert(words.begin(), proof.begin(), proof.end());
    return tacit(words);
  };
  EXPECT_EQ(verify({}).code, 0);
  Outcome one = verify({"--input-commitment", "feed.commitment"});
  EXPECT_EQ(one.code, 2);
  EXPECT_TRUE(one.complains("input \"x1\"")) << one.err;
  EXPECT_EQ(verify({"--input-commitment", "feed.commitment", "--input-commitment", "feed2.commitment"}).code, 0);
  EXPECT_EQ(verify({"--input-commitment", "feed.commitment", "--input-commitment", "feed.commitment"}).code, 1);
  Outcome unsigned_one = verify({"--input-commitment", "signed.commitment", "--input-commitment", "feed2.commitment", "--issuer", "issuer.pem"});
  EXPECT_EQ(unsigned_one.code, 1);
  EXPECT_TRUE(unsigned_one.says("feed2.commitment is not signed by"));
  const std::vector<std::string> both = {"--input-commitment", "signed.commitment", "--input-commitment", "signed2.commitment", "--issuer", "issuer.pem"};
  EXPECT_EQ(verify(both).code, 0);
  Outcome output_alone = verify({"--output-commitment", "f00d.commitment", "--issuer", "issuer.pem"});
  EXPECT_EQ(output_alone.code, 2);
  EXPECT_TRUE(output_alone.complains("input \"x0\"")) << output_alone.err;
  world().input_commitments.clear();
  EXPECT_EQ(verify({"--output-commitment", "f00d.commitment", "--issuer", "issuer.pem"}).code, 1) << "signed by nobody";
}

TEST_F(Links, VerifyFollowsRenewalsFromATrustedKey) {
  EXPECT_EQ(tacit({"verify", "m.vk", "p.proof", "--renewed-from", "old.vk", "--renewal", "m.renewal"}).code, 0);
  Outcome r = tacit({"verify", "m.vk", "p.proof", "--renewed-from", "old.vk", "--renewal", "bad.renewal"});
  EXPECT_EQ(r.code, 1);
  EXPECT_TRUE(r.says("does not lead from"));
  EXPECT_EQ(tacit({"verify", "m.vk", "p.proof", "--renewed-from", "old.vk"}).code, 2);
}

TEST_F(Links, VerifyPrintsTheWeakestOfAllThatItRestsOn) {
  const std::vector<std::string> plain = {"verify", "m.vk", "p.proof"};
  EXPECT_TRUE(tacit(plain).says("128.9 bits proven in the weakest part (registration), 128.0 all together, 128 asked"));
  std::vector<std::string> renewed = {"verify", "m.vk", "p.proof", "--renewed-from", "old.vk", "--renewal", "m.renewal"};
  Outcome r = tacit(renewed);
  EXPECT_TRUE(r.says("128.5 bits proven in the weakest part (renewal, old weights of " + at("old.vk") + "), 127.0 all together")) << r.out;
  renewed.push_back("--json");
  const Json bits = tacit(renewed).json()["statement"]["security_bits"];
  EXPECT_EQ(bits["proven"], 128.5);
  ASSERT_EQ(bits["parts"].size(), 4u);
  double error = 0;
  for (const Json& part : bits["parts"]) error += std::exp2(-part["bits"].get<double>());
  EXPECT_NEAR(bits["together"].get<double>(), -std::log2(error), 1e-9);
  EXPECT_TRUE(tacit({"verify", "--help"}).says("weakest"));
}

TEST_F(Links, ShowSaysWhatIsPublicOfEveryFileOfALink) {
  put("secret.opening", std::string(api::kOpening));
  Outcome commitment = tacit({"show", "feed.commitment"});
  EXPECT_EQ(commitment.code, 0) << commitment.err;
  for (const char* word : {"feed", "2 numbers", "2^-16", "16 openings", "128 bits", "none"}) EXPECT_TRUE(commitment.says(word)) << commitment.out;
  Outcome opening = tacit({"show", "secret.opening"});
  EXPECT_EQ(opening.code, 0) << opening.err;
  EXPECT_TRUE(opening.says("feed") && opening.says("2 numbers") && opening.says("not shown")) << opening.out;
  EXPECT_FALSE(opening.says("integers")) << opening.out;
  Outcome renewal = tacit({"show", "m.renewal"});
  EXPECT_EQ(renewal.code, 0) << renewal.err;
  EXPECT_TRUE(renewal.says("c0ffee2") && renewal.says("not verified")) << renewal.out;
  for (const char* name : {"feed.commitment", "secret.opening", "m.renewal"}) {
    EXPECT_EQ(tacit({"show", name, "--json"}).json()["command"], "show");
    EXPECT_EQ(tacit({"show", name, "--security"}).code, 2) << name;
  }
}

TEST_F(Links, ShowChecksTheIssuerOfACommitmentAlone) {
  EXPECT_EQ(tacit({"show", "signed.commitment", "--json"}).json()["signature"], "unchecked");
  Outcome valid = tacit({"show", "signed.commitment", "--issuer", "issuer.pem"});
  EXPECT_EQ(valid.code, 0) << valid.err;
  EXPECT_TRUE(valid.says("valid, by " + at("issuer.pem"))) << valid.out;
  EXPECT_EQ(tacit({"show", "feed.commitment", "--issuer", "issuer.pem"}).code, 1);
  EXPECT_EQ(tacit({"show", "m.renewal", "--issuer", "issuer.pem"}).code, 2);
  EXPECT_EQ(tacit({"show", "m.vk", "--issuer", "issuer.pem"}).code, 2);
}

TEST_F(Links, NoMemoryIsGivenBackWithAnOpeningInIt) {
  put("secret.opening", std::string(api::kOpening));
  const Bytes secret = api::bytes_of(api::kSecret);
  const std::vector<std::vector<std::string>> all = {
      {"prove", "m.tacit", "secret.opening", "-o", "new.proof", "--commit-output", "new_out"},
      {"commit", "in.json", "-o", "new", "--sample", "1"},
      {"show", "secret.opening"}};
  for (const std::vector<std::string>& words : all) {
    const tacit::test::FreedWatch watch(secret);
    EXPECT_EQ(tacit(words).code, 0) << words[0];
    EXPECT_EQ(watch.found(), 0) << words[0];
  }
  const tacit::test::FreedWatch watch(secret);
  { const Bytes copy = secret; }
  EXPECT_EQ(watch.found(), 1);
}

TEST_F(Links, RenewWritesTheNextEpochBesideTheOld) {
  Outcome r = tacit({"renew", "m.tacit", "-o", "new"});
  ASSERT_EQ(r.code, 0) << r.err;
  for (const char* name : {"new.tacit", "new.vk", "new.renewal"}) EXPECT_TRUE(std::filesystem::exists(at(name))) << name;
  EXPECT_TRUE(r.says("256 openings"));
  EXPECT_EQ(tacit({"renew", "m.tacit", "-o", "m.tacit"}).code, 2);
}

TEST_F(Cli, ClaimsAreAskedForByNameAndByNumberOfRows) {
  EXPECT_TRUE(tacit({"verify", "m.vk", "p.proof", "--claim", "accuracy"}).says("is no key of a claim"));
  world().accuracy = tacit::api::AccuracyClaim{7, 9};
  const Outcome accepted = tacit({"verify", "m.vk", "p.proof", "--claim", "accuracy", "--at-least", "7"});
  EXPECT_EQ(accepted.code, 0) << accepted.out;
  EXPECT_TRUE(accepted.says("right on 7 of 9 rows")) << accepted.out;
  const Outcome fewer = tacit({"verify", "m.vk", "p.proof", "--at-least", "8"});
  EXPECT_EQ(fewer.code, 1);
  EXPECT_TRUE(fewer.says("less than 8")) << fewer.out;
  EXPECT_EQ(tacit({"verify", "m.vk", "p.proof", "--json"}).json()["statement"]["accuracy"]["rows"], 9);
}

TEST_F(Cli, AClaimIsProvenByItsRowsAndLabels) {
  const auto prove = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"prove", "m.tacit", "-o", "new.proof"});
    return tacit(words);
  };
  EXPECT_TRUE(prove({"--claim", "accuracy", "--batch", "in.json", "--labels", "labels.json"}).complains("is of no claim"));
  world().claims = true;
  EXPECT_EQ(prove({"--claim", "accuracy", "--batch", "in.json", "--labels", "labels.json"}).code, 0);
  EXPECT_EQ(prove({"--claim", "accuracy", "--batch", "in.json"}).code, 2);
  EXPECT_EQ(prove({"--batch", "in.json", "--labels", "labels.json"}).code, 2);
  EXPECT_EQ(prove({"in.json", "--claim", "accuracy", "--batch", "in.json", "--labels", "labels.json"}).code, 2);
  EXPECT_EQ(prove({"--claim", "fairness", "--batch", "in.json", "--labels", "labels.json"}).code, 2);
  EXPECT_TRUE(prove({}).complains("give INPUT"));
}

TEST_F(Cli, RowsOfAClaimAreCommittedUnlessSaidOtherwise) {
  tacit({"compile", "m.onnx", "-o", "new", "--calibration", "in.json", "--claim", "accuracy"});
  EXPECT_EQ(world().compiled_with.claim, "accuracy");
  EXPECT_EQ(world().compiled_with.input, api::Visibility::kCommitted);
  tacit({"compile", "m.onnx", "-o", "new", "--calibration", "in.json", "--claim", "accuracy", "--input", "public"});
  EXPECT_EQ(world().compiled_with.input, api::Visibility::kPublic);
  tacit({"compile", "m.onnx", "-o", "new", "--calibration", "in.json"});
  EXPECT_EQ(world().compiled_with.input, api::Visibility::kPrivate);
  EXPECT_EQ(tacit({"compile", "m.onnx", "-o", "new", "--calibration", "in.json", "--labels", "labels.json", "--claim", "accuracy"}).code, 2);
}

}  // namespace
}  // namespace test
}  // namespace tacit::cli
