// Lowering: what an operator's `lower` works with. It reads operands as columns or as pending sums and gives its result
// back as one of the two; when a pending sum is needed as a column, it is quantised and written into the Book.
//
//   x --read--> column --[Conv::lower]--> Affine --take--> [Relu::lower] --> Affine --read--> column (now integers)
//
// Structure (which columns, tables and terms exist) depends on shapes and, through the choice of shifts, on the size of
// the weights; the integers of the weights leave through `weights()` alone.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "ops/affine.h"
#include "ops/operator.h"
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
};

class Lowering {
 public:
  struct Context {
    QuantOptions quant;
    std::map<std::string, ValueRange> ranges;  ///< of every value that depends on the input
    std::map<std::string, int> uses;           ///< readers of every value, an output counting as one
    double input_headroom = 1;                 ///< as QuantOptions::headroom, for the graph's inputs
    int grid = kDefaultGrid;                   ///< of committed inputs and outputs, its log2
  };

  explicit Lowering(Context context) : context_(std::move(context)) {}

  /// A graph input. Its column is created by its first reader, in the shape that reader wants.
  /// Errors: unsupported, where it is committed and its range is too wide for the grid.
  Status add_input(const std::string& name, const Shape& dims, Visibility visibility);

  /// Operand `index` as a column of exactly this shape. Errors: unsupported, where its elements stand otherwise.
  Result<Placed> read(const Call& call, std::size_t index, const ColumnShape& want);
  /// Operand `index` as a column of whatever shape it has.
  Placed read_any(const Call& call, std::size_t index);
  /// Operand `index`, seen as [batch, features], for a contraction over the features.
  Result<Features> read_features(const Call& call, std::size_t index, std::uint32_t batch, std::uint32_t features);
  /// Operand `index` as a sum on which limits may be put. One that has other readers, or is a column already, becomes a
  /// single Multiple with coefficient 1.
  Affine take(const Call& call, std::size_t index);
  /// The same, as an open sum (Affine::is_open) of the shape `want`, or of its own shape. Errors as `read`.
  Result<Affine> take_open(const Call& call, std::size_t index, std::optional<ColumnShape> want);

  /// The node's output 0.
  void give(const Call& call, Affine sum);
  void give(const Call& call, Placed column);
  /// Output 0 is operand 0: the same elements in the same flat order, whatever the extents.
  void pass_on(const Call& call);

  Book& book() { return book_; }

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

 private:
  struct Value {
    std::optional<Affine> pending;
    std::optional<Placed> placed;
    bool shared = false;    ///< it, or a name it was passed on to, has more than one reader
    Shape input_dims;  ///< of a graph input that has no column yet
    Visibility visibility = Visibility::kPublic;  ///< of a graph input
  };

  /// The name under which a passed-on value stands in values_.
  const std::string& root_of(const std::string& name) const;
  /// The pending sum of a value that has one reader and is `open` where that is asked for, else null.
  Affine* movable(const std::string& name, bool open);
  Placed place(const std::string& name, const ColumnShape* want);
  Placed place_input(const std::string& name, const Value& value, const ColumnShape& shape);
  ValueRange range_of(const std::string& name);
  double input_scale(const std::string& name);
  /// log2 of (scale of the model's own integers for a committed input / grid).
  std::uint32_t input_steps(const std::string& name);
  /// A pending sum as a column, at the scale that suits it or, `on_grid`, at the grid times a power of two.
  Placed quantise(const Affine& sum, const std::string& name, bool on_grid = false);
  /// The column of a named value at the grid times a power of two.
  Placed place_on_grid(const std::string& name);
  void write_products(AccId acc, const Affine& sum, double unit);
  void write_constant(AccId acc, const Affine& sum, double unit);
  ColumnId add_weights(std::string name, std::uint32_t rows, std::uint32_t cols, std::int64_t lo, std::int64_t hi,
                       IntColumn values);

  Context context_;
  Book book_;
  std::map<std::string, Value> values_;
  std::map<std::string, std::string> roots_;  ///< of values that are another one passed on
  std::map<std::string, PlacedPort> inputs_;
  std::set<ColumnId> ported_;  ///< columns that a port names
  std::set<std::string> ranges_used_;
  std::vector<IntColumn> weights_;
};

/// A sum of nothing with the node's name.
Affine empty_sum(const Call& call, const ColumnShape& shape);
/// A Multiple that reads `input` entry by entry.
Multiple copy_of(const Placed& input, double coefficient);
/// A sum of `input` alone.
Affine sum_of(const Call& call, const Placed& input);

}  // namespace tacit
