// Fetching: elements of a tensor picked by indices, of which a proof may hide every one.
//
//   lane        the positions of a tensor among which one index chooses     Gather: one    GatherElements: one for each column
//   width       how many elements an index chooses at once                  Gather of rows of an embedding: their length
//
//   index [lanes, positions]  --wrap, clamp-->  address  --fetch-->  value [lanes, width, positions]  --move-->  output
//
// Statement, where the index is computed, of extent n:
//
//   below = [-index >= 1]        address = clamp(index + n below, 0, n - 1)        columns that the index's own bounds make needless are left out
//   (value_1, ..., value_k)      fetched from a table of columns at group * n + address, k <= 16 elements at a time
//
// ONNX calls an index outside of [-n, n) an error. A proof exists for every input, so here it is the nearest end of the axis.
// Rows of lookups: groups * (n + positions) with groups = ceil(width / k), where one element at a time (k = 1) would take
// width * (n + positions); the k columns are put together by the sum that reads them, or by a copy. Which one costs less is
// chosen by extents alone. A tensor that is a constant is a column of weights, so an embedding stays hidden.
#pragma once

#include "ops/picks.h"

namespace tacit {

struct Fetching {
  Shape dims;                               ///< of the output
  std::int64_t lanes = 1, positions = 1, width = 1;
  Shape extents;                            ///< of an index's parts: an address is their position in a tensor of these extents
  Sources indices;   ///< [lanes * positions, parts], flat in the tensor of indices
  Sources elements;  ///< [lanes, width, product of extents], flat in operand 0
  Sources outputs;   ///< by element of the output: where it is among [lanes, width, positions]
};

/// An operator that fetches elements of operand 0 by operand 1; `read` checks the call, but not the numbers of the indices.
/// The lists may be left out where `lists` is false.
using ReadFetching = Result<Fetching> (*)(const Call&, bool lists);

Result<std::vector<TensorType>> infer_fetching(const Call& call, ReadFetching read);
std::vector<Tensor> evaluate_fetching(const Call& call, ReadFetching read);
Status lower_fetching(const Call& call, ReadFetching read, Lowering& lowering);

template <ReadFetching read>
struct FetchingOperator {
  static Result<std::vector<TensorType>> infer(const Call& call) { return infer_fetching(call, read); }
  static std::vector<Tensor> evaluate(const Call& call) { return evaluate_fetching(call, read); }
  static Status lower(const Call& call, Lowering& lowering) { return lower_fetching(call, read, lowering); }

  static constexpr Operator table(const char* op, const OperatorText& text) { return {.op = op, .domain = "", .text = text, .infer = infer, .evaluate = evaluate, .lower = lower}; }
};

}  // namespace tacit
