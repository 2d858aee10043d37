// From the arrays of a file to the inputs of a model, and to class labels.
//
//   file:  "Input3" (100, 1, 1, 28, 28), "label" (100)      model input "Input3" (1, 28, 28)
//   ->     Samples {count 100, inputs[0] = 100 blocks of 784 values}
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "data/array.h"

namespace tacit {

/// One input of a model: the shape of one inference.
struct InputShape {
  std::string name;
  std::vector<std::uint64_t> dims;
  bool takes_nan = false;  ///< as a missing value; and infinities
};

struct Samples {
  std::uint64_t count = 0;                    ///< inferences, at least 1
  std::vector<std::vector<double>> inputs;    ///< per model input: count blocks of its size, row major
};

/// Finds every input among the arrays: by name when all names are there (other arrays are then ignored), where the columns
/// NAME[0], NAME[1], ... stand for NAME (one row of a table is one inference then); else by order
/// when there are as many arrays as inputs, else, for a model with one input, by reading single columns side by side.
/// An array may be one inference, or many along leading axes; axes of length 1 do not matter, and flat rows are
/// accepted. Its first axis may gather whole batches. All inputs must bring equally many inferences.
Result<Samples> bind_samples(std::vector<Array> arrays, std::span<const InputShape> inputs, const std::string& where);

/// The arrays by input, as `bind_samples` finds them; only the names of `inputs` count. Errors: bad_input.
Result<std::vector<Array>> in_order(std::vector<Array> arrays, std::span<const InputShape> inputs, const std::string& where);

/// The one array of integers, or the one called label, labels, target, class or y, as (count) or (count, 1).
Result<std::vector<std::int64_t>> class_labels(const std::vector<Array>& arrays, const std::string& where);

}  // namespace tacit
