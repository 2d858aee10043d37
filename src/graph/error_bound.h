// A bound of each output's error, from the data that a model is compiled with and from inputs between them.
//
//   samples        x0   x1   x2 ...          largest error of both models' runs --+
//   between them   a x0 + (1 - a) x1, ...    the same ------------------------------> largest of all, e
//                                            bound = factor(runs) * e, but at most 8 times the samples' own largest error,
//                                            and at least half the output's step and float32's own noise
//
// It is a statement about inputs like those data, found by trying, and no proof: docs/decisions/009 says what it means.
#pragma once

#include <vector>

#include "graph/compile.h"

namespace tacit {

/// The factor on the largest error of so many runs: few of them say little about the next. 4 from 16 on, 8 for one.
double bound_factor(std::size_t runs);

/// How many inputs between the samples are tried: up to 48, as many as keep the work within 2^26 multiply-adds, but for every eight
/// samples one in any case. A rule on work and not on time: the bound is the same on every machine.
std::size_t runs_between(double work, std::size_t samples);

/// Inputs between the samples, the same for the same samples: floats on the line between two, integers each from one of both. Of one
/// sample alone its floats are jittered, within their range. Contract: there are samples.
std::vector<TensorMap> between_samples(const Graph& graph, const std::vector<TensorMap>& samples, std::size_t count);

/// Fills `bound` of the fidelity that was measured on these samples: 0 for outputs that are made of integers alone or passed on as they
/// are, nothing for other integers, whose errors have no size.
Status bound_errors(const Graph& graph, const Compiled& model, const std::vector<TensorMap>& samples, Fidelity& fidelity);

}  // namespace tacit
