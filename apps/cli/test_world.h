// For the tests of the commands: a world in which the model doubles its input (two values), and every answer of the
// interface in api.h can be chosen. It remembers what it was asked.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "api.h"

namespace tacit::cli::test {

struct World {
  api::CompileOptions compiled_with;
  api::Execution ran_with;
  std::uint64_t proved_sample = 0;

  api::Visibility input = api::Visibility::kPrivate, output = api::Visibility::kPublic;
  std::vector<std::string> input_commitments, output_commitments;
  bool zero_knowledge = false;
  bool provable = false;                      ///< what inspect says of every model
  bool claims = false;                        ///< every bundle is of a claim
  std::optional<tacit::api::AccuracyClaim> accuracy = {};   ///< what accepted proofs claim
  double chain_gas = 5e6;                     ///< of a verification on an EVM
  std::string rejection;                      ///< why every proof is rejected; accepted when empty
  std::function<void()> before_every_step;    ///< may throw
};

World& world();

}  // namespace tacit::cli::test
