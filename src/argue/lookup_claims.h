// From the lookup argument's two leaf claims to claims on columns and accumulators: public arithmetic, done by both roles.
//
// Leaves, row by row:   a lookup row      numerator 1               denominator alpha - (tag + beta e0 + beta^2 e1 + ..)
//                       a table row       numerator -multiplicity   denominator the same with the table's tuple, which the
//                                                                   verifier knows, or which is made of columns
//                       padding           numerator 0               denominator 1
// tag = 1 + index of the table, so a row of one table never counts for another.
//
// At the point `at`, p~ is linear in the multiplicities and q~ is linear in the columns and the accumulators.
#pragma once

#include "argue/forms.h"
#include "theorem/layout.h"

namespace tacit {

struct LookupChallenges {
  Fe alpha, beta;
};

/// sum over an accumulator's entries of u[r] v[s] acc[r, s], still to be argued.
struct AccumulatorUse {
  AccId acc = 0;
  FeVector u;
  SharedVector v;
};

struct LeafClaims {
  Claim multiplicities;                ///< complete: a claim on witness columns
  Form columns;                        ///< <columns> + accumulators = value
  std::vector<AccumulatorUse> accumulators;
  Scalar value;
};

LeafClaims split_leaf_claims(const Theorem& theorem, const RowSpace& rows, const LookupChallenges& challenges,
                             std::span<const Fe> at, const Scalar& p, const Scalar& q);

/// The accumulators of LeafClaims in their order, without covectors: known from public shapes.
std::vector<AccumulatorUse> accumulators_in_use(const Theorem& theorem, const RowSpace& rows);

}  // namespace tacit
