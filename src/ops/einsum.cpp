// Einsum: every letter is an axis; products of all operands summed over the letters that the result has not. Two operands at a
// time: letters of one operand alone that nobody else wants are summed first, then one MatMul over the letters that only the
// two have, for each entry of those that they share and that stay.
//
//   "bij,bjk->ik"   a: axes b, i, j   b: axes b, j, k     b is summed with j: a as [i, b j], b as [b j, k]
#include <algorithm>
#include <map>

#include "ops/expanding.h"
#include "ops/moves.h"

namespace tacit {
namespace {

/// An operand on its way: its name, and a letter for each axis. Axes of an ellipsis have the letters '0', '1', ... from the last.
struct Term {
  std::string name, letters;
};

struct Spec {
  std::vector<std::string> inputs;
  std::string output;
  std::map<char, std::int64_t> extents;
};

bool has(const std::string& letters, char c) { return letters.find(c) != std::string::npos; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// The subscripts with an ellipsis replaced by digits, for a tensor of `rank` axes, or of as many as `most` digits.
std::string spelled(const std::string& text, std::size_t rank, bool is_output, std::size_t most) {
  const std::size_t dots = text.find("...");
  if (dots == std::string::npos) return text;
  const std::size_t named = text.size() - 3, count = is_output ? most : rank > named ? rank - named : 0;
  std::string digits;
  for (std::size_t k = count; k-- > 0;) digits.push_back(static_cast<char>('0' + k));
  return text.substr(0, dots) + digits + text.substr(dots + 3);
}

/// Letters that stand once, in their order: what an equation without an arrow gives.
std::string implied_output(const std::vector<std::string>& inputs) {
  std::map<char, int> count;
  for (const std::string& letters : inputs)
    for (const char c : letters) ++count[c];
  std::string out;
  for (const auto& [c, n] : count)
    if (c >= '0' && c <= '9') out.insert(out.begin(), c);
  for (const auto& [c, n] : count)
    if (n == 1 && is_letter(c)) out.push_back(c);
  return out;
}

Status check_output(const Call& call, const Spec& spec) {
  for (std::size_t k = 0; k < spec.output.size(); ++k) {
    const char c = spec.output[k];
    if (!spec.extents.contains(c) || spec.output.find(c, k + 1) != std::string::npos) {
      return malformed(*call.node, "the result of its equation repeats a letter, or has one that no operand has");
    }
  }
  return Unit{};
}

Result<Spec> read_spec(const Call& call) {
  TACIT_OK(check_operands(call, 1, 16));
  TACIT_TRY(std::string equation, string_attribute(*call.node, "equation", ""));
  std::erase(equation, ' ');
  const std::size_t arrow = equation.find("->");
  std::vector<std::string> texts(1);
  for (const char c : equation.substr(0, arrow)) {
    if (c == ',') texts.emplace_back();
    else texts.back().push_back(c);
  }
  if (texts.size() != call.operands.size()) return malformed(*call.node, "its equation is for another number of operands");
  Spec spec;
  std::size_t most = 0;
  for (std::size_t k = 0; k < texts.size(); ++k) {
    TACIT_OK(check_float(call, k));
    const Shape& dims = call.operand(k).type.dims;
    const std::string letters = spelled(texts[k], dims.size(), false, 0);
    if (letters.size() != dims.size()) return malformed(*call.node, "its equation does not fit " + shape_text(dims));
    for (std::size_t axis = 0; axis < dims.size(); ++axis) {
      const char c = letters[axis];
      const bool is_dots = c >= '0' && c <= '9';
      if (!is_letter(c) && !is_dots) return malformed(*call.node, "its equation has a character that is no letter");
      if (is_dots) most = std::max<std::size_t>(most, static_cast<std::size_t>(c - '0') + 1);
      std::int64_t& extent = spec.extents.try_emplace(c, dims[axis]).first->second;
      if (extent == 1) extent = dims[axis];
      if (extent != dims[axis] && dims[axis] != 1) return malformed(*call.node, "its equation gives one letter two extents");
      if (extent != dims[axis] && !is_dots) return malformed(*call.node, "its equation gives one letter two extents");
    }
    spec.inputs.push_back(letters);
  }
  spec.output = arrow == std::string::npos ? implied_output(spec.inputs) : spelled(equation.substr(arrow + 2), 0, true, most);
  TACIT_OK(check_output(call, spec));
  return spec;
}

class Contracting {
 public:
  Contracting(const Call& call, const Spec& spec) : spec_(spec), expander(call) {}

  /// With each letter once: the diagonal where it stands twice, by a slice of the two axes as one.
  Term without_repeats(Term t) {
    for (std::size_t first = 0; first < t.letters.size(); ++first) {
      const std::size_t second = t.letters.find(t.letters[first], first + 1);
      if (second == std::string::npos) continue;
      const char c = t.letters[first];
      t = ordered(t, others(t.letters, first, second) + c + c);
      const std::int64_t n = extent(c);
      std::string rest = t.letters.substr(0, t.letters.size() - 2);
      Shape flat = shape_of(rest);
      flat.push_back(n * n);
      std::string name = reshaped(expander, t.name, flat);
      // Every (n + 1)-th element of n * n is one of the diagonal.
      const auto axis = static_cast<std::int64_t>(rest.size());
      name = expander.add("Slice", {name, expander.integers({0}), expander.integers({n * n}), expander.integers({axis}), expander.integers({n + 1})});
      t = {name, rest + c};
      first = static_cast<std::size_t>(-1);
    }
    return t;
  }

  /// Axes in the order of `letters`, which has the same ones.
  Term ordered(const Term& t, const std::string& letters) {
    if (t.letters == letters) return t;
    std::vector<std::int64_t> perm;
    std::string rest = t.letters;
    for (const char c : letters) {
      const std::size_t at = rest.find(c);
      perm.push_back(static_cast<std::int64_t>(at));
      rest[at] = ' ';
    }
    return {expander.add("Transpose", {t.name}, {{"perm", perm}}), letters};
  }

  /// Without the letters that neither `other` nor the result has.
  Term summed(const Term& t, const std::string& wanted) {
    std::vector<std::int64_t> axes;
    std::string kept;
    for (std::size_t k = 0; k < t.letters.size(); ++k) {
      if (has(wanted, t.letters[k])) kept.push_back(t.letters[k]);
      else axes.push_back(static_cast<std::int64_t>(k));
    }
    if (axes.empty()) return t;
    return {expander.add("ReduceSum", {t.name, expander.integers(axes)}, {{"keepdims", Attribute{std::int64_t{0}}}}), kept};
  }

  /// a and b together, over the letters that `wanted` has not.
  Term product(const Term& a, const Term& b, const std::string& wanted) {
    std::string batch, left, right, inner;
    for (const char c : a.letters) (has(b.letters, c) ? has(wanted, c) ? batch : inner : left).push_back(c);
    for (const char c : b.letters)
      if (!has(a.letters, c)) right.push_back(c);
    const Term first = ordered(a, batch + left + inner), second = ordered(b, batch + inner + right);
    const std::string x = reshaped(expander, first.name, {size(batch), size(left), size(inner)});
    const std::string y = reshaped(expander, second.name, {size(batch), size(inner), size(right)});
    const std::string letters = batch + left + right;
    return {reshaped(expander, expander.add("MatMul", {x, y}), shape_of(letters)), letters};
  }

  Shape shape_of(const std::string& letters) const {
    Shape out;
    for (const char c : letters) out.push_back(extent(c));
    return out;
  }

 private:
  std::int64_t extent(char c) const { return spec_.extents.at(c); }
  std::int64_t size(const std::string& letters) const {
    std::int64_t n = 1;
    for (const char c : letters) n *= extent(c);
    return n;
  }
  static std::string others(const std::string& letters, std::size_t first, std::size_t second) {
    std::string out;
    for (std::size_t k = 0; k < letters.size(); ++k)
      if (k != first && k != second) out.push_back(letters[k]);
    return out;
  }

  const Spec& spec_;

 public:
  Expansion expander;
};

/// Axes of an ellipsis that another operand is longer along are repeated: MatMul's batches need equal extents here.
std::string expanded_to(Expansion& e, const std::string& name, const Shape& have, const Shape& want) {
  if (have == want) return name;
  Tensor ones = zeros(want);
  for (float& v : ones.f) v = 1;
  return e.add("Mul", {name, e.constant(std::move(ones))});
}

Result<Expansion> expand(const Call& call) {
  TACIT_TRY(const Spec spec, read_spec(call));
  Contracting c(call, spec);
  std::vector<Term> terms;
  for (std::size_t k = 0; k < spec.inputs.size(); ++k) {
    const std::string& letters = spec.inputs[k];
    const std::string name = expanded_to(c.expander, c.expander.input(k), call.operand(k).type.dims, c.shape_of(letters));
    terms.push_back(c.without_repeats({name, letters}));
  }
  Term sum = terms[0];
  for (std::size_t k = 0; k < terms.size(); ++k) {
    std::string wanted = spec.output;
    for (std::size_t later = k + 1; later < terms.size(); ++later) wanted += terms[later].letters;
    if (k == 0) {
      sum = c.summed(sum, wanted);
      continue;
    }
    const Term next = c.summed(terms[k], wanted + sum.letters);
    sum = c.product(c.summed(sum, wanted + next.letters), next, wanted);
  }
  sum = c.ordered(sum, spec.output);
  if (sum.name == call.node->inputs[0]) sum.name = c.expander.add("Identity", {sum.name});
  c.expander.give(0, sum.name);
  return std::move(c.expander);
}

}  // namespace

constexpr OperatorText kText = {
    "MatMul, sums and transposes",
    "diagonals and ellipses too"};
extern const Operator kEinsum;
const Operator kEinsum = {.op = "Einsum", .domain = "", .text = kText, .expand = expand};

}  // namespace tacit
