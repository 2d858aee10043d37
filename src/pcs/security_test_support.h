// Openings and arguments with the bits of every term, computed apart: exact decimals, 80 digits, straight from the
// published formulas.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "pcs/security.h"

namespace tacit::security_testing {

struct Golden {
  std::string name;
  double bits;
};

struct Instance {
  OpeningParams params;
  ArgumentShape argument;
  double field_bits;
  std::vector<Golden> terms;
  double sum_bits;

  SecurityReport report() const { return security_report(params, argument, field_bits); }
};

/// The term of that name; a missing one is a failure of the test and has no bits.
inline SecurityTerm term_of(const SecurityReport& report, const std::string& name) {
  const SecurityTerm* term = report.find(name);
  if (term == nullptr) ADD_FAILURE() << "no term " << name;
  return term == nullptr ? SecurityTerm{} : *term;
}

/// rounds: {log_limbs, log_n, log_domain, queries, grind, ood, m}
inline OpeningParams opening(Regime regime, OpeningShape shape, std::vector<WhirRound> rounds,
                             std::uint32_t grind = 0) {
  OpeningParams p;
  p.shape = shape;
  p.regime = regime;
  p.initial_grind_bits = grind;
  p.rounds = std::move(rounds);
  p.final_log = p.rounds.back().log_n;
  return p;
}

inline constexpr OpeningShape kToyShape{40, 20, 4, 3, 2, 0, 0};

inline Instance real_instance() {
  return {opening(Regime::kJohnson, {1 << 20, 1 << 19, 15, 32, 16, 0, 0},
                  {{5, 15, 18, 78, 15, 0, 57}, {3, 13, 16, 79, 13, 1, 114}, {4, 9, 14, 47, 14, 1, 68}}, 20),
          {1 << 24, 1 << 17, 4, 300, 2, 20, 500, 400, 0},
          kChallengeFieldBits,
          {{"pin of W", 158.309020}, {"logup fingerprint", 170.712830}, {"logup fraction tree", 165.997272},
           {"contraction sumcheck", 168.080201}, {"instance batching", 172.987092}, {"evaluation points", 168.343236},
           {"claims ledger", 168.665164}, {"limb sumcheck", 173.402129}, {"limb agreement W", 133.535584},
           {"limb agreement X", 134.857512}, {"round 1 out-of-domain", 160.321592}, {"round 0 queries", 131.017197},
           {"round 1 combination", 176.366175}, {"round 1 sumcheck", 180.490871}, {"round 1 agreement", 133.303981},
           {"round 2 out-of-domain", 162.803936}, {"round 1 queries", 131.001212}, {"round 2 combination", 177.080040},
           {"round 2 sumcheck", 179.817005}, {"round 2 agreement", 134.594802}, {"round 2 queries", 131.003246},
           {"final sumcheck", 187.830075}},
          129.187793};
}

/// A field of 80 bits and short codes: here the terms of the argument weigh as much as those of the code.
inline Instance toy_unique_instance() {
  return {opening(Regime::kUniqueDecoding, kToyShape,
                  {{2, 4, 5, 300, 3, 0, 0}, {2, 3, 5, 300, 2, 0, 0}, {1, 2, 3, 300, 0, 0, 0}}, 1),
          {64, 32, 3, 90, 2, 300, 250, 400, 0},
          80,
          {{"logup fingerprint", 72.093109}, {"logup fraction tree", 72.453106}, {"contraction sumcheck", 72.508147},
           {"instance batching", 71.771181}, {"evaluation points", 72.034216}, {"claims ledger", 71.356144},
           {"limb sumcheck", 77.415037}, {"limb agreement W", 73.955606}, {"limb agreement X", 75.912537},
           {"round 0 queries", 127.511250}, {"round 1 combination", 70.768779}, {"round 1 sumcheck", 77.415037},
           {"round 1 agreement", 73.385290}, {"round 1 queries", 205.421572}, {"round 2 combination", 71.766380},
           {"round 2 sumcheck", 78.415037}, {"round 2 agreement", 77.678072}, {"round 2 queries", 124.511250},
           {"final sumcheck", 78}},
          68.620622};
}

/// Lists instead of a unique codeword: here the pin and the out-of-domain samples are visible in the sum.
inline Instance toy_johnson_instance() {
  return {opening(Regime::kJohnson, kToyShape,
                  {{2, 4, 5, 300, 3, 0, 3}, {2, 3, 4, 300, 2, 1, 3}, {1, 2, 3, 300, 0, 1, 3}}),
          {},
          80,
          {{"pin of W", 70.385290}, {"limb sumcheck", 72.800328}, {"limb agreement W", 62.046870},
           {"limb agreement X", 64.046814}, {"round 1 out-of-domain", 71.385290}, {"round 0 queries", 86.282274},
           {"round 1 combination", 68.461424}, {"round 1 sumcheck", 75.107683}, {"round 1 agreement", 63.046814},
           {"round 2 out-of-domain", 73.385290}, {"round 1 queries", 85.282274}, {"round 2 combination", 69.459025},
           {"round 2 sumcheck", 76.107683}, {"round 2 agreement", 66.046476}, {"round 2 queries", 83.282274},
           {"final sumcheck", 78}},
          61.170358};
}

/// Masks, and X of a single limb: the terms of the pads and of the mask line weigh enough to be seen in the sum.
inline Instance toy_masked_instance() {
  return {opening(Regime::kUniqueDecoding, {30, 15, 6, 2, 1, 43, 40},
                  {{1, 6, 10, 40, 40, 0, 0}, {2, 5, 7, 60, 40, 0, 0}, {2, 3, 6, 50, 40, 0, 0}}, 1),
          {64, 32, 3, 90, 2, 0, 0, 400, 7},
          80,
          {{"logup fingerprint", 72.093109}, {"logup fraction tree", 72.453106}, {"contraction sumcheck", 72.508147},
           {"pad products", 76.415037}, {"claims ledger", 71.356144}, {"limb sumcheck", 78.415037},
           {"limb agreement W", 70.091607}, {"mask line", 80}, {"mask line agreement W", 70.091607},
           {"mask line agreement X", 71.090107}, {"round 0 queries", 76.501486}, {"round 1 combination", 73.660150},
           {"round 1 sumcheck", 77.415037}, {"round 1 agreement", 71.407543}, {"round 1 queries", 80.684314},
           {"round 2 combination", 74.069263}, {"round 2 sumcheck", 77.415037}, {"round 2 agreement", 72.179821},
           {"round 2 queries", 81.503750}, {"final sumcheck", 77.415037}},
          67.960301};
}

inline std::vector<Instance> instances() {
  return {real_instance(), toy_unique_instance(), toy_johnson_instance(), toy_masked_instance()};
}

}  // namespace tacit::security_testing
