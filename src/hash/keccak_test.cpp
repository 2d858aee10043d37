#include "hash/keccak.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

#include "field/cpu.h"

namespace tacit {
namespace {

std::string hex(const Digest& digest) {
  std::string out;
  for (std::uint8_t byte : digest) {
    out += "0123456789abcdef"[byte >> 4];
    out += "0123456789abcdef"[byte & 15];
  }
  return out;
}

ByteSpan text(std::string_view s) { return {reinterpret_cast<const std::uint8_t*>(s.data()), s.size()}; }

Bytes random_bytes(std::size_t n, unsigned seed) {
  std::mt19937 engine(seed);
  Bytes bytes(n);
  for (std::uint8_t& b : bytes) b = static_cast<std::uint8_t>(engine());
  return bytes;
}

TEST(Keccak, MatchesEthereumsVectors) {
  EXPECT_EQ(hex(keccak256({})), "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
  EXPECT_EQ(hex(keccak256(text("abc"))), "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
  EXPECT_EQ(hex(keccak256(text("transfer(address,uint256)"))).substr(0, 8), "a9059cbb");
  EXPECT_EQ(hex(keccak256(text("The quick brown fox jumps over the lazy dog"))),
            "4d741b6f1eb29cb2a9b9911c82f56fa8d73b04959d3d9d222895df6c0b28aa15");
}

TEST(Keccak, DiffersFromSha3) {
  EXPECT_NE(hex(keccak256({})), "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a");
}

TEST(Keccak, AnySplitGivesTheDigestOfTheWhole) {
  Bytes message = random_bytes(3 * kKeccakRate + 5, 1);
  Digest whole = keccak256(message);
  for (std::size_t cut = 0; cut <= message.size(); ++cut) {
    Keccak256 hasher;
    hasher.update(ByteSpan(message).first(cut));
    hasher.update({});
    hasher.update(ByteSpan(message).subspan(cut));
    ASSERT_EQ(hasher.finish(), whole) << cut;
  }
  Keccak256 bytewise;
  for (const std::uint8_t& byte : message) bytewise.update({&byte, 1});
  EXPECT_EQ(bytewise.finish(), whole);
}

TEST(Keccak, ACopyOfAHasherForksTheMessage) {
  Keccak256 hasher;
  hasher.update(text("ab"));
  Keccak256 fork = hasher;
  hasher.update(text("c"));
  EXPECT_EQ(hasher.finish(), keccak256(text("abc")));
  EXPECT_EQ(fork.finish(), keccak256(text("ab")));
}

void expect_many_equals_single(std::size_t length, std::size_t count, std::size_t gap, int prefix) {
  const std::size_t stride = length + gap;
  Bytes data = random_bytes(stride * count, static_cast<unsigned>(length * 31 + count));
  std::vector<Digest> many(count), reference(count);
  keccak256_many(data.data(), stride, length, count, many.data(), prefix);
  keccak256_many_scalar(data.data(), stride, length, count, reference.data(), prefix);
  for (std::size_t i = 0; i < count; ++i) {
    Bytes message;
    if (prefix != kNoPrefix) message.push_back(static_cast<std::uint8_t>(prefix));
    message.insert(message.end(), data.begin() + static_cast<std::ptrdiff_t>(i * stride),
                   data.begin() + static_cast<std::ptrdiff_t>(i * stride + length));
    ASSERT_EQ(many[i], keccak256(message)) << "length " << length << " message " << i << " prefix " << prefix;
    ASSERT_EQ(reference[i], many[i]) << "length " << length << " message " << i;
  }
}

TEST(Keccak, ManyEqualsSingleForEveryLengthUpTo300) {
  for (std::size_t length = 0; length <= 300; ++length) {
    expect_many_equals_single(length, 9, 0, kNoPrefix);
    expect_many_equals_single(length, 8, 3, length % 2 ? 0 : 255);
  }
}

TEST(Keccak, ManyEqualsSingleForEveryCount) {
  for (std::size_t count = 0; count <= 33; ++count) expect_many_equals_single(464, count, 0, 0);
}

TEST(Keccak, TheForcedScalarPathGivesTheSameDigests) {
  Bytes data = random_bytes(8 * 200, 5);
  std::vector<Digest> fast(8), slow(8);
  keccak256_many(data.data(), 200, 200, 8, fast.data());
  ScalarScope scalar;
  keccak256_many(data.data(), 200, 200, 8, slow.data());
  EXPECT_EQ(fast, slow);
}

}  // namespace
}  // namespace tacit
