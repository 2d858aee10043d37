// The functions of the operator catalogue that function.h has not, in double precision and the same bits on every machine:
// sums, products, quotients and square roots (which IEEE 754 rounds correctly), and exact_exp and exact_log made of those.
// Absolute errors are below 2^-45 of the larger of 1 and the result; arguments outside of a domain give the value at its end.
#pragma once

namespace tacit {

double exact_erf(double x);
/// Contract: |x| < 2^20.
double exact_sin(double x);
double exact_cos(double x);
/// Large where the cosine vanishes.
double exact_tan(double x);
double exact_asin(double x);  ///< of x clamped to [-1, 1]
double exact_acos(double x);  ///< of x clamped to [-1, 1]
double exact_atan(double x);
double exact_sinh(double x);
double exact_cosh(double x);
double exact_asinh(double x);
double exact_acosh(double x);  ///< of x, 1 at least
double exact_atanh(double x);  ///< of x clamped to 1 - 2^-30 on both sides
double exact_softplus(double x);
/// x^p: of a negative x where p is an integer, else of 0; infinite where it is too large.
double exact_pow(double x, double p);

}  // namespace tacit
