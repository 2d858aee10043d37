#include "api/audit_differences.h"

#include <algorithm>
#include <cstdio>

#include "api/recipe.h"
#include "base/text.h"

namespace tacit::api {
namespace {

constexpr std::size_t kMaxLines = 40;

std::string real(double v) {
  char buffer[40];
  std::snprintf(buffer, sizeof buffer, "%.17g", v);
  return buffer;
}

std::string quoted(const std::string& name) { return "\"" + name + "\""; }

std::string shown(const Column& c) {
  return std::to_string(c.rows) + " x " + std::to_string(c.cols) + " in " + std::to_string(c.lo) + ".." + std::to_string(c.hi);
}

std::string both(const std::string& ours, const std::string& theirs, const char* whose = "key") {
  return "the ONNX file and the recipe give " + ours + ", the " + whose + " has " + theirs;
}

template <class T>
void compare_value(const std::string& what, const T& ours, const T& key, Differences& out) {
  if (ours == key) return;
  if constexpr (std::is_same_v<T, std::string>) out.add(what + ": " + both(quoted(ours), quoted(key)));
  else out.add(what + ": " + both(std::to_string(ours), std::to_string(key)));
}

/// Items of equal place; `describe` says what is seen of one.
template <class T, class Describe>
void compare_lists(const std::string& what, const std::vector<T>& ours, const std::vector<T>& key, Describe describe, Differences& out) {
  if (ours.size() != key.size()) {
    out.add("theorem: " + both(std::to_string(ours.size()) + " " + what, std::to_string(key.size())));
  }
  for (std::size_t i = 0; i < std::min(ours.size(), key.size()); ++i) {
    if (ours[i] == key[i]) continue;
    out.add("theorem, " + what + " " + std::to_string(i) + ": " + both(describe(ours[i]), describe(key[i])));
  }
}

std::string shown(const Linear& l) { return std::to_string(l.coefficient) + " * column " + std::to_string(l.column); }

std::string shown(const Accumulator& a) {
  std::string out = quoted(a.name) + " of " + std::to_string(a.contractions.size()) + " contractions";
  for (const Linear& l : a.linears) out += ", " + shown(l);
  return out;
}

std::string shown(const Table& t) {
  return "kind " + std::to_string(static_cast<int>(t.kind)) + " of " + std::to_string(t.bits) + " bits, " + std::to_string(t.lo) +
         ".." + std::to_string(t.hi);
}

std::string shown(const Lookup& l) {
  std::string out = quoted(l.name) + " in table " + std::to_string(l.table);
  for (const Expr& e : l.tuple) {
    out += ", (";
    for (const Linear& linear : e.linears) out += shown(linear) + " + ";
    out += std::to_string(e.constant) + ") >> " + std::to_string(e.shift);
  }
  return out;
}

std::string shown(const Port& p) {
  std::string dims;
  for (const std::uint64_t d : p.dims) dims += (dims.empty() ? "" : " x ") + std::to_string(d);
  std::string more;
  for (std::size_t r = 0; r < p.row_shifts.size(); ++r) more += (r == 0 ? " / 2^(" : " ") + std::to_string(p.row_shifts[r]);
  if (!p.row_shifts.empty()) more += ")";
  for (const std::string& label : p.labels) more += ", label " + quoted(label);
  return quoted(p.name) + ", " + name_of(p.type) + " " + dims + ", scale " + real(p.scale) + more + ", " + text_of(p.visibility) + ", column " + std::to_string(p.column);
}

void compare_port_list(const std::string& what, const std::vector<Port>& ours, const std::vector<Port>& key, Differences& out) {
  compare_value("number of " + what + "s", ours.size(), key.size(), out);
  for (std::size_t i = 0; i < std::min(ours.size(), key.size()); ++i) {
    if (ours[i] == key[i]) continue;
    out.add(what + " " + std::to_string(i) + ": " + both(shown(ours[i]), shown(key[i])));
  }
}

std::string place(std::size_t entry, const Column& c) {
  return "[" + std::to_string(entry / c.cols) + ", " + std::to_string(entry % c.cols) + "]";
}

}  // namespace

void Differences::add(std::string line) {
  if (lines_.size() == kMaxLines) {
    ++more_;
    return;
  }
  lines_.push_back(visible(line));
}

std::vector<std::string> Differences::take() {
  if (more_ != 0) lines_.push_back("and " + std::to_string(more_) + " more");
  return std::move(lines_);
}

void compare_settings(const Settings& ours, const Settings& key, Differences& out) {
  compare_value("setting model name", ours.model_name, key.model_name, out);
  compare_value("setting activation bits", ours.activation_bits, key.activation_bits, out);
  compare_value("setting weight bits", ours.weight_bits, key.weight_bits, out);
  compare_value("setting security", ours.security, key.security, out);
  compare_value("setting weights", std::string(text_of(ours.weights)), std::string(text_of(key.weights)), out);
}

void compare_theorems(const Theorem& ours, const Theorem& key, Differences& out) {
  compare_lists("columns", ours.columns, key.columns, [](const Column& c) { return quoted(c.name) + ", " + shown(c); }, out);
  compare_lists("accumulators", ours.accumulators, key.accumulators, [](const Accumulator& a) { return shown(a); }, out);
  compare_lists("tables", ours.tables, key.tables, [](const Table& t) { return shown(t); }, out);
  compare_lists("lookups", ours.lookups, key.lookups, [](const Lookup& l) { return shown(l); }, out);
  compare_lists("multiplicities", ours.multiplicities, key.multiplicities, [](ColumnId id) { return "column " + std::to_string(id); }, out);
}

void compare_ports(const Ports& ours, const Ports& key, Differences& out) {
  compare_port_list("input", ours.inputs, key.inputs, out);
  compare_port_list("output", ours.outputs, key.outputs, out);
}

void compare_weights(const Theorem& our_theorem, const std::vector<IntColumn>& ours, const Theorem& bundle_theorem,
                     const std::vector<IntColumn>& bundle, Differences& out) {
  for (ColumnId id = 0; id < std::min(our_theorem.columns.size(), bundle_theorem.columns.size()); ++id) {
    const Column& c = our_theorem.columns[id];
    // Where the theorems differ, that has been said.
    if (c.home != Home::kWeights || !(c == bundle_theorem.columns[id]) || ours[id] == bundle[id]) continue;
    std::size_t count = 0, first = 0;
    for (std::size_t i = ours[id].size(); i-- > 0;) {
      if (ours[id][i] == bundle[id][i]) continue;
      ++count;
      first = i;
    }
    out.add("weights " + quoted(c.name) + ": " + std::to_string(count) + " of " + std::to_string(c.size()) + " integers differ, first at " +
            place(first, c) + ": " + both(std::to_string(ours[id][first]), std::to_string(bundle[id][first]), "bundle"));
  }
}

}  // namespace tacit::api
