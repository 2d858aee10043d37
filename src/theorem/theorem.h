// Theorem: what a proof says, as data. Operators write it (through book.h); everything else reads it: the witness reader
// (run.h), the interval analysis (bounds.h), the layout (layout.h), the explainer, the cost reader, the digest, the
// prover and the verifier. Nothing here knows a neural network or a protocol.
//
//   Column        an integer matrix [rows, cols]: rows = channels or features, cols = batch * height * width
//                 home: kWeights (committed once), kWitness (committed per proof), kPublic (known to the verifier)
//   Accumulator   a virtual matrix, never committed: the sum of its terms. It is its own, only definition, and its terms
//                 refer to columns alone, so definitions cannot form a cycle.
//   Lookup        in every (row, col): the tuple of expressions is a row of a table: a public one, or one made of columns
//
//   acc[c,s] = sum of Contraction  sum_{i,t} weights[c, i*taps + t] * input[group(c)*in_rows + i, window(t, s)]
//            + sum of Linear       coefficient * sum_t column[row(c), window(t, s)]   or   coefficient * column[map(c, s)]
//   expr     = ( acc + sum of Linear + constant + row_step r + col_step s ) / 2^shift,   an exact division in the integers
//
// All of it is public (the architecture); it is part of the verifier's key and of its digest.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "theorem/index_map.h"

namespace tacit {

using ColumnId = std::uint32_t;
using AccId = std::uint32_t;
using TableId = std::uint32_t;

enum class Home : std::uint8_t { kWeights = 0, kWitness = 1, kPublic = 2 };

struct Column {
  std::string name;
  Home home = Home::kWitness;
  std::uint32_t rows = 0, cols = 0;
  std::int64_t lo = 0, hi = 0;  ///< every entry lies in [lo, hi]: registration, a statement, or the verifier checks it

  std::uint64_t size() const { return std::uint64_t{rows} * cols; }
  bool operator==(const Column&) const = default;
};

/// Which source column each (tap, output column) reads: a two-dimensional window, also used for plain index maps.
///
///   output col s = (b * out_h + oh) * out_w + ow          tap t = kh * kernel_w + kw
///   source     = (b' * in_h + ih) * in_w + iw,  ih = oh*stride_h - pad_h + kh*dilation_h,  b' = shared ? 0 : b
///   outside the input: absent (the term is zero), or with `clamp` the nearest position inside (one tap only)
struct Window {
  std::uint32_t batch = 1, in_h = 1, in_w = 1, out_h = 1, out_w = 1, kernel_h = 1, kernel_w = 1;
  std::int32_t stride_h = 1, stride_w = 1, pad_h = 0, pad_w = 0, dilation_h = 1, dilation_w = 1;
  bool shared = false;  ///< the source has no batch axis
  bool clamp = false;

  std::uint32_t taps() const { return kernel_h * kernel_w; }
  std::uint32_t in_cols() const { return (shared ? 1 : batch) * in_h * in_w; }
  std::uint32_t out_cols() const { return batch * out_h * out_w; }
  bool is_identity() const;
  /// The source column, or kNone where the tap is outside.
  std::uint32_t source(std::uint32_t tap, std::uint32_t s) const;
  /// The number of taps of output column s that are inside.
  std::uint32_t present_taps(std::uint32_t s) const;

  static Window identity(std::uint32_t cols);
  /// Every output column reads column 0.
  static Window broadcast(std::uint32_t out_cols);
  bool operator==(const Window&) const = default;
};

struct Contraction {
  ColumnId weights = kNone;  ///< [acc.rows, in_rows * taps]; one that is no weights column may have another shape of that size
  ColumnId input = kNone;    ///< read as a flat array of [groups * in_rows, window.in_cols()]
  std::uint32_t groups = 1;
  std::uint32_t in_rows = 1;  ///< input rows of one group
  Window window;
  bool operator==(const Contraction&) const = default;
};

struct Linear {
  ColumnId column = kNone;  ///< read as a flat array of [rows of the statement (or 1), window.in_cols()]
  std::int64_t coefficient = 1;
  bool one_row = false;         ///< the column has one row, used for every row of the statement
  bool divide_by_taps = false;  ///< the coefficient of output column s is round_half_up(coefficient / present taps)
  Window window;
  IndexMap map = {};  ///< where it is not empty, it stands instead of the window, and one_row and divide_by_taps are off

  std::int64_t coefficient_at(std::uint32_t s) const;

  /// coefficient * column, of a column with `cols` columns.
  static Linear whole(ColumnId column, std::uint32_t cols, std::int64_t coefficient);
  /// coefficient * the column's entries in the order of the map.
  static Linear mapped(ColumnId column, IndexMap map, std::int64_t coefficient);
  /// It reads at most one entry for each entry of its statement.
  bool has_one_tap() const { return !map.empty() || window.taps() == 1; }
  bool operator==(const Linear&) const = default;
};

struct Accumulator {
  std::string name;
  std::uint32_t rows = 0, cols = 0;
  std::vector<Contraction> contractions;
  std::vector<Linear> linears;
  bool operator==(const Accumulator&) const = default;
};

struct Expr {
  AccId acc = kNone;  ///< coefficient one, or absent
  std::vector<Linear> linears;
  std::int64_t constant = 0;
  std::uint32_t shift = 0;
  std::int64_t row_step = 0, col_step = 0;  ///< added once for each row and each column before this one

