// Overwriting secrets where no library is at hand: stores through a volatile pointer, which no compiler drops.
#pragma once

#include <cstddef>
#include <vector>

namespace tacit {

inline void erase_memory(void* at, std::size_t bytes) {
  auto* p = static_cast<volatile unsigned char*>(at);
  for (std::size_t i = 0; i < bytes; ++i) p[i] = 0;
}

/// Overwrites all that the vector owns and leaves it empty. T is plain data.
template <class T> void erase(std::vector<T>& values) {
  erase_memory(values.data(), values.capacity() * sizeof(T));
  values.clear();
}

}  // namespace tacit
