// The soundness calculator: every way in which a cheating prover may be lucky, as a number of bits, computed from the
// parameters alone. Prover and verifier run the same code; the verifier refuses a key whose numbers fall short.
//
//   first challenge ........... gamma | alpha     | rho       | z_1 | positions, xi         | fold    | ... | final
//   logup, sumchecks, pads, claims    | limb fold | mask line | ood | queries + combination | round i | ... |
//   \_________ times the lists of W and of X _____________/     \__ the sample has left one codeword __/
//
// Notation: F = |E|, rho = rate, l = list size, N = full length of an oracle (limbs times domain), m = multiplicity.
//   unique decoding  delta = (1-rho)/2, l = 1, agreement (delta N + 1)/F
//   Johnson          delta = 1 - sqrt(rho)(1 + 1/2m), l = (m+1/2)/sqrt(rho),
//                    agreement [(2(m+1/2)^5 + 3(m+1/2) delta rho)/(3 rho^1.5) N + (m+1/2)/sqrt(rho)]/F
// Agreement is the mutual correlated agreement of one fold (BCHKS25, eprint 2025/2055, theorems 1.3, 4.2, 4.6); N is
// the full, not the interleaved length, which covers the factor 2^(k-1) that an interleaved word may need. The opening
// follows WHIR (eprint 2024/1586, theorem 5.2). Nothing rests on a conjecture.
//
// Masks leave the lists as they are and need no sample of their own:
//   list     An opened position shows rows X_i, row2 and row1 of X's tree, W_i of W's, and mu_W. What is folded is
//            (X_i + row2 for all i, row1) and (W_i for all i, mu_W). Such a word of r rows over F is one word over F^r
//            on the same domain (a basis of F^r over F makes one polynomial of degree < n out of r), and the list bound
//            of a Reed-Solomon code depends on its rate and m alone. So each of the two has at most l close codewords,
//            masks included, as X and W have without masks. Both are fixed before the first challenge: X's root binds
//            its rows and all masks, W's was bound at registration.
//   sample   An out-of-domain answer on W, X or a mask would have to be hidden in its turn. None is taken: every error
//            up to and including rho's is multiplied by L = l for W times l for X, and v' = rho v + mu, which shows
//            nothing, has the first sample (z_1). Across proofs W is bound by its pin.
//   alpha    Messages minus xi are messages of the unmasked sumcheck on a claim shifted by a value fixed at commit
//            time, so 3 / F a round stays; the shift is a constant term of the ledger's polynomial in gamma, in which
//            no claim has coefficient gamma^0.
//
// What "lambda bits" means here: every term is at most 2^-(lambda+3), and their sum, the error of the interactive
// argument, at most 2^-lambda. Hashed (Fiat-Shamir), a prover with T calls of Keccak-256 succeeds with probability at
// most T * (largest error of one verifier message) + 4.5 T^2 / 2^256: see SecurityReport::forgery_bits. The second part
// is the birthday bound of any 256-bit hash; it reaches 1 at T = 2^126.9, so lambda above 128 is refused.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "pcs/params.h"

namespace tacit {

/// log2 of |E| = p^3, rounded down.
inline constexpr double kChallengeFieldBits = 191.9999999989;
/// Every single term has to be this much better than the claim.
inline constexpr double kTermMarginBits = 3;

/// A Reed-Solomon code at rate 2^-log_inv_rate together with the radius that the analysis uses.
struct CodeRadius {
  Regime regime = Regime::kJohnson;
  double log_inv_rate = 1;
  std::uint32_t multiplicity = 3;  ///< m of the Johnson regime; ignored in the other
};

/// The relative distance delta up to which words are bound; at most 0 for a rate and m that bind nothing.
double decoding_radius(const CodeRadius& code);
/// -log2(1 - delta): bits gained by each queried position.
double query_bits(const CodeRadius& code);
/// log2 of the list size l (0 in the unique-decoding regime).
double list_log2(const CodeRadius& code);
/// -log2 of the mutual correlated agreement error of one fold of an oracle of 2^log_length elements in all.
double agreement_bits(const CodeRadius& code, double log_length, double field_bits = kChallengeFieldBits);

/// log2 of the number of pairs of codewords, for W and for X, that roots leave open.
double joint_list_bits(const OpeningParams& params);

/// What precedes the opening, in counts; taken from the theorem, never from a proof. Zero means absent.
struct ArgumentShape {
  std::uint64_t lookup_rows = 0;        ///< all rows looked up, over all tables
  std::uint64_t table_rows = 0;         ///< all table rows
  std::uint32_t tuple_width = 1;        ///< widest tuple, tag included
  std::uint64_t sumcheck_rounds = 0;    ///< rounds of the batched contraction and zero-check sumcheck
  std::uint32_t sumcheck_degree = 2;    ///< largest degree of its round polynomials
  std::uint64_t batched_instances = 0;  ///< instances combined by powers of one challenge
  std::uint64_t point_variables = 0;    ///< variables of all random points at which columns are compared
  std::uint64_t claims = 0;             ///< linear claims in the ledger, combined by gamma^1 .. gamma^claims
  std::uint64_t pad_products = 0;       ///< rows of the pad check: all product pads and the random triple
  std::uint64_t link_degree = 0;        ///< of the fingerprint by which W is compared with an oracle of another opening
  double link_list_bits = 0;            ///< log2 of that opening's joint lists
};

/// One way to be lucky. bits = -log2 of its probability over the whole argument, after its grind.
struct SecurityTerm {
  std::string name;                 ///< unique in a report, e.g. "round 2 queries"
  double bits = 0;                  ///< summed over all challenges of this term; the union bound adds these
  double challenge_bits = 0;        ///< of the worst single verifier message of this term
  std::uint32_t message = 0;        ///< terms with the same number share a verifier message (their errors add up)
  double grind_bits = 0;            ///< proof of work already contained in `bits`
  double list_bits = 0;             ///< log2 of the list factor already contained in `bits`
  Regime regime = Regime::kJohnson;
  std::uint32_t multiplicity = 0;   ///< m used, 0 where no code is involved
};

/// All terms of one argument.
struct SecurityReport {
  std::vector<SecurityTerm> terms;
  double sum_bits = 0;          ///< -log2 of the sum of all errors: interactive soundness
  double worst_message_bits = 0;///< -log2 of the largest error of one verifier message: Fiat-Shamir reading
  std::string weakest;          ///< name of the term with the fewest bits

  /// Every term has lambda + 3 bits (up to 1e-6 for the rounding of other machines) and the sum has lambda.
  bool meets(std::uint32_t lambda) const;
  /// -log2 of the success probability of a forger with 2^log2_calls hash calls: T * worst + 4.5 T^2 / 2^256.
  double forgery_bits(double log2_calls) const;
  /// The term of that name, or nullptr.
  const SecurityTerm* find(const std::string& name) const;
  /// A table for people: one line a term, then the sum and the hashed reading.
  std::string text() const;
};

/// The report for `params` inside `argument`. Requires check_form(params).ok(). `field_bits` is log2 of the challenge
/// field, a parameter only so that tests and tables can look at other fields.
SecurityReport security_report(const OpeningParams& params, const ArgumentShape& argument,
                               double field_bits = kChallengeFieldBits);

/// What a verifier asks of a key: well formed, claims at least `lambda` bits, and its claim is true.
/// The error names the first term that falls short.
Status check_security(const OpeningParams& params, const ArgumentShape& argument, std::uint32_t lambda);

/// log2(sum of 2^x) without leaving the logarithmic scale; -infinity for an empty list.
double log2_sum(const std::vector<double>& log2_values);

}  // namespace tacit
