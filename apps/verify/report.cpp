#include "report.h"

#include <cinttypes>
#include <cmath>
#include <cstdio>
#include <string_view>

#include "base/text.h"
#include "theorem/claim.h"

namespace tacit::verify_program {
namespace {

std::string hex(const Digest& d) {
  std::string out;
  for (std::uint8_t byte : d) {
    char pair[3];
    std::snprintf(pair, sizeof pair, "%02x", byte);
    out += pair;
  }
  return out;
}

void add_escape(std::string& out, std::uint32_t unit) {
  char escaped[8];
  std::snprintf(escaped, sizeof escaped, "\\u%04" PRIx32, unit);
  out += escaped;
}

/// A JSON string of ASCII alone; a byte that is not of UTF-8 becomes U+FFFD.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const Character c = first_character(text);
    const bool plain = c.valid && c.code >= 0x20 && c.code < 0x7F && c.code != '"' && c.code != '\\';
    if (plain) out += static_cast<char>(c.code);
    else if (!c.valid) add_escape(out, 0xFFFD);
    else if (c.code < 0x10000) add_escape(out, c.code);
    else add_escape(out, 0xD800 + ((c.code - 0x10000) >> 10)), add_escape(out, 0xDC00 + ((c.code - 0x10000) & 0x3FF));
    text.remove_prefix(c.bytes);
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

std::string shifts_json(const Port& port) {
  if (port.row_shifts.empty()) return "";
  std::string out;
  for (const std::uint8_t shift : port.row_shifts) out += (out.empty() ? "" : ",") + std::to_string(shift);
  return ",\"row_shifts\":[" + out + "]";
}

std::string values_json(const Port& port, const std::vector<IntColumn>& columns) {
  std::string reals, integers;
  const std::vector<double> real = dequantise(port, columns);
  const std::vector<std::int64_t> integer = to_logical(port, columns);
  for (std::size_t i = 0; i < real.size(); ++i) {
    const char* comma = i == 0 ? "" : ",";
    reals += comma + (!port.labels.empty() ? quoted(port.label_of(integer[i])) : std::isnan(real[i]) ? "null" : number(real[i]));
    integers += comma + std::to_string(integer[i]);
  }
  return "\"values\":[" + reals + "],\"integers\":[" + integers + "],\"scale\":" + number(port.scale) + shifts_json(port) +
         ",\"type\":\"" + name_of(port.type) + "\"";
}

std::string ports_json(const std::vector<Port>& ports, const ProofFile& proof, std::size_t& next_commitment) {
  const std::vector<Digest> digests = commitment_digests(proof);
  std::string out = "[";
  for (const Port& port : ports) {
    if (out.size() > 1) out += ",";
    out += "{\"name\":" + quoted(port.name) + ",\"visibility\":\"" + name_of(port.visibility) + "\"";
    if (port.visibility == Visibility::kPublic) out += "," + values_json(port, proof.publics);
    if (port.is_committed()) out += ",\"commitment\":\"" + hex(digests[next_commitment++]) + "\"";
    out += "}";
  }
  return out + "]";
}

void print_ports(const char* title, const std::vector<Port>& ports, const ProofFile& proof, std::size_t& next_commitment) {
  const std::vector<Digest> digests = commitment_digests(proof);
  for (const Port& port : ports) {
    std::printf("%s '%s' (%s)", title, visible(port.name).c_str(), name_of(port.visibility));
    if (port.visibility == Visibility::kPublic) {
      const std::vector<double> values = dequantise(port, proof.publics);
      for (std::size_t i = 0; i < values.size() && i < 16; ++i) {
        const std::string shown = port.labels.empty() ? number(values[i]) : visible(port.label_of(static_cast<std::int64_t>(values[i])));
        std::printf("%s%s", i == 0 ? ": " : ", ", shown.c_str());
      }
      if (values.size() > 16) std::printf(", ... (%zu values)", values.size());
    }
    if (port.is_committed()) std::printf(": commitment %s", hex(digests[next_commitment++]).c_str());
    std::printf("\n");
  }
}

}  // namespace

void print_json(const Report& r) {
  const KeyCore& core = r.key.core;
  std::string out = std::string("{\"accepted\":") + (r.verdict.accepted ? "true" : "false");
  if (!r.verdict.accepted) out += ",\"reason\":" + quoted(r.verdict.reason);
  out += ",\"mode\":" + quoted(mode_text(core)) + ",\"model\":\"" + hex(r.key.statement) + "\"";
  out += ",\"security_bits\":" + std::to_string(core.settings.security);
  if (r.verdict.accepted) {
    std::size_t next = 0;
    out += ",\"inputs\":" + ports_json(core.ports.inputs, r.proof, next);
    out += ",\"outputs\":" + ports_json(core.ports.outputs, r.proof, next);
    if (const auto claim = accuracy_form(core.theorem, core.ports); claim.ok()) {
      out += ",\"accuracy\":{\"correct\":" + std::to_string(r.proof.publics[claim->correct][0]) + ",\"rows\":" + std::to_string(claim->rows) + "}";
    }
    std::string keys;
    for (const std::string& path : r.renewed_from) keys += (keys.empty() ? "" : ",") + quoted(path);
    if (!keys.empty()) out += ",\"renewed_from\":[" + keys + "]";
  }
  std::printf("%s}\n", out.c_str());
}

void print_text(const Report& r) {
  if (!r.verdict.accepted) {
    std::printf("rejected: failed check: %s\n", visible(r.verdict.reason).c_str());
    return;
  }
  const KeyCore& core = r.key.core;
  std::printf("accepted: the model below gives these outputs on these inputs\n");
  std::printf("model     %s\n", hex(r.key.statement).c_str());
  for (const std::string& path : r.renewed_from) std::printf("renewed   the weights are those of %s\n", visible(path).c_str());
  std::printf("security  %u bits, proven\n", core.settings.security);
  const std::string_view mode = mode_text(core);
  std::printf("mode      %.*s\n", static_cast<int>(mode.size()), mode.data());
  std::size_t next = 0;
  print_ports("input ", core.ports.inputs, r.proof, next);
  print_ports("output", core.ports.outputs, r.proof, next);
  if (const auto claim = accuracy_form(core.theorem, core.ports); claim.ok()) {
    std::printf("claim     the model is right on %d of %llu rows\n", r.proof.publics[claim->correct][0], static_cast<unsigned long long>(claim->rows));
  }
}

}  // namespace tacit::verify_program
