#include "api/inputs.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "graph/exact_copies.h"
#include "graph/claims.h"
#include "graph/compile.h"
#include "theorem/float32.h"

namespace tacit::api {
namespace {

Status check_count(std::size_t have, std::size_t want) {
  if (have == want) return Unit{};
  return bad_input("there are " + std::to_string(have) + " blocks of input, and the model takes " + std::to_string(want));
}

Status check_finite(FloatSpan block, const std::string& where) {
  const auto at = std::find_if(block.begin(), block.end(), [](float v) { return !std::isfinite(v); });
  if (at == block.end()) return Unit{};
  return bad_input("value " + std::to_string(at - block.begin()) + " is not finite", where);
}

}  // namespace

std::vector<std::vector<IntColumn>> quantise_inputs(const KeyCore& core, const std::vector<std::vector<double>>& blocks,
                                                    std::uint64_t* saturated) {
  const std::vector<Port>& ports = core.ports.inputs;
  std::vector<std::vector<IntColumn>> out(blocks[0].size() / ports[0].size());
  std::vector<IntColumn> columns(core.theorem.columns.size());
  for (std::size_t i = 0; i < ports.size(); ++i) {
    const Port& port = ports[i];
    const Column& column = core.theorem.columns[port.column];
    const auto low = static_cast<double>(port.has_digits() ? kCommittedMin : column.lo);
    const auto high = static_cast<double>(port.has_digits() ? kCommittedMax : column.hi);
    for (std::size_t n = 0; n < out.size(); ++n) {
      const auto begin = blocks[i].begin() + static_cast<std::ptrdiff_t>(n * port.size());
      const std::vector<double> flat(begin, begin + static_cast<std::ptrdiff_t>(port.size()));
      quantise(port, core.theorem, flat, columns);
      for (const ColumnId id : port.columns()) out[n].push_back(std::move(columns[id]));
      if (saturated == nullptr || port.scale == kFloat32Scale) continue;
      for (std::size_t k = 0; k < flat.size(); ++k) {
        const double q = std::floor(flat[k] / port.scale_of_row(k / port.inner % port.rows) + 0.5);
        *saturated += q < low || q > high;
      }
    }
  }
  return out;
}

tacit::Result<std::vector<std::vector<double>>> one_inference(const std::vector<Port>& ports, const std::vector<FloatSpan>& blocks,
                                                              bool with_openings) {
  TACIT_TRY([[maybe_unused]] Unit counted, check_count(blocks.size(), ports.size()));
  std::vector<std::vector<double>> out;
  for (std::size_t i = 0; i < ports.size(); ++i) {
    const std::string where = "input \"" + ports[i].name + "\"";
    if (blocks[i].size() != ports[i].size() && !(with_openings && ports[i].is_committed() && blocks[i].empty())) {
      return bad_input("holds " + std::to_string(blocks[i].size()) + " values where the model takes " +
                           std::to_string(ports[i].size()), where);
    }
    const bool exact = ports[i].has_digits() && !ports[i].is_committed();  // NaN is a missing value there
    if (!exact) {
      TACIT_TRY([[maybe_unused]] Unit finite, check_finite(blocks[i], where));
    }
    out.emplace_back(blocks[i].begin(), blocks[i].end());
  }
  return out;
}

tacit::Result<std::vector<TensorMap>> samples_of(const Graph& graph, const std::vector<FloatSpan>& blocks) {
  const std::vector<ValueInfo> inputs = data_inputs(graph);
  TACIT_TRY([[maybe_unused]] Unit counted, check_count(blocks.size(), inputs.size()));
  std::vector<TensorMap> out;
  const std::set<std::string> exact = exact_inputs(graph);
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const ValueInfo& input = inputs[i];
    const std::string where = "calibration of input \"" + input.name + "\"";
    const auto size = static_cast<std::size_t>(element_count(input.type.dims).value_or(0));
    if (size == 0 || blocks[i].empty() || blocks[i].size() % size != 0) {
      return bad_input("holds " + std::to_string(blocks[i].size()) + " values, and one inference takes " + std::to_string(size), where);
    }
    if (!exact.contains(input.name)) {
      TACIT_TRY([[maybe_unused]] Unit finite, check_finite(blocks[i], where));
    }
    if (i == 0) out.resize(blocks[i].size() / size);
    if (out.size() != blocks[i].size() / size) return bad_input("has another number of inferences than the first input", where);
    for (std::size_t n = 0; n < out.size(); ++n) {
      const FloatSpan part = blocks[i].subspan(n * size, size);
      TACIT_TRY(out[n][input.name], input_tensor(input, std::vector<float>(part.begin(), part.end())));
    }
  }
  return out;
}

}  // namespace tacit::api
