// For tests only: one node of ai.onnx.ml as a model of floats, compiled for inputs in [-3, 3] and run on rows of the test's choice.
#pragma once

#include "graph/integer_fixture.h"
#include "graph/key_fixture.h"

namespace tacit {

using Attributes = std::map<std::string, Attribute>;

inline Result<Graph> classical_graph(const std::string& op, const Shape& dims, const Attributes& attributes, const std::vector<std::string>& outputs,
                                    const std::string& domain = "ai.onnx.ml") {
  GraphFixture f;
  f.input("x", dims).node(op, {"x"}, outputs, attributes);
  f.graph.nodes[0].domain = domain;
  f.graph.nodes[0].opset = domain.empty() ? 20 : 3;
  for (const std::string& name : outputs) f.output(name);
  return prepare(std::move(f.graph));
}

/// Why the model is not compiled; empty where it is.
inline std::string refusal_of(const std::string& op, const Shape& dims, const Attributes& attributes, const std::vector<std::string>& outputs) {
  auto graph = classical_graph(op, dims, attributes, outputs);
  return graph.ok() ? "" : graph.error().text();
}

class Classical {
 public:
  Classical(const std::string& op, const Shape& dims, const Attributes& attributes, const std::vector<std::string>& outputs,
            const std::string& domain = "ai.onnx.ml") {
    auto graph = classical_graph(op, dims, attributes, outputs, domain);
    if (!graph.ok()) {
      ADD_FAILURE() << graph.error().text();
      return;
    }
    auto compiled = compile(*graph, {}, {}, {.input_range = {{-3, 3}}});
    if (!compiled.ok()) {
      ADD_FAILURE() << compiled.error().text();
      return;
    }
    source = std::move(*graph);
    model = std::move(*compiled);
    expect_legal(model);
    ok = true;
  }

  /// One run for each row: the integers' output lies within the tolerance of these numbers, and so does the float one.
  void expect(const std::string& output, const std::vector<std::vector<float>>& rows, const std::vector<double>& expected, double tolerance) {
    ASSERT_TRUE(ok);
    std::vector<double> exact, real;
    for (const std::vector<float>& row : rows) {
      const std::vector<double> integers = run(output, row);
      exact.insert(exact.end(), integers.begin(), integers.end());
      auto values = run_float(source, {{"x", make_float(source.inputs[0].type.dims, row)}});
      ASSERT_TRUE(values.ok()) << values.error().text();
      const Tensor& t = values->at(output);
      if (t.dtype == DType::kFloat) real.insert(real.end(), t.f.begin(), t.f.end());
      else real.insert(real.end(), t.i.begin(), t.i.end());
    }
    ASSERT_EQ(exact.size(), expected.size());
    ASSERT_EQ(real.size(), expected.size());
    for (std::size_t k = 0; k < expected.size(); ++k) {
      EXPECT_NEAR(exact[k], expected[k], tolerance) << output << " " << k;
      EXPECT_NEAR(real[k], expected[k], std::max(tolerance, 1e-5)) << output << " in float " << k;
    }
  }

  Graph source;
  Compiled model;
  bool ok = false;

 private:
  std::vector<double> run(const std::string& output, const std::vector<float>& row) {
    Assignment a;
    a.columns.resize(model.theorem.columns.size());
    std::size_t next = 0;
    for (ColumnId id = 0; id < a.columns.size(); ++id)
      if (model.theorem.columns[id].home == Home::kWeights) a.columns[id] = model.weights[next++];
    quantise(model.ports.inputs[0], model.theorem, {row.begin(), row.end()}, a.columns);
    run_steps(model.theorem, a);
    const Status held = count_multiplicities(model.theorem, a);
    EXPECT_TRUE(held.ok()) << held.error().text();
    for (const Port& port : model.ports.outputs)
      if (port.name == output) return dequantise(port, a.columns);
    ADD_FAILURE() << "no output " << output;
    return {};
  }
};

}  // namespace tacit
