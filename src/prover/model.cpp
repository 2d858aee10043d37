#include "prover/model.h"

#include <algorithm>

#include "argue/argue.h"
#include "base/contract.h"
#include "prover/prove.h"
#include "theorem/registration.h"
#include "theorem/bounds.h"

namespace tacit {
namespace {

constexpr std::string_view kMagic = "TACITMDL";
constexpr std::uint16_t kVersion = 1;

std::uint8_t width_of(const Column& c) {
  if (c.lo >= INT8_MIN && c.hi <= INT8_MAX) return 1;
  if (c.lo >= INT16_MIN && c.hi <= INT16_MAX) return 2;
  return 4;
}

void write_column(ByteWriter& out, const IntColumn& values, std::uint8_t width) {
  Bytes bytes(values.size() * width);
  for (std::size_t i = 0; i < values.size(); ++i)
    for (std::size_t b = 0; b < width; ++b) bytes[i * width + b] = static_cast<std::uint8_t>(values[i] >> (8 * b));
  out.raw(bytes);
}

IntColumn read_column(ByteSpan bytes, std::uint8_t width) {
  IntColumn out(bytes.size() / width);
  for (std::size_t i = 0; i < out.size(); ++i) {
    std::uint32_t v = 0;
    for (std::size_t b = 0; b < width; ++b) v |= std::uint32_t{bytes[i * width + b]} << (8 * b);
    const std::uint32_t sign = std::uint32_t{1} << (8 * width - 1);
    out[i] = width == 4 ? static_cast<std::int32_t>(v) : static_cast<std::int32_t>((v ^ sign) - sign);
  }
  return out;
}

// The weights' message, zero-padded to whole limbs.
Oracle commit_columns(const Theorem& theorem, const OpeningParams& params, const std::vector<IntColumn>& columns, Home home) {
  const OracleLayout layout = oracle_layout(theorem, home);
  const std::uint32_t limbs = home == Home::kWeights ? params.shape.limbs_w : params.shape.limbs_x;
  FpVector message = oracle_message(theorem, layout, columns, std::uint64_t{limbs} << params.shape.log_n);
  return Oracle::commit(std::move(message), params.shape.log_n, limbs, params.rounds[0].log_domain);
}

Fe evaluate_powers(std::span<const Fp> message, const Fe& z) {
  Fe out;
  for (std::size_t i = message.size(); i-- > 0;) out = out * z + Fe(message[i]);
  return out;
}

Result<OpeningParams> params_for(const Theorem& theorem, std::uint32_t security, Regime regime, const OpeningParams* same_weights) {
  DeriveOptions options;
  options.regime = regime;
  options.initial_grind_bits = 12;  // before the first challenge, against statements that compute their own challenges
  options.sum_margin_bits = 1.02;   // two proofs, of the registration and of an inference, are lucky together
  options.bytes_per_ms = 2000;
  options.w_commit_weight = 1;  // the commitment to W is rebuilt for every proof
  const std::uint64_t w = oracle_layout(theorem, Home::kWeights).size, x = oracle_layout(theorem, Home::kWitness).size;
  if (same_weights != nullptr) {
    options.fixed_log_n = same_weights->shape.log_n;
    options.fixed_log_domain = same_weights->rounds[0].log_domain;
  }
  TACIT_TRY(OpeningParams params, derive_params(w, x, security, options));
  TACIT_TRY([[maybe_unused]] Unit secure, check_security(params, argument_shape(theorem), security));
  return params;
}

Status check_weights(const Theorem& theorem, const std::vector<IntColumn>& weights) {
  for (ColumnId id = 0; id < theorem.columns.size(); ++id) {
    const Column& c = theorem.columns[id];
    if (c.home != Home::kWeights) continue;
    if (weights[id].size() != c.size()) return bad_input("weights are missing or have another size", c.name);
    for (std::int32_t v : weights[id])
      if (v < c.lo || v > c.hi) return bad_input("a weight is outside its declared range", c.name);
  }
  return Unit{};
}

// A bundle's steps can be run: each reads what is given or filled before it, and together they fill everything.
Status check_steps(const Theorem& theorem, const Ports& ports) {
  std::vector<bool> filled(theorem.columns.size(), false);
  for (ColumnId id = 0; id < filled.size(); ++id) filled[id] = theorem.columns[id].home == Home::kWeights;
  for (const Port& p : ports.inputs) filled[p.column] = true;
  for (const Step& s : theorem.steps) {
    bool ready = true;
    auto read = [&](ColumnId id) { ready = ready && filled[id]; };
    if (s.is_maximum) {
      read(s.maximum.a.column);
      read(s.maximum.b.column);
      filled[s.maximum.out] = true;
    } else {
      const Accumulator& acc = theorem.accumulators[s.requantise.acc];
      for (const Contraction& c : acc.contractions) { read(c.weights); read(c.input); }
      for (const Linear& l : acc.linears) read(l.column);
      for (ColumnId id : {s.requantise.y, s.requantise.remainder, s.requantise.excess}) filled[id] = true;
    }
    if (!ready) return bad_input("a step reads a column that no step before it fills", "model");
  }
  for (ColumnId id : theorem.multiplicities) filled[id] = true;
  for (ColumnId id = 0; id < filled.size(); ++id)
    if (!filled[id]) return bad_input("no step fills this column", theorem.columns[id].name);
  return Unit{};
}

Status prove_registration(ProverModel& model, const Oracle& w) {
  KeyCore& core = model.key.core;
  TACIT_TRY(const Theorem theorem, registration_theorem(core.theorem));
  TACIT_TRY(model.key.registration_params, params_for(theorem, core.settings.security, core.params.regime, &core.params));
  Assignment assignment;
  assignment.columns.resize(theorem.columns.size());
  ColumnId next = 0;
  for (ColumnId id = 0; id < core.theorem.columns.size(); ++id)
    if (core.theorem.columns[id].home == Home::kWeights) assignment.columns[next++] = model.weights[id];
  TACIT_TRY([[maybe_unused]] Unit counted, count_multiplicities(theorem, assignment));
  const OpeningParams& params = model.key.registration_params;
  const Oracle x = commit_columns(theorem, params, assignment.columns, Home::kWitness);
  const Relation relation = registration_relation(core, theorem, params);
  model.key.registration_proof = prove_relation(relation, kRegistrationLabel, assignment, &w, &x);
  return Unit{};
}

}  // namespace

Oracle commit_weights(const ProverModel& model) {
  return commit_columns(model.theorem, model.key.core.params, model.weights, Home::kWeights);
}

Result<ProverModel> register_model(Theorem theorem, Ports ports, Settings settings, std::vector<IntColumn> weights,
                                   const StageSink& stage, Regime regime) {
  auto tell = [&](std::string_view name) { if (stage) stage(name); };
  weights.resize(theorem.columns.size());
  TACIT_TRY([[maybe_unused]] Unit shapes, check_theorem(theorem));
  TACIT_TRY([[maybe_unused]] Unit bounds, check_bounds(theorem));
  TACIT_TRY([[maybe_unused]] Unit in_range, check_weights(theorem, weights));
  ProverModel model;
  model.theorem = theorem;
  model.weights = std::move(weights);
  KeyCore& core = model.key.core;
  core.settings = std::move(settings);
  core.theorem = std::move(theorem);
  core.theorem.steps.clear();
  core.ports = std::move(ports);
  TACIT_TRY(core.params, params_for(core.theorem, core.settings.security, regime, nullptr));
  if (core.has_weights()) {
    tell("commit weights");
    const Oracle w = commit_weights(model);
    core.root_w = w.root();
    const std::uint64_t length = oracle_layout(core.theorem, Home::kWeights).size;
    core.pin_y = evaluate_powers(w.message(), pin_point(core.root_w, core.params, length));
    tell("prove weight ranges");
    TACIT_TRY([[maybe_unused]] Unit registered, prove_registration(model, w));
  }
  model.key.statement = statement_digest(core);
  return model;
}

Bytes ProverModel::encode() const {
  ByteWriter out;
  out.raw({reinterpret_cast<const std::uint8_t*>(kMagic.data()), kMagic.size()});
  out.u16(kVersion);
  out.bytes(key.encode());
  write_theorem(out, theorem, true);
  for (ColumnId id = 0; id < theorem.columns.size(); ++id)
    if (theorem.columns[id].home == Home::kWeights) write_column(out, weights[id], width_of(theorem.columns[id]));
  return out.take();
}

Result<ProverModel> read_model(ByteSpan file) {
  ByteReader in(file);
  const ByteSpan magic = in.raw(kMagic.size());
  if (!in.ok() || !std::equal(magic.begin(), magic.end(), kMagic.begin())) return bad_input("file is not a Tacit model bundle", "model");
  if (in.u16() != kVersion) return bad_input("bundle has another format version", "model");
  ProverModel model;
  TACIT_TRY(model.key, read_key(in.bytes()));
  TACIT_TRY(model.theorem, read_theorem(in, true));
  Theorem bare = model.theorem;
  bare.steps.clear();
  if (!(bare == model.key.core.theorem)) return bad_input("bundle's theorem is not its key's", "model");
  TACIT_TRY([[maybe_unused]] Unit runs, check_steps(model.theorem, model.key.core.ports));
  model.weights.resize(model.theorem.columns.size());
  for (ColumnId id = 0; id < model.theorem.columns.size(); ++id) {
    const Column& c = model.theorem.columns[id];
    if (c.home != Home::kWeights) continue;
    const std::uint8_t width = width_of(c);
    const ByteSpan part = in.raw(c.size() * width);
    if (!in.ok()) return bad_input("bundle is truncated", "model");
    model.weights[id] = read_column(part, width);
  }
  if (!in.ok() || !in.at_end()) return bad_input("bundle is truncated or has trailing bytes", "model");
  TACIT_TRY([[maybe_unused]] Unit in_range, check_weights(model.theorem, model.weights));
  return model;
}

}  // namespace tacit
