// The valid files that mutants are made of: one small network, compiled and proven when the target starts, so that they
// follow every change of the protocol.
#pragma once

#include "prover/test_network.h"

namespace tacit::fuzz {

struct World {
  ProverModel model;
  Bytes key, bundle, proof;
};

inline const World& world() {
  static const World made = [] {
    TestNetworkOptions options;
    options.groups = 2;
    options.input = Visibility::kPublic;
    const TestNetwork network = make_test_network(1, options);
    World w;
    w.model = network.compile();
    w.key = w.model.key.encode();
    w.bundle = w.model.encode();
    auto proof = prove(w.model, network.inputs, {});
    TACIT_EXPECTS(proof.ok(), "the fuzzed network is proven");
    w.proof = std::move(proof->file);
    return w;
  }();
  return made;
}

}  // namespace tacit::fuzz
