#include "evm/plan.h"

#include <algorithm>
#include <set>

#include "argue/contractions.h"
#include "argue/plan.h"
#include "theorem/tables.h"

namespace tacit {
namespace {

constexpr std::uint32_t kVectorRows = 128;              // up to so many rows a block's row weights are a vector
constexpr std::uint32_t kTooManyVectorRows = 1u << 15;
constexpr int kMostLogRows = 20;

/// Integers are big-endian; signed ones two's complement.
class Words {
 public:
  void u8(std::uint64_t v) { put(v, 1); }
  void u16(std::uint64_t v) { put(v, 2); }
  void u32(std::uint64_t v) { put(v, 4); }
  void i64(std::int64_t v) { put(static_cast<std::uint64_t>(v), 8); }
  void raw(ByteSpan bytes) { out_.insert(out_.end(), bytes.begin(), bytes.end()); }
  /// Three lanes of 85 bits, the first coefficient lowest.
  void element(const Fe& a) {
    std::array<std::uint8_t, 32> word{};
    for (std::size_t lane = 0; lane < 3; ++lane)
      for (std::size_t bit = 0; bit < 64; ++bit) {
        const std::size_t at = 85 * lane + bit;
        if (a.c[lane].value() >> bit & 1) word[31 - at / 8] |= static_cast<std::uint8_t>(1u << at % 8);
      }
    raw(word);
  }
  Bytes take() { return std::move(out_); }
  /// Every number had room.
  bool fits() const { return fits_; }

 private:
  void put(std::uint64_t v, int bytes) {
    if (bytes < 8 && v >> (8 * bytes) != 0) fits_ = false;
    for (int i = bytes - 1; i >= 0; --i) out_.push_back(static_cast<std::uint8_t>(v >> (8 * i)));
  }
  Bytes out_;
  bool fits_ = true;
};

void write_window(Words& out, const Window& w) {
  out.u8(w.is_identity() ? 0 : 1);
  if (w.is_identity()) return;
  for (const std::uint32_t v : {w.batch, w.in_h, w.in_w, w.out_h, w.out_w, w.kernel_h, w.kernel_w}) out.u32(v);
  for (const std::int32_t v : {w.stride_h, w.stride_w, w.pad_h, w.pad_w, w.dilation_h, w.dilation_w}) out.u32(static_cast<std::uint32_t>(v));
  out.u8(w.shared);
  out.u8(w.clamp);
}

class Writer {
 public:
  explicit Writer(const VerifierKey& key)
      : key_(key), core_(key.core), theorem_(key.core.theorem), relation_(Relation::make(theorem_, core_.params, std::vector<IntColumn>(theorem_.columns.size()))) {
    std::set<std::pair<std::uint32_t, std::uint32_t>> classes;
    for (const RowBlock& b : relation_.rows.blocks) classes.insert({b.log_cols, b.cols});
    classes_.assign(classes.begin(), classes.end());
  }

  Status check() const {
    for (const Accumulator& a : theorem_.accumulators)
      for (const Contraction& c : a.contractions)
        if (const Window& w = c.window; !w.is_identity() && (w.shared || w.clamp || w.stride_h == 0 || w.stride_w == 0))
          return unsupported("the contract does not verify a contraction over a shared or clamped window, or without strides", "plan");
    for (const RowBlock& b : relation_.rows.blocks)
      if (needs_vector(b) && b.rows >= kTooManyVectorRows) return unsupported("the contract does not verify a statement of 2^15 rows or more with a contraction or a map", "plan");
    if (relation_.rows.log_rows > kMostLogRows)
      return unsupported("2^" + std::to_string(relation_.rows.log_rows) + " rows of lookups and tables; the contract takes 2^20", "plan");
    return Unit{};
  }

