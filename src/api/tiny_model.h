// For tests: y = relu(x * W), x [1, 2], W = [[2, -1], [1, 1]], as ONNX bytes. Another operator may stand for Relu.
//
// A message is its fields one behind the other: key = number * 8 + kind, then a number (kind 0) or a length and as many
// bytes (kind 2). Numbers here are below 128 and take one byte.
#pragma once

#include <cstring>
#include <string>

#include "tacit/statement.h"

namespace tacit::api {

inline std::string number_field(int field, int value) { return {static_cast<char>(field * 8), static_cast<char>(value)}; }

inline std::string with(int field, const std::string& bytes) {
  const auto size = static_cast<unsigned>(bytes.size());   // in two bytes of seven bits
  const std::string head{static_cast<char>(field * 8 + 2), static_cast<char>(0x80 | (size & 0x7f)), static_cast<char>(size >> 7)};
  return head + bytes;
}

inline std::string tiny_value(const std::string& name) {
  const std::string shape = with(1, number_field(1, 1)) + with(1, number_field(1, 2));
  return with(1, name) + with(2, with(1, number_field(1, 1) + with(2, shape)));
}

inline Bytes tiny_model(const std::string& last = "Relu") {
  const float weights[] = {2, -1, 1, 1};
  std::string raw(sizeof weights, '\0');
  std::memcpy(raw.data(), weights, sizeof weights);
  const std::string tensor = number_field(1, 2) + number_field(1, 2) + number_field(2, 1) + with(8, "W") + with(9, raw);
  const std::string product = with(1, "x") + with(1, "W") + with(2, "h") + with(4, "MatMul");
  const std::string graph = with(1, product) + with(1, with(1, "h") + with(2, "y") + with(4, last)) + with(2, "tiny") +
                            with(5, tensor) + with(11, tiny_value("x")) + with(12, tiny_value("y"));
  const std::string model = number_field(1, 7) + with(7, graph) + with(8, number_field(2, 13));
  return {model.begin(), model.end()};
}

}  // namespace tacit::api
