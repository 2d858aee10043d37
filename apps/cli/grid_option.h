// --grid of `commit` and `compile`: an exponent of two, or float32.
#pragma once

#include <charconv>

#include "command.h"
#include "tacit/grid.h"

namespace tacit::cli {

inline void add_grid(CLI::App& command, int& grid, const std::string& what) {
  auto parse = [&grid](const std::string& text) {
    const char* end = text.data() + text.size();
    int parsed = 0;
    const auto done = std::from_chars(text.data(), end, parsed);
    const bool good = done.ec == std::errc{} && done.ptr == end && parsed >= -60 && parsed <= 30;
    if (!good && text != "float32") throw CLI::ValidationError("--grid", "must be a number from -60 to 30, or float32, not '" + printable(text) + "'");
    grid = good ? parsed : tacit::api::kFloat32Grid;
  };
  command.add_option_function<std::string>("--grid", parse, what)->type_name("E");
}

/// For people.
inline std::string grid_text(int grid) { return grid == tacit::api::kFloat32Grid ? "float32 values" : "multiples of 2^" + std::to_string(grid); }
/// For programs: the exponent, or a string.
inline Json json_of_grid(int grid) { return grid == tacit::api::kFloat32Grid ? Json("float32") : Json(grid); }

}  // namespace tacit::cli
