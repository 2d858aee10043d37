// The explanation of an account, for a person who knows regression and not cryptography.
//
//   Section   title | lines of text | the numbers in it, by name, for programs and for whoever recomputes them
//
// It shows weights and inputs: it is for learning, and the first section says so.
#pragma once

#include <string>
#include <vector>

#include "explain/account.h"

namespace tacit {

/// Integers in decimal; elements of E as three limbs of 16 hexadecimal digits, c0:c1:c2.
struct NamedNumbers {
  std::string name;
  std::vector<std::string> values;
};

struct Section {
  std::string title;
  std::vector<std::string> lines;
  std::vector<NamedNumbers> numbers;
};

/// The real numbers around an inference, in the order of the ports; flat row-major.
struct RealNumbers {
  std::vector<std::vector<double>> inputs;
  std::vector<std::vector<double>> outputs;  ///< of the float model; an output may have none
};

/// `hidden`: the same inference with a private input, or null. Contract: the accounts are of this model and these inputs, the
/// former with everything public.
std::vector<Section> explain(const ProverModel& model, const RealNumbers& real, const Account& account, const Account* hidden);

/// "0123456789abcdef:...": an element of E as explain() writes it.
std::string text_of(const Fe& x);

}  // namespace tacit
