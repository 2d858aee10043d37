#include <memory>

#include "command.h"
#include "secret/wipe.h"
#include "show_links.h"

namespace tacit::cli {
namespace {

using Kind = api::FileReport::Kind;

using ShowFlags = ShowLinkFlags;

std::string kind_name(Kind kind) {
  switch (kind) {
    case Kind::kBundle: return "bundle";
    case Kind::kKey: return "key";
    case Kind::kProof: return "proof";
  }
  return "";
}

std::string privacy_of(const api::FileReport& r) {
  if (r.kind == Kind::kProof) return r.zero_knowledge ? "zero-knowledge; its key says what is hidden" : "nothing is hidden";
  return privacy_text(r.input, r.output, r.weights, r.zero_knowledge);
}

void add_model(Lines& lines, const api::FileReport& r) {
  add_tensors(lines, "input", r.inputs);
  add_tensors(lines, "output", r.outputs);
  if (r.openings != 0) lines.add("budget", count(r.openings, "opening") + " of the weights in all");
  lines.add("parameters", std::to_string(r.parameters));
  lines.add("cost", std::to_string(r.cost.multiplications) + " multiplications, " + std::to_string(r.cost.witness_entries) +
                        " committed numbers, " + std::to_string(r.cost.lookup_rows) + " lookup rows a proof");
  lines.add("numbers", bits_text(r.activation_bits, r.weight_bits, r.widest_weight_bits));
  for (const api::OutputError& e : r.errors) lines.add("error bound", printable(e.name) + "  " + bound_text(e));
}

void add_roles(Lines& lines, const api::FileReport& r) {
  if (r.kind == Kind::kProof) return;
  for (const auto& [role, sees] : roles(r.input, r.output, r.weights)) lines.add("seen by", role + ": " + sees);
}

void add_published(Lines& lines, const api::FileReport& r) {
  if (r.published.empty()) return;
  lines.add("published", "all that stands in this key in clear:");
  std::string kind;
  for (const auto& item : r.published) {
    lines.add(item.kind == kind ? "" : "  " + item.kind, item.name + "  " + item.value);
    kind = item.kind;
  }
}

Lines lines_of(const api::FileReport& r, const ShowFlags& flags, std::uint64_t bytes) {
  const bool proof = r.kind == Kind::kProof;
  Lines lines;
  lines.add(kind_name(r.kind), flags.file + "  " + kib(bytes) + "  version " + std::to_string(r.version));
  lines.add("model", r.key_digest);
  if (proof) lines.add("claims", "not verified; its values can be read with the key: tacit verify KEY PROOF");
  else add_model(lines, r);
  for (const auto& part : r.parts) lines.add("  " + part.name, kib(part.bytes));
  if (!proof) add_security(lines, r.security.proven_bits, r.security.target_bits);
  lines.add("privacy", privacy_of(r));
  if (flags.security) {
    lines.add("bound", "every way to cheat, and the work it takes");
    add_security_terms(lines, r.security);
  } else {
    add_roles(lines, r);
    add_published(lines, r);
  }
  return lines;
}

Json json_of_file(const api::FileReport& r, const ShowFlags& flags, std::uint64_t bytes) {
  Json parts = Json::object();
  for (const auto& part : r.parts) parts[part.name] = part.bytes;
  Json object{{"command", "show"}, {"file", flags.file},   {"kind", kind_name(r.kind)}, {"bytes", bytes},
              {"version", r.version}, {"model", r.key_digest}, {"parts", parts}};
  if (r.kind != Kind::kProof) {
    object["inputs"] = json_of(r.inputs);
    object["outputs"] = json_of(r.outputs);
    object["visibility"] = {{"input", text_of(r.input)}, {"output", text_of(r.output)}, {"weights", text_of(r.weights)}};
    object["parameters"] = r.parameters;
    if (r.openings != 0) object["openings"] = r.openings;
    object["cost"] = {{"multiplications", r.cost.multiplications}, {"witness_entries", r.cost.witness_entries}, {"lookup_rows", r.cost.lookup_rows}};
    for (const auto& [role, sees] : roles(r.input, r.output, r.weights)) object["seen_by"][role] = sees;
    object["activation_bits"] = r.activation_bits;
    object["weight_bits"] = r.weight_bits;
    object["widest_weight_bits"] = r.widest_weight_bits;
    object["security"] = json_of(r.security);
    for (const api::OutputError& e : r.errors) object["errors"][e.name] = json_of(e);
  }
  if (r.kind == Kind::kKey) {
    Json published = Json::array();
    for (const auto& item : r.published) published.push_back({{"kind", item.kind}, {"name", item.name}, {"value", item.value}});
    object["published"] = published;
  }
  add_privacy(object, r.zero_knowledge, privacy_of(r));
  return object;
}

Result<ExitCode> act(Session& session, const ShowFlags& flags) {
  TACIT_TRY(Bytes read, read_any(flags.file));
  const SecretBytes bytes = SecretBytes::take(std::move(read));
  if (is_link_file(bytes)) return show_link(session, flags, bytes);
  if (!flags.issuer.empty()) return Error{ErrorCode::kUsage, "--issuer is for commitments and openings", flags.file};
  if (flags.file.ends_with(".onnx")) {
    if (flags.security) return Error{ErrorCode::kUsage, "a model has no security level before it is compiled", flags.file};
    TACIT_TRY(api::ModelReport model, api::inspect(bytes, flags.file));
    print_model(session, flags.file, model);
    return kDone;
  }
  TACIT_TRY(api::FileReport report, api::describe(bytes, flags.file));
  if (flags.security && report.kind == Kind::kProof) {
    return Error{ErrorCode::kUsage, "a proof is as secure as the key it is verified with: tacit show KEY --security", flags.file};
  }
  session.print(lines_of(report, flags, bytes.size()), json_of_file(report, flags, bytes.size()));
  return kDone;
}

}  // namespace

void add_show(CLI::App& app, Session& session) {
  CLI::App* command = new_command(app, session, "show", "Say what a file contains: a proof, key, bundle, commitment, opening, renewal or model",
                                  "tacit show model.vk --security");
  auto flags = std::make_shared<ShowFlags>();
  command->add_option("FILE", flags->file, "A proof, PREFIX.vk, PREFIX.tacit, NAME.commitment, NAME.opening, PREFIX.renewal or an ONNX model")->required()->type_name("");
  command->add_flag("--security", flags->security, "List every term of a key's security bound");
  command->add_option("--issuer", flags->issuer, "Of a commitment or opening: exit with 1 unless this Ed25519 public key signed it")->type_name("PEM");
  command->callback([&session, flags] { session.action = [&session, flags] { return act(session, *flags); }; });
}

}  // namespace tacit::cli
