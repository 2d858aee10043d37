// ArgMax: the index of the largest element along an axis, the first of several or, with select_last_index, the last.
//
//   x            3 7 7 1       the maximum m = 7, a tree of maxima
//   z            0 1 1 0       clamp(1 - (m - x), 0, 1): which elements are m
//   seen         0 1 1 1       clamp(sum of z up to here, 0, 1)
//   index        1             n - sum of seen            (the last one: sums from here on, and sum of seen - 1)
//
// Exact on the model's integers: floats that differ by less than a step of their scale tie, and ties go by position. A long
// sum is two: blocks of about sqrt(n) elements, then every block's number.
#include <cmath>

#include "ops/moves.h"

namespace tacit {
namespace {

struct Choice {
  std::size_t axis = 0;
  bool keep = true, last = false;
};

Result<Choice> read_choice(const Call& call) {
  Choice choice;
  TACIT_TRY(const std::int64_t given, int_attribute(*call.node, "axis", 0));
  TACIT_TRY(choice.axis, resolve_axis(*call.node, given, call.operand(0).type.dims.size(), false));
  TACIT_TRY(choice.keep, flag_attribute(*call.node, "keepdims", true));
  TACIT_TRY(choice.last, flag_attribute(*call.node, "select_last_index", false));
  return choice;
}

Shape reduced(Shape dims, const Choice& choice) {
  dims[choice.axis] = 1;
  if (!choice.keep) dims.erase(dims.begin() + static_cast<std::ptrdiff_t>(choice.axis));
  return dims;
}

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  const Shape& dims = call.operand(0).type.dims;
  if (dims.empty()) return malformed(*call.node, "its input has no axes");
  TACIT_OK(check_extents(call));
  TACIT_TRY(const Choice choice, read_choice(call));
  if (dims[choice.axis] == 0) return malformed(*call.node, "its input " + shape_text(dims) + " is empty");
  return one_output(call, DType::kInt64, reduced(dims, choice));
}

template <class T>
std::vector<std::int64_t> indices(const std::vector<T>& x, const Shape& dims, const Choice& choice) {
  const std::int64_t n = dims[choice.axis], inner = count_between(dims, choice.axis + 1, dims.size());
  const std::int64_t outer = count_between(dims, 0, choice.axis);
  std::vector<std::int64_t> out;
  for (std::int64_t row = 0; row < outer; ++row) {
    for (std::int64_t i = 0; i < inner; ++i) {
      auto at = [&](std::int64_t k) { return x[static_cast<std::size_t>((row * n + k) * inner + i)]; };
      std::int64_t best = 0;
      for (std::int64_t k = 1; k < n; ++k) {
        if (at(k) > at(best) || (choice.last && at(k) == at(best))) best = k;
      }
      out.push_back(best);
    }
  }
  return out;
}

std::vector<Tensor> evaluate(const Call& call) {
  const Tensor& x = *call.operand(0).value;
  const Choice choice = read_choice(call).value();
  if (x.size() == 0) return {make_int64(reduced(x.dims, choice), {})};
  auto best = x.dtype == DType::kFloat ? indices(x.f, x.dims, choice) : indices(x.i, x.dims, choice);
  return {make_int64(reduced(x.dims, choice), std::move(best))};
}

/// A column seen as [before, n, after] in the order in which it holds its entries; statements have one row for each of `before`.
class Search {
 public:
  Search(const Call& call, const Choice& choice, Book& book) : name_(call.node->name), last_(choice.last), book_(book) {
    const Shape& dims = call.operand(0).type.dims;
    std::uint32_t* extent = &before_;
    for (const std::size_t axis : storage_order(dims)) {
      if (axis == choice.axis) {
        n_ = static_cast<std::uint32_t>(dims[axis]);
        extent = &after_;
      } else {
        *extent *= static_cast<std::uint32_t>(dims[axis]);
      }
    }
  }

  /// The indices, [before, after].
  ColumnId index_of(ColumnId x) {
    const ColumnId seen = seen_from(attaining(x, maximum_of(x)));
    const AccId acc = book_.accumulator(name_, before_, after_);
    const std::int64_t sign = last_ ? 1 : -1;
    book_.adds(acc, {seen, 2 * sign, false, false, window(n_, 1, 0, n_)});
    add_constant(acc, last_ ? -2 : 2 * std::int64_t{n_}, after_);
    return book_.requantise(acc, 0, std::max<std::int64_t>(1, std::int64_t{n_} - 1), 1);
  }

