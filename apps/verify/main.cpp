// tacit-verify: the separate verifier. Reads a key and a proof, prints what was proven, answers with its exit code.
//
//   0 accepted   1 rejected   2 bad input or usage
//
// Built without exceptions and without any operator, model reader, prover or randomness; needs libc and libstdc++ only.
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>

#include "../memory.h"
#include "base/text.h"
#include "report.h"
#include "verifier/renewal.h"

namespace {

using namespace tacit;

constexpr const char* kHelp =
    "Usage: tacit-verify [--json] [--input-commitment FILE]... [--output-commitment FILE]...\n"
    "                    [--renewed-from KEY --renewal FILE]... KEY PROOF\n"
    "\n"
    "Verifies PROOF (from `tacit prove`) against KEY (PREFIX.vk from `tacit compile`) and prints the statement.\n"
    "With commitments (NAME.commitment, in the model's order) it rejects unless the proof is about those values. An issuer's\n"
    "signature of a commitment is not looked at, since this program has no signature scheme: `tacit verify --issuer` checks it.\n"
    "With keys that you trust and renewals (PREFIX.renewal, from `tacit renew`), oldest first, it rejects unless they lead from\n"
    "the first key to KEY: the same model with the same weights.\n"
    "The security printed is the key's level. Proof, links and the key's own registration reach it together, and so does each renewal;\n"
    "`tacit verify` prints the bits of each.\n"
    "Exit code: 0 accepted, 1 rejected, 2 bad input or usage.\n"
    "\n"
    "Example: tacit-verify digits.vk digit.proof\n";

constexpr std::size_t kMaxFileBytes = std::size_t{64} << 20;

struct Arguments {
  bool json = false;
  std::vector<const char*> inputs, outputs;           ///< commitments
  std::vector<const char*> renewed_from, renewals;
  std::vector<const char*> files;                     ///< KEY, PROOF
};

Result<Bytes> read_file(const char* path) {
  const Error fault = bad_input("cannot be read, or is larger than 64 MiB", path);
  std::FILE* file = std::fopen(path, "rb");
  if (file == nullptr) return fault;
  Bytes out;
  std::uint8_t buffer[1 << 16];
  std::size_t n = 0;
  while ((n = std::fread(buffer, 1, sizeof buffer, file)) > 0 && out.size() <= kMaxFileBytes) {
    const std::size_t at = out.size();
    out.resize(at + n);
    std::memcpy(out.data() + at, buffer, n);
  }
  const bool ok = std::ferror(file) == 0 && out.size() <= kMaxFileBytes;
  std::fclose(file);
  if (!ok) return fault;
  return out;
}

/// What `read` makes of a file; the path opens its messages.
template <class T> Result<T> read_as(const char* path, Result<T> (*read)(ByteSpan)) {
  TACIT_TRY(const Bytes bytes, read_file(path));
  Result<T> out = read(bytes);
  if (!out.ok()) return bad_input(out.error().text(), path);
  return out;
}

Error usage(const std::string& what) { return {ErrorCode::kUsage, what + "; see --help", {}}; }

Result<Arguments> parse(int argc, char** argv) {
  Arguments out;
  const struct { std::string_view name; std::vector<const char*>& files; } flags[] = {
      {"--input-commitment", out.inputs}, {"--output-commitment", out.outputs}, {"--renewed-from", out.renewed_from}, {"--renewal", out.renewals}};
  for (int i = 1; i < argc; ++i) {
    const std::string_view arg = argv[i];
    std::vector<const char*>* files = &out.files;
    for (const auto& flag : flags)
      if (arg == flag.name) files = &flag.files;
    if (files != &out.files && ++i == argc) return usage(std::string(arg) + " needs a file");
    if (files != &out.files || arg.size() < 2 || arg[0] != '-') files->push_back(argv[i]);
    else if (arg == "--json") out.json = true;
    else return usage("unknown option " + std::string(arg));
  }
  if (out.files.size() > 2) return usage("too many arguments");
  if (out.files.size() < 2) return usage("needs KEY and PROOF");
  if (out.renewals.size() != out.renewed_from.size()) return usage("--renewed-from KEY and --renewal FILE belong together");
  return out;
}

/// Rejects a verdict whose commitments, from number `first` on, are not those of the files.
Status compare(const std::vector<const char*>& files, const std::vector<Port>& ports, const char* what, const ProofFile& proof,
               std::size_t first, Verdict& verdict) {
  const std::vector<Digest> digests = commitment_digests(proof);
  std::size_t committed = 0;
  for (const Port& port : ports) {
    if (!port.is_committed()) continue;
    if (!files.empty() && committed == files.size())
      return usage(std::string("no commitment is given for ") + what + " \"" + port.name + "\": give one for every committed " + what);
    ++committed;
  }
  for (std::size_t i = 0; i < files.size(); ++i) {
    TACIT_TRY(const SignedCommitment given, read_as(files[i], read_commitment));
    if (i >= committed) return bad_input(std::string("the model has no committed ") + what + " for it", files[i]);
    if (verdict.accepted && given.commitment.digest() != digests[first + i])
      verdict = {false, std::string("the given commitment is that of the proven ") + what};
  }
  return Unit{};
}

/// Rejects a verdict on `key` if the renewals do not lead to it.
Status follow(const Arguments& args, const VerifierKey& key, Verdict& verdict) {
  std::vector<VerifierKey> keys;
  std::vector<RenewalFile> renewals;
  for (std::size_t i = 0; i < args.renewals.size(); ++i) {
    TACIT_TRY(VerifierKey older, read_as(args.renewed_from[i], read_key));
    TACIT_TRY(RenewalFile renewal, read_as(args.renewals[i], read_renewal));
    keys.push_back(std::move(older));
    renewals.push_back(std::move(renewal));
  }
  if (!verdict.accepted || renewals.empty()) return Unit{};
  keys.push_back(key);
  verdict = verify_renewals(keys, renewals);
  return Unit{};
}

/// The verdict on all that was asked. Errors: files that are not what they should be.
Result<Verdict> judge(const Arguments& args, const VerifierKey& key, const Bytes& file, ProofFile& proof) {
  Result<ProofFile> read = read_proof(key, file);
  if (!read.ok() && !proof_statement(file).ok()) return bad_input(read.error().text(), args.files[1]);
  Verdict verdict{false, read.ok() ? "" : read.error().text()};
  if (read.ok()) {
    proof = std::move(*read);
    verdict = verify(key, proof);
    std::size_t inputs = 0;
    for (const Port& port : key.core.ports.inputs) inputs += port.is_committed();
    TACIT_TRY([[maybe_unused]] Unit in, compare(args.inputs, key.core.ports.inputs, "input", proof, 0, verdict));
    TACIT_TRY([[maybe_unused]] Unit out, compare(args.outputs, key.core.ports.outputs, "output", proof, inputs, verdict));
  }
  TACIT_TRY([[maybe_unused]] Unit followed, follow(args, key, verdict));
  return verdict;
}

Result<int> run(int argc, char** argv) {
  TACIT_TRY(const Arguments args, parse(argc, argv));
  TACIT_TRY(const VerifierKey key, read_as(args.files[0], read_key));
  TACIT_TRY(const Bytes file, read_file(args.files[1]));
  ProofFile proof;
  TACIT_TRY(const Verdict verdict, judge(args, key, file, proof));
  const verify_program::Report report{key, proof, verdict, {args.renewed_from.begin(), args.renewed_from.end()}};
  if (args.json) verify_program::print_json(report);
  else verify_program::print_text(report);
  return verdict.accepted ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  prepare_memory();
  for (int i = 1; i < argc; ++i) {
    const std::string_view arg = argv[i];
    if (arg == "--help" || arg == "-h") return std::fputs(kHelp, stdout), 0;
    if (arg == "--version") return std::puts("tacit-verify " TACIT_VERSION), 0;
  }
  const Result<int> done = run(argc, argv);
  if (done.ok()) return *done;
  std::fprintf(stderr, "tacit-verify: %s\n", visible(done.error().text()).c_str());
  return 2;
}
