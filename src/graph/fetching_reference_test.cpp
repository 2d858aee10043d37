// Operators that pick elements by computed indices: the theorem's integers against the operator on integers, bit for bit, for
// legal indices and for those that ONNX calls errors; and what stays hidden.
#include <gtest/gtest.h>

#include "graph/execute.h"
#include "graph/integer_fixture.h"
#include "graph/key_fixture.h"

namespace tacit {
namespace {

struct FetchCase {
  const char* op;
  Shape data, indices;
  std::map<std::string, Attribute> attributes;
  std::int64_t extent;  ///< indices that are tried lie a little beyond [-extent, extent)
};

GraphFixture fetched(const FetchCase& c, bool integers) {
  GraphFixture g;
  g.graph.inputs.push_back({"x", {integers ? DType::kInt64 : DType::kFloat, c.data}});
  g.graph.inputs.push_back({"i", {DType::kInt64, c.indices}});
  g.node(c.op, {"x", "i"}, {"y"}, c.attributes).output("y");
  return g;
}

std::map<std::string, Attribute> one(const char* name, std::int64_t value) { return {{name, Attribute{value}}}; }

const FetchCase kFetchCases[] = {
    {"Gather", {5}, {3}, {}, 5},
    {"Gather", {7, 20}, {2, 3}, {}, 7},
    {"Gather", {40, 17}, {5}, {}, 40},
    {"Gather", {2, 3, 4}, {2, 2}, one("axis", 1), 3},
    {"Gather", {2, 3, 4}, {}, one("axis", -1), 4},
    {"Gather", {1, 3}, {2}, {}, 1},
    {"GatherElements", {3, 2}, {4, 2}, {}, 3},
    {"GatherElements", {2, 3, 4}, {2, 3, 2}, one("axis", 2), 4},
    {"GatherElements", {2, 3, 4}, {2, 5, 3}, one("axis", 1), 3},
    {"GatherND", {2, 3, 4}, {2, 2, 1}, one("batch_dims", 1), 3},
    {"GatherND", {3, 2, 35}, {3, 2}, {}, 3},
    {"GatherND", {3, 1, 2}, {4, 3}, {}, 3},
    {"GatherND", {2, 3, 4, 18}, {2, 5, 2}, one("batch_dims", 1), 4},
};

/// The graph as it is computed, on integers.
Ints computed(const Graph& graph, const std::vector<Ints>& in) {
  TensorMap inputs;
  for (std::size_t k = 0; k < in.size(); ++k) {
    const TensorType& type = graph.inputs[k].type;
    inputs[graph.inputs[k].name] = type.dtype == DType::kInt64 ? make_int64(type.dims, in[k]) : make_float(type.dims, {in[k].begin(), in[k].end()});
  }
  const Tensor y = run_float(graph, inputs)->at("y");
  return y.dtype == DType::kInt64 ? Ints(y.i) : Ints(y.f.begin(), y.f.end());
}

TEST(Fetching, IsTheOperatorForEveryIndex) {
  for (const FetchCase& c : kFetchCases) {
    SCOPED_TRACE(std::string(c.op) + " " + shape_text(c.data) + " by " + shape_text(c.indices));
    IntegerFixture f(fetched(c, true));
    ASSERT_TRUE(f.ok);
    expect_legal(f.model);
    GraphFixture copy = fetched(c, true);
    auto graph = prepare(std::move(copy.graph));
    ASSERT_TRUE(graph.ok());
    Stream stream{11};
    for (int round = 0; round < 4; ++round) {
      std::vector<Ints> in = f.inputs(round, stream);
      if (round < 3) {
        for (std::int64_t& v : in[1]) v = stream.integer(-c.extent - round, c.extent - 1 + round);
      }
      ASSERT_EQ(f.run(in), computed(*graph, in)) << "round " << round;
    }
  }
}

TEST(Fetching, OfFloatsIsClose) {
  for (const FetchCase& c : kFetchCases) {
    SCOPED_TRACE(std::string(c.op) + " " + shape_text(c.data) + " by " + shape_text(c.indices));
    IntegerFixture f(fetched(c, false));
    ASSERT_TRUE(f.ok);
    expect_legal(f.model);
    EXPECT_LT(f.model.fidelity.outputs[0].max, 0x1p-14 * f.model.fidelity.outputs[0].range);
  }
}

GraphFixture embedding(std::uint64_t seed) {
  Stream stream{seed};
  GraphFixture g;
  g.graph.inputs.push_back({"i", {DType::kInt64, {1, 4}}});
  return g.constant("table", random_tensor({9, 33}, stream, -0.9, 0.9)).node("Gather", {"table", "i"}, {"y"}).output("y");
}

TEST(Embedding, IsAColumnOfWeightsAndTheTheoremDoesNotDependOnIt) {
  IntegerFixture f(embedding(1)), other(embedding(2));
  ASSERT_TRUE(f.ok && other.ok);
  expect_legal(f.model);
  EXPECT_EQ(f.weights("table").size(), 9u * 33u);
  EXPECT_NE(f.weights("table"), other.weights("table"));
  EXPECT_EQ(f.model.theorem.tables, other.model.theorem.tables);
  EXPECT_EQ(f.model.theorem.lookups, other.model.theorem.lookups);
  EXPECT_LT(f.model.fidelity.outputs[0].max, 1e-4);
}

TEST(Embedding, TakesSixteenElementsOfARowAtATime) {
  IntegerFixture f(embedding(1));
  ASSERT_TRUE(f.ok);
  const auto table = std::find_if(f.model.theorem.tables.begin(), f.model.theorem.tables.end(), [](const Table& t) { return t.kind == TableKind::kColumns; });
  ASSERT_NE(table, f.model.theorem.tables.end());
  EXPECT_EQ(table->rows, 3u);
  EXPECT_EQ(table->cols, 9u);
  EXPECT_EQ(table->entries.size(), 11u);
}

TEST(Fetching, RefusesAConstantIndexOutside) {
  GraphFixture g;
  g.input("x", {3, 2}).constant("i", make_int64({1}, {3})).node("Gather", {"x", "i"}, {"y"}).output("y");
  const auto outside = prepare(std::move(g.graph));
  ASSERT_FALSE(outside.ok());
  EXPECT_NE(outside.error().text().find("index 3 is outside of an axis of 3"), std::string::npos);
}

}  // namespace
}  // namespace tacit
