#include "onnx/reader.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "graph/execute.h"
#include "graph/prepare.h"
#include "onnx/model_fixture.h"
#include "onnx/tensor_reader.h"

namespace tacit {
namespace {

std::string error_of(const onnx::ModelProto& model) {
  auto graph = read_model(serialise(model), {});
  return graph.ok() ? "" : graph.error().text();
}

TEST(ReadModel, ReadsWeightsAttributesAndTheSymbolicBatch) {
  auto graph = read_model(serialise(gemm_model()), {.batch = 3});
  ASSERT_TRUE(graph.ok()) << graph.error().text();
  EXPECT_EQ(graph->opset, 13);
  EXPECT_TRUE(graph->symbolic_batch);
  ASSERT_EQ(graph->inputs.size(), 1u);
  EXPECT_EQ(graph->inputs[0].type.dims, (Shape{3, 2}));
  EXPECT_EQ(graph->nodes[0].name, "Gemm_0");
  auto prepared = prepare(std::move(*graph));
  ASSERT_TRUE(prepared.ok()) << prepared.error().text();
  auto run = run_float(*prepared, {{"x", make_float({3, 2}, {1, 0, 0, 1, 1, 1})}});
  ASSERT_TRUE(run.ok());
  EXPECT_EQ((*run)["y"].f, (std::vector<float>{12, 24, 16, 28, 18, 32}));
}

/// gemm_model with nothing fixed of its input.
onnx::ModelProto open_model() {
  onnx::ModelProto model = gemm_model();
  onnx::TensorShapeProto& shape = *model.mutable_graph()->mutable_input(0)->mutable_type()->mutable_tensor_type()->mutable_shape();
  shape.mutable_dim(0)->set_dim_param("rows");
  shape.mutable_dim(1)->set_dim_param("width");
  return model;
}

TEST(ReadModel, TakesTheShapeThatIsGivenForAnOpenInput) {
  auto open = read_model(serialise(open_model()), {});
  ASSERT_TRUE(open.ok());
  EXPECT_EQ(open->free_inputs, (std::map<std::string, Shape>{{"x", {-1, -1}}}));
  auto graph = read_model(serialise(open_model()), {.batch = 3, .shapes = {{"x", {5, 2}}}});
  ASSERT_TRUE(graph.ok()) << graph.error().text();
  EXPECT_TRUE(graph->faults.empty() && graph->free_inputs.empty());
  EXPECT_EQ(graph->inputs[0].type.dims, (Shape{5, 2}));
  onnx::ModelProto none = open_model();
  none.mutable_graph()->mutable_input(0)->mutable_type()->mutable_tensor_type()->clear_shape();
  auto undeclared = read_model(serialise(none), {.shapes = {{"x", {5, 2}}}});
  ASSERT_TRUE(undeclared.ok());
  EXPECT_EQ(undeclared->inputs[0].type.dims, (Shape{5, 2}));
}

TEST(ReadModel, RefusesAShapeThatTheFileContradicts) {
  const auto said = [](const onnx::ModelProto& model, const std::string& name, Shape shape) {
    auto graph = read_model(serialise(model), {.shapes = {{name, shape}}});
    if (!graph.ok()) return graph.error().text();
    return graph->faults.empty() ? std::string() : graph->faults.begin()->second.text();
  };
  EXPECT_EQ(said(gemm_model(), "x", {4, 2}), "");
  EXPECT_NE(said(gemm_model(), "x", {4, 3}).find("not what the file declares"), std::string::npos);
  EXPECT_NE(said(open_model(), "x", {4}).find("not what the file declares"), std::string::npos);
  EXPECT_NE(said(open_model(), "x", {4, 0}).find("not what the file declares"), std::string::npos);
  EXPECT_NE(said(open_model(), "y", {4, 2}).find("no input of the model"), std::string::npos);
}

TEST(ReadModel, RefusesOpsetsOutsideOneToTwentyEight) {
  for (std::int64_t version : {0, 29}) {
    onnx::ModelProto model = gemm_model();
    model.mutable_opset_import(0)->set_version(version);
    EXPECT_EQ(error_of(model), "the file uses opset " + std::to_string(version) + "; opsets 1 to 28 are supported");
  }
  for (std::int64_t version : {1, 28}) {
    onnx::ModelProto model = gemm_model();
    model.mutable_opset_import(0)->set_version(version);
    EXPECT_EQ(error_of(model), "");
  }
  onnx::ModelProto none = gemm_model();
  none.clear_opset_import();
  EXPECT_NE(error_of(none).find("imports no opset"), std::string::npos);
}

TEST(ReadModel, RefusesOtherIrVersionsByTheirNumber) {
  for (std::int64_t version : {2, 15}) {
    onnx::ModelProto model = gemm_model();
    model.set_ir_version(version);
    EXPECT_EQ(error_of(model), "the file is of IR version " + std::to_string(version) + "; versions 3 to 14 are supported");
  }
  onnx::ModelProto none = gemm_model();
  none.clear_ir_version();
  EXPECT_EQ(error_of(none), "the file states no IR version");
}

TEST(ReadModel, NamesTheSparseInitialiser) {
  onnx::ModelProto model = gemm_model();
  onnx::SparseTensorProto& sparse = *model.mutable_graph()->add_sparse_initializer();
  *sparse.mutable_values() = model.graph().initializer(0);
  model.mutable_graph()->mutable_initializer()->DeleteSubrange(0, 1);
  auto graph = read_model(serialise(model), {});
  ASSERT_TRUE(graph.ok()) << graph.error().text();
  EXPECT_TRUE(unsupported_nodes(*graph).empty());
  EXPECT_EQ(prepare(std::move(*graph)).error().text(), "initialiser \"w\": it is sparse; store it as a dense tensor");
}

TEST(ReadModel, EveryTruncationIsRefusedOrLeavesNoModel) {
  const Bytes whole = serialise(gemm_model());
  for (std::size_t cut = 0; cut < whole.size(); ++cut) {
    auto graph = read_model(ByteSpan(whole.data(), cut), {});
    // A cut between top-level fields can only lose what stands after it: here the graph or the opset.
    EXPECT_FALSE(graph.ok()) << "cut at " << cut;
  }
}

TEST(ReadModel, EveryChangedByteIsReadOrRefusedWithoutHarm) {
  const Bytes whole = serialise(gemm_model());
  int refused = 0;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (int flip : {0x01, 0x80, 0xFF}) {
      Bytes damaged = whole;
      damaged[at] = static_cast<std::uint8_t>(damaged[at] ^ flip);
      auto graph = read_model(damaged, {});
      if (graph.ok()) graph = prepare(std::move(*graph));
      if (!graph.ok()) {
        ++refused;
        EXPECT_FALSE(graph.error().what.empty());
      }
    }
  }
  EXPECT_GT(refused, 100);
}

TEST(ReadModel, RefusesGarbage) {
  EXPECT_FALSE(read_model({}, {}).ok());
  Bytes text;
  for (char c : std::string("This is no model at all, only some text that is long enough.")) text.push_back(c);
  EXPECT_FALSE(read_model(text, {}).ok());
  EXPECT_FALSE(read_model(Bytes(1000, 0xFF), {}).ok());
  EXPECT_FALSE(read_model(Bytes(1000, 0x00), {}).ok());
}

TEST(ReadModel, RefusesShapesThatTheDataDoesNotFill) {
  auto with_dims = [](const std::vector<std::int64_t>& dims) {
    onnx::ModelProto model = gemm_model();
    *model.mutable_graph()->mutable_initializer(0) = float_tensor("w", dims, {1, 2, 3, 4});
    return error_of(model);
  };
  EXPECT_EQ(with_dims({2, 2}), "");
  EXPECT_EQ(with_dims({2, 3}), "initialiser \"w\": its shape 2x3 declares 6 elements of type float, but it holds 16 bytes");
  EXPECT_NE(with_dims({std::int64_t{1} << 60}).find("negative or too large"), std::string::npos);
  EXPECT_NE(with_dims({std::int64_t{1} << 32, std::int64_t{1} << 32}).find("too large"), std::string::npos);
  EXPECT_NE(with_dims({-2, -2}).find("negative"), std::string::npos);
  EXPECT_NE(with_dims(std::vector<std::int64_t>(1000, 1)).find("1000 axes"), std::string::npos);
}

TEST(ReadModel, RefusesInputsWithNegativeExtents) {
  onnx::ModelProto model = gemm_model();
  *model.mutable_graph()->mutable_input(0) = value_info("x", {"-1", "2"});
  EXPECT_EQ(error_of(model), "input \"x\": its extent -1 on axis 0 is negative");
}

TEST(ReadModel, NamesTheSymbolicInnerExtent) {
  onnx::ModelProto model = gemm_model();
  *model.mutable_graph()->mutable_input(0) = value_info("x", {"", "width"});
  auto graph = read_model(serialise(model), {});
  ASSERT_TRUE(graph.ok());
  auto prepared = prepare(std::move(*graph));
  ASSERT_FALSE(prepared.ok());
  EXPECT_NE(prepared.error().text().find("input \"x\": its extent on axis 1 is symbolic (\"width\")"), std::string::npos);
}

TEST(ReadModel, RefusesMissingDoubleAndCyclicValues) {
  onnx::ModelProto missing = gemm_model();
  missing.mutable_graph()->mutable_initializer()->DeleteSubrange(1, 1);
  EXPECT_NE(error_of(missing).find("reads \"b\""), std::string::npos);
  onnx::ModelProto twice = gemm_model();
  *twice.mutable_graph()->add_initializer() = twice.graph().initializer(0);
  EXPECT_EQ(error_of(twice), "the value \"w\" is defined twice");
  onnx::ModelProto cyclic = gemm_model();
  cyclic.mutable_graph()->mutable_node(0)->set_input(0, "y");
  EXPECT_NE(error_of(cyclic).find("cycle"), std::string::npos);
}

TEST(ReadModel, MakesNodeNamesUnique) {
  onnx::ModelProto model = gemm_model();
  onnx::GraphProto& g = *model.mutable_graph();
  g.mutable_node(0)->set_name("layer");
  g.mutable_node(0)->set_output(0, "a");
  onnx::NodeProto& relu = *g.add_node();
  relu.set_op_type("Relu");
  relu.set_name("layer");
  relu.add_input("a");
  relu.add_output("y");
  auto graph = read_model(serialise(model), {});
  ASSERT_TRUE(graph.ok()) << graph.error().text();
  EXPECT_EQ(graph->nodes[1].name, "layer_1");
}

TEST(ReadModel, ListsUnsupportedNodesEvenWhereInputsAreUnusable) {
  onnx::ModelProto model = gemm_model();
  onnx::GraphProto& g = *model.mutable_graph();
  g.mutable_input(0)->mutable_type()->mutable_tensor_type()->set_elem_type(onnx::TensorProto::STRING);
  g.mutable_node(0)->set_op_type("StringNormalizer");
  auto graph = read_model(serialise(model), {});
  ASSERT_TRUE(graph.ok());
  ASSERT_EQ(unsupported_nodes(*graph).size(), 1u);
  EXPECT_NE(prepare(*graph).error().text().find("StringNormalizer"), std::string::npos);
}

TEST(ReadModel, RefusesDeepNesting) {
  onnx::ModelProto model = gemm_model();
  onnx::GraphProto* g = model.mutable_graph();
  for (int level = 0; level < 40; ++level) {
    onnx::AttributeProto* body = g->add_node()->add_attribute();
    body->set_name("body");
    body->set_type(onnx::AttributeProto::GRAPH);
    g = body->mutable_g();
  }
  EXPECT_NE(error_of(model).find("nested too deep"), std::string::npos);
}

TEST(ReadModel, RefusesAFileThatUnfoldsToFarMoreThanItsSize) {
  // Two bytes for each empty node: 0x0A 0x00 inside the graph field.
  Bytes nodes;
  for (int k = 0; k < 800000; ++k) {
    nodes.push_back(0x0A);
    nodes.push_back(0x00);
  }
  Bytes file = {0x3A};
  for (std::size_t n = nodes.size(); n != 0; n >>= 7) file.push_back(static_cast<std::uint8_t>((n & 0x7F) | (n >> 7 ? 0x80 : 0)));
  file.insert(file.end(), nodes.begin(), nodes.end());
  auto graph = read_model(file, {});
  ASSERT_FALSE(graph.ok());
  EXPECT_NE(graph.error().what.find("far more memory"), std::string::npos);
}

TEST(ReadModelFile, RefusesMissingFilesAndDirectories) {
  EXPECT_EQ(read_model_file("/nonexistent/model.onnx", {}).error().code, ErrorCode::kIo);
  EXPECT_FALSE(read_model_file(std::filesystem::temp_directory_path().string(), {}).ok());
}

TEST(ReadModelFile, RefusesMoreThanTwoGigabytesUnread) {
  const auto path = std::filesystem::temp_directory_path() / ("tacit_reader_test_" + std::to_string(::getpid()));
  std::ofstream(path).put('x');
  std::filesystem::resize_file(path, std::uintmax_t{3} << 30);  // sparse: takes no space
  auto graph = read_model_file(path.string(), {});
  std::filesystem::remove(path);
  ASSERT_FALSE(graph.ok());
  EXPECT_NE(graph.error().text().find("larger than 2 GiB"), std::string::npos);
}

TEST(ReadTensor, ConvertsEveryNumericType) {
  onnx::TensorProto half;
  half.set_data_type(onnx::TensorProto::FLOAT16);
  half.add_dims(2);
  half.add_int32_data(0x3C00);
  half.add_int32_data(0xC000);
  EXPECT_EQ(read_tensor(serialise(half), "t")->f, (std::vector<float>{1, -2}));
  onnx::TensorProto bytes;
  bytes.set_data_type(onnx::TensorProto::INT8);
  bytes.add_dims(2);
  bytes.set_raw_data("\x7F\x80", 2);
  EXPECT_EQ(read_tensor(serialise(bytes), "t")->i, (std::vector<std::int64_t>{127, -128}));
  EXPECT_EQ(read_tensor(serialise(bytes), "t")->element, Element::kInt8);
  EXPECT_EQ(read_tensor(serialise(half), "t")->element, Element::kFloat16);
  onnx::TensorProto wide;
  wide.set_data_type(onnx::TensorProto::UINT64);
  wide.add_dims(1);
  wide.add_uint64_data(~std::uint64_t{0});
  EXPECT_FALSE(read_tensor(serialise(wide), "t").ok());
  onnx::TensorProto text;
  text.set_data_type(onnx::TensorProto::STRING);
  EXPECT_EQ(read_tensor(serialise(text), "t").error().text(), "t: it has element type string");
}

TEST(ReadTensor, RefusesNumbersThatAreNotOfTheType) {
  auto typed = [](onnx::TensorProto::DataType type, int number) {
    onnx::TensorProto t;
    t.set_data_type(type);
    t.add_dims(1);
    t.add_int32_data(number);
    auto tensor = read_tensor(serialise(t), "t");
    return tensor.ok() ? "" : tensor.error().text();
  };
  EXPECT_EQ(typed(onnx::TensorProto::INT8, -128), "");
  EXPECT_EQ(typed(onnx::TensorProto::INT8, 128), "t: it holds 128, which is no int8");
  EXPECT_EQ(typed(onnx::TensorProto::UINT16, -1), "t: it holds -1, which is no uint16");
  EXPECT_EQ(typed(onnx::TensorProto::FLOAT16, 65536), "t: it holds 65536, which is no float16");
  EXPECT_EQ(typed(onnx::TensorProto::BOOL, 1), "");
  EXPECT_EQ(typed(onnx::TensorProto::BOOL, 2), "t: it holds 2, which is no bool");
  EXPECT_EQ(typed(static_cast<onnx::TensorProto::DataType>(22), 0), "t: it has element type int4");
}

TEST(ReadTensor, RefusesDataGivenTwice) {
  onnx::TensorProto t = float_tensor("t", {1}, {1});
  t.add_float_data(2);
  EXPECT_FALSE(read_tensor(serialise(t), "t").ok());
}

}  // namespace
}  // namespace tacit
