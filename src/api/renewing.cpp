#include "api/renewing.h"

#include "api/guard.h"
#include "api/model_state.h"
#include "secret/ledger.h"
#include "tacit/renew.h"

namespace tacit::api {
namespace {

constexpr std::string_view kDomain = "\x09 renewal of ";  // 0x00 to 0x08: trees, transcript, statements, randomness, commitments

// Before anything of the link exists, so that a crash burns it.
Status spend_old(const KeyCore& core) {
  if (!core.hides_weights()) return Unit{};  // renew() says why not
  TACIT_TRY(Ledger ledger, Ledger::of_user());
  if (ledger.spend(renewal_ledger(core.root_w)).ok()) return Unit{};
  TACIT_TRY([[maybe_unused]] std::uint32_t left, ledger.spend(core.root_w));
  return Unit{};
}

}  // namespace

Digest renewal_ledger(const Digest& root) {
  Keccak256 hasher;
  hasher.update({reinterpret_cast<const std::uint8_t*>(kDomain.data()), kDomain.size()});
  hasher.update(root);
  return hasher.finish();
}

Status start_ledgers(const KeyCore& core) {
  TACIT_TRY(Ledger ledger, Ledger::of_user());
  TACIT_TRY([[maybe_unused]] Unit counted, ledger.create(core.root_w, core.settings.openings));
  return ledger.create(renewal_ledger(core.root_w), 1);
}

tacit::Result<tacit::Renewed> renew_counted(const ProverModel& model, const StageSink& stage) {
  TACIT_TRY([[maybe_unused]] Unit spent, spend_old(model.key.core));
  TACIT_TRY(const ModelSecret secret, ModelSecret::fresh());
  TACIT_TRY(tacit::Renewed out, tacit::renew(model, secret, stage));
  TACIT_TRY([[maybe_unused]] Unit counted, start_ledgers(out.model.key.core));
  return out;
}

Result<Renewed> renew(const Model& model, unsigned threads) {
  return guarded<Renewed>([&]() -> tacit::Result<Renewed> {
    const ThreadLimit limit(threads);
    TACIT_TRY(tacit::Renewed renewed, renew_counted(model.state().prover, {}));
    return Renewed{Model(std::make_shared<const Model::State>(Model::State{std::move(renewed.model)})), renewed.link.encode()};
  });
}

}  // namespace tacit::api
