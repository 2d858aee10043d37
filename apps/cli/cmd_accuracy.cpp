#include <memory>
#include <optional>

#include "command.h"

namespace tacit::cli {
namespace {

struct AccuracyFlags {
  PassphraseFlags passphrase;
  std::string bundle, inputs, labels, real;
};

Result<ExitCode> act(Session& session, const AccuracyFlags& flags) {
  TACIT_TRY(api::BundleHandle bundle, read_bundle(flags.bundle, flags.passphrase));
  TACIT_TRY(api::DataFile inputs, read_data(flags.inputs));
  TACIT_TRY(std::vector<std::int64_t> labels, read_labels(flags.labels));
  TACIT_TRY(std::uint64_t samples, api::sample_count(*bundle, inputs));
  if (labels.size() % samples != 0) {   // a batch brings several labels per sample
    return bad_input("holds " + count(labels.size(), "label") + " for " + count(samples, "sample"), flags.labels);
  }
  std::optional<api::FloatModel> real;
  if (!flags.real.empty()) {
    TACIT_TRY(Bytes onnx, read_any(flags.real));
    real = api::FloatModel{std::move(onnx), flags.real};
  }
  TACIT_TRY(api::Accuracy result, api::accuracy(*bundle, inputs, labels, real, session.execution()));
  Lines lines;
  lines.add("samples", std::to_string(result.samples));
  if (result.float_correct) lines.add("float", percent(*result.float_correct, result.samples));
  lines.add("quantised", percent(result.quantised_correct, result.samples));
  if (result.agreeing) lines.add("agreement", percent(*result.agreeing, result.samples) + " same class as the float model");
  session.print(lines, {{"command", "accuracy"}, {"accuracy", json_of(result)}});
  return kDone;
}

}  // namespace

void add_accuracy(CLI::App& app, Session& session) {
  CLI::App* command = new_command(app, session, "accuracy", "Count how often the quantised model gives the right class",
                                  "tacit accuracy model.tacit samples.npz labels.npy --float model.onnx");
  auto flags = std::make_shared<AccuracyFlags>();
  command->add_option("BUNDLE", flags->bundle, "PREFIX.tacit from compile")->required()->type_name("");
  command->add_option("INPUTS", flags->inputs, "Samples (.npy .npz .csv .json .pb)")->required()->type_name("");
  command->add_option("LABELS", flags->labels, "Their classes, or a file with an array called label")
      ->required()
      ->type_name("");
  command->add_option("--float", flags->real, "Also run the float model, and compare with it")->type_name("MODEL.onnx");
  add_passphrase(*command, flags->passphrase);
  command->callback([&session, flags] { session.action = [&session, flags] { return act(session, *flags); }; });
}

}  // namespace tacit::cli
