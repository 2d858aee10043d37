#include "prover/commitment.h"

#include <algorithm>
#include <cmath>

#include "base/contract.h"
#include "prover/options.h"
#include "theorem/float32.h"

namespace tacit {
namespace {

constexpr std::string_view kMagic = "TACITOPN";
constexpr std::uint16_t kVersion = 1;
constexpr std::uint32_t kMaxOpenings = 1 << 20;

Error usage(const char* what) { return {ErrorCode::kUsage, what, "commitment"}; }

Status check_options(std::size_t count, const CommitOptions& o) {
  if (count == 0 || count > kMaxCommitted) return bad_input("there are no values to commit to, or too many", "commitment");
  if ((o.grid < kMinGrid || o.grid > kMaxGrid) && o.grid != kFloat32Grid) return usage("the grid must lie between -60 and 30, or be float32");
  if (o.openings == 0 || o.openings > kMaxOpenings) return usage("the budget of openings must lie between 1 and 1048576");
  return Unit{};
}

Result<OpeningParams> commitment_params(std::uint64_t count, const CommitOptions& o) {
  DeriveOptions options = base_options(o.regime);
  options.initial_grind_bits = 0;  // no challenge is drawn before the argument's own proof of work
  options.sum_margin_bits = kLinkMarginBits + 0.02;
  options.hide_x = true;
  options.openings = o.openings;
  TACIT_TRY(OpeningParams params, derive_params(2 * count, kLinkEntries, o.security, options));
  TACIT_TRY([[maybe_unused]] Unit cost, check_link_cost(params));
  return params;
}

Fe pin_of(const Commitment& c, const Oracle& oracle) {
  return evaluate_powers(oracle.message(), pin_point(c.root, c.params, c.params.shape.size_w));
}

FpVector message_of(const Commitment& c, const std::vector<std::int64_t>& integers) {
  std::vector<IntColumn> columns(2);
  for (std::int64_t g : integers) {
    const Digits d = digits_of(g);
    columns[0].push_back(d.high);
    columns[1].push_back(d.low);
  }
  const OpeningShape& shape = c.params.shape;
  FpVector out = oracle_message(commitment_columns(c.count), commitment_layout(c), columns, {}, std::uint64_t{shape.limbs_w} << shape.log_n);
  for (IntColumn& column : columns) wipe(column);
  return out;
}

// Contract: everything but root and pin is set.
Oracle oracle_of(const Commitment& c, const std::vector<std::int64_t>& integers, const ModelSecret& secret) {
  return commit_hidden(c.params, message_of(c, integers), secret, "B");
}

Status check_range(const std::vector<std::int64_t>& integers, std::int32_t grid) {
  for (std::int64_t g : integers)
    if (grid == kFloat32Grid ? !is_float32(g) : g < kCommittedMin || g > kCommittedMax) return bad_input("an integer is out of the range of commitments", "commitment");
  return Unit{};
}

}  // namespace

Result<std::vector<std::int64_t>> integers_on_grid(const std::vector<double>& values, std::int32_t grid) {
  std::vector<std::int64_t> out;
  out.reserve(values.size());
  for (double v : values) {
    if (!std::isfinite(v)) return bad_input("a value is not finite", "commitment");
    if (grid == kFloat32Grid) {
      if (!in_float32(v)) return bad_input("a value is too large for float32", "commitment");
      out.push_back(float32_integer(v));
      continue;
    }
    // The grid is a power of two, so the quotient is exact; adding 1/2 to it might not be.
    const double q = std::clamp(std::ldexp(v, -grid), static_cast<double>(kCommittedMin), static_cast<double>(kCommittedMax));
    const double below = std::floor(q);
    out.push_back(static_cast<std::int64_t>(below) + (q - below >= 0.5));
  }
  return out;
}

Result<CommitmentOpening> commit_integers(std::vector<std::int64_t> integers, const CommitOptions& options, const ModelSecret& secret) {
  TACIT_TRY([[maybe_unused]] Unit possible, check_options(integers.size(), options));
  TACIT_TRY([[maybe_unused]] Unit range, check_range(integers, options.grid));
  CommitmentOpening out;
  out.integers = std::move(integers);
  out.secret = secret;
  Commitment& c = out.of.commitment;
  c.grid = options.grid;
  c.count = out.integers.size();
  c.openings = options.openings;
  auto params = commitment_params(c.count, options);
  if (!params.ok()) {
    return budget_error(options.openings, params.error(), [&, o = options](std::uint32_t openings) mutable {
      o.openings = openings;
      return commitment_params(c.count, o).ok();
    });
  }
  c.params = std::move(*params);
  const Oracle oracle = oracle_of(c, out.integers, secret);
  c.root = oracle.root();
  c.pin_y = pin_of(c, oracle);
  return out;
}

Bytes CommitmentOpening::encode() const {
  const Bytes commitment = of.encode();
  ByteWriter out;
  out.reserve(kMagic.size() + 2 + 4 + commitment.size() + secret.bytes().size() + 8 * integers.size());
  out.raw({reinterpret_cast<const std::uint8_t*>(kMagic.data()), kMagic.size()});
  out.u16(kVersion);
  out.bytes(commitment);
  out.raw(secret.bytes());
  for (std::int64_t g : integers) out.u64(static_cast<std::uint64_t>(g));
  return out.take();
}

Result<CommitmentOpening> read_opening(ByteSpan file) {
  ByteReader in(file);
  const ByteSpan magic = in.raw(kMagic.size());
  if (!in.ok() || !std::equal(magic.begin(), magic.end(), kMagic.begin())) return bad_input("file is not the opening of a commitment", "opening");
  if (in.u16() != kVersion) return bad_input("opening has another format version", "opening");
  CommitmentOpening out;
  TACIT_TRY(out.of, read_commitment(in.bytes()));
  Digest secret{};
  const ByteSpan bytes = in.raw(secret.size());
  std::copy(bytes.begin(), bytes.end(), secret.begin());
  out.secret = ModelSecret::of(secret);
  wipe_object(secret);
  if (!in.ok() || in.left() != 8 * out.of.commitment.count) return bad_input("opening is truncated or has trailing bytes", "opening");
  out.integers.reserve(out.of.commitment.count);
  for (std::uint64_t i = 0; i < out.of.commitment.count; ++i) out.integers.push_back(static_cast<std::int64_t>(in.u64()));
  TACIT_TRY([[maybe_unused]] Unit range, check_range(out.integers, out.of.commitment.grid));
  return out;
}

Result<Oracle> commit_oracle(const CommitmentOpening& opening) {
  const Commitment& c = opening.of.commitment;
  Oracle oracle = oracle_of(c, opening.integers, opening.secret);
  if (oracle.root() != c.root || pin_of(c, oracle) != c.pin_y) {
    return bad_input("the file is damaged: its values and secret do not give its commitment", "opening");
  }
  return oracle;
}

std::array<IntColumn, 2> columns_of(const Port& port, const std::vector<std::int64_t>& integers) {
  TACIT_EXPECTS(integers.size() == port.size(), "a port's tensor has its size");
  std::array<IntColumn, 2> out{IntColumn(integers.size()), IntColumn(integers.size())};
  for (std::size_t n = 0; n < port.batch; ++n)
    for (std::size_t r = 0; r < port.rows; ++r)
      for (std::size_t i = 0; i < port.inner; ++i) {
        const Digits d = digits_of(integers[(n * port.rows + r) * port.inner + i]);
        const std::size_t entry = (r * port.batch + n) * port.inner + i;
        out[0][entry] = d.high;
        out[1][entry] = d.low;
      }
  return out;
}

Result<LinkWitness> link_witness(const Link& link, const CommitmentOpening& opening, const Fe& pad, Random& random) {
  TACIT_TRY(Oracle oracle, commit_oracle(opening));
  return link_witness(link, std::move(oracle), pad, random);
}

LinkWitness link_witness(const Link& link, Oracle oracle, const Fe& pad, Random& random) {
  return {std::move(oracle), commit_witness(link.target, {}, {pad}, random)};
}

}  // namespace tacit
