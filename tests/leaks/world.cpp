#include "leaks/world.h"

#include "theorem/bounds.h"

namespace tacit::leaks {
namespace {

enum : ColumnId { kWeightsColumn, kInput, kOutput, kCounts, kHigh };

Assignment make_secret(const Theorem& theorem, IntColumn w, IntColumn x, IntColumn high = {}) {
  Assignment a;
  std::int32_t acc = 0;
  for (std::size_t i = 0; i < w.size(); ++i) acc += w[i] * x[i];
  a.columns = {std::move(w), std::move(x), {acc / 16}, {}};
  if (!high.empty()) a.columns.push_back(std::move(high));
  TACIT_EXPECTS(count_multiplicities(theorem, a).ok(), "the secret is a witness");
  return a;
}

/// acc = <w, x>, y = floor(acc / 16), and lookups of x, y and the rest in a range; of "high" too, if it is there.
Theorem make_theorem(std::uint32_t inputs, bool with_high) {
  Theorem t;
  t.columns = {{"w", Home::kWeights, 1, inputs, 0, 15}, {"x", Home::kWitness, inputs, 1, 0, 255}, {"y", Home::kWitness, 1, 1, 0, 255},
               {"counts", Home::kWitness, 1, 256, 0, 0x7FFFFFFF}};
  t.accumulators = {{"acc", 1, 1, {{kWeightsColumn, kInput, 1, inputs, Window::identity(1)}}, {}}};
  t.tables = {{TableKind::kRange, 8, 0, 0}};
  t.multiplicities = {kCounts};
  const Expr input{kNone, {Linear::whole(kInput, 1, 1)}, 0, 0}, output{kNone, {Linear::whole(kOutput, 1, 1)}, 0, 0};
  const Expr rest{0, {Linear::whole(kOutput, 1, -16)}, 0, 0};
  t.lookups = {{"x", 0, inputs, 1, {input}}, {"y", 0, 1, 1, {output}}, {"rest", 0, 1, 1, {rest}}};
  if (with_high) {
    t.columns.push_back({"high", Home::kWitness, inputs, 1, 0, 255});
    t.lookups.push_back({"high", 0, inputs, 1, {{kNone, {Linear::whole(kHigh, 1, 1)}, 0, 0}}});
  }
  TACIT_EXPECTS(check_theorem(t).ok() && check_bounds(t).ok(), "the toy is a theorem");
  return t;
}

std::string_view label_of(Spoil spoil) {
  switch (spoil) {
    case Spoil::kFractionEndPads: return "fraction ends";
    case Spoil::kContractionSumPad: return "contraction sum";
    case Spoil::kProductsRoundPads: return "products round";
    case Spoil::kProductsEndPads: return "products ends";
    case Spoil::kPadRoundPads: return "pad check round";
    case Spoil::kLinkPad:
    case Spoil::kBaseLinkPad: return "link value";
    default: return "fraction round";
  }
}

void spoil_pads(const World& world, const PadPlan& plan, FeVector& pads, Spoil spoil) {
  for (std::size_t k = 0; k < pads.size(); ++k) {
    if (spoil == Spoil::kRandomTriple || spoil == Spoil::kRepeatedPad || world.pad_labels[k] != label_of(spoil)) continue;
    if (spoil == Spoil::kBasePads || spoil == Spoil::kBaseLinkPad) pads[k] = Fe(pads[k].c[0]);
    else pads[k] = kZero;
  }
  if (spoil == Spoil::kRandomTriple) pads[plan.products.back().a] = pads[plan.products.back().b] = kZero;
  if (spoil == Spoil::kRepeatedPad) pads[1] = pads[0];
  for (const PadProduct& p : plan.products) pads[p.ab] = pads[p.a] * pads[p.b];
}

bool spoils_pads(Spoil spoil) {
  return spoil == Spoil::kBasePads || spoil == Spoil::kRepeatedPad || spoil == Spoil::kLinkPad || spoil == Spoil::kBaseLinkPad ||
         (spoil >= Spoil::kFractionRoundPads && spoil <= Spoil::kRandomTriple);
}

}  // namespace

Toy plain_toy(std::uint32_t random_slots_w) {
  Toy toy{make_theorem(4, false), {}, {}};
  const OracleSizes sizes = oracle_sizes(toy.theorem, true);
  toy.params = toy_params(sizes.w, sizes.x, 8, random_slots_w);
  toy.secrets = {make_secret(toy.theorem, {1, 2, 3, 4}, {10, 20, 30, 40}), make_secret(toy.theorem, {7, 0, 15, 5}, {200, 7, 31, 99})};
  return toy;
}

Toy linked_toy() {
  Toy toy{make_theorem(2, true), {}, {}, {{kHigh, 1, 2, 1}, {kInput, 1, 2, 1}}};
  const OracleSizes sizes = oracle_sizes(toy.theorem, true, 1);
  toy.params = toy_params(sizes.w, sizes.x, 8, kOpenings * kQueries + 3);
  toy.secrets = {make_secret(toy.theorem, {1, 2}, {30, 140}, {5, 0}), make_secret(toy.theorem, {13, 0}, {99, 4}, {1, 255})};
  return toy;
}

World::World(Toy toy)
    : Side(std::move(toy.params), plan_pads(toy.theorem, toy.linked.empty() ? 0 : 1).pads, kOpenings), theorem(std::move(toy.theorem)),
      secrets(std::move(toy.secrets)), linked(std::move(toy.linked)),
      base(Relation::make(theorem, params, std::vector<IntColumn>(theorem.columns.size()), linked.empty() ? 0 : 1)) {
  if (!linked.empty()) return;
  Random random = seeded("labels of pads", 0);
  const WeightsCommitment w = commit_w(secrets[0], random);
  pad_labels = labels_of_pads(w.relation, secrets[0], w.oracle, commit_x(w.relation, secrets[0], random));
}

FpVector World::weights_message(const Assignment& secret) const {
  return oracle_message(theorem.columns, base.weights, secret.columns, {}, shape().limbs_w * shape().n());
}

FpVector World::witness_message(const Assignment& secret, const FeVector& pads) const {
  return oracle_message(base.columns, base.witness, secret.columns, pads, shape().limbs_x * shape().n());
}

WeightsCommitment World::commit_message(FpVector message, Random& random) const {
  Oracle oracle = commit_filled_w(*this, message, random, Spoil::kNothing);
  return with_pin(base, std::move(oracle), std::move(message));
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
    return with_pin(base, std::move(oracle), std::move(message));
  }
  FpVector message = weights_message(secret);
  Oracle oracle = commit_spoiled_w(*this, message, random, spoil);
  return with_pin(base, std::move(oracle), std::move(message));
}

