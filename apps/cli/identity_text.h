// How commands print what names a model.
#pragma once

#include "api_audit.h"
#include "output.h"

namespace tacit::cli {

/// The SHA-256 of the ONNX file only where it is known.
inline void add_identity(Lines& lines, const api::Identity& identity, const std::string& onnx_sha256) {
  lines.add("key", identity.statement);
  lines.add("root", identity.root);
  lines.add("pin", identity.pin);
  lines.add("theorem", identity.theorem);
  if (!onnx_sha256.empty()) lines.add("ONNX", "SHA-256 " + onnx_sha256);
}

inline Json json_of(const api::Identity& identity, const std::string& onnx_sha256) {
  Json object{{"digest", identity.statement}, {"root", identity.root}, {"pin", identity.pin}, {"theorem", identity.theorem}};
  if (!onnx_sha256.empty()) object["onnx_sha256"] = onnx_sha256;
  return object;
}

}  // namespace tacit::cli
