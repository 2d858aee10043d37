#include <charconv>
#include <cmath>
#include <map>
#include <memory>

#include "command.h"
#include "data/file.h"
#include "grid_option.h"
#include "identity_text.h"
#include "secret/envelope.h"
#include "shape_option.h"

namespace tacit::cli {
namespace {

struct CompileFlags {
  std::string target = "balanced", model, prefix, calibration, range, labels;
  bool encrypt = false, ranges_given = false;
  PassphraseFlags passphrase;
  api::CompileOptions options;
};

Error usage(std::string what) { return {ErrorCode::kUsage, std::move(what), ""}; }

/// "LO,HI"
Result<api::Range> parse_range(const std::string& text) {
  api::Range range;
  const char* end = text.data() + text.size();
  auto low = std::from_chars(text.data(), end, range.low);
  bool comma = low.ec == std::errc{} && low.ptr != end && *low.ptr == ',';
  auto high = comma ? std::from_chars(low.ptr + 1, end, range.high) : low;
  bool good = comma && high.ec == std::errc{} && high.ptr == end && std::isfinite(range.low) &&
              std::isfinite(range.high) && range.low < range.high;
  if (!good) return usage("--input-range takes LO,HI with LO below HI, for example --input-range=-1,1");
  return range;
}

/// What a share of an output's span may be lost for speed.
constexpr double kSpeedError = 0.01;

/// A target stands for flags; those that are given come first.
void fill_target(CompileFlags& flags) {
  api::CompileOptions& options = flags.options;
  const bool own_widths = options.activation_bits || options.weight_bits;
  if (flags.target == "accuracy" && !own_widths && !options.max_error) {
    options.activation_bits = 16;
    options.weight_bits = 20;
  }
  if (flags.target == "accuracy" && !flags.ranges_given) options.ranges = tacit::api::RangeMethod::kAuto;
  if (flags.target == "speed" && !own_widths && !options.max_error) options.max_error = kSpeedError;
}

Status fill_options(CompileFlags& flags) {
  api::CompileOptions& options = flags.options;
  fill_target(flags);
  if (flags.calibration.empty() && flags.range.empty()) {
    return usage("the ranges of real inputs are needed: give --calibration DATA or --input-range LO,HI");
  }
  if (!flags.calibration.empty() && !flags.range.empty()) {
    return usage("give --calibration or --input-range, not both");
  }
  if (!flags.labels.empty() && !options.claim.empty()) return usage("the labels that a claim is about are given to prove; --labels is for models without a claim");
  if (!flags.labels.empty() && flags.calibration.empty()) return usage("--labels needs the --calibration data it labels");
  if (!flags.range.empty()) {
    TACIT_TRY(options.input_range, parse_range(flags.range));
  } else {
    TACIT_TRY(options.calibration, read_data(flags.calibration));
  }
  if (!flags.labels.empty()) {
    TACIT_TRY(options.labels, read_labels(flags.labels));
  }
  return Unit{};
}

std::string without_suffix(std::string prefix) {
  if (prefix.ends_with(".tacit")) prefix.resize(prefix.size() - std::string_view(".tacit").size());
  return prefix;
}

void add_quality(Lines& lines, const api::CompileReport& r) {
  lines.add("measured on", r.samples_are_random ? "random inputs from the input range" : count(r.samples, "sample") + " of calibration data");
  for (const api::OutputError& e : r.errors) {
    lines.add("error", printable(e.name) + "  max " + number(e.max) + "  mean " + number(e.mean) + "  (values span " +
                           number(e.span) + ")");
    lines.add("bound", printable(e.name) + "  " + bound_text(e));
  }
  for (const auto& w : r.widths) {
    lines.add(&w == r.widths.data() ? "tried" : "", "activations " + std::to_string(w.activation_bits) + " bits, weights " + std::to_string(w.weight_bits) +
              " bits: error " + number(w.error) + " of the span, cost " + number(w.cost / 1e6) + " million");
  }
  if (r.ranges) {
    const auto& c = *r.ranges;
    const std::string trials = c.tried == 0 ? "" : ", " + count(c.tried, "trial") + ": error " + number(c.before) + " -> " + number(c.after);
    lines.add("ranges", count(c.changed, "value") + " clipped" + trials);
  }
  if (r.accuracy) {
    const api::Accuracy& a = *r.accuracy;
    if (a.agreeing) lines.add("agreement", percent(*a.agreeing, a.samples) + " same class as the float model");
    std::string both = a.float_correct ? "float " + percent(*a.float_correct, a.samples) + ", " : "";
    lines.add("accuracy", both + "quantised " + percent(a.quantised_correct, a.samples));
  }
}

Json json_of_quality(const api::CompileReport& r) {
  Json errors = Json::object();
  for (const api::OutputError& e : r.errors) errors[e.name] = json_of(e);
  Json quality{{"samples", r.samples}, {"samples_are_random", r.samples_are_random}, {"errors", errors}};
  for (const auto& w : r.widths)
    quality["widths"].push_back({{"activation_bits", w.activation_bits}, {"weight_bits", w.weight_bits}, {"error", w.error}, {"cost", w.cost}});
  if (r.ranges) quality["ranges"] = {{"changed", r.ranges->changed}, {"tried", r.ranges->tried}};
  if (r.ranges && r.ranges->tried != 0) {
    quality["ranges"]["error_before"] = r.ranges->before;
    quality["ranges"]["error_after"] = r.ranges->after;
  }
  if (r.accuracy) quality["accuracy"] = json_of(*r.accuracy);
  return quality;
}

void print_compiled(Session& session, const CompileFlags& flags, const api::Compiled& c) {
  const api::CompileReport& r = c.report;
  const api::Identity identity{r.key_digest, r.root, r.pin, r.theorem_digest};
  const std::string privacy = privacy_text(flags.options.input, flags.options.output, flags.options.weights, r.zero_knowledge);
  Lines lines;
  lines.add("written", flags.prefix + ".tacit  " + kib(c.bundle.size()) + "  to prove with; keep it secret");
  lines.add("", flags.prefix + ".vk  " + kib(c.key.size()) + "  to verify with; publish it");
  if (!c.recipe.empty()) lines.add("", flags.prefix + ".recipe  " + kib(c.recipe.size()) + "  to recompute the key with; publish it");
  add_identity(lines, identity, r.onnx_sha256);
  add_tensors(lines, "input", r.inputs);
  add_tensors(lines, "output", r.outputs);
  lines.add("parameters", std::to_string(r.parameters));
  lines.add("numbers", bits_text(r.activation_bits, r.weight_bits, r.widest_weight_bits));
  add_quality(lines, r);
  add_security(lines, r.security.proven_bits, r.security.target_bits);
  lines.add("privacy", privacy);
  if (r.openings != 0) lines.add("budget", count(r.openings, "opening") + " of the weights: one a proof, counted in the state directory");
  for (const std::string& w : r.warnings) lines.add("warning", printable(w));
  lines.add("time", duration(r.seconds));

  Json object{{"command", "compile"},
              {"bundle", {{"path", flags.prefix + ".tacit"}, {"bytes", c.bundle.size()}}},
              {"key", {{"path", flags.prefix + ".vk"}, {"bytes", c.key.size()}, {"digest", r.key_digest}}},
              {"inputs", json_of(r.inputs)},
              {"outputs", json_of(r.outputs)},
              {"parameters", r.parameters},
              {"activation_bits", r.activation_bits},
              {"weight_bits", r.weight_bits},
              {"widest_weight_bits", r.widest_weight_bits},
              {"quality", json_of_quality(r)},
              {"security", json_of(r.security)},
              {"warnings", r.warnings},
              {"seconds", r.seconds}};
  object["model"] = json_of(identity, r.onnx_sha256);
  if (!c.recipe.empty()) object["recipe"] = {{"path", flags.prefix + ".recipe"}, {"bytes", c.recipe.size()}};
  if (r.openings != 0) object["openings"] = r.openings;
  add_privacy(object, r.zero_knowledge, privacy);
  session.print(lines, object);
}

Result<ExitCode> act(Session& session, CompileFlags& flags) {
  TACIT_TRY([[maybe_unused]] Unit filled, fill_options(flags));
  TACIT_TRY(Bytes model, read_any(flags.model));
  TACIT_TRY(api::Compiled compiled, api::compile(model, flags.model, flags.options, session.execution()));
  flags.prefix = without_suffix(flags.prefix);
  if (flags.encrypt || !flags.passphrase.file.empty()) {
    TACIT_TRY(const SecretBytes passphrase, read_new_passphrase(flags.passphrase));
    TACIT_TRY(compiled.bundle, seal(compiled.bundle, passphrase));
  }
  TACIT_TRY([[maybe_unused]] Unit key, write_file_atomic(flags.prefix + ".vk", compiled.key, kPublicFile));
  if (!compiled.recipe.empty()) {
    TACIT_TRY([[maybe_unused]] Unit recipe, write_file_atomic(flags.prefix + ".recipe", compiled.recipe, kPublicFile));
  }
  TACIT_TRY([[maybe_unused]] Unit bundle, write_file_atomic(flags.prefix + ".tacit", compiled.bundle, kSecretFile));
  print_compiled(session, flags, compiled);
  return kDone;
}

void add_model_options(CLI::App& command, CompileFlags& flags) {
  command.add_option("MODEL", flags.model, "An ONNX file")->required()->type_name("");
  command.add_option("-o,--prefix", flags.prefix, "Write PREFIX.tacit and PREFIX.vk")->required()->type_name("PREFIX");
  command.add_option("--calibration", flags.calibration, "Typical inputs (.npy .npz .csv .json .pb): they set the ranges")
      ->type_name("DATA");
  command.add_option("--input-range", flags.range, "Instead of calibration: every input value lies in LO..HI")
      ->type_name("LO,HI");
  command.add_option("--labels", flags.labels, "Classes of the calibration samples: both accuracies are reported")
      ->type_name("L");
  command
      .add_option_function<std::uint64_t>("--batch", [&flags](std::uint64_t n) { flags.options.batch = n; },
                                          "Inferences per proof, for a model with a free batch axis (default: 1)")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 20).description(""))
      ->type_name("N");
  add_shape(command, flags.options.shapes);
  command
      .add_option_function<unsigned>("--max-work", [&flags](unsigned e) { flags.options.max_work = std::uint64_t{1} << e; },
                                     "Refuse a model of more than 2^E multiply-adds for one inference (default: 38)")
      ->check(CLI::Range(10u, 60u).description(""))
      ->type_name("E");
  command.add_option("--until", flags.options.until, "Take this value of the graph as the output, e.g. before a final Softmax")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->type_name("VALUE");
}

