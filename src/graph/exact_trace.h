// ExactTrace: which element of which root each element of a value is, moved and, if asked for, scaled. A root is an input of
// floats, or what an Impute makes of an element of one; both have float32 values by their bits (Lowering::read_exactly).
//
//   x [2, 2] ---- Sub m ---- Mul s ----+---- Concat        c = [x0 . step 2,  x1 . step 4,  z0]        step 2 = step 1, then * s0
//                                      |                       [x2 . step 2,  x3 . step 4,  z1]        step 1 = - m0
//   z [2, 1] --------------------------+
//
// Where elements come from is found by moving their numbers, so an operator counts that moves numbers and has no other operands
// than integers that are known. Cost: bounded, whatever the graph; values beyond the budget are no copies.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "graph/types.h"

namespace tacit {

/// An operation with a constant that grows with its operand, as float32 computes it: never NaN of a number, and infinite of an
/// infinite one.
struct GrowingStep {
  enum class Op { kAdd, kSubtract, kMultiply, kDivide };
  std::uint32_t before = 0;  ///< the step that comes first; 0: none
  Op op = Op::kAdd;
  float number = 0;
  auto operator<=>(const GrowingStep&) const = default;
};

struct TracedElement {
  std::uint32_t root = 0;    ///< its number
  std::int64_t element = 0;  ///< of the root, in flat order
  std::uint32_t step = 0;    ///< the last one; 0: none
};

class ExactTrace {
 public:
  using Elements = std::vector<TracedElement>;  ///< in flat order
  enum class Through { kMoves, kMovesAndScales };

  /// Contract: the types are the graph's, and both outlive this.
  ExactTrace(const Graph& graph, const TypeMap& types, Through through);

  /// Null: the value is no copy.
  const Elements* find(const std::string& name) const;
  const std::string& root(std::uint32_t number) const { return roots_[number]; }
  /// The value after the step and all before it.
  float after(std::uint32_t step, float x) const;

  static bool moves(const Node& node);

 private:
  bool spend(std::int64_t elements);
  void add_root(const std::string& name);
  Elements places_of(const Node& node, std::map<std::string, Tensor>& numbers) const;
  void move(const Node& node);
  void scale(const Node& node);
  std::vector<float> broadcast(const Node& node, const std::string& moved) const;
  std::uint32_t step_after(const GrowingStep& step);

  const Graph& graph_;
  const TypeMap& types_;
  std::vector<std::string> roots_;                 ///< names, by number
  std::map<std::string, Elements> traced_;
  std::vector<GrowingStep> steps_{{}};             ///< by number; the first one is no step
  std::vector<int> lengths_{0};                    ///< how many come before each, with it
  std::map<GrowingStep, std::uint32_t> number_of_;
  std::int64_t left_;
};

/// Inputs of the graph that hold floats.
std::set<std::string> float_inputs(const Graph& graph);
/// The type that a standard Cast converts to; 0 for other nodes.
std::int64_t cast_target(const Node& node);

}  // namespace tacit
