// RNN, GRU and LSTM, all directions, initial states, sequence lengths, peepholes and layouts, by unrolling (recurrent.h).
//
//   RNN   h' = f(W x + R h + b)
//   GRU   z = f(..)   r = f(..)   n = g(W x + R (r h) + b), or with linear_before_reset g(W x + b + r (R h + b'))   h' = n + z (h - n)
//   LSTM  i, o, f = f(.. + p c)   n = g(..)   c' = f c + i n   h' = o h(c')         o's peephole looks at c'
#include "ops/recurrent.h"

namespace tacit {
namespace {

States rnn_cell(const Call&, Unrolling& u, const States& s) {
  return {u.activated({u.input_part(0), u.recurrent_part(0, s[0], false)}, 0, "h")};
}

bool resets_late(const Call& call) { return int_attribute(*call.node, "linear_before_reset", 0).value() != 0; }

States gru_cell(const Call& call, Unrolling& u, const States& s) {
  const std::string z = u.activated({u.input_part(0), u.recurrent_part(0, s[0], false)}, 0, "z");
  std::string before;
  if (resets_late(call)) {
    const std::string r = u.activated({u.input_part(1), u.recurrent_part(1, s[0], false)}, 0, "r");
    before = u.product(r, u.recurrent_part(2, s[0], true), "rR");
  } else if (!s[0].empty()) {
    const std::string r = u.activated({u.input_part(1), u.recurrent_part(1, s[0], false)}, 0, "r");
    before = u.recurrent_part(2, u.product(r, s[0], "rh"), false);
  }
  const std::string n = u.activated({u.input_part(2), before}, 1, "n");
  return {u.sum(n, u.product(z, u.difference(s[0], n, "h-n"), "z(h-n)"), "h")};
}

/// Operand 7 holds the peepholes of i, o and f.
States lstm_cell(const Call& call, Unrolling& u, const States& s) {
  const bool coupled = int_attribute(*call.node, "input_forget", 0).value() != 0;
  auto gate = [&](std::int64_t number, const std::string& c, const char* group) {
    const std::string eye = c.empty() ? "" : u.product(c, u.peephole(7, number), (std::string("p") + group).c_str());
    return u.activated({u.input_part(number), u.recurrent_part(number, s[0], false), eye}, 0, group);
  };
  const std::string i = gate(0, s[1], "i");
  const std::string n = u.activated({u.input_part(3), u.recurrent_part(3, s[0], false)}, 1, "n");
  std::string c = u.product(i, n, "in");
  if (!s[1].empty()) c = u.sum(u.product(coupled ? u.complement(i, "f") : gate(2, s[1], "f"), s[1], "fc"), c, "c");
  const std::string o = gate(1, c, "o");
  return {u.product(o, u.activated({c}, 2, "t"), "h"), c};
}

Result<Expansion> expand_rnn(const Call& call) {
  TACIT_TRY(const Recurrence r, read_recurrence(call, 1, {"Tanh"}, 6));
  return unrolled(call, r, rnn_cell, {5}, {});
}

Result<Expansion> expand_gru(const Call& call) {
  TACIT_TRY(const Recurrence r, read_recurrence(call, 3, {"Sigmoid", "Tanh"}, 6));
  TACIT_TRY(const std::int64_t late, int_attribute(*call.node, "linear_before_reset", 0));
  return unrolled(call, r, gru_cell, {5}, late != 0 ? std::vector<std::int64_t>{2} : std::vector<std::int64_t>{});
}

Result<Expansion> expand_lstm(const Call& call) {
  TACIT_TRY(const Recurrence r, read_recurrence(call, 4, {"Sigmoid", "Tanh", "Tanh"}, 8));
  TACIT_OK(flag_attribute(*call.node, "input_forget", false));
  if (call.operand(7).present) {
    TACIT_OK(check_constant(call, 7, "P"));
    if (call.operand(7).type.dims != Shape{r.directions, 3 * r.hidden}) return malformed(*call.node, "its P has not three numbers for each hidden one");
  }
  return unrolled(call, r, lstm_cell, {5, 6}, {});
}

}  // namespace

constexpr OperatorText kText = {
    "written out step by step: all directions, initial states, peepholes, lengths of sequences, layouts, clip; all "
    "steps share their weights",
    "W, R, B, P, sequence_lens constant; some hundreds of steps"};
extern const Operator kGRU, kLSTM, kRNN;
const Operator kGRU = {.op = "GRU", .domain = "", .text = kText, .expand = expand_gru};
const Operator kLSTM = {.op = "LSTM", .domain = "", .text = kText, .expand = expand_lstm};
const Operator kRNN = {.op = "RNN", .domain = "", .text = kText, .expand = expand_rnn};

}  // namespace tacit
