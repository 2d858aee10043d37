// All of Tacit's library: prove that a machine-learning model gave an output for an input, without running it again.
//
//   compile (model.h)  ->  prove (prove.h)  ->  verify (verify.h)      commit (commitment.h), renew (renew.h)
//
// Bytes go in and out; no function throws; handles are cheap to copy and may be shared by threads.
// examples/1_hello_proof shows all three steps.
#pragma once

#include "tacit/commitment.h"
#include "tacit/grid.h"
#include "tacit/model.h"
#include "tacit/prove.h"
#include "tacit/renew.h"
#include "tacit/result.h"
#include "tacit/statement.h"
#include "tacit/verify.h"
