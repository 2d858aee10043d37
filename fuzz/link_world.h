// The valid files of links that mutants are made of: a commitment, its opening, a proof that names it, and a renewal.
#pragma once

#include "prover/commitment.h"
#include "prover/renew.h"
#include "world.h"

namespace tacit::fuzz {

struct LinkWorld {
  ProverModel model;  ///< of a committed input and a public output
  CommitmentOpening opening;
  Bytes commitment, opening_file;
  ProofFile proof;
};

/// y = clamp(round(w x / 4)), x [2, 3] made of the digits of a committed input.
inline TestNetwork make_committed_input() {
  TestNetwork net;
  Book book;
  const DigitColumns digits = book.committed_input("x", 2, 3);
  const ColumnId x = book.from_grid("x on its scale", digits, -128, 127, 3), w = book.weights("w", 1, 2, -8, 7);
  const AccId acc = book.accumulator("acc", 1, 3);
  book.contracts(acc, {w, x, 1, 2, Window::identity(3)});
  const ColumnId y = book.requantise(acc, -128, 127, 2);
  book.set_home(y, Home::kPublic);
  auto theorem = book.finish();
  TACIT_EXPECTS(theorem.ok(), "the committed network is a theorem");
  net.theorem = *theorem;
  net.ports.inputs = {{"x", {1, 2, 3}, digits.high, 1, 2, 3, 0x1p-16, Visibility::kCommitted, digits.low}};
  net.ports.outputs = {{"y", {1, 1, 3}, y, 1, 1, 3, 1.0, Visibility::kPublic}};
  net.weights.resize(net.theorem.columns.size());
  net.weights[w] = {3, -5};
  return net;
}

inline const LinkWorld& link_world() {
  static const LinkWorld made = [] {
    LinkWorld w;
    const TestNetwork network = make_committed_input();
    w.model = network.compile();
    auto opening = commit_integers({1, -2, 300, 65536, -70000, 1 << 20}, {-16, 2, 100}, test_secret(2));
    TACIT_EXPECTS(opening.ok(), "the fuzzed values are committed");
    w.opening = std::move(*opening);
    w.opening.of.signature.assign(kSignatureBytes, 7);
    w.commitment = w.opening.of.encode();
    w.opening_file = w.opening.encode();
    const std::array<IntColumn, 2> digits = columns_of(network.ports.inputs[0], w.opening.integers);
    auto proof = prove(w.model, {digits[0], digits[1]}, {}, {{&w.opening}, {}});
    TACIT_EXPECTS(proof.ok(), "the committed network is proven");
    w.proof = *read_proof(w.model.key, proof->file);
    return w;
  }();
  return made;
}

/// world().model renewed.
inline const Renewed& renewed() {
  static const Renewed made = [] {
    auto out = renew(world().model, test_secret(3), {});
    TACIT_EXPECTS(out.ok(), "the fuzzed network is renewed");
    return std::move(*out);
  }();
  return made;
}

}  // namespace tacit::fuzz
