// Forest: scores of an ensemble of decision trees (forest.h), an own operator. x [N, F] or [F] -> [N, targets] or [1, targets].
//
// Statement, in columns [trees, N], one step for each level:
//
//   (base, feature, threshold)   fetched from the records in W by number        step 0: the record of tree r is r
//   value (, missing)            fetched from x by feature and row
//   above = [value - threshold >= 1]                                            next record: base + above
//   weights at the last record   fetched from the leaves in W                   score = their sum over the trees
//
// Private are records, thresholds and leaves; public: how many trees and levels, and the number of records to an eighth. An
// input of the model is compared by the order of its float32 values, so every finite input reaches the leaf that it should; NaN
// is above every number, or below where a record says so: then x stands twice in its table, with a mark where it is NaN.
// An operand that the model computes is compared by its integers: x <= t exactly where integer <= floor(t / scale).
// Columns: 6 to 8 for each tree, row and level (2 to 4 of them for the comparison). Rows of lookups: 4 to 6.
#include <algorithm>
#include <cmath>

#include "ops/call.h"
#include "ops/classes.h"
#include "ops/forest.h"
#include "ops/lowering.h"

namespace tacit {
namespace {

constexpr std::int64_t kDigit = kLowMax + 1;
constexpr std::size_t kTargetsPerTable = 16;
constexpr std::int64_t kMostPaths = 1 << 20;
constexpr int kScoreShift = 16;               // from leaves to scores of 16 bits
constexpr double kSumReach = 0x1p31 - 0x1p16, kLeafReach = 0x1p30;  // integers of the largest sum, and of the largest leaf
constexpr std::int64_t kMissing = std::int64_t{1} << 33;  // more than any two orders are apart

ColumnShape rows_of(const Shape& dims) {
  return {dims.size() == 1 ? 1 : static_cast<std::uint32_t>(dims[0]), static_cast<std::uint32_t>(dims.back()), 1, 1};
}

Result<std::vector<TensorType>> infer(const Call& call) {
  TACIT_OK(check_arity(call, 1, 1));
  const Forest forest = forest_of(*call.node);
  return one_output(call, DType::kFloat, {rows_of(call.operand(0).type.dims).batch, forest.targets});
}

std::vector<Tensor> evaluate(const Call& call) {
  const Forest forest = forest_of(*call.node);
  const Tensor& x = *call.operand(0).value;
  std::vector<float> row(static_cast<std::size_t>(forest.features)), out;
  const std::size_t rows = x.size() / row.size();
  for (std::size_t n = 0; n < rows; ++n) {
    for (std::size_t f = 0; f < row.size(); ++f) row[f] = x.dtype == DType::kFloat ? x.f[n * row.size() + f] : static_cast<float>(x.i[n * row.size() + f]);
    const std::vector<float> scores = forest.scores(row.data());
    out.insert(out.end(), scores.begin(), scores.end());
  }
  return {make_float({static_cast<std::int64_t>(rows), forest.targets}, std::move(out))};
}

double value_of_order(std::int64_t order) { return float32_value(order - kLowOffset); }

Expr alone(ColumnId column, std::uint32_t cols) { return {kNone, {Linear::whole(column, cols, 1)}, 0, 0}; }

class Statement {
 public:
  Statement(const Call& call, const Forest& forest, const ExactOperand& x, std::uint32_t batch, Lowering& lowering)
      : name_(call.node->name), forest_(forest), x_(x), batch_(batch), trees_(static_cast<std::uint32_t>(forest.trees)),
        features_(static_cast<std::uint32_t>(forest.features)), records_(static_cast<std::uint32_t>(forest.records.size())),
        tells_missing_(x.scale == kFloat32Scale && forest.tells_missing_apart()), lowering_(lowering), book_(lowering.book()) {}

  /// By target: the weights of the leaves that the rows reach, [trees, batch].
  std::vector<ColumnId> leaves(double scale) {
    const TableId records = record_table(), values = value_table();
    Expr at;
    at.row_step = 1;
    for (std::int64_t level = 0; level < forest_.depth; ++level) at = next(std::move(at), level, records, values);
    std::vector<ColumnId> out;
    for (std::size_t first = 0; first < targets(); first += kTargetsPerTable) {
      const std::vector<ColumnId> some = book_.fetch(name_ + ".leaf" + std::to_string(first), trees_, batch_, at, leaf_table(first, scale));
      out.insert(out.end(), some.begin(), some.end());
    }
    return out;
  }

