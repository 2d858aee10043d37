// What every function of this library returns that may fail: a value, or one clear line about what is wrong.
//
//   Result<Compiled> c = compile(...);
//   if (!c.ok()) report(c.error().text);      // "node Erf_3 (Erf, opset 13): ..."
//   use(c->model);
//
// Nothing here throws, and no function of the library lets an exception out.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>
#include <variant>

namespace tacit::api {

enum class ErrorCode : std::uint8_t {
  kBadInput,      ///< bytes or values that are malformed, out of range or inconsistent
  kUnsupported,   ///< well formed, but not something that this version can prove
  kUsage,         ///< an option or a combination of options
  kIo,            ///< the operating system refused
  kInternal,      ///< our fault, or memory has run out
};

/// One line for a person: what is wrong, where, and what to do.
struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string text;
};

/// Either a T or an Error. Reading the side that is not there ends the program.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() { return *checked(std::get_if<0>(&state_)); }
  const T& value() const { return *checked(std::get_if<0>(&state_)); }
  T& operator*() { return value(); }
  const T& operator*() const { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  Error& error() { return *checked(std::get_if<1>(&state_)); }
  const Error& error() const { return *checked(std::get_if<1>(&state_)); }

 private:
  template <class P>
  static P* checked(P* side) {
    if (side == nullptr) std::abort();
    return side;
  }
  std::variant<T, Error> state_;
};

}  // namespace tacit::api
