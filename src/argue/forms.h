// Linear forms on columns, the language of the claims ledger.
//
//   RankOne    factor * u (x) v on one column, read as a flat array of [|u|, |v|]:  factor * sum u[r] v[s] column[r |v| + s]
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

/// Sides are shared: a block of lookups weighs all columns that it reads with the same two.
struct RankOne {
  ColumnId column = kNone;
  SharedVector u, v;
  Fe factor = kOne;

  RankOne(ColumnId id, SharedVector rows, SharedVector cols, const Fe& by = kOne) : column(id), u(std::move(rows)), v(std::move(cols)), factor(by) {}
  RankOne(ColumnId id, FeVector rows, SharedVector cols) : RankOne(id, std::make_shared<const FeVector>(std::move(rows)), std::move(cols)) {}

  std::size_t size() const { return u->size() * v->size(); }
};

using Form = std::vector<RankOne>;

struct Claim {
  const char* name = "";
  Form form;
  Scalar value;  ///< with masks on, its pads move to the form's side
};

/// <column, factor * u (x) v> for a column whose entries are known.
Fe evaluate_covector(const RankOne& covector, const IntColumn& values);

/// The transpose of a window: out[in col] = sum over (t, s) that read it of tap_weights[t] * v[s] * coefficient(s).
/// Where the coefficient is c for all, it is left to the caller as `factor`; an identity window returns v itself.
struct PulledBack {
  SharedVector v;
  Fe factor = kOne;
};
PulledBack pull_back(const Linear& term, const SharedVector& v);
SharedVector pull_back(const Window& window, const FeVector& tap_weights, const FeVector& v);

/// The transpose of a map: its sources weighed by u (x) v, as a covector on a column of `column`'s shape. Where rows come from
/// rows alone and columns from columns alone (a concatenation of channels, a slice) it has two sides; otherwise it has one
/// weight for every entry, and v is `one`.
RankOne pull_back(const IndexMap& map, ColumnId id, const Column& column, const SharedVector& u, const SharedVector& v, const SharedVector& one);

}  // namespace tacit
