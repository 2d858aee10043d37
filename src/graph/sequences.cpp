#include "graph/sequences.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "ops/call.h"

namespace tacit {
namespace {

const std::set<std::string> kOperators = {"ConcatFromSequence", "SequenceAt", "SequenceConstruct", "SequenceEmpty", "SequenceErase",
                                          "SequenceInsert", "SequenceLength", "SplitToSequence"};
constexpr std::size_t kMostTensors = 4096;   ///< of one sequence
constexpr std::size_t kMostBytes = std::size_t{1} << 26;   ///< of all lists: a file can change one list as often as it has nodes

}  // namespace

struct Sequences::Read {
  const Node& node;
  const TypeMap& types;
  const ValueOf& value_of;
  std::set<std::string>& taken;

  bool has(std::size_t index) const { return index < node.inputs.size() && !node.inputs[index].empty(); }
  Expansion expansion() const { return Expansion(Call{&node, {}}); }

  /// Operand `index`, integers that are known.
  Result<std::vector<std::int64_t>> integers(std::size_t index, const char* role) const {
    const Tensor* value = value_of(node.inputs[index]);
    if (value == nullptr) return refuse(node, "its " + std::string(role) + " must be a constant of the model, not computed from its input");
    if (value->dtype != DType::kInt64) return malformed(node, "its " + std::string(role) + " does not hold integers");
    return value->i;
  }

