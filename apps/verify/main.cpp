// tacit-verify: the separate verifier. Reads a key and a proof, prints what was proven, answers with its exit code.
//
//   0 accepted   1 rejected   2 bad input or usage
//
// Built without exceptions and without any operator, model reader, prover or randomness; needs libc and libstdc++ only.
#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>

#include "../memory.h"
#include "verifier/verify.h"

namespace {

using namespace tacit;

constexpr const char* kHelp =
    "Usage: tacit-verify [--json] [--input-commitment FILE]... [--output-commitment FILE]... KEY PROOF\n"
    "\n"
    "Verifies PROOF (from `tacit prove`) against KEY (PREFIX.vk from `tacit compile`) and prints the statement.\n"
    "With commitments (NAME.commitment, in the model's order) it rejects unless the proof is about those values. Signatures\n"
    "are not looked at: `tacit verify --issuer` does that.\n"
    "Exit code: 0 accepted, 1 rejected, 2 bad input or usage.\n"
    "\n"
    "Example: tacit-verify digits.vk digit.proof\n";

constexpr std::size_t kMaxFileBytes = std::size_t{64} << 20;

bool read_file(const char* path, Bytes& out) {
  std::FILE* file = std::fopen(path, "rb");
  if (file == nullptr) return false;
  std::uint8_t buffer[1 << 16];
  std::size_t n = 0;
  while ((n = std::fread(buffer, 1, sizeof buffer, file)) > 0 && out.size() <= kMaxFileBytes) {
    const std::size_t at = out.size();
    out.resize(at + n);
    std::memcpy(out.data() + at, buffer, n);
  }
  const bool ok = std::ferror(file) == 0 && out.size() <= kMaxFileBytes;
  std::fclose(file);
  return ok;
}

std::string hex(const Digest& d) {
  std::string out;
  for (std::uint8_t byte : d) {
    char pair[3];
    std::snprintf(pair, sizeof pair, "%02x", byte);
    out += pair;
  }
  return out;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    char escaped[8];
    if (c == '"' || c == '\\' || byte < 0x20) {
      std::snprintf(escaped, sizeof escaped, "\\u%04x", byte);
      out += escaped;
    } else {
      out += c;
    }
  }
  return out + "\"";
}

const char* name_of(Visibility v) {
  if (v == Visibility::kCommitted) return "committed";
  return v == Visibility::kPublic ? "public" : "private";
}

std::string number(double v) {
  char buffer[40];
  std::snprintf(buffer, sizeof buffer, "%.9g", v);
  return buffer;
}

std::string values_json(const Port& port, const IntColumn& column) {
  std::string reals, integers;
  const std::vector<double> real = dequantise(port, column);
  const std::vector<std::int32_t> integer = to_logical(port, column);
  for (std::size_t i = 0; i < real.size(); ++i) {
    const char* comma = i == 0 ? "" : ",";
    reals += comma + number(real[i]);
    integers += comma + std::to_string(integer[i]);
  }
  return "\"values\":[" + reals + "],\"integers\":[" + integers + "],\"scale\":" + number(port.scale);
}

std::string ports_json(const std::vector<Port>& ports, const ProofFile& proof, std::size_t& next_commitment) {
  const std::vector<Digest> digests = commitment_digests(proof);
  std::string out = "[";
  for (const Port& port : ports) {
    if (out.size() > 1) out += ",";
    out += "{\"name\":" + quoted(port.name) + ",\"visibility\":\"" + name_of(port.visibility) + "\"";
    if (port.visibility == Visibility::kPublic) out += "," + values_json(port, proof.publics[port.column]);
    if (port.is_committed()) out += ",\"commitment\":\"" + hex(digests[next_commitment++]) + "\"";
    out += "}";
  }
  return out + "]";
}

void print_json(const VerifierKey& key, const ProofFile& proof, const Verdict& verdict) {
  std::string out = std::string("{\"accepted\":") + (verdict.accepted ? "true" : "false");
  if (!verdict.accepted) out += ",\"reason\":" + quoted(verdict.reason);
  out += ",\"mode\":" + quoted(mode_text(key.core)) + ",\"model\":\"" + hex(key.statement) + "\"";
  out += ",\"security_bits\":" + std::to_string(key.core.settings.security);
  std::size_t next = 0;
  if (verdict.accepted) out += ",\"inputs\":" + ports_json(key.core.ports.inputs, proof, next);
  if (verdict.accepted) out += ",\"outputs\":" + ports_json(key.core.ports.outputs, proof, next);
  std::printf("%s}\n", out.c_str());
}

// Names come from the key: no character of theirs may steer the terminal or start a line.
std::string printable(std::string text) {
  for (char& c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) c = '?';
  }
  return text;
}

