// Recurrent: what RNN, GRU and LSTM share: they are written out step by step in other operators.
//
//   x [steps, batch, in] --Reshape, Gemm per gate--> [steps * batch, hidden] --Slice--> step t
//   gate_t = activation( slice_t + h R^T + bias )                h, c from step to step
//
// All steps use the same weights: products with one initialiser at one scale share its column, and values that are the same at
// every step share one range (range_group), so that they have one scale.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "ops/call.h"
#include "ops/expansion.h"

namespace tacit {

/// One activation function with its two numbers.
struct Activation {
  std::string name;
  float alpha = 0, beta = 0;
};

struct Recurrence {
  std::int64_t steps = 0, batch = 0, inputs = 0, hidden = 0, directions = 1, gates = 1;
  bool batch_first = false, starts_reversed = false;   ///< layout 1; the only direction is the reverse one
  std::vector<Activation> activations;                 ///< per direction as many as the operator has
  std::vector<std::int64_t> lengths;                   ///< of each batch entry
  float clip = 0;                                      ///< 0: none

  bool is_ragged() const;
};

/// Checks operands and attributes that all three have: x, W, R constant, B constant or absent, sequence_lens constant or absent.
Result<Recurrence> read_recurrence(const Call& call, std::int64_t gates, std::vector<const char*> activations, std::size_t most_operands);

/// One direction, while it is written out.
class Unrolling {
 public:
  Unrolling(const Call& call, const Recurrence& r, std::int64_t direction, Expansion& expansion);

  /// The gate's sum at the current step without its recurrent part: W x + both biases (or, `input_bias_only`, W's alone).
  std::string input_part(std::int64_t gate);
  /// R h of the gate; empty where h is 0. `with_bias`: plus R's bias.
  std::string recurrent_part(std::int64_t gate, const std::string& h, bool with_bias);
  /// Sum of the parts that are not empty, clipped, and its activation number `which`.
  std::string activated(const std::vector<std::string>& parts, std::size_t which, const char* group);
  /// a * b, a + b of values that have one range at all steps; products with an empty (zero) value are empty.
  std::string product(const std::string& a, const std::string& b, const char* group);
  std::string sum(const std::string& a, const std::string& b, const char* group);
  std::string difference(const std::string& a, const std::string& b, const char* group);
  std::string complement(const std::string& a, const char* group);  ///< 1 - a

  /// The direction's initial value of operand `index`, [batch, hidden]; empty where it is left out.
  std::string initial(std::size_t index);
  /// Of W's bias (`second`: R's) for a gate; the numbers of operand `index` for a slice of `hidden` (peepholes).
  std::vector<float> bias(std::int64_t gate, bool second) const;
  std::string peephole(std::size_t index, std::int64_t slice);
  /// After a step: entries whose sequence is over keep `before`.
  std::string kept(const std::string& now, const std::string& before, const char* group);
  /// What the step gives to Y: 0 where the sequence is over.
  std::string shown(const std::string& h);
  void next_step() { ++step_; }

  /// Written once: W's part over all steps, for every gate. Biases of R are added in but for gates in `apart`.
  void begin(const std::vector<std::int64_t>& apart);
  const Recurrence& about() const { return r_; }
  bool is_reverse() const { return reverse_; }

 private:
  std::string grouped(std::string value, const char* group);
  std::string step_mask(bool inverted);

  const Call& call_;
  const Recurrence& r_;
  std::int64_t direction_, step_ = 0;
  bool reverse_;
  Expansion& out_;
  std::vector<std::string> inputs_;    ///< per gate, all steps
  std::vector<std::string> recurrent_, recurrent_bias_;  ///< names of constants, made once
};

/// One step of a cell: takes and returns the states (h, and c of an LSTM).
using States = std::vector<std::string>;
using Cell = States (*)(const Call&, Unrolling&, const States&);

/// The whole node: all directions and steps, and its outputs Y, Y_h and, with two states, Y_c. `initials`: their operands.
Result<Expansion> unrolled(const Call& call, const Recurrence& r, Cell cell, const std::vector<std::size_t>& initials,
                           const std::vector<std::int64_t>& apart);

}  // namespace tacit
