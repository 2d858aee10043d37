// check_theorem: shapes, references and sizes of a theorem that may come from a hostile key.
#include <algorithm>
#include <bit>
#include <set>

#include "base/checks.h"
#include "theorem/tables.h"
#include "theorem/theorem.h"

namespace tacit {
namespace {

constexpr std::uint64_t kMaxColumns = 1 << 14;
constexpr std::uint64_t kMaxHomeSize = std::uint64_t{1} << 30;   // entries of one home
constexpr std::uint64_t kMaxLookupRows = std::uint64_t{1} << 28;
constexpr std::uint64_t kMaxPublic = std::uint64_t{1} << 24;      // public entries
constexpr std::uint64_t kMaxEntryWork = std::uint64_t{1} << 27;   // entries read one by one: public, or in another shape
constexpr std::uint64_t kMaxSide = std::uint64_t{1} << 21;       // rows or columns of a statement
constexpr std::uint64_t kMaxSides = std::uint64_t{1} << 25;      // rows and columns of all statements together
constexpr std::uint64_t kMaxGroupRows = std::uint64_t{1} << 22;  // groups * rows of a grouped contraction
constexpr std::uint64_t kMaxWindowWork = std::uint64_t{1} << 26;  // taps * output columns of all windows
constexpr std::uint64_t kMaxTerms = std::uint64_t{1} << 16;      // of all sums together: forms are merged pair by pair
constexpr std::uint64_t kMaxMapped = std::uint64_t{1} << 23;      // entries of statements and columns of all maps together
constexpr std::size_t kMaxEntries = 16;                          // of a table of columns
constexpr std::size_t kMaxPieces = 1 << 14;                      // of all functions together
constexpr std::int64_t kMaxValue = std::int64_t{1} << 31;
constexpr std::int64_t kMaxCoefficient = std::int64_t{1} << 40;

class Checker {
 public:
  explicit Checker(const Theorem& t) : t_(t), used_(t.accumulators.size(), false) {}

  Status run() {
    check_columns();
    need(t_.multiplicities.size() == t_.tables.size(), "every table has one multiplicity column", "theorem");
    if (failed_) return error_;
    for (std::size_t i = 0; i < t_.tables.size(); ++i) check_table(i);
    for (const Accumulator& a : t_.accumulators) check_accumulator(a);
    for (const Lookup& l : t_.lookups) check_lookup(l);
    need(lookup_rows_ <= kMaxLookupRows, "too many lookup rows", "theorem");
    need(entry_work_ <= kMaxEntryWork, "too many entries are read one by one", "theorem");
    need(sides_ <= kMaxSides, "statements are too large together", "theorem");
    need(terms_ <= kMaxTerms, "too many terms", "theorem");
    for (const Step& s : t_.steps) check_step(s);
    if (failed_) return error_;
    return Unit{};
  }

 private:
  void need(bool ok, const char* what, const std::string& where) {
    if (ok || failed_ || !check_is_active(what)) return;
    failed_ = true;
    error_ = bad_input(what, where);
  }
  bool has_column(ColumnId id) const { return id < t_.columns.size(); }

  void check_columns() {
    need(t_.columns.size() <= kMaxColumns, "too many columns", "theorem");
    std::uint64_t total[3] = {};
    for (const Column& c : t_.columns) {
      need(c.rows > 0 && c.cols > 0 && c.size() <= kMaxHomeSize, "column has a bad shape", c.name);
      need(c.lo <= c.hi && c.lo >= -kMaxValue && c.hi <= kMaxValue, "column has bad bounds", c.name);
      if (failed_) return;
      total[static_cast<int>(c.home)] += c.size();
    }
    for (std::uint64_t size : total) need(size <= kMaxHomeSize, "columns are too large together", "theorem");
    need(total[static_cast<int>(Home::kPublic)] <= kMaxPublic, "too many public values", "theorem");
  }

