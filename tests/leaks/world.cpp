#include "leaks/world.h"

#include <cstring>

#include "hash/keccak.h"
#include "theorem/bounds.h"

namespace tacit::leaks {
namespace {

enum : ColumnId { kWeightsColumn, kInput, kOutput, kCounts };

Theorem make_theorem() {
  Theorem t;
  t.columns = {{"w", Home::kWeights, 1, 4, 0, 15}, {"x", Home::kWitness, 4, 1, 0, 255}, {"y", Home::kWitness, 1, 1, 0, 255},
               {"counts", Home::kWitness, 1, 256, 0, 0x7FFFFFFF}};
  t.accumulators = {{"acc", 1, 1, {{kWeightsColumn, kInput, 1, 4, Window::identity(1)}}, {}}};
  t.tables = {{TableKind::kRange, 8, 0, 0}};
  t.multiplicities = {kCounts};
  const Expr input{kNone, {Linear::whole(kInput, 1, 1)}, 0, 0}, output{kNone, {Linear::whole(kOutput, 1, 1)}, 0, 0};
  const Expr rest{0, {Linear::whole(kOutput, 1, -16)}, 0, 0};
  t.lookups = {{"x", 0, 4, 1, {input}}, {"y", 0, 1, 1, {output}}, {"rest", 0, 1, 1, {rest}}};
  TACIT_EXPECTS(check_theorem(t).ok() && check_bounds(t).ok(), "the toy is a theorem");
  return t;
}

OpeningParams make_params(const Theorem& theorem, std::uint32_t random_slots_w) {
  const OracleSizes sizes = oracle_sizes(theorem, true);
  OpeningParams p;
  p.shape = {sizes.w, sizes.x, 8, 1, 3, random_slots_w, kQueries};
  p.lambda = 40;
  p.initial_grind_bits = 2;
  p.rounds = {{2, 8, 9, kQueries, 2, 0, 3}, {7, 2, 3, 20, 0, 1, 3}};
  p.final_log = 2;
  TACIT_EXPECTS(check_form(p).ok(), "the toy's parameters have the form of 11.2");
  return p;
}

Assignment make_secret(const Theorem& theorem, IntColumn w, IntColumn x) {
  Assignment a;
  std::int32_t acc = 0;
  for (std::size_t i = 0; i < 4; ++i) acc += w[i] * x[i];
  a.columns = {std::move(w), std::move(x), {acc / 16}, {}};
  TACIT_EXPECTS(count_multiplicities(theorem, a).ok(), "the secret is a witness");
  return a;
}

OpeningMasks make_zero_masks(const OpeningShape& shape) {
  return make_masks(shape, [](std::span<Fp> out) { std::fill(out.begin(), out.end(), Fp()); });
}

Oracle zero_oracle(const World& world, std::size_t limbs, std::size_t masks) {
  const OpeningShape& s = world.shape();
  return Oracle::commit(FpVector(limbs * s.n()), s.log_n, limbs, world.log_domain(), FpVector(masks * s.n()));
}

void spoil_pads(const World& world, const PadPlan& plan, FeVector& pads, Spoil spoil) {
  const std::string_view label = spoil == Spoil::kFractionEndPads     ? "fraction ends"
                                 : spoil == Spoil::kContractionSumPad ? "contraction sum"
                                 : spoil == Spoil::kProductsRoundPads ? "products round"
                                 : spoil == Spoil::kProductsEndPads   ? "products ends"
                                 : spoil == Spoil::kPadRoundPads      ? "pad check round"
                                                                      : "fraction round";
  for (std::size_t k = 0; k < pads.size(); ++k) {
    if (spoil == Spoil::kRandomTriple || spoil == Spoil::kRepeatedPad || world.pad_labels[k] != label) continue;
    if (spoil == Spoil::kBasePads) pads[k] = Fe(pads[k].c[0]);
    else pads[k] = kZero;
  }
  if (spoil == Spoil::kRandomTriple) pads[plan.products.back().a] = pads[plan.products.back().b] = kZero;
  if (spoil == Spoil::kRepeatedPad) pads[1] = pads[0];
  for (const PadProduct& p : plan.products) pads[p.ab] = pads[p.a] * pads[p.b];
}

bool spoils_pads(Spoil spoil) {
  return spoil == Spoil::kBasePads || spoil == Spoil::kRepeatedPad || (spoil >= Spoil::kFractionRoundPads && spoil <= Spoil::kRandomTriple);
}

void spoil_masks(const OpeningShape& shape, OpeningMasks& masks, Spoil spoil) {
  auto clear = [](auto begin, std::size_t count) { std::fill_n(begin, count, typename std::iterator_traits<decltype(begin)>::value_type()); };
  auto to_base = [](FeVector& v) { for (Fe& x : v) x = Fe(x.c[0]); };
  const auto xi = masks.row2.begin() + static_cast<std::ptrdiff_t>(shape.statement_slots_x());
  if (spoil == Spoil::kFoldPads) clear(xi, shape.pad_slots_x());
  if (spoil == Spoil::kBaseFoldPads)
    for (std::size_t k = 0; k < shape.pad_slots_x(); ++k)
      if (k % 3 != 0) xi[static_cast<std::ptrdiff_t>(k)] = Fp();
  if (spoil == Spoil::kOneRow2Slot) masks.row2.back() = Fp();
  if (spoil == Spoil::kRow2Slots) clear(masks.row2.end() - shape.random_slots_x, shape.random_slots_x);
  if (spoil == Spoil::kRow1 || spoil == Spoil::kLine) clear(masks.row1.begin(), masks.row1.size());
  if (spoil == Spoil::kMuW || spoil == Spoil::kLine) clear(masks.mu_w.begin(), masks.mu_w.size());
  if (spoil == Spoil::kBaseRow1) to_base(masks.row1);
  if (spoil == Spoil::kBaseMuW) to_base(masks.mu_w);
  if (spoil == Spoil::kTopOfRow1) masks.row1.back() = kZero;
  if (spoil == Spoil::kTopOfMuW) masks.mu_w.back() = kZero;
}

void clear_random_slots(std::span<Fp> message, std::size_t n, std::size_t count) {
  for (std::size_t end = n; end <= message.size(); end += n) std::fill_n(&message[end - count], count, Fp());
}

std::vector<Salt> draw_salts(std::size_t log_domain, Random& random, bool are_zero) {
  std::vector<Salt> salts(std::size_t{1} << log_domain);
  if (!are_zero) random.fill(std::span(reinterpret_cast<std::uint8_t*>(salts.data()), sizeof(Salt) * salts.size()));
  return salts;
}

}  // namespace

World::World(std::uint32_t random_slots_w)
    : theorem(make_theorem()), params(make_params(theorem, random_slots_w)),
      secrets{make_secret(theorem, {1, 2, 3, 4}, {10, 20, 30, 40}), make_secret(theorem, {7, 0, 15, 5}, {200, 7, 31, 99})},
      base(Relation::make(theorem, params, std::vector<IntColumn>(theorem.columns.size()))), zero_masks(make_zero_masks(params.shape)),
      zero_pads(base.plan.pads), zero_w(zero_oracle(*this, 1, 0)), zero_x(zero_oracle(*this, 3, 7)) {
  Random random = seeded("labels of pads", 0);
  const WeightsCommitment w = commit_w(secrets[0], random);
  const CommittedWitness x = commit_x(w.relation, secrets[0], random);
  Party<kRecorder> party(kLabel);
  argue<kRecorder>(party, w.relation, Known<WitnessView>(WitnessView(w.relation, {&secrets[0], &w.oracle, &x.oracle, &x.pads, &x.masks})));
  pad_labels = party.pad_labels();
  pad_labels.resize(base.plan.pads);
}

FpVector World::weights_message(const Assignment& secret) const {
  return oracle_message(theorem.columns, base.weights, secret.columns, {}, shape().limbs_w * shape().n());
}

FpVector World::witness_message(const Assignment& secret, const FeVector& pads) const {
  return oracle_message(base.columns, base.witness, secret.columns, pads, shape().limbs_x * shape().n());
}

WeightsCommitment World::with_pin(Oracle oracle, FpVector message) const {
  Relation relation = base;
  relation.root_w = relation.statement = oracle.root();
  const Fe z = pin_point(oracle.root(), params, shape().size_w);
  relation.pin = Pin{z, evaluate_powers(FeVector(message.begin(), message.end()), z)};
  return {std::move(oracle), std::move(relation), std::move(message)};
}

WeightsCommitment World::commit_message(FpVector message, Random& random, Spoil spoil) const {
  const bool no_salts = spoil == Spoil::kWSalts || spoil == Spoil::kWSaltsAndSlots;
  Oracle oracle = Oracle::commit(message, shape().log_n, shape().limbs_w, log_domain(), {}, draw_salts(log_domain(), random, no_salts));
  return with_pin(std::move(oracle), std::move(message));
}

WeightsCommitment World::commit_w(const Assignment& secret, Random& random, Spoil spoil) const {
  if (spoil == Spoil::kNothing) {
    Digest long_secret{};
    random.fill(std::span<std::uint8_t>(long_secret));
    ProverModel model;
    model.key.core.params = params;
    model.theorem = theorem;
    model.weights = secret.columns;
    model.secret = ModelSecret::of(long_secret);
    Oracle oracle = commit_weights(model);
    FpVector message(oracle.message().begin(), oracle.message().end());
    return with_pin(std::move(oracle), std::move(message));
  }
  FpVector message = weights_message(secret);
  fill_random_slots(shape(), Block::kW, message, source_of(random));
  if (spoil == Spoil::kWSlots || spoil == Spoil::kWSaltsAndSlots) clear_random_slots(message, shape().n(), shape().random_slots_w);
  if (spoil == Spoil::kOneWSlot) clear_random_slots(message, shape().n(), 1);
  return commit_message(std::move(message), random, spoil);
}

CommittedWitness World::commit_x(const Relation& relation, const Assignment& secret, Random& random, Spoil spoil) const {
  return spoil == Spoil::kNothing ? commit_witness(relation, secret, random) : commit_spoiled(relation, secret, random, spoil);
}

/// commit_witness(), with something left out.
CommittedWitness World::commit_spoiled(const Relation& relation, const Assignment& secret, Random& random, Spoil spoil) const {
  const RandomSource uniform = source_of(random);
  FeVector pads = draw_pads(relation.plan, uniform);
  if (spoils_pads(spoil)) spoil_pads(*this, relation.plan, pads, spoil);
  OpeningMasks masks = make_masks(shape(), uniform);
  spoil_masks(shape(), masks, spoil);
  std::vector<Salt> salts = draw_salts(log_domain(), random, spoil == Spoil::kXSalts);
  if (spoil == Spoil::kOneSalt) std::fill(salts.begin(), salts.end(), salts[0]);
  FpVector message = witness_message(secret, pads);
  fill_random_slots(shape(), Block::kX, message, uniform);
  if (spoil == Spoil::kXSlots) clear_random_slots(message, shape().n(), shape().random_slots_x);
  if (spoil == Spoil::kOneXSlot) clear_random_slots(message, shape().n(), 1);
  Oracle oracle = Oracle::commit(std::move(message), shape().log_n, shape().limbs_x, log_domain(), mask_limbs(masks), std::move(salts));
  return {std::move(pads), std::move(masks), std::move(oracle)};
}

Random seeded(std::string_view test, std::uint64_t index) {
  Keccak256 hasher;
  hasher.update({reinterpret_cast<const std::uint8_t*>(test.data()), test.size()});
  hasher.update({reinterpret_cast<const std::uint8_t*>(&index), sizeof index});
  return Random::from_key(hasher.finish());
}

RecordedProof record(const Relation& relation, const Assignment& secret, const Oracle& w, const CommittedWitness& x,
                     const std::function<void(Party<kRecorder>&)>& setup) {
  Party<kRecorder> party(kLabel);
  if (setup) setup(party);
  argue<kRecorder>(party, relation, Known<WitnessView>(WitnessView(relation, {&secret, &w, &x.oracle, &x.pads, &x.masks})));
  RecordedProof out;
  out.stream = party.take_proof();
  out.tape = party.take_tape();
  return out;
}

}  // namespace tacit::leaks
