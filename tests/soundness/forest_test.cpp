// Cheats against a compiled forest (18, 20, 32, 35): every column that the statement fills is changed and all later steps are
// recomputed; and owners whose records are no trees. Registration proves ranges of records and nothing of their shape: a path
// makes `depth` steps wherever they lead, so any records are one function of the input, and no proof shows another value.
#include <cmath>
#include <limits>

#include "graph/compile.h"
#include "graph/graph_fixture.h"
#include "graph/prepare.h"
#include "ops/forest.h"
#include "soundness/forged_key.h"
#include "theorem/float32.h"

namespace tacit {
namespace {

class Forests : public InBothModes {};
INSTANTIATE_TEST_SUITE_P(Both, Forests, kBothModes, mode_name);

using Ints = std::vector<std::int64_t>;
using Floats = std::vector<float>;
constexpr float kNan = std::numeric_limits<float>::quiet_NaN(), kInf = std::numeric_limits<float>::infinity();
constexpr std::int64_t kFeatures = 3, kRows = 2, kClasses = 3;

/// Two trees over three features; NaN goes to the true branch of node 0 of tree 0 only.
///
///   tree 0:  x0 <= 0.25 ? (x1 < 0 ? a : b) : c            tree 1:  x2 == -0.0 ? d : (x0 > 1 ? e : f)
std::map<std::string, Attribute> two_trees() {
  return {{"nodes_treeids", Ints{0, 0, 0, 0, 0, 1, 1, 1, 1, 1}}, {"nodes_nodeids", Ints{0, 1, 2, 3, 4, 0, 1, 2, 3, 4}},
          {"nodes_featureids", Ints{0, 1, 0, 0, 0, 2, 0, 0, 0, 0}}, {"nodes_values", Floats{0.25f, 0, 0, 0, 0, -0.0f, 0, 1, 0, 0}},
          {"nodes_modes", std::vector<std::string>{"BRANCH_LEQ", "BRANCH_LT", "LEAF", "LEAF", "LEAF", "BRANCH_EQ", "LEAF", "BRANCH_GT", "LEAF", "LEAF"}},
          {"nodes_truenodeids", Ints{1, 3, 0, 0, 0, 1, 0, 3, 0, 0}}, {"nodes_falsenodeids", Ints{2, 4, 0, 0, 0, 2, 0, 4, 0, 0}},
          {"nodes_missing_value_tracks_true", Ints{1, 0, 0, 0, 0, 0, 0, 0, 0, 0}}, {"class_treeids", Ints{0, 0, 0, 1, 1, 1}},
          {"class_nodeids", Ints{3, 4, 2, 1, 3, 4}}, {"class_ids", Ints{0, 1, 2, 2, 0, 1}}, {"class_weights", Floats{1, 2, 3, 0.5f, 2.5f, -1}},
          {"classlabels_int64s", Ints{0, 1, 2}}, {"base_values", Floats{0, 0.25f, -0.5f}}};
}

const std::vector<Floats>& samples() {
  static const std::vector<Floats> rows{{0.25f, -1, 0, kNan, -1e-45f, 1}, {-kInf, kInf, -0.0f, 2, kNan, 1e-45f}};
  return rows;
}

struct Compilation {
  TestNetwork net;
  Forest forest;
};

Compilation make_forest_model(Visibility input = Visibility::kPrivate) {
  GraphFixture f;
  f.input("x", {kRows, kFeatures}).node("TreeEnsembleClassifier", {"x"}, {"l", "y"}, two_trees());
  f.graph.nodes[0].domain = "ai.onnx.ml";
  f.graph.nodes[0].opset = 3;
  f.output("l").output("y");
  auto graph = prepare(std::move(f.graph));
  TACIT_EXPECTS(graph.ok(), "the forest is a graph");
  auto compiled = compile(*graph, {}, {}, {.input = input, .input_range = {{-3, 3}}});
  TACIT_EXPECTS(compiled.ok(), "the forest is a theorem");
  Compilation out;
  for (const Node& node : graph->nodes)
    if (node.op == "Forest") out.forest = forest_of(node);
  out.net.theorem = compiled->theorem;
  out.net.ports = compiled->ports;
  out.net.weights.resize(compiled->theorem.columns.size());
  std::size_t next = 0;
  for (ColumnId id = 0; id < out.net.weights.size(); ++id)
    if (compiled->theorem.columns[id].home == Home::kWeights) out.net.weights[id] = compiled->weights[next++];
  return out;
}

const Compilation& compilation() {
  static const Compilation made = make_forest_model();
  return made;
}

/// Columns of the input port for the rows of one proof.
std::vector<IntColumn> input_of(const Floats& rows) {
  const auto digits = committed_columns(compilation().net.ports.inputs[0], {rows.begin(), rows.end()});
  return {digits[0], digits[1]};
}

const World& forest_world(Mode mode) {
  return world_of(mode, [] {
    TestNetwork net = compilation().net;
    net.inputs = input_of(samples()[0]);
    return net;
  });
}

ColumnId weights_ending(const Theorem& t, const std::string& end) {
  for (ColumnId id = 0; id < t.columns.size(); ++id)
    if (t.columns[id].home == Home::kWeights && t.columns[id].name.ends_with(end)) return id;
  return kNone;
}

/// What the records in W say, walked one by one; by class, as the sum of all trees' leaves and the base value.
struct Naive {
  const std::vector<IntColumn>& w;
  const Theorem& t;
  const Forest& forest = compilation().forest;

