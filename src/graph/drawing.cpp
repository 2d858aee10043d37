#include "graph/drawing.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace tacit {
namespace {

/// The node whose name is the longest that begins this one and ends where a part of it ends.
std::optional<std::size_t> owner_of(const std::string& name, const std::map<std::string, std::size_t>& nodes) {
  for (std::size_t length = name.size(); length > 0; --length) {
    if (length < name.size() && name[length] != '.' && name[length] != ':') continue;
    if (auto found = nodes.find(name.substr(0, length)); found != nodes.end()) return found->second;
  }
  return std::nullopt;
}

struct Box {
  std::string title, extents, cost;
  std::size_t layer = 0, place = 0;
  bool is_end = false;  ///< an input or output of the model
  std::vector<std::size_t> from;
};

constexpr std::size_t kWidth = 230, kHeight = 62, kGapX = 26, kGapY = 34;

std::size_t x_of(const Box& box) { return kGapX + box.place * (kWidth + kGapX); }
std::size_t y_of(const Box& box) { return kGapY + box.layer * (kHeight + kGapY); }

/// Names come from a file and may hold anything.
std::string escaped(const std::string& text) {
  constexpr std::size_t kLongest = 34;
  std::string out;
  for (const char c : text.substr(0, kLongest)) {
    if (c == '&') out += "&amp;";
    else if (c == '<') out += "&lt;";
    else if (c == '>') out += "&gt;";
    else out += c >= ' ' && c < 127 ? c : '?';
  }
  return text.size() > kLongest ? out + "..." : out;
}

std::string number(std::size_t v) { return std::to_string(v); }

std::string text_at(std::size_t x, std::size_t y, const std::string& text, const char* kind) {
  return "<text class=\"" + std::string(kind) + "\" x=\"" + number(x) + "\" y=\"" + number(y) + "\">" + escaped(text) + "</text>\n";
}

std::string line_between(const Box& from, const Box& to) {
  const std::string x1 = number(x_of(from) + kWidth / 2), y1 = number(y_of(from) + kHeight), x2 = number(x_of(to) + kWidth / 2), y2 = number(y_of(to));
  const std::string middle = number((y_of(from) + kHeight + y_of(to)) / 2);
  return "<path d=\"M" + x1 + " " + y1 + " C" + x1 + " " + middle + " " + x2 + " " + middle + " " + x2 + " " + y2 + "\"/>\n";
}

std::string box_text(const Box& box) {
  const std::size_t x = x_of(box), y = y_of(box);
  std::string out = "<rect class=\"" + std::string(box.is_end ? "end" : "node") + "\" x=\"" + number(x) + "\" y=\"" + number(y) + "\" width=\"" +
                    number(kWidth) + "\" height=\"" + number(kHeight) + "\" rx=\"6\"/>\n";
  out += text_at(x + 10, y + 19, box.title, "title") + text_at(x + 10, y + 36, box.extents, "small");
  if (!box.cost.empty()) out += text_at(x + 10, y + 52, box.cost, "small");
  return out;
}

/// Boxes of inputs, nodes and outputs; `at` gets the box that computes each value.
std::vector<Box> boxes_of(const Graph& graph, const TypeMap& types, const std::vector<NodeCost>& costs) {
  std::vector<Box> boxes;
  std::map<std::string, std::size_t> at;
  auto add = [&](Box box, const std::vector<std::string>& inputs) {
    for (const std::string& input : inputs) {
      auto found = at.find(input);
      if (found == at.end()) continue;
      box.from.push_back(found->second);
      box.layer = std::max(box.layer, boxes[found->second].layer + 1);
    }
    boxes.push_back(std::move(box));
  };
  for (const ValueInfo& input : graph.inputs) {
    at[input.name] = boxes.size();
    add({"input " + input.name, shape_text(input.type.dims), "", 0, 0, true, {}}, {});
  }
  for (std::size_t k = 0; k < graph.nodes.size(); ++k) {
    const Node& node = graph.nodes[k];
    for (const std::string& output : node.outputs) at[output] = boxes.size();
    const std::string cost = number(costs[k].lookup_rows) + " rows, " + number(costs[k].committed) + " numbers";
    add({node.op + "  " + node.name, shape_text(types.at(node.outputs[0]).dims), cost, 0, 0, false, {}}, node.inputs);
  }
  for (const std::string& output : graph.outputs) add({"output " + output, shape_text(types.at(output).dims), "", 0, 0, true, {}}, {output});
  return boxes;
}

}  // namespace

std::vector<NodeCost> costs_by_node(const Graph& graph, const Theorem& theorem) {
  std::map<std::string, std::size_t> nodes;
  for (std::size_t k = 0; k < graph.nodes.size(); ++k) {
    nodes.emplace(graph.nodes[k].name, k);
    if (!graph.nodes[k].outputs[0].empty()) nodes.emplace(graph.nodes[k].outputs[0], k);
  }
  std::vector<NodeCost> costs(graph.nodes.size());
  const std::set<ColumnId> multiplicities(theorem.multiplicities.begin(), theorem.multiplicities.end());
  for (ColumnId id = 0; id < theorem.columns.size(); ++id) {
    const Column& column = theorem.columns[id];
    const auto owner = owner_of(column.name, nodes);
    if (column.home == Home::kWitness && owner && !multiplicities.contains(id)) costs[*owner].committed += column.size();
  }
  for (const Lookup& lookup : theorem.lookups) {
    if (const auto owner = owner_of(lookup.name, nodes)) costs[*owner].lookup_rows += std::uint64_t{lookup.rows} * lookup.cols;
  }
  return costs;
}

std::string drawing_of(const Graph& graph, const TypeMap& types, const std::vector<NodeCost>& costs) {
  std::vector<Box> boxes = boxes_of(graph, types, costs);
  std::map<std::size_t, std::size_t> in_layer;
  std::size_t widest = 1, layers = 1;
  for (Box& box : boxes) {
    box.place = in_layer[box.layer]++;
    widest = std::max(widest, box.place + 1);
    layers = std::max(layers, box.layer + 1);
  }
  std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + number(kGapX + widest * (kWidth + kGapX)) + "\" height=\"" +
                    number(kGapY + layers * (kHeight + kGapY)) + "\">\n" +
                    "<style>rect{stroke:#345;fill:#eef4fa}rect.end{fill:#fdf3dc}path{fill:none;stroke:#789}"
                    "text{font-family:sans-serif;fill:#123}.title{font-size:13px;font-weight:bold}.small{font-size:11px}</style>\n";
  for (const Box& box : boxes) {
    for (const std::size_t from : box.from) out += line_between(boxes[from], box);
  }
  for (const Box& box : boxes) out += box_text(box);
  return out + "</svg>\n";
}

}  // namespace tacit
