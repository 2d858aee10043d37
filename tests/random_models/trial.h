// Trial: everything that is asked of one specimen.
//
//   prepare, compile -> checks of a key -> integers of both executors -> distance from float -> register, prove, verify -> a cheat
#pragma once

#include "random_models/closeness.h"
#include "random_models/specimen.h"

namespace tacit::random_models {

enum class Cheat { kNone, kOutput, kInput, kStream, kOtherInput };

struct Outcome {
  bool proven = false;
  std::optional<Refusal> refusal;    ///< the compiler cannot state the graph
  std::optional<std::string> fault;  ///< anything that is wrong
  Closeness closeness;
  Cheat cheat = Cheat::kNone;
};

/// `stage` always says what is being done, for a handler of crashes.
Outcome run_trial(const Specimen& specimen, const char* volatile& stage);

}  // namespace tacit::random_models
