// Which vector kernels this process may call. The answer is asked once per kernel call, never per element.
//
//   use_avx512() = the CPU has F, DQ, BW, VL and IFMA, and nobody forced the scalar reference
#pragma once

#include <atomic>

namespace tacit {

/// True when the CPU and the operating system run every AVX-512 subset our kernels are compiled for.
inline bool cpu_has_avx512() {
#if defined(__x86_64__)
  static const bool has = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                          __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
                          __builtin_cpu_supports("avx512ifma") && __builtin_cpu_supports("bmi2") &&
                          __builtin_cpu_supports("fma");
  return has;
#else
  return false;
#endif
}

inline std::atomic<bool>& scalar_forced() {
  static std::atomic<bool> forced{false};
  return forced;
}

/// What every dispatcher asks before it calls into a *_avx512.cpp file.
inline bool use_avx512() { return cpu_has_avx512() && !scalar_forced().load(std::memory_order_relaxed); }

/// While alive, every dispatcher of the process takes the scalar path: how tests compare the two.
class ScalarScope {
 public:
  ScalarScope() : before_(scalar_forced().exchange(true)) {}
  ~ScalarScope() { scalar_forced().store(before_); }
  ScalarScope(const ScalarScope&) = delete;
  ScalarScope& operator=(const ScalarScope&) = delete;

 private:
  bool before_;
};

}  // namespace tacit
