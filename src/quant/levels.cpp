#include "quant/levels.h"

#include <algorithm>
#include <cmath>

#include "base/contract.h"

namespace tacit {
namespace {

using Function = std::function<double(double)>;

constexpr std::uint32_t kPieceBits = 8;  // 256 pieces a table

/// A stretch of the domain that wants a finer grid.
struct Span {
  double lo = 0, hi = 0;
};

/// The finest grid of 2^bits steps that are no finer than `least`, first and piece bounds aligned, that covers the span but for less than a step at its end.
FunctionGrid grid_over(const Span& span, std::uint32_t bits, double least) {
  FunctionGrid grid;
  grid.bits = bits;
  grid.log_piece = bits - kPieceBits;
  const double piece = std::ldexp(1.0, static_cast<int>(grid.log_piece)), entries = std::ldexp(1.0, static_cast<int>(bits));
  int exponent = 0;
  std::frexp((span.hi - span.lo) / entries, &exponent);
  for (exponent -= 1;; ++exponent) {
    grid.in_scale = std::ldexp(1.0, exponent);
    if (grid.in_scale < least) continue;
    const double first = std::floor(span.lo / grid.in_scale / piece) * piece;
    grid.first = static_cast<std::int64_t>(first);
    if (span.hi / grid.in_scale <= first + entries) return grid;
  }
}

class Planner {
 public:
  Planner(const Function& f, const LevelSpec& spec) : f_(f), spec_(spec) {}

  std::vector<Level> plan() {
    Span domain{spec_.lo, spec_.hi};
    std::uint32_t bits = spec_.bits;
    std::vector<Span> bad = coarse_spans(domain, grid_over(domain, bits, least_step(domain)), f_);
    while (bits < spec_.most_bits && width(bad) > (domain.hi - domain.lo) / 4) {
      bad = coarse_spans(domain, grid_over(domain, ++bits, least_step(domain)), f_);
    }
    add(domain, grid_over(domain, bits, least_step(domain)), std::move(bad), f_, 1);
    return std::move(levels_);
  }

 private:
  /// The finest step on a span: a double, and a proof's constants, hold no more digits of a place far from 0.
  double least_step(const Span& span) const {
    return std::max(spec_.least_step, std::max(std::abs(span.lo), std::abs(span.hi)) * 0x1p-26);
  }

  /// Of a level below the first.
  std::uint32_t bits_of(const Span& span) const {
    std::uint32_t bits = spec_.bits;
    while (bits > kPieceBits && (span.hi - span.lo) * std::ldexp(1.0, -static_cast<int>(bits)) < least_step(span)) --bits;
    return bits;
  }

  static double width(const std::vector<Span>& spans) {
    double sum = 0;
    for (const Span& s : spans) sum += s.hi - s.lo;
    return sum;
  }

  double tolerance(double x) const {
    const double y = std::abs(f_(x));
    return y >= spec_.cap / 2 ? 1e300 : std::max(spec_.absolute, spec_.relative * y);
  }

  /// Rounding the argument, and the cubic, keep g within what f may be off by, on the piece that begins at x.
  bool is_fine(const Function& g, double x, double end, double step, double length) const {
    const std::array<double, 4> c = cubic_through([&](double t) { return g(x + t * step); }, length);
    for (int k = 0; k <= 8; ++k) {
      const double at = std::min(x + (length - 1) * step * k / 8, end), t = (at - x) / step, allowed = tolerance(at), y = g(at);
      const double beside = std::max(std::abs(g(std::max(at - step / 2, x)) - y), std::abs(g(std::min(at + step / 2, end)) - y));
      const double cubic = c[0] + t * (c[1] + t * (c[2] + t * c[3]));
      if (beside > allowed || std::abs(cubic - y) > allowed / 4) return false;
    }
    return true;
  }

