// Col2Im: the image whose blocks of positions are the columns of x; where blocks overlap, they are added.
//
//   x [n, c * (b0 * b1), l0 * l1]:  y[n, c, i*s - p + k*d] += x[n, c * B + k, i]      i a block, k a position in it
#include <algorithm>

#include "ops/picks.h"

namespace tacit {
namespace {

using List = std::vector<std::int64_t>;

struct Blocks {
  List image, block, dilations, begin, strides, counts;
  Shape out;
};

Result<List> positive(const Call& call, const char* name, std::size_t count, std::int64_t least) {
  TACIT_TRY(List list, ints_attribute(*call.node, name, List(count, least)));
  bool fits = list.size() == count;
  for (const std::int64_t v : list) fits = fits && v >= least && v <= (1 << 20);
  if (fits) return list;
  return malformed(*call.node, "attribute " + std::string(name) + " does not fit its image");
}

/// Which taps a sum may have.
constexpr std::int64_t kMaxBlock = 1024;

Result<Blocks> read_blocks(const Call& call) {
  TACIT_OK(check_arity(call, 3, 3));
  TACIT_OK(check_float(call, 0));
  Blocks b;
  TACIT_TRY(b.image, list_operand(call, 1, "image_shape"));
  TACIT_TRY(b.block, list_operand(call, 2, "block_shape"));
  const Shape& x = call.operand(0).type.dims;
  const std::size_t axes = b.image.size();
  bool fits = x.size() == 3 && axes >= 1 && b.block.size() == axes;
  for (std::size_t k = 0; fits && k < axes; ++k) fits = b.image[k] >= 1 && b.block[k] >= 1 && b.image[k] <= (1 << 20) && b.block[k] <= kMaxBlock;
  if (!fits) return malformed(*call.node, "its image and block shapes do not fit its input " + shape_text(x));
  TACIT_TRY(b.dilations, positive(call, "dilations", axes, 1));
  TACIT_TRY(b.strides, positive(call, "strides", axes, 1));
  TACIT_TRY(const List pads, positive(call, "pads", 2 * axes, 0));
  b.begin.assign(pads.begin(), pads.begin() + static_cast<std::ptrdiff_t>(axes));
  for (std::size_t k = 0; k < axes; ++k) {
    const std::int64_t room = b.image[k] + pads[k] + pads[axes + k] - b.dilations[k] * (b.block[k] - 1) - 1;
    if (room < 0) return malformed(*call.node, "its block is larger than the image");
    b.counts.push_back(room / b.strides[k] + 1);
  }
  const std::optional<std::int64_t> taps = element_count(b.block), count = element_count(b.counts);
  if (!taps || *taps > kMaxBlock) return refuse(*call.node, "its block has more than " + std::to_string(kMaxBlock) + " positions");
  if (count != x[2] || x[1] % *taps != 0) return malformed(*call.node, "its blocks do not fit its input " + shape_text(x));
  b.out = {x[0], x[1] / *taps};
  b.out.insert(b.out.end(), b.image.begin(), b.image.end());
  return b;
}

/// The list of the position `tap` of all blocks.
Sources sources_of(const Blocks& b, std::int64_t tap) {
  const Shape in_block = positions_of(tap, b.block);
  const std::int64_t taps = *element_count(b.block), columns = *element_count(b.counts), channels = b.out[1];
  Sources out;
  for (std::int64_t flat = 0; flat < *element_count(b.out); ++flat) {
    const Shape at = positions_of(flat, b.out);
    std::int64_t column = 0;
    for (std::size_t k = 0; k < b.block.size() && column >= 0; ++k) {
      const std::int64_t shifted = at[2 + k] + b.begin[k] - in_block[k] * b.dilations[k];
      const bool there = shifted >= 0 && shifted % b.strides[k] == 0 && shifted / b.strides[k] < b.counts[k];
      column = there ? column * b.counts[k] + shifted / b.strides[k] : -1;
    }
    out.push_back(column < 0 ? -1 : ((at[0] * channels + at[1]) * taps + tap) * columns + column);
  }
  return out;
}

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_TRY(Blocks b, read_blocks(call));
  return one_output(call, DType::kFloat, std::move(b.out));
}

std::vector<Tensor> evaluate(const Call& call) {
  const Blocks b = read_blocks(call).value();
  Tensor out = zeros(b.out);
  for (std::int64_t tap = 0; tap < *element_count(b.block); ++tap) {
    const Sources sources = sources_of(b, tap);
    for (std::size_t k = 0; k < sources.size(); ++k) {
      if (sources[k] >= 0) out.f[k] += call.operand(0).value->f[static_cast<std::size_t>(sources[k])];
    }
  }
  return {std::move(out)};
}

Status lower(const Call& call, Lowering& lowering) {
  const Blocks b = read_blocks(call).value();
  std::vector<PickedTerm> terms;
  for (std::int64_t tap = 0; tap < *element_count(b.block); ++tap) terms.push_back({0, sources_of(b, tap), 1});
  return give_picked_sum(call, DType::kFloat, b.out, terms, false, lowering);
}

}  // namespace

constexpr OperatorText kText = {
    "a sum of public maps",
    "shapes constant"};
extern const Operator kCol2Im;
const Operator kCol2Im = {.op = "Col2Im", .domain = "", .text = kText, .infer = infer, .evaluate = evaluate, .lower = lower, .is_linear_time = false};

}  // namespace tacit