void add_target(CLI::App& command, CompileFlags& flags) {
  command.add_option("--target", flags.target, "accuracy: 16-bit activations, 20-bit weights, --ranges auto; speed: as --max-error 0.01; balanced (default): neither")
      ->check(CLI::IsMember(std::vector<std::string>{"accuracy", "balanced", "speed"}).description(""))
      ->type_name("TARGET");
  command
      .add_option_function<double>("--max-error", [&flags](double e) { flags.options.max_error = e; },
                                   "Choose the widths that are cheapest to prove with and keep every error on the data within this share of its output's span")
      ->type_name("E");
}

void add_ranges(CLI::App& command, CompileFlags& flags) {
  static const std::map<std::string, tacit::api::RangeMethod> kMethods = {{"minmax", tacit::api::RangeMethod::kMinMax},
                                                                         {"percentile", tacit::api::RangeMethod::kPercentile},
                                                                         {"mse", tacit::api::RangeMethod::kMse},
                                                                         {"auto", tacit::api::RangeMethod::kAuto}};
  command
      .add_option_function<std::string>("--ranges", [&flags](const std::string& name) { flags.options.ranges = kMethods.at(name); flags.ranges_given = true; },
                                        "Ranges of values: minmax of the calibration, a percentile (99.9), least error (mse), or auto: what "
                                        "measures best for each value (default: minmax)")
      ->check(CLI::IsMember(std::vector<std::string>{"auto", "minmax", "percentile", "mse"}).description(""))
      ->type_name("METHOD");
}

