#include <memory>

#include "command.h"
#include "data/write.h"

namespace tacit::cli {
namespace {

struct RunFlags {
  PassphraseFlags passphrase;
  std::string bundle, input, out;
  bool integers = false;
};

Result<ExitCode> act(Session& session, const RunFlags& flags) {
  TACIT_TRY([[maybe_unused]] Unit named, check_target(flags.out));
  TACIT_TRY(api::BundleHandle bundle, read_bundle(flags.bundle, flags.passphrase));
  TACIT_TRY(api::DataFile input, read_data(flags.input));
  TACIT_TRY(api::RunReport report, api::run(*bundle, input, session.execution(), flags.integers));
  TACIT_TRY([[maybe_unused]] Unit written, write_arrays(flags.out, report.outputs));
  Lines lines;
  lines.add("samples", std::to_string(report.samples));
  for (const Array& output : report.outputs) {
    lines.add("output", printable(output.name) + "  " + shape(output.dims) + "  " + values(output));
  }
  Json errors = Json::object();
  for (const api::OutputError& e : report.errors) {
    lines.add("error bound", printable(e.name) + "  " + bound_text(e));
    errors[e.name] = json_of(e);
  }
  if (report.saturated != 0) lines.add("saturated", count(report.saturated, "input value") + " outside the compiled range");
  lines.add("written", flags.out);
  lines.add("time", duration(report.seconds));
  Json outputs = Json::array();
  for (const Array& output : report.outputs) outputs.push_back({{"name", output.name}, {"shape", output.dims}});
  session.print(lines, {{"command", "run"},
                        {"samples", report.samples},
                        {"outputs", outputs},
                        {"errors", errors},
                        {"saturated", report.saturated},
                        {"written", flags.out},
                        {"seconds", report.seconds}});
  return kDone;
}

}  // namespace

void add_run(CLI::App& app, Session& session) {
  CLI::App* command = new_command(app, session, "run", "Run the quantised model: exactly what a proof would state",
                                  "tacit run model.tacit input.npy -o output.npy");
  auto flags = std::make_shared<RunFlags>();
  command->add_option("BUNDLE", flags->bundle, "PREFIX.tacit from compile")->required()->type_name("");
  command->add_option("INPUT", flags->input, "Inputs (.npy .npz .csv .json .pb, or NAME=FILE,NAME=FILE)")->required()->type_name("");
  command->add_option("-o,--out", flags->out, "Write the outputs here (.npy .npz .csv .json .pb, or NAME=FILE,NAME=FILE)")->required()->type_name("OUT");
  command->add_flag("--integers", flags->integers, "Write the integers that a proof states instead of the reals that they stand for");
  add_passphrase(*command, flags->passphrase);
  command->callback([&session, flags] { session.action = [&session, flags] { return act(session, *flags); }; });
}

}  // namespace tacit::cli
