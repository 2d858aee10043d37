// Matrix products and element-wise operators against plain integer loops over their ONNX definition, bit for bit.
#include <gtest/gtest.h>

#include <algorithm>

#include "graph/integer_fixture.h"

namespace tacit {
namespace {

Ints reference_dense(const IntegerFixture& f, const std::string& node, const Ints& x, std::size_t rows, std::size_t k) {
  const Ints weight = f.weights(node + ".weight"), bias = f.constants(node);
  Ints out;
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t j = 0; j < weight.size() / k; ++j) {
      std::int64_t acc = bias[j];
      for (std::size_t p = 0; p < k; ++p) acc += weight[j * k + p] * x[row * k + p];
      out.push_back(f.requantise(acc));
    }
  }
  return out;
}

TEST(IntegerGemm, EqualsItsDefinitionAlsoBehindAFlatten) {
  for (std::int64_t batch : {1, 3}) {
    for (std::int64_t trans_b : {0, 1}) {
      Stream stream{9};
      IntegerFixture f(GraphFixture{}
                           .input("x", {batch, 3, 2, 2})
                           .constant("w", random_tensor(trans_b ? Shape{5, 12} : Shape{12, 5}, stream))
                           .constant("b", random_tensor({5}, stream))
                           .node("Relu", {"x"}, {"r"})
                           .node("Flatten", {"r"}, {"v"})
                           .node("Gemm", {"v", "w", "b"}, {"y"}, {{"transB", Attribute{trans_b}}})
                           .output("y"));
      expect_equal(f, [&](const std::vector<Ints>& in) {
        Ints x = in[0];
        for (std::int64_t& v : x) v = std::max<std::int64_t>(v, 0);  // a copy at its own scale is exact
        return reference_dense(f, "Gemm_2", x, batch, 12);
      });
    }
  }
}

TEST(IntegerGemm, ReadsATransposedInput) {
  Stream stream{3};
  IntegerFixture f(GraphFixture{}.input("x", {4, 3}).constant("w", random_tensor({4, 2}, stream))
                       .constant("b", random_tensor({2}, stream))
                       .node("Gemm", {"x", "w", "b"}, {"y"}, {{"transA", Attribute{std::int64_t{1}}}}).output("y"));
  expect_equal(f, [&](const std::vector<Ints>& in) {
    Ints x(12);
    for (std::size_t p = 0; p < 4; ++p) {
      for (std::size_t m = 0; m < 3; ++m) x[m * 4 + p] = in[0][p * 3 + m];
    }
    return reference_dense(f, "Gemm_0", x, 3, 4);
  });
}

TEST(IntegerMatMul, EqualsItsDefinitionOnTheLastAxis) {
  Stream stream{5};
  IntegerFixture f(GraphFixture{}.input("x", {2, 3, 4}).constant("w", random_tensor({4, 5}, stream))
                       .constant("b", random_tensor({5}, stream)).node("MatMul", {"x", "w"}, {"a"})
                       .node("Add", {"a", "b"}, {"y"}).output("y"));
  expect_equal(f, [&](const std::vector<Ints>& in) { return reference_dense(f, "MatMul_0", in[0], 6, 4); });
}

TEST(IntegerMatMul, EqualsItsDefinitionWithTheConstantOnTheLeft) {
  Stream stream{6};
  IntegerFixture f(GraphFixture{}.input("x", {2, 3, 4}).constant("w", random_tensor({5, 3}, stream))
                       .node("MatMul", {"w", "x"}, {"y"}).output("y"));
  expect_equal(f, [&](const std::vector<Ints>& in) {
    const Ints w = f.weights("MatMul_0.weight");
    Ints out;
    for (int at = 0; at < 2 * 5 * 4; ++at) {
      std::int64_t acc = 0;
      for (int p = 0; p < 3; ++p) acc += w[at / 4 % 5 * 3 + p] * in[0][(at / 20 * 3 + p) * 4 + at % 4];
      out.push_back(f.requantise(acc));
    }
    return out;
  });
}

TEST(IntegerAdd, SumsTwoTensorsAtTheirOwnScales) {
  for (const Shape& small : {Shape{2, 3, 2, 2}, Shape{1, 3, 1, 1}, Shape{2, 1, 2, 1}, Shape{1}}) {
    SCOPED_TRACE(shape_text(small));
    IntegerFixture f(GraphFixture{}.input("x", {2, 3, 2, 2}).input("z", small).node("Add", {"x", "z"}, {"y"}).output("y"));
    Shape padded = small;
    padded.insert(padded.begin(), 4 - padded.size(), 1);
    const Shape strides = broadcast_strides(padded, {2, 3, 2, 2});
    expect_equal(f, [&](const std::vector<Ints>& in) {
      const auto& terms = f.accumulator().linears;
      Ints out;
      for (std::int64_t at = 0; at < 24; ++at) {
        const std::int64_t z = at / 12 * strides[0] + at / 4 % 3 * strides[1] + at / 2 % 2 * strides[2] + at % 2 * strides[3];
        out.push_back(f.requantise(terms[0].coefficient * in[0][at] + terms[1].coefficient * in[1][z]));
      }
      return out;
    });
  }
}

