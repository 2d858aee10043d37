// Time of a sum of products. Prints the best of several runs.
#include <oneapi/tbb/global_control.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>

#include "sumcheck/products.h"

using namespace tacit;

namespace {

double ms_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

void measure(const std::vector<int>& shape, int threads) {
  tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
  std::mt19937_64 engine(1);
  ProductTables tables;
  Fe sum;
  std::size_t rows = 0;
  for (int n : shape) {
    FeVector a(std::size_t{1} << n), b(a.size());
    for (Fe& x : a) x = Fe(Fp(engine()), Fp(engine()), Fp(engine()));
    for (Fe& x : b) x = Fe(Fp(engine()), Fp(engine()), Fp(engine()));
    for (std::size_t k = 0; k < a.size(); ++k) sum += a[k] * b[k];
    rows += a.size();
    tables.instances.push_back({std::move(a), std::move(b)});
  }
  const Known<ProductTables> secret(std::move(tables));
  double best = 1e9, verify = 1e9;
  for (int run = 0; run < 9; ++run) {
    auto start = std::chrono::steady_clock::now();
    Party<Role::kProver> prover("bench");
    sum_of_products(prover, shape, sum, secret);
    best = std::min(best, ms_since(start));
    const Bytes proof = prover.take_proof();
    start = std::chrono::steady_clock::now();
    Party<Role::kVerifier> verifier("bench", proof);
    sum_of_products(verifier, shape, sum, Sealed{});
    if (!verifier.verdict().accepted) std::exit(1);
    verify = std::min(verify, ms_since(start));
  }
  std::printf("%2zu instances, %8zu rows, %d threads: %7.3f ms, %5.1f ns a row; verifier %.3f ms\n", shape.size(), rows,
              threads, best, 1e6 * best / static_cast<double>(rows), verify);
}

}  // namespace

int main() {
  for (int threads : {1, 2}) {
    for (int n : {12, 16, 18, 20}) measure({n}, threads);
    measure({16, 17, 15, 15, 16, 12, 10, 9, 4, 0}, threads);
    measure(std::vector<int>(60, 9), threads);
  }
}
