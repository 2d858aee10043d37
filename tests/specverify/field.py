"""Section 2: the field F, its cubic extension E, points and multilinear extensions.

F elements are ints in [0, P); E elements are tuples of three of them. Signed ints are accepted wherever a product or
sum is reduced anyway.
"""

from operator import mul as _times

P = 2**64 - 2**32 + 1
ZERO, ONE = (0, 0, 0), (1, 0, 0)


class Reject(Exception):
    """A failed check; its text is the reason."""


def require(condition, reason):
    """The `require` of section 8."""
    if not condition:
        raise Reject(reason)


def lift(v):
    """A (signed) integer as an element of E (2.1)."""
    return (v % P, 0, 0)


def add(a, b):
    return ((a[0] + b[0]) % P, (a[1] + b[1]) % P, (a[2] + b[2]) % P)


def sub(a, b):
    return ((a[0] - b[0]) % P, (a[1] - b[1]) % P, (a[2] - b[2]) % P)


def scale(a, s):
    """An element of E times an integer."""
    return (a[0] * s % P, a[1] * s % P, a[2] * s % P)


def mul(a, b):
    """Product modulo x^3 - 2 (2.1)."""
    a0, a1, a2 = a
    b0, b1, b2 = b
    return ((a0 * b0 + 2 * (a1 * b2 + a2 * b1)) % P,
            (a0 * b1 + a1 * b0 + 2 * a2 * b2) % P,
            (a0 * b2 + a1 * b1 + a2 * b0) % P)


def inv(a):
    """Inverse of a non-zero element: the adjugate of multiplication by a, over the norm."""
    a0, a1, a2 = a
    c0, c1, c2 = a0 * a0 - 2 * a1 * a2, 2 * a2 * a2 - a0 * a1, a1 * a1 - a0 * a2
    norm = (a0 * c0 + 2 * (a1 * c2 + a2 * c1)) % P
    return scale((c0, c1, c2), pow(norm, -1, P))


def total(values):
    """Sum of a sequence of elements of E."""
    s0 = s1 = s2 = 0
    for a0, a1, a2 in values:
        s0 += a0
        s1 += a1
        s2 += a2
    return (s0 % P, s1 % P, s2 % P)


def dot(xs, ys):
    """Inner product of two sequences of elements of E."""
    s0 = s1 = s2 = 0
    for (a0, a1, a2), (b0, b1, b2) in zip(xs, ys):
        s0 += a0 * b0 + 2 * (a1 * b2 + a2 * b1)
        s1 += a0 * b1 + a1 * b0 + 2 * a2 * b2
        s2 += a0 * b2 + a1 * b1 + a2 * b0
    return (s0 % P, s1 % P, s2 % P)


def split(xs):
    """A sequence of elements of E as three sequences of coordinates."""
    return tuple(zip(*xs)) if xs else ((), (), ())


def dot_ints(coordinates, ints):
    """Inner product of a split() sequence with integers."""
    return tuple(sum(map(_times, c, ints)) % P for c in coordinates)


def root(k):
    """Generator of the subgroup of order 2^k (2.1)."""
    return pow(7, (P - 1) >> k, P)


def half_power(k):
    """2^-k in F."""
    return pow(2, -k, P)


def ceil_log2(n):
    return 0 if n <= 1 else (n - 1).bit_length()


def eq_range(point, start, count):
    """eq(point, i) for start <= i < start + count (2.2), most significant bit first."""
    if count == 0:
        return []
    m, values, last = len(point), [ONE], start + count - 1
    for j, r in enumerate(point):
        rest = m - 1 - j
        low, high, base = start >> rest, last >> rest, start >> (rest + 1)
        zero, out = sub(ONE, r), []
        for k in range(low, high + 1):
            out.append(mul(values[(k >> 1) - base], r if k & 1 else zero))
        values = out
    return values


def eq_all(point):
    return eq_range(point, 0, 1 << len(point))


def eq_at(point, i):
    """eq(point, i) for one index."""
    return eq_range(point, i, 1)[0]


def pow_tilde(z, point):
    """pow~(z; point) = sum_i eq(point, i) z^i (2.2)."""
    result = ONE
    for r in reversed(point):
        result = mul(result, add(sub(ONE, r), mul(r, z)))
        z = mul(z, z)
    return result


def prefix_sums(r, n):
    """(sum_{i<n} eq(r, i), sum_{i<n} i eq(r, i)) as in 2.2."""
    m = len(r)
    tail = [ZERO] * (m + 1)
    for t in range(m - 1, -1, -1):
        tail[t] = add(tail[t + 1], scale(r[t], 1 << (m - 1 - t)))
    if n == 1 << m:
        return ONE, tail[0]
    ones, indices, base, equal = ZERO, ZERO, 0, ONE
    for j in range(m):
        half = 1 << (m - 1 - j)
        if n & half:
            z = mul(equal, sub(ONE, r[j]))
            ones = add(ones, z)
            indices = add(indices, mul(z, add(lift(base), tail[j + 1])))
            equal = mul(equal, r[j])
            base += half
        else:
            equal = mul(equal, sub(ONE, r[j]))
    return ones, indices


def quadratic_step(claim, c0, c2, r):
    """The polynomial c0 + c1 X + c2 X^2 with value `claim` as sum over {0, 1}, evaluated at r (8.4, 8.7)."""
    c1 = sub(sub(claim, scale(c0, 2)), c2)
    return add(c0, mul(r, add(c1, mul(c2, r))))
