#include "secret/wipe.h"

#include <gtest/gtest.h>

#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdlib>
#include <new>
#include <optional>

#include "field/cubic.h"
#include "secret/process.h"
#include "secret/test_support.h"

namespace {

/// What the watched memory holds at the moment it goes back to the allocator.
enum class Seen { kNothing, kSecret, kZeros };
tacit::ByteSpan watched;
Seen given_back = Seen::kNothing;

void watch(tacit::ByteSpan bytes) {
  watched = bytes;
  given_back = Seen::kNothing;
}

void give_back(void* memory) noexcept {
  if (memory != nullptr && memory == watched.data()) {
    given_back = Seen::kZeros;
    for (const volatile std::uint8_t& byte : watched) {
      if (byte != 0) given_back = Seen::kSecret;
    }
    watched = {};
  }
  std::free(memory);
}

}  // namespace

void* operator new(std::size_t size) {
  void* memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory) noexcept { give_back(memory); }
void operator delete(void* memory, std::size_t) noexcept { give_back(memory); }

namespace tacit {
namespace {

using test::text;

bool all_zero(ByteSpan bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t b) { return b == 0; });
}

TEST(Wipe, OverwritesPlainValuesOfAnyKind) {
  std::vector<Fe> elements(5, Fe(Fp(1), Fp(2), Fp(3)));
  wipe(std::span<Fe>(elements));
  for (const Fe& e : elements) EXPECT_EQ(e, Fe());
  Digest key = test::digest(7);
  wipe_object(key);
  EXPECT_TRUE(all_zero(key));
  wipe(std::span<std::uint8_t>());
}

TEST(Wipe, AVectorsWholeMemoryIsOverwritten) {
  std::optional<Bytes> bytes = text("a secret and more");
  watch(*bytes);
  bytes->resize(3);   // the rest is still there
  wipe(*bytes);
  EXPECT_TRUE(bytes->empty());
  bytes.reset();
  EXPECT_EQ(given_back, Seen::kZeros);
}

TEST(Wipe, AGuardOverwritesAtTheEndOfItsScope) {
  std::optional<std::vector<Fp>> pads(std::in_place, 4, Fp(9));
  watch({reinterpret_cast<const std::uint8_t*>(pads->data()), 32});
  {
    const WipeGuard guard(*pads);
    EXPECT_EQ(pads->at(3), Fp(9));
  }
  EXPECT_TRUE(pads->empty());
  pads.reset();
  EXPECT_EQ(given_back, Seen::kZeros);
}

TEST(SecretBytes, TakesMemoryOverAndMovesItOn) {
  Bytes bytes = text("passphrase");
  const std::uint8_t* memory = bytes.data();
  SecretBytes first = SecretBytes::take(std::move(bytes));
  SecretBytes second = std::move(first);
  EXPECT_TRUE(first.empty());
  EXPECT_EQ(second.span().data(), memory);
  EXPECT_TRUE(std::ranges::equal(second.span(), text("passphrase")));
  static_assert(!std::is_copy_constructible_v<SecretBytes> && !std::is_copy_assignable_v<SecretBytes>);
}

TEST(SecretBytes, IsOverwrittenBeforeItsMemoryIsGivenBack) {
  std::optional<SecretBytes> ended = SecretBytes::copy_of(text("0123456789abcdef"));
  watch(ended->span());
  ended.reset();
  EXPECT_EQ(given_back, Seen::kZeros);

  SecretBytes replaced = SecretBytes::copy_of(text("0123456789abcdef"));
  watch(replaced.span());
  replaced = SecretBytes(3);
  EXPECT_EQ(given_back, Seen::kZeros);

  std::optional<Bytes> ordinary = text("0123456789abcdef");   // so that the test can see a secret at all
  watch(*ordinary);
  ordinary.reset();
  EXPECT_EQ(given_back, Seen::kSecret);
}

TEST(SecretBytes, ShrinkingForgetsTheEnd) {
  SecretBytes secret = SecretBytes::copy_of(text("0123456789abcdef"));
  const std::uint8_t* memory = secret.span().data();
  secret.shrink(4);
  EXPECT_TRUE(std::ranges::equal(secret.span(), text("0123")));
  SecretBytes same = std::move(secret);
  ASSERT_EQ(same.span().data(), memory);
  Bytes end(12, 1);
  std::copy_n(memory + 4, 12, end.begin());
  EXPECT_TRUE(all_zero(end));
}

TEST(Process, HardeningLeavesNoCoreDump) {
  EXPECT_EQ(test::exit_code_of_child([] {
              if (::prctl(PR_GET_DUMPABLE) != 1) return 10;   // otherwise this test shows nothing
              if (!harden_process().ok()) return 1;
              rlimit limit{};
              if (::getrlimit(RLIMIT_CORE, &limit) != 0 || limit.rlim_cur != 0 || limit.rlim_max != 0) return 2;
              return ::prctl(PR_GET_DUMPABLE) == 0 ? 0 : 3;
            }), 0);
}

}  // namespace
}  // namespace tacit
