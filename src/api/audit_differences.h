// What differs between the model that an ONNX file and a recipe give and the one that a key or bundle holds: one line for
// each difference, the first few in full.
#pragma once

#include <string>
#include <vector>

#include "verifier/key.h"

namespace tacit::api {

class Differences {
 public:
  /// One line; control characters of names cannot break it.
  void add(std::string line);
  const std::vector<std::string>& lines() const { return lines_; }
  /// All lines; those beyond the first few as one that says how many they are.
  std::vector<std::string> take();

 private:
  std::vector<std::string> lines_;
  std::size_t more_ = 0;
};

/// `ours` is what the ONNX file and the recipe give.
void compare_settings(const Settings& ours, const Settings& key, Differences& out);
/// Contract: no steps in either.
void compare_theorems(const Theorem& ours, const Theorem& key, Differences& out);
void compare_ports(const Ports& ours, const Ports& key, Differences& out);
/// Weights by column of the theorem before them.
void compare_weights(const Theorem& our_theorem, const std::vector<IntColumn>& ours, const Theorem& bundle_theorem,
                     const std::vector<IntColumn>& bundle, Differences& out);

}  // namespace tacit::api