 private:
  std::size_t targets() const { return static_cast<std::size_t>(forest_.targets); }

  ColumnId weights(const std::string& what, std::int64_t lo, std::int64_t hi, IntColumn values) {
    return lowering_.add_weights(name_ + "." + what, 1, records_, lo, hi, std::move(values));
  }
  /// Two columns of digits as one sum.
  Expr digits(const std::string& what, const std::vector<std::int64_t>& values) {
    IntColumn high, low;
    for (const std::int64_t v : values) {
      high.push_back(static_cast<std::int32_t>(v >> 16));
      low.push_back(static_cast<std::int32_t>(v & kLowMax));
    }
    const ColumnId h = weights(what + ".high", kHighMin, kHighMax, std::move(high)), l = weights(what + ".low", 0, kLowMax, std::move(low));
    return {kNone, {Linear::whole(h, records_, kDigit), Linear::whole(l, records_, 1)}, 0, 0};
  }

  TableId record_table() {
    IntColumn base, feature;
    std::vector<std::int64_t> thresholds;
    for (const Record& r : forest_.records) {
      base.push_back(static_cast<std::int32_t>(r.base));
      feature.push_back(static_cast<std::int32_t>(r.feature + (tells_missing_ && r.below ? forest_.features : 0)));
      thresholds.push_back(threshold_of(r));
    }
    const std::int64_t places = (tells_missing_ ? 2 : 1) * forest_.features;
    const ColumnId b = weights("base", 0, records_ - 2, std::move(base)), f = weights("feature", 0, places - 1, std::move(feature));
    Expr threshold;
    if (x_.range.lo > kHighMin && x_.range.hi < kLowMax) threshold = alone(weights("threshold", x_.range.lo - 1, x_.range.hi, IntColumn(thresholds.begin(), thresholds.end())), records_);
    else threshold = digits("threshold", thresholds);
    return book_.columns_table(1, records_, {alone(b, records_), alone(f, records_), std::move(threshold)});
  }

  /// The largest integer of x that is not above it. A leaf keeps every x.
  std::int64_t threshold_of(const Record& r) const {
    if (x_.scale == kFloat32Scale) return r.threshold;
    if (r.threshold == kTop) return x_.range.hi;
    const double units = std::floor(value_of_order(r.threshold) / x_.scale) + static_cast<double>(x_.offset);
    const auto lo = static_cast<double>(std::max<std::int64_t>(x_.range.lo - 1, INT32_MIN)), hi = static_cast<double>(x_.range.hi);
    return static_cast<std::int64_t>(std::clamp(units, lo, hi));
  }

  /// Place feature * batch + row holds x, and with marks for NaN those stand beside it behind all features.
  TableId value_table() {
    if (!tells_missing_) return book_.columns_table(features_, batch_, {{kNone, x_.terms, 0, 0}});
    const AccId above = book_.accumulator(name_ + ".missing", features_, batch_);
    for (const Linear& term : x_.terms) book_.adds(above, term);
    Linear one;
    one.column = book_.one();
    one.coefficient = -kFloat32Infinity;
    one.one_row = true;
    one.window = Window::broadcast(batch_);
    book_.adds(above, one);
    const ColumnId missing = book_.is_positive(above);
    const auto count = static_cast<std::uint32_t>(features_);
    const IndexAxis across{1, {{0, 1, batch_}}};
    const IndexMap twice{{IndexAxis{batch_, {{0, 1, count}, {0, 1, count}}}, across}}, behind{{IndexAxis{batch_, {{-1, 0, count}, {0, 1, count}}}, across}};
    Expr value{kNone, {}, 0, 0};
    for (const Linear& term : x_.terms) value.linears.push_back(Linear::mapped(term.column, twice, term.coefficient));
    return book_.columns_table(2 * features_, batch_, {std::move(value), {kNone, {Linear::mapped(missing, behind, 1)}, 0, 0}});
  }

