// Operands that more than one family draws.
#pragma once

#include "random_models/builder.h"

namespace tacit::random_models {

/// An operand of floats or int64.
std::optional<std::string> any_operand(Builder& b, std::size_t least_rank);
/// Floats of at least `least`.
std::optional<std::string> positive(Builder& b, double least, std::size_t least_rank = 0, std::size_t most_rank = kMostRank);
/// Floats between -size and size, whatever the model's inputs are.
std::optional<std::string> bounded(Builder& b, double size, std::size_t least_rank = 0, std::size_t most_rank = kMostRank);
/// The value times a constant.
std::optional<std::string> scaled(Builder& b, const std::string& value, double factor);
/// One that broadcasts with x and holds the same type: a value that is there, a new input (floats), or x's elements in another
/// shape. Nothing where there is none.
std::optional<std::string> partner_value(Builder& b, const std::string& x);
/// A shape that broadcasts with `dims`: some axes 1, leading ones left out or, with `larger`, new ones and longer ones.
Shape partner_of(Builder& b, Shape dims, bool larger);
/// A constant of such a shape, of x's type: sizes from `least` to `most`, some negative with `signs`.
std::string partner_constant(Builder& b, const std::string& x, double least, double most, bool signs);

/// No further input may be made.
inline bool graph_is_full(const Builder& b) { return b.graph.inputs.size() >= kMostInputs; }

std::vector<std::size_t> all_axes(std::size_t rank);
/// So many axes of `rank`, in random order.
std::vector<std::size_t> some_axes(Builder& b, std::size_t rank, std::size_t count);
/// At least one.
std::vector<std::size_t> some_axes(Builder& b, std::size_t rank);
/// A constant of int64, drawn from [lo, hi].
Tensor drawn_integers(Builder& b, Shape dims, std::int64_t lo, std::int64_t hi);
/// The same of another type of integers.
Tensor typed_integers(Builder& b, Shape dims, std::int64_t lo, std::int64_t hi, Element element);
Tensor drawn_floats(Builder& b, Shape dims, double lo, double hi);
float drawn(Builder& b, double lo, double hi);

}  // namespace tacit::random_models
