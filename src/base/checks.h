// Every check of the verifier has a unique name. In a test-only build (TACIT_MUTATION) one of them can be switched off
// by name, to prove that some cheating prover then succeeds; in every other build check_is_active is the constant true.
#pragma once

#include <cstdlib>
#include <cstring>

#include "base/result.h"

namespace tacit {

#ifdef TACIT_MUTATION
inline bool check_is_active(const char* check) {
  const char* off = std::getenv("TACIT_CHECK_OFF");
  return off == nullptr || std::strcmp(off, check) != 0;
}
#else
inline constexpr bool check_is_active(const char*) { return true; }
#endif

}  // namespace tacit

/// Returns `error` from the enclosing function unless `ok`; the check's name is the error's `what`.
#define TACIT_REQUIRE(ok, error)                                        \
  do {                                                                  \
    if (!(ok)) {                                                        \
      ::tacit::Error tacit_failure = (error);                           \
      if (::tacit::check_is_active(tacit_failure.what.c_str())) return tacit_failure; \
    }                                                                   \
  } while (false)
