// The pads of one argument, known from the theorem alone: a dry run of its engines up to the ledger.
//
//   column "pads"   [1, 3 P] behind the theorem's columns, in X:   pad k = entries 3k, 3k+1, 3k+2 = c0 + c1 w + c2 w^2
#pragma once

#include "argue/contractions.h"
#include "transcript/scalar.h"

namespace tacit {

/// `links`: as many messages more, one for each committed input and output.
PadPlan plan_pads(const Theorem& theorem, std::uint32_t links = 0);

/// The theorem's columns; with masks, the column of pads behind them.
std::vector<Column> argued_columns(const Theorem& theorem, const PadPlan* plan);

/// The covector on the column of pads that gives a form in pads: its coefficient times 1, w, w^2. Adds `by` times it.
void add_pad_terms(const std::vector<PadTerm>& terms, const Fe& by, FeVector& covector);

}  // namespace tacit
