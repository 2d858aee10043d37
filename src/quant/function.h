// Functions of one real number, the same bits on every machine, and the integers that stand for one on a grid.
//
//   y = round(f(x * in_scale) / out_scale)   for x = first, first + 1, ..., first + 2^bits - 1
//
// as pieces of cubics: what a proof's public table of f holds (theorem.h, TableKind::kFunction). The math library's functions
// differ by their last bit from machine to machine, so these are built from additions, products and quotients alone.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

namespace tacit {

/// Within 2 units in the last place for |x| < 700; 0 below, and large but finite above.
double exact_exp(double x);
/// Natural logarithm, within 4 units in the last place. Contract: x is positive and finite.
double exact_log(double x);
double exact_sigmoid(double x);
double exact_tanh(double x);

/// c[0] + c[1] t + c[2] t^2 + c[3] t^3 in units of 2^-32, t the position in the piece.
using Cubic = std::array<std::int64_t, 4>;

/// The coefficients of the cubic through four points of f on t = 0, 1, ..., length - 1.
std::array<double, 4> cubic_through(const std::function<double(double)>& f, double length);

struct FunctionGrid {
  std::int64_t first = -32768;
  std::uint32_t bits = 16;
  double in_scale = 1, out_scale = 1;
  std::uint32_t log_piece = 7;  ///< log2 of the positions in a piece
};

/// Pieces whose floor is f on the grid to within 1/2 + 2^-6 of a unit, where f has four derivatives that are small on the scale
/// of a piece (all that the operators use: their tests compare every entry). Contract: |f| / out_scale < 2^29.
std::vector<Cubic> cubic_pieces(const std::function<double(double)>& f, const FunctionGrid& grid);

}  // namespace tacit
