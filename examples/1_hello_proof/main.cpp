// Hello, proof. A bakery's model reads a handwritten digit from an order form, and its customer wants to be sure that it
// really read a 5. The bakery compiles its network once and publishes the key; for this one image it makes a proof; the
// customer checks the proof against the key. The customer never sees the weights, and never runs the network.
//
//   hello_proof [FOLDER]      the folder with digits.onnx, calibration.npy and digit.npy; examples/digits if left out
#include <cstdio>

#include "floats.h"
#include "tacit/tacit.h"

using namespace tacit::api;

int main(int argc, char** argv) {
  const std::string folder = argc > 1 ? argv[1] : "examples/digits";
  const std::vector<float> examples = floats_of_npy(folder + "/calibration.npy"), digit = floats_of_npy(folder + "/digit.npy");

  const Result<Compiled> bakery = compile(bytes_of(folder + "/digits.onnx"), Calibration{{examples}, {}});
  if (!bakery.ok()) return std::fprintf(stderr, "%s\n", bakery.error().text.c_str()), 2;
  const Result<Proof> proof = prove(bakery->model, {digit});
  if (!proof.ok()) return std::fprintf(stderr, "%s\n", proof.error().text.c_str()), 2;

  const Result<Verifier> customer = Verifier::load(bakery->model.key());
  if (!customer.ok()) return std::fprintf(stderr, "%s\n", customer.error().text.c_str()), 2;
  const Result<Verdict> verdict = customer->verify(proof->bytes);
  if (!verdict.ok() || !verdict->accepted) return std::puts("rejected"), 1;
  const Statement& said = verdict->statement;
  std::printf("accepted: model %.16s... gives %s =", said.key_digest.c_str(), said.outputs[0].name.c_str());
  for (double score : said.outputs[0].values) std::printf(" %.2f", score);
  std::printf("\n%zu bytes, %.0f bits\n", proof->bytes.size(), said.proven_bits);
}
