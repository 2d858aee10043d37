// Inside the handle.
#pragma once

#include "prover/model.h"
#include "tacit/model.h"

namespace tacit::api {

struct Model::State {
  ProverModel prover;
};

}  // namespace tacit::api
