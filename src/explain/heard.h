// What a listener heard of one proof: the verifier's run over the proof's own bytes, with the prover's data at hand.
//
//   message   label | the values that the prover has | what stands in the proof: the values, or with masks the values minus pads
//   round     of a sumcheck: claim, the two coefficients that are sent, challenge, next claim        (sumcheck/rounds.h)
//   lookups   challenges and fractions            contractions   both factors of every product        ledger   all claims
//
// Claims are true values: where the verifier has a form in pads, the pads are filled in.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "argue/ledger.h"
#include "lookup/fraction_prover.h"
#include "sumcheck/products_prover.h"

namespace tacit {

struct HeardMessage {
  std::string label;
  FeVector values, sent;  ///< elements of E only; rows of oracles and hashes are counted in `bytes` alone
  std::size_t bytes = 0;
};

struct HeardRound {
  std::string label;
  Fe claim, constant, leading, challenge, next;
  std::optional<Fe> at;  ///< in the eq form
};

struct HeardLookups {
  Fe alpha, beta;
  FractionLeaves leaves;  ///< by row of the row space
  Point at;
  Fe p, q;
};

/// One contraction of the argument: sum_k a[k] b[k].
struct HeardProduct {
  AccId acc = 0;
  Contraction term;
  FeVector u, v;  ///< how the accumulator's rows and columns are weighed
  FeVector a, b;
  Fe end_a, end_b;
};

struct HeardClaim {
  std::string name;
  Fe value;
};

struct HeardLedger {
  Fe gamma;
  std::vector<HeardClaim> claims;  ///< without the checks and the pin
  std::size_t checks = 0;
  Opening opening;
};

struct Heard {
  std::vector<HeardMessage> messages;
  std::vector<HeardRound> rounds;
  HeardLookups lookups;
  std::vector<HeardProduct> products;
  Fe total;    ///< of all products
  Point at;    ///< where the products' sumcheck ends
  HeardLedger ledger;
  std::vector<std::vector<std::uint32_t>> positions;  ///< of every query round
  std::vector<std::string> checks;                    ///< every check made or owed, in order
  std::size_t differences = 0;                        ///< elements of the proof that are not what the prover has; 0
  bool accepted = false;

  /// The first round, message with this label, or null.
  const HeardRound* round(std::string_view label) const;
  const HeardMessage* message(std::string_view label) const;
};

}  // namespace tacit
