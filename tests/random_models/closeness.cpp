#include "random_models/closeness.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "graph/fidelity.h"
#include "random_models/experiment.h"

namespace tacit::random_models {

std::optional<std::string> compare_with_float(const Graph& prepared, const Compiled& model, const std::vector<TensorMap>& samples, Closeness& into) {
  const Experiment experiment(prepared, model, samples);
  for (std::size_t s = 0; s < samples.size(); ++s) {
    const std::vector<std::vector<double>> integers = output_values(model, run_integers(model, samples[s]));
    for (std::size_t k = 0; k < integers.size(); ++k) {
      const std::string& name = prepared.outputs[k];
      const bool unclear = experiment.is_unclear(name);
      if (s == 0) {
        ++into.compared;
        into.unclear += unclear;
        into.loose += !unclear && experiment.tolerance(name) > 0.02 * experiment.peak(name);
      }
      if (unclear) continue;
      const std::vector<double> real = numbers_of(experiment.clean()[s].at(name));
      for (std::size_t i = 0; i < real.size(); ++i) {
        const double error = std::abs(real[i] - integers[k][i]), allowed = experiment.tolerance(name) + 1e-6 * experiment.peak(name);
        if (error > 0) into.worst = std::max(into.worst, error / std::max(allowed, 1e-300));
        if (error <= allowed) continue;
        char text[200];
        std::snprintf(text, sizeof text, "output %s, element %zu of sample %zu: float %.9g, integers %.9g, allowed %.3g", name.c_str(), i, s, real[i],
                      integers[k][i], allowed);
        return text;
      }
    }
  }
  return std::nullopt;
}

}  // namespace tacit::random_models
