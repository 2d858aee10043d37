// How many more times committed weights may be opened, counted outside of the bundle.
//
//   state directory/                 $TACIT_STATE_DIR, else $XDG_STATE_HOME/tacit, else $HOME/.local/state/tacit
//     3f2a...c9.ledger               one per commitment to weights or values (its root in hex): how many openings it has, how many are used
//     3f2a...c9.lock                 held while the counter is changed; never removed
//     3f2a...c9.new                  the next counter, until it takes the ledger's name
//
// W hides T openings; another one could give equations on the weights away. So each proof takes its opening here before
// anything of it leaves the process, and the counter only goes down: a crash, a failed proof or a full disk may lose
// openings but never gives one back. A copied or restored bundle has the same commitment, so it meets the same counter.
// Private weights have a second ledger, of one opening that only a renewal takes (api/renewing.h).
// A missing or damaged ledger is never made anew by itself: only its owner can know what was used.
//
// Out of reach: whoever sets this whole directory back (a restored machine or snapshot, a copied directory, a second user
// account that adopts too much) gets openings again. Replicas take their share with `split` and `adopt`. The directory
// must be on a file system with working flock, rename and fsync, for the machines that share it.
#pragma once

#include <chrono>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "hash/keccak.h"

namespace tacit {

struct LedgerState {
  std::uint32_t budget = 0;  ///< T, of the commitment
  std::uint32_t used = 0;    ///< here or given away, <= budget
  std::uint32_t remaining() const { return budget - used; }
  bool operator==(const LedgerState&) const = default;
};

/// What the openings are of. The files are alike; messages say what can be done about it.
enum class Counted { kWeights, kValues };

/// One opening to take.
struct Spending {
  Digest commitment{};
  Counted what = Counted::kWeights;
};

/// Where a change has got to; each step survives what the name says.
enum class LedgerStep { kLocked, kWritten /* and flushed, under the temporary name */, kRenamed };

/// Defaults for programs; tests stop a change midway.
struct LedgerOptions {
  std::chrono::milliseconds patience = std::chrono::seconds(30);  ///< for another process's lock
  std::function<void(LedgerStep)> at_step = {};
};

/// Any number of threads and processes may use ledgers of one directory. Errors of all functions: io (the directory cannot
/// be read or written; the file is locked for too long), bad_input (a missing, damaged or foreign ledger), usage.
class Ledger {
 public:
  explicit Ledger(std::string directory, LedgerOptions options = {});
  /// The state directory of this user's environment. Errors: usage (none is set, or a relative path).
  static Result<Ledger> of_user();

  const std::string& directory() const { return directory_; }
  std::string path_of(const Digest& commitment) const;

  /// A fresh ledger with all of `budget` left. It may already be there if it is the same and nothing was used.
  Status create(const Digest& commitment, std::uint32_t budget, Counted what = Counted::kWeights);

  /// Takes one opening; what is left afterwards. When it returns, the counter has reached the disk. Errors: also
  /// bad_input when nothing is left. Cost: two fsyncs.
  Result<std::uint32_t> spend(const Digest& commitment, Counted what = Counted::kWeights);

  /// Takes one opening of each, or none of any if one of them has none left; what is left of each, in order. A commitment
  /// that is named twice gives two. An error of io while the counters are written may leave some of them taken.
  Result<std::vector<std::uint32_t>> spend_all(std::span<const Spending> all);

  /// Takes `openings` at once, for a replica that adopts as many; what is left here.
  Result<std::uint32_t> split(const Digest& commitment, std::uint32_t openings, Counted what = Counted::kWeights);

  /// A ledger with `remaining` of `budget` left, where there is none. Its owner answers for the number.
  Status adopt(const Digest& commitment, std::uint32_t budget, std::uint32_t remaining, Counted what = Counted::kWeights);

  Result<LedgerState> state(const Digest& commitment, Counted what = Counted::kWeights) const;
  Result<std::uint32_t> remaining(const Digest& commitment, Counted what = Counted::kWeights) const;

 private:
  struct Held;
  Status begin(const Digest& commitment, LedgerState fresh, bool same_is_fine, Counted what);
  Result<Held> hold(const Digest& commitment, std::uint32_t openings, Counted what) const;

  std::string directory_;
  LedgerOptions options_;
};

}  // namespace tacit
