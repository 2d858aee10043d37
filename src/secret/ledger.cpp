#include "secret/ledger.h"

#include <cstdlib>
#include <optional>
#include <utility>

#include "secret/ledger_file.h"

namespace tacit {
namespace {

Error usage(std::string what, std::string where = {}) { return {ErrorCode::kUsage, std::move(what), std::move(where)}; }

std::string openings(std::uint32_t n) { return std::to_string(n) + (n == 1 ? " opening" : " openings"); }

std::string left_of(const LedgerState& s) { return std::to_string(s.remaining()) + " of " + openings(s.budget) + " left"; }

Error missing(const LedgerFile& file) {
  return bad_input("no ledger counts the openings of these weights on this machine. A replica, or a machine that was set up "
                   "anew, takes over what is left with 'tacit ledger adopt PREFIX.vk --remaining N'", file.path());
}

/// The value of an environment variable; none when unset or empty.
std::optional<std::string> variable(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

bool is_absolute(const std::optional<std::string>& path) { return path && path->front() == '/'; }

}  // namespace

Ledger::Ledger(std::string directory, LedgerOptions options) : directory_(std::move(directory)), options_(std::move(options)) {}

Result<Ledger> Ledger::of_user() {
  const auto own = variable("TACIT_STATE_DIR"), base = variable("XDG_STATE_HOME"), home = variable("HOME");
  if (is_absolute(own)) return Ledger(*own);
  // Counted from wherever the program happens to run, the same weights would have several ledgers.
  if (own) return usage("TACIT_STATE_DIR must be an absolute path", *own);
  if (is_absolute(base)) return Ledger(*base + "/tacit");  // the standard says to ignore a relative one
  if (is_absolute(home)) return Ledger(*home + "/.local/state/tacit");
  return usage("there is no place for the ledger of openings: set TACIT_STATE_DIR to a directory of yours");
}

std::string Ledger::path_of(const Digest& commitment) const { return directory_ + "/" + hex_name(commitment) + ".ledger"; }

Status Ledger::begin(const Digest& commitment, LedgerState fresh, bool same_is_fine) {
  TACIT_TRY(const LedgerFile file, LedgerFile::open(directory_, LedgerFile::kMakeIt, commitment));
  TACIT_TRY(const OwnedFd lock, file.lock(options_));
  TACIT_TRY(const std::optional<LedgerState> there, file.read());
  if (there && same_is_fine && *there == fresh) return Unit{};
  if (there) return usage("a ledger already counts the openings of these weights here: " + left_of(*there), file.path());
  return file.write(fresh, options_);
}

Status Ledger::create(const Digest& commitment, std::uint32_t budget) {
  if (budget == 0) return usage("a commitment needs a budget of one opening or more");
  return begin(commitment, {budget, 0}, true);
}

Status Ledger::adopt(const Digest& commitment, std::uint32_t budget, std::uint32_t remaining) {
  if (remaining > budget) {
    return usage(openings(remaining) + " cannot be left: these weights were committed for " + openings(budget));
  }
  return begin(commitment, {budget, budget - remaining}, false);
}

Result<LedgerState> Ledger::take(const Digest& commitment, std::uint32_t count) {
  if (const auto known = state(commitment); !known.ok()) return known.error();  // a missing one leaves no lock file behind
  TACIT_TRY(const LedgerFile file, LedgerFile::open(directory_, LedgerFile::kAsItIs, commitment));
  TACIT_TRY(const OwnedFd lock, file.lock(options_));
  TACIT_TRY(const std::optional<LedgerState> there, file.read());
  if (!there) return missing(file);
  if (there->remaining() == 0) {
    return bad_input("all " + openings(there->budget) + " of these weights are used, and one more could give them away. "
                     "'tacit renew PREFIX' commits to them anew", file.path());
  }
  if (count > there->remaining()) return usage(openings(count) + " cannot be taken: " + left_of(*there), file.path());
  const LedgerState after{there->budget, there->used + count};
  TACIT_TRY([[maybe_unused]] Unit written, file.write(after, options_));
  return after;
}

Result<std::uint32_t> Ledger::spend(const Digest& commitment) {
  TACIT_TRY(const LedgerState after, take(commitment, 1));
  return after.remaining();
}

Result<std::uint32_t> Ledger::split(const Digest& commitment, std::uint32_t count) {
  if (count == 0) return usage("a share has one opening or more");
  TACIT_TRY(const LedgerState after, take(commitment, count));
  return after.remaining();
}

Result<LedgerState> Ledger::state(const Digest& commitment) const {
  TACIT_TRY(const LedgerFile file, LedgerFile::open(directory_, LedgerFile::kAsItIs, commitment));
  TACIT_TRY(const std::optional<LedgerState> there, file.read());
  if (!there) return missing(file);
  return *there;
}

Result<std::uint32_t> Ledger::remaining(const Digest& commitment) const {
  TACIT_TRY(const LedgerState now, state(commitment));
  return now.remaining();
}

}  // namespace tacit
