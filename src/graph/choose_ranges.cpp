#include "graph/choose_ranges.h"

#include <algorithm>
#include <cmath>

#include "graph/fidelity.h"
#include "graph/types.h"

namespace tacit {
namespace {

constexpr std::size_t kBins = 2048;
/// The share of a value's numbers that a percentile keeps.
constexpr double kShare = 0.999;
/// A peak within this factor of another is the same one; an error that is not lower by this factor is no gain.
constexpr double kSamePeak = 0.99, kGain = 0.999;
/// Of all trials together, in multiply-adds of integer runs, and bounds on how many runs that may mean.
constexpr double kTrialWork = 0x1p36;
constexpr std::size_t kMostTrials = 160, kMostSamples = 16;

/// Values whose ranges change together.
struct Joint {
  std::vector<std::string> names;
  std::vector<double> peaks;   // by method: min-max, percentile, least error
  double promise = 0;          // how much smaller the best of them makes the mean-square error, as a factor
};

std::map<std::string, std::string> groups_of(const Graph& graph) {
  std::map<std::string, std::string> out;
  for (const Node& node : graph.nodes) {
    const auto found = node.attributes.find(kRangeGroup);
    const auto* group = found == node.attributes.end() ? nullptr : std::get_if<std::string>(&found->second);
    if (group != nullptr) out[node.outputs[0]] = *group;
  }
  return out;
}

SizeHistogram joined(const std::vector<const SizeHistogram*>& all) {
  SizeHistogram out{0, std::vector<std::uint64_t>(kBins)};
  for (const SizeHistogram* h : all) out.peak = std::max(out.peak, h->peak);
  for (const SizeHistogram* h : all)
    for (std::size_t k = 0; k < h->bins.size(); ++k) {
      const double size = h->peak * (static_cast<double>(k) + 0.5) / kBins;
      out.bins[std::min(kBins - 1, static_cast<std::size_t>(size / out.peak * kBins))] += h->bins[k];
    }
  return out;
}

/// Mean square of what is lost at this peak, up to a factor. What the headroom would still hold counts as clipped: it is there
/// for other data than the calibration's.
double square_error(const SizeHistogram& h, double peak, const QuantOptions& quant) {
  const double step = peak * quant.widening() / static_cast<double>(quant.activation_max());
  double sum = 0;
  for (std::size_t k = 0; k < h.bins.size(); ++k) {
    const double size = h.peak * (static_cast<double>(k) + 1) / static_cast<double>(h.bins.size()), beyond = std::max(0.0, size - peak);
    sum += static_cast<double>(h.bins[k]) * (beyond * beyond + step * step / 12);
  }
  return sum;
}

std::vector<Joint> units_of(const Graph& graph, const std::map<std::string, SizeHistogram>& histograms, const QuantOptions& quant) {
  const std::map<std::string, std::string> groups = groups_of(graph);
  std::map<std::string, std::vector<std::string>> members;
  for (const auto& [name, histogram] : histograms) {
    const auto group = groups.find(name);
    members[group == groups.end() ? "value " + name : "group " + group->second].push_back(name);
  }
  std::vector<Joint> units;
  for (auto& [key, names] : members) {
    std::vector<const SizeHistogram*> all;
    for (const std::string& name : names) all.push_back(&histograms.at(name));
    const SizeHistogram h = joined(all);
    Joint unit{std::move(names), {h.peak, h.percentile(kShare), h.least_error(quant)}, 0};
    unit.promise = square_error(h, h.peak, quant) / std::max(1e-300, square_error(h, unit.peaks[2], quant));
    units.push_back(std::move(unit));
  }
  std::stable_sort(units.begin(), units.end(), [](const Joint& a, const Joint& b) { return a.promise > b.promise; });
  return units;
}

/// Ranges cut at the peaks.
void cut(const Joint& unit, double peak, const std::map<std::string, ValueRange>& whole, Recipe& recipe) {
  for (const std::string& name : unit.names) {
    const ValueRange& range = whole.at(name);
    recipe.ranges[name] = {std::max(range.lo, -peak), std::min(range.hi, peak)};
  }
}

std::vector<double> as_doubles(const Tensor& t) {
  if (t.dtype == DType::kFloat) return {t.f.begin(), t.f.end()};
  return {t.i.begin(), t.i.end()};
}

/// The error that trials compare: per output the root mean square as a share of its span, or the share of integers that differ.
class Meter {
 public:
  static Result<Meter> make(const Graph& graph, const std::vector<TensorMap>& samples, std::size_t count) {
    Meter meter;
    meter.spans_.assign(graph.outputs.size(), 0);
    for (std::size_t k = 0; k < count; ++k) {  // from all of them, evenly
      meter.samples_.push_back(&samples[k * samples.size() / count]);
      TACIT_TRY(TensorMap values, run_float(graph, *meter.samples_.back()));
      std::vector<Tensor> outputs;
      for (std::size_t o = 0; o < graph.outputs.size(); ++o) {
        outputs.push_back(std::move(values.at(graph.outputs[o])));
        for (const double v : as_doubles(outputs.back())) meter.spans_[o] = std::max(meter.spans_[o], std::abs(v));
      }
      meter.wanted_.push_back(std::move(outputs));
    }
    return meter;
  }

