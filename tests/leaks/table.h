// Tables of p values: what is silent with all randomness in place, and what speaks without some of it.
#pragma once

#include <gtest/gtest.h>

#include <cstdio>
#include <string>

#include "leaks/statistics.h"

namespace tacit::leaks {

inline constexpr double kSilent = 1e-3, kFires = 1e-9;

/// Rows whose statistic depends on the guess: there two secrets differ. The others are seen to be constant.
inline bool tells_secrets_apart(Row row) { return row != Row::kMaskClaim && row != Row::kMaskWords; }
/// Rows with a uniform statistic; an honest nonce is always the first.
inline bool is_uniform(Row row) { return row != Row::kNonces; }

struct Spoken {
  std::string by;
  double uniform = 1, secrets = 1;
};
using SpokenRows = std::array<std::vector<Spoken>, kRowCount>;

/// Something is missing: the row has to see it, under the guess of A, in proofs of A and by its difference from those of B.
inline Spoken expect_speech(Row row, const char* missing, const Counts& a, const Counts& b) {
  const Spoken s{missing, a.p_uniform(row), a.p_same(row, b)};
  const char* name = kRowNames[static_cast<std::size_t>(row)];
  if (is_uniform(row)) { EXPECT_LT(s.uniform, kFires) << name << " without " << missing; }
  if (tells_secrets_apart(row)) { EXPECT_LT(s.secrets, kFires) << name << " without " << missing; }
  return s;
}

/// Everything is there: nothing is to be seen. Bonferroni over `tests`; at least so many words are looked at.
inline void expect_silence(Row row, const Counts& a, const Counts& b, const Counts& simulated, double tests, std::uint64_t words) {
  const char* name = kRowNames[static_cast<std::size_t>(row)];
  ASSERT_GT(a.samples(row), words) << name;
  for (const Counts* counts : {&a, &b, &simulated})
    if (is_uniform(row)) { EXPECT_GT(counts->p_uniform(row) * tests, kSilent) << name; }
  EXPECT_GT(a.p_same(row, b) * tests, kSilent) << name;
  EXPECT_GT(a.p_same(row, simulated) * tests, kSilent) << name;
}

inline void print_line(Row row, const Counts& a, const Counts& b, const Counts& simulated, const std::vector<Spoken>& spoken) {
  std::printf("%-30s %9llu  %8.2g %8.2g %8.2g", kRowNames[static_cast<std::size_t>(row)],
              static_cast<unsigned long long>(a.samples(row)), is_uniform(row) ? a.p_uniform(row) : 1.0, a.p_same(row, b), a.p_same(row, simulated));
  for (std::size_t i = 0; i < spoken.size(); ++i)
    std::printf("%*s   without %-27s %8.2g %8.2g\n", i == 0 ? 0 : 68, "", spoken[i].by.c_str(), spoken[i].uniform, spoken[i].secrets);
  if (spoken.empty()) std::printf("\n");
}

}  // namespace tacit::leaks
