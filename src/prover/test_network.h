// A small network written directly in the book, with random weights: every statement kind that a theorem has.
//
//   x [2, batch*6*6] -> conv 3x3 (4 channels, groups 1 or 2, stride, padding) + bias, clamped from below at 0
//     -> max of two shifted views -> depthwise 2x2 + residual of itself -> dense to 3 outputs
#pragma once

#include <random>

#include "prover/prove.h"
#include "theorem/book.h"

namespace tacit {

/// A secret that is the same in every run.
inline ModelSecret test_secret(std::uint8_t number = 1) {
  Digest bytes{};
  bytes[0] = number;
  return ModelSecret::of(keccak256(bytes));
}

struct TestNetwork {
  Theorem theorem;
  Ports ports;
  std::vector<IntColumn> weights;
  std::vector<IntColumn> inputs;
  Visibility weights_are = Visibility::kPrivate;
  std::uint32_t openings = 1;  ///< the budget of private weights: a small one keeps the limbs of W short

  ProverModel compile(std::uint32_t security = 100, Regime regime = Regime::kJohnson, std::uint8_t secret = 1) const {
    Settings settings;
    settings.model_name = "test network";
    settings.security = security;
    settings.weights = weights_are;
    settings.openings = openings;
    auto model = register_model(theorem, ports, settings, weights, test_secret(secret), {}, regime);
    TACIT_EXPECTS(model.ok(), "the test network compiles");
    return std::move(*model);
  }
};

struct TestNetworkOptions {
  std::uint32_t batch = 1, groups = 1, stride = 1;
  Visibility input = Visibility::kPrivate, output = Visibility::kPublic;
  std::int64_t largest_weight = 300;
  Visibility weights = Visibility::kPrivate;
};

inline Window test_window(std::uint32_t batch, std::uint32_t in, std::uint32_t kernel, std::uint32_t stride, std::int32_t pad) {
  Window w;
  w.batch = batch;
  w.in_h = w.in_w = in;
  w.kernel_h = w.kernel_w = kernel;
  w.stride_h = w.stride_w = static_cast<std::int32_t>(stride);
  w.pad_h = w.pad_w = pad;
  w.out_h = w.out_w = (in + 2 * static_cast<std::uint32_t>(pad) - kernel) / stride + 1;
  return w;
}

inline TestNetwork make_test_network(std::uint64_t seed, const TestNetworkOptions& o = {}) {
  std::mt19937_64 rng(seed);
  TestNetwork net;
  net.weights_are = o.weights;
  Book book;
  const std::uint32_t in = 6;
  const ColumnId x = book.input("x", o.input == Visibility::kPrivate ? Home::kWitness : Home::kPublic, 2, o.batch * in * in, -128, 127);

  const Window conv = test_window(o.batch, in, 3, o.stride, 1);
  const ColumnId w1 = book.weights("conv.weight", 4, 2 / o.groups * 9, -512, 511), b1 = book.weights("conv.bias", 4, 1, -32768, 32767);
  const AccId a1 = book.accumulator("conv", 4, conv.out_cols());
  book.contracts(a1, {w1, x, o.groups, 2 / o.groups, conv});
  book.adds(a1, {b1, 3, false, false, Window::broadcast(conv.out_cols())});
  const ColumnId y1 = book.requantise(a1, 0, 127, 8);

  Window here = test_window(o.batch, conv.out_h, 1, 1, 0), shifted = here;
  shifted.pad_w = -1;
  shifted.clamp = true;
  const ColumnId y2 = book.maximum("pool", 4, here.out_cols(), {y1, 1, false, false, here}, {y1, 1, false, false, shifted});

  const Window depth = test_window(o.batch, conv.out_h, 2, 1, 0);
  const ColumnId w2 = book.weights("depthwise.weight", 4, 4, -512, 511);
  const AccId a2 = book.accumulator("depthwise", 4, depth.out_cols());
  book.contracts(a2, {w2, y2, 4, 1, depth});
  Window average = depth;
  book.adds(a2, {y2, 64, false, true, average});
  const ColumnId y3 = book.requantise(a2, -128, 127, 7);

  Window dense;
  dense.batch = o.batch;
  dense.in_h = dense.in_w = dense.kernel_h = dense.kernel_w = depth.out_h;
  const ColumnId w3 = book.weights("dense.weight", 3, 4 * dense.taps(), -512, 511);
  const AccId a3 = book.accumulator("dense", 3, o.batch);
  book.contracts(a3, {w3, y3, 1, 4, dense});
  const ColumnId y4 = book.requantise(a3, -128, 127, 6);
  if (o.output == Visibility::kPublic) book.set_home(y4, Home::kPublic);

  auto theorem = book.finish();
  TACIT_EXPECTS(theorem.ok(), "the test network is a theorem");
  net.theorem = *theorem;
  net.ports.inputs = {{"x", {o.batch, 2, in, in}, x, o.batch, 2, in * in, 1.0 / 128, o.input}};
  net.ports.outputs = {{"y", {o.batch, 3}, y4, o.batch, 3, 1, 0.5, o.output}};
  net.weights.resize(net.theorem.columns.size());
  auto fill = [&](ColumnId id, std::int64_t limit) {
    for (std::uint64_t i = 0; i < net.theorem.columns[id].size(); ++i)
      net.weights[id].push_back(static_cast<std::int32_t>(static_cast<std::int64_t>(rng() % (2 * limit + 1)) - limit));
  };
  for (ColumnId id : {w1, w2, w3}) fill(id, std::min<std::int64_t>(o.largest_weight, 511));
  fill(b1, 30000);
  IntColumn input(net.theorem.columns[x].size());
  for (std::int32_t& v : input) v = static_cast<std::int32_t>(rng() % 256) - 128;
  net.inputs = {input};
  return net;
}

}  // namespace tacit
