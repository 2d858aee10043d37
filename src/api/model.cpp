#include "tacit/model.h"

#include "api/build.h"
#include "api/facts.h"
#include "api/guard.h"
#include "api/inputs.h"
#include "api/model_state.h"
#include "prover/prove.h"

namespace tacit::api {
namespace {

Model handle(ProverModel model) { return Model(std::make_shared<const Model::State>(Model::State{std::move(model)})); }

}  // namespace

Result<Model> Model::load(ByteSpan bundle) {
  return guarded<Model>([&]() -> tacit::Result<Model> {
    TACIT_TRY(ProverModel model, read_model(bundle));
    return handle(std::move(model));
  });
}

Bytes Model::save() const { return state_->prover.encode(); }
Bytes Model::key() const { return state_->prover.key.encode(); }
std::vector<TensorFacts> Model::inputs() const { return facts_of(state_->prover.key.core.ports.inputs); }
std::vector<TensorFacts> Model::outputs() const { return facts_of(state_->prover.key.core.ports.outputs); }

Result<std::vector<TensorValue>> Model::run(const std::vector<FloatSpan>& inputs) const {
  return guarded<std::vector<TensorValue>>([&]() -> tacit::Result<std::vector<TensorValue>> {
    const KeyCore& core = state_->prover.key.core;
    TACIT_TRY(const auto blocks, one_inference(core.ports.inputs, inputs));
    const Assignment assignment = execute(state_->prover, quantise_inputs(core, blocks, nullptr)[0]);
    std::vector<TensorValue> out;
    for (const Port& port : core.ports.outputs) out.push_back(value_of(core, port, assignment.columns));
    return out;
  });
}

Result<Compiled> compile(ByteSpan onnx, const Calibration& calibration, const CompileOptions& options) {
  return guarded<Compiled>([&]() -> tacit::Result<Compiled> {
    const ThreadLimit limit(options.threads);
    TACIT_TRY(const Source source, read_source(onnx, options));
    TACIT_TRY(const std::vector<TensorMap> samples, samples_of(source.graph, calibration.inputs));
    TACIT_TRY(Built built, build(source, samples, calibration.labels, std::nullopt, options, {}));
    return Compiled{handle(std::move(built.model)), std::move(built.report)};
  });
}

Result<Compiled> compile(ByteSpan onnx, Range range, const CompileOptions& options) {
  return guarded<Compiled>([&]() -> tacit::Result<Compiled> {
    const ThreadLimit limit(options.threads);
    TACIT_TRY(const Source source, read_source(onnx, options));
    TACIT_TRY(Built built, build(source, {}, {}, range, options, {}));
    return Compiled{handle(std::move(built.model)), std::move(built.report)};
  });
}

}  // namespace tacit::api
