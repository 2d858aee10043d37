// QuantisedGraph: a model between DequantizeLinear and QuantizeLinear, on its own integers. Such models say in floats what they
// compute, and mean integers:
//
//   q --Dequantize--> x --Conv(weights, too, dequantised)--> Relu --Quantize--> q'
//   q --less its zero point--> integers --Conv of integers--> sum --Rescaled (rounding and limits at once)--> q'
//
// What a QuantizeLinear gives is stated as what real numbers give, rounded once, halves to even: the float32 roundings of what stands
// between are not part of it. Where the path back from a QuantizeLinear is not understood, it stays what it is.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ops/call.h"
#include "ops/exact_rounding.h"
#include "ops/expansion.h"
#include "quant/grid.h"

namespace tacit {

class QuantisedGraph {
 public:
  /// To be called for every node in order. What the node stands for, where it ends or begins such a path. `taken` are the names of
  /// all values; the tensors that the calls name must outlive this object.
  std::optional<Expansion> visit(const Call& call, const std::set<std::string>& taken);

 private:
  /// A node that was visited, with what is known of its operands.
  struct Seen {
    Node node;
    std::vector<Operand> operands;
    Call call() const { return {&node, operands}; }
  };
  /// Integers less their zero point: the name of an int64 value.
  struct Integers {
    std::string name;
    IntegerRange range;
  };
  /// A float value that is integers times a scale.
  struct Quantised {
    Integers integers;
    float scale = 1;
  };
  /// A constant that is integers times scales, one or one for each position of the axis.
  struct Constant {
    Tensor centred;  ///< float
    std::vector<float> scales;
    std::size_t axis = 0;
  };
  /// What a QuantizeLinear rounds to: limits of the integers less the zero point.
  struct Target {
    float scale = 1;
    IntegerRange range;
  };
  /// sum * x_scale * scales[row] + offsets[row], `sum` an integer-valued float.
  struct Product {
    std::string sum;
    float x_scale = 1;
    std::vector<float> scales = {1}, offsets = {};
  };
  /// Nothing, where a path is not understood.
  using Found = std::optional<Integers>;

  std::optional<Expansion> visit_dequantise(const Call& call);
  std::optional<Expansion> visit_fine(const Call& call) const;
  std::optional<Expansion> visit_quantise(const Call& call, const std::set<std::string>& taken);
  std::optional<Expansion> visit_cast(const Call& call);
  void note_fine(const Call& call);
  void note_constant(const Call& call);

  const Seen* seen(const std::string& value) const;
  /// The integers of a value as its QuantizeLinear or its origin gives them.
  Found integers_of(const Operand& q, const std::string& name, std::int64_t zero, Expansion& out) const;
  std::optional<Quantised> quantised(const std::string& value, Expansion& out) const;
  /// The value as what `target` makes of it, after limits.
  Found rounded(const std::string& value, const Target& target, const Limits& limits, Expansion& out) const;
  Found rounded_concat(const Seen& node, const Target& target, const Limits& limits, Expansion& out) const;
  Found rounded_pair(const Seen& node, const Target& target, const Limits& limits, Expansion& out) const;
  Found rounded_mean(const Seen& node, const Target& target, const Limits& limits, Expansion& out) const;
  Found rounded_function(const Seen& node, const Target& target, const Limits& limits, Expansion& out) const;
  Found requantised(const std::string& value, const Target& target, const Limits& limits, Expansion& out) const;
  Found rescaled(const std::string& value, const Target& target, const Limits& limits, Expansion& out) const;
  std::optional<Product> product(const std::string& value, Expansion& out) const;
  std::optional<Product> float_product(const Seen& node, Expansion& out) const;
  std::optional<Product> computed_product(const Seen& node, Expansion& out) const;
  std::optional<Product> integer_product(const Seen& node, Expansion& out) const;
  std::optional<std::string> centred_weights(const Seen& node, Expansion& out) const;
  bool add_bias(const Seen& node, float x_scale, const Constant& weights, std::vector<std::string>& inputs, Product& product, Expansion& out) const;

  std::map<std::string, Seen> seen_;           ///< by output 0
  std::map<std::string, Constant> constants_;  ///< by the float value
  std::map<std::string, std::pair<Integers, std::int64_t>> centred_;  ///< by the quantised value, with its zero point
  /// Floats that were quantised to 16 bits with one scale, by the name of the integers.
  struct Fine {
    std::string floats;
    float scale = 1;
    std::int64_t zero = 0;
    IntegerRange range;
  };
  std::map<std::string, Fine> fine_;
};

}  // namespace tacit