  void check_table(std::size_t i) {
    const Table& t = t_.tables[i];
    need(is_public(t) ? t.bits >= 1 && t.bits <= 22 : t.bits == 0, "table has a bad width", "table");
    if (t.kind == TableKind::kColumns) check_entries(t);
    if (t.kind == TableKind::kSaturate)
      need(t.lo < t.hi && t.lo >= -(1 << 22) && t.hi <= (1 << 22), "table has bad bounds", "table");
    else if (t.kind == TableKind::kFunction)
      check_function(t);
    else
      need(t.lo == 0 && t.hi == 0, "table has bounds that it does not use", "table");
    if (failed_) return;
    for (std::size_t j = 0; j < i; ++j) {
      need(!(t_.tables[j] == t), "two tables are the same", "table");
      need(t_.multiplicities[j] != t_.multiplicities[i], "two tables share a multiplicity column", "table");
    }
    const ColumnId id = t_.multiplicities[i];
    need(has_column(id) && t_.columns[id].home == Home::kWitness, "multiplicity column is not a witness column", "table");
    if (failed_) return;
    const auto [rows, cols] = table_shape(t);
    need(t_.columns[id].cols == cols && t_.columns[id].size() == std::uint64_t{rows} * cols,
         "multiplicity column has not the table's shape", t_.columns[id].name);
    lookup_rows_ += table_rows(t);
  }

  void check_entries(const Table& t) {
    check_sides(t.rows, t.cols, "table");
    const bool few = !t.entries.empty() && t.entries.size() <= kMaxEntries;
    const bool sums = std::all_of(t.entries.begin(), t.entries.end(), [](const Expr& e) { return e.acc == kNone && e.shift == 0; });
    if (!failed_ && !(few && sums)) {
      failed_ = true;
      error_ = bad_input("table of columns has no entries, too many, or other ones than sums of columns", "table");
    }
    if (failed_) return;
    for (const Expr& e : t.entries) check_expr(e, t.rows, t.cols, "table");
  }

  // Values below 2^62 and their bounds exact, so that there is one encoding for each function.
  void check_function(const Table& t) {
    if (failed_) return;
    const std::size_t pieces = t.pieces.size();
    need(t.bits >= 8 && std::has_single_bit(pieces) && pieces <= std::size_t{1} << t.bits, "function has a bad shape", "table");
    need(t.first >= -(std::int64_t{1} << 40) && t.first <= std::int64_t{1} << 40, "function begins too far away", "table");
    pieces_ += pieces;
    need(pieces_ <= kMaxPieces, "functions have too many pieces", "theorem");
    if (failed_) return;
    const __int128 last = (__int128{1} << t.bits) / static_cast<__int128>(pieces) - 1, limit = __int128{1} << 62;
    for (const CubicPiece& piece : t.pieces) {
      __int128 size = 0;  // stays below 2^128: the limit is looked at after every step
      for (std::size_t k = piece.size(); k-- > 0 && size < limit;) size = size * last + (piece[k] < 0 ? -__int128{piece[k]} : __int128{piece[k]});
      need(size < limit, "function has too large values", "table");
    }
    if (failed_) return;
    const std::vector<std::int32_t> values = function_values(t);
    const auto [lo, hi] = std::minmax_element(values.begin(), values.end());
    need(t.lo == *lo && t.hi == *hi, "function has other bounds than it says", "table");
  }

  void check_map(const Linear& l, std::uint64_t entries, const std::string& where) {
    const std::uint64_t size = t_.columns[l.column].size();
    need(l.window == Window() && !l.one_row && !l.divide_by_taps, "term has both a map and a window", where);
    need(is_sound(l.map, entries, size), "map does not fit its column", where);
    mapped_ += entries + size;
    need(mapped_ <= kMaxMapped, "maps are too large together", where);
  }

