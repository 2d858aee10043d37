// Export: a theorem as an ONNX graph of standard operators that computes the same integers, bit for bit.
//
//   x (as in the model) --Div Floor Clip--> columns --Gather MatMul Add Mod Clip Max--> columns --Mul--> y        (as in the model)
//                                                                                          |---------> y.integers (int64)
//
// One rule for each kind of statement, none for operators: a contraction is Gather and MatMul, in float64 where no sum can reach
// 2^53 and in int64 elsewhere; a linear term is Gather and Mul; a requantisation Mod, Sub, Div and Clip; a maximum Max; a public
// function Gather from a constant; a fetch Gather from a computed table. What the bundle proves can so be run, and its fidelity
// be measured, by any runtime of ONNX.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "theorem/ports.h"
#include "theorem/theorem.h"

namespace tacit {

/// The operator set of the file: that of its youngest operator form.
inline constexpr int kExportOpset = 17;
/// Largest file, below protobuf's own limit.
inline constexpr std::uint64_t kMaxExportBytes = std::uint64_t{1900} << 20;

struct ExportedModel {
  const Theorem& theorem;                   ///< with steps
  const Ports& ports;
  const std::vector<IntColumn>& weights;    ///< by ColumnId
  std::string name;
  std::map<std::string, std::string> notes; ///< metadata_props of the file
};

/// An .onnx file with the model's inputs and, for each output NAME, NAME and NAME.integers: the reals and the integers that they
/// stand for, int64, as a proof states them. Values outside the range of an input saturate. Errors: unsupported, naming the
/// column, for what no statement kind covers; a file beyond kMaxExportBytes.
Result<Bytes> export_model(const ExportedModel& model);

}  // namespace tacit
