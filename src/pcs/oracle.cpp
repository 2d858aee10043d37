#include "pcs/oracle.h"

#include "base/contract.h"
#include "poly/ntt.h"

namespace tacit {

namespace {

ByteSpan bytes_of(const FpVector& rows) {
  return {reinterpret_cast<const std::uint8_t*>(rows.data()), rows.size() * sizeof(Fp)};
}

}  // namespace

Oracle::Oracle(FpVector message, FpVector rows, std::size_t words, std::size_t log_n, std::size_t log_domain)
    : message_(std::move(message)), rows_(std::move(rows)), words_(words), log_n_(log_n), log_domain_(log_domain),
      tree_(bytes_of(rows_), words * sizeof(Fp)) {}

Oracle Oracle::from_rows(FpVector message, FpVector rows, std::size_t words, std::size_t log_n,
                         std::size_t log_domain) {
  TACIT_EXPECTS(rows.size() == words << log_domain, "an oracle has one row for every point of its domain");
  return {std::move(message), std::move(rows), words, log_n, log_domain};
}

Oracle Oracle::commit(FpVector message, std::size_t log_n, std::size_t limbs, std::size_t log_domain) {
  TACIT_EXPECTS(message.size() == limbs << log_n && log_n <= log_domain, "limbs fill the message and fit the domain");
  FpVector rows(limbs << log_domain);
  encode(message, static_cast<int>(log_n), limbs, static_cast<int>(log_domain), rows);
  return from_rows(std::move(message), std::move(rows), limbs, log_n, log_domain);
}

Oracle Oracle::commit_extension(std::span<const Fe> v, std::size_t log_n, std::size_t log_domain) {
  const std::size_t limbs = v.size() >> log_n;
  TACIT_EXPECTS(v.size() == limbs << log_n && log_n <= log_domain, "limbs fill the vector and fit the domain");
  FpVector rows(3 * limbs << log_domain);
  encode_ext(v, static_cast<int>(log_n), limbs, static_cast<int>(log_domain),
             {reinterpret_cast<Fe*>(rows.data()), limbs << log_domain});
  return from_rows({}, std::move(rows), 3 * limbs, log_n, log_domain);
}

FpVector Oracle::rows(std::span<const std::size_t> positions) const {
  FpVector out;
  out.reserve(positions.size() * words_);
  for (std::size_t j : positions) out.insert(out.end(), rows_.begin() + j * words_, rows_.begin() + (j + 1) * words_);
  return out;
}

}  // namespace tacit
