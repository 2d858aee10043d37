// What the library gives back to the allocator holds no secret of an opening.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "api/proving.h"
#include "api/tiny_model.h"
#include "secret/freed_test.h"
#include "tacit/tacit.h"

namespace tacit::api {
namespace {

using test::FreedWatch;

const std::vector<double> kValues = {0.3128662109375, -0.7191162109375};  // multiples of 2^-16

/// Enough of them that vectors grow while they are filled.
std::vector<double> many_values() {
  std::vector<double> out = kValues;
  out.resize(300, 0.5);
  return out;
}

/// As an opening holds the first integers: 64 bits each, little endian.
Bytes integers() {
  Bytes out;
  for (const double v : kValues) {
    const auto g = static_cast<std::uint64_t>(static_cast<std::int64_t>(std::ldexp(v, 16)));
    for (int b = 0; b < 8; ++b) out.push_back(static_cast<std::uint8_t>(g >> (8 * b)));
  }
  return out;
}

class Wiping : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const char* set = getenv("TACIT_STATE_DIR")) before_ = set;
    folder_ = std::filesystem::path(::testing::TempDir()) / "tacit_wiping";
    std::filesystem::remove_all(folder_);
    setenv("TACIT_STATE_DIR", folder_.c_str(), 1);
  }
  void TearDown() override {
    if (before_.empty()) unsetenv("TACIT_STATE_DIR");
    else setenv("TACIT_STATE_DIR", before_.c_str(), 1);
    std::filesystem::remove_all(folder_);
  }
  std::filesystem::path folder_;
  std::string before_;
};

TEST_F(Wiping, TheWatchSeesWhatIsNotOverwritten) {
  const Bytes mark = integers();
  const FreedWatch watch(mark);
  { const Bytes copy = mark; }
  EXPECT_EQ(watch.found(), 1);
}

TEST_F(Wiping, CommittingLeavesNoCopyOfTheIntegers) {
  const Bytes mark = integers();
  const FreedWatch watch(mark);
  const auto committed = commit(many_values());
  ASSERT_TRUE(committed.ok()) << committed.error().text;
  EXPECT_NE(std::search(committed->opening.begin(), committed->opening.end(), mark.begin(), mark.end()), committed->opening.end());
  EXPECT_EQ(watch.found(), 0);
}

/// A model with a committed input, and a commitment for it.
struct Owned {
  Model model;
  Committed committed;
};
Owned owned() {
  CompileOptions options;
  options.input = Visibility::kCommitted;
  options.openings = 4;
  options.security_bits = 100;
  auto compiled = compile(tiny_model(), Range{-1, 1}, options);
  auto committed = commit(kValues);
  EXPECT_TRUE(compiled.ok() && committed.ok());
  return {compiled->model, std::move(*committed)};   // a copy would stay where it is found later
}

TEST_F(Wiping, ReadingAnOpeningLeavesNoCopyOfItsIntegersOrSecret) {
  const auto committed = commit(many_values());
  ASSERT_TRUE(committed.ok());
  const Bytes mark = integers();
  const auto at = std::search(committed->opening.begin(), committed->opening.end(), mark.begin(), mark.end());
  const Bytes secret(at - 32, at);
  for (const Bytes* bytes : {&mark, &secret}) {
    const FreedWatch watch(*bytes);
    {
      auto opening = read_opening(committed->opening);
      ASSERT_TRUE(opening.ok()) << opening.error().text();
      Bytes again = opening->encode();
      const WipeGuard guard(again);
      EXPECT_EQ(again, committed->opening);
    }
    EXPECT_EQ(watch.found(), 0) << (bytes == &mark ? "integers" : "secret");
  }
}

TEST_F(Wiping, ProvingLeavesNoCopyOfAnOpeningsSecret) {
  const Owned own = owned();
  const auto end = own.committed.opening.end() - static_cast<std::ptrdiff_t>(integers().size());
  const Bytes secret(end - 32, end);
  ProveOptions how;
  how.openings = {own.committed.opening};
  const FreedWatch watch(secret);
  const auto proof = prove(own.model, {{}}, how);
  ASSERT_TRUE(proof.ok()) << proof.error().text;
  EXPECT_EQ(watch.found(), 0);
}

}  // namespace
}  // namespace tacit::api