 private:
  /// Reads `taps` of `from` entries along the axis for each of `to`, the first tap at position - pad.
  Window window(std::uint32_t from, std::uint32_t to, std::int32_t pad, std::uint32_t taps = 1, std::uint32_t dilation = 1) const {
    Window w;
    w.in_h = from;
    w.out_h = to;
    w.in_w = w.out_w = after_;
    w.pad_h = pad;
    w.kernel_h = taps;
    w.dilation_h = static_cast<std::int32_t>(dilation);
    return w;
  }

  void add_constant(AccId acc, std::int64_t value, std::uint32_t cols) {
    book_.adds(acc, {book_.one(), value, true, false, Window::broadcast(cols)});
  }

  /// Halves that overlap by one where their length is odd.
  ColumnId maximum_of(ColumnId level) {
    for (std::uint32_t length = n_, step = 0; length > 1; ++step) {
      const std::uint32_t half = (length + 1) / 2;
      const Linear low{level, 1, false, false, window(length, half, 0)};
      const Linear high{level, 1, false, false, window(length, half, -static_cast<std::int32_t>(length - half))};
      level = book_.maximum(name_ + ".maximum" + std::to_string(step), before_, half * after_, low, high);
      length = half;
    }
    return level;
  }

  ColumnId attaining(ColumnId x, ColumnId maximum) {
    const std::uint32_t cols = n_ * after_;
    const AccId acc = book_.accumulator(name_ + ".attains", before_, cols);
    Window repeated = window(1, n_, 0);
    repeated.stride_h = 0;
    book_.adds(acc, Linear::whole(x, cols, 2));
    book_.adds(acc, {maximum, -2, false, false, repeated});
    add_constant(acc, 2, cols);
    return book_.requantise(acc, 0, 1, 1);
  }

  /// Whether one of the elements up to here is 1 or, for the last index, from here on.
  ColumnId seen_from(ColumnId z) {
    constexpr std::uint32_t kOneSum = 64;
    const std::uint32_t block = n_ <= kOneSum ? n_ : static_cast<std::uint32_t>(std::ceil(std::sqrt(n_)));
    const ColumnId near = any_of(z, block, 1, ".near");
    return block == n_ ? near : any_of(near, (n_ + block - 1) / block, block, ".seen");
  }

  ColumnId any_of(ColumnId z, std::uint32_t taps, std::uint32_t dilation, const char* what) {
    const auto pad = static_cast<std::int32_t>(last_ ? 0 : (taps - 1) * dilation);
    const AccId acc = book_.accumulator(name_ + what, before_, n_ * after_);
    book_.adds(acc, {z, 2, false, false, window(n_, n_, pad, taps, dilation)});
    return book_.requantise(acc, 0, 1, 1);
  }

  const std::string& name_;
  const bool last_;
  Book& book_;
  std::uint32_t before_ = 1, n_ = 1, after_ = 1;
};

/// How the indices stand: as axis 1 without its extent, they are in their flat order unless the axis came first in the column.
ColumnShape shape_of(const Shape& dims, const Choice& choice) {
  const Shape out = reduced(dims, choice);
  if (choice.keep || choice.axis >= 2) return natural_shape(out);
  return {1, 1, 1, static_cast<std::uint32_t>(count_between(out, 0, out.size()))};
}

Status lower(const Call& call, Lowering& lowering) {
  const Choice choice = read_choice(call).value();
  const Shape& dims = call.operand(0).type.dims;
  TACIT_TRY(const Placed x, lowering.read(call, 0, natural_shape(dims)));
  lowering.give(call, Placed{Search(call, choice, lowering.book()).index_of(x.column), 1, shape_of(dims, choice)});
  return Unit{};
}

}  // namespace

extern const Operator kArgMax;
const Operator kArgMax = {.op = "ArgMax", .domain = "", .infer = infer, .evaluate = evaluate, .lower = lower};

}  // namespace tacit
