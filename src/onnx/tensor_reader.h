// Reading one ONNX TensorProto: the element types that become floats or integers, as raw bytes, as typed lists or in an
// external file (onnx/external.h).
//
//   float, double, float16, bfloat16                        -> kFloat (rounded to float)
//   int8..int64, uint8..uint64, bool                        -> kInt64, each with its Element
//   anything else                                           -> Error with code kUnsupported
#pragma once

#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "tensor/tensor.h"

namespace onnx {
class TensorProto;
}

namespace tacit {

class ExternalFiles;

/// A serialized TensorProto, the content of a `.pb` file. `where` names it in errors.
Result<Tensor> read_tensor(ByteSpan serialized, const std::string& where);

/// The declared extents must be sane and match the data exactly, and every number must be of the element type. Without
/// `external`, tensors with external data are refused.
Result<Tensor> to_tensor(const onnx::TensorProto& proto, const std::string& where, ExternalFiles* external);

/// "float16", "string", ... for an ONNX element type number.
std::string element_type_name(int type);
/// The type of a tensor of extents {} for the element types of the table above, nothing for the others.
std::optional<TensorType> element_type(int type);

}  // namespace tacit
