#include "api_common.h"

#include <filesystem>

#include "api/recipe.h"

namespace tacit::cli::api {

std::string folder_of(const std::string& path) { return std::filesystem::path(path).parent_path().string(); }

Result<Samples> bind_inputs(const KeyCore& core, const DataFile& input) {
  std::vector<InputShape> shapes;
  for (const Port& p : core.ports.inputs) shapes.push_back({p.name, p.dims, p.has_digits() && !p.is_committed()});
  return bind_samples(input.arrays, shapes, input.path);
}

std::vector<OutputError> stated_errors(const ProverModel& model) {
  std::vector<OutputError> out;
  const auto recipe = tacit::api::read_recipe(model.recipe);
  if (!recipe.ok() || !recipe->measured) return out;
  for (const tacit::OutputError& e : recipe->measured->errors) out.push_back({e.name, e.max, e.mean, e.range, e.bound});
  return out;
}

Status check_sample(const Samples& samples, std::uint64_t sample, const std::string& path) {
  if (sample < samples.count) return Unit{};
  const std::string have = std::to_string(samples.count) + (samples.count == 1 ? " sample" : " samples");
  return bad_input("holds " + have + ", so --sample " + std::to_string(sample) + " is not among them", path);
}

}  // namespace tacit::cli::api
