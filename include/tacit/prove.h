// Proving: one inference of a compiled model, and the bytes that convince others of it.
//
//   Model + inputs --prove--> Proof { bytes, statement, outputs }      bytes + PREFIX.vk --Verifier--> statement
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tacit/commitment.h"
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
  std::optional<std::uint32_t> openings_left;  ///< of the weights' budget, after this proof; none for public weights
  double seconds = 0;                    ///< wall clock, all of it
  std::vector<Committed> commitments;    ///< fresh ones, of the committed outputs in order; their openings are secret
};

/// A proof that a Verifier with `model.key()` accepts. `inputs`: one block for each model input, of its shape.
/// `threads`: 0 is one per core; limits the whole process meanwhile.
/// With private weights it takes one opening from the ledger of the model's commitment (state directory: $TACIT_STATE_DIR,
/// else $XDG_STATE_HOME/tacit, else ~/.local/state/tacit) once all that is given is found to be right; also when proving
/// fails after that.
/// Errors: kBadInput for blocks that are missing, of another size, or hold NaN or infinity, and when the ledger is missing
/// or nothing is left in it; kIo when it cannot be written. Values outside the compiled range saturate: no input makes a proof impossible. Cost: linear in the model's weights and activations; the stages
/// say where it went.
Result<Proof> prove(const Model& model, const std::vector<FloatSpan>& inputs, unsigned threads = 0);

/// For models with committed inputs or outputs.
struct ProveOptions {
  std::vector<ByteSpan> openings = {};   ///< NAME.opening of each committed input, in the model's order
  CommitOptions outputs = {};            ///< of the commitments to committed outputs; their grid is the model's
  unsigned threads = 0;
};

/// The same with commitments. A committed input's block is left empty: its values are those of its opening. Takes one
/// opening for each committed input from its commitment's ledger too: all openings, or none if one of them is missing.
/// A fresh commitment of an output has spent one of its openings when it is handed over. Errors: also kBadInput for an
/// opening of another grid or size, or a damaged one.
Result<Proof> prove(const Model& model, const std::vector<FloatSpan>& inputs, const ProveOptions& options);

}  // namespace tacit::api
