// Random models: hundreds of small graphs over all operators, each one compiled, run by two executors, compared with float,
// proven, verified, and lied about.
//
//   TACIT_RANDOM_SEED   another set of graphs (default 1)         TACIT_RANDOM_COUNT   how many (default 768)
//   TACIT_RANDOM_ONLY   one graph by its number, printed first
//
// Fails on any fault, on a refusal without the node's name, if there is more than one refusal for ten graphs, and if an operator
// of the list was not proven.
#include <sys/mman.h>
#include <sys/wait.h>
#include <tbb/task_arena.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <span>
#include <thread>

#include "ops/catalogue.h"
#include "random_models/operators.h"
#include "random_models/trial.h"

namespace tacit::random_models {
namespace {

std::uint64_t number_from(const char* name, std::uint64_t usual) {
  const char* text = std::getenv(name);
  return text == nullptr ? usual : std::strtoull(text, nullptr, 10);
}

/// What a worker is at, in memory that outlives its process: a contract that fails ends that at once.
struct InFlight {
  volatile std::uint64_t index;
  const char* volatile stage;  ///< a literal, or null between graphs
};

struct Tally {
  std::map<std::string, int> tried, proven, refused;
  std::map<std::string, int> reasons;
  int graphs = 0, accepted = 0, refused_graphs = 0, faults = 0;
  std::map<Cheat, int> cheats;
  Closeness closeness;
};

void report_fault(const Specimen& specimen, const std::string& fault) {
  std::printf("\nFAULT in graph %llu: %s\n%s\n", static_cast<unsigned long long>(specimen.index), fault.c_str(), replay_text(specimen).c_str());
  std::fflush(stdout);
}

void note_refusal(const Refusal& refusal, Tally& tally) {
  ++tally.refused[refusal.label];
  const std::size_t colon = refusal.text.find("): ");
  ++tally.reasons[refusal.label + ": " + (colon == std::string::npos ? refusal.text : refusal.text.substr(colon + 3))];
}

void note(const Specimen& specimen, const Outcome& outcome, Tally& tally) {
  ++tally.graphs;
  for (const std::string& label : live_labels(specimen)) {
    ++tally.tried[label];
    tally.proven[label] += outcome.proven;
  }
  for (const Refusal& refusal : specimen.refusals) note_refusal(refusal, tally);
  if (outcome.refusal) {
    ++tally.refused_graphs;
    note_refusal(*outcome.refusal, tally);
  }
  tally.accepted += outcome.proven;
  ++tally.cheats[outcome.cheat];
  tally.closeness.compared += outcome.closeness.compared;
  tally.closeness.loose += outcome.closeness.loose;
  tally.closeness.unclear += outcome.closeness.unclear;
  tally.closeness.worst = std::max(tally.closeness.worst, outcome.closeness.worst);
  std::vector<std::string> faults = specimen.faults;
  if (outcome.fault) faults.push_back(*outcome.fault);
  tally.faults += !faults.empty();
  for (const std::string& fault : faults) report_fault(specimen, fault);
}

/// One core's share of the graphs. The prover's own threads would only be in the way.
void work(std::uint64_t seed, std::uint64_t count, std::atomic<std::uint64_t>& next, InFlight& at, std::mutex& mutex, Tally& tally) {
  tbb::task_arena arena(1);
  arena.execute([&] {
    for (std::uint64_t index = next++; index < count; index = next++) {
      at.index = index;
      at.stage = "generate";
      const Specimen specimen = make_specimen(seed, index);
      const Outcome outcome = run_trial(specimen, at.stage);
      at.stage = nullptr;
      const std::lock_guard lock(mutex);
      note(specimen, outcome, tally);
    }
  });
}

/// False if an operator of the list is missing or was never proven.
bool print_operators(const Tally& tally) {
  bool complete = true;
  std::printf("%-28s %7s %7s %7s\n", "operator", "graphs", "proven", "refused");
  for (const Kind& kind : all_kinds()) {
    Node node;
    node.op = kind.op;
    node.domain = kind.domain;
    if (find_operator(node) == nullptr) {
      std::printf("%-28s is not in the catalogue: left out\n", kind.label);
      complete = false;
      continue;
    }
    const auto count = [&](const std::map<std::string, int>& of) { return of.contains(kind.label) ? of.at(kind.label) : 0; };
    std::printf("%-28s %7d %7d %7d\n", kind.label, count(tally.tried), count(tally.proven), count(tally.refused));
    complete = complete && count(tally.proven) > 0;
  }
  return complete;
}

int print_tally(const Tally& tally) {
  const bool complete = print_operators(tally);
  for (const auto& [reason, times] : tally.reasons) std::printf("refused %d times: %s\n", times, reason.c_str());
  std::printf("%d graphs, %d proven and verified, %d refused, %d faults\n", tally.graphs, tally.accepted, tally.refused_graphs, tally.faults);
  const auto cheats = [&](Cheat c) { return tally.cheats.contains(c) ? tally.cheats.at(c) : 0; };
  std::printf("cheats refused: %d changed outputs, %d changed inputs, %d changed streams\n", cheats(Cheat::kOutput), cheats(Cheat::kInput),
              cheats(Cheat::kStream));
  std::printf("float: %d outputs, %d with a loose tolerance, %d not comparable; worst error %.2f of what is allowed\n", tally.closeness.compared,
              tally.closeness.loose, tally.closeness.unclear, tally.closeness.worst);
  int refused = 0;  // left out while the graph grew, or with the graph
  for (const auto& [label, times] : tally.refused) refused += times;
  const bool many_refused = 10 * refused > tally.graphs;
  if (!complete) std::printf("FAULT: not every operator was proven\n");
  if (many_refused) std::printf("FAULT: %d nodes are refused, more than one for ten graphs\n", refused);
  return tally.faults > 0 || many_refused || !complete ? 1 : 0;
}

int run_one(std::uint64_t seed, std::uint64_t index) {
  const Specimen specimen = make_specimen(seed, index);
  std::printf("%s\n", replay_text(specimen).c_str());
  std::fflush(stdout);
  const char* volatile stage = "";
  const Outcome outcome = run_trial(specimen, stage);
  if (outcome.refusal) std::printf("refused: %s\n", outcome.refusal->text.c_str());
  if (outcome.fault) std::printf("FAULT: %s\n", outcome.fault->c_str());
  std::printf("%s, worst error %.3f of what is allowed\n", outcome.proven ? "proven and verified" : "not proven", outcome.closeness.worst);
  return outcome.fault || !specimen.faults.empty() ? 1 : 0;
}

int run_all(std::uint64_t seed, std::uint64_t count, std::span<InFlight> at) {
  std::atomic<std::uint64_t> next = 0;
  std::mutex mutex;
  Tally tally;
  std::vector<std::thread> threads;
  for (InFlight& mine : at) threads.emplace_back([&] { work(seed, count, next, mine, mutex, tally); });
  for (std::thread& thread : threads) thread.join();
  return print_tally(tally);
}

/// In a process of its own, so that a crash names its graph.
int run_guarded(std::uint64_t seed, std::uint64_t count) {
  std::printf("TACIT_RANDOM_SEED=%llu, %llu graphs\n", static_cast<unsigned long long>(seed), static_cast<unsigned long long>(count));
  std::fflush(stdout);
  const std::size_t workers = std::max(1u, std::thread::hardware_concurrency());
  void* shared = mmap(nullptr, workers * sizeof(InFlight), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) return 2;
  const std::span at(static_cast<InFlight*>(shared), workers);
  const pid_t child = fork();
  if (child < 0) return 2;
  if (child == 0) {
    const int code = run_all(seed, count, at);
    std::fflush(stdout);
    std::_Exit(code);
  }
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) <= 1) return WEXITSTATUS(status);
  for (const InFlight& one : at) {
    if (one.stage != nullptr) report_fault(make_specimen(seed, one.index), std::string("one of the graphs in work when the process ended, in: ") + one.stage);
  }
  return 1;
}

}  // namespace
}  // namespace tacit::random_models

int main() {
  using namespace tacit::random_models;
  const std::uint64_t seed = number_from("TACIT_RANDOM_SEED", 1), none = ~std::uint64_t{0};
  const std::uint64_t only = number_from("TACIT_RANDOM_ONLY", none);
  return only != none ? run_one(seed, only) : run_guarded(seed, number_from("TACIT_RANDOM_COUNT", 768));
}
