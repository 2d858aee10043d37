// If, Loop and Scan with conditions and trip counts that are known when the model is compiled: their bodies are written out.
//
//   If(true) { then }                 =>  the nodes of `then`
//   Loop(3, true, v) { body }         =>  body(0, true, v), then what is left: LoopRest(3, cond, v') after 1 iteration ...
//   Scan(s, xs) { body }              =>  body(s, xs[0]), body(s', xs[1]), ...
//
// A loop is written out an iteration at a time, so that a condition which the body computes from constants is known before the
// next one.
#include <algorithm>
#include <memory>

#include "ops/call.h"
#include "ops/expansion.h"

namespace tacit {
namespace {

using Names = std::vector<std::string>;
using Body = std::shared_ptr<const Subgraph>;

Result<Body> read_body(const Node& node, const char* name, std::size_t inputs) {
  auto found = node.attributes.find(name);
  if (found == node.attributes.end()) return malformed(node, "attribute " + std::string(name) + " is missing");
  const Body* body = std::get_if<Body>(&found->second);
  if (body == nullptr) return refuse(node, "attribute " + std::string(name) + " is a graph that is not supported");
  if ((*body)->inputs.size() == inputs) return *body;
  return malformed(node, "attribute " + std::string(name) + " has " + std::to_string((*body)->inputs.size()) + " inputs, " + std::to_string(inputs) + " expected");
}

/// Operand `index`, one number that is known.
Result<std::int64_t> read_number(const Call& call, std::size_t index, const char* role) {
  TACIT_OK(check_constant(call, index, role));
  const Tensor& value = *call.operand(index).value;
  if (value.dtype == DType::kInt64 && value.i.size() == 1) return value.i[0];
  return malformed(*call.node, "its " + std::string(role) + " is not one integer or boolean");
}

Result<Expansion> expand_if(const Call& call) {
  TACIT_TRY(const std::int64_t condition, read_number(call, 0, "condition"));
  TACIT_TRY(const Body body, read_body(*call.node, condition != 0 ? "then_branch" : "else_branch", 0));
  if (body->outputs.size() != call.node->outputs.size()) return malformed(*call.node, "its branch has not as many outputs as it");
  Expansion expansion(call);
  const Names outputs = expansion.place(*body, {}, "");
  for (std::size_t k = 0; k < outputs.size(); ++k) expansion.give(k, outputs[k]);
  if (expansion.nodes.empty()) return malformed(*call.node, "has no output");
  return expansion;
}

/// More could not be proven anyway.
constexpr std::int64_t kMaxIterations = 1024;

/// A Loop after `done` iterations: inputs M, condition, states, captured values, and what each scan output was in each of them.
struct Progress {
  Body body;
  std::size_t states = 0, scans = 0;
  std::int64_t done = 0;

