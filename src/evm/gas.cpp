#include "evm/gas.h"

#include <algorithm>
#include <cmath>

#include "argue/plan.h"

namespace tacit {
namespace {

constexpr double kTransaction = 21000, kByte = 15.7, kFloorByte = 40;
// The opening: from traces.
constexpr double kFixed = 700000, kRow = 500, kMaskedRow = 1500, kLimb = 190, kElement = 700, kNode = 330, kStep = 330, kHorner = 110, kLast = 1000;
// The argument, by rounds of the fraction sum.
constexpr double kMaskedRound = 9000, kRound = 6000;
// The theorem: fitted to logreg_iris, a forest of 100 trees and LeNet-5.
constexpr double kTheorem = 900000, kBlock = 20000, kBlockSide = 550, kWindowColumn = 450, kTileSide = 120, kTile = 5000, kTap = 730;
constexpr double kUnmasked = 0.88;   // share of the theorem where nothing is hidden, fitted likewise

double opening(const OpeningParams& p) {
  double gas = kFixed + std::exp2(p.final_log) * (kLast + kHorner * p.rounds.back().queries);
  const OpeningShape& s = p.shape;
  for (std::size_t i = 0; i < p.rounds.size(); ++i) {
    const WhirRound& r = p.rounds[i];
    const double trees = i == 0 && s.has_w() && s.has_x() ? 2 : 1, nodes = r.queries + expected_siblings(r.log_domain, r.queries);
    const double words = s.limbs_w + s.limbs_x + s.mask_words(), limbs = std::exp2(r.log_limbs);
    const double row = i == 0 ? words * (kLimb + 8) + trees * (kRow + (s.masked() ? kMaskedRow + 32 : 0)) : limbs * (kElement + 24) + kRow;
    gas += r.queries * row + trees * nodes * kNode;
    if (i + 1 < p.rounds.size()) gas += trees * r.queries * kStep * (p.rounds[i + 1].log_limbs + p.rounds[i + 1].log_n);
  }
  return gas;
}

}  // namespace

double ChainGas::total() const { return kTransaction + std::max(calldata + execution(), kFloorByte * proof_bytes); }

ChainGas estimate_gas(const VerifierKey& key, const PlanCounts& n) {
  const OpeningParams& p = key.core.params;
  const auto rounds = static_cast<double>(n.log_rows * (n.log_rows - 1) / 2);
  ChainGas out;
  out.proof_bytes = 24.0 * plan_pads(key.core.theorem).pads + estimate_cost(p).proof_bytes;
  out.calldata = kByte * out.proof_bytes;
  out.opening = opening(p);
  out.argument = rounds * (p.shape.masked() ? kMaskedRound : kRound);
  const auto by = [](double price, std::uint64_t count) { return price * static_cast<double>(count); };
  const double share = p.shape.masked() ? 1 : kUnmasked;
  out.theorem = share * (kTheorem + by(kBlock, n.blocks) + by(kBlockSide, n.block_sides) + by(kWindowColumn, n.window_columns) +
                by(kTileSide, n.tile_sides) + by(kTile, n.tiles) + by(kTap, n.taps));
  return out;
}

}  // namespace tacit
