// TopK: the k largest (smallest) elements along an axis, in order, and where they stand; of equals the first one comes first. K is a
// constant: an attribute up to opset 9, an input from 10 on.
//
//   TopK(x) -> values, indices   =>   indices = TopPlaces(x), values = GatherElements(x, indices)
//
// TopPlaces is stated by ranks (ranks.h), where n is small or k is a large part of it, otherwise in k rounds: the first largest
// element (search.h), then the same without it. Rounds take about 15 k n columns for each row of n. Both are exact on the
// model's integers: floats that are less than a step of their scale apart are equal, and the first one comes first.
#include <algorithm>
#include <numeric>

#include "ops/expansion.h"
#include "ops/picks.h"
#include "ops/ranks.h"
#include "ops/search.h"

namespace tacit {
namespace {

struct Top {
  std::size_t axis = 0;
  std::int64_t k = 0;
  bool largest = true;
};

Result<std::int64_t> read_count(const Call& call) {
  if (call.node->opset < 10) return int_attribute(*call.node, "k", 0);
  TACIT_OK(check_constant(call, 1, "K"));
  const Tensor& k = *call.operand(1).value;
  if (k.dtype == DType::kInt64 && k.size() == 1) return k.i[0];
  return malformed(*call.node, "its K is not one integer");
}

Result<Expansion> expand(const Call& call) {
  if (call.operands.empty() || !call.operand(0).present || call.operands.size() > 2) return malformed(*call.node, "has the wrong number of inputs");
  const Shape& dims = call.operand(0).type.dims;
  TACIT_TRY(const std::int64_t given, int_attribute(*call.node, "axis", -1));
  TACIT_TRY(const std::size_t axis, resolve_axis(*call.node, given, dims.size(), false));
  TACIT_TRY(const std::int64_t k, read_count(call));
  TACIT_TRY(const bool largest, flag_attribute(*call.node, "largest", true));
  TACIT_OK(flag_attribute(*call.node, "sorted", true));
  if (k < 1 || k > dims[axis]) return malformed(*call.node, "its K is " + std::to_string(k) + ", of an axis of " + std::to_string(dims[axis]));
  if (!(Expansion(call).wants(0) || Expansion(call).wants(1))) return malformed(*call.node, "has no output");
  Expansion to(call);
  const Attribute at{static_cast<std::int64_t>(axis)};
  const std::string places = to.add_own("TopPlaces", {to.input(0)}, {{"axis", at}, {"k", Attribute{k}}, {"largest", Attribute{std::int64_t{largest}}}});
  if (to.wants(0)) to.give(0, to.add("GatherElements", {to.input(0), places}, {{"axis", at}}));
  to.give(1, places);
  return to;
}

Top read_top(const Call& call) {
  const auto attribute = [&](const char* name) { return std::get<std::int64_t>(call.node->attributes.at(name)); };
  return {static_cast<std::size_t>(attribute("axis")), attribute("k"), attribute("largest") != 0};
}

Shape output_shape(const Call& call, const Top& top) {
  Shape dims = call.operand(0).type.dims;
  dims[top.axis] = top.k;
  return dims;
}

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  TACIT_OK(check_extents(call));
  return one_output(call, TensorType{DType::kInt64, output_shape(call, read_top(call))});
}

template <class T>
std::vector<std::int64_t> places(const std::vector<T>& x, const Shape& dims, const Top& top) {
  const std::int64_t n = dims[top.axis], inner = count_between(dims, top.axis + 1, dims.size()), lanes = count_between(dims, 0, top.axis) * inner;
  std::vector<std::int64_t> out(static_cast<std::size_t>(lanes * top.k)), order(static_cast<std::size_t>(n));
  for (std::int64_t lane = 0; lane < lanes; ++lane) {
    const auto at = [&](std::int64_t i) { return x[static_cast<std::size_t>((lane / inner * n + i) * inner + lane % inner)]; };
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) { return top.largest ? at(a) > at(b) : at(a) < at(b); });
    for (std::int64_t r = 0; r < top.k; ++r) out[static_cast<std::size_t>((lane / inner * top.k + r) * inner + lane % inner)] = order[static_cast<std::size_t>(r)];
  }
  return out;
}

