// What a key publishes of its model, item by item: the closed list of docs/protocol.md, section 14.
#include <cstdio>

#include "api/facts.h"
#include "api/recipe.h"
#include "api_common.h"
#include "base/text.h"
#include "theorem/float32.h"

namespace tacit::cli::api {
namespace {

std::string text(std::int64_t v) { return std::to_string(v); }

std::string extent(std::uint64_t rows, std::uint64_t cols) { return std::to_string(rows) + " x " + std::to_string(cols); }

std::string real(double v) {
  char buffer[40];
  std::snprintf(buffer, sizeof buffer, "%.17g", v);
  return buffer;
}

std::string pair(std::int64_t a, std::int64_t b) { return a == b ? text(a) : text(a) + "x" + text(b); }

std::string window_text(const Window& w) {
  if (w.is_identity()) return "";
  if (w == Window::broadcast(w.out_cols())) return ", the same in every column";
  std::string out = ", window " + pair(w.kernel_h, w.kernel_w) + " over " + pair(w.in_h, w.in_w) + " to " + pair(w.out_h, w.out_w);
  if (w.batch != 1) out += ", batch " + text(w.batch);
  if (w.stride_h != 1 || w.stride_w != 1) out += ", stride " + pair(w.stride_h, w.stride_w);
  if (w.pad_h != 0 || w.pad_w != 0) out += ", pad " + pair(w.pad_h, w.pad_w);
  if (w.dilation_h != 1 || w.dilation_w != 1) out += ", dilation " + pair(w.dilation_h, w.dilation_w);
  if (w.shared) out += ", shared by the batch";
  if (w.clamp) out += ", clamped at the border";
  return out;
}

/// "a + b - 2 * c"
std::string sum_text(const std::vector<std::string>& terms) {
  std::string out;
  for (const std::string& term : terms) {
    const bool minus = term.starts_with('-');
    if (!out.empty()) out += minus ? " - " : " + ";
    out += !out.empty() && minus ? term.substr(1) : term;
  }
  return out;
}

class KeyList {
 public:
  explicit KeyList(const VerifierKey& key) : key_(key), theorem_(key.core.theorem) {}

  std::vector<FileReport::Published> all() {
    settings();
    for (const Port& p : key_.core.ports.inputs) port("input", p);
    for (const Port& p : key_.core.ports.outputs) port("output", p);
    for (const Column& c : theorem_.columns) column(c);
    for (const Accumulator& a : theorem_.accumulators) sum(a);
    for (std::size_t t = 0; t < theorem_.tables.size(); ++t) table(t);
    for (const Lookup& l : theorem_.lookups) lookup(l);
    opening("opening", key_.core.params);
    if (key_.core.has_weights()) commitment();
    return std::move(list_);
  }

 private:
  void add(std::string kind, std::string name, std::string value) { list_.push_back({std::move(kind), std::move(name), std::move(value)}); }

  void settings() {
    const Settings& s = key_.core.settings;
    add("setting", "model name", s.model_name);
    add("setting", "activation bits", text(s.activation_bits));
    add("setting", "weight bits", text(s.weight_bits));
    add("setting", "security", text(s.security));
    add("setting", "weights", s.weights == tacit::Visibility::kPublic ? "public" : "private");
    add("setting", "openings", text(s.openings));
  }

  /// "/2^(0 3 0 12)": features whose scales differ.
  static std::string shifts_text(const Port& p) {
    if (p.row_shifts.empty()) return "";
    std::string out = " / 2^(";
    for (std::size_t r = 0; r < p.row_shifts.size(); ++r) out += (r == 0 ? "" : " ") + text(p.row_shifts[r]);
    return out + ")";
  }

  /// ", labels no yes"
  static std::string labels_text(const Port& p) {
    std::string out = p.labels.empty() ? "" : ", labels";
    for (const std::string& label : p.labels) out += " " + visible(label);
    return out;
  }

  void port(const char* kind, const Port& p) {
    const std::vector<std::uint64_t> dims(p.dims.begin(), p.dims.end());
    add(kind, p.name, name_of(p.type) + std::string(" ") + dims_text(dims) + (p.scale == kFloat32Scale ? ", float32 values" : ", scale " + real(p.scale)) + shifts_text(p) +
                          std::string(", ") + tacit::api::text_of(p.visibility) + labels_text(p));
  }

  void column(const Column& c) {
    const char* home = c.home == Home::kWeights ? "weights" : c.home == Home::kWitness ? "witness" : "public";
    add("column", c.name, extent(c.rows, c.cols) + ", " + home + ", entries in " + text(c.lo) + ".." + text(c.hi));
  }

