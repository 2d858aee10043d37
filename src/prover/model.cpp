#include "prover/model.h"

#include <algorithm>

#include "argue/argue.h"
#include "pcs/whir_masks.h"
#include "base/contract.h"
#include "prover/options.h"
#include "prover/prove.h"
#include "theorem/registration.h"
#include "theorem/steps.h"
#include "secret/random.h"
#include "theorem/bounds.h"

namespace tacit {
namespace {

constexpr std::string_view kMagic = "TACITMDL";
constexpr std::uint16_t kVersion = 2;

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

Result<OpeningParams> params_for(const Theorem& theorem, std::uint32_t security, const DeriveOptions& options, std::uint32_t links) {
  const OracleSizes sizes = oracle_sizes(theorem, options.hide_x, links);
  TACIT_TRY(OpeningParams params, derive_params(sizes.w, sizes.x, security, options));
  TACIT_TRY([[maybe_unused]] Unit secure, check_security(params, argument_shape(theorem, options.hide_x, links), security));
  return params;
}

Result<OpeningParams> inference_params(const KeyCore& core, Regime regime, Profile profile) {
  DeriveOptions options = base_options(regime, profile);
  options.hide_x = core.settings.openings != 0 || core.hides();
  options.openings = core.settings.openings;
  options.sum_margin_bits += core.link_margin_bits();
  return params_for(core.theorem, core.settings.security, options, core.links());
}

// Settles the core's parameters.
Status settle_params(KeyCore& core, Regime regime, Profile profile) {
  const bool has_weights = oracle_sizes(core.theorem, false).w != 0;
  if (!has_weights || core.settings.weights == Visibility::kPublic) core.settings.openings = 0;
  else if (core.settings.openings == 0) return bad_input("private weights need a budget of openings", "model");
  auto params = inference_params(core, regime, profile);
  if (!params.ok() && core.settings.openings != 0) {
    return budget_error(core.settings.openings, params.error(), [&](std::uint32_t openings) {
      core.settings.openings = openings;
      return inference_params(core, regime, profile).ok();
    });
  }
  TACIT_TRY(core.params, std::move(params));
  return Unit{};
}

// A registration is proven once, and sent and verified with every key: its bytes are dear from the first one, which takes one search
// instead of one for each price. Two bits more of proof of work would save 1.5 % of the bytes.
constexpr double kRegistrationBytesPerMs = 20, kNoSoftLimit = 1e18;
constexpr std::uint32_t kRegistrationGrindBits = 18;

// The registration opens the same W, and may use as many positions of it as an inference.
Result<OpeningParams> registration_params(const KeyCore& core, const Theorem& theorem) {
  const OpeningParams& model = core.params;
  DeriveOptions options = options_for_committed(model);
  options.hide_x = core.hides_weights();
  options.openings = core.settings.openings;
  options.sum_margin_bits += core.link_margin_bits();
  if (core.hides_weights()) options.max_queries = model.rounds[0].queries;
  options.bytes_per_ms = kRegistrationBytesPerMs;
  options.soft_limit_bytes = kNoSoftLimit;
  const std::uint32_t usual = std::exchange(options.max_grind_bits, kRegistrationGrindBits);
  auto params = params_for(theorem, core.settings.security, options, 0);
  if (params.ok()) return params;
  options.max_grind_bits = usual;  // as an inference has, where the queries that it leaves are too few without
  return params_for(theorem, core.settings.security, options, 0);
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

Status prove_registration(ProverModel& model, const Oracle& w) {
  KeyCore& core = model.key.core;
  TACIT_TRY(const Theorem theorem, registration_theorem(core.theorem));
  TACIT_TRY(model.key.registration_params, registration_params(core, theorem));
  Assignment assignment;
  assignment.columns.resize(theorem.columns.size());
  ColumnId next = 0;
  for (ColumnId id = 0; id < core.theorem.columns.size(); ++id)
    if (core.theorem.columns[id].home == Home::kWeights) assignment.columns[next++] = model.weights[id];
  TACIT_TRY([[maybe_unused]] Unit counted, count_multiplicities(theorem, assignment));
  const Relation relation = registration_relation(core, theorem, model.key.registration_params);
  TACIT_TRY(Random random, proof_randomness(model.secret, relation, assignment));
  const CommittedWitness x = commit_witness(relation, assignment, random);
  model.key.registration_proof = prove_relation(relation, registration_label(relation.masked()), assignment, &w, x);
  return Unit{};
}

}  // namespace

Oracle commit_weights(const ProverModel& model) {
  const OpeningParams& params = model.key.core.params;
  const OpeningShape& shape = params.shape;
  FpVector message = oracle_message(model.theorem.columns, weights_layout(model.theorem, shape), model.weights, {},
                                    std::uint64_t{shape.limbs_w} << shape.log_n);
  return commit_hidden(params, std::move(message), model.secret, "W");
}

Result<ProverModel> register_model(Theorem theorem, Ports ports, Settings settings, std::vector<IntColumn> weights,
                                   const ModelSecret& secret, const StageSink& stage, Regime regime, Profile profile) {
  weights.resize(theorem.columns.size());
  TACIT_TRY([[maybe_unused]] Unit shapes, check_theorem(theorem));
  TACIT_TRY([[maybe_unused]] Unit bounds, check_bounds(theorem));
  TACIT_TRY([[maybe_unused]] Unit in_range, check_weights(theorem, weights));
  ProverModel model;
  model.theorem = theorem;
  model.weights = std::move(weights);
  model.secret = secret;
  KeyCore& core = model.key.core;
  core.settings = std::move(settings);
  core.theorem = std::move(theorem);
  core.theorem.steps.clear();
  core.ports = std::move(ports);
  TACIT_TRY([[maybe_unused]] Unit settled, settle_params(core, regime, profile));
  TACIT_TRY([[maybe_unused]] Unit committed, commit_model(model, stage));
  return model;
}

Result<ModelParams> model_params(KeyCore core, Regime regime, Profile profile) {
  TACIT_TRY([[maybe_unused]] Unit settled, settle_params(core, regime, profile));
  ModelParams out{core.params, {}};
  if (!core.has_weights()) return out;
  TACIT_TRY(const Theorem theorem, registration_theorem(core.theorem));
  TACIT_TRY(out.registration, registration_params(core, theorem));
  return out;
}

Fe pin_of(const KeyCore& core, const Oracle& w) {
  return evaluate_powers(w.message(), pin_point(core.root_w, core.params, core.params.shape.size_w));
}

Status commit_model(ProverModel& model, const StageSink& stage) {
  auto tell = [&](std::string_view name) { if (stage) stage(name); };
  KeyCore& core = model.key.core;
  if (core.has_weights()) {
    tell("commit weights");
    const Oracle w = commit_weights(model);
    core.root_w = w.root();
    core.pin_y = pin_of(core, w);
    tell("prove weight ranges");
    TACIT_TRY([[maybe_unused]] Unit registered, prove_registration(model, w));
  }
  model.key.statement = statement_digest(core);
  return Unit{};
}

Bytes ProverModel::encode() const {
  ByteWriter out;
  out.raw({reinterpret_cast<const std::uint8_t*>(kMagic.data()), kMagic.size()});
  out.u16(kVersion);
  out.bytes(key.encode());
  out.bytes(recipe);
  if (key.core.hides()) out.raw(secret.bytes());
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
  const ByteSpan recipe = in.bytes();
  model.recipe.assign(recipe.begin(), recipe.end());
  model.theorem = model.key.core.theorem;
  model.theorem.steps = steps_of(model.theorem);
  if (model.key.core.hides()) {
    Digest secret{};
    const ByteSpan bytes = in.raw(secret.size());
    std::copy(bytes.begin(), bytes.end(), secret.begin());
    model.secret = ModelSecret::of(secret);
    wipe_object(secret);
  }
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
