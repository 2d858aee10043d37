#include "onnx/tensor_reader.h"

#include <cstring>
#include <limits>
#include <utility>

#include "onnx/proto.h"
#include "tensor/half.h"

namespace tacit {
namespace {

using Proto = onnx::TensorProto;

Result<std::int64_t> declared_count(const Proto& proto, const std::string& where) {
  const Shape dims(proto.dims().begin(), proto.dims().end());
  const std::optional<std::int64_t> count = element_count(dims);
  if (!count) {
    return bad_input("its shape " + (dims.size() > kMaxRank ? std::to_string(dims.size()) + " axes" : shape_text(dims)) +
                         " is negative or too large", where);
  }
  return *count;
}

Error size_mismatch(const Proto& proto, std::int64_t count, std::size_t have, const char* unit, const std::string& where) {
  const Shape dims(proto.dims().begin(), proto.dims().end());
  return bad_input("its shape " + shape_text(dims) + " declares " + std::to_string(count) + " elements of type " +
                       element_type_name(proto.data_type()) + ", but it holds " + std::to_string(have) + " " + unit, where);
}

/// The elements as `Stored`, from raw_data or from the typed list `list`, each turned into `To` by `convert`.
template <class Stored, class To, class List, class Convert>
Result<std::vector<To>> elements(const Proto& proto, std::int64_t count, const List& list, Convert convert,
                                 const std::string& where) {
  std::vector<To> out;
  const std::size_t n = static_cast<std::size_t>(count);
  if (proto.has_raw_data() && list.empty()) {
    const std::string& raw = proto.raw_data();
    if (raw.size() != n * sizeof(Stored)) return size_mismatch(proto, count, raw.size(), "bytes", where);
    out.reserve(n);
    for (std::size_t at = 0; at < n; ++at) {
      Stored v;
      std::memcpy(&v, raw.data() + at * sizeof(Stored), sizeof(Stored));
      out.push_back(convert(v));
    }
    return out;
  }
  if (proto.has_raw_data() && !proto.raw_data().empty()) return bad_input("it holds its data twice", where);
  if (static_cast<std::size_t>(list.size()) != n) {
    return size_mismatch(proto, count, static_cast<std::size_t>(list.size()), "numbers", where);
  }
  out.reserve(n);
  for (auto v : list) out.push_back(convert(static_cast<Stored>(v)));
  return out;
}

template <class Stored, class List, class Convert>
Result<Tensor> floats(const Proto& proto, std::int64_t count, const List& list, Convert convert, const std::string& where) {
  TACIT_TRY(auto values, (elements<Stored, float>(proto, count, list, convert, where)));
  return make_float(Shape(proto.dims().begin(), proto.dims().end()), std::move(values));
}

template <class Stored, class List>
Result<Tensor> integers(const Proto& proto, std::int64_t count, const List& list, const std::string& where) {
  auto convert = [](Stored v) { return static_cast<std::int64_t>(v); };
  TACIT_TRY(auto values, (elements<Stored, std::int64_t>(proto, count, list, convert, where)));
  return make_int64(Shape(proto.dims().begin(), proto.dims().end()), std::move(values));
}

Result<Tensor> wide_unsigned(const Proto& proto, std::int64_t count, const std::string& where) {
  TACIT_TRY(Tensor out, integers<std::uint64_t>(proto, count, proto.uint64_data(), where));
  for (std::int64_t v : out.i) {
    if (v < 0) return unsupported("it holds an unsigned integer above 2^63", where);
  }
  return out;
}

}  // namespace

std::string element_type_name(int type) {
  static const char* const kNames[] = {"undefined", "float", "uint8", "int8", "uint16", "int16", "int32", "int64",
                                       "string", "bool", "float16", "double", "uint32", "uint64", "complex64",
                                       "complex128", "bfloat16", "float8e4m3fn", "float8e4m3fnuz", "float8e5m2",
                                       "float8e5m2fnuz", "uint4", "int4", "float4e2m1"};
  if (type < 0 || type >= static_cast<int>(std::size(kNames))) return "number " + std::to_string(type);
  return kNames[type];
}

std::optional<DType> element_dtype(int type) {
  switch (type) {
    case Proto::FLOAT: case Proto::DOUBLE: case Proto::FLOAT16: case Proto::BFLOAT16: return DType::kFloat;
    case Proto::INT8: case Proto::INT16: case Proto::INT32: case Proto::INT64: case Proto::UINT8: case Proto::UINT16:
    case Proto::UINT32: case Proto::UINT64: case Proto::BOOL: return DType::kInt64;
    default: return std::nullopt;
  }
}

Result<Tensor> to_tensor(const Proto& proto, const std::string& where) {
  if (proto.data_location() == Proto::EXTERNAL || proto.external_data_size() > 0) {
    return bad_input("it keeps its data in another file; save the model as one file, without external data", where);
  }
  if (proto.has_segment()) return bad_input("it is stored in segments, which are not supported", where);
  TACIT_TRY(std::int64_t n, declared_count(proto, where));
  auto as_float = [](auto v) { return static_cast<float>(v); };
  switch (proto.data_type()) {
    case Proto::FLOAT: return floats<float>(proto, n, proto.float_data(), as_float, where);
    case Proto::DOUBLE: return floats<double>(proto, n, proto.double_data(), as_float, where);
    case Proto::FLOAT16: return floats<std::uint16_t>(proto, n, proto.int32_data(), half_to_float, where);
    case Proto::BFLOAT16: return floats<std::uint16_t>(proto, n, proto.int32_data(), bfloat16_to_float, where);
    case Proto::INT8: return integers<std::int8_t>(proto, n, proto.int32_data(), where);
    case Proto::INT16: return integers<std::int16_t>(proto, n, proto.int32_data(), where);
    case Proto::INT32: return integers<std::int32_t>(proto, n, proto.int32_data(), where);
    case Proto::INT64: return integers<std::int64_t>(proto, n, proto.int64_data(), where);
    case Proto::UINT8: case Proto::BOOL: return integers<std::uint8_t>(proto, n, proto.int32_data(), where);
    case Proto::UINT16: return integers<std::uint16_t>(proto, n, proto.int32_data(), where);
    case Proto::UINT32: return integers<std::uint32_t>(proto, n, proto.uint64_data(), where);
    case Proto::UINT64: return wide_unsigned(proto, n, where);
    default: return unsupported("it has element type " + element_type_name(proto.data_type()), where);
  }
}

Result<Tensor> read_tensor(ByteSpan serialized, const std::string& where) {
  Proto proto;
  if (serialized.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()) ||
      !proto.ParseFromArray(serialized.data(), static_cast<int>(serialized.size()))) {
    return bad_input("not an ONNX tensor: the file is damaged, cut short, or of another format", where);
  }
  return to_tensor(proto, where);
}

}  // namespace tacit
