// For tests only: a dense network between any visibilities, on tensors whose columns are not in the tensor's own order.
//
//   [batch, rows, inner] on the grid --steps--> x --dense--> y [batch, 3, inner] --steps--> the grid
#pragma once

#include <gtest/gtest.h>

#include <functional>

#include "argue/argue.h"
#include "prover/commitment.h"
#include "prover/test_network.h"

namespace tacit {

struct CommittedNetworkOptions {
  Visibility input = Visibility::kCommitted, output = Visibility::kCommitted, weights = Visibility::kPrivate;
  std::uint32_t in_steps = 3, out_steps = 5, batch = 2, rows = 3, inner = 5, outputs = 3;
};

inline TestNetwork make_committed_network(std::uint64_t seed, const CommittedNetworkOptions& o = {}) {
  std::mt19937_64 rng(seed);
  TestNetwork net;
  Book book;
  const std::uint32_t cols = o.batch * o.inner;
  auto home = [](Visibility v) { return v == Visibility::kPublic ? Home::kPublic : Home::kWitness; };
  Port in{"x", {o.batch, o.rows, o.inner}, kNone, o.batch, o.rows, o.inner, 0x1p-16, o.input, kNone};
  ColumnId x = kNone;
  if (o.input == Visibility::kCommitted) {
    const DigitColumns digits = book.committed_input("x", o.rows, cols);
    in.column = digits.high;
    in.low_column = digits.low;
    x = book.from_grid("x on its scale", digits, -32768, 32767, o.in_steps);
  } else {
    x = in.column = book.input("x", home(o.input), o.rows, cols, -32768, 32767);
  }
  const ColumnId w = book.weights("w", o.outputs, o.rows, -128, 127);
  const AccId acc = book.accumulator("dense", o.outputs, cols);
  book.contracts(acc, {w, x, 1, o.rows, Window::identity(cols)});
  const ColumnId y = book.requantise(acc, -32768, 32767, 6);
  Port out{"y", {o.batch, o.outputs, o.inner}, y, o.batch, o.outputs, o.inner, 0x1p-16, o.output, kNone};
  if (o.output == Visibility::kCommitted) {
    const DigitColumns digits = book.to_grid("y", y, o.out_steps);
    out.column = digits.high;
    out.low_column = digits.low;
  } else if (o.output == Visibility::kPublic) {
    book.set_home(y, Home::kPublic);
  }
  auto theorem = book.finish();
  TACIT_EXPECTS(theorem.ok(), "the committed network is a theorem");
  net.theorem = *theorem;
  net.ports.inputs = {in};
  net.ports.outputs = {out};
  net.weights.resize(net.theorem.columns.size());
  for (std::uint64_t i = 0; i < net.theorem.columns[w].size(); ++i) net.weights[w].push_back(static_cast<std::int32_t>(rng() % 200) - 100);
  net.weights_are = o.weights;
  return net;
}

/// Integers of the grid, some of them large.
inline std::vector<std::int64_t> test_integers(std::uint64_t seed, std::size_t count) {
  std::mt19937_64 rng(seed);
  std::vector<std::int64_t> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(static_cast<std::int64_t>(rng() % 400000) - 200000);
  return out;
}

inline CommitmentOpening test_commitment(std::vector<std::int64_t> integers, std::uint8_t secret, std::int32_t grid = -16,
                                         std::uint32_t security = 100) {
  auto opening = commit_integers(std::move(integers), {grid, 2, security}, test_secret(secret));
  TACIT_EXPECTS(opening.ok(), "the test values are committed");
  return std::move(*opening);
}

/// The columns of the network's input for these integers.
inline std::vector<IntColumn> input_columns(const TestNetwork& net, const std::vector<std::int64_t>& integers) {
  const Port& port = net.ports.inputs[0];
  const std::array<IntColumn, 2> digits = columns_of(port, integers);
  if (port.is_committed()) return {digits[0], digits[1]};
  IntColumn column;
  for (std::int32_t low : digits[1]) column.push_back(low - 32768);
  return {column};
}

/// The proof of a prover who follows the script with these commitments whatever they hold, a relation of his own, and link
/// pads that are off by so much.
inline Bytes forge(const ProverModel& model, const Assignment& a, const std::vector<const CommitmentOpening*>& with, const Fe& off,
            const std::function<void(Relation&)>& change = {}) {
  std::vector<IntColumn> publics(a.columns.size());
  for (ColumnId id = 0; id < publics.size(); ++id)
    if (model.theorem.columns[id].home == Home::kPublic) publics[id] = a.columns[id];
  std::vector<Commitment> commitments;
  for (const CommitmentOpening* c : with) commitments.push_back(c->of.commitment);
  Relation relation = inference_relation(model.key, publics, commitments);
  if (change) change(relation);
  auto random = proof_randomness(model.secret, relation, a);
  EXPECT_TRUE(random.ok());
  const CommittedWitness x = commit_witness(relation, a, *random);
  const Oracle weights = commit_weights(model);
  std::vector<LinkWitness> links;
  for (std::size_t i = 0; i < with.size(); ++i) {
    auto link = link_witness(relation.links[i], *with[i], x.pads[relation.plan.links[i]] + off, *random);
    EXPECT_TRUE(link.ok());
    links.push_back(std::move(*link));
  }
  WitnessData data{&a, &weights, &x.oracle, &x.pads, &x.masks};
  for (const LinkWitness& link : links) data.links.push_back({nullptr, &link.oracle, &link.x.oracle, &link.x.pads, &link.x.masks});
  Party<Role::kProver> party(inference_label(true));
  argue_prover(party, relation, Known<WitnessView>(WitnessView(relation, data)));
  return encode_proof(model.key, publics, commitments, party.take_proof());
}

}  // namespace tacit
