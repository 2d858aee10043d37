#include "ops/catalogue.h"

namespace tacit {

extern const Operator kAdd, kAveragePool, kBatchNormalization, kClip, kConstant, kConv, kDropout, kFlatten, kGemm,
    kGlobalAveragePool, kIdentity, kMatMul, kMatMulBias, kMaxPool, kRelu, kReshape;

namespace {
const Operator* const kCatalogue[] = {
    &kAdd,                 // x + y, broadcasting
    &kAveragePool,         // mean over a window
    &kBatchNormalization,  // per-channel affine map
    &kClip,                // between two constants
    &kConstant,            // a tensor from an attribute
    &kConv,                // two-dimensional, grouped
    &kDropout,             // the identity, in inference
    &kFlatten,             // to two axes
    &kGemm,                // alpha * A * B + beta * C
    &kGlobalAveragePool,   // mean over all positions of a channel
    &kIdentity,            //
    &kMatMul,              // numpy matmul, one side constant
    &kMatMulBias,          // the same with a bias: what Add on a MatMul folds into
    &kMaxPool,             // maximum over a window
    &kRelu,                // max(x, 0)
    &kReshape,             // same elements, other extents
};
}  // namespace

const Operator* find_operator(const Node& node) {
  for (const Operator* entry : kCatalogue) {
    if (node.op == entry->op && node.domain == entry->domain) return entry;
  }
  return nullptr;
}

std::span<const Operator* const> all_operators() { return kCatalogue; }

}  // namespace tacit
