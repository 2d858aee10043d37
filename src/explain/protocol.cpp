// Sections 4 and 5: what lookups and sumchecks make of the relations, from what was heard of a proof.
#include <algorithm>

#include "explain/writer.h"
#include "theorem/layout.h"
#include "theorem/tables.h"

namespace tacit {

std::string text_of(const Fe& x) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%016llx:%016llx:%016llx", static_cast<unsigned long long>(x.c[0].value()),
                static_cast<unsigned long long>(x.c[1].value()), static_cast<unsigned long long>(x.c[2].value()));
  return buffer;
}

namespace {

constexpr std::size_t kFractions = 6;

// The table that most is looked up in, one of columns before all others: it is the model's own.
TableId table_to_show(const Theorem& t) {
  std::vector<std::uint64_t> uses(t.tables.size());
  for (const Lookup& l : t.lookups) uses[l.table] += std::uint64_t{l.rows} * l.cols;
  TableId best = 0;
  const auto rank = [&](TableId id) { return std::pair(!is_public(t.tables[id]), uses[id]); };
  for (TableId id = 1; id < t.tables.size(); ++id)
    if (rank(id) > rank(best)) best = id;
  return best;
}

/// The fractions of one block of rows, as they went into the argument.
struct Fractions {
  std::vector<std::vector<std::int64_t>> tuples;
  std::vector<std::int64_t> numerators;
  FeVector denominators;
  Fe sum() const {
    Fe out;
    for (std::size_t i = 0; i < denominators.size(); ++i) out += denominators[i].inverse() * Fp::from_signed(numerators[i]);
    return out;
  }
};

void append(Fractions& out, const RowBlock& block, const FractionLeaves& leaves, const std::vector<std::vector<std::int64_t>>& entries, bool all) {
  for (std::uint32_t r = 0; r < block.rows; ++r)
    for (std::uint32_t s = 0; s < block.cols; ++s) {
      const std::size_t leaf = block.base + (std::size_t{r} << block.log_cols) + s;
      if (!all && leaves.p[leaf].is_zero()) continue;
      out.numerators.push_back(leaves.p[leaf].to_signed());
      out.denominators.push_back(leaves.q[leaf]);
      out.tuples.emplace_back();
      for (const auto& e : entries) out.tuples.back().push_back(e[std::size_t{r} * block.cols + s]);
    }
}

void say_fractions(SectionWriter& out, const std::string& what, const Fractions& f, bool counts) {
  out.say("  " + what);
  for (std::size_t i = 0; i < f.tuples.size() && i < kFractions; ++i)
    out.say("    (" + list_text(f.tuples[i]) + ")" + (counts ? "  used " + std::to_string(-f.numerators[i]) + " x" : "") + ":  " +
            std::to_string(f.numerators[i]) + " / " + text_of(f.denominators[i]));
  if (f.tuples.size() > kFractions) out.say("    ... (" + std::to_string(f.tuples.size() - kFractions) + " more)");
}

}  // namespace

