#include "secret/envelope.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>

#include "secret/test_support.h"

namespace tacit {
namespace {

using test::text;

constexpr ScryptCost kQuick{14, 8, 1};
constexpr std::size_t kHeaderBytes = 56, kTagBytes = 16;
const char* const kRefusal = "the passphrase is wrong, or the file was changed";

Bytes sealed(const Bytes& plain = text("weights"), const char* passphrase = "correct horse") {
  return seal(plain, text(passphrase), kQuick).value();
}

std::string refusal(const Bytes& file, const char* passphrase = "correct horse") {
  const Result<SecretBytes> opened = open_envelope(file, text(passphrase));
  return opened.ok() ? "opened" : opened.error().text();
}

TEST(Envelope, OpensToWhatWasSealed) {
  for (const std::size_t size : {0, 1, 15, 16, 17, 100000}) {
    Bytes plain(size);
    for (std::size_t i = 0; i < size; ++i) plain[i] = static_cast<std::uint8_t>(i * 7);
    const Bytes file = sealed(plain);
    EXPECT_EQ(file.size(), kHeaderBytes + size + kTagBytes);
    EXPECT_TRUE(is_envelope(file));
    EXPECT_TRUE(std::ranges::equal(open_envelope(file, text("correct horse")).value().span(), plain));
  }
}

TEST(Envelope, TheStandardCostIsWhatTheHeaderSays) {
  const Bytes file = seal(text("weights"), text("p"), {}).value();
  EXPECT_EQ((Bytes{file.begin() + 8, file.begin() + 12}), (Bytes{1, 17, 8, 1}));
  EXPECT_TRUE(open_envelope(file, text("p")).ok());
}

TEST(Envelope, OpensAFileMadeByAnotherImplementation) {
  // Python: hashlib.scrypt(b"correct horse", salt=bytes(range(32)), n=2**14, r=8, p=1, dklen=32) and AESGCM of the
  // `cryptography` package, nonce bytes(range(12)), header as associated data.
  const Bytes file = [] {
    ByteWriter out;
    out.raw(text("TACITENC"));
    for (const std::uint8_t v : {1, 14, 8, 1}) out.u8(v);
    for (std::uint8_t v = 0; v < 32; ++v) out.u8(v);
    for (std::uint8_t v = 0; v < 12; ++v) out.u8(v);
    out.raw(Bytes{0x02, 0xa0, 0xc7, 0xf3, 0x8a, 0xcb, 0x9b, 0xde, 0xe8, 0x6a, 0x76, 0x86, 0xe5, 0x1b, 0x0e,
                  0xb4, 0x9e, 0xfd, 0xfb, 0x0e, 0xa9, 0x25, 0xa7});
    return out.take();
  }();
  const Result<SecretBytes> opened = open_envelope(file, text("correct horse"));
  ASSERT_TRUE(opened.ok()) << opened.error().text();
  EXPECT_TRUE(std::ranges::equal(opened->span(), text("weights")));
}

TEST(Envelope, NothingRepeatsAndNothingShows) {
  const Bytes plain(64, 'A'), a = sealed(plain), b = sealed(plain);
  EXPECT_FALSE(std::equal(a.begin() + 12, a.begin() + 56, b.begin() + 12));   // salt, nonce
  EXPECT_FALSE(std::equal(a.begin() + 56, a.end(), b.begin() + 56));
  EXPECT_TRUE(std::ranges::search(a, Bytes(4, 'A')).empty());
}

TEST(Envelope, AWrongPassphraseAndEveryChangeAreTheSameError) {
  const Bytes file = sealed();
  EXPECT_EQ(refusal(file, "correct horsf"), kRefusal);
  EXPECT_EQ(refusal(file, "correct horse "), kRefusal);
  EXPECT_EQ(refusal(file, ""), kRefusal);
  for (std::size_t at = 12; at < file.size(); at += at < kHeaderBytes ? 11 : 5) {
    Bytes changed = file;
    changed[at] ^= 0x20;
    EXPECT_EQ(refusal(changed), kRefusal) << "byte " << at;
  }
  Bytes longer = file, shorter = file;
  longer.push_back(0);
  shorter.pop_back();
  EXPECT_EQ(refusal(longer), kRefusal);
  EXPECT_EQ(refusal(shorter), kRefusal);
}

TEST(Envelope, TheHeaderIsAuthenticatedToo) {
  Bytes file = sealed();
  file[9] = 15;   // log2 N: another acceptable value
  EXPECT_EQ(refusal(file), kRefusal);
}

TEST(Envelope, AForeignOrCutFileIsRefusedAtOnce) {
  EXPECT_EQ(refusal({}), "is not a Tacit file under a passphrase");
  EXPECT_EQ(refusal(text("TACITMDL and more than enough bytes")), "is not a Tacit file under a passphrase");
  const Bytes file = sealed();
  for (std::size_t size = 8; size < kHeaderBytes + kTagBytes; ++size) {
    EXPECT_EQ(refusal({file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size)}), "is cut short");
  }
  EXPECT_FALSE(is_envelope(text("TACITEN")));
  Bytes other = file;
  other[8] = 2;
  EXPECT_EQ(refusal(other), "is encrypted in format 2, which this version cannot read");
}

TEST(Envelope, ACostBeyondTheCapIsRefusedWithoutPayingIt) {
  const Bytes file = sealed();
  for (const auto& [log_n, r, p] : std::vector<std::array<std::uint8_t, 3>>{
           {20, 8, 1}, {63, 8, 1}, {64, 8, 1}, {255, 255, 255}, {17, 9, 1},
           {17, 0, 1}, {17, 8, 3}, {17, 8, 0}, {13, 8, 1}, {0, 8, 1}}) {
    Bytes hostile = file;
    hostile[9] = log_n, hostile[10] = r, hostile[11] = p;
    EXPECT_EQ(refusal(hostile), "asks for more or less work per passphrase than Tacit accepts");
  }
}

#ifndef __SANITIZE_ADDRESS__   // which reserves more address space than this test leaves
TEST(Envelope, TooLittleMemoryIsAnErrorThatSaysSo) {
  Bytes file = sealed();
  file[9] = 19;
  EXPECT_EQ(test::exit_code_of_child([&] {
              const rlimit little{std::uint64_t{300} << 20, std::uint64_t{300} << 20};
              if (::setrlimit(RLIMIT_AS, &little) != 0) return 1;
              return refusal(file) == "scrypt failed; it needs 512 MiB of memory" ? 0 : 2;
            }), 0);
}
#endif

TEST(Envelope, AnEmptyPassphraseIsRefused) {
  const Result<Bytes> file = seal(text("x"), {}, kQuick);
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.error().code, ErrorCode::kUsage);
}

}  // namespace
}  // namespace tacit
