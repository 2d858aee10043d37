#include "data/nested.h"

#include <algorithm>

#include "base/contract.h"

namespace tacit {
namespace {

/// Booleans among themselves stay booleans; with integers they are integers; a real number makes all real.
ArrayType wider(ArrayType a, ArrayType b) {
  if (a == b) return a;
  return a == ArrayType::kFloat64 || b == ArrayType::kFloat64 ? ArrayType::kFloat64 : ArrayType::kInt64;
}

}  // namespace

std::string NestedBuilder::position() const {
  std::vector<std::uint64_t> index(open_);
  for (std::uint64_t& i : index) i = i == 0 ? 0 : i - 1;
  return "at " + list_text(index);
}

std::optional<std::string> NestedBuilder::open() {
  if (!open_.empty()) ++open_.back();
  if (open_.size() == kMaxAxes) return "lists are nested deeper than " + std::to_string(kMaxAxes);
  if (leaf_ && open_.size() >= *leaf_) return position() + " there is a list where the others have a number";
  open_.push_back(0);
  length_.resize(std::max(length_.size(), open_.size()));
  return std::nullopt;
}

std::optional<std::string> NestedBuilder::number(double value, ArrayType type) {
  if (!open_.empty()) ++open_.back();
  if (leaf_ ? open_.size() != *leaf_ : open_.size() != length_.size()) {
    return position() + " there is a number where the others have a list";
  }
  leaf_ = open_.size();
  array_.type = array_.values.empty() ? type : wider(array_.type, type);
  array_.values.push_back(value);
  return std::nullopt;
}

std::optional<std::string> NestedBuilder::close() {
  TACIT_EXPECTS(!open_.empty(), "a list closes that was never opened");
  std::uint64_t items = open_.back();
  open_.pop_back();
  auto& length = length_[open_.size()];
  if (length.value_or(items) != items) {
    return (open_.empty() ? std::string("the list") : position() + " the list") + " has " + std::to_string(items) +
           " items where the others have " + std::to_string(*length);
  }
  length = items;
  return std::nullopt;
}

Array NestedBuilder::take() {
  TACIT_EXPECTS(open_.empty(), "an array is taken while a list is open");
  for (auto length : length_) array_.dims.push_back(length.value_or(0));
  Array done = std::move(array_);
  *this = NestedBuilder();
  return done;
}

}  // namespace tacit
