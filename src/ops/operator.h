// Operator: everything that the rest of the program may ask of one ONNX operator, as a table of functions.
//
//   Call = node + what is known of its operands        infer(call)    -> types of the outputs, or why not
//            operand 0: float 1x3x32x32                evaluate(call) -> the outputs, in float
//            operand 1: float 8x3x3x3, value known     absorb, as_affine -> how a per-channel affine map folds away
//            operand 2: left out                           lower(call, lowering) -> its statements (lowering.h)
//
// One file per operator defines one such table; catalogue.h lists them. No other code knows an operator by its name.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "ops/node.h"
#include "tensor/tensor.h"

namespace tacit {

/// One operand of a node. `value` is set when the tensor itself is known: for constants always, for activations only
/// while the model is being executed.
struct Operand {
  bool present = false;
  TensorType type;
  const Tensor* value = nullptr;
};

struct Call {
  const Node* node = nullptr;
  std::vector<Operand> operands;  ///< one per node input, in order

  /// The operand at `index`; one that is left out or beyond the end is not `present`.
  const Operand& operand(std::size_t index) const;
};

/// y = scale * x + shift along one axis of x, or with one pair for all of x. x is the node's operand `input`.
struct ChannelAffine {
  std::size_t input = 0;
  std::optional<std::size_t> axis = {};     ///< none: scale and shift hold one number each
  std::vector<double> scale = {}, shift = {};  ///< one per position along `axis`
};

/// y = x + values, or with `replaces` values where they are not 0 and x elsewhere; some of them are as low as only a mask is.
/// x is the node's operand `input`, of y's shape.
struct Masking {
  std::size_t input = 0;
  Tensor values;  ///< broadcast to x
  bool replaces = false;
};

/// A node that replaces another one: it reads operand 0 as before, then `constants` as its further operands.
struct Rewrite {
  Node node;  ///< `inputs` is filled in by the caller
  std::vector<Tensor> constants;
};

class Expansion;
class Lowering;

/// What docs/operators.md says of an operator: one line of Markdown each. Operators with the same text share a row.
struct OperatorText {
  const char* proven = "";
  const char* limits = "";
};

struct Operator {
  const char* op;
  const char* domain;
  OperatorText text = {};   ///< of operators of files; our own domain has none

  /// Checks attributes, operand count, types and shapes, and gives one type per output. Never touches activation
  /// values. Errors name the node (see `refuse`). Output shapes are within kMaxElements.
  Result<std::vector<TensorType>> (*infer)(const Call&) = nullptr;

  /// The outputs in float; their `element` does not matter, it is what `infer` says. Contract: `infer` accepts the call and every
  /// present operand has its value.
  std::vector<Tensor> (*evaluate)(const Call&) = nullptr;

  /// Writes the node into the theorem: reads its operands from, and gives its output 0 to, the Lowering. Same contract
  /// as `as_affine`. Errors: unsupported, naming the node. Null for operators that `prepare` always folds away.
  Status (*lower)(const Call&, Lowering&) = nullptr;

  /// The nodes that the node stands for (expansion.h); none of them: it stands for itself. Operators that always have some have
  /// nothing else. Only constants have values.
  Result<Expansion> (*expand)(const Call&) = nullptr;

  /// True when output 0 is operand 0 unchanged.
  bool is_identity = false;
  /// Bit k: of operand k only the type matters, to `evaluate` too, which may find no value there (the example of CastLike).
  std::uint32_t typed_operands = 0;
  /// True when output 0 is a tensor of floats of which each number depends on the operands' numbers at its place alone, under
  /// broadcasting.
  bool is_elementwise = false;
  /// True when its operands are compared with each other: those that are graph inputs then have one scale, so that equal numbers
  /// are equal integers.
  bool compares = false;
  /// Operand 0, where it is an input of the model, is read as exact float32 values (Lowering::read_exactly).
  bool reads_exactly = false;
  /// True when, of float32 values, it reads operand 0 in no other way. Then it reads copies of them exactly, too (graph/exact_copies.h).
  bool reads_nothing_else = false;
  /// True when output 0 is float32 values, exactly, where operand 0 is (Lowering::give_exactly).
  bool gives_exactly = false;
  /// True when `evaluate` takes time linear in the sizes of its operands and outputs.
  bool is_linear_time = true;

  /// The node as a per-channel affine map of one operand, if it is one. Contract as for `evaluate`, except that only
  /// constants have values. May be null.
  std::optional<ChannelAffine> (*as_affine)(const Call&) = nullptr;

  /// The node with `map` applied to its output, if it can take it in. Same contract. May be null.
  std::optional<Rewrite> (*absorb)(const Call&, const ChannelAffine& map) = nullptr;

  /// The node as a mask of one operand, if it is one, and the node with its operand 0 masked first, if it can take that in. Same
  /// contract. May be null.
  std::optional<Masking> (*as_mask)(const Call&) = nullptr;
  std::optional<Rewrite> (*absorb_mask)(const Call&, const Masking& masking) = nullptr;

  /// Of masks that are computed: numbers of operand `operand` that are lower than the result are as good as the result, if numbers
  /// of output 0 that are lower than `floor` are as good as that; -infinity: every number counts. Operands may have no values:
  /// then the result only says whether some of them do not count. Null: every number of every operand counts.
  double (*floor_of)(const Call&, std::size_t operand, double floor) = nullptr;
};

}  // namespace tacit
