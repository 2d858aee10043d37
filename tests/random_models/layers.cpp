// Operators with trained numbers, and windows.
#include <algorithm>
#include <array>
#include <utility>

#include "random_models/operators.h"

namespace tacit::random_models {
namespace {

/// A window along every spatial axis; lists by axis.
struct Windows {
  List kernel, stride, dilation, begin, end;
  const char* automatic = nullptr;
};

std::int64_t span_of(const Windows& w, std::size_t axis) { return (w.kernel[axis] - 1) * w.dilation[axis] + 1; }

/// Draws a window for an axis of this extent. Pads are shorter than the window, so that it touches the input.
void draw_axis(Builder& b, std::int64_t extent, bool dilates, bool pads, Windows& w) {
  Random& random = b.random;
  const std::int64_t kernel = random.between(1, std::min<std::int64_t>(4, extent + (pads ? 1 : 0)));
  std::int64_t dilation = dilates && random.chance(25) ? 2 : 1;
  if ((kernel - 1) * dilation + 1 > extent) dilation = 1;
  const std::int64_t span = (kernel - 1) * dilation + 1, room = pads ? span - 1 : 0;
  std::int64_t begin = random.chance(50) ? random.between(0, std::min<std::int64_t>(2, room)) : 0;
  std::int64_t end = random.chance(50) ? random.between(0, std::min<std::int64_t>(2, room)) : 0;
  if (extent + begin + end < span) (begin < room ? begin : end) += span - extent - begin - end;
  w.kernel.push_back(kernel);
  w.dilation.push_back(dilation);
  w.stride.push_back(random.chance(60) ? 1 : random.between(1, 3));
  w.begin.push_back(begin);
  w.end.push_back(end);
}

/// Every window has a tap on the input: what ONNX leaves open otherwise.
bool is_covered(const Windows& w, const List& extents) {
  for (std::size_t axis = 0; axis < extents.size(); ++axis) {
    for (std::int64_t o = 0; o * w.stride[axis] < extents[axis] + w.begin[axis]; ++o) {
      bool inside = false;
      for (std::int64_t t = 0; t < w.kernel[axis]; ++t) {
        const std::int64_t at = o * w.stride[axis] - w.begin[axis] + t * w.dilation[axis];
        inside = inside || (at >= 0 && at < extents[axis]);
      }
      if (!inside) return false;
    }
  }
  return true;
}

Windows draw_windows(Builder& b, const Shape& dims, bool dilates, bool is_pool) {
  const List extents(dims.begin() + 2, dims.end());
  const bool plain = is_pool && b.random.chance(50);
  for (int attempt = 0;; ++attempt) {
    Windows w;
    for (const std::int64_t extent : extents) draw_axis(b, extent, dilates, !plain && attempt < 20, w);
    if (b.random.chance(25)) w.automatic = b.random.one_of(std::vector<const char*>{"SAME_UPPER", "SAME_LOWER", "VALID"});
    if (w.automatic != nullptr) w.begin.assign(extents.size(), 0), w.end = w.begin;
    bool fits = true;
    for (std::size_t axis = 0; axis < extents.size(); ++axis) fits = fits && span_of(w, axis) <= extents[axis] + w.begin[axis] + w.end[axis];
    if (fits && (!is_pool || is_covered(w, extents))) return w;
  }
}

Attributes attributes_of(Builder& b, const Windows& w, bool is_pool) {
  Attributes out;
  if (is_pool || b.random.chance(60)) out["kernel_shape"] = w.kernel;
  const auto give = [&](const char* name, const List& list, std::int64_t usual) {
    const bool needed = std::any_of(list.begin(), list.end(), [&](std::int64_t v) { return v != usual; });
    if (needed || b.random.chance(40)) out[name] = list;
  };
  give("strides", w.stride, 1);
  if (std::any_of(w.dilation.begin(), w.dilation.end(), [](std::int64_t v) { return v != 1; })) out["dilations"] = w.dilation;
  if (w.automatic != nullptr) {
    out["auto_pad"] = std::string(w.automatic);
    return out;
  }
  List pads = w.begin;
  pads.insert(pads.end(), w.end.begin(), w.end.end());
  give("pads", pads, 0);
  return out;
}

bool conv(Builder& b, std::size_t rank) {
  const auto x = b.operand(rank, rank);
  if (!x) return false;
  const Shape& dims = b.dims(*x);
  std::int64_t groups = 1;
  if (b.random.chance(50)) {
    do groups = b.random.between(1, dims[1]);
    while (dims[1] % groups != 0);
  }
  const std::int64_t channels = dims[1] / groups, filters = groups * b.random.between(1, groups == 1 ? 5 : 2);
  const Windows w = draw_windows(b, dims, true, false);
  Attributes attributes = attributes_of(b, w, false);
  if (groups > 1 || b.random.chance(20)) attributes["group"] = groups;
  Shape weight = {filters, channels};
  weight.insert(weight.end(), w.kernel.begin(), w.kernel.end());
  std::vector<std::string> inputs = {*x, b.weights(weight, *element_count(weight) / filters)};
  if (b.random.chance(60)) inputs.push_back(b.floats({filters}, -0.5, 0.5));
  return b.add("Conv", std::move(inputs), std::move(attributes));
}

}  // namespace

bool conv_1d(Builder& b) { return conv(b, 3); }
bool conv_2d(Builder& b) { return conv(b, 4); }

bool max_pool(Builder& b) {
  const auto x = b.operand(b.random.chance(25) ? 3 : 4, 4);
  if (!x) return false;
  const Windows w = draw_windows(b, b.dims(*x), b.opset >= 10, true);
  Attributes attributes = attributes_of(b, w, true);
  if (b.opset >= 10 && b.random.chance(30)) attributes["ceil_mode"] = b.random.between(0, 1);
  return b.add("MaxPool", {*x}, std::move(attributes));
}

bool average_pool(Builder& b) {
  const auto x = b.operand(b.random.chance(25) ? 3 : 4, 4);
  if (!x) return false;
  const Windows w = draw_windows(b, b.dims(*x), b.opset >= 19, true);
  Attributes attributes = attributes_of(b, w, true);
  if (b.opset >= 10 && b.random.chance(30)) attributes["ceil_mode"] = b.random.between(0, 1);
  if (b.random.chance(50)) attributes["count_include_pad"] = b.random.between(0, 1);
  return b.add("AveragePool", {*x}, std::move(attributes));
}

bool global_average_pool(Builder& b) {
  const auto x = b.operand(3, 5);
  return x && b.add("GlobalAveragePool", {*x});
}

bool batch_normalization(Builder& b) {
  const auto x = b.operand(2, 5);
  if (!x) return false;
  const Shape channels = {b.dims(*x)[1]};
  std::vector<std::string> inputs = {*x, b.floats(channels, -1.5, 1.5), b.floats(channels, -0.5, 0.5), b.floats(channels, -0.5, 0.5),
                                     b.floats(channels, 0.2, 2)};
  Attributes attributes;
  if (b.random.chance(50)) attributes["epsilon"] = 1e-3f;
  if (b.random.chance(30)) attributes["momentum"] = 0.8f;
  if (b.opset < 9 && b.random.chance(30)) attributes["spatial"] = std::int64_t{1};
  if (b.opset >= 14 && b.random.chance(30)) attributes["training_mode"] = std::int64_t{0};
  return b.add("BatchNormalization", std::move(inputs), std::move(attributes));
}

bool gemm(Builder& b) {
  const auto x = b.operand(2, 2);
  if (!x) return false;
  const std::int64_t trans_a = b.random.chance(30), trans_b = b.random.chance(50);
  const std::int64_t m = b.dims(*x)[trans_a ? 1 : 0], k = b.dims(*x)[trans_a ? 0 : 1], n = b.random.between(1, 7);
  Attributes attributes;
  if (trans_a || b.random.chance(20)) attributes["transA"] = trans_a;
  if (trans_b || b.random.chance(20)) attributes["transB"] = trans_b;
  if (b.random.chance(30)) attributes["alpha"] = static_cast<float>(b.random.real(0.3, 2));
  if (b.random.chance(30)) attributes["beta"] = static_cast<float>(b.random.real(-1, 2));
  std::vector<std::string> inputs = {*x, b.weights(trans_b ? Shape{n, k} : Shape{k, n}, k)};
  if (b.opset < 11 || b.random.chance(70)) {
    inputs.push_back(b.floats(b.random.one_of(std::vector<Shape>{{n}, {n}, {1, n}, {m, n}, {m, 1}, {1}, {}}), -0.5, 0.5));
  }
  return b.add("Gemm", std::move(inputs), std::move(attributes));
}

bool mat_mul(Builder& b) {
  const auto x = b.operand(1, 4);
  if (!x) return false;
  const Shape dims = b.dims(*x);
  const bool left = b.random.chance(30);  // the constant
  const std::int64_t k = left && dims.size() > 1 ? dims[dims.size() - 2] : dims.back(), n = b.random.between(1, 6);
  Shape weight = left ? Shape{n, k} : Shape{k, n};
  if (b.random.chance(15)) weight = {k};
  else if (b.random.chance(20)) weight.insert(weight.begin(), static_cast<std::size_t>(b.random.between(1, 2)), 1);
  else if (dims.size() == 3 && b.random.chance(20)) weight.insert(weight.begin(), dims[0]);
  const std::string w = b.weights(weight, k);
  return left ? b.add("MatMul", {w, *x}) : b.add("MatMul", {*x, w});
}

}  // namespace tacit::random_models
