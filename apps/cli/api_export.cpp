// export_quantized: the integers of a bundle as an ONNX graph.
#include <charconv>

#include "api/facts.h"
#include "api_common.h"
#include "export/export.h"
#include "prover/identity.h"

namespace tacit::cli::api {
namespace {

/// With all digits of the number.
std::string text_of(double value) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

}  // namespace

Result<Exported> export_quantized(const Bundle& bundle) {
  const ProverModel& model = bundle.model;
  const KeyCore& core = model.key.core;
  std::map<std::string, std::string> notes{{"tacit.key", tacit::api::hex(identity_of(core).statement)}};
  for (const Port& port : core.ports.outputs) notes["tacit.scale." + port.name] = text_of(port.scale);
  TACIT_TRY(Bytes onnx, export_model({model.theorem, core.ports, model.weights, core.settings.model_name, notes}));
  return Exported{std::move(onnx), tacit::api::facts_of(core.ports.inputs), tacit::api::facts_of(core.ports.outputs)};
}

}  // namespace tacit::cli::api
