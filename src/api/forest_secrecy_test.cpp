// What a key tells of a private forest: theorem and ports of two forests with the same public limits are the same. What else a key
// holds follows from them (key_secrecy_test.cpp), the commitment apart.
#include <functional>
#include <random>

#include "api/key_fields_test.h"
#include "graph/compile.h"
#include "graph/graph_fixture.h"
#include "graph/prepare.h"
#include <gtest/gtest.h>

namespace tacit {
namespace {

using Ints = std::vector<std::int64_t>;
using Floats = std::vector<float>;
using Attributes = std::map<std::string, Attribute>;

constexpr std::int64_t kFeatures = 4, kLevels = 4, kNodes = 13;  // inner nodes of each tree

struct Secrets {
  std::uint64_t seed = 1;
  const char* mode = "BRANCH_LEQ";
  float leaf = 1, base = 0;
  bool missing = false, one_feature = false, lean = false, one_class = false, negative = true;
  std::int64_t nodes = kNodes;
};

/// Two trees with `nodes` tests each and one path of kLevels tests, the rest of their shape by chance.
Attributes trees_of(const Secrets& s, const std::string& prefix, std::int64_t classes) {
  std::mt19937_64 rng(s.seed);
  Ints tree, id, feature, yes, no, missing, w_tree, w_id, w_class;
  Floats value, weights;
  std::vector<std::string> mode;
  for (std::int64_t t = 0; t < 2; ++t) {
    struct Place { std::int64_t level, yes, no; };
    std::vector<Place> places{{0, -1, -1}};
    std::vector<std::size_t> open{0};
    for (std::int64_t made = 0; made < s.nodes; ++made) {
      // First down one side, for the depth; then anywhere that is not too deep.
      std::size_t pick = made < kLevels ? (s.lean ? open.size() - 1 : 0) : rng() % open.size();
      if (made < kLevels) for (std::size_t k = 0; k < open.size(); ++k) if (places[open[k]].level > places[open[pick]].level) pick = k;
      while (places[open[pick]].level >= kLevels) pick = (pick + 1) % open.size();
      const std::size_t at = open[pick];
      open.erase(open.begin() + static_cast<std::ptrdiff_t>(pick));
      const std::int64_t level = places[at].level + 1;
      for (int child = 0; child < 2; ++child) {
        open.push_back(places.size());
        places.push_back({level, -1, -1});
      }
      places[at].yes = static_cast<std::int64_t>(places.size()) - 2, places[at].no = static_cast<std::int64_t>(places.size()) - 1;
    }
    for (std::size_t k = 0; k < places.size(); ++k) {
      const bool leaf = places[k].yes < 0;
      tree.push_back(t), id.push_back(static_cast<std::int64_t>(k));
      feature.push_back(leaf || s.one_feature ? 0 : static_cast<std::int64_t>(rng() % kFeatures));
      value.push_back(static_cast<float>(static_cast<double>(rng() % 4096) / 1024 - 2));
      mode.push_back(leaf ? "LEAF" : s.mode);
      yes.push_back(leaf ? 0 : places[k].yes), no.push_back(leaf ? 0 : places[k].no);
      missing.push_back(s.missing && k == 0 ? 1 : 0);
      if (!leaf) continue;
      w_tree.push_back(t), w_id.push_back(static_cast<std::int64_t>(k));
      w_class.push_back(s.one_class ? 1 : static_cast<std::int64_t>(w_class.size()) % classes);
      // The largest is the same everywhere: 1.
      const double size = w_id.size() % 4 == 0 || w_id.size() % 4 == 1 ? 1 : static_cast<double>(rng() % 1000) / 1000;
      weights.push_back(s.leaf * static_cast<float>(s.negative && rng() % 2 != 0 ? -size : size));
    }
  }
  return {{"nodes_treeids", tree}, {"nodes_nodeids", id}, {"nodes_featureids", feature}, {"nodes_values", value}, {"nodes_modes", mode},
          {"nodes_truenodeids", yes}, {"nodes_falsenodeids", no}, {"nodes_missing_value_tracks_true", missing}, {prefix + "_treeids", w_tree},
          {prefix + "_nodeids", w_id}, {prefix + "_ids", w_class}, {prefix + "_weights", weights},
          {"base_values", Floats(static_cast<std::size_t>(s.one_class ? 1 : classes), s.base)}};
}

VerifierKey key_of(const char* op, Attributes attributes, const std::vector<std::string>& outputs) {
  GraphFixture f;
  f.input("x", {2, kFeatures}).node(op, {"x"}, outputs, std::move(attributes));
  f.graph.nodes[0].domain = "ai.onnx.ml";
  f.graph.nodes[0].opset = 3;
  for (const std::string& name : outputs) f.output(name);
  auto graph = prepare(std::move(f.graph));
  EXPECT_TRUE(graph.ok()) << graph.error().text();
  auto compiled = compile(*graph, {}, {}, {.input_range = {{-3, 3}}});
  EXPECT_TRUE(compiled.ok()) << compiled.error().text();
  VerifierKey key;
  key.core.theorem = compiled->theorem;
  key.core.ports = compiled->ports;
  return key;
}

VerifierKey classifier(const Secrets& s, std::int64_t classes = 3) {
  Attributes a = trees_of(s, "class", classes);
  Ints labels;
  for (std::int64_t c = 0; c < classes; ++c) labels.push_back(c);
  a["classlabels_int64s"] = labels;
  return key_of("TreeEnsembleClassifier", std::move(a), {"l"});
}
VerifierKey regressor(const Secrets& s) {
  Attributes a = trees_of(s, "target", 1);
  a["n_targets"] = std::int64_t{1};
  return key_of("TreeEnsembleRegressor", std::move(a), {"y"});
}

using Paths = std::set<std::string>;
using Maker = std::function<VerifierKey(const Secrets&)>;

const std::vector<Maker>& makers() {
  static const std::vector<Maker> all{[](const Secrets& s) { return classifier(s); }, regressor, [](const Secrets& s) { return classifier(s, 2); }};
  return all;
}

TEST(ForestKeys, OfTheSameLimitsDoNotDiffer) {
  for (const Maker& key : makers()) {
    const VerifierKey plain = key({});
    for (const Secrets& other : {Secrets{.seed = 2}, Secrets{.seed = 3, .mode = "BRANCH_LT"}, Secrets{.one_feature = true}, Secrets{.lean = true}, Secrets{.seed = 4, .negative = false}})
      EXPECT_EQ(api::differing_fields(plain, key(other)), Paths{});
    EXPECT_EQ(api::differing_fields(key({.base = 0.25f}), key({.seed = 2, .base = -0.3f})), Paths{});
    // Where some record tells NaN apart: not which, nor why.
    for (const char* mode : {"BRANCH_GT", "BRANCH_GTE"}) EXPECT_EQ(api::differing_fields(key({.missing = true}), key({.seed = 2, .mode = mode})), Paths{});
  }
}

// Two classes with one score.
TEST(ForestKeys, OfOneScoreDoNotDiffer) {
  for (const bool negative : {false, true})
    EXPECT_EQ(api::differing_fields(classifier({.one_class = true, .negative = negative}, 2), classifier({.seed = 2, .one_feature = true, .one_class = true, .negative = negative}, 2)), Paths{});
}

// docs/protocol.md, section 14.
TEST(ForestKeys, TellWhatIsListed) {
  for (const Maker& key : makers()) {
    EXPECT_NE(api::differing_fields(key({}), key({.missing = true})), Paths{});
    EXPECT_NE(api::differing_fields(key({}), key({.base = 0.25f})), Paths{});
    EXPECT_NE(api::differing_fields(key({}), key({.nodes = kNodes - 1})), Paths{});
  }
  EXPECT_EQ(api::differing_fields(regressor({}), regressor({.leaf = 8})), Paths{"core.ports.outputs[0].scale"});
  // The threshold 1/2 in units of the score: whether a leaf is negative, and the size of the largest sum.
  const VerifierKey probabilities = classifier({.one_class = true, .negative = false}, 2);
  for (const VerifierKey& other : {classifier({.one_class = true}, 2), classifier({.leaf = 8, .one_class = true, .negative = false}, 2)}) {
    const Paths paths = api::differing_fields(probabilities, other);
    EXPECT_EQ(paths.size(), 1u);
    EXPECT_TRUE(paths.begin()->ends_with(".coefficient"));
  }
}

}  // namespace
}  // namespace tacit
