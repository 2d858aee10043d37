// A compiled model with everything that a cheating prover needs, and the verifier's answer to what it sends.
//
// Most cheats are tried in both modes. The columns are the same; what differs is the key:
//   open     weights and ports are called public, so nothing is masked (in memory: such a key need not have a file)
//   masked   weights are private; checks on masked values are owed, and fail in the opening
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
inline constexpr const char* kRowsCheckX = "opened rows of X match its root";

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

enum class Mode { kOpen, kMasked };
inline void PrintTo(Mode mode, std::ostream* out) { *out << (mode == Mode::kOpen ? "open" : "masked"); }

/// Suites of tests that run in both modes: TEST_P, with GetParam() the mode.
class InBothModes : public testing::TestWithParam<Mode> {};
inline const auto kBothModes = testing::Values(Mode::kOpen, Mode::kMasked);
inline std::string mode_name(const testing::TestParamInfo<Mode>& info) { return testing::PrintToString(info.param); }

/// The randomness of a test's prover: the same numbers for the same seed.
inline Random test_random(std::uint8_t seed = 7) { return Random::derive(test_secret(seed).bytes(), "test"); }

/// One model; `honest` is the true assignment for its inputs.
struct World {
  TestNetwork net;
  Mode mode;
  ProverModel model;
  std::optional<Oracle> w;
  Assignment honest;

  World(TestNetwork network, Mode in) : net(std::move(network)), mode(in), model(compile()) {
    TACIT_EXPECTS(model.key.core.params.shape.masked() == (mode == Mode::kMasked), "a world has its mode");
    if (model.key.core.has_weights()) w.emplace(commit_weights(model));
    honest = execute(model, net.inputs);
    count_leniently(model.theorem, honest);
  }

  const Theorem& theorem() const { return model.key.core.theorem; }
  std::string_view label() const { return inference_label(mode == Mode::kMasked); }
  /// How the failure of a check on values that may be masked shows.
  const char* owed(const char* check) const { return mode == Mode::kMasked ? kFinalCheck : check; }
  std::vector<IntColumn> publics_of(const Assignment& a) const {
    std::vector<IntColumn> out(theorem().columns.size());
    for (ColumnId id = 0; id < out.size(); ++id)
      if (theorem().columns[id].home == Home::kPublic) out[id] = a.columns[id];
    return out;
  }
  Relation relation(std::vector<IntColumn> publics) const { return inference_relation(model.key, std::move(publics)); }
  Relation relation() const { return relation(publics_of(honest)); }
  const Oracle* weights() const { return w ? &*w : nullptr; }
  CommittedWitness commit(const Relation& relation, const Assignment& a, const WitnessChange& change = {}) const {
    Random random = test_random();
    return commit_changed(relation, a, random, change);
  }

  CheatingProof prove(const Relation& relation, const Assignment& committed, const Cheat& cheat = {}) const {
    return cheating_proof(relation, label(), committed, weights(), commit(relation, committed), cheat);
  }
  Verdict verify(const Relation& relation, ByteSpan stream) const { return verify_relation(relation, label(), stream); }
  Verdict verify(std::vector<IntColumn> publics, ByteSpan stream) const { return verify(relation(std::move(publics)), stream); }
  /// The verdict on a run that commits `a`, publishes its public columns and cheats as told.
  Verdict verdict(const Assignment& a, const Cheat& cheat = {}, const WitnessChange& change = {}) const {
    const Relation r = relation(publics_of(a));
    return verify(r, cheating_proof(r, label(), a, weights(), commit(r, a, change), cheat).stream);
  }

  /// Recomputes everything that comes after step `step`, then the multiplicities of rows that are in a table.
  void recompute_after(std::size_t step, Assignment& a) const {
    Theorem rest = model.theorem;
    rest.steps.erase(rest.steps.begin(), rest.steps.begin() + static_cast<std::ptrdiff_t>(step) + 1);
    run_steps(rest, a);
    count_leniently(model.theorem, a);
  }

 private:
  ProverModel compile() const {
    TestNetwork as_told = net;
    as_told.weights_are = mode == Mode::kMasked ? Visibility::kPrivate : Visibility::kPublic;
    if (mode == Mode::kOpen)
      for (std::vector<Port>* list : {&as_told.ports.inputs, &as_told.ports.outputs})
        for (Port& port : *list) port.visibility = Visibility::kPublic;
    return as_told.compile();
  }
};

/// Worlds are compiled once for each mode. `make` is called without captures.
template <class Make> const World& world_of(Mode mode, Make make) {
  static const World open(make(), Mode::kOpen), masked(make(), Mode::kMasked);
  return mode == Mode::kOpen ? open : masked;
}

/// The test network: private input, public output.
inline const World& network_world(Mode mode) {
  return world_of(mode, [] { return make_test_network(1); });
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
inline const World& public_world(Mode mode) {
  return world_of(mode, [] { return make_test_network(3, {1, 2, 1, Visibility::kPublic, Visibility::kPublic, 300}); });
}

/// y = clamp(round(w x / 2)) for one number: the smallest model with weights. Without weights, w = 3 is a coefficient.
inline TestNetwork smallest_network(bool with_weights, std::int64_t weight = 3, Visibility input = Visibility::kPublic) {
  TestNetwork net;
  Book book;
  const ColumnId x = book.input("x", input == Visibility::kPublic ? Home::kPublic : Home::kWitness, 1, 1, -8, 7);
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
  net.ports.inputs = {{"x", {1}, x, 1, 1, 1, 1.0, input}};
  net.ports.outputs = {{"y", {1}, y, 1, 1, 1, 1.0, Visibility::kPublic}};
  net.weights.resize(net.theorem.columns.size());
  if (with_weights) net.weights[w] = {static_cast<std::int32_t>(weight)};
  net.inputs = {{2}};
  return net;
}

/// Its key has a file in both modes: input and output are public.
inline const World& smallest_world(Mode mode) {
  return world_of(mode, [] { return smallest_network(true); });
}
/// Its input is private where it is masked.
inline const World& weightless_world(Mode mode) {
  static const World open(smallest_network(false), Mode::kOpen);
  static const World masked(smallest_network(false, 3, Visibility::kPrivate), Mode::kMasked);
  return mode == Mode::kOpen ? open : masked;
}

inline ColumnId column_named(const Theorem& theorem, std::string_view name) {
  for (ColumnId id = 0; id < theorem.columns.size(); ++id)
    if (theorem.columns[id].name == name) return id;
  return kNone;
}

}  // namespace tacit
