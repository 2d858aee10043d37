// Scaler (ai.onnx.ml): y = (x - offset) * scale, one pair for each feature or one for all, which folds as Sub and Mul do.
// Normalizer: each row of features divided by its maximum (MAX), by the sum of its magnitudes (L1) or by its length (L2).
// FeatureVectorizer: features side by side. ZipMap: the scores themselves, [N, C]; the names of classes are those of the labels.
#include "ops/call.h"
#include "ops/classes.h"
#include "ops/expansion.h"
#include "ops/matches.h"

namespace tacit {
namespace {

using Floats = std::vector<float>;

/// Operand `index` as floats.
std::string floats_of(const Call& call, Expansion& to, std::size_t index) {
  const std::string name = to.input(index);
  return call.operand(index).type.dtype == DType::kFloat ? name : to.add("Cast", {name}, {{"to", std::int64_t{1}}});
}

Result<Floats> per_feature(const Call& call, const char* name, float neutral) {
  TACIT_TRY(Floats list, floats_attribute(*call.node, name));
  const Shape& dims = call.operand(0).type.dims;
  if (list.empty()) list = {neutral};
  if (list.size() != 1 && (dims.empty() || static_cast<std::int64_t>(list.size()) != dims.back())) {
    return malformed(*call.node, std::string(name) + " has " + std::to_string(list.size()) + " entries for an input of shape " + shape_text(dims));
  }
  return list;
}

Result<Expansion> expand_scaler(const Call& call) {
  Expansion to(call);
  TACIT_OK(check_arity(call, 1, 1));
  TACIT_TRY(Floats offset, per_feature(call, "offset", 0));
  TACIT_TRY(Floats scale, per_feature(call, "scale", 1));
  to.give(0, to.add("Mul", {to.add("Sub", {floats_of(call, to, 0), to.floats(std::move(offset))}), to.floats(std::move(scale))}));
  return to;
}

Result<Expansion> expand_normalizer(const Call& call) {
  Expansion to(call);
  TACIT_OK(check_arity(call, 1, 1));
  TACIT_TRY(const std::string norm, string_attribute(*call.node, "norm", "MAX"));
  const char* reduction = norm == "MAX" ? "ReduceMax" : norm == "L1" ? "ReduceL1" : norm == "L2" ? "ReduceL2" : nullptr;
  if (reduction == nullptr) return malformed(*call.node, "norm is \"" + norm + "\"");
  const std::size_t rank = call.operand(0).type.dims.size();
  if (rank == 0 || rank > 2) return refuse(*call.node, "its input has " + std::to_string(rank) + " axes; rows of features are expected");
  const std::string x = floats_of(call, to, 0);
  const std::string size = to.add(reduction, {x, to.integers({-1})}, {{"keepdims", std::int64_t{1}}});
  // A row of zeros stays as it is: its size counts as 1.
  const std::string none = to.add_own("Matches", {size}, {{"keys", keys_attribute({0})}, {"truncates", std::int64_t{0}}});
  to.give(0, to.add("Div", {x, to.add("Add", {size, to.add("Squeeze", {none, to.integers({-1})})})}));
  return to;
}

Result<Expansion> expand_vectorizer(const Call& call) {
  Expansion to(call);
  TACIT_TRY(const std::vector<std::int64_t> widths, ints_attribute(*call.node, "inputdimensions", {}));
  if (call.operands.empty() || (!widths.empty() && widths.size() != call.operands.size())) return malformed(*call.node, "inputdimensions and inputs differ in number");
  std::vector<std::string> parts;
  for (std::size_t k = 0; k < call.operands.size(); ++k) {
    const Shape& dims = call.operand(k).type.dims;
    if (!call.operand(k).present || dims.empty() || dims.size() > 2) return refuse(*call.node, "takes rows of features, not an input of shape " + shape_text(dims));
    std::string part = floats_of(call, to, k);
    const std::int64_t rows = dims.size() == 1 ? 1 : dims[0], width = widths.empty() ? dims.back() : widths[k];
    if (width < 1 || width > dims.back()) return refuse(*call.node, "inputdimensions asks for " + std::to_string(width) + " features of " + std::to_string(dims.back()));
    if (dims.size() == 1) part = to.add("Reshape", {part, to.integers({rows, dims.back()})});
    if (width < dims.back()) part = to.add("Slice", {part, to.integers({0}), to.integers({width}), to.integers({1})});
    parts.push_back(std::move(part));
  }
  to.give(0, parts.size() == 1 ? parts[0] : to.add("Concat", parts, {{"axis", std::int64_t{1}}}));
  return to;
}

Result<Expansion> expand_zip_map(const Call& call) {
  Expansion to(call);
  TACIT_OK(check_arity(call, 1, 1));
  to.give(0, to.input(0));
  return to;
}

Result<Expansion> refuse_dictionaries(const Call& call) { return refuse(*call.node, "takes a dictionary, which a proof has no columns for; give the model its vector"); }

}  // namespace

constexpr OperatorText kScalerText = {"Sub and Mul, which fold"};
constexpr OperatorText kNormalizerText = {"division by a computed maximum, sum or length"};
constexpr OperatorText kFeatureVectorizerText = {"moved elements"};
constexpr OperatorText kZipMapText = {"nothing: the scores [N, C], in the order of the labels"};
constexpr OperatorText kDictVectorizerText = {
    "nothing",
    "refused: a dictionary is no tensor"};
extern const Operator kScaler, kNormalizer, kFeatureVectorizer, kZipMap, kDictVectorizer;
const Operator kScaler = {.op = "Scaler", .domain = kMlDomain, .text = kScalerText, .expand = expand_scaler};
const Operator kNormalizer = {.op = "Normalizer", .domain = kMlDomain, .text = kNormalizerText, .expand = expand_normalizer};
const Operator kFeatureVectorizer = {.op = "FeatureVectorizer", .domain = kMlDomain, .text = kFeatureVectorizerText, .expand = expand_vectorizer};
const Operator kZipMap = {.op = "ZipMap", .domain = kMlDomain, .text = kZipMapText, .expand = expand_zip_map};
const Operator kDictVectorizer = {.op = "DictVectorizer", .domain = kMlDomain, .text = kDictVectorizerText, .expand = refuse_dictionaries};

}  // namespace tacit
