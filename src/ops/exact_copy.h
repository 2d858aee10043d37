// Where the elements of a moved value come from (graph/exact_copies.h).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace tacit {

struct ExactSource {
  std::vector<std::string> roots;
  std::vector<std::pair<std::uint32_t, std::int64_t>> elements;  ///< in flat order: a root's number, and the element of it
};
using ExactSources = std::map<std::string, ExactSource>;

}  // namespace tacit
