// Reading a Call: attributes with defaults, operand checks, and the one form of error that an operator reports.
//
//   refuse(node, "pads must not be negative")  ->  "node Conv_3 (Conv, opset 13): pads must not be negative"
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "ops/operator.h"

/// Returns the error of `expr` (a Status) from the enclosing function, if it is one.
#define TACIT_OK(expr) \
  if (auto tacit_status = (expr); !tacit_status.ok()) return std::move(tacit_status.error())

namespace tacit {

/// "node Conv_3 (Conv, opset 13)", with the domain when it is not the standard one.
std::string node_place(const Node& node);

/// Well formed, but not something this version handles.
Error refuse(const Node& node, std::string what);
/// Contradicts the ONNX specification.
Error malformed(const Node& node, std::string what);

/// The attribute, `fallback` where it is absent, an error where it has another kind.
Result<std::int64_t> int_attribute(const Node& node, const char* name, std::int64_t fallback);
Result<float> float_attribute(const Node& node, const char* name, float fallback);
Result<std::string> string_attribute(const Node& node, const char* name, const char* fallback);
Result<std::vector<std::int64_t>> ints_attribute(const Node& node, const char* name,
                                                 std::vector<std::int64_t> fallback);
/// An int attribute that must be 0 or 1.
Result<bool> flag_attribute(const Node& node, const char* name, bool fallback);

/// The number of operands lies in [least, most] and the first `least` are present; one output is used.
Status check_arity(const Call& call, std::size_t least, std::size_t most);
/// Operand `index` is present and holds floats.
Status check_float(const Call& call, std::size_t index);
/// Operand `index` is present and its value is known when the model is compiled.
Status check_constant(const Call& call, std::size_t index, const char* role);
/// Operand `index` as a list of integers: a constant of rank 0 or 1.
Result<std::vector<std::int64_t>> list_operand(const Call& call, std::size_t index, const char* role);
/// The axes that a node names: its attribute `axes` before opset `since`, its operand `index` from then on. Nothing where it
/// has neither.
Result<std::optional<std::vector<std::int64_t>>> axes_of(const Call& call, std::size_t index, std::int64_t since);
/// `axis` counted from the end where negative, within [0, rank) or, with `end_allowed`, [0, rank].
Result<std::size_t> resolve_axis(const Node& node, std::int64_t axis, std::size_t rank, bool end_allowed);

/// The one output type of an operator, refused where its shape has too many elements.
Result<std::vector<TensorType>> one_output(const Call& call, TensorType type);
/// The same with the element type of operand 0, where that is stored so, else the plain one.
Result<std::vector<TensorType>> one_output(const Call& call, DType dtype, Shape dims);

}  // namespace tacit
