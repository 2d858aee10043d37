// Hiding as linear algebra, on the product's own layout code: for fixed challenges what a verifier sees is S secret + M
// random. It says nothing about the secret beyond the statement exactly if rank(M | S) = rank(M) on all secrets of the
// same statement. The maps S and M are found by running the prover on unit vectors.
#include <gtest/gtest.h>

#include <algorithm>

#include "pcs/whir_test_views.h"

namespace tacit {
namespace {

using namespace testing_support;

/// The span of vectors, by elimination.
class Span {
 public:
  /// True if v was not in it.
  bool add(FpVector v) {
    for (const Row& row : rows_) {
      const Fp factor = v[row.pivot];
      if (factor.is_zero()) continue;
      for (std::size_t i = row.pivot; i < v.size(); ++i) v[i] -= factor * row.v[i];
    }
    const auto pivot = std::find_if(v.begin(), v.end(), [](Fp x) { return !x.is_zero(); });
    if (pivot == v.end()) return false;
    const Fp scale = pivot->inverse();
    for (Fp& x : v) x *= scale;
    rows_.push_back({static_cast<std::size_t>(pivot - v.begin()), std::move(v)});
    return true;
  }
  std::size_t rank() const { return rows_.size(); }

 private:
  struct Row {
    std::size_t pivot;
    FpVector v;
  };
  std::vector<Row> rows_;
};

/// One span of random elements that the code asks for at once: a limb's random slots, row2's pads and slots, row1, ...
struct Piece {
  std::size_t first, size;
};

/// The view's columns: for every secret entry and every random element what it adds to the view.
class ViewMap {
 public:
  explicit ViewMap(const HidingCase& hiding) : hiding_(hiding), zero_(hiding.secrets()) {
    std::size_t count = 0;
    hiding.view(zero_, [&](std::span<Fp> out) {
      pieces_.push_back({count, out.size()});
      count += out.size();
    });
    for (std::size_t i = 0; i < count; ++i) random_.push_back(hiding.view(zero_, unit(i)));
    for (std::size_t i = 0; i < zero_.size(); ++i) {
      FpVector secret = zero_;
      secret[i] = Fp(1);
      secret_.push_back(hiding.view(secret, unit(count)));
    }
  }

  /// rank(M | S) - rank(M) over secrets of one statement, with some random elements left out (zero). Secrets before
  /// `first_secret` are known to everyone.
  std::size_t leak(const std::function<bool(std::size_t)>& is_zeroed = [](std::size_t) { return false; },
                   std::size_t first_secret = 0) const {
    const std::size_t rows = 3 * hiding_.proofs.size();  // the statement's rows: what is public of the secret
    Span span, statement;
    for (std::size_t i = 0; i < random_.size(); ++i) {
      if (is_zeroed(i)) continue;
      FpVector column(rows);
      column.insert(column.end(), random_[i].begin(), random_[i].end());
      span.add(std::move(column));
    }
    const std::size_t of_masks = span.rank();
    for (std::size_t i = first_secret; i < secret_.size(); ++i) {
      FpVector secret = zero_;
      secret[i] = Fp(1);
      FpVector column = hiding_.statement(secret);
      statement.add(column);
      column.insert(column.end(), secret_[i].begin(), secret_[i].end());
      span.add(std::move(column));
    }
    return span.rank() - of_masks - statement.rank();
  }

  /// The pieces in the order in which they are asked for.
  const std::vector<Piece>& pieces() const { return pieces_; }
  auto within(Piece piece) const {
    return [piece](std::size_t i) { return i >= piece.first && i < piece.first + piece.size; };
  }
  /// The map predicts the view of any secret and randomness.
  bool agrees(Random& random) const {
    const FpVector secret = random.fps(secret_.size()), noise = random.fps(random_.size());
    std::size_t used = 0;
    const FpVector view = hiding_.view(secret, [&](std::span<Fp> out) {
      for (Fp& x : out) x = noise[used++];
    });
    for (std::size_t row = 0; row < view.size(); ++row) {
      Fp sum;
      for (std::size_t i = 0; i < secret.size(); ++i) sum += secret[i] * secret_[i][row];
      for (std::size_t i = 0; i < noise.size(); ++i) sum += noise[i] * random_[i][row];
      if (sum != view[row]) return false;
    }
    return true;
  }

 private:
  static RandomSource unit(std::size_t index) {
    return [index, at = std::size_t{0}](std::span<Fp> out) mutable {
      for (Fp& x : out) x = Fp(at++ == index ? 1 : 0);
    };
  }

