#include "sumcheck/block_buffer.h"

#include <algorithm>

#if defined(__linux__)
#include <sys/mman.h>
#endif

#include "base/contract.h"

namespace tacit {

BlockBuffer::BlockBuffer(std::size_t count) {
  constexpr std::size_t kHugePage = std::size_t{1} << 21;
  const std::size_t bytes = std::max<std::size_t>(count, 1) * sizeof(PairBlock);
  const std::size_t align = bytes < kHugePage ? alignof(PairBlock) : kHugePage;
  const std::size_t size = (bytes + align - 1) / align * align;
  void* memory = std::aligned_alloc(align, size);
  TACIT_EXPECTS(memory != nullptr, "out of memory for a sumcheck's tables");
#if defined(__linux__)
  if (align == kHugePage) (void)madvise(memory, size, MADV_HUGEPAGE);  // a hint; without it everything works, slower
#endif
  blocks_.reset(static_cast<PairBlock*>(memory));
}

}  // namespace tacit
