#include "ops/fetching.h"

#include <algorithm>
#include <utility>

#include "base/contract.h"

namespace tacit {
namespace {

// Of a table of columns, and half of what the maps of a theorem may read together (check_theorem).
constexpr std::int64_t kMostEntries = 16, kMostMapped = std::int64_t{1} << 22;

std::int64_t places(const Fetching& f) { return count_between(f.extents, 0, f.extents.size()); }

/// The number that an index stands for: counted from the end where it is negative, the nearest end where it is outside.
std::int64_t resolved(std::int64_t index, std::int64_t extent) {
  return std::clamp<std::int64_t>(index < 0 ? index + extent : index, 0, extent - 1);
}

/// By element of the output, the element of operand 0. `indices`: the numbers of operand 1.
Sources sources_of(const Fetching& f, const Sources& indices) {
  const std::size_t parts = f.extents.size();
  Sources addresses;
  for (std::size_t at = 0; at < f.indices.size(); at += parts) {
    std::int64_t address = 0;
    for (std::size_t k = 0; k < parts; ++k) address = address * f.extents[k] + resolved(indices[static_cast<std::size_t>(f.indices[at + k])], f.extents[k]);
    addresses.push_back(address);
  }
  const std::int64_t n = places(f);
  Sources out;
  out.reserve(f.outputs.size());
  for (const std::int64_t at : f.outputs) {
    const std::int64_t lane = at / (f.width * f.positions), row = at / f.positions;
    out.push_back(f.elements[static_cast<std::size_t>(row * n + addresses[static_cast<std::size_t>(lane * f.positions + at % f.positions)])]);
  }
  return out;
}

class Statement {
 public:
  Statement(const Call& call, const Fetching& f, Lowering& lowering) : call_(call), f_(f), lowering_(lowering) {
    // Each entry's map reads the whole tensor.
    const std::int64_t mapped = kMostMapped / static_cast<std::int64_t>(f.elements.size()) - 1;
    const std::int64_t each = std::min({kMostEntries, f.width, std::max<std::int64_t>(mapped, 1)}), least = (f.width + each - 1) / each;
    const std::int64_t rows = places(f) + f.positions;
    const bool together = least * rows + f.width * f.positions < f.width * rows;
    groups_ = together ? least : f.width;
    entries_ = (f.width + groups_ - 1) / groups_;
  }

  Status run() {
    const Shape& from = call_.operand(0).type.dims;
    TACIT_TRY(const Placed data, lowering_.read(call_, 0, natural_shape(from)));
    TACIT_TRY(Expr address, address_of());
    std::vector<Expr> entries;
    for (std::int64_t k = 0; k < entries_; ++k) {
      TACIT_TRY(const Multiple entry, picked_from(call_, data, from, {1, f_.lanes, groups_, places(f_)}, elements_of(k)));
      entries.push_back({kNone, {Linear::mapped(data.column, entry.map, 1)}, 0, 0});
    }
    const auto rows = static_cast<std::uint32_t>(f_.lanes * groups_), cols = static_cast<std::uint32_t>(f_.positions);
    Book& book = lowering_.book();
    const TableId table = book.columns_table(rows, static_cast<std::uint32_t>(places(f_)), std::move(entries));
    const std::vector<ColumnId> values = book.fetch(call_.node->name, rows, cols, std::move(address), table);
    Affine sum = empty_sum(call_, natural_shape(f_.dims));
    for (std::int64_t k = 0; k < entries_; ++k) {
      const Placed value{values[static_cast<std::size_t>(k)], data.scale, {1, rows, 1, cols}};
      TACIT_TRY(Multiple term, picked_from(call_, value, {1, rows, cols}, f_.dims, outputs_of(k)));
      sum.multiples.push_back(std::move(term));
    }
    return give_like(call_, call_.operand(0).type.dtype, std::move(sum), lowering_);
  }

 private:
  /// Element `entry * groups + group` of what an index chooses stands in entry `entry` of the group's tuple.
  Sources elements_of(std::int64_t entry) const {
    const std::int64_t n = places(f_);
    Sources out;
    for (std::int64_t lane = 0; lane < f_.lanes; ++lane)
      for (std::int64_t group = 0; group < groups_; ++group) {
        const std::int64_t which = entry * groups_ + group, row = (lane * f_.width + which) * n;
        for (std::int64_t at = 0; at < n; ++at) out.push_back(which < f_.width ? f_.elements[static_cast<std::size_t>(row + at)] : -1);
      }
    return out;
  }
  Sources outputs_of(std::int64_t entry) const {
    Sources out;
    for (const std::int64_t at : f_.outputs) {
      const std::int64_t lane = at / (f_.width * f_.positions), which = at / f_.positions % f_.width;
      out.push_back(which / groups_ == entry ? (lane * groups_ + which % groups_) * f_.positions + at % f_.positions : -1);
    }
    return out;
  }

