// The prover's covectors: kept apart from the ledger's text so that the verifier links none of it.
#include <algorithm>

#include "argue/ledger.h"
#include "base/contract.h"
#include "field/arrays.h"

namespace tacit {

LedgerCovector::LedgerCovector(std::span<const Column> columns, const OracleLayout& layout, const std::vector<RankOne>& forms,
                               const Fe& pin_z, const Fe& pin_scale, std::size_t log_n)
    : columns_(columns), layout_(layout), by_column_(columns.size()), log_n_(log_n), pin_scale_(pin_scale) {
  for (const RankOne& f : forms) by_column_[f.column].push_back(&f);
  if (pin_scale.is_zero()) return;
  low_powers_.resize(std::size_t{1} << log_n);
  Fe power = kOne;
  for (Fe& x : low_powers_) {
    x = power;
    power *= pin_z;
  }
  limb_step_ = power;
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
  const std::uint64_t width = std::uint64_t{1} << t.log_cols;
  for (std::uint64_t at = begin; at < end;) {
    const std::uint64_t row = t.row + ((at - t.address) >> t.log_cols), offset = (at - t.address) & (width - 1);
    const std::uint64_t count = std::min(width - offset, end - at), col = t.col + offset;
    std::span<Fe> target = out.subspan(at - out_begin, count);
    for (const RankOne* f : by_column_[t.column]) {
      const std::size_t side = f->v->size();
      if (side == c.cols) {
        add_scaled(std::span<const Fe>(*f->v).subspan(col, count), f->u[row], target);
        continue;
      }
      const std::uint64_t flat = row * c.cols + col;
      for (std::uint64_t s = 0; s < count; ++s) target[s] += f->u[(flat + s) / side] * (*f->v)[(flat + s) % side];
    }
    at += count;
  }
}

}  // namespace tacit
