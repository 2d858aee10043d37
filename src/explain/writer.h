// Lines and numbers of one section, and the texts of what stands in it.
#pragma once

#include <cstdio>

#include "base/text.h"
#include "explain/explain.h"

namespace tacit {

/// How many entries of a list are printed; all of them are among the numbers.
inline constexpr std::size_t kShown = 12;

inline std::string text_of(std::int64_t v) { return std::to_string(v); }
inline std::string text_of(const std::string& v) { return v; }
inline std::string real_text(double v) {
  char buffer[40];
  std::snprintf(buffer, sizeof buffer, "%.7g", v);
  return buffer;
}
/// "(-5)" where a sign would be misread.
inline std::string factor(std::int64_t v) { return v < 0 ? "(" + std::to_string(v) + ")" : std::to_string(v); }

/// "1, 2, 3, ... (7 more)"
template <class List> std::string list_text(const List& list, const char* between = ", ", std::size_t most = kShown) {
  std::string out;
  for (std::size_t i = 0; i < list.size() && i < most; ++i) out += (i == 0 ? "" : between) + text_of(list[i]);
  if (list.size() > most) out += std::string(between) + "... (" + std::to_string(list.size() - most) + " more)";
  return out;
}

class SectionWriter {
 public:
  explicit SectionWriter(std::string title) { section_.title = std::move(title); }

  void say(std::string line) { section_.lines.push_back(std::move(line)); }
  void gap() { say(""); }
  template <class List> void note(std::string name, const List& values) {
    NamedNumbers n{std::move(name), {}};
    for (const auto& v : values) n.values.push_back(text_of(v));
    section_.numbers.push_back(std::move(n));
  }
  void note(std::string name, const Fe& value) { note(std::move(name), FeVector{value}); }
  void note(std::string name, std::int64_t value) { note(std::move(name), std::vector<std::int64_t>{value}); }
  /// "    name = value", and the number.
  void show(const std::string& name, const Fe& value, const std::string& remark = "") {
    say("    " + name + " = " + text_of(value) + (remark.empty() ? "" : "   " + remark));
    note(name, value);
  }
  Section take() { return std::move(section_); }

 private:
  Section section_;
};

// The sections, in order.
Section explain_numbers(const ProverModel& model, const RealNumbers& real, const Account& account);
Section explain_steps(const ProverModel& model, const RealNumbers& real, const Account& account);
Section explain_relations(const ProverModel& model, const Account& account);
Section explain_lookup(const ProverModel& model, const Account& account);
Section explain_sumcheck(const ProverModel& model, const Account& account);
Section explain_opening(const ProverModel& model, const Account& account);
Section explain_verdict(const Account& account, const Account* hidden);

}  // namespace tacit
