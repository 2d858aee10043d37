// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Fe, ONE, ZERO, P, LANE, mul, minus, reduce, scale} from "./Field.sol";

// Points, tables of eq and powers (protocol 2.2)
//
// A *point* is a region of memory with one word for each coordinate, canonical elements of E, the most significant
// coordinate first.

function loadFe(uint256 from, uint256 k) pure returns (Fe r) {
    assembly ("memory-safe") {
        r := mload(add(from, shl(5, k)))
    }
}

function storeFe(uint256 to, uint256 k, Fe v) pure {
    assembly ("memory-safe") {
        mstore(add(to, shl(5, k)), v)
    }
}

/// eq(point, i) for all i < 2^k, canonical, at `to`.
function eqTable(uint256 point, uint256 k, uint256 to) pure {
    storeFe(to, 0, ONE);
    for (uint256 n = 1; k != 0; --k) {
        Fe r = loadFe(point, 0);
        point += 32;
        uint256 i = n;
        while (i != 0) {
            --i;
            Fe whole = loadFe(to, i);
            Fe high = whole * r;
            storeFe(to, 2 * i + 1, high);
            storeFe(to, 2 * i, reduce(minus(whole, high)));
        }
        n <<= 1;
    }
}

/// eq(point, i) for one index i < 2^k. Canonical.
function eqAt(uint256 point, uint256 k, uint256 i) pure returns (Fe r) {
    r = ONE;
    while (k != 0) {
        --k;
        Fe c = loadFe(point, 0);
        point += 32;
        if ((i >> k) & 1 == 0) c = minus(ONE, c);
        r = r * c;
    }
}

/// eq(a, b) of two points of k coordinates: prod (1 - a_j - b_j + 2 a_j b_j). Canonical.
function eqPoints(uint256 a, uint256 b, uint256 k) pure returns (Fe r) {
    r = ONE;
    for (; k != 0; --k) {
        Fe x = loadFe(a, 0);
        Fe y = loadFe(b, 0);
        Fe product = x * y;
        r = r * minus(minus(ONE + product + product, x), y);
        a += 32;
        b += 32;
    }
}

/// Three words (c0, c1, c2) at `to` for each of `count` elements at `from`.
function unpack(uint256 from, uint256 count, uint256 to) pure {
    assembly ("memory-safe") {
        for { let end := add(from, shl(5, count)) } lt(from, end) { from := add(from, 32) } {
            let w := mload(from)
            mstore(to, and(w, LANE))
            mstore(add(to, 32), and(shr(85, w), LANE))
            mstore(add(to, 64), shr(170, w))
            to := add(to, 96)
        }
    }
}

/// coefficient * pow~(z; point) for z in E and k coordinates (2.2). Canonical.
function powTilde(Fe coefficient, Fe z, uint256 point, uint256 k) pure returns (Fe) {
    for (; k != 0; --k) {
        coefficient = coefficient * (ONE + loadFe(point, k - 1) * minus(z, ONE));
        z = z * z;
    }
    return coefficient;
}

/// coefficient * pow~(z; point) for z in F. `unpacked` holds three words for each of the k coordinates. Canonical.
/// The factors 1 + r (z^(2^i) - 1) need no reduction: their lanes are below 2^130.
function powTildeF(Fe coefficient, uint256 z, uint256 unpacked, uint256 k) pure returns (Fe r) {
    assembly ("memory-safe") {
        let a0 := and(coefficient, LANE)
        let a1 := and(shr(85, coefficient), LANE)
        let a2 := shr(170, coefficient)
        for { let from := add(unpacked, mul(96, k)) } gt(from, unpacked) {} {
            from := sub(from, 96)
            let t := add(z, 0xFFFFFFFF00000000)
            let f0 := add(1, mul(mload(from), t))
            let f1 := mul(mload(add(from, 32)), t)
            t := mul(mload(add(from, 64)), t)
            let b0 := mod(add(mul(a0, f0), shl(1, add(mul(a1, t), mul(a2, f1)))), P)
            let b1 := mod(add(add(mul(a0, f1), mul(a1, f0)), shl(1, mul(a2, t))), P)
            a2 := mod(add(add(mul(a0, t), mul(a1, f1)), mul(a2, f0)), P)
            a0 := b0
            a1 := b1
            z := mulmod(z, z, P)
        }
        r := or(a0, or(shl(85, a1), shl(170, a2)))
    }
}

