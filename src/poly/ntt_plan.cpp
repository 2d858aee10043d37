#include "poly/ntt_plan.h"

#include <algorithm>

namespace tacit {
namespace {

// Pass 1 holds A * R rows of all columns at a time, pass 2 a few times B rows: A is kept at the 2^8 points that take
// two radix-16 steps, and grows only when B would pass 2^12.
constexpr int kSingleLeaf = 10, kFirstLeaf = 8, kLargestSecondLeaf = 12;

int choose_log_b(int log_n) {
  if (log_n <= kSingleLeaf) return 0;
  return std::min(log_n - kFirstLeaf, kLargestSecondLeaf);
}

FpVector powers(Fp base, std::size_t count) {
  FpVector out(count);
  Fp power(1);
  for (Fp& x : out) x = power, power *= base;
  return out;
}

}  // namespace

LeafPlan::LeafPlan(int log_size_in) : log_size(log_size_in) {
  const int steps = (log_size + 3) / 4;
  for (int t = 0; t < steps; ++t) log_radix.push_back((log_size + t) / steps);
  std::reverse(log_radix.begin(), log_radix.end());
  int log_block = log_size;
  for (int r : log_radix) {
    const FpVector w = powers(root_of_unity(log_block), std::size_t{1} << log_block);
    std::vector<Fp> table(w.size());
    for (std::size_t i = 0; i < w.size() >> r; ++i)
      for (std::size_t s = 0; s < std::size_t{1} << r; ++s) table[(i << r) + s] = w[i * s];
    roots.push_back(std::move(table));
    log_block -= r;
  }
  // Step t appends its output digit to the position from the left and to the frequency from the right.
  frequency.assign(1, 0);
  int low_bits = 0;
  for (std::size_t t = 0; t + 1 < log_radix.size(); ++t) {
    std::vector<std::uint32_t> next;
    for (std::uint32_t f : frequency)
      for (std::uint32_t s = 0; s < 1u << log_radix[t]; ++s) next.push_back(f + (s << low_bits));
    frequency = std::move(next);
    low_bits += log_radix[t];
  }
}

EncodePlan::EncodePlan(int log_n_in, int log_domain_in)
    : log_n(log_n_in),
      log_domain(log_domain_in),
      log_a(log_n - choose_log_b(log_n)),
      log_b(choose_log_b(log_n)),
      cosets(std::size_t{1} << (log_domain - log_n)),
      first(log_a),
      second(log_b),
      root(root_of_unity(log_domain)) {
  const Fp step = root.pow(std::uint64_t{1} << log_b);
  Fp shift(1);
  twist.reserve(cosets << log_a);
  for (std::size_t c = 0; c < cosets; ++c, shift *= step) {
    const FpVector coset = powers(shift, a());
    twist.insert(twist.end(), coset.begin(), coset.end());
  }
}

}  // namespace tacit
