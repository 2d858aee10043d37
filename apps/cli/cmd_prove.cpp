#include <memory>

#include "command.h"
#include "data/file.h"

namespace tacit::cli {
namespace {

struct ProveFlags {
  std::string bundle, input, proof;
  std::uint64_t sample = 0;
};

void print_proved(Session& session, const ProveFlags& flags, const api::Proved& proved, std::uint64_t samples) {
  Lines lines;
  if (samples > 1) lines.add("sample", std::to_string(flags.sample) + " of " + std::to_string(samples) + " (from 0)");
  for (const api::TensorValue& output : proved.outputs) add_value(lines, "prediction", output);
  lines.add("proof", flags.proof + "  " + kib(proved.bytes.size()));
  const api::Statement& s = proved.statement;
  lines.add("shows", "input " + text_of(s.input) + ", output " + text_of(s.output) + ", weights " + text_of(s.weights));
  if (!s.zero_knowledge) lines.add("privacy", std::string(kIntegrityOnly));
  lines.add("time", duration(proved.seconds));
  add_stages(lines, proved.stages);
  Json object{{"command", "prove"},
              {"sample", flags.sample},
              {"samples", samples},
              {"prediction", json_of(proved.outputs)},
              {"proof", {{"path", flags.proof}, {"bytes", proved.bytes.size()}}},
              {"statement", json_of(proved.statement)},
              {"seconds", proved.seconds},
              {"stages", json_of(proved.stages)}};
  add_privacy(object, s.zero_knowledge);
  session.print(lines, object);
}

Result<ExitCode> act(Session& session, const ProveFlags& flags) {
  TACIT_TRY(api::BundleHandle bundle, read_bundle(flags.bundle));
  TACIT_TRY(api::DataFile input, read_data(flags.input));
  TACIT_TRY(std::uint64_t samples, api::sample_count(*bundle, input));
  if (flags.sample >= samples) {
    return Error{ErrorCode::kUsage, "holds " + count(samples, "sample") + "; --sample " + std::to_string(flags.sample) +
                 " is not among them", flags.input};
  }
  TACIT_TRY(api::Proved proved, api::prove(*bundle, input, flags.sample, session.execution()));
  TACIT_TRY([[maybe_unused]] Unit written, write_file_atomic(flags.proof, proved.bytes, kPublicFile));
  print_proved(session, flags, proved, samples);
  return kDone;
}

}  // namespace

void add_prove(CLI::App& app, Session& session) {
  CLI::App* command = new_command(app, session, "prove", "Run the model on an input and prove the result",
                                  "tacit prove model.tacit input.npy -o result.proof");
  auto flags = std::make_shared<ProveFlags>();
  command->add_option("BUNDLE", flags->bundle, "PREFIX.tacit from compile")->required()->type_name("");
  command->add_option("INPUT", flags->input, "The input (.npy .npz .csv .json .pb)")->required()->type_name("");
  command->add_option("-o,--out", flags->proof, "Write the proof here")->required()->type_name("PROOF");
  add_sample(*command, flags->sample);
  command->callback([&session, flags] { session.action = [&session, flags] { return act(session, *flags); }; });
}

}  // namespace tacit::cli