/// eq(point, i) for first <= i < first + count at `to`: level by level in place, from the end backwards. Loose: a level adds at
/// most p to the lanes, so they stay below 2^69.
function eqRange(uint256 point, uint256 k, uint256 first, uint256 count, uint256 to) pure {
    unchecked {
        storeFe(to, 0, ONE);
        uint256 last = first + count - 1;
        while (k != 0) {
            --k;
            Fe r = loadFe(point, 0);
            point += 32;
            uint256 low = first >> k;
            uint256 base = low >> 1;
            Fe odd = ZERO;
            bool hasOdd = false;
            for (uint256 i = (last >> k) + 1; i != low;) {
                --i;
                Fe whole = loadFe(to, (i >> 1) - base);
                Fe value;
                if (i & 1 == 1) {
                    value = whole * r;
                    odd = value;
                    hasOdd = true;
                } else {
                    value = hasOdd ? minus(whole, odd) : whole * minus(ONE, r);
                    hasOdd = false;
                }
                storeFe(to, i - low, value);
            }
        }
    }
}

/// (sum_{i<n} eq(r, i), sum_{i<n} i eq(r, i)) for a point r of m coordinates, 0 <= n <= 2^m (2.2). Canonical. Costs are those
/// of the bits down to the lowest one of n.
function prefixSums(uint256 point, uint256 m, uint256 n) pure returns (Fe ones, Fe indices) {
    unchecked {
        if (n == 0) return (ZERO, ZERO);
        // tail = sum_{t >= j} r[t] 2^(m-1-t): the lanes of 2^19 and fewer stay far below 2^84
        uint256 tail = 0;
        for (uint256 t = 0; t < m; ++t) {
            tail += Fe.unwrap(loadFe(point, t)) << (m - 1 - t);
        }
        if (n == 1 << m) return (ONE, reduce(Fe.wrap(tail)));
        Fe equal = ONE;
        uint256 base = 0;
        for (uint256 j = 0;; ++j) {
            Fe r = loadFe(point, j);
            uint256 half = 1 << (m - 1 - j);
            tail -= Fe.unwrap(r) << (m - 1 - j);
            Fe high = equal * r;
            if (n & half == 0) {
                equal = minus(equal, high);
                continue;
            }
            Fe low = minus(equal, high);
            ones = ones + low;
            indices = indices + low * Fe.wrap(tail + base);
            base += half;
            if (n & (half - 1) == 0) break;
            equal = high;
        }
        ones = reduce(ones);
        indices = reduce(indices);
    }
}

/// sum_{i < 2^k} eq(a, first + i) eq(e, i): a has m coordinates, e has k <= m, first + 2^k <= 2^m. Canonical.
/// Bits are added from the least significant up, with a state for each carry. If e is used up, the rest is eq of the upper
/// coordinates of a at the upper bits of `first`, plus the carry.
function eqShifted(uint256 a, uint256 m, uint256 e, uint256 k, uint256 first) pure returns (Fe) {
    unchecked {
        Fe plain = ONE;
        Fe carried = ZERO;
        for (uint256 j = 1; j <= k; ++j) {
            Fe x = loadFe(a, m - j);
            Fe y = loadFe(e, k - j);
            Fe xy = x * y;
            Fe onlyX = minus(x, xy);
            Fe onlyY = minus(y, xy);
            Fe equal = minus(minus(ONE + xy + xy, x), y);
            if ((first >> (j - 1)) & 1 == 0) {
                plain = reduce(plain * equal + carried * onlyX);
                carried = carried * onlyY;
            } else {
                carried = reduce(plain * onlyY + carried * equal);
                plain = plain * onlyX;
            }
        }
        first >>= k;
        m -= k;
        Fe result = plain * eqAt(a, m, first);
        if (first + 1 < 1 << m) result = reduce(result + carried * eqAt(a, m, first + 1));
        return result;
    }
}
