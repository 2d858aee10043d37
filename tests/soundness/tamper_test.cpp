// Changed bytes: every message, every border, every byte of the smallest model's proof and key.
#include <random>
#include <set>

#include "soundness/world.h"

namespace tacit {
namespace {

class Tamper : public InBothModes {};
INSTANTIATE_TEST_SUITE_P(Both, Tamper, kBothModes, mode_name);

struct Stream {
  const World& world;
  Relation relation = world.relation();
  CheatingProof proof = world.prove(relation, world.honest);

  bool accepts(ByteSpan stream) const { return world.verify(relation, stream).accepted; }
};

TEST_P(Tamper, N2_OneBitInEveryMessageIsRefused) {
  for (const World* world : {&smallest_world(GetParam()), &network_world(GetParam()), &weightless_world(GetParam())}) {
    const Stream honest{*world};
    ASSERT_TRUE(honest.accepts(honest.proof.stream));
    ASSERT_EQ(honest.proof.messages.back().end, honest.proof.stream.size());
    std::mt19937_64 rng(1);
    for (const SentMessage& m : honest.proof.messages) {
      if (m.begin == m.end) continue;
      Bytes changed = honest.proof.stream;
      changed[m.begin + rng() % (m.end - m.begin)] ^= static_cast<std::uint8_t>(1 << rng() % 8);
      EXPECT_FALSE(honest.accepts(changed)) << kBelieved << " " << m.label << " at " << m.begin;
    }
  }
}

TEST_P(Tamper, N2_EveryKindOfMessageIsThere) {
  std::set<std::string> labels;
  for (const SentMessage& m : Stream{network_world(GetParam())}.proof.messages) labels.insert(m.label);
  std::set<std::string> expected{"witness root", "first proof of work", "fraction ends", "fraction round", "contraction sum",
                                 "products round", "products ends", "fold", "oracle root", "out of domain answer", "query work",
                                 "rows", "siblings", "final vector"};
  if (GetParam() == Mode::kMasked) expected.insert({"pad check round", "pad check ends", "mask claim", "salts"});
  EXPECT_EQ(labels, expected);
}

TEST_P(Tamper, N4_CutsAndInsertionsAtEveryMessageBorderAreRefused) {
  const Stream honest{smallest_world(GetParam())};
  for (const SentMessage& m : honest.proof.messages) {
    if (m.begin == m.end) continue;
    const auto begin = static_cast<std::ptrdiff_t>(m.begin), end = static_cast<std::ptrdiff_t>(m.end);
    EXPECT_FALSE(honest.accepts(ByteSpan(honest.proof.stream).first(m.begin))) << kBelieved << " cut before " << m.label;
    Bytes without = honest.proof.stream, twice = honest.proof.stream;
    without.erase(without.begin() + begin, without.begin() + end);
    twice.insert(twice.begin() + end, honest.proof.stream.begin() + begin, honest.proof.stream.begin() + end);
    EXPECT_FALSE(honest.accepts(without)) << kBelieved << " without " << m.label;
    EXPECT_FALSE(honest.accepts(twice)) << kBelieved << " twice " << m.label;
  }
}

TEST_P(Tamper, N4_AppendedBytesAreRefused) {
  const Stream honest{smallest_world(GetParam())};
  for (std::size_t more : {1u, 7u, 8u, 24u, 32u, 4096u}) {
    Bytes longer = honest.proof.stream;
    longer.insert(longer.end(), more, std::uint8_t{0});
    EXPECT_FALSE(honest.accepts(longer)) << kBelieved << " " << more;
  }
}

TEST_P(Tamper, RandomFlipsOfALargerProofAreRefused) {
  const Stream honest{network_world(GetParam())};
  std::mt19937_64 rng(2);
  for (int run = 0; run < 200; ++run) {
    Bytes changed = honest.proof.stream;
    for (std::uint64_t flips = 1 + rng() % 3; flips > 0; --flips) changed[rng() % changed.size()] ^= static_cast<std::uint8_t>(1 + rng() % 255);
    if (changed != honest.proof.stream) { EXPECT_FALSE(honest.accepts(changed)) << kBelieved; }
  }
}

/// Where to change a byte: everywhere, but of long rows and paths only every seventh one, each time another.
std::vector<std::size_t> places(std::size_t begin, std::size_t size, const std::vector<SentMessage>& messages) {
  std::vector<bool> skipped(size);
  std::size_t number = 0;
  for (const SentMessage& m : messages)
    if (m.label == "rows" || m.label == "salts" || m.label == "siblings")
      for (std::size_t i = m.begin; i < m.end; ++i) skipped[begin + i] = ++number % 7 != 0;
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < size; ++i)
    if (!skipped[i]) out.push_back(i);
  return out;
}

TEST_P(Tamper, EveryByteOfTheSmallestProofIsRefusedWhenChanged) {
  const World& world = smallest_world(GetParam());
  const VerifierKey& key = world.model.key;
  const Stream honest{world};
  const Bytes file = encode_proof(key, world.publics_of(world.honest), {}, honest.proof.stream);
  const auto accepts = [&](ByteSpan bytes) {
    auto proof = read_proof(key, bytes);
    return proof.ok() && verify(key, *proof).accepted;
  };
  ASSERT_TRUE(accepts(file));
  std::mt19937_64 rng(3);
  const std::vector<std::size_t> all = places(file.size() - honest.proof.stream.size(), file.size(), honest.proof.messages);
  for (const std::size_t i : all) {
    Bytes changed = file;
    changed[i] ^= static_cast<std::uint8_t>(1 + rng() % 255);
    EXPECT_FALSE(accepts(changed)) << kBelieved << " byte " << i;
  }
  std::printf("[ measured ] %zu of %zu bytes of a proof\n", all.size(), file.size());
}

TEST_P(Tamper, EveryByteOfTheSmallestKeyIsRefusedWhenChanged) {
  const VerifierKey& key = smallest_world(GetParam()).model.key;
  const Bytes file = key.encode();
  ASSERT_TRUE(read_key(file).ok());
  const std::size_t proof = key.registration_proof.size();
  std::mt19937_64 rng(4);
  const std::vector<std::size_t> all = places(file.size() - proof, file.size(), {{"rows", proof / 6, proof}});
  for (const std::size_t i : all) {
    Bytes changed = file;
    changed[i] ^= static_cast<std::uint8_t>(1 + rng() % 255);
    EXPECT_FALSE(read_key(changed).ok()) << kBelieved << " byte " << i;
  }
  std::printf("[ measured ] %zu of %zu bytes of a key\n", all.size(), file.size());
}

}  // namespace
}  // namespace tacit
