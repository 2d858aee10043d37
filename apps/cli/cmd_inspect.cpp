#include <memory>

#include "command.h"

namespace tacit::cli {
namespace {

Json json_of_operators(const api::ModelReport& model) {
  Json list = Json::array();
  for (const api::OperatorCount& op : model.operators) {
    list.push_back({{"name", op.name}, {"count", op.count}, {"supported", op.supported}});
  }
  return list;
}

}  // namespace

void print_model(Session& session, const std::string& path, const api::ModelReport& model) {
  Lines lines;
  lines.add("model", path + (model.name.empty() ? "" : "  (" + printable(model.name) + ")"));
  lines.add("format", "ONNX, operator set " + std::to_string(model.opset));
  add_tensors(lines, "input", model.inputs);
  add_tensors(lines, "output", model.outputs);
  std::string cost = model.multiplications ? ", " + std::to_string(*model.multiplications) + " multiply-adds" : "";
  lines.add("size", count(model.nodes, "node") + ", " + count(model.parameters, "parameter") + cost);
  for (const api::OperatorCount& op : model.operators) {
    std::string text = printable(op.name) + " x " + std::to_string(op.count);
    if (!op.supported) text += "  not supported";
    lines.add(&op == model.operators.data() ? "operators" : "", text);
  }
  lines.add("provable", model.provable() ? "yes" : "no");
  for (const std::string& problem : model.problems) lines.add("", problem);
  session.print(lines, {{"command", "inspect"},
                        {"model", path},
                        {"name", model.name},
                        {"opset", model.opset},
                        {"inputs", json_of(model.inputs)},
                        {"outputs", json_of(model.outputs)},
                        {"nodes", model.nodes},
                        {"parameters", model.parameters},
                        {"multiplications", model.multiplications ? Json(*model.multiplications) : Json()},
                        {"operators", json_of_operators(model)},
                        {"provable", model.provable()},
                        {"problems", model.problems}});
}

void add_inspect(CLI::App& app, Session& session) {
  CLI::App* command = new_command(app, session, "inspect", "Say what a model consists of and whether it can be proven",
                                  "tacit inspect model.onnx");
  auto path = std::make_shared<std::string>();
  command->add_option("MODEL", *path, "An ONNX file")->required()->type_name("");
  command->callback([&session, path] {
    session.action = [&session, path]() -> Result<ExitCode> {
      TACIT_TRY(Bytes bytes, read_any(*path));
      TACIT_TRY(api::ModelReport model, api::inspect(bytes, *path));
      print_model(session, *path, model);
      return kDone;
    };
  });
}

}  // namespace tacit::cli