  std::string linear_text(const Linear& l) const {
    const std::string factor = l.coefficient == 1 ? "" : l.coefficient == -1 ? "-" : text(l.coefficient) + " * ";
    return factor + theorem_.columns[l.column].name + (l.divide_by_taps ? " / taps" : "") +
           (l.one_row ? " (one row)" : "") + (l.map.empty() ? window_text(l.window) : " moved by a map of " + text(l.map.axes.size()) + " axes");
  }

  void sum(const Accumulator& a) {
    std::vector<std::string> terms;
    for (const Contraction& c : a.contractions) {
      terms.push_back(theorem_.columns[c.weights].name + " * " + theorem_.columns[c.input].name +
                      (c.groups == 1 ? "" : ", " + text(c.groups) + " groups") + window_text(c.window));
    }
    for (const Linear& l : a.linears) terms.push_back(linear_text(l));
    add("sum", a.name, extent(a.rows, a.cols) + " = " + sum_text(terms));
  }

  std::vector<std::string> terms_of(const Expr& e) const {
    std::vector<std::string> terms;
    if (e.acc != kNone) terms.push_back("sum " + theorem_.accumulators[e.acc].name);
    for (const Linear& linear : e.linears) terms.push_back(linear_text(linear));
    if (e.constant != 0) terms.push_back(text(e.constant));
    if (e.row_step != 0) terms.push_back(text(e.row_step) + " * row");
    if (e.col_step != 0) terms.push_back(text(e.col_step) + " * column");
    return terms;
  }

  std::string table_text(std::size_t t) const {
    const Table& table = theorem_.tables[t];
    switch (table.kind) {
      case TableKind::kRange: return "range of " + text(table.bits) + " bits";
      case TableKind::kSaturate: return "clamp to " + text(table.lo) + ".." + text(table.hi) + ", excess of " + text(table.bits) + " bits";
      case TableKind::kMaximum: return "maximum of " + text(table.bits) + " bits";
      case TableKind::kFunction:
        return "function of " + text(table.first) + ".." + text(table.first + (std::int64_t{1} << table.bits) - 1) + " in " +
               text(table.pieces.size()) + " pieces, values " + text(table.lo) + ".." + text(table.hi);
      case TableKind::kColumns: {
        std::string entries;
        for (const Expr& e : table.entries) entries += ", " + sum_text(terms_of(e));
        return extent(table.rows, table.cols) + " entries (place" + entries + ")";
      }
    }
    return "";
  }
  void table(std::size_t t) { add("table", std::to_string(t), table_text(t)); }

  void lookup(const Lookup& l) {
    std::string tuple;
    for (const Expr& e : l.tuple) {
      std::vector<std::string> terms = terms_of(e);
      tuple += (tuple.empty() ? "" : "; ") + sum_text(terms) + (e.shift == 0 ? "" : ", shifted by " + text(e.shift));
    }
    add("lookup", l.name, extent(l.rows, l.cols) + " in table " + std::to_string(l.table) + ": " + tuple);
  }

  void opening(const char* kind, const OpeningParams& p) {
    add(kind, p.regime == Regime::kJohnson ? "Johnson radius" : "unique decoding",
        text(p.shape.limbs_w) + " + " + text(p.shape.limbs_x) + " limbs of 2^" + text(p.shape.log_n) + ", first grinding " +
            text(p.initial_grind_bits) + " bits, last vector 2^" + text(p.final_log));
    for (std::size_t i = 0; i < p.rounds.size(); ++i) {
      const WhirRound& r = p.rounds[i];
      add(kind, "round " + std::to_string(i), "domain 2^" + text(r.log_domain) + ", " + text(r.queries) + " queries, grinding " +
                                                  text(r.grind_bits) + " bits, " + text(r.ood) + " outside the domain");
    }
  }

  void commitment() {
    add("weights", "root", tacit::api::hex(key_.core.root_w));
    std::string pin;
    for (const Fp& limb : key_.core.pin_y.c) pin += (pin.empty() ? "" : ", ") + std::to_string(limb.value());
    add("weights", "pin", pin);
    opening("registration", key_.registration_params);
    add("registration", "proof", std::to_string(key_.registration_proof.size()) + " bytes");
  }

  const VerifierKey& key_;
  const Theorem& theorem_;
  std::vector<FileReport::Published> list_;
};

}  // namespace

std::vector<FileReport::Published> published_by(const VerifierKey& key) { return KeyList(key).all(); }

}  // namespace tacit::cli::api
