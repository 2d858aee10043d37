// The prover's covectors: kept apart from the ledger's text so that the verifier links none of it.
#include <algorithm>

#include "argue/ledger.h"
#include "base/contract.h"
#include "field/arrays.h"

namespace tacit {

LedgerCovector::LedgerCovector(std::span<const Column> columns, const OracleLayout& layout, const std::vector<RankOne>& forms,
                               const Fe& pin_z, const Fe& pin_scale, std::size_t log_n)
    : columns_(columns), layout_(layout), by_column_(columns.size()), log_n_(log_n), pin_scale_(pin_scale) {
  for (const RankOne& f : forms) merge(by_column_[f.column], f);
  if (pin_scale.is_zero()) return;
  low_powers_.resize(std::size_t{1} << log_n);
  Fe power = kOne;
  for (Fe& x : low_powers_) {
    x = power;
    power *= pin_z;
  }
  limb_step_ = power;
}

void LedgerCovector::merge(std::vector<Weights>& known, const RankOne& f) {
  for (Weights& entry : known)
    if (entry.v == f.v && entry.u.size() == f.u->size()) return add_scaled(std::span<const Fe>(*f.u), f.factor, entry.u);
  Weights entry{FeVector(f.u->size()), f.v};
  scale(*f.u, f.factor, entry.u);
  known.push_back(std::move(entry));
}

void LedgerCovector::fill(std::size_t limb, std::span<Fe> out) const { fill_range(limb, 0, out); }

bool LedgerCovector::fill_part(std::size_t limb, std::size_t first, std::span<Fe> out) const {
  fill_range(limb, first, out);
  return true;
}

void LedgerCovector::fill_range(std::size_t limb, std::size_t first_position, std::span<Fe> out) const {
  std::fill(out.begin(), out.end(), kZero);
  const std::uint64_t begin = (std::uint64_t{limb} << log_n_) + first_position, end = begin + out.size();
  auto first = std::upper_bound(layout_.tiles.begin(), layout_.tiles.end(), begin,
                                [](std::uint64_t at, const Tile& t) { return at < t.address + t.size(); });
  for (auto t = first; t != layout_.tiles.end() && t->address < end; ++t)
    fill_tile(*t, std::max(begin, t->address), std::min(end, t->address + t->size()), out, begin);
  if (!pin_scale_.is_zero())
    add_scaled(std::span<const Fe>(low_powers_).subspan(first_position, out.size()), pin_scale_ * limb_step_.pow(limb), out);
}

void LedgerCovector::fill_tile(const Tile& t, std::uint64_t begin, std::uint64_t end, std::span<Fe> out,
                               std::uint64_t out_begin) const {
  const Column& c = columns_[t.column];
  const bool one_line = c.cols == 1;  // then entries of the tile stand side by side
  const std::uint64_t width = one_line ? t.size() : std::uint64_t{1} << t.log_cols;
  for (std::uint64_t at = begin; at < end;) {
    const std::uint64_t offset = (at - t.address) & (width - 1), count = std::min(width - offset, end - at);
    const std::uint64_t row = t.row + (one_line ? offset : (at - t.address) >> t.log_cols), col = one_line ? 0 : t.col + offset;
    std::span<Fe> target = out.subspan(at - out_begin, count);
    for (const Weights& f : by_column_[t.column]) {
      const std::size_t side = f.v->size();
      const std::uint64_t flat = row * c.cols + col;
      if (side == 1) {
        add_scaled(std::span<const Fe>(f.u).subspan(flat, count), (*f.v)[0], target);
        continue;
      }
      for (std::uint64_t s = 0, run = 0; s < count; s += run) {  // as long as the covector stays in one of its rows
        const std::uint64_t in_row = (flat + s) % side;
        run = std::min(side - in_row, count - s);
        add_scaled(std::span<const Fe>(*f.v).subspan(in_row, run), f.u[(flat + s) / side], target.subspan(s, run));
      }
    }
    at += count;
  }
}

}  // namespace tacit
