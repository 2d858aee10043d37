#include "api_links.h"

#include <algorithm>
#include <string_view>

#include "api/facts.h"
#include "api/inputs.h"
#include "api/proving.h"
#include "api/renewing.h"
#include "api_common.h"

namespace tacit::cli::api {
namespace {

std::string text_of(const NamedFile& file) { return {file.bytes.begin(), file.bytes.end()}; }

template <class T>
Result<T> from_library(const std::string& path, tacit::api::Result<T> result) {
  if (!result.ok()) return at(path, result.error());
  return std::move(*result);
}

Result<std::span<const double>> chosen(const Array& array, const std::optional<std::uint64_t>& sample, const std::string& path) {
  const std::span<const double> all(array.values);
  if (!sample) return all;
  const std::uint64_t count = array.dims.empty() ? 1 : array.dims[0];
  if (*sample >= count) return bad_input("holds " + std::to_string(count) + " samples, so --sample " + std::to_string(*sample) + " is not among them", path);
  return all.subspan(*sample * (all.size() / count), all.size() / count);
}

/// One block for each input: empty for committed ones, one sample of the file for the others.
Result<std::vector<std::vector<double>>> other_blocks(const std::vector<Port>& ports, const std::optional<DataFile>& input, std::uint64_t sample) {
  std::vector<std::vector<double>> out(ports.size());
  std::vector<InputShape> shapes;
  for (const Port& p : ports)
    if (!p.is_committed()) shapes.push_back({p.name, p.dims, p.has_digits()});
  if (shapes.empty() && input) return Error{ErrorCode::kUsage, "all inputs of the model are committed: give openings alone", input->path};
  if (shapes.empty()) return out;
  if (!input) return Error{ErrorCode::kUsage, "input " + shapes[0].name + " is not committed: give a file with its values", ""};
  TACIT_TRY(const Samples samples, bind_samples(input->arrays, shapes, input->path));
  TACIT_TRY([[maybe_unused]] Unit there, check_sample(samples, sample, input->path));
  for (std::size_t i = 0, next = 0; i < ports.size(); ++i) {
    if (ports[i].is_committed()) continue;
    const std::vector<double>& all = samples.inputs[next++];
    const auto size = static_cast<std::ptrdiff_t>(all.size() / samples.count);
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(sample) * size;
    out[i].assign(begin, begin + size);
  }
  return out;
}

}  // namespace

LinkFile link_file(ByteSpan bytes) {
  constexpr std::pair<std::string_view, LinkFile> kMagics[] = {
      {"TACITCOM", LinkFile::kCommitment}, {"TACITOPN", LinkFile::kOpening}, {"TACITREN", LinkFile::kRenewal}};
  for (const auto& [magic, kind] : kMagics)
    if (bytes.size() >= magic.size() && std::equal(magic.begin(), magic.end(), bytes.begin())) return kind;
  return LinkFile::kNone;
}

Result<Committed> commit(const DataFile& input, const std::optional<std::uint64_t>& sample, const CommitOptions& options,
                         const std::optional<NamedFile>& private_pem) {
  if (input.arrays.size() != 1) {
    return bad_input("holds " + std::to_string(input.arrays.size()) + " arrays; a commitment is to one", input.path);
  }
  TACIT_TRY(const std::span<const double> values, chosen(input.arrays[0], sample, input.path));
  TACIT_TRY(Committed out, from_library(input.path, tacit::api::commit(values, options)));
  if (private_pem) {
    TACIT_TRY(out.commitment, from_library(private_pem->path, tacit::api::sign_commitment(out.commitment, text_of(*private_pem))));
  }
  return out;
}

Result<Proved> prove_committed(const Bundle& bundle, const std::vector<NamedOpening>& openings, const std::optional<DataFile>& input,
                               std::uint64_t sample, const CommitOptions& outputs, bool commits_output, const Execution& how) {
  const ThreadLimit threads(how.threads);
  const KeyCore& core = bundle.model.key.core;
  const std::vector<Port>& out = core.ports.outputs;
  const bool has_output = std::any_of(out.begin(), out.end(), [](const Port& p) { return p.is_committed(); });
  if (has_output != commits_output) {
    return Error{ErrorCode::kUsage, has_output ? "the model's output is committed: say where its commitment goes with --commit-output NAME"
                                               : "--commit-output is for models compiled with --output committed", ""};
  }
  TACIT_TRY(auto blocks, other_blocks(core.ports.inputs, input, sample));
  const WipeGuard of_blocks(blocks);
  std::vector<ByteSpan> files;
  for (const NamedOpening& opening : openings) files.push_back(opening.bytes);
  TACIT_TRY(const std::vector<CommitmentOpening> read, tacit::api::read_openings(core.ports.inputs, files, blocks));
  std::vector<IntColumn> columns = std::move(tacit::api::quantise_inputs(core, blocks, nullptr)[0]);
  const WipeGuard of_columns(columns);
  return tacit::api::prove_columns(bundle.model, columns, stages_of(how), read, outputs);
}

Result<CommitmentFacts> facts_of_commitment(const NamedFile& commitment) {
  return from_library(commitment.path, tacit::api::describe_commitment(commitment.bytes));
}

Result<Bytes> commitment_in(ByteSpan opening, const std::string& path) {
  const auto read = read_opening(opening);
  if (!read.ok()) return at(path, read.error());
  return read->of.encode();
}

Result<RenewalFacts> facts_of_renewal(const NamedFile& renewal) {
  const auto read = read_renewal(renewal.bytes);
  if (!read.ok()) return at(renewal.path, read.error());
  return RenewalFacts{tacit::api::hex(read->old_statement), tacit::api::hex(read->new_statement), read->stream.size()};
}

Result<bool> is_signed_by(const NamedFile& commitment, const NamedFile& public_pem) {
  TACIT_TRY([[maybe_unused]] const CommitmentFacts facts, facts_of_commitment(commitment));
  return from_library(public_pem.path, tacit::api::is_signed_by(commitment.bytes, text_of(public_pem)));
}

Result<RenewedFiles> renew(const Bundle& bundle, const std::string& path, const Execution& how) {
  const ThreadLimit threads(how.threads);
  auto renewed = tacit::api::renew_counted(bundle.model, stages_of(how));
  if (!renewed.ok()) return at(path, renewed.error());
  const ProverModel& model = renewed->model;
  return RenewedFiles{model.encode(), model.key.encode(), renewed->link.encode(), tacit::api::hex(model.key.statement),
                      model.key.core.settings.openings};
}

Result<RenewalCheck> check_renewal(const NamedFile& older, const NamedFile& newer, const NamedFile& link) {
  TACIT_TRY(const auto from, from_library(older.path, tacit::api::Verifier::load(older.bytes)));
  TACIT_TRY(const auto to, from_library(newer.path, tacit::api::Verifier::load(newer.bytes)));
  TACIT_TRY(const auto verdict, from_library(link.path, to.renews(from, link.bytes)));
  if (verdict.accepted) return RenewalCheck{"", verdict.statement.parts};
  return RenewalCheck{link.path + " does not lead from " + older.path + " to " + newer.path + ": " + verdict.reason, {}};
}

}  // namespace tacit::cli::api
