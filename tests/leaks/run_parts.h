// Exhibits on all cores, each with a generator of its own: what they add up to does not depend on the number of cores.
#pragma once

#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include "leaks/side.h"

namespace tacit::leaks {

/// `examine(random, tally)` makes and examines one exhibit, and returns a complaint or nothing.
template <class Tally> Tally run_parts(std::string_view name, std::size_t exhibits, auto&& examine) {
  tbb::enumerable_thread_specific<Tally> parts;
  tbb::parallel_for(std::size_t{0}, exhibits, [&](std::size_t i) {
    tbb::this_task_arena::isolate([&] {
      Random random = seeded(name, i);
      Tally& part = parts.local();
      const std::string complaint = examine(random, part);
      if (part.complaint.empty()) part.complaint = complaint;
    });
  });
  Tally out;
  for (const Tally& part : parts) out.merge(part);
  return out;
}

}  // namespace tacit::leaks
