// What all commitments of a prover have in common: options of their parameters, random slots, the pin.
#pragma once

#include "argue/link.h"
#include "pcs/oracle.h"
#include "pcs/params.h"
#include "prover/secret.h"

namespace tacit {

/// Of two proofs that are lucky together, an inference's and a registration's.
DeriveOptions base_options(Regime regime);

/// One more opening of a hidden W that stands as `committed` describes it, at no more of its rows than that one takes.
DeriveOptions options_for_committed(const OpeningParams& committed);

/// The oracle "W" of these parameters that holds `message`: with random slots and salts made of the secret where they
/// hide it, without any where they do not. `name`: of the kind of oracle, for the derivation.
Oracle commit_hidden(const OpeningParams& params, FpVector message, const ModelSecret& secret, std::string_view name);

/// sum_i message[i] z^i: the pin of a commitment.
Fe evaluate_powers(std::span<const Fp> message, const Fe& z);

/// Statement sizes of the oracle of a link, which holds one pad.
inline constexpr std::uint64_t kLinkEntries = 3;

}  // namespace tacit