  bool has_steps() const { return row_step != 0 || col_step != 0; }
  bool operator==(const Expr&) const = default;
};

/// Tuple entries in parentheses. All but kColumns are public tables in closed form.
enum class TableKind : std::uint8_t {
  kRange = 0,     ///< (v): 0 <= v < 2^bits
  kSaturate = 1,  ///< (y, e): lo <= y <= hi with e = 0; y = hi with 0 <= e < 2^bits; y = lo with -2^bits < e <= 0
  kMaximum = 2,   ///< (u, e): 0 <= u < 2^bits with e = 0; u = 0 with -2^bits < e <= 0
  kFunction = 3,  ///< (x, y): first <= x < first + 2^bits, y = the function of x
  kColumns = 4,   ///< (i, e_1, ..., e_k): entry number i of each of k expressions on columns, in their flat order
};

/// c[0] + c[1] t + c[2] t^2 + c[3] t^3 in units of 2^-32: a function's values on one piece of its domain, t = 0, 1, ...
using CubicPiece = std::array<std::int64_t, 4>;

struct Table {
  TableKind kind = TableKind::kRange;
  std::uint32_t bits = 0;
  std::int64_t lo = 0, hi = 0;  ///< kSaturate; kFunction: the smallest and the largest y
  std::int64_t first = 0;       ///< kFunction: the smallest x
  /// kFunction: a power of two of pieces of equal length; y = floor of the piece's cubic.
  std::vector<CubicPiece> pieces = {};
  std::uint32_t rows = 0, cols = 0;  ///< kColumns: the shape of the expressions
  std::vector<Expr> entries = {};    ///< kColumns: sums of columns, no accumulator, shift 0
  bool operator==(const Table&) const = default;
};

struct Lookup {
  std::string name;
  TableId table = 0;
  std::uint32_t rows = 0, cols = 0;
  std::vector<Expr> tuple;  ///< as many expressions as the table is wide
  bool operator==(const Lookup&) const = default;
};

/// The most limbs of a requantisation's q - y.
inline constexpr std::size_t kMaxLimbs = 4;

/// How the prover fills columns, in order. Not part of what is proven: a wrong rule makes an honest proof fail.
struct Requantise {
  AccId acc = 0;
  ColumnId y = kNone, remainder = kNone;  ///< no remainder where the shift is 0
  std::vector<ColumnId> excess = {};      ///< the limbs of q - y from the second lowest on; the lowest is virtual
  std::int64_t lo = 0, hi = 0;
  std::uint32_t shift = 0, limb_bits = 0;
  bool operator==(const Requantise&) const = default;
};
struct Maximum {
  ColumnId out = kNone;
  Linear a, b;
  bool operator==(const Maximum&) const = default;
};
struct Apply {
  Lookup lookup;          ///< of the argument and `out` in a function's table
  ColumnId out = kNone;
  bool operator==(const Apply&) const = default;
};
struct Fetch {
  Lookup lookup;  ///< of the address and the new columns in a table of columns
  std::vector<ColumnId> out;
  bool operator==(const Fetch&) const = default;
};
enum class StepKind : std::uint8_t { kRequantise, kMaximum, kApply, kFetch };
struct Step {
  StepKind kind = StepKind::kRequantise;  ///< which one of the four counts
  Requantise requantise = {};
  Maximum maximum = {};
  Apply apply = {};
  Fetch fetch = {};

  Step() = default;
  explicit Step(Requantise r) : kind(StepKind::kRequantise), requantise(std::move(r)) {}
  explicit Step(Maximum m) : kind(StepKind::kMaximum), maximum(std::move(m)) {}
  explicit Step(Apply a) : kind(StepKind::kApply), apply(std::move(a)) {}
  explicit Step(Fetch f) : kind(StepKind::kFetch), fetch(std::move(f)) {}
  bool operator==(const Step&) const = default;
};

struct Theorem {
  std::vector<Column> columns;
  std::vector<Accumulator> accumulators;
  std::vector<Table> tables;
  std::vector<Lookup> lookups;
  std::vector<ColumnId> multiplicities;  ///< one witness column per table
  std::vector<Step> steps;               ///< not encoded: empty in what was read

  bool operator==(const Theorem&) const = default;
};

/// The one encoding of a theorem. It has no steps: theorem/steps.h reads them off the definitions.
void write_theorem(ByteWriter& out, const Theorem& theorem);
/// Parses and checks shapes, references and sizes (check_theorem). Errors: bad_input naming the part.
Result<Theorem> read_theorem(ByteReader& in);
/// Every reference exists, every shape fits, every size is below the limits. The verifier runs it on every key.
Status check_theorem(const Theorem& theorem);

}  // namespace tacit