  /// A place in a list of `count`, from operand `index`; negative ones count from the end.
  Result<std::size_t> position(std::size_t index, std::size_t count) const {
    TACIT_TRY(const std::vector<std::int64_t> given, integers(index, "position"));
    const auto size = static_cast<std::int64_t>(count);
    if (given.size() != 1 || given[0] < -size || given[0] >= size) {
      return malformed(node, "its position is not one of a sequence of " + std::to_string(count));
    }
    return static_cast<std::size_t>(given[0] < 0 ? given[0] + size : given[0]);
  }
};

Status Sequences::hold(const Read& read, const Names& list) {
  for (const std::string& name : list) held_ += name.size() + sizeof name;
  if (list.size() <= kMostTensors && held_ <= kMostBytes) return Unit{};
  return refuse(read.node, "makes a sequence of more than " + std::to_string(kMostTensors) + " tensors, or one of too many sequences");
}

Result<Sequences::Names*> Sequences::sequence(const Read& read, std::size_t index) {
  const auto found = read.has(index) ? lists_.find(read.node.inputs[index]) : lists_.end();
  if (found == lists_.end()) return malformed(read.node, "operand " + std::to_string(index) + " is no sequence that is known");
  return &found->second;
}

Result<Sequences::Names> Sequences::tensors(const Read& read, std::size_t from) const {
  Names names;
  for (std::size_t index = from; index < read.node.inputs.size(); ++index) {
    if (!read.has(index) || !read.types.contains(read.node.inputs[index])) return malformed(read.node, "operand " + std::to_string(index) + " is no tensor");
    names.push_back(read.node.inputs[index]);
  }
  return names;
}

Result<std::optional<Expansion>> Sequences::visit(const Node& node, const TypeMap& types, const ValueOf& value_of, std::set<std::string>& taken) {
  const Read read{node, types, value_of, taken};
  if (!node.domain.empty() || !kOperators.contains(node.op)) {
    for (const std::string& input : node.inputs)
      if (lists_.contains(input)) return refuse(node, "reads a sequence, \"" + input + "\"");
    return std::optional<Expansion>{};
  }
  if (node.outputs.size() != 1) return malformed(node, "has " + std::to_string(node.outputs.size()) + " outputs, 1 expected");
  TACIT_TRY(Expansion out, node.op == "SplitToSequence"      ? split(read)
                           : node.op == "ConcatFromSequence" ? join(read)
                           : node.op == "SequenceAt" || node.op == "SequenceLength" ? pick(read)
                                                                                    : change(read));
  return std::optional<Expansion>(std::move(out));
}

Result<Expansion> Sequences::change(const Read& read) {
  const std::string& op = read.node.op;
  Names list;
  if (op == "SequenceConstruct") {
    TACIT_TRY(list, tensors(read, 0));
    if (list.empty()) return malformed(read.node, "has no operand");
  } else if (op != "SequenceEmpty") {
    TACIT_TRY(const Names* given, sequence(read, 0));
    list = *given;
    const bool inserts = op == "SequenceInsert";
    const std::size_t at = inserts ? 2 : 1;
    if (!inserts && list.empty()) return malformed(read.node, "takes a tensor out of an empty sequence");
    std::size_t place = inserts ? list.size() : list.size() - 1;
    // One more place to insert at than there are tensors; -1 is the one before the last tensor.
    if (read.has(at)) {
      TACIT_TRY(const std::vector<std::int64_t> where, read.integers(at, "position"));
      const bool end = inserts && where.size() == 1 && where[0] == static_cast<std::int64_t>(list.size());
      if (!end) {
        TACIT_TRY(place, read.position(at, list.size()));
      }
    }
    if (inserts) {
      if (!read.has(1) || !read.types.contains(read.node.inputs[1])) return malformed(read.node, "operand 1 is no tensor");
      list.insert(list.begin() + static_cast<std::ptrdiff_t>(place), read.node.inputs[1]);
    } else {
      list.erase(list.begin() + static_cast<std::ptrdiff_t>(place));
    }
  }
  TACIT_OK(hold(read, list));
  lists_[read.node.outputs[0]] = std::move(list);
  return read.expansion();
}

Result<Expansion> Sequences::split(const Read& read) {
  TACIT_TRY(const Names operands, tensors(read, 0));
  if (operands.empty() || operands.size() > 2) return malformed(read.node, "has the wrong number of inputs");
  const Shape& dims = read.types.at(operands[0]).dims;
  TACIT_TRY(const std::int64_t given, int_attribute(read.node, "axis", 0));
  TACIT_TRY(const std::size_t axis, resolve_axis(read.node, given, dims.size(), false));
  TACIT_TRY(const bool keeps, flag_attribute(read.node, "keepdims", true));
  const std::int64_t extent = dims[axis];
  std::vector<std::int64_t> lengths;
  std::int64_t each = 1;
  if (operands.size() == 2) {
    TACIT_TRY(lengths, read.integers(1, "lengths"));
    if (read.types.at(operands[1]).dims.empty()) each = lengths.at(0), lengths.clear();
    if (each < 1) return malformed(read.node, "its lengths are not positive");
  }
  if (lengths.empty())
    for (std::int64_t start = 0; start < extent && lengths.size() <= kMostTensors; start += each) lengths.push_back(std::min(each, extent - start));
  if (lengths.size() > kMostTensors) return refuse(read.node, "makes a sequence of more than " + std::to_string(kMostTensors) + " tensors");
  Expansion out = read.expansion();
  Names list;
  std::int64_t start = 0;
  const auto along = static_cast<std::int64_t>(axis);
  for (const std::int64_t length : lengths) {
    if (length < 0 || length > extent - start) return malformed(read.node, "its lengths do not add up to the axis");
    const std::string part = out.add("Slice", {operands[0], out.integers({start}), out.integers({start + length}), out.integers({along})});
    if (operands.size() == 1 && !keeps) out.add("Squeeze", {part, out.integers({along})});
    std::string name = read.node.outputs[0] + "/" + std::to_string(list.size());
    while (!read.taken.insert(name).second) name += "'";
    out.nodes.back().outputs = {name};
    list.push_back(std::move(name));
    start += length;
  }
  if (start != extent) return malformed(read.node, "its lengths do not add up to the axis");
  TACIT_OK(hold(read, list));
  lists_[read.node.outputs[0]] = std::move(list);
  return out;
}

Result<Expansion> Sequences::join(const Read& read) {
  TACIT_TRY(const Names* list, sequence(read, 0));
  if (list->empty()) return refuse(read.node, "joins an empty sequence");
  if (!read.node.attributes.contains("axis")) return malformed(read.node, "attribute axis is missing");
  TACIT_TRY(const std::int64_t axis, int_attribute(read.node, "axis", 0));
  TACIT_TRY(const bool stacks, flag_attribute(read.node, "new_axis", false));
  Expansion out = read.expansion();
  Names parts = *list;
  TACIT_OK(hold(read, parts));
  if (stacks)
    for (std::string& part : parts) part = out.add("Unsqueeze", {part, out.integers({axis})});
  out.give(0, out.add("Concat", std::move(parts), {{"axis", Attribute{axis}}}));
  return out;
}

Result<Expansion> Sequences::pick(const Read& read) {
  TACIT_TRY(const Names* list, sequence(read, 0));
  Expansion out = read.expansion();
  if (read.node.op == "SequenceLength") {
    out.give(0, out.constant(make_int64({}, {static_cast<std::int64_t>(list->size())})));
    return out;
  }
  if (!read.has(1)) return malformed(read.node, "has no position");
  TACIT_TRY(const std::size_t at, read.position(1, list->size()));
  out.give(0, (*list)[at]);
  return out;
}

Status Sequences::check_outputs(const std::vector<std::string>& outputs) const {
  for (const std::string& name : outputs)
    if (lists_.contains(name)) return unsupported("it is a sequence; end the model with SequenceAt or ConcatFromSequence", "output \"" + name + "\"");
  return Unit{};
}

}  // namespace tacit
