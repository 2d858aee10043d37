#include "ops/catalogue.h"

namespace tacit {

extern const Operator kAbs, kAcos, kAcosh, kAdd, kAnd, kArgMax, kArgMin, kAsin, kAsinh, kAtan, kAtanh, kAttention,
    kAveragePool, kBatchNormalization, kBestClass, kBestOfFew, kBinarizer, kBitShift, kBitwiseAnd, kBitwiseNot,
    kBitwiseOr, kBitwiseXor, kCast, kCastLike, kCeil, kCelu, kCentre, kClip, kConcat, kConstant, kConstantOfShape,
    kConv, kCos, kCosh, kCumSum, kDiv, kDivRoot, kDropout, kEinsum, kElu, kEqual, kErf, kExp, kFlatten, kFloor, kForest,
    kGelu, kGemm, kGlobalAveragePool, kGreater, kGreaterOrEqual, kGroupNormalization, kHardmax, kHardSigmoid,
    kHardSwish, kIdentity, kInstanceNormalization, kIsInf, kIsNaN, kLayerNormalization, kLeakyRelu, kLess, kLessOrEqual,
    kLog, kLogSoftmax, kLpNormalization, kLRN, kMaskedSoftmax, kMatMul, kMatMulBias, kMax, kMaxPool, kMean,
    kMeanVarianceNormalization, kMin, kMish, kMod, kMul, kNeg, kNot, kOr, kPad, kPow, kPRelu, kReciprocal, kReduceL1,
    kReduceL2, kReduceLogSum, kReduceLogSumExp, kReduceMax, kReduceMean, kReduceMeanSquare, kReduceMin, kReduceProd,
    kReduceSum, kReduceSumSquare, kRelu, kReshape, kRMSNormalization, kRotaryEmbedding, kRound, kSecondClass, kSelu,
    kShrink, kSigmoid, kSign, kSilu, kSin, kSinh, kSlice, kSoftmax, kSoftplus, kSoftsign, kSqrt, kSqueeze, kSub, kSum,
    kSwish, kTan, kTanh, kThresholdedRelu, kTranspose, kTreeEnsemble, kTreeEnsembleClassifier, kTreeEnsembleRegressor,
    kUnsqueeze, kWhere, kXor;

namespace {
const Operator* const kCatalogue[] = {
    &kAbs,                   // |x|
    &kAcos,
    &kAcosh,
    &kAdd,                   // x + y, broadcasting
    &kAnd,                   // bools
    &kArgMax,                // index of the largest along an axis
    &kArgMin,                // index of the smallest along an axis
    &kAsin,
    &kAsinh,
    &kAtan,
    &kAtanh,
    &kAttention,
    &kAveragePool,           // mean over a window
    &kBatchNormalization,    // per-channel affine map
    &kBestClass,             // of our own: which score is the largest
    &kBestOfFew,
    &kBinarizer,             // x > threshold
    &kBitShift,              // by constants
    &kBitwiseAnd,
    &kBitwiseNot,
    &kBitwiseOr,
    &kBitwiseXor,
    &kCast,                  // another element type
    &kCastLike,              // the same, to floats
    &kCeil,
    &kCelu,                  // x, below 0 alpha (e^(x / alpha) - 1)
    &kCentre,                // x less its mean, what norms expand into
    &kClip,                  // between two constants
    &kConcat,                // one after the other along an axis
    &kConstant,              // a tensor from an attribute
    &kConstantOfShape,       // one number, repeated
    &kConv,                  // one- or two-dimensional, grouped
    &kCos,
    &kCosh,
    &kCumSum,                // sums of beginnings along an axis
    &kDiv,                   // x / y, y constant
    &kDivRoot,               // x / sqrt(y), what norms expand into
    &kDropout,               // the identity, in inference
    &kEinsum,                // products summed over letters
    &kElu,                   // x, below 0 alpha (e^x - 1)
    &kEqual,                 // to bools
    &kErf,                   // error function
    &kExp,                   // e^x
    &kFlatten,               // to two axes
    &kFloor,
    &kForest,                // scores of decision trees
    &kGelu,                  // x Phi(x)
    &kGemm,                  // alpha * A * B + beta * C
    &kGlobalAveragePool,     // mean over all positions of a channel
    &kGreater,
    &kGreaterOrEqual,
    &kGroupNormalization,
    &kHardmax,               // 1 at the largest along an axis
    &kHardSigmoid,           // clamp(alpha x + beta, 0, 1)
    &kHardSwish,             // x clamp(x / 6 + 1/2, 0, 1)
    &kIdentity,
    &kInstanceNormalization,
    &kIsInf,                 // never
    &kIsNaN,                 // never
    &kLayerNormalization,
    &kLeakyRelu,             // slope below 0
    &kLess,
    &kLessOrEqual,
    &kLog,                   // natural
    &kLogSoftmax,            // log of Softmax
    &kLpNormalization,
    &kLRN,
    &kMaskedSoftmax,         // Softmax of some of the terms, what Attention expands into
    &kMatMul,                // numpy matmul, one side constant
    &kMatMulBias,            // the same with a bias: what Add on a MatMul folds into
    &kMax,                   // of any number of tensors
    &kMaxPool,               // maximum over a window
    &kMean,
    &kMeanVarianceNormalization,
    &kMin,
    &kMish,                  // x tanh(log(1 + e^x))
    &kMod,                   // by constants
    &kMul,                   // x * y, broadcasting
    &kNeg,
    &kNot,
    &kOr,
    &kPad,                   // more or fewer elements around
    &kPow,                   // x^y
    &kPRelu,                 // trained slope below 0
    &kReciprocal,            // 1 / x
    &kReduceL1,              // sum of |x|
    &kReduceL2,              // root of the sum of squares
    &kReduceLogSum,          // log of the sum
    &kReduceLogSumExp,       // log of the sum of e^x
    &kReduceMax,             // largest along axes
    &kReduceMean,
    &kReduceMeanSquare,      // mean of squares, what norms expand into
    &kReduceMin,
    &kReduceProd,
    &kReduceSum,
    &kReduceSumSquare,
    &kRelu,                  // max(x, 0)
    &kReshape,               // same elements, other extents
    &kRMSNormalization,
    &kRotaryEmbedding,
    &kRound,                 // half to even
    &kSecondClass,           // which of two classes
    &kSelu,                  // gamma Elu(x)
    &kShrink,
    &kSigmoid,               // 1 / (1 + e^-x)
    &kSign,
    &kSilu,                  // x / (1 + e^-x)
    &kSin,
    &kSinh,
    &kSlice,                 // every k-th element of a range
    &kSoftmax,               // e^x / sum e^x along an axis
    &kSoftplus,              // log(1 + e^x)
    &kSoftsign,              // x / (1 + |x|)
    &kSqrt,
    &kSqueeze,               // without axes of extent 1
    &kSub,                   // x - y, broadcasting
    &kSum,                   // of any number of tensors
    &kSwish,                 // x / (1 + e^(-alpha x))
    &kTan,
    &kTanh,
    &kThresholdedRelu,
    &kTranspose,             // axes in another order
    &kTreeEnsemble,          // sums of leaves of decision trees
    &kTreeEnsembleClassifier,// the same, and a label
    &kTreeEnsembleRegressor,
    &kUnsqueeze,             // with more axes of extent 1
    &kWhere,                 // one or the other
    &kXor,
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
