#include "pcs/security.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>
#include <limits>

#include "base/contract.h"

namespace tacit {
namespace {

constexpr double kLog2Of3 = 1.584962500721156;
constexpr double kLog2Of4_5 = 2.169925001442312;
/// WHIR's d*: 1 + deg_Z(w) + max deg_X(w) for a weight polynomial linear in each variable.
constexpr double kLog2FoldDegree = kLog2Of3;
constexpr double kRoundingSlackBits = 1e-6;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

CodeRadius code_of(const OpeningParams& params, std::size_t round) {
  const WhirRound& r = params.rounds[round];
  return {params.regime, static_cast<double>(r.log_domain) - static_cast<double>(r.log_n), r.multiplicity};
}

std::uint32_t ceil_log2(std::uint64_t count) { return count <= 1 ? 0 : std::bit_width(count - 1); }

double log2_count(std::uint64_t count) { return std::log2(static_cast<double>(count)); }

/// Collects the terms of one argument in transcript order.
class TermCollector {
 public:
  TermCollector(const OpeningParams& params, const ArgumentShape& argument, double field_bits)
      : params_(params), argument_(argument), field_bits_(field_bits), base_(code_of(params, 0)) {
    joint_list_ = joint_list_bits(params);
  }

  std::vector<SecurityTerm> collect() {
    pin();
    argument_terms();
    limb_fold();
    mask_line();
    for (std::size_t i = 1; i < params_.rounds.size(); ++i) extension_round(i);
    final_round();
    return std::move(terms_);
  }

 private:
  struct Error {
    double total_log2;      ///< over all repetitions
    double challenge_log2;  ///< one repetition
    double grind_bits = 0;
    double list_log2 = 0;
  };

  void add(std::string name, std::uint32_t message, Error e, std::uint32_t multiplicity = 0) {
    SecurityTerm term;
    term.name = std::move(name);
    term.message = message;
    term.bits = e.grind_bits - e.total_log2 - e.list_log2;
    term.challenge_bits = e.grind_bits - e.challenge_log2 - e.list_log2;
    term.grind_bits = e.grind_bits;
    term.list_bits = e.list_log2;
    term.regime = params_.regime;
    term.multiplicity = multiplicity;
    terms_.push_back(std::move(term));
  }

  /// `count / F`, all in one verifier message and multiplied by the joint list of W and X (F7).
  void add_listed(const char* name, std::uint64_t count, double grind_bits = 0) {
    if (count == 0) return;
    double error = log2_count(count) - field_bits_;
    add(name, message_++, {error, error, grind_bits, joint_list_}, base_.multiplicity);
  }

  /// Two codewords in W's list agree at the registered point: all of W's coefficients, random slots included.
  void pin() {
    if (!params_.shape.has_w() || params_.regime == Regime::kUniqueDecoding) return;
    double list = 2 * list_log2(base_) - 1;
    double error = params_.shape.log_n + params_.shape.log_limbs_w() - field_bits_;
    add("pin of W", message_++, {error, error, 0, list}, base_.multiplicity);
  }

  void argument_terms() {
    link();
    lookups();
    if (argument_.sumcheck_rounds != 0) {
      double round = log2_count(std::max<std::uint32_t>(argument_.sumcheck_degree, 1)) - field_bits_;
      add("contraction sumcheck", message_++,
          {round + log2_count(argument_.sumcheck_rounds), round, 0, joint_list_}, base_.multiplicity);
    }
    pad_products();
    add_listed("instance batching", argument_.batched_instances);
    add_listed("evaluation points", argument_.point_variables);
    add_listed("claims ledger", argument_.claims);
  }

  /// Entries that differ have the same fingerprint, for a pair of this opening and one of the other.
  void link() {
    if (argument_.link_degree == 0) return;
    double error = log2_count(argument_.link_degree) - field_bits_;
    add("link fingerprint", message_++, {error, error, 0, joint_list_ + argument_.link_list_bits}, base_.multiplicity);
  }

  /// Fingerprint N (W + 2) / F, which contains the vanishing denominators, then the tree of fractions.
  void lookups() {
    if (argument_.lookup_rows == 0) return;
    double lookups = log2_count(argument_.lookup_rows);
    double tables = log2_count(std::max<std::uint64_t>(argument_.table_rows, 1));
    double fingerprint = log2_sum({lookups, tables}) + std::log2(argument_.tuple_width + 2.0) - field_bits_;
    double grind = params_.initial_grind_bits;
    add("logup fingerprint", message_++, {fingerprint, fingerprint, grind, joint_list_}, base_.multiplicity);
    double x = std::max(1.0, lookups + tables);
    double tree = std::log2(0.5 * x * (3 * x + 1)) - field_bits_;
    add("logup fraction tree", message_++, {tree, kLog2Of3 - field_bits_, 0, joint_list_}, base_.multiplicity);
  }

