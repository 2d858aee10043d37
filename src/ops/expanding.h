// What operators that stand for others (expansion.h) share.
#pragma once

#include <string>
#include <utility>

#include "ops/call.h"
#include "ops/expansion.h"

namespace tacit {

inline std::string reshaped(Expansion& to, const std::string& x, const Shape& dims) {
  return to.add("Reshape", {x, to.integers({dims.begin(), dims.end()})});
}
inline std::string scalar_of(Expansion& to, double value) { return to.scalar(static_cast<float>(value)); }

/// The node has `least` to `most` operands, the first `least` are present, and its first output is used.
inline Status check_operands(const Call& call, std::size_t least, std::size_t most) {
  const Node& node = *call.node;
  bool fits = call.operands.size() >= least && call.operands.size() <= most;
  for (std::size_t k = 0; k < least && fits; ++k) fits = call.operand(k).present;
  if (!fits) return malformed(node, "has " + std::to_string(call.operands.size()) + " inputs, or one of them is missing");
  if (node.outputs.empty() || node.outputs[0].empty()) return malformed(node, "has no output");
  return Unit{};
}

}  // namespace tacit
