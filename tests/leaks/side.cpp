#include "leaks/side.h"

#include <cstring>

#include "hash/keccak.h"
#include "prover/options.h"

namespace tacit::leaks {
namespace {

OpeningMasks make_zero_masks(const OpeningShape& shape) {
  return make_masks(shape, [](std::span<Fp> out) { std::fill(out.begin(), out.end(), Fp()); });
}

Oracle zero_oracle(const OpeningParams& params, std::size_t limbs, std::size_t masks) {
  const OpeningShape& s = params.shape;
  return Oracle::commit(FpVector(limbs * s.n()), s.log_n, limbs, params.rounds[0].log_domain, FpVector(masks * s.n()));
}

void spoil_masks(const OpeningShape& shape, OpeningMasks& masks, Spoil spoil) {
  auto clear = [](auto begin, std::size_t count) { std::fill_n(begin, count, typename std::iterator_traits<decltype(begin)>::value_type()); };
  auto to_base = [](FeVector& v) { for (Fe& x : v) x = Fe(x.c[0]); };
  const auto xi = masks.row2.begin() + static_cast<std::ptrdiff_t>(shape.statement_slots_x());
  if (spoil == Spoil::kFoldPads) clear(xi, shape.pad_slots_x());
  if (spoil == Spoil::kBaseFoldPads)
    for (std::size_t k = 0; k < shape.pad_slots_x(); ++k)
      if (k % 3 != 0) xi[static_cast<std::ptrdiff_t>(k)] = Fp();
  if (spoil == Spoil::kOneRow2Slot) masks.row2.back() = Fp();
  if (spoil == Spoil::kRow2Slots) clear(masks.row2.end() - shape.random_slots_x, shape.random_slots_x);
  if (spoil == Spoil::kRow1 || spoil == Spoil::kLine) clear(masks.row1.begin(), masks.row1.size());
  if (spoil == Spoil::kMuW || spoil == Spoil::kLine) clear(masks.mu_w.begin(), masks.mu_w.size());
  if (spoil == Spoil::kBaseRow1) to_base(masks.row1);
  if (spoil == Spoil::kBaseMuW) to_base(masks.mu_w);
  if (spoil == Spoil::kTopOfRow1) masks.row1.back() = kZero;
  if (spoil == Spoil::kTopOfMuW) masks.mu_w.back() = kZero;
}

void clear_random_slots(std::span<Fp> message, std::size_t n, std::size_t count) {
  for (std::size_t end = n; end <= message.size(); end += n) std::fill_n(&message[end - count], count, Fp());
}

std::vector<Salt> draw_salts(std::size_t log_domain, Random& random, bool are_zero) {
  const std::size_t count = std::size_t{1} << log_domain;
  return are_zero ? std::vector<Salt>(count) : tacit::draw_salts(count, random).all();
}

}  // namespace

Side::Side(OpeningParams in, std::size_t pads, std::size_t openings)
    : params(std::move(in)), slots_w(openings * kQueries + 3), zero_masks(make_zero_masks(params.shape)), zero_pads(pads),
      zero_w(zero_oracle(params, params.shape.limbs_w, 0)), zero_x(zero_oracle(params, params.shape.limbs_x, params.shape.mask_words())) {}

OpeningParams toy_params(std::uint64_t size_w, std::uint64_t size_x, std::uint32_t log_n, std::uint32_t random_slots_w) {
  OpeningParams p;
  p.shape = {size_w, size_x, log_n, 1, 3, random_slots_w, kQueries};
  p.lambda = 40;
  p.initial_grind_bits = 2;
  p.rounds = {{2, log_n, log_n + 1, kQueries, 2, 0, 3}, {log_n - 1, 2, 3, 20, 0, 1, 3}};
  p.final_log = 2;
  TACIT_EXPECTS(check_form(p).ok(), "the toy's parameters have the form of 11.2");
  return p;
}

Oracle commit_filled_w(const Side& side, const FpVector& message, Random& random, Spoil spoil) {
  const bool no_salts = spoil == Spoil::kWSalts || spoil == Spoil::kWSaltsAndSlots;
  const OpeningShape& s = side.shape();
  return Oracle::commit(message, s.log_n, s.limbs_w, side.log_domain(), {}, draw_salts(side.log_domain(), random, no_salts));
}

Oracle commit_spoiled_w(const Side& side, FpVector& message, Random& random, Spoil spoil) {
  const OpeningShape& s = side.shape();
  fill_random_slots(s, Block::kW, message, source_of(random));
  if (spoil == Spoil::kWSlots || spoil == Spoil::kWSaltsAndSlots) clear_random_slots(message, s.n(), s.random_slots_w);
  if (spoil == Spoil::kOneWSlot) clear_random_slots(message, s.n(), 1);
  return commit_filled_w(side, message, random, spoil);
}

CommittedWitness commit_spoiled_x(const Side& side, FpVector message, FeVector pads, Random& random, Spoil spoil) {
  const RandomSource uniform = source_of(random);
  const OpeningShape& s = side.shape();
  OpeningMasks masks = make_masks(s, uniform);
  spoil_masks(s, masks, spoil);
  std::vector<Salt> salts = draw_salts(side.log_domain(), random, spoil == Spoil::kXSalts);
  if (spoil == Spoil::kOneSalt) std::fill(salts.begin(), salts.end(), salts[0]);
  fill_random_slots(s, Block::kX, message, uniform);
  if (spoil == Spoil::kXSlots) clear_random_slots(message, s.n(), s.random_slots_x);
  if (spoil == Spoil::kOneXSlot) clear_random_slots(message, s.n(), 1);
  Oracle oracle = Oracle::commit(std::move(message), s.log_n, s.limbs_x, side.log_domain(), mask_limbs(masks), std::move(salts));
  return {std::move(pads), std::move(masks), std::move(oracle)};
}

WeightsCommitment with_pin(Relation relation, Oracle oracle, FpVector message) {
  relation.root_w = relation.statement = oracle.root();
  const Fe z = pin_point(oracle.root(), *relation.params, relation.params->shape.size_w);
  relation.pin = Pin{z, evaluate_powers(message, z)};
  return {std::move(oracle), std::move(relation), std::move(message)};
}

Random seeded(std::string_view test, std::uint64_t index) {
  Keccak256 hasher;
  hasher.update({reinterpret_cast<const std::uint8_t*>(test.data()), test.size()});
  hasher.update({reinterpret_cast<const std::uint8_t*>(&index), sizeof index});
  return Random::from_key(hasher.finish());
}

}  // namespace tacit::leaks
