// A data file from a stranger, in every format: arrays whose shapes hold and whose values are finite or
// missing, or one line.
//
//   byte 0 mod 4: the extension of the file (.npy and .npz are told by their bytes)     then the file
#include <algorithm>
#include <cmath>

#include "data/read.h"
#include "data/samples.h"
#include "expect.h"

namespace tacit {
namespace {

void expect_one_line(const Error& error) {
  const std::string text = error.text();
  FUZZ_EXPECT(!text.empty());
  FUZZ_EXPECT(std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }));
}

void expect_sound(const Array& array) {
  auto count = value_count(array.dims, "array");
  FUZZ_EXPECT(count.ok() && *count == array.values.size());
  FUZZ_EXPECT(array.labels.empty() || array.labels.size() == array.values.size());
  const bool floats = !is_integer(array.type);   // theirs may be missing or infinite: whoever uses them decides
  FUZZ_EXPECT(floats || std::all_of(array.values.begin(), array.values.end(), [](double v) { return std::isfinite(v); }));
}

// The same arrays as inputs of a small model and as class labels.
void use_them(const std::vector<Array>& arrays) {
  const std::vector<InputShape> shapes = {{"x", {2, 3}}, {"y", {4}}};
  for (std::size_t inputs : {std::size_t{1}, std::size_t{2}}) {
    auto samples = bind_samples(arrays, std::span(shapes).first(inputs), "data");
    if (!samples.ok()) { expect_one_line(samples.error()); continue; }
    FUZZ_EXPECT(samples->count >= 1 && samples->inputs.size() == inputs);
    FUZZ_EXPECT(samples->inputs[0].size() == samples->count * 6);
  }
  auto labels = class_labels(arrays, "data");
  if (!labels.ok()) expect_one_line(labels.error());
}

}  // namespace
}  // namespace tacit

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tacit;
  if (size == 0) return 0;
  constexpr const char* kPaths[] = {"data.npy", "data.csv", "data.json", "data.pb"};
  auto arrays = parse_arrays(ByteSpan(data + 1, size - 1), kPaths[data[0] % 4]);
  if (!arrays.ok()) return expect_one_line(arrays.error()), 0;
  FUZZ_EXPECT(!arrays->empty());
  for (const Array& array : *arrays) expect_sound(array);
  use_them(*arrays);
  return 0;
}