CommittedWitness World::commit_x(const Relation& relation, const Assignment& secret, Random& random, Spoil spoil, const Fe* link_pad) const {
  if (spoil == Spoil::kNothing && link_pad == nullptr) return commit_witness(relation, secret, random);
  FeVector pads = draw_pads(relation.plan, source_of(random));
  if (spoils_pads(spoil)) spoil_pads(*this, relation.plan, pads, spoil);
  if (link_pad != nullptr) pads[relation.plan.links.at(0)] = *link_pad;
  FpVector message = witness_message(secret, pads);
  return commit_spoiled_x(*this, std::move(message), std::move(pads), random, spoil);
}

namespace {

WitnessData data_of(const Assignment& secret, const Oracle& w, const CommittedWitness& x, const std::vector<LinkedOracles>& links) {
  WitnessData data{&secret, &w, &x.oracle, &x.pads, &x.masks, {}};
  for (const LinkedOracles& link : links) data.links.push_back({nullptr, link.w, &link.x->oracle, &link.x->pads, &link.x->masks, {}});
  return data;
}

}  // namespace

RecordedProof record(const Relation& relation, const Assignment& secret, const Oracle& w, const CommittedWitness& x,
                     const std::function<void(Party<kRecorder>&)>& setup, const std::vector<LinkedOracles>& links) {
  Party<kRecorder> party(kLabel);
  if (setup) setup(party);
  argue<kRecorder>(party, relation, Known<WitnessView>(WitnessView(relation, data_of(secret, w, x, links))));
  RecordedProof out;
  out.stream = party.take_proof();
  out.tape = party.take_tape();
  return out;
}

std::vector<std::string_view> labels_of_pads(const Relation& relation, const Assignment& secret, const Oracle& w, const CommittedWitness& x,
                                             const std::vector<LinkedOracles>& links) {
  std::vector<std::string_view> out;
  record(relation, secret, w, x, [&](auto& party) { party.labels = &out; }, links);
  out.resize(relation.plan.pads);
  return out;
}

}  // namespace tacit::leaks
