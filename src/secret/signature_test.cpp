#include "secret/signature.h"

#include <gtest/gtest.h>

#include <string_view>

#include "hash/keccak.h"

namespace tacit {
namespace {

// RFC 8032, section 7.1, TEST 1: the key pair as PEM.
constexpr std::string_view kPrivate =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
    "-----END PRIVATE KEY-----\n";
constexpr std::string_view kPublic =
    "-----BEGIN PUBLIC KEY-----\n"
    "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"
    "-----END PUBLIC KEY-----\n";
constexpr std::string_view kRsaPublic =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf\n"
    "9Cnzj4p4WGeKLs1Pt8QuKUpRKfFLfRYC9AIKjbJTWit+CqvjWYzvQwECAwEAAQ==\n"
    "-----END PUBLIC KEY-----\n";

ByteSpan bytes(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

Digest some_digest() { return keccak256(bytes("values")); }

TEST(Signature, IsAcceptedForItsDigestAndKeyAlone) {
  const auto signature = sign_ed25519(kPrivate, some_digest());
  ASSERT_TRUE(signature.ok()) << signature.error().text();
  EXPECT_EQ(signature->size(), 64u);
  EXPECT_TRUE(verify_ed25519(kPublic, some_digest(), *signature).value());
  EXPECT_EQ(*sign_ed25519(kPrivate, some_digest()), *signature);
  EXPECT_FALSE(verify_ed25519(kPublic, keccak256(bytes("others")), *signature).value());
  for (std::size_t i : {0u, 31u, 32u, 63u}) {
    Bytes changed = *signature;
    changed[i] ^= 1;
    EXPECT_FALSE(verify_ed25519(kPublic, some_digest(), changed).value()) << i;
  }
  EXPECT_FALSE(verify_ed25519(kPublic, some_digest(), {}).value());
  EXPECT_FALSE(verify_ed25519(kPublic, some_digest(), ByteSpan(*signature).first(63)).value());
}

TEST(Signature, WhatIsNoEd25519KeyIsRefused) {
  EXPECT_FALSE(sign_ed25519(kPublic, some_digest()).ok());
  EXPECT_FALSE(sign_ed25519("no key", some_digest()).ok());
  EXPECT_FALSE(sign_ed25519({}, some_digest()).ok());
  EXPECT_FALSE(verify_ed25519("no key", some_digest(), Bytes(64)).ok());
  EXPECT_FALSE(verify_ed25519(kPrivate, some_digest(), Bytes(64)).ok());
  EXPECT_FALSE(verify_ed25519(kRsaPublic, some_digest(), Bytes(64)).ok());
}

}  // namespace
}  // namespace tacit