void print_ports(const char* title, const std::vector<Port>& ports, const ProofFile& proof, std::size_t& next_commitment) {
  const std::vector<Digest> digests = commitment_digests(proof);
  for (const Port& port : ports) {
    std::printf("%s '%s' (%s)", title, printable(port.name).c_str(), name_of(port.visibility));
    if (port.visibility == Visibility::kPublic) {
      const std::vector<double> values = dequantise(port, proof.publics[port.column]);
      for (std::size_t i = 0; i < values.size() && i < 16; ++i) std::printf("%s%s", i == 0 ? ": " : ", ", number(values[i]).c_str());
      if (values.size() > 16) std::printf(", ... (%zu values)", values.size());
    }
    if (port.is_committed()) std::printf(": commitment %s", hex(digests[next_commitment++]).c_str());
    std::printf("\n");
  }
}

void print_text(const VerifierKey& key, const ProofFile& proof, const Verdict& verdict) {
  if (!verdict.accepted) {
    std::printf("rejected: failed check: %s\n", verdict.reason.c_str());
    return;
  }
  std::printf("accepted: the model below gives these outputs on these inputs\n");
  std::printf("model     %s\n", hex(key.statement).c_str());
  std::printf("security  %u bits, proven\n", key.core.settings.security);
  const std::string_view mode = mode_text(key.core);
  std::printf("mode      %.*s\n", static_cast<int>(mode.size()), mode.data());
  std::size_t next = 0;
  print_ports("input ", key.core.ports.inputs, proof, next);
  print_ports("output", key.core.ports.outputs, proof, next);
}

int fail(const std::string& text) {
  std::fprintf(stderr, "tacit-verify: %s\n", printable(text).c_str());
  return 2;
}

/// Files that the proof's commitments are held against.
struct Given {
  std::vector<const char*> inputs, outputs;
};

/// Rejects a verdict whose commitments are not those of the files; a message where one is no commitment.
std::string compare(const std::vector<const char*>& files, const std::vector<Port>& ports, const char* what, const ProofFile& proof,
                    std::size_t first, Verdict& verdict) {
  const std::vector<Digest> digests = commitment_digests(proof);
  std::size_t committed = 0;
  for (const Port& port : ports) committed += port.is_committed();
  for (std::size_t i = 0; i < files.size(); ++i) {
    Bytes bytes;
    if (!read_file(files[i], bytes)) return std::string(files[i]) + ": cannot be read, or is larger than 64 MiB";
    const Result<SignedCommitment> given = read_commitment(bytes);
    if (!given.ok()) return std::string(files[i]) + ": " + given.error().text();
    if (i >= committed) return std::string(files[i]) + ": the model has no committed " + what + " for it";
    if (verdict.accepted && given->commitment.digest() != digests[first + i])
      verdict = {false, std::string("the given commitment is that of the proven ") + what};
  }
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  prepare_memory();
  bool json = false;
  Given given;
  const char* paths[2] = {};
  int count = 0;
  for (int i = 1; i < argc; ++i) {
    const std::string_view arg = argv[i];
    if (arg == "--help" || arg == "-h") return std::fputs(kHelp, stdout), 0;
    if (arg == "--version") return std::puts("tacit-verify " TACIT_VERSION), 0;
    const bool input = arg == "--input-commitment", output = arg == "--output-commitment";
    if ((input || output) && i + 1 == argc) return fail(std::string(arg) + " needs a file; see --help");
    if (input || output) (input ? given.inputs : given.outputs).push_back(argv[++i]);
    else if (arg == "--json") json = true;
    else if (arg.size() > 1 && arg[0] == '-') return fail("unknown option " + std::string(arg) + "; see --help");
    else if (count < 2) paths[count++] = argv[i];
    else return fail("too many arguments; see --help");
  }
  if (count != 2) return fail("needs KEY and PROOF; see --help");
  Bytes key_file, proof_file;
  if (!read_file(paths[0], key_file)) return fail(std::string(paths[0]) + ": cannot be read, or is larger than 64 MiB");
  if (!read_file(paths[1], proof_file)) return fail(std::string(paths[1]) + ": cannot be read, or is larger than 64 MiB");
  const Result<VerifierKey> key = read_key(key_file);
  if (!key.ok()) return fail(std::string(paths[0]) + ": " + key.error().text());
  const Result<ProofFile> proof = read_proof(*key, proof_file);
  Verdict verdict;
  if (proof.ok()) verdict = verify(*key, *proof);
  else if (proof_statement(proof_file).ok()) verdict.reason = proof.error().text();
  else return fail(std::string(paths[1]) + ": " + proof.error().text());
  const std::size_t outputs_from = std::count_if(key->core.ports.inputs.begin(), key->core.ports.inputs.end(), [](const Port& p) { return p.is_committed(); });
  if (proof.ok()) {
    std::string fault = compare(given.inputs, key->core.ports.inputs, "input", *proof, 0, verdict);
    if (fault.empty()) fault = compare(given.outputs, key->core.ports.outputs, "output", *proof, outputs_from, verdict);
    if (!fault.empty()) return fail(fault);
  }
  const ProofFile empty;
  if (json) print_json(*key, proof.ok() ? *proof : empty, verdict);
  else print_text(*key, proof.ok() ? *proof : empty, verdict);
  return verdict.accepted ? 0 : 1;
}
