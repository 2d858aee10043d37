// The border of the library: our errors become the caller's, no exception passes, threads are limited.
#pragma once

#include <chrono>
#include <exception>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include <tbb/global_control.h>

#include "base/result.h"
#include "tacit/result.h"

namespace tacit::api {

inline Error to_public(const tacit::Error& error) {
  switch (error.code) {
    case tacit::ErrorCode::kBadInput: return {ErrorCode::kBadInput, error.text()};
    case tacit::ErrorCode::kUnsupported: return {ErrorCode::kUnsupported, error.text()};
    case tacit::ErrorCode::kUsage: return {ErrorCode::kUsage, error.text()};
    case tacit::ErrorCode::kIo: return {ErrorCode::kIo, error.text()};
  }
  return {ErrorCode::kInternal, error.text()};
}

/// The value or error of `work()`, a tacit::Result<T>, as the caller's Result<T>; an exception becomes kInternal.
template <class T, class F>
Result<T> guarded(F&& work) {
  try {
    tacit::Result<T> result = work();
    if (!result.ok()) return to_public(result.error());
    return std::move(*result);
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::kInternal, "out of memory"};
  } catch (const std::exception& e) {
    return Error{ErrorCode::kInternal, std::string("internal error: ") + e.what()};
  }
}

class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// Limits the worker threads of the process for as long as it lives; 0 is no limit.
class ThreadLimit {
 public:
  explicit ThreadLimit(unsigned threads) {
    if (threads != 0) limit_.emplace(tbb::global_control::max_allowed_parallelism, threads);
  }

 private:
  std::optional<tbb::global_control> limit_;
};

}  // namespace tacit::api
