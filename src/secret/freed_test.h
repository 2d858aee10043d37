// For tests: whether memory that goes back to the allocator still holds a secret. Replaces the program's operators new and
// delete, so exactly one file of a test program includes it.
#pragma once

#include <malloc.h>

#include <cstdlib>
#include <cstring>
#include <new>

#include "base/bytes.h"

namespace tacit::test {

/// While it lives, counts the blocks that are given back with these bytes in them. One at a time; the bytes must live longer.
class FreedWatch {
 public:
  explicit FreedWatch(ByteSpan secret) { state() = {secret, 0}; }
  FreedWatch(const FreedWatch&) = delete;
  FreedWatch& operator=(const FreedWatch&) = delete;
  ~FreedWatch() { state() = {}; }
  int found() const { return state().found; }

  static void look(void* memory) {
    State& s = state();
    if (memory == nullptr || s.secret.empty()) return;
    if (::memmem(memory, ::malloc_usable_size(memory), s.secret.data(), s.secret.size()) != nullptr) ++s.found;
  }

 private:
  struct State {
    ByteSpan secret;
    int found = 0;
  };
  /// Of the thread that watches: others see no secret to look for.
  static State& state() {
    static thread_local State s;
    return s;
  }
};

}  // namespace tacit::test

// Not inlined: a compiler that saw new and free side by side would call it a mismatch.
[[gnu::noinline]] void* operator new(std::size_t size) {
  void* memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  tacit::test::FreedWatch::look(memory);
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { ::operator delete(memory); }