  ChainPlan write() {
    Words blocks;
    blocks.u16(relation_.rows.blocks.size());
    for (const RowBlock& b : relation_.rows.blocks) write_block(blocks, b);
    Words out;
    write_head(out);
    write_columns(out);
    out.u8(classes_.size());
    for (const auto& [log_cols, cols] : classes_) out.u8(log_cols), out.u32(cols);
    fits_ = blocks.fits();
    out.raw(blocks.take());
    for (const auto& [use, c] : instances()) write_instance(out, use, *c);
    write_tiles(out, relation_.weights);
    write_tiles(out, relation_.witness);
    count();
    fits_ = fits_ && out.fits();
    return {out.take(), counts_};
  }

  bool fits() const { return fits_; }

 private:
  using Instance = std::pair<std::size_t, const Contraction*>;

  std::vector<Instance> instances() const {
    std::vector<Instance> out;
    for (std::size_t i = 0; i < uses_.size(); ++i)
      for (const Contraction& c : theorem_.accumulators[uses_[i]].contractions) out.push_back({i, &c});
    return out;
  }

  static int log_taps(const Contraction& c) { return ceil_log2(c.window.taps()); }
  static int log_inputs(const Contraction& c) { return ceil_log2(std::uint64_t{c.groups} * c.in_rows); }

  const std::vector<Expr>& expressions_of(const RowBlock& b) const {
    return b.is_table ? theorem_.tables[b.index].entries : theorem_.lookups[b.index].tuple;
  }

  /// Row weights are summed along rows in closed form only for whole columns.
  bool needs_vector(const RowBlock& b) const {
    if (b.rows <= kVectorRows) return true;
    const auto mapped = [](const Linear& x) { return !x.map.empty(); };
    return std::ranges::any_of(expressions_of(b), [&](const Expr& e) {
      if (std::ranges::any_of(e.linears, mapped)) return true;
      return e.acc != kNone && (!theorem_.accumulators[e.acc].contractions.empty() || std::ranges::any_of(theorem_.accumulators[e.acc].linears, mapped));
    });
  }

  std::uint32_t cols_of(ColumnId id) const { return relation_.columns[id].cols; }

  void write_linear(Words& out, const Linear& x) {
    out.u16(x.column);
    out.u32(cols_of(x.column));
    out.i64(x.coefficient);
    out.u8(x.map.empty() && x.one_row);
    out.u8(x.map.empty() && x.divide_by_taps);
    if (x.map.empty()) return write_window(out, x.window);
    out.u8(2);
    out.u8(x.map.axes.size());
    for (const IndexAxis& axis : x.map.axes) {
      out.u32(axis.stride);
      out.u16(axis.runs.size());
      for (const IndexRun& run : axis.runs) out.u32(static_cast<std::uint32_t>(run.start)), out.u32(static_cast<std::uint32_t>(run.step)), out.u32(run.count);
    }
  }

  void write_expression(Words& out, const Expr& e, std::uint32_t cols) {
    std::vector<Linear> linears = e.linears;
    bool used = false;
    if (e.acc != kNone) {
      const Accumulator& a = theorem_.accumulators[e.acc];
      linears.insert(linears.end(), a.linears.begin(), a.linears.end());
      used = !a.contractions.empty();
      if (used && std::ranges::find(uses_, e.acc) == uses_.end()) uses_.push_back(e.acc);
    }
    out.u8(e.shift);
    for (const std::int64_t v : {e.constant, e.row_step, e.col_step}) out.i64(v);
    out.u8(used);
    out.u16(linears.size());
    for (const Linear& x : linears) {
      write_linear(out, x);
      if (x.map.empty() && !x.window.is_identity()) counts_.window_columns += cols;
    }
  }

  void write_expressions(Words& out, const RowBlock& b) {
    out.u8(expressions_of(b).size());
    for (const Expr& e : expressions_of(b)) write_expression(out, e, b.cols);
  }

