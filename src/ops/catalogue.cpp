#include "ops/catalogue.h"

namespace tacit {

extern const Operator kAcos, kAcosh, kAdd, kArgMax, kAsin, kAsinh, kAtan, kAtanh, kAttention, kAveragePool,
    kBatchNormalization, kCast, kCastLike, kCelu, kCentre, kClip, kConcat, kConstant, kConstantOfShape, kConv, kCos,
    kCosh, kCumSum, kDiv, kDivRoot, kDropout, kEinsum, kElu, kErf, kExp, kFlatten, kGelu, kGemm, kGlobalAveragePool,
    kGroupNormalization, kHardSigmoid, kHardSwish, kIdentity, kInstanceNormalization, kLayerNormalization, kLeakyRelu,
    kLog, kLogSoftmax, kLpNormalization, kLRN, kMaskedSoftmax, kMatMul, kMatMulBias, kMaxPool, kMeanVarianceNormalization,
    kMish, kMul, kPad, kPow, kPRelu, kReciprocal, kReduceL1, kReduceL2, kReduceLogSum, kReduceLogSumExp, kReduceMean,
    kReduceMeanSquare, kReduceProd, kReduceSum, kReduceSumSquare, kRelu, kReshape, kRMSNormalization, kRotaryEmbedding,
    kSelu, kSigmoid, kSilu, kSin, kSinh, kSlice, kSoftmax, kSoftplus, kSoftsign, kSqrt, kSqueeze, kSub, kSwish, kTan,
    kTanh, kTranspose, kUnsqueeze, kTreeEnsemble, kTreeEnsembleClassifier, kTreeEnsembleRegressor, kBestClass, kBestOfFew,
    kForest, kSecondClass;

namespace {
const Operator* const kCatalogue[] = {
    &kAcos,                //
    &kAcosh,               //
    &kAdd,                 // x + y, broadcasting
    &kArgMax,              // index of the largest along an axis
    &kAsin,                //
    &kAsinh,               //
    &kAtan,                //
    &kAtanh,               //
    &kAttention,           //
    &kAveragePool,         // mean over a window
    &kBatchNormalization,  // per-channel affine map
    &kCast,                // another element type
    &kCastLike,            // the same, to floats
    &kCelu,                // x, below 0 alpha (e^(x / alpha) - 1)
    &kCentre,              // x less its mean, what norms expand into
    &kClip,                // between two constants
    &kConcat,              // one after the other along an axis
    &kConstant,            // a tensor from an attribute
    &kConstantOfShape,     // one number, repeated
    &kConv,                // one- or two-dimensional, grouped
    &kCos,                 //
    &kCosh,                //
    &kCumSum,              // sums of beginnings along an axis
    &kDiv,                 // x / y, y constant
    &kDivRoot,             // x / sqrt(y), what norms expand into
    &kDropout,             // the identity, in inference
    &kEinsum,              // products summed over letters
    &kElu,                 // x, below 0 alpha (e^x - 1)
    &kErf,                 // error function
    &kExp,                 // e^x
    &kFlatten,             // to two axes
    &kGelu,                // x Phi(x)
    &kGemm,                // alpha * A * B + beta * C
    &kGlobalAveragePool,   // mean over all positions of a channel
    &kGroupNormalization,  //
    &kHardSigmoid,         // clamp(alpha x + beta, 0, 1)
    &kHardSwish,           // x clamp(x / 6 + 1/2, 0, 1)
    &kIdentity,            //
    &kInstanceNormalization,//
    &kLayerNormalization,  //
    &kLeakyRelu,           // slope below 0
    &kLog,                 // natural
    &kLogSoftmax,          // log of Softmax
    &kLpNormalization,     //
    &kLRN,                 //
    &kMaskedSoftmax,       // Softmax of some of the terms, what Attention expands into
    &kMatMul,              // numpy matmul, one side constant
    &kMatMulBias,          // the same with a bias: what Add on a MatMul folds into
    &kMaxPool,             // maximum over a window
    &kMeanVarianceNormalization,//
    &kMish,                // x tanh(log(1 + e^x))
    &kMul,                 // x * y, broadcasting
    &kPad,                 // more or fewer elements around
    &kPow,                 // x^y
    &kPRelu,               // trained slope below 0
    &kReciprocal,          // 1 / x
    &kReduceL1,            // sum of |x|
    &kReduceL2,            // root of the sum of squares
    &kReduceLogSum,        // log of the sum
    &kReduceLogSumExp,     // log of the sum of e^x
    &kReduceMean,          //
    &kReduceMeanSquare,    // mean of squares, what norms expand into
    &kReduceProd,          //
    &kReduceSum,           //
    &kReduceSumSquare,     //
    &kRelu,                // max(x, 0)
    &kReshape,             // same elements, other extents
    &kRMSNormalization,    //
    &kRotaryEmbedding,     //
    &kSelu,                // gamma Elu(x)
    &kSigmoid,             // 1 / (1 + e^-x)
    &kSilu,                // x / (1 + e^-x)
    &kSin,                 //
    &kSinh,                //
    &kSlice,               // every k-th element of a range
    &kSoftmax,             // e^x / sum e^x along an axis
    &kSoftplus,            // log(1 + e^x)
    &kSoftsign,            // x / (1 + |x|)
    &kSqrt,                //
    &kSqueeze,             // without axes of extent 1
    &kSub,                 // x - y, broadcasting
    &kSwish,               // x / (1 + e^(-alpha x))
    &kTan,                 //
    &kTanh,                //
    &kTranspose,           // axes in another order
    &kUnsqueeze,           // with more axes of extent 1

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