  /// P Q = S over all product pads at once: a zero-check, whose point is one verifier message of m elements, then m
  /// rounds of degree 3.
  void pad_products() {
    if (argument_.pad_products == 0) return;
    double m = std::max<double>(1, ceil_log2(argument_.pad_products));
    double all = std::log2(4 * m) - field_bits_, one = std::log2(std::max(3.0, m)) - field_bits_;
    add("pad products", message_++, {all, one, 0, joint_list_}, base_.multiplicity);
  }

  /// The sumcheck over the limb index, which folds W and X with the same challenges.
  void limb_fold() {
    std::uint32_t message = message_++;
    const WhirRound& r = params_.rounds[0];
    if (r.log_limbs != 0) {
      double round = kLog2FoldDegree - field_bits_;
      add("limb sumcheck", message, {round + std::log2(r.log_limbs), round, 0, joint_list_}, base_.multiplicity);
    }
    std::uint32_t folds_w = params_.shape.log_limbs_w(), folds_x = params_.shape.log_limbs_x();
    agreement("limb agreement W", message, folds_w, folds_w);
    agreement("limb agreement X", message, folds_x, folds_x);
  }

  /// `folds` folds of an oracle of round 0, each at its full length.
  void agreement(const char* name, std::uint32_t message, std::uint32_t log_limbs, std::uint32_t folds) {
    if (folds == 0) return;
    double fold = -agreement_bits(base_, params_.rounds[0].log_domain + log_limbs, field_bits_);
    add(name, message, {fold + std::log2(folds), fold}, base_.multiplicity);
  }

  /// rho: a claim that is false for some codewords of the lists survives one value of it, and it is one fold more, of
  /// (v_W, mu_W) and of (v_X + row2, row1).
  void mask_line() {
    const OpeningShape& s = params_.shape;
    if (!s.masked()) return;
    std::uint32_t message = message_++;
    add("mask line", message, {-field_bits_, -field_bits_, 0, joint_list_}, base_.multiplicity);
    if (s.has_w()) agreement("mask line agreement W", message, s.log_limbs_w(), 1);
    if (s.has_x()) agreement("mask line agreement X", message, s.log_limbs_x(), 1);
  }

  /// The root of round i, its out-of-domain samples, the queries into round i - 1, then its own fold.
  void extension_round(std::size_t i) {
    const WhirRound& r = params_.rounds[i];
    const WhirRound& before = params_.rounds[i - 1];
    CodeRadius code = code_of(params_, i);
    std::string round = "round " + std::to_string(i);
    double list = list_log2(code);
    if (params_.regime == Regime::kJohnson) {
      double sample = r.ood * (r.log_n + r.log_limbs - field_bits_);
      add(round + " out-of-domain", message_++, {sample, sample, 0, 2 * list - 1}, r.multiplicity);
    }
    std::uint32_t message = message_++;
    queries_into(i - 1, message);
    bool pair = i == 1 && params_.shape.has_w() && params_.shape.has_x();
    double constraints = std::max<double>(r.ood, 1) + (pair ? 2.0 : 1.0) * before.queries;
    double combine = std::log2(constraints) - field_bits_;
    add(round + " combination", message, {combine, combine, 0, list}, r.multiplicity);

    message = message_++;
    double fold = kLog2FoldDegree - field_bits_;
    double agree = -agreement_bits(code, r.log_domain + r.log_limbs, field_bits_);
    double folds = std::log2(r.log_limbs);
    add(round + " sumcheck", message, {fold + folds, fold, 0, list}, r.multiplicity);
    add(round + " agreement", message, {agree + folds, agree}, r.multiplicity);
  }

  /// (1 - delta)^t for the positions into oracle `round`; the grind stands directly before they are drawn.
  void queries_into(std::size_t round, std::uint32_t message) {
    const WhirRound& r = params_.rounds[round];
    double error = -query_bits(code_of(params_, round)) * r.queries;
    add("round " + std::to_string(round) + " queries", message, {error, error, double(r.grind_bits)},
        r.multiplicity);
  }

