#include "random_models/naive_reader.h"

#include <algorithm>

namespace tacit::random_models {
namespace {

/// source(t, s) of 5.2, -1 where it is absent.
Wide window_source(const Window& w, Wide t, Wide s) {
  const Wide kh = t / w.kernel_w, kw = t % w.kernel_w;
  const Wide b = s / (Wide{w.out_h} * w.out_w), oh = s / w.out_w % w.out_h, ow = s % w.out_w;
  Wide ih = oh * w.stride_h - w.pad_h + kh * w.dilation_h, iw = ow * w.stride_w - w.pad_w + kw * w.dilation_w;
  if (w.clamp) {
    ih = std::clamp<Wide>(ih, 0, Wide{w.in_h} - 1);
    iw = std::clamp<Wide>(iw, 0, Wide{w.in_w} - 1);
  }
  if (ih < 0 || ih >= w.in_h || iw < 0 || iw >= w.in_w) return -1;
  return ((w.shared ? 0 : b) * w.in_h + ih) * w.in_w + iw;
}

Wide taps_of(const Window& w) { return Wide{w.kernel_h} * w.kernel_w; }

Wide in_cols_of(const Window& w) { return (w.shared ? Wide{1} : Wide{w.batch}) * w.in_h * w.in_w; }

/// index(j) of an axis, -1 where it is absent.
Wide axis_index(const IndexAxis& axis, Wide j) {
  for (const IndexRun& run : axis.runs) {
    if (j < run.count) return run.start == -1 ? -1 : run.start + run.step * j;
    j -= run.count;
  }
  return -1;
}

/// source(r, s) of a map, by the flat index of the entry.
Wide map_source(const IndexMap& map, Wide flat) {
  Wide source = 0;
  for (std::size_t k = map.axes.size(); k-- > 0;) {
    Wide extent = 0;
    for (const IndexRun& run : map.axes[k].runs) extent += run.count;
    const Wide index = axis_index(map.axes[k], flat % extent);
    flat /= extent;
    if (index < 0) return -1;
    source += index * map.axes[k].stride;
  }
  return source;
}

}  // namespace

Wide floor_of(Wide a, Wide b) {  // b > 0
  const Wide q = a / b;
  return q * b > a ? q - 1 : q;
}

Wide Reader::linear(const Linear& l, std::uint32_t cols, Wide r, Wide s) const {
  if (!l.map.axes.empty()) {
    const Wide at = map_source(l.map, r * cols + s);
    return at < 0 ? 0 : Wide{l.coefficient} * entry(l.column, at);
  }
  Wide sum = 0, present = 0;
  for (Wide t = 0; t < taps_of(l.window); ++t) {
    const Wide at = window_source(l.window, t, s);
    if (at < 0) continue;
    ++present;
    sum += entry(l.column, (l.one_row ? 0 : r) * in_cols_of(l.window) + at);
  }
  const Wide n = std::max<Wide>(1, present);
  return sum * (l.divide_by_taps ? (2 * Wide{l.coefficient} + n) / (2 * n) : Wide{l.coefficient});
}

Wide Reader::contraction(const Contraction& k, std::uint32_t rows, Wide c, Wide s) const {
  const Wide taps = taps_of(k.window), group = c / (rows / k.groups);
  Wide sum = 0;
  for (Wide i = 0; i < k.in_rows; ++i) {
    for (Wide t = 0; t < taps; ++t) {
      const Wide at = window_source(k.window, t, s);
      if (at < 0) continue;
      sum += Wide{entry(k.weights, (c * k.in_rows + i) * taps + t)} * entry(k.input, (group * k.in_rows + i) * in_cols_of(k.window) + at);
    }
  }
  return sum;
}

Wide Reader::accumulator(const Accumulator& acc, Wide r, Wide s) const {
  Wide sum = 0;
  for (const Contraction& k : acc.contractions) sum += contraction(k, acc.rows, r, s);
  for (const Linear& l : acc.linears) sum += linear(l, acc.cols, r, s);
  return sum;
}

Wide Reader::numerator(const Expr& e, std::uint32_t cols, Wide r, Wide s) const {
  Wide sum = e.constant + e.row_step * r + e.col_step * s;
  if (e.acc != kNone) sum += accumulator(theorem_.accumulators[e.acc], r, s);
  for (const Linear& l : e.linears) sum += linear(l, cols, r, s);
  return sum;
}

}  // namespace tacit::random_models
