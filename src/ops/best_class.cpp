// Which class: own operators for the labels of classifiers, exact on the scores' integers.
//
//   BestClass [N, C] -> [N]     the place of the largest score, the first of equals
//     g_ij = [x_i >= x_j], i < j        wins_i = sum_{j > i} g_ij + sum_{j < i} (1 - g_ji)
//     Exactly one class has C - 1 wins (ties go by place, so "beats" is a total order): place = sum of i [wins_i >= C - 1].
//   SecondClass [N, 1] -> [N]   1 where the score is above a threshold, else 0
//
// Comparisons have limbs (book.h), so scores may have more bits than a table of maxima could hold. Columns: about 3 C^2 / 2
// for each row; with more than kMostPairwise classes ArgMax takes over, on 16 bits.
#include <cmath>

#include "ops/call.h"
#include "ops/classes.h"
#include "ops/lowering.h"

namespace tacit {
namespace {

constexpr std::int64_t kMostPairwise = 32;

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  TACIT_OK(check_float(call, 0));
  const Shape& dims = call.operand(0).type.dims;
  if (dims.size() != 2 || dims[1] < 1) return malformed(*call.node, "takes rows of scores");
  return one_output(call, DType::kInt64, {dims[0]});
}

std::vector<Tensor> evaluate_best(const Call& call) {
  const Tensor& x = *call.operand(0).value;
  const auto classes = static_cast<std::size_t>(x.dims[1]);
  std::vector<std::int64_t> out;
  for (std::size_t row = 0; row < x.f.size(); row += classes) {
    std::size_t best = 0;
    for (std::size_t c = 1; c < classes; ++c)
      if (x.f[row + c] > x.f[row + best]) best = c;
    out.push_back(static_cast<std::int64_t>(best));
  }
  return {make_int64({x.dims[0]}, std::move(out))};
}

std::vector<Tensor> evaluate_second(const Call& call) {
  const Tensor& x = *call.operand(0).value;
  const float above = std::get<float>(call.node->attributes.at("above"));
  std::vector<std::int64_t> out;
  for (const float score : x.f) out.push_back(score > above ? 1 : 0);
  return {make_int64({x.dims[0]}, std::move(out))};
}

IndexRun run(std::uint32_t start, std::int32_t step, std::uint32_t count) { return {static_cast<std::int32_t>(start), step, count}; }

/// Rows of a column [*, n] by a list of runs.
IndexMap rows_by(std::vector<IndexRun> runs, std::uint32_t n) { return {{IndexAxis{n, std::move(runs)}, IndexAxis{1, {run(0, 1, n)}}}}; }

constexpr IndexRun absent(std::uint32_t count) { return {-1, 0, count}; }

class Contest {
 public:
  Contest(std::string name, std::uint32_t classes, std::uint32_t n, Book& book) : name_(std::move(name)), classes_(classes), n_(n), book_(book) {}

  ColumnId best(const ExactScores& x) {
    const ColumnId beats = compare(x);
    const ColumnId wins = is_winner(beats);
    const AccId place = book_.accumulator(name_, 1, n_);
    for (std::uint32_t i = 1; i < classes_; ++i) book_.adds(place, Linear::mapped(wins, rows_by({run(i, 1, 1)}, n_), i));
    return book_.requantise(place, 0, classes_ - 1, 0);
  }

 private:
  /// Pairs (0,1), (0,2), ..., (1,2), ...: x_i >= x_j.
  ColumnId compare(const ExactScores& x) {
    const std::uint32_t pairs = classes_ * (classes_ - 1) / 2;
    const AccId d = book_.accumulator(name_ + ".beats", pairs, n_);
    for (std::uint32_t c = 0; c < classes_; ++c)
      for (const ScoreTerm& term : x.classes[c]) {
        if (c + 1 < classes_) book_.adds(d, in_pairs(term, [&](std::uint32_t i, std::uint32_t) { return i == c; }, 1));
        if (c > 0) book_.adds(d, in_pairs(term, [&](std::uint32_t, std::uint32_t j) { return j == c; }, -1));
      }
    book_.adds(d, one_everywhere());
    return book_.is_positive(d);
  }

  /// sign times the term in the pairs that `takes` it.
  template <class F> Linear in_pairs(const ScoreTerm& term, F&& takes, std::int64_t sign) const {
    std::vector<IndexRun> runs;
    for (std::uint32_t i = 0; i + 1 < classes_; ++i)
      for (std::uint32_t j = i + 1; j < classes_; ++j) {
        const std::int32_t start = takes(i, j) ? static_cast<std::int32_t>(term.row) : -1;
        if (runs.empty() || runs.back().start != start) runs.push_back({start, 0, 0});
        ++runs.back().count;
      }
    return Linear::mapped(term.column, rows_by(std::move(runs), n_), sign * term.coefficient);
  }

