#include "argue/ledger.h"

#include "argue/plan.h"

#include <algorithm>
#include <bit>
#include <map>
#include <unordered_map>

#include "base/contract.h"
#include "field/arrays.h"

namespace tacit {
namespace {

std::vector<std::vector<const RankOne*>> by_column(std::span<const Column> all, const std::vector<RankOne>& forms) {
  std::vector<std::vector<const RankOne*>> out(all.size());
  for (const RankOne& f : forms) {
    TACIT_EXPECTS(f.size() == all[f.column].size(), "a covector fits its column");
    out[f.column].push_back(&f);
  }
  return out;
}

// Tables of eq over a slice of the point, shared by all tiles of one shape.
class EqSlices {
 public:
  explicit EqSlices(std::span<const Fe> point) : point_(point) {}
  /// eq over the 2^length values of the bits [low, low + length).
  const FeVector& slice(std::uint32_t low, std::uint32_t length) {
    FeVector& table = cache_[{low, length}];
    if (table.empty()) {
      const std::size_t end = point_.size() - low;
      table = eq_window(point_.subspan(end - length, length), 0, std::uint64_t{1} << length);
    }
    return table;
  }
  Fe prefix(std::uint64_t value, std::uint32_t low) const {
    const std::size_t bits = point_.size() - low;
    Fe out = kOne;
    for (std::size_t k = 0; k < bits; ++k) out *= value >> (bits - 1 - k) & 1 ? point_[k] : kOne - point_[k];
    return out;
  }

 private:
  std::span<const Fe> point_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, FeVector> cache_;
};

// <part of a form's side, eq slice>: tiles in one row, or in one column, of the grid of tiles share them, and forms share sides.
class SideDots {
 public:
  Fe operator()(const SharedVector& side, std::uint32_t start, std::uint32_t low, const FeVector& eq) {
    const std::span<const Fe> part = std::span(*side).subspan(start, eq.size());
    if (eq.size() < kWorthRemembering) return dot(part, std::span(eq));
    const auto [slot, is_new] = known_.try_emplace({side.get(), start, low, eq.size()});
    if (is_new) slot->second = dot(part, std::span(eq));
    return slot->second;
  }

