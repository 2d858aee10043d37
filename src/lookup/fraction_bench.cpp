// Time of a fraction sum: fraction_bench [threads...]. Prints the best of several runs.
#include <oneapi/tbb/global_control.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>

#include "lookup/fraction_sum.h"

using namespace tacit;

namespace {

FractionLeaves leaves_of(std::size_t rows) {
  std::mt19937_64 engine(1);
  FractionLeaves leaves{FpVector(rows), FeVector(rows)};
  for (std::size_t i = 0; i < rows; ++i) {
    leaves.p[i] = i % 2 ? -leaves.p[i - 1] : Fp(engine());
    leaves.q[i] = i % 2 ? leaves.q[i - 1] : Fe(Fp(engine()), Fp(engine()), Fp(engine()));
  }
  return leaves;
}

double ms_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

void measure(int log_rows, std::size_t rows, int threads) {
  tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
  const Known<FractionLeaves> leaves(leaves_of(rows));
  double best = 1e9, build = 1e9, verify = 1e9;
  Bytes proof;
  for (int run = 0; run < 9; ++run) {
    auto start = std::chrono::steady_clock::now();
    (void)leaves.map([&](const auto& l) { return FractionProver(l, log_rows).ends(); });
    build = std::min(build, ms_since(start));
    start = std::chrono::steady_clock::now();
    Party<Role::kProver> prover("bench");
    fraction_sum(prover, log_rows, leaves);
    best = std::min(best, ms_since(start));
    proof = prover.take_proof();
    start = std::chrono::steady_clock::now();
    Party<Role::kVerifier> verifier("bench", proof);
    fraction_sum(verifier, log_rows, Sealed{});
    if (!verifier.verdict().accepted) std::exit(1);
    verify = std::min(verify, ms_since(start));
  }
  std::printf("2^%d layer, %8zu rows, %d threads: %7.2f ms, build %6.2f ms, %6.1f ns a row; ", log_rows, rows, threads, best,
              build, 1e6 * best / static_cast<double>(rows));
  std::printf("proof %zu bytes, verifier %.3f ms\n", proof.size(), verify);
}

}  // namespace

int main() {
  for (int threads : {1, 2}) {
    for (int n : {10, 14, 16, 17, 18, 20}) measure(n, std::size_t{1} << n, threads);
    measure(19, (std::size_t{1} << 18) + 1000, threads);
    measure(20, 3 << 18, threads);
  }
}
