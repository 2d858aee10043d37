// Affine: a tensor that is not a column yet. Operators build it up in real numbers; it becomes integers once, at the end,
// so that a convolution, its bias, a residual and the activation after them share one rounding.
//
//   value = clamp( sum of Product + sum of Multiple + constant, limits )
//
//   Product    weights (real) contracted with a column      conv, matmul
//   Multiple   one real coefficient times a column           residual, average, copy
//   Field      real constants by batch, row and position, each axis full or collapsed to 1
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "ops/node.h"
#include "quant/grid.h"
#include "theorem/theorem.h"

namespace tacit {

/// How the elements of a tensor stand in a column [rows, batch * height * width]:
///
///   flat logical index (n * rows + r) * inner + i   <->   entry [r, n * inner + i],   inner = height * width
struct ColumnShape {
  std::uint32_t batch = 1, rows = 1, height = 1, width = 1;

  std::uint32_t inner() const { return height * width; }
  std::uint32_t cols() const { return batch * inner(); }
  /// Same elements in the same entries; how the positions split into height and width does not matter.
  bool same_entries(const ColumnShape& other) const {
    return batch == other.batch && rows == other.rows && inner() == other.inner();
  }
};

/// The default: axis 0 is the batch, axis 1 the rows, the others are positions.
ColumnShape natural_shape(const Shape& dims);

/// A column with its meaning.
struct Placed {
  ColumnId column = kNone;
  double scale = 1;
  ColumnShape shape;
  /// Of an input whose features differ in size: the scale of row r is this factor times `scale`. Only terms of a sum may read it.
  std::shared_ptr<const std::vector<double>> row_factors = nullptr;
};

struct Product {
  Placed input;
  std::uint32_t groups = 1, in_rows = 1;
  Window window;
  std::vector<double> weights;  ///< [rows of the result, in_rows * taps]
  /// The initialiser that the weights are read from in one way only; products of one initialiser whose integers are chosen
  /// alike share a column. Empty: the weights are this sum's own.
  std::string origin = {};
};

struct Multiple {
  Placed input;
  double coefficient = 1;
  bool one_row = false;
  bool divide_by_taps = false;
  Window window;
  IndexMap map = {};  ///< instead of the window, where it is not empty (arrange.h)
};

struct Field {
  std::uint32_t batch = 1, rows = 1, inner = 1;  ///< each the full extent, or 1 where it does not matter
  std::vector<double> values;                    ///< [batch, rows, inner], row-major; empty: no constant

  double at(std::uint32_t n, std::uint32_t r, std::uint32_t i) const;
  bool empty() const { return values.empty(); }
};

/// One constant per row.
Field row_field(std::vector<double> values);
/// `factor` times the tensor, broadcast to `dims` and placed in `shape`, collapsed along every axis on which it is
/// repeated; its numbers do not matter. Contract: the tensor broadcasts to dims, which has shape's number of elements.
Field field_of(const Tensor& tensor, const Shape& dims, const ColumnShape& shape, double factor);
Field operator+(const Field& a, const Field& b);
/// The constants multiplied by one factor per row.
Field scaled_rows(const Field& field, const std::vector<double>& factors);

struct Affine {
  std::string name;  ///< the node that began it
  ColumnShape shape;
  std::vector<Product> products;
  std::vector<Multiple> multiples;
  Field constant;
  Limits limits;

  /// More terms may still be put on it: nothing is clamped yet, and no term is an average
  /// (whose coefficient is only exact at a scale of its own) or a row that all rows share.
  bool is_open() const;
  /// The same, and every term may take a factor of its own in each row: none of them reads through a map, and their steps are alike.
  bool is_scalable() const;
};

/// The same sum, where no term reads a column with factors of its rows: they are in the weights.
/// Contract: a Multiple that reads one reads it entry by entry, and a Product row by row.
Affine with_factors_in_weights(Affine sum);
/// -1 times the sum. Contract: it has no limits.
Affine negated(Affine sum);
/// The sum with row r multiplied by factors[r], where they end in weights. Contract: it is scalable.
Affine scaled_rows(Affine sum, const std::vector<double>& factors);

}  // namespace tacit