  void write_block(Words& out, const RowBlock& b) {
    const bool columns = b.is_table && theorem_.tables[b.index].kind == TableKind::kColumns;
    const auto own = std::ranges::find(classes_, std::pair{b.log_cols, b.cols});
    out.u8(!b.is_table ? 0 : columns ? 2 : 1);
    out.u8(static_cast<std::uint64_t>(own - classes_.begin()));
    out.u32(b.rows);
    out.u32(b.base >> b.log_cols);
    out.u8(needs_vector(b));
    if (needs_vector(b)) counts_.block_sides += b.rows;
    if (!b.is_table) {
      out.u16(theorem_.lookups[b.index].table);
      return write_expressions(out, b);
    }
    const Table& table = theorem_.tables[b.index];
    out.u16(b.index);
    out.u16(theorem_.multiplicities[b.index]);
    if (columns) {
      out.u32(table.cols);
      return write_expressions(out, b);
    }
    const std::vector<Segment> segments = table_segments(table);
    out.u8(table_width(table));
    out.u8(segments.size());
    for (const Segment& s : segments) {
      out.u32(b.base + s.start);
      out.u32(s.length);
      for (std::size_t k = 0; k < table_width(table); ++k) out.i64(s.first[k]), out.i64(s.step[k]);
    }
  }

  void write_instance(Words& out, std::size_t use, const Contraction& c) {
    out.u16(use);
    out.u16(c.weights);
    out.u32(cols_of(c.weights));
    out.u16(c.input);
    out.u32(cols_of(c.input));
    out.u32(theorem_.accumulators[uses_[use]].rows);
    out.u32(c.groups);
    out.u32(c.in_rows);
    out.u8(static_cast<std::uint64_t>(log_inputs(c)));
    out.u8(static_cast<std::uint64_t>(log_taps(c)));
    write_window(out, c.window);
  }

  /// Columns in the order in which layouts place them: larger tiles first, and by address among equals.
  void write_tiles(Words& out, const OracleLayout& oracle) {
    std::vector<Tile> tiles = oracle.tiles;
    std::ranges::stable_sort(tiles, [](const Tile& a, const Tile& b) { return a.size() != b.size() ? a.size() > b.size() : a.address < b.address; });
    std::vector<ColumnId> order;
    for (const Tile& t : tiles)
      if (std::ranges::find(order, t.column) == order.end()) order.push_back(t.column);
    out.u16(order.size());
    for (const ColumnId id : order) {
      out.u16(id);
      out.u32(cols_of(id));
      out.u16(static_cast<std::uint64_t>(std::ranges::count(tiles, id, &Tile::column)));
      for (const Tile& t : tiles) {
        if (t.column != id) continue;
        out.u32(t.row), out.u32(t.col), out.u8(t.log_rows), out.u8(t.log_cols), out.u32(t.address);
        counts_.tile_sides += (1u << t.log_rows) + (1u << t.log_cols);
      }
    }
    counts_.tiles += tiles.size();
  }

  void write_head(Words& out) const {
    const bool masked = core_.params.shape.masked(), weights = core_.has_weights();
    const std::string_view label = inference_label(masked);
    ByteWriter params;
    write_params(params, core_.params);
    out.raw(key_.statement);
    out.raw(core_.root_w);
    out.element(core_.pin_y);
    out.element(weights ? pin_point(core_.root_w, core_.params, core_.params.shape.size_w) : Fe());
    out.u8(masked + 2u * weights);
    out.u8(label.size());
    out.raw({reinterpret_cast<const std::uint8_t*>(label.data()), label.size()});
    out.u16(params.data().size());
    out.raw(params.data());
    out.u8(core_.params.initial_grind_bits);
  }

  void write_columns(Words& out) const {
    const std::vector<Instance> found = instances();
    int most = 0;
    for (const auto& [use, c] : found) most = std::max(most, log_inputs(*c) + log_taps(*c));
    out.u8(static_cast<std::uint64_t>(relation_.rows.log_rows));
    out.u8(static_cast<std::uint64_t>(most));
    out.u16(found.size());
    for (const auto& [use, c] : found) out.u8(static_cast<std::uint64_t>(log_inputs(*c) + log_taps(*c)));
    out.u16(plan_pads(theorem_).pads);
    out.u8(core_.params.shape.masked());
    out.u16(theorem_.columns.size() + 1);
    out.u16(uses_.size());
    out.u8(static_cast<std::uint64_t>(std::ranges::count(theorem_.columns, Home::kPublic, &Column::home)));
    for (ColumnId id = 0; id < theorem_.columns.size(); ++id) {
      const Column& c = theorem_.columns[id];
      if (c.home != Home::kPublic) continue;
      out.u16(id), out.u32(c.rows), out.u32(c.cols), out.i64(c.lo), out.i64(c.hi);
    }
    std::uint32_t width = theorem_.tables.empty() ? 1 : 0;
    for (const Table& t : theorem_.tables) width = std::max(width, table_width(t));
    out.u8(width);
  }

