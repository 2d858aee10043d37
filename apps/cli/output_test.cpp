#include <gtest/gtest.h>

#include "base/text.h"
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
  EXPECT_EQ(lines.str(), "a  x\\x1b[2J\\x0ay\n");
}

TEST(Output, EveryByteOfANameIsVisibleOnce) {
  for (const char* kept : {"plain", "caf\xc3\xa9", "\xe6\x96\x87\xe5\xad\x97", "\xf0\x9f\x98\x80", "back\\slash", ""}) EXPECT_EQ(visible(kept), kept);
  const std::pair<std::string, std::string> changed[] = {
      {"a\tb\x7f", "a\\x09b\\x7f"},
      {"\xff\xfe", "\\xff\\xfe"},                     // no UTF-8
      {"\xc3", "\\xc3"},                               // cut
      {"\xc3(", "\\xc3("},
      {"\xc0\xaf", "\\xc0\\xaf"},                     // overlong
      {"\xe0\x80\xaf", "\\xe0\\x80\\xaf"},
      {"\xed\xa0\x80", "\\xed\\xa0\\x80"},           // a surrogate
      {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"}, // above 10FFFF
      {"\xc2\x9b" "2J", "\\xc2\\x9b2J"},              // a control character beyond ASCII
      {"\xe2\x80\xae", "\\xe2\\x80\\xae"},           // right to left
      {std::string("a\0b", 3), "a\\x00b"}};
  for (const auto& [name, shown] : changed) {
    EXPECT_EQ(visible(name), shown);
    EXPECT_EQ(visible(shown), shown);
  }
}

TEST(Output, ALongNameIsCutBetweenCharacters) {
  std::string name = "x";
  for (int i = 0; i < 60; ++i) name += "\xc3\xa9";
  const std::string shown = printable(name);
  EXPECT_TRUE(shown.ends_with("\xc3\xa9..."));
  EXPECT_EQ(shown.size(), 79u + 3u);
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
