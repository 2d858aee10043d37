// Audit: someone who is shown the weights confirms, for everyone else, what a key commits to.
//
//   ONNX file + recipe --recompile--> theorem, ports, weights --= the key's and the bundle's?
//   bundle's weights + secret --commit--> root, pin           --= the key's?          all equal: AuditStatement, signed
//
// With public weights nothing is secret: the recomputed weights are committed, and the recipe is all that is needed.
#pragma once

#include <functional>

#include "api/audit_statement.h"
#include "api/recipe.h"
#include "graph/execute.h"

namespace tacit::api {

struct Audit {
  std::vector<std::string> differences;   ///< one line each; none: everything is as the key says
  AuditStatement statement;               ///< to be vouched for only without differences

  bool confirmed() const { return differences.empty(); }
};

/// What the auditor is given.
struct AuditSubject {
  ByteSpan onnx, key;
  ModelRecipe recipe;
  const ProverModel* bundle = nullptr;    ///< null: the weights are public
  std::optional<std::string> folder = {}; ///< of the model's external data; unset: it must have none
};

/// Data for the inputs of the recompiled graph.
using SampleSource = std::function<tacit::Result<std::vector<TensorMap>>(const Graph&)>;

/// Where `samples_of` is given, the auditor measures the quantised model on what it returns; otherwise the statement repeats
/// what was measured at compile. `time` is for the statement. Errors: a key file that is none; samples that do not fit.
/// Everything else that does not fit is a difference. Cost: one commitment to the weights, and a verification of the key.
tacit::Result<Audit> audit(const AuditSubject& subject, const SampleSource& samples_of, const std::string& time);

}  // namespace tacit::api
