#include "api/audit.h"

#include <algorithm>

#include "api/audit_differences.h"
#include "api/build.h"
#include "api/model_digest.h"
#include "graph/error_bound.h"
#include "graph/fidelity.h"

namespace tacit::api {
namespace {

constexpr std::string_view kKeyMagic = "TACITKEY";

bool is_key(ByteSpan file) { return file.size() >= kKeyMagic.size() && std::equal(kKeyMagic.begin(), kKeyMagic.end(), file.begin()); }

/// The bundle's weights or, where there is none, the recomputed ones, under the key's parameters.
struct Commitment {
  Digest root{};
  Fe pin;
};

Commitment recommit(const ProverModel& model) {
  const Oracle w = commit_weights(model);
  return {w.root(), pin_of(model.key.core, w)};
}

/// Contract: the recomputed theorem is the key's.
ProverModel public_model(const VerifierKey& key, const tacit::Compiled& compiled) {
  ProverModel model;
  model.key = key;
  model.theorem = compiled.theorem;
  model.weights = by_column(compiled.theorem, compiled.weights);
  return model;
}

class Auditor {
 public:
  Auditor(const AuditSubject& subject, const Digest& digest, const VerifierKey& key) : onnx(digest), subject_(subject), key_(key) {}

  const Digest onnx;
  Differences differences;

  void compare_files() {
    if (subject_.recipe.onnx != onnx) {
      differences.add("ONNX file: its SHA-256 is " + hex_of(onnx) + ", the recipe is for " + hex_of(subject_.recipe.onnx));
    }
    if (subject_.bundle != nullptr && subject_.bundle->key.statement != key_.statement) {
      differences.add("bundle: it is of the key " + hex_of(subject_.bundle->key.statement) + ", not of " + hex_of(key_.statement));
    }
    if (subject_.bundle == nullptr && key_.core.hides_weights()) {
      differences.add("key: its weights are private, so the commitment cannot be recomputed without the bundle");
    }
  }

  void compare_model(const Recompiled& ours) {
    const KeyCore& core = key_.core;
    compare_settings(ours.settings, core.settings, differences);
    if (core.params.regime != subject_.recipe.regime) differences.add("setting regime: the recipe and the key have different ones");
    Theorem bare = ours.compiled.theorem;
    bare.steps.clear();
    compare_theorems(bare, core.theorem, differences);
    compare_ports(ours.compiled.ports, core.ports, differences);
    if (subject_.bundle == nullptr) return;
    compare_weights(bare, by_column(bare, ours.compiled.weights), subject_.bundle->theorem, subject_.bundle->weights, differences);
  }

  void compare_commitment(const Recompiled& ours) {
    if (!key_.core.has_weights()) return;
    const bool recomputable = subject_.bundle != nullptr || (differences.lines().empty() && !key_.core.hides_weights());
    if (!recomputable) return;   // another theorem has other weights
    const Commitment have = recommit(subject_.bundle != nullptr ? *subject_.bundle : public_model(key_, ours.compiled));
    const std::string whose = subject_.bundle != nullptr ? "the bundle's weights and secret" : "the ONNX file and the recipe";
    if (have.root != key_.core.root_w) {
      differences.add("root: " + whose + " give " + hex_of(have.root) + ", the key has " + hex_of(key_.core.root_w));
    }
    if (have.pin != key_.core.pin_y) {
      differences.add("pin: " + whose + " give " + hex_of(encode_element(have.pin)) + ", the key has " + hex_of(encode_element(key_.core.pin_y)));
    }
  }

 private:
  const AuditSubject& subject_;
  const VerifierKey& key_;
};

std::vector<AuditStatement::Scale> scales_of(const std::vector<Port>& ports) {
  std::vector<AuditStatement::Scale> out;
  for (const Port& p : ports) out.push_back({p.name, p.scale, p.visibility});
  return out;
}

AuditStatement statement_of(const AuditSubject& subject, const KeyCore& core, const Digest& onnx, const std::string& time) {
  AuditStatement out;
  out.identity = identity_of(core);
  out.onnx = onnx;
  out.activation_bits = core.settings.activation_bits;
  out.weight_bits = core.settings.weight_bits;
  out.inputs = scales_of(core.ports.inputs);
  out.outputs = scales_of(core.ports.outputs);
  out.measured = subject.recipe.measured;
  out.time = time;
  return out;
}

}  // namespace

tacit::Result<Audit> audit(const AuditSubject& subject, const SampleSource& samples_of, const std::string& time) {
  Audit out;
  if (!is_key(subject.key)) return bad_input("file is not a Tacit verifier key", "key");
  const auto key = read_key(subject.key);
  if (!key.ok()) {
    out.differences.push_back("key: it is not accepted: " + key.error().text());
    return out;
  }
  ExternalFiles external = ExternalFiles::of_folder(subject.folder.value_or(""));
  const auto ours = recompile(subject.onnx, subject.folder ? &external : nullptr, subject.recipe);
  Auditor auditor(subject, model_digest(subject.onnx, external), *key);
  auditor.compare_files();
  if (!ours.ok()) {
    auditor.differences.add("recipe: it cannot be applied to the ONNX file: " + ours.error().text());
  } else {
    auditor.compare_model(*ours);
    auditor.compare_commitment(*ours);
  }
  out.differences = auditor.differences.take();
  out.statement = statement_of(subject, key->core, auditor.onnx, time);
  if (!out.confirmed() || !samples_of) return out;
  TACIT_TRY(std::vector<TensorMap> rows, samples_of(ours->graph));
  TACIT_TRY(const std::vector<TensorMap> samples, with_labels(ours->graph, std::move(rows), {}));
  TACIT_TRY(Fidelity fidelity, measure_fidelity(ours->graph, ours->compiled, samples, {}));
  TACIT_TRY([[maybe_unused]] Unit bounded, bound_errors(ours->graph, ours->compiled, samples, fidelity));
  out.statement.measured = Measured{samples.size(), false, fidelity.outputs};
  out.statement.measured_by_auditor = true;
  return out;
}

}  // namespace tacit::api
