#include "theorem/theorem.h"

#include <algorithm>

#include "base/contract.h"

namespace tacit {

bool Window::is_identity() const {
  return !shared && !clamp && taps() == 1 && stride_h == 1 && stride_w == 1 && pad_h == 0 && pad_w == 0 && in_h == out_h &&
         in_w == out_w;
}

Window Window::identity(std::uint32_t cols) {
  Window w;
  w.in_w = w.out_w = cols;
  return w;
}

Window Window::broadcast(std::uint32_t out_cols) {
  Window w;
  w.out_w = out_cols;
  w.stride_h = w.stride_w = 0;
  w.shared = true;
  return w;
}

namespace {

// Position along one axis, or -1 where it is outside; with `clamp` the nearest position inside.
std::int64_t axis_source(std::int64_t out, std::int64_t tap, std::int64_t stride, std::int64_t pad, std::int64_t dilation,
                         std::int64_t length, bool clamp) {
  const std::int64_t at = out * stride - pad + tap * dilation;
  if (clamp) return std::clamp<std::int64_t>(at, 0, length - 1);
  return at >= 0 && at < length ? at : -1;
}

}  // namespace

std::uint32_t Window::source(std::uint32_t tap, std::uint32_t s) const {
  const std::uint32_t ow = s % out_w, oh = (s / out_w) % out_h, b = s / (out_w * out_h);
  const std::int64_t ih = axis_source(oh, tap / kernel_w, stride_h, pad_h, dilation_h, in_h, clamp);
  const std::int64_t iw = axis_source(ow, tap % kernel_w, stride_w, pad_w, dilation_w, in_w, clamp);
  if (ih < 0 || iw < 0) return kNone;
  return static_cast<std::uint32_t>(((shared ? 0 : b) * std::int64_t{in_h} + ih) * in_w + iw);
}

std::uint32_t Window::present_taps(std::uint32_t s) const {
  const std::uint32_t ow = s % out_w, oh = (s / out_w) % out_h;
  std::uint32_t rows = 0, cols = 0;  // a tap is inside where both of its axes are
  for (std::uint32_t k = 0; k < kernel_h; ++k) rows += axis_source(oh, k, stride_h, pad_h, dilation_h, in_h, clamp) >= 0;
  for (std::uint32_t k = 0; k < kernel_w; ++k) cols += axis_source(ow, k, stride_w, pad_w, dilation_w, in_w, clamp) >= 0;
  return rows * cols;
}

Linear Linear::whole(ColumnId column, std::uint32_t cols, std::int64_t coefficient) {
  Linear l;
  l.column = column;
  l.coefficient = coefficient;
  l.window = Window::identity(cols);
  return l;
}

std::int64_t Linear::coefficient_at(std::uint32_t s) const {
  if (!divide_by_taps) return coefficient;
  const std::int64_t taps = std::max<std::int64_t>(1, window.present_taps(s));
  return (2 * coefficient + taps) / (2 * taps);
}

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

void write_linear(ByteWriter& out, const Linear& l) {
  out.u32(l.column);
  out.i64(l.coefficient);
  out.u8(static_cast<std::uint8_t>(l.one_row) | static_cast<std::uint8_t>(l.divide_by_taps) << 1);
  write_window(out, l.window);
}

Linear read_linear(ByteReader& in) {
  Linear l;
  l.column = in.u32();
  l.coefficient = in.i64();
  const std::uint8_t flags = in.u8();
  if (flags > 3) in.fail();
  l.one_row = flags & 1;
  l.divide_by_taps = flags & 2;
  l.window = read_window(in);
  return l;
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
  a.linears = read_list<Linear>(in, 66, read_linear);
  return a;
}

void write_expr(ByteWriter& out, const Expr& e) {
  out.u32(e.acc);
  write_list(out, e.linears, write_linear);
  out.i64(e.constant);
  out.u32(e.shift);
}

Expr read_expr(ByteReader& in) {
  Expr e;
  e.acc = in.u32();
  e.linears = read_list<Linear>(in, 66, read_linear);
  e.constant = in.i64();
  e.shift = in.u32();
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
  l.tuple = read_list<Expr>(in, 20, read_expr);
  return l;
}

void write_table(ByteWriter& out, const Table& t) {
  out.u8(static_cast<std::uint8_t>(t.kind));
  out.u32(t.bits);
  out.i64(t.lo);
  out.i64(t.hi);
}

Table read_table(ByteReader& in) {
  Table t;
  const std::uint8_t kind = in.u8();
  if (kind > 2) in.fail();
  t.kind = static_cast<TableKind>(kind);
  t.bits = in.u32();
  t.lo = in.i64();
  t.hi = in.i64();
  return t;
}

void write_step(ByteWriter& out, const Step& s) {
  out.u8(s.is_maximum);
  if (s.is_maximum) {
    out.u32(s.maximum.out);
    write_linear(out, s.maximum.a);
    write_linear(out, s.maximum.b);
    return;
  }
  const Requantise& r = s.requantise;
  for (std::uint32_t v : {r.acc, r.y, r.remainder, r.excess}) out.u32(v);
  out.i64(r.lo);
  out.i64(r.hi);
  out.u32(r.shift);
  out.u32(r.limb_bits);
}

Step read_step(ByteReader& in) {
  Step s;
  const std::uint8_t kind = in.u8();
  if (kind > 1) in.fail();
  s.is_maximum = kind == 1;
  if (s.is_maximum) {
    s.maximum.out = in.u32();
    s.maximum.a = read_linear(in);
    s.maximum.b = read_linear(in);
    return s;
  }
  Requantise& r = s.requantise;
  for (std::uint32_t* v : {&r.acc, &r.y, &r.remainder, &r.excess}) *v = in.u32();
  r.lo = in.i64();
  r.hi = in.i64();
  r.shift = in.u32();
  r.limb_bits = in.u32();
  return s;
}

}  // namespace

void write_theorem(ByteWriter& out, const Theorem& t, bool with_steps) {
  write_list(out, t.columns, write_column);
  write_list(out, t.accumulators, write_accumulator);
  write_list(out, t.tables, write_table);
  write_list(out, t.lookups, write_lookup);
  write_list(out, t.multiplicities, [](ByteWriter& w, ColumnId id) { w.u32(id); });
  if (with_steps) write_list(out, t.steps, write_step);
}

Result<Theorem> read_theorem(ByteReader& in, bool with_steps) {
  Theorem t;
  t.columns = read_list<Column>(in, 29, read_column);
  t.accumulators = read_list<Accumulator>(in, 20, read_accumulator);
  t.tables = read_list<Table>(in, 21, read_table);
  t.lookups = read_list<Lookup>(in, 20, read_lookup);
  t.multiplicities = read_list<ColumnId>(in, 4, [](ByteReader& r) { return r.u32(); });
  if (with_steps) t.steps = read_list<Step>(in, 33, read_step);
  if (!in.ok()) return bad_input("theorem is truncated or has an unknown kind");
  TACIT_TRY([[maybe_unused]] Unit checked, check_theorem(t));
  return t;
}

}  // namespace tacit