  const HidingCase& hiding_;
  FpVector zero_;
  std::vector<Piece> pieces_;
  std::vector<FpVector> random_, secret_;
};

/// n = 32, `queries` rows of W and X opened.
OpeningParams tiny(std::uint32_t limbs_w, std::uint32_t limbs_x, std::uint32_t queries, ToySlots slots,
                   std::uint32_t log_n = 5) {
  return toy_params(log_n, limbs_w, limbs_x, {{0, 1, queries}, {2, 1, 2}}, slots);
}

std::size_t leak_of(const OpeningParams& params, std::size_t proofs, bool pinned, Random& random) {
  const HidingCase hiding(params, proofs, pinned, random);
  return ViewMap(hiding).leak();
}

TEST(WhirRank, AViewIsALinearMapOfSecretsAndMasks) {
  Random random(90);
  const HidingCase hiding(tiny(3, 2, 3, {6, 3}), 1, true, random);
  EXPECT_TRUE(ViewMap(hiding).agrees(random));
}

TEST(WhirRank, NothingLeaksWithAsManyRandomSlotsAsQueriesAndSomethingWithOneLess) {
  Random random(91);
  // Both oracles, either late, limbs that are no power of two, no fold at all (K = 0), no W.
  for (const auto& [limbs_w, limbs_x, t] : {std::tuple{2, 2, 3u}, {1, 4, 3u}, {3, 1, 3u}, {1, 1, 5u}, {0, 3, 5u}}) {
    EXPECT_EQ(leak_of(tiny(limbs_w, limbs_x, t, {t, t}), 1, false, random), 0u) << limbs_w << " " << limbs_x;
    EXPECT_GT(leak_of(tiny(limbs_w, limbs_x, t, {t, t - 1}), 1, false, random), 0u) << limbs_w << " " << limbs_x;
    if (limbs_w == 0) continue;
    EXPECT_GT(leak_of(tiny(limbs_w, limbs_x, t, {t - 1, t}), 1, false, random), 0u) << limbs_w << " " << limbs_x;
  }
}

TEST(WhirRank, EveryMaskIsNeeded) {
  Random random(92);
  // Without a pin, whose share in A_W lets the random slots of W stand in for some of the others.
  const HidingCase hiding(tiny(2, 3, 3, {3, 3}), 1, false, random);
  const ViewMap map(hiding);
  ASSERT_EQ(map.leak(), 0u);
  // Two limbs of W, three of X, row2, row1, mu_W.
  ASSERT_EQ(map.pieces().size(), 8u);
  for (std::size_t piece = 0; piece < 5; ++piece)
    EXPECT_GT(map.leak(map.within(map.pieces()[piece])), 0u) << "limb " << piece;
  const Piece row2 = map.pieces()[5];
  const std::size_t pads = hiding.params.shape.pad_slots_x(), slots = hiding.params.shape.random_slots_x;
  ASSERT_EQ(row2.size, pads + slots);
  EXPECT_GT(map.leak(map.within({row2.first, pads})), 0u) << "pads";
  EXPECT_GT(map.leak(map.within({row2.first + pads, slots})), 0u) << "random slots of row2";
  EXPECT_GT(map.leak(map.within({row2.first + pads, 1})), 0u) << "one random slot of row2";
  EXPECT_GT(map.leak(map.within({row2.first, 1})), 0u) << "one word of one pad";
  EXPECT_GT(map.leak(map.within(map.pieces()[6])), 0u) << "row1";
  EXPECT_GT(map.leak(map.within(map.pieces()[7])), 0u) << "mu_W";
  // A mask from the base field hides a third: only the first word of each element of E.
  const Piece row1 = map.pieces()[6], mu_w = map.pieces()[7];
  for (const Piece& mask : {row1, mu_w})
    EXPECT_GT(map.leak([&](std::size_t i) { return map.within(mask)(i) && (i - mask.first) % 3 != 0; }), 0u);
}

TEST(WhirRank, MasksHideXFromOneWhoKnowsTheWeights) {
  Random random(93);
  // No random slots in W: everything about it is public, so only secrets of X count.
  const HidingCase hiding(tiny(2, 2, 3, {0, 3}), 1, false, random);
  const ViewMap map(hiding);
  const auto none = [](std::size_t) { return false; };
  EXPECT_GT(map.leak(none), 0u) << "rows of W are opened as they are";
  EXPECT_EQ(map.leak(none, hiding.secrets_w()), 0u);
}

TEST(WhirRank, ManyOpeningsOfOneWNeedTheirOwnRandomSlotsEachAndThreeForThePin) {
  Random random(94);
  const std::uint32_t t = 2;
  auto leak = [&](std::uint32_t limbs_w, std::uint32_t proofs, std::uint32_t slots_w, bool pinned) {
    return leak_of(tiny(limbs_w, 1, t, {slots_w, t}, 4), proofs, pinned, random);
  };
  for (const std::uint32_t proofs : {1u, 3u}) {
    EXPECT_EQ(leak(1, proofs, proofs * t + 3, true), 0u) << proofs;
    EXPECT_GT(leak(1, proofs, proofs * t + 2, true), 0u) << proofs;
    EXPECT_EQ(leak(1, proofs, proofs * t, false), 0u) << proofs << ", no pin";
    EXPECT_GT(leak(1, proofs, proofs * t - 1, false), 0u) << proofs << ", no pin";
  }
  // The pin is one answer for all limbs together.
  EXPECT_EQ(leak(3, 2, 2 * t + 3, true), 0u);
  EXPECT_GT(leak(3, 2, 2 * t, true), 0u);
}

}  // namespace
}  // namespace tacit