  TableId leaf_table(std::size_t first, double scale) {
    std::vector<Expr> entries;
    for (std::size_t target = first; target < std::min(targets(), first + kTargetsPerTable); ++target) {
      std::vector<std::int64_t> values;
      for (std::size_t r = 0; r < records_; ++r) values.push_back(round_half_up(static_cast<double>(forest_.leaves[r * targets() + target]) / scale));
      entries.push_back(digits("leaf" + std::to_string(target), values));
    }
    return book_.columns_table(1, records_, std::move(entries));
  }

  Expr next(Expr at, std::int64_t level, TableId records, TableId values) {
    const std::string name = name_ + ".level" + std::to_string(level);
    const std::vector<ColumnId> record = book_.fetch(name, trees_, batch_, std::move(at), records);
    Expr place{kNone, {Linear::whole(record[1], batch_, batch_)}, 0, 0, 0, 1};
    const std::vector<ColumnId> value = book_.fetch(name + ".value", trees_, batch_, std::move(place), values);
    const AccId above = book_.accumulator(name + ".above", trees_, batch_);
    book_.adds(above, Linear::whole(value[0], batch_, 1));
    book_.adds(above, Linear::whole(record[2], batch_, -1));
    if (tells_missing_) book_.adds(above, Linear::whole(value[1], batch_, -kMissing));
    return {kNone, {Linear::whole(record[0], batch_, 1), Linear::whole(book_.is_positive(above), batch_, 1)}, 0, 0};
  }

  std::string name_;
  const Forest& forest_;
  const ExactOperand& x_;
  std::uint32_t batch_, trees_, features_, records_;
  bool tells_missing_;
  Lowering& lowering_;
  Book& book_;
};

/// Reads all trees of a column [trees, batch] that is seen as one row.
Linear over_trees(ColumnId column, std::uint32_t trees, std::uint32_t batch) {
  Linear sum;
  sum.column = column;
  sum.window.in_h = sum.window.kernel_h = trees;
  sum.window.in_w = sum.window.out_w = batch;
  return sum;
}

/// Some rows of a column [trees, batch].
Linear tree_rows(ColumnId column, std::uint32_t first, std::uint32_t count, std::uint32_t batch) {
  return Linear::mapped(column, {{IndexAxis{batch, {{static_cast<std::int32_t>(first), 1, count}}}, IndexAxis{1, {{0, 1, batch}}}}}, 1);
}

/// The scores of all targets from the weights of leaves, which are integers at `scale`.
class Scores {
 public:
  Scores(const Call& call, const Forest& forest, std::uint32_t batch, double scale, Lowering& lowering)
      : name_(call.node->name), forest_(forest), trees_(static_cast<std::uint32_t>(forest.trees)), batch_(batch), scale_(scale),
        lowering_(lowering), book_(lowering.book()) {}

  /// Of one target, [1, batch], 16 bits. Its remainder has the other bits.
  Placed of(ColumnId leaves, std::size_t target) const {
    const std::string name = name_ + ".score" + std::to_string(target);
    const bool averages = forest_.aggregate == Aggregate::kAverage, sums = averages || forest_.aggregate == Aggregate::kSum;
    if (!sums) leaves = largest(name, leaves, forest_.aggregate == Aggregate::kMin ? -1 : 1);
    const AccId acc = book_.accumulator(name, 1, batch_);
    book_.adds(acc, sums ? over_trees(leaves, trees_, batch_) : Linear::whole(leaves, batch_, forest_.aggregate == Aggregate::kMin ? -kDigit : kDigit));
    if (!forest_.bases.empty()) add_base(acc, name, forest_.bases[target] * (averages ? static_cast<double>(trees_) : 1));
    const ColumnId y = book_.requantise(acc, kHighMin, kHighMax, kScoreShift);
    return {y, std::ldexp(scale_, kScoreShift) / (averages ? trees_ : 1), {batch_, 1, 1, 1}};
  }

  /// The same with all bits.
  std::vector<ScoreTerm> exactly(const Placed& score) const {
    return {{score.column, 0, kDigit}, {book_.remainder_of(score.column), 0, 1}};
  }

