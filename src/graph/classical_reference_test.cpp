// The operators of ai.onnx.ml against numbers computed by hand: compiled, run on integers, and compared with what they say in float.
#include <cmath>
#include <limits>

#include "graph/classical_fixture.h"

namespace tacit {
namespace {

using Floats = std::vector<float>;
using Ints64 = std::vector<std::int64_t>;
using Strings = std::vector<std::string>;
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

TEST(LinearModels, GiveSumsLabelsAndTransformedScores) {
  Classical regressor("LinearRegressor", {1, 2}, {{"coefficients", Floats{1, -2}}, {"intercepts", Floats{0.5f}}}, {"y"});
  regressor.expect("y", {{1, 2}, {-1, 0.5f}}, {-2.5, -1.5}, 1e-3);
  Classical binary("LinearClassifier", {1, 2}, {{"coefficients", Floats{1, -2}}, {"intercepts", Floats{0.5f}}, {"classlabels_ints", Ints64{3, -7}},
                   {"post_transform", std::string("LOGISTIC")}}, {"l", "y"});
  binary.expect("l", {{1, 2}, {2, 0}}, {3, -7}, 0);
  binary.expect("y", {{1, 2}, {2, 0}}, {1 / (1 + std::exp(-2.5)), 1 / (1 + std::exp(2.5)), 1 / (1 + std::exp(2.5)), 1 / (1 + std::exp(-2.5))}, 1e-3);
}

TEST(LinearModels, RefuseWeightsThatDoNotFit) {
  EXPECT_NE(refusal_of("LinearRegressor", {1, 3}, {{"coefficients", Floats{1, -2}}}, {"y"}).find("coefficients"), std::string::npos);
  EXPECT_NE(refusal_of("LinearClassifier", {1, 1}, {{"coefficients", Floats{1}}, {"intercepts", Floats{0}}, {"classlabels_ints", Ints64{1}}}, {"l", "y"}), "");
}

TEST(ClassLabels, AreShownAsTextWhereTheyAreStrings) {
  Classical two("LinearClassifier", {1, 1}, {{"coefficients", Floats{1}}, {"intercepts", Floats{0}}, {"classlabels_strings", Strings{"no", "yes"}}}, {"l", "y"});
  two.expect("l", {{-1}, {1}}, {0, 1}, 0);
  ASSERT_TRUE(two.ok);
  EXPECT_EQ(two.model.ports.outputs[0].labels, (Strings{"no", "yes"}));
  EXPECT_TRUE(two.model.ports.outputs[1].labels.empty());
}

TEST(ClassLabels, OfAKeyFitTheirColumn) {
  Classical two("LinearClassifier", {1, 1}, {{"coefficients", Floats{1}}, {"intercepts", Floats{0}}, {"classlabels_strings", Strings{"no", "yes"}}}, {"l", "y"});
  ASSERT_TRUE(two.ok);
  const auto refusal = [&](const Ports& ports) {
    ByteWriter out;
    write_ports(out, ports);
    const Bytes bytes = out.take();
    ByteReader in(bytes);
    const auto back = read_ports(in, two.model.theorem);
    if (back.ok()) {
      EXPECT_EQ(*back, ports);
    }
    return back.ok() ? std::string() : back.error().text();
  };
  EXPECT_EQ(refusal(two.model.ports), "");
  Ports few = two.model.ports, scores = two.model.ports, input = two.model.ports, longer = two.model.ports;
  few.outputs[0].labels.pop_back();
  scores.outputs[1].labels = Strings(40000, "x");
  input.inputs[0].labels = {"x"};
  longer.outputs[0].labels[0] = std::string(kMaxLabelBytes + 1, 'x');
  for (const Ports& bad : {few, scores, input}) EXPECT_NE(refusal(bad).find("labels"), std::string::npos);
  EXPECT_NE(refusal(longer).find("bytes"), std::string::npos);
}

TEST(Imputer, PutsEachFeaturesNumberWhereNothingIs) {
  Classical missing("Imputer", {1, 2}, {{"imputed_value_floats", Floats{1.5f, -2}}, {"replaced_value_float", kNan}}, {"y"});
  missing.expect("y", {{0.25f, kNan}, {kNan, 1}, {-1, -0.5f}}, {0.25, -2, 1.5, 1, -1, -0.5}, 1e-3);
  Classical one("Imputer", {1, 2}, {{"imputed_value_floats", Floats{0.75f}}, {"replaced_value_float", -1.0f}}, {"y"});
  one.expect("y", {{-1, 0.5f}, {-0.999f, -1}}, {0.75, 0.5, -0.999, 0.75}, 1e-3);
}

TEST(Encoders, TellKeysApartExactly) {
  Classical hot("OneHotEncoder", {1, 2}, {{"cats_int64s", Ints64{0, 1, -2}}}, {"y"});
  hot.expect("y", {{1, -2}, {1.75f, -0.5f}, {2, -2.5f}}, {0, 1, 0, 0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1}, 1e-4);
  Classical above("Binarizer", {1, 2}, {{"threshold", 0.5f}}, {"y"});
  above.expect("y", {{0.5f, std::nextafter(0.5f, 1.0f)}, {-1, kNan}}, {0, 1, 0, 0}, 1e-4);
  Classical encoder("LabelEncoder", {1, 2}, {{"keys_floats", Floats{1, kNan}}, {"values_int64s", Ints64{70000, -3}}, {"default_int64", std::int64_t{9}}}, {"y"});
  encoder.expect("y", {{1, kNan}, {std::nextafter(1.0f, 2.0f), 0}}, {70000, -3, 9, 9}, 0);
  Classical floats("LabelEncoder", {1, 2}, {{"keys_floats", Floats{1, 0}}, {"values_floats", Floats{0.5f, -2}}, {"default_float", 4.0f}}, {"y"});
  floats.expect("y", {{1, -0.0f}, {0.5f, 1}}, {0.5, -2, 4, 0.5}, 1e-3);
}

TEST(Moving, TakesColumnsAndPutsThemSideBySide) {
  Classical scaler("Scaler", {1, 2}, {{"offset", Floats{1, -1}}, {"scale", Floats{2, 0.5f}}}, {"y"});
  scaler.expect("y", {{0.5f, 1}}, {-1, 1}, 1e-3);
  Classical some("FeatureVectorizer", {1, 3}, {{"inputdimensions", Ints64{2}}}, {"y"});
  some.expect("y", {{1, -1, 0.5f}}, {1, -1}, 1e-3);
  EXPECT_NE(refusal_of("DictVectorizer", {1, 2}, {}, {"y"}).find("dictionary"), std::string::npos);
}

TEST(Normalizer, DividesRowsByTheirSizeAndLeavesZerosAlone) {
  const std::vector<Floats> rows{{1, -3}, {0, 0}, {0.5f, 2}};
  const double length = std::sqrt(10), other = std::sqrt(4.25);
  Classical("Normalizer", {1, 2}, {{"norm", std::string("L1")}}, {"y"}).expect("y", rows, {0.25, -0.75, 0, 0, 0.2, 0.8}, 1e-3);
  Classical("Normalizer", {1, 2}, {{"norm", std::string("L2")}}, {"y"}).expect("y", rows, {1 / length, -3 / length, 0, 0, 0.5 / other, 2 / other}, 1e-3);
}

double gaussian(double dx, double dy, double gamma) { return std::exp(-gamma * (dx * dx + dy * dy)); }

TEST(SupportVectorMachines, HaveEachKernel) {
  const std::map<std::string, Attribute> base{{"support_vectors", Floats{1, 0, -0.5f, 0.25f}}, {"coefficients", Floats{0.5f, -2}}, {"rho", Floats{0.125f}},
                                              {"n_supports", std::int64_t{2}}, {"kernel_params", Floats{0.75f, 0.5f, 3}}};
  const auto with = [&](const char* kernel) { auto all = base; all["kernel_type"] = std::string(kernel); return all; };
  const double a = 0.5, b = -2, rho = 0.125, dot1 = 0.5, dot2 = -0.5 * 0.5 + 0.25 * -1;  // x = (0.5, -1)
  const auto cube = [](double v) { return v * v * v; };
  Classical("SVMRegressor", {1, 2}, with("LINEAR"), {"y"}).expect("y", {{0.5f, -1}}, {a * dot1 + b * dot2 + rho}, 1e-3);
  Classical("SVMRegressor", {1, 2}, with("POLY"), {"y"}).expect("y", {{0.5f, -1}}, {a * cube(0.75 * dot1 + 0.5) + b * cube(0.75 * dot2 + 0.5) + rho}, 2e-3);
  Classical("SVMRegressor", {1, 2}, with("SIGMOID"), {"y"}).expect("y", {{0.5f, -1}}, {a * std::tanh(0.75 * dot1 + 0.5) + b * std::tanh(0.75 * dot2 + 0.5) + rho}, 1e-3);
  Classical("SVMRegressor", {1, 2}, with("RBF"), {"y"}).expect("y", {{0.5f, -1}}, {a * gaussian(-0.5, -1, 0.75) + b * gaussian(1, -1.25, 0.75) + rho}, 1e-3);
}

TEST(SupportVectorMachines, CountVotesAndTakeTheFirstOfEquals) {
  // Scores of the pairs (0,1), (0,2), (1,2) are x, -x and x + 0: a circle of votes wherever x is not 0.
  Classical circle("SVMClassifier", {1, 1}, {{"support_vectors", Floats{1, 1, 1}}, {"vectors_per_class", Ints64{1, 1, 1}}, {"coefficients", Floats{1, 0, 0, -1, 1, 0}},
                   {"rho", Floats{0, 0, 0}}, {"kernel_type", std::string("LINEAR")}, {"classlabels_ints", Ints64{5, 6, 7}}}, {"l", "y"});
  circle.expect("y", {{0.5f}}, {0.5, -0.5, 0.5}, 1e-3);
  circle.expect("l", {{0.5f}, {-0.5f}}, {5, 5}, 0);
  EXPECT_NE(refusal_of("SVMClassifier", {1, 1}, {{"support_vectors", Floats{1, 1, 1}}, {"vectors_per_class", Ints64{1, 2}}, {"coefficients", Floats{1}},
                       {"rho", Floats{0}}, {"classlabels_ints", Ints64{0, 1}}}, {"l", "y"}), "");
}

/// The p of sum 1 with the least sum of (r_ji p_i - r_ij p_j)^2, found by stepping downhill.
std::vector<double> coupled(const double (&r)[3][3]) {
  double p[3] = {1.0 / 3, 1.0 / 3, 1.0 / 3};
  for (int step = 0; step < 20000; ++step) {
    double slope[3] = {}, mean = 0;
    for (int i = 0; i < 3; ++i)
      for (int j = 0; j < 3; ++j) slope[i] += i == j ? 0 : r[j][i] * (r[j][i] * p[i] - r[i][j] * p[j]);
    for (const double d : slope) mean += d / 3;
    for (int i = 0; i < 3; ++i) p[i] -= 0.1 * (slope[i] - mean);
  }
  return {p[0], p[1], p[2]};
}

TEST(SupportVectorMachines, CoupleTheChancesOfThreePairs) {
  // Scores of the pairs (0,1), (0,2), (1,2) are x, y and x - y.
  const Floats a{-2, 1.5f, -3}, b{0.25f, -0.5f, 0.125f};
  Classical machine("SVMClassifier", {1, 2}, {{"support_vectors", Floats{1, 0, 0, 1, 1, -1}}, {"vectors_per_class", Ints64{1, 1, 1}}, {"coefficients", Floats{1, 0, -1, 1, 0, 1}},
                    {"rho", Floats{0, 0, 0}}, {"prob_a", a}, {"prob_b", b}, {"classlabels_ints", Ints64{0, 1, 2}}}, {"l", "y"});
  const auto chance = [&](std::size_t pair, double score) { return 1 / (1 + std::exp(a[pair] * score + b[pair])); };
  for (const auto& [x, y] : std::vector<std::pair<float, float>>{{0, 0}, {1, -1}, {-1, 0.5f}, {3, 3}, {-3, 2}, {0.5f, -3}}) {
    const double scores[] = {chance(0, x), chance(1, y), chance(2, x - y)};
    const double r[3][3] = {{0, scores[0], scores[1]}, {1 - scores[0], 0, scores[2]}, {1 - scores[1], 1 - scores[2], 0}};
    machine.expect("y", {{x, y}}, coupled(r), 1e-3);
  }
}

std::map<std::string, Attribute> stump(const char* mode, std::int64_t missing) {
  return {{"nodes_treeids", Ints64{0, 0, 0}}, {"nodes_nodeids", Ints64{0, 1, 2}}, {"nodes_featureids", Ints64{0, 0, 0}}, {"nodes_values", Floats{0.25f, 0, 0}},
          {"nodes_modes", Strings{mode, "LEAF", "LEAF"}}, {"nodes_truenodeids", Ints64{1, 0, 0}}, {"nodes_falsenodeids", Ints64{2, 0, 0}},
          {"nodes_missing_value_tracks_true", Ints64{missing, 0, 0}}, {"target_treeids", Ints64{0, 0}}, {"target_nodeids", Ints64{1, 2}},
          {"target_ids", Ints64{0, 0}}, {"target_weights", Floats{1, -1}}, {"n_targets", std::int64_t{1}}};
}

TEST(Forest, BranchesByEveryModeAndByWhatIsMissing) {
  const float above = std::nextafter(0.25f, 1.0f), below = std::nextafter(0.25f, 0.0f);
  const std::vector<Floats> rows{{below}, {0.25f}, {above}, {kNan}};
  const std::vector<std::pair<const char*, std::vector<double>>> modes{
      {"BRANCH_LEQ", {1, 1, -1}}, {"BRANCH_LT", {1, -1, -1}}, {"BRANCH_GTE", {-1, 1, 1}}, {"BRANCH_GT", {-1, -1, 1}}, {"BRANCH_EQ", {-1, 1, -1}}, {"BRANCH_NEQ", {1, -1, 1}}};
  for (const auto& [mode, expected] : modes)
    for (const std::int64_t missing : {0, 1}) {
      SCOPED_TRACE(mode);
      std::vector<double> all = expected;
      all.push_back(missing != 0 || std::string(mode) == "BRANCH_NEQ" ? 1 : -1);  // NaN is not equal to anything
      Classical("TreeEnsembleRegressor", {1, 1}, stump(mode, missing), {"y"}).expect("y", rows, all, 1e-3);
    }
}

// Nothing compares with NaN but by being missing, and a test that all numbers pass, or none, still tells them from what is missing.
TEST(Forest, BranchesByThresholdsThatNoNumberIsOnOneSideOf) {
  const float least = -std::numeric_limits<float>::infinity();
  const std::vector<Floats> rows{{-1}, {0}, {kNan}};
  const std::vector<std::tuple<const char*, float, double>> tests{
      {"BRANCH_LEQ", kNan, -1}, {"BRANCH_LT", kNan, -1}, {"BRANCH_GTE", kNan, -1}, {"BRANCH_GT", kNan, -1}, {"BRANCH_EQ", kNan, -1}, {"BRANCH_NEQ", kNan, 1},
      {"BRANCH_LT", least, -1}, {"BRANCH_LEQ", least, -1}, {"BRANCH_GTE", least, 1}, {"BRANCH_GT", least, 1}, {"BRANCH_LEQ", -least, 1}, {"BRANCH_GT", -least, -1}};
  for (const auto& [mode, threshold, of_numbers] : tests)
    for (const std::int64_t missing : {0, 1}) {
      SCOPED_TRACE(std::string(mode) + " " + std::to_string(threshold) + " " + std::to_string(missing));
      auto node = stump(mode, missing);
      std::get<Floats>(node.at("nodes_values"))[0] = threshold;
      const double of_nan = missing != 0 || std::string(mode) == "BRANCH_NEQ" ? 1 : -1;
      Classical("TreeEnsembleRegressor", {1, 1}, node, {"y"}).expect("y", rows, {of_numbers, of_numbers, of_nan}, 1e-3);
    }
}

std::map<std::string, Attribute> two_stumps(const char* aggregate) {
  auto all = stump("BRANCH_LEQ", 0);
  const auto doubled = [&](const char* name, Ints64 more) { auto& list = std::get<Ints64>(all.at(name)); list.insert(list.end(), more.begin(), more.end()); };
  doubled("nodes_treeids", {1, 1, 1}), doubled("nodes_nodeids", {0, 1, 2}), doubled("nodes_featureids", {0, 0, 0}), doubled("nodes_truenodeids", {1, 0, 0});
  doubled("nodes_falsenodeids", {2, 0, 0}), doubled("nodes_missing_value_tracks_true", {0, 0, 0}), doubled("target_treeids", {1, 1});
  doubled("target_nodeids", {1, 2}), doubled("target_ids", {0, 0});
  all["nodes_values"] = Floats{0.25f, 0, 0, 0.5f, 0, 0};
  all["nodes_modes"] = Strings{"BRANCH_LEQ", "LEAF", "LEAF", "BRANCH_LEQ", "LEAF", "LEAF"};
  all["target_weights"] = Floats{1, -1, 4, 2};
  all["aggregate_function"] = std::string(aggregate);
  all["base_values"] = Floats{0.5f};
  return all;
}

TEST(Forest, PutsTreesTogetherByEachAggregate) {
  const std::vector<Floats> rows{{0}, {0.375f}, {1}};  // leaves 1 and 4, -1 and 4, -1 and 2
  Classical("TreeEnsembleRegressor", {1, 1}, two_stumps("SUM"), {"y"}).expect("y", rows, {5.5, 3.5, 1.5}, 1e-3);
  Classical("TreeEnsembleRegressor", {1, 1}, two_stumps("AVERAGE"), {"y"}).expect("y", rows, {3, 2, 1}, 1e-3);
  Classical("TreeEnsembleRegressor", {1, 1}, two_stumps("MIN"), {"y"}).expect("y", rows, {1.5, -0.5, -0.5}, 1e-3);
  Classical("TreeEnsembleRegressor", {1, 1}, two_stumps("MAX"), {"y"}).expect("y", rows, {4.5, 4.5, 2.5}, 1e-3);
}

std::map<std::string, Attribute> classifier(std::int64_t named, const Floats& weights, const Floats& bases, const char* transform) {
  auto all = stump("BRANCH_LEQ", 0);
  for (const char* end : {"treeids", "nodeids"}) all[std::string("class_") + end] = all.at(std::string("target_") + end);
  all["class_ids"] = Ints64{named, named};
  all["class_weights"] = weights;
  all["classlabels_int64s"] = Ints64{10, 11};
  all["post_transform"] = std::string(transform);
  if (!bases.empty()) all["base_values"] = bases;
  return all;
}

// As ONNX Runtime has it, by its outputs.
TEST(Forest, HasTwoClassesOfWhichItsLeavesNameOne) {
  struct Case { std::int64_t named; Floats weights, bases; const char* transform; std::vector<double> labels, scores; };
  const std::vector<Case> cases{
      {0, {0.3f, 0.8f}, {}, "NONE", {10, 11}, {0.7, 0.3, 0.2, 0.8}},
      {0, {0.3f, 0.8f}, {0.25f}, "NONE", {11, 11}, {0.45, 0.55, -0.05, 1.05}},
      {0, {0.3f, 0.8f}, {0.1f, 0.25f}, "NONE", {10, 11}, {0.4, 0, 0.9, 0}},
      {0, {-0.3f, 0.8f}, {-0.5f, 0.1f}, "LOGISTIC", {10, 11}, {0.310026, 0.5, 0.574443, 0.5}},
      {0, {-0.3f, 0.8f}, {0.1f, 0.25f}, "SOFTMAX", {10, 11}, {0.450166, 0.549834, 0.71095, 0.28905}},
      {1, {0.3f, 0.8f}, {}, "NONE", {10, 11}, {0, 0.3, 0, 0.8}},
      {1, {0.3f, 0.8f}, {0.25f}, "NONE", {10, 11}, {0, 0.3, 0, 0.8}},
      {1, {-0.3f, 0.8f}, {}, "LOGISTIC", {10, 11}, {0.5, 0.425557, 0.5, 0.689974}},
      {1, {0.3f, 0.8f}, {}, "SOFTMAX", {10, 11}, {0.425557, 0.574443, 0.310026, 0.689974}}};
  for (const Case& c : cases) {
    SCOPED_TRACE(std::to_string(c.named) + " " + c.transform + " " + std::to_string(c.bases.size()));
    const Classical model("TreeEnsembleClassifier", {1, 1}, classifier(c.named, c.weights, c.bases, c.transform), {"l", "y"});
    Classical(model).expect("l", {{-1}, {1}}, c.labels, 0);
    Classical(model).expect("y", {{-1}, {1}}, c.scores, 1e-3);
  }
  EXPECT_NE(refusal_of("TreeEnsembleClassifier", {1, 1}, classifier(1, {0.3f, 0.8f}, {0.1f, 0.25f}, "NONE"), {"l", "y"}).find("two base values"), std::string::npos);
}

TEST(Forest, RefusesCirclesAndWhatDoesNotExist) {
  auto circle = stump("BRANCH_LEQ", 0);
  circle["nodes_truenodeids"] = Ints64{0, 0, 0};
  EXPECT_NE(refusal_of("TreeEnsembleRegressor", {1, 1}, circle, {"y"}), "");
  auto nowhere = stump("BRANCH_LEQ", 0);
  nowhere["nodes_falsenodeids"] = Ints64{9, 0, 0};
  EXPECT_NE(refusal_of("TreeEnsembleRegressor", {1, 1}, nowhere, {"y"}).find("child"), std::string::npos);
  auto feature = stump("BRANCH_LEQ", 0);
  feature["nodes_featureids"] = Ints64{1, 0, 0};
  EXPECT_NE(refusal_of("TreeEnsembleRegressor", {1, 1}, feature, {"y"}), "");
  auto alone = stump("BRANCH_LEQ", 0);
  for (const char* end : {"treeids", "nodeids", "ids", "weights"}) alone[std::string("class_") + end] = alone.at(std::string("target_") + end);
  alone["classlabels_int64s"] = Ints64{5};
  EXPECT_NE(refusal_of("TreeEnsembleClassifier", {1, 1}, alone, {"l", "y"}).find("one class"), std::string::npos);
  auto mode = stump("BRANCH_LIKE", 0);
  EXPECT_NE(refusal_of("TreeEnsembleRegressor", {1, 1}, mode, {"y"}).find("BRANCH_LIKE"), std::string::npos);
}

}  // namespace
}  // namespace tacit
