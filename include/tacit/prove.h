// Proving: one inference of a compiled model, and the bytes that convince others of it.
//
//   Model + inputs --prove--> Proof { bytes, statement, outputs }      bytes + PREFIX.vk --Verifier--> statement
#pragma once

#include <string>
#include <vector>

#include "tacit/model.h"
#include "tacit/result.h"
#include "tacit/statement.h"

namespace tacit::api {

struct StageTime {
  std::string name;                      ///< "commit witness"
  double seconds = 0;
};

struct Proof {
  Bytes bytes;                           ///< what a verifier needs besides the key
  Statement statement;                   ///< what it says: only public values
  std::vector<TensorValue> outputs;      ///< the prediction, also where it is private
  std::vector<StageTime> stages;         ///< what took how long, in order
  double seconds = 0;                    ///< wall clock, all of it
};

/// A proof that a Verifier with `model.key()` accepts. `inputs`: one block for each model input, of its shape.
/// `threads`: 0 is one per core; limits the whole process meanwhile.
/// Errors: kBadInput for blocks that are missing, of another size, or hold NaN or infinity. Values outside the compiled
/// range saturate: no input makes a proof impossible. Cost: linear in the model's weights and activations; the stages
/// say where it went.
Result<Proof> prove(const Model& model, const std::vector<FloatSpan>& inputs, unsigned threads = 0);

}  // namespace tacit::api
