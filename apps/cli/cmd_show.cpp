#include <memory>

#include "command.h"

namespace tacit::cli {
namespace {

struct ShowFlags {
  std::string file;
  bool security = false;
};

std::string kind_name(api::FileReport::Kind kind) {
  switch (kind) {
    case api::FileReport::Kind::kBundle: return "bundle";
    case api::FileReport::Kind::kKey: return "key";
    case api::FileReport::Kind::kProof: return "proof";
  }
  return "";
}

Lines lines_of(const api::FileReport& r, const ShowFlags& flags, std::uint64_t bytes) {
  Lines lines;
  lines.add(kind_name(r.kind), flags.file + "  " + kib(bytes) + "  version " + std::to_string(r.version));
  if (r.statement) {
    lines.add("claims", "not verified; see tacit verify");
    add_statement(lines, *r.statement);
  } else {
    lines.add("model", r.key_digest);
    add_tensors(lines, "input", r.inputs);
    add_tensors(lines, "output", r.outputs);
    lines.add("shows", "input " + text_of(r.input) + ", output " + text_of(r.output) + ", weights " + text_of(r.weights));
    lines.add("parameters", std::to_string(r.parameters));
    lines.add("numbers", "activations " + std::to_string(r.activation_bits) + " bits, weights " +
                             std::to_string(r.weight_bits) + " bits");
  }
  for (const auto& part : r.parts) lines.add("  " + part.name, kib(part.bytes));
  if (!r.statement) {
    add_security(lines, r.security.proven_bits, r.security.target_bits);
    if (!r.zero_knowledge) lines.add("privacy", std::string(kIntegrityOnly));
  }
  if (flags.security) {
    lines.add("bound", "every way to cheat, and the work it takes");
    add_security_terms(lines, r.security);
  }
  return lines;
}

Json json_of_file(const api::FileReport& r, const ShowFlags& flags, std::uint64_t bytes) {
  Json parts = Json::object();
  for (const auto& part : r.parts) parts[part.name] = part.bytes;
  Json object{{"command", "show"}, {"file", flags.file},          {"kind", kind_name(r.kind)},
              {"bytes", bytes},    {"version", r.version},        {"model", r.key_digest},
              {"parts", parts},    {"security", json_of(r.security)}};
  if (r.statement) {
    object["claims"] = json_of(*r.statement);
  } else {
    object["inputs"] = json_of(r.inputs);
    object["outputs"] = json_of(r.outputs);
    object["visibility"] = {{"input", text_of(r.input)}, {"output", text_of(r.output)}, {"weights", text_of(r.weights)}};
    object["parameters"] = r.parameters;
    object["activation_bits"] = r.activation_bits;
    object["weight_bits"] = r.weight_bits;
  }
  add_privacy(object, r.zero_knowledge);
  return object;
}

Result<ExitCode> act(Session& session, const ShowFlags& flags) {
  TACIT_TRY(Bytes bytes, read_any(flags.file));
  if (flags.file.ends_with(".onnx")) {
    if (flags.security) return Error{ErrorCode::kUsage, "a model has no security level before it is compiled", flags.file};
    TACIT_TRY(api::ModelReport model, api::inspect(bytes, flags.file));
    print_model(session, flags.file, model);
    return kDone;
  }
  TACIT_TRY(api::FileReport report, api::describe(bytes, flags.file));
  session.print(lines_of(report, flags, bytes.size()), json_of_file(report, flags, bytes.size()));
  return kDone;
}

}  // namespace

void add_show(CLI::App& app, Session& session) {
  CLI::App* command = new_command(app, session, "show", "Say what a proof, key, bundle or model file contains",
                                  "tacit show result.proof --security");
  auto flags = std::make_shared<ShowFlags>();
  command->add_option("FILE", flags->file, "A proof, PREFIX.vk, PREFIX.tacit or an ONNX model")->required()->type_name("");
  command->add_flag("--security", flags->security, "List every term of the security bound");
  command->callback([&session, flags] { session.action = [&session, flags] { return act(session, *flags); }; });
}

}  // namespace tacit::cli
