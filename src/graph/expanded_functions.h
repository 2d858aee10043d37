// ExpandedFunctions: functions that a file writes out in simpler operators, read back. Written out they pass through numbers far
// larger than their results (exponentials, infinities), which one scale does not hold; as what they are, they do not.
//
//   Log(ReduceSum(Exp(x)))                          ReduceLogSumExp(x)
//   Exp(x - max) / ReduceSum(Exp(x - max))          Softmax(x)
//   (x - max) - Log(ReduceSum(Exp(x - max)))        LogSoftmax(x)
//   Softmax(x + constant mask with -infinity)       MaskedSoftmax(x, mask)
//   Where(x < c, f(x) with an Exp in it, g(x))      the same with f(min(x, c))
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ops/call.h"
#include "ops/expansion.h"

namespace tacit {

class ExpandedFunctions {
 public:
  /// To be called for every node in order. What the node stands for, where it ends such a function. The tensors that the calls
  /// name must outlive this object.
  std::optional<Expansion> visit(const Call& call);

 private:
  struct Seen {
    Node node;
    std::vector<Operand> operands;
  };
  /// A sum of exponentials of `x` along axes.
  struct ExpSum {
    std::string x;
    std::vector<std::int64_t> axes;
    bool keeps = true;
  };

  /// The node that computes the value, if it is of this operator; past casts among floats.
  const Seen* made_by(const std::string& value, const char* op) const;
  std::optional<ExpSum> sum_of_exponentials(const std::string& value, const std::string& exponential) const;
  /// x where the value is x less its maximum along the axes.
  std::string without_maximum(const std::string& value, const std::vector<std::int64_t>& axes) const;
  std::optional<Expansion> visit_log(const Call& call) const;
  std::optional<Expansion> visit_div(const Call& call) const;
  std::optional<Expansion> visit_sub(const Call& call) const;
  std::optional<Expansion> visit_softmax(const Call& call) const;
  std::optional<Expansion> visit_where(const Call& call) const;
  /// The value as a function of `x`, with `limited` in place of x; empty where it is none, or has no Exp.
  std::string with_limited(const std::string& value, const std::string& x, const std::string& limited, Expansion& out, bool& has_exp) const;

  std::map<std::string, Seen> seen_;  ///< by output 0
};

}  // namespace tacit
