// SVMRegressor and SVMClassifier (ai.onnx.ml), as onnxruntime has them.
//
//   k_s = kernel(x, v_s)   LINEAR x.v   POLY (gamma x.v + coef0)^degree   RBF e^(-gamma |x - v|^2)   SIGMOID tanh(gamma x.v + coef0)
//   regressor              y = sum_s c_s k_s + rho; one_class: 1 where y > 0, else -1
//   classifier             a score for each pair of classes i < j: sum of c over the vectors of both + rho. Above 0 it is a vote for
//                          i, else for j; most votes win, the first class of equals. Two classes: scores -s and s; with a transform
//                          1 - p and p, p being the logistic of s for LOGISTIC and s else. More: those of the pairs, transformed.
//   prob_a, prob_b         r_ij = 1 / (1 + e^(a s + b)) for each pair. Two classes: r and 1 - r. Three: the p of sum 1 with the least
//                          sum of (r_ji p_i - r_ij p_j)^2, by Cramer's rule. (onnxruntime iterates towards these, and stops within
//                          5e-3.) More are refused: no sum of that few products is their solution.
//   no support vectors     a linear score for each class
//
// A linear kernel needs no kernel values: its vectors and coefficients become one hidden matrix.
#include <algorithm>
#include <cmath>

#include "ops/call.h"
#include "ops/classes.h"
#include "ops/expansion.h"

