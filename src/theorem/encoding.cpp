// The one encoding of a theorem.
#include "theorem/theorem.h"

namespace tacit {
namespace {

void write_window(ByteWriter& out, const Window& w) {
  for (std::uint32_t v : {w.batch, w.in_h, w.in_w, w.out_h, w.out_w, w.kernel_h, w.kernel_w}) out.u32(v);
  for (std::int32_t v : {w.stride_h, w.stride_w, w.pad_h, w.pad_w, w.dilation_h, w.dilation_w})
    out.u32(static_cast<std::uint32_t>(v));
  out.u8(static_cast<std::uint8_t>(w.shared) | static_cast<std::uint8_t>(w.clamp) << 1);
}

Window read_window(ByteReader& in) {
  Window w;
  for (std::uint32_t* v : {&w.batch, &w.in_h, &w.in_w, &w.out_h, &w.out_w, &w.kernel_h, &w.kernel_w}) *v = in.u32();
  for (std::int32_t* v : {&w.stride_h, &w.stride_w, &w.pad_h, &w.pad_w, &w.dilation_h, &w.dilation_w})
    *v = static_cast<std::int32_t>(in.u32());
  const std::uint8_t flags = in.u8();
  if (flags > 3) in.fail();
  w.shared = flags & 1;
  w.clamp = flags & 2;
  return w;
}


template <class T> void write_list(ByteWriter& out, const std::vector<T>& items, auto&& write) {
  out.u32(static_cast<std::uint32_t>(items.size()));
  for (const T& item : items) write(out, item);
}

template <class T> std::vector<T> read_list(ByteReader& in, std::size_t item_bytes, auto&& read) {
  std::vector<T> items;
  const std::uint32_t count = in.count(item_bytes);
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) items.push_back(read(in));
  return items;
}

void write_axis(ByteWriter& out, const IndexAxis& axis) {
  out.u32(axis.stride);
  write_list(out, axis.runs, [](ByteWriter& w, const IndexRun& run) {
    w.u32(static_cast<std::uint32_t>(run.start));
    w.u32(static_cast<std::uint32_t>(run.step));
    w.u32(run.count);
  });
}

IndexAxis read_axis(ByteReader& in) {
  IndexAxis axis;
  axis.stride = in.u32();
  axis.runs = read_list<IndexRun>(in, 12, [](ByteReader& r) {
    IndexRun run;
    run.start = static_cast<std::int32_t>(r.u32());
    run.step = static_cast<std::int32_t>(r.u32());
    run.count = r.u32();
    return run;
  });
  return axis;
}

// A map with one axis and no run; check_theorem wants at least one run.
constexpr std::size_t kLeastLinear = 25;
constexpr std::uint8_t kOneRow = 1, kDivideByTaps = 2, kMapped = 4;

void write_linear(ByteWriter& out, const Linear& l) {
  out.u32(l.column);
  out.i64(l.coefficient);
  if (!l.map.empty()) {
    out.u8(kMapped);
    write_list(out, l.map.axes, write_axis);
    return;
  }
  out.u8(static_cast<std::uint8_t>((l.one_row ? kOneRow : 0) | (l.divide_by_taps ? kDivideByTaps : 0)));
  write_window(out, l.window);
}

Linear read_linear(ByteReader& in) {
  Linear l;
  l.column = in.u32();
  l.coefficient = in.i64();
  const std::uint8_t flags = in.u8();
  if (flags > kMapped) in.fail();
  if (flags == kMapped) {
    l.map.axes = read_list<IndexAxis>(in, 8, read_axis);
    if (l.map.empty()) in.fail();
    return l;
  }
  l.one_row = flags & kOneRow;
  l.divide_by_taps = flags & kDivideByTaps;
  l.window = read_window(in);
  return l;
}

void write_contraction(ByteWriter& out, const Contraction& c) {
  for (std::uint32_t v : {c.weights, c.input, c.groups, c.in_rows}) out.u32(v);
  write_window(out, c.window);
}

Contraction read_contraction(ByteReader& in) {
  Contraction c;
  for (std::uint32_t* v : {&c.weights, &c.input, &c.groups, &c.in_rows}) *v = in.u32();
  c.window = read_window(in);
  return c;
}

void write_column(ByteWriter& out, const Column& c) {
  out.string(c.name);
  out.u8(static_cast<std::uint8_t>(c.home));
  out.u32(c.rows);
  out.u32(c.cols);
  out.i64(c.lo);
  out.i64(c.hi);
}

Column read_column(ByteReader& in) {
  Column c;
  c.name = in.string();
  const std::uint8_t home = in.u8();
  if (home > 2) in.fail();
  c.home = static_cast<Home>(home);
  c.rows = in.u32();
  c.cols = in.u32();
  c.lo = in.i64();
  c.hi = in.i64();
  return c;
}

void write_accumulator(ByteWriter& out, const Accumulator& a) {
  out.string(a.name);
  out.u32(a.rows);
  out.u32(a.cols);
  write_list(out, a.contractions, write_contraction);
  write_list(out, a.linears, write_linear);
}

Accumulator read_accumulator(ByteReader& in) {
  Accumulator a;
  a.name = in.string();
  a.rows = in.u32();
  a.cols = in.u32();
  a.contractions = read_list<Contraction>(in, 69, read_contraction);
  a.linears = read_list<Linear>(in, kLeastLinear, read_linear);
  return a;
}

constexpr std::uint32_t kHasSteps = std::uint32_t{1} << 31;
constexpr std::size_t kLeastExpr = 20;

void write_expr(ByteWriter& out, const Expr& e) {
  out.u32(e.acc);
  write_list(out, e.linears, write_linear);
  out.i64(e.constant);
  out.u32(e.shift | (e.has_steps() ? kHasSteps : 0));
  if (!e.has_steps()) return;
  out.i64(e.row_step);
  out.i64(e.col_step);
}

Expr read_expr(ByteReader& in) {
  Expr e;
  e.acc = in.u32();
  e.linears = read_list<Linear>(in, kLeastLinear, read_linear);
  e.constant = in.i64();
  const std::uint32_t word = in.u32();
  e.shift = word & ~kHasSteps;
  if ((word & kHasSteps) == 0) return e;
  e.row_step = in.i64();
  e.col_step = in.i64();
  if (!e.has_steps()) in.fail();
  return e;
}

void write_lookup(ByteWriter& out, const Lookup& l) {
  out.string(l.name);
  for (std::uint32_t v : {l.table, l.rows, l.cols}) out.u32(v);
  write_list(out, l.tuple, write_expr);
}

Lookup read_lookup(ByteReader& in) {
  Lookup l;
  l.name = in.string();
  for (std::uint32_t* v : {&l.table, &l.rows, &l.cols}) *v = in.u32();
  l.tuple = read_list<Expr>(in, kLeastExpr, read_expr);
  return l;
}

void write_table(ByteWriter& out, const Table& t) {
  out.u8(static_cast<std::uint8_t>(t.kind));
  out.u32(t.bits);
  out.i64(t.lo);
  out.i64(t.hi);
  if (t.kind == TableKind::kColumns) {
    out.u32(t.rows);
    out.u32(t.cols);
    write_list(out, t.entries, write_expr);
  }
  if (t.kind != TableKind::kFunction) return;
  out.i64(t.first);
  write_list(out, t.pieces, [](ByteWriter& w, const CubicPiece& piece) {
    for (const std::int64_t c : piece) w.i64(c);
  });
}

Table read_table(ByteReader& in) {
  Table t;
  const std::uint8_t kind = in.u8();
  if (kind > 4) in.fail();
  t.kind = static_cast<TableKind>(kind);
  t.bits = in.u32();
  t.lo = in.i64();
  t.hi = in.i64();
  if (t.kind == TableKind::kColumns) {
    t.rows = in.u32();
    t.cols = in.u32();
    t.entries = read_list<Expr>(in, kLeastExpr, read_expr);
  }
  if (t.kind != TableKind::kFunction) return t;
  t.first = in.i64();
  t.pieces = read_list<CubicPiece>(in, 32, [](ByteReader& r) {
    CubicPiece piece{};
    for (std::int64_t& c : piece) c = r.i64();
    return piece;
  });
  return t;
}

}  // namespace

void write_theorem(ByteWriter& out, const Theorem& t) {
  write_list(out, t.columns, write_column);
  write_list(out, t.accumulators, write_accumulator);
  write_list(out, t.tables, write_table);
  write_list(out, t.lookups, write_lookup);
  write_list(out, t.multiplicities, [](ByteWriter& w, ColumnId id) { w.u32(id); });
}

Result<Theorem> read_theorem(ByteReader& in) {
  Theorem t;
  t.columns = read_list<Column>(in, 29, read_column);
  t.accumulators = read_list<Accumulator>(in, 20, read_accumulator);
  t.tables = read_list<Table>(in, 21, read_table);
  t.lookups = read_list<Lookup>(in, 20, read_lookup);
  t.multiplicities = read_list<ColumnId>(in, 4, [](ByteReader& r) { return r.u32(); });
  if (!in.ok()) return bad_input("theorem is truncated or has an unknown kind");
  TACIT_TRY([[maybe_unused]] Unit checked, check_theorem(t));
  return t;
}

}  // namespace tacit
