// For tests: y = relu(x * W + b) as ONNX bytes with weights of the test's choice, compiled, and audited.
#pragma once

#include <gtest/gtest.h>

#include <array>

#include "api/audit.h"
#include "api/build.h"
#include "api/tiny_model.h"

namespace tacit::api {

struct DenseNumbers {
  std::array<float, 4> weights = {2, -1, 1, 0.75f};
  std::array<float, 2> bias = {0.5f, -0.25f};
};

template <std::size_t N>
std::string tensor_field(const std::string& name, const std::string& dims, const std::array<float, N>& values) {
  std::string raw(sizeof values, '\0');
  std::memcpy(raw.data(), values.data(), sizeof values);
  return with(5, dims + number_field(2, 1) + with(8, name) + with(9, raw));
}

inline Bytes dense_model(const DenseNumbers& n = {}, const std::string& input = "x") {
  const std::string gemm = with(1, input) + with(1, "W") + with(1, "b") + with(2, "h") + with(4, "Gemm");
  const std::string graph = with(1, gemm) + with(1, with(1, "h") + with(2, "y") + with(4, "Relu")) + with(2, "dense") +
                            tensor_field("W", number_field(1, 2) + number_field(1, 2), n.weights) +
                            tensor_field("b", number_field(1, 2), n.bias) + with(11, tiny_value(input)) + with(12, tiny_value("y"));
  const std::string model = number_field(1, 7) + with(7, graph) + with(8, number_field(2, 13));
  return {model.begin(), model.end()};
}

inline Built built_from(const Bytes& onnx, const CompileOptions& options = {}) {
  auto source = read_source(onnx, options);
  EXPECT_TRUE(source.ok()) << source.error().text();
  auto built = build(*source, {}, {}, Range{-1, 1}, options, {});
  EXPECT_TRUE(built.ok()) << built.error().text();
  return std::move(*built);
}

inline ModelRecipe recipe_in(const ProverModel& model) {
  auto recipe = read_recipe(model.recipe);
  EXPECT_TRUE(recipe.ok()) << recipe.error().text();
  return std::move(*recipe);
}

inline constexpr const char* kTestTime = "2026-01-31T23:59:59Z";

/// The lines that say what differs.
inline std::vector<std::string> audited(const Bytes& onnx, const Bytes& key, const ProverModel& bundle) {
  auto found = audit({onnx, key, recipe_in(bundle), &bundle}, {}, kTestTime);
  EXPECT_TRUE(found.ok()) << found.error().text();
  return found.ok() ? found->differences : std::vector<std::string>{"error"};
}

/// Does exactly one line begin so, and every line with one of them?
inline ::testing::AssertionResult only(const std::vector<std::string>& lines, const std::vector<std::string>& beginnings) {
  std::vector<std::size_t> hits(beginnings.size(), 0);
  for (const std::string& line : lines) {
    bool known = false;
    for (std::size_t i = 0; i < beginnings.size(); ++i) {
      if (line.rfind(beginnings[i], 0) != 0) continue;
      known = true;
      ++hits[i];
    }
    if (!known) return ::testing::AssertionFailure() << "unexpected: " << line;
    if (line.find('\n') != std::string::npos) return ::testing::AssertionFailure() << "more than one line: " << line;
  }
  for (std::size_t i = 0; i < hits.size(); ++i)
    if (hits[i] != 1) return ::testing::AssertionFailure() << hits[i] << " lines begin with \"" << beginnings[i] << "\"";
  return ::testing::AssertionSuccess();
}

}  // namespace tacit::api
