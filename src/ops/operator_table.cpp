#include "ops/operator_table.h"

#include <algorithm>
#include <map>
#include <vector>

#include "ops/catalogue.h"

namespace tacit {
namespace {

using Row = std::pair<std::string, std::string>;  // proven, limits

bool by_letters(const std::string& a, const std::string& b) {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return (x | 32) < (y | 32); });
}

std::string rows_of(const std::string& domain, const std::string& mark) {
  std::map<Row, std::vector<std::string>> names;
  for (const Operator* o : all_operators())
    if (o->domain == domain) names[{o->text.proven, o->text.limits}].push_back(o->op);
  std::vector<std::pair<std::string, Row>> rows;
  for (auto& [row, list] : names) {
    std::sort(list.begin(), list.end(), by_letters);
    std::string all;
    for (const std::string& name : list) all += (all.empty() ? "" : ", ") + name;
    rows.emplace_back(all, row);
  }
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return by_letters(a.first, b.first); });
  std::string out;
  for (const auto& [all, row] : rows) out += "| " + mark + all + " | " + row.first + " | " + row.second + (row.second.empty() ? "|\n" : " |\n");
  return out;
}

}  // namespace

std::string operator_table() {
  return "| operator | what is proven | limits |\n|---|---|---|\n" + rows_of("", "") + rows_of("ai.onnx.ml", "*ai.onnx.ml:* ") +
         rows_of("com.microsoft", "*com.microsoft:* ");
}

}  // namespace tacit