  Result<Expr> address_of() {
    const Shape& from = call_.operand(1).type.dims;
    TACIT_TRY(const Placed index, lowering_.read(call_, 1, natural_shape(from)));
    Expr address{kNone, {}, 0, 0, places(f_)};
    std::int64_t stride = places(f_);
    for (std::size_t part = 0; part < f_.extents.size(); ++part) {
      const std::int64_t extent = f_.extents[part];
      stride /= extent;
      if (extent == 1) continue;
      const Column& column = lowering_.book().column(index.column);
      const bool is_legal = column.lo >= 0 && column.hi < extent;
      TACIT_TRY(const Multiple given, picked_from(call_, index, from, {1, f_.lanes, is_legal ? groups_ : 1, f_.positions}, indices_of(part, is_legal)));
      if (is_legal) address.linears.push_back(Linear::mapped(index.column, given.map, stride));
      else address.linears.push_back(for_groups(legal(given, part, column.lo < 0).column, stride));
    }
    if (address.linears.empty()) address.linears.push_back(nothing());
    return address;
  }
  Sources indices_of(std::size_t part, bool for_groups) const {
    Sources out;
    for (std::int64_t lane = 0; lane < f_.lanes; ++lane)
      for (std::int64_t group = 0; group < (for_groups ? groups_ : 1); ++group)
        for (std::int64_t at = 0; at < f_.positions; ++at) {
          out.push_back(f_.indices[static_cast<std::size_t>(lane * f_.positions + at) * f_.extents.size() + part]);
        }
    return out;
  }
  /// The index as one of 0 ... extent - 1, [lanes, positions].
  Placed legal(const Multiple& given, std::size_t part, bool may_be_negative) {
    Affine index = empty_sum(call_, {1, static_cast<std::uint32_t>(f_.lanes), 1, static_cast<std::uint32_t>(f_.positions)});
    index.name += ".index";
    index.multiples.push_back(given);
    if (may_be_negative) {
      const Placed below = lowering_.positive(negated(index), 1, 0);
      index.multiples.push_back(copy_of(below, static_cast<double>(f_.extents[part])));
    }
    return lowering_.settle(index, 1, 0, f_.extents[part] - 1);
  }
  /// A column [lanes, positions] for every group of its lane.
  Linear for_groups(ColumnId column, std::int64_t stride) const {
    const auto lanes = static_cast<std::uint32_t>(f_.lanes), groups = static_cast<std::uint32_t>(groups_), cols = static_cast<std::uint32_t>(f_.positions);
    return Linear::mapped(column, {{IndexAxis{cols, {{0, 1, lanes}}}, IndexAxis{1, {{0, 0, groups}}}, IndexAxis{1, {{0, 1, cols}}}}}, stride);
  }
  /// 0 everywhere: of axes with one position an index says nothing.
  Linear nothing() {
    const auto all = static_cast<std::uint32_t>(f_.lanes * groups_ * f_.positions);
    return Linear::mapped(lowering_.book().one(), {{IndexAxis{1, {{-1, 0, all}}}}}, 1);
  }

  const Call& call_;
  const Fetching& f_;
  Lowering& lowering_;
  std::int64_t groups_ = 1, entries_ = 1;
};

}  // namespace

Result<std::vector<TensorType>> infer_fetching(const Call& call, ReadFetching read) {
  TACIT_OK(check_extents(call));
  TACIT_OK(check_arity(call, 2, 2));
  const Operand& indices = call.operand(1);
  if (indices.type.dtype != DType::kInt64) return malformed(*call.node, "its indices must be integers");
  TACIT_TRY(Fetching f, read(call, false));
  if (indices.value == nullptr && places(f) == 0) return malformed(*call.node, "its axis is empty");
  for (std::size_t k = 0; indices.value != nullptr && k < indices.value->i.size(); ++k) {
    const std::int64_t index = indices.value->i[k], extent = f.extents[k % f.extents.size()];
    if (index >= -extent && index < extent) continue;
    return malformed(*call.node, "index " + std::to_string(index) + " is outside of an axis of " + std::to_string(extent));
  }
  return one_output(call, call.operand(0).type.dtype, std::move(f.dims));
}

std::vector<Tensor> evaluate_fetching(const Call& call, ReadFetching read) {
  Fetching f = read(call, true).value();
  if (element_count(f.dims) == 0) return {Tensor{std::move(f.dims), call.operand(0).type.dtype, {}, {}}};
  const Sources sources = sources_of(f, call.operand(1).value->i);
  return {picked_value(*call.operand(0).value, std::move(f.dims), sources)};
}

Status lower_fetching(const Call& call, ReadFetching read, Lowering& lowering) {
  const Fetching f = read(call, true).value();
  const bool one_place = places(f) == 1;  // whatever the index is
  if (const Tensor* indices = call.operand(1).value) return give_picked(call, f.dims, sources_of(f, indices->i), lowering);
  if (one_place && call.operand(0).value == nullptr) return give_picked(call, f.dims, sources_of(f, Sources(f.indices.size(), 0)), lowering);
  return Statement(call, f, lowering).run();
}

}  // namespace tacit
