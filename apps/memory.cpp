#include "memory.h"

#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace tacit {

void prepare_memory() {
#ifdef __GLIBC__
  constexpr int kNever = 1 << 30;                       // bytes below which nothing is mapped apart or given back
  constexpr std::size_t kHugePage = std::size_t{2} << 20, kGrowths = 3;
  mallopt(M_ARENA_MAX, 1);                              // other arenas are small, and map what does not fit
  mallopt(M_MMAP_THRESHOLD, kNever);
  mallopt(M_TRIM_THRESHOLD, kNever);
  mallopt(M_TOP_PAD, kNever);                           // address space only: pages come when they are touched
  const auto begin = reinterpret_cast<std::uintptr_t>(sbrk(0));
  // The heap grows to as much address space as a large proof touches; what cannot be had is asked for when it is needed.
  // Volatile, or the pairs are left out.
  void* volatile grown[kGrowths];
  for (auto& block : grown) block = std::malloc(kNever - kHugePage);
  for (auto& block : grown) std::free(block);
  const auto end = reinterpret_cast<std::uintptr_t>(sbrk(0));
  const std::uintptr_t first = (begin + kHugePage - 1) / kHugePage * kHugePage;
  if (end > first) (void)madvise(reinterpret_cast<void*>(first), (end - first) / kHugePage * kHugePage, MADV_HUGEPAGE);
#endif
}

}  // namespace tacit
