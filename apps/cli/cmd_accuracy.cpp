#include <cmath>
#include <memory>
#include <optional>

#include "command.h"

namespace tacit::cli {
namespace {

struct AccuracyFlags {
  PassphraseFlags passphrase;
  std::string bundle, inputs, labels, real;
  std::size_t worst = 5;
};

Result<api::AccuracyOptions> options_of(const AccuracyFlags& flags, const api::Bundle& bundle, const api::DataFile& inputs) {
  if (flags.labels.empty() && flags.real.empty()) {
    return Error{ErrorCode::kUsage, "there is nothing to compare with: give LABELS, or --float MODEL.onnx, or both", ""};
  }
  api::AccuracyOptions options;
  options.worst = flags.worst;
  if (!flags.labels.empty()) {
    TACIT_TRY(options.labels, read_labels(flags.labels));
    TACIT_TRY(const std::uint64_t samples, api::sample_count(bundle, inputs));
    if (options.labels->size() % samples != 0) {   // a batch brings several labels per sample
      return bad_input("holds " + count(options.labels->size(), "label") + " for " + count(samples, "sample"), flags.labels);
    }
  }
  if (!flags.real.empty()) {
    TACIT_TRY(Bytes onnx, read_any(flags.real));
    options.real = api::FloatModel{std::move(onnx), flags.real};
  }
  return options;
}

void add_distance(Lines& lines, const api::OutputDistance& d) {
  const api::OutputError& e = d.error;
  lines.add("error", printable(e.name) + "  max " + number(e.max) + "  mean " + number(e.mean) + "  (values span " + number(e.span) + ")");
  std::string held = !e.bound ? "" : d.beyond == 0 ? "  held by every row" : "  EXCEEDED by " + count(d.beyond, "row");
  lines.add("bound", printable(e.name) + "  " + bound_text(e) + held);
  for (const auto& bin : d.histogram) {
    if (bin.rows == 0) continue;
    const std::string share = std::isinf(bin.below) ? "more" : "below " + number(bin.below);
    lines.add("", count(bin.rows, "row") + " " + share + (std::isinf(bin.below) ? "" : " of the span"));
  }
  for (const auto& row : d.worst) lines.add(&row == d.worst.data() ? "worst" : "", "row " + std::to_string(row.row) + "  error " + number(row.error));
}

/// Of the last bin "below" is null: there is no such number in JSON.
Json json_of_distance(const api::OutputDistance& d) {
  Json histogram = Json::array(), worst = Json::array();
  for (const auto& bin : d.histogram)
    histogram.push_back({{"below_share_of_span", std::isinf(bin.below) ? Json() : Json(bin.below)}, {"rows", bin.rows}});
  for (const auto& row : d.worst) worst.push_back({{"row", row.row}, {"error", row.error}});
  Json out = json_of(d.error);
  out["rows_beyond_bound"] = d.error.bound ? Json(d.beyond) : Json();
  out["histogram"] = histogram;
  out["worst"] = worst;
  return out;
}

void print(Session& session, const api::AccuracyReport& r) {
  Lines lines;
  lines.add("samples", std::to_string(r.rows));
  Json found{{"samples", r.rows}};
  if (r.counts) {
    if (r.counts->float_correct) lines.add("float", percent(*r.counts->float_correct, r.rows));
    lines.add("quantised", percent(r.counts->quantised_correct, r.rows));
    found = json_of(*r.counts);
  }
  if (r.agreeing) {
    lines.add("agreement", percent(*r.agreeing, r.rows) + " same class as the float model");
    found["agreement"] = r.rows == 0 ? 0 : static_cast<double>(*r.agreeing) / static_cast<double>(r.rows);
  }
  Json errors = Json::object();
  for (const api::OutputDistance& d : r.outputs) {
    add_distance(lines, d);
    errors[d.error.name] = json_of_distance(d);
  }
  Json object{{"command", "accuracy"}, {"accuracy", found}};
  if (!r.outputs.empty()) object["errors"] = errors;
  session.print(lines, object);
}

Result<ExitCode> act(Session& session, const AccuracyFlags& flags) {
  TACIT_TRY(api::BundleHandle bundle, read_bundle(flags.bundle, flags.passphrase));
  TACIT_TRY(api::DataFile inputs, read_data(flags.inputs));
  TACIT_TRY(const api::AccuracyOptions options, options_of(flags, *bundle, inputs));
  TACIT_TRY(const api::AccuracyReport result, api::accuracy(*bundle, inputs, options, session.execution()));
  print(session, result);
  return kDone;
}

}  // namespace

void add_accuracy(CLI::App& app, Session& session) {
  CLI::App* command = new_command(app, session, "accuracy", "Compare the quantised model with the right classes and with the float model",
                                  "tacit accuracy model.tacit samples.npz labels.npy --float model.onnx");
  auto flags = std::make_shared<AccuracyFlags>();
  command->add_option("BUNDLE", flags->bundle, "PREFIX.tacit from compile")->required()->type_name("");
  command->add_option("INPUTS", flags->inputs, "Samples (.npy .npz .csv .json .pb)")->required()->type_name("");
  command->add_option("LABELS", flags->labels, "Their classes, or a file with an array called label: right answers are counted")->type_name("");
  command->add_option("--float", flags->real, "Also run the float model: agreement, errors and the rows where they are largest")->type_name("MODEL.onnx");
  command->add_option("--worst", flags->worst, "How many of those rows to name for each output (default: 5)")
      ->check(CLI::Range(std::size_t{0}, std::size_t{1} << 20).description(""))
      ->type_name("N");
  add_passphrase(*command, flags->passphrase);
  command->callback([&session, flags] { session.action = [&session, flags] { return act(session, *flags); }; });
}

}  // namespace tacit::cli
