#include <gtest/gtest.h>

#include "output.h"

namespace tacit::cli {
namespace {

TEST(Output, AlignsLabels) {
  Lines lines;
  lines.add("a", "1");
  lines.add("longer", "2");
  lines.add("", "3");
  EXPECT_EQ(lines.str(), "a       1\nlonger  2\n        3\n");
}

TEST(Output, NoValueSteersTheTerminal) {
  Lines lines;
  lines.add("a", "x\x1b[2J\ny");
  EXPECT_EQ(lines.str(), "a  x?[2J?y\n");
}

TEST(Output, WritesSizesAndTimesForPeople) {
  EXPECT_EQ(kib(1536), "1.5 KiB");
  EXPECT_EQ(kib(43), "43 bytes");
  EXPECT_EQ(kib(std::uint64_t{64} << 20), "64.0 MiB");
  EXPECT_EQ(duration(0.0123), "12.3 ms");
  EXPECT_EQ(duration(4.567), "4.57 s");
  EXPECT_EQ(duration(0.9999), "1 s");
  EXPECT_EQ(duration(1234.5), "1234 s");
  EXPECT_EQ(percent(1, 3), "33.33 %");
  EXPECT_EQ(shape({1, 28, 28}), "1 x 28 x 28");
  EXPECT_EQ(shape({}), "scalar");
}

TEST(Output, CutsLongValues) {
  Array array{"", {100}, std::vector<double>(100, 0.5), ArrayType::kFloat32};
  EXPECT_NE(values(array).find("... 88 more"), std::string::npos);
}

}  // namespace
}  // namespace tacit::cli
