// fuzz_seeds DIR: writes starting points for the targets whose format follows the protocol.
//
//   DIR/fuzz_theorem/*   theorem | ports | parameters | proof stream, of networks of several shapes and of registrations
//   DIR/fuzz_key/*, .._proof, .._commitment, .._renewal   lists of edits that reach each part of the files; and their headers
#include <cstdio>
#include <string>

#include <filesystem>

#include "link_world.h"
#include "theorem/registration.h"

namespace {

using namespace tacit;

bool write(const std::string& path, ByteSpan bytes) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) return false;
  const bool ok = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  return std::fclose(file) == 0 && ok;
}

Bytes theorem_seed(const Theorem& theorem, const Ports& ports, const OpeningParams& params, ByteSpan stream) {
  ByteWriter out;
  write_theorem(out, theorem);
  write_ports(out, ports);
  write_params(out, params);
  out.raw(stream.first(std::min<std::size_t>(stream.size(), 4096)));
  return out.take();
}

bool write_theorems(const std::string& folder) {
  bool ok = true;
  for (std::uint32_t i = 0; i < 4; ++i) {
    TestNetworkOptions o;
    o.batch = 1 + i / 2;
    o.groups = 1 + i % 2;
    o.input = i % 2 ? Visibility::kPublic : Visibility::kPrivate;
    o.weights = i == 1 || i == 2 ? Visibility::kPublic : Visibility::kPrivate;  // one of the four hides nothing
    const ProverModel model = make_test_network(i, o).compile();
    const KeyCore& core = model.key.core;
    ok &= write(folder + "/network" + std::to_string(i), theorem_seed(core.theorem, core.ports, core.params, model.key.registration_proof));
    auto registration = registration_theorem(core.theorem);
    ok &= registration.ok() && write(folder + "/registration" + std::to_string(i),
                                     theorem_seed(*registration, core.ports, model.key.registration_params, {}));
  }
  return ok;
}

// Two edits in each sixteenth of the file, together of every kind.
bool write_edits(const std::string& folder, std::uint8_t kind, std::size_t file_size) {
  bool ok = true;
  for (std::uint32_t part = 0; part < 16; ++part)
    for (std::uint32_t operation : {part % 8, (part + 3) % 8}) {
      ByteWriter out;
      out.u8(kind);
      out.u32(operation | static_cast<std::uint32_t>(file_size * part / 16 + operation) << 8);
      out.u32(1 + part * 0x01010101u);
      ok &= write(folder + "/edit" + std::to_string(kind) + "_" + std::to_string(part) + "_" + std::to_string(operation), out.data());
    }
  return ok;
}

bool write_head(const std::string& path, std::uint8_t kind, const Bytes& file) {
  Bytes out = {kind};
  out.insert(out.end(), file.begin(), file.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(file.size(), 3000)));
  return write(path, out);
}

bool write_links(const std::string& commitments, const std::string& renewals) {
  const fuzz::LinkWorld& links = fuzz::link_world();
  const Bytes renewal = fuzz::renewed().link.encode();
  return write_edits(commitments, 0, links.commitment.size()) && write_edits(commitments, 1, links.opening_file.size()) &&
         write_head(commitments + "/commitment", 2, links.commitment) && write_head(commitments + "/opening", 3, links.opening_file) &&
         write_edits(renewals, 0, renewal.size()) && write_head(renewals + "/renewal", 1, renewal) &&
         write_edits(renewals, 2, renewal.size());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return std::fputs("Usage: fuzz_seeds DIR\n", stderr), 2;
  const std::string root = argv[1];
  std::error_code failed;
  for (const char* name : {"/fuzz_theorem", "/fuzz_key", "/fuzz_proof", "/fuzz_commitment", "/fuzz_renewal"})
    std::filesystem::create_directories(root + name, failed);
  const fuzz::World& w = fuzz::world();
  const bool ok = write_theorems(root + "/fuzz_theorem") &&
                  write_edits(root + "/fuzz_key", 0, w.key.size()) && write_edits(root + "/fuzz_key", 1, w.bundle.size()) &&
                  write_head(root + "/fuzz_key/key", 2, w.key) && write_head(root + "/fuzz_key/bundle", 3, w.bundle) &&
                  write_edits(root + "/fuzz_proof", 0, w.proof.size()) && write_head(root + "/fuzz_proof/proof", 1, w.proof) &&
                  write_links(root + "/fuzz_commitment", root + "/fuzz_renewal");
  if (!ok) std::fputs("fuzz_seeds: a seed could not be written\n", stderr);
  return ok ? 0 : 1;
}
