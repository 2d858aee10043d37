#include "onnx/tensor_reader.h"

#include <charconv>
#include <cstring>
#include <limits>
#include <map>
#include <type_traits>
#include <utility>

#include "onnx/external.h"
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

/// A count in decimal digits, as the entries of external data are written.
std::optional<std::uint64_t> decimal(const std::string& text) {
  std::uint64_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Result<ExternalPlace> external_place(const Proto& proto, const std::string& where) {
  std::map<std::string, std::string> entries;
  for (const auto& entry : proto.external_data()) {
    if (!entries.emplace(entry.key(), entry.value()).second) return bad_input("its external data has two entries \"" + entry.key() + "\"", where);
  }
  if (!entries.contains("location")) return bad_input("its external data names no file", where);
  ExternalPlace place{entries["location"], 0, {}};
  if (entries.contains("offset")) place.offset = decimal(entries["offset"]).value_or(~std::uint64_t{0});
  if (entries.contains("length")) place.length = decimal(entries["length"]).value_or(~std::uint64_t{0});
  return place;
}

/// One tensor while it is read.
struct Source {
  const Proto& proto;
  const std::int64_t count;
  const std::string& where;
  ExternalFiles* external;

  Shape dims() const { return Shape(proto.dims().begin(), proto.dims().end()); }

  bool is_external() const { return proto.data_location() == Proto::EXTERNAL || proto.external_data_size() > 0; }

  /// The bytes of raw_data or of an external file.
  Result<ByteSpan> raw(std::size_t width) const {
    const std::uint64_t needed = static_cast<std::uint64_t>(count) * width;
    if (is_external()) {
      if (proto.has_raw_data()) return bad_input("it holds its data twice", where);
      if (proto.data_location() != Proto::EXTERNAL) return bad_input("it names external data, but says that it has none", where);
      if (external == nullptr) {
        return bad_input("it keeps its data in another file; save the model as one file, without external data", where);
      }
      TACIT_TRY(const ExternalPlace place, external_place(proto, where));
      return external->piece(place, needed, where);
    }
    const std::string& bytes = proto.raw_data();
    if (bytes.size() != needed) return size_mismatch(proto, count, bytes.size(), "bytes", where);
    return ByteSpan(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  }
};

/// The elements as `Stored`, from raw bytes or from the typed list `list`, each turned into `To` by `convert`.
template <class Stored, class To, class List, class Convert>
Result<std::vector<To>> elements(const Source& source, const List& list, Convert convert) {
  std::vector<To> out;
  const std::size_t n = static_cast<std::size_t>(source.count);
  if (list.empty() && (source.proto.has_raw_data() || source.is_external())) {
    TACIT_TRY(const ByteSpan raw, source.raw(sizeof(Stored)));
    out.reserve(n);
    for (std::size_t at = 0; at < n; ++at) {
      Stored v;
      std::memcpy(&v, raw.data() + at * sizeof(Stored), sizeof(Stored));
      out.push_back(convert(v));
    }
    return out;
  }
  if (source.is_external() || !source.proto.raw_data().empty()) return bad_input("it holds its data twice", source.where);
  if (static_cast<std::size_t>(list.size()) != n) {
    return size_mismatch(source.proto, source.count, static_cast<std::size_t>(list.size()), "numbers", source.where);
  }
  out.reserve(n);
  for (auto v : list) {
    if constexpr (std::is_integral_v<Stored>) {
      if (!std::in_range<Stored>(v)) {
        return bad_input("it holds " + std::to_string(v) + ", which is no " + element_type_name(source.proto.data_type()), source.where);
      }
    }
    out.push_back(convert(static_cast<Stored>(v)));
  }
  return out;
}

template <class Stored, class List, class Convert>
Result<Tensor> floats(const Source& source, const List& list, Convert convert) {
  TACIT_TRY(auto values, (elements<Stored, float>(source, list, convert)));
  return make_float(source.dims(), std::move(values));
}

template <class Stored, class List>
Result<Tensor> integers(const Source& source, const List& list) {
  auto convert = [](Stored v) { return static_cast<std::int64_t>(v); };
  TACIT_TRY(auto values, (elements<Stored, std::int64_t>(source, list, convert)));
  return make_int64(source.dims(), std::move(values));
}

Result<Tensor> wide_unsigned(const Source& source) {
  TACIT_TRY(Tensor out, integers<std::uint64_t>(source, source.proto.uint64_data()));
  for (std::int64_t v : out.i) {
    if (v < 0) return unsupported("it holds an unsigned integer from 2^63 on", source.where);
  }
  return out;
}

Result<Tensor> booleans(const Source& source) {
  TACIT_TRY(Tensor out, integers<std::uint8_t>(source, source.proto.int32_data()));
  for (std::int64_t v : out.i) {
    if (v > 1) return bad_input("it holds " + std::to_string(v) + ", which is no bool", source.where);
  }
  return out;
}

}  // namespace

std::string element_type_name(int type) {
  static const char* const kNames[] = {"undefined", "float", "uint8", "int8", "uint16", "int16", "int32", "int64",
                                       "string", "bool", "float16", "double", "uint32", "uint64", "complex64",
                                       "complex128", "bfloat16", "float8e4m3fn", "float8e4m3fnuz", "float8e5m2",
                                       "float8e5m2fnuz", "uint4", "int4", "float4e2m1", "float8e8m0", "uint2", "int2"};
  if (type < 0 || type >= static_cast<int>(std::size(kNames))) return "number " + std::to_string(type);
  return kNames[type];
}

std::optional<TensorType> element_type(int type) {
  switch (type) {
    case Proto::FLOAT: return TensorType{DType::kFloat, {}, Element::kPlain};
    case Proto::DOUBLE: return TensorType{DType::kFloat, {}, Element::kDouble};
    case Proto::FLOAT16: return TensorType{DType::kFloat, {}, Element::kFloat16};
    case Proto::BFLOAT16: return TensorType{DType::kFloat, {}, Element::kBFloat16};
    case Proto::INT8: return TensorType{DType::kInt64, {}, Element::kInt8};
    case Proto::INT16: return TensorType{DType::kInt64, {}, Element::kInt16};
    case Proto::INT32: return TensorType{DType::kInt64, {}, Element::kInt32};
    case Proto::INT64: return TensorType{DType::kInt64, {}, Element::kPlain};
    case Proto::UINT8: return TensorType{DType::kInt64, {}, Element::kUint8};
    case Proto::UINT16: return TensorType{DType::kInt64, {}, Element::kUint16};
    case Proto::UINT32: return TensorType{DType::kInt64, {}, Element::kUint32};
    case Proto::UINT64: return TensorType{DType::kInt64, {}, Element::kUint64};
    case Proto::BOOL: return TensorType{DType::kInt64, {}, Element::kBool};
    default: return std::nullopt;
  }
}

namespace {

Result<Tensor> read_elements(const Source& source) {
  const Proto& proto = source.proto;
  auto as_float = [](auto v) { return static_cast<float>(v); };
  switch (proto.data_type()) {
    case Proto::FLOAT: return floats<float>(source, proto.float_data(), as_float);
    case Proto::DOUBLE: return floats<double>(source, proto.double_data(), as_float);
    case Proto::FLOAT16: return floats<std::uint16_t>(source, proto.int32_data(), half_to_float);
    case Proto::BFLOAT16: return floats<std::uint16_t>(source, proto.int32_data(), bfloat16_to_float);
    case Proto::INT8: return integers<std::int8_t>(source, proto.int32_data());
    case Proto::INT16: return integers<std::int16_t>(source, proto.int32_data());
    case Proto::INT32: return integers<std::int32_t>(source, proto.int32_data());
    case Proto::INT64: return integers<std::int64_t>(source, proto.int64_data());
    case Proto::UINT8: return integers<std::uint8_t>(source, proto.int32_data());
    case Proto::BOOL: return booleans(source);
    case Proto::UINT16: return integers<std::uint16_t>(source, proto.int32_data());
    case Proto::UINT32: return integers<std::uint32_t>(source, proto.uint64_data());
    case Proto::UINT64: return wide_unsigned(source);
    default: return unsupported("it has element type " + element_type_name(proto.data_type()), source.where);
  }
}

}  // namespace

Result<Tensor> to_tensor(const Proto& proto, const std::string& where, ExternalFiles* external) {
  if (proto.has_segment()) return bad_input("it is stored in segments, which are not supported", where);
  TACIT_TRY(const std::int64_t count, declared_count(proto, where));
  TACIT_TRY(Tensor out, read_elements({proto, count, where, external}));
  out.element = element_type(proto.data_type())->element;
  return out;
}

Result<Tensor> read_tensor(ByteSpan serialized, const std::string& where) {
  Proto proto;
  if (serialized.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()) ||
      !proto.ParseFromArray(serialized.data(), static_cast<int>(serialized.size()))) {
    return bad_input("not an ONNX tensor: the file is damaged, cut short, or of another format", where);
  }
  return to_tensor(proto, where, nullptr);
}

}  // namespace tacit