Section explain_lookup(const ProverModel& model, const Account& account) {
  const Theorem& t = model.theorem;
  const TableId shown = table_to_show(t);
  const HeardLookups& h = account.heard.lookups;
  Fractions looked_up, table;
  for (const RowBlock& block : row_space(t).blocks) {
    std::vector<std::vector<std::int64_t>> entries;
    if (block.is_table && block.index == shown) append(table, block, h.leaves, table_values(t, account.assignment, shown), false);
    if (block.is_table || t.lookups[block.index].table != shown) continue;
    const Lookup& l = t.lookups[block.index];
    for (const Expr& e : l.tuple) {
      entries.push_back(numerators(t, account.assignment, l.rows, l.cols, e));
      for (std::int64_t& v : entries.back()) v >>= e.shift;
    }
    append(looked_up, block, h.leaves, entries, true);
  }
  SectionWriter out("4 One lookup: from rows of a table to a sum of fractions");
  out.say("After the prover has committed to all columns, and not before, the verifier draws two random numbers. (Nobody needs to be");
  out.say("asked: they are hashes of everything said so far.) Such a number is one of about 2^192, written as three limbs of 64 bits.");
  out.say("Arithmetic is modulo p = 2^64 - 2^32 + 1, so that every number but 0 has an inverse; -5 is p - 5.");
  out.show("alpha", h.alpha);
  out.show("beta", h.beta);
  out.say("With them a tuple (a, b, ...) of table " + std::to_string(shown) + " becomes one number d = alpha - (" + std::to_string(shown + 1) +
          " + beta a + beta^2 b + ...). A relation");
  out.say("becomes the fraction 1 / d, a row of the table -m / d, m being how often it is used: its multiplicity.");
  say_fractions(out, "looked up in table " + std::to_string(shown) + ":", looked_up, false);
  say_fractions(out, "rows of the table that are used:", table, true);
  const Fe ups = looked_up.sum(), downs = table.sum();
  out.show("sum of the former", ups);
  out.show("sum of the latter", downs, ups + downs == kZero ? "minus the former: both add up to 0" : "");
  TACIT_EXPECTS((ups + downs).is_zero(), "the fractions of a table add up to zero");
  out.say("A tuple that is no row of the table would be a fraction without a partner, and the sum would not be 0 except for few of");
  out.say("the 2^192 values of alpha. All tables go into one sum of " + std::to_string(h.leaves.p.size()) + " fractions, added in pairs, p0/q0 + p1/q1, like a knockout");
  out.say("tournament. The two fractions of its final stand in the proof, and the verifier checks that p0 q1 + p1 q0 = 0:");
  const HeardMessage* ends = account.heard.message("fraction ends");
  const char* names[] = {"p0", "p1", "q0", "q1"};
  for (std::size_t i = 0; i < 4; ++i) out.show(names[i], ends->values[i]);
  out.say("That they are what the tournament leads to is shown layer by layer, each by a sumcheck, down to the fractions themselves.");
  out.note("table", static_cast<std::int64_t>(shown));
  out.note("looked up denominators", looked_up.denominators);
  out.note("multiplicities", table.numerators);
  out.note("table denominators", table.denominators);
  return out.take();
}

