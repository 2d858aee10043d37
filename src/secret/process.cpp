#include "secret/process.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <cerrno>
#include <cstring>

namespace tacit {

Status harden_process() {
  const rlimit none{0, 0};
  if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
    return io_error(std::string("core dumps cannot be switched off, and one would hold secrets: ") + std::strerror(errno));
  }
  return Unit{};
}

}  // namespace tacit
