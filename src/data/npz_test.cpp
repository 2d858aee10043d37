#include <gtest/gtest.h>

#include "data/formats.h"
#include "data/test_files.h"
#include "data/zip.h"

namespace tacit {
namespace {

using test::npy_dictionary;
using test::npy_file;
using test::zip_file;
using test::ZipPart;

Bytes small_npy(std::uint8_t value = 7) { return npy_file(npy_dictionary("|u1", "(2,)"), {value, 8}); }

std::string complaint(const Bytes& file) {
  auto read = parse_npz(file, "a.npz");
  return read.ok() ? "" : read.error().text();
}

TEST(Npz, ReadsStoredAndDeflatedEntriesInOrder) {
  auto read = parse_npz(zip_file({{"x.npy", small_npy(1), false}, {"y.npy", small_npy(2), true}}, "a comment"), "a.npz");
  ASSERT_TRUE(read.ok()) << read.error().text();
  ASSERT_EQ(read->size(), 2u);
  EXPECT_EQ((*read)[0].name, "x");
  EXPECT_EQ((*read)[1].name, "y");
  EXPECT_EQ((*read)[0].values, (std::vector<double>{1, 8}));
  EXPECT_EQ((*read)[1].values, (std::vector<double>{2, 8}));
}

TEST(Npz, ReadsEntriesLargerThanTheHeaderWindow) {
  Bytes values(300000);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<std::uint8_t>(i * i >> 3);
  for (bool deflate : {false, true}) {
    auto read = parse_npz(zip_file({{"x.npy", npy_file(npy_dictionary("|u1", "(300000,)"), values), deflate}}), "a.npz");
    ASSERT_TRUE(read.ok()) << read.error().text();
    EXPECT_EQ((*read)[0].values.back(), values.back());
  }
}

TEST(Npz, ABombIsRefusedByItsDeclaredShapeBeforeItIsUnpacked) {
  Bytes npy = npy_file(npy_dictionary("|u1", "(1,)"), Bytes(std::size_t{64} << 20));
  EXPECT_NE(complaint(zip_file({{"x.npy", npy, true}})).find("does not match its shape"), std::string::npos);
}

TEST(Npz, EntriesTogetherMayNotPassTheTotal) {
  // 2^29 + 1 declared values in two entries whose claimed sizes deflate could give; nothing is unpacked to find out.
  Bytes large = npy_file(npy_dictionary("|u1", "(536870912,)"), {});
  std::vector<ZipPart> parts{{"x.npy", test::join(large, Bytes(std::size_t{1} << 20)), true}, {"y.npy", small_npy(), true}};
  parts[0].size = static_cast<std::uint32_t>(large.size()) + 536870912;
  parts[0].packed.resize(parts[0].size / 1032 + 1);
  EXPECT_NE(complaint(zip_file(parts)).find("declares more than"), std::string::npos);
}

TEST(Npz, RefusesAStreamThatGoesOnPastItsDeclaredSize) {
  Bytes npy = small_npy();
  ZipPart part("x.npy", test::join(npy, {1, 2, 3}), true);
  part.size = static_cast<std::uint32_t>(npy.size());
  EXPECT_NE(complaint(zip_file({part})).find("damaged"), std::string::npos);
}

TEST(Npz, RefusesAStreamThatEndsBeforeItsDeclaredSize) {
  ZipPart part("x.npy", small_npy(), true);
  part.size += 1;
  EXPECT_NE(complaint(zip_file({part})).find("damaged"), std::string::npos);
}

TEST(Npz, RefusesBytesBehindTheCompressedStream) {
  ZipPart part("x.npy", small_npy(), true);
  part.packed.push_back(0);
  EXPECT_NE(complaint(zip_file({part})).find("damaged"), std::string::npos);
}

TEST(Npz, RefusesAWrongChecksum) {
  for (bool deflate : {false, true}) {
    ZipPart part("x.npy", small_npy(), deflate);
    part.crc ^= 1;
    EXPECT_NE(complaint(zip_file({part})).find("damaged"), std::string::npos);
  }
}

TEST(Npz, RefusesASizeThatTheBytesCannotGive) {
  ZipPart stored("x.npy", small_npy(), false);
  stored.size += 1;
  EXPECT_NE(complaint(zip_file({stored})).find("cannot give"), std::string::npos);
  ZipPart deflated("x.npy", small_npy(), true);
  deflated.size = 0x7fffffff;
  EXPECT_NE(complaint(zip_file({deflated})).find("cannot give"), std::string::npos);
}

TEST(Npz, RefusesAnEntryWhoseLocalNameDiffers) {
  ZipPart part("x.npy", small_npy(), false);
  part.local_name = "y.npy";
  EXPECT_NE(complaint(zip_file({part})).find("does not agree"), std::string::npos);
}

TEST(Npz, RefusesEncryptedEntriesAndOtherMethods) {
  ZipPart encrypted("x.npy", small_npy(), false);
  encrypted.flags = 1;
  EXPECT_NE(complaint(zip_file({encrypted})).find("encrypted"), std::string::npos);
  ZipPart lzma("x.npy", small_npy(), false);
  lzma.method = 14;
  EXPECT_NE(complaint(zip_file({lzma})).find("method 14"), std::string::npos);
}

TEST(Npz, RefusesDuplicateNamesForeignEntriesAndEmptyArchives) {
  EXPECT_NE(complaint(zip_file({{"x.npy", small_npy(), false}, {"x.npy", small_npy(), false}})).find("two entries"),
            std::string::npos);
  EXPECT_NE(complaint(zip_file({{"evil\nname.txt", {1}, false}})).find("evil\\x0aname.txt"), std::string::npos);
  EXPECT_NE(complaint(zip_file({})).find("no arrays"), std::string::npos);
}

TEST(Npz, RefusesOverlappingEntries) {
  // Two directory records with different names would need two local names; an empty gap between entries is enough to
  // show that the bytes of one may not serve as the header of the next.
  Bytes inner = zip_file({{"y.npy", small_npy(), false}});
  ZipPart outer("x.npy", test::join(npy_file(npy_dictionary("|u1", "(100,)"), {}), inner), false);
  Bytes archive = zip_file({outer, {"y.npy", small_npy(), false}});
  ASSERT_NE(complaint(archive), "");
  // Point the second record at the local header inside the first entry's bytes.
  auto at = [&](std::size_t back) { return archive.size() - 22 - back; };
  std::size_t second_record = at(46 + 5);
  std::size_t inside = 30 + 5 + npy_file(npy_dictionary("|u1", "(100,)"), {}).size();
  for (int i = 0; i < 4; ++i) archive[second_record + 42 + static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(inside >> (8 * i));
  auto listed = list_zip(archive, "a.npz");
  ASSERT_FALSE(listed.ok());
  EXPECT_NE(listed.error().text().find("overlapping"), std::string::npos);
}

TEST(Npz, RefusesTrailingBytesAndEveryTruncation) {
  Bytes file = zip_file({{"x.npy", small_npy(), true}});
  EXPECT_EQ(complaint(file), "");
  EXPECT_NE(complaint(test::join(file, {0})), "");
  for (std::size_t n = 0; n < file.size(); ++n) {
    EXPECT_NE(complaint(Bytes(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(n))), "") << n;
  }
}

}  // namespace
}  // namespace tacit
