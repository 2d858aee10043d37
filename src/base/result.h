// Result<T>: what a function returns when the outside world (a file, a flag, a model) may be at fault.
//
//   Result<Model> load(...)  ->  value()  or  error() = {code, what, where}
//
// Our own bugs are contracts (contract.h); a bad proof is a Verdict (transcript/party.h). This file knows no mathematics.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace tacit {

enum class ErrorCode {
  kBadInput,      ///< a file or value that is malformed, out of range or inconsistent
  kUnsupported,   ///< well formed, but not something this version can prove
  kUsage,         ///< a flag or a combination of flags
  kIo,            ///< the operating system refused
};

/// One line for a person: what is wrong, where, and what to do.
struct Error {
  ErrorCode code = ErrorCode::kBadInput;
  std::string what;
  std::string where;

  std::string text() const { return where.empty() ? what : where + ": " + what; }
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}   // NOLINT: implicit by design
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }
  T& value() { return *std::get_if<0>(&state_); }
  const T& value() const { return *std::get_if<0>(&state_); }
  T& operator*() { return value(); }
  const T& operator*() const { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  Error& error() { return *std::get_if<1>(&state_); }
  const Error& error() const { return *std::get_if<1>(&state_); }

 private:
  std::variant<T, Error> state_;
};

/// Success without a value.
struct Unit {};
using Status = Result<Unit>;

inline Error bad_input(std::string what, std::string where = {}) {
  return {ErrorCode::kBadInput, std::move(what), std::move(where)};
}
inline Error unsupported(std::string what, std::string where = {}) {
  return {ErrorCode::kUnsupported, std::move(what), std::move(where)};
}
inline Error io_error(std::string what, std::string where = {}) {
  return {ErrorCode::kIo, std::move(what), std::move(where)};
}

}  // namespace tacit

/// Evaluates `expr` (a Result), returns its error from the enclosing function or binds its value to `lhs`.
#define TACIT_CONCAT_(a, b) a##b
#define TACIT_CONCAT(a, b) TACIT_CONCAT_(a, b)
#define TACIT_TRY_(tmp, lhs, expr) \
  auto tmp = (expr);               \
  if (!tmp.ok()) return std::move(tmp.error()); \
  lhs = std::move(tmp.value())
#define TACIT_TRY(lhs, expr) TACIT_TRY_(TACIT_CONCAT(tacit_try_, __LINE__), lhs, expr)
