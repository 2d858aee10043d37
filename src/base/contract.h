// TACIT_EXPECTS: a broken contract is our own bug. On in release; terminates with the place and the reason.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace tacit {
[[noreturn]] inline void contract_broken(const char* condition, const char* why, const char* file, int line) {
  std::fprintf(stderr, "tacit: internal error: %s (%s) at %s:%d\n", why, condition, file, line);
  std::_Exit(3);
}
}  // namespace tacit

#define TACIT_EXPECTS(condition, why) \
  ((condition) ? (void)0 : ::tacit::contract_broken(#condition, why, __FILE__, __LINE__))
