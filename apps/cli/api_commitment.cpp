#include "api_commitment.h"

#include <algorithm>
#include <string_view>

#include "api/facts.h"
#include "api_common.h"
#include "prover/commitment.h"

namespace tacit::cli::api {
namespace {

bool starts_with(ByteSpan file, std::string_view magic) {
  return file.size() >= magic.size() && std::equal(magic.begin(), magic.end(), file.begin());
}

Result<VerifierKey> key_in(ByteSpan file) {
  if (starts_with(file, "TACITKEY")) return read_key(file);
  if (!starts_with(file, "TACITMDL")) return bad_input("is not a Tacit key, model bundle, commitment or opening");
  TACIT_TRY(ProverModel model, read_model(file));
  return std::move(model.key);
}

Result<SignedCommitment> values_in(ByteSpan file) {
  if (starts_with(file, "TACITCOM")) return read_commitment(file);
  TACIT_TRY(CommitmentOpening opening, read_opening(file));
  return std::move(opening.of);
}

}  // namespace

Result<Commitment> commitment_of(ByteSpan file, const std::string& path) {
  if (starts_with(file, "TACITCOM") || starts_with(file, "TACITOPN")) {
    const Result<SignedCommitment> values = values_in(file);
    if (!values.ok()) return at(path, values.error());
    const tacit::Commitment& c = values->commitment;
    return Commitment{c.root, tacit::api::hex(c.digest()), c.openings, Counted::kValues};
  }
  const Result<VerifierKey> key = key_in(file);
  if (!key.ok()) return at(path, key.error());
  if (!key->core.hides_weights()) return unsupported("has no private weights, so its openings are not counted", path);
  return Commitment{key->core.root_w, tacit::api::hex(key->core.root_w), key->core.settings.openings, Counted::kWeights};
}

}  // namespace tacit::cli::api
