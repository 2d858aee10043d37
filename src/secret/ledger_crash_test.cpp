// Ledgers under kill -9, many processes, full disks and directories that cannot be written.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <numeric>
#include <thread>
#include <vector>

#include "secret/ledger.h"
#include "secret/test_support.h"

namespace tacit {
namespace {

using test::digest;
using test::exit_code_of_child;
using test::in_child;
namespace fs = std::filesystem;

class LedgerCrash : public ::testing::Test {
 protected:
  Ledger with(LedgerOptions options) const { return Ledger(directory_, std::move(options)); }
  /// A change that ends with kill -9 at a step.
  void kill_at(LedgerStep step, const std::function<void(Ledger&)>& change) const {
    const int status = in_child([&] {
      Ledger doomed = with({std::chrono::seconds(30), [&](LedgerStep now) { if (now == step) ::raise(SIGKILL); }});
      change(doomed);
      return 0;
    });
    ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  }
  std::string file(const char* ending) const { return directory_ + "/" + test::hex(root_) + ending; }

  test::TemporaryFolder folder_;
  const std::string directory_ = folder_ / "state";
  Ledger ledger_{directory_};
  const Digest root_ = digest(0xcd);
};

TEST_F(LedgerCrash, KilledAtAnyStepASpendGivesNothingBackAndTheNextOneWorks) {
  ASSERT_TRUE(ledger_.create(root_, 10).ok());
  const auto spend = [this](Ledger& ledger) { (void)ledger.spend(root_); };
  kill_at(LedgerStep::kLocked, spend);
  EXPECT_EQ(ledger_.remaining(root_).value(), 10u);   // nothing had left the process
  kill_at(LedgerStep::kWritten, spend);
  EXPECT_TRUE(fs::exists(file(".new")));
  EXPECT_EQ(ledger_.remaining(root_).value(), 10u);
  kill_at(LedgerStep::kRenamed, spend);
  EXPECT_EQ(ledger_.remaining(root_).value(), 9u);    // burnt
  EXPECT_EQ(ledger_.spend(root_).value(), 8u);
  EXPECT_FALSE(fs::exists(file(".new")));
}

TEST_F(LedgerCrash, TheNumberIsGivenOutOnlyAfterTheRename) {
  ASSERT_TRUE(ledger_.create(root_, 10).ok());
  std::vector<std::uint32_t> seen;
  Ledger watched = with({std::chrono::seconds(30), [&](LedgerStep) { seen.push_back(ledger_.remaining(root_).value()); }});
  EXPECT_EQ(watched.spend(root_).value(), 9u);
  EXPECT_EQ(seen, (std::vector<std::uint32_t>{10, 10, 9}));
}

TEST_F(LedgerCrash, KilledWhileItIsMadeALedgerIsWholeOrMissing) {
  const auto create = [this](Ledger& ledger) { (void)ledger.create(root_, 10); };
  kill_at(LedgerStep::kLocked, create);
  EXPECT_FALSE(ledger_.remaining(root_).ok());
  kill_at(LedgerStep::kWritten, create);
  EXPECT_FALSE(ledger_.remaining(root_).ok());
  kill_at(LedgerStep::kRenamed, create);
  EXPECT_EQ(ledger_.remaining(root_).value(), 10u);
  EXPECT_TRUE(ledger_.create(root_, 10).ok());   // compiling again goes on
}

TEST_F(LedgerCrash, ACutOffAdoptionCanBeDoneAgain) {
  kill_at(LedgerStep::kWritten, [this](Ledger& ledger) { (void)ledger.adopt(root_, 10, 4); });
  ASSERT_TRUE(ledger_.adopt(root_, 10, 3).ok());
  EXPECT_EQ(ledger_.remaining(root_).value(), 3u);
}

TEST_F(LedgerCrash, ManyProcessesNeverGetTheSameOpening) {
  constexpr std::uint32_t kBudget = 90, kProcesses = 8, kTries = 15;   // 120 tries for 90
  ASSERT_TRUE(ledger_.create(root_, kBudget).ok());
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  std::vector<pid_t> children;
  for (std::uint32_t p = 0; p < kProcesses; ++p) {
    children.push_back(::fork());
    if (children.back() != 0) continue;
    int refused = 0;
    for (std::uint32_t t = 0; t < kTries; ++t) {
      const Result<std::uint32_t> left = Ledger(directory_).spend(root_);
      refused += !left.ok();
      if (left.ok() && ::write(pipe[1], &*left, sizeof *left) != sizeof *left) ::_exit(99);
    }
    ::_exit(refused);
  }
  ::close(pipe[1]);
  std::vector<std::uint32_t> got;
  for (std::uint32_t left; ::read(pipe[0], &left, sizeof left) == sizeof left;) got.push_back(left);
  ::close(pipe[0]);
  int refused = 0;
  for (const pid_t child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    refused += WEXITSTATUS(status);
  }
  std::vector<std::uint32_t> every(kBudget);
  std::iota(every.begin(), every.end(), 0u);
  std::ranges::sort(got);
  EXPECT_EQ(got, every);
  EXPECT_EQ(refused, static_cast<int>(kProcesses * kTries - kBudget));
}

TEST_F(LedgerCrash, ThreadsOfOneProcessExcludeEachOtherToo) {
  ASSERT_TRUE(ledger_.create(root_, 40).ok());
  std::vector<std::vector<std::uint32_t>> got(4);
  std::vector<std::thread> threads;
  for (auto& mine : got) {
    threads.emplace_back([&] { for (int i = 0; i < 10; ++i) mine.push_back(ledger_.spend(root_).value()); });
  }
  for (std::thread& thread : threads) thread.join();
  std::vector<std::uint32_t> all;
  for (const auto& mine : got) all.insert(all.end(), mine.begin(), mine.end());
  std::ranges::sort(all);
  EXPECT_EQ(std::ranges::unique(all).size(), 0u);
  EXPECT_EQ(all.size(), 40u);
}

TEST_F(LedgerCrash, ProcessesThatDieInBetweenOnlyBurnOpenings) {
  ASSERT_TRUE(ledger_.create(root_, 30).ok());
  std::uint32_t last = 30;
  for (int i = 0; i < 12; ++i) {
    kill_at(static_cast<LedgerStep>(i % 3), [this](Ledger& ledger) { (void)ledger.spend(root_); });
    const std::uint32_t left = ledger_.spend(root_).value();
    EXPECT_LT(left, last);
    last = left;
  }
  EXPECT_EQ(last, 30u - 12 - 4);
}

TEST_F(LedgerCrash, ALockThatIsNeverGivenBackIsAnErrorNotAHang) {
  ASSERT_TRUE(ledger_.create(root_, 10).ok());
  const int held = ::open(file(".lock").c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_EQ(::flock(held, LOCK_EX), 0);
  const Result<std::uint32_t> spent = with({std::chrono::milliseconds(20)}).spend(root_);
  ASSERT_FALSE(spent.ok());
  EXPECT_NE(spent.error().text().find("lock"), std::string::npos);
  EXPECT_EQ(ledger_.remaining(root_).value(), 10u);   // reading needs no lock
  ::close(held);
  EXPECT_EQ(ledger_.spend(root_).value(), 9u);
}

TEST_F(LedgerCrash, AFullDiskIsAnErrorAndTheCounterStays) {
  ASSERT_TRUE(ledger_.create(root_, 10).ok());
  EXPECT_EQ(exit_code_of_child([this] {
              ::signal(SIGXFSZ, SIG_IGN);
              const rlimit none{40, 40};   // fewer bytes than a ledger has
              if (::setrlimit(RLIMIT_FSIZE, &none) != 0) return 1;
              const Result<std::uint32_t> spent = ledger_.spend(root_);
              return !spent.ok() && spent.error().text().find("counter cannot be written") != std::string::npos ? 0 : 2;
            }), 0);
  EXPECT_FALSE(fs::exists(file(".new")));
  EXPECT_EQ(ledger_.remaining(root_).value(), 10u);
}

TEST_F(LedgerCrash, AReadOnlyDirectoryIsAnErrorThatNamesIt) {
  ASSERT_TRUE(ledger_.create(root_, 10).ok());
  constexpr uid_t kNobody = 65534;
  const bool root = ::geteuid() == 0;   // root may write anywhere, so the attempt is made as someone else
  if (root) {
    for (const std::string& path : {folder_.path(), directory_, file(".ledger"), file(".lock")}) {
      ASSERT_EQ(::chown(path.c_str(), kNobody, kNobody), 0);
    }
  }
  const auto attempt = [&] {
    if (root && (::setgid(kNobody) != 0 || ::setuid(kNobody) != 0)) return 10;
    if (::chmod(directory_.c_str(), 0500) != 0) return 11;
    if (ledger_.remaining(root_).value() != 10) return 12;
    for (int i = 0; i < 2; ++i) {   // with the lock file that is there, and without
      const Result<std::uint32_t> spent = ledger_.spend(root_);
      if (spent.ok() || spent.error().text().find("cannot be written") == std::string::npos) return 13;
      if (spent.error().where.find(directory_) == std::string::npos) return 14;
      if (::chmod(directory_.c_str(), 0700) != 0 || ::unlink(file(".lock").c_str()) != (i == 0 ? 0 : -1)) return 15;
      if (::chmod(directory_.c_str(), 0500) != 0) return 16;
    }
    return ledger_.adopt(digest(1), 5, 5).ok() ? 17 : 0;
  };
  EXPECT_EQ(exit_code_of_child(attempt), 0);
  ASSERT_EQ(::chmod(directory_.c_str(), 0700), 0);
  EXPECT_EQ(ledger_.remaining(root_).value(), 10u);
}

}  // namespace
}  // namespace tacit
