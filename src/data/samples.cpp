#include "data/samples.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

namespace tacit {
namespace {

constexpr std::string_view kLabelNames[] = {"label", "labels", "target", "class", "y"};

using Dims = std::vector<std::uint64_t>;

Dims without_ones(std::span<const std::uint64_t> dims) {
  Dims kept;
  std::copy_if(dims.begin(), dims.end(), std::back_inserter(kept), [](std::uint64_t d) { return d != 1; });
  return kept;
}

bool ends_with(const Dims& dims, const Dims& tail) {
  return tail.size() <= dims.size() && std::equal(tail.rbegin(), tail.rend(), dims.rbegin());
}

/// Leading axes may be sample or batch axes, so only the axes behind an input's first one are compared.
bool shapes_agree(const Array& array, const InputShape& input, std::uint64_t size) {
  Dims have = without_ones(array.dims);
  std::span<const std::uint64_t> dims(input.dims);
  bool whole = ends_with(have, without_ones(dims));
  bool rows = !dims.empty() && ends_with(have, without_ones(dims.subspan(1)));
  bool flat = !have.empty() && have.back() == size;
  return whole || (rows && dims.size() > 1) || flat;
}

const Array* find_named(const std::vector<Array>& arrays, std::string_view name) {
  auto at = std::find_if(arrays.begin(), arrays.end(), [&](const Array& a) { return a.name == name; });
  return at == arrays.end() ? nullptr : &*at;
}

bool are_columns(const std::vector<Array>& arrays) {
  return std::all_of(arrays.begin(), arrays.end(), [&](const Array& a) {
    return a.dims.size() == 1 && a.dims == arrays.front().dims;
  });
}

Array side_by_side(const std::vector<Array>& columns) {
  std::uint64_t rows = columns.front().dims[0];
  Array table{"", {rows, columns.size()}, {}, ArrayType::kFloat64};
  table.values.reserve(rows * columns.size());
  for (std::uint64_t row = 0; row < rows; ++row) {
    for (const Array& column : columns) table.values.push_back(column.values[row]);
  }
  return table;
}

/// The columns NAME[0], NAME[1], ... side by side, as they are written for an array with several values in a row.
std::optional<Array> gathered(const std::map<std::string_view, const Array*>& by_name, const std::string& name) {
  std::vector<Array> columns;
  while (true) {
    const auto next = by_name.find(name + '[' + std::to_string(columns.size()) + ']');
    if (next == by_name.end()) break;
    columns.push_back(*next->second);
  }
  if (columns.empty() || !are_columns(columns)) return std::nullopt;
  return side_by_side(columns);
}

/// Afterwards array i belongs to input i.
Status put_in_order(std::vector<Array>& arrays, std::span<const InputShape> inputs, const std::string& where) {
  std::map<std::string_view, const Array*> by_name;
  for (const Array& array : arrays) by_name.emplace(array.name, &array);
  std::vector<Array> ordered;
  for (const InputShape& input : inputs) {
    if (const auto found = by_name.find(input.name); found != by_name.end()) ordered.push_back(*found->second);
    else if (auto columns = gathered(by_name, input.name)) ordered.push_back(std::move(*columns));
  }
  if (ordered.size() == inputs.size()) {
    arrays = std::move(ordered);
  } else if (inputs.size() == 1 && arrays.size() > 1 && are_columns(arrays)) {
    arrays = {side_by_side(arrays)};
  } else if (arrays.size() != inputs.size()) {
    std::string names;
    for (const InputShape& input : inputs) names += (names.empty() ? "" : ", ") + printable(input.name);
    return bad_input("holds " + std::to_string(arrays.size()) + " arrays, and not one for each model input (" + names +
                         ")", where);
  }
  return Unit{};
}

Result<std::uint64_t> inferences_in(const Array& array, const InputShape& input, const std::string& where) {
  std::string here = where + ", input " + printable(input.name);
  TACIT_TRY(std::uint64_t size, value_count(input.dims, here));
  std::string shapes = "has the shape " + dims_text(array.dims) + " where the model takes " + dims_text(input.dims);
  if (!array.labels.empty()) return bad_input("holds texts where the model takes numbers", here);
  if (size == 0 || array.values.empty()) return bad_input("has no values", here);
  if (!shapes_agree(array, input, size)) return bad_input(shapes, here);
  if (array.values.size() % size != 0) return bad_input(shapes + ": it does not fill whole batches", here);
  return array.values.size() / size;
}

}  // namespace

Result<std::vector<Array>> in_order(std::vector<Array> arrays, std::span<const InputShape> inputs, const std::string& where) {
  TACIT_TRY([[maybe_unused]] Unit ordered, put_in_order(arrays, inputs, where));
  return arrays;
}

Result<Samples> bind_samples(std::vector<Array> arrays, std::span<const InputShape> inputs, const std::string& where) {
  TACIT_TRY([[maybe_unused]] Unit ordered, put_in_order(arrays, inputs, where));
  Samples samples;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    TACIT_TRY(std::uint64_t count, inferences_in(arrays[i], inputs[i], where));
    if (i != 0 && count != samples.count) {
      return bad_input("brings " + std::to_string(count) + " values of input " + printable(inputs[i].name) + " but " +
                           std::to_string(samples.count) + " of " + printable(inputs[0].name), where);
    }
    const auto nan = std::find_if(arrays[i].values.begin(), arrays[i].values.end(), [](double v) { return !std::isfinite(v); });
    if (nan != arrays[i].values.end() && !inputs[i].takes_nan) {
      return bad_input("value " + std::to_string(nan - arrays[i].values.begin()) + " of input " + printable(inputs[i].name) +
                           (std::isnan(*nan) ? " is NaN" : " is infinity") + "; only finite numbers can be used", where);
    }
    samples.count = count;
    samples.inputs.push_back(std::move(arrays[i].values));
  }
  return samples;
}

Result<std::vector<std::int64_t>> class_labels(const std::vector<Array>& arrays, const std::string& where) {
  const Array* found = arrays.size() == 1 ? arrays.data() : nullptr;
  for (std::string_view name : kLabelNames) {
    if (found == nullptr) found = find_named(arrays, name);
  }
  if (found == nullptr) {
    return bad_input("holds several arrays, and none is called label, labels, target, class or y", where);
  }
  if (found->values.empty() || without_ones(found->dims).size() > 1) {
    return bad_input("labels have the shape " + dims_text(found->dims) + "; one class number per sample is needed", where);
  }
  if (!found->labels.empty()) return bad_input("labels are texts; class numbers are needed", where);
  std::vector<std::int64_t> labels;
  for (std::size_t i = 0; i < found->values.size(); ++i) {
    double v = found->values[i];
    bool integer = v == std::floor(v) && std::isfinite(exact(static_cast<std::int64_t>(std::clamp(v, -1e17, 1e17))));
    if (!integer) return bad_input("label " + std::to_string(i) + " is not a class number", where);
    labels.push_back(static_cast<std::int64_t>(v));
  }
  return labels;
}

}  // namespace tacit
