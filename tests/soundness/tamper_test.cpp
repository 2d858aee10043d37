// Changed bytes: every message, every border, every byte of the smallest model's proof and key.
#include <random>

#include "soundness/world.h"

namespace tacit {
namespace {

struct Stream {
  const World& world;
  std::vector<IntColumn> publics = world.publics_of(world.honest);
  Relation relation = world.relation(publics);
  CheatingProof proof = world.prove(relation, world.honest);

  bool accepts(ByteSpan stream) const { return verify_relation(relation, kInferenceLabel, stream).accepted; }
};

TEST(Tamper, N2_OneBitInEveryMessageIsRefused) {
  for (const World* world : {&smallest_world(), &network_world()}) {
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

TEST(Tamper, N4_CutsAndInsertionsAtEveryMessageBorderAreRefused) {
  const Stream honest{smallest_world()};
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

TEST(Tamper, N4_AppendedBytesAreRefused) {
  const Stream honest{smallest_world()};
  for (std::size_t more : {1u, 7u, 8u, 24u, 32u, 4096u}) {
    Bytes longer = honest.proof.stream;
    longer.insert(longer.end(), more, std::uint8_t{0});
    EXPECT_FALSE(honest.accepts(longer)) << kBelieved << " " << more;
  }
}

TEST(Tamper, RandomFlipsOfALargerProofAreRefused) {
  const Stream honest{network_world()};
  std::mt19937_64 rng(2);
  for (int run = 0; run < 200; ++run) {
    Bytes changed = honest.proof.stream;
    for (std::uint64_t flips = 1 + rng() % 3; flips > 0; --flips) changed[rng() % changed.size()] ^= static_cast<std::uint8_t>(1 + rng() % 255);
    if (changed != honest.proof.stream) { EXPECT_FALSE(honest.accepts(changed)) << kBelieved; }
  }
}

TEST(Tamper, EveryByteOfTheSmallestProofIsRefusedWhenChanged) {
  const World& world = smallest_world();
  const VerifierKey& key = world.model.key;
  const Bytes file = prove(world.model, world.net.inputs, {})->file;
  const auto accepts = [&](ByteSpan bytes) {
    auto proof = read_proof(key, bytes);
    return proof.ok() && verify(key, *proof).accepted;
  };
  ASSERT_TRUE(accepts(file));
  std::mt19937_64 rng(3);
  for (std::size_t i = 0; i < file.size(); ++i) {
    Bytes changed = file;
    changed[i] ^= static_cast<std::uint8_t>(1 + rng() % 255);
    EXPECT_FALSE(accepts(changed)) << kBelieved << " byte " << i;
  }
  std::printf("[ measured ] %zu bytes of a proof\n", file.size());
}

TEST(Tamper, EveryByteOfTheSmallestKeyIsRefusedWhenChanged) {
  const Bytes file = smallest_world().model.key.encode();
  ASSERT_TRUE(read_key(file).ok());
  std::mt19937_64 rng(4);
  for (std::size_t i = 0; i < file.size(); ++i) {
    Bytes changed = file;
    changed[i] ^= static_cast<std::uint8_t>(1 + rng() % 255);
    EXPECT_FALSE(read_key(changed).ok()) << kBelieved << " byte " << i;
  }
  std::printf("[ measured ] %zu bytes of a key\n", file.size());
}

}  // namespace
}  // namespace tacit
