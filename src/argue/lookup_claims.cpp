#include "argue/lookup_claims.h"

#include <map>
#include <numeric>

#include "base/contract.h"
#include "theorem/tables.h"

namespace tacit {
namespace {

Fe sum(const FeVector& xs) { return std::accumulate(xs.begin(), xs.end(), Fe()); }

// sum of i xs[i]
Fe sum_of_places(const FeVector& xs) {
  Fe out;
  for (std::size_t i = 0; i < xs.size(); ++i) out += xs[i] * Fp(std::uint64_t{i});
  return out;
}

FeVector scaled(const FeVector& xs, const Fe& k) {
  FeVector out(xs);
  for (Fe& x : out) x *= k;
  return out;
}

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
  FeVector row_weights(const RowBlock& block) const {
    return eq_window(at_.first(at_.size() - block.log_cols), block.base >> block.log_cols, block.rows);
  }
  SharedVector col_weights(const RowBlock& block) {
    SharedVector& cached = col_cache_[{block.log_cols, block.cols}];
    if (!cached) cached = std::make_shared<const FeVector>(eq_window(at_.last(block.log_cols), 0, block.cols));
    return cached;
  }
  Fe tag(TableId table) const { return Fe(Fp(1 + std::uint64_t{table})); }

  Fe add_table(const RowBlock& block) {
    const Table& table = theorem_.tables[block.index];
    const FeVector u = row_weights(block);
    const SharedVector v = col_weights(block);
    const Fe minus_beta = -c_.beta, constant = c_.alpha - tag(block.index);
    if (is_public(table)) known_ += table_claim(table, at_, block.base, minus_beta, minus_beta * c_.beta, constant);
    else add_entries(table, u, v, constant);
    add_to_form(out_.multiplicities.form, theorem_.multiplicities[block.index], u, v, kOne);
    return sum(u) * sum(*v);
  }

  void add_entries(const Table& table, const FeVector& u, const SharedVector& v, const Fe& constant) {
    const Fe mass = sum(u) * sum(*v);
    known_ += mass * constant;
    const Expr index{kNone, {}, 0, 0, table.cols, 1};
    add_expr(index, u, v, mass, -c_.beta);
    Fe weight = -c_.beta * c_.beta;
    for (const Expr& e : table.entries) {
      add_expr(e, u, v, mass, weight);
      weight *= c_.beta;
    }
  }

  Fe add_lookup(const RowBlock& block) {
    const Lookup& lookup = theorem_.lookups[block.index];
    const FeVector u = row_weights(block);
    const SharedVector v = col_weights(block);
    const Fe mass = sum(u) * sum(*v);
    known_ += mass * (c_.alpha - tag(lookup.table));
    Fe weight = -c_.beta;
    for (const Expr& e : lookup.tuple) {
      add_expr(e, u, v, mass, weight * Fp(std::uint64_t{1} << e.shift).inverse());
      weight *= c_.beta;
    }
    return mass;
  }

  // weight * sum u v N, with N = acc + linears + constant + steps.
  void add_expr(const Expr& e, const FeVector& u, const SharedVector& v, const Fe& mass, const Fe& weight) {
    known_ += weight * mass * Fp::from_signed(e.constant);
    if (e.row_step != 0) known_ += weight * Fp::from_signed(e.row_step) * sum_of_places(u) * sum(*v);
    if (e.col_step != 0) known_ += weight * Fp::from_signed(e.col_step) * sum(u) * sum_of_places(*v);
    for (const Linear& l : e.linears) add_linear(l, u, v, weight);
    if (e.acc == kNone) return;
    const AccumulatorUse use{e.acc, scaled(u, weight), v};
    for (const Linear& l : theorem_.accumulators[e.acc].linears) add_linear(l, use.u, v, kOne);
    if (!theorem_.accumulators[e.acc].contractions.empty()) out_.accumulators.push_back(use);
  }

  void add_linear(const Linear& l, const FeVector& u, const SharedVector& v, const Fe& weight) {
    if (!l.map.empty()) {
      const RankOne mapped = pull_back(l.map, l.column, theorem_.columns[l.column], u, v, one_);
      return add_to_form(out_.columns, l.column, mapped.u, mapped.v, weight * Fp::from_signed(l.coefficient));
    }
    const PulledBack back = pull_back(l, v);
    const Fe scale = weight * back.factor;
    if (l.one_row) add_to_form(out_.columns, l.column, FeVector{sum(u)}, back.v, scale);
    else add_to_form(out_.columns, l.column, u, back.v, scale);
  }

  const Theorem& theorem_;
  const RowSpace& rows_;
  LookupChallenges c_;
  std::span<const Fe> at_;
  Fe known_;  ///< the part of q that needs no column
  std::map<std::pair<std::uint32_t, std::uint32_t>, SharedVector> col_cache_;
  const SharedVector one_ = std::make_shared<const FeVector>(FeVector{kOne});
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
