// What a fuzz target asserts beyond not crashing: a broken expectation aborts, so that libFuzzer keeps the input.
#pragma once

#include <cstdio>
#include <cstdlib>

#include "base/result.h"

#define FUZZ_EXPECT(condition)                                                            \
  do {                                                                                    \
    if (!(condition)) {                                                                   \
      std::fprintf(stderr, "fuzz: expected %s at %s:%d\n", #condition, __FILE__, __LINE__); \
      std::abort();                                                                       \
    }                                                                                     \
  } while (false)

namespace tacit::fuzz {

/// An error says something. (That it is printed as one line is the programs' duty: hostile.py.)
inline void expect_clear(const Error& error) { FUZZ_EXPECT(!error.what.empty()); }

}  // namespace tacit::fuzz