  double error(const Compiled& model) const {
    std::vector<double> sums(spans_.size(), 0), counts(spans_.size(), 0);
    for (std::size_t n = 0; n < samples_.size(); ++n) {
      const auto values = output_values(model, run_integers(model, *samples_[n]));
      for (std::size_t o = 0; o < values.size(); ++o) {
        const std::vector<double> want = as_doubles(wanted_[n][o]);
        const bool whole = wanted_[n][o].dtype == DType::kInt64;
        for (std::size_t k = 0; k < want.size(); ++k) sums[o] += whole ? (values[o][k] != want[k]) : (values[o][k] - want[k]) * (values[o][k] - want[k]);
        counts[o] += static_cast<double>(want.size());
      }
    }
    double total = 0;
    for (std::size_t o = 0; o < sums.size(); ++o) {
      const double mean = sums[o] / std::max(1.0, counts[o]);
      total += wanted_[0][o].dtype == DType::kInt64 ? mean : std::sqrt(mean) / std::max(spans_[o], 1e-300);
    }
    return total;
  }

 private:
  std::vector<const TensorMap*> samples_;
  std::vector<std::vector<Tensor>> wanted_;  // by sample, by output
  std::vector<double> spans_;
};

/// Tries recipes and keeps the best one.
class Search {
 public:
  Search(const RangeTask& task, const Meter& meter, Recipe& best, RangeChoice& choice, std::size_t most)
      : task_(task), meter_(meter), best_(best), choice_(choice), most_(most) {}

  bool is_over() const { return choice_.tried >= most_; }
  /// Whether it is the new best one. One that cannot be lowered is not.
  bool keep_if_better(Recipe recipe) {
    ++choice_.tried;
    if (task_.progress) task_.progress(choice_.tried, most_);
    const auto compiled = task_.lower(recipe);
    if (!compiled.ok()) return false;
    const double error = meter_.error(*compiled);
    if (!(error < kGain * choice_.after)) return false;
    choice_.after = error;
    best_ = std::move(recipe);
    return true;
  }
  const Recipe& best() const { return best_; }