void add_claim(CLI::App& command, api::CompileOptions& options) {
  command.add_option("--claim", options.claim, "accuracy: the output is on how many rows of the batch the model's label is the one given (docs/claims.md)")
      ->check(CLI::IsMember({"accuracy"}).description(""))
      ->type_name("CLAIM");
}

void add_proof_options(CLI::App& command, api::CompileOptions& options) {
  command
      .add_option_function<unsigned>("--activation-bits", [&options](unsigned n) { options.activation_bits = n; },
                                     "Bits of an activation, 4 to 16 (default: 16)")
      ->check(CLI::Range(4u, 16u).description(""))
      ->type_name("N");
  command
      .add_option_function<unsigned>("--weight-bits", [&options](unsigned n) { options.weight_bits = n; },
                                     "Bits of a weight, 4 to 20 (default: as many as an activation, and up to 4 more where a layer needs them)")
      ->check(CLI::Range(4u, 20u).description(""))
      ->type_name("N");
  add_visibility(command, "--input", options.input, "Inputs are");
  add_visibility(command, "--output", options.output, "Outputs are");
  add_visibility(command, "--weights", options.weights, "Weights are");
  add_grid(command, options.grid, "Committed inputs and outputs are multiples of 2^E (default: -16), or committed inputs are float32 numbers");
  add_openings(command, "--openings", options.openings, "Proofs that the commitment to private weights may serve (default: 256)");
  command.add_option("--security", options.security_bits, "Bits of proven security, 100 or 128 (default: 128)")
      ->check(CLI::IsMember({100u, 128u}).description(""))
      ->type_name("BITS");
  static const std::map<std::string, tacit::api::Profile> kProfiles = {
      {"fast", tacit::api::Profile::kFast}, {"small", tacit::api::Profile::kSmall}, {"chain", tacit::api::Profile::kChain}};
  command
      .add_option_function<std::string>("--profile", [&options](const std::string& name) { options.profile = kProfiles.at(name); },
                                        "fast: least time to prove (default); small: smaller proofs; chain: least gas of a verifier on an "
                                        "EVM, with 100 bits unless --security says otherwise")
      ->check(CLI::IsMember({"fast", "small", "chain"}).description(""))
      ->type_name("PROFILE");
  command.add_flag("--unique-decoding", options.unique_decoding,
                   "Larger proofs whose security does not rest on list decoding up to the Johnson bound");
}

}  // namespace

void add_compile(CLI::App& app, Session& session) {
  CLI::App* command = new_command(app, session, "compile", "Turn a model into a bundle to prove with and a key to verify with",
                                  "tacit compile model.onnx -o model --calibration samples.npz");
  auto flags = std::make_shared<CompileFlags>();
  add_model_options(*command, *flags);
  add_target(*command, *flags);
  add_ranges(*command, *flags);
  add_claim(*command, flags->options);
  add_proof_options(*command, flags->options);
  command->add_flag("--encrypt", flags->encrypt, "Encrypt the bundle; the passphrase comes from TACIT_PASSPHRASE or the terminal");
  add_passphrase(*command, flags->passphrase);
  command->callback([&session, command, flags] {
    if (flags->options.profile == tacit::api::Profile::kChain && command->count("--security") == 0) flags->options.security_bits = 100;
    if (!flags->options.claim.empty() && command->count("--input") == 0) flags->options.input = api::Visibility::kCommitted;
    session.action = [&session, flags] { return act(session, *flags); };
  });
}

}  // namespace tacit::cli
