// For the tests of this folder: byte strings, and a directory of one's own.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "hash/keccak.h"

namespace tacit::test {

inline Bytes text(std::string_view s) { return {s.begin(), s.end()}; }

inline std::string hex(ByteSpan bytes) {
  std::string out;
  for (const std::uint8_t byte : bytes) {
    out += "0123456789abcdef"[byte >> 4];
    out += "0123456789abcdef"[byte & 15];
  }
  return out;
}

/// Two different long secrets.
inline Bytes secret(std::uint8_t which = 1) { return Bytes(32, which); }

inline Digest digest(std::uint8_t fill) {
  Digest out;
  out.fill(fill);
  return out;
}

/// Runs `work` in a child process, whose exit status is what it returns; the raw status of wait().
template <class Work>
int in_child(Work work) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(work());
  int status = -1;
  ::waitpid(child, &status, 0);
  return status;
}

/// The same for a child that must end by itself.
template <class Work>
int exit_code_of_child(Work work) {
  const int status = in_child(work);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = ::testing::TempDir() + "/tacit_secret_XXXXXX";
    path_ = ::mkdtemp(name.data());
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace tacit::test
