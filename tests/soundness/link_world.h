// A model with a committed input and a committed output of one size, commitments to anything, and the verifier's answer to
// proofs that link them: which check failed, and in which opening.
//
//   argument's opening | opening of the input's commitment | opening of the output's        or: of the old weights | of the new
#pragma once

#include <memory>

#include "prover/committed_network.h"
#include "prover/options.h"
#include "soundness/world.h"

namespace tacit {

/// What a verifier had read to its end when it stopped.
inline constexpr std::size_t kNoOpening = 0, kArgument = 1, kInputLink = 2, kOutputLink = 3, kOldWeights = 1, kNewWeights = 2;
inline constexpr const char* kRowsCheckW = "opened rows of W match its root";

struct Answer {
  Verdict verdict;
  std::size_t openings = 0;
};
inline void expect_refused(const Answer& answer, std::size_t opening, std::string_view reason) {
  expect_refused(answer.verdict, reason);
  EXPECT_EQ(answer.openings, opening);
}

/// The verdict of a script on a proof. Every opening has one final vector, well before its end: a verifier who draws other
/// positions than the prover did reads some rows more or less, and is still counted right.
template <class Script> Answer answer_of(std::string_view label, const CheatingProof& proof, Script&& script) {
  Party<Role::kVerifier> party(label, proof.stream);
  script(party);
  const std::size_t read = party.position();
  Answer out{party.verdict(), 0};
  for (const SentMessage& m : proof.messages) out.openings += m.label == "final vector" && m.begin < read ? 1 : 0;
  return out;
}

/// A commitment and what is behind it: for an honest one, the digits of integers.
struct Committed {
  Commitment commitment;
  std::vector<IntColumn> columns;
  std::shared_ptr<const Oracle> oracle;
};

inline std::vector<IntColumn> digit_columns(const std::vector<std::int64_t>& integers) {
  std::vector<IntColumn> out(2);
  for (std::int64_t g : integers) {
    out[0].push_back(digits_of(g).high);
    out[1].push_back(digits_of(g).low);
  }
  return out;
}

inline Committed commit_columns(std::vector<IntColumn> columns, std::uint8_t seed) {
  Commitment c = test_commitment(std::vector<std::int64_t>(columns[0].size()), seed).of.commitment;
  const std::uint64_t length = std::uint64_t{c.params.shape.limbs_w} << c.params.shape.log_n;
  FpVector message = oracle_message(commitment_columns(c.count), commitment_layout(c), columns, {}, length);
  Oracle oracle = commit_hidden(c.params, std::move(message), test_secret(seed), "B");
  c.root = oracle.root();
  c.pin_y = evaluate_powers(oracle.message(), pin_point(c.root, c.params, c.params.shape.size_w));
  return {std::move(c), std::move(columns), std::make_shared<const Oracle>(std::move(oracle))};
}

/// What a prover links: `named` are in the statement, `opened` are opened in their places if they are given.
struct Linked {
  std::array<const Committed*, 2> named{}, opened{};
  std::array<Fe, 2> off{};                ///< pads of the links minus those of the argument
  std::function<void(Relation&)> change;  ///< of the prover's own relation
};

struct LinkWorld {
  static TestNetwork network(const std::vector<std::int64_t>& integers) {
    TestNetwork net = make_committed_network(5);
    net.inputs = {columns_of(net.ports.inputs[0], integers)[0], columns_of(net.ports.inputs[0], integers)[1]};
    return net;
  }

  std::vector<std::int64_t> values = test_integers(1, 30);
  World world{network(values), Mode::kMasked};
  Committed input = commit_columns(digit_columns(values), 11), output = commit_columns(digit_columns(output_of(world.honest)), 12);

  const Port& port(std::size_t link) const { return link == 0 ? world.net.ports.inputs[0] : world.net.ports.outputs[0]; }
  std::vector<std::int64_t> output_of(const Assignment& a) const { return to_logical(port(1), a.columns); }
  Assignment run(const std::vector<std::int64_t>& integers) const {
    Assignment a = execute(world.model, network(integers).inputs);
    count_leniently(world.theorem(), a);
    return a;
  }
  Linked honest() const { return {{&input, &output}, {}, {}, {}}; }

  CheatingProof prove(const Assignment& a, const Linked& linked, const Cheat& cheat = {}) const {
    const std::vector<Commitment> named{linked.named[0]->commitment, linked.named[1]->commitment};
    Relation own = relation(a, named);
    if (linked.change) linked.change(own);
    Random random = test_random();
    const CommittedWitness x = commit_witness(own, a, random);
    std::vector<LinkSide> links;
    for (std::size_t i = 0; i < 2; ++i) {
      const Committed& other = linked.opened[i] != nullptr ? *linked.opened[i] : *linked.named[i];
      links.push_back({other.oracle.get(), commit_witness(own.links[i].target, {}, {x.pads[own.plan.links[i]] + linked.off[i]}, random)});
    }
    return cheating_proof(own, world.label(), a, world.weights(), x, cheat, links);
  }
  /// The verifier's answer to a proof for these commitments.
  Answer verify(const Assignment& a, const std::array<const Committed*, 2>& named, const CheatingProof& proof) const {
    const std::vector<Commitment> commitments{named[0]->commitment, named[1]->commitment};
    const Relation told = relation(a, commitments);
    return answer_of(world.label(), proof, [&](auto& party) { argue<Role::kVerifier>(party, told, Sealed{}); });
  }
  Answer answer(const Assignment& a, const Linked& linked, const Cheat& cheat = {}) const {
    return verify(a, linked.named, prove(a, linked, cheat));
  }

 private:
  Relation relation(const Assignment& a, const std::vector<Commitment>& commitments) const {
    return inference_relation(world.model.key, world.publics_of(a), commitments);
  }
};

inline const LinkWorld& link_world() {
  static const LinkWorld world;
  return world;
}

inline std::array<LinkedColumn, 2> columns_linked_by(const Port& p) {
  return {LinkedColumn{p.column, p.batch, p.rows, p.inner}, {p.low_column, p.batch, p.rows, p.inner}};
}
/// The fingerprint of a port's columns, as the argument claims it, and of a commitment's, as its opening does.
inline Fe fingerprint_of(const Assignment& a, const Port& port, const FingerprintPoint& point) {
  return evaluate_form(fingerprint_form(columns_linked_by(port), point), a.columns);
}
inline Fe fingerprint_of(const Committed& committed, const Port& port, const FingerprintPoint& point) {
  return evaluate_form(flat_fingerprint_form(columns_linked_by(port), point), committed.columns);
}

}  // namespace tacit
