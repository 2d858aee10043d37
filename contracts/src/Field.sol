// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title The field F = Z / p, p = 2^64 - 2^32 + 1, and its cubic extension E = F[x] / (x^3 - 2)  (protocol 2.1)
///
/// An element c0 + c1 x + c2 x^2 of E is one word with a lane of 85 bits for each coefficient:
///
///     bit 255 .......... 170 | 169 ........... 85 | 84 ............ 0
///              c2            |         c1         |        c0
///
/// A *canonical* element has all lanes below p. A *loose* one has lanes below 2^84 that stand for their residues mod p, so
/// elements are added with a single ADD: 2^19 canonical elements can be summed before a lane overflows. Every product and
/// every difference is canonical or nearly so again (stated at each function). All functions accept loose operands.
type Fe is uint256;

uint256 constant P = 0xFFFFFFFF00000001;
uint256 constant LANE = 0x1FFFFFFFFFFFFFFFFFFFFF; // 85 ones
uint256 constant WORD = 0xFFFFFFFFFFFFFFFF; // 64 ones
Fe constant ZERO = Fe.wrap(0);
Fe constant ONE = Fe.wrap(1);
// Lanes of p: for canonical b, a + LANES_OF_P - b is a - b without a borrow between lanes.
uint256 constant LANES_OF_P = 0x3FFFFFFFC0000000400001FFFFFFFE0000000200000FFFFFFFF00000001;

// Lanes of 2^32 - 1, and the bit 2^64 of each lane: a limb plus 2^32 - 1 reaches 2^64 exactly if the limb is p or more.
uint256 constant LANES_OF_EPSILON = 0x3FFFFFFFC0000000000001FFFFFFFE0000000000000FFFFFFFF;
uint256 constant LANES_OF_CARRY = 0x40000000000000000000020000000000000000000010000000000000000;

/// A limb of the proof is not below p.
error NotCanonical();
/// A coordinate that a verifier divides by is zero (protocol 8.2, 8.5).
error ZeroCoordinate();

using {add as +, mul as *, sub as -} for Fe global;

/// Loose; lanes are the sums of the operands' lanes.
function add(Fe a, Fe b) pure returns (Fe r) {
    assembly ("memory-safe") {
        r := add(a, b)
    }
}

/// Canonical.
function mul(Fe a, Fe b) pure returns (Fe r) {
    assembly ("memory-safe") {
        let a0 := and(a, LANE)
        let a1 := and(shr(85, a), LANE)
        let a2 := shr(170, a)
        let b0 := and(b, LANE)
        let b1 := and(shr(85, b), LANE)
        let b2 := shr(170, b)
        r := or(
            mod(add(mul(a0, b0), shl(1, add(mul(a1, b2), mul(a2, b1)))), P),
            or(
                shl(85, mod(add(add(mul(a0, b1), mul(a1, b0)), shl(1, mul(a2, b2))), P)),
                shl(170, mod(add(add(mul(a0, b2), mul(a1, b1)), mul(a2, b0)), P))
            )
        )
    }
}

/// Canonical.
function square(Fe a) pure returns (Fe) {
    return mul(a, a);
}

/// Loose: lanes of a, plus at most p. b may be loose.
function sub(Fe a, Fe b) pure returns (Fe r) {
    assembly ("memory-safe") {
        r := add(
            a,
            add(
                sub(P, mod(and(b, LANE), P)),
                add(shl(85, sub(P, mod(and(shr(85, b), LANE), P))), shl(170, sub(P, mod(shr(170, b), P))))
            )
        )
    }
}

/// a - b for canonical b. Loose: lanes of a, plus at most p.
function minus(Fe a, Fe b) pure returns (Fe r) {
    assembly ("memory-safe") {
        r := sub(add(a, LANES_OF_P), b)
    }
}

/// The canonical form.
function reduce(Fe a) pure returns (Fe r) {
    assembly ("memory-safe") {
        r := or(mod(and(a, LANE), P), or(shl(85, mod(and(shr(85, a), LANE), P)), shl(170, mod(shr(170, a), P))))
    }
}

/// Product with an integer s < 2^168. Canonical.
function scale(Fe a, uint256 s) pure returns (Fe r) {
    assembly ("memory-safe") {
        r := or(
            mod(mul(and(a, LANE), s), P),
            or(shl(85, mod(mul(and(shr(85, a), LANE), s), P)), shl(170, mod(mul(shr(170, a), s), P)))
        )
    }
}

/// A signed integer as an element of F, for products with `scale`.
function residue(int256 v) pure returns (uint256 r) {
    assembly ("memory-safe") {
        r := smod(v, P)
        if slt(r, 0) { r := add(r, P) }
    }
}

/// Product with x, the generator of E: (2 c2, c0, c1). Loose: lanes at most doubled.
function timesX(Fe a) pure returns (Fe r) {
    assembly ("memory-safe") {
        r := or(shl(1, shr(170, a)), shl(85, and(a, sub(shl(170, 1), 1))))
    }
}

