// Uninitialised storage for the blocks of a prover: every block is written before it is read. Large buffers ask for huge
// pages, because touching fresh small pages costs as much as computing what goes in them.
#pragma once

#include <cstdlib>
#include <memory>

#include "sumcheck/lanes.h"

namespace tacit {

class BlockBuffer {
 public:
  BlockBuffer() = default;
  explicit BlockBuffer(std::size_t count);
  PairBlock* data() const { return blocks_.get(); }
  PairBlock& operator[](std::size_t b) const { return blocks_.get()[b]; }
  bool empty() const { return blocks_ == nullptr; }

 private:
  struct Free { void operator()(PairBlock* p) const { std::free(p); } };
  std::unique_ptr<PairBlock, Free> blocks_;
};

}  // namespace tacit
