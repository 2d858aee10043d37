#include <memory>

#include "api_explain.h"
#include "command.h"

namespace tacit::cli {
namespace {

struct ExplainFlags {
  std::string model, input, calibration;
  api::ExplainOptions options;
};

Json json_of(const api::Explanation& explanation) {
  Json sections = Json::array();
  for (const api::Explanation::Section& s : explanation.sections) {
    Json numbers = Json::array();
    for (const auto& n : s.numbers) numbers.push_back({{"name", n.name}, {"values", n.values}});
    sections.push_back({{"title", s.title}, {"text", s.lines}, {"numbers", numbers}});
  }
  return {{"command", "explain"}, {"sections", sections}};
}

void print(Session& session, const api::Explanation& explanation) {
  if (session.json) return session.print({}, json_of(explanation));
  session.progress.clear();
  for (const api::Explanation::Section& s : explanation.sections) {
    session.out << (&s == explanation.sections.data() ? "" : "\n") << s.title << "\n\n";
    for (const std::string& line : s.lines) session.out << line << '\n';
  }
}

}  // namespace

void add_explain(CLI::App& app, Session& session) {
  CLI::App* command = new_command(app, session, "explain", "Show how a small model becomes a proof, with its own numbers",
                                  "tacit explain model.onnx input.npy");
  auto flags = std::make_shared<ExplainFlags>();
  command->add_option("MODEL", flags->model, "An ONNX file, of a linear regression, a decision tree or another small model")->required()->type_name("");
  command->add_option("INPUT", flags->input, "Inputs (.npy .npz .csv .json .pb): they set the ranges, and one is proven")->required()->type_name("");
  command->add_option("--calibration", flags->calibration, "Other inputs set the ranges")->type_name("DATA");
  add_sample(*command, flags->options.sample);
  command->callback([&session, flags] {
    session.action = [&session, flags]() -> Result<ExitCode> {
      TACIT_TRY(Bytes model, read_any(flags->model));
      TACIT_TRY(const api::DataFile input, read_data(flags->input));
      if (!flags->calibration.empty()) {
        TACIT_TRY(flags->options.calibration, read_data(flags->calibration));
      }
      TACIT_TRY(const api::Explanation explanation, api::explain(model, flags->model, input, flags->options, session.execution()));
      print(session, explanation);
      return kDone;
    };
  });
}

}  // namespace tacit::cli