  void check_window(const Window& w, const std::string& where) {
    using Wide = unsigned __int128;
    const Wide limit = Wide{1} << 28, batch = w.batch;
    for (std::uint64_t v : {w.batch, w.in_h, w.in_w, w.out_h, w.out_w, w.kernel_h, w.kernel_w})
      need(v >= 1, "window has an empty side", where);
    for (std::int64_t v : {w.stride_h, w.stride_w, w.dilation_h, w.dilation_w})
      need(v >= 0 && v <= (1 << 28), "window has a bad stride or dilation", where);
    for (std::int64_t v : {w.pad_h, w.pad_w}) need(v >= -(1 << 28) && v <= (1 << 28), "window has bad padding", where);
    need(batch * w.in_h * w.in_w <= limit && batch * w.out_h * w.out_w <= limit && Wide{w.kernel_h} * w.kernel_w <= limit,
         "window is too large", where);
    if (failed_) return;
    need(!w.clamp || w.taps() == 1, "a clamped window has one tap", where);
    const std::uint64_t work = std::uint64_t{w.out_cols()} * w.taps();
    window_work_ += std::min(work, kMaxWindowWork + 1);
    need(window_work_ <= kMaxWindowWork, "windows are too large together", where);
  }

  // The verifier keeps a weight for every row and every column of a statement.
  void check_sides(std::uint64_t rows, std::uint64_t cols, const std::string& where) {
    need(rows >= 1 && cols >= 1 && rows <= kMaxSide && cols <= kMaxSide, "statement has a bad shape", where);
    sides_ += rows + cols;
  }

  // A covector on a public column, or on a column read with other sides than its own, costs one step an entry.
  void count_read(ColumnId id, std::uint64_t cols) {
    const Column& c = t_.columns[id];
    if (c.home == Home::kPublic || c.cols != cols) entry_work_ += c.size();
  }

  void check_linear(const Linear& l, std::uint32_t rows, std::uint32_t cols, const std::string& where) {
    ++terms_;
    need(has_column(l.column), "term refers to a column that does not exist", where);
    need(l.coefficient >= -kMaxCoefficient && l.coefficient <= kMaxCoefficient, "coefficient is too large", where);
    need(l.coefficient >= 0 || !l.divide_by_taps, "a divided coefficient is negative", where);
    if (failed_) return;
    if (!l.map.empty()) return check_map(l, std::uint64_t{rows} * cols, where);
    check_window(l.window, where);
    if (failed_) return;
    sides_ += rows + l.window.in_cols();
    count_read(l.column, l.window.in_cols());
    need(l.window.out_cols() == cols, "window has another number of columns than its statement", where);
    const std::uint64_t source_rows = l.one_row ? 1 : rows;
    need(t_.columns[l.column].size() == source_rows * l.window.in_cols(), "term does not fit its column", where);
  }

  void check_accumulator(const Accumulator& a) {
    check_sides(a.rows, a.cols, a.name);
    for (const Contraction& c : a.contractions) check_contraction(a, c);
    for (const Linear& l : a.linears) check_linear(l, a.rows, a.cols, a.name);
  }

  void check_contraction(const Accumulator& a, const Contraction& c) {
    ++terms_;
    need(has_column(c.weights) && has_column(c.input), "contraction refers to a column that does not exist", a.name);
    check_window(c.window, a.name);
    need(c.groups >= 1 && c.in_rows >= 1 && a.rows % std::max(1u, c.groups) == 0, "contraction has bad groups", a.name);
    if (failed_) return;
    need(c.in_rows == 1 || std::uint64_t{c.groups} * a.rows <= kMaxGroupRows, "contraction has too many groups", a.name);
    check_sides(std::uint64_t{c.groups} * c.in_rows, std::uint64_t{c.in_rows} * c.window.taps(), a.name);
    count_read(c.input, c.window.in_cols());
    for (std::uint32_t g = 0; g < (c.in_rows == 1 ? 1 : c.groups); ++g) count_read(c.weights, std::uint64_t{c.in_rows} * c.window.taps());
    sides_ += a.rows + c.window.in_cols() + (c.groups == 1 || c.in_rows == 1 ? 0 : std::uint64_t{c.groups} * a.rows);
    const Column& w = t_.columns[c.weights];
    const std::uint64_t width = std::uint64_t{c.in_rows} * c.window.taps();
    need(w.home == Home::kWeights ? w.rows == a.rows && w.cols == width : w.size() == a.rows * width, "weights have the wrong shape", a.name);
    need(c.window.out_cols() == a.cols, "window has another number of columns than its accumulator", a.name);
    need(t_.columns[c.input].size() == std::uint64_t{c.groups} * c.in_rows * c.window.in_cols(),
         "input has the wrong shape", a.name);
  }

