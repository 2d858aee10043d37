// Sequences of tensors that are followed when the model is compiled.
#include <gtest/gtest.h>

#include "graph/execute.h"
#include "graph/integer_fixture.h"

namespace tacit {
namespace {

using Floats = std::vector<float>;

GraphFixture three() {
  GraphFixture g;
  for (const char* name : {"a", "b", "c"}) g.input(name, {1, 2});
  for (const std::int64_t k : {-1, 0, 1, 3}) g.constant("p" + std::to_string(k), make_int64({}, {k}));
  return g.node("SequenceConstruct", {"a", "b", "c"}, {"s"});
}

Result<Tensor> run(GraphFixture g) {
  EXPECT_TRUE(order_nodes(g.graph).ok());
  TACIT_TRY(const Graph graph, prepare(std::move(g.graph)));
  TACIT_TRY(const TensorMap values, run_float(graph, {{"a", make_float({1, 2}, {1, 2})}, {"b", make_float({1, 2}, {3, 4})}, {"c", make_float({1, 2}, {5, 6})}}));
  return values.at("y");
}

Floats floats(GraphFixture g) {
  auto y = run(std::move(g));
  EXPECT_TRUE(y.ok()) << y.error().text();
  return y.ok() ? y->f : Floats{};
}

TEST(Sequences, GiveTheTensorAtAPlace) {
  EXPECT_EQ(floats(three().node("SequenceAt", {"s", "p0"}, {"y"}).output("y")), (Floats{1, 2}));
  EXPECT_EQ(floats(three().node("SequenceAt", {"s", "p-1"}, {"y"}).output("y")), (Floats{5, 6}));
  EXPECT_FALSE(run(three().node("SequenceAt", {"s", "p3"}, {"y"}).output("y")).ok());
}

TEST(Sequences, AreChangedByInsertingAndErasing) {
  auto at = [](GraphFixture g, const char* place) { return floats(g.node("SequenceAt", {"t", place}, {"y"}).output("y")); };
  EXPECT_EQ(at(three().node("SequenceInsert", {"s", "b"}, {"t"}), "p3"), (Floats{3, 4}));
  EXPECT_EQ(at(three().node("SequenceInsert", {"s", "c", "p0"}, {"t"}), "p0"), (Floats{5, 6}));
  EXPECT_EQ(at(three().node("SequenceInsert", {"s", "a", "p-1"}, {"t"}), "p-1"), (Floats{5, 6}));
  EXPECT_EQ(at(three().node("SequenceInsert", {"s", "a", "p3"}, {"t"}), "p-1"), (Floats{1, 2}));
  EXPECT_EQ(at(three().node("SequenceErase", {"s"}, {"t"}), "p-1"), (Floats{3, 4}));
  EXPECT_EQ(at(three().node("SequenceErase", {"s", "p0"}, {"t"}), "p0"), (Floats{3, 4}));
  EXPECT_EQ(at(three().node("SequenceEmpty", {}, {"e"}).node("SequenceInsert", {"e", "c"}, {"t"}), "p0"), (Floats{5, 6}));
}

TEST(Sequences, AreJoined) {
  auto joined = [](std::int64_t axis, std::int64_t stacks) {
    return run(three().node("ConcatFromSequence", {"s"}, {"y"}, {{"axis", Attribute{axis}}, {"new_axis", Attribute{stacks}}}).output("y")).value();
  };
  EXPECT_EQ(joined(1, 0).dims, (Shape{1, 6}));
  EXPECT_EQ(joined(1, 0).f, (Floats{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(joined(-1, 1).dims, (Shape{1, 2, 3}));
  EXPECT_EQ(joined(-1, 1).f, (Floats{1, 3, 5, 2, 4, 6}));
}

TEST(Sequences, AreMadeOfPartsOfATensor) {
  auto wide = [](std::vector<std::string> operands, std::int64_t keeps) {
    return three().node("Concat", {"a", "b", "c"}, {"x"}, {{"axis", Attribute{std::int64_t{1}}}}).constant("four", make_int64({}, {4}))
        .constant("lengths", make_int64({2}, {1, 5})).node("SplitToSequence", std::move(operands), {"t"}, {{"axis", Attribute{std::int64_t{1}}}, {"keepdims", Attribute{keeps}}});
  };
  const Tensor one = run(wide({"x"}, 0).node("SequenceAt", {"t", "p3"}, {"y"}).output("y")).value();
  EXPECT_EQ(one.dims, (Shape{1}));
  EXPECT_EQ(one.f, (Floats{4}));
  EXPECT_EQ(run(wide({"x"}, 1).node("SequenceAt", {"t", "p3"}, {"y"}).output("y")).value().dims, (Shape{1, 1}));
  EXPECT_EQ(floats(wide({"x", "four"}, 1).node("SequenceAt", {"t", "p-1"}, {"y"}).output("y")), (Floats{5, 6}));
  EXPECT_EQ(floats(wide({"x", "lengths"}, 1).node("SequenceAt", {"t", "p1"}, {"y"}).output("y")), (Floats{2, 3, 4, 5, 6}));
  EXPECT_EQ(run(wide({"x"}, 1).node("SequenceLength", {"t"}, {"y"}).output("y")).value().i, (std::vector<std::int64_t>{6}));
}

TEST(Sequences, AreRefusedWhereTheyAreNotKnown) {
  auto why = [](GraphFixture g) { return run(std::move(g)).error().text(); };
  EXPECT_NE(why(three().output("s")).find("is a sequence"), std::string::npos);
  EXPECT_NE(why(three().node("Identity", {"s"}, {"y"}).output("y")).find("reads a sequence"), std::string::npos);
  EXPECT_NE(why(three().node("ArgMax", {"a"}, {"p"}).node("SequenceAt", {"s", "p"}, {"y"}).output("y")).find("must be a constant"), std::string::npos);
  EXPECT_NE(why(three().node("SequenceAt", {"a", "p0"}, {"y"}).output("y")).find("no sequence"), std::string::npos);
}

/// Each list is a copy of the one before: what a file asks for is counted in all.
TEST(Sequences, AreRefusedWhereTheyGrowWithoutBound) {
  GraphFixture g = three();
  std::string last = "s";
  for (int k = 0; k < 3000; ++k) {
    const std::string next = "s" + std::to_string(k);
    g.node("SequenceInsert", {last, "a"}, {next});
    last = next;
  }
  const auto y = run(g.node("SequenceAt", {last, "p0"}, {"y"}).output("y"));
  ASSERT_FALSE(y.ok());
  EXPECT_NE(y.error().text().find("too many sequences"), std::string::npos) << y.error().text();
}

}  // namespace
}  // namespace tacit
