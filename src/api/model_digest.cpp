#include "api/model_digest.h"

#include "api/facts.h"
#include "secret/sha256.h"

namespace tacit::api {
namespace {

/// What `sha256sum` prints of its standard input.
std::string line_of(ByteSpan file) { return hex(sha256(file)) + "  -\n"; }

}  // namespace

Digest model_digest(ByteSpan model, const ExternalFiles& external) {
  if (external.used().empty()) return sha256(model);
  std::string lines = line_of(model);
  for (const auto& [location, bytes] : external.used()) lines += line_of(bytes);
  return sha256(ByteSpan(reinterpret_cast<const std::uint8_t*>(lines.data()), lines.size()));
}

}  // namespace tacit::api
