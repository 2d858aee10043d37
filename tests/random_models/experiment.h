// Experiment: a prepared graph run in float, plainly and with noise, and which of its values cannot be compared (see closeness.h).
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "graph/compile.h"
#include "graph/types.h"
#include "random_models/random.h"

namespace tacit::random_models {

std::vector<double> numbers_of(const Tensor& t);

class Experiment {
 public:
  Experiment(const Graph& graph, const Compiled& model, const std::vector<TensorMap>& samples);

  double tolerance(const std::string& value) const { return 3 * deviations_.at(value) + 2 * quanta_.at(value); }
  bool is_unclear(const std::string& value) const { return unclear_.contains(value); }
  const std::vector<TensorMap>& clean() const { return clean_; }
  double peak(const std::string& value) const { return peaks_.at(value); }

 private:
  // quanta.cpp
  double quantum_of(const std::string& name) const;
  double node_quantum(const Node& node, const std::string& output) const;
  double layer_quantum(const Node& node, double own) const;
  // experiment.cpp
  Call call_of(const Node& node, const TensorMap& values) const;
  bool reads_exactly(const Node& node) const;
  TensorMap noisy_run(std::size_t sample, Random& random) const;
  void measure();
  // unclear.cpp
  void find_unclear(const Node& node);
  bool is_step(const Node& node) const;
  bool has_equal(const Node& node) const;
  bool has_tie(const Node& node) const;
  bool is_near_integer(const std::string& value) const;
  bool jumps(const Node& node) const;

  const Graph& graph_;
  const Compiled& model_;
  const std::vector<TensorMap>& samples_;
  TypeMap types_;
  std::vector<TensorMap> clean_;
  std::set<std::string> exact_;  ///< inputs that some operator reads exactly
  std::set<std::string> parameters_;  ///< constants that are used as they are
  std::map<std::string, double> peaks_, quanta_, deviations_;
  std::set<std::string> unclear_;
};

}  // namespace tacit::random_models
