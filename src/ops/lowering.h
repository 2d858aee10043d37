// Lowering: what an operator's `lower` works with. It reads operands as columns or as pending sums and gives its result
// back as one of the two; when a pending sum is needed as a column, it is quantised and written into the Book.
//
//   x --read--> column --[Conv::lower]--> Affine --take--> [Relu::lower] --> Affine --read--> column (now integers)
//
// Structure (which columns, tables and terms exist) depends on shapes and, through the choice of shifts, on the size of
// the weights; the integers of the weights leave through `weights()` alone.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "base/result.h"
#include "ops/affine.h"
#include "ops/exact_copy.h"
#include "ops/operator.h"
#include "quant/levels.h"
#include "theorem/book.h"
#include "theorem/ports.h"

namespace tacit {

/// Operand `index` as the input of a contraction over all its features.
struct Features {
  Placed input;
  std::uint32_t in_rows = 1;
  Window window;  ///< its taps cover the positions of one batch entry
};

/// A port's columns with their meaning; a committed port's scale is the grid, and it has low digits too.
struct PlacedPort {
  Placed at;
  ColumnId low = kNone;
  std::vector<std::uint8_t> row_shifts = {};
  std::vector<std::string> labels = {};  ///< of its integers 0, 1, ..., where they stand for strings
};

/// A tensor's elements as entries of a column.
struct CopiedOperand {
  Placed from;
  std::vector<std::int64_t> places;  ///< by element in the flat order of the tensor; -1: it is 0
};

/// Exact integers of an operand: the sum of the terms, in statements of its shape, less the offset. Where `scale` is kFloat32Scale they are orders
/// of float32 values (theorem/float32.h), and otherwise value = integer * scale.
struct ExactOperand {
  std::vector<Linear> terms;
  std::int64_t offset = 0;
  double scale = 1;
  IntegerRange range;  ///< of the sum
};

/// One score for each entry of a batch, exactly: the sum of coefficient times a row of a column [*, batch], less the offset.
struct ScoreTerm {
  ColumnId column = kNone;
  std::uint32_t row = 0;
  std::int64_t coefficient = 1;
};
struct ExactScores {
  std::vector<std::vector<ScoreTerm>> classes;  ///< by class
  double scale = 1;
  std::int64_t offset = 0;  ///< every sum is this much too large
};

class Lowering {
 public:
  struct Context {
    QuantOptions quant;
    std::map<std::string, ValueRange> ranges;  ///< of every value that depends on the input
    std::map<std::string, int> uses;           ///< readers of every value, an output counting as one
    double input_headroom = 1;                 ///< as QuantOptions::headroom, for the graph's inputs
    int grid = kDefaultGrid;                   ///< of committed inputs and outputs, its log2 or kFloat32Grid
    std::set<std::string> exact = {};          ///< inputs of floats that some node reads exactly
    std::map<std::string, std::vector<std::uint8_t>> row_shifts = {};  ///< of inputs whose features differ in size (Port::row_shifts)
    ExactSources copies = {};                  ///< values that are read exactly, by the inputs and others that they are copies of
    std::set<std::string> only_exact = {};     ///< values that nothing reads in another way
    const std::map<std::string, Tensor>* constants = nullptr;  ///< by name, those that a node may read as a column
  };

  explicit Lowering(Context context) : context_(std::move(context)) {}

  /// A graph input. Its column is created by its first reader, in the shape that reader wants.
  /// Integers stand for themselves, at scale 1. Errors: unsupported, where it is committed and its range is too wide for the
  /// grid, or holds integers beyond the activation bits.
  Status add_input(const std::string& name, const TensorType& type, Visibility visibility);