TEST(IntegerAdd, AddsConstantsOfEveryShape) {
  for (const Shape& dims : {Shape{}, Shape{3, 1, 1}, Shape{2, 2}, Shape{3, 2, 2}, Shape{2, 1, 1, 1}, Shape{2, 3, 2, 2}}) {
    SCOPED_TRACE(shape_text(dims));
    Stream stream{11};
    IntegerFixture f(GraphFixture{}.input("x", {2, 3, 2, 2}).constant("c", random_tensor(dims, stream))
                         .node("Add", {"c", "x"}, {"y"}).output("y"));
    EXPECT_LT(f.model.fidelity.outputs[0].max, 2e-4);
    expect_equal(f, [&](const std::vector<Ints>& in) {
      const Ints c = f.constants("Add_0");
      Shape padded = dims;
      padded.insert(padded.begin(), 4 - padded.size(), 1);
      const Shape step = broadcast_strides(padded, {2, 3, 2, 2});
      const std::int64_t columns = padded[0] * padded[2] * padded[3];
      Ints out;
      for (std::int64_t at = 0; at < 24; ++at) {  // a constants column is [rows, batch * positions]
        const std::int64_t n = at / 12, r = at / 4 % 3, i = at % 4;
        const std::int64_t row = step[1] != 0 ? r : 0;
        const std::int64_t column = (step[0] != 0 ? n : 0) * padded[2] * padded[3] + (step[3] != 0 ? i : 0);
        out.push_back(f.requantise(f.accumulator().linears[0].coefficient * in[0][at] + c[row * columns + column]));
      }
      return out;
    });
  }
}

TEST(IntegerBatchNormalization, ScalesEachChannel) {
  Stream stream{12};
  IntegerFixture f(GraphFixture{}.input("x", {2, 3, 2, 2}).constant("g", random_tensor({3}, stream))
                       .constant("b", random_tensor({3}, stream)).constant("m", random_tensor({3}, stream))
                       .constant("v", random_tensor({3}, stream, 0.5, 2))
                       .node("BatchNormalization", {"x", "g", "b", "m", "v"}, {"y"}).output("y"));
  EXPECT_LT(f.model.fidelity.outputs[0].max, 2e-4);
  expect_equal(f, [&](const std::vector<Ints>& in) {
    const Ints w = f.weights("BatchNormalization_0.weight"), c = f.constants("BatchNormalization_0");
    Ints out;
    for (int at = 0; at < 24; ++at) out.push_back(f.requantise(w[at / 4 % 3] * in[0][at] + c[at / 4 % 3]));
    return out;
  });
}

TEST(IntegerClip, IsExactOnItsOwnInput) {
  IntegerFixture f(GraphFixture{}.input("x", {1, 7}).constant("lo", make_float({}, {-0.25})).constant("hi", make_float({}, {0.5}))
                       .node("Clip", {"x", "lo", "hi"}, {"y"}).output("y"));
  const double scale = f.model.ports.inputs[0].scale;
  expect_equal(f, [&](const std::vector<Ints>& in) {
    Ints out = in[0];
    for (std::int64_t& v : out) v = std::clamp(v, round_half_up(-0.25 / scale), round_half_up(0.5 / scale));
    return out;
  });
}

TEST(IntegerClip, LeavesALimitThatNoValueReaches) {
  // A Sigmoid's column is never negative; what is clamped below 0 is a number that the column cannot hold.
  IntegerFixture f(GraphFixture{}.input("x", {1, 3}).constant("lo", make_float({}, {-0.9f})).constant("hi", make_float({}, {-0.8f}))
                       .node("Sigmoid", {"x"}, {"s"}).node("Clip", {"s", "lo", "hi"}, {"y"}).output("y"));
  const std::int64_t limit = round_half_up(static_cast<double>(-0.8f) / f.model.ports.outputs[0].scale);
  EXPECT_LT(limit, -100);
  expect_equal(f, [&](const std::vector<Ints>&) { return Ints(3, limit); });
}

TEST(IntegerClip, OfIntegersIsExactEvenWhereOneIsLeft) {
  const std::pair<std::int64_t, std::int64_t> limits[] = {{1, 3}, {2, 2}, {0, 0}, {4, 4}, {3, 1}, {-9, -7}, {40, 50}};
  for (const auto& [lo, hi] : limits) {
    SCOPED_TRACE(lo);
    IntegerFixture f(GraphFixture{}.input("x", {1, 5}).constant("lo", make_int64({}, {lo})).constant("hi", make_int64({}, {hi}))
                         .node("ArgMax", {"x"}, {"i"}, {{"axis", std::int64_t{1}}}).node("Clip", {"i", "lo", "hi"}, {"y"}).output("y"));
    EXPECT_EQ(f.model.ports.outputs[0].scale, 1);
    expect_equal(f, [&](const std::vector<Ints>& in) {
      const std::int64_t index = std::max_element(in[0].begin(), in[0].end()) - in[0].begin();
      return Ints{std::min(std::max(index, lo), hi)};
    });
  }
}

}  // namespace
}  // namespace tacit
