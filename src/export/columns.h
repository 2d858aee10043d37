// The columns of a theorem as values of an ONNX graph. Internal to src/export.
//
// Every column is an int64 tensor [rows, cols], written where it is first needed; columns of weights are constants.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "export/graph_writer.h"
#include "theorem/ports.h"
#include "theorem/theorem.h"

namespace tacit {

class ColumnWriter {
 public:
  /// Borrows all three.
  ColumnWriter(const Theorem& theorem, const std::vector<IntColumn>& weights, GraphWriter& graph);

  /// Gives an input's column its value.
  void set(ColumnId id, Value value) { columns_[id] = std::move(value); }
  /// All steps in turn. Contract: inputs are set.
  void write_steps();
  /// Contract: it is set, a weight, or filled by a step that was written; else there is a fault.
  const Value& column(ColumnId id);
  const std::optional<Error>& fault() const { return fault_; }

 private:
  /// What stands in a sum: broadcast along rows, or of the sum's own shape.
  struct Term {
    Value value;
    bool whole = true;
  };
  Value as_double(ColumnId id);
  Value contraction(const Contraction& c, const Accumulator& acc);
  Value windowed(ColumnId id, bool real, std::uint32_t rows, const Window& window);
  Term linear(const Linear& l, std::uint32_t rows, std::uint32_t cols);
  Value mapped(const Linear& l, std::uint32_t rows, std::uint32_t cols);
  Value sum(const std::vector<Term>& terms, std::uint32_t rows, std::uint32_t cols);
  const Value& accumulator(AccId id);
  Value expression(const Expr& e, std::uint32_t rows, std::uint32_t cols);
  void write(const Requantise& r);
  void write(const Maximum& m);
  void write(const Apply& a);
  void write(const Fetch& f);

  const Theorem& theorem_;
  const std::vector<IntColumn>& weights_;
  GraphWriter& graph_;
  std::vector<Value> columns_;               // empty: not written
  std::map<ColumnId, Value> doubles_;        // the same as float64
  std::map<AccId, Value> accumulators_;
  std::map<TableId, Value> functions_;
  std::optional<Error> fault_;
};

}  // namespace tacit
