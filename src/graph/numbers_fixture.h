// For tests only: one architecture with every kind of trained number (kernel, bias, normalisation, residual, dense layer),
// filled with numbers of the test's choice.
#pragma once

#include "graph/integer_fixture.h"

namespace tacit {

struct Numbers {
  Tensor kernel, bias, scale, shift, dense, places;
};

inline Numbers random_numbers(std::uint64_t seed) {
  Stream s{seed};
  return {random_tensor({4, 2, 3, 3}, s), random_tensor({4}, s), random_tensor({4}, s, 0.5, 1), random_tensor({4}, s),
          random_tensor({64, 3}, s), random_tensor({1, 3}, s)};
}

/// Other numbers of the same sizes: in other places, with other signs.
inline Numbers moved(Numbers n) {
  for (Tensor* t : {&n.kernel, &n.bias, &n.dense, &n.shift}) {
    std::reverse(t->f.begin(), t->f.end());
    for (float& v : t->f) v = -v;
  }
  return n;
}

inline Graph model_of(const Numbers& n) {
  GraphFixture f = GraphFixture{}.input("x", {1, 2, 4, 4}).constant("kernel", n.kernel).constant("bias", n.bias)
      .constant("scale", n.scale).constant("shift", n.shift).constant("mean", zeros({4}))
      .constant("variance", make_float({4}, {1, 1, 1, 1})).constant("dense", n.dense).constant("places", n.places)
      .node("Conv", {"x", "kernel", "bias"}, {"c"}, {{"pads", std::vector<std::int64_t>{1, 1, 1, 1}}})
      .node("Relu", {"c"}, {"r"}).node("BatchNormalization", {"r", "scale", "shift", "mean", "variance"}, {"n"})
      .node("Add", {"n", "r"}, {"a"}).node("Flatten", {"a"}, {"f"}).node("Gemm", {"f", "dense", "places"}, {"y"}).output("y");
  EXPECT_TRUE(order_nodes(f.graph).ok());
  auto graph = prepare(std::move(f.graph));
  EXPECT_TRUE(graph.ok()) << graph.error().text();
  return std::move(*graph);
}

inline std::vector<TensorMap> samples_of_numbers() {
  Stream s{3};
  return {{{"x", random_tensor({1, 2, 4, 4}, s)}}, {{"x", random_tensor({1, 2, 4, 4}, s)}}};
}

}  // namespace tacit
