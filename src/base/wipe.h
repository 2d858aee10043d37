// The one way in which memory that held a secret is overwritten: by stores that no compiler may drop.
//
// Copies that a vector made while it grew, registers and swapped pages are out of reach: reserve before filling.
#pragma once

#include <cstddef>
#include <cstring>
#include <span>
#include <type_traits>
#include <vector>

namespace tacit {

/// Afterwards every byte is zero.
inline void wipe_memory(void* at, std::size_t bytes) noexcept {
  if (bytes == 0) return;
  std::memset(at, 0, bytes);
  asm volatile("" : : "r"(at) : "memory");  // for all the compiler knows, this reads the zeros
}

/// The same for plain values.
template <class T>
void wipe(std::span<T> values) noexcept {
  static_assert(std::is_trivially_copyable_v<T> && !std::is_const_v<T>);
  wipe_memory(values.data(), values.size_bytes());
}

/// Overwrites all memory that the vector owns, and leaves it empty.
template <class T>
void wipe(std::vector<T>& values) noexcept {
  values.resize(values.capacity());  // what was erased from the end still lies there; nothing is allocated
  wipe(std::span<T>(values));
  values.clear();
}

/// All of several vectors.
template <class T>
void wipe(std::vector<std::vector<T>>& lists) noexcept {
  for (std::vector<T>& list : lists) wipe(list);
  lists.clear();
}

/// One plain object, such as a key in an array or a hasher that absorbed one.
template <class T>
void wipe_object(T& object) noexcept {
  wipe(std::span<T>(&object, 1));
}

}  // namespace tacit
