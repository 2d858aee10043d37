// The prover's bundle (PREFIX.tacit): the verifier's key, where it comes from, and the weights.
//
//   "TACITMDL" | version u16 | key (as in PREFIX.vk) | recipe (bytes) | secret (32 bytes, only if something is
//   private) | weights: per column its entries little-endian, 1, 2 or 4 bytes each
//
// The commitment to W is a function of the weights and the secret: it is rebuilt for each proof rather than stored. The
// recipe says what the theorem and the weights were made of (api/recipe.h); proving does not read it.
#pragma once

#include <functional>

#include "argue/prover_side.h"
#include "pcs/oracle.h"
#include "prover/options.h"
#include "prover/secret.h"
#include "verifier/key.h"

namespace tacit {

struct ProverModel {
  VerifierKey key;
  Theorem theorem;  ///< the key's theorem, with steps
  std::vector<IntColumn> weights;  ///< by ColumnId; filled for weights columns
  ModelSecret secret;
  Bytes recipe;  ///< as secret as the weights; a renewed model keeps it

  Bytes encode() const;
};

/// Reads a bundle; the key inside is trusted as far as its form goes (its registration was made here). Errors: bad_input.
Result<ProverModel> read_model(ByteSpan file);

/// Commits the weights, derives parameters for `settings.security` bits and proves the registration.
/// `weights` by ColumnId of `theorem`; `regime` is that of both openings, `profile` that of an inference's; what the settings and ports call private is
/// hidden. `secret` must be of this model alone: the same weights under two secrets are two commitments. Errors:
/// unsupported (sizes, sums that could wrap), io (randomness).
Result<ProverModel> register_model(Theorem theorem, Ports ports, Settings settings, std::vector<IntColumn> weights,
                                   const ModelSecret& secret, const StageSink& stage, Regime regime = Regime::kJohnson,
                                   Profile profile = Profile::kFast);

/// The opening parameters that register_model() would settle for.
struct ModelParams {
  OpeningParams inference;
  OpeningParams registration;  ///< meaningless without weights
};
/// From settings, theorem and ports. Errors: usage for a budget of openings that cannot be held, naming the largest that can;
/// unsupported (sizes).
Result<ModelParams> model_params(KeyCore core, Regime regime, Profile profile = Profile::kFast);

/// The last step of register_model(): from a model with parameters, weights and secret to its commitment, registration
/// and statement digest.
Status commit_model(ProverModel& model, const StageSink& stage);

/// The committed weights: root, codeword and tree. Cost: one encoding of W.
Oracle commit_weights(const ProverModel& model);

/// W's pin (docs/protocol.md, section 9) as the key's parameters ask for it. `w` is a commitment under them.
Fe pin_of(const KeyCore& core, const Oracle& w);

}  // namespace tacit
