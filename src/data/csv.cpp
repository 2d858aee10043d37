// CSV: a header line with one name per column, then one row of numbers per sample.
//
//   "sepal length (cm)",width,target
//   5.1,3.5,0
//
// Commas separate; quotes (doubled inside) are allowed; lines end with \n or \r\n; a byte order mark is skipped.
#include <charconv>
#include <cmath>
#include <set>

#include "data/formats.h"

namespace tacit {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::size_t kMaxColumns = 65536;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// Takes one line off the front of `rest`, without its end.
std::string_view take_line(std::string_view& rest) {
  std::size_t end = rest.find('\n');
  std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

/// Takes one field off the front of `line` into `field`, with the comma behind it. False at a quote that never ends or
/// is followed by anything but a comma. `more` says whether a comma was there.
bool take_field(std::string_view& line, std::string& field, bool& more) {
  field.clear();
  std::string_view start = trimmed(line);
  std::size_t end = 0;
  if (start.starts_with('"')) {
    for (end = 1;; ++end) {
      if (end >= start.size()) return false;
      if (start[end] == '"' && !(end + 1 < start.size() && start[end + 1] == '"')) break;
      if (start[end] == '"') ++end;
      field += start[end];
    }
    line = trimmed(start.substr(end + 1));
    if (!line.empty() && line.front() != ',') return false;
    end = 0;
  } else {
    end = std::min(line.find(','), line.size());
    field = trimmed(line.substr(0, end));
  }
  more = end < line.size();
  line.remove_prefix(more ? end + 1 : end);
  return true;
}

enum class Number { kInteger, kReal, kInexact, kNotFinite, kNone };

Number read_number(std::string_view text, double& value) {
  auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed == std::errc::result_out_of_range) return Number::kNotFinite;
  if (failed != std::errc{} || end != text.data() + text.size()) return Number::kNone;
  if (std::isnan(value)) return Number::kReal;
  if (!std::isfinite(value)) return Number::kNotFinite;
  if (text.find_first_of(".eE") != std::string_view::npos) return Number::kReal;
  std::int64_t integer = 0;
  auto [last, overflow] = std::from_chars(text.data(), text.data() + text.size(), integer);
  bool held = overflow == std::errc{} && last == end && std::isfinite(exact(integer));
  return held ? Number::kInteger : Number::kInexact;
}

class CsvParser {
 public:
  CsvParser(std::string_view text, const std::string& where) : rest_(text), where_(where) {
    if (rest_.starts_with(kByteOrderMark)) rest_.remove_prefix(kByteOrderMark.size());
  }

  Result<std::vector<Array>> parse() {
    TACIT_TRY([[maybe_unused]] Unit named, header());
    while (!rest_.empty()) {
      std::string_view line = take_line(rest_);
      ++line_;
      if (trimmed(line).empty() && trimmed(rest_).empty()) break;
      TACIT_TRY([[maybe_unused]] Unit taken, row(line));
    }
    if (rows_ == 0) return bad_input("has a header but no rows", where_);
    for (Array& column : columns_) column.dims = {rows_};
    return std::move(columns_);
  }

 private:
  Status header() {
    std::string_view line = take_line(rest_);
    std::set<std::string> names;
    std::string twice;
    std::size_t numbers = 0;
    for (bool more = true; more;) {
      std::string name;
      if (!take_field(line, name, more)) return bad_input("has a malformed quote in line 1", where_);
      double ignored = 0;
      numbers += read_number(name, ignored) != Number::kNone ? 1 : 0;
      if (!names.insert(name).second) twice = "has two columns named '" + printable(name) + "' in its first line";
      columns_.push_back({name, {}, {}, ArrayType::kInt64});
      if (columns_.size() > kMaxColumns) return bad_input("has more than 65536 columns", where_);
    }
    if (numbers == columns_.size()) {
      return bad_input("starts with a line of numbers; its first line must name the columns", where_);
    }
    if (!twice.empty()) return bad_input(twice, where_);
    if (columns_.size() == 1 && columns_[0].name.empty()) return bad_input("is empty", where_);
    return Unit{};
  }

  Status row(std::string_view line) {
    std::size_t column = 0;
    for (bool more = true; more; ++column) {
      if (!take_field(line, field_, more)) return at_line("has a malformed quote");
      if (column == columns_.size()) return at_line("has more values than the " + count() + " columns");
      TACIT_TRY([[maybe_unused]] Unit taken, cell(columns_[column]));
    }
    if (column != columns_.size()) {
      return at_line("has " + std::to_string(column) + " values for " + count() + " columns");
    }
    ++rows_;
    return Unit{};
  }

  Status cell(Array& column) {
    double value = 0;
    Number kind = read_number(field_, value);
    std::string shown = "column '" + printable(column.name) + "' holds '" + printable(field_) + "'";
    if (kind == Number::kNone) return at_line(shown + ", which is not a number");
    if (kind == Number::kNotFinite) return at_line(shown + "; only finite numbers can be used");
    if (kind == Number::kInexact) return at_line(shown + ", an integer beyond 2^53");
    if (kind == Number::kReal) column.type = ArrayType::kFloat64;
    if (++values_ > kMaxValues) return at_line("brings more than " + std::to_string(kMaxValues) + " values");
    column.values.push_back(value);
    return Unit{};
  }

  Error at_line(const std::string& what) const { return bad_input("line " + std::to_string(line_) + ": " + what, where_); }
  std::string count() const { return std::to_string(columns_.size()); }

  std::string_view rest_;
  const std::string& where_;
  std::vector<Array> columns_;
  std::string field_;
  std::uint64_t rows_ = 0, values_ = 0, line_ = 1;
};

}  // namespace

Result<std::vector<Array>> parse_csv(ByteSpan bytes, const std::string& where) {
  return CsvParser({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, where).parse();
}

}  // namespace tacit
