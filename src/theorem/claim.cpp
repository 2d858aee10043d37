#include "theorem/claim.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "theorem/committed.h"
#include "theorem/definitions.h"
#include "theorem/steps.h"

namespace tacit {
namespace {

Error no_claim(const std::string& why) { return unsupported("is no key of a claim about accuracy: " + why); }

constexpr std::int64_t kLeastLabel = -32768, kMostLabel = 32767;

class Form {
 public:
  Form(const Theorem& theorem, const Ports& ports) : t_(theorem), ports_(ports), steps_(steps_of(theorem)) {
    for (const Step& s : steps_)
      if (s.kind == StepKind::kRequantise) by_y_[s.requantise.y] = &s.requantise;
  }

  Result<AccuracyForm> read() {
    TACIT_TRY([[maybe_unused]] Unit ports, read_ports());
    if (!read_count()) return no_claim("its output does not count rows");
    if (!read_comparisons()) return no_claim("what it counts is not whether two labels are equal");
    if (!read_labels()) return no_claim("what answers are compared with is not the labels");
    if (reads_labels(out_.answers)) return no_claim("the answers depend on the labels");
    return out_;
  }

 private:
  Status read_ports() {
    if (ports_.outputs.size() != 1 || ports_.inputs.size() < 2) return no_claim("it has other outputs or no labels");
    const Port &output = ports_.outputs[0], &labels = ports_.inputs.back();
    const bool one_integer = output.name == kClaimCorrect && output.visibility == Visibility::kPublic && output.size() == 1 && output.scale == 1 &&
                             !output.has_digits() && output.labels.empty();
    if (!one_integer) return no_claim("its output is not one public integer, " + std::string(kClaimCorrect));
    for (const Port& p : ports_.inputs)
      if (p.visibility == Visibility::kPrivate) return no_claim("its rows are neither public nor committed");
    if (labels.name != kClaimLabels || labels.rows != 1 || !labels.row_shifts.empty()) return no_claim("its last input is not " + std::string(kClaimLabels));
    out_.rows = labels.size();
    out_.correct = output.column;
    return Unit{};
  }

  const Requantise* step(ColumnId y, std::uint32_t shift, std::int64_t lo, std::int64_t hi) const {
    const auto found = by_y_.find(y);
    if (found == by_y_.end()) return nullptr;
    const Requantise& r = *found->second;
    return r.shift == shift && r.lo == lo && r.hi == hi ? &r : nullptr;
  }
  /// The linear terms of its sum, if it has no others.
  const std::vector<Linear>* terms(const Requantise* r, std::size_t count) const {
    if (r == nullptr) return nullptr;
    const Accumulator& acc = t_.accumulators[r->acc];
    return acc.contractions.empty() && acc.linears.size() == count ? &acc.linears : nullptr;
  }
  /// Always 1: an empty sum, clamped to 1 and more.
  bool is_one(ColumnId id) const {
    const auto found = by_y_.find(id);
    return found != by_y_.end() && found->second->lo == 1 && terms(found->second, 0) != nullptr && t_.columns[id].size() == 1;
  }
  bool is_row(ColumnId id) const { return t_.columns[id].rows == 1 && t_.columns[id].cols == out_.rows; }
  std::uint32_t n() const { return static_cast<std::uint32_t>(out_.rows); }

  bool read_count() {
    const std::vector<Linear>* sum = terms(step(out_.correct, 0, 0, static_cast<std::int64_t>(out_.rows)), 3);
    if (sum == nullptr || t_.columns[out_.correct].size() != 1) return false;
    const Linear &all = (*sum)[0], &over = (*sum)[1], &under = (*sum)[2];
    if (!(all == Linear::whole(all.column, 1, static_cast<std::int64_t>(out_.rows))) || !is_one(all.column)) return false;
    for (const Linear* l : {&over, &under})
      if (!is_row(l->column) || !(*l == Linear{.column = l->column, .coefficient = -1, .window = row_sum(n())})) return false;
    over_ = over.column;
    under_ = under.column;
    return over_ != under_;
  }

