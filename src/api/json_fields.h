// Reading the members of a JSON object that may come from anyone, as ByteReader reads bytes: after the first complaint
// every read gives nothing, so a parser may run to its end and ask once.
//
//   JsonFields in(object);  name = in.text("name");  ...  TACIT_TRY(Unit done, in.done());
//
// Texts that are no UTF-8 (an ONNX file may name its tensors so) stand as "hex:" and their bytes.
#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "prover/identity.h"

namespace tacit::api {

using Json = nlohmann::json;  ///< members stand in the order of their names

std::string hex_of(ByteSpan bytes);
/// Lower case, exactly out.size() bytes.
bool from_hex(std::string_view text, std::span<std::uint8_t> out);

/// One JSON text; an object. Errors: bad_input.
tacit::Result<Json> parse_object(ByteSpan text);

std::string json_text(const std::string& name);

class JsonFields {
 public:
  /// `object` must live longer.
  explicit JsonFields(const Json& object);

  bool has(const char* key) const { return object_.contains(key); }
  std::string text(const char* key);
  double real(const char* key);  ///< finite
  std::int64_t whole(const char* key, std::int64_t least, std::int64_t most);
  bool flag(const char* key);
  Bytes bytes(const char* key, std::size_t count);
  Digest digest(const char* key);
  const Json& object(const char* key);
  const Json& list(const char* key);
  /// The place of the text among `choices`.
  std::size_t choice(const char* key, std::initializer_list<const char*> choices);

  /// As if a member had been of the wrong kind.
  void refuse(const std::string& what);
  /// Errors: bad_input with the first complaint; a member that was never read is one.
  Status done() const;

 private:
  /// Null if it is missing.
  const Json* find(const char* key);

  const Json& object_;
  std::set<std::string> read_;
  std::string complaint_;
};

/// The name that json_text() wrote.
tacit::Result<std::string> name_of(const std::string& text);

}  // namespace tacit::api
