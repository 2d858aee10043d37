#include "onnx/wire_budget.h"

namespace tacit {
namespace {

// The message kinds of onnx.proto that matter here. kLeaf is any message without sub-messages of interest.
enum Kind : std::uint8_t { kModel, kGraph, kNode, kAttribute, kTensor, kSparse, kValueInfo, kType, kShape, kFunction,
                           kTraining, kLeaf, kNoMessage, kPackedInts };

struct Child {
  Kind parent;
  std::uint32_t field;
  Kind kind;
};

// kType stands for TypeProto and for its alternatives (tensor, sequence, map, optional), whose fields never clash.
constexpr Child kChildren[] = {
    {kModel, 7, kGraph},     {kModel, 8, kLeaf},       {kModel, 14, kLeaf},      {kModel, 20, kTraining},
    {kModel, 25, kFunction}, {kTraining, 1, kGraph},   {kTraining, 2, kGraph},   {kTraining, 3, kLeaf},
    {kTraining, 4, kLeaf},   {kGraph, 1, kNode},       {kGraph, 5, kTensor},     {kGraph, 11, kValueInfo},
    {kGraph, 12, kValueInfo},{kGraph, 13, kValueInfo}, {kGraph, 14, kLeaf},      {kGraph, 15, kSparse},
    {kNode, 5, kAttribute},  {kAttribute, 5, kTensor}, {kAttribute, 6, kGraph},  {kAttribute, 8, kPackedInts},
    {kAttribute, 10, kTensor}, {kAttribute, 11, kGraph}, {kAttribute, 14, kType}, {kAttribute, 15, kType},
    {kAttribute, 22, kSparse}, {kAttribute, 23, kSparse}, {kTensor, 1, kPackedInts}, {kTensor, 3, kLeaf},
    {kTensor, 5, kPackedInts}, {kTensor, 7, kPackedInts}, {kTensor, 11, kPackedInts}, {kTensor, 13, kLeaf},
    {kSparse, 1, kTensor},   {kSparse, 2, kTensor},    {kSparse, 3, kPackedInts}, {kValueInfo, 2, kType},
    {kType, 1, kType},       {kType, 2, kShape},       {kType, 4, kType},        {kType, 5, kType},
    {kType, 8, kType},       {kType, 9, kType},        {kShape, 1, kLeaf},       {kFunction, 7, kNode},
    {kFunction, 9, kLeaf},   {kFunction, 11, kAttribute}, {kFunction, 12, kValueInfo}, {kFunction, 14, kLeaf},
    {kNode, 9, kLeaf},       {kGraph, 16, kLeaf},      {kValueInfo, 4, kLeaf},   {kTensor, 16, kLeaf}};

Kind child_kind(Kind parent, std::uint32_t field) {
  for (const Child& child : kChildren) {
    if (child.parent == parent && child.field == field) return child.kind;
  }
  return kNoMessage;
}

class Walker {
 public:
  explicit Walker(std::uint64_t budget) : budget_(budget) {}

  /// False when the bytes are not a sequence of fields, nest too deep, or the budget is spent.
  bool walk(ByteSpan bytes, Kind kind, int depth) {
    if (depth > kMaxDepth) return false;
    std::size_t at = 0;
    while (at < bytes.size()) {
      std::uint64_t key = 0;
      if (!varint(bytes, at, key) || !field(bytes, at, kind, key, depth)) return false;
      if (spent_ > budget_) return false;
    }
    return true;
  }
  bool over_budget() const { return spent_ > budget_; }

 private:
  static constexpr int kMaxDepth = 32;

  static bool varint(ByteSpan bytes, std::size_t& at, std::uint64_t& value) {
    value = 0;
    for (int shift = 0; shift < 70 && at < bytes.size(); shift += 7) {
      const std::uint8_t byte = bytes[at++];
      if (shift < 64) value |= std::uint64_t{byte & 0x7Fu} << shift;
      if (byte < 0x80) return true;
    }
    return false;
  }

  bool skip(ByteSpan bytes, std::size_t& at, std::uint64_t count) {
    if (count > bytes.size() - at) return false;
    at += static_cast<std::size_t>(count);
    spent_ += 8;
    return true;
  }

  bool field(ByteSpan bytes, std::size_t& at, Kind kind, std::uint64_t key, int depth) {
    std::uint64_t value = 0;
    switch (key & 7) {
      case 0: spent_ += 8; return varint(bytes, at, value);
      case 1: return skip(bytes, at, 8);
      case 5: return skip(bytes, at, 4);
      case 2: break;
      default: return false;  // groups: ONNX has none
    }
    if (!varint(bytes, at, value) || value > bytes.size() - at) return false;
    const ByteSpan body = bytes.subspan(at, static_cast<std::size_t>(value));
    at += body.size();
    const Kind child = child_kind(kind, static_cast<std::uint32_t>(key >> 3));
    if (child == kNoMessage || child == kPackedInts) {
      spent_ += kStringCost + body.size() * (child == kPackedInts ? 8 : 1);
      return true;
    }
    spent_ += kMessageCost;
    return walk(body, child, depth + 1);
  }

  static constexpr std::uint64_t kStringCost = 48, kMessageCost = 192;
  const std::uint64_t budget_;
  std::uint64_t spent_ = 0;
};

}  // namespace

Status check_wire_budget(ByteSpan model) {
  Walker walker((std::uint64_t{96} << 20) + 4 * static_cast<std::uint64_t>(model.size()));
  if (walker.walk(model, kModel, 0)) return Unit{};
  if (walker.over_budget()) return bad_input("the file unfolds to far more memory than its size; it is not read");
  return bad_input("not an ONNX model: the file is damaged, cut short, nested too deep, or of another format");
}

}  // namespace tacit
