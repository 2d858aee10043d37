#include "argue/relation.h"

#include "argue/contractions.h"
#include "theorem/cost.h"
#include "theorem/tables.h"
#include "transcript/transcript.h"

namespace tacit {

Relation Relation::make(const Theorem& theorem, const OpeningParams& params, std::vector<IntColumn> publics) {
  Relation r;
  r.theorem = &theorem;
  r.params = &params;
  r.publics = std::move(publics);
  r.publics.resize(theorem.columns.size());
  r.weights = oracle_layout(theorem, Home::kWeights);
  r.witness = oracle_layout(theorem, Home::kWitness);
  r.rows = row_space(theorem);
  return r;
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

ArgumentShape argument_shape(const Theorem& theorem) {
  ArgumentShape shape;
  const RowSpace rows = row_space(theorem);
  for (const RowBlock& block : rows.blocks)
    (block.is_table ? shape.table_rows : shape.lookup_rows) += std::uint64_t{block.rows} << block.log_cols;
  shape.lookup_rows = std::max(shape.lookup_rows, (std::uint64_t{1} << rows.log_rows) - shape.table_rows);  // padding rows too
  for (const Lookup& l : theorem.lookups)
    shape.tuple_width = std::max<std::uint32_t>(shape.tuple_width, 1 + static_cast<std::uint32_t>(l.tuple.size()));
  const Cost cost = cost_of(theorem);
  shape.sumcheck_rounds = static_cast<std::uint64_t>(cost.contraction_rounds);
  shape.claims = 3 + 2 * cost.contractions;  // multiplicities, columns, the pin, two for each contraction
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
