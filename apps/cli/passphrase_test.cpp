#include "passphrase.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <thread>

#include "secret/envelope.h"
#include "test_fixture.h"

namespace tacit::cli {
namespace {

std::string text_of(const Result<SecretBytes>& bytes) {
  return bytes.ok() ? std::string(bytes->span().begin(), bytes->span().end()) : "error: " + bytes.error().text();
}
Bytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

/// Standard input is no terminal, and the environment gives no passphrase.
class Passphrase : public test::Cli {
 protected:
  void SetUp() override {
    Cli::SetUp();
    ::unsetenv("TACIT_PASSPHRASE");
    stdin_ = ::dup(STDIN_FILENO);
    const int nothing = ::open("/dev/null", O_RDONLY);
    ::dup2(nothing, STDIN_FILENO);
    ::close(nothing);
  }
  void TearDown() override {
    ::dup2(stdin_, STDIN_FILENO);
    ::close(stdin_);
    ::unsetenv("TACIT_PASSPHRASE");
    Cli::TearDown();
  }
  std::string from_file(const std::string& content) {
    put("pass", content);
    return text_of(read_passphrase({at("pass")}));
  }
  int stdin_ = -1;
};

TEST_F(Passphrase, IsTheFirstLineOfItsFile) {
  EXPECT_EQ(from_file("a b"), "a b");
  EXPECT_EQ(from_file(" a b \n"), " a b ");
  EXPECT_EQ(from_file("a\r\nnot this\n"), "a");
  EXPECT_NE(from_file("").find("empty first line"), std::string::npos);
  EXPECT_NE(from_file("\nx").find("empty first line"), std::string::npos);
  EXPECT_TRUE(from_file(std::string(2000, 'x')).starts_with("error"));
  EXPECT_TRUE(text_of(read_passphrase({at("absent")})).starts_with("error"));
}

TEST_F(Passphrase, AFileComesBeforeTheEnvironmentAndThatBeforeTheTerminal) {
  ::setenv("TACIT_PASSPHRASE", "of the environment", 1);
  EXPECT_EQ(text_of(read_passphrase({})), "of the environment");
  EXPECT_EQ(text_of(read_new_passphrase({})), "of the environment");
  EXPECT_EQ(from_file("of the file\n"), "of the file");
}

TEST_F(Passphrase, WithoutAnySourceTheErrorNamesThemAll) {
  ::setenv("TACIT_PASSPHRASE", "", 1);
  for (const auto& got : {text_of(read_passphrase({})), text_of(read_new_passphrase({}))}) {
    EXPECT_NE(got.find("--passphrase-file"), std::string::npos) << got;
    EXPECT_NE(got.find("TACIT_PASSPHRASE"), std::string::npos) << got;
  }
}

TEST_F(Passphrase, ABundleIsOpenedWithOneAndAPlainFileWithout) {
  const Bytes sealed = seal(bytes_of("BUNDLE"), bytes_of("pass"), {14, 8, 1}).value();
  put("sealed.tacit", std::string(sealed.begin(), sealed.end()));
  EXPECT_EQ(text_of(open_bundle_file(at("m.tacit"), {})), "BUNDLE");
  EXPECT_TRUE(text_of(open_bundle_file(at("sealed.tacit"), {})).starts_with("error"));
  ::setenv("TACIT_PASSPHRASE", "pass", 1);
  EXPECT_EQ(text_of(open_bundle_file(at("sealed.tacit"), {})), "BUNDLE");
  ::setenv("TACIT_PASSPHRASE", "word", 1);
  EXPECT_EQ(text_of(open_bundle_file(at("sealed.tacit"), {})),
            "error: " + at("sealed.tacit") + ": the passphrase is wrong, or the file was changed");
}

/// A terminal whose person waits for the question and then types.
class Terminal {
 public:
  Terminal() : person_(::posix_openpt(O_RDWR | O_NOCTTY)) {
    if (person_ < 0 || ::grantpt(person_) != 0 || ::unlockpt(person_) != 0) return;
    program_ = ::open(::ptsname(person_), O_RDWR | O_NOCTTY);
  }
  ~Terminal() {
    ::close(program_);
    ::close(person_);
  }
  int program() const { return program_; }
  /// The next text on the screen, up to `end`.
  std::string screen(std::string_view end) const {
    std::string seen;
    pollfd ready{person_, POLLIN, 0};
    while (!seen.ends_with(end) && ::poll(&ready, 1, 5000) == 1) {
      char c = 0;
      if (::read(person_, &c, 1) != 1) break;
      seen += c;
    }
    return seen;
  }
  void type(std::string_view keys) const {
    EXPECT_EQ(::write(person_, keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
  }
  bool echoes() const {
    termios now{};
    return ::tcgetattr(program_, &now) == 0 && (now.c_lflag & (ECHO | ICANON | ISIG)) == (ECHO | ICANON | ISIG);
  }

 private:
  int person_ = -1, program_ = -1;
};

struct Asked {
  std::string answer, screen;
};

Asked ask(std::string_view keys) {
  Terminal terminal;
  Asked out;
  EXPECT_TRUE(terminal.echoes());
  std::thread person([&] {
    out.screen = terminal.screen("Passphrase: ");
    terminal.type(keys);
    out.screen += terminal.screen("\n");
  });
  out.answer = text_of(prompt_passphrase(terminal.program(), "Passphrase: "));
  person.join();
  EXPECT_TRUE(terminal.echoes());   // as it was before
  return out;
}

TEST(Prompt, ShowsNothingOfWhatIsTyped) {
  const Asked asked = ask("se cret\r");
  EXPECT_EQ(asked.answer, "se cret");
  EXPECT_EQ(asked.screen, "Passphrase: \r\n");
}

TEST(Prompt, CorrectsWholeCharacters) {
  EXPECT_EQ(ask("ab\x7f" "c\n").answer, "ac");
  EXPECT_EQ(ask("a\xc3\xa4\x7f" "b\n").answer, "ab");   // one of two bytes
  EXPECT_EQ(ask("\x7f\x08" "a\n").answer, "a");
  EXPECT_EQ(ask("wrong\x15right\n").answer, "right");
  EXPECT_EQ(ask("end\x04").answer, "end");
  EXPECT_EQ(ask("\n").answer, "");
}

TEST(Prompt, CanBeGivenUpAndHasAnEnd) {
  EXPECT_EQ(ask("ab\x03").answer, "error: no passphrase was given");
  EXPECT_EQ(ask("\x04").answer, "error: no passphrase was given");
  EXPECT_NE(ask(std::string(1025, 'x')).answer.find("longer than 1024"), std::string::npos);
}

TEST(Prompt, NeedsATerminal) {
  EXPECT_TRUE(text_of(prompt_passphrase(::open("/dev/null", O_RDWR), "")).starts_with("error"));
}

}  // namespace
}  // namespace tacit::cli
