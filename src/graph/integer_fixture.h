// For tests only: compiles a small graph and runs its theorem on integers that the test chooses.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "graph/compile.h"
#include "graph/graph_fixture.h"
#include "graph/prepare.h"
#include "theorem/run.h"

namespace tacit {

using Ints = std::vector<std::int64_t>;  ///< a logical tensor's integers, row-major

/// The same stream of numbers in every run.
struct Stream {
  std::uint64_t state;
  std::uint64_t next() {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return state >> 33;
  }
  double real(double lo, double hi) { return lo + (hi - lo) * static_cast<double>(next()) * 0x1p-31; }
  std::int64_t integer(std::int64_t lo, std::int64_t hi) {
    return lo + static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(hi - lo + 1));
  }
};

inline Tensor random_tensor(Shape dims, Stream& stream, double lo = -1, double hi = 1) {
  Tensor t = zeros(std::move(dims));
  for (float& v : t.f) v = static_cast<float>(stream.real(lo, hi));
  return t;
}

/// The graph, ordered and prepared. One that is refused fails the test.
inline Graph prepared_graph(GraphFixture f) {
  EXPECT_TRUE(order_nodes(f.graph).ok());
  auto graph = prepare(std::move(f.graph));
  EXPECT_TRUE(graph.ok()) << graph.error().text();
  return std::move(*graph);
}

class IntegerFixture {
 public:
  /// Compiles for inputs in [-1, 1], calibrated on random ones or on one whose entries are all `calibration`.
  /// A graph that cannot be compiled fails the test.
  explicit IntegerFixture(GraphFixture source, QuantOptions quant = {}, std::optional<float> calibration = {}) {
    EXPECT_TRUE(order_nodes(source.graph).ok());
    auto graph = prepare(std::move(source.graph));
    if (!graph.ok()) {
      ADD_FAILURE() << graph.error().text();
      return;
    }
    std::vector<TensorMap> samples(calibration ? 1 : 0);
    for (const ValueInfo& input : graph->inputs) {
      if (!calibration) break;
      samples[0][input.name] = zeros(input.type.dims);
      for (float& v : samples[0][input.name].f) v = *calibration;
    }
    auto compiled = compile(*graph, samples, {}, {.quant = quant, .input_range = {{-1, 1}}});
    if (!compiled.ok()) {
      ADD_FAILURE() << compiled.error().text();
      return;
    }
    model = std::move(*compiled);
    ok = true;
  }

  /// Inputs of every kind: 0 random, 1 all at the top, 2 all at the bottom, 3 only extremes, at random.
  std::vector<Ints> inputs(int kind, Stream& stream) const {
    std::vector<Ints> all;
    for (const Port& port : model.ports.inputs) {
      const Column& column = model.theorem.columns[port.column];
      Ints values(port.size());
      for (std::int64_t& v : values) {
        v = kind == 1 ? column.hi : kind == 2 ? column.lo : stream.integer(column.lo, column.hi);
        if (kind == 3) v = v >= 0 ? column.hi : column.lo;
      }
      all.push_back(std::move(values));
    }
    return all;
  }

  /// Output 0 of the theorem, as a logical tensor. Every statement must hold.
  Ints run(const std::vector<Ints>& inputs) {
    Assignment a;
    a.columns.resize(model.theorem.columns.size());
    std::size_t next = 0;
    for (ColumnId id = 0; id < a.columns.size(); ++id) {
      if (model.theorem.columns[id].home == Home::kWeights) a.columns[id] = model.weights[next++];
    }
    for (std::size_t k = 0; k < inputs.size(); ++k) {
      const Port& port = model.ports.inputs[k];
      if (!port.has_digits()) {
        a.columns[port.column] = place(port, inputs[k]);
        continue;
      }
      Ints high, low;
      for (const std::int64_t order : inputs[k]) high.push_back(order >> 16), low.push_back(order & kLowMax);
      a.columns[port.column] = place(port, high);
      a.columns[port.low_column] = place(port, low);
    }
    run_steps(model.theorem, a);
    Status held = count_multiplicities(model.theorem, a);
    EXPECT_TRUE(held.ok()) << held.error().text();
    const std::vector<std::int32_t> out = to_logical(model.ports.outputs[0], a.columns[model.ports.outputs[0].column]);
    return {out.begin(), out.end()};
  }

  /// The integers of the weights column of this name.
  Ints weights(const std::string& name) const {
    std::size_t next = 0;
    for (const Column& column : model.theorem.columns) {
      if (column.home != Home::kWeights) continue;
      if (column.name == name) return {model.weights[next].begin(), model.weights[next].end()};
      ++next;
    }
    ADD_FAILURE() << "no weights column " << name;
    return {};
  }
  /// 2^16 high + low.
  Ints constants(const std::string& node) const {
    Ints high = weights(node + ".bias_high"), low = weights(node + ".bias_low");
    for (std::size_t k = 0; k < high.size(); ++k) high[k] = high[k] * 65536 + low[k];
    return high;
  }
  /// How the last statement rounds and clamps.
  std::int64_t requantise(std::int64_t acc) const {
    const Requantise& r = model.theorem.steps.back().requantise;
    const std::int64_t unit = std::int64_t{1} << r.shift;
    std::int64_t sum = acc + unit / 2, q = sum / unit;
    if (q * unit > sum) --q;  // division rounds towards zero, we need the floor
    return q < r.lo ? r.lo : q > r.hi ? r.hi : q;
  }
  const Accumulator& accumulator() const { return model.theorem.accumulators.back(); }

  Compiled model;
  bool ok = false;

 private:
  static IntColumn place(const Port& port, const Ints& logical) {
    IntColumn column(logical.size());
    for (std::size_t flat = 0; flat < logical.size(); ++flat) {
      const std::size_t i = flat % port.inner, r = flat / port.inner % port.rows, n = flat / port.inner / port.rows;
      column[(r * port.batch + n) * port.inner + i] = static_cast<std::int32_t>(logical[flat]);
    }
    return column;
  }
};

/// The theorem and the reference agree bit for bit on random and on extreme inputs.
inline void expect_equal(IntegerFixture& f, const std::function<Ints(const std::vector<Ints>&)>& reference) {
  ASSERT_TRUE(f.ok);
  Stream stream{42};
  for (int kind = 0; kind < 4; ++kind) {
    const std::vector<Ints> in = f.inputs(kind, stream);
    ASSERT_EQ(f.run(in), reference(in)) << "inputs of kind " << kind;
  }
}

}  // namespace tacit
