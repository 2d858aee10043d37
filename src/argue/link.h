// Links: two oracles of different openings are shown to hold the same entries, and nothing of them is seen.
//
//   columns, entries e_c[n, r, i]   --fingerprint-->   g sum_c kappa^c sum e_c[n, r, i] eq(z_n, n) eq(z_r, r) eq(z_i, i)
//
//   argument        X holds the columns and a pad            claim   <X, fingerprint> = m + pad
//   link opening    "W" is the other oracle                  claim   <W, fingerprint> = m + pad2,  and W's pin
//                   "X" is a fresh oracle of pad2 alone
//
// Every root is sent before g, kappa and z are drawn; m is sent after them. An honest prover takes one pad for both.
//
// Sound: both claims give g (difference of the fingerprints) = pad2 - pad, where everything but g, kappa, z is fixed by
// roots: a polynomial of degree columns + coordinates, not zero if one entry differs. Hiding: m is uniform, since the pad
// is; the link opening is an opening like any other, of a W with a budget and of an X that hides.
#pragma once

#include "argue/prover_side.h"
#include "argue/relation.h"
#include "argue/settle.h"
#include "transcript/party.h"

namespace tacit {

/// The challenges of one link.
struct FingerprintPoint {
  Fe scale, column;  ///< g, kappa
  Point n, r, i;     ///< as long as the largest column needs; others use the last coordinates
};

/// Coordinates of a fingerprint and its number of columns: its degree as a polynomial in its challenges.
std::uint64_t fingerprint_degree(std::span<const LinkedColumn> columns);

/// The fingerprint where element (n, r, i) of a column stands at [r, n * inner + i]: as in an argument.
Form fingerprint_form(std::span<const LinkedColumn> columns, const FingerprintPoint& point);
/// The same where column number c is one row, element (n, r, i) at (n * rows + r) * inner + i: as in a commitment.
Form flat_fingerprint_form(std::span<const LinkedColumn> columns, const FingerprintPoint& point);

/// log2 of the sides, rounded up, of the largest column.
struct LogSides {
  std::size_t n = 0, r = 0, i = 0;
};
LogSides largest_sides(std::span<const LinkedColumn> columns);

template <class P> FingerprintPoint draw_fingerprint(P& party, std::span<const LinkedColumn> columns) {
  const LogSides sides = largest_sides(columns);
  FingerprintPoint out;
  out.scale = party.draw("link scale");
  out.column = party.draw("link column");
  out.n = party.draw_point("link point", sides.n);
  out.r = party.draw_point("link point", sides.r);
  out.i = party.draw_point("link point", sides.i);
  return out;
}

/// What a link opening is about: the columns (home weights) behind `root` with their pin, and one pad in X. `params` must
/// outlive it.
Relation link_target(std::vector<Column> columns, const OpeningParams& params, const Digest& root, const Pin& pin);

/// The counts of a link opening whose other side is an argument or opening with this many bits of joint lists.
ArgumentShape link_shape(std::span<const LinkedColumn> columns, double other_list_bits);

/// Opens the other side: <W, form> = m + pad2. `root_x` is that of the oracle of pad2, sent before the form was drawn.
template <Role R>
void open_link(Party<R>& party, const Relation& target, Form form, const Fe& m, const Digest& root_x, const Secret<R, WitnessView>& witness) {
  const std::vector<Claim> owed{{"link", std::move(form), Scalar::sent(m, 0)}};
  settle<R>(party, "link gamma", target, owed, {}, root_x, witness);
}

}  // namespace tacit
