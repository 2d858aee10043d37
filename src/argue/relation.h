// Relation: one statement ready to be argued. A verifier builds it from a key and the public values; a prover from the same.
#pragma once

#include <optional>
#include <vector>

#include "argue/ledger.h"
#include "pcs/params.h"
#include "pcs/security.h"
#include "theorem/layout.h"
#include "theorem/run.h"

namespace tacit {

struct Relation {
  const Theorem* theorem = nullptr;
  const OpeningParams* params = nullptr;
  Digest statement{};                ///< of the key: theorem, ports, parameters, root of W, pin
  Digest root_w{};                   ///< zero when the theorem has no weights
  std::optional<Pin> pin;
  std::vector<IntColumn> publics;    ///< by ColumnId; filled for public columns
  OracleLayout weights, witness;
  RowSpace rows;

  /// Layouts and row space of the theorem. Contract: `publics` has one entry for each column.
  static Relation make(const Theorem& theorem, const OpeningParams& params, std::vector<IntColumn> publics);
};

/// The pin's point: z = H(root, parameters, message length) in E.
Fe pin_point(const Digest& root_w, const OpeningParams& params, std::uint64_t message_length);

/// The counts that the soundness calculator needs.
ArgumentShape argument_shape(const Theorem& theorem);

/// Every public column is given and every entry lies in the column's bounds. Errors: bad_input naming the column.
Status check_publics(const Theorem& theorem, const std::vector<IntColumn>& publics);

}  // namespace tacit
