#include "leaks/link_world.h"

#include "prover/options.h"

namespace tacit::leaks {
namespace {

constexpr std::uint32_t kLogN = 5;
constexpr std::uint64_t kPadEntries = 3;

std::vector<Column> two_columns(std::string first, std::string second) {
  return {{std::move(first), Home::kWeights, 1, 2, 0, 255}, {std::move(second), Home::kWeights, 1, 2, 0, 255}};
}

}  // namespace

LinkSide::LinkSide(std::vector<Column> in, std::string of, std::size_t openings)
    : Side(toy_params(oracle_size(in, Home::kWeights), kPadEntries, kLogN, static_cast<std::uint32_t>(openings * kQueries + 3)), 1, openings),
      columns(std::move(in)), name(std::move(of)) {}

Relation LinkSide::target() const { return link_target(columns, params, {}, {}); }

OracleLayout LinkSide::layout() const {
  return oracle_layout(columns, Home::kWeights, {shape().log_n, shape().limbs_w, static_cast<std::uint32_t>(shape().statement_slots_w())});
}

FpVector LinkSide::message(const std::vector<IntColumn>& values) const {
  return oracle_message(columns, layout(), values, {}, shape().limbs_w * shape().n());
}

WeightsCommitment LinkSide::commit(const std::vector<IntColumn>& values, Random& random, Spoil spoil) const {
  FpVector out = message(values);
  if (spoil != Spoil::kNothing) {
    Oracle oracle = commit_spoiled_w(*this, out, random, spoil);
    return with_pin(target(), std::move(oracle), std::move(out));
  }
  Digest secret{};
  random.fill(std::span<std::uint8_t>(secret));
  Oracle oracle = commit_hidden(params, std::move(out), ModelSecret::of(secret), name);
  FpVector filled(oracle.message().begin(), oracle.message().end());
  return with_pin(target(), std::move(oracle), std::move(filled));
}

WeightsCommitment LinkSide::commit_nothing(Random& random) const {
  FpVector out(shape().limbs_w * shape().n());
  fill_random_slots(shape(), Block::kW, out, source_of(random));
  Oracle oracle = commit_filled_w(*this, out, random, Spoil::kNothing);
  return with_pin(target(), std::move(oracle), std::move(out));
}

CommittedWitness LinkSide::commit_x(const Relation& target, const Fe& pad, Random& random, Spoil spoil) const {
  if (spoil == Spoil::kNothing) return commit_witness(target, {}, {pad}, random);
  FpVector statement = oracle_message(target.columns, target.witness, {}, {pad}, shape().limbs_x * shape().n());
  return commit_spoiled_x(*this, std::move(statement), {pad}, random, spoil);
}

LinkedWorld::LinkedWorld() : side(two_columns("high", "low"), "B", kOpenings) {
  Random random = seeded("labels of pads", 1);
  const Assignment& secret = world.secrets[0];
  const WeightsCommitment w = world.commit_w(secret, random), b = side.commit(committed(secret), random);
  const Relation linked = relation(w.relation, b.relation);
  const CommittedWitness x = world.commit_x(linked, secret, random);
  const CommittedWitness other = side.commit_x(b.relation, x.pads[linked.plan.links[0]], random);
  world.pad_labels = labels_of_pads(linked, secret, w.oracle, x, {{&b.oracle, &other}});
}

std::vector<IntColumn> LinkedWorld::committed(const Assignment& secret) const {
  std::vector<IntColumn> out;
  for (const LinkedColumn& c : world.linked) out.push_back(secret.columns[c.column]);
  return out;
}

Relation LinkedWorld::relation(const Relation& of_weights, const Relation& target) const {
  Relation out = of_weights;
  out.links.push_back({world.linked, Bytes(target.root_w.begin(), target.root_w.end()), target});
  return out;
}

RenewalWorld::RenewalWorld()
    : columns{{0, 1, 1, 2}, {1, 1, 1, 2}}, older(two_columns("a", "b"), "old W", 1), newer(two_columns("a", "b"), "new W", 1) {
  secrets[0].columns = {{1, 2}, {3, 14}};
  secrets[1].columns = {{15, 0}, {7, 4}};
}

RenewalRelation RenewalWorld::relation(const Relation& of_older, const Relation& of_newer) const {
  ByteWriter params;
  write_params(params, older.params);
  write_params(params, newer.params);
  return {of_older.root_w, of_newer.root_w, columns, of_older, of_newer, params.take()};
}

const LinkedWorld& linked_world() {
  static const LinkedWorld world;
  return world;
}

const RenewalWorld& renewal_world() {
  static const RenewalWorld world;
  return world;
}

}  // namespace tacit::leaks
