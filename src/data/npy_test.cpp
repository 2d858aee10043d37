#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "data/formats.h"
#include "data/numbers.h"
#include "data/test_files.h"
#include "data/write.h"
#include "tensor/half.h"

namespace tacit {
namespace {

using test::npy_dictionary;
using test::npy_file;

std::string complaint(const Bytes& file) {
  auto read = parse_npy(file, "a.npy");
  return read.ok() ? "" : read.error().text();
}

std::vector<double> values_of(const Bytes& file) {
  auto read = parse_npy(file, "a.npy");
  EXPECT_TRUE(read.ok()) << read.error().text();
  return read.ok() ? read->values : std::vector<double>{};
}

TEST(Npy, ReadsEveryVersionOfTheHeader) {
  for (std::uint8_t major : {1, 2, 3}) {
    auto read = parse_npy(npy_file(npy_dictionary("|u1", "(2, 3)"), {1, 2, 3, 4, 5, 6}, major), "a.npy");
    ASSERT_TRUE(read.ok()) << read.error().text();
    EXPECT_EQ(read->dims, (std::vector<std::uint64_t>{2, 3}));
    EXPECT_EQ(read->values, (std::vector<double>{1, 2, 3, 4, 5, 6}));
    EXPECT_EQ(read->type, ArrayType::kUint8);
  }
  EXPECT_NE(complaint(npy_file(npy_dictionary("|u1", "(1,)"), {1}, 4)).find("version 4.0"), std::string::npos);
}

TEST(Npy, ReadsEveryIntegerTypeInBothByteOrders) {
  EXPECT_EQ(values_of(npy_file(npy_dictionary("|b1", "(3,)"), {0, 1, 255})), (std::vector<double>{0, 1, 1}));
  EXPECT_EQ(values_of(npy_file(npy_dictionary("|i1", "(2,)"), {0x80, 0x7f})), (std::vector<double>{-128, 127}));
  EXPECT_EQ(values_of(npy_file(npy_dictionary("<i2", "(1,)"), {0xfe, 0xff})), std::vector<double>{-2});
  EXPECT_EQ(values_of(npy_file(npy_dictionary(">i2", "(1,)"), {0xff, 0xfe})), std::vector<double>{-2});
  EXPECT_EQ(values_of(npy_file(npy_dictionary("<u2", "(1,)"), {0x01, 0xff})), std::vector<double>{0xff01});
  EXPECT_EQ(values_of(npy_file(npy_dictionary(">i4", "(1,)"), {0x80, 0, 0, 1})), std::vector<double>{-2147483647});
  EXPECT_EQ(values_of(npy_file(npy_dictionary("<u4", "(1,)"), {0, 0, 0, 0x80})), std::vector<double>{2147483648});
  EXPECT_EQ(values_of(npy_file(npy_dictionary(">i8", "(1,)"), {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfd})),
            std::vector<double>{-3});
  EXPECT_EQ(values_of(npy_file(npy_dictionary("<u8", "(1,)"), {0, 0, 0, 0, 0, 0, 0x20, 0})),
            std::vector<double>{9007199254740992});
}

TEST(Npy, ReadsEveryFloatTypeInBothByteOrders) {
  EXPECT_EQ(values_of(npy_file(npy_dictionary("<f2", "(2,)"), {0x00, 0x3e, 0x01, 0x80})),
            (std::vector<double>{1.5, -std::ldexp(1, -24)}));
  EXPECT_EQ(values_of(npy_file(npy_dictionary(">f2", "(1,)"), {0x7b, 0xff})), std::vector<double>{65504});
  EXPECT_EQ(values_of(npy_file(npy_dictionary("<f4", "(1,)"), {0, 0, 0x20, 0xc0})), std::vector<double>{-2.5});
  EXPECT_EQ(values_of(npy_file(npy_dictionary(">f8", "(1,)"), {0x3f, 0xf8, 0, 0, 0, 0, 0, 0})), std::vector<double>{1.5});
}

TEST(Npy, TurnsFortranOrderIntoRowMajor) {
  // Element [i, j, k] has the value 100 i + 10 j + k; the first axis runs fastest in the file.
  Bytes stored;
  for (int k = 0; k < 2; ++k)
    for (int j = 0; j < 3; ++j)
      for (int i = 0; i < 2; ++i) stored.push_back(static_cast<std::uint8_t>(100 * i + 10 * j + k));
  EXPECT_EQ(values_of(npy_file(npy_dictionary("|u1", "(2, 3, 2)", true), stored)),
            (std::vector<double>{0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121}));
}

TEST(Npy, ReadsScalarsAndEmptyArrays) {
  auto scalar = parse_npy(npy_file(npy_dictionary("|u1", "()"), {9}), "a.npy");
  ASSERT_TRUE(scalar.ok());
  EXPECT_TRUE(scalar->dims.empty());
  EXPECT_EQ(scalar->values, std::vector<double>{9});
  auto empty = parse_npy(npy_file(npy_dictionary("<f8", "(0, 7)", true), {}), "a.npy");
  ASSERT_TRUE(empty.ok());
  EXPECT_TRUE(empty->values.empty());
}

TEST(Npy, ReadsNanAndInfinity) {
  Bytes nan{0, 0, 0x80, 0x3f, 0, 0, 0xc0, 0x7f};
  const std::vector<double> values = values_of(npy_file(npy_dictionary("<f4", "(1, 2)"), nan));
  ASSERT_EQ(values.size(), 2u);
  EXPECT_EQ(values[0], 1);
  EXPECT_TRUE(std::isnan(values[1]));
  Bytes infinity{0x00, 0x7c};
  EXPECT_EQ(values_of(npy_file(npy_dictionary("<f2", "(1,)"), infinity)), std::vector<double>{HUGE_VAL});
}

TEST(Npy, RefusesIntegersThatADoubleCannotHold) {
  Bytes beyond{1, 0, 0, 0, 0, 0, 0x20, 0};  // 2^53 + 1
  for (const char* descr : {"<i8", "<u8"}) {
    EXPECT_NE(complaint(npy_file(npy_dictionary(descr, "(1,)"), beyond)).find("beyond 2^53"), std::string::npos);
  }
  Bytes lowest{0x80, 0, 0, 0, 0, 0, 0, 0};
  EXPECT_NE(complaint(npy_file(npy_dictionary(">i8", "(1,)"), lowest)).find("beyond 2^53"), std::string::npos);
}

TEST(Npy, RefusesTypesThatAreNeitherNumbersNorTexts) {
  for (const char* descr : {"<U", "|U4", "|O", "<c8", "<f16", "|S4", "<M8", "", "f", "=f4"}) {
    EXPECT_NE(complaint(npy_file(npy_dictionary(descr, "(1,)"), Bytes(16))).find("only numbers"), std::string::npos);
  }
  std::string records = "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }\n";
  EXPECT_NE(complaint(npy_file(records, Bytes(4))).find("records"), std::string::npos);
}

TEST(Npy, RefusesMalformedHeaders) {
  for (const char* text :
       {"", "{", "{}", "{'descr': '|u1'}", "{'descr': '|u1', 'fortran_order': False, 'shape': (1)}",
        "{'descr': '|u1', 'fortran_order': Maybe, 'shape': (1,)}", "{'descr': '|u1', 'fortran_order': False, 'shape': (-1,)}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (1,)} x", "{'descr': '|u1', 'descr': '|u1', 'shape': (1,)}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (1,), 'more': 1}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999999999,)}"}) {
    EXPECT_NE(complaint(npy_file(text, {1})).find("malformed"), std::string::npos) << text;
  }
}

TEST(Npy, RefusesHugeDeclarationsBeforeAllocating) {
  for (const char* shape : {"(4294967296, 4294967296)", "(18446744073709551615,)", "(536870913,)",
                            "(65536, 65536, 65536, 65536, 65536)"}) {
    EXPECT_NE(complaint(npy_file(npy_dictionary("|u1", shape), {1})).find("more than"), std::string::npos) << shape;
  }
  EXPECT_NE(complaint(npy_file(npy_dictionary("<f8", "(536870912,)"), {1})).find("needs 4294967296"), std::string::npos);
  EXPECT_NE(complaint(npy_file(npy_dictionary("|u1", "(1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1)"), {1})).find("axes"),
            std::string::npos);
}

TEST(Npy, RefusesMissingAndTrailingBytes) {
  Bytes file = npy_file(npy_dictionary("<f4", "(2,)"), Bytes(8));
  EXPECT_EQ(complaint(file), "");
  for (std::size_t n = 0; n < file.size(); ++n) {
    EXPECT_NE(complaint(Bytes(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(n))), "") << n;
  }
  EXPECT_NE(complaint(test::join(file, {0})), "");
}

TEST(Npy, WhatIsWrittenReadsBackForEveryType) {
  for (int t = 0; t <= static_cast<int>(ArrayType::kFloat64); ++t) {
    auto type = static_cast<ArrayType>(t);
    if (type == ArrayType::kBfloat16) continue;
    std::vector<double> values{0, 1, 1, 0, 1, 1};
    if (type != ArrayType::kBool) values[4] = 77;
    if (!is_integer(type)) values[5] = -0.5;
    Array array{"", {3, 2}, values, type};
    auto back = parse_npy(encode_npy(array), "a.npy");
    ASSERT_TRUE(back.ok()) << type_name(type) << back.error().text();
    EXPECT_EQ(back->values, values) << type_name(type);
    EXPECT_EQ(back->type, type);
    EXPECT_EQ(back->dims, array.dims);
  }
  EXPECT_EQ(encode_npy({"", {5}, std::vector<double>(5), ArrayType::kFloat32}).size() % 64, 20u);
}

TEST(Numbers, HalfFloatsSurviveTheRoundTripBitForBit) {
  for (std::uint32_t bits = 0; bits < 65536; ++bits) {
    double value = half_to_float(static_cast<std::uint16_t>(bits));
    if (!std::isfinite(value)) continue;
    ASSERT_EQ(encode_number(value, ArrayType::kFloat16), bits);
  }
}

TEST(Numbers, HalfFloatsRoundToEven) {
  EXPECT_EQ(encode_number(1 + std::ldexp(1, -11), ArrayType::kFloat16), 0x3c00u);
  EXPECT_EQ(encode_number(1 + 3 * std::ldexp(1, -11), ArrayType::kFloat16), 0x3c02u);
  EXPECT_EQ(encode_number(std::ldexp(1, -25), ArrayType::kFloat16), 0u);
  EXPECT_EQ(encode_number(2047.5, ArrayType::kFloat16), 0x6800u);
  EXPECT_EQ(encode_number(1 + std::ldexp(1, -8), ArrayType::kBfloat16), 0x3f80u);
}

TEST(NumbersDeathTest, AValueOutsideItsIntegerTypeIsABrokenContract) {
  EXPECT_EXIT((void)encode_number(256, ArrayType::kUint8), ::testing::ExitedWithCode(3), "does not fit");
  EXPECT_EXIT((void)encode_number(0.5, ArrayType::kInt64), ::testing::ExitedWithCode(3), "does not fit");
}

}  // namespace
}  // namespace tacit