std::vector<Tensor> evaluate(const Call& call) {
  const Top top = read_top(call);
  const Tensor& x = *call.operand(0).value;
  Shape dims = output_shape(call, top);
  if (element_count(dims) == 0) return {make_int64(std::move(dims), {})};
  auto found = x.dtype == DType::kFloat ? places(x.f, x.dims, top) : places(x.i, x.dims, top);
  return {make_int64(std::move(dims), std::move(found))};
}

/// The first largest, then the first largest of the others, and so on: one that was found counts as one less than the least.
Status lower_rounds(const Call& call, const Top& top, Placed x, Lowering& lowering) {
  const Shape &dims = call.operand(0).type.dims, out = output_shape(call, top);
  Book& book = lowering.book();
  const std::string& name = call.node->name;
  const Column column = book.column(x.column);
  const std::int64_t lo = top.largest ? column.lo : -column.hi, hi = top.largest ? column.hi : -column.lo;
  if (!top.largest) x = lowering.settle(negated(sum_of(call, x)), x.scale, lo, hi);
  Affine sum = empty_sum(call, natural_shape(out));
  for (std::int64_t round = 0; round < top.k; ++round) {
    Search search(name + ".round" + std::to_string(round), dims, top.axis, false, book);
    const Search::Found found = search.found(x.column);
    const std::uint32_t cols = search.length() * search.after(), k = static_cast<std::uint32_t>(top.k), r = static_cast<std::uint32_t>(round);
    Multiple term = copy_of({found.index, 1, {}}, 1);
    IndexAxis here{1, {}};
    if (r > 0) here.runs.push_back({-1, 0, r});
    here.runs.push_back({0, 0, 1});
    if (r + 1 < k) here.runs.push_back({-1, 0, k - 1 - r});
    term.map = {{IndexAxis{search.after(), {{0, 1, search.before()}}}, std::move(here), IndexAxis{1, {{0, 1, search.after()}}}}};
    sum.multiples.push_back(std::move(term));
    if (round + 1 == top.k) break;
    const AccId rest = book.accumulator(name + ".rest" + std::to_string(round), search.before(), cols);
    book.adds(rest, Linear::whole(x.column, cols, 1));
    book.adds(rest, Linear::whole(found.chosen, cols, -(hi - lo + 1)));
    x.column = book.requantise(rest, lo - 1, hi, 0);
  }
  lowering.give(call, lowering.settle(sum, 1, 0, std::max<std::int64_t>(1, dims[top.axis] - 1)));
  return Unit{};
}

Status lower(const Call& call, Lowering& lowering) {
  const Top top = read_top(call);
  const Shape& dims = call.operand(0).type.dims;
  constexpr std::int64_t kFew = 64, kMostPairs = std::int64_t{1} << 21, kMostFound = std::int64_t{1} << 21;
  const std::int64_t n = dims[top.axis], all = *element_count(dims);
  const bool by_ranks = all * n <= kMostPairs && (n <= kFew || n <= 3 * top.k);
  if (!by_ranks && all * top.k > kMostFound) {
    return refuse(*call.node, "it would compare too many numbers: " + std::to_string(top.k) + " of " + shape_text(dims));
  }
  TACIT_TRY(const Placed x, lowering.read(call, 0, natural_shape(dims)));
  if (!by_ranks) return lower_rounds(call, top, x, lowering);
  const Search strips(call.node->name, dims, top.axis, false, lowering.book());
  Ranks ranks(call.node->name, strips.before(), strips.length(), strips.after(), static_cast<std::uint32_t>(top.k), lowering.book());
  const ColumnShape shape = natural_shape(output_shape(call, top));
  lowering.give(call, Placed{ranks.places(x.column, top.largest ? 1 : -1, shape.rows, shape.cols()), 1, shape});
  return Unit{};
}

}  // namespace

constexpr OperatorText kText = {
    "ranks from all comparisons of two elements (few elements, or many wanted), or a maximum and then the rest, k times; values "
    "are fetched by the indices. Equal *integers* go by position",
    "K constant; up to 2^21 comparisons"};
extern const Operator kTopK, kTopPlaces;
const Operator kTopK = {.op = "TopK", .domain = "", .text = kText, .expand = expand};
const Operator kTopPlaces = {.op = "TopPlaces", .domain = kOwnDomain, .infer = infer, .evaluate = evaluate, .lower = lower};

}  // namespace tacit
