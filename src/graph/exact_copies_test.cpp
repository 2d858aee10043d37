// Float32 values that are moved, or imputed, before somebody reads them exactly: neighbours among floats stay apart.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>

#include "graph/exact_copies.h"
#include "graph/integer_fixture.h"
#include "graph/key_fixture.h"
#include "graph/passes.h"
#include "theorem/float32.h"

namespace tacit {
namespace {

using Floats = std::vector<float>;
using Ints64 = std::vector<std::int64_t>;
using Strings = std::vector<std::string>;
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

/// Tells by the last bit: target k is 1 where feature k <= 0.25 (NaN is not), else 0.
std::map<std::string, Attribute> stumps(std::int64_t features) {
  Ints64 trees, nodes, ids, yes, no, leaf_trees, leaf_nodes, targets;
  Floats values;
  Strings modes;
  for (std::int64_t k = 0; k < features; ++k) {
    for (std::int64_t node = 0; node < 3; ++node) {
      trees.push_back(k), nodes.push_back(node), ids.push_back(node == 0 ? k : 0), values.push_back(node == 0 ? 0.25f : 0);
      modes.push_back(node == 0 ? "BRANCH_LEQ" : "LEAF"), yes.push_back(node == 0 ? 1 : 0), no.push_back(node == 0 ? 2 : 0);
    }
    leaf_trees.push_back(k), leaf_nodes.push_back(1), targets.push_back(k);
  }
  return {{"nodes_treeids", trees}, {"nodes_nodeids", nodes}, {"nodes_featureids", ids}, {"nodes_values", values}, {"nodes_modes", modes},
          {"nodes_truenodeids", yes}, {"nodes_falsenodeids", no}, {"target_treeids", leaf_trees}, {"target_nodeids", leaf_nodes},
          {"target_ids", targets}, {"target_weights", Floats(static_cast<std::size_t>(features), 1)}, {"n_targets", features}};
}

/// The nodes of GraphFixture are of the default domain.
void put_in_ml(GraphFixture& f) {
  Node& node = f.graph.nodes.back();
  node.domain = "ai.onnx.ml";
  node.opset = 3;
}

struct Model {
  explicit Model(GraphFixture&& f, Visibility input = Visibility::kPrivate, int grid = kFloat32Grid) : source(prepare(std::move(f.graph)).value()) {
    CompileOptions options{.input = input, .input_range = {{-3, 3}}};
    options.grid = grid;
    auto made = compile(source, {}, {}, options);
    if (!made.ok()) {
      ADD_FAILURE() << made.error().text();
      return;
    }
    compiled = std::move(*made);
    expect_legal(compiled);
  }

  /// Output 0, which must be that of the float model within the tolerance, rounded.
  std::vector<double> run(const TensorMap& inputs, double tolerance = 1e-3) const {
    Assignment a;
    a.columns.resize(compiled.theorem.columns.size());
    std::size_t next = 0;
    for (ColumnId id = 0; id < a.columns.size(); ++id)
      if (compiled.theorem.columns[id].home == Home::kWeights) a.columns[id] = compiled.weights[next++];
    for (const Port& port : compiled.ports.inputs) {
      const Floats& x = inputs.at(port.name).f;
      quantise(port, compiled.theorem, {x.begin(), x.end()}, a.columns);
    }
    run_steps(compiled.theorem, a);
    const Status held = count_multiplicities(compiled.theorem, a);
    EXPECT_TRUE(held.ok()) << held.error().text();
    std::vector<double> out = dequantise(compiled.ports.outputs[0], a.columns);
    const Tensor want = run_float(source, inputs).value().at(source.outputs[0]);
    EXPECT_EQ(out.size(), want.f.size());
    for (std::size_t k = 0; k < out.size() && k < want.f.size(); ++k) EXPECT_NEAR(out[k], want.f[k], tolerance) << k;
    for (double& v : out) v = std::round(v);
    return out;
  }

