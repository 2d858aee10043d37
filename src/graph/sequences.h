// Sequences: lists of tensors, followed by name from the node that makes one to those that read it.
//
//   s = SequenceConstruct(a, b)      s: a b
//   t = SequenceInsert(s, c, 0)      t: c a b
//   y = SequenceAt(t, -1)            y = Identity(b)
//   z = ConcatFromSequence(t)        z = Concat(c, a, b)
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "graph/types.h"
#include "ops/expansion.h"

namespace tacit {

class Sequences {
 public:
  using ValueOf = std::function<const Tensor*(const std::string&)>;

  /// To be called for every node in order, before anything reads the types of its operands: sequences have none. What the node stands
  /// for if it is one of sequences. `taken` are the names of all values; new ones are added. Errors: unsupported, naming the node,
  /// where a position is not a constant or another operator reads a sequence.
  Result<std::optional<Expansion>> visit(const Node& node, const TypeMap& types, const ValueOf& value_of, std::set<std::string>& taken);
  /// No output of the graph is a sequence.
  Status check_outputs(const std::vector<std::string>& outputs) const;

 private:
  using Names = std::vector<std::string>;
  struct Read;   ///< a node with what is known around it

  /// Counts what is written for a list. Errors: too much.
  Status hold(const Read& read, const Names& list);
  Result<Names*> sequence(const Read& read, std::size_t index);
  Result<Names> tensors(const Read& read, std::size_t from) const;
  Result<Expansion> change(const Read& read);
  Result<Expansion> split(const Read& read);
  Result<Expansion> join(const Read& read);
  Result<Expansion> pick(const Read& read);

  std::map<std::string, Names> lists_;
  std::size_t held_ = 0;   ///< bytes of names in all lists so far
};

}  // namespace tacit
