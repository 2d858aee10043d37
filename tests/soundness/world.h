// A compiled model with everything that a cheating prover needs, and the verifier's answer to what it sends.
#pragma once

#include <gtest/gtest.h>

#include <optional>

#include "argue/verify_relation.h"
#include "prover/test_network.h"
#include "soundness/cheating_run.h"
#include "theorem/registration.h"

namespace tacit {

inline constexpr const char* kSumCheck = "fractions sum to zero";
inline constexpr const char* kLayerCheck = "fraction layer ends match its sumcheck";
inline constexpr const char* kProductsCheck = "products ends match their sumcheck";
inline constexpr const char* kEmptyCheck = "an empty sum of products is zero";
inline constexpr const char* kFinalCheck = "final claim is the folded vector times the covector";

/// The line that tools/mutate_verifier looks for: a lie was believed.
inline constexpr const char* kBelieved = "CHEAT ACCEPTED";

inline void expect_refused(const Verdict& verdict, std::string_view reason) {
  EXPECT_FALSE(verdict.accepted) << kBelieved;
  if (!verdict.accepted) { EXPECT_EQ(verdict.reason, reason); }
}
template <class T> void expect_refused(const Result<T>& result, std::string_view what) {
  EXPECT_FALSE(result.ok()) << kBelieved;
  if (!result.ok()) { EXPECT_EQ(result.error().what.substr(0, what.size()), what); }
}

/// One model; `honest` is the true assignment for its inputs.
struct World {
  TestNetwork net;
  ProverModel model;
  std::optional<Oracle> w;
  Assignment honest;

  explicit World(TestNetwork network) : net(std::move(network)), model(net.compile()) {
    if (model.key.core.has_weights()) w.emplace(commit_weights(model));
    honest = execute(model, net.inputs);
    count_leniently(model.theorem, honest);
  }

  const Theorem& theorem() const { return model.key.core.theorem; }
  std::vector<IntColumn> publics_of(const Assignment& a) const {
    std::vector<IntColumn> out(theorem().columns.size());
    for (ColumnId id = 0; id < out.size(); ++id)
      if (theorem().columns[id].home == Home::kPublic) out[id] = a.columns[id];
    return out;
  }
  Relation relation(std::vector<IntColumn> publics) const { return inference_relation(model.key, std::move(publics)); }
  const Oracle* weights() const { return w ? &*w : nullptr; }
  Oracle commit(const Assignment& a) const { return commit_witness(theorem(), model.key.core.params, a); }

  CheatingProof prove(const Relation& relation, const Assignment& committed, const Cheat& cheat = {}) const {
    return cheating_proof(relation, kInferenceLabel, committed, weights(), commit(committed), cheat);
  }
  Verdict verify(std::vector<IntColumn> publics, ByteSpan stream) const {
    return verify_relation(relation(std::move(publics)), kInferenceLabel, stream);
  }
  /// The verdict on a run that commits `a`, publishes its public columns and cheats as told.
  Verdict verdict(const Assignment& a, const Cheat& cheat = {}) const {
    return verify(publics_of(a), prove(relation(publics_of(a)), a, cheat).stream);
  }

  /// Recomputes everything that comes after step `step`, then the multiplicities of rows that are in a table.
  void recompute_after(std::size_t step, Assignment& a) const {
    Theorem rest = model.theorem;
    rest.steps.erase(rest.steps.begin(), rest.steps.begin() + static_cast<std::ptrdiff_t>(step) + 1);
    run_steps(rest, a);
    count_leniently(model.theorem, a);
  }
};

/// The test network, compiled once.
inline const World& network_world() {
  static const World world(make_test_network(1));
  return world;
}

/// A true assignment for other inputs than the world's.
inline Assignment assignment_for(const World& world, std::int32_t change) {
  std::vector<IntColumn> inputs = world.net.inputs;
  inputs[0][0] = inputs[0][0] == change ? change + 1 : change;
  Assignment a = execute(world.model, inputs);
  count_leniently(world.model.theorem, a);
  return a;
}

/// A network whose input and output are public.
inline const World& public_world() {
  static const World world(make_test_network(3, {1, 2, 1, Visibility::kPublic, Visibility::kPublic, 300}));
  return world;
}

/// y = clamp(round(w x / 2)) for one number: the smallest model with weights. Without weights, w = 3 is a coefficient.
inline TestNetwork smallest_network(bool with_weights, std::int64_t weight = 3) {
  TestNetwork net;
  Book book;
  const ColumnId x = book.input("x", Home::kPublic, 1, 1, -8, 7);
  const AccId acc = book.accumulator("acc", 1, 1);
  ColumnId w = kNone;
  if (with_weights) {
    w = book.weights("w", 1, 1, -8, 7);
    book.contracts(acc, {w, x, 1, 1, Window::identity(1)});
  } else {
    Linear term;
    term.column = x;
    term.coefficient = 3;
    book.adds(acc, term);
  }
  const ColumnId y = book.requantise(acc, -8, 7, 1);
  book.set_home(y, Home::kPublic);
  auto theorem = book.finish();
  TACIT_EXPECTS(theorem.ok(), "the smallest network is a theorem");
  net.theorem = *theorem;
  net.ports.inputs = {{"x", {1}, x, 1, 1, 1, 1.0, Visibility::kPublic}};
  net.ports.outputs = {{"y", {1}, y, 1, 1, 1, 1.0, Visibility::kPublic}};
  net.weights.resize(net.theorem.columns.size());
  if (with_weights) net.weights[w] = {static_cast<std::int32_t>(weight)};
  net.inputs = {{2}};
  return net;
}

inline const World& smallest_world() {
  static const World world(smallest_network(true));
  return world;
}
inline const World& weightless_world() {
  static const World world(smallest_network(false));
  return world;
}

inline ColumnId column_named(const Theorem& theorem, std::string_view name) {
  for (ColumnId id = 0; id < theorem.columns.size(); ++id)
    if (theorem.columns[id].name == name) return id;
  return kNone;
}

}  // namespace tacit
