// Committed inputs and outputs of compiled models, against the formulas written out by hand.
#include "graph/committed_fixture.h"

namespace tacit {
namespace {

TEST(Committed, ADenseModelEqualsItsFormulaFromGridToGrid) {
  const Graph graph = prepared(dense_graph());
  Stream stream{3};
  for (int grid : {-16, -20, -12}) {
    const Compiled model = compiled(graph, {.input = kHeld, .output = kHeld, .input_range = {{-1, 1}}, .grid = grid});
    ASSERT_FALSE(model.ports.outputs.empty());
    expect_sound(model);
    const Port &in = model.ports.inputs[0], &out = model.ports.outputs[0];
    EXPECT_EQ(in.scale, std::ldexp(1.0, grid));
    EXPECT_EQ(out.scale, std::ldexp(1.0, grid));
    EXPECT_LT(relative_error(model), grid == -12 ? 2e-3 : 2e-4);
    const std::uint32_t in_steps = steps_for(1, in.scale), out_steps = output_steps(model, "y");
    for (int kind = 0; kind < 4; ++kind) {
      const Ints g = committed_inputs(kind, stream, 1, in.scale);
      const Assignment a = run(model, g);
      EXPECT_EQ(to_logical(in, a.columns), g);
      const Ints expected = dense_reference(model, g, in_steps, out_steps);
      EXPECT_EQ(to_logical(out, a.columns), expected) << "grid 2^" << grid << ", inputs of kind " << kind;
    }
  }
}

TEST(Committed, OneGridServesTwoModelsOfDifferentScales) {
  const Graph graph = prepared(dense_graph());
  const Compiled narrow = compiled(graph, {.input = kHeld, .output = kHeld, .input_range = {{-1, 1}}});
  const Compiled wide = compiled(graph, {.input = kHeld, .output = kHeld, .input_range = {{-300, 300}}});
  ASSERT_FALSE(narrow.ports.outputs.empty() || wide.ports.outputs.empty());
  EXPECT_EQ(narrow.ports.inputs[0].scale, wide.ports.inputs[0].scale);
  Stream stream{5};
  std::vector<double> real(10);
  for (double& v : real) v = stream.real(-1, 1);
  // The commitment is made before any model exists.
  const auto digits = committed_columns(narrow.ports.inputs[0], real);
  EXPECT_EQ(digits, committed_columns(wide.ports.inputs[0], real));
  Ints g;
  for (double v : real) g.push_back(static_cast<std::int64_t>(std::floor(v * 65536 + 0.5)));
  Tensor tensor = zeros({2, 5});
  for (std::size_t i = 0; i < 10; ++i) tensor.f[i] = static_cast<float>(real[i]);
  const TensorMap floats = *run_float(graph, {{"x", tensor}});
  for (const Compiled* model : {&narrow, &wide}) {
    const double peak = model == &narrow ? 1 : 300;
    const Assignment a = run(*model, g);
    EXPECT_EQ(a.columns[model->ports.inputs[0].column], digits[0]);
    EXPECT_EQ(a.columns[model->ports.inputs[0].low_column], digits[1]);
    const Port& out = model->ports.outputs[0];
    EXPECT_EQ(to_logical(out, a.columns), dense_reference(*model, g, steps_for(peak, 0x1p-16), output_steps(*model, "y")));
    const std::vector<double> have = dequantise(out, a.columns);
    for (std::size_t i = 0; i < have.size(); ++i) EXPECT_NEAR(have[i], floats.at("y").f[i], 2e-4 * peak);
  }
}

TEST(Committed, TheOutputOfOneModelIsTheInputOfTheNext) {
  Stream stream{6};
  const Graph first = prepared(dense_graph());
  const Graph second = prepared(GraphFixture{}.input("y", {2, 3}).constant("v", random_tensor({3, 2}, stream))
                                    .node("Gemm", {"y", "v"}, {"z"}).output("z"));
  const Compiled a = compiled(first, {.input = Visibility::kPrivate, .output = kHeld, .input_range = {{-1, 1}}});
  const Compiled b = compiled(second, {.input = kHeld, .input_range = {{0, 4}}});
  ASSERT_FALSE(a.ports.outputs.empty() || b.ports.outputs.empty());
  expect_sound(a);
  expect_sound(b);
  const Tensor x = random_tensor({2, 5}, stream);
  const Assignment one = run_integers(a, {{"x", x}});
  const Port &out = a.ports.outputs[0], &in = b.ports.inputs[0];
  EXPECT_EQ(out.scale, in.scale);
  Assignment two = run_integers(b, {{"y", zeros({2, 3})}});
  two.columns[in.column] = one.columns[out.column];
  two.columns[in.low_column] = one.columns[out.low_column];
  run_steps(b.theorem, two);
  EXPECT_TRUE(count_multiplicities(b.theorem, two).ok());
  Tensor y = (*run_float(first, {{"x", x}})).at("y");
  const Tensor z = (*run_float(second, {{"y", y}})).at("z");
  const std::vector<double> have = dequantise(b.ports.outputs[0], two.columns);
  for (std::size_t i = 0; i < have.size(); ++i) EXPECT_NEAR(have[i], z.f[i], 1e-3);
}

/// An average has a scale at which its coefficient is exact, so one more step leads to the grid.
TEST(Committed, AnOutputWithAScaleOfItsOwnTakesOneMoreStep) {
  const Graph graph = prepared(GraphFixture{}.input("x", {1, 2, 3, 3}).node("GlobalAveragePool", {"x"}, {"y"}).output("y"));
  const Compiled plain = compiled(graph, {.input_range = {{-1, 1}}});
  const Compiled model = compiled(graph, {.output = kHeld, .input_range = {{-1, 1}}});
  ASSERT_FALSE(model.ports.outputs.empty());
  expect_sound(model);
  EXPECT_LT(relative_error(model), 2e-4);
  const double own = plain.ports.outputs[0].scale;
  const std::uint32_t steps = output_steps(model, "y");
  const Accumulator& step = model.theorem.accumulators[requantisation_of(model, "y.on_grid").acc];
  EXPECT_GE(std::ldexp(0x1p-16, static_cast<int>(steps)), own);
  EXPECT_NEAR(static_cast<double>(step.linears[0].coefficient), own / std::ldexp(0x1p-16, static_cast<int>(steps)) * 65536, 0.5);
  Stream stream{8};
  const TensorMap input{{"x", random_tensor({1, 2, 3, 3}, stream)}};
  const Assignment a = run_integers(plain, input), b = run_integers(model, input);
  for (std::size_t c = 0; c < 2; ++c) {
    const std::int64_t y = a.columns[plain.ports.outputs[0].column][c];
    EXPECT_EQ(to_logical(model.ports.outputs[0], b.columns)[c],
              rounded(y * step.linears[0].coefficient, 16, -32768, 32767) * (std::int64_t{1} << steps));
  }
}

TEST(Committed, AMaximumOfACommittedInputIsOnTheGridAlready) {
  const Graph graph = prepared(GraphFixture{}.input("x", {1, 1, 2, 2})
                                   .node("MaxPool", {"x"}, {"y"}, {{"kernel_shape", Attribute{std::vector<std::int64_t>{2, 2}}}})
                                   .output("y"));
  const Compiled model = compiled(graph, {.input = kHeld, .output = kHeld, .input_range = {{-1, 1}}});
  ASSERT_FALSE(model.ports.outputs.empty());
  expect_sound(model);
  const std::uint32_t steps = steps_for(1, 0x1p-16);
  EXPECT_EQ(output_steps(model, "y"), steps);
  const Assignment a = run(model, {5, -70000, 40001, 39999});
  EXPECT_EQ(to_logical(model.ports.outputs[0], a.columns)[0], rounded(40001, steps, -32768, 32767) << steps);
}

TEST(Committed, AnInputThatIsAnOutputTooHasColumnsForBoth) {
  const Graph graph = prepared(GraphFixture{}.input("x", {1, 2}).node("Relu", {"x"}, {"y"}).output("y").output("x"));
  for (Visibility in : {Visibility::kPublic, Visibility::kPrivate, kHeld})
    for (Visibility out : {Visibility::kPublic, Visibility::kPrivate, kHeld}) {
      const Compiled model = compiled(graph, {.input = in, .input_range = {{-1, 1}}, .outputs = {{"x", out}}});
      ASSERT_EQ(model.ports.outputs.size(), 2u);
      expect_sound(model);
      EXPECT_EQ(model.ports.outputs[0].visibility, Visibility::kPublic);
      EXPECT_EQ(model.ports.outputs[1].visibility, out);
      EXPECT_NE(model.ports.outputs[1].column, model.ports.inputs[0].column);
      // Half a step of the input's scale, and half a step of 2^-14 where the grid asks for one more step.
      EXPECT_LT(model.fidelity.outputs[1].max, out == kHeld && in != kHeld ? 5e-5 : 4e-5);
    }
}

TEST(Committed, TwoNamesOfOneValueHaveColumnsOfTheirOwn) {
  Stream stream{9};
  const Graph graph = prepared(GraphFixture{}.input("x", {1, 2}).constant("w", random_tensor({2, 2}, stream))
                                   .constant("s", make_int64({1}, {2}))
                                   .node("Gemm", {"x", "w"}, {"a"}).node("Reshape", {"a", "s"}, {"b"}).node("Flatten", {"a"}, {"c"})
                                   .output("a").output("b").output("c"));
  const Compiled model = compiled(graph, {.input_range = {{-1, 1}}, .outputs = {{"a", kHeld}, {"b", kHeld}, {"c", Visibility::kPrivate}}});
  ASSERT_EQ(model.ports.outputs.size(), 3u);
  expect_sound(model);
  const Compiled open = compiled(graph, {.input_range = {{-1, 1}}});
  ASSERT_EQ(open.ports.outputs.size(), 3u);
  EXPECT_NE(open.ports.outputs[0].column, open.ports.outputs[1].column);
  for (const OutputError& e : model.fidelity.outputs) EXPECT_LT(e.max / e.range, 2e-4);
}

TEST(Committed, VisibilitiesAreByNameAndUnknownNamesAreRefused) {
  const Graph graph = prepared(GraphFixture{}.input("x", {1, 2}).input("z", {1, 2}).node("Add", {"x", "z"}, {"y"}).output("y"));
  const Compiled model = compiled(graph, {.input_range = {{-1, 1}}, .inputs = {{"z", kHeld}}});
  ASSERT_EQ(model.ports.inputs.size(), 2u);
  expect_sound(model);
  EXPECT_EQ(model.ports.inputs[0].visibility, Visibility::kPublic);
  EXPECT_EQ(model.ports.inputs[0].low_column, kNone);
  EXPECT_EQ(model.ports.inputs[1].visibility, kHeld);
  EXPECT_LT(relative_error(model), 2e-4);
  const auto input = compile(graph, {}, {}, {.input_range = {{-1, 1}}, .inputs = {{"y", kHeld}}});
  ASSERT_FALSE(input.ok());
  EXPECT_EQ(input.error().where, "input \"y\"");
  const auto output = compile(graph, {}, {}, {.input_range = {{-1, 1}}, .outputs = {{"x", kHeld}}});
  ASSERT_FALSE(output.ok());
  EXPECT_EQ(output.error().where, "output \"x\"");
}

TEST(Committed, RangesThatAGridCannotHoldAreRefusedByName) {
  const Graph graph = prepared(dense_graph());
  const auto input = compile(graph, {}, {}, {.input = kHeld, .input_range = {{0, 1e5}}});
  ASSERT_FALSE(input.ok());
  EXPECT_EQ(input.error().where, "input \"x\"");
  EXPECT_NE(input.error().what.find("--grid"), std::string::npos);
  const auto output = compile(graph, {}, {}, {.output = kHeld, .input_range = {{0, 1e5}}});
  ASSERT_FALSE(output.ok());
  EXPECT_EQ(output.error().where, "output \"y\"");
  const Compiled coarse = compiled(graph, {.input = kHeld, .output = kHeld, .input_range = {{0, 1e5}}, .grid = -10});
  expect_sound(coarse);
  for (int grid : {-61, 31}) EXPECT_FALSE(compile(graph, {}, {}, {.input_range = {{0, 1}}, .grid = grid}).ok());
}

TEST(Committed, EightBitModelsReachAsFar) {
  const Graph graph = prepared(dense_graph());
  const Compiled model =
      compiled(graph, {.quant = {.activation_bits = 8, .weight_bits = 8}, .input = kHeld, .output = kHeld, .input_range = {{-200, 200}}});
  ASSERT_FALSE(model.ports.outputs.empty());
  expect_sound(model);
  Stream stream{12};
  for (int kind : {0, 2}) run(model, committed_inputs(kind, stream, 200, 0x1p-16));
  EXPECT_LT(relative_error(model), 0.05);
}

TEST(Committed, AFunctionsValuesMayBeWiderThanActivations) {
  // 1024 steps of the grid, and activations of 8 bits: the copy on the grid must hold them all.
  const Graph graph = prepared(GraphFixture{}.input("x", {1, 5}).node("Sigmoid", {"x"}, {"y"}).output("y"));
  const Compiled model = compiled(graph, {.quant = {.activation_bits = 8}, .output = kHeld, .input_range = {{-3, 3}}, .grid = -10});
  expect_sound(model);
  EXPECT_GT(model.fidelity.outputs[0].range, 0.9);
  EXPECT_LT(model.fidelity.outputs[0].max, 0.02);
}

}  // namespace
}  // namespace tacit
