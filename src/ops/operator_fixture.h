// For tests only: builds a Call from plain tensors, and runs `infer` then `evaluate` on it.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "ops/catalogue.h"

namespace tacit {

struct OperatorFixture {
  Node node;
  std::vector<Tensor> operands;    ///< an operand with no elements and no axes of its own is left out
  std::vector<bool> constant;      ///< whether `infer` may see the value; all of them where empty

  OperatorFixture(std::string op, std::int64_t opset, std::vector<Tensor> tensors,
                  std::map<std::string, Attribute> attributes = {})
      : operands(std::move(tensors)) {
    node.op = std::move(op);
    node.name = "N";
    node.opset = opset;
    node.attributes = std::move(attributes);
    node.outputs = {"y"};
    for (std::size_t k = 0; k < operands.size(); ++k) {
      node.inputs.emplace_back(left_out(k) ? "" : "v");
      if (!left_out(k)) node.inputs.back() += std::to_string(k);
    }
  }

  static Tensor absent() { return make_float({0}, {}); }
  bool left_out(std::size_t k) const { return operands[k].dims == Shape{0} && operands[k].dtype == DType::kFloat; }

  Call call(bool all_values) const {
    Call call{&node, {}};
    for (std::size_t k = 0; k < operands.size(); ++k) {
      const bool known = all_values || constant.empty() || constant[k];
      call.operands.push_back({!left_out(k), operands[k].type(), known && !left_out(k) ? &operands[k] : nullptr});
    }
    return call;
  }

  /// Operand 0 is an activation, the others are constants.
  OperatorFixture& activation_first() {
    constant.assign(operands.size(), true);
    constant[0] = false;
    return *this;
  }

  /// The error text of `infer`, "" where it accepts.
  std::string refusal() const {
    auto types = find_operator(node)->infer(call(false));
    return types.ok() ? "" : types.error().text();
  }

  /// The one output; fails the test where `infer` refuses or promises another type.
  Tensor run() const {
    auto types = find_operator(node)->infer(call(false));
    if (!types.ok()) {
      ADD_FAILURE() << types.error().text();
      return {};
    }
    std::vector<Tensor> out = find_operator(node)->evaluate(call(true));
    EXPECT_EQ(out.size(), 1u);
    out[0].element = (*types)[0].element;  // as whoever evaluates does
    EXPECT_EQ(out[0].type(), (*types)[0]);
    return out[0];
  }
};

}  // namespace tacit
