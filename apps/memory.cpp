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
  constexpr std::size_t kHugePage = std::size_t{2} << 20;
  mallopt(M_ARENA_MAX, 1);                              // other arenas are small, and map what does not fit
  mallopt(M_MMAP_THRESHOLD, kNever);
  mallopt(M_TRIM_THRESHOLD, kNever);
  mallopt(M_TOP_PAD, kNever);                           // address space only: pages come when they are touched
  const auto begin = reinterpret_cast<std::uintptr_t>(sbrk(0));
  void* volatile grown = std::malloc(kHugePage);        // the heap grows, by the pad; volatile, or the pair is left out
  std::free(grown);
  const auto end = reinterpret_cast<std::uintptr_t>(sbrk(0));
  const std::uintptr_t first = (begin + kHugePage - 1) / kHugePage * kHugePage;
  if (end > first) (void)madvise(reinterpret_cast<void*>(first), (end - first) / kHugePage * kHugePage, MADV_HUGEPAGE);
#endif
}

}  // namespace tacit
