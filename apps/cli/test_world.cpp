#include "test_world.h"

#include "api_evm.h"
#include "api_explain.h"

#include <algorithm>
#include <limits>

namespace tacit::cli {

namespace test {
World& world() {
  static World w;
  return w;
}
}  // namespace test

namespace api {

using test::world;

class Bundle {};

namespace {

constexpr std::uint64_t kValues = 2;

Bytes bytes_of_text(const std::string& text) { return {text.begin(), text.end()}; }

Error foreign(const std::string& path) { return bad_input("is not a Tacit file", path); }

void step() {
  if (world().before_every_step) world().before_every_step();
}

Array doubled(const DataFile& input, std::uint64_t first, std::uint64_t samples) {
  Array out{"y", {samples, kValues}, {}, ArrayType::kFloat32};
  for (std::uint64_t i = first * kValues; i < (first + samples) * kValues; ++i) {
    out.values.push_back(2 * input.arrays[0].values[i]);
  }
  return out;
}

TensorValue published(const Array& array) {
  TensorValue v{array.name, array.dims, array.values, {}, 0.5, -128, 127, {}, {}};
  for (double x : v.values) v.integers.push_back(static_cast<std::int64_t>(x / v.scale));
  return v;
}

Statement statement() {
  Statement s;
  s.key_digest = "c0ffee";
  s.input = world().input;
  s.output = world().output;
  if (s.input == Visibility::kPublic) s.inputs = {published({"x", {1, kValues}, {1, 2}, ArrayType::kFloat32})};
  if (s.output == Visibility::kPublic) s.outputs = {published({"y", {1, kValues}, {2, 4}, ArrayType::kFloat32})};
  s.input_commitments = world().input_commitments;
  s.output_commitments = world().output_commitments;
  for (std::size_t i = 0; i < s.input_commitments.size(); ++i) s.committed_inputs.push_back("x" + std::to_string(i));
  for (std::size_t i = 0; i < s.output_commitments.size(); ++i) s.committed_outputs.push_back("y" + std::to_string(i));
  s.zero_knowledge = world().zero_knowledge;
  s.accuracy = world().accuracy;
  s.target_bits = 128;
  s.parts = {{"inference", 129.1}, {"registration", 128.9}};
  s.proven_bits = 128.9;
  return s;
}

VerifyReport rejected(const std::string& why) {
  Statement s = statement();
  s.inputs.clear();
  s.outputs.clear();
  return VerifyReport{{false, why, s}, 0.001};
}

SecurityReport security() { return {128, 128.4, {{"lookups", 140}, {"opening", 129.5}}}; }

}  // namespace

Result<ModelReport> inspect(ByteSpan model, const std::string& path, const InspectOptions& options) {
  step();
  if (model.empty()) return bad_input("is not an ONNX model", path);
  ModelReport r;
  r.name = "doubler";
  r.opset = 17;
  r.nodes = 2;
  r.parameters = 1;
  r.inputs = {{"x", {1, kValues}, "float32"}};
  r.outputs = {{"y", {1, kValues}, "float32"}};
  r.operators = {{"Mul", 1, true}, {"Erf", 2, false}};
  r.openings = options.openings;
  if (world().provable) {
    r.operators.pop_back();
    if (options.openings > 1000) r.no_shape = "a budget of so many openings cannot be held";
    else if (options.draw) r.drawing = "<svg/>";
    r.passes = {{"drop what no output depends on", 9, 7}, {"skip identities", 7, 7}};
    if (options.openings <= 1000) r.shape = ModelReport::Shape{12, 3, 7, 25000, 90, 200 * 1024.0, 210 * 1024.0};
    return r;
  }
  r.problems = {"Erf is not supported: node erf_1", "Erf is not supported: node erf_2"};
  return r;
}

Result<Compiled> compile(ByteSpan, const std::string&, const CompileOptions& options, const Execution& how) {
  step();
  world().compiled_with = options;
  world().ran_with = how;
  Compiled c{bytes_of_text("BUNDLE"), bytes_of_text("KEY"), {}};
  c.report.key_digest = "c0ffee";
  c.report.samples = 3;
  c.report.errors = {{"y", 0.25, 0.125, 8}};
  if (options.ranges == tacit::api::RangeMethod::kAuto) c.report.ranges = tacit::api::RangeChoice{9, 2, 0.5, 0.25};
  c.report.security = security();
  c.report.zero_knowledge = world().zero_knowledge;
  if (options.labels) c.report.accuracy = Accuracy{options.labels->size(), 2, 3, 2};
  return c;
}

Result<BundleHandle> open_bundle(ByteSpan bytes, const std::string& path) {
  step();
  if (!std::ranges::equal(bytes, bytes_of_text("BUNDLE"))) return foreign(path);
  return std::make_shared<const Bundle>();
}

Bytes key_of(const Bundle&) { return bytes_of_text("KEY"); }

bool claims_accuracy(const Bundle&) { return world().claims; }

Result<std::uint64_t> sample_count(const Bundle&, const DataFile& input) {
  return input.arrays[0].values.size() / kValues;
}

Result<RunReport> run(const Bundle& bundle, const DataFile& input, const Execution&, bool) {
  std::uint64_t samples = sample_count(bundle, input).value();
  return RunReport{samples, {doubled(input, 0, samples)}, 1, 0.002};
}

Result<Proved> prove(const Bundle&, const DataFile& input, std::uint64_t sample, const Execution&) {
  step();
  world().proved_sample = sample;
  return Proved{bytes_of_text("PROOF"), statement(), {published(doubled(input, sample, 1))}, {{"commit", 0.01}}, std::nullopt, 0.02, {}};
}

Result<AccuracyReport> accuracy(const Bundle& bundle, const DataFile& inputs, const AccuracyOptions& options, const Execution&) {
  AccuracyReport out;
  out.rows = sample_count(bundle, inputs).value();
  if (options.labels) out.counts = Accuracy{out.rows, 1, std::nullopt, std::nullopt};
  if (!options.real) return out;
  if (options.labels) out.counts->float_correct = 2;
  out.agreeing = 2;
  OutputDistance& distance = out.outputs.emplace_back();
  distance.error = {"y", 0.5, 0.25, 8};
  distance.histogram = {{1e-3, 1}, {std::numeric_limits<double>::infinity(), 2}};
  distance.worst = {{2, 0.5}, {0, 0.4}};
  distance.worst.resize(std::min(options.worst, distance.worst.size()));
  return out;
}

Result<Exported> export_quantized(const Bundle&) {
  step();
  return Exported{bytes_of_text("INTEGERS"), {{"x", {1, kValues}, "float32"}}, {{"y", {1, kValues}, "float32"}}};
}

Result<VerifyReport> verify(ByteSpan key, const std::string& key_path, ByteSpan proof, const std::string& proof_path,
                            const Execution&) {
  step();
  if (!std::ranges::equal(key, bytes_of_text("KEY"))) return foreign(key_path);
  if (proof.empty() || proof[0] != 'P') return foreign(proof_path);
  bool whole = std::ranges::equal(proof, bytes_of_text("PROOF"));
  if (!world().rejection.empty()) return rejected(world().rejection);
  if (!whole) return rejected("the bytes do not add up");
  return VerifyReport{{true, "", statement()}, 0.001};
}

Result<Comparison> compare(const std::vector<TensorValue>& values, const DataFile& given, std::uint64_t sample) {
  const std::vector<double>& all = given.arrays[0].values;
  for (std::size_t i = 0; i < kValues; ++i) {
    if (all[sample * kValues + i] != values[0].values[i]) return Comparison{false, "they differ at " + std::to_string(i)};
  }
  return Comparison{true, ""};
}

Result<FileReport> describe(ByteSpan file, const std::string& path) {
  FileReport r;
  r.security = security();
  r.key_digest = "c0ffee";
  r.parts = {{"openings", 4}};
  r.zero_knowledge = world().zero_knowledge;
  if (std::ranges::equal(file, bytes_of_text("PROOF"))) return r;
  if (!std::ranges::equal(file, bytes_of_text("KEY"))) return foreign(path);
  r.kind = FileReport::Kind::kKey;
  r.published = {{"sum", "Mul_0", "2 x 1 = w * x"}};
  return r;
}

Result<Explanation> explain(ByteSpan, const std::string& path, const DataFile&, const ExplainOptions& options, const Execution&) {
  step();
  if (!world().provable) return unsupported("is too large to be explained number by number", path);
  world().proved_sample = options.sample;
  return Explanation{{{"How it works", {"It is for learning."}, {}}, {"1 Numbers", {"    x = 1"}, {{"x", {"1"}}}}}};
}

Result<ChainReport> chain_report(ByteSpan key, const std::string& path) {
  if (!std::ranges::equal(key, bytes_of_text("KEY"))) return foreign(path);
  ChainReport r;
  r.key_digest = "c0ffee";
  r.security_bits = 100;
  r.plan = {0x0a, 0xff};
  r.deployment = {0x61, 0x00, 0x7f};
  r.total = world().chain_gas;
  r.cap = 16777216;
  return r;
}

Result<Bytes> chain_calldata(ByteSpan, const std::string&, ByteSpan, const std::string& proof_path) {
  if (!world().rejection.empty()) return bad_input("the proof does not hold: " + world().rejection, proof_path);
  return Bytes{0xf7, 0xe8};
}

std::vector<std::pair<std::string, ByteSpan>> contract_sources() {
  static const Bytes source = bytes_of_text("pragma");
  return {{"Field.sol", source}};
}

std::string operators() { return "| operator |\n"; }

Demo demo() {
  DataFile input{"demo", {{"x", {1, kValues}, {1, 2}, ArrayType::kFloat32}}};
  return {"a doubler", bytes_of_text("ONNX"), input, input};
}

}  // namespace api
}  // namespace tacit::cli
