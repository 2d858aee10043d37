#include "theorem/index_map.h"

#include <algorithm>

namespace tacit {

std::uint64_t IndexAxis::extent() const {
  std::uint64_t out = 0;
  for (const IndexRun& run : runs) out += run.count;
  return out;
}

std::vector<std::uint32_t> IndexAxis::indices() const {
  std::vector<std::uint32_t> out;
  for (const IndexRun& run : runs)
    for (std::uint32_t j = 0; j < run.count; ++j)
      out.push_back(run.is_absent() ? kNone : static_cast<std::uint32_t>(run.start + std::int64_t{run.step} * j));
  return out;
}

bool is_sound(const IndexMap& map, std::uint64_t entries, std::uint64_t size) {
  constexpr std::size_t kMaxAxes = 16;
  if (map.empty() || map.axes.size() > kMaxAxes) return false;
  unsigned __int128 product = 1, last = 0;
  for (const IndexAxis& axis : map.axes) {
    std::uint64_t highest = 0;
    for (const IndexRun& run : axis.runs) {
      if (run.count == 0 || run.start < -1 || (run.is_absent() && run.step != 0)) return false;
      if (run.is_absent()) continue;
      const std::int64_t end = run.start + std::int64_t{run.step} * (std::int64_t{run.count} - 1);
      if (end < 0) return false;
      highest = std::max({highest, static_cast<std::uint64_t>(run.start), static_cast<std::uint64_t>(end)});
    }
    product *= axis.extent();
    if (product > entries) return false;
    last += static_cast<unsigned __int128>(axis.stride) * highest;
  }
  return product == entries && last < size;
}

std::uint64_t IndexMap::entries() const {
  std::uint64_t out = 1;
  for (const IndexAxis& axis : axes) out *= axis.extent();
  return out;
}

bool IndexMap::has_absent() const {
  for (const IndexAxis& axis : axes)
    if (std::any_of(axis.runs.begin(), axis.runs.end(), [](const IndexRun& r) { return r.is_absent(); })) return true;
  return false;
}

std::vector<std::uint32_t> IndexMap::sources() const {
  std::vector<std::uint32_t> out{0};
  out.reserve(entries());
  for (const IndexAxis& axis : axes) {
    const std::vector<std::uint32_t> indices = axis.indices();
    std::vector<std::uint32_t> longer;
    longer.reserve(out.size() * indices.size());
    for (const std::uint32_t base : out)
      for (const std::uint32_t index : indices)
        longer.push_back(base == kNone || index == kNone ? kNone : base + axis.stride * index);
    out = std::move(longer);
  }
  return out;
}

}  // namespace tacit