 private:
  void add_base(AccId acc, const std::string& name, double base) const {
    const std::int64_t v = round_half_up(base / scale_);
    Linear term;
    term.window = Window::broadcast(batch_);
    term.column = lowering_.add_weights(name + ".base.high", 1, 1, kHighMin, kHighMax, {static_cast<std::int32_t>(v >> 16)});
    term.coefficient = kDigit;
    book_.adds(acc, term);
    term.column = lowering_.add_weights(name + ".base.low", 1, 1, 0, kLowMax, {static_cast<std::int32_t>(v & kLowMax)});
    term.coefficient = 1;
    book_.adds(acc, term);
  }

  /// Over the trees, of sign times the leaves: [1, batch], rounded to multiples of 2^16, since a table of maxima is as long as
  /// differences are large.
  ColumnId largest(const std::string& name, ColumnId leaves, std::int64_t sign) const {
    const AccId acc = book_.accumulator(name + ".rounded", trees_, batch_);
    book_.adds(acc, Linear::whole(leaves, batch_, sign));
    ColumnId column = book_.requantise(acc, kHighMin, kHighMax, kScoreShift);
    for (std::uint32_t count = trees_; count > 1;) {
      const std::uint32_t half = (count + 1) / 2;
      column = book_.maximum(name + ".maximum" + std::to_string(half), half, batch_, tree_rows(column, 0, half, batch_), tree_rows(column, count - half, half, batch_));
      count = half;
    }
    return column;
  }

  std::string name_;
  const Forest& forest_;
  std::uint32_t trees_, batch_;
  double scale_;
  Lowering& lowering_;
  Book& book_;
};

/// A power of two at which no leaf and no score is beyond its reach.
double leaf_scale(const Forest& forest) {
  double leaf = 0, base = 0;
  for (const float w : forest.leaves) leaf = std::max(leaf, std::abs(static_cast<double>(w)));
  for (const float b : forest.bases) base = std::max(base, std::abs(static_cast<double>(b)));
  const bool sums = forest.aggregate == Aggregate::kSum || forest.aggregate == Aggregate::kAverage;
  if (forest.aggregate == Aggregate::kAverage) base *= static_cast<double>(forest.trees);
  const double needed = std::max(leaf / kLeafReach, ((sums ? forest.largest_sum() : leaf) + base) / kSumReach);
  return needed == 0 ? 1 : std::ldexp(1.0, static_cast<int>(std::ceil(std::log2(needed))));
}

Status lower(const Call& call, Lowering& lowering) {
  const Forest forest = forest_of(*call.node);
  const ColumnShape shape = rows_of(call.operand(0).type.dims);
  if (forest.trees * shape.batch > kMostPaths) return refuse(*call.node, "has too many trees for " + std::to_string(shape.batch) + " rows at once");
  TACIT_TRY(const ExactOperand x, lowering.read_exactly(call, 0, shape));
  const double scale = leaf_scale(forest);
  const std::vector<ColumnId> leaves = Statement(call, forest, x, shape.batch, lowering).leaves(scale);
  const Scores scores(call, forest, shape.batch, scale, lowering);
  const auto targets = static_cast<std::uint32_t>(forest.targets);
  Affine sum = empty_sum(call, {shape.batch, targets, 1, 1});
  ExactScores exact;
  for (std::uint32_t c = 0; c < targets; ++c) {
    Multiple term = copy_of(scores.of(leaves[c], c), 1);
    exact.classes.push_back(scores.exactly(term.input));
    exact.scale = std::ldexp(term.input.scale, -kScoreShift);
    exact.offset = kDigit / 2;  // of rounding
    std::vector<IndexRun> rows;
    if (c > 0) rows.push_back({-1, 0, c});
    rows.push_back({0, 1, 1});
    if (c + 1 < targets) rows.push_back({-1, 0, targets - 1 - c});
    if (targets > 1) {
      term.map = {{IndexAxis{shape.batch, std::move(rows)}, IndexAxis{1, {{0, 1, shape.batch}}}}};
      term.window = {};
    }
    sum.multiples.push_back(std::move(term));
  }
  lowering.give_scores(call, std::move(exact));
  if (targets == 1) lowering.give(call, sum.multiples[0].input);
  else lowering.give(call, std::move(sum));
  return Unit{};
}

}  // namespace

extern const Operator kForest;
const Operator kForest = {.op = "Forest", .domain = kOwnDomain, .infer = infer, .evaluate = evaluate, .lower = lower, .reads_exactly = true, .reads_nothing_else = true};

}  // namespace tacit
