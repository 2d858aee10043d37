// How the program asks the system for memory. Proving and verifying make and free large vectors; by default each comes as
// fresh pages of 4 KiB, zeroed one by one, and goes back at once: a third of the time of a small proof or of a verification.
#pragma once

namespace tacit {

/// Keep what was freed, and let the heap be backed by huge pages where the system offers them. Call first thing in main.
void prepare_memory();

}  // namespace tacit