  /// Operand `index` as a column of exactly this shape, copied where its elements stand otherwise (a batch that was reshaped
  /// across its features).
  Result<Placed> read(const Call& call, std::size_t index, const ColumnShape& want);
  /// Operand `index` as a column of whatever shape it has.
  Placed read_any(const Call& call, std::size_t index);
  /// Operand `index` as entries of a column. A sum that only copies entries is not written for it, and the column may have any shape.
  CopiedOperand read_copied(const Call& call, std::size_t index);
  /// Operand `index` as exact integers in a statement of this shape: of an input of the model's the float32 values themselves (or
  /// its committed integers), of anything else the integers that the model has for it. Errors as `read`.
  Result<ExactOperand> read_exactly(const Call& call, std::size_t index, const ColumnShape& want);
  /// Somebody reads output 0 exactly, or a copy of it.
  bool wants_exactly(const Call& call) const;
  /// Somebody reads it in another way.
  bool wants_numbers(const Call& call) const { return !context_.only_exact.contains(call.node->outputs[0]); }
  /// Output 0 is the float32 values of these digits, which have an order in [-kFloat32Infinity, kNanOrder].
  void give_exactly(const Call& call, DigitColumns digits, const ColumnShape& shape);
  /// Operand `index`, scores [batch, classes], with all bits that whoever gave them had. Errors as `read`.
  Result<ExactScores> read_scores(const Call& call, std::size_t index);
  /// What output 0 is exactly, beside what `give` says.
  void give_scores(const Call& call, ExactScores scores) { scores_[call.node->outputs[0]] = std::move(scores); }
  /// Output 0 is the accumulator's integers, which `take_sum` alone can read.
  void give_sum(const Call& call, AccId sum, const ColumnShape& shape) { sums_[call.node->outputs[0]] = {sum, shape}; }
  /// What `give_sum` gave for operand `index`, if it did.
  std::optional<std::pair<AccId, ColumnShape>> take_sum(const Call& call, std::size_t index) const;
  /// Output 0 holds places of these labels. Who moves or copies it keeps them.
  void give_labels(const Call& call, std::vector<std::string> labels) { labels_[call.node->outputs[0]] = std::move(labels); }
  /// Operand `index`, seen as [batch, features], for a contraction over the features.
  Result<Features> read_features(const Call& call, std::size_t index, std::uint32_t batch, std::uint32_t features);
  /// Operand `index` as a sum on which limits may be put. One that has other readers, or is a column already, becomes a
  /// single Multiple with coefficient 1.
  Affine take(const Call& call, std::size_t index);
  /// The same, as an open sum (Affine::is_open) of the shape `want`, or of its own shape. Errors as `read`.
  Result<Affine> take_open(const Call& call, std::size_t index, std::optional<ColumnShape> want);
  /// The same, as a sum of the shape `want` that takes factors (Affine::is_scalable).
  Result<Affine> take_scalable(const Call& call, std::size_t index, const ColumnShape& want);

  /// The column is rounded because its operator rounds: what that left is no part of its numbers.
  Placed whole(Placed rounded) {
    whole_.insert(rounded.column);
    return rounded;
  }
  /// The sum as a column of integers in [lo, hi] at `scale`, or at the least multiple of it by a power of two at which its
  /// weights fit. Needs no range. Contract: the sum has no limits of its own.
  Placed settle(const Affine& sum, double scale, std::int64_t lo, std::int64_t hi);
  /// The sum as a column at a scale for the range of the node's output 0, at once: for a sum whose column has another shape
  /// than the output.
  Placed close(const Call& call, const Affine& sum);
  /// a * b, entry by entry, at a scale for the range of the node's output 0. Each entry of b stands for a run of a's, all of
  /// the same length: entry k of a meets entry k / length of b. The result has a's shape.
  Placed multiply(const Call& call, const Placed& a, const Placed& b);
  /// A contraction of two computed columns, with numbers in `unit`, rounded to a scale for values within +-peak.
  Placed contract(const std::string& name, Contraction product, std::uint32_t rows, double unit, double peak);
  /// The same as without a peak, for values within it.
  Placed multiply(const Call& call, const Placed& a, const Placed& b, double peak);
  /// f of the sum, which is settled to 16 bits at `in_scale` first (and so saturates at +-2^15 in_scale), at `out_scale`.
  /// Functions with the same scales share one table. Contract: as cubic_pieces in quant/function.h.
  Placed apply(const Call& call, const Affine& argument, double in_scale, double out_scale, const std::function<double(double)>& f);

  /// A column [sum / unit + plus >= 1], 0 or 1 at scale 1. Terms and constants are rounded to units one by one. Contract: no limits.
  Placed positive(const Affine& sum, double unit, std::int64_t plus);
  /// The sum as an accumulator, its terms and constants rounded to units one by one. Its limits do not count.
  AccId write_sum(const Affine& sum, double unit);
  /// Operand `index` as the argument of a function: with the bits below its column's last one where a rounding has left them, a
  /// graph input that nothing else reads with kFineBits bits where `fine`.
  Affine argument(const Call& call, std::size_t index, bool fine);
  /// f of the argument, as one column for each level of f (quant/levels.h) that add up to it. Levels are for numbers without a
  /// unit: arguments are those times in_unit, results times out_unit. Levels too fine to be
  /// stated are left out.
  std::vector<Placed> apply(const Call& call, Affine argument, const std::vector<Level>& levels, double in_unit, double out_unit);
  /// The finest grid on which it makes sense to look up the argument.
  static double least_step(const Affine& argument);
  /// The sum with the bits that the roundings of its columns left below their last ones.
  /// From its term `from` on.
  Affine refined(Affine sum, std::size_t from = 0) const;
  /// The sum of columns of one shape.
  Affine sum_of_columns(const Call& call, const std::vector<Placed>& columns);

