// What a process that holds secrets asks of the operating system.
#pragma once

#include "base/result.h"

namespace tacit {

/// Afterwards a crash of this process leaves no core dump, and no other process of the same user can read its memory
/// (ptrace, /proc/PID/mem). Inherited by children. Call before the first secret is read. Errors: io.
/// Swap is not covered: use encrypted swap, or none.
Status harden_process();

}  // namespace tacit
