// One ONNX TensorProto, as the operator test suites store their inputs: shape, type, and the values either as raw bytes
// or in the field of their type.
#include <google/protobuf/unknown_field_set.h>
#include <onnx/onnx_pb.h>

#include <limits>
#include <optional>

#include "data/formats.h"
#include "data/numbers.h"
#include "data/write.h"
#include "tensor/half.h"

namespace tacit {
namespace {

using onnx::TensorProto;

std::optional<ArrayType> type_of(int data_type) {
  switch (data_type) {
    case TensorProto::BOOL: return ArrayType::kBool;
    case TensorProto::INT8: return ArrayType::kInt8;
    case TensorProto::INT16: return ArrayType::kInt16;
    case TensorProto::INT32: return ArrayType::kInt32;
    case TensorProto::INT64: return ArrayType::kInt64;
    case TensorProto::UINT8: return ArrayType::kUint8;
    case TensorProto::UINT16: return ArrayType::kUint16;
    case TensorProto::UINT32: return ArrayType::kUint32;
    case TensorProto::UINT64: return ArrayType::kUint64;
    case TensorProto::FLOAT16: return ArrayType::kFloat16;
    case TensorProto::BFLOAT16: return ArrayType::kBfloat16;
    case TensorProto::FLOAT: return ArrayType::kFloat32;
    case TensorProto::DOUBLE: return ArrayType::kFloat64;
    default: return std::nullopt;
  }
}

template <class Field, class Convert>
std::vector<double> from_field(const Field& field, Convert convert) {
  std::vector<double> values;
  values.reserve(static_cast<std::size_t>(field.size()));
  for (auto v : field) values.push_back(convert(v));
  return values;
}

/// The narrow types share int32_data; half floats lie there as bit patterns.
std::vector<double> from_typed_field(const TensorProto& tensor, ArrayType type) {
  switch (type) {
    case ArrayType::kFloat32: return from_field(tensor.float_data(), [](float v) { return double(v); });
    case ArrayType::kFloat64: return from_field(tensor.double_data(), [](double v) { return v; });
    case ArrayType::kInt64: return from_field(tensor.int64_data(), [](auto v) { return exact(std::int64_t{v}); });
    case ArrayType::kUint32:
    case ArrayType::kUint64: return from_field(tensor.uint64_data(), [](auto v) { return exact(std::uint64_t{v}); });
    case ArrayType::kFloat16:
      return from_field(tensor.int32_data(), [](int v) { return half_to_float(static_cast<std::uint16_t>(v)); });
    case ArrayType::kBfloat16:
      return from_field(tensor.int32_data(), [](int v) { return bfloat16_to_float(static_cast<std::uint16_t>(v)); });
    default: return from_field(tensor.int32_data(), [](int v) { return double(v); });
  }
}

Result<std::vector<std::uint64_t>> dims_of(const TensorProto& tensor, const std::string& where) {
  std::vector<std::uint64_t> dims;
  for (std::int64_t d : tensor.dims()) {
    if (d < 0) return bad_input("has the negative dimension " + std::to_string(d), where);
    dims.push_back(static_cast<std::uint64_t>(d));
  }
  return dims;
}

Result<TensorProto> parse_message(ByteSpan bytes, const std::string& where) {
  Error wrong = bad_input("is not an ONNX TensorProto", where);
  if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    return unsupported("is larger than the 2 GiB a protobuf message may have", where);
  }
  TensorProto tensor;
  bool parsed = tensor.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
  // Other messages (a model, say) can be parsed as a tensor with fields that no tensor has.
  if (!parsed || !tensor.GetReflection()->GetUnknownFields(tensor).empty() || !tensor.has_data_type()) return wrong;
  if (tensor.has_segment() || tensor.data_location() == TensorProto::EXTERNAL || tensor.external_data_size() != 0) {
    return unsupported("keeps its values in another file or in segments", where);
  }
  return tensor;
}

int data_type_of(ArrayType type) {
  for (int number = TensorProto::DataType_MIN; number <= TensorProto::DataType_MAX; ++number) {
    if (type_of(number) == type) return number;
  }
  return TensorProto::UNDEFINED;   // not reached: every type has a number
}

}  // namespace

Bytes encode_tensor_pb(const Array& array) {
  TensorProto tensor;
  if (!array.name.empty()) tensor.set_name(array.name);
  tensor.set_data_type(data_type_of(array.type));
  for (std::uint64_t d : array.dims) tensor.add_dims(static_cast<std::int64_t>(d));
  std::string& raw = *tensor.mutable_raw_data();
  for (double value : array.values) {
    const std::uint64_t bits = encode_number(value, array.type);
    for (std::size_t i = 0; i < bytes_of(array.type); ++i) raw += static_cast<char>(bits >> (8 * i));
  }
  const std::string bytes = tensor.SerializeAsString();
  return Bytes(bytes.begin(), bytes.end());
}

Result<Array> parse_tensor_pb(ByteSpan bytes, const std::string& where) {
  TACIT_TRY(TensorProto tensor, parse_message(bytes, where));
  auto type = type_of(tensor.data_type());
  if (!type) {
    return unsupported("has ONNX data type " + std::to_string(tensor.data_type()) + "; only numbers can be read", where);
  }
  Array array;
  array.name = tensor.name();
  array.type = *type;
  TACIT_TRY(array.dims, dims_of(tensor, where));
  TACIT_TRY(std::uint64_t count, value_count(array.dims, where));
  if (tensor.has_raw_data()) {
    const std::string& raw = tensor.raw_data();
    bool fits = raw.size() == count * bytes_of(*type);
    ByteSpan span(reinterpret_cast<const std::uint8_t*>(raw.data()), raw.size());
    if (fits) array.values = decode_numbers(span, *type, false);
  } else {
    array.values = from_typed_field(tensor, *type);
  }
  if (array.values.size() != count) {
    return bad_input("does not hold the " + std::to_string(count) + " values of its shape " + dims_text(array.dims),
                     where);
  }
  TACIT_TRY([[maybe_unused]] Unit checked, check_values(array, where));
  return array;
}

}  // namespace tacit
