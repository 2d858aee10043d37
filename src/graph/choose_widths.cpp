#include "graph/choose_widths.h"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <set>

#include "theorem/cost.h"

namespace tacit {
namespace {

constexpr std::uint32_t kActivationBits[] = {16, 14, 12, 10, 8};
constexpr std::uint32_t kWideWeights = 16;

double cost_of_proof(const Theorem& theorem) {
  const Cost cost = cost_of(theorem);
  return static_cast<double>(cost.witness_entries) + static_cast<double>(cost.lookup_rows);
}

Error not_reached(double max_error, const WidthTrial& best) {
  char text[200];
  std::snprintf(text, sizeof text, "no widths keep the error within %.6g of an output's span: %u-bit activations and %u-bit weights reach %.6g",
                max_error, best.activation_bits, best.weight_bits, best.error);
  return unsupported(text, "");
}

}  // namespace

double worst_error(const Fidelity& fidelity) {
  double worst = 0;
  for (const OutputError& e : fidelity.outputs) {
    const double one = e.whole ? e.mean : e.max == 0 ? 0 : e.max / e.range;
    worst = std::max(worst, one);
  }
  return worst;
}

Result<WidthChoice> compile_within(const Graph& graph, const std::vector<TensorMap>& samples, const std::vector<std::int64_t>& labels,
                                   const CompileOptions& options, double max_error) {
  WidthChoice out;
  std::optional<WidthTrial> kept;
  for (const std::uint32_t bits : kActivationBits) {
    bool within = false;
    for (const std::uint32_t weights : std::set{bits, kWideWeights}) {
      CompileOptions tried = options;
      tried.quant.activation_bits = bits;
      tried.quant.weight_bits = weights;
      auto model = compile(graph, samples, labels, tried);
      if (!model.ok() && out.trials.empty()) return model.error();
      if (!model.ok()) continue;  // too few bits for its integers
      const WidthTrial trial{bits, weights, worst_error(model->fidelity), cost_of_proof(model->theorem)};
      out.trials.push_back(trial);
      if (!(trial.error <= max_error)) continue;
      within = true;
      if (kept && (kept->cost < trial.cost || (kept->cost == trial.cost && kept->error <= trial.error))) continue;
      kept = trial;
      out.model = std::move(*model);
    }
    if (!within) break;
  }
  if (kept) return out;
  const auto best = std::min_element(out.trials.begin(), out.trials.end(), [](const WidthTrial& a, const WidthTrial& b) { return a.error < b.error; });
  return not_reached(max_error, *best);
}

}  // namespace tacit
