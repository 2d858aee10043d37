#include "pcs/whir_masks.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <utility>

#include "base/contract.h"
#include "base/wipe.h"

namespace tacit {
namespace {

constexpr std::size_t kGrain = 4096;

std::span<Fp> words_of(std::span<Fe> elements) {
  return {reinterpret_cast<Fp*>(elements.data()), 3 * elements.size()};
}

/// to[c * n + i] = coefficient c of from[i].
void split_words(const FeVector& from, Fp* to) {
  const std::size_t n = from.size();
  tbb::parallel_for(tbb::blocked_range<std::size_t>(0, n, kGrain), [&](const auto& range) {
    for (std::size_t c = 0; c < 3; ++c)
      for (std::size_t i = range.begin(); i < range.end(); ++i) to[c * n + i] = from[i].c[c];
  });
}

}  // namespace

OpeningMasks& OpeningMasks::operator=(OpeningMasks&& other) noexcept {
  std::swap(row2, other.row2);
  std::swap(row1, other.row1);
  std::swap(mu_w, other.mu_w);
  return *this;
}

OpeningMasks::~OpeningMasks() {
  for (const std::span<Fp> words : {std::span<Fp>(row2), words_of(row1), words_of(mu_w)}) wipe(words);
}

OpeningMasks make_masks(const OpeningShape& shape, const RandomSource& random) {
  TACIT_EXPECTS(shape.masked(), "only a masked shape has masks");
  OpeningMasks out;
  out.row2.resize(shape.n());
  random(std::span(out.row2).subspan(shape.statement_slots_x()));  // the pads, then the random slots
  out.row1.resize(shape.n());
  random(words_of(out.row1));
  if (shape.has_w()) {
    out.mu_w.resize(shape.n());
    random(words_of(out.mu_w));
  }
  return out;
}

FpVector mask_limbs(const OpeningMasks& masks) {
  const std::size_t n = masks.row2.size();
  TACIT_EXPECTS(masks.row1.size() == n && (masks.mu_w.empty() || masks.mu_w.size() == n), "every mask has n entries");
  FpVector out(n * (masks.mu_w.empty() ? 4 : 7));
  std::copy(masks.row2.begin(), masks.row2.end(), out.begin());
  split_words(masks.row1, &out[n]);
  if (!masks.mu_w.empty()) split_words(masks.mu_w, &out[4 * n]);
  return out;
}

FeVector pads_of(const OpeningShape& shape, std::span<const Fp> row2) {
  const std::span<const Fp> slots = row2.subspan(shape.statement_slots_x(), shape.pad_slots_x());
  FeVector out(slots.size() / 3);
  for (std::size_t k = 0; k < out.size(); ++k) out[k] = {slots[3 * k], slots[3 * k + 1], slots[3 * k + 2]};
  return out;
}

void fill_random_slots(const OpeningShape& shape, Block oracle, std::span<Fp> message, const RandomSource& random) {
  const bool is_w = oracle == Block::kW;
  TACIT_EXPECTS(is_w || oracle == Block::kX, "random slots are those of W or of X");
  const std::size_t n = shape.n(), count = is_w ? shape.random_slots_w : shape.random_slots_x;
  const std::size_t pads = is_w ? 0 : shape.pad_slots_x();
  TACIT_EXPECTS(message.size() == n * (is_w ? shape.limbs_w : shape.limbs_x), "a message is made of whole limbs");
  for (std::size_t end = n; end <= message.size(); end += n) {
    std::fill_n(&message[end - count - pads], pads, Fp());
    if (count != 0) random(message.subspan(end - count, count));
  }
}

}  // namespace tacit
