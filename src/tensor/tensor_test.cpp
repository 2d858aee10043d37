#include "tensor/tensor.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tensor/half.h"
#include "tensor/matmul.h"

namespace tacit {
namespace {

TEST(ElementCount, RefusesNegativeAndOverflowingShapes) {
  EXPECT_EQ(element_count({}), 1);
  EXPECT_EQ(element_count({2, 3, 4}), 24);
  EXPECT_EQ(element_count({std::int64_t{1} << 40, 0}), 0);
  EXPECT_EQ(element_count({0, -1}), std::nullopt);
  EXPECT_EQ(element_count({-2}), std::nullopt);
  EXPECT_EQ(element_count({std::int64_t{1} << 60}), std::nullopt);
  EXPECT_EQ(element_count({std::int64_t{1} << 32, std::int64_t{1} << 32}), std::nullopt);
  EXPECT_EQ(element_count({kMaxElements}), kMaxElements);
  EXPECT_EQ(element_count({kMaxElements, 2}), std::nullopt);
  EXPECT_EQ(element_count(Shape(kMaxRank + 1, 1)), std::nullopt);
}

TEST(Broadcast, FollowsNumpy) {
  EXPECT_EQ(broadcast({2, 1, 4}, {3, 1}), (Shape{2, 3, 4}));
  EXPECT_EQ(broadcast({}, {5}), (Shape{5}));
  EXPECT_EQ(broadcast({4, 3}, {4}), std::nullopt);
  EXPECT_EQ(broadcast_strides({3, 1}, {2, 3, 4}), (Shape{0, 1, 0}));
}

TEST(AddBroadcast, RepeatsBothOperandsAlongTheirUnitAxes) {
  Tensor column = make_float({2, 1}, {10, 20});
  Tensor row = make_float({3}, {1, 2, 3});
  Tensor sum = add_broadcast(column, row);
  EXPECT_EQ(sum.dims, (Shape{2, 3}));
  EXPECT_EQ(sum.f, (std::vector<float>{11, 12, 13, 21, 22, 23}));
  EXPECT_EQ(add_broadcast(make_float({}, {2}), make_float({}, {3})).f, (std::vector<float>{5}));
}

TEST(AddBroadcast, PerChannelBiasReachesEveryPixel) {
  Tensor x = zeros({2, 2, 1, 2});
  Tensor bias = make_float({2, 1, 1}, {1, -1});
  EXPECT_EQ(add_broadcast(x, bias).f, (std::vector<float>{1, 1, -1, -1, 1, 1, -1, -1}));
}

TEST(Half, WidensNormalSubnormalAndInfinite) {
  EXPECT_EQ(half_to_float(0x3C00), 1.0f);
  EXPECT_EQ(half_to_float(0xC100), -2.5f);
  EXPECT_EQ(half_to_float(0x0001), std::ldexp(1.0f, -24));
  EXPECT_EQ(half_to_float(0x7BFF), 65504.0f);
  EXPECT_TRUE(std::signbit(half_to_float(0x8000)));
  EXPECT_EQ(half_to_float(0xFC00), -std::numeric_limits<float>::infinity());
  EXPECT_TRUE(std::isnan(half_to_float(0x7E00)));
  EXPECT_EQ(bfloat16_to_float(0xC040), -3.0f);
}

/// Small integers, so that every order of summation is exact.
float entry(std::int64_t n) { return static_cast<float>((n * 7 + 3) % 11 - 5); }

void expect_product(std::int64_t m, std::int64_t n, std::int64_t k, bool trans_a, bool trans_b) {
  std::vector<float> a(m * k), b(k * n), c(m * n, -77.0f);
  for (std::size_t x = 0; x < a.size(); ++x) a[x] = entry(x);
  for (std::size_t x = 0; x < b.size(); ++x) b[x] = entry(5 * x + 1);
  MatrixView va{a.data(), trans_a ? 1 : k, trans_a ? m : 1};
  MatrixView vb{b.data(), trans_b ? 1 : n, trans_b ? k : 1};
  matmul(va, vb, c.data(), n, m, n, k);
  for (std::int64_t r = 0; r < m; ++r) {
    for (std::int64_t j = 0; j < n; ++j) {
      float want = 0;
      for (std::int64_t p = 0; p < k; ++p) {
        want += va.data[r * va.row_stride + p * va.col_stride] * vb.data[p * vb.row_stride + j * vb.col_stride];
      }
      ASSERT_EQ(c[r * n + j], want) << m << "x" << k << "x" << n << " at " << r << "," << j;
    }
  }
}

TEST(Matmul, AgreesWithTheDefinitionForEveryLayoutAndEdge) {
  for (std::int64_t m : {1, 3, 4, 9}) {
    for (std::int64_t n : {1, 15, 16, 33}) {
      for (std::int64_t k : {1, 63, 130}) {
        for (int layout = 0; layout < 4; ++layout) expect_product(m, n, k, layout & 1, layout & 2);
      }
    }
  }
}

TEST(Elements, WrapAsTheirTypeDoes) {
  EXPECT_EQ(wrapped(128, Element::kInt8), -128);
  EXPECT_EQ(wrapped(-129, Element::kInt8), 127);
  EXPECT_EQ(wrapped(-1, Element::kUint8), 255);
  EXPECT_EQ(wrapped(65536 + 7, Element::kUint16), 7);
  EXPECT_EQ(wrapped(std::int64_t{1} << 31, Element::kInt32), INT32_MIN);
  EXPECT_EQ(wrapped(-1, Element::kUint32), UINT32_MAX);
  EXPECT_EQ(wrapped(-5, Element::kBool), 1);
  EXPECT_EQ(wrapped(INT64_MIN, Element::kPlain), INT64_MIN);
  EXPECT_TRUE(range_of_element(Element::kUint64).holds(wrapped(-1, Element::kUint64)));
}

TEST(Elements, HoldTheRangeOfTheirType) {
  EXPECT_EQ(range_of_element(Element::kInt16), (IntegerRange{-32768, 32767}));
  EXPECT_TRUE(range_of_element(Element::kInt16).holds(range_of_element(Element::kUint8)));
  EXPECT_FALSE(range_of_element(Element::kUint16).holds(-1));
}

TEST(Elements, RepeatUnderBroadcasting) {
  Tensor t = make_int64({2, 1}, {5, 7});
  t.element = Element::kUint8;
  const Tensor out = broadcast_to(t, {2, 3});
  EXPECT_EQ(out.i, (std::vector<std::int64_t>{5, 5, 5, 7, 7, 7}));
  EXPECT_EQ(out.element, Element::kUint8);
  EXPECT_EQ(broadcast_all({{3, 1}, {}, {4}}), (Shape{3, 4}));
  EXPECT_FALSE(broadcast_all({{3}, {4}}).has_value());
}

}  // namespace
}  // namespace tacit