  Graph source;
  Compiled compiled;
};

const float kAbove = std::nextafter(0.25f, 1.0f);

/// x [2, 2] imputed and turned, z [1, 4] cut, joined to [2, 3].
GraphFixture joined(bool read_otherwise = false) {
  GraphFixture f;
  f.input("x", {2, 2}).input("z", {1, 4});
  f.node("Imputer", {"x"}, {"i"}, {{"imputed_value_floats", Floats{0.25f, kAbove}}, {"replaced_value_float", kNan}});
  put_in_ml(f);
  f.node("Transpose", {"i"}, {"t"}, {{"perm", Ints64{1, 0}}});
  f.constant("places", make_int64({2}, {3, 0})).constant("shape", make_int64({2}, {2, 1}));
  f.node("Gather", {"z", "places"}, {"g"}, {{"axis", std::int64_t{1}}}).node("Reshape", {"g", "shape"}, {"r"});
  f.node("Concat", {"t", "r"}, {"c"}, {{"axis", std::int64_t{1}}}).node("TreeEnsembleRegressor", {"c"}, {"y"}, stumps(3));
  put_in_ml(f);
  f.output("y");
  if (read_otherwise) f.node("Relu", {"c"}, {"relu"}).output("relu");
  return f;
}

TensorMap values(const Floats& x, const Floats& z) { return {{"x", make_float({2, 2}, x)}, {"z", make_float({1, 4}, z)}}; }

TEST(ExactCopies, TellNeighboursApartBehindMovesAndImputers) {
  for (const Visibility input : {Visibility::kPrivate, Visibility::kPublic, Visibility::kCommitted}) {
    const Model model(joined(), input);
    // c = [[x00, x10, z3], [x01, x11, z0]]
    EXPECT_EQ(model.run(values({0.25f, kAbove, kAbove, 0.25f}, {0.25f, 9, 9, kAbove})), (std::vector<double>{1, 0, 0, 0, 1, 1}));
    EXPECT_EQ(model.run(values({kAbove, 0.25f, 0.25f, kAbove}, {kAbove, 0, 0, 0.25f})), (std::vector<double>{0, 1, 1, 1, 0, 0}));
    if (input == Visibility::kCommitted) continue;
    EXPECT_EQ(model.run(values({kNan, kNan, 1, 0}, {kNan, 0, 0, -0.0f})), (std::vector<double>{1, 0, 1, 0, 1, 0}));
    constexpr float kInf = std::numeric_limits<float>::infinity();
    EXPECT_EQ(model.run(values({-kInf, kInf, kInf, -1e-45f}, {-kInf, 0, 0, kInf})), (std::vector<double>{1, 0, 0, 0, 1, 1}));
  }
}

TEST(ExactCopies, AreReadOtherwiseTooWhereSomebodyDoes) {
  const Model model(joined(true));
  EXPECT_EQ(model.run(values({0.25f, kAbove, kAbove, 0.25f}, {0.25f, 2, 2, kAbove})), (std::vector<double>{1, 0, 0, 0, 1, 1}));
}

TEST(ExactCopies, OfCommittedGridsAreNumbersOfTheModel) {
  const Model model(joined(), Visibility::kCommitted, -16);
  EXPECT_EQ(model.run(values({-1, 1, 1, -1}, {-1, 2, 2, 1})), (std::vector<double>{1, 0, 0, 0, 1, 1}));
}

TEST(ExactCopies, AreFoundWithWhatReadsThemAlone) {
  const Graph graph = prepare(std::move(joined().graph)).value();
  const ExactCopies copies = exact_copies(graph, infer_types(graph).value());
  EXPECT_EQ(copies.inputs, (std::set<std::string>{"x", "z"}));
  EXPECT_TRUE(copies.only.contains("c"));
  const ExactSource& source = copies.sources.at("c");
  ASSERT_EQ(source.roots.size(), 2u);
  EXPECT_EQ(source.roots[1], "z");
  EXPECT_EQ(source.elements[2], (std::pair<std::uint32_t, std::int64_t>{1, 3}));
  const Graph both = prepare(std::move(joined(true).graph)).value();
  EXPECT_FALSE(exact_copies(both, infer_types(both).value()).only.contains("c"));
}

TEST(ExactCopies, DoNotHoldWhatIsRoundedOrComputed) {
  for (const bool rounds : {true, false}) {
    GraphFixture f;
    f.input("x", {1, 2});
    if (rounds) f.node("Cast", {"x"}, {"c"}, {{"to", std::int64_t{10}}});
    else f.node("Neg", {"x"}, {"c"});
    f.node("TreeEnsembleRegressor", {"c"}, {"y"}, stumps(2));
    put_in_ml(f);
    f.output("y");
    const Graph graph = prepare(std::move(f.graph)).value();
    EXPECT_TRUE(exact_copies(graph, infer_types(graph).value()).inputs.empty());
  }
}

/// Rows of two features, transposed so often, an even number of times, before a forest reads them.
Graph transposed(std::int64_t rows, int times) {
  GraphFixture f;
  f.input("x", {rows, 2});
  std::string last = "x";
  for (int k = 0; k < times; ++k) {
    const std::string next = "t" + std::to_string(k);
    f.node("Transpose", {last}, {next});
    last = next;
  }
  f.node("TreeEnsembleRegressor", {last}, {"y"}, stumps(2));
  put_in_ml(f);
  return prepare(std::move(f.output("y").graph)).value();
}

TEST(ExactCopies, AreFollowedThroughVeryManyMoves) {
  const Graph g = transposed(2, 20000);
  EXPECT_EQ(exact_copies(g, infer_types(g).value()).inputs, std::set<std::string>{"x"});
}

TEST(ExactCopies, AreNotFollowedWhereTheyAreTooMany) {
  const Graph few = transposed(1 << 17, 2), many = transposed(1 << 17, 200);
  EXPECT_FALSE(exact_copies(few, infer_types(few).value()).inputs.empty());
  const ExactCopies copies = exact_copies(many, infer_types(many).value());
  EXPECT_TRUE(copies.inputs.empty());
  EXPECT_TRUE(copies.sources.empty());
}

/// z is joined as it is to x, which a Scaler and more have scaled: c = [(x - m) * s / 0.3 + 1e-3, z], [2, 3].
GraphFixture scaled(float last_factor = 0.3f) {
  GraphFixture f;
  f.input("x", {2, 2}).input("z", {2, 1});
  f.node("Scaler", {"x"}, {"s"}, {{"offset", Floats{5.8433f, -3.0573f}}, {"scale", Floats{1.2125f, 0.0317f}}});
  put_in_ml(f);
  f.constant("d", make_float({1}, {last_factor})).constant("a", make_float({1, 2}, {1e-3f, 1e-3f}));
  f.node("Div", {"s", "d"}, {"q"}).node("Add", {"a", "q"}, {"t"}).node("Concat", {"t", "z"}, {"c"}, {{"axis", std::int64_t{1}}});
  f.node("TreeEnsembleRegressor", {"c"}, {"y"}, stumps(3));
  put_in_ml(f);
  f.output("y");
  return f;
}

float scaled_number(float x, float offset, float factor) {
  const volatile float centred = x - offset, times = centred * factor, quotient = times / 0.3f;
  return quotient + 1e-3f;
}

/// The largest float32 whose scaled number is at most 0.25.
float last_below(float offset, float factor) {
  float low = -100, high = 100;
  while (std::nextafter(low, high) < high) {
    const float middle = std::midpoint(low, high);
    (scaled_number(middle, offset, factor) <= 0.25f ? low : high) = middle;
  }
  return low;
}

TEST(MovedThresholds, TellNeighboursApartBeforeTheyAreScaled) {
  const float u0 = last_below(5.8433f, 1.2125f), u1 = last_below(-3.0573f, 0.0317f);
  const float v0 = std::nextafter(u0, 100.0f), v1 = std::nextafter(u1, 100.0f);
  for (const Visibility input : {Visibility::kPrivate, Visibility::kPublic}) {
    const Model model(scaled(), input);
    const auto run = [&](const Floats& x, const Floats& z) { return model.run({{"x", make_float({2, 2}, x)}, {"z", make_float({2, 1}, z)}}); };
    EXPECT_EQ(run({u0, v1, v0, u1}, {0.25f, kAbove}), (std::vector<double>{1, 0, 1, 0, 1, 0}));
    EXPECT_EQ(run({v0, u1, u0, v1}, {kAbove, 0.25f}), (std::vector<double>{0, 1, 0, 1, 0, 1}));
    constexpr float kInf = std::numeric_limits<float>::infinity();
    EXPECT_EQ(run({kNan, -kInf, kInf, kNan}, {kNan, -kInf}), (std::vector<double>{0, 1, 0, 0, 0, 1}));
  }
}

TEST(MovedThresholds, AreTheFloatModelsOwn) {
  Graph before = std::move(scaled().graph);
  ASSERT_TRUE(fold_constants(before).ok());
  Graph after = before;
  ASSERT_TRUE(move_thresholds(after).ok());
  EXPECT_NE(before.nodes.size(), after.nodes.size());
  std::mt19937 random(7);
  std::uniform_int_distribution<std::int32_t> step(-3, 3);
  const float u0 = last_below(5.8433f, 1.2125f), u1 = last_below(-3.0573f, 0.0317f);
  const auto near = [&](float x) {
    for (std::int32_t k = step(random); k != 0; k += k < 0 ? 1 : -1) x = std::nextafter(x, k < 0 ? -100.0f : 100.0f);
    return x;
  };
  for (int k = 0; k < 200; ++k) {
    const TensorMap inputs{{"x", make_float({2, 2}, {near(u0), near(u1), near(u0), near(u1)})}, {"z", make_float({2, 1}, {near(0.25f), near(0.25f)})}};
    EXPECT_EQ(run_float(before, inputs).value().at("y").f, run_float(after, inputs).value().at("y").f);
  }
}

TEST(MovedThresholds, StayBehindFactorsThatTurnNumbersRound) {
  const auto gathers = [](float factor) {
    const Graph graph = prepare(std::move(scaled(factor).graph)).value();
    return std::count_if(graph.nodes.begin(), graph.nodes.end(), [](const Node& node) { return node.op == "Gather"; });
  };
  EXPECT_EQ(gathers(0.3f), 1);
  EXPECT_EQ(gathers(-0.3f), 0);
}

}  // namespace
}  // namespace tacit
