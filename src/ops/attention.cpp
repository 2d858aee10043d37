// Attention (opset 23) and RotaryEmbedding, in terms of MatMul, Softmax and moves.
//
//   scores = softcap(scale Q K^T) + mask     P = Softmax of their rows     Y = P V
//
//   Q [batch, heads, m, size], K [batch, heads of K, n, size]: where Q has more heads, those that share one of K are rows of one
//   product. Of rank 3: [batch, m, heads * size]. Past keys and values come before the new ones. A mask of booleans, causality
//   and lengths leave terms out (MaskedSoftmax); a constant mask of floats does so where it is -infinity.
#include <algorithm>
#include <cmath>

#include "ops/expanding.h"
#include "ops/moves.h"

namespace tacit {
namespace {

constexpr float kLeftOut = -3e38f;

enum Operands : std::size_t { kQ, kK, kV, kMask, kPastKey, kPastValue, kLengths };

struct Spec {
  std::int64_t batch = 0, heads = 0, kv_heads = 0, m = 0, n = 0, size = 0, v_size = 0, past = 0;
  bool is_flat = false, is_causal = false;
  double scale = 1, softcap = 0;
  std::int64_t mode = 0;
};

/// Batch, heads, rows and size of an operand of rank 3 or 4.
Result<Shape> sizes_of(const Call& call, std::size_t index, const char* heads_attribute) {
  const Shape& dims = call.operand(index).type.dims;
  if (dims.size() == 4) return dims;
  TACIT_TRY(const std::int64_t heads, int_attribute(*call.node, heads_attribute, 0));
  if (dims.size() != 3 || heads < 1 || dims[2] % heads != 0) return malformed(*call.node, "its inputs need rank 4, or rank 3 and a number of heads");
  return Shape{dims[0], heads, dims[1], dims[2] / heads};
}

Result<Spec> read_spec(const Call& call) {
  TACIT_OK(check_operands(call, 3, 7));
  for (const std::size_t index : {kQ, kK, kV}) TACIT_OK(check_float(call, index));
  TACIT_TRY(const Shape q, sizes_of(call, kQ, "q_num_heads"));
  TACIT_TRY(const Shape k, sizes_of(call, kK, "kv_num_heads"));
  TACIT_TRY(const Shape v, sizes_of(call, kV, "kv_num_heads"));
  Spec s{.batch = q[0], .heads = q[1], .kv_heads = k[1], .m = q[2], .n = k[2], .size = q[3], .v_size = v[3]};
  s.is_flat = call.operand(kQ).type.dims.size() == 3;
  if (k[0] != q[0] || k[3] != q[3] || v[0] != k[0] || v[1] != k[1] || v[2] != k[2] || k[1] == 0 || q[1] % k[1] != 0) {
    return malformed(*call.node, "its queries, keys and values do not fit each other");
  }
  if (call.operand(kPastKey).present != call.operand(kPastValue).present) return malformed(*call.node, "past keys need past values");
  if (call.operand(kPastKey).present) s.past = call.operand(kPastKey).type.dims.at(2);
  TACIT_TRY(s.is_causal, flag_attribute(*call.node, "is_causal", false));
  TACIT_TRY(const float scale, float_attribute(*call.node, "scale", 0));
  s.scale = scale == 0 ? 1 / std::sqrt(static_cast<double>(s.size)) : static_cast<double>(scale);
  TACIT_TRY(const float softcap, float_attribute(*call.node, "softcap", 0));
  s.softcap = softcap;
  TACIT_TRY(s.mode, int_attribute(*call.node, "qk_matmul_output_mode", 0));
  return s;
}

/// Operand `index` as [batch, heads, rows, size].
std::string by_heads(Expansion& e, const Call& call, std::size_t index, std::int64_t heads) {
  const Shape& dims = call.operand(index).type.dims;
  if (dims.size() == 4) return e.input(index);
  const std::string split = reshaped(e, e.input(index), {dims[0], dims[1], heads, dims[2] / heads});
  return e.add("Transpose", {split}, {{"perm", std::vector<std::int64_t>{0, 2, 1, 3}}});
}

/// The elements of a constant mask at the end of its axes, broadcast; columns beyond it are left out.
float mask_at(const Tensor& mask, const Shape& dims, const std::vector<std::int64_t>& at) {
  std::int64_t flat = 0;
  const std::size_t lead = dims.size() - mask.dims.size();
  for (std::size_t axis = 0; axis < mask.dims.size(); ++axis) {
    const std::int64_t extent = mask.dims[axis], position = extent == 1 && axis + 1 != mask.dims.size() ? 0 : at[lead + axis];
    if (position >= extent) return kLeftOut;
    flat = flat * extent + position;
  }
  if (mask.dtype != DType::kFloat) return mask.i[static_cast<std::size_t>(flat)] != 0 ? 0 : kLeftOut;
  return std::max(mask.f[static_cast<std::size_t>(flat)], kLeftOut);
}

struct Mask {
  Tensor values;
  bool is_needed = false, leaves_out = false;
};

/// Causality, lengths and a constant mask, [batch, heads, m, n].
Result<Mask> constant_mask(const Call& call, const Spec& s) {
  const Operand &given = call.operand(kMask), &lengths = call.operand(kLengths);
  const std::int64_t n = s.past + s.n;
  Mask out{zeros({s.batch, s.heads, s.m, n})};
  if (lengths.present) TACIT_OK(check_constant(call, kLengths, "lengths"));
  if (lengths.present && (lengths.type.dtype != DType::kInt64 || lengths.type.dims != Shape{s.batch})) return malformed(*call.node, "it needs one length for each batch entry");
  const bool is_constant = given.present && given.value != nullptr;
  if (given.present && given.type.dims.size() > 4) return malformed(*call.node, "its mask has too many axes");
  if (given.present && !is_constant && given.type.dtype != DType::kFloat) return refuse(*call.node, "a mask of booleans must be a constant");
  out.is_needed = is_constant || lengths.present || s.is_causal;
  if (!out.is_needed) return out;
  std::size_t flat = 0;
  for (std::int64_t b = 0; b < s.batch; ++b)
    for (std::int64_t h = 0; h < s.heads; ++h)
      for (std::int64_t i = 0; i < s.m; ++i)
        for (std::int64_t j = 0; j < n; ++j) {
          float& v = out.values.f[flat++];
          if (is_constant) v = mask_at(*given.value, out.values.dims, {b, h, i, j});
          const std::int64_t length = lengths.present ? lengths.value->i[static_cast<std::size_t>(b)] : n;
          const std::int64_t offset = lengths.present ? length - s.m : s.past;
          if (j >= length || (s.is_causal && j > i + offset)) v = kLeftOut;
          out.leaves_out = out.leaves_out || v <= kLeftOut;
        }
  return out;
}

Result<Expansion> expand_attention(const Call& call) {
  TACIT_TRY(const Spec s, read_spec(call));
  TACIT_TRY(Mask mask, constant_mask(call, s));
  Expansion e(call);
  const std::int64_t n = s.past + s.n, shared = s.heads / s.kv_heads;
  const std::string q = reshaped(e, by_heads(e, call, kQ, s.heads), {s.batch, s.kv_heads, shared * s.m, s.size});
  std::string k = by_heads(e, call, kK, s.kv_heads), v = by_heads(e, call, kV, s.kv_heads);
  if (s.past > 0) {
    k = e.add("Concat", {e.input(kPastKey), k}, {{"axis", Attribute{std::int64_t{2}}}});
    v = e.add("Concat", {e.input(kPastValue), v}, {{"axis", Attribute{std::int64_t{2}}}});
  }
  const std::string transposed = e.add("Transpose", {k}, {{"perm", std::vector<std::int64_t>{0, 1, 3, 2}}});
  std::string scores = reshaped(e, e.add("Mul", {e.add("MatMul", {q, transposed}), scalar_of(e, s.scale)}), {s.batch, s.heads, s.m, n});
  std::string stages[4] = {scores, {}, {}, {}};
  if (s.softcap != 0) scores = e.add("Mul", {e.add("Tanh", {e.add("Mul", {scores, scalar_of(e, 1 / s.softcap)})}), scalar_of(e, s.softcap)});
  stages[1] = scores;
  if (call.operand(kMask).present && call.operand(kMask).value == nullptr) scores = e.add("Add", {scores, e.input(kMask)});
  if (e.wants(3) && s.mode == 2 && mask.leaves_out) return refuse(*call.node, "its masked scores are an output, and some are -infinity");
  stages[2] = scores;
  if (e.wants(3) && s.mode == 2 && mask.is_needed) stages[2] = e.add("Add", {scores, e.constant(mask.values)});
  const std::string p = mask.is_needed ? e.add("MaskedSoftmax", {scores, e.constant(std::move(mask.values))}, {}, kOwnDomain)
                                       : e.add("Softmax", {scores}, {{"axis", Attribute{std::int64_t{-1}}}});
  stages[3] = p;
  std::string y = e.add("MatMul", {reshaped(e, p, {s.batch, s.kv_heads, shared * s.m, n}), v});
  y = reshaped(e, y, {s.batch, s.heads, s.m, s.v_size});
  if (s.is_flat) y = reshaped(e, e.add("Transpose", {y}, {{"perm", std::vector<std::int64_t>{0, 2, 1, 3}}}), {s.batch, s.m, s.heads * s.v_size});
  if (s.mode < 0 || s.mode > 3) return malformed(*call.node, "qk_matmul_output_mode must lie between 0 and 3");
  if (e.wants(3)) e.give(3, e.add("Identity", {stages[s.mode]}));
  if (e.wants(1)) e.give(1, e.add("Identity", {k}));
  if (e.wants(2)) e.give(2, e.add("Identity", {v}));
  e.give(0, y);
  return e;
}

/// A cache of cosines or sines as [batch, 1, rows, half]: its rows at the positions, or all of it.
Result<Tensor> cache_of(const Call& call, std::size_t index, std::int64_t batch, std::int64_t rows, std::int64_t half) {
  TACIT_OK(check_constant(call, index, "cache"));
  TACIT_OK(check_float(call, index));
  const Tensor& cache = *call.operand(index).value;
  const Operand& positions = call.operand(3);
  if (!positions.present) {
    if (cache.dims != Shape{batch, rows, half}) return malformed(*call.node, "its caches do not fit its input");
    Tensor out = cache;
    out.dims = {batch, 1, rows, half};
    return out;
  }
  TACIT_OK(check_constant(call, 3, "positions"));
  const bool fits = cache.dims.size() == 2 && cache.dims[1] == half && positions.type.dims == Shape{batch, rows} && positions.type.dtype == DType::kInt64;
  if (!fits) return malformed(*call.node, "its caches do not fit its input");
  Tensor out = zeros({batch, 1, rows, half});
  for (std::size_t k = 0; k < positions.value->i.size(); ++k) {
    const std::int64_t at = positions.value->i[k];
    if (at < 0 || at >= cache.dims[0]) return malformed(*call.node, "a position lies outside of its caches");
    std::copy_n(cache.f.begin() + at * half, half, out.f.begin() + static_cast<std::int64_t>(k) * half);
  }
  return out;
}

Result<Expansion> expand_rotary(const Call& call) {
  TACIT_OK(check_operands(call, 3, 4));
  TACIT_OK(check_float(call, 0));
  TACIT_TRY(const Shape dims, sizes_of(call, 0, "num_heads"));
  TACIT_TRY(const bool interleaved, flag_attribute(*call.node, "interleaved", false));
  TACIT_TRY(std::int64_t rotary, int_attribute(*call.node, "rotary_embedding_dim", 0));
  if (rotary == 0) rotary = dims[3];
  const std::int64_t half = rotary / 2;
  if (rotary % 2 != 0 || rotary < 2 || rotary > dims[3]) return malformed(*call.node, "rotary_embedding_dim does not fit its input");
  TACIT_TRY(Tensor cosines, cache_of(call, 1, dims[0], dims[2], half));
  TACIT_TRY(Tensor sines, cache_of(call, 2, dims[0], dims[2], half));
  Expansion e(call);
  const std::string x = by_heads(e, call, 0, dims[1]);
  auto slice = [&](std::int64_t from, std::int64_t to, std::int64_t step) {
    return e.add("Slice", {x, e.integers({from}), e.integers({to}), e.integers({3}), e.integers({step})});
  };
  const std::string first = interleaved ? slice(0, rotary, 2) : slice(0, half, 1), second = interleaved ? slice(1, rotary, 2) : slice(half, rotary, 1);
  const std::string c = e.constant(std::move(cosines)), d = e.constant(std::move(sines));
  std::string real = e.add("Sub", {e.add("Mul", {first, c}), e.add("Mul", {second, d})});
  std::string imaginary = e.add("Add", {e.add("Mul", {first, d}), e.add("Mul", {second, c})});
  std::string y;
  if (interleaved) {
    const Shape pairs{dims[0], dims[1], dims[2], half, 1};
    y = e.add("Concat", {reshaped(e, real, pairs), reshaped(e, imaginary, pairs)}, {{"axis", Attribute{std::int64_t{4}}}});
    y = reshaped(e, y, {dims[0], dims[1], dims[2], rotary});
  } else {
    y = e.add("Concat", {real, imaginary}, {{"axis", Attribute{std::int64_t{3}}}});
  }
  if (rotary < dims[3]) y = e.add("Concat", {y, slice(rotary, dims[3], 1)}, {{"axis", Attribute{std::int64_t{3}}}});
  if (call.operand(0).type.dims.size() == 3) {
    y = reshaped(e, e.add("Transpose", {y}, {{"perm", std::vector<std::int64_t>{0, 2, 1, 3}}}), call.operand(0).type.dims);
  }
  e.give(0, y);
  return e;
}

}  // namespace

constexpr OperatorText kText = {
    "MatMul, Softmax without the terms that are masked, MatMul; products with the cosines and sines",
    "masks of booleans, lengths, positions and caches constant; which terms are masked is architecture"};
extern const Operator kAttention, kRotaryEmbedding;
const Operator kAttention = {.op = "Attention", .domain = "", .text = kText, .expand = expand_attention};
const Operator kRotaryEmbedding = {.op = "RotaryEmbedding", .domain = "", .text = kText, .expand = expand_rotary};

}  // namespace tacit
