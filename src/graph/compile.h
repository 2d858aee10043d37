// Compile: from a prepared graph to what is proven about it, and how far that is from the float model.
//
//   Graph + samples --calibrate--> Recipe --lower, node by node--> Book --finish--> Theorem, Ports, integer weights
//                 \--------------- run both on the samples --------------------> Fidelity
//
// Theorem, ports and weights are a function of (graph, recipe), the same on every machine: whoever has both can check what
// a key was made of.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "graph/execute.h"
#include "quant/grid.h"
#include "theorem/ports.h"
#include "theorem/theorem.h"

namespace tacit {

/// How the range of a value follows from the numbers that calibration saw (graph/choose_ranges.h).
enum class RangeMethod : std::uint8_t {
  kMinMax,      ///< all of them fit
  kPercentile,  ///< 99.9 % of them fit, by size
  kMse,         ///< rounding and clipping together have the least mean-square error
  kAuto,        ///< of these, for each value, what makes the measured error of the outputs least
};

struct CompileOptions {
  QuantOptions quant = {};
  Visibility input = Visibility::kPublic, output = Visibility::kPublic;
  /// Where the inputs lie. Needed when there are no samples; with samples it sets the grid of the inputs.
  std::optional<std::pair<double, double>> input_range = {};
  /// By name, where an input or an output differs from `input` or `output`.
  std::map<std::string, Visibility> inputs = {}, outputs = {};
  /// log2 of the grid of committed inputs and outputs, or kFloat32Grid (theorem/float32.h), for inputs alone.
  int grid = kDefaultGrid;
  RangeMethod ranges = RangeMethod::kMinMax;
  /// Told how far the trials of kAuto are.
  std::function<void(std::size_t done, std::size_t of)> progress = {};
  /// Whether the outputs' errors are bounded, which takes runs of both models.
  bool bounds_errors = true;
  /// Multiply-adds that one float run may take (graph/work.h).
  double max_work = 0x1p38;

  Visibility of_input(const std::string& name) const;
  Visibility of_output(const std::string& name) const;
};

/// All that choosing the integers depends on besides the graph.
struct Recipe {
  QuantOptions quant = {};        ///< with the headroom that was used, never 0
  double input_headroom = 1;      ///< the same for the graph's inputs
  int grid = kDefaultGrid;        ///< log2, of committed inputs and outputs, or kFloat32Grid
  std::map<std::string, Visibility> inputs, outputs;  ///< of each by name
  std::map<std::string, ValueRange> ranges;           ///< of every value whose scale was chosen by it, and of no other
  std::map<std::string, std::vector<std::uint8_t>> row_shifts = {};  ///< of inputs whose features differ in size (Port::row_shifts)
};

/// Of an output of integers an error is 1, wherever it is another integer: `mean` is then the share of them, and range 1.
struct OutputError {
  std::string name;
  double max = 0, mean = 0;  ///< of |integer model - float model|, over all samples and elements
  double range = 0;          ///< from the smallest to the largest float output, zero included
  bool whole = false;        ///< an output of integers
  std::optional<double> bound = {};  ///< graph/error_bound.h; 0 where the output is exact; none for integers that floats decide
};

struct Accuracy {
  std::size_t rows = 0;  ///< labelled rows
  double of_float = 0, of_integers = 0, agreement = 0;
};

/// How ranges were chosen, where it was not by min-max alone.
struct RangeChoice {
  RangeMethod method = RangeMethod::kAuto;
  std::size_t tried = 0, changed = 0;  ///< trials; values whose range is not that of min-max
  double before = 0, after = 0;        ///< of kAuto: the error of the outputs with min-max and as chosen, as a sum over outputs of
                                       ///< root mean square / largest value, or of the share of integers that differ
};

struct Fidelity {
  bool synthetic = false;  ///< measured on random inputs, for want of samples
  std::vector<OutputError> outputs;
  std::optional<Accuracy> accuracy;
  std::optional<RangeChoice> ranges;
};

struct Compiled {
  Theorem theorem;
  Ports ports;
  std::vector<IntColumn> weights;  ///< of the kWeights columns, in the order of their ids
  Recipe recipe;
  Fidelity fidelity;               ///< empty where nothing was measured
};

/// Contract: the graph comes from `prepare`. `labels` is empty, or holds one class per batch row of all samples in turn.
/// Errors: kUsage without samples and without input_range, naming both flags; kUnsupported naming the node that cannot
/// be stated, whose sums could wrap or that takes too much work; kBadInput for samples or labels that do not fit.
Result<Compiled> compile(const Graph& graph, const std::vector<TensorMap>& samples,
                         const std::vector<std::int64_t>& labels, const CompileOptions& options);

/// What `compile` made when it wrote this recipe; nothing is measured. The recipe may come from anyone. Errors: bad_input
/// where it is not one for this graph (a number out of range, a name that is missing or too many), and as above.
Result<Compiled> compile(const Graph& graph, const Recipe& recipe);

}  // namespace tacit
