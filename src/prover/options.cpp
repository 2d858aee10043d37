#include "prover/options.h"

#include "pcs/whir_masks.h"
#include "prover/digest.h"
#include "secret/random.h"

namespace tacit {
namespace {

// Names what is hidden: one secret under two vectors or two shapes must give two masks, or their difference would show.
std::string digest_text(const OpeningParams& params, std::span<const Fp> message) {
  ByteWriter shape;
  write_params(shape, params);
  Keccak256 hasher;
  hasher.update(shape.data());
  hasher.update(digest_of_pieces({reinterpret_cast<const std::uint8_t*>(message.data()), message.size_bytes()}));
  const Digest digest = hasher.finish();
  return {digest.begin(), digest.end()};
}

}  // namespace

Oracle commit_hidden(const OpeningParams& params, FpVector message, const ModelSecret& secret, std::string_view name) {
  const OpeningShape& shape = params.shape;
  std::vector<Salt> salts;
  if (shape.random_slots_w != 0) {
    const std::string of = " of " + std::string(name) + " " + digest_text(params, message);
    Random slots = Random::derive(secret.bytes(), "random slots" + of), salt = Random::derive(secret.bytes(), "salts" + of);
    fill_random_slots(shape, Block::kW, message, [&](std::span<Fp> out) { slots.fill(out); });
    salts.resize(std::size_t{1} << params.rounds[0].log_domain);
    salt.fill(std::span(reinterpret_cast<std::uint8_t*>(salts.data()), sizeof(Salt) * salts.size()));
  }
  return Oracle::commit(std::move(message), shape.log_n, shape.limbs_w, params.rounds[0].log_domain, {}, std::move(salts));
}

DeriveOptions base_options(Regime regime) {
  DeriveOptions options;
  options.regime = regime;
  options.initial_grind_bits = 12;  // before the first challenge, against statements that compute their own challenges
  options.sum_margin_bits = 1.02;   // two proofs, of the registration and of an inference, are lucky together
  options.bytes_per_ms = 2000;
  options.w_commit_weight = 1;  // the commitment to W is rebuilt for every proof
  return options;
}

DeriveOptions options_for_committed(const OpeningParams& committed) {
  DeriveOptions options = base_options(committed.regime);
  options.fixed_log_n = committed.shape.log_n;
  options.fixed_log_domain = committed.rounds[0].log_domain;
  options.fixed_limbs_w = committed.shape.limbs_w;
  options.fixed_random_slots_w = committed.shape.random_slots_w;
  return options;
}

Fe evaluate_powers(std::span<const Fp> message, const Fe& z) {
  Fe out;
  for (std::size_t i = message.size(); i-- > 0;) out = out * z + Fe(message[i]);
  return out;
}

}  // namespace tacit
