// Sequences of tensors. A sequence is known when the model is compiled: a list of the names of its tensors (src/graph/sequences.h
// follows it from node to node), so that none of these operators is left in a graph and none has a statement.
#include "ops/call.h"
#include "ops/expansion.h"

namespace tacit {
namespace {

Result<Expansion> expand(const Call& call) { return refuse(*call.node, "is read only where the whole sequence is known"); }

}  // namespace

constexpr OperatorText kText = {
    "nothing: which tensors a sequence holds is known when the model is compiled, SequenceAt is one of them, SplitToSequence and "
    "ConcatFromSequence are Slice and Concat",
    "positions and lengths constant; no sequence is an input or an output of the model, or goes through If, Loop or Scan"};
extern const Operator kConcatFromSequence, kSequenceAt, kSequenceConstruct, kSequenceEmpty, kSequenceErase, kSequenceInsert,
    kSequenceLength, kSplitToSequence;
const Operator kConcatFromSequence = {.op = "ConcatFromSequence", .domain = "", .text = kText, .expand = expand};
const Operator kSequenceAt = {.op = "SequenceAt", .domain = "", .text = kText, .expand = expand};
const Operator kSequenceConstruct = {.op = "SequenceConstruct", .domain = "", .text = kText, .expand = expand};
const Operator kSequenceEmpty = {.op = "SequenceEmpty", .domain = "", .text = kText, .expand = expand};
const Operator kSequenceErase = {.op = "SequenceErase", .domain = "", .text = kText, .expand = expand};
const Operator kSequenceInsert = {.op = "SequenceInsert", .domain = "", .text = kText, .expand = expand};
const Operator kSequenceLength = {.op = "SequenceLength", .domain = "", .text = kText, .expand = expand};
const Operator kSplitToSequence = {.op = "SplitToSequence", .domain = "", .text = kText, .expand = expand};

}  // namespace tacit