namespace {

void say_round(SectionWriter& out, const HeardRound& r) {
  out.show("g(0)", r.constant);
  out.show("leading coefficient", r.leading);
  out.say("  The verifier draws a random point and goes on with the value of the polynomial there as the next claim:");
  out.show("point", r.challenge);
  out.show("next claim", r.next);
}

void say_cheat(SectionWriter& out, std::size_t rounds) {
  out.say("Whoever starts from a false claim must send a false polynomial, or its two values would not add up. Two different");
  out.say("polynomials of degree 2 agree at two points at most, so the next claim is false too, but for a chance of 2 / 2^192.");
  if (rounds > 0) out.say("After " + std::to_string(rounds) + " rounds, one for each bit of k, no sum is left, but both factors at one random point:");
}

/// Of a contraction whose accumulator has one entry.
std::int64_t integer_sum(const HeardProduct& p, const Assignment& a) {
  Assignment only{a.columns, {}};
  Theorem none;
  return evaluate(none, only, Accumulator{"", 1, 1, {p.term}, {}})[0];
}

/// A sum of products, if the model has one.
void say_products(SectionWriter& out, const Theorem& t, const Heard& h, const Assignment& a) {
  const HeardProduct& p = h.products.front();
  const std::size_t terms = p.a.size(), half = terms / 2;
  out.say("Of all relations together only sums of products are left, such as this one of " + visible(t.accumulators[p.acc].name) + ":");
  out.say("  claim = sum over k of A_k B_k,  A_k = " + std::string(p.u.size() == 1 ? "u" : "sum of u_c") + " * weight k,  B_k = " +
          std::string(p.v.size() == 1 ? "v" : "sum of v_s") + " * input k,  k = 0 .. " + std::to_string(terms - 1) +
          (h.products.size() == 1 ? "" : "   (the first of " + std::to_string(h.products.size()) + " such sums, all in one sumcheck)"));
  out.say("where u and v come from the random point at which the lookups ended. Weights and inputs are the integers of section 1.");
  if (p.u.size() == 1 && p.v.size() == 1) {
    out.show("u", p.u[0]);
    out.show("v", p.v[0]);
  }
  if (p.u.size() == 1 && p.v.size() == 1 && h.products.size() == 1) {
    const std::int64_t sum = integer_sum(p, a);
    TACIT_EXPECTS(p.u[0] * p.v[0] * Fp::from_signed(sum) == h.total, "the claim is the sum of the integers, weighed");
    out.say("  In integers the sum of weight k * input k is " + std::to_string(sum) + ", so the claim is u v times " + std::to_string(sum) + ":");
    out.note("integer sum", sum);
  }
  out.show("claim", h.total, "as it stands in the proof");
  const HeardRound* r = h.round("products round");
  if (r == nullptr) return out.say("It has one term: there is nothing to fold, and the claim is the product of its two factors.");
  out.say("Seen as polynomials in the bits of k, A and B have one variable for each bit. Sum over all bits but the first: what is");
  out.say("left is a polynomial g of degree 2 in that bit. g(0) is the sum over k < " + std::to_string(half) + ", g(1) the rest. The prover sends it:");
  say_round(out, *r);
  if (h.products.size() == 1) {
    Fe low, high;
    for (std::size_t k = 0; k < half; ++k) low += p.a[k] * p.b[k], high += p.a[k + half] * p.b[k + half];
    TACIT_EXPECTS(low == r->constant && low + high == r->claim, "the first message is the polynomial of the factors");
    out.say("  Summed up from the factors themselves, g(0) is the same, and the rest is");
    out.show("g(1)", high, "g(0) + g(1) = claim");
  } else {
    out.show("g(1)", r->claim - r->constant, "= claim - g(0): the verifier computes it, so it needs no check");
  }
  say_cheat(out, h.at.size());
  out.show("A at the last point", p.end_a);
  out.show("B at the last point", p.end_b);
  if (h.products.size() == 1) {
    Fe last = h.total;
    for (const HeardRound& round : h.rounds)
      if (round.label == "products round") last = round.next;
    out.show("last claim", last, last == p.end_a * p.end_b ? "their product, as the verifier checks" : "");
  }
  out.say("What is left is that A and B have these values there: two claims about the committed weights and inputs.");
  out.note("points", h.at);
  out.note("A", p.a);
  out.note("B", p.b);
}

/// The first ends after a message with this label.
const HeardMessage* ends_after(const Heard& h, std::string_view label) {
  bool after = false;
  for (const HeardMessage& m : h.messages) {
    if (after && m.label == "fraction ends") return &m;
    after = after || m.label == label;
  }
  return nullptr;
}

/// The first round of the fraction sum.
void say_fraction_round(SectionWriter& out, const Heard& h) {
  const HeardRound* first = h.round("fraction round");
  if (first == nullptr) return out.say("This model is so small that no sumcheck is left.");
  out.say("This model multiplies no weight with an input; sumchecks carry its lookups down the tournament. The first one, from the");
  out.say("two fractions above to the four before them, p + lambda q of all four at once:");
  out.show("claim", first->claim);
  out.say("It says that claim = (1 - t) g(0) + t g(1), t a random number of before, and g a polynomial of degree 2 that the prover");
  out.say("sends by two coefficients:");
  out.show("t", *first->at);
  say_round(out, *first);
  const Fe at_one = (first->claim - (kOne - *first->at) * first->constant) * first->at->inverse();
  out.show("g(1)", at_one, "what is missing to the claim");
  const HeardMessage* ends = ends_after(h, "fraction round");
  out.say("The sum had one bit, so this was its last round. The fractions of the next layer at that point, sent as u = p0 + lambda q0, p1,");
  out.say("q0 and q1, must give the claim, and the next layer's sumcheck is about them:");
  const char* names[] = {"u", "p1", "q0", "q1"};
  for (std::size_t i = 0; i < 4; ++i) out.show(names[i], ends->values[i]);
  const Fe given = ends->values[3] * ends->values[0] + ends->values[1] * ends->values[2];
  out.show("q1 u + p1 q0", given, given == first->next ? "the claim, as the verifier checks" : "");
  say_cheat(out, 0);
}

}  // namespace

Section explain_sumcheck(const ProverModel& model, const Account& account) {
  SectionWriter out("5 One round of a sumcheck: from a sum to a point");
  if (account.heard.products.empty()) say_fraction_round(out, account.heard);
  else say_products(out, model.theorem, account.heard, account.assignment);
  std::size_t rounds = 0;
  for (const HeardRound& r : account.heard.rounds) rounds += r.label != "fold";
  out.say("The proof has " + std::to_string(rounds) + " rounds like this one.");
  return out.take();
}

}  // namespace tacit
