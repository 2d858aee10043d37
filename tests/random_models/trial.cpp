#include "random_models/trial.h"

#include <algorithm>
#include <cmath>

#include "graph/calibrate.h"
#include "graph/prepare.h"
#include "ops/call.h"
#include "prover/commitment.h"
#include "prover/test_network.h"
#include "random_models/naive.h"
#include "theorem/bounds.h"
#include "theorem/definitions.h"
#include "theorem/float32.h"
#include "theorem/run.h"
#include "theorem/totality.h"

namespace tacit::random_models {
namespace {

using Fault = std::optional<std::string>;

/// Compiled, on a coarser grid where committed values do not fit.
Result<Compiled> compile_specimen(const Specimen& s, const Graph& graph) {
  CompileOptions options = s.options;
  const std::vector<TensorMap> samples = s.calibrated ? s.samples : std::vector<TensorMap>{};
  for (;; options.grid += 4) {
    auto compiled = compile(graph, samples, {}, options);
    const bool too_wide = !compiled.ok() && compiled.error().what.find("coarser --grid") != std::string::npos;
    if (!too_wide || options.grid > 10) return compiled;
  }
}

/// Some of what the model was calibrated on: its own samples, or the first ones that the compiler draws from the range.
std::vector<TensorMap> calibration_of(const Specimen& s, const Graph& graph) {
  if (s.calibrated) return s.samples;
  return synthetic_samples(graph, s.options.input_range->first, s.options.input_range->second, 5);
}

Refusal refusal_of(const std::string& text) {
  const std::size_t open = text.find('('), comma = text.find(", opset");
  const bool named = open != std::string::npos && comma != std::string::npos && open < comma;
  return {named ? text.substr(open + 1, comma - open - 1) : "unnamed", text};
}

void note_error(const Error& error, Outcome& outcome) {
  const bool named = error.text().find("node ") != std::string::npos || error.text().find("put \"") != std::string::npos;
  if (error.code == ErrorCode::kUnsupported && named) outcome.refusal = refusal_of(error.text());
  else outcome.fault = "refused, though not as unsupported by a node, an input or an output that is named: " + error.text();
}

Fault failed(const char* what, const Status& status) {
  return status.ok() ? Fault{} : Fault{std::string(what) + ": " + status.error().text()};
}

Fault check_key(const Compiled& model) {
  const std::vector<bool> inputs = input_columns(model.theorem, model.ports);
  if (auto f = failed("check_theorem", check_theorem(model.theorem))) return f;
  if (auto f = failed("check_bounds", check_bounds(model.theorem))) return f;
  if (auto f = failed("check_definitions", check_definitions(model.theorem, inputs))) return f;
  return failed("check_totality", check_totality(model.theorem, inputs));
}

/// By ColumnId: the weights.
std::vector<IntColumn> weights_by_id(const Compiled& model) {
  std::vector<IntColumn> columns(model.theorem.columns.size());
  std::size_t next = 0;
  for (ColumnId id = 0; id < columns.size(); ++id) {
    if (model.theorem.columns[id].home == Home::kWeights) columns[id] = model.weights[next++];
  }
  return columns;
}

enum class Extreme { kSample, kRandom, kLowest, kHighest, kMixed };

/// Digits of any float32, infinities and NaN among them: there are digits of no float, which no caller makes.
void fill_with_floats(const Port& port, std::size_t count, Extreme kind, Random& random, std::vector<IntColumn>& columns) {
  for (const ColumnId id : port.columns()) columns[id].assign(count, 0);
  for (std::size_t k = 0; k < count; ++k) {
    const bool top = kind == Extreme::kHighest || (kind == Extreme::kMixed && random.chance(50));
    const std::int64_t order = kind == Extreme::kRandom ? random.between(-kFloat32Infinity, kNanOrder) : top ? kNanOrder : -kFloat32Infinity;
    const Digits digits = digits_of(order - kLowOffset);
    columns[port.column][k] = digits.high;
    columns[port.low_column][k] = digits.low;
  }
}

/// Fills the input columns with the sample, or with integers of their declared ranges.
void fill_inputs(const Specimen& s, const Compiled& model, Extreme kind, Random& random, std::vector<IntColumn>& columns) {
  for (const Port& port : model.ports.inputs) {
    if (kind == Extreme::kSample) {
      const Tensor& t = s.samples[0].at(port.name);
      std::vector<double> flat(t.f.begin(), t.f.end());
      flat.insert(flat.end(), t.i.begin(), t.i.end());
      quantise(port, model.theorem, flat, columns);
      continue;
    }
    if (port.scale == kFloat32Scale) {
      fill_with_floats(port, model.theorem.columns[port.column].size(), kind, random, columns);
      continue;
    }
    for (const ColumnId id : port.columns()) {
      const Column& column = model.theorem.columns[id];
      columns[id].assign(column.size(), 0);
      for (std::int32_t& v : columns[id]) {
        const bool top = kind == Extreme::kHighest || (kind == Extreme::kMixed && random.chance(50));
        v = static_cast<std::int32_t>(kind == Extreme::kRandom ? random.between(column.lo, column.hi) : top ? column.hi : column.lo);
      }
    }
  }
}

/// Both executors on one input.
Fault compare_executors(const Compiled& model, const std::vector<IntColumn>& given) {
  std::vector<IntColumn> columns = given;
  if (auto fault = fill_by_definition(model.theorem, columns)) return fault;
  Assignment a;
  a.columns = given;
  run_steps(model.theorem, a);
  for (ColumnId id = 0; id < columns.size(); ++id) {
    if (a.columns[id] != columns[id]) return "column \"" + model.theorem.columns[id].name + "\" is not what its definition says";
  }
  if (auto f = failed("count_multiplicities", count_multiplicities(model.theorem, a))) return f;
  return check_lookups(model.theorem, a.columns);
}

Fault compare_integers(const Specimen& s, const Compiled& model, Random& random) {
  for (const Extreme kind : {Extreme::kSample, Extreme::kRandom, Extreme::kLowest, Extreme::kHighest, Extreme::kMixed}) {
    std::vector<IntColumn> columns = weights_by_id(model);
    fill_inputs(s, model, kind, random, columns);
    if (auto fault = compare_executors(model, columns)) return *fault + " (inputs of kind " + std::to_string(static_cast<int>(kind)) + ")";
  }
  return std::nullopt;
}

Settings settings_of(const Specimen& s) {
  Settings settings;
  settings.model_name = s.graph.name;
  settings.activation_bits = s.options.quant.activation_bits;
  settings.weight_bits = s.options.quant.weight_bits;
  settings.security = 100;
  settings.openings = 2;
  settings.weights = s.weights;
  return settings;
}

/// The same, for a proof. Pairs of digits may stand for integers below those that can be committed: then the nearest one.
void fill_committable(const Specimen& s, const Compiled& model, Extreme kind, Random& random, std::vector<IntColumn>& columns) {
  fill_inputs(s, model, kind, random, columns);
  for (const Port& port : model.ports.inputs) {
    if (!port.is_committed()) continue;
    std::vector<std::int64_t> integers = to_logical(port, columns);
    for (std::int64_t& v : integers) v = std::clamp<std::int64_t>(v, kCommittedMin, kCommittedMax);
    const std::array<IntColumn, 2> digits = columns_of(port, integers);
    columns[port.column] = digits[0];
    columns[port.low_column] = digits[1];
  }
}

/// A proof of the model on these inputs, which are committed where their ports are.
Result<Proof> prove_input(const ProverModel& model, const std::vector<IntColumn>& columns) {
  std::vector<IntColumn> inputs;
  std::vector<CommitmentOpening> openings;
  for (const Port& port : model.key.core.ports.inputs) {
    for (const ColumnId id : port.columns()) inputs.push_back(columns[id]);
    if (!port.is_committed()) continue;
    auto opening = commit_integers(to_logical(port, columns), {std::ilogb(port.scale), 2, 100}, test_secret(static_cast<std::uint8_t>(2 + openings.size())));
    if (!opening.ok()) return opening.error();
    openings.push_back(std::move(*opening));
  }
  Boundary boundary{{}, {-16, 2, 100}};
  for (const CommitmentOpening& opening : openings) boundary.inputs.push_back(&opening);
  return prove(model, inputs, {}, boundary);
}

/// The columns of the ports of this side that are public.
std::vector<ColumnId> public_columns(const std::vector<Port>& ports) {
  std::vector<ColumnId> out;
  for (const Port& port : ports) {
    if (port.visibility == Visibility::kPublic) out.push_back(port.column);
  }
  return out;
}

/// Another integer of the column's range in one place.
void change_entry(const Theorem& theorem, ColumnId id, IntColumn& column, Random& random) {
  const Column& range = theorem.columns[id];
  std::int32_t& v = column[random.below(column.size())];
  const std::int64_t other = random.chance(50) ? v + 1 : random.between(range.lo, range.hi);
  v = static_cast<std::int32_t>(other != v && other <= range.hi ? other : v > range.lo ? v - 1 : v + 1);
}

/// What is said of an honest proof's file is changed in one place.
Cheat cheat_with(const VerifierKey& key, Random& random, ProofFile& file) {
  const std::vector<ColumnId> outputs = public_columns(key.core.ports.outputs), inputs = public_columns(key.core.ports.inputs);
  const int way = static_cast<int>(random.between(0, 9));
  if (!outputs.empty() && way < 8) {
    const ColumnId id = random.one_of(outputs);
    change_entry(key.core.theorem, id, file.publics[id], random);
    return Cheat::kOutput;
  }
  if (!inputs.empty() && way < 9) {
    const ColumnId id = random.one_of(inputs);
    change_entry(key.core.theorem, id, file.publics[id], random);
    return Cheat::kInput;
  }
  file.stream[random.below(file.stream.size())] ^= static_cast<std::uint8_t>(random.between(1, 255));
  return Cheat::kStream;
}

/// The proof of another input, with this one's public values.
Fault check_other_input(const ProverModel& model, const VerifierKey& key, const std::vector<IntColumn>& other, const ProofFile& honest) {
  auto proof = prove_input(model, other);
  if (!proof.ok()) return "prove: " + proof.error().text();
  auto file = read_proof(key, proof->file);
  if (!file.ok()) return "read_proof: " + file.error().text();
  if (file->publics == honest.publics) return std::nullopt;
  file->publics = honest.publics;
  return verify(key, *file).accepted ? Fault{"the proof of another input is accepted"} : std::nullopt;
}

Fault prove_and_cheat(const Specimen& s, const Compiled& compiled, Random& random, const char* volatile& stage, Outcome& outcome) {
  stage = "register";
  std::vector<IntColumn> columns = weights_by_id(compiled);
  auto model = register_model(compiled.theorem, compiled.ports, settings_of(s), columns, test_secret(), {});
  if (!model.ok()) return "register_model: " + model.error().text();
  auto key = read_key(model->key.encode());
  if (!key.ok()) return "read_key: " + key.error().text();
  stage = "prove";
  const Extreme kind = random.chance(60) ? Extreme::kSample : random.chance(50) ? Extreme::kRandom : Extreme::kMixed;
  fill_committable(s, compiled, kind, random, columns);
  auto proof = prove_input(*model, columns);
  if (!proof.ok()) return "prove: " + proof.error().text();
  if (auto fault = fill_by_definition(compiled.theorem, columns)) return fault;
  for (const Port& port : compiled.ports.outputs) {
    for (const ColumnId id : port.columns()) {
      if (proof->outputs[id] != columns[id]) return "the proven output " + port.name + " is not the reference's";
    }
  }
  stage = "verify";
  auto file = read_proof(*key, proof->file);
  if (!file.ok()) return "read_proof: " + file.error().text();
  const Verdict verdict = verify(*key, *file);
  if (!verdict.accepted) return "an honest proof is refused: " + verdict.reason;
  outcome.proven = true;
  stage = "cheat";
  ProofFile changed = *file;
  outcome.cheat = cheat_with(*key, random, changed);
  if (verify(*key, changed).accepted) return "cheat " + std::to_string(static_cast<int>(outcome.cheat)) + " is accepted";
  if (!random.chance(5)) return std::nullopt;
  fill_committable(s, compiled, Extreme::kRandom, random, columns);
  return check_other_input(*model, *key, columns, *file);
}

}  // namespace

Outcome run_trial(const Specimen& s, const char* volatile& stage) {
  Outcome outcome;
  stage = "prepare";
  Graph graph = s.graph;
  if (const Status ordered = order_nodes(graph); !ordered.ok()) return note_error(ordered.error(), outcome), outcome;
  auto prepared = prepare(std::move(graph));
  if (!prepared.ok()) return note_error(prepared.error(), outcome), outcome;
  stage = "compile";
  auto compiled = compile_specimen(s, *prepared);
  if (!compiled.ok()) return note_error(compiled.error(), outcome), outcome;
  Random random(s.seed ^ 0x5EED, s.index);
  stage = "checks of a key";
  outcome.fault = check_key(*compiled);
  if (outcome.fault) return outcome;
  stage = "integers";
  outcome.fault = compare_integers(s, *compiled, random);
  if (outcome.fault) return outcome;
  stage = "distance from float";
  outcome.fault = compare_with_float(*prepared, *compiled, calibration_of(s, *prepared), outcome.closeness);
  if (outcome.fault) return outcome;
  outcome.fault = prove_and_cheat(s, *compiled, random, stage, outcome);
  return outcome;
}

}  // namespace tacit::random_models