function isZero(Fe a) pure returns (bool) {
    return Fe.unwrap(reduce(a)) == 0;
}

function same(Fe a, Fe b) pure returns (bool) {
    return Fe.unwrap(reduce(a)) == Fe.unwrap(reduce(b));
}

/// The product of two elements of F.
function mulF(uint256 a, uint256 b) pure returns (uint256) {
    return mulmod(a, b, P);
}

/// a^(2^n) in F.
function squareF(uint256 a, uint256 n) pure returns (uint256) {
    for (; n != 0; --n) {
        a = mulmod(a, a, P);
    }
    return a;
}

/// 1 / a in F, a != 0: a^(p-2), the exponent being 31 ones, a zero, 32 ones.
function inverseF(uint256 a) pure returns (uint256) {
    uint256 e2 = mulmod(mulmod(a, a, P), a, P);
    uint256 e3 = mulmod(mulmod(e2, e2, P), a, P);
    uint256 e6 = mulmod(squareF(e3, 3), e3, P);
    uint256 e12 = mulmod(squareF(e6, 6), e6, P);
    uint256 e24 = mulmod(squareF(e12, 12), e12, P);
    uint256 e30 = mulmod(squareF(e24, 6), e6, P);
    uint256 e31 = mulmod(mulmod(e30, e30, P), a, P);
    uint256 e32 = mulmod(mulmod(e31, e31, P), a, P);
    return mulmod(squareF(e31, 33), e32, P);
}

/// 1 / a, a != 0: the adjugate of multiplication by a over the norm. Canonical.
function inverse(Fe a) pure returns (Fe) {
    uint256 w = Fe.unwrap(reduce(a));
    uint256 a0 = w & LANE;
    uint256 a1 = (w >> 85) & LANE;
    uint256 a2 = w >> 170;
    unchecked {
        uint256 c0 = (a0 * a0 + 2 * a1 * (P - a2)) % P;
        uint256 c1 = (2 * a2 * a2 + a0 * (P - a1)) % P;
        uint256 c2 = (a1 * a1 + a0 * (P - a2)) % P;
        uint256 norm = (a0 * c0 + 2 * (a1 * c2 + a2 * c1)) % P;
        return scale(Fe.wrap(c0 | (c1 << 85) | (c2 << 170)), inverseF(norm));
    }
}

/// 2^-k in F for k <= 64.
function halfPower(uint256 k) pure returns (uint256) {
    // 2^96 = -1, so 2^-k = -2^(96-k) mod p
    return P - ((1 << (96 - k)) % P);
}

/// root(k), the generator of the subgroup of order 2^k of F, k <= 32.
function root(uint256 k) pure returns (uint256) {
    return squareF(0x185629dcda58878c, 32 - k);
}

/// The bytes of each 64-bit lane of a word reversed.
function swapLanes(uint256 x) pure returns (uint256 r) {
    assembly ("memory-safe") {
        r := or(
            and(shr(8, x), 0x00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF),
            shl(8, and(x, 0x00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF))
        )
        r := or(
            and(shr(16, r), 0x0000FFFF0000FFFF0000FFFF0000FFFF0000FFFF0000FFFF0000FFFF0000FFFF),
            shl(16, and(r, 0x0000FFFF0000FFFF0000FFFF0000FFFF0000FFFF0000FFFF0000FFFF0000FFFF))
        )
        r := or(
            and(shr(32, r), 0x00000000FFFFFFFF00000000FFFFFFFF00000000FFFFFFFF00000000FFFFFFFF),
            shl(32, and(r, 0x00000000FFFFFFFF00000000FFFFFFFF00000000FFFFFFFF00000000FFFFFFFF))
        )
    }
}

/// The element of E in the first 24 bytes of a big-endian word, three little-endian limbs. Reverts unless canonical.
function decode(uint256 w) pure returns (Fe r) {
    w = swapLanes(w >> 64);
    uint256 tooLarge;
    assembly ("memory-safe") {
        r := or(shr(128, w), or(shl(85, and(shr(64, w), WORD)), shl(170, and(w, WORD))))
        tooLarge := and(add(r, LANES_OF_EPSILON), LANES_OF_CARRY)
    }
    if (tooLarge != 0) revert NotCanonical();
}

/// The 24 bytes of a canonical element, in the first 24 bytes of a word.
function encode(Fe a) pure returns (uint256) {
    uint256 w = Fe.unwrap(a);
    return swapLanes(((w & LANE) << 128) | (((w >> 85) & LANE) << 64) | (w >> 170)) << 64;
}

/// c0 + c1 X + c2 X^2 with value `claim` as sum over {0, 1}, at r (protocol 8.4, 8.7). Canonical operands; loose result.
function quadraticStep(Fe claim, Fe c0, Fe c2, Fe r) pure returns (Fe) {
    Fe c1 = minus(minus(minus(claim, c0), c0), c2);
    return c0 + (c1 + c2 * r) * r;
}
