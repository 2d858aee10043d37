#include "ops/catalogue.h"

#include <map>
#include <string_view>
#include <utility>

namespace tacit {

extern const Operator kAbove, kAbs, kAcos, kAcosh, kAdd, kAnd, kArgMax, kArgMin, kArrayFeatureExtractor, kAsin, kAsinh, kAtan, kAtanh,
    kAttention, kAveragePool, kBatchNormalization, kBestClass, kBestOfFew, kBinarizer, kBitShift, kBitwiseAnd,
    kBitwiseNot, kBitwiseOr, kBitwiseXor, kCast, kCastLike, kCategoryMapper, kCeil, kCelu, kCenterCropPad, kCentre,
    kClassLabels, kClip, kCol2Im, kCompress, kConcat, kConcatFromSequence, kConstant, kConstantOfShape, kConv,
    kConvInteger, kConvTranspose, kCos, kCosh, kCountEqual, kCumSum, kDepthToSpace, kDequantizeLinear,
    kDictVectorizer, kDiv, kDivRoot, kDropout, kDynamicQuantizeLinear, kEinsum, kElu, kEqual, kErf, kExp, kExpand,
    kEyeLike, kFeatureVectorizer, kFlatten, kFloor, kFoldDepth, kForest, kGather, kGatherElements, kGatherND,
    kGaussian, kGelu, kGemm, kGlobalAveragePool, kGlobalLpPool, kGlobalMaxPool, kGreater, kGreaterOrEqual,
    kGroupNormalization, kGRU, kHardmax, kHardSigmoid, kHardSwish, kIdentity, kIf, kImpute, kImputer,
    kInstanceNormalization, kIsInf, kIsNaN, kLabelEncoder, kLayerNormalization, kLeakyRelu, kLess, kLessOrEqual,
    kLinearClassifier, kLinearRegressor, kLog, kLogSoftmax, kLoop, kLoopRest, kLpNormalization, kLpPool, kLRN, kLSTM,
    kMaskedSoftmax, kMatches, kMatMul, kMatMulBias, kMatMulInteger, kMax, kMaxPool, kMean, kMeanVarianceNormalization,
    kMin, kMish, kMod, kMul, kNeg, kNonZero, kNormalizer, kNot, kOneHot, kOneHotEncoder, kOr, kPad, kPick, kPlaces,
    kPositive, kPow, kPRelu, kProbit, kQGemm, kQLinearAdd, kQLinearAveragePool, kQLinearConcat,
    kQLinearConv, kQLinearGlobalAveragePool, kQLinearLeakyRelu, kQLinearMatMul, kQLinearMul, kQLinearSigmoid,
    kQLinearSoftmax, kQuantizeLinear, kRange, kReciprocal, kReduceL1,
    kReduceL2, kReduceLogSum, kReduceLogSumExp, kReduceMax, kReduceMean, kReduceMeanSquare, kReduceMin, kReduceProd,
    kReduceSum, kReduceSumSquare, kRelu, kRescaled, kReshape, kResize, kReverseSequence, kRMSNormalization, kRNN,
    kRotaryEmbedding, kRound, kScaler, kScan, kScatter, kScatterElements, kScatterND, kSecondClass, kSelu,
    kSequenceAt, kSequenceConstruct, kSequenceEmpty, kSequenceErase, kSequenceInsert, kSequenceLength, kShape,
    kShrink, kSigmoid, kSign, kSilu, kSin, kSinh, kSize, kSlice, kSoftmax, kSoftplus, kSoftsign, kSpaceToDepth,
    kSplit, kSplitToSequence, kSqrt, kSquaredDistances, kSqueeze, kStepped, kFineSteps, kSub, kSum, kSVMClassifier, kSVMRegressor,
    kSwish, kTabled, kTan, kTanh, kThresholdedRelu, kTile, kTopK, kTopPlaces, kTranspose, kTreeEnsemble,
    kTreeEnsembleClassifier, kTreeEnsembleRegressor, kTrilu, kUnfoldDepth, kUnsqueeze, kUpsample, kWhere, kWhole,
    kXor, kZipMap;

namespace {
const Operator* const kCatalogue[] = {
    &kAbove,                 // of our own: above a threshold
    &kAbs,                   // |x|
    &kAcos,
    &kAcosh,
    &kAdd,                   // x + y, broadcasting
    &kAnd,                   // bools
    &kArgMax,                // index of the largest along an axis
    &kArgMin,                // index of the smallest along an axis
    &kArrayFeatureExtractor, // some columns
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
    &kCategoryMapper,        // names of integers
    &kCeil,
    &kCelu,                  // x, below 0 alpha (e^(x / alpha) - 1)
    &kCenterCropPad,         // the middle of x, or x in the middle
    &kCentre,                // x less its mean, what norms expand into
    &kClassLabels,           // labels by their places
    &kClip,                  // between two constants
    &kCol2Im,                // sum of overlapping blocks
    &kCompress,              // the slices that a constant names
    &kConcat,                // one after the other along an axis
    &kConcatFromSequence,    // Concat of the tensors of a sequence
    &kConstant,              // a tensor from an attribute
    &kConstantOfShape,       // one number, repeated
    &kConv,                  // one- or two-dimensional, grouped
    &kConvInteger,           // Conv of integers, exactly
    &kConvTranspose,         // every input adds its filter to the output
    &kCos,
    &kCosh,
    &kCountEqual,            // of our own: on how many rows two labels are equal
    &kCumSum,                // sums of beginnings along an axis
    &kDepthToSpace,          // channels to positions
    &kDequantizeLinear,      // (q - zero) * scale
    &kDictVectorizer,        // refused
    &kDiv,                   // x / y, y constant
    &kDivRoot,               // x / sqrt(y), what norms expand into
    &kDropout,               // the identity, in inference
    &kDynamicQuantizeLinear, // uint8 for the range of x
    &kEinsum,                // products summed over letters
    &kElu,                   // x, below 0 alpha (e^x - 1)
    &kEqual,                 // to bools
    &kErf,                   // error function
    &kExp,                   // e^x
    &kExpand,                // broadcast to a shape
    &kEyeLike,               // ones on a diagonal
    &kFeatureVectorizer,     // side by side
    &kFlatten,               // to two axes
    &kFloor,
    &kFoldDepth,             // of our own: depths among the batch
    &kForest,                // scores of decision trees
    &kGather,                // slices by constant indices
    &kGatherElements,        // elements by constant indices
    &kGatherND,              // the same along several axes
    &kGaussian,              // e^(-gamma x)
    &kGelu,                  // x Phi(x)
    &kGemm,                  // alpha * A * B + beta * C
    &kGlobalAveragePool,     // mean over all positions of a channel
    &kGlobalLpPool,          // p-norm of all positions of a channel
    &kGlobalMaxPool,         // maximum of all positions of a channel
    &kGreater,
    &kGreaterOrEqual,
    &kGroupNormalization,
    &kGRU,                   // gated recurrent units, step by step
    &kHardmax,               // 1 at the largest along an axis
    &kHardSigmoid,           // clamp(alpha x + beta, 0, 1)
    &kHardSwish,             // x clamp(x / 6 + 1/2, 0, 1)
    &kIdentity,
    &kIf,                    // one of two bodies, by a constant
    &kImpute,                // a number for what is missing
    &kImputer,               // a number for what is missing
    &kInstanceNormalization,
    &kIsInf,                 // never
    &kIsNaN,                 // never
    &kLabelEncoder,          // a value for each key
    &kLayerNormalization,
    &kLeakyRelu,             // slope below 0
    &kLess,
    &kLessOrEqual,
    &kLinearClassifier,      // one product, and a label
    &kLinearRegressor,
    &kLog,                   // natural
    &kLogSoftmax,            // log of Softmax
    &kLoop,                  // a body, a constant number of times
    &kLoopRest,              // of our own: what is left of a Loop
    &kLpNormalization,
    &kLpPool,                // p-norm under a window
    &kLRN,
    &kLSTM,                  // long short-term memory, step by step
    &kMaskedSoftmax,         // Softmax of some of the terms, what Attention expands into
    &kMatches,               // which of some keys
    &kMatMul,                // numpy matmul, one side constant
    &kMatMulBias,            // the same with a bias: what Add on a MatMul folds into
    &kMatMulInteger,         // MatMul of integers, exactly
    &kMax,                   // of any number of tensors
    &kMaxPool,               // maximum over a window
    &kMean,
    &kMeanVarianceNormalization,
    &kMin,
    &kMish,                  // x tanh(log(1 + e^x))
    &kMod,                   // by constants
    &kMul,                   // x * y, broadcasting
    &kNeg,
    &kNonZero,               // positions in a constant
    &kNormalizer,            // rows by their size
    &kNot,
    &kOneHot,                // an index as ones and zeros
    &kOneHotEncoder,         // which category
    &kOr,
    &kPad,                   // more or fewer elements around
    &kPick,                  // of our own: elements by a list
    &kPlaces,                // the place of a key
    &kPositive,              // which scores are above 0
    &kPow,                   // x^y
    &kPRelu,                 // trained slope below 0
    &kProbit,                // quantiles of the normal distribution
    &kQGemm,                 // of ONNX Runtime: Gemm of quantised numbers
    &kQLinearAdd,            // likewise Add, and so on
    &kQLinearAveragePool,
    &kQLinearConcat,
    &kQLinearConv,           // Conv of quantised numbers
    &kQLinearGlobalAveragePool,
    &kQLinearLeakyRelu,
    &kQLinearMatMul,         // MatMul of quantised numbers
    &kQLinearMul,
    &kQLinearSigmoid,
    &kQLinearSoftmax,
    &kQuantizeLinear,        // round(x / scale) + zero
    &kRange,                 // numbers in equal steps
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
    &kRescaled,              // of our own: integers times a ratio
    &kReshape,               // same elements, other extents
    &kResize,                // another grid, by interpolation
    &kReverseSequence,       // the first steps backwards
    &kRMSNormalization,
    &kRNN,                   // recurrent networks, step by step
    &kRotaryEmbedding,
    &kRound,                 // half to even
    &kScaler,                // (x - offset) * scale
    &kScan,                  // a body for each slice
    &kScatter,               // elements replaced at constant indices
    &kScatterElements,       // the same, or added, multiplied ...
    &kScatterND,             // the same with slices
    &kSequenceAt,            // one tensor of a sequence
    &kSequenceConstruct,     // these tensors
    &kSequenceEmpty,         // none
    &kSequenceErase,         // without one
    &kSequenceInsert,        // with one more
    &kSequenceLength,        // how many tensors
    &kSecondClass,           // which of two classes
    &kSelu,                  // gamma Elu(x)
    &kShape,                 // the extents
    &kShrink,
    &kSigmoid,               // 1 / (1 + e^-x)
    &kSign,
    &kSilu,                  // x / (1 + e^-x)
    &kSin,
    &kSinh,
    &kSize,                  // their product
    &kSlice,                 // every k-th element of a range
    &kSoftmax,               // e^x / sum e^x along an axis
    &kSoftplus,              // log(1 + e^x)
    &kSoftsign,              // x / (1 + |x|)
    &kSpaceToDepth,          // positions to channels
    &kSplit,                 // in parts along an axis
    &kSplitToSequence,       // Slices of a tensor
    &kSqrt,
    &kSquaredDistances,      // from every one of some vectors
    &kSqueeze,               // without axes of extent 1
    &kFineSteps,             // of our own: 16 bits and back
    &kStepped,               // of our own: floats by steps of one size
    &kSub,                   // x - y, broadcasting
    &kSum,                   // of any number of tensors
    &kSVMClassifier,         // kernels of support vectors, and votes
    &kSVMRegressor,
    &kSwish,                 // x / (1 + e^(-alpha x))
    &kTabled,                // of our own: few integers, looked up
    &kTan,
    &kTanh,
    &kThresholdedRelu,
    &kTile,                  // repeated
    &kTopK,                  // the largest along an axis, in order
    &kTopPlaces,             // of our own: where they stand
    &kTranspose,             // axes in another order
    &kTreeEnsemble,          // sums of leaves of decision trees
    &kTreeEnsembleClassifier,// the same, and a label
    &kTreeEnsembleRegressor,
    &kTrilu,                 // a triangle of each matrix
    &kUnfoldDepth,           // of our own: the other way round
    &kUnsqueeze,             // with more axes of extent 1
    &kUpsample,              // the same, as older files have it
    &kWhere,                 // one or the other
    &kWhole,                 // of our own: the integers of a sum
    &kXor,
    &kZipMap,                // the identity
};
}  // namespace

const Operator* find_operator(const Node& node) {
  using Name = std::pair<std::string_view, std::string_view>;
  static const std::map<Name, const Operator*> by_name = [] {
    std::map<Name, const Operator*> out;
    for (const Operator* entry : kCatalogue) out.emplace(Name{entry->op, entry->domain}, entry);
    return out;
  }();
  const auto found = by_name.find({node.op, node.domain});
  return found == by_name.end() ? nullptr : found->second;
}

std::span<const Operator* const> all_operators() { return kCatalogue; }

}  // namespace tacit
