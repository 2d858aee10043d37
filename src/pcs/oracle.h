// One committed oracle, the prover's side: the message, its Reed-Solomon codeword by rows, and the Merkle tree on rows.
//
//   message   limb 0 [pos 0..n-1] | limb 1 | ...     limb i is the polynomial sum_pos m[i*n + pos] X^pos
//   codeword  row j = (limb_0(x_j), limb_1(x_j), ...), x_j = w^j, w of order 2^log_domain
//   leaf      row j as 8-byte little-endian words; an extension oracle has three words a limb
#pragma once

#include <span>
#include <vector>

#include "field/cubic.h"
#include "hash/merkle_tree.h"

namespace tacit {

class Oracle {
 public:
  /// Commits `limbs` limbs of 2^log_n base elements. Contract: message.size() == limbs << log_n, log_n <= log_domain.
  /// Memory: 8 bytes a message element, 8 a codeword element, 64 a row.
  static Oracle commit(FpVector message, std::size_t log_n, std::size_t limbs, std::size_t log_domain);
  /// Commits v as v.size() >> log_n limbs of E; the message is not kept.
  static Oracle commit_extension(std::span<const Fe> v, std::size_t log_n, std::size_t log_domain);

  const Digest& root() const { return tree_.root(); }
  std::size_t words() const { return words_; }  ///< base elements in a row
  std::size_t log_n() const { return log_n_; }
  std::size_t log_domain() const { return log_domain_; }
  /// Base oracles only.
  std::span<const Fp> message() const { return message_; }

  /// The rows at these positions, concatenated.
  FpVector rows(std::span<const std::size_t> positions) const;
  std::vector<Digest> siblings(std::span<const std::size_t> positions) const { return tree_.multiproof(positions); }

  /// A commitment to any rows whatever, row-major; not a codeword unless the caller makes it one.
  static Oracle from_rows(FpVector message, FpVector rows, std::size_t words, std::size_t log_n,
                          std::size_t log_domain);
  std::span<const Fp> all_rows() const { return rows_; }

 private:
  Oracle(FpVector message, FpVector rows, std::size_t words, std::size_t log_n, std::size_t log_domain);

  FpVector message_, rows_;
  std::size_t words_, log_n_, log_domain_;
  MerkleTree tree_;
};

}  // namespace tacit