  /// What calibration saw of operand `index`, and of output 0.
  ValueRange range_of_operand(const Call& call, std::size_t index) { return range_of(call.node->inputs[index]); }
  ValueRange range_of_output(const Call& call) { return range_of(call.node->outputs[0]); }

  /// A new column of weights with these integers.
  ColumnId add_weights(std::string name, std::uint32_t rows, std::uint32_t cols, std::int64_t lo, std::int64_t hi, IntColumn values);

  /// The node's output 0.
  void give(const Call& call, Affine sum);
  void give(const Call& call, Placed column);
  /// The node's output 0, integers: a sum of columns at scale 1 with integer coefficients and constants, as a column at scale 1
  /// that holds all that the sum can be, of the element type of operand 0 (of bools, any). Errors: unsupported, where that is
  /// beyond 2^21.
  Status give_integers(const Call& call, const Affine& sum);
  /// The same of a sum that lies in `bounds`, as integers of type `element`: beyond it they wrap where it has up to 16 bits, and
  /// saturate at 0 where it is unsigned and wider (ONNX says neither).
  Status give_integers(const Call& call, const Affine& sum, IntegerRange bounds, Element element);
  /// The same of operand 0 between two integers; where they cross, the upper one.
  Status give_clamped_integers(const Call& call, std::int64_t least, std::int64_t most);
  /// Output 0 is operand 0: the same elements in the same flat order, whatever the extents.
  void pass_on(const Call& call);

  Book& book() { return book_; }
  const QuantOptions& quant() const { return context_.quant; }

  /// A constant that is an output: its private column, proven to be what the output says. Errors: unsupported, where it holds
  /// integers beyond 2^21.
  Status add_constant_output(const std::string& name);
  /// The columns of a named value at the end, for a port. A column that belongs to another port already is copied.
  /// Errors: unsupported, where it is committed and its range is too wide for the grid.
  Result<PlacedPort> output(const std::string& name, Visibility visibility);
  /// The columns of a graph input.
  PlacedPort input(const std::string& name);
  /// The integers of all kWeights columns, in the order of their ids.
  std::vector<IntColumn>& weights() { return weights_; }
  /// The values whose range was asked for so far. One of them that the context has no range for counts as always 0: check
  /// before using the theorem.
  const std::set<std::string>& ranges_used() const { return ranges_used_; }
  /// The inputs with scales for their features that somebody reads with these scales, not as a copy at one scale.
  const std::set<std::string>& read_by_rows() const { return read_by_rows_; }
  /// What could not be placed after all: check before using the theorem.
  const std::optional<Error>& fault() const { return fault_; }

 private:
  struct Value {
    std::optional<Affine> pending;
    std::optional<Placed> placed;
    bool shared = false;    ///< it, or a name it was passed on to, has more than one reader
    TensorType input_type;  ///< of a graph input that has no column yet
    Visibility visibility = Visibility::kPublic;  ///< of a graph input
  };

