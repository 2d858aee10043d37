// Arrays of texts: class labels as outputs show them.
#include <gtest/gtest.h>

#include "data/formats.h"
#include "data/samples.h"
#include "data/write.h"

namespace tacit {
namespace {

Array labelled() { return {"label", {2, 2}, {0, 1, 2, 0}, ArrayType::kInt64, {"ham", "caf\xc3\xa9, \"x\"", "", "\xf0\x9f\x8c\xb3"}}; }

TEST(Texts, ReadBackFromNpyAndNpz) {
  const Array array = labelled();
  const auto npy = parse_npy(encode_npy(array), "t");
  ASSERT_TRUE(npy.ok()) << npy.error().text();
  EXPECT_EQ(npy->labels, array.labels);
  EXPECT_EQ(npy->dims, array.dims);
  const std::vector<Array> several = {array, {"p", {2}, {1, 2}, ArrayType::kFloat32}};
  const auto npz = parse_npz(*encode_npz(several), "t");
  ASSERT_TRUE(npz.ok()) << npz.error().text();
  ASSERT_EQ(npz->size(), 2u);
  EXPECT_EQ((*npz)[0].labels, array.labels);
  EXPECT_TRUE((*npz)[1].labels.empty());
}

TEST(Texts, AreWrittenAsSuchInJsonAndCsv) {
  EXPECT_EQ(encode_json(labelled()), "[[\"ham\",\"caf\\u00e9, \\\"x\\\"\"],\n [\"\",\"\\ud83c\\udf33\"]]");
  const std::vector<Array> one = {labelled()};
  EXPECT_EQ(*encode_csv(one), "label[0],label[1]\nham,\"caf\xc3\xa9, \"\"x\"\"\"\n\"\",\xf0\x9f\x8c\xb3\n");
}

TEST(Texts, HostileNpyFilesAreRefused) {
  const Bytes good = encode_npy({"", {2}, {0, 1}, ArrayType::kInt64, {"ab", "c"}});
  const auto at = std::string(good.begin(), good.end()).find("<U2");
  ASSERT_NE(at, std::string::npos);
  for (const char* descr : {"<U3", "<U0", "<U-", "|U2", "<S2"}) {
    Bytes bad = good;
    std::copy(descr, descr + 3, bad.begin() + static_cast<std::ptrdiff_t>(at));
    EXPECT_FALSE(parse_npy(bad, "t").ok()) << descr;
  }
  Bytes surrogate = good;
  surrogate[surrogate.size() - 8] = 0x00;
  surrogate[surrogate.size() - 7] = 0xD8;
  EXPECT_FALSE(parse_npy(surrogate, "t").ok());
  Bytes beyond = good;
  beyond[beyond.size() - 6] = 0x11;
  EXPECT_FALSE(parse_npy(beyond, "t").ok());
}

TEST(Texts, AreNoInputOfAModelAndNoClassNumbers) {
  const std::vector<InputShape> shapes = {{"x", {2}}};
  const auto bound = bind_samples({{"x", {2}, {0, 1}, ArrayType::kInt64, {"a", "b"}}}, shapes, "t");
  ASSERT_FALSE(bound.ok());
  EXPECT_NE(bound.error().what.find("texts"), std::string::npos);
  EXPECT_FALSE(class_labels({{"y", {2}, {0, 1}, ArrayType::kInt64, {"a", "b"}}}, "t").ok());
}

TEST(ArrayType, IsFoundByItsName) {
  for (const ArrayType t : {ArrayType::kBool, ArrayType::kInt8, ArrayType::kUint64, ArrayType::kBfloat16, ArrayType::kFloat64}) {
    EXPECT_EQ(array_type_of(type_name(t)), t);
  }
  EXPECT_EQ(array_type_of("string"), ArrayType::kInt64);
  EXPECT_EQ(array_type_of("unknown"), ArrayType::kFloat32);
}

}  // namespace
}  // namespace tacit
