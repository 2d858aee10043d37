#include "onnx/functions.h"

#include <gtest/gtest.h>

#include "graph/execute.h"
#include "graph/prepare.h"
#include "onnx/model_fixture.h"
#include "onnx/reader.h"

namespace tacit {
namespace {

constexpr const char* kLocal = "local";

onnx::FunctionProto& add_function(onnx::ModelProto& model, const std::string& name, const std::vector<std::string>& inputs,
                                  const std::vector<std::string>& outputs) {
  onnx::FunctionProto& function = *model.add_functions();
  function.set_name(name);
  function.set_domain(kLocal);
  for (const std::string& input : inputs) function.add_input(input);
  for (const std::string& output : outputs) function.add_output(output);
  function.add_opset_import()->set_version(13);
  auto* own = function.add_opset_import();
  own->set_domain(kLocal);
  own->set_version(1);
  return function;
}

onnx::AttributeProto reference(const std::string& name, const std::string& of) {
  onnx::AttributeProto attribute;
  attribute.set_name(name);
  attribute.set_ref_attr_name(of);
  attribute.set_type(onnx::AttributeProto::FLOAT);
  return attribute;
}

onnx::AttributeProto number(const std::string& name, float value) {
  onnx::AttributeProto attribute;
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto::FLOAT);
  attribute.set_f(value);
  return attribute;
}

/// Field 11 of FunctionProto, which older headers lack.
void add_default(onnx::FunctionProto& function, const onnx::AttributeProto& attribute) {
  const std::string bytes = attribute.SerializeAsString();
  function.GetReflection()->MutableUnknownFields(&function)->AddLengthDelimited(11, bytes);
}

/// Shifted(a; by) = Relu(a + by)
void add_shifted(onnx::ModelProto& model) {
  onnx::FunctionProto& function = add_function(model, "Shifted", {"a"}, {"r"});
  function.add_attribute("by");
  *add_node(function, "Constant", {}, {"c"}).add_attribute() = reference("value_float", "by");
  add_node(function, "Add", {"a", "c"}, {"s"});
  add_node(function, "Relu", {"s"}, {"r"});
}

std::string error_of(const onnx::ModelProto& model) {
  auto graph = read_model(serialise(model), {});
  return graph.ok() ? "" : graph.error().text();
}

/// The model's outputs for x = (1, -2).
TensorMap run(const onnx::ModelProto& model) {
  auto graph = read_model(serialise(model), {});
  EXPECT_TRUE(graph.ok()) << graph.error().text();
  if (!graph.ok()) return {};
  auto prepared = prepare(std::move(*graph));
  EXPECT_TRUE(prepared.ok()) << prepared.error().text();
  if (!prepared.ok()) return {};
  auto values = run_float(*prepared, {{"x", make_float({1, 2}, {1, -2})}});
  EXPECT_TRUE(values.ok());
  return values.ok() ? *values : TensorMap{};
}

TEST(Functions, AreInlinedWithTheCallersAttributes) {
  onnx::ModelProto model = bare_model();
  add_shifted(model);
  *add_node(*model.mutable_graph(), "Shifted", {"x"}, {"m"}, kLocal).add_attribute() = number("by", 3);
  *add_node(*model.mutable_graph(), "Shifted", {"m"}, {"y"}, kLocal).add_attribute() = number("by", -2);
  auto graph = read_model(serialise(model), {});
  ASSERT_TRUE(graph.ok()) << graph.error().text();
  ASSERT_EQ(graph->nodes.size(), 6u);
  EXPECT_EQ(graph->nodes[1].name, "Shifted_0/Add_1");
  EXPECT_EQ(graph->nodes[1].outputs[0], "Shifted_0/s");
  EXPECT_EQ(run(model).at("y").f, (std::vector<float>{2, 0}));
}

TEST(Functions, TakeDefaultAttributesWhereTheCallerGivesNone) {
  onnx::ModelProto model = bare_model();
  add_shifted(model);
  add_default(*model.mutable_functions(0), number("by", 5));
  add_node(*model.mutable_graph(), "Shifted", {"x"}, {"m"}, kLocal);
  *add_node(*model.mutable_graph(), "Shifted", {"m"}, {"y"}, kLocal).add_attribute() = number("by", 1);
  EXPECT_EQ(run(model).at("y").f, (std::vector<float>{7, 4}));
}

TEST(Functions, LeaveOutAnAttributeThatNobodyGives) {
  onnx::ModelProto model = bare_model();
  onnx::FunctionProto& function = add_function(model, "Scaled", {"a", "b"}, {"r"});
  onnx::NodeProto& gemm = add_node(function, "Gemm", {"a", "b"}, {"r"});
  *gemm.add_attribute() = reference("alpha", "factor");
  *model.mutable_graph()->add_initializer() = float_tensor("w", {2, 2}, {1, 0, 0, 1});
  add_node(*model.mutable_graph(), "Scaled", {"x", "w"}, {"y"}, kLocal);
  EXPECT_EQ(run(model).at("y").f, (std::vector<float>{1, -2}));
}

TEST(Functions, CallOthersAndPassAttributesOn) {
  onnx::ModelProto model = bare_model();
  add_shifted(model);
  onnx::FunctionProto& outer = add_function(model, "Twice", {"a"}, {"r"});
  *add_node(outer, "Shifted", {"a"}, {"s"}, kLocal).add_attribute() = reference("by", "amount");
  *add_node(outer, "Shifted", {"s"}, {"r"}, kLocal).add_attribute() = reference("by", "amount");
  onnx::NodeProto& call = add_node(*model.mutable_graph(), "Twice", {"x"}, {"y"}, kLocal);
  call.set_name("block");
  *call.add_attribute() = number("amount", 2);
  auto graph = read_model(serialise(model), {});
  ASSERT_TRUE(graph.ok()) << graph.error().text();
  EXPECT_EQ(graph->nodes[0].name, "block/Shifted_0/Constant_0");
  EXPECT_EQ(run(model).at("y").f, (std::vector<float>{5, 2}));
}

TEST(Functions, NamesStayUniqueWhateverTheGraphIsNamed) {
  onnx::ModelProto model = bare_model();
  add_shifted(model);
  add_node(*model.mutable_graph(), "Relu", {"x"}, {"Shifted_1/s"}).set_name("Shifted_1/Add_1");
  *add_node(*model.mutable_graph(), "Shifted", {"Shifted_1/s"}, {"y"}, kLocal).add_attribute() = number("by", 1);
  auto graph = read_model(serialise(model), {});
  ASSERT_TRUE(graph.ok()) << graph.error().text();
  EXPECT_EQ(graph->nodes[2].name, "Shifted_1/Add_1_1");
  EXPECT_EQ(run(model).at("y").f, (std::vector<float>{2, 1}));
}

TEST(Functions, MayLeaveOutOutputsAndPassInputsThrough) {
  onnx::ModelProto model = bare_model();
  onnx::FunctionProto& function = add_function(model, "Fork", {"a", "unused"}, {"left", "a", "right"});
  add_node(function, "Relu", {"a"}, {"left"});
  add_node(function, "Identity", {"a"}, {"right"});
  add_node(*model.mutable_graph(), "Fork", {"x"}, {"", "same"}, kLocal);
  add_node(*model.mutable_graph(), "Fork", {"same"}, {"y"}, kLocal);
  EXPECT_EQ(run(model).at("y").f, (std::vector<float>{1, 0}));
}

TEST(Functions, AreToldApartByOverload) {
  onnx::ModelProto model = bare_model();
  for (const char* overload : {"relu", "identity"}) {
    onnx::FunctionProto& function = add_function(model, "F", {"a"}, {"r"});
    add_node(function, overload == std::string("relu") ? "Relu" : "Identity", {"a"}, {"r"});
    function.GetReflection()->MutableUnknownFields(&function)->AddLengthDelimited(13, overload);
  }
  onnx::NodeProto& call = add_node(*model.mutable_graph(), "F", {"x"}, {"y"}, kLocal);
  call.GetReflection()->MutableUnknownFields(&call)->AddLengthDelimited(8, "relu");
  EXPECT_EQ(run(model).at("y").f, (std::vector<float>{1, 0}));
  call.GetReflection()->MutableUnknownFields(&call)->Clear();
  auto graph = read_model(serialise(model), {});
  ASSERT_TRUE(graph.ok());
  EXPECT_EQ(unsupported_nodes(*graph).size(), 1u);   // no function is called F and has no overload
}

TEST(Functions, ThatAreNotCalledDoNotMatter) {
  onnx::ModelProto model = bare_model();
  onnx::FunctionProto& broken = add_function(model, "Broken", {"a"}, {"r"});
  broken.mutable_opset_import(0)->set_version(99);
  add_node(broken, "", {"nowhere"}, {});
  add_node(*model.mutable_graph(), "Relu", {"x"}, {"y"});
  EXPECT_EQ(error_of(model), "");
}

TEST(Functions, ListUnsupportedNodesOfTheirBodies) {
  onnx::ModelProto model = bare_model();
  onnx::FunctionProto& function = add_function(model, "F", {"a"}, {"r"});
  add_node(function, "Launch", {"a"}, {"s"});
  add_node(function, "Land", {"s"}, {"r"});
  add_node(*model.mutable_graph(), "F", {"x"}, {"y"}, kLocal).set_name("trip");
  auto graph = read_model(serialise(model), {});
  ASSERT_TRUE(graph.ok());
  const std::vector<Node> bad = unsupported_nodes(*graph);
  ASSERT_EQ(bad.size(), 2u);
  EXPECT_EQ(bad[1].name, "trip/Land_1");
}

TEST(Functions, RefusesRecursion) {
  onnx::ModelProto model = bare_model();
  onnx::FunctionProto& ping = add_function(model, "Ping", {"a"}, {"r"});
  add_node(ping, "Pong", {"a"}, {"r"}, kLocal);
  onnx::FunctionProto& pong = add_function(model, "Pong", {"a"}, {"r"});
  add_node(pong, "Ping", {"a"}, {"r"}, kLocal);
  add_node(*model.mutable_graph(), "Ping", {"x"}, {"y"}, kLocal);
  EXPECT_EQ(error_of(model), "function Ping of domain local: calls itself, directly or through others");
}

/// f0 calls f1 `times` times, f1 calls f2, ..., the last is Relu.
onnx::ModelProto tower(int height, int times) {
  onnx::ModelProto model = bare_model();
  for (int level = 0; level <= height; ++level) {
    onnx::FunctionProto& function = add_function(model, "f" + std::to_string(level), {"v0"}, {"v" + std::to_string(level == height ? 1 : times)});
    if (level == height) {
      add_node(function, "Relu", {"v0"}, {"v1"});
      continue;
    }
    for (int k = 0; k < times; ++k) {
      add_node(function, "f" + std::to_string(level + 1), {"v" + std::to_string(k)}, {"v" + std::to_string(k + 1)}, kLocal);
    }
  }
  add_node(*model.mutable_graph(), "f0", {"x"}, {"y"}, kLocal);
  return model;
}

TEST(Functions, RefusesGrowthAndDepthBeyondTheirBounds) {
  EXPECT_EQ(error_of(tower(10, 2)), "");
  EXPECT_NE(error_of(tower(40, 2)).find("unfold to more than can be read"), std::string::npos);
  EXPECT_NE(error_of(tower(3, 100)).find("unfold to more than can be read"), std::string::npos);
  EXPECT_EQ(error_of(tower(60, 1)), "");
  EXPECT_NE(error_of(tower(70, 1)).find("more than 64 deep"), std::string::npos);
}

TEST(Functions, RefusesGrowthInBytes) {
  onnx::ModelProto model = bare_model();
  onnx::FunctionProto& function = add_function(model, "F", {"a"}, {"r"});
  onnx::AttributeProto& large = *add_node(function, "Relu", {"a"}, {"r"}).add_attribute();
  large.set_name("note");
  large.set_type(onnx::AttributeProto::STRING);
  large.set_s(std::string(1 << 20, 'n'));
  std::string last = "x";
  for (int k = 0; k < 60; ++k) {
    const std::string next = k == 59 ? "y" : "m" + std::to_string(k);
    add_node(*model.mutable_graph(), "F", {last}, {next}, kLocal);
    last = next;
  }
  EXPECT_NE(error_of(model).find("unfold to more than can be read"), std::string::npos);
}

TEST(Functions, RefusesWhatIsMalformed) {
  auto with = [](auto&& change) {
    onnx::ModelProto model = bare_model();
    add_shifted(model);
    *add_node(*model.mutable_graph(), "Shifted", {"x"}, {"y"}, kLocal).add_attribute() = number("by", 1);
    change(model, *model.mutable_functions(0), *model.mutable_graph()->mutable_node(0));
    return error_of(model);
  };
  using Model = onnx::ModelProto;
  using Function = onnx::FunctionProto;
  using Call = onnx::NodeProto;
  EXPECT_EQ(with([](Model&, Function&, Call&) {}), "");
  EXPECT_NE(with([](Model& m, Function&, Call&) { add_shifted(m); }).find("defined 2 times"), std::string::npos);
  EXPECT_NE(with([](Model&, Function& f, Call&) { f.mutable_node(1)->set_input(0, "x"); }).find("does not define"), std::string::npos);
  EXPECT_NE(with([](Model&, Function& f, Call&) { f.add_input("a"); }).find("twice"), std::string::npos);
  EXPECT_NE(with([](Model&, Function& f, Call&) { f.add_output("r"); }).find("twice"), std::string::npos);
  EXPECT_NE(with([](Model&, Function& f, Call&) { f.mutable_node(1)->set_output(0, "c"); }).find("defined twice"), std::string::npos);
  EXPECT_NE(with([](Model&, Function& f, Call&) { f.mutable_node(2)->set_output(0, "other"); }).find("nothing in it gives"), std::string::npos);
  EXPECT_NE(with([](Model&, Function&, Call& c) { c.add_input("x"); }).find("more inputs or outputs"), std::string::npos);
  EXPECT_NE(with([](Model&, Function&, Call& c) { c.add_output("z"); }).find("more inputs or outputs"), std::string::npos);
  EXPECT_NE(with([](Model&, Function&, Call& c) { *c.add_attribute() = reference("to", "by"); }).find("is in none"), std::string::npos);
  EXPECT_NE(with([](Model&, Function& f, Call&) { f.mutable_opset_import(0)->set_version(29); }).find("function Shifted of domain local uses opset 29"),
            std::string::npos);
  EXPECT_NE(with([](Model&, Function& f, Call& c) { f.set_domain("ai.onnx"); c.set_domain(""); }).find("standard operator anew"),
            std::string::npos);
}

}  // namespace
}  // namespace tacit