 private:
  const RangeTask& task_;
  const Meter& meter_;
  Recipe& best_;
  RangeChoice& choice_;
  std::size_t most_;
};

constexpr std::size_t kMethods = 3;

Status search(const RangeTask& task, const std::vector<Joint>& units, const Compiled& first, Recipe& recipe, RangeChoice& choice) {
  const double runs = kTrialWork / std::max(1.0, task.work);
  const std::size_t count = std::min({kMostSamples, task.samples.size(), static_cast<std::size_t>(std::clamp(runs / 8, 1.0, 1e6))});
  const auto most = static_cast<std::size_t>(std::clamp(runs / static_cast<double>(count), 2.0, static_cast<double>(kMostTrials)));
  TACIT_TRY(const Meter meter, Meter::make(task.graph, task.samples, count));
  choice.before = choice.after = meter.error(first);
  const std::map<std::string, ValueRange> whole = recipe.ranges;
  Search trials(task, meter, recipe, choice, most);
  std::vector<std::size_t> chosen(units.size(), 0);
  for (std::size_t method = 1; method < kMethods; ++method) {
    Recipe all = recipe;
    for (const Joint& unit : units) cut(unit, unit.peaks[method], whole, all);
    if (trials.keep_if_better(std::move(all))) chosen.assign(units.size(), method);
  }
  for (std::size_t u = 0; u < units.size(); ++u) {
    for (std::size_t method = 0; method < kMethods && !trials.is_over(); ++method) {
      const double now = units[u].peaks[chosen[u]], other = units[u].peaks[method];
      if (std::min(now, other) > kSamePeak * std::max(now, other)) continue;
      Recipe one = trials.best();
      cut(units[u], other, whole, one);
      if (trials.keep_if_better(std::move(one))) chosen[u] = method;
    }
  }
  return Unit{};
}

}  // namespace

double SizeHistogram::percentile(double share) const {
  std::uint64_t total = 0, seen = 0;
  for (const std::uint64_t n : bins) total += n;
  for (std::size_t k = 0; k < bins.size(); ++k) {
    seen += bins[k];
    if (static_cast<double>(seen) >= share * static_cast<double>(total)) return peak * static_cast<double>(k + 1) / static_cast<double>(bins.size());
  }
  return peak;
}

double SizeHistogram::least_error(const QuantOptions& quant) const {
  double best = peak, least = square_error(*this, peak, quant);
  for (int k = 1; k <= 48; ++k) {  // down to a 64th
    const double at = peak * std::exp2(-k / 8.0), error = square_error(*this, at, quant);
    if (error >= least) continue;
    least = error;
    best = at;
  }
  return best;
}

Result<std::map<std::string, SizeHistogram>> size_histograms(const Graph& graph, const std::vector<TensorMap>& samples,
                                                             const std::map<std::string, ValueRange>& ranges, const std::set<std::string>& names) {
  std::map<std::string, SizeHistogram> out;
  for (const std::string& name : names) {
    const double peak = ranges.at(name).peak();
    if (peak > 0) out[name] = {peak, std::vector<std::uint64_t>(kBins)};
  }
  for (const TensorMap& sample : samples) {
    TACIT_TRY(const TensorMap values, run_float(graph, sample));
    for (auto& [name, histogram] : out) {
      for (const float v : values.at(name).f)
        ++histogram.bins[std::min(kBins - 1, static_cast<std::size_t>(std::abs(static_cast<double>(v)) / histogram.peak * kBins))];
    }
  }
  return out;
}

Result<RangeChoice> choose_ranges(const RangeTask& task, const Compiled& first, Recipe& recipe) {
  TACIT_TRY(const TypeMap types, infer_types(task.graph));
  std::set<std::string> names;
  for (const auto& [name, range] : first.recipe.ranges)
    if (!task.fixed.contains(name) && types.contains(name) && types.at(name).dtype == DType::kFloat) names.insert(name);
  TACIT_TRY(const auto histograms, size_histograms(task.graph, task.samples, recipe.ranges, names));
  const std::vector<Joint> units = units_of(task.graph, histograms, recipe.quant);
  const std::map<std::string, ValueRange> whole = recipe.ranges;
  RangeChoice choice{task.method, 0, 0, 0, 0};
  if (task.method == RangeMethod::kAuto) {
    TACIT_TRY([[maybe_unused]] Unit searched, search(task, units, first, recipe, choice));
  } else {
    for (const Joint& unit : units) cut(unit, unit.peaks[task.method == RangeMethod::kPercentile ? 1 : 2], whole, recipe);
  }
  for (const auto& [name, range] : whole) choice.changed += recipe.ranges.at(name).peak() != range.peak();
  return choice;
}

}  // namespace tacit
