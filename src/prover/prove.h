// Proving: execute the theorem in integers, commit the witness, run the argument.
#pragma once

#include <functional>

#include "pcs/whir_masks.h"
#include "prover/model.h"
#include "secret/random.h"
#include "verifier/verify.h"

namespace tacit {

/// Runs the model on quantised inputs, one column for each column of the input ports in order. Exact and the same on every machine.
Assignment execute(const ProverModel& model, const std::vector<IntColumn>& inputs);
/// The same into an assignment that already holds the model's weights, e.g. of an earlier run.
void execute_into(const ProverModel& model, const std::vector<IntColumn>& inputs, Assignment& assignment);

struct CommitmentOpening;  // prover/commitment.h

/// How a commitment is made.
struct CommitOptions {
  std::int32_t grid = -16;
  std::uint32_t openings = 16, security = 128;
  Regime regime = Regime::kJohnson;
};

/// The commitments that a proof links its committed ports with.
struct Boundary {
  std::vector<const CommitmentOpening*> inputs;  ///< one for each committed input, in order; their integers are its value
  CommitOptions outputs = {};                    ///< committed outputs are committed anew; the grid is the port's own
};

struct Proof {
  Bytes file;                                ///< as PROOF.bin
  std::vector<IntColumn> outputs;            ///< by ColumnId; filled for the columns of output ports
  std::vector<CommitmentOpening> committed;  ///< one for each committed output; secret

  Proof();
  Proof(Proof&&) noexcept;
  Proof& operator=(Proof&&) noexcept;
  ~Proof();
};

/// Takes the openings of weights and commitments from their ledgers.
using Charge = std::function<Status()>;

/// Proves one inference. `inputs`: one column for each column of the input ports (a committed port has two). `charge` is
/// called when the commitments are found to fit their ports and to be of these inputs, with root and pin computed anew, and
/// before a coin of the proof is drawn. Errors: those of `charge`; bad_input for commitments that do not fit the ports, hold
/// other values or are damaged; a failure of the prover's own checks is a bug, or memory.
Result<Proof> prove(const ProverModel& model, const std::vector<IntColumn>& inputs, const StageSink& stage, const Boundary& boundary = {},
                    const Charge& charge = {});

/// A committed witness with what hides it; pads and masks are empty in an unmasked argument. Wiped when it ends.
struct CommittedWitness {
  FeVector pads;
  OpeningMasks masks;
  Oracle oracle;

  CommittedWitness(FeVector pads, OpeningMasks masks, Oracle oracle);
  CommittedWitness(CommittedWitness&&) = default;
  ~CommittedWitness();
};

/// Commits the witness columns of `assignment`, with fresh pads, masks, random slots and salts where the relation's
/// parameters ask for them. `random` must be of this proof alone.
CommittedWitness commit_witness(const Relation& relation, const Assignment& assignment, Random& random);
/// The same with these pads, in a masked argument.
CommittedWitness commit_witness(const Relation& relation, const Assignment& assignment, FeVector pads, Random& random);

/// The other side of a link: its oracle, and the one that holds the link's pad.
struct LinkWitness {
  Oracle oracle;
  CommittedWitness x;
};

/// The argument's proof stream for a complete assignment; `links` as the relation has them.
Bytes prove_relation(const Relation& relation, std::string_view label, const Assignment& assignment, const Oracle* w,
                     const CommittedWitness& x, const StageSink& stage = {}, std::span<const LinkWitness> links = {});

/// A proof file for a complete assignment, whatever it is; `openings` of the committed ports, inputs first.
Result<Bytes> prove_assignment(const ProverModel& model, const Assignment& assignment, std::span<const CommitmentOpening* const> openings,
                               const StageSink& stage, const Charge& charge = {});

/// Randomness of one proof: from the model's secret, the operating system, the relation and the assignment.
Result<Random> proof_randomness(const ModelSecret& secret, const Relation& relation, const Assignment& assignment);

}  // namespace tacit
