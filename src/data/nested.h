// NestedBuilder: an array put together from the events of nested lists, "[" number "]".
//
//   [[1, 2, 3], [4, 5, 6]]   ->   dims {2, 3}, values 1..6
//
// Lists of one depth must all have the same length, and numbers must all lie at one depth.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/array.h"

namespace tacit {

class NestedBuilder {
 public:
  /// Each gives a complaint, or nothing while all is well.
  std::optional<std::string> open();
  std::optional<std::string> number(double value, ArrayType type);
  std::optional<std::string> close();

  bool inside() const { return !open_.empty(); }   ///< some list is still open
  std::size_t value_count() const { return array_.values.size(); }

  /// The array, once every list is closed. The builder starts afresh.
  Array take();

 private:
  std::string position() const;   ///< "[1, 0]": the item being read

  Array array_;
  std::vector<std::uint64_t> open_;                    ///< items so far in each open list
  std::vector<std::optional<std::uint64_t>> length_;   ///< per depth, fixed by the first list that closes there
  std::optional<std::size_t> leaf_;                    ///< the number of lists around every number
};

}  // namespace tacit
