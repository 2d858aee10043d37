// Reader: from the bytes of an .onnx file to a Graph.
//
//   ModelProto { opset_import, functions*, graph { node*, initializer*, input*, output* } }   ->   Graph (graph/graph.h)
//
// Reads opsets 1 to 28 of the standard operators (domain "" or "ai.onnx") and the IR versions that belong to them. Calls of
// model-local functions are inlined (functions.h). An initialiser that is listed as an input too is a constant. A node
// without a name is called after its operator and its place in the file: Conv_3.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "graph/graph.h"
#include "onnx/external.h"

namespace tacit {

inline constexpr std::int64_t kFirstOpset = 1, kLastOpset = 28;
/// Of the file format. Opset 7 came with version 3; newer versions than 13 are not known yet, so 14 is room for one.
inline constexpr std::int64_t kFirstIrVersion = 3, kLastIrVersion = 14;
inline constexpr std::uint64_t kMaxModelBytes = (std::uint64_t{1} << 31) - 1;

struct ReadOptions {
  std::int64_t batch = 1;              ///< what a symbolic leading extent stands for
  std::map<std::string, Shape> shapes = {};  ///< of inputs, where the file leaves more than that open; all extents, none may contradict it
  ExternalFiles* external = nullptr;   ///< where external data are; null: models with external data are refused
};

/// The graph in topological order, every value with exactly one origin, external data read in. Unsupported operators are kept
/// (see unsupported_nodes); inputs and initialisers of unusable type or with an open inner extent become `faults`.
/// Errors: kBadInput with one clear line for anything malformed; work and memory stay linear in the file and its external files.
Result<Graph> read_model(ByteSpan file, const ReadOptions& options);

/// The same for a file, read whole, with the external data in its folder unless `options` has others. Errors: kIo when it
/// cannot be read, kBadInput from 2 GiB on.
Result<Graph> read_model_file(const std::string& path, const ReadOptions& options);

}  // namespace tacit
