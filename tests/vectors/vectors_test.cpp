// The vectors of tests/vectors/protocol.json, computed by an implementation that shares no line with this one.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "field/cubic.h"
#include "hash/merkle.h"
#include "transcript/grind.h"
#include "transcript/transcript.h"

namespace tacit {
namespace {

using Json = nlohmann::json;

Json vectors() {
  std::ifstream file(TACIT_VECTORS);
  return Json::parse(file);
}

Bytes bytes_of(const std::string& hex) {
  Bytes out;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) out.push_back(static_cast<std::uint8_t>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  return out;
}

Digest digest_of(const std::string& hex) {
  const Bytes bytes = bytes_of(hex);
  Digest out{};
  std::copy(bytes.begin(), bytes.end(), out.begin());
  return out;
}

Fe element_of(const Json& limbs) {
  auto limb = [&](std::size_t i) { return Fp(std::stoull(limbs[i].get<std::string>())); };
  return {limb(0), limb(1), limb(2)};
}

TEST(Vectors, KeccakAgrees) {
  const Json all = vectors()["keccak256"];
  ASSERT_FALSE(all.empty());
  for (const Json& v : all) EXPECT_EQ(keccak256(bytes_of(v["message"])), digest_of(v["digest"]));
}

TEST(Vectors, TranscriptAgreesStepByStep) {
  const Json v = vectors()["transcript"];
  Transcript transcript(v["protocol_label"].get<std::string>());
  std::size_t draws = 0;
  for (const Json& step : v["operations"]) {
    const std::string op = step["op"], label = step["label"];
    if (op == "absorb") {
      transcript.absorb(label, bytes_of(step["data"]));
    } else if (op == "draw") {
      EXPECT_EQ(transcript.draw(label), element_of(step["value"])) << label;
      ++draws;
    } else if (op == "draw_positions") {
      EXPECT_EQ(transcript.draw_positions(label, step["count"], step["bits"]), step["positions"].get<std::vector<std::uint32_t>>()) << label;
      ++draws;
    } else {
      ASSERT_EQ(op, "seed");
      EXPECT_EQ(transcript.draw_seed(label), digest_of(step["value"])) << label;
      ++draws;
    }
  }
  EXPECT_GE(draws, 5u);
}

/// The leaves of a tree; one with "salts" is salted.
std::vector<Digest> leaves_of(const Json& tree) {
  std::vector<Digest> leaves;
  const bool salted = tree.contains("salts");
  for (std::size_t i = 0; i < tree["rows"].size(); ++i) {
    const Bytes row = bytes_of(tree["rows"][i]);
    leaves.push_back(hash_leaf(row));
    if (salted) hash_salted_leaves(row.data(), row.size(), row.size(), std::vector<Salt>{digest_of(tree["salts"][i])}, &leaves.back());
  }
  return leaves;
}

TEST(Vectors, MerkleTreesAgree) {
  std::size_t proofs = 0;
  const Json trees = vectors()["merkle"];
  for (const Json& tree : trees) {
    const std::vector<Digest> leaves = leaves_of(tree);
    for (std::size_t i = 0; i < leaves.size(); ++i) EXPECT_EQ(leaves[i], digest_of(tree["leaves"][i]));
    for (const Json& proof : tree["multiproofs"]) {
      const auto positions = proof["positions"].get<std::vector<std::size_t>>();
      std::vector<Digest> opened, siblings;
      for (std::size_t p : positions) opened.push_back(leaves[p]);
      for (const Json& s : proof["siblings"]) siblings.push_back(digest_of(s));
      EXPECT_TRUE(verify_multiproof(digest_of(tree["root"]), tree["log_domain"], positions, opened, siblings));
      ++proofs;
    }
  }
  EXPECT_GE(proofs, 3u);
}

TEST(Vectors, TheExtensionFieldAgrees) {
  const Json v = vectors()["extension"];
  for (const Json& p : v["products"]) EXPECT_EQ(element_of(p["a"]) * element_of(p["b"]), element_of(p["product"]));
  EXPECT_EQ(element_of(v["inverse"]["a"]).inverse(), element_of(v["inverse"]["inverse"]));
}

TEST(Vectors, ProofOfWorkAgrees) {
  const Json v = vectors()["proof_of_work"];
  EXPECT_EQ(find_nonce(digest_of(v["seed"]), v["bits"]), v["smallest_nonce"].get<std::uint64_t>());
}

}  // namespace
}  // namespace tacit