  std::vector<Span> coarse_spans(const Span& domain, const FunctionGrid& grid, const Function& g) const {
    const double length = std::ldexp(1.0, static_cast<int>(grid.log_piece)), step = grid.in_scale;
    std::vector<Span> spans;
    for (int p = 0; p < 1 << kPieceBits; ++p) {
      const double x = (static_cast<double>(grid.first) + p * length) * step, end = std::min(x + length * step, domain.hi);
      if (end <= domain.lo || x >= domain.hi || is_fine(g, x, end, step, length)) continue;
      if (!spans.empty() && spans.back().hi >= x - 2 * length * step) spans.back().hi = end;
      else spans.push_back({std::max(x, domain.lo), end});
    }
    return spans;
  }

  void add(const Span& domain, const FunctionGrid& grid, std::vector<Span> bad, const Function& g, int depth) {
    std::erase_if(bad, [&](const Span& s) { return depth >= spec_.depth || s.hi - s.lo < 8 * least_step(s); });
    const bool finer = width(bad) < (domain.hi - domain.lo) / 2;
    if (!finer) bad.clear();
    std::vector<Function> chords;
    std::vector<FunctionGrid> grids;  // chosen once: a level ends where its chord does, on an entry of its own grid
    for (Span& s : bad) {
      grids.push_back(grid_over(s, bits_of(s), least_step(s)));
      s.hi = std::min(s.hi, last_of(grids.back()) * grids.back().in_scale);
      chords.push_back(chord_of(g, s, domain));
    }
    const Function here = [g, bad, chords](double x) {
      for (std::size_t k = 0; k < bad.size(); ++k)
        if (x >= bad[k].lo && x <= bad[k].hi) return chords[k](x);
      return g(x);
    };
    const double step = grid.in_scale, last = last_of(grid);
    Level level{[here, domain](double x) { return here(std::clamp(x, domain.lo, domain.hi)); }, grid,
                static_cast<std::int64_t>(std::ceil(domain.lo / step)), static_cast<std::int64_t>(std::min(std::floor(domain.hi / step), last))};
    level.grid.out_scale = out_scale_of(level);
    const double most = std::ldexp(level.grid.out_scale, 18);
    level.g = [g = level.g, most](double x) { return std::clamp(g(x), -most, most); };
    levels_.push_back(std::move(level));
    for (std::size_t k = 0; k < bad.size(); ++k) {
      const Function rest = [g, chord = chords[k]](double x) { return g(x) - chord(x); };
      add(bad[k], grids[k], coarse_spans(bad[k], grids[k], rest), rest, depth + 1);
    }
  }

  /// The last entry of a grid.
  static double last_of(const FunctionGrid& grid) { return static_cast<double>(grid.first) + std::ldexp(1.0, static_cast<int>(grid.bits)) - 1; }

  /// A chord, or the value at the inner end where the other end is one of the domain: nothing has to be continued beyond it,
  /// and f may be large there.
  static Function chord_of(const Function& g, const Span& s, const Span& domain) {
    if (s.lo <= domain.lo && s.hi < domain.hi) return [y = g(s.hi)](double) { return y; };
    if (s.hi >= domain.hi && s.lo > domain.lo) return [y = g(s.lo)](double) { return y; };
    const double from = g(s.lo), slope = (g(s.hi) - from) / (s.hi - s.lo);
    return [=](double x) { return from + slope * (x - s.lo); };
  }

  static double out_scale_of(const Level& level) {
    double peak = 1e-300;
    constexpr int kSamples = 4096;
    for (int k = 0; k <= kSamples; ++k) {
      const double at = static_cast<double>(level.lo) + static_cast<double>(level.hi - level.lo) * k / kSamples;
      peak = std::max(peak, std::abs(level.g(at * level.grid.in_scale)));
    }
    int exponent = 0;
    std::frexp(peak, &exponent);
    return std::ldexp(1.0, exponent - 17);
  }

  Function f_;
  LevelSpec spec_;
  std::vector<Level> levels_;
};

}  // namespace

std::vector<Level> levels_of(const Function& f, const LevelSpec& spec) {
  TACIT_EXPECTS(spec.lo < spec.hi, "a domain");
  const Function capped = [f, cap = spec.cap](double x) {
    const double y = f(x);
    return y > cap ? cap : y < -cap ? -cap : y;
  };
  return Planner(capped, spec).plan();
}

}  // namespace tacit
