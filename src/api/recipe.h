// The recipe: all that compiling depends on besides the bytes of the ONNX file. Both together give the theorem, the ports and
// every integer weight, bit for bit; with the random secret that hides private weights they give the commitment too.
//
//   ONNX + data --calibrate--> recipe        ONNX + recipe --compile--> theorem, ports, weights --+ secret--> root, pin
//
// It stands in the bundle, as JSON, and is as secret as the weights: the inner ranges are of trained values and of the
// calibration data, and the file's SHA-256 lets anyone test a guess of the file. With public weights it is published,
// PREFIX.recipe, so that anyone can recompute the key's commitment.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/json_fields.h"
#include "graph/compile.h"
#include "prover/model.h"

namespace tacit::api {

/// What quantisation was measured to cost when the model was compiled.
struct Measured {
  std::uint64_t samples = 0;
  bool random = false;   ///< on random inputs, for want of calibration data
  std::vector<tacit::OutputError> errors;
};

struct ModelRecipe {
  Digest onnx{};         ///< SHA-256 of the file, with its external data (api/model_digest.h)
  std::uint64_t batch = 1;
  std::map<std::string, Shape> shapes = {};   ///< of inputs whose shape the file leaves open
  std::vector<std::string> until;
  std::string claim;     ///< as in CompileOptions
  tacit::Recipe numbers;
  tacit::Visibility weights = tacit::Visibility::kPrivate;
  std::uint32_t security = 128, openings = 256;
  Regime regime = Regime::kJohnson;
  tacit::Profile profile = tacit::Profile::kFast;
  std::optional<Measured> measured;
};

Bytes write_recipe(const ModelRecipe& recipe);

/// Any text; a wrong number in it may still give an error of `compile`. Errors: bad_input, naming the member.
tacit::Result<ModelRecipe> read_recipe(ByteSpan text);

Json json_of(const Measured& measured);
tacit::Result<Measured> measured_of(const Json& object);

/// As ports and recipes write visibilities.
const char* text_of(tacit::Visibility visibility);

}  // namespace tacit::api
