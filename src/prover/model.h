// The prover's bundle (PREFIX.tacit): the verifier's key, how to fill the columns, and the weights.
//
//   "TACITMDL" | version u16 | key (as in PREFIX.vk) | steps (theorem with steps) | weights: per column width u8 (1, 2, 4)
//   and its entries little-endian
//
// The commitment to W is deterministic: it is rebuilt from the weights for each proof rather than stored.
#pragma once

#include <functional>

#include "argue/prover_side.h"
#include "pcs/oracle.h"
#include "verifier/key.h"

namespace tacit {

struct ProverModel {
  VerifierKey key;
  Theorem theorem;  ///< the key's theorem, with steps
  std::vector<IntColumn> weights;  ///< by ColumnId; filled for weights columns

  Bytes encode() const;
};

/// Reads a bundle; the key inside is trusted as far as its form goes (its registration was made here). Errors: bad_input.
Result<ProverModel> read_model(ByteSpan file);

/// Commits the weights, derives parameters for `settings.security` bits and proves the registration.
/// `weights` by ColumnId of `theorem`; `regime` is that of both openings. Errors: unsupported (sizes, sums that could wrap).
Result<ProverModel> register_model(Theorem theorem, Ports ports, Settings settings, std::vector<IntColumn> weights,
                                   const StageSink& stage, Regime regime = Regime::kJohnson);

/// The committed weights: root, codeword and tree. Cost: one encoding of W.
Oracle commit_weights(const ProverModel& model);

}  // namespace tacit
