#include "prover/options.h"

#include "pcs/whir_masks.h"
#include "prover/digest.h"

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

// Every piece of the salts is a stream of its own, so any of them can be made apart from the others.
SaltSource draw_salts(std::size_t count, Random& random) {
  SecretBytes seed(sizeof(Digest));
  random.fill(seed.span());
  const auto shared = std::make_shared<const SecretBytes>(std::move(seed));
  return {count, [shared](std::size_t piece, std::span<Salt> out) {
            Random stream = Random::derive(shared->span(), "salts " + std::to_string(piece));
            stream.fill(std::span(reinterpret_cast<std::uint8_t*>(out.data()), out.size_bytes()));
          }};
}

Oracle commit_hidden(const OpeningParams& params, FpVector message, const ModelSecret& secret, std::string_view name) {
  const OpeningShape& shape = params.shape;
  SaltSource salts;
  if (shape.random_slots_w != 0) {
    const std::string of = " of " + std::string(name) + " " + digest_text(params, message);
    Random slots = Random::derive(secret.bytes(), "random slots" + of), salt = Random::derive(secret.bytes(), "salts" + of);
    fill_random_slots(shape, Block::kW, message, [&](std::span<Fp> out) { slots.fill(out); });
    salts = draw_salts(std::size_t{1} << params.rounds[0].log_domain, salt);
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

// On chain a byte costs 16 gas as calldata and about as much again to hash and combine; an element of the last vector 2,000 to
// 3,000. The lower the rate, the fewer rows are opened: the prover's codewords pay for it.
DeriveOptions base_options(Regime regime, Profile profile) {
  DeriveOptions options = base_options(regime);
  if (profile == Profile::kFast) return options;
  options.bytes_per_ms = profile == Profile::kSmall ? 100 : 5;
  options.max_base_rate = profile == Profile::kSmall ? 6 : 10;
  options.max_final_log = profile == Profile::kSmall ? 8 : 6;
  return options;
}

Error budget_error(std::uint32_t asked, const Error& fault, const std::function<bool(std::uint32_t)>& works) {
  std::uint32_t most = 0, failed = asked;
  while (failed - most > 1) {
    const std::uint32_t middle = most + (failed - most) / 2;
    (works(middle) ? most : failed) = middle;
  }
  if (most == 0) return fault;
  return {ErrorCode::kUsage, "a budget of " + std::to_string(asked) + " openings (--openings) needs more random slots than a commitment can hold; here at most " +
                                 std::to_string(most) + " work", ""};
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
