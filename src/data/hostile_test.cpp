// Every format against damage: whatever is cut off or changed, the parser returns, and what it accepts is sound.
#include <gtest/gtest.h>
#include <onnx/onnx_pb.h>

#include <cmath>

#include "data/read.h"
#include "data/test_files.h"
#include "data/write.h"

namespace tacit {
namespace {

struct Format {
  std::string path;
  Bytes file;
};

Bytes tensor_file() {
  onnx::TensorProto tensor;
  tensor.set_name("input");
  tensor.set_data_type(onnx::TensorProto::INT32);
  tensor.add_dims(2);
  tensor.add_dims(3);
  for (int i = 0; i < 6; ++i) tensor.add_int32_data(1000 * i);
  return test::to_bytes(tensor.SerializeAsString());
}

std::vector<Format> formats() {
  Array array{"", {2, 3}, {1, -2.5, 3, 4, 5.25, 6}, ArrayType::kFloat32};
  Bytes npy = encode_npy(array);
  return {
      {"a.npy", npy},
      {"f.npy", test::npy_file(test::npy_dictionary(">i8", "(2, 2)", true), Bytes(32), 2)},
      {"a.npz", test::zip_file({{"x.npy", npy, false}, {"y.npy", npy, true}}, "comment")},
      {"a.csv", test::to_bytes("\"sepal, cm\",b,target\r\n1.5,-2e3,0\r\n\"3\",4,1\r\n")},
      {"a.json", test::to_bytes(R"({"x": [[1, 2.5], [3, -4e2]], "y": [true, false], "z": 3})")},
      {"e.json", test::to_bytes(R"({"input_data": [[1, 2, 3, 4], [0.5]], "input_shapes": [[2, 2], [1]]})")},
      {"a.pb", tensor_file()},
  };
}

/// Parses, and checks what a parser promises of everything it accepts.
bool accepted_and_sound(const Bytes& file, const std::string& path) {
  auto read = parse_arrays(file, path);
  if (!read.ok()) {
    std::string text = read.error().text();
    EXPECT_FALSE(text.empty());
    EXPECT_EQ(text.find('\n'), std::string::npos) << text;
    return false;
  }
  EXPECT_FALSE(read->empty());
  for (const Array& array : *read) {
    auto count = value_count(array.dims, "");
    EXPECT_TRUE(count.ok() && *count == array.values.size());
    EXPECT_TRUE(check_values(array, "").ok());
  }
  return true;
}

std::uint32_t next_random(std::uint32_t& state) { return state = state * 1664525u + 1013904223u; }

TEST(Hostile, UndamagedFilesAreAccepted) {
  for (const Format& f : formats()) EXPECT_TRUE(accepted_and_sound(f.file, f.path)) << f.path;
}

TEST(Hostile, EveryTruncationReturns) {
  for (const Format& f : formats()) {
    for (std::size_t n = 0; n < f.file.size(); ++n) {
      bool accepted = accepted_and_sound(Bytes(f.file.begin(), f.file.begin() + static_cast<std::ptrdiff_t>(n)), f.path);
      bool length_checked = !f.path.ends_with(".csv") && !f.path.ends_with(".pb");
      EXPECT_FALSE(accepted && length_checked) << f.path << " cut to " << n;
    }
  }
}

TEST(Hostile, EveryChangedByteReturns) {
  for (const Format& f : formats()) {
    for (std::size_t at = 0; at < f.file.size(); ++at) {
      for (std::uint8_t change : {0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xff}) {
        Bytes damaged = f.file;
        damaged[at] ^= change;
        accepted_and_sound(damaged, f.path);
      }
    }
  }
}

TEST(Hostile, ManyRandomChangesReturn) {
  std::uint32_t state = 1;
  for (const Format& f : formats()) {
    for (int round = 0; round < 4000; ++round) {
      Bytes damaged = f.file;
      for (std::uint32_t changes = 1 + next_random(state) % 6; changes > 0; --changes) {
        std::size_t at = (next_random(state) >> 4) % damaged.size();
        std::uint32_t kind = (next_random(state) >> 8) % 4;
        auto place = damaged.begin() + static_cast<std::ptrdiff_t>(at);
        if (kind == 0) *place = static_cast<std::uint8_t>(next_random(state) >> 16);
        if (kind == 1) *place = 0xff;
        if (kind == 2 && damaged.size() > 1) damaged.erase(place);
        if (kind == 3) damaged.insert(place, damaged[(next_random(state) >> 4) % damaged.size()]);
      }
      accepted_and_sound(damaged, f.path);
    }
  }
}

TEST(Hostile, AFileGivenTheWrongNameReturns) {
  for (const Format& f : formats()) {
    for (const Format& other : formats()) accepted_and_sound(f.file, other.path);
  }
}

}  // namespace
}  // namespace tacit
