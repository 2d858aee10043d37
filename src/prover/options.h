// What all commitments of a prover have in common: options of their parameters, random slots, the pin.
#pragma once

#include <functional>

#include "argue/link.h"
#include "pcs/oracle.h"
#include "pcs/params.h"
#include "prover/secret.h"
#include "secret/random.h"

namespace tacit {

/// What an inference's parameters are chosen for; all reach the same security.
enum class Profile : std::uint8_t {
  kFast = 0,   ///< least time to prove
  kSmall = 1,  ///< smaller proofs, for some times the time to prove
  kChain = 2,  ///< least gas of a verifier on an EVM, whatever the prover takes within seconds
};

/// Of two proofs that are lucky together, an inference's and a registration's.
DeriveOptions base_options(Regime regime);
DeriveOptions base_options(Regime regime, Profile profile);

/// For a budget of openings that no parameters were found for: the largest that `works`, or `fault` if not even one opening
/// does. Contract: what works for a budget works for smaller ones. Cost: log2(asked) calls.
Error budget_error(std::uint32_t asked, const Error& fault, const std::function<bool(std::uint32_t)>& works);

/// One more opening of a hidden W that stands as `committed` describes it, at no more of its rows than that one takes.
DeriveOptions options_for_committed(const OpeningParams& committed);

/// The oracle "W" of these parameters that holds `message`: with random slots and salts made of the secret where they
/// hide it, without any where they do not. `name`: of the kind of oracle, for the derivation.
Oracle commit_hidden(const OpeningParams& params, FpVector message, const ModelSecret& secret, std::string_view name);

/// `count` salts from the next bytes of `random`, made anew whenever one is needed.
SaltSource draw_salts(std::size_t count, Random& random);

/// sum_i message[i] z^i: the pin of a commitment.
Fe evaluate_powers(std::span<const Fp> message, const Fe& z);

/// Statement sizes of the oracle of a link, which holds one pad.
inline constexpr std::uint64_t kLinkEntries = 3;

}  // namespace tacit