  bool read_comparisons() {
    const std::vector<Linear>*over = terms(step(over_, 0, 0, 1), 2), *under = terms(step(under_, 0, 0, 1), 2);
    if (over == nullptr || under == nullptr) return false;
    out_.answers = (*over)[0].column;
    out_.labels = (*over)[1].column;
    const auto is = [&](const std::vector<Linear>& sum, std::int64_t sign) {
      return sum[0] == Linear::whole(out_.answers, n(), sign) && sum[1] == Linear::whole(out_.labels, n(), -sign);
    };
    return is_row(out_.answers) && is_row(out_.labels) && is(*over, 1) && is(*under, -1);
  }

  bool read_labels() const {
    const Port& port = ports_.inputs.back();
    if (!port.has_digits()) return port.column == out_.labels && port.scale == 1;
    int log = 0;
    if (std::frexp(port.scale, &log) != 0.5 || log > 0 || log < -31 || !is_row(port.column) || !is_row(port.low_column)) return false;
    const std::vector<Linear>* sum = terms(step(out_.labels, static_cast<std::uint32_t>(1 - log), kLeastLabel, kMostLabel), 3);
    if (sum == nullptr) return false;
    const Linear& offset = (*sum)[2];
    return (*sum)[0] == Linear::whole(port.column, n(), kLowMax + 1) && (*sum)[1] == Linear::whole(port.low_column, n(), 1) && is_one(offset.column) &&
           offset == Linear{.column = offset.column, .coefficient = -kLowOffset, .one_row = true, .window = Window::broadcast(n())};
  }

  /// By any chain of definitions. They read columns with smaller ids only, so one pass in the order of ids is enough.
  bool reads_labels(ColumnId id) const {
    std::vector<bool> touched(t_.columns.size(), false);
    for (const ColumnId label : ports_.inputs.back().columns()) touched[label] = true;
    const auto of_terms = [&](const std::vector<Linear>& terms) {
      return std::any_of(terms.begin(), terms.end(), [&](const Linear& l) { return touched[l.column]; });
    };
    const auto of_sum = [&](AccId acc) {
      if (acc == kNone) return false;
      const Accumulator& a = t_.accumulators[acc];
      return of_terms(a.linears) || std::any_of(a.contractions.begin(), a.contractions.end(),
                                                [&](const Contraction& c) { return touched[c.weights] || touched[c.input]; });
    };
    const auto of_expr = [&](const Expr& e) { return of_terms(e.linears) || of_sum(e.acc); };
    for (const Step& s : steps_) {
      switch (s.kind) {
        case StepKind::kRequantise: {
          const bool hit = of_sum(s.requantise.acc);
          touched[s.requantise.y] = hit;
          if (s.requantise.remainder != kNone) touched[s.requantise.remainder] = hit;
          for (const ColumnId limb : s.requantise.excess) touched[limb] = hit;
          break;
        }
        case StepKind::kMaximum: touched[s.maximum.out] = touched[s.maximum.a.column] || touched[s.maximum.b.column]; break;
        case StepKind::kApply: touched[s.apply.out] = of_expr(s.apply.lookup.tuple[0]); break;
        case StepKind::kFetch: {
          bool hit = of_expr(s.fetch.lookup.tuple[0]);
          for (const Expr& e : t_.tables[s.fetch.lookup.table].entries) hit = hit || of_expr(e);
          for (const ColumnId out : s.fetch.out) touched[out] = hit;
          break;
        }
      }
    }
    return touched[id];
  }

  const Theorem& t_;
  const Ports& ports_;
  const std::vector<Step> steps_;
  std::map<ColumnId, const Requantise*> by_y_;
  AccuracyForm out_;
  ColumnId over_ = kNone, under_ = kNone;
};

}  // namespace

Result<AccuracyForm> accuracy_form(const Theorem& theorem, const Ports& ports) { return Form(theorem, ports).read(); }

}  // namespace tacit
