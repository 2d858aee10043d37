// Sections 6 and 7: the opened claim and the verdict, and all sections together.
#include <algorithm>

#include "explain/writer.h"

namespace tacit {

Section explain_opening(const ProverModel& model, const Account& account) {
  const Heard& h = account.heard;
  const KeyCore& core = model.key.core;
  SectionWriter out("6 What is opened");
  out.say("All that is left are claims: a weighted sum of committed integers has this value. They came up in this order:");
  std::size_t number = 0;
  for (const HeardClaim& c : h.ledger.claims)
    if (++number <= kShown) out.say("    " + std::to_string(number) + "  " + c.name + " = " + text_of(c.value));
  if (number > kShown) out.say("    ... (" + std::to_string(number - kShown) + " more)");
  if (core.has_weights()) out.say("    " + std::to_string(number + 1 + h.ledger.checks) + "  the weights' pin, which keeps a prover from switching between weights = " + text_of(core.pin_y));
  out.say("With one more random number gamma they become one: claim 1 times gamma, plus claim 2 times gamma^2, and so on.");
  out.show("gamma", h.ledger.gamma);
  Fe power = kOne, together;
  for (const HeardClaim& c : h.ledger.claims) together += (power *= h.ledger.gamma) * c.value;
  if (core.has_weights()) together += power * h.ledger.gamma * core.pin_y;
  out.show("all claims together", together);
  out.show("from public columns", together - h.ledger.opening.value, "the verifier computes it, and takes it off");
  out.show("value", h.ledger.opening.value, "what the committed numbers must give");
  Fe weighed;
  for (const std::vector<RankOne>* forms : {&h.ledger.opening.weights, &h.ledger.opening.witness})
    for (const RankOne& f : *forms) weighed += evaluate_covector(f, account.assignment.columns[f.column]);
  if (core.has_weights()) weighed += h.ledger.opening.pin_scale * core.pin_y;
  out.show("weighed sum of all columns", weighed, weighed == h.ledger.opening.value ? "the same" : "");
  TACIT_EXPECTS(weighed == h.ledger.opening.value, "the opened claim holds of the columns");
  const WhirRound& first = core.params.rounds[0];
  std::vector<std::uint32_t> rows = h.positions.front();
  std::sort(rows.begin(), rows.end());
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  out.say("The prover's commitment is a hash tree over 2^" + std::to_string(first.log_domain) + " rows. A row holds a value of each of some polynomials whose coefficients");
  out.say("are the committed integers. Two different polynomials differ in most rows, so a few rows at random places tell them apart:");
  out.say("    rows " + list_text(std::vector<std::int64_t>(rows.begin(), rows.end())));
  out.say("of the tree are sent with the hashes that lead to its root, and more of smaller trees, while a sumcheck folds the claim");
  out.say("above down to a vector of " + std::to_string(1u << core.params.final_log) + " numbers that is sent as a whole.");
  out.note("rows", std::vector<std::int64_t>(rows.begin(), rows.end()));
  for (std::size_t i = 0; i < h.ledger.claims.size(); ++i) out.note("claim " + std::to_string(i + 1), h.ledger.claims[i].value);
  if (core.has_weights()) out.note("pin", core.pin_y);
  return out.take();
}

Section explain_verdict(const Account& account, const Account* hidden) {
  SectionWriter out("7 The verdict");
  out.say("The verifier made " + std::to_string(account.heard.checks.size()) + " checks on " + std::to_string(account.stream) + " bytes: " +
          (account.verdict.accepted ? "accepted." : "rejected."));
  out.say("With one bit of the proof changed: rejected, because this check fails: " + account.damaged.reason + ".");
  if (hidden != nullptr) {
    const char* label = hidden->heard.products.empty() ? "fraction ends" : "contraction sum";
    const HeardMessage* m = hidden->heard.message(label);
    out.say("Up to here nothing was hidden: numbers of the proof are functions of the data and would tell of them. Where something is");
    out.say("private, each is sent minus a pad, a random number that the prover committed to before. Of a proof of the same inference");
    out.say("with a private input, the " + std::string(hidden->heard.products.empty() ? "first end of the fractions" : "claim of section 5") + ":");
    out.show("its value", m->values[0], "never sent");
    out.show("the pad", m->values[0] - m->sent[0], "never sent");
    out.show("what is sent", m->sent[0], "value - pad: as random as the pad");
    out.say("The verifier computes with value = sent + pad, the pad an unknown, and the opening settles what is known of the pads");
    out.say("together with all other claims. The rows that are opened are hidden by random numbers behind the integers. So whoever");
    out.say("sees the proof learns that the relations hold, and nothing else.");
  }
  out.note("proof bytes", static_cast<std::int64_t>(account.proof.size()));
  out.note("checks", static_cast<std::int64_t>(account.heard.checks.size()));
  return out.take();
}

std::vector<Section> explain(const ProverModel& model, const RealNumbers& real, const Account& account, const Account* hidden) {
  Section preface{"How a proof of this inference works", {}, {}};
  preface.lines = {"This text shows weights, input and everything between. It is for learning: do not publish it where any of them is private.",
                   "Every number is from a proof made for it just now: of what the prover sent and the verifier drew, checked and accepted."};
  return {preface,
          explain_numbers(model, real, account),
          explain_steps(model, real, account),
          explain_relations(model, account),
          explain_lookup(model, account),
          explain_sumcheck(model, account),
          explain_opening(model, account),
          explain_verdict(account, hidden)};
}

}  // namespace tacit
