// The claims ledger: every claim that an engine owes, settled by one opening.
//
// With gamma drawn after every other message, claim number i (from 1; no claim has coefficient 1) enters with gamma^i:
//
//   sum_i gamma^i form_i(columns) = sum_i gamma^i value_i
//
// With masks on, a value is a constant and a form in pads, which moves to the left as a form on the column of pads; checks
// that the engines owe (value = 0) come after the claims. Public columns are evaluated by the verifier and moved to the right; what is left is a covector on W and one on X. The
// last power carries the pin of W: <W, (1, z, z^2, ...)> = y over all limbs that W has, which fixes one codeword for a
// root used in many proofs.
#pragma once

#include <optional>
#include <span>

#include "argue/forms.h"
#include "pcs/whir.h"
#include "theorem/layout.h"

namespace tacit {

struct Pin {
  Fe z, y;
};

struct Opening {
  std::vector<RankOne> weights, witness;  ///< the combined covectors on W and X
  Fe pin_z, pin_scale;                    ///< scale 0 when there is no W
  Fe value;
};

/// Combines all claims, then all checks. `columns`: the theorem's, and the column of pads last where there are pads.
/// `publics[id]` holds the values of public columns.
Opening combine(std::span<const Column> columns, const std::vector<Claim>& claims, std::span<const OwedCheck> checks,
                const std::vector<IntColumn>& publics, const std::optional<Pin>& pin, const Fe& gamma);

/// The multilinear extension of a combined covector at (limb bits | position bits).
Fe evaluate_at(std::span<const Column> columns, const OracleLayout& layout, const std::vector<RankOne>& forms, std::span<const Fe> point);
/// The multilinear extension of (1, z, z^2, ...), `limbs` times 2^log_n entries and zero behind them, at (limb bits |
/// position bits). Contract: log_n <= point.size(), limbs <= 2^(point.size() - log_n).
Fe powers_at(const Fe& z, std::span<const Fe> point, std::size_t log_n, std::size_t limbs);

/// The prover's side of the same covector, limb by limb.
class LedgerCovector : public Covector {
 public:
  LedgerCovector(std::span<const Column> columns, const OracleLayout& layout, const std::vector<RankOne>& forms, const Fe& pin_z,
                 const Fe& pin_scale, std::size_t log_n);
  void fill(std::size_t limb, std::span<Fe> out) const override;
  bool fill_part(std::size_t limb, std::size_t first, std::span<Fe> out) const override;

 private:
  struct Weights {
    FeVector u;
    SharedVector v;
  };
  /// Adds a form to those on its column; those with the very same v become one.
  static void merge(std::vector<Weights>& known, const RankOne& form);
  void fill_range(std::size_t limb, std::size_t first_position, std::span<Fe> out) const;
  void fill_tile(const Tile& tile, std::uint64_t begin, std::uint64_t end, std::span<Fe> out, std::uint64_t out_begin) const;
  std::span<const Column> columns_;
  const OracleLayout& layout_;
  std::vector<std::vector<Weights>> by_column_;
  std::size_t log_n_;
  FeVector low_powers_;
  Fe limb_step_, pin_scale_;
};

}  // namespace tacit
