#include "ops/catalogue.h"

namespace tacit {

extern const Operator kAdd, kArgMax, kAveragePool, kBatchNormalization, kCast, kCastLike, kClip, kConcat, kConstant,
    kConstantOfShape, kConv, kDiv, kDropout, kFlatten, kGemm, kGlobalAveragePool, kIdentity, kLeakyRelu, kMatMul, kMatMulBias,
    kMaxPool, kMul, kPad, kPRelu, kRelu, kReshape, kSigmoid, kSlice, kSoftmax, kSqueeze, kSub, kTanh, kTranspose,
    kUnsqueeze;
extern const Operator kCol2Im, kCenterCropPad, kCompress, kDepthToSpace, kExpand, kEyeLike, kGather, kGatherElements,
    kGatherND, kNonZero, kOneHot, kPick, kRange, kReverseSequence, kScatter, kScatterElements, kScatterND, kShape, kSize,
    kSpaceToDepth, kSplit, kTile, kTrilu;
extern const Operator kConvTranspose, kFoldDepth, kGlobalLpPool, kGlobalMaxPool, kLpPool, kUnfoldDepth;
extern const Operator kResize, kUpsample;
extern const Operator kBestClass, kBestOfFew, kForest, kSecondClass, kTreeEnsemble, kTreeEnsembleClassifier, kTreeEnsembleRegressor;
extern const Operator kGRU, kLSTM, kRNN;
extern const Operator kIf, kLoop, kLoopRest, kScan;

namespace {
const Operator* const kCatalogue[] = {
    &kAdd,                 // x + y, broadcasting
    &kArgMax,              // index of the largest along an axis
    &kAveragePool,         // mean over a window
    &kBatchNormalization,  // per-channel affine map
    &kCast,                // another element type
    &kCastLike,            // the same, to floats
    &kClip,                // between two constants
    &kConcat,              // one after the other along an axis
    &kConstant,            // a tensor from an attribute
    &kConstantOfShape,     // one number, repeated
    &kConv,                // one- or two-dimensional, grouped
    &kDiv,                 // x / y, y constant
    &kDropout,             // the identity, in inference
    &kFlatten,             // to two axes
    &kGemm,                // alpha * A * B + beta * C
    &kGlobalAveragePool,   // mean over all positions of a channel
    &kIdentity,            //
    &kLeakyRelu,           // slope below 0
    &kMatMul,              // numpy matmul, one side constant
    &kMatMulBias,          // the same with a bias: what Add on a MatMul folds into
    &kMaxPool,             // maximum over a window
    &kMul,                 // x * y, broadcasting
    &kPad,                 // more or fewer elements around
    &kPRelu,               // trained slope below 0
    &kRelu,                // max(x, 0)
    &kReshape,             // same elements, other extents
    &kSigmoid,             // 1 / (1 + e^-x)
    &kSlice,               // every k-th element of a range
    &kSoftmax,             // e^x / sum e^x along an axis
    &kSqueeze,             // without axes of extent 1
    &kSub,                 // x - y, broadcasting
    &kTanh,                //
    &kTranspose,           // axes in another order
    &kUnsqueeze,           // with more axes of extent 1

    &kCol2Im,           // sum of overlapping blocks
    &kCenterCropPad,    // the middle of x, or x in the middle
    &kCompress,         // the slices that a constant names
    &kDepthToSpace,     // channels to positions
    &kExpand,           // broadcast to a shape
    &kEyeLike,          // ones on a diagonal
    &kGather,           // slices by constant indices
    &kGatherElements,   // elements by constant indices
    &kGatherND,         // the same along several axes
    &kNonZero,          // positions in a constant
    &kOneHot,           // an index as ones and zeros
    &kPick,             // of our own: elements by a list
    &kRange,            // numbers in equal steps
    &kReverseSequence,  // the first steps backwards
    &kScatter,          // elements replaced at constant indices
    &kScatterElements,  // the same, or added, multiplied ...
    &kScatterND,        // the same with slices
    &kShape,            // the extents
    &kSize,             // their product
    &kSpaceToDepth,     // positions to channels
    &kSplit,            // in parts along an axis
    &kTile,             // repeated
    &kTrilu,            // a triangle of each matrix
    &kConvTranspose,    // every input adds its filter to the output
    &kFoldDepth,        // of our own: depths among the batch
    &kGlobalLpPool,     // p-norm of all positions of a channel
    &kGlobalMaxPool,    // maximum of all positions of a channel
    &kLpPool,           // p-norm under a window
    &kUnfoldDepth,      // of our own: the other way round
    &kResize,           // another grid, by interpolation
    &kUpsample,         // the same, as older files have it

    &kTreeEnsemble,            // sums of leaves of decision trees
    &kTreeEnsembleClassifier,  // the same, and a label
    &kTreeEnsembleRegressor,   //

    &kBestClass,   // of our own: which score is the largest
    &kBestOfFew,   //
    &kForest,      // scores of decision trees
    &kSecondClass, // which of two classes
    &kGRU,              // gated recurrent units, step by step
    &kLSTM,             // long short-term memory, step by step
    &kRNN,              // recurrent networks, step by step
    &kIf,               // one of two bodies, by a constant
    &kLoop,             // a body, a constant number of times
    &kLoopRest,         // of our own: what is left of a Loop
    &kScan,             // a body for each slice
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
