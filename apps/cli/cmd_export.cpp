#include <memory>

#include "command.h"
#include "data/file.h"

namespace tacit::cli {
namespace {

struct ExportFlags {
  PassphraseFlags passphrase;
  std::string bundle, out;
};

Result<ExitCode> act(Session& session, const ExportFlags& flags) {
  TACIT_TRY(api::BundleHandle bundle, read_bundle(flags.bundle, flags.passphrase));
  auto exported = api::export_quantized(*bundle);
  if (!exported.ok()) return Error{exported.error().code, exported.error().text(), flags.bundle};
  TACIT_TRY([[maybe_unused]] Unit written, write_file_atomic(flags.out, exported->onnx, kSecretFile));
  Lines lines;
  lines.add("written", flags.out + "  " + kib(exported->onnx.size()) + "  as secret as the weights, which are in it");
  add_tensors(lines, "input", exported->inputs);
  add_tensors(lines, "output", exported->outputs);
  lines.add("", "for each output NAME also NAME.integers: what a proof states, int64");
  session.print(lines, {{"command", "export-quantized"},
                        {"onnx", {{"path", flags.out}, {"bytes", exported->onnx.size()}}},
                        {"inputs", json_of(exported->inputs)},
                        {"outputs", json_of(exported->outputs)}});
  return kDone;
}

}  // namespace

void add_export(CLI::App& app, Session& session) {
  CLI::App* command = new_command(app, session, "export-quantized", "Write the quantised model as an ONNX graph that gives the same integers",
                                  "tacit export-quantized model.tacit -o quantised.onnx");
  auto flags = std::make_shared<ExportFlags>();
  command->add_option("BUNDLE", flags->bundle, "PREFIX.tacit from compile")->required()->type_name("");
  command->add_option("-o,--out", flags->out, "Write the graph here")->required()->type_name("OUT.onnx");
  add_passphrase(*command, flags->passphrase);
  command->callback([&session, flags] { session.action = [&session, flags] { return act(session, *flags); }; });
}

}  // namespace tacit::cli
