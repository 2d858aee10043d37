// Relation: one statement ready to be argued. A verifier builds it from a key and the public values; a prover from the same.
#pragma once

#include <optional>
#include <vector>

#include "argue/ledger.h"
#include "argue/plan.h"
#include "pcs/params.h"
#include "pcs/security.h"
#include "theorem/layout.h"
#include "theorem/run.h"

namespace tacit {

struct Link;

struct Relation {
  const Theorem* theorem = nullptr;
  const OpeningParams* params = nullptr;
  Digest statement{};                ///< of the key: theorem, ports, parameters, root of W, pin
  Digest root_w{};                   ///< zero when the theorem has no weights
  std::optional<Pin> pin;
  std::vector<IntColumn> publics;    ///< by ColumnId; filled for public columns
  PadPlan plan;                      ///< empty without masks
  std::vector<Column> columns;       ///< the theorem's, and with masks the column of pads
  OracleLayout weights, witness;
  RowSpace rows;
  std::vector<Link> links;           ///< one for each committed port, inputs first

  bool masked() const { return params->shape.masked(); }
  /// Layouts and row space of the theorem. Contract: `publics` has one entry for each column, and the shape's sizes are
  /// those of oracle_sizes().
  static Relation make(const Theorem& theorem, const OpeningParams& params, std::vector<IntColumn> publics, std::uint32_t links = 0);
};

/// A column as a tensor: element (n, r, i) of [batch, rows, inner] stands at [r, n * inner + i].
struct LinkedColumn {
  ColumnId column = kNone;
  std::uint32_t batch = 1, rows = 1, inner = 1;
};

/// Columns whose entries an oracle of another commitment holds too (argue/link.h).
struct Link {
  std::vector<LinkedColumn> columns;
  Bytes name;       ///< of the other commitment, as the transcript binds it
  Relation target;  ///< what is opened there: oracle "W" is the commitment, "X" holds one pad
};

/// The pin's point: z = H(root, parameters, message length) in E.
Fe pin_point(const Digest& root_w, const OpeningParams& params, std::uint64_t message_length);

/// `links`, here and below: how many committed inputs and outputs the theorem has.
/// Entries of W and of X (pads included when masked): what an opening's shape has to hold.
struct OracleSizes {
  std::uint64_t w = 0, x = 0;
};
OracleSizes oracle_sizes(const Theorem& theorem, bool masked, std::uint32_t links = 0);
/// The layout of W in limbs of this shape.
OracleLayout weights_layout(const Theorem& theorem, const OpeningShape& shape);

/// The counts that the soundness calculator needs.
ArgumentShape argument_shape(const Theorem& theorem, bool masked, std::uint32_t links = 0);

/// Every public column is given and every entry lies in the column's bounds. Errors: bad_input naming the column.
Status check_publics(const Theorem& theorem, const std::vector<IntColumn>& publics);

}  // namespace tacit
