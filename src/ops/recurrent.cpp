#include "ops/recurrent.h"

#include <algorithm>

namespace tacit {
namespace {

/// Rows [first, first + count) of the direction's matrix in a constant [directions, rows, columns].
Tensor rows_of(const Tensor& from, std::int64_t direction, std::int64_t first, std::int64_t count) {
  const std::int64_t columns = from.dims[2], at = (direction * from.dims[1] + first) * columns;
  return make_float({count, columns}, {from.f.begin() + at, from.f.begin() + at + count * columns});
}

}  // namespace

Unrolling::Unrolling(const Call& call, const Recurrence& r, std::int64_t direction, Expansion& expansion)
    : call_(call), r_(r), direction_(direction), reverse_(direction == 1 || r.starts_reversed), out_(expansion) {}

std::vector<float> Unrolling::bias(std::int64_t gate, bool second) const {
  if (!call_.operand(3).present) return std::vector<float>(static_cast<std::size_t>(r_.hidden), 0);
  const std::vector<float>& all = call_.operand(3).value->f;
  const std::int64_t at = (direction_ * 2 + (second ? 1 : 0)) * r_.gates * r_.hidden + gate * r_.hidden;
  return {all.begin() + at, all.begin() + at + r_.hidden};
}

void Unrolling::begin(const std::vector<std::int64_t>& apart) {
  std::string x = out_.input(0);
  if (r_.batch_first) x = out_.add("Transpose", {x}, {{"perm", Attribute{std::vector<std::int64_t>{1, 0, 2}}}});
  if (reverse_) x = out_.add("ReverseSequence", {x, out_.integers(r_.lengths)});
  x = out_.add("Reshape", {x, out_.integers({r_.steps * r_.batch, r_.inputs})});
  for (std::int64_t gate = 0; gate < r_.gates; ++gate) {
    std::vector<float> sum = bias(gate, false);
    const std::vector<float> second = bias(gate, true);
    const bool is_apart = std::find(apart.begin(), apart.end(), gate) != apart.end();
    for (std::size_t k = 0; k < sum.size() && !is_apart; ++k) sum[k] += second[k];
    const std::string weights = out_.constant(rows_of(*call_.operand(1).value, direction_, gate * r_.hidden, r_.hidden));
    inputs_.push_back(out_.add("Gemm", {x, weights, out_.floats(std::move(sum))}, {{"transB", Attribute{std::int64_t{1}}}}));
    recurrent_.push_back(out_.constant(rows_of(*call_.operand(2).value, direction_, gate * r_.hidden, r_.hidden)));
    recurrent_bias_.push_back(is_apart ? out_.floats(second) : "");
  }
}

std::string Unrolling::grouped(std::string value, const char* group) {
  out_.nodes.back().attributes[kRangeGroup] = call_.node->name + "/" + group + std::to_string(direction_);
  return value;
}

std::string Unrolling::input_part(std::int64_t gate) {
  const std::int64_t first = step_ * r_.batch;
  return out_.add("Slice", {inputs_[static_cast<std::size_t>(gate)], out_.integers({first}), out_.integers({first + r_.batch}), out_.integers({0})});
}

std::string Unrolling::recurrent_part(std::int64_t gate, const std::string& h, bool with_bias) {
  const auto at = static_cast<std::size_t>(gate);
  if (h.empty()) return with_bias ? recurrent_bias_[at] : "";
  std::vector<std::string> inputs{h, recurrent_[at]};
  if (with_bias) inputs.push_back(recurrent_bias_[at]);
  const std::string y = out_.add("Gemm", inputs, {{"transB", Attribute{std::int64_t{1}}}});
  return grouped(y, ("R" + std::to_string(gate)).c_str());
}

std::string Unrolling::activated(const std::vector<std::string>& parts, std::size_t which, const char* group) {
  std::string y;
  for (const std::string& part : parts) {
    if (!part.empty()) y = y.empty() ? part : sum(y, part, (std::string(group) + ".sum").c_str());
  }
  if (r_.clip > 0) y = out_.add("Clip", {y, out_.scalar(-r_.clip), out_.scalar(r_.clip)});
  const std::size_t per_direction = r_.activations.size() / static_cast<std::size_t>(r_.directions);
  const Activation& f = r_.activations[static_cast<std::size_t>(direction_) * per_direction + which];
  if (f.name == "Affine" || f.name == "ScaledTanh") {
    const bool affine = f.name == "Affine";
    y = out_.add("Mul", {y, out_.scalar(affine ? f.alpha : f.beta)});
    if (!affine) y = out_.add("Tanh", {y});
    y = affine ? out_.add("Add", {y, out_.scalar(f.beta)}) : out_.add("Mul", {y, out_.scalar(f.alpha)});
    return grouped(y, group);
  }
  Expansion::Attributes attributes;
  if (f.name == "LeakyRelu" || f.name == "Elu" || f.name == "ThresholdedRelu" || f.name == "HardSigmoid") attributes["alpha"] = f.alpha;
  if (f.name == "HardSigmoid") attributes["beta"] = f.beta;
  return grouped(out_.add(f.name, {y}, std::move(attributes)), group);
}

std::string Unrolling::product(const std::string& a, const std::string& b, const char* group) {
  if (a.empty() || b.empty()) return "";
  return grouped(out_.add("Mul", {a, b}), group);
}

std::string Unrolling::sum(const std::string& a, const std::string& b, const char* group) {
  if (a.empty() || b.empty()) return a.empty() ? b : a;
  return grouped(out_.add("Add", {a, b}), group);
}

std::string Unrolling::difference(const std::string& a, const std::string& b, const char* group) {
  if (b.empty()) return a;
  return grouped(a.empty() ? out_.add("Mul", {b, out_.scalar(-1)}) : out_.add("Sub", {a, b}), group);
}

std::string Unrolling::complement(const std::string& a, const char* group) {
  return grouped(out_.add("Sub", {out_.scalar(1), a}), group);
}

std::string Unrolling::initial(std::size_t index) {
  if (!call_.operand(index).present) return "";
  const std::size_t axis = r_.batch_first ? 1 : 0;
  const std::string first = out_.integers({direction_}), end = out_.integers({direction_ + 1});
  const std::string slice = out_.add("Slice", {out_.input(index), first, end, out_.integers({static_cast<std::int64_t>(axis)})});
  return out_.add("Reshape", {slice, out_.integers({r_.batch, r_.hidden})});
}

std::string Unrolling::peephole(std::size_t index, std::int64_t slice) {
  if (!call_.operand(index).present) return "";
  const std::vector<float>& all = call_.operand(index).value->f;
  const std::int64_t width = call_.operand(index).type.dims[1], at = direction_ * width + slice * r_.hidden;
  return out_.constant(make_float({1, r_.hidden}, {all.begin() + at, all.begin() + at + r_.hidden}));
}

/// By batch entry: 1 while its sequence goes on (`inverted`: 0).
std::string Unrolling::step_mask(bool inverted) {
  std::vector<float> mask;
  for (const std::int64_t length : r_.lengths) mask.push_back((step_ < length) != inverted ? 1.0f : 0.0f);
  return out_.constant(make_float({r_.batch, 1}, std::move(mask)));
}

std::string Unrolling::kept(const std::string& now, const std::string& before, const char* group) {
  const bool all = std::all_of(r_.lengths.begin(), r_.lengths.end(), [&](std::int64_t length) { return step_ < length; });
  if (all) return now;
  const std::string on = out_.add("Mul", {now, step_mask(false)});
  return before.empty() ? grouped(on, group) : sum(on, out_.add("Mul", {before, step_mask(true)}), group);
}

std::string Unrolling::shown(const std::string& h) {
  const bool all = std::all_of(r_.lengths.begin(), r_.lengths.end(), [&](std::int64_t length) { return step_ < length; });
  return all ? h : out_.add("Mul", {h, step_mask(false)});
}

namespace {

/// Y of one direction, [steps, 1, batch, hidden], and its last states, [1, batch, hidden].
struct Run {
  std::string all;
  States last;
};

Run run(const Call& call, Unrolling& unrolling, Cell cell, const std::vector<std::size_t>& initials, bool wants_all, Expansion& out) {
  const Recurrence& r = unrolling.about();
  States states;
  for (const std::size_t index : initials) states.push_back(unrolling.initial(index));
  std::vector<std::string> shown;
  constexpr const char* kGroups[] = {"h", "c"};
  for (std::int64_t step = 0; step < r.steps; ++step) {
    States next = cell(call, unrolling, states);
    if (wants_all) shown.push_back(out.add("Reshape", {unrolling.shown(next[0]), out.integers({1, 1, r.batch, r.hidden})}));
    for (std::size_t k = 0; k < next.size(); ++k) states[k] = unrolling.kept(next[k], states[k], kGroups[k]);
    unrolling.next_step();
  }
  Run done;
  const std::string shape = out.integers(r.batch_first ? std::vector<std::int64_t>{r.batch, 1, r.hidden} : std::vector<std::int64_t>{1, r.batch, r.hidden});
  for (const std::string& state : states) done.last.push_back(out.add("Reshape", {state, shape}));
  if (!wants_all) return done;
  done.all = shown.size() == 1 ? shown[0] : out.add("Concat", shown, {{"axis", Attribute{std::int64_t{0}}}});
  if (!unrolling.is_reverse()) return done;
  const std::string flat = out.add("Reshape", {done.all, out.integers({r.steps, r.batch, r.hidden})});
  const std::string turned = out.add("ReverseSequence", {flat, out.integers(r.lengths)});
  done.all = out.add("Reshape", {turned, out.integers({r.steps, 1, r.batch, r.hidden})});
  return done;
}

std::string joined(Expansion& out, const std::vector<std::string>& parts, std::int64_t axis) {
  return parts.size() == 1 ? parts[0] : out.add("Concat", parts, {{"axis", Attribute{axis}}});
}

}  // namespace

Result<Expansion> unrolled(const Call& call, const Recurrence& r, Cell cell, const std::vector<std::size_t>& initials,
                           const std::vector<std::int64_t>& apart) {
  Expansion out(call);
  std::vector<std::string> all;
  std::vector<std::vector<std::string>> last(initials.size());
  for (std::int64_t direction = 0; direction < r.directions; ++direction) {
    Unrolling unrolling(call, r, direction, out);
    unrolling.begin(apart);
    Run done = run(call, unrolling, cell, initials, out.wants(0), out);
    all.push_back(std::move(done.all));
    for (std::size_t k = 0; k < initials.size(); ++k) last[k].push_back(std::move(done.last[k]));
  }
  for (std::size_t k = 0; k < initials.size(); ++k) {
    if (out.wants(1 + k)) out.give(1 + k, joined(out, last[k], r.batch_first ? 1 : 0));
  }
  if (!out.wants(0)) return out;
  std::string y = joined(out, all, 1);
  if (r.batch_first) y = out.add("Transpose", {y}, {{"perm", Attribute{std::vector<std::int64_t>{2, 0, 1, 3}}}});
  out.give(0, y);
  return out;
}

}  // namespace tacit
