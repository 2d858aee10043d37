// The cost model behind estimate_cost() and derive_params(): expected proof bytes and core milliseconds by stage.
//
//   stage        bytes                                                    time
//   base         roots, limb sumcheck, the masks' claim                   limb fold, v'; commitments counted apart
//   extension    root, out-of-domain answers, sumcheck, nonce, and        commitment, sumcheck, covector of the
//                the opened leaves and paths of the oracle *before* it    queries into the oracle before, its grind
//   final        the vector, its sumcheck, the opened leaves of the last  the last grind
//
// Times are of one core of the reference machine (AVX-512): 10.7 ns of NTT and 9.8 ns of Keccak-256 per base element,
// three times as much per extension element, 57.7 ns per permutation, two permutations at least per leaf. Masks are
// words of X's rows; a salt is four more words to draw, to hash and to send with each row of its tree.
#pragma once

#include <cstdint>

#include "pcs/params.h"

namespace tacit::cost {

inline constexpr std::uint32_t kExtensionDegree = 3;

struct StageCost {
  double bytes = 0;
  double ms = 0;
  StageCost operator+(const StageCost& o) const { return {bytes + o.bytes, ms + o.ms}; }
};

/// Core milliseconds to encode and hash `leaves` = 2^log_domain leaves of `leaf_elements` base elements each.
double commit_ms(double leaf_elements, std::uint32_t log_domain, bool salted = false);
/// The base commitments of a shape; 0 for an absent oracle. That of X contains drawing and encoding the masks.
double commit_w_ms(const OpeningShape& shape, std::uint32_t log_domain);
double commit_x_ms(const OpeningShape& shape, std::uint32_t log_domain);

/// Roots of W and X, messages of the limb sumcheck and of the mask line, the fold of all limbs and v'.
StageCost base_stage(const OpeningShape& shape, std::uint32_t degree = kExtensionDegree);

/// Opened leaves and paths of one oracle, nonce included; the base round has one tree for each of W and X.
double opening_bytes(const OpeningShape& shape, const WhirRound& round, bool base,
                     std::uint32_t degree = kExtensionDegree);
/// The same from counts that the caller has at hand.
double opening_bytes(double distinct, double siblings, double trees, double leaf_bytes, std::uint32_t grind_bits);
/// Bytes of one opened leaf, both trees together in the base round, mask words and salts included.
double leaf_bytes(const OpeningShape& shape, const WhirRound& round, bool base,
                  std::uint32_t degree = kExtensionDegree);

/// Everything of extension round i that does not depend on the queries into the oracle before.
StageCost extension_stage(std::uint32_t log_limbs, std::uint32_t log_n, std::uint32_t log_domain, std::uint32_t ood,
                          std::uint32_t degree = kExtensionDegree);

/// Time caused by the queries into an oracle: the grind, and their covector on a message of 2^log_message elements.
double query_ms(std::uint32_t queries, std::uint32_t grind_bits, std::uint32_t log_domain, std::uint32_t log_message);

/// The last vector and the sumcheck over it.
double final_bytes(std::uint32_t final_log, std::uint32_t degree = kExtensionDegree);

/// estimate_cost() with another extension degree, for published tables over other fields.
OpeningCost estimate(const OpeningParams& params, std::uint32_t degree);

}  // namespace tacit::cost
