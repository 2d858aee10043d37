// For tests: every field of a key by name, so that two keys can be compared field by field. The structured bindings name
// every member, so a member that is added and not listed here does not compile.
//
//   "core.theorem.columns[3].hi" -> "32767"
#pragma once

#include <map>
#include <set>
#include <string>

#include "api/json_fields.h"
#include "verifier/key.h"

namespace tacit::api {

class KeyFields {
 public:
  explicit KeyFields(const VerifierKey& key) {
    const auto& [core, registration_params, registration_proof, statement] = key;
    add("core", core);
    add("registration_params", registration_params);
    put("registration_proof", hex_of(registration_proof));
    put("statement", hex_of(statement));
  }
  const std::map<std::string, std::string>& all() const { return fields_; }

 private:
  void put(const std::string& path, const std::string& value) { fields_[path] = value; }
  template <class T> void put_number(const std::string& path, T value) { put(path, std::to_string(value)); }

  template <class T> void add_list(const std::string& path, const std::vector<T>& items) {
    put_number(path + ".size", items.size());
    for (std::size_t i = 0; i < items.size(); ++i) add(path + "[" + std::to_string(i) + "]", items[i]);
  }
  void add(const std::string& path, const std::string& v) { put(path, v); }
  void add(const std::string& path, std::uint8_t v) { put_number(path, std::uint32_t{v}); }
  void add(const std::string& path, std::uint32_t v) { put_number(path, v); }
  void add(const std::string& path, std::uint64_t v) { put_number(path, v); }
  void add(const std::string& path, const KeyCore& core) {
    const auto& [settings, theorem, ports, params, root_w, pin_y] = core;
    add(path + ".settings", settings);
    add(path + ".theorem", theorem);
    add_list(path + ".ports.inputs", ports.inputs);
    add_list(path + ".ports.outputs", ports.outputs);
    add(path + ".params", params);
    put(path + ".root_w", hex_of(root_w));
    for (int i = 0; i < 3; ++i) put_number(path + ".pin_y[" + std::to_string(i) + "]", pin_y.c[i].value());
  }
  void add(const std::string& path, const Settings& s) {
    const auto& [model_name, activation_bits, weight_bits, security, weights, openings] = s;
    put(path + ".model_name", model_name);
    put_number(path + ".activation_bits", activation_bits);
    put_number(path + ".weight_bits", weight_bits);
    put_number(path + ".security", security);
    put_number(path + ".weights", static_cast<int>(weights));
    put_number(path + ".openings", openings);
  }
  void add(const std::string& path, const Theorem& t) {
    const auto& [columns, accumulators, tables, lookups, multiplicities, steps] = t;
    add_list(path + ".columns", columns);
    add_list(path + ".accumulators", accumulators);
    add_list(path + ".tables", tables);
    add_list(path + ".lookups", lookups);
    add_list(path + ".multiplicities", multiplicities);
    put_number(path + ".steps.size", steps.size());
  }
  void add(const std::string& path, const Column& c) {
    const auto& [name, home, rows, cols, lo, hi] = c;
    put(path + ".name", name);
    put_number(path + ".home", static_cast<int>(home));
    put_number(path + ".rows", rows);
    put_number(path + ".cols", cols);
    put_number(path + ".lo", lo);
    put_number(path + ".hi", hi);
  }
  void add(const std::string& path, const Window& window) {
    const auto& [batch, in_h, in_w, out_h, out_w, kernel_h, kernel_w, stride_h, stride_w, pad_h, pad_w, dilation_h, dilation_w,
                 shared, clamp] = window;
    std::string text;
    for (const std::int64_t v : {std::int64_t{batch}, std::int64_t{in_h}, std::int64_t{in_w}, std::int64_t{out_h}, std::int64_t{out_w},
                                 std::int64_t{kernel_h}, std::int64_t{kernel_w}, std::int64_t{stride_h}, std::int64_t{stride_w},
                                 std::int64_t{pad_h}, std::int64_t{pad_w}, std::int64_t{dilation_h}, std::int64_t{dilation_w},
                                 std::int64_t{shared}, std::int64_t{clamp}})
      text += std::to_string(v) + " ";
    put(path + ".window", text);
  }
  void add(const std::string& path, const Contraction& c) {
    const auto& [weights, input, groups, in_rows, window] = c;
    put_number(path + ".weights", weights);
    put_number(path + ".input", input);
    put_number(path + ".groups", groups);
    put_number(path + ".in_rows", in_rows);
    add(path, window);
  }
  void add(const std::string& path, const Linear& l) {
    const auto& [column, coefficient, one_row, divide_by_taps, window, map] = l;
    put_number(path + ".column", column);
    put_number(path + ".coefficient", coefficient);
    put_number(path + ".one_row", static_cast<int>(one_row));
    put_number(path + ".divide_by_taps", static_cast<int>(divide_by_taps));
    add(path, window);
    const auto& [axes] = map;
    std::string text;
    for (const auto& [stride, runs] : axes) {
      text += "stride " + std::to_string(stride) + ":";
      for (const auto& [start, step, count] : runs) text += " " + std::to_string(start) + " " + std::to_string(step) + " x" + std::to_string(count);
    }
    put(path + ".map", text);
  }
  void add(const std::string& path, const Accumulator& a) {
    const auto& [name, rows, cols, contractions, linears] = a;
    put(path + ".name", name);
    put_number(path + ".rows", rows);
    put_number(path + ".cols", cols);
    add_list(path + ".contractions", contractions);
    add_list(path + ".linears", linears);
  }
  void add(const std::string& path, const Table& t) {
    const auto& [kind, bits, lo, hi, first, pieces, rows, cols, entries] = t;
    put_number(path + ".kind", static_cast<int>(kind));
    put_number(path + ".bits", bits);
    put_number(path + ".lo", lo);
    put_number(path + ".hi", hi);
    put_number(path + ".first", first);
    std::string text;
    for (const CubicPiece& piece : pieces)
      for (const std::int64_t c : piece) text += std::to_string(c) + " ";
    put(path + ".pieces", text);
    put_number(path + ".rows", rows);
    put_number(path + ".cols", cols);
    add_list(path + ".entries", entries);
  }
  void add(const std::string& path, const Expr& e) {
    const auto& [acc, linears, constant, shift, row_step, col_step] = e;
    put_number(path + ".acc", acc);
    add_list(path + ".linears", linears);
    put_number(path + ".constant", constant);
    put_number(path + ".shift", shift);
    put_number(path + ".row_step", row_step);
    put_number(path + ".col_step", col_step);
  }
  void add(const std::string& path, const Lookup& l) {
    const auto& [name, table, rows, cols, tuple] = l;
    put(path + ".name", name);
    put_number(path + ".table", table);
    put_number(path + ".rows", rows);
    put_number(path + ".cols", cols);
    add_list(path + ".tuple", tuple);
  }
  void add(const std::string& path, const Port& p) {
    const auto& [name, dims, column, batch, rows, inner, scale, visibility, low_column, row_shifts, labels, type] = p;
    put(path + ".name", name);
    add_list(path + ".dims", dims);
    put_number(path + ".column", column);
    put_number(path + ".batch", batch);
    put_number(path + ".rows", rows);
    put_number(path + ".inner", inner);
    ByteWriter bits;
    bits.f64(scale);
    put(path + ".scale", hex_of(bits.data()));
    put_number(path + ".visibility", static_cast<int>(visibility));
    put_number(path + ".low_column", low_column);
    add_list(path + ".row_shifts", row_shifts);
    add_list(path + ".labels", labels);
    put(path + ".type", name_of(type));
  }
  void add(const std::string& path, const OpeningParams& p) {
    const auto& [shape, regime, lambda, initial_grind_bits, rounds, final_log] = p;
    const auto& [size_w, size_x, log_n, limbs_w, limbs_x, random_slots_w, random_slots_x] = shape;
    put_number(path + ".size_w", size_w);
    put_number(path + ".size_x", size_x);
    put_number(path + ".log_n", log_n);
    put_number(path + ".limbs_w", limbs_w);
    put_number(path + ".limbs_x", limbs_x);
    put_number(path + ".random_slots_w", random_slots_w);
    put_number(path + ".random_slots_x", random_slots_x);
    put_number(path + ".regime", static_cast<int>(regime));
    put_number(path + ".lambda", lambda);
    put_number(path + ".initial_grind_bits", initial_grind_bits);
    add_list(path + ".rounds", rounds);
    put_number(path + ".final_log", final_log);
  }
  void add(const std::string& path, const WhirRound& r) {
    const auto& [log_limbs, log_n, log_domain, queries, grind_bits, ood, multiplicity] = r;
    for (const std::uint32_t v : {log_limbs, log_n, log_domain, queries, grind_bits, ood, multiplicity}) fields_[path] += std::to_string(v) + " ";
  }

  std::map<std::string, std::string> fields_;
};

/// The paths at which two keys differ, those that stand in one of them only included.
inline std::set<std::string> differing_fields(const VerifierKey& a, const VerifierKey& b) {
  const KeyFields fa(a), fb(b);
  std::set<std::string> out;
  for (const auto& [path, value] : fa.all()) {
    const auto found = fb.all().find(path);
    if (found == fb.all().end() || found->second != value) out.insert(path);
  }
  for (const auto& [path, value] : fb.all())
    if (!fa.all().contains(path)) out.insert(path);
  return out;
}

}  // namespace tacit::api
