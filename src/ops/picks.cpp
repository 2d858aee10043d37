#include "ops/picks.h"

#include <algorithm>
#include <utility>

#include "base/contract.h"

namespace tacit {
namespace {

// Of a theorem's maps: of each, and of all together (check_theorem).
constexpr std::size_t kMaxMapAxes = 16;
constexpr std::int64_t kMaxMapped = std::int64_t{1} << 23;

/// sources[p * suffix + s] is g(p) + h(s), absent where one of the two is. `at` is an element that is present.
bool is_sum(const Sources& sources, std::int64_t suffix, std::int64_t at) {
  const std::int64_t prefix = static_cast<std::int64_t>(sources.size()) / suffix, s0 = at % suffix;
  const std::int64_t* first = sources.data() + at / suffix * suffix;
  for (std::int64_t p = 0; p < prefix; ++p) {
    const std::int64_t* row = sources.data() + p * suffix;
    for (std::int64_t s = 0; s < suffix; ++s) {
      const bool absent = row[s0] < 0 || first[s] < 0;
      if (absent ? row[s] >= 0 : row[s] != row[s0] + first[s] - first[s0]) return false;
    }
  }
  return true;
}

/// Extents multiplied together between the places where the sources are a sum.
Shape blocks_of(const Sources& sources, const Shape& extents, std::int64_t at) {
  Shape blocks;
  std::int64_t suffix = 1, block = 1;
  for (std::size_t axis = extents.size(); axis-- > 0;) {
    block *= extents[axis];
    suffix *= extents[axis];
    if (block == 1 || (axis > 0 && !is_sum(sources, suffix, at))) continue;
    blocks.insert(blocks.begin(), block);
    block = 1;
  }
  return blocks;
}

/// By element of a column of natural_shape(dims), in its flat order, the flat index of the logical tensor.
Sources storage_of(const Shape& dims) {
  const ColumnShape shape = natural_shape(dims);
  Sources logical;
  logical.reserve(std::size_t{shape.rows} * shape.cols());
  for (std::int64_t r = 0; r < shape.rows; ++r)
    for (std::int64_t n = 0; n < shape.batch; ++n)
      for (std::int64_t i = 0; i < shape.inner(); ++i) logical.push_back((n * shape.rows + r) * shape.inner() + i);
  return logical;
}

/// By entry of a column of natural_shape(dims): the place of its source. `places`: of the operand's elements.
Sources stored_sources(const Sources& places, const Shape& dims, const Sources& sources) {
  Sources out;
  out.reserve(sources.size());
  for (const std::int64_t logical : storage_of(dims)) {
    const std::int64_t source = sources[static_cast<std::size_t>(logical)];
    out.push_back(source < 0 ? -1 : places[static_cast<std::size_t>(source)]);
  }
  return out;
}

/// Of the elements of a tensor in a column of natural_shape(from).
Sources natural_places(const Shape& from) {
  const Sources inputs = storage_of(from);
  Sources places(inputs.size());
  for (std::size_t k = 0; k < inputs.size(); ++k) places[static_cast<std::size_t>(inputs[k])] = static_cast<std::int64_t>(k);
  return places;
}

bool is_whole(const Sources& sources, const Shape& from) {
  if (static_cast<std::int64_t>(sources.size()) != element_count(from)) return false;
  for (std::size_t k = 0; k < sources.size(); ++k) {
    if (sources[k] != static_cast<std::int64_t>(k)) return false;
  }
  return true;
}

Shape storage_extents(const Shape& dims) {
  Shape extents;
  for (const std::size_t axis : storage_order(dims)) extents.push_back(dims[axis]);
  return extents;
}

Status check_mapped(const Call& call, const Shape& from, const Shape& dims) {
  if (*element_count(from) + *element_count(dims) <= kMaxMapped) return Unit{};
  return refuse(*call.node, "it rearranges " + shape_text(from) + " to " + shape_text(dims) + ", more elements than a proof may");
}

Result<Multiple> term_of(const Call& call, const Placed& input, const Sources& stored, const Shape& dims, double coefficient) {
  Multiple term;
  term.input = input;
  term.coefficient = coefficient;
  term.map = separated(stored, storage_extents(dims));
  if (term.map.axes.size() <= kMaxMapAxes) return term;
  return refuse(*call.node, "it rearranges more than " + std::to_string(kMaxMapAxes) + " axes longer than 1");
}

}  // namespace

Shape positions_of(std::int64_t flat, const Shape& dims) {
  Shape at(dims.size());
  for (std::size_t axis = dims.size(); axis-- > 0; flat /= dims[axis]) at[axis] = flat % dims[axis];
  return at;
}

std::int64_t flat_of(const Shape& at, const Shape& dims) {
  std::int64_t flat = 0;
  for (std::size_t axis = 0; axis < dims.size(); ++axis) flat = flat * dims[axis] + at[axis];
  return flat;
}

Tensor picked_value(const Tensor& from, Shape dims, const Sources& sources) {
  Tensor to{std::move(dims), from.dtype, {}, {}};
  for (const std::int64_t source : sources) {
    if (from.dtype == DType::kFloat) to.f.push_back(source < 0 ? 0 : from.f[static_cast<std::size_t>(source)]);
    else to.i.push_back(source < 0 ? 0 : from.i[static_cast<std::size_t>(source)]);
  }
  return to;
}

IndexMap separated(const Sources& sources, const Shape& extents) {
  const auto present = std::find_if(sources.begin(), sources.end(), [](std::int64_t s) { return s >= 0; });
  if (present == sources.end()) return listed(sources);
  const std::int64_t at = present - sources.begin();
  const Shape blocks = blocks_of(sources, extents, at);
  if (blocks.size() < 2) return listed(sources);
  std::int64_t base = *present, suffix = 1;
  std::vector<Sources> lists(blocks.size());
  for (std::size_t k = blocks.size(); k-- > 0; suffix *= blocks[k]) {
    const std::int64_t start = at - at / suffix % blocks[k] * suffix;
    std::int64_t least = *present;
    for (std::int64_t j = 0; j < blocks[k]; ++j) {
      lists[k].push_back(sources[static_cast<std::size_t>(start + j * suffix)]);
      if (lists[k].back() >= 0) least = std::min(least, lists[k].back());
    }
    for (std::int64_t& source : lists[k]) source = source < 0 ? -1 : source - least;
    base -= *present - least;
  }
  TACIT_EXPECTS(base >= 0, "the least source is one of them");
  for (std::int64_t& source : lists[0]) source = source < 0 ? -1 : source + base;
  IndexMap map;
  for (const Sources& list : lists) map.axes.push_back(listed(list).axes[0]);
  return map;
}

Result<Multiple> picked_operand(const Call& call, std::size_t index, const Shape& dims, const Sources& sources, double coefficient,
                                Lowering& lowering) {
  TACIT_OK(check_mapped(call, call.operand(index).type.dims, dims));
  const CopiedOperand input = lowering.read_copied(call, index);
  return term_of(call, input.from, stored_sources(input.places, dims, sources), dims, coefficient);
}

Result<Multiple> picked_from(const Call& call, const Placed& input, const Shape& from, const Shape& dims, const Sources& sources) {
  TACIT_OK(check_mapped(call, from, dims));
  return term_of(call, input, stored_sources(natural_places(from), dims, sources), dims, 1);
}

Status give_picked(const Call& call, const Shape& dims, const Sources& sources, Lowering& lowering) {
  const Shape& from = call.operand(0).type.dims;
  if (is_whole(sources, from)) {
    lowering.pass_on(call);
    return Unit{};
  }
  TACIT_OK(check_mapped(call, from, dims));
  CopiedOperand input = lowering.read_copied(call, 0);
  const Sources stored = stored_sources(input.places, dims, sources);
  const ColumnShape shape = natural_shape(dims);
  const bool is_flat = input.from.shape.rows * std::int64_t{input.from.shape.cols()} == shape.rows * std::int64_t{shape.cols()};
  if (is_flat && is_whole(stored, dims)) {  // the same column, seen as another tensor
    input.from.shape = shape;
    lowering.give(call, input.from);
    return Unit{};
  }
  Affine sum = empty_sum(call, shape);
  TACIT_TRY(Multiple term, term_of(call, input.from, stored, dims, 1));
  sum.multiples.push_back(std::move(term));
  return give_like(call, call.operand(0).type.dtype, std::move(sum), lowering);
}

Status give_picked_sum(const Call& call, DType dtype, const Shape& dims, const std::vector<PickedTerm>& terms, bool apart, Lowering& lowering) {
  Affine sum = empty_sum(call, natural_shape(dims));
  for (const PickedTerm& picked : terms) {
    if (const Tensor* constant = call.operand(picked.operand).value) {
      sum.constant = sum.constant + field_of(picked_value(as_floats(*constant), dims, picked.sources), dims, sum.shape, picked.coefficient);
      continue;
    }
    TACIT_TRY(Multiple term, picked_operand(call, picked.operand, dims, picked.sources, picked.coefficient, lowering));
    sum.multiples.push_back(std::move(term));
  }
  std::optional<Placed> joined = apart && !sum.multiples.empty() ? exact_join(sum, lowering) : std::nullopt;
  if (!joined) return give_like(call, dtype, std::move(sum), lowering);
  lowering.give(call, *joined);
  return Unit{};
}

Result<const Tensor*> integer_constant(const Call& call, std::size_t index, const char* role) {
  TACIT_OK(check_constant(call, index, role));
  if (call.operand(index).type.dtype == DType::kInt64) return call.operand(index).value;
  return malformed(*call.node, "its " + std::string(role) + " must be integers");
}

Result<Sources> resolved_indices(const Call& call, const Sources& indices, std::int64_t extent) {
  Sources out;
  out.reserve(indices.size());
  for (const std::int64_t index : indices) {
    if (index < -extent || index >= extent) {
      return malformed(*call.node, "index " + std::to_string(index) + " is outside of an axis of " + std::to_string(extent));
    }
    out.push_back(index < 0 ? index + extent : index);
  }
  return out;
}

}  // namespace tacit