  std::int64_t at(const std::string& end, std::size_t k) const { return w[weights_ending(t, end)][k]; }
  std::int64_t digits(const std::string& what, std::size_t k) const { return at(what + ".high", k) * 65536 + at(what + ".low", k); }
  std::size_t last_record(std::size_t tree, const std::vector<std::int64_t>& orders) const {
    std::size_t record = tree;
    for (std::int64_t step = 0; step < forest.depth; ++step) {
      const std::int64_t place = at(".feature", record), order = orders[static_cast<std::size_t>(place % kFeatures)];
      const bool below = place >= kFeatures && order > kFloat32Infinity;
      record = static_cast<std::size_t>(at(".base", record) + (!below && order > digits(".threshold", record)));
    }
    return record;
  }
  std::vector<std::int64_t> sums(const std::vector<std::int64_t>& orders) const {
    std::vector<std::int64_t> out;
    for (std::size_t c = 0; c < kClasses; ++c) {
      const std::string score = ".score" + std::to_string(c) + ".base";
      std::int64_t sum = weights_ending(t, score + ".high") == kNone ? 0 : digits(score, 0);
      for (std::size_t tree = 0; tree < static_cast<std::size_t>(forest.trees); ++tree) sum += digits(".leaf" + std::to_string(c), last_record(tree, orders));
      out.push_back(sum);
    }
    return out;
  }
};

/// Digits above +infinity are the one order of NaN, and none is below -infinity.
std::int64_t order_read(std::int64_t high, std::int64_t low) {
  if (high * 65536 + low > kFloat32Infinity) return kNanOrder;
  return std::max<std::int64_t>(high, -0x7F80) * 65536 + low;
}

/// Every order of the run is read as the naive walk reads it: scores rounded to 16 bits, and the label by all bits.
void expect_naive(const Theorem& t, const Assignment& a) {
  const Naive naive{a.columns, t};
  const Port& x = compilation().net.ports.inputs[0];
  for (std::size_t n = 0; n < kRows; ++n) {
    std::vector<std::int64_t> orders;
    for (std::size_t f = 0; f < kFeatures; ++f) orders.push_back(order_read(a.columns[x.column][f * kRows + n], a.columns[x.low_column][f * kRows + n]));
    const std::vector<std::int64_t> sums = naive.sums(orders);
    // What a score has is its clamped high part with the remainder of rounding.
    std::size_t best = 0;
    std::vector<std::int64_t> exact;
    for (std::size_t c = 0; c < kClasses; ++c) {
      const std::int64_t high = requantised(sums[c], 16, kHighMin, kHighMax), rest = (sums[c] + 32768) & 65535;
      exact.push_back(high * 65536 + rest);
      if (exact[c] > exact[best]) best = c;
      for (const Step& step : t.steps) {
        if (step.kind != StepKind::kRequantise || !t.columns[step.requantise.y].name.ends_with(".score" + std::to_string(c))) continue;
        EXPECT_EQ(a.columns[step.requantise.y][n], high) << "row " << n << " class " << c;
        EXPECT_EQ(a.columns[step.requantise.remainder][n], rest) << "row " << n << " class " << c;
      }
    }
    EXPECT_EQ(a.columns[compilation().net.ports.outputs[0].column][n], static_cast<std::int32_t>(best)) << "row " << n;
  }
}

TEST_P(Forests, TheHonestRunIsAcceptedAndTakesTheLeavesOfTheFloatModel) {
  const World& world = forest_world(GetParam());
  for (const Floats& rows : samples()) {
    Assignment a = execute(world.model, input_of(rows));
    ASSERT_TRUE(count_multiplicities(world.model.theorem, a).ok());
    expect_naive(world.model.theorem, a);
    const Verdict verdict = world.verdict(a);
    EXPECT_TRUE(verdict.accepted) << verdict.reason;
    for (std::size_t n = 0; n < kRows; ++n) {
      const std::vector<float> scores = compilation().forest.scores(rows.data() + n * kFeatures);
      EXPECT_EQ(a.columns[compilation().net.ports.outputs[0].column][n], std::max_element(scores.begin(), scores.end()) - scores.begin());
    }
  }
}

/// What a step fills, and the neighbours of its values that are in range: every one of them is a lie.
TEST_P(Forests, N18_N20_N32_NoColumnOfTheStatementTakesAnotherValue) {
  const World& world = forest_world(GetParam());
  const std::vector<Step>& steps = world.model.theorem.steps;
  std::size_t lies = 0;
  for (std::size_t s = 0; s < steps.size(); ++s) {
    std::vector<ColumnId> filled;
    if (steps[s].kind == StepKind::kFetch) filled = steps[s].fetch.out;
    if (steps[s].kind == StepKind::kApply) filled = {steps[s].apply.out};
    if (steps[s].kind == StepKind::kMaximum) filled = {steps[s].maximum.out};
    if (steps[s].kind == StepKind::kRequantise) {
      filled = {steps[s].requantise.y};
      if (steps[s].requantise.remainder != kNone) filled.push_back(steps[s].requantise.remainder);
      filled.insert(filled.end(), steps[s].requantise.excess.begin(), steps[s].requantise.excess.end());
    }
    for (const ColumnId id : filled) {
      const Column& column = world.theorem().columns[id];
      const std::size_t at = (s * 7) % column.size();
      const std::int64_t value = world.honest.columns[id][at];
      Assignment lie = world.honest;
      lie.columns[id][at] = static_cast<std::int32_t>(value < column.hi ? value + 1 : value - 1);
      world.recompute_after(s, lie);
      SCOPED_TRACE(column.name + " " + std::to_string(at));
      expect_refused(world.verdict(lie), world.owed(kSumCheck));
      ++lies;
    }
  }
  EXPECT_GT(lies, 40u);
}

/// Any number of the declared range, the ends often.
void fill_with_anything(const Theorem& t, std::vector<IntColumn>& weights, std::mt19937_64& rng) {
  for (ColumnId id = 0; id < t.columns.size(); ++id) {
    if (t.columns[id].home != Home::kWeights) continue;
    const Column& c = t.columns[id];
    for (std::int32_t& v : weights[id]) {
      const std::uint64_t span = static_cast<std::uint64_t>(c.hi - c.lo) + 1, kind = rng() % 8;
      v = static_cast<std::int32_t>(kind == 0 ? c.lo : kind == 1 ? c.hi : c.lo + static_cast<std::int64_t>(rng() % span));
    }
  }
}

/// Cycles, records that are their own children or another tree's, thresholds of no number, leaves on the way: the run is the
/// naive walk of as many steps, for every digits of the input, those of no float32 included.
TEST(AnyRecords, AreOneFunctionOfTheInput) {
  const Compilation& made = compilation();
  std::mt19937_64 rng(11);
  const Port& x = made.net.ports.inputs[0];
  for (int trial = 0; trial < 300; ++trial) {
    Assignment a;
    a.columns = made.net.weights;
    fill_with_anything(made.net.theorem, a.columns, rng);
    for (const ColumnId id : x.columns()) {
      const Column& c = made.net.theorem.columns[id];
      a.columns[id].resize(c.size());
      for (std::int32_t& v : a.columns[id]) v = static_cast<std::int32_t>(rng() % 4 == 0 ? c.hi : rng() % 4 == 0 ? c.lo : c.lo + static_cast<std::int64_t>(rng() % static_cast<std::uint64_t>(c.hi - c.lo + 1)));
    }
    // Around the infinities and NaN.
    if (trial % 3 == 0) a.columns[x.column][0] = 0x7F80, a.columns[x.low_column][0] = static_cast<std::int32_t>(rng() % 3);
    if (trial % 3 == 1) a.columns[x.column][1] = -0x7F81, a.columns[x.low_column][1] = 65535;
    run_steps(made.net.theorem, a);
    const Status held = count_multiplicities(made.net.theorem, a);
    ASSERT_TRUE(held.ok()) << held.error().text();
    expect_naive(made.net.theorem, a);
    if (testing::Test::HasFailure()) return;
  }
}

TEST_P(Forests, N35_RecordsThatAreNoTreesHaveOneOutputAndNoOtherLeafIsAccepted) {
  TestNetwork net = compilation().net;
  std::mt19937_64 rng(5);
  fill_with_anything(net.theorem, net.weights, rng);
  IntColumn& base = net.weights[weights_ending(net.theorem, ".base")];
  base[0] = 0, base[1] = 0;  // both roots are their own children, of one and of another tree
  net.inputs = input_of(samples()[1]);
  const World world(std::move(net), GetParam());
  const Verdict verdict = world.verdict(world.honest);
  EXPECT_TRUE(verdict.accepted) << verdict.reason;
  expect_naive(world.model.theorem, world.honest);
  // The leaf of another record, and the branch not taken.
  const std::vector<Step>& steps = world.model.theorem.steps;
  for (std::size_t s = 0; s < steps.size(); ++s) {
    if (steps[s].kind == StepKind::kFetch && steps[s].fetch.lookup.name.find(".leaf0") != std::string::npos) {
      Assignment lie = world.honest;
      for (std::size_t k = 0; k < steps[s].fetch.out.size(); ++k) {
        const Table& leaves = world.theorem().tables[steps[s].fetch.lookup.table];
        lie.columns[steps[s].fetch.out[k]][0] = static_cast<std::int32_t>(numerators(world.theorem(), world.honest, leaves.rows, leaves.cols, leaves.entries[k])[3]);
      }
      ASSERT_NE(lie.columns, world.honest.columns);
      world.recompute_after(s, lie);
      expect_refused(world.verdict(lie), world.owed(kSumCheck));
    }
    if (steps[s].kind == StepKind::kRequantise && world.theorem().columns[steps[s].requantise.y].name.find(".above") != std::string::npos) {
      Assignment lie = world.honest;
      std::int32_t& bit = lie.columns[steps[s].requantise.y][0];
      bit = 1 - bit;
      world.recompute_after(s, lie);
      expect_refused(world.verdict(lie), world.owed(kSumCheck));
    }
  }
}

/// A child behind the last record would have no honest proof, and a feature behind the last one another proof than the walk.
/// Thresholds of no number tell nothing apart: there is no float of another order, nor a second NaN. The digits of an input are
/// limited by the statement, and an order that is not limited is refused.
TEST_P(Forests, N5_DigitsOfNoFloatAreReadAsAFloat) {
  const World& world = forest_world(GetParam());
  const Port& x = compilation().net.ports.inputs[0];
  const std::vector<Step>& steps = world.model.theorem.steps;
  const auto limit = std::find_if(steps.begin(), steps.end(), [&](const Step& step) {
    return step.kind == StepKind::kRequantise && step.requantise.remainder != kNone && world.theorem().columns[step.requantise.y].name == "x.order";
  });
  ASSERT_NE(limit, steps.end());
  const ColumnId high = limit->requantise.y, low = limit->requantise.remainder;
  for (const std::int64_t order : {kNanOrder, kNanOrder + 1, std::int64_t{INT32_MAX}, -kFloat32Infinity, -kFloat32Infinity - 1, std::int64_t{INT32_MIN}, std::int64_t{-1}}) {
    SCOPED_TRACE(order);
    Assignment a = world.honest;
    a.columns[x.column][0] = static_cast<std::int32_t>(order >> 16), a.columns[x.low_column][0] = static_cast<std::int32_t>(order & kLowMax);
    run_steps(world.model.theorem, a);
    count_leniently(world.theorem(), a);
    const std::int64_t read = std::int64_t{a.columns[high][0]} * 65536 + a.columns[low][0];
    EXPECT_EQ(read, order_read(order >> 16, order & kLowMax));
    EXPECT_GE(read, -kFloat32Infinity);
    EXPECT_LE(read, kNanOrder);
    const bool is_float = order >= -kFloat32Infinity && order <= kNanOrder;
    EXPECT_EQ(read == order, is_float);
    const Verdict honest = world.verdict(a);
    EXPECT_TRUE(honest.accepted) << honest.reason;
    if (is_float) continue;
    a.columns[high][0] = static_cast<std::int32_t>(order >> 16), a.columns[low][0] = static_cast<std::int32_t>(order & kLowMax);
    world.recompute_after(static_cast<std::size_t>(limit - steps.begin()), a);
    expect_refused(world.verdict(a), world.owed(kSumCheck));
  }
}

TEST_P(Forests, N35_RecordsOutOfTheirRangesAreNotRegistered) {
  const World& world = forest_world(GetParam());
  for (const char* name : {".base", ".feature", ".threshold.low", ".leaf0.high"}) {
    SCOPED_TRACE(name);
    const ColumnId id = weights_ending(world.theorem(), name);
    ASSERT_NE(id, kNone);
    for (const bool above : {true, false}) {
      const Column& column = world.theorem().columns[id];
      std::vector<IntColumn> weights = world.model.weights;
      weights[id][2] = static_cast<std::int32_t>(above ? column.hi + 1 : column.lo - 1);
      VerifierKey key = world.model.key;
      const Oracle w = commit_as_weights(key.core.params, weights_message(world.theorem(), key.core.params, weights));
      bind_weights(key, w);
      register_again(key, weights, w);
      const Theorem ranges = *registration_theorem(key.core.theorem);
      const Relation relation = registration_relation(key.core, ranges, key.registration_params);
      expect_refused(verify_relation(relation, registration_label(relation.masked()), key.registration_proof), world.owed(kSumCheck));
    }
  }
}

/// A public NaN or -infinity is one integer. Others are shown alike, and hidden thresholds could tell them apart: two outputs for
/// what a reader takes for one input.
TEST_P(Forests, N5_APublicNumberHasOneInteger) {
  Compilation made = make_forest_model(Visibility::kPublic);
  const Theorem& t = made.net.theorem;
  const Port& x = made.net.ports.inputs[0];
  constexpr std::int64_t kSecondNan = kNanOrder + 1, kBelow = -kFloat32Infinity - 1;
  made.net.inputs = input_of(samples()[0]);
  for (const std::int64_t threshold : {kNanOrder, kBelow}) {
    // Record 0 tells x0 at the threshold, with two leaves behind it.
    const auto set = [&](const std::string& end, std::size_t k, std::int64_t v) { made.net.weights[weights_ending(t, end)][k] = static_cast<std::int32_t>(v); };
    const std::int64_t stay = INT32_MAX;
    set(".base", 0, 2), set(".feature", 0, 0);
    set(".threshold.high", 0, threshold >> 16), set(".threshold.low", 0, threshold & kLowMax);
    for (const std::size_t leaf : {2u, 3u}) {
      set(".base", leaf, static_cast<std::int64_t>(leaf)), set(".threshold.high", leaf, stay >> 16), set(".threshold.low", leaf, stay & kLowMax);
      for (std::size_t c = 0; c < kClasses; ++c) set(".leaf" + std::to_string(c) + ".high", leaf, c + 2 == leaf ? 16000 : -16000);
    }
    const World world(made.net, GetParam());
    const auto verdict_on = [&](std::int64_t order, std::int32_t& label) {
      Assignment a = world.honest;
      a.columns[x.column][0] = static_cast<std::int32_t>(order >> 16), a.columns[x.low_column][0] = static_cast<std::int32_t>(order & kLowMax);
      run_steps(world.model.theorem, a);
      count_leniently(world.theorem(), a);
      label = a.columns[made.net.ports.outputs[0].column][0];
      const std::vector<IntColumn> publics = world.publics_of(a);
      const Bytes stream = world.prove(world.relation(publics), a).stream;
      EXPECT_TRUE(world.verify(publics, stream).accepted);  // the argument knows integers alone
      return verify(world.model.key, {static_cast<std::uint8_t>(GetParam() == Mode::kMasked), world.model.key.statement, publics, {}, stream});
    };
    const bool nan = threshold == kNanOrder;
    std::int32_t label = -1, other = -1;
    const Verdict honest = verdict_on(nan ? kNanOrder : -kFloat32Infinity, label);
    EXPECT_TRUE(honest.accepted) << honest.reason;
    const Verdict second = verdict_on(nan ? kSecondNan : kBelow, other);
    EXPECT_NE(label, other);
    expect_refused(second, "public values are complete and in range");
  }
}

}  // namespace
}  // namespace tacit