namespace tacit {
namespace {

using Floats = std::vector<float>;
using Ints = std::vector<std::int64_t>;

struct Machine {
  std::string kernel;
  float gamma = 0, coef0 = 0, degree = 0;
  Floats vectors, coefficients, rho;
  std::int64_t supports = 0;
};

Result<Machine> read_machine(const Node& node, std::int64_t supports, std::int64_t features) {
  Machine m;
  TACIT_TRY(m.kernel, string_attribute(node, "kernel_type", "LINEAR"));
  TACIT_TRY(const Floats parameters, floats_attribute(node, "kernel_params"));
  if (!parameters.empty() && parameters.size() != 3) return malformed(node, "kernel_params must be gamma, coef0 and degree");
  if (!parameters.empty()) m.gamma = parameters[0], m.coef0 = parameters[1], m.degree = parameters[2];
  if (m.kernel != "LINEAR" && m.kernel != "POLY" && m.kernel != "RBF" && m.kernel != "SIGMOID") return malformed(node, "kernel_type is \"" + m.kernel + "\"");
  if (m.kernel == "RBF" && m.gamma < 0) return refuse(node, "gamma is negative");
  TACIT_TRY(m.vectors, floats_attribute(node, "support_vectors"));
  TACIT_TRY(m.coefficients, floats_attribute(node, "coefficients"));
  TACIT_TRY(m.rho, floats_attribute(node, "rho"));
  m.supports = supports;
  if (supports < 0 || supports > (1 << 20) || static_cast<std::int64_t>(m.vectors.size()) != supports * features) {
    return malformed(node, "support_vectors has " + std::to_string(m.vectors.size()) + " entries for " + std::to_string(supports) + " vectors of " + std::to_string(features) + " features");
  }
  return m;
}

/// x.v, times gamma and plus coef0.
std::string add_products(Expansion& to, const Machine& m, const FeatureRows& x) {
  Floats weights = m.vectors;
  for (float& w : weights) w *= m.gamma;
  const std::string matrix = to.constant(make_float({m.supports, x.features}, std::move(weights)));
  return to.add("Gemm", {x.name, matrix, to.floats(Floats(static_cast<std::size_t>(m.supports), m.coef0))}, {{"transB", std::int64_t{1}}});
}

std::string add_power(Expansion& to, const std::string& base, float degree) {
  constexpr float kMost = 16;
  if (degree != std::floor(degree) || degree < 1 || degree > kMost) return to.add("Pow", {base, to.scalar(degree)});
  std::string power = base;
  for (float d = 1; d < degree; ++d) power = to.add("Mul", {power, base});
  return power;
}

/// Kernel values [N, supports].
std::string add_kernel(Expansion& to, const Machine& m, const FeatureRows& x) {
  if (m.kernel == "RBF") {
    const std::string vectors = to.constant(make_float({m.supports, x.features}, m.vectors));
    return to.add_own("Gaussian", {to.add_own("SquaredDistances", {x.name, vectors}), to.floats({m.gamma})});
  }
  const std::string products = add_products(to, m, x);
  return m.kernel == "POLY" ? add_power(to, products, m.degree) : to.add("Tanh", {products});
}

/// sum_s coefficients[o, s] kernel_s + rho[o], [N, outputs].
std::string add_scores(Expansion& to, const Machine& m, const FeatureRows& x, const Floats& coefficients, Floats rho) {
  const auto outputs = static_cast<std::int64_t>(rho.size());
  const std::string bias = to.floats(std::move(rho));
  if (m.kernel != "LINEAR") return to.add("Gemm", {add_kernel(to, m, x), to.constant(make_float({outputs, m.supports}, coefficients)), bias}, {{"transB", std::int64_t{1}}});
  Floats weights;
  for (std::int64_t o = 0; o < outputs; ++o)
    for (std::int64_t f = 0; f < x.features; ++f) {
      double sum = 0;
      for (std::int64_t s = 0; s < m.supports; ++s) {
        sum += static_cast<double>(coefficients[static_cast<std::size_t>(o * m.supports + s)]) * m.vectors[static_cast<std::size_t>(s * x.features + f)];
      }
      weights.push_back(static_cast<float>(sum));
    }
  return to.add("Gemm", {x.name, to.constant(make_float({outputs, x.features}, std::move(weights))), bias}, {{"transB", std::int64_t{1}}});
}

/// Without support vectors: the coefficients are those of linear scores.
Result<std::string> add_linear(const Call& call, Expansion& to, const Machine& m, const FeatureRows& x, std::int64_t outputs) {
  if (static_cast<std::int64_t>(m.coefficients.size()) != outputs * x.features || m.rho.empty()) return malformed(*call.node, "coefficients or rho have a wrong length");
  const std::string weights = to.constant(make_float({outputs, x.features}, m.coefficients));
  return to.add("Gemm", {x.name, weights, to.floats(Floats(static_cast<std::size_t>(outputs), m.rho[0]))}, {{"transB", std::int64_t{1}}});
}

Result<Expansion> expand_regressor(const Call& call) {
  Expansion to(call);
  TACIT_TRY(const FeatureRows x, feature_rows(call, to));
  TACIT_TRY(const std::int64_t supports, int_attribute(*call.node, "n_supports", 0));
  TACIT_TRY(const Machine m, read_machine(*call.node, supports, x.features));
  TACIT_TRY(const std::int64_t one_class, int_attribute(*call.node, "one_class", 0));
  std::string y;
  if (supports == 0) {
    TACIT_TRY(y, add_linear(call, to, m, x, 1));
  } else {
    if (static_cast<std::int64_t>(m.coefficients.size()) != supports || m.rho.empty()) return malformed(*call.node, "coefficients or rho have a wrong length");
    y = add_scores(to, m, x, m.coefficients, {m.rho[0]});
  }
  if (one_class != 0) y = to.add("Sub", {to.add("Mul", {to.add_own("Positive", {y}), to.floats({2.0f})}), to.floats({1.0f})});
  to.give(0, y);
  return to;
}

/// Row (i, j), i < j: what each vector adds to the score of the pair.
Floats pair_coefficients(const Machine& m, const Ints& per_class) {
  const std::size_t classes = per_class.size(), supports = static_cast<std::size_t>(m.supports);
  std::vector<std::size_t> start{0};
  for (const std::int64_t n : per_class) start.push_back(start.back() + static_cast<std::size_t>(n));
  Floats out;
  for (std::size_t i = 0; i < classes; ++i)
    for (std::size_t j = i + 1; j < classes; ++j) {
      Floats row(supports, 0);
      for (std::size_t s = start[i]; s < start[i + 1]; ++s) row[s] = m.coefficients[(j - 1) * supports + s];
      for (std::size_t s = start[j]; s < start[j + 1]; ++s) row[s] = m.coefficients[i * supports + s];
      out.insert(out.end(), row.begin(), row.end());
    }
  return out;
}

/// The class with the most votes, [N].
std::string add_winner(Expansion& to, const std::string& scores, std::size_t classes) {
  const std::size_t pairs = classes * (classes - 1) / 2;
  Floats votes(pairs * classes, 0), already(classes, 0);
  std::size_t pair = 0;
  for (std::size_t i = 0; i < classes; ++i)
    for (std::size_t j = i + 1; j < classes; ++j, ++pair) {
      votes[pair * classes + i] = 1;
      votes[pair * classes + j] = -1;
      ++already[j];
    }
  const std::string matrix = to.constant(make_float({static_cast<std::int64_t>(pairs), static_cast<std::int64_t>(classes)}, std::move(votes)));
  return to.add_own("BestClass", {to.add("Gemm", {to.add_own("Positive", {scores}), matrix, to.floats(std::move(already))})});
}

/// Of two classes: [first, second].
std::string beside(Expansion& to, const std::string& first, const std::string& second) { return to.add("Concat", {first, second}, {{"axis", std::int64_t{1}}}); }

/// r [N, pairs], the chance of the first class of each pair.
std::string add_pair_chances(Expansion& to, const std::string& scores, const Floats& a, const Floats& b) {
  const auto pairs = static_cast<std::int64_t>(a.size());
  Floats factors(a.size() * a.size(), 0), shifts;
  for (std::size_t k = 0; k < a.size(); ++k) {
    factors[k * a.size() + k] = -a[k];
    shifts.push_back(-b[k]);
  }
  return to.add("Sigmoid", {to.add("Gemm", {scores, to.constant(make_float({pairs, pairs}, std::move(factors))), to.floats(std::move(shifts))})});
}

// With A and B the chances of class t against the others, u and w, and C that of u against w, p_t is a share of the sum over all t of
//
//   A B (A + B - A B) + A C^2 + B (1 - C)^2 + C (1 - C) (A (1 - A) + B (1 - B))
//
// which is row t of Q's adjugate times (1, 1, 1), for the matrix Q of Wu, Lin and Weng (2004), equation (21): where their p is least,
// Q p has equal entries. No term is negative.
std::string add_three_chances(Expansion& to, const std::string& pairs) {
  const auto chosen = [&](Floats signs, Floats shifts) { return to.add("Gemm", {pairs, to.constant(make_float({3, 3}, std::move(signs))), to.floats(std::move(shifts))}); };
  const auto mul = [&](const std::string& x, const std::string& y) { return to.add("Mul", {x, y}); };
  const auto sum = [&](const std::string& x, const std::string& y) { return to.add("Add", {x, y}); };
  const auto rest = [&](const std::string& x) { return to.add("Sub", {to.floats({1.0f}), x}); };
  // Columns 0, 1, 2 of the pairs are 01, 02, 12.
  const std::string a = chosen({1, -1, 0, 0, 0, -1, 0, 0, 0}, {0, 1, 1});
  const std::string b = chosen({0, 0, 0, 1, 0, 0, 0, 1, -1}, {0, 0, 1});
  const std::string c = chosen({0, 0, 1, 0, 1, 0, 1, 0, 0}, {0, 0, 0});
  const std::string not_c = rest(c), both = mul(a, b);
  const std::string wins = mul(both, to.add("Sub", {sum(a, b), both}));
  const std::string third = sum(mul(a, mul(c, c)), mul(b, mul(not_c, not_c)));
  const std::string even = mul(mul(c, not_c), sum(mul(a, rest(a)), mul(b, rest(b))));
  const std::string shares = sum(sum(wins, third), even);
  return to.add("Div", {shares, to.add("ReduceSum", {shares, to.integers({1})}, {{"keepdims", std::int64_t{1}}})});
}

Result<std::string> add_probabilities(const Call& call, Expansion& to, const std::string& scores, const Floats& a, const Floats& b, std::int64_t classes) {
  if (classes > 3) return refuse(*call.node, "probabilities of more than three classes are not supported");
  const auto pairs = static_cast<std::size_t>(classes * (classes - 1) / 2);
  if (a.size() != pairs || b.size() != pairs) return malformed(*call.node, "prob_a or prob_b have a wrong length");
  const std::string chances = add_pair_chances(to, scores, a, b);
  if (classes == 3) return add_three_chances(to, chances);
  return beside(to, chances, to.add("Sub", {to.floats({1.0f}), chances}));
}

Status give_votes(const Call& call, Expansion& to, const std::string& scores, const ClassLabels& labels, Transform transform) {
  const std::string winner = to.wants(0) ? add_winner(to, scores, static_cast<std::size_t>(labels.size())) : "";
  TACIT_TRY(const Floats a, floats_attribute(*call.node, "prob_a"));
  TACIT_TRY(const Floats b, floats_attribute(*call.node, "prob_b"));
  if (!a.empty() && to.wants(1)) {
    TACIT_TRY(const std::string p, add_probabilities(call, to, scores, a, b, labels.size()));
    return give_class_at(call, to, winner, p, labels, transform);
  }
  if (labels.size() > 2 || !to.wants(1)) return give_class_at(call, to, winner, scores, labels, transform);
  if (transform == Transform::kProbit) return refuse(*call.node, "post_transform PROBIT of one score for two classes is not defined");
  const std::string second = transform == Transform::kLogistic ? to.add("Sigmoid", {scores}) : scores;
  const std::string first = transform == Transform::kNone ? to.add("Mul", {scores, to.floats({-1.0f})}) : to.add("Sub", {to.floats({1.0f}), second});
  return give_class_at(call, to, winner, beside(to, first, second), labels, Transform::kNone);
}

/// Linear scores. Of two classes the second one wins also where the larger score is above 0, or 1/2 if no coefficient is negative.
Status give_linear(const Call& call, Expansion& to, const Machine& m, const FeatureRows& x, const ClassLabels& labels, Transform transform) {
  TACIT_TRY(const std::string scores, add_linear(call, to, m, x, labels.size()));
  if (labels.size() != 2 || !to.wants(0)) return give_classes(call, to, scores, labels, transform);
  const bool positive = std::all_of(m.coefficients.begin(), m.coefficients.end(), [](float v) { return v >= 0; });
  const float least = positive ? 0.5f : 0.0f;
  const std::string matrix = to.constant(make_float({2, 3}, {1, 0, -1, 0, 1, 1}));
  const std::string tests = to.add("Gemm", {scores, matrix, to.floats({-least, -least, 0})});
  const std::string any = to.add("MatMul", {to.add_own("Positive", {tests}), to.constant(make_float({3, 1}, {1, 1, 1}))});
  return give_class_at(call, to, to.add_own("SecondClass", {any}, {{"above", 0.5f}}), scores, labels, transform);
}

Result<Expansion> expand_classifier(const Call& call) {
  Expansion to(call);
  TACIT_TRY(const FeatureRows x, feature_rows(call, to));
  TACIT_TRY(const ClassLabels labels, class_labels_of(*call.node));
  TACIT_TRY(const Transform transform, transform_of(*call.node));
  TACIT_TRY(const Ints per_class, ints_attribute(*call.node, "vectors_per_class", {}));
  constexpr std::int64_t kMost = 64;
  if (labels.size() < 2 || labels.size() > kMost) return refuse(*call.node, "takes 2 to 64 classes");
  std::int64_t supports = 0;
  for (const std::int64_t n : per_class) {
    if (n < 0 || n > (1 << 20)) return malformed(*call.node, "vectors_per_class holds " + std::to_string(n));
    supports += n;
  }
  TACIT_TRY(const Machine m, read_machine(*call.node, supports, x.features));
  if (supports == 0) {
    TACIT_OK(give_linear(call, to, m, x, labels, transform));
    return to;
  }
  const auto classes = labels.size(), pairs = classes * (classes - 1) / 2;
  const bool fits = static_cast<std::int64_t>(per_class.size()) == classes && static_cast<std::int64_t>(m.coefficients.size()) == (classes - 1) * supports &&
                    static_cast<std::int64_t>(m.rho.size()) >= pairs;
  if (!fits) return malformed(*call.node, "vectors_per_class, coefficients or rho have a wrong length");
  const Floats rho(m.rho.begin(), m.rho.begin() + pairs);
  TACIT_OK(give_votes(call, to, add_scores(to, m, x, pair_coefficients(m, per_class), rho), labels, transform));
  return to;
}

}  // namespace

constexpr OperatorText kText = {
    "LINEAR as one contraction; POLY, RBF, SIGMOID by kernel values; votes of pairs, the first of equals",
    "probabilities of two and three classes (exact, where ONNX Runtime stops an iteration within 5e-3); of more they are refused"};
extern const Operator kSVMRegressor, kSVMClassifier;
const Operator kSVMRegressor = {.op = "SVMRegressor", .domain = kMlDomain, .text = kText, .expand = expand_regressor};
const Operator kSVMClassifier = {.op = "SVMClassifier", .domain = kMlDomain, .text = kText, .expand = expand_classifier};

}  // namespace tacit
