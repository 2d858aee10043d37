#include "secret/ledger.h"

#include <cstdlib>
#include <map>
#include <optional>
#include <utility>

#include "secret/ledger_file.h"

namespace tacit {
namespace {

Error usage(std::string what, std::string where = {}) { return {ErrorCode::kUsage, std::move(what), std::move(where)}; }

std::string openings(std::uint32_t n) { return std::to_string(n) + (n == 1 ? " opening" : " openings"); }

std::string left_of(const LedgerState& s) { return std::to_string(s.remaining()) + " of " + openings(s.budget) + " left"; }

std::string named(Counted what) { return what == Counted::kWeights ? "these weights" : "these values"; }

Error missing(const LedgerFile& file, Counted what) {
  const std::string key = what == Counted::kWeights ? "PREFIX.vk" : "NAME.commitment";
  return bad_input("no ledger counts the openings of " + named(what) + " on this machine. A replica, or a machine that was set up "
                   "anew, takes over what is left with 'tacit ledger adopt " + key + " --remaining N'", file.path());
}

Error used_up(const LedgerFile& file, std::uint32_t budget, Counted what) {
  const std::string way_out = what == Counted::kWeights
                                  ? "'tacit renew PREFIX' commits to them anew"
                                  : "Values are not renewed: 'tacit commit' commits to them anew, under another digest, to be signed anew";
  return bad_input("all " + openings(budget) + " of " + named(what) + " are used, and one more could give them away. " + way_out, file.path());
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

/// A ledger under its lock, and what it is to become.
struct Ledger::Held {
  LedgerFile file;
  OwnedFd lock;
  LedgerState after;
};

Status Ledger::begin(const Digest& commitment, LedgerState fresh, bool same_is_fine, Counted what) {
  TACIT_TRY(const LedgerFile file, LedgerFile::open(directory_, LedgerFile::kMakeIt, commitment));
  TACIT_TRY(const OwnedFd lock, file.lock(options_));
  TACIT_TRY(const std::optional<LedgerState> there, file.read());
  if (there && same_is_fine && *there == fresh) return Unit{};
  if (there) return usage("a ledger already counts the openings of " + named(what) + " here: " + left_of(*there), file.path());
  return file.write(fresh, options_);
}

Status Ledger::create(const Digest& commitment, std::uint32_t budget, Counted what) {
  if (budget == 0) return usage("a commitment needs a budget of one opening or more");
  return begin(commitment, {budget, 0}, true, what);
}

Status Ledger::adopt(const Digest& commitment, std::uint32_t budget, std::uint32_t remaining, Counted what) {
  if (remaining > budget) {
    return usage(openings(remaining) + " cannot be left: " + named(what) + " were committed for " + openings(budget));
  }
  return begin(commitment, {budget, budget - remaining}, false, what);
}

Result<Ledger::Held> Ledger::hold(const Digest& commitment, std::uint32_t count, Counted what) const {
  if (const auto known = state(commitment, what); !known.ok()) return known.error();  // a missing one leaves no lock file behind
  TACIT_TRY(LedgerFile file, LedgerFile::open(directory_, LedgerFile::kAsItIs, commitment));
  TACIT_TRY(OwnedFd lock, file.lock(options_));
  TACIT_TRY(const std::optional<LedgerState> there, file.read());
  if (!there) return missing(file, what);
  if (there->remaining() == 0) return used_up(file, there->budget, what);
  if (count > there->remaining()) return usage(openings(count) + " cannot be taken: " + left_of(*there), file.path());
  return Held{std::move(file), std::move(lock), {there->budget, there->used + count}};
}

Result<std::uint32_t> Ledger::spend(const Digest& commitment, Counted what) {
  const Spending one[] = {{commitment, what}};
  TACIT_TRY(const std::vector<std::uint32_t> left, spend_all(one));
  return left[0];
}

Result<std::vector<std::uint32_t>> Ledger::spend_all(std::span<const Spending> all) {
  std::map<Digest, std::pair<Counted, std::uint32_t>> wanted;  // in one order for everyone, so that no two wait for each other
  for (const Spending& s : all) ++wanted.try_emplace(s.commitment, s.what, 0).first->second.second;
  std::map<Digest, Held> held;
  for (const auto& [commitment, share] : wanted) {
    TACIT_TRY(Held one, hold(commitment, share.second, share.first));
    held.emplace(commitment, std::move(one));
  }
  for (const auto& [commitment, one] : held) {
    TACIT_TRY([[maybe_unused]] Unit written, one.file.write(one.after, options_));
  }
  std::vector<std::uint32_t> left;
  for (const Spending& s : all) left.push_back(held.at(s.commitment).after.remaining());
  return left;
}

Result<std::uint32_t> Ledger::split(const Digest& commitment, std::uint32_t count, Counted what) {
  if (count == 0) return usage("a share has one opening or more");
  TACIT_TRY(const Held one, hold(commitment, count, what));
  TACIT_TRY([[maybe_unused]] Unit written, one.file.write(one.after, options_));
  return one.after.remaining();
}

Result<LedgerState> Ledger::state(const Digest& commitment, Counted what) const {
  TACIT_TRY(const LedgerFile file, LedgerFile::open(directory_, LedgerFile::kAsItIs, commitment));
  TACIT_TRY(const std::optional<LedgerState> there, file.read());
  if (!there) return missing(file, what);
  return *there;
}

Result<std::uint32_t> Ledger::remaining(const Digest& commitment, Counted what) const {
  TACIT_TRY(const LedgerState now, state(commitment, what));
  return now.remaining();
}

}  // namespace tacit
