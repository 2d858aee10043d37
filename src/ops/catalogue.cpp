#include "ops/catalogue.h"

namespace tacit {

extern const Operator kAbs, kAnd, kArgMin, kBinarizer, kBitShift, kBitwiseAnd, kBitwiseNot, kBitwiseOr, kBitwiseXor, kCeil, kEqual, kFloor, kGreater, kGreaterOrEqual, kHardmax, kIsInf, kIsNaN,
    kLess, kLessOrEqual, kMax, kMean, kMin, kMod, kNeg, kNot, kOr, kReduceMax, kReduceMin, kRound, kShrink, kSign, kSum,
    kThresholdedRelu, kWhere, kXor;
extern const Operator kAdd, kArgMax, kAveragePool, kBatchNormalization, kCast, kCastLike, kClip, kConcat, kConstant,
    kConstantOfShape, kConv, kDiv, kDropout, kFlatten, kGemm, kGlobalAveragePool, kIdentity, kLeakyRelu, kMatMul, kMatMulBias,
    kMaxPool, kMul, kPad, kPRelu, kRelu, kReshape, kSigmoid, kSlice, kSoftmax, kSqueeze, kSub, kTanh, kTranspose,
    kUnsqueeze;
extern const Operator kBestClass, kBestOfFew, kForest, kSecondClass, kTreeEnsemble, kTreeEnsembleClassifier, kTreeEnsembleRegressor;

namespace {
const Operator* const kCatalogue[] = {
    &kAbs,                 // |x|
    &kAdd,                 // x + y, broadcasting
    &kAnd,                 // bools
    &kArgMax,              // index of the largest along an axis
    &kArgMin,              // index of the smallest along an axis
    &kAveragePool,         // mean over a window
    &kBatchNormalization,  // per-channel affine map
    &kBinarizer,           // x > threshold
    &kBitwiseAnd,
    &kBitwiseNot,
    &kBitwiseOr,
    &kBitwiseXor,
    &kBitShift,            // by constants
    &kCast,                // another element type
    &kCastLike,            // the same, to floats
    &kCeil,
    &kClip,                // between two constants
    &kConcat,              // one after the other along an axis
    &kConstant,            // a tensor from an attribute
    &kConstantOfShape,     // one number, repeated
    &kConv,                // one- or two-dimensional, grouped
    &kDiv,                 // x / y, y constant
    &kDropout,             // the identity, in inference
    &kEqual,               // to bools
    &kFlatten,             // to two axes
    &kFloor,
    &kGemm,                // alpha * A * B + beta * C
    &kGlobalAveragePool,   // mean over all positions of a channel
    &kGreater,
    &kGreaterOrEqual,
    &kHardmax,             // 1 at the largest along an axis
    &kIdentity,            //
    &kIsInf,               // never
    &kIsNaN,               // never
    &kLeakyRelu,           // slope below 0
    &kLess,
    &kLessOrEqual,
    &kMatMul,              // numpy matmul, one side constant
    &kMatMulBias,          // the same with a bias: what Add on a MatMul folds into
    &kMax,                 // of any number of tensors
    &kMaxPool,             // maximum over a window
    &kMean,
    &kMin,
    &kMod,                 // by constants
    &kMul,                 // x * y, broadcasting
    &kNeg,
    &kNot,
    &kOr,
    &kPad,                 // more or fewer elements around
    &kPRelu,               // trained slope below 0
    &kReduceMax,           // largest along axes
    &kReduceMin,
    &kRelu,                // max(x, 0)
    &kReshape,             // same elements, other extents
    &kRound,               // half to even
    &kShrink,
    &kSigmoid,             // 1 / (1 + e^-x)
    &kSign,
    &kSlice,               // every k-th element of a range
    &kSoftmax,             // e^x / sum e^x along an axis
    &kSqueeze,             // without axes of extent 1
    &kSub,                 // x - y, broadcasting
    &kSum,                 // of any number of tensors
    &kTanh,                //
    &kThresholdedRelu,
    &kTranspose,           // axes in another order
    &kUnsqueeze,           // with more axes of extent 1
    &kWhere,               // one or the other
    &kXor,

    &kTreeEnsemble,            // sums of leaves of decision trees
    &kTreeEnsembleClassifier,  // the same, and a label
    &kTreeEnsembleRegressor,   //

    &kBestClass,   // of our own: which score is the largest
    &kBestOfFew,   //
    &kForest,      // scores of decision trees
    &kSecondClass, // which of two classes
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
