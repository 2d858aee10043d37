#include "output.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "base/text.h"

namespace tacit::cli {
namespace {

constexpr std::size_t kShownValues = 12;

template <class... Args>
std::string formatted(const char* format, Args... args) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, format, args...);
  return buffer;
}

Json nested(const Array& array, std::size_t axis, std::size_t& next) {
  if (axis == array.dims.size()) {
    double value = array.values[next++];
    if (!array.labels.empty()) return visible(array.labels[next - 1]);
    if (array.type == ArrayType::kBool) return value != 0;
    if (is_integer(array.type)) return static_cast<std::int64_t>(value);
    return value;
  }
  Json list = Json::array();
  for (std::uint64_t i = 0; i < array.dims[axis]; ++i) list.push_back(nested(array, axis + 1, next));
  return list;
}

std::string one(const Array& array, std::size_t i) {
  if (!array.labels.empty()) return visible(array.labels[i]);
  return is_integer(array.type) ? std::to_string(static_cast<std::int64_t>(array.values[i])) : number(array.values[i]);
}

}  // namespace

void Lines::add(std::string label, std::string_view value) {
  rows_.emplace_back(std::move(label), visible(value));
}

std::string Lines::str() const {
  std::size_t width = 0;
  for (const auto& [label, value] : rows_) width = std::max(width, label.size());
  std::string out;
  for (const auto& [label, value] : rows_) {
    std::string line = label + std::string(width - label.size() + 2, ' ') + value;
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + '\n';
  }
  return out;
}

std::string kib(std::uint64_t bytes) {
  const double kibibytes = static_cast<double>(bytes) / 1024;
  if (bytes < 1024) return count(bytes, "byte");
  return kibibytes < 10240 ? formatted("%.1f KiB", kibibytes) : formatted("%.1f MiB", kibibytes / 1024);
}

std::string duration(double seconds) {
  if (seconds < 0.9995) return formatted("%.3g ms", seconds * 1000);
  return seconds < 999.5 ? formatted("%.3g s", seconds) : formatted("%.0f s", seconds);
}

std::string number(double value) { return formatted("%.6g", value); }

std::string percent(std::uint64_t part, std::uint64_t whole) {
  double share = whole == 0 ? 0 : 100 * static_cast<double>(part) / static_cast<double>(whole);
  return formatted("%.2f %%", share);
}

std::string count(std::uint64_t n, std::string_view noun) {
  std::string text = std::to_string(n);
  text += ' ';
  text += noun;
  return n == 1 ? text : text + 's';
}

std::string shape(const std::vector<std::uint64_t>& dims) {
  if (dims.empty()) return "scalar";
  std::string text;
  for (std::uint64_t d : dims) text += (text.empty() ? "" : " x ") + std::to_string(d);
  return text;
}

std::string bits_text(unsigned activations, unsigned weights, unsigned widest) {
  const std::string most = widest > weights ? " to " + std::to_string(widest) : "";
  return "activations " + std::to_string(activations) + " bits, weights " + std::to_string(weights) + most + " bits";
}

std::string text_of(api::Visibility visibility) {
  if (visibility == api::Visibility::kCommitted) return "committed";
  return visibility == api::Visibility::kPublic ? "public" : "private";
}

std::string values(const Array& array) {
  std::string text;
  for (std::size_t i = 0; i < array.values.size() && i < kShownValues; ++i) {
    if (i != 0) text += "  ";
    text += one(array, i);
  }
  if (array.values.size() > kShownValues) {
    text += "  ... " + std::to_string(array.values.size() - kShownValues) + " more";
  }
  return text;
}

Array array_of(const api::TensorValue& value) {
  return {value.name, value.shape, value.values, array_type_of(value.type), value.labels};
}

std::string largest(const Array& array) {
  bool one_row = array.values.size() > 1 && !is_integer(array.type) && !array.dims.empty() &&
                 array.dims.back() == array.values.size();
  if (!one_row) return "";
  auto at = std::max_element(array.values.begin(), array.values.end());
  return "class " + std::to_string(at - array.values.begin()) + " (" + number(*at) + ")";
}