  /// Row i: [wins_i >= classes - 1]. wins_i = i + sum_{j > i} g_ij - sum_{j < i} g_ji.
  ColumnId is_winner(ColumnId beats) {
    const AccId wins = book_.accumulator(name_ + ".wins", classes_, n_);
    for (std::uint32_t j = 0; j < classes_; ++j) {
      std::vector<IndexRun> above, below;  // g_ij for i < j; g_ji for i > j
      for (std::uint32_t i = 0; i < j; ++i) above.push_back(run(pair(i, j), 1, 1));
      above.push_back(absent(classes_ - j));
      below.push_back(absent(j + 1));
      if (j + 1 < classes_) below.push_back(run(pair(j, j + 1), 1, classes_ - 1 - j));
      if (j > 0) book_.adds(wins, Linear::mapped(beats, rows_by(above, n_), 1));
      if (j + 1 < classes_) book_.adds(wins, Linear::mapped(beats, rows_by(below, n_), -1));
      // Row j has j wins to begin with, and needs classes - 2 fewer to be positive.
      const std::int64_t offset = std::int64_t{j} - (std::int64_t{classes_} - 2);
      std::vector<IndexRun> here;
      if (j > 0) here.push_back(absent(j));
      here.push_back(run(0, 0, 1));
      if (j + 1 < classes_) here.push_back(absent(classes_ - 1 - j));
      IndexMap one{{IndexAxis{1, here}, IndexAxis{0, {run(0, 0, n_)}}}};
      if (offset != 0) book_.adds(wins, Linear::mapped(book_.one(), std::move(one), offset));
    }
    return book_.is_positive(wins);
  }

  Linear one_everywhere() {
    Linear one;
    one.column = book_.one();
    one.one_row = true;
    one.window = Window::broadcast(n_);
    return one;
  }
  std::uint32_t pair(std::uint32_t i, std::uint32_t j) const { return i * classes_ - i * (i + 1) / 2 + (j - i - 1); }

  std::string name_;
  std::uint32_t classes_, n_;
  Book& book_;
};

Status lower_best(const Call& call, Lowering& lowering) {
  const Shape& dims = call.operand(0).type.dims;
  TACIT_TRY(const ExactScores scores, lowering.read_scores(call, 0));
  Contest contest(call.node->name, static_cast<std::uint32_t>(dims[1]), static_cast<std::uint32_t>(dims[0]), lowering.book());
  lowering.give(call, Placed{contest.best(scores), 1, {static_cast<std::uint32_t>(dims[0]), 1, 1, 1}});
  return Unit{};
}

Status lower_second(const Call& call, Lowering& lowering) {
  const auto n = static_cast<std::uint32_t>(call.operand(0).type.dims[0]);
  TACIT_TRY(const ExactScores scores, lowering.read_scores(call, 0));
  Book& book = lowering.book();
  const double above = std::get<float>(call.node->attributes.at("above")), threshold = std::floor(above / scores.scale);
  if (std::abs(threshold) > 0x1p39) return refuse(*call.node, "its scores are too small for the threshold");
  const AccId d = book.accumulator(call.node->name, 1, n);
  for (const ScoreTerm& term : scores.classes[0]) book.adds(d, Linear::mapped(term.column, rows_by({run(term.row, 0, 1)}, n), term.coefficient));
  const std::int64_t constant = static_cast<std::int64_t>(threshold) + scores.offset;
  if (constant != 0) {
    Linear one;
    one.column = book.one();
    one.coefficient = -constant;
    one.window = Window::broadcast(n);
    book.adds(d, one);
  }
  lowering.give(call, Placed{book.is_positive(d), 1, {n, 1, 1, 1}});
  return Unit{};
}

Result<Expansion> expand_to_arg_max(const Call& call) {
  Expansion to(call);
  to.give(0, to.add("ArgMax", {to.input(0)}, {{"axis", std::int64_t{1}}, {"keepdims", std::int64_t{0}}}));
  return to;
}

Result<Expansion> expand_best(const Call& call) {
  const Shape& dims = call.operand(0).type.dims;
  if (dims.size() == 2 && dims[1] > kMostPairwise) return expand_to_arg_max(call);
  Expansion to(call);
  to.give(0, to.add_own("BestOfFew", {to.input(0)}));
  return to;
}

}  // namespace

extern const Operator kBestClass, kBestOfFew, kSecondClass;
const Operator kBestClass = {.op = "BestClass", .domain = kOwnDomain, .expand = expand_best};
const Operator kBestOfFew = {.op = "BestOfFew", .domain = kOwnDomain, .infer = infer, .evaluate = evaluate_best, .lower = lower_best};
const Operator kSecondClass = {.op = "SecondClass", .domain = kOwnDomain, .infer = infer, .evaluate = evaluate_second, .lower = lower_second};

}  // namespace tacit
