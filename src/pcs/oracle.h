// One committed oracle, the prover's side: the message, its Reed-Solomon codeword by rows, and the Merkle tree on rows.
//
//   message   limb 0 [pos 0..n-1] | limb 1 | ...     limb i is the polynomial sum_pos m[i*n + pos] X^pos
//   masks     more limbs behind them, in the codeword only: what hides an opening (whir_masks.h)
//   codeword  row j = (limb_0(x_j), limb_1(x_j), ..., masks at x_j), x_j = w^j, w of order 2^log_domain
//   leaf      row j as 8-byte little-endian words, and salt j of a salted oracle; an extension oracle has three words a
//             limb
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "field/cubic.h"
#include "hash/merkle_tree.h"

namespace tacit {

class Oracle {
 public:
  /// Commits `limbs` limbs of 2^log_n base elements, with `masks` as further limbs of the codeword and one salt a leaf
  /// if there are any. Contract: message.size() == limbs << log_n, masks.size() a multiple of 2^log_n, log_n <=
  /// log_domain. Memory: 8 bytes a message element, 8 a codeword element, 64 a row. The masks are put behind
  /// the message, which is copied unless its capacity has room for them. An oracle with masks wipes message and rows in
  /// the end.
  static Oracle commit(FpVector message, std::size_t log_n, std::size_t limbs, std::size_t log_domain,
                       std::span<const Fp> masks = {}, SaltSource salts = {});
  /// Commits v as v.size() >> log_n limbs of E; the message is not kept.
  static Oracle commit_extension(std::span<const Fe> v, std::size_t log_n, std::size_t log_domain);

  const Digest& root() const { return tree_.root(); }
  std::size_t words() const { return words_; }  ///< base elements in a row
  std::size_t log_n() const { return log_n_; }
  std::size_t log_domain() const { return log_domain_; }
  /// The limbs without the masks; base oracles only.
  std::span<const Fp> message() const { return {message_.data(), message_size_}; }

  /// The rows at these positions, concatenated.
  FpVector rows(std::span<const std::size_t> positions) const;
  /// Their salts. Contract: the oracle is salted.
  std::vector<Salt> salts(std::span<const std::size_t> positions) const;
  std::vector<Digest> siblings(std::span<const std::size_t> positions) const { return tree_.multiproof(positions); }

  /// A commitment to any rows whatever, row-major; not a codeword unless the caller makes it one.
  static Oracle from_rows(FpVector message, std::span<const Fp> rows, std::size_t words, std::size_t log_n,
                          std::size_t log_domain, SaltSource salts = {});
  std::span<const Fp> all_rows() const { return {rows_.get(), words_ << log_domain_}; }
  std::vector<Salt> every_salt() const { return salts_.all(); }

  Oracle(Oracle&&) = default;
  Oracle& operator=(Oracle&& other) noexcept;
  ~Oracle();

 private:
  /// Memory without zeros in it, so that the threads that encode take its page faults: it is written before it is read.
  struct Release {
    void operator()(Fp* rows) const { ::operator delete(rows); }
  };
  using Rows = std::unique_ptr<Fp[], Release>;
  static Rows allocate(std::size_t words) { return Rows(static_cast<Fp*>(::operator new(words * sizeof(Fp)))); }

  Oracle(FpVector message, std::size_t message_size, Rows rows, std::size_t words, std::size_t log_n,
         std::size_t log_domain, SaltSource salts);
  bool has_masks() const { return message_size_ < message_.size(); }

  FpVector message_;  ///< masks included
  std::size_t message_size_;
  Rows rows_;
  std::size_t words_, log_n_, log_domain_;
  SaltSource salts_;
  MerkleTree tree_;
};

}  // namespace tacit
