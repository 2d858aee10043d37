#include "argue/lookup_claims.h"

#include <map>

#include "base/contract.h"
#include "field/arrays.h"
#include "theorem/tables.h"

namespace tacit {
namespace {

// sum of i xs[i]
Fe sum_of_places(const FeVector& xs) {
  Fe out;
  for (std::size_t i = 0; i < xs.size(); ++i) out += xs[i] * Fp(std::uint64_t{i});
  return out;
}

FeVector scaled(const FeVector& xs, const Fe& k) {
  FeVector out(xs.size());
  scale(xs, k, out);
  return out;
}

SharedVector shared(FeVector v) { return std::make_shared<const FeVector>(std::move(v)); }

// The weights of a block's rows and columns, and their sums.
struct Sides {
  SharedVector u, v;
  Fe sum_u, sum_v;
  SharedVector one_row;  ///< sum_u alone

  Fe mass() const { return sum_u * sum_v; }
};

class Splitter {
 public:
  Splitter(const Theorem& theorem, const RowSpace& rows, const LookupChallenges& c, std::span<const Fe> at)
      : theorem_(theorem), rows_(rows), c_(c), at_(at) {}

  LeafClaims run(const Scalar& p, const Scalar& q) {
    Fe covered, looked_up;
    for (const RowBlock& block : rows_.blocks) {
      const Fe mass = block.is_table ? add_table(block) : add_lookup(block);
      covered += mass;
      if (!block.is_table) looked_up += mass;
    }
    known_ += kOne - covered;  // the padding's denominators are one
    out_.value = q - known_;
    out_.multiplicities.name = "multiplicities";
    out_.multiplicities.value = Scalar(looked_up) - p;
    return std::move(out_);
  }

 private:
  Sides sides_of(const RowBlock& block) {
    const std::span<const Fe> rows = at_.first(at_.size() - block.log_cols), cols = at_.last(block.log_cols);
    const std::uint64_t first = block.base >> block.log_cols;
    const auto [cached, is_new] = col_cache_.try_emplace({block.log_cols, block.cols});
    if (is_new) cached->second = {shared(eq_window(cols, 0, block.cols)), eq_prefix_sums(cols, block.cols).ones};
    const Fe sum_u = eq_prefix_sums(rows, first + block.rows).ones - eq_prefix_sums(rows, first).ones;
    return {shared(eq_window(rows, first, block.rows)), cached->second.first, sum_u, cached->second.second, shared({sum_u})};
  }
  Fe tag(TableId table) const { return Fe(Fp(1 + std::uint64_t{table})); }

  Fe add_table(const RowBlock& block) {
    const Table& table = theorem_.tables[block.index];
    const Sides sides = sides_of(block);
    const Fe minus_beta = -c_.beta, constant = c_.alpha - tag(block.index);
    if (is_public(table)) known_ += table_claim(table, at_, block.base, minus_beta, minus_beta * c_.beta, constant);
    else add_entries(table, sides, constant);
    out_.multiplicities.form.emplace_back(theorem_.multiplicities[block.index], sides.u, sides.v);
    return sides.mass();
  }

  void add_entries(const Table& table, const Sides& sides, const Fe& constant) {
    known_ += sides.mass() * constant;
    const Expr index{kNone, {}, 0, 0, table.cols, 1};
    add_expr(index, sides, -c_.beta);
    Fe weight = -c_.beta * c_.beta;
    for (const Expr& e : table.entries) {
      add_expr(e, sides, weight);
      weight *= c_.beta;
    }
  }

  Fe add_lookup(const RowBlock& block) {
    const Lookup& lookup = theorem_.lookups[block.index];
    const Sides sides = sides_of(block);
    known_ += sides.mass() * (c_.alpha - tag(lookup.table));
    Fe weight = -c_.beta;
    for (const Expr& e : lookup.tuple) {
      add_expr(e, sides, e.shift == 0 ? weight : weight * Fp(std::uint64_t{1} << e.shift).inverse());
      weight *= c_.beta;
    }
    return sides.mass();
  }

  // weight * sum u v N, with N = acc + linears + constant + steps.
  void add_expr(const Expr& e, const Sides& sides, const Fe& weight) {
    known_ += weight * sides.mass() * Fp::from_signed(e.constant);
    if (e.row_step != 0) known_ += weight * Fp::from_signed(e.row_step) * sum_of_places(*sides.u) * sides.sum_v;
    if (e.col_step != 0) known_ += weight * Fp::from_signed(e.col_step) * sides.sum_u * sum_of_places(*sides.v);
    for (const Linear& l : e.linears) add_linear(l, sides, weight);
    if (e.acc == kNone) return;
    const Accumulator& acc = theorem_.accumulators[e.acc];
    for (const Linear& l : acc.linears) add_linear(l, sides, weight);
    if (!acc.contractions.empty()) out_.accumulators.push_back({e.acc, scaled(*sides.u, weight), sides.v});
  }

  void add_linear(const Linear& l, const Sides& sides, const Fe& weight) {
    if (!l.map.empty()) {
      RankOne mapped = pull_back(l.map, l.column, theorem_.columns[l.column], sides.u, sides.v, one_);
      mapped.factor = weight * Fp::from_signed(l.coefficient);
      out_.columns.push_back(std::move(mapped));
      return;
    }
    const PulledBack back = pull_back(l, sides.v);
    out_.columns.emplace_back(l.column, l.one_row ? sides.one_row : sides.u, back.v, weight * back.factor);
  }

  const Theorem& theorem_;
  const RowSpace& rows_;
  LookupChallenges c_;
  std::span<const Fe> at_;
  Fe known_;  ///< the part of q that needs no column
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::pair<SharedVector, Fe>> col_cache_;
  const SharedVector one_ = shared({kOne});
  LeafClaims out_;
};

}  // namespace

LeafClaims split_leaf_claims(const Theorem& theorem, const RowSpace& rows, const LookupChallenges& challenges,
                             std::span<const Fe> at, const Scalar& p, const Scalar& q) {
  TACIT_EXPECTS(at.size() == static_cast<std::size_t>(rows.log_rows), "the leaf point has one coordinate a row bit");
  return Splitter(theorem, rows, challenges, at).run(p, q);
}

std::vector<AccumulatorUse> accumulators_in_use(const Theorem& theorem, const RowSpace& rows) {
  std::vector<AccumulatorUse> out;
  for (const RowBlock& block : rows.blocks) {
    if (block.is_table) continue;
    for (const Expr& e : theorem.lookups[block.index].tuple)
      if (e.acc != kNone && !theorem.accumulators[e.acc].contractions.empty()) out.push_back({e.acc, {}, nullptr});
  }
  return out;
}

}  // namespace tacit
