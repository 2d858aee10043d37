// The table of docs/operators.md, from what every operator says of itself.
#pragma once

#include <string>

namespace tacit {

/// Markdown: a row for each text, naming its operators, by name; those of ai.onnx.ml after the standard ones. Ends with a newline.
std::string operator_table();

}  // namespace tacit