void add_tensors(Lines& lines, const std::string& label, const std::vector<api::TensorFacts>& tensors) {
  for (const api::TensorFacts& t : tensors) {
    lines.add(label, printable(t.name) + (t.type == "unknown" ? "" : "  " + t.type + "  " + shape(t.shape)));
  }
}

void add_value(Lines& lines, const std::string& label, const api::TensorValue& value) {
  const Array array = array_of(value);
  lines.add(label, printable(value.name) + "  " + values(array));
  if (std::string best = largest(array); !best.empty()) lines.add("", "largest: " + best);
  Array integers{"", value.shape, {value.integers.begin(), value.integers.end()}, ArrayType::kInt64, {}};
  const char* unit = value.scale == 0 ? "  (order of float32 values, less 2^15)" : "  times a scale for each feature";
  const std::string times = value.scale == 0 || !value.scales.empty() ? unit : "  times " + number(value.scale);
  lines.add("", "integers  " + values(integers) + times);
}

namespace {

/// Of all parts at once: their errors add up.
double bits_together(const api::Statement& s) {
  double error = 0;
  for (const api::ProvenPart& part : s.parts) error += std::exp2(-part.bits);
  return -std::log2(error);
}

void add_parts(Lines& lines, const api::Statement& s) {
  std::string weakest;
  for (const api::ProvenPart& part : s.parts)
    if (weakest.empty() && part.bits == s.proven_bits) weakest = part.name;
  lines.add("security", formatted("%.1f bits proven", s.proven_bits) + " in the weakest part (" + weakest + "), " +
                            formatted("%.1f all together, %u asked", bits_together(s), s.target_bits));
  lines.add("assumes", kAssumptions);
}

}  // namespace

void add_statement(Lines& lines, const api::Statement& s) {
  lines.add("model", s.key_digest + "  (weights " + text_of(s.weights) + ")");
  if (s.input == api::Visibility::kPrivate) lines.add("input", "private");
  for (const api::TensorValue& v : s.inputs) add_value(lines, "input", v);
  for (const std::string& digest : s.input_commitments) lines.add("input", "committed, " + digest);
  if (s.output == api::Visibility::kPrivate) lines.add("output", "private");
  for (const api::TensorValue& v : s.outputs) add_value(lines, "output", v);
  for (const std::string& digest : s.output_commitments) lines.add("output", "committed, " + digest);
  if (s.accuracy) {
    lines.add("claim", "the model is right on " + std::to_string(s.accuracy->correct) + " of " + count(s.accuracy->rows, "row") + " (" +
                           percent(s.accuracy->correct, s.accuracy->rows) + ")" + (s.input_commitments.empty() ? "" : ", which are those of the commitments above"));
  }
  add_parts(lines, s);
  lines.add("privacy", privacy_text(s));
}

std::string privacy_text(api::Visibility input, api::Visibility output, api::Visibility weights, bool zero_knowledge) {
  if (!zero_knowledge) return "nothing is hidden";
  std::string hidden, shown;
  auto add = [&](const char* name, api::Visibility v) {
    std::string& list = v == api::Visibility::kPublic ? shown : hidden;
    list += (list.empty() ? "" : ", ") + std::string(name) + (v == api::Visibility::kCommitted ? " (committed)" : "");
  };
  add("weights", weights);
  add("input", input);
  add("output", output);
  return "zero-knowledge; hidden: " + hidden + ", all values between" + (shown.empty() ? "" : "; shown: " + shown);
}

std::vector<std::pair<std::string, std::string>> roles(api::Visibility input, api::Visibility output, api::Visibility weights) {
  std::string shown;
  for (auto [name, v] : {std::pair{"weights", weights}, {"input", input}, {"output", output}})
    if (v == api::Visibility::kPublic) shown += (shown.empty() ? "" : ", ") + std::string(name);
  const std::string verifier = shown.empty() ? "that the statement is true" : shown;
  return {{"prover's host", "weights, input, output and every value between: whoever runs prove needs them all"},
          {"verifier, chain", verifier},
          {"model owner", weights == api::Visibility::kPublic ? verifier : "weights; of the rest what a verifier sees"},
          {"data owner", input == api::Visibility::kPublic ? verifier : "input; of the rest what a verifier sees"}};
}

