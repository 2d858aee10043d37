// For tests only: models with committed inputs and outputs, run on integers of the grid, and their formulas by hand.
#pragma once

#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "graph/compile.h"
#include "graph/fidelity.h"
#include "graph/integer_fixture.h"
#include "theorem/bounds.h"
#include "theorem/committed.h"
#include "theorem/definitions.h"

namespace tacit {

inline constexpr Visibility kHeld = Visibility::kCommitted;

inline Graph prepared(GraphFixture f) {
  EXPECT_TRUE(order_nodes(f.graph).ok());
  auto graph = prepare(std::move(f.graph));
  EXPECT_TRUE(graph.ok()) << graph.error().text();
  return std::move(*graph);
}

inline Compiled compiled(const Graph& graph, const CompileOptions& options) {
  auto model = compile(graph, {}, {}, options);
  EXPECT_TRUE(model.ok()) << model.error().text();
  return model.ok() ? std::move(*model) : Compiled{};
}

inline GraphFixture dense_graph() {
  Stream stream{11};
  return GraphFixture{}.input("x", {2, 5}).constant("w", random_tensor({5, 3}, stream)).constant("b", random_tensor({3}, stream))
      .node("Gemm", {"x", "w", "b"}, {"a"}).node("Relu", {"a"}, {"y"}).output("y");
}

inline std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }

inline std::int64_t rounded(std::int64_t v, std::uint32_t shift, std::int64_t lo, std::int64_t hi) {
  const std::int64_t unit = std::int64_t{1} << shift;
  return std::clamp(floor_div(v + unit / 2, unit), lo, hi);
}

/// Runs the theorem on these integers of the one committed input; every statement must hold.
inline Assignment run(const Compiled& model, const Ints& g) {
  const Port& port = model.ports.inputs[0];
  Assignment a = run_integers(model, {{port.name, zeros({static_cast<std::int64_t>(port.size())})}});
  for (std::size_t flat = 0; flat < g.size(); ++flat) {
    const std::size_t i = flat % port.inner, r = flat / port.inner % port.rows, n = flat / port.inner / port.rows;
    const std::size_t entry = (r * port.batch + n) * port.inner + i;
    a.columns[port.column][entry] = digits_of(g[flat]).high;
    a.columns[port.low_column][entry] = digits_of(g[flat]).low;
  }
  run_steps(model.theorem, a);
  const Status held = count_multiplicities(model.theorem, a);
  EXPECT_TRUE(held.ok()) << held.error().text();
  return a;
}

inline void expect_sound(const Compiled& model) {
  EXPECT_TRUE(check_theorem(model.theorem).ok());
  EXPECT_TRUE(check_bounds(model.theorem).ok());
  const Status defined = check_definitions(model.theorem, input_columns(model.theorem, model.ports));
  EXPECT_TRUE(defined.ok()) << defined.error().text();
  ByteWriter out;
  write_ports(out, model.ports);
  ByteReader in(out.data());
  const auto back = read_ports(in, model.theorem);
  ASSERT_TRUE(back.ok()) << back.error().text();
  EXPECT_EQ(*back, model.ports);
}

/// log2(scale of the model's own integers / grid) of the input, by the rule: 2^15 of its steps reach `peak`.
inline std::uint32_t steps_for(double peak, double grid) {
  std::uint32_t steps = 1;
  while (std::ldexp(grid, static_cast<int>(steps)) * 32768 < peak) ++steps;
  return steps;
}

/// The integers of the weights column of this name.
inline Ints weights_of(const Compiled& model, const std::string& name) {
  std::size_t next = 0;
  for (const Column& c : model.theorem.columns) {
    if (c.home != Home::kWeights) continue;
    if (c.name == name) return {model.weights[next].begin(), model.weights[next].end()};
    ++next;
  }
  ADD_FAILURE() << name;
  return {};
}

inline const Requantise& requantisation_of(const Compiled& model, const std::string& name) {
  for (const Step& s : model.theorem.steps)
    if (s.kind == StepKind::kRequantise && model.theorem.columns[s.requantise.y].name == name) return s.requantise;
  ADD_FAILURE() << name;
  return model.theorem.steps[0].requantise;
}

/// dense_graph on committed integers: grid -> x -> Gemm, Relu -> y -> grid.
inline Ints dense_reference(const Compiled& model, const Ints& g, std::uint32_t in_steps, std::uint32_t out_steps) {
  const Ints w = weights_of(model, "Gemm_0.weight");
  const Ints high = weights_of(model, "Gemm_0.bias_high"), low = weights_of(model, "Gemm_0.bias_low");
  const Requantise& r = requantisation_of(model, "Gemm_0");
  Ints out;
  for (std::size_t n = 0; n < 2; ++n)
    for (std::size_t c = 0; c < 3; ++c) {
      std::int64_t acc = high[c] * 65536 + low[c];
      for (std::size_t i = 0; i < 5; ++i) acc += w[c * 5 + i] * rounded(g[n * 5 + i], in_steps, -32768, 32767);
      out.push_back(rounded(acc, r.shift, 0, 32767) * (std::int64_t{1} << out_steps));
    }
  return out;
}

inline Ints committed_inputs(int kind, Stream& stream, double peak, double grid) {
  Ints out(10);
  const auto top = static_cast<std::int64_t>(peak / grid);
  for (std::int64_t& v : out) {
    if (kind == 0) v = stream.integer(-top, top);
    if (kind == 1) v = stream.integer(kCommittedMin, kCommittedMax);
    if (kind == 2) v = stream.integer(0, 1) ? kCommittedMin : kCommittedMax;
    if (kind == 3) v = stream.integer(-9, 9);
  }
  return out;
}

/// log2 of the step from an output's own integers to the grid.
inline std::uint32_t output_steps(const Compiled& model, const std::string& output) {
  for (const Accumulator& a : model.theorem.accumulators) {
    if (a.name != output + ".high") continue;
    const std::int64_t coefficient = a.linears.at(0).coefficient;
    EXPECT_TRUE(std::has_single_bit(static_cast<std::uint64_t>(coefficient)));
    return static_cast<std::uint32_t>(std::countr_zero(static_cast<std::uint64_t>(coefficient)));
  }
  ADD_FAILURE() << output;
  return 0;
}

inline double relative_error(const Compiled& model) { return model.fidelity.outputs[0].max / model.fidelity.outputs[0].range; }

}  // namespace tacit