  /// The queries into the last oracle, then the sumcheck over the vector in clear, which no list multiplies.
  void final_round() {
    queries_into(params_.rounds.size() - 1, message_++);
    if (params_.final_log == 0) return;
    double round = 1 - field_bits_;
    add("final sumcheck", message_++, {round + std::log2(params_.final_log), round});
  }

  const OpeningParams& params_;
  const ArgumentShape& argument_;
  double field_bits_;
  CodeRadius base_;
  double joint_list_ = 0;
  std::uint32_t message_ = 0;
  std::vector<SecurityTerm> terms_;
};

/// -log2 of the largest error of one verifier message: terms of one message are added.
double worst_message(const std::vector<SecurityTerm>& terms) {
  double worst = kInfinity;
  for (std::size_t begin = 0; begin < terms.size();) {
    std::size_t end = begin;
    std::vector<double> errors;
    for (; end < terms.size() && terms[end].message == terms[begin].message; ++end)
      errors.push_back(-terms[end].challenge_bits);
    worst = std::min(worst, -log2_sum(errors));
    begin = end;
  }
  return worst;
}

std::string format_bits(double value) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%8.2f", value);
  return buffer;
}

}  // namespace

double joint_list_bits(const OpeningParams& params) {
  // A list for W times a list for X. One position set would allow one joint list; the product is the safe side.
  const int oracles = (params.shape.has_w() ? 1 : 0) + (params.shape.has_x() ? 1 : 0);
  return oracles * list_log2(code_of(params, 0));
}

SecurityReport security_report(const OpeningParams& params, const ArgumentShape& argument, double field_bits) {
  TACIT_EXPECTS(check_form(params).ok(), "security_report needs parameters of valid form");
  SecurityReport report;
  report.terms = TermCollector(params, argument, field_bits).collect();
  std::vector<double> errors;
  double fewest = kInfinity;
  for (const SecurityTerm& term : report.terms) {
    errors.push_back(-term.bits);
    if (term.bits < fewest) { fewest = term.bits; report.weakest = term.name; }
  }
  report.sum_bits = -log2_sum(errors);
  report.worst_message_bits = worst_message(report.terms);
  return report;
}

bool SecurityReport::meets(std::uint32_t lambda) const {
  if (terms.empty() || !(sum_bits >= lambda)) return false;
  for (const SecurityTerm& term : terms)
    if (!(term.bits >= lambda + kTermMarginBits - kRoundingSlackBits)) return false;
  return true;
}

double SecurityReport::forgery_bits(double log2_calls) const {
  double luck = log2_calls - worst_message_bits;
  double collision = kLog2Of4_5 + 2 * log2_calls - 256;
  return std::max(0.0, -log2_sum({luck, collision}));
}

const SecurityTerm* SecurityReport::find(const std::string& name) const {
  for (const SecurityTerm& term : terms)
    if (term.name == name) return &term;
  return nullptr;
}

std::string SecurityReport::text() const {
  std::string out = "    bits   grind    list     m  term\n";
  for (const SecurityTerm& term : terms) {
    out += format_bits(term.bits) + format_bits(term.grind_bits) + format_bits(term.list_bits);
    std::string m = term.multiplicity == 0 ? "-" : std::to_string(term.multiplicity);
    out += std::string(6 - std::min<std::size_t>(m.size(), 5), ' ') + m + "  " + term.name + "\n";
  }
  out += format_bits(sum_bits) + "  sum of all errors (interactive); weakest term: " + weakest + "\n";
  out += format_bits(worst_message_bits) + "  worst verifier message (hashed: a forger with T calls of Keccak-256 has";
  out += " at most T times this plus 4.5 T^2/2^256)\n";
  return out;
}

Status check_security(const OpeningParams& params, const ArgumentShape& argument, std::uint32_t lambda) {
  Status form = check_form(params);
  if (!form.ok()) return form;
  if (params.lambda < lambda)
    return bad_input("the key claims " + std::to_string(params.lambda) + " bits of security, " +
                     std::to_string(lambda) + " are required; rebuild it with more", "parameters");
  SecurityReport report = security_report(params, argument);
  if (report.meets(params.lambda)) return Unit{};
  const SecurityTerm* term = report.find(report.weakest);
  return bad_input("the claim of " + std::to_string(params.lambda) + " bits is false: '" + report.weakest + "' has" +
                   format_bits(term == nullptr ? 0 : term->bits) + " and the sum" + format_bits(report.sum_bits) +
                   "; derive the parameters again", "parameters");
}

}  // namespace tacit
