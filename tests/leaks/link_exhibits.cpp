#include "leaks/link_exhibits.h"

#include "leaks/run_parts.h"
#include "leaks/simulator_party.h"

namespace tacit::leaks {
namespace {

Fe value_of(const Relation& target, const Side& side, const Assignment& columns, const Form& form) {
  return WitnessView(target, side.zeros(&columns)).value_of(form);
}

Assignment assignment_of(std::vector<IntColumn> columns) {
  Assignment out;
  out.columns = std::move(columns);
  return out;
}

}  // namespace

std::string distinguish_linked(const LinkedWorld& linked, const LinkedExhibit& exhibit, const Assignment& guess, LinkTally& tally) {
  std::vector<Explanation> arguments, openings;
  const std::string complaint = distinguish(linked.world, exhibit.argument, guess, tally.parts[0], 0, &arguments);
  if (!complaint.empty()) return complaint;
  const LinkSide& side = linked.side;
  const Link& link = exhibit.argument.relation.links[0];
  const Assignment committed = assignment_of(linked.committed(guess));
  const FpVector message = side.message(committed.columns);
  for (std::size_t k = 0; k < arguments.size(); ++k) {
    const LinkClaim& claim = arguments[k].links[0];
    const Form form = flat_fingerprint_form(link.columns, claim.point);
    openings.push_back(explain_link(side, link.target, message, value_of(link.target, side, committed, form), form, claim.m,
                                    arguments[k].link_roots[0], exhibit.openings[k]));
    if (!openings.back().reason.empty()) return "link: " + openings.back().reason;
  }
  distinguish_openings(side, *link.target.pin, message, exhibit.openings, openings, std::vector<bool>(side.shape().limbs_x), tally.parts[1]);
  return "";
}

std::string distinguish_renewal(const RenewalWorld& world, const RenewalExhibit& exhibit, const Assignment& guess, LinkTally& tally) {
  const Tape head = exhibit.tape.part(0);
  const Known<int> nothing(0);
  Party<kCandidate> party(head);
  const std::vector<Digest> roots = party.send_digests("link roots", 2, nothing, nullptr);
  const Form form = fingerprint_form(world.columns, draw_fingerprint(party, world.columns));
  const Fe m = party.send_clear_many("link value", 1, nothing, nullptr)[0];
  add_raw(head, tally.parts[0]);
  std::vector<Explanation> sides;
  for (std::size_t k = 0; k < 2; ++k) {
    const LinkSide& side = k == 0 ? world.older : world.newer;
    const Relation& target = k == 0 ? exhibit.relation.older : exhibit.relation.newer;
    const Tape part = exhibit.tape.part(k + 1);
    const FpVector message = side.message(guess.columns);
    const Fe fingerprint = value_of(target, side, guess, form);
    if (k == 0) tally.parts[0].add(Row::kLinkValue, 0, fingerprint - m);
    sides.push_back(explain_link(side, target, message, fingerprint, form, m, roots[k], part));
    if (!sides.back().reason.empty()) return std::string(k == 0 ? "old" : "new") + " weights: " + sides.back().reason;
    distinguish_openings(side, *target.pin, message, {&part, 1}, {&sides.back(), 1}, std::vector<bool>(side.shape().limbs_x), tally.parts[k + 1]);
  }
  compare_masks(world.newer, sides[0], sides[1], tally.parts[2]);
  return "";
}

LinkedExhibit make_linked_exhibit(const LinkedWorld& linked, const LinkRecipe& recipe, Random& random) {
  const World& world = linked.world;
  const Assignment& secret = world.secrets[recipe.secret];
  const WeightsCommitment w = world.commit_w(secret, random, recipe.of_argument);
  const WeightsCommitment b = linked.side.commit(linked.committed(secret), random, recipe.of_link);
  LinkedExhibit out{{linked.relation(w.relation, b.relation), {}, {}}, {}};
  const Relation& relation = out.argument.relation;
  Fe pad;
  std::optional<CommittedWitness> other;
  for (std::size_t k = 0; k < kOpenings; ++k) {
    const bool again = recipe.shared != Shared::kNothing && k % 2 == 1;
    const CommittedWitness x = world.commit_x(relation, secret, random, recipe.of_argument, again ? &pad : nullptr);
    pad = x.pads[relation.plan.links[0]];
    if (!again || recipe.shared != Shared::kLinkMasks) other.emplace(linked.side.commit_x(b.relation, pad, random, recipe.of_link));
    const RecordedProof proof = record(relation, secret, w.oracle, x, {}, {{&b.oracle, &*other}});
    out.argument.tapes.push_back(proof.tape.part(0));
    out.openings.push_back(proof.tape.part(1));
    TACIT_EXPECTS(proof.stream.size() == expected_length(world, out.argument.tapes[k]) + opening_length(linked.side, out.openings[k]),
                  "the length is a function of the positions");
  }
  return out;
}

LinkedExhibit simulate_linked(const LinkedWorld& linked, Random& random) {
  const World& world = linked.world;
  FpVector message(world.shape().limbs_w * world.shape().n());
  fill_random_slots(world.shape(), Block::kW, message, source_of(random));
  const WeightsCommitment w_star = world.commit_message(std::move(message), random), b_star = linked.side.commit_nothing(random);
  Assignment nobody;
  for (const Column& column : world.theorem.columns) nobody.columns.emplace_back(column.size());
  WitnessData zeros = world.zeros(&nobody);
  zeros.links = {linked.side.zeros(nullptr)};
  LinkedExhibit out{{linked.relation(w_star.relation, b_star.relation), {}, {}}, {}};
  const Relation& relation = out.argument.relation;
  while (out.openings.size() < kOpenings) {
    Party<kSimulator> party(random, {&w_star.oracle, &b_star.oracle});
    argue<kSimulator>(party, relation, Known<WitnessView>(WitnessView(relation, zeros)));
    out.argument.tapes.push_back(party.tape().part(0));
    out.openings.push_back(party.tape().part(1));
  }
  return out;
}

RenewalExhibit make_renewal_exhibit(const RenewalWorld& world, const LinkRecipe& recipe, Random& random) {
  const Assignment& secret = world.secrets[recipe.secret];
  const WeightsCommitment older = world.older.commit(secret.columns, random, recipe.of_link);
  const WeightsCommitment newer = world.newer.commit(secret.columns, random, recipe.of_newer);
  RenewalExhibit out{world.relation(older.relation, newer.relation), {}};
  Fe pad = random.element();
  if (recipe.of_argument == Spoil::kLinkPad) pad = kZero;
  if (recipe.of_argument == Spoil::kBaseLinkPad) pad = Fe(pad.c[0]);
  const CommittedWitness old_x = world.older.commit_x(older.relation, pad, random, recipe.of_link);
  const CommittedWitness fresh = world.newer.commit_x(newer.relation, pad, random, recipe.of_newer);
  const CommittedWitness& new_x = recipe.shared == Shared::kLinkMasks ? old_x : fresh;
  const WitnessData old_data{&secret, &older.oracle, &old_x.oracle, &old_x.pads, &old_x.masks, {}};
  const WitnessData new_data{&secret, &newer.oracle, &new_x.oracle, &new_x.pads, &new_x.masks, {}};
  Party<kRecorder> party(kRenewalLabel);
  argue_renewal<kRecorder>(party, out.relation, Known<RenewalWitness>({{out.relation.older, old_data}, {out.relation.newer, new_data}, pad}));
  const std::size_t length = party.take_proof().size();
  out.tape = party.take_tape();
  TACIT_EXPECTS(length == 2 * 32 + 24 + opening_length(world.older, out.tape.part(1)) + opening_length(world.newer, out.tape.part(2)),
                "the length is a function of the positions");
  return out;
}

RenewalExhibit simulate_renewal(const RenewalWorld& world, Random& random) {
  const WeightsCommitment older = world.older.commit_nothing(random), newer = world.newer.commit_nothing(random);
  RenewalExhibit out{world.relation(older.relation, newer.relation), {}};
  const Assignment nobody = assignment_of({IntColumn(2), IntColumn(2)});
  const RenewalWitness zeros{{out.relation.older, world.older.zeros(&nobody)}, {out.relation.newer, world.newer.zeros(&nobody)}, kZero};
  Party<kSimulator> party(random, {&older.oracle, &newer.oracle});
  argue_renewal<kSimulator>(party, out.relation, Known<RenewalWitness>(zeros));
  out.tape = std::move(party.tape());
  return out;
}

void LinkTally::merge(const LinkTally& other) {
  for (std::size_t k = 0; k < parts.size(); ++k) parts[k].merge(other.parts[k]);
  proofs += other.proofs;
  if (complaint.empty()) complaint = other.complaint;
}

namespace {

LinkTally run_linked_of(std::string_view name, std::size_t exhibits, auto&& make) {
  const LinkedWorld& linked = linked_world();
  return run_parts<LinkTally>(name, exhibits, [&](Random& random, LinkTally& tally) {
    const LinkedExhibit exhibit = make(random);
    tally.proofs += exhibit.openings.size();
    return distinguish_linked(linked, exhibit, linked.world.secrets[0], tally);
  });
}

LinkTally run_renewals_of(std::string_view name, std::size_t exhibits, auto&& make) {
  const RenewalWorld& world = renewal_world();
  return run_parts<LinkTally>(name, exhibits, [&](Random& random, LinkTally& tally) {
    ++tally.proofs;
    return distinguish_renewal(world, make(random), world.secrets[0], tally);
  });
}

}  // namespace

LinkTally run_linked(std::string_view name, const LinkRecipe& recipe, std::size_t exhibits) {
  return run_linked_of(name, exhibits, [&](Random& random) { return make_linked_exhibit(linked_world(), recipe, random); });
}
LinkTally run_linked_simulated(std::string_view name, std::size_t exhibits) {
  return run_linked_of(name, exhibits, [&](Random& random) { return simulate_linked(linked_world(), random); });
}
LinkTally run_renewals(std::string_view name, const LinkRecipe& recipe, std::size_t exhibits) {
  return run_renewals_of(name, exhibits, [&](Random& random) { return make_renewal_exhibit(renewal_world(), recipe, random); });
}
LinkTally run_renewals_simulated(std::string_view name, std::size_t exhibits) {
  return run_renewals_of(name, exhibits, [&](Random& random) { return simulate_renewal(renewal_world(), random); });
}

}  // namespace tacit::leaks
