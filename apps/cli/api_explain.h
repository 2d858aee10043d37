// What tacit explain prints: a proof of one inference of a small model, told by its own numbers.
#pragma once

#include "api.h"

namespace tacit::cli::api {

struct Explanation {
  struct Numbers {
    std::string name;
    std::vector<std::string> values;   ///< decimal integers, or elements of the field as c0:c1:c2 in hexadecimal
  };
  struct Section {
    std::string title;
    std::vector<std::string> lines;
    std::vector<Numbers> numbers;      ///< all that the lines are made of
  };
  std::vector<Section> sections;
};

struct ExplainOptions {
  std::uint64_t sample = 0;
  std::optional<DataFile> calibration;   ///< else the input's own samples set the scales
};

/// Compiles the model with nothing hidden, proves, verifies and tells what was said. Fails as compile and prove do, and for a
/// model that is too large to be printed.
Result<Explanation> explain(ByteSpan model, const std::string& path, const DataFile& input, const ExplainOptions& options, const Execution& how);

}  // namespace tacit::cli::api
