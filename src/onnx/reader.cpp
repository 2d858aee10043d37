#include "onnx/reader.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <utility>

#include "onnx/functions.h"
#include "onnx/proto.h"
#include "onnx/tensor_reader.h"
#include "onnx/wire_budget.h"
#include "ops/call.h"

namespace tacit {
namespace {

Status check_version(const onnx::ModelProto& model) {
  if (!model.has_ir_version()) return bad_input("the file states no IR version");
  const std::int64_t version = model.ir_version();
  if (version >= kFirstIrVersion && version <= kLastIrVersion) return Unit{};
  return unsupported("the file is of IR version " + std::to_string(version) + "; versions " + std::to_string(kFirstIrVersion) +
                     " to " + std::to_string(kLastIrVersion) + " are supported");
}

/// Each initialiser has a name of its own.
Status check_name(const Graph& graph, const std::string& name) {
  if (name.empty()) return bad_input("an initialiser has no name");
  if (!graph.initialisers.contains(name) && !graph.faults.contains(name)) return Unit{};
  return bad_input("the value \"" + name + "\" is defined twice");
}

Status read_initialisers(onnx::GraphProto& proto, ExternalFiles* external, Graph& graph) {
  for (const onnx::SparseTensorProto& tensor : proto.sparse_initializer()) {
    const std::string& name = tensor.values().name();
    TACIT_OK(check_name(graph, name));
    graph.faults[name] = unsupported("it is sparse; store it as a dense tensor", "initialiser \"" + name + "\"");
  }
  for (onnx::TensorProto& tensor : *proto.mutable_initializer()) {
    const std::string name = tensor.name();
    TACIT_OK(check_name(graph, name));
    auto value = to_tensor(tensor, "initialiser \"" + name + "\"", external);
    if (value.ok()) {
      graph.initialisers[name] = std::move(*value);
    } else if (value.error().code == ErrorCode::kUnsupported) {
      graph.faults[name] = std::move(value.error());
    } else {
      return std::move(value.error());
    }
    tensor.Clear();
  }
  return Unit{};
}

/// The extents that the file declares, -1 for one that it leaves open.
Result<Shape> declared_shape(const onnx::TensorShapeProto& proto, const std::string& where) {
  Shape dims;
  for (int axis = 0; axis < proto.dim_size(); ++axis) {
    const onnx::TensorShapeProto::Dimension& dim = proto.dim(axis);
    if (dim.has_dim_value() && dim.dim_value() < 0) {
      return bad_input("its extent " + std::to_string(dim.dim_value()) + " on axis " + std::to_string(axis) + " is negative", where);
    }
    dims.push_back(dim.has_dim_value() ? dim.dim_value() : -1);
  }
  return dims;
}

std::string open_axis_text(const onnx::TensorShapeProto& proto, std::size_t axis) {
  const std::string& name = proto.dim(static_cast<int>(axis)).dim_param();
  return "its extent on axis " + std::to_string(axis) + " is symbolic (" + (name.empty() ? "unknown" : "\"" + name + "\"") +
         "); only the leading axis may be, unless the shape of the input is given";
}

/// What the caller says of an input's shape, where that does not contradict the file.
Result<Shape> given_shape(const Shape& given, const Shape* declared, const std::string& where) {
  bool fits = declared == nullptr || declared->size() == given.size();
  for (std::size_t axis = 0; fits && axis < given.size(); ++axis) {
    fits = given[axis] >= 1 && (declared == nullptr || (*declared)[axis] == -1 || (*declared)[axis] == given[axis]);
  }
  if (!fits) return Error{ErrorCode::kUsage, "the shape " + shape_text(given) + " was asked for, which is not what the file declares", where};
  return given;
}

Result<TensorType> input_type(const onnx::ValueInfoProto& input, const ReadOptions& options, Graph& graph) {
  const std::string where = "input \"" + input.name() + "\"";
  if (!input.type().has_tensor_type()) return unsupported("it is not a tensor", where);
  const onnx::TypeProto::Tensor& tensor = input.type().tensor_type();
  std::optional<TensorType> type = element_type(tensor.elem_type());
  if (!type) return unsupported("it has element type " + element_type_name(tensor.elem_type()), where);
  const auto given = options.shapes.find(input.name());
  if (!tensor.has_shape()) {
    if (given == options.shapes.end()) return unsupported("its shape is not declared; it must be given", where);
    TACIT_TRY(type->dims, given_shape(given->second, nullptr, where));
    return std::move(*type);
  }
  TACIT_TRY(type->dims, declared_shape(tensor.shape(), where));
  if (given != options.shapes.end()) {
    TACIT_TRY(type->dims, given_shape(given->second, &type->dims, where));
    return std::move(*type);
  }
  const Shape declared = type->dims;
  for (std::size_t axis = 1; axis < declared.size(); ++axis) {
    if (declared[axis] != -1) continue;
    graph.free_inputs[input.name()] = declared;
    return unsupported(open_axis_text(tensor.shape(), axis), where);
  }
  if (!declared.empty() && declared[0] == -1) {
    graph.symbolic_batch = true;
    type->dims[0] = options.batch;
  }
  return std::move(*type);
}

Status check_names(const ReadOptions& options, const Graph& graph) {
  for (const auto& [name, shape] : options.shapes) {
    const bool known = std::any_of(graph.inputs.begin(), graph.inputs.end(), [&](const ValueInfo& input) { return input.name == name; });
    if (!known) return Error{ErrorCode::kUsage, "a shape is given for \"" + name + "\", which is no input of the model", ""};
  }
  return Unit{};
}

Status read_inputs(const onnx::GraphProto& proto, const ReadOptions& options, Graph& graph) {
  std::set<std::string> constants;  // before any input adds a fault of its own
  for (const auto& [name, tensor] : graph.initialisers) constants.insert(name);
  for (const auto& [name, fault] : graph.faults) constants.insert(name);
  std::set<std::string> seen;
  for (const onnx::ValueInfoProto& input : proto.input()) {
    if (!seen.insert(input.name()).second) return bad_input("the graph lists its input \"" + input.name() + "\" twice");
    if (constants.contains(input.name())) continue;
    auto type = input_type(input, options, graph);
    if (!type.ok() && type.error().code != ErrorCode::kUnsupported) return std::move(type.error());
    graph.inputs.push_back({input.name(), type.ok() ? *type : TensorType{}});
    if (!type.ok()) graph.faults.emplace(input.name(), std::move(type.error()));
  }
  return check_names(options, graph);
}

Result<Graph> convert(onnx::ModelProto& model, const ReadOptions& options) {
  if (!model.has_graph()) return bad_input("not an ONNX model: the file holds no graph");
  TACIT_OK(check_version(model));
  TACIT_TRY(const Opsets opsets, read_opsets(model.opset_import(), "the file"));
  onnx::GraphProto& proto = *model.mutable_graph();
  Graph graph;
  graph.name = proto.name();
  if (auto standard = opsets.find(""); standard != opsets.end()) graph.opset = standard->second;
  TACIT_TRY(graph.nodes, Functions(model, options.external).inline_calls(proto, opsets));
  TACIT_OK(read_initialisers(proto, options.external, graph));
  TACIT_OK(read_inputs(proto, options, graph));
  for (const onnx::ValueInfoProto& output : proto.output()) graph.outputs.push_back(output.name());
  TACIT_OK(order_nodes(graph));
  return graph;
}

}  // namespace

Result<Graph> read_model(ByteSpan file, const ReadOptions& options) {
  if (options.batch < 1) return Error{ErrorCode::kUsage, "the batch must be 1 or more", ""};
  if (file.size() > kMaxModelBytes) return bad_input("the file is larger than 2 GiB");
  TACIT_OK(check_wire_budget(file));
  onnx::ModelProto model;
  if (!model.ParseFromArray(file.data(), static_cast<int>(file.size()))) {
    return bad_input("not an ONNX model: the file is damaged, cut short, nested too deep, or of another format");
  }
  return convert(model, options);
}

Result<Graph> read_model_file(const std::string& path, const ReadOptions& options) {
  std::error_code failed;
  const std::uintmax_t size = std::filesystem::file_size(path, failed);
  if (failed) return io_error("cannot read the file: " + failed.message(), path);
  if (size > kMaxModelBytes) return bad_input("the file is larger than 2 GiB", path);
  Bytes bytes(static_cast<std::size_t>(size));
  std::ifstream in(path, std::ios::binary);
  if (!in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size))) {
    return io_error("cannot read the file", path);
  }
  ExternalFiles beside = ExternalFiles::of_folder(std::filesystem::path(path).parent_path().string());
  ReadOptions inside = options;
  if (inside.external == nullptr) inside.external = &beside;
  auto graph = read_model(bytes, inside);
  if (!graph.ok()) graph.error().where = graph.error().where.empty() ? path : path + ": " + graph.error().where;
  return graph;
}

}  // namespace tacit