  void check_lookup(const Lookup& l) {
    need(l.table < t_.tables.size(), "lookup refers to a table that does not exist", l.name);
    check_sides(l.rows, l.cols, l.name);
    if (failed_) return;
    need(l.tuple.size() == table_width(t_.tables[l.table]), "lookup has not the table's width", l.name);
    lookup_rows_ += std::uint64_t{l.rows} * l.cols;
    for (const Expr& e : l.tuple) {
      need(e.shift <= 32, "shift is too large", l.name);
      need(e.acc == kNone || e.acc < t_.accumulators.size(), "lookup refers to an accumulator that does not exist", l.name);
      if (failed_) return;
      if (e.acc != kNone) {
        need(!used_[e.acc], "an accumulator is used twice", l.name);
        used_[e.acc] = true;
        need(t_.accumulators[e.acc].rows == l.rows && t_.accumulators[e.acc].cols == l.cols,
             "lookup has another shape than its accumulator", l.name);
      }
      check_expr(e, l.rows, l.cols, l.name);
    }
  }

  void check_expr(const Expr& e, std::uint32_t rows, std::uint32_t cols, const std::string& where) {
    for (const std::int64_t v : {e.constant, e.row_step, e.col_step})
      need(v >= -kMaxCoefficient && v <= kMaxCoefficient, "constant is too large", where);
    for (const Linear& term : e.linears) check_linear(term, rows, cols, where);
  }

  void check_step(const Step& s) {
    if (s.kind == StepKind::kApply || s.kind == StepKind::kFetch) {
      need(s.kind == StepKind::kFetch || has_column(s.apply.out), "step refers to a column that does not exist", "theorem");
      for (const ColumnId id : s.fetch.out) need(has_column(id), "step refers to a column that does not exist", "theorem");
      return;
    }
    if (s.kind == StepKind::kMaximum) {
      need(has_column(s.maximum.out), "step refers to a column that does not exist", "theorem");
      if (failed_) return;
      const Column& out = t_.columns[s.maximum.out];
      check_linear(s.maximum.a, out.rows, out.cols, out.name);
      check_linear(s.maximum.b, out.rows, out.cols, out.name);
      return;
    }
    const Requantise& r = s.requantise;
    need(r.acc < t_.accumulators.size() && has_column(r.y) && (r.shift == 0 || has_column(r.remainder)),
         "step refers to something that does not exist", "theorem");
    need(r.shift <= 32 && r.limb_bits >= 1 && r.limb_bits <= 22 && r.lo < r.hi && r.excess.size() < kMaxLimbs, "step has bad numbers", "theorem");
    for (const ColumnId id : r.excess) need(has_column(id), "step refers to something that does not exist", "theorem");
    if (failed_) return;
    const std::uint64_t size = std::uint64_t{t_.accumulators[r.acc].rows} * t_.accumulators[r.acc].cols;
    std::vector<ColumnId> written = r.excess;
    written.push_back(r.y);
    if (r.shift > 0) written.push_back(r.remainder);
    for (ColumnId id : written)
      need(t_.columns[id].size() == size, "step's columns have another shape than its accumulator", t_.columns[id].name);
  }

  const Theorem& t_;
  std::vector<bool> used_;
  std::uint64_t window_work_ = 0, lookup_rows_ = 0, sides_ = 0, terms_ = 0, entry_work_ = 0, mapped_ = 0, pieces_ = 0;
  bool failed_ = false;
  Error error_;
};

}  // namespace

Status check_theorem(const Theorem& theorem) { return Checker(theorem).run(); }

}  // namespace tacit
