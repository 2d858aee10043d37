// Operators on images: depth and space, other grids, blocks that overlap; and Einsum.
#include <algorithm>
#include <utility>

#include "random_models/operands.h"
#include "random_models/operators.h"

namespace tacit::random_models {
namespace {

/// N, channels that are a multiple of `channels`, height and width that are multiples of `space`.
std::optional<std::string> picture(Builder& b, std::int64_t channels, std::int64_t space) {
  const auto fits = [&](const std::string& v) {
    const Shape& dims = b.dims(v);
    return b.is_float(v) && dims.size() == 4 && dims[1] % channels == 0 && dims[2] % space == 0 && dims[3] % space == 0;
  };
  const auto found = b.existing(fits);
  if (found && b.random.chance(60)) return found;
  if (graph_is_full(b)) return found;
  const Shape dims{b.random.between(1, 2), channels * b.random.between(1, 2), space * b.random.between(1, 3), space * b.random.between(1, 3)};
  return b.new_input(dims);
}

bool depth_to_space(Builder& b) {
  const std::int64_t block = b.random.between(1, 2);
  const auto x = picture(b, block * block, 1);
  Attributes attributes{{"blocksize", block}};
  if (b.opset >= 11 && b.random.chance(60)) attributes["mode"] = b.random.one_of(std::vector<std::string>{"DCR", "CRD"});
  return x && b.add("DepthToSpace", {*x}, std::move(attributes));
}

bool space_to_depth(Builder& b) {
  const std::int64_t block = b.random.between(1, 3);
  const auto x = picture(b, 1, block);
  return x && b.add("SpaceToDepth", {*x}, {{"blocksize", block}});
}

bool resize(Builder& b) {
  if (b.opset < 11) {
    const auto x = b.opset < 10 ? std::nullopt : picture(b, 1, 1);
    if (!x) return false;
    return b.add("Resize", {*x, b.constant(make_float({4}, {1, 1, 2, b.random.chance(50) ? 2.0f : 1.0f}))}, {{"mode", std::string("nearest")}});
  }
  const auto x = picture(b, 1, 1);
  if (!x) return false;
  const std::string mode = b.random.one_of(std::vector<std::string>{"nearest", "linear", "cubic"});
  Attributes attributes{{"mode", mode}};
  static const std::vector<std::string> kPlaces = {"half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel"};
  attributes["coordinate_transformation_mode"] = b.random.one_of(kPlaces);
  if (mode == "nearest") attributes["nearest_mode"] = b.random.one_of(std::vector<std::string>{"floor", "ceil", "round_prefer_floor", "round_prefer_ceil"});
  if (mode == "cubic" && b.random.chance(40)) attributes["cubic_coeff_a"] = -0.5f;
  if (mode == "cubic" && b.random.chance(30)) attributes["exclude_outside"] = std::int64_t{1};
  const std::string nothing = b.opset < 13 ? b.constant(make_float({0}, {})) : "";
  if (b.random.chance(50)) {
    std::vector<float> scales{1, 1};
    for (int axis = 0; axis < 2; ++axis) scales.push_back(b.random.one_of(std::vector<float>{0.5f, 1, 1.5f, 2}));
    for (std::size_t axis = 2; axis < 4; ++axis) {
      if (static_cast<double>(b.dims(*x)[axis]) * scales[axis] < 1) scales[axis] = 1;
    }
    return b.add("Resize", {*x, nothing, b.constant(make_float({4}, scales))}, std::move(attributes));
  }
  List sizes{b.dims(*x)[0], b.dims(*x)[1], b.random.between(1, 6), b.random.between(1, 6)};
  return b.add("Resize", {*x, nothing, b.opset < 13 ? nothing : "", b.list(sizes)}, std::move(attributes));
}

bool upsample(Builder& b) {
  const auto x = b.opset >= 10 ? std::nullopt : picture(b, 1, 1);
  if (!x) return false;
  const std::vector<float> scales{1, 1, static_cast<float>(b.random.between(1, 2)), static_cast<float>(b.random.between(1, 3))};
  Attributes attributes{{"mode", std::string(b.random.chance(60) ? "nearest" : "linear")}};
  if (b.opset >= 9) return b.add("Upsample", {*x, b.constant(make_float({4}, scales))}, std::move(attributes));
  attributes["scales"] = scales;
  return b.add("Upsample", {*x}, std::move(attributes));
}

/// Blocks of 2 x 2 that move by one over 3 x 4: 6 of them.
bool col2im(Builder& b) {
  if (b.opset < 18 || graph_is_full(b)) return false;
  const std::string x = b.new_input({b.random.between(1, 2), 4 * b.random.between(1, 2), 6});
  return b.add("Col2Im", {x, b.list({3, 4}), b.list({2, 2})});
}

struct Equation {
  const char* text;
  std::size_t first, second;  ///< ranks; 0: one operand
};

bool einsum(Builder& b) {
  static const std::vector<Equation> kEquations = {{"ij->ji", 2, 0}, {"ij->i", 2, 0}, {"bij,bjk->bik", 3, 3}, {"ij,jk->ik", 2, 2}, {"i,j->ij", 1, 1}, {"...ij->...ji", 3, 0}};
  const Equation& e = b.random.one_of(kEquations);
  const auto x = b.opset < 12 ? std::nullopt : b.operand(e.first, e.first);
  if (!x) return false;
  if (e.second == 0) return b.add("Einsum", {*x}, {{"equation", std::string(e.text)}});
  const Shape& dims = b.dims(*x);
  Shape other(e.second, b.random.between(1, 4));
  if (e.second == 2) other[0] = dims[1];
  if (e.second == 3) other[0] = dims[0], other[1] = dims[2];
  const bool is_new = b.random.chance(50) && !graph_is_full(b);
  return b.add("Einsum", {*x, is_new ? b.new_input(other) : b.floats(other, -1, 1)}, {{"equation", std::string(e.text)}});
}

}  // namespace

std::vector<Kind> picture_kinds() {
  return {{"DepthToSpace", "DepthToSpace", depth_to_space}, {"SpaceToDepth", "SpaceToDepth", space_to_depth}, {"Resize", "Resize", resize},
          {"Upsample", "Upsample", upsample},               {"Col2Im", "Col2Im", col2im},                   {"Einsum", "Einsum", einsum}};
}

}  // namespace tacit::random_models
