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

Linear Linear::mapped(ColumnId column, IndexMap map, std::int64_t coefficient) {
  Linear l;
  l.column = column;
  l.coefficient = coefficient;
  l.map = std::move(map);
  return l;
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

}  // namespace tacit