  /// The name under which a passed-on value stands in values_.
  const std::string& root_of(const std::string& name) const;
  using Condition = bool (Affine::*)() const;
  /// The pending sum of a value that has one reader, if it meets the condition (null: any does), else null.
  Affine* movable(const std::string& name, Condition condition);
  Placed place(const std::string& name, const ColumnShape* want);
  /// The same, but of an input with scales for its features the integers as they are, where it has the wanted rows.
  Placed place_scaled(const std::string& name, const ColumnShape* want);
  Placed scaled_input(const std::string& root);
  bool has_row_shifts(const std::string& root) const;
  /// The same tensor in its flat order, in a column of another shape.
  Placed moved(const Call& call, const Placed& from, const ColumnShape& want);
  /// A constant as a private column, at a power of two.
  Placed place_constant(const std::string& name, const Tensor& tensor);
  Placed place_input(const std::string& name, const Value& value, const ColumnShape& shape, std::uint32_t extra_bits = 0);
  /// The column's integers over 2^shift, rounded.
  ColumnId coarser(const std::string& name, ColumnId column, std::uint32_t shift);
  /// The remainder that the rounding of a column left, with the shift, if it comes from one that is not meant.
  std::optional<std::pair<ColumnId, std::uint32_t>> remainder_of(ColumnId column) const;
  ValueRange range_of(const std::string& name);
  /// The scale of a graph input's integers, as the model uses them.
  double input_scale(const std::string& name);
  /// The integers that a graph input's column holds: those of an integer type of up to 16 bits, else as many as activations have.
  IntegerRange input_bounds(const TensorType& type) const;
  Status check_integer_input(const std::string& name, Visibility visibility);
  /// The grid of a committed input: integers among float32 values are on the default one.
  int grid_of(const std::string& name) const;
  /// log2 of (scale of the model's own integers for a committed input / grid).
  std::uint32_t input_steps(const std::string& name);
  /// A pending sum as a column, at the scale that suits it or, `on_grid`, at the grid times a power of two.
  Placed quantise(const Affine& sum, const std::string& name, bool on_grid = false);
  /// What a sum that only copies a column can be.
  std::optional<IntegerRange> exact_bounds(const Affine& sum) const;
  /// The same tensor with the shape that its column has: products have one entry a row.
  Placed in_own_shape(Placed y, const std::string& name);
  /// The column of a named value at the grid times a power of two.
  Placed place_on_grid(const std::string& name);
  /// What rounding the coefficients of the sum's columns loses, and all that these columns can add, at most; in steps of the scale.
  struct Loss {
    double lost = 0, most = 0;
  };
  Loss loss_of(const Affine& sum, const ShiftChoice& choice) const;
  /// The sum, where the weights leave so small a shift that the coefficients of its other terms would be rounded by more than a
  /// part of a step: these terms as one column at its scale. What is decided follows from the shift and public coefficients.
  Affine with_terms_apart(Affine sum, const ShiftChoice& choice);
  void write_products(AccId acc, const Affine& sum, double unit);
  void write_constant(AccId acc, const Affine& sum, double unit);
  /// The digits of an input that is read exactly, or is committed. Those of float32 values that are not public are made
  /// ones of an order in [-kFloat32Infinity, kNanOrder] first; the port has those that the prover gives.
  struct ExactInput {
    DigitColumns digits;
    double scale = 0;
    ColumnShape shape;
  };
  const ExactInput& place_digits(const std::string& name, const Value& value, const ColumnShape& shape);
  /// Of an input of the graph or what `give_exactly` gave. The shape is for an input that has no digits yet.
  const ExactInput& digits_of_root(const std::string& root, const ColumnShape* shape);
  ExactInput copied_digits(const std::string& name, const ExactSource& source, const ColumnShape& want);
  /// An output that is an input, by copies of its digits.
  PlacedPort passed_on_digits(const std::string& name, const std::string& root, Visibility visibility);
  void limit_to_floats(const std::string& name, ExactInput& exact);

  Context context_;
  Book book_;
  std::map<std::string, Value> values_;
  std::map<std::string, std::string> roots_;  ///< of values that are another one passed on
  std::map<std::string, PlacedPort> inputs_;
  std::map<std::string, ExactInput> exact_;  ///< inputs, and what give_exactly gave
  std::map<std::string, ExactScores> scores_;
  std::map<std::string, std::pair<AccId, ColumnShape>> sums_;
  std::map<std::string, std::vector<std::string>> labels_;  ///< by value
  std::set<std::string> read_by_rows_;
  std::set<ColumnId> whole_;
  std::set<ColumnId> ported_;  ///< columns that a port names
  std::set<std::string> ranges_used_;
  std::vector<IntColumn> weights_;
  std::optional<Error> fault_;
  /// Initialiser, integers per unit of its numbers, rows and columns: Product::origin.
  using SharedWeights = std::tuple<std::string, double, std::uint32_t, std::uint32_t>;
  std::map<SharedWeights, ColumnId> shared_weights_;
};

/// A sum of nothing with the node's name.
Affine empty_sum(const Call& call, const ColumnShape& shape);
/// A Multiple that reads `input` entry by entry.
Multiple copy_of(const Placed& input, double coefficient);
/// A sum of `input` alone.
Affine sum_of(const Call& call, const Placed& input);

}  // namespace tacit
