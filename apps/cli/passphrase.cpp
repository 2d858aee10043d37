#include "passphrase.h"

#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string_view>

#include "data/file.h"
#include "data/read.h"
#include "secret/envelope.h"

namespace tacit::cli {
namespace {

constexpr std::size_t kMaxPassphrase = 1024;
constexpr const char* kVariable = "TACIT_PASSPHRASE";

Error usage(std::string what, std::string where = {}) { return {ErrorCode::kUsage, std::move(what), std::move(where)}; }

/// A terminal that shows nothing of what is typed and makes no signals of it, for as long as this lives.
class QuietTerminal {
 public:
  explicit QuietTerminal(int fd) : fd_(fd), quiet_(::tcgetattr(fd, &before_) == 0) {
    termios now = before_;
    now.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON | ISIG);
    now.c_cc[VMIN] = 1;
    now.c_cc[VTIME] = 0;
    quiet_ = quiet_ && ::tcsetattr(fd, TCSAFLUSH, &now) == 0;
  }
  QuietTerminal(const QuietTerminal&) = delete;
  QuietTerminal& operator=(const QuietTerminal&) = delete;
  ~QuietTerminal() {
    if (quiet_) ::tcsetattr(fd_, TCSAFLUSH, &before_);
  }
  bool quiet() const { return quiet_; }

 private:
  int fd_;
  termios before_{};
  bool quiet_;
};

void say(int terminal, std::string_view text) {
  if (::write(terminal, text.data(), text.size()) < 0) {
    [[maybe_unused]] const ssize_t ignored = ::write(STDERR_FILENO, text.data(), text.size());
  }
}

/// One line as it is typed: what the keys did so far.
class Line {
 public:
  enum State { kTyping, kDone, kGivenUp, kTooLong };

  State key(std::uint8_t c) {
    constexpr std::uint8_t kInterrupt = 0x03, kEnd = 0x04, kBackspace = 0x08, kKill = 0x15, kDelete = 0x7f;
    if (c == '\n' || c == '\r') return kDone;
    if (c == kInterrupt || (c == kEnd && used_ == 0)) return kGivenUp;
    if (c == kEnd) return kDone;
    if (c == kKill) used_ = 0;
    else if (c == kBackspace || c == kDelete) erase_character();
    else if (used_ == kMaxPassphrase) return kTooLong;
    else bytes_.span()[used_++] = c;
    return kTyping;
  }
  SecretBytes take() {
    bytes_.shrink(used_);
    return std::move(bytes_);
  }

 private:
  void erase_character() {
    bool middle = true;   // the bytes of a character behind its first, in UTF-8
    while (used_ != 0 && middle) middle = (bytes_.span()[--used_] & 0xC0) == 0x80;
  }
  SecretBytes bytes_{kMaxPassphrase};
  std::size_t used_ = 0;
};

Result<SecretBytes> first_line_of(const std::string& path) {
  TACIT_TRY(Bytes read, read_file(path, kMaxPassphrase + 2));
  SecretBytes line = SecretBytes::take(std::move(read));
  const ByteSpan all = line;
  auto end = static_cast<std::size_t>(std::find(all.begin(), all.end(), std::uint8_t{'\n'}) - all.begin());
  if (end != 0 && end != all.size() && all[end - 1] == '\r') --end;
  line.shrink(end);
  if (line.empty()) return usage("has an empty first line, not a passphrase", path);
  return line;
}

/// The sources that need nobody at the terminal; none if neither is there.
Result<std::optional<SecretBytes>> given_passphrase(const PassphraseFlags& flags) {
  if (!flags.file.empty()) {
    TACIT_TRY(SecretBytes line, first_line_of(flags.file));
    return std::optional(std::move(line));
  }
  const char* variable = std::getenv(kVariable);
  if (variable == nullptr || *variable == '\0') return std::optional<SecretBytes>();
  const std::string_view text = variable;
  return std::optional(SecretBytes::copy_of({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}));
}

Result<SecretBytes> ask(const std::string& question) {
  if (::isatty(STDIN_FILENO) == 0) {
    return usage(std::string("a passphrase is needed: --passphrase-file FILE, ") + kVariable + ", or a terminal to ask at");
  }
  TACIT_TRY(SecretBytes answer, prompt_passphrase(STDIN_FILENO, question));
  if (answer.empty()) return usage("the passphrase is empty");
  return answer;
}

}  // namespace

void add_passphrase(CLI::App& command, PassphraseFlags& flags) {
  command
      .add_option("--passphrase-file", flags.file,
                  std::string("Passphrase of an encrypted bundle: the first line of FILE (default: $") + kVariable +
                      ", or asked for)")
      ->type_name("FILE");
}

Result<SecretBytes> prompt_passphrase(int terminal, const std::string& question) {
  const QuietTerminal quiet(terminal);
  if (!quiet.quiet()) return io_error(std::string("the terminal cannot be made quiet: ") + std::strerror(errno));
  say(terminal, question);
  Line line;
  Line::State state = Line::kTyping;
  while (state == Line::kTyping) {
    std::uint8_t c = 0;
    const ssize_t got = ::read(terminal, &c, 1);
    if (got < 0 && errno == EINTR) continue;
    state = got == 1 ? line.key(c) : Line::kGivenUp;
  }
  say(terminal, "\n");
  if (state == Line::kGivenUp) return usage("no passphrase was given");
  if (state == Line::kTooLong) return usage("the passphrase is longer than " + std::to_string(kMaxPassphrase) + " bytes");
  return line.take();
}

Result<SecretBytes> read_passphrase(const PassphraseFlags& flags) {
  TACIT_TRY(std::optional<SecretBytes> given, given_passphrase(flags));
  if (given) return std::move(*given);
  return ask("Passphrase: ");
}

Result<SecretBytes> read_new_passphrase(const PassphraseFlags& flags) {
  TACIT_TRY(std::optional<SecretBytes> given, given_passphrase(flags));
  if (given) return std::move(*given);
  TACIT_TRY(SecretBytes first, ask("New passphrase: "));
  TACIT_TRY(const SecretBytes again, ask("The same again: "));
  if (!std::ranges::equal(first.span(), again.span())) return usage("the two passphrases differ");
  return first;
}

Result<SecretBytes> open_bundle_file(const std::string& path, const PassphraseFlags& flags) {
  TACIT_TRY(Bytes read, read_file(path, kMaxDataBytes));
  SecretBytes file = SecretBytes::take(std::move(read));
  if (!is_envelope(file)) return file;
  TACIT_TRY(const SecretBytes passphrase, read_passphrase(flags));
  Result<SecretBytes> plain = open_envelope(file, passphrase);
  if (!plain.ok()) plain.error().where = path;
  return plain;
}

}  // namespace tacit::cli
