// Linear forms on columns, the language of the claims ledger.
//
//   RankOne    u (x) v on one column, read as a flat array of [|u|, |v|]:  <column, u (x) v> = sum u[r] v[s] column[r |v| + s]
//   Form       a sum of rank-one covectors
//   Claim      Form(columns) = value                        owed until the ledger settles it
#pragma once

#include <memory>
#include <vector>

#include "field/cubic.h"
#include "theorem/ports.h"
#include "theorem/theorem.h"
#include "transcript/scalar.h"

namespace tacit {

using SharedVector = std::shared_ptr<const FeVector>;

struct RankOne {
  ColumnId column = kNone;
  FeVector u;
  SharedVector v;
};

using Form = std::vector<RankOne>;

struct Claim {
  const char* name = "";
  Form form;
  Scalar value;  ///< with masks on, its pads move to the form's side
};

/// Adds by * (u (x) v) to the form; merges with an entry that has the same column and the very same v.
void add_to_form(Form& form, ColumnId column, const FeVector& u, const SharedVector& v, const Fe& by);

/// <column, u (x) v> for a column whose entries are known.
Fe evaluate_covector(const RankOne& covector, const IntColumn& values);

/// The transpose of a window: out[in col] = sum over (t, s) that read it of tap_weights[t] * v[s] * coefficient(s).
/// An identity window with coefficient c returns v itself; the caller scales by `factor` = c.
struct PulledBack {
  SharedVector v;
  Fe factor = kOne;
};
PulledBack pull_back(const Linear& term, const SharedVector& v);
SharedVector pull_back(const Window& window, const FeVector& tap_weights, const FeVector& v);

/// The transpose of a map: its sources weighed by u (x) v, as a covector on a column of `column`'s shape. Where rows come from
/// rows alone and columns from columns alone (a concatenation of channels, a slice) it has two sides; otherwise it has one
/// weight for every entry, and v is `one`.
RankOne pull_back(const IndexMap& map, ColumnId id, const Column& column, const FeVector& u, const SharedVector& v, const SharedVector& one);

}  // namespace tacit
