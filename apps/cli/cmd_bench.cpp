#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <stdexcept>

#include "command.h"

namespace tacit::cli {
namespace {

struct BenchFlags {
  PassphraseFlags passphrase;
  std::string bundle, input;
  unsigned runs = 3;
};

struct Measured {
  double open = 0, run = 0;
  std::vector<double> prove, verify;
  std::vector<std::vector<api::StageTime>> stages;   ///< by run
  api::Proved fastest;
};

double median(std::vector<double> times) {
  std::sort(times.begin(), times.end());
  std::size_t middle = times.size() / 2;
  return times.size() % 2 == 1 ? times[middle] : (times[middle - 1] + times[middle]) / 2;
}

double minimum(const std::vector<double>& times) { return *std::min_element(times.begin(), times.end()); }

std::uint64_t peak_memory_bytes() {
  struct rusage usage {};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

Result<Measured> measure(Session& session, const BenchFlags& flags) {
  Measured m;
  auto start = std::chrono::steady_clock::now();
  TACIT_TRY(api::BundleHandle bundle, read_bundle(flags.bundle, flags.passphrase));
  m.open = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  TACIT_TRY(api::DataFile input, read_data(flags.input));
  TACIT_TRY(api::RunReport run, api::run(*bundle, input, session.execution()));
  m.run = run.seconds / static_cast<double>(run.samples);
  Bytes key = api::key_of(*bundle);
  for (unsigned i = 0; i < flags.runs; ++i) {
    TACIT_TRY(api::Proved proved, api::prove(*bundle, input, 0, session.execution()));
    TACIT_TRY(api::VerifyReport report, api::verify(key, flags.bundle, proved.bytes, "proof", session.execution()));
    if (!report.accepted) throw std::runtime_error("a proof just made is rejected: " + report.reason);
    m.prove.push_back(proved.seconds);
    m.verify.push_back(report.seconds);
    m.stages.push_back(proved.stages);
    if (proved.seconds <= minimum(m.prove)) m.fastest = std::move(proved);
  }
  return m;
}

std::string spread(const std::vector<double>& times) {
  return duration(median(times)) + " median, " + duration(minimum(times)) + " fastest";
}

Json json_of_times(const std::vector<double>& times) {
  return {{"median", median(times)}, {"fastest", minimum(times)}, {"all", times}};
}

Json json_of_runs(const Measured& m) {
  Json runs = Json::array();
  for (std::size_t i = 0; i < m.prove.size(); ++i) {
    runs.push_back({{"prove_seconds", m.prove[i]}, {"stages", json_of(m.stages[i])}, {"verify_seconds", m.verify[i]}});
  }
  return runs;
}

Result<ExitCode> act(Session& session, const BenchFlags& flags) {
  TACIT_TRY(Measured m, measure(session, flags));
  std::uint64_t memory = peak_memory_bytes();
  Lines lines;
  lines.add("runs", std::to_string(flags.runs));
  lines.add("open bundle", duration(m.open));
  lines.add("run", duration(m.run) + " a sample, without proof");
  lines.add("prove", spread(m.prove));
  lines.add("  of which", "in the fastest run");
  add_stages(lines, m.fastest.stages);
  lines.add("verify", spread(m.verify));
  lines.add("proof", kib(m.fastest.bytes.size()));
  lines.add("peak memory", kib(memory));
  lines.add("privacy", privacy_text(m.fastest.statement));
  Json object{{"command", "bench"},
              {"runs", flags.runs},
              {"threads", session.threads},
              {"open_seconds", m.open},
              {"run_seconds", m.run},
              {"prove_seconds", json_of_times(m.prove)},
              {"stages", json_of(m.fastest.stages)},
              {"each", json_of_runs(m)},
              {"verify_seconds", json_of_times(m.verify)},
              {"proof_bytes", m.fastest.bytes.size()},
              {"peak_memory_bytes", memory}};
  add_privacy(object, m.fastest.statement.zero_knowledge, privacy_text(m.fastest.statement));
  session.print(lines, object);
  return kDone;
}

}  // namespace

void add_bench(CLI::App& app, Session& session) {
  CLI::App* command = new_command(app, session, "bench", "Measure proving and verifying on this machine",
                                  "tacit bench model.tacit input.npy --runs 5");
  auto flags = std::make_shared<BenchFlags>();
  command->add_option("BUNDLE", flags->bundle, "PREFIX.tacit from compile")->required()->type_name("");
  command->add_option("INPUT", flags->input, "Its first sample is proven")->required()->type_name("");
  command->add_option("--runs", flags->runs, "How often (default: 3)")->check(CLI::Range(1u, 1000u).description(""))->type_name("N");
  add_passphrase(*command, flags->passphrase);
  command->callback([&session, flags] { session.action = [&session, flags] { return act(session, *flags); }; });
}

}  // namespace tacit::cli
