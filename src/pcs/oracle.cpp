#include "pcs/oracle.h"

#include "base/contract.h"
#include "base/wipe.h"
#include "poly/ntt.h"

namespace tacit {

namespace {

ByteSpan bytes_of(std::span<const Fp> rows) {
  return {reinterpret_cast<const std::uint8_t*>(rows.data()), rows.size_bytes()};
}

}  // namespace

Oracle::Oracle(FpVector message, std::size_t message_size, Rows rows, std::size_t words, std::size_t log_n,
               std::size_t log_domain, SaltSource salts)
    : message_(std::move(message)), message_size_(message_size), rows_(std::move(rows)), words_(words), log_n_(log_n),
      log_domain_(log_domain), salts_(std::move(salts)), tree_(bytes_of(all_rows()), words * sizeof(Fp), salts_) {}

Oracle& Oracle::operator=(Oracle&& other) noexcept {
  std::swap(message_, other.message_);
  std::swap(message_size_, other.message_size_);
  std::swap(rows_, other.rows_);
  std::swap(words_, other.words_);
  std::swap(log_n_, other.log_n_);
  std::swap(log_domain_, other.log_domain_);
  std::swap(salts_, other.salts_);
  std::swap(tree_, other.tree_);
  return *this;
}

Oracle::~Oracle() {
  if (!has_masks()) return;
  wipe(std::span<Fp>(message_));
  wipe(std::span<Fp>(rows_.get(), words_ << log_domain_));
}

Oracle Oracle::from_rows(FpVector message, std::span<const Fp> rows, std::size_t words, std::size_t log_n,
                         std::size_t log_domain, SaltSource salts) {
  TACIT_EXPECTS(rows.size() == words << log_domain, "an oracle has one row for every point of its domain");
  const std::size_t size = message.size();
  Rows copy = allocate(rows.size());
  std::copy(rows.begin(), rows.end(), copy.get());
  return {std::move(message), size, std::move(copy), words, log_n, log_domain, std::move(salts)};
}

Oracle Oracle::commit(FpVector message, std::size_t log_n, std::size_t limbs, std::size_t log_domain,
                      std::span<const Fp> masks, SaltSource salts) {
  const std::size_t size = limbs << log_n, words = limbs + (masks.size() >> log_n);
  TACIT_EXPECTS(message.size() == size && log_n <= log_domain, "limbs fill the message and fit the domain");
  TACIT_EXPECTS(masks.size() == (words - limbs) << log_n, "masks are whole limbs");
  message.insert(message.end(), masks.begin(), masks.end());
  Rows rows = allocate(words << log_domain);
  encode(message, static_cast<int>(log_n), words, static_cast<int>(log_domain), {rows.get(), words << log_domain});
  return {std::move(message), size, std::move(rows), words, log_n, log_domain, std::move(salts)};
}

Oracle Oracle::commit_extension(std::span<const Fe> v, std::size_t log_n, std::size_t log_domain) {
  const std::size_t limbs = v.size() >> log_n;
  TACIT_EXPECTS(v.size() == limbs << log_n && log_n <= log_domain, "limbs fill the vector and fit the domain");
  Rows rows = allocate(3 * limbs << log_domain);
  encode_ext(v, static_cast<int>(log_n), limbs, static_cast<int>(log_domain),
             {reinterpret_cast<Fe*>(rows.get()), limbs << log_domain});
  return {{}, 0, std::move(rows), 3 * limbs, log_n, log_domain, {}};
}

FpVector Oracle::rows(std::span<const std::size_t> positions) const {
  FpVector out;
  out.reserve(positions.size() * words_);
  for (std::size_t j : positions) out.insert(out.end(), &rows_[j * words_], &rows_[j * words_] + words_);
  return out;
}

std::vector<Salt> Oracle::salts(std::span<const std::size_t> positions) const {
  TACIT_EXPECTS(!salts_.empty(), "only a salted oracle has salts");
  return salts_.at(positions);
}

}  // namespace tacit
