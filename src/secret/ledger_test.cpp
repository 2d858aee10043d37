#include "secret/ledger.h"

#include <gtest/gtest.h>

#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <map>

#include "secret/test_support.h"

namespace tacit {
namespace {

using test::digest;
using test::text;
namespace fs = std::filesystem;

class LedgerTest : public ::testing::Test {
 protected:
  Bytes file() const {
    std::ifstream in(path(), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void put(const Bytes& bytes) const {
    std::ofstream out(path(), std::ios::binary | std::ios::trunc);
    out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  }
  std::string path() const { return ledger_.path_of(root_); }
  /// What every function that needs a ledger says.
  std::string refusal() {
    const Result<std::uint32_t> left = ledger_.remaining(root_), spent = ledger_.spend(root_), share = ledger_.split(root_, 1);
    if (left.ok() || spent.ok() || share.ok()) return "no refusal";
    EXPECT_EQ(left.error().text(), spent.error().text());
    EXPECT_EQ(left.error().text(), share.error().text());
    EXPECT_EQ(left.error().where, path());
    return left.error().what;
  }

  test::TemporaryFolder folder_;
  Ledger ledger_{folder_ / "state/tacit"};
  const Digest root_ = digest(0xab);
};

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

unsigned mode_of(const std::string& path) { return static_cast<unsigned>(fs::status(path).permissions()) & 07777; }

TEST_F(LedgerTest, CountsDownAndRefusesAtZeroWithTheWayOut) {
  ASSERT_TRUE(ledger_.create(root_, 3).ok());
  EXPECT_EQ(ledger_.remaining(root_).value(), 3u);
  for (std::uint32_t left : {2u, 1u, 0u}) EXPECT_EQ(ledger_.spend(root_).value(), left);
  for (int again = 0; again < 2; ++again) {
    const Result<std::uint32_t> spent = ledger_.spend(root_);
    ASSERT_FALSE(spent.ok());
    EXPECT_TRUE(has(spent.error().text(), "all 3 openings") && has(spent.error().text(), "tacit renew PREFIX"));
  }
  EXPECT_EQ(ledger_.state(root_).value(), (LedgerState{3, 3}));
}

TEST_F(LedgerTest, TakesOneOpeningOfEachOrNoneOfAny) {
  const Digest values = digest(1), empty = digest(2), absent = digest(3);
  ASSERT_TRUE(ledger_.create(root_, 3).ok() && ledger_.create(values, 2, Counted::kValues).ok());
  ASSERT_TRUE(ledger_.create(empty, 1, Counted::kValues).ok() && ledger_.spend(empty, Counted::kValues).ok());
  const Spending weights_too{root_, Counted::kWeights}, of_values{values, Counted::kValues};
  for (const Digest& bad : {empty, absent}) {
    for (const std::vector<Spending>& all : {std::vector<Spending>{weights_too, of_values, {bad, Counted::kValues}},
                                             std::vector<Spending>{{bad, Counted::kValues}, of_values, weights_too}}) {
      EXPECT_FALSE(ledger_.spend_all(all).ok());
      EXPECT_EQ(ledger_.remaining(root_).value(), 3u);
      EXPECT_EQ(ledger_.remaining(values).value(), 2u);
    }
  }
  const Spending thrice[] = {of_values, of_values, of_values}, twice[] = {of_values, weights_too, of_values};
  EXPECT_FALSE(ledger_.spend_all(thrice).ok());
  EXPECT_EQ(ledger_.remaining(values).value(), 2u);
  EXPECT_EQ(ledger_.spend_all(twice).value(), (std::vector<std::uint32_t>{0, 2, 0}));
  EXPECT_TRUE(ledger_.spend_all({}).value().empty());
}

TEST_F(LedgerTest, OfValuesTheWayOutIsAnotherThanOfWeights) {
  const Result<std::uint32_t> absent = ledger_.spend(root_, Counted::kValues);
  ASSERT_FALSE(absent.ok());
  EXPECT_TRUE(has(absent.error().text(), "tacit ledger adopt NAME.commitment --remaining N")) << absent.error().text();
  ASSERT_TRUE(ledger_.adopt(root_, 4, 1, Counted::kValues).ok());
  ASSERT_TRUE(ledger_.spend(root_, Counted::kValues).ok());
  const Result<std::uint32_t> used = ledger_.spend(root_, Counted::kValues);
  ASSERT_FALSE(used.ok());
  EXPECT_TRUE(has(used.error().text(), "tacit commit") && has(used.error().text(), "signed anew")) << used.error().text();
  EXPECT_FALSE(has(used.error().text(), "tacit renew"));
}

TEST_F(LedgerTest, IsForThisUserOnly) {
  ASSERT_TRUE(ledger_.create(root_, 3).ok());
  EXPECT_EQ(mode_of(folder_ / "state"), 0700u);
  EXPECT_EQ(mode_of(folder_ / "state/tacit"), 0700u);
  EXPECT_EQ(mode_of(path()), 0600u);
  EXPECT_TRUE(ledger_.spend(root_).ok());
  EXPECT_EQ(mode_of(path()), 0600u);
}

TEST_F(LedgerTest, TheFileIsWhatItsHeaderSays) {
  ASSERT_TRUE(ledger_.create(root_, 0x0304).ok());
  ASSERT_TRUE(ledger_.spend(root_).ok());
  ByteWriter expected;
  expected.raw(text("TACITLGR"));
  expected.u32(1);
  expected.raw(root_);
  expected.u32(0x0304);
  expected.u32(1);
  expected.raw(keccak256(expected.data()));
  EXPECT_EQ(file(), expected.data());
  EXPECT_EQ(fs::path(path()).filename(), test::hex(root_) + ".ledger");
}

TEST_F(LedgerTest, CommitmentsHaveCountersOfTheirOwn) {
  ASSERT_TRUE(ledger_.create(root_, 3).ok() && ledger_.create(digest(1), 5).ok());
  ASSERT_TRUE(ledger_.spend(root_).ok());
  EXPECT_EQ(ledger_.remaining(root_).value(), 2u);
  EXPECT_EQ(ledger_.remaining(digest(1)).value(), 5u);
}

TEST_F(LedgerTest, CreatingAgainIsFineOnlyWhileItIsTheSameAndUnused) {
  ASSERT_TRUE(ledger_.create(root_, 3).ok());
  EXPECT_TRUE(ledger_.create(root_, 3).ok());
  EXPECT_FALSE(ledger_.create(root_, 4).ok());
  ASSERT_TRUE(ledger_.spend(root_).ok());
  const Status again = ledger_.create(root_, 3);
  ASSERT_FALSE(again.ok());
  EXPECT_TRUE(has(again.error().text(), "2 of 3 openings left")) << again.error().text();
  EXPECT_EQ(ledger_.remaining(root_).value(), 2u);
  EXPECT_FALSE(ledger_.create(digest(1), 0).ok());
}

TEST_F(LedgerTest, AMissingLedgerIsRefusedWithTheWayOutAndLeavesNothingBehind) {
  EXPECT_TRUE(has(refusal(), "tacit ledger adopt PREFIX.vk --remaining N"));
  EXPECT_FALSE(fs::exists(folder_ / "state"));
  ASSERT_TRUE(ledger_.create(digest(1), 1).ok());   // the directory alone changes nothing
  EXPECT_TRUE(has(refusal(), "tacit ledger adopt"));
}

TEST_F(LedgerTest, AdoptingIsForAMachineWithoutALedger) {
  EXPECT_FALSE(ledger_.adopt(root_, 10, 11).ok());
  ASSERT_TRUE(ledger_.adopt(root_, 10, 2).ok());
  EXPECT_EQ(ledger_.state(root_).value(), (LedgerState{10, 8}));
  EXPECT_FALSE(ledger_.adopt(root_, 10, 2).ok());   // not even the same again
  EXPECT_FALSE(ledger_.adopt(root_, 10, 10).ok());
  EXPECT_FALSE(ledger_.create(root_, 10).ok());
  EXPECT_EQ(ledger_.spend(root_).value(), 1u);
  EXPECT_TRUE(ledger_.adopt(digest(2), 10, 0).ok());
  EXPECT_FALSE(ledger_.spend(digest(2)).ok());
}

TEST_F(LedgerTest, AShareLeavesTheOneAndEntersTheOther) {
  ASSERT_TRUE(ledger_.create(root_, 10).ok());
  EXPECT_FALSE(ledger_.split(root_, 0).ok());
  EXPECT_FALSE(ledger_.split(root_, 11).ok());
  EXPECT_EQ(ledger_.split(root_, 4).value(), 6u);
  EXPECT_FALSE(ledger_.split(root_, 7).ok());
  EXPECT_EQ(ledger_.remaining(root_).value(), 6u);
  Ledger replica(folder_ / "replica");
  ASSERT_TRUE(replica.adopt(root_, 10, 4).ok());
  EXPECT_EQ(replica.spend(root_).value(), 3u);
  EXPECT_EQ(ledger_.split(root_, 6).value(), 0u);
  EXPECT_TRUE(has(ledger_.split(root_, 1).error().text(), "all 10 openings"));
}

TEST_F(LedgerTest, CopiedAndRestoredBundlesMeetTheSameCounter) {
  // A bundle names its ledger only by the commitment, whenever and from wherever it is read.
  ASSERT_TRUE(ledger_.create(root_, 2).ok());
  Ledger copy(folder_ / "state/tacit"), restored(folder_ / "state//tacit/");
  EXPECT_EQ(ledger_.spend(root_).value(), 1u);
  EXPECT_EQ(copy.spend(root_).value(), 0u);
  EXPECT_FALSE(restored.spend(root_).ok());
  EXPECT_FALSE(restored.create(root_, 2).ok());
}

TEST_F(LedgerTest, EveryChangedByteAndEveryLengthIsRefusedAndNeverRepaired) {
  ASSERT_TRUE(ledger_.create(root_, 7).ok());
  const Bytes good = file();
  ASSERT_EQ(good.size(), 84u);
  for (std::size_t at = 0; at < good.size(); ++at) {
    Bytes changed = good;
    changed[at] ^= 1;
    put(changed);
    EXPECT_NE(refusal(), "no refusal") << "byte " << at;
    EXPECT_FALSE(ledger_.create(root_, 7).ok());
    EXPECT_FALSE(ledger_.adopt(root_, 7, 7).ok());
    EXPECT_EQ(file(), changed);
  }
  for (const std::size_t size : {0, 1, 8, 12, 44, 52, 83, 85, 5000}) {
    Bytes other = good;
    other.resize(size);
    put(other);
    EXPECT_NE(refusal(), "no refusal") << "length " << size;
    EXPECT_EQ(file(), other);
  }
  put(good);
  EXPECT_EQ(ledger_.spend(root_).value(), 6u);
}

TEST_F(LedgerTest, AWholeLedgerThatDoesNotBelongHereIsRefused) {
  ASSERT_TRUE(ledger_.create(root_, 7).ok() && ledger_.create(digest(1), 7).ok());
  fs::copy_file(ledger_.path_of(digest(1)), path(), fs::copy_options::overwrite_existing);
  EXPECT_TRUE(has(refusal(), "another commitment"));
  const auto with = [this](std::uint32_t version, std::uint32_t budget, std::uint32_t used) {
    ByteWriter out;
    out.raw(text("TACITLGR"));
    out.u32(version);
    out.raw(root_);
    out.u32(budget);
    out.u32(used);
    out.raw(keccak256(out.data()));
    put(out.data());
  };
  with(1, 7, 8);
  EXPECT_TRUE(has(refusal(), "damaged"));
  with(2, 7, 1);
  EXPECT_TRUE(has(refusal(), "format 2"));
  with(1, 7, 7);
  EXPECT_EQ(ledger_.remaining(root_).value(), 0u);
}

TEST_F(LedgerTest, LinksAndThingsThatAreNoFilesAreRefused) {
  ASSERT_TRUE(ledger_.create(root_, 7).ok());
  fs::rename(path(), folder_ / "elsewhere");
  fs::create_symlink(folder_ / "elsewhere", path());
  EXPECT_TRUE(has(refusal(), "symbolic link"));
  EXPECT_FALSE(ledger_.create(root_, 7).ok());
  fs::remove(path());
  ASSERT_EQ(::mkfifo(path().c_str(), 0600), 0);
  EXPECT_TRUE(has(refusal(), "not a regular file"));   // and does not wait for a writer
  fs::remove(path());
  fs::create_directory(path());
  EXPECT_TRUE(has(refusal(), "not a regular file"));
}

TEST_F(LedgerTest, ALinkInPlaceOfTheLockOrTheNextCounterIsNotFollowed) {
  ASSERT_TRUE(ledger_.create(root_, 7).ok());
  const std::string victim = folder_ / "victim", base = folder_ / ("state/tacit/" + test::hex(root_));
  std::ofstream(victim) << "untouched";
  fs::create_symlink(victim, base + ".new");
  EXPECT_EQ(ledger_.spend(root_).value(), 6u);
  fs::remove(base + ".lock");
  fs::create_symlink(victim, base + ".lock");
  EXPECT_FALSE(ledger_.spend(root_).ok());
  std::string now;
  std::ifstream(victim) >> now;
  EXPECT_EQ(now, "untouched");
}

TEST_F(LedgerTest, ADirectoryThatOthersMayWriteIsRefused) {
  ASSERT_TRUE(ledger_.create(root_, 7).ok());
  for (const auto open : {fs::perms::group_write, fs::perms::others_write}) {
    fs::permissions(ledger_.directory(), open, fs::perm_options::add);
    EXPECT_TRUE(has(ledger_.spend(root_).error().text(), "chmod go-w"));
    fs::permissions(ledger_.directory(), fs::perms::owner_all);
  }
  EXPECT_EQ(ledger_.spend(root_).value(), 6u);
}

class StateDirectory : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"TACIT_STATE_DIR", "XDG_STATE_HOME", "HOME"}) {
      const char* value = std::getenv(name);
      if (value != nullptr) before_[name] = value;
      ::unsetenv(name);
    }
  }
  void TearDown() override {
    for (const char* name : {"TACIT_STATE_DIR", "XDG_STATE_HOME", "HOME"}) ::unsetenv(name);
    for (const auto& [name, value] : before_) ::setenv(name.c_str(), value.c_str(), 1);
  }
  std::map<std::string, std::string> before_;
};