 private:
  static constexpr std::size_t kWorthRemembering = 64;
  struct Key {
    const FeVector* side;
    std::uint32_t start, low;
    std::size_t length;
    bool operator==(const Key&) const = default;
  };
  struct Hash {
    std::size_t operator()(const Key& k) const {
      const std::size_t place = (std::size_t{k.start} << 6 | k.low) * 64 + static_cast<std::size_t>(std::bit_width(k.length));
      return (reinterpret_cast<std::size_t>(k.side) >> 4) * 0x9E3779B97F4A7C15u ^ place * 0xC2B2AE3D27D4EB4Fu;
    }
  };
  std::unordered_map<Key, Fe, Hash> known_;
};

// Where a covector is read with other sides than the column's: sum over `rows` lines of the tile, each a dot product for every row of
// the covector that it meets.
Fe on_lines(const RankOne& f, std::size_t first, std::size_t stride, std::span<const Fe> eq_rows, std::span<const Fe> eq_cols) {
  const std::span<const Fe> u(*f.u), v(*f.v);
  const std::size_t width = v.size(), cols = eq_cols.size();
  Fe out;
  for (std::size_t r = 0; r < eq_rows.size(); ++r) {
    const std::size_t flat = first + r * stride;
    Fe row;
    if (width == 1) row = v[0] * dot(u.subspan(flat, cols), eq_cols);
    else
      for (std::size_t s = 0, count = 0; s < cols; s += count) {
        const std::size_t col = (flat + s) % width;
        count = std::min(width - col, cols - s);
        row += u[(flat + s) / width] * dot(v.subspan(col, count), eq_cols.subspan(s, count));
      }
    out += eq_rows[r] * row;
  }
  return out;
}

// sum over the tile of covector[entry] * eq_rows * eq_cols; the covector may be read with other sides than the column's.
Fe on_tile(const RankOne& f, const Column& c, const Tile& t, const FeVector& eq_rows, const FeVector& eq_cols, SideDots& dots) {
  if (f.v->size() == c.cols) return f.factor * (dots(f.u, t.row, t.log_cols, eq_rows) * dots(f.v, t.col, 0, eq_cols));
  if (c.cols == 1) return f.factor * on_lines(f, t.row, 0, eq_cols, eq_rows);  // one line: its only column's factor is eq_cols[0] = 1
  return f.factor * on_lines(f, t.row * std::size_t{c.cols} + t.col, c.cols, eq_rows, eq_cols);
}

}  // namespace

Opening combine(std::span<const Column> columns, const std::vector<Claim>& claims, std::span<const OwedCheck> checks,
                const std::vector<IntColumn>& publics, const std::optional<Pin>& pin, const Fe& gamma) {
  Opening out;
  Fe power = kOne;
  FeVector pads;
  auto add_pads = [&](const Scalar& value, const Fe& by) {
    if (value.is_public()) return;
    pads.resize(columns.back().size());
    add_pad_terms(value.terms(), by, pads);
  };
  for (const Claim& claim : claims) {
    power *= gamma;
    out.value += power * claim.value.constant();
    add_pads(claim.value, -power);
    for (const RankOne& f : claim.form) {
      const Home home = columns[f.column].home;
      if (home == Home::kPublic) {
        out.value -= power * evaluate_covector(f, publics[f.column]);
        continue;
      }
      (home == Home::kWeights ? out.weights : out.witness).emplace_back(f.column, f.u, f.v, power * f.factor);
    }
  }
  for (const OwedCheck& check : checks) {
    power *= gamma;
    out.value -= power * check.value.constant();
    add_pads(check.value, power);
  }
  if (!pads.empty()) {
    const auto pad_column = static_cast<ColumnId>(columns.size() - 1);
    out.witness.emplace_back(pad_column, FeVector{kOne}, std::make_shared<const FeVector>(std::move(pads)));
  }
  if (pin) {
    out.pin_z = pin->z;
    out.pin_scale = power * gamma;
    out.value += out.pin_scale * pin->y;
  }
  return out;
}

Fe evaluate_at(std::span<const Column> all, const OracleLayout& layout, const std::vector<RankOne>& forms, std::span<const Fe> point) {
  const auto columns = by_column(all, forms);
  EqSlices eq(point);
  SideDots dots;
  Fe out;
  for (const Tile& t : layout.tiles) {
    if (columns[t.column].empty()) continue;
    const FeVector& eq_cols = eq.slice(0, t.log_cols);
    const FeVector& eq_rows = eq.slice(t.log_cols, t.log_rows);
    const std::uint32_t low = t.log_rows + t.log_cols;
    Fe here;
    for (const RankOne* f : columns[t.column]) here += on_tile(*f, all[t.column], t, eq_rows, eq_cols, dots);
    out += here * eq.prefix(t.address >> low, low);
  }
  return out;
}

Fe powers_at(const Fe& z, std::span<const Fe> point, std::size_t log_n, std::size_t limbs) {
  TACIT_EXPECTS(log_n <= point.size() && limbs <= std::uint64_t{1} << (point.size() - log_n), "the point has a place for every limb");
  Fe in_limb = kOne, step = z;
  for (std::size_t i = 0; i < log_n; ++i) {
    const Fe& r = point[point.size() - 1 - i];
    in_limb *= kOne - r + r * step;
    step *= step;
  }
  Fe over_limbs;
  const FeVector weights = eq_window(point.first(point.size() - log_n), 0, limbs);
  for (std::size_t limb = limbs; limb-- > 0;) over_limbs = over_limbs * step + weights[limb];
  return in_limb * over_limbs;
}

}  // namespace tacit