  void count() {
    counts_.log_rows = static_cast<std::uint64_t>(relation_.rows.log_rows);
    counts_.blocks = relation_.rows.blocks.size();
    for (const auto& [log_cols, cols] : classes_) counts_.block_sides += cols;
    for (const auto& [use, c] : instances()) counts_.taps += std::uint64_t{c->window.taps()} * c->window.out_cols();
  }

  const VerifierKey& key_;
  const KeyCore& core_;
  const Theorem& theorem_;
  Relation relation_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> classes_;  ///< (log_cols, cols)
  std::vector<AccId> uses_;                                      ///< accumulators with contractions, as they are met
  PlanCounts counts_;
  bool fits_ = true;
};

Bytes word_of(std::uint64_t v) {
  Bytes out(32);
  for (std::size_t i = 0; i < 8; ++i) out[31 - i] = static_cast<std::uint8_t>(v >> (8 * i));
  return out;
}

void append(Bytes& out, ByteSpan more) { out.insert(out.end(), more.begin(), more.end()); }

std::size_t padded(std::size_t n) { return (n + 31) / 32 * 32; }

}  // namespace

Result<ChainPlan> chain_plan(const VerifierKey& key) {
  if (key.core.links() != 0) return unsupported("the contract does not verify committed inputs or outputs: a link opening of each is not part of it", "plan");
  std::uint64_t rows = 0;
  for (const Table& t : key.core.theorem.tables)
    if (t.kind == TableKind::kFunction) rows += table_rows(t);
  if (rows != 0) {
    return unsupported("function tables of " + std::to_string(rows) + " rows: a contract would sum all their values, at 150 gas a row and more; take the output "
                       "before the function (compile --until)", "plan");
  }
  Writer writer(key);
  TACIT_TRY([[maybe_unused]] Unit possible, writer.check());
  ChainPlan plan = writer.write();
  if (!writer.fits()) return unsupported("the theorem has more columns, pads or tiles than a plan can count", "plan");
  if (plan.bytes.size() > kMostPlanBytes)
    return unsupported("the plan has " + std::to_string(plan.bytes.size()) + " bytes, and the code of a contract at most 24,576", "plan");
  return plan;
}

Bytes verify_calldata(const VerifierKey& key, const ProofFile& proof) {
  Bytes values;
  for (ColumnId id = 0; id < key.core.theorem.columns.size(); ++id) {
    if (key.core.theorem.columns[id].home != Home::kPublic) continue;
    for (const std::int32_t v : proof.publics[id])
      for (int b = 0; b < 4; ++b) values.push_back(static_cast<std::uint8_t>(static_cast<std::uint32_t>(v) >> (8 * b)));
  }
  Bytes out{0xf7, 0xe8, 0x3a, 0xee};  // verify(bytes,bytes)
  append(out, word_of(64));
  append(out, word_of(96 + padded(values.size())));
  for (const Bytes* part : {static_cast<const Bytes*>(&values), &proof.stream}) {
    append(out, word_of(part->size()));
    append(out, *part);
    out.resize(4 + padded(out.size() - 4));
  }
  return out;
}

Bytes plan_deployment(ByteSpan plan) {
  const std::size_t size = plan.size() + 1;
  // PUSH2 size, DUP1, PUSH1 10, PUSH0, CODECOPY, PUSH0, RETURN
  Bytes out{0x61, static_cast<std::uint8_t>(size >> 8), static_cast<std::uint8_t>(size), 0x80, 0x60, 0x0a, 0x5f, 0x39, 0x5f, 0xf3, 0x00};
  append(out, plan);
  return out;
}

}  // namespace tacit