TEST_F(StateDirectory, IsTheFirstOneThatTheEnvironmentNames) {
  EXPECT_FALSE(Ledger::of_user().ok());
  ::setenv("HOME", "/home/her", 1);
  EXPECT_EQ(Ledger::of_user().value().directory(), "/home/her/.local/state/tacit");
  ::setenv("XDG_STATE_HOME", "/state", 1);
  EXPECT_EQ(Ledger::of_user().value().directory(), "/state/tacit");
  ::setenv("XDG_STATE_HOME", "state", 1);   // ignored, as its standard asks
  EXPECT_EQ(Ledger::of_user().value().directory(), "/home/her/.local/state/tacit");
  ::setenv("TACIT_STATE_DIR", "/own", 1);
  EXPECT_EQ(Ledger::of_user().value().directory(), "/own");
  ::setenv("TACIT_STATE_DIR", "", 1);
  EXPECT_EQ(Ledger::of_user().value().directory(), "/home/her/.local/state/tacit");
}

TEST_F(StateDirectory, ARelativeOneWouldMakeSeveralLedgers) {
  ::setenv("HOME", "/home/her", 1);
  ::setenv("TACIT_STATE_DIR", "state", 1);
  EXPECT_TRUE(has(Ledger::of_user().error().text(), "absolute"));
}

}  // namespace
}  // namespace tacit