std::string privacy_text(const api::Statement& s) { return privacy_text(s.input, s.output, s.weights, s.zero_knowledge); }

void add_security(Lines& lines, double proven_bits, unsigned target_bits) {
  lines.add("security", formatted("%.1f bits proven, %u asked", proven_bits, target_bits));
  lines.add("assumes", std::string(kAssumptions));
}

void add_security_terms(Lines& lines, const api::SecurityReport& security) {
  for (const auto& term : security.terms) lines.add("", formatted("  %7.1f bits  ", term.bits) + term.name);
}

void add_stages(Lines& lines, const std::vector<api::StageTime>& stages) {
  for (const api::StageTime& s : stages) lines.add("  " + s.name, duration(s.seconds));
}

Json json_of(const Array& array) {
  std::size_t next = 0;
  return nested(array, 0, next);
}

Json json_of(const std::vector<api::TensorValue>& values) {
  Json object = Json::object();
  for (const api::TensorValue& v : values) {
    object[v.name] = {{"values", json_of(array_of(v))}, {"integers", v.integers}, {"scale", v.scale}, {"type", v.type}};
    if (!v.scales.empty()) object[v.name]["scales"] = v.scales;
  }
  return object;
}

Json json_of(const std::vector<api::TensorFacts>& tensors) {
  Json list = Json::array();
  for (const api::TensorFacts& t : tensors) list.push_back({{"name", t.name}, {"type", t.type}, {"shape", t.shape}});
  return list;
}

Json json_of(const api::Statement& s) {
  Json object{{"model", s.key_digest},
              {"visibility", {{"input", text_of(s.input)}, {"output", text_of(s.output)}, {"weights", text_of(s.weights)}}}};
  if (s.input == api::Visibility::kPublic) object["input"] = json_of(s.inputs);
  if (s.output == api::Visibility::kPublic) object["output"] = json_of(s.outputs);
  if (!s.input_commitments.empty()) object["input_commitments"] = s.input_commitments;
  if (!s.output_commitments.empty()) object["output_commitments"] = s.output_commitments;
  if (s.accuracy) object["accuracy"] = {{"correct", s.accuracy->correct}, {"rows", s.accuracy->rows}};
  Json parts = Json::array();
  for (const api::ProvenPart& part : s.parts) parts.push_back({{"name", part.name}, {"bits", part.bits}});
  object["security_bits"] = {{"proven", s.proven_bits}, {"together", bits_together(s)}, {"asked", s.target_bits}, {"parts", parts}};
  return object;
}

Json json_of(const api::SecurityReport& security) {
  Json terms = Json::array();
  for (const auto& term : security.terms) terms.push_back({{"name", term.name}, {"bits", term.bits}});
  return {{"asked", security.target_bits}, {"proven", security.proven_bits}, {"terms", terms}};
}

Json json_of(const api::Accuracy& a) {
  auto share = [&](std::uint64_t n) { return a.samples == 0 ? 0 : static_cast<double>(n) / static_cast<double>(a.samples); };
  Json object{{"samples", a.samples}, {"quantised", share(a.quantised_correct)}};
  if (a.float_correct) object["float"] = share(*a.float_correct);
  if (a.agreeing) object["agreement"] = share(*a.agreeing);
  return object;
}

Json json_of(const api::OutputError& e) {
  return {{"max", e.max}, {"mean", e.mean}, {"span", e.span}, {"bound", e.bound ? Json(*e.bound) : Json()}};
}

std::string bound_text(const api::OutputError& e) {
  if (!e.bound) return "none: integers, which may differ wherever an error of what they follow from decides";
  return *e.bound == 0 ? "exact" : number(*e.bound) + "  (expected, of inputs like those measured)";
}

Json json_of(const std::vector<api::StageTime>& stages) {
  Json object = Json::object();
  for (const api::StageTime& s : stages) object[s.name] = s.seconds;
  return object;
}

void add_privacy(Json& object, bool zero_knowledge, const std::string& privacy) {
  object["zero_knowledge"] = zero_knowledge;
  object["privacy"] = privacy;
  object["assumes"] = kAssumptions;
}

}  // namespace tacit::cli
