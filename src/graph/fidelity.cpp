#include "graph/fidelity.h"

#include <algorithm>
#include <cmath>

#include "graph/types.h"

namespace tacit {
namespace {

std::vector<double> as_doubles(const Tensor& t) {
  if (t.dtype == DType::kFloat) return {t.f.begin(), t.f.end()};
  return {t.i.begin(), t.i.end()};
}

/// Running totals for one output.
struct Distance {
  double max = 0, sum = 0, lo = 0, hi = 0;
  std::size_t count = 0;
  bool whole = false;

  void add(const Tensor& want, const std::vector<double>& have) {
    const bool integers = want.dtype == DType::kInt64;
    const std::vector<double> wanted = as_doubles(want);
    whole = integers;
    if (integers) hi = 1;
    for (std::size_t k = 0; k < have.size(); ++k) {
      if (!integers && !std::isfinite(wanted[k]) && (wanted[k] == have[k] || (std::isnan(wanted[k]) && std::isnan(have[k])))) continue;
      const double error = integers ? (have[k] != wanted[k] ? 1 : 0) : std::abs(have[k] - wanted[k]);
      max = std::max(max, error);
      sum += error;
      if (integers) continue;
      lo = std::min(lo, wanted[k]);
      hi = std::max(hi, wanted[k]);
    }
    count += have.size();
  }
};

/// Of scores the largest one's place; one number alone, an integer, is the class itself.
std::int64_t best_class(const double* scores, std::size_t count, bool integers) {
  if (integers && count == 1) return static_cast<std::int64_t>(*scores);
  return std::max_element(scores, scores + count) - scores;
}

/// Rows of the first output: its leading extent, or one row where it has one axis only; of integers (classes) along one axis
/// each is a row.
std::size_t rows_of(const Port& port, bool integers) {
  const std::size_t least = integers ? 1 : 2;
  return port.dims.size() < least ? 1 : static_cast<std::size_t>(port.dims[0]);
}

struct Tally {
  std::size_t rows = 0, float_right = 0, integers_right = 0, agree = 0;

  Status add(const Port& port, const Tensor& output, const std::vector<double>& integer, const std::vector<std::int64_t>& labels) {
    const std::vector<double> real = as_doubles(output);
    const std::size_t count = rows_of(port, output.dtype == DType::kInt64), classes = real.size() / count;
    const bool integers = output.dtype == DType::kInt64, is_class = integers && classes == 1;
    for (std::size_t row = 0; row < count; ++row, ++rows) {
      const std::int64_t by_float = best_class(real.data() + row * classes, classes, integers);
      const std::int64_t by_integers = best_class(integer.data() + row * classes, classes, integers);
      agree += by_float == by_integers;
      if (labels.empty()) continue;
      const std::int64_t label = labels[rows];
      if (label < 0 || (label >= static_cast<std::int64_t>(classes) && !is_class)) {
        return bad_input("label " + std::to_string(label) + " is none of the model's " + std::to_string(classes) +
                             " classes", "label " + std::to_string(rows));
      }
      float_right += by_float == label;
      integers_right += by_integers == label;
    }
    return Unit{};
  }
};

Status check_labels(const Compiled& model, bool integers, std::size_t samples, const std::vector<std::int64_t>& labels) {
  const std::size_t rows = samples * rows_of(model.ports.outputs[0], integers);
  if (labels.empty() || labels.size() == rows) return Unit{};
  return bad_input("there are " + std::to_string(labels.size()) + " labels for " + std::to_string(rows) + " rows", "labels");
}

}  // namespace

Assignment run_integers(const Compiled& model, const TensorMap& inputs) {
  Assignment assignment;
  assignment.columns.resize(model.theorem.columns.size());
  std::size_t next = 0;
  for (ColumnId id = 0; id < model.theorem.columns.size(); ++id) {
    if (model.theorem.columns[id].home == Home::kWeights) assignment.columns[id] = model.weights[next++];
  }
  for (const Port& port : model.ports.inputs) {
    quantise(port, model.theorem, as_doubles(inputs.at(port.name)), assignment.columns);
  }
  run_steps(model.theorem, assignment);
  return assignment;
}

std::vector<std::vector<double>> output_values(const Compiled& model, const Assignment& assignment) {
  std::vector<std::vector<double>> values;
  for (const Port& port : model.ports.outputs) values.push_back(dequantise(port, assignment.columns));
  return values;
}

Result<Fidelity> measure_fidelity(const Graph& graph, const Compiled& model, const std::vector<TensorMap>& samples,
                                  const std::vector<std::int64_t>& labels) {
  TACIT_TRY(const TypeMap types, infer_types(graph));
  const bool integers = types.at(graph.outputs[0]).dtype == DType::kInt64;
  if (Status fit = check_labels(model, integers, samples.size(), labels); !fit.ok()) return fit.error();
  std::vector<Distance> distances(graph.outputs.size());
  Tally tally;
  for (const TensorMap& sample : samples) {
    TACIT_TRY(TensorMap real, run_float(graph, sample));
    const std::vector<std::vector<double>> values = output_values(model, run_integers(model, sample));
    for (std::size_t k = 0; k < values.size(); ++k) distances[k].add(real.at(graph.outputs[k]), values[k]);
    Status counted = tally.add(model.ports.outputs[0], real.at(graph.outputs[0]), values[0], labels);
    if (!counted.ok()) return counted.error();
  }
  Fidelity fidelity;
  for (std::size_t k = 0; k < distances.size(); ++k) {
    const Distance& d = distances[k];
    const double count = static_cast<double>(std::max<std::size_t>(1, d.count));
    fidelity.outputs.push_back({graph.outputs[k], d.max, d.sum / count, d.hi - d.lo, d.whole});
  }
  if (!labels.empty() && tally.rows > 0) {
    const double rows = static_cast<double>(tally.rows);
    fidelity.accuracy = Accuracy{tally.rows, tally.float_right / rows, tally.integers_right / rows, tally.agree / rows};
  }
  return fidelity;
}

}  // namespace tacit
