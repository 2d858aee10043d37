// Parameters of one WHIR opening of the two base oracles W (weights) and X (witness): every number that prover and
// verifier must agree on, and their one byte encoding inside the verifier's key.
//
//   rounds[0]   W: limbs_w limbs | X: limbs_x limbs, each of n = 2^log_n base elements, domain 2^log_domain.
//                 limb sumcheck of log_limbs = max(ceil log2 limbs_w, ceil log2 limbs_x) variables -> v' = (v_W || v_X)
//                 masked: X has mask words behind its limbs, and v' = rho (v_W || v_X + row2) + (mu_W || row1)
//   rounds[1]   v' in E^(2n) as 2^log_limbs limbs of 2^log_n elements of E, own domain; `ood` samples after its root,
//                 then `rounds[0].queries` positions into rounds[0] (ground by rounds[0].grind_bits), then its fold
//   rounds[i]   the fold of rounds[i-1], split again; it queries rounds[i-1] in the same way
//   final       the fold of the last round, 2^final_log elements of E in clear; it queries the last round, and a
//                 sumcheck over its final_log variables ends in one evaluation of the covector
//
//   limb of W   | statement                            | random_slots_w |   n slots in all; pads and random slots
//   limb of X   | statement       | pads of the fold   | random_slots_x |   are absent when nothing is hidden
//                                 6 log_limbs slots
//
//   invariant:  rounds[1].log_limbs + rounds[1].log_n = shape.log_n + 1 (log_n if one of the oracles is absent)
//               rounds[i].log_limbs + rounds[i].log_n = rounds[i-1].log_n,   final_log = rounds.back().log_n
//               masked:    random_slots_x >= rounds[0].queries
//               hidden W:  random_slots_w >= rounds[0].queries + kPinSlots
//
// Nothing here is trusted by a verifier: parse_params() checks form, security.h recomputes every error term.
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace tacit {

/// How far from the code a committed word may be while the argument still binds it.
enum class Regime : std::uint8_t {
  kUniqueDecoding = 0,  ///< radius (1 - rate) / 2, one codeword; proofs 2 to 3 times larger
  kJohnson = 1,         ///< radius 1 - sqrt(rate) (1 + 1/(2m)), a short list of codewords; BCHKS25
};

/// Random slots that the pin of W uses up: it is one element of E, a base functional for each of its three words.
inline constexpr std::uint32_t kPinSlots = 3;
/// Openings that a hidden W pays for besides those it is registered for: its registration and two epoch links.
inline constexpr std::uint32_t kSpareOpenings = 3;

/// Random slots that a limb of W needs for `openings` counted openings of at most `queries` rows each.
inline std::uint64_t random_slots_for(std::uint64_t openings, std::uint64_t queries) {
  return (openings + kSpareOpenings) * queries + kPinSlots;
}

/// What is committed in the base field. `size` counts the elements that have to fit; every limb keeps `random_slots`
/// of its n coefficients for hiding, and X the pads of the limb fold: the others are its statement slots.
struct OpeningShape {
  std::uint64_t size_w = 0;          ///< elements of W; 0 when the argument has no such oracle
  std::uint64_t size_x = 0;          ///< elements of X; 0 when the argument has no such oracle
  std::uint32_t log_n = 0;           ///< both oracles: limb length n = 2^log_n, random slots included
  std::uint32_t limbs_w = 0;         ///< cW, any number in 1..4096; 0 exactly when size_w is 0
  std::uint32_t limbs_x = 0;         ///< cX, likewise
  std::uint32_t random_slots_w = 0;  ///< R of every limb of W (0 when W is public)
  std::uint32_t random_slots_x = 0;  ///< R of every limb of X and of its masks (0 when nothing is hidden)

  std::uint64_t n() const { return std::uint64_t{1} << log_n; }
  bool has_w() const { return limbs_w != 0; }
  bool has_x() const { return limbs_x != 0; }
  /// ceil log2 of the limb count: variables of the limb index (0 for an absent oracle).
  std::uint32_t log_limbs_w() const;
  std::uint32_t log_limbs_x() const;
  /// K: variables of the limb fold, the larger of the two.
  std::uint32_t log_limbs() const;

  /// Whether this opening hides what it does not prove: then X carries the masks of the limb fold.
  bool masked() const { return random_slots_x != 0; }
  /// Slots of X behind the statement that pad the limb fold's messages: two elements of E a variable, three slots each.
  std::uint32_t pad_slots_x() const { return masked() ? 6 * log_limbs() : 0; }
  /// Words that stand behind the limbs in a row of X: row2 (1), row1 (3), and mu_W (3) if W is opened with it.
  std::uint32_t mask_words() const { return masked() ? (has_w() ? 7 : 4) : 0; }
  /// Slots of a limb that hold the statement. Requires that the reserved slots fit into n, as check_form() ensures.
  std::uint64_t statement_slots_w() const { return n() - random_slots_w; }
  std::uint64_t statement_slots_x() const { return n() - random_slots_x - pad_slots_x(); }

  /// log2 of the length of v': log_n + 1 with both oracles, log_n with one.
  std::uint32_t log_folded() const { return log_n + (has_w() && has_x() ? 1 : 0); }

  bool operator==(const OpeningShape&) const = default;
};

/// One committed oracle and how it is queried by its successor.
struct WhirRound {
  std::uint32_t log_limbs = 0;     ///< fold variables; a leaf of rounds[i >= 1] holds 2^log_limbs elements of E
  std::uint32_t log_n = 0;         ///< log2 of the limb length (derived from the shape and the earlier rounds)
  std::uint32_t log_domain = 0;    ///< log2 of the evaluation domain = number of leaves, <= 32
  std::uint32_t queries = 0;       ///< positions drawn into this oracle, with replacement; duplicates stay counted
  std::uint32_t grind_bits = 0;    ///< proof of work directly before those positions are drawn
  std::uint32_t ood = 0;           ///< out-of-domain samples directly after this oracle's root; 0 for rounds[0]
  std::uint32_t multiplicity = 0;  ///< m of the Johnson analysis, 3..128; 0 in the unique-decoding regime

  bool operator==(const WhirRound&) const = default;
};

/// A whole opening. Produced by derive_params() or parse_params(), both of which guarantee the invariant above.
struct OpeningParams {
  OpeningShape shape;
  Regime regime = Regime::kJohnson;
  std::uint32_t lambda = 128;            ///< the claim; security.h decides whether it is true
  std::uint32_t initial_grind_bits = 0;  ///< proof of work before the first challenge of the whole argument
  std::vector<WhirRound> rounds;         ///< rounds[0] is the base round; at least one extension round follows
  std::uint32_t final_log = 0;           ///< log2 of the length of the vector sent in clear

  bool operator==(const OpeningParams&) const = default;
};

/// Where derive_params() should stand between prover time and proof size.
struct DeriveOptions {
  Regime regime = Regime::kJohnson;
  bool hide_x = false;                   ///< mask the opening: random_slots_x = queries of the base round
  std::uint32_t openings = 0;            ///< T > 0 hides W for T openings, with random_slots_for(T, queries) slots
  std::uint32_t initial_grind_bits = 0;  ///< copied into the result
  std::uint32_t max_grind_bits = 20;     ///< never grind a query round for longer
  double bytes_per_ms = 400;             ///< a proof byte costs 1 / bytes_per_ms milliseconds of one core
  double soft_limit_bytes = 240 * 1024;  ///< bytes beyond this cost 20 times as much
  double sum_margin_bits = 0.01;         ///< the sum of the opening's terms stays this far below 2^-lambda
  std::uint32_t fixed_log_n = 0;         ///< not 0: this limb length, since W is committed already ...
  std::uint32_t fixed_log_domain = 0;    ///< ... and this base domain
  std::uint32_t fixed_limbs_w = 0;       ///< not 0: W exactly as committed, needs both of the above; ...
  std::uint32_t fixed_random_slots_w = 0;  ///< ... with this many random slots, whatever `openings` says
  std::uint32_t max_queries = 0;         ///< not 0: what one opening may cost a committed W, in rows of the base round
  double w_commit_weight = 0.1;          ///< share of W's one-time commitment charged to each opening
  std::uint32_t max_base_rate = 4;       ///< the base domain is at most 2^max_base_rate times a limb (1..12); a fixed one may be larger
  std::uint32_t max_final_log = 10;      ///< the vector sent in clear has at most 2^max_final_log elements
};

/// The cheapest parameters found for oracles of `size_w` and `size_x` elements that reach `lambda` proven bits for the
/// opening: every error term at most 2^-(lambda + 3) and their sum at most 2^-lambda. Random slots depend on the
/// queries, these on the limbs, and the limbs on the random slots: they are chosen together. Deterministic: integers
/// and IEEE doubles in one fixed order, ties broken towards the first candidate. One of the sizes may be 0.
/// Cost: < 0.15 s.
/// Errors: options that contradict each other, sizes that no allowed shape holds, a lambda outside 40..128 or one that
/// no parameters reach.
Result<OpeningParams> derive_params(std::uint64_t size_w, std::uint64_t size_x, std::uint32_t lambda,
                                    const DeriveOptions& options = {});

/// Appends the one encoding of `params`: version, shape, then the rounds; derived fields are not written.
void write_params(ByteWriter& out, const OpeningParams& params);

/// Reads what write_params() wrote. Every field is range-checked and the invariant is established; whether the
/// parameters are *secure* is the caller's next question (security.h). Errors name the field. Trailing bytes are the
/// caller's to refuse, since the parameters are one part of a key.
Result<OpeningParams> parse_params(ByteReader& in);

/// The form check shared by the two: caps, invariant, every element has its statement slot and every opened row enough
/// random ones, rate at most 1/2 everywhere. Whether W's random slots last for all its openings is the key's question.
Status check_form(const OpeningParams& params);

/// Bytes and time that an opening is expected to take; see cost model in params_cost.cpp.
struct OpeningCost {
  double proof_bytes = 0;   ///< expected, with pruned multiproofs
  double commit_w_ms = 0;   ///< once per registration (or wherever the codeword is not kept), one core
  double commit_x_ms = 0;   ///< per proof, one core
  double open_ms = 0;       ///< everything after the two base commitments, grinds included, one core
};
OpeningCost estimate_cost(const OpeningParams& params);

/// Expected number of sibling hashes in a pruned multiproof of `queries` uniform positions (drawn with replacement)
/// in a tree of 2^log_leaves leaves.
double expected_siblings(std::uint32_t log_leaves, double queries);
/// Expected number of distinct positions among them.
double expected_distinct(std::uint32_t log_leaves, double queries);

}  // namespace tacit
