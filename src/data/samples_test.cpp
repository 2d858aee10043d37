#include "data/samples.h"

#include <gtest/gtest.h>

#include <numeric>

namespace tacit {
namespace {

using Dims = std::vector<std::uint64_t>;

Array counted(const std::string& name, Dims dims) {
  auto count = std::accumulate(dims.begin(), dims.end(), std::uint64_t{1}, std::multiplies<>());
  Array array{name, dims, std::vector<double>(count), ArrayType::kFloat32};
  std::iota(array.values.begin(), array.values.end(), 0.0);
  return array;
}

std::uint64_t count_of(Dims array, Dims input) {
  std::vector<InputShape> inputs{{"x", input}};
  auto samples = bind_samples({counted("", array)}, inputs, "f");
  return samples.ok() ? samples->count : 0;
}

TEST(Samples, AcceptsOneOrManyInferencesInEveryUsualShape) {
  EXPECT_EQ(count_of({1, 28, 28}, {1, 1, 28, 28}), 1u);
  EXPECT_EQ(count_of({100, 1, 1, 28, 28}, {1, 1, 28, 28}), 100u);
  EXPECT_EQ(count_of({100, 28, 28}, {1, 1, 28, 28}), 100u);
  EXPECT_EQ(count_of({100, 784}, {1, 1, 28, 28}), 100u);
  EXPECT_EQ(count_of({784}, {1, 1, 28, 28}), 1u);
  EXPECT_EQ(count_of({45, 4}, {1, 4}), 45u);
  EXPECT_EQ(count_of({45, 4}, {5, 4}), 9u);
  EXPECT_EQ(count_of({45}, {1}), 45u);
  EXPECT_EQ(count_of({2, 1}, {1, 1, 2}), 1u);
}

TEST(Samples, RefusesOtherShapes) {
  EXPECT_EQ(count_of({28, 29}, {1, 28, 28}), 0u);
  EXPECT_EQ(count_of({4, 45}, {1, 4}), 0u);
  EXPECT_EQ(count_of({3, 32, 32}, {1, 32, 32, 3}), 0u);
  EXPECT_EQ(count_of({44, 4}, {5, 4}), 0u);
  EXPECT_EQ(count_of({0, 4}, {1, 4}), 0u);
  EXPECT_EQ(count_of({785}, {1, 28, 28}), 0u);
}

TEST(Samples, FindsInputsByNameAndIgnoresOtherArrays) {
  std::vector<InputShape> inputs{{"a", {1, 2}}, {"b", {1}}};
  auto samples = bind_samples({counted("b", {3}), counted("label", {3}), counted("a", {3, 2})}, inputs, "f");
  ASSERT_TRUE(samples.ok()) << samples.error().text();
  EXPECT_EQ(samples->count, 3u);
  EXPECT_EQ(samples->inputs[0].size(), 6u);
  EXPECT_EQ(samples->inputs[1].size(), 3u);
}

TEST(Samples, TakesInputsInOrderWhenNamesDoNotMatch) {
  std::vector<InputShape> inputs{{"a", {1, 2}}, {"b", {1}}};
  EXPECT_TRUE(bind_samples({counted("", {2}), counted("", {1})}, inputs, "f").ok());
  EXPECT_NE(bind_samples({counted("", {2})}, inputs, "f").error().text().find("(a, b)"), std::string::npos);
}

TEST(Samples, PutsColumnsSideBySide) {
  std::vector<InputShape> inputs{{"x", {1, 3}}};
  auto samples = bind_samples({counted("p", {2}), counted("q", {2}), counted("r", {2})}, inputs, "f");
  ASSERT_TRUE(samples.ok()) << samples.error().text();
  EXPECT_EQ(samples->inputs[0], (std::vector<double>{0, 0, 0, 1, 1, 1}));
  std::vector<Array> four(4, counted("", {2}));
  EXPECT_NE(bind_samples(four, inputs, "f").error().text().find("(2, 4) where the model takes (1, 3)"), std::string::npos);
}

TEST(Samples, RefusesInputsOfDifferentCounts) {
  std::vector<InputShape> inputs{{"a", {1, 2}}, {"b", {1}}};
  EXPECT_FALSE(bind_samples({counted("a", {3, 2}), counted("b", {2})}, inputs, "f").ok());
}

TEST(Samples, ReadsClassLabels) {
  Array classes{"target", {3, 1}, {2, 0, -1}, ArrayType::kFloat64};
  EXPECT_EQ(class_labels({classes}, "f").value(), (std::vector<std::int64_t>{2, 0, -1}));
  EXPECT_EQ(class_labels({counted("x", {3, 2}), classes}, "f").value().size(), 3u);
  EXPECT_FALSE(class_labels({counted("x", {3}), counted("z", {3})}, "f").ok());
  EXPECT_FALSE(class_labels({counted("x", {3, 2})}, "f").ok());
  classes.values[1] = 0.5;
  EXPECT_NE(class_labels({classes}, "f").error().text().find("label 1"), std::string::npos);
  classes.values[1] = 1e300;
  EXPECT_FALSE(class_labels({classes}, "f").ok());
}

}  // namespace
}  // namespace tacit
