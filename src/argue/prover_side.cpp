#include "argue/prover_side.h"

#include <tbb/parallel_for.h>

#include "base/contract.h"
#include "field/arrays.h"
#include "kernels/fold.h"
#include "pcs/oracle.h"
#include "theorem/tables.h"
#include "transcript/grind.h"

namespace tacit {
namespace {

std::vector<Fp> in_field(const std::vector<std::int64_t>& numerators, std::uint32_t shift) {
  const Fp inverse = Fp(std::uint64_t{1} << shift).inverse();
  std::vector<Fp> out(numerators.size());
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = Fp::from_signed(numerators[i]) * inverse;
  return out;
}

// Writes the block's leaves; e[k] holds tuple entry k by row, [rows, cols].
void write_block(FractionLeaves& leaves, const RowBlock& block, const std::vector<std::vector<Fp>>& e, TableId table, const LookupChallenges& c) {
  const Fe constant = c.alpha - Fe(Fp(1 + std::uint64_t{table}));
  FeVector weights{-c.beta};
  while (weights.size() < e.size()) weights.push_back(weights.back() * c.beta);
  tbb::parallel_for(std::size_t{0}, std::size_t{block.rows}, [&](std::size_t r) {
    const std::size_t base = block.base + (r << block.log_cols);
    for (std::size_t s = 0; s < block.cols; ++s) {
      Fe q = constant;
      for (std::size_t k = 0; k < e.size(); ++k) q += weights[k] * e[k][r * block.cols + s];
      leaves.q[base + s] = q;
    }
  });
}

void write_lookup(FractionLeaves& leaves, const Theorem& t, const Assignment& a, const RowBlock& block, const LookupChallenges& c) {
  const Lookup& l = t.lookups[block.index];
  std::vector<std::vector<Fp>> e;
  for (const Expr& entry : l.tuple) e.push_back(in_field(numerators(t, a, l.rows, l.cols, entry), entry.shift));
  write_block(leaves, block, e, l.table, c);
  for (std::size_t r = 0; r < block.rows; ++r)
    std::fill_n(leaves.p.begin() + static_cast<std::ptrdiff_t>(block.base + (r << block.log_cols)), block.cols, Fp(1));
}

void write_table(FractionLeaves& leaves, const Theorem& t, const Assignment& a, const RowBlock& block, const LookupChallenges& c) {
  std::vector<std::vector<Fp>> e;
  for (const std::vector<std::int64_t>& entries : table_values(t, a, block.index)) e.push_back(in_field(entries, 0));
  write_block(leaves, block, e, block.index, c);
  const IntColumn& counts = a.columns[t.multiplicities[block.index]];
  for (std::size_t r = 0; r < block.rows; ++r)
    for (std::size_t s = 0; s < block.cols; ++s)
      leaves.p[block.base + (r << block.log_cols) + s] = -Fp::from_signed(counts[r * block.cols + s]);
}

// A[(i, t)] of one contraction.
FeVector fold_weights(const ContractionUse& c, const IntColumn& weights) {
  const std::size_t taps = c.term->window.taps(), in_rows = c.term->in_rows, cols = in_rows * taps;
  const std::size_t per_group = c.rows / c.term->groups;
  FeVector out(std::size_t{1} << c.log_size()), folded(cols);
  for (std::size_t g = 0; g < c.term->groups; ++g) {
    const std::span<const std::int32_t> part(weights.data() + g * per_group * cols, per_group * cols);
    fold_rows(part, per_group, cols, std::span(c.use->u).subspan(g * per_group, per_group), folded);
    for (std::size_t i = 0; i < in_rows; ++i)
      for (std::size_t t = 0; t < taps; ++t) out[((g * in_rows + i) << c.log_taps) + t] = folded[i * taps + t];
  }
  return out;
}

// B[(i, t)] of one contraction.
FeVector fold_input(const ContractionUse& c, const IntColumn& input) {
  const Window& w = c.term->window;
  const std::size_t taps = w.taps(), cols = w.out_cols(), in_cols = w.in_cols();
  const SplitVector v(*c.use->v);
  std::vector<std::uint32_t> map(taps * cols);
  for (std::uint32_t t = 0; t < taps; ++t)
    for (std::uint32_t s = 0; s < cols; ++s) map[t * cols + s] = w.source(t, s);
  FeVector out(std::size_t{1} << c.log_size());
  tbb::parallel_for(std::size_t{0}, std::size_t{c.inputs()}, [&](std::size_t i) {
    std::vector<std::int32_t> gathered(cols);
    for (std::size_t t = 0; t < taps; ++t) {
      for (std::size_t s = 0; s < cols; ++s) {
        const std::uint32_t at = map[t * cols + s];
        gathered[s] = at == kNone ? 0 : input[i * in_cols + at];
      }
      out[(i << c.log_taps) + t] = v.dot(gathered.data());
    }
  });
  return out;
}

}  // namespace

OpeningWitness OpeningView::pointers() const {
  OpeningWitness out = oracles;
  out.a_w = a_w.get();
  out.a_x = a_x.get();
  return out;
}

Digest WitnessView::root() const { return data_.x->root(); }

FractionLeaves WitnessView::leaves(const LookupChallenges& challenges) const {
  begin("lookups");
  const RowSpace& rows = relation_->rows;
  FractionLeaves leaves;
  leaves.p.assign(rows.rows, Fp());
  leaves.q.assign(rows.rows, kOne);
  for (const RowBlock& block : rows.blocks) {
    if (block.is_table) write_table(leaves, *relation_->theorem, *data_.assignment, block, challenges);
    else write_lookup(leaves, *relation_->theorem, *data_.assignment, block, challenges);
  }
  return leaves;
}

ProductTables WitnessView::products(const std::vector<ContractionUse>& uses) const {
  begin("contractions");
  ProductTables tables;
  for (const ContractionUse& use : uses) {
    tables.instances.push_back({fold_weights(use, data_.assignment->columns[use.term->weights]),
                                fold_input(use, data_.assignment->columns[use.term->input])});
  }
  return tables;
}

std::shared_ptr<OpeningView> WitnessView::opening(const Opening& forms) const {
  begin(relation_->theorem == nullptr ? "link opening" : "opening");
  auto view = std::make_shared<OpeningView>();
  view->forms = forms;
  const std::size_t log_n = relation_->params->shape.log_n;
  view->a_w = std::make_unique<LedgerCovector>(relation_->columns, relation_->weights, view->forms.weights, forms.pin_z, forms.pin_scale, log_n);
  view->a_x = std::make_unique<LedgerCovector>(relation_->columns, relation_->witness, view->forms.witness, kZero, kZero, log_n);
  view->oracles.w = data_.w;
  view->oracles.x = data_.x;
  view->oracles.masks = data_.masks;
  return view;
}

Fe WitnessView::value_of(const Form& form) const {
  Fe out;
  for (const RankOne& f : form) out += evaluate_covector(f, data_.assignment->columns[f.column]);
  return out;
}

std::vector<Digest> WitnessView::link_roots() const {
  std::vector<Digest> out;
  for (const WitnessData& link : data_.links) out.push_back(link.x->root());
  return out;
}

FpVector oracle_message(std::span<const Column> columns, const OracleLayout& layout, const std::vector<IntColumn>& values,
                        const FeVector& pads, std::uint64_t length, std::uint64_t spare) {
  FpVector out;
  out.reserve(length + spare);
  out.resize(length);
  const auto* pad_entries = reinterpret_cast<const Fp*>(pads.data());
  for (const Tile& t : layout.tiles) {
    const std::size_t cols = columns[t.column].cols, width = std::size_t{1} << t.log_cols;
    if (t.column >= values.size()) {
      std::copy_n(pad_entries + t.col, width, out.begin() + static_cast<std::ptrdiff_t>(t.address));
      continue;
    }
    const IntColumn& column = values[t.column];
    for (std::size_t r = 0; r < std::size_t{1} << t.log_rows; ++r)
      for (std::size_t s = 0; s < width; ++s)
        out[t.address + r * width + s] = Fp::from_signed(column[(t.row + r) * cols + t.col + s]);
  }
  return out;
}

FeVector draw_pads(const PadPlan& plan, const std::function<void(std::span<Fp>)>& uniform) {
  FeVector pads(plan.pads);
  uniform({reinterpret_cast<Fp*>(pads.data()), 3 * pads.size()});
  for (const PadProduct& p : plan.products) pads[p.ab] = pads[p.a] * pads[p.b];
  return pads;
}

Fe sum_of_products_value(const ProductTables& tables) {
  Fe out;
  for (const ProductTables::Instance& i : tables.instances) out += dot(std::span<const Fe>(i.a), std::span<const Fe>(i.b));
  return out;
}

std::uint64_t search_nonce(const Digest& seed, int bits) { return find_nonce(seed, bits); }

}  // namespace tacit
