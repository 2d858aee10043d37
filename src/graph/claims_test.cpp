#include "graph/claims.h"

#include "graph/classical_fixture.h"
#include "graph/committed_fixture.h"
#include "theorem/claim.h"
#include "theorem/float32.h"

namespace tacit {
namespace {

constexpr std::int64_t kRows = 9;

/// Scores of three classes for nine rows of four features.
Graph classifier() {
  Stream stream{21};
  return prepared(GraphFixture{}.input("x", {kRows, 4}).constant("w", random_tensor({4, 3}, stream)).node("Gemm", {"x", "w"}, {"y"}).output("y"));
}

Compiled claim_of(const Graph& graph, const CompileOptions& options) {
  auto claim = claim_accuracy(graph);
  EXPECT_TRUE(claim.ok()) << claim.error().text();
  return compiled(*claim, options);
}
CompileOptions held(int grid = kDefaultGrid) { return {.input = kHeld, .input_range = {{-1, 1}}, .grid = grid}; }

std::string objection(const Compiled& model) {
  const auto form = accuracy_form(model.theorem, model.ports);
  return form.ok() ? "" : form.error().text();
}

Tensor labels_of(const Ints& labels) { return make_int64({kRows}, labels); }

TEST(Claim, CountsTheRowsWhoseLabelIsTheModels) {
  const Graph graph = classifier();
  Stream stream{22};
  for (const int grid : {-16, -12, kFloat32Grid}) {
    const Compiled model = claim_of(graph, held(grid));
    expect_sound(model);
    EXPECT_EQ(objection(model), "") << grid;
    EXPECT_EQ(accuracy_form(model.theorem, model.ports)->rows, 9u);
    EXPECT_EQ(model.ports.inputs.back().scale, grid == -12 ? 0x1p-12 : 0x1p-16);
    const Tensor x = random_tensor({kRows, 4}, stream);
    const Tensor y = (*run_float(graph, {{"x", x}})).at("y");
    Ints labels;
    for (std::int64_t r = 0; r < kRows; ++r) labels.push_back(std::max_element(y.f.begin() + 3 * r, y.f.begin() + 3 * r + 3) - (y.f.begin() + 3 * r));
    for (std::int64_t wrong = 0; wrong <= kRows; ++wrong) {
      const Assignment a = run_integers(model, {{"x", x}, {kClaimLabels, labels_of(labels)}});
      EXPECT_EQ(to_logical(model.ports.outputs[0], a.columns), Ints{kRows - wrong});
      if (wrong < kRows) labels[static_cast<std::size_t>(wrong)] += wrong % 2 == 0 ? 1 : -7;
    }
  }
}

TEST(Claim, LabelsOfAnyIntegerHaveAProof) {
  const Compiled model = claim_of(classifier(), held());
  Stream stream{23};
  for (const std::int64_t label : {std::int64_t{-1}, std::int64_t{3}, std::int64_t{32767}, std::int64_t{-32768}}) {
    Assignment a = run_integers(model, {{"x", random_tensor({kRows, 4}, stream)}, {kClaimLabels, labels_of(Ints(kRows, label))}});
    EXPECT_EQ(to_logical(model.ports.outputs[0], a.columns), Ints{0});
    EXPECT_TRUE(count_multiplicities(model.theorem, a).ok());
  }
}

TEST(Claim, PublicRowsAreAClaimTooAndPrivateOnesAreNot) {
  const Graph graph = classifier();
  const Compiled open = claim_of(graph, {.input = Visibility::kPublic, .input_range = {{-1, 1}}});
  EXPECT_EQ(objection(open), "");
  const Compiled hidden = claim_of(graph, {.input = Visibility::kPrivate, .input_range = {{-1, 1}}});
  EXPECT_NE(objection(hidden).find("neither public nor committed"), std::string::npos);
}

TEST(Claim, IntegersThatAModelGivesAreItsLabels) {
  const Graph graph = prepared(GraphFixture{}.input("x", {kRows, 4}).node("ArgMax", {"x"}, {"best"}, {{"axis", Attribute{std::int64_t{1}}}}).output("best"));
  EXPECT_EQ(objection(claim_of(graph, held())), "");
}

TEST(Claim, WhatHoldsNoClassesIsRefusedByName) {
  const auto refusal = [](GraphFixture f) {
    const auto claim = claim_accuracy(prepared(std::move(f)));
    return claim.ok() ? std::string() : claim.error().text();
  };
  EXPECT_NE(refusal(GraphFixture{}.input("x", {kRows, 1}).node("Exp", {"x"}, {"y"}).output("y")).find("output \"y\""), std::string::npos);
  EXPECT_NE(refusal(GraphFixture{}.input("x", {kRows, 2, 2}).node("Exp", {"x"}, {"y"}).output("y")).find("needs a classifier"), std::string::npos);
}

/// Models whose answers see the labels: always right.
TEST(Claim, AnswersThatDependOnLabelsAreRefused) {
  Stream stream{24};
  const auto hostile = [&](const std::string& op) {
    GraphFixture f;
    f.input("x", {kRows, 4}).constant("w", random_tensor({4, 3}, stream));
    f.graph.inputs.push_back({kClaimLabels, {DType::kInt64, {kRows}, Element::kInt16}});
    f.node("Gemm", {"x", "w"}, {"y"}).node("ArgMax", {"y"}, {"best"}, {{"axis", Attribute{std::int64_t{1}}}, {"keepdims", Attribute{std::int64_t{0}}}});
    if (op == "Cast") f.node("Cast", {"best"}, {"mine"}, {{"to", Attribute{std::int64_t{5}}}}).node("Max", {"mine", kClaimLabels}, {"answers"});
    else f.node(op, {kClaimLabels}, {"answers"});
    f.node("CountEqual", {"answers", kClaimLabels}, {kClaimCorrect}).output(kClaimCorrect);
    f.graph.nodes.back().domain = kOwnDomain;
    return compiled(prepared(std::move(f)), held());
  };
  for (const std::string op : {"Cast", "Abs", "Identity"}) {
    const Compiled model = hostile(op);
    expect_sound(model);
    EXPECT_NE(objection(model), "") << op;
  }
}

/// Each change of the count alone, of a key that is otherwise as it should be.
TEST(Claim, EveryOtherFormIsRefused) {
  const Compiled model = claim_of(classifier(), held());
  const auto acc = [](Compiled& m, const std::string& name) -> Accumulator& {
    for (Accumulator& a : m.theorem.accumulators)
      if (a.name == name) return a;
    return m.theorem.accumulators.at(0);
  };
  const auto refused = [&](const char* what, auto&& change) {
    Compiled m = model;
    change(m);
    EXPECT_NE(objection(m), "") << what;
  };
  ASSERT_EQ(acc(const_cast<Compiled&>(model), "claim.over").name, "claim.over");
  refused("more rows than there are", [&](Compiled& m) { acc(m, kClaimCorrect).linears[0].coefficient = kRows + 1; });
  refused("answers that are too large do not count", [&](Compiled& m) { acc(m, kClaimCorrect).linears[1].coefficient = 0; });
  refused("answers that are too small do not count", [&](Compiled& m) { acc(m, kClaimCorrect).linears.pop_back(); });
  refused("one of them twice", [&](Compiled& m) { acc(m, kClaimCorrect).linears[2].column = acc(m, kClaimCorrect).linears[1].column; });
  refused("only some rows count", [&](Compiled& m) { acc(m, kClaimCorrect).linears[1].window.kernel_w = kRows - 1; });
  refused("answers beyond the labels by two", [&](Compiled& m) { acc(m, "claim.over").linears[0].coefficient = 2; });
  refused("over and under compare different columns", [&](Compiled& m) { acc(m, "claim.under").linears[0].column = acc(m, "claim.over").linears[1].column; });
  refused("another output", [](Compiled& m) { m.ports.outputs[0].name = "correct"; });
  refused("an output in halves", [](Compiled& m) { m.ports.outputs[0].scale = 0.5; });
  refused("a second output", [](Compiled& m) { m.ports.outputs.push_back(m.ports.outputs[0]); });
  refused("labels that are not the last input", [](Compiled& m) { std::swap(m.ports.inputs[0], m.ports.inputs[1]); });
  refused("labels on another grid", [](Compiled& m) { m.ports.inputs[1].scale = 0x1p-15; });
  refused("digits that are swapped", [](Compiled& m) { std::swap(m.ports.inputs[1].column, m.ports.inputs[1].low_column); });
  refused("labels that are kept between narrower limits", [](Compiled& m) {
    const ColumnId labels = accuracy_form(m.theorem, m.ports)->labels;
    for (const Lookup& l : m.theorem.lookups)
      if (l.tuple.size() == 2 && l.tuple[1].acc != kNone && l.tuple[0].linears[0].column == labels) m.theorem.tables[l.table].hi = 5;
  });
}

}  // namespace
}  // namespace tacit
