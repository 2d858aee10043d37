#include <cmath>
#include <memory>

#include "command.h"
#include "data/file.h"
#include "shape_option.h"

namespace tacit::cli {
namespace {

struct InspectFlags {
  std::string path, drawing;
  bool stages = false;
  api::InspectOptions options;
};

Json json_of_operators(const api::ModelReport& model) {
  Json list = Json::array();
  for (const api::OperatorCount& op : model.operators) {
    list.push_back({{"name", op.name}, {"count", op.count}, {"supported", op.supported}});
  }
  return list;
}

void add_shape(Lines& lines, Json& object, const api::ModelReport& model) {
  const bool standard = model.openings == api::kDefaultOpenings;
  lines.add("budget", count(model.openings, "opening") + " of private weights" + (standard ? ", unless compile --openings says otherwise" : ""));
  object["openings"] = model.openings;
  if (!model.no_shape.empty()) {
    lines.add("shape", "none: " + model.no_shape);
    object["no_shape"] = model.no_shape;
  }
  if (!model.shape) return;
  const api::ModelReport::Shape& s = *model.shape;
  lines.add("shape", "weights in " + count(s.limbs_w, "limb") + " and witness in about " + std::to_string(s.limbs_x) + " of 2^" + std::to_string(s.log_n) +
                         " slots, " + std::to_string(s.random_slots_w) + " and " + std::to_string(s.random_slots_x) + " of each random");
  lines.add("size", "key about " + kib(static_cast<std::uint64_t>(s.key_bytes)) + ", proof about " + kib(static_cast<std::uint64_t>(s.proof_bytes)));
  object["shape"] = {{"log_n", s.log_n},
                     {"limbs", {{"weights", s.limbs_w}, {"witness", s.limbs_x}}},
                     {"random_slots", {{"weights", s.random_slots_w}, {"witness", s.random_slots_x}}},
                     {"key_bytes_about", std::llround(s.key_bytes)},
                     {"proof_bytes_about", std::llround(s.proof_bytes)}};
}

/// What the graph compiler did, for a person.
void add_passes(Lines& lines, const api::ModelReport& model) {
  for (const api::ModelReport::Pass& pass : model.passes) {
    const std::string nodes = pass.before == pass.after ? count(pass.after, "node") : std::to_string(pass.before) + " -> " + count(pass.after, "node");
    lines.add(&pass == model.passes.data() ? "stages" : "", nodes + "  " + pass.name);
  }
}

Json json_of_passes(const api::ModelReport& model) {
  Json list = Json::array();
  for (const api::ModelReport::Pass& pass : model.passes) list.push_back({{"name", pass.name}, {"before", pass.before}, {"after", pass.after}});
  return list;
}

/// The picture of a model that has one.
Status write_drawing(const std::string& path, const api::ModelReport& model) {
  if (model.drawing.empty()) return unsupported("a model that cannot be proven has no costs to draw", path);
  return write_file_atomic(path, Bytes(model.drawing.begin(), model.drawing.end()));
}

}  // namespace

void print_model(Session& session, const std::string& path, const api::ModelReport& model, bool stages) {
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
  if (stages) add_passes(lines, model);
  lines.add("provable", model.provable() ? "yes" : "no");
  for (const std::string& problem : model.problems) lines.add("", problem);
  Json object{{"command", "inspect"},
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
              {"problems", model.problems},
              {"stages", json_of_passes(model)}};
  add_shape(lines, object, model);
  session.print(lines, object);
}

void add_inspect(CLI::App& app, Session& session) {
  CLI::App* command = new_command(app, session, "inspect", "Say what a model consists of and whether it can be proven",
                                  "tacit inspect model.onnx");
  auto flags = std::make_shared<InspectFlags>();
  command->add_option("MODEL", flags->path, "An ONNX file")->required()->type_name("");
  add_openings(*command, "--openings", flags->options.openings, "The budget of openings to compile with, which decides the shape (default: 256)");
  add_shape(*command, flags->options.shapes);
  command->add_flag("--stages", flags->stages, "List what the graph compiler does to the model, with the nodes before and after");
  command->add_option("--svg", flags->drawing, "Draw the graph with the cost of each node to this file")->type_name("FILE");
  command->callback([&session, flags] {
    session.action = [&session, flags]() -> Result<ExitCode> {
      flags->options.draw = !flags->drawing.empty();
      TACIT_TRY(Bytes bytes, read_any(flags->path));
      TACIT_TRY(api::ModelReport model, api::inspect(bytes, flags->path, flags->options));
      print_model(session, flags->path, model, flags->stages);
      if (!flags->drawing.empty()) {
        TACIT_TRY([[maybe_unused]] Unit written, write_drawing(flags->drawing, model));
      }
      return kDone;
    };
  });
}

}  // namespace tacit::cli