  std::size_t first_scan() const { return body->first_captured + body->captured.size(); }
};

Result<Progress> read_progress(const Call& call) {
  const Node& node = *call.node;
  Progress p;
  auto found = node.attributes.find("body");
  const Body* body = found == node.attributes.end() ? nullptr : std::get_if<Body>(&found->second);
  if (body == nullptr) return refuse(node, "attribute body is no graph that is supported");
  p.body = *body;
  if (p.body->first_captured < 2) return malformed(node, "has no trip count and condition, not even left out");
  p.states = p.body->first_captured - 2;
  const std::size_t outputs = p.body->outputs.size();
  if (p.body->inputs.size() != p.states + 2 || outputs < p.states + 1 || call.node->outputs.size() > outputs - 1) {
    return malformed(node, "its body's inputs and outputs do not fit its own");
  }
  p.scans = outputs - 1 - p.states;
  if (node.domain == kOwnDomain) {
    TACIT_TRY(p.done, int_attribute(node, "done", 0));
  }
  return p;
}

Result<bool> is_over(const Call& call, std::int64_t done) {
  const bool counted = call.operand(0).present, conditional = call.operand(1).present;
  if (counted) {
    TACIT_TRY(const std::int64_t count, read_number(call, 0, "trip count"));
    if (done >= count) return true;
  }
  if (conditional) {
    TACIT_TRY(const std::int64_t goes_on, read_number(call, 1, "condition"));
    if (goes_on == 0) return true;
  }
  if (done < kMaxIterations) return false;
  return refuse(*call.node, "it runs more than " + std::to_string(kMaxIterations) + " times");
}

std::string stacked(Expansion& expansion, const Names& slices, std::int64_t axis) {
  Names parts;
  for (const std::string& slice : slices) parts.push_back(expansion.add("Unsqueeze", {slice, expansion.integers({axis})}));
  return parts.size() == 1 ? parts[0] : expansion.add("Concat", parts, {{"axis", Attribute{axis}}});
}

Result<Expansion> finish(const Call& call, const Progress& p) {
  Expansion expansion(call);
  for (std::size_t k = 0; k < p.states; ++k) expansion.give(k, expansion.input(2 + k));
  for (std::size_t k = 0; k < p.scans; ++k) {
    if (!expansion.wants(p.states + k)) continue;
    if (p.done == 0) return refuse(*call.node, "it does not run at all, and what it collects is empty");
    Names slices;
    for (std::int64_t i = 0; i < p.done; ++i) slices.push_back(expansion.input(p.first_scan() + static_cast<std::size_t>(i) * p.scans + k));
    expansion.give(p.states + k, stacked(expansion, slices, 0));
  }
  return expansion;
}

Result<Expansion> expand_loop(const Call& call) {
  TACIT_TRY(const Progress p, read_progress(call));
  TACIT_TRY(const bool over, is_over(call, p.done));
  if (over) return finish(call, p);
  Expansion expansion(call);
  const std::string number = expansion.constant(make_int64({}, {p.done}));
  Names arguments{number, call.operand(1).present ? expansion.input(1) : expansion.constant(make_int64({}, {1}))};
  for (std::size_t k = 0; k < p.states; ++k) arguments.push_back(expansion.input(2 + k));
  const Names outputs = expansion.place(*p.body, arguments, std::to_string(p.done) + "/");
  Node rest = *call.node;
  if (p.done > 0) rest.name.resize(rest.name.rfind(':'));
  rest.name += ":" + std::to_string(p.done + 1);
  rest.op = "LoopRest";
  rest.domain = kOwnDomain;
  rest.attributes["done"] = p.done + 1;
  // Without a condition of the loop's own, what the body says of it counts nevertheless.
  rest.inputs[1] = outputs[0];
  for (std::size_t k = 0; k < p.states; ++k) rest.inputs[2 + k] = outputs[1 + k];
  for (std::size_t k = 0; k < p.scans; ++k) rest.inputs.push_back(outputs[1 + p.states + k]);
  expansion.nodes.push_back(std::move(rest));
  return expansion;
}

struct Scanned {
  Body body;
  std::size_t states = 0, inputs = 0, outputs = 0;
  std::int64_t steps = 0;
  std::vector<std::int64_t> in_axes, in_reversed, out_axes, out_reversed;
};

Result<std::vector<std::int64_t>> per_scan(const Node& node, const char* name, std::size_t count) {
  TACIT_TRY(std::vector<std::int64_t> list, ints_attribute(node, name, std::vector<std::int64_t>(count, 0)));
  if (list.size() == count) return list;
  return malformed(node, "attribute " + std::string(name) + " has not one number for each");
}

Result<Scanned> read_scan(const Call& call) {
  const Node& node = *call.node;
  if (node.opset < 9) return refuse(node, "Scan of opset 8, over batches of sequences, is not supported");
  auto found = node.attributes.find("body");
  const Body* body = found == node.attributes.end() ? nullptr : std::get_if<Body>(&found->second);
  if (body == nullptr) return refuse(node, "attribute body is no graph that is supported");
  Scanned s;
  s.body = *body;
  TACIT_TRY(const std::int64_t inputs, int_attribute(node, "num_scan_inputs", 0));
  const std::size_t all = s.body->first_captured;
  if (inputs < 1 || inputs > static_cast<std::int64_t>(all) || s.body->inputs.size() != all) return malformed(node, "its inputs do not fit its body's");
  s.inputs = static_cast<std::size_t>(inputs);
  s.states = all - s.inputs;
  if (s.body->outputs.size() < s.states || node.outputs.size() > s.body->outputs.size()) return malformed(node, "its outputs do not fit its body's");
  s.outputs = s.body->outputs.size() - s.states;
  TACIT_TRY(s.in_axes, per_scan(node, "scan_input_axes", s.inputs));
  TACIT_TRY(s.in_reversed, per_scan(node, "scan_input_directions", s.inputs));
  TACIT_TRY(s.out_axes, per_scan(node, "scan_output_axes", s.outputs));
  TACIT_TRY(s.out_reversed, per_scan(node, "scan_output_directions", s.outputs));
  for (std::size_t k = 0; k < s.inputs; ++k) {
    const Shape& dims = call.operand(s.states + k).type.dims;
    TACIT_TRY(const std::size_t axis, resolve_axis(node, s.in_axes[k], dims.size(), false));
    s.in_axes[k] = static_cast<std::int64_t>(axis);
    if (k > 0 && dims[axis] != s.steps) return malformed(node, "its inputs have not the same number of steps");
    s.steps = dims[axis];
  }
  if (s.steps >= 1 && s.steps <= kMaxIterations) return s;
  return refuse(node, "it has no steps, or more than " + std::to_string(kMaxIterations));
}

Result<Expansion> expand_scan(const Call& call) {
  TACIT_TRY(const Scanned s, read_scan(call));
  Expansion expansion(call);
  Names states;
  for (std::size_t k = 0; k < s.states; ++k) states.push_back(expansion.input(k));
  std::vector<Names> collected(s.outputs);
  for (std::int64_t step = 0; step < s.steps; ++step) {
    Names arguments = states;
    for (std::size_t k = 0; k < s.inputs; ++k) {
      const std::int64_t at = s.in_reversed[k] != 0 ? s.steps - 1 - step : step;
      const std::string index = expansion.constant(make_int64({}, {at}));
      arguments.push_back(expansion.add("Gather", {expansion.input(s.states + k), index}, {{"axis", Attribute{s.in_axes[k]}}}));
    }
    const Names outputs = expansion.place(*s.body, arguments, std::to_string(step) + "/");
    states.assign(outputs.begin(), outputs.begin() + static_cast<std::ptrdiff_t>(s.states));
    for (std::size_t k = 0; k < s.outputs; ++k) collected[k].push_back(outputs[s.states + k]);
  }
  for (std::size_t k = 0; k < s.states; ++k) expansion.give(k, states[k]);
  for (std::size_t k = 0; k < s.outputs; ++k) {
    if (!expansion.wants(s.states + k)) continue;
    if (s.out_reversed[k] != 0) std::reverse(collected[k].begin(), collected[k].end());
    expansion.give(s.states + k, stacked(expansion, collected[k], s.out_axes[k]));
  }
  return expansion;
}

}  // namespace

constexpr OperatorText kText = {
    "their bodies, written out",
    "conditions and trip counts constant; up to 1,024 iterations"};
extern const Operator kIf, kLoop, kLoopRest, kScan;
const Operator kIf = {.op = "If", .domain = "", .text = kText, .expand = expand_if};
const Operator kLoop = {.op = "Loop", .domain = "", .text = kText, .expand = expand_loop};
const Operator kLoopRest = {.op = "LoopRest", .domain = kOwnDomain, .expand = expand_loop};
const Operator kScan = {.op = "Scan", .domain = "", .text = kText, .expand = expand_scan};

}  // namespace tacit
