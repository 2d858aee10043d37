#include "command.h"

#include <charconv>
#include <map>
#include <ostream>

#include "data/file.h"
#include "data/read.h"
#include "data/samples.h"

namespace tacit::cli {
namespace {

constexpr unsigned kMaxThreads = 1024, kMaxOpenings = 1u << 20;

const std::map<std::string, api::Visibility> kVisibilities{
    {"public", api::Visibility::kPublic}, {"private", api::Visibility::kPrivate}, {"committed", api::Visibility::kCommitted}};

std::string check_visibility(const std::string& text) {
  if (kVisibilities.contains(text)) return "";
  return "must be public, private or committed, not '" + printable(text) + "'";
}

std::string check_weights_visibility(const std::string& text) {
  if (text == "committed") return "must be public or private; private weights are under a commitment anyway";
  return check_visibility(text);
}

}  // namespace

void Session::print(const Lines& lines, const Json& object) {
  progress.clear();
  if (json) {
    // ASCII alone, so that no name of a file can steer a terminal here either.
    out << object.dump(2, ' ', true, Json::error_handler_t::replace) << '\n';
  } else {
    out << lines.str();
  }
}

CLI::App* new_command(CLI::App& app, Session& session, const std::string& name, const std::string& description,
                      const std::string& example) {
  CLI::App* command = app.add_subcommand(name, description);
  command->add_flag("--json", session.json, "Print one JSON object instead of text");
  command->add_option("--threads", session.threads, "Threads to use (default: one per core)")
      ->check(CLI::Range(1u, kMaxThreads).description(""))
      ->type_name("N");
  command->footer("Example:\n  " + example);
  return command;
}

void add_visibility(CLI::App& command, const std::string& flag, api::Visibility& value, const std::string& what) {
  std::string standard = text_of(value);
  command
      .add_option_function<std::string>(
          flag,
          [&value](const std::string& text) { value = kVisibilities.at(text); },
          what + (flag == "--weights" ? " public or private" : " public, private or committed") + " (default: " + standard + ")")
      ->check(CLI::Validator(flag == "--weights" ? check_weights_visibility : check_visibility, ""))
      ->type_name("V");
}

void add_openings(CLI::App& command, const std::string& flag, unsigned& value, const std::string& what) {
  auto parse = [&value, flag](const std::string& text) {
    const char* end = text.data() + text.size();
    unsigned parsed = 0;
    const auto done = std::from_chars(text.data(), end, parsed);
    const bool good = done.ec == std::errc{} && done.ptr == end && parsed >= 1 && parsed <= kMaxOpenings;
    if (!good) throw CLI::ValidationError(flag, "must be a number from 1 to " + std::to_string(kMaxOpenings) + ", not '" + printable(text) + "'");
    value = parsed;
  };
  command.add_option_function<std::string>(flag, parse, what)->type_name("N");
}

void add_sample(CLI::App& command, std::uint64_t& sample) {
  command.add_option("--sample", sample, "Which sample of a file that holds several, from 0 (default: the first)")
      ->type_name("I");
}

Result<std::vector<std::int64_t>> read_labels(const std::string& path) {
  TACIT_TRY(std::vector<Array> arrays, read_arrays(path));
  return class_labels(arrays, path);
}

Result<Bytes> read_any(const std::string& path) { return read_file(path, kMaxDataBytes); }

Result<api::DataFile> read_data(const std::string& path) {
  TACIT_TRY(std::vector<Array> arrays, read_arrays(path));
  return api::DataFile{path, std::move(arrays)};
}

Result<api::BundleHandle> read_bundle(const std::string& path, const PassphraseFlags& passphrase) {
  TACIT_TRY(const SecretBytes bytes, open_bundle_file(path, passphrase));
  return api::open_bundle(bytes, path);
}

}  // namespace tacit::cli
