// --shape INPUT=1x3x224x224 of `compile` and `inspect`: the whole shape of an input that the model leaves open.
#pragma once

#include <charconv>
#include <map>
#include <optional>

#include "command.h"

namespace tacit::cli {

using Shapes = std::map<std::string, std::vector<std::uint64_t>>;

/// "1x3x224x224": extents of 1 to 2^31 - 1, sixteen at most.
inline std::optional<std::vector<std::uint64_t>> parse_shape(const std::string& text) {
  std::vector<std::uint64_t> dims;
  const char *at = text.data(), *end = at + text.size();
  for (;; ++at) {
    std::uint32_t extent = 0;
    const auto done = std::from_chars(at, end, extent);
    if (done.ec != std::errc{} || extent < 1 || extent > INT32_MAX || dims.size() == 16) return std::nullopt;
    dims.push_back(extent);
    at = done.ptr;
    if (at == end) return dims;
    if (*at != 'x') return std::nullopt;
  }
}

inline void add_shape(CLI::App& command, Shapes& shapes) {
  auto parse = [&shapes](const std::vector<std::string>& all) {
    for (const std::string& text : all) {
      const std::size_t sign = text.rfind('=');
      const auto dims = sign == std::string::npos ? std::nullopt : parse_shape(text.substr(sign + 1));
      if (!dims || sign == 0) throw CLI::ValidationError("--shape", "must look like INPUT=1x3x224x224, not '" + printable(text) + "'");
      shapes[text.substr(0, sign)] = *dims;
    }
  };
  command.add_option_function<std::vector<std::string>>("--shape", parse, "The whole shape of an input that the model leaves open (default: that of the calibration data)")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->type_name("INPUT=DIMS");
}

}  // namespace tacit::cli
