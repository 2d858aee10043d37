#include "argue/relation.h"

#include "argue/contractions.h"
#include "theorem/cost.h"
#include "theorem/tables.h"
#include "transcript/transcript.h"

namespace tacit {

Relation Relation::make(const Theorem& theorem, const OpeningParams& params, std::vector<IntColumn> publics, std::uint32_t links) {
  Relation r;
  r.theorem = &theorem;
  r.params = &params;
  r.publics = std::move(publics);
  r.publics.resize(theorem.columns.size());
  const OpeningShape& shape = params.shape;
  if (shape.masked()) r.plan = plan_pads(theorem, links);
  r.columns = argued_columns(theorem, shape.masked() ? &r.plan : nullptr);
  r.weights = weights_layout(theorem, shape);
  r.witness = oracle_layout(r.columns, Home::kWitness, {shape.log_n, shape.limbs_x, static_cast<std::uint32_t>(shape.statement_slots_x())});
  r.rows = row_space(theorem);
  return r;
}

OracleSizes oracle_sizes(const Theorem& theorem, bool masked, std::uint32_t links) {
  OracleSizes out{oracle_size(theorem.columns, Home::kWeights), oracle_size(theorem.columns, Home::kWitness)};
  if (masked) out.x += 3 * std::uint64_t{plan_pads(theorem, links).pads};
  return out;
}

OracleLayout weights_layout(const Theorem& theorem, const OpeningShape& shape) {
  return oracle_layout(theorem.columns, Home::kWeights, {shape.log_n, shape.limbs_w, static_cast<std::uint32_t>(shape.statement_slots_w())});
}

Fe pin_point(const Digest& root_w, const OpeningParams& params, std::uint64_t message_length) {
  ByteWriter bytes;
  write_params(bytes, params);
  bytes.u64(message_length);
  Transcript transcript("tacit pin v1");
  transcript.absorb("root", root_w);
  transcript.absorb("parameters", bytes.data());
  return transcript.draw("z");
}

ArgumentShape argument_shape(const Theorem& theorem, bool masked, std::uint32_t links) {
  ArgumentShape shape;
  const RowSpace rows = row_space(theorem);
  for (const RowBlock& block : rows.blocks)
    (block.is_table ? shape.table_rows : shape.lookup_rows) += std::uint64_t{block.rows} << block.log_cols;
  shape.lookup_rows = std::max(shape.lookup_rows, (std::uint64_t{1} << rows.log_rows) - shape.table_rows);  // padding rows too
  for (const Table& table : theorem.tables) shape.tuple_width = std::max(shape.tuple_width, 1 + table_width(table));
  const Cost cost = cost_of(theorem);
  shape.sumcheck_rounds = static_cast<std::uint64_t>(cost.contraction_rounds);
  shape.claims = 3 + 2 * cost.contractions + links;  // multiplicities, columns, the pin, two for each contraction
  if (masked) {
    const PadPlan plan = plan_pads(theorem, links);
    shape.pad_products = plan.products.size();
    shape.claims += plan.checks;
  }
  return shape;
}

Status check_publics(const Theorem& theorem, const std::vector<IntColumn>& publics) {
  for (ColumnId id = 0; id < theorem.columns.size(); ++id) {
    const Column& c = theorem.columns[id];
    if (c.home != Home::kPublic) continue;
    if (id >= publics.size() || publics[id].size() != c.size()) return bad_input("public values are missing or have another size", c.name);
    for (std::int32_t v : publics[id])
      if (v < c.lo || v > c.hi) return bad_input("a public value is outside its range", c.name);
  }
  return Unit{};
}

}  // namespace tacit
