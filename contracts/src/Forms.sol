// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import "./Field.sol";
import "./Points.sol";
import {allocate, allocateZero} from "./Argument.sol";

// The theorem of a plan as linear forms on columns (protocol 8.3, 8.4, 8.6), and their value at a point of an oracle (8.10).
//
// A form is coefficient * (U x V) on one column, U along its rows, V along its columns. Each side is one word, a kind and what
// it refers to:
//
//     kind (8 bits) | base (32) | bits (8) | address (32)
//
//     ONE       the single weight 1
//     VECTOR    an explicit vector at the address
//     PREFIX    eq(point, i), i = 0, 1, ...: the point of `bits` coordinates at the address
//     SHIFTED   eq(point, base + i)
//     FLAT      (U only) an explicit vector over the whole column, row-major; V is ONE
//
// Forms stay in a list per column: heads[column] -> (next, coefficient, U, V) -> ...

uint256 constant SIDE_ONE = 0;
uint256 constant SIDE_VECTOR = 1;
uint256 constant SIDE_PREFIX = 2;
uint256 constant SIDE_SHIFTED = 3;
uint256 constant SIDE_FLAT = 4;

type Side is uint256;

function side(uint256 kind, uint256 base, uint256 bits, uint256 at_) pure returns (Side) {
    return Side.wrap(kind | (base << 8) | (bits << 40) | (at_ << 48));
}

function kindOf(Side s) pure returns (uint256) {
    return Side.unwrap(s) & 0xFF;
}

function baseOf(Side s) pure returns (uint256) {
    return (Side.unwrap(s) >> 8) & 0xFFFFFFFF;
}

function bitsOf(Side s) pure returns (uint256) {
    return (Side.unwrap(s) >> 40) & 0xFF;
}

function addressOf(Side s) pure returns (uint256) {
    return Side.unwrap(s) >> 48;
}

/// A cursor over big-endian data in memory.
struct Reader {
    uint256 cursor;
}

function take(Reader memory r, uint256 size) pure returns (uint256 v) {
    assembly ("memory-safe") {
        let from := mload(r)
        v := shr(sub(256, shl(3, size)), mload(from))
        mstore(r, add(from, size))
    }
}

function takeSigned(Reader memory r, uint256 size) pure returns (int256 v) {
    assembly ("memory-safe") {
        let from := mload(r)
        v := sar(sub(256, shl(3, size)), mload(from))
        mstore(r, add(from, size))
    }
}

/// Appends coefficient * (u x v) to the forms of a column.
function addForm(uint256 heads, uint256 column, Fe coefficient, Side u, Side v) pure {
    uint256 to = allocate(4);
    assembly ("memory-safe") {
        let head := add(heads, shl(5, column))
        mstore(to, mload(head))
        mstore(add(to, 32), coefficient)
        mstore(add(to, 64), u)
        mstore(add(to, 96), v)
        mstore(head, to)
    }
}

/// The first n weights of a side as a vector.
function materialize(Side s, uint256 n) pure returns (uint256 to) {
    uint256 kind = kindOf(s);
    if (kind == SIDE_VECTOR || kind == SIDE_FLAT) return addressOf(s);
    if (kind == SIDE_ONE) {
        to = allocate(1);
        storeFe(to, 0, ONE);
    } else {
        uint256 bits = bitsOf(s);
        to = allocate(n + 1);
        eqRange(addressOf(s), bits, baseOf(s), n, to);
    }
}

/// sum_i a[i] b[i] over n elements. Canonical.
function dot(uint256 a, uint256 b, uint256 n) pure returns (Fe r) {
    assembly ("memory-safe") {
        let s0 := 0
        let s1 := 0
        let s2 := 0
        for { let end := add(a, shl(5, n)) } lt(a, end) { a := add(a, 32) } {
            let x := mload(a)
            let y := mload(b)
            b := add(b, 32)
            let x1 := and(shr(85, x), LANE)
            let x2 := shr(170, x)
            x := and(x, LANE)
            let w := and(y, LANE)
            s0 := add(s0, mul(x, w))
            s1 := add(s1, mul(x1, w))
            s2 := add(s2, mul(x2, w))
            w := and(shr(85, y), LANE)
            s0 := add(s0, shl(1, mul(x2, w)))
            s1 := add(s1, mul(x, w))
            s2 := add(s2, mul(x1, w))
            w := shr(170, y)
            s0 := add(s0, shl(1, mul(x1, w)))
            s1 := add(s1, shl(1, mul(x2, w)))
            s2 := add(s2, mul(x, w))
        }
        r := or(mod(s0, P), or(shl(85, mod(s1, P)), shl(170, mod(s2, P))))
    }
}

/// Sum of n elements, canonical; n < 2^19.
function sumOf(uint256 from, uint256 n) pure returns (Fe r) {
    assembly ("memory-safe") {
        for { let end := add(from, shl(5, n)) } lt(from, end) { from := add(from, 32) } { r := add(r, mload(from)) }
    }
    r = reduce(r);
}

/// A new vector factor * from[i].
function scaledVector(uint256 from, uint256 n, Fe factor) pure returns (uint256 to) {
    to = allocate(n);
    for (uint256 i = 0; i < n; ++i) {
        storeFe(to, i, loadFe(from, i) * factor);
    }
}

/// The flat vector u[r] v[s], row-major.
function outer(uint256 u, uint256 rows, uint256 v, uint256 cols) pure returns (uint256 to) {
    to = allocate(rows * cols);
    uint256 next = to;
    for (uint256 r = 0; r < rows; ++r) {
        Fe x = loadFe(u, r);
        for (uint256 s = 0; s < cols; ++s) {
            storeFe(next, 0, x * loadFe(v, s));
            next += 32;
        }
    }
}

/// A window of protocol 5.1 as a plan holds it.
struct Window {
    uint256 batch;
    uint256 inH;
    uint256 inW;
    uint256 outH;
    uint256 outW;
    uint256 kernelH;
    uint256 kernelW;
    int256 strideH;
    int256 strideW;
    int256 padH;
    int256 padW;
    int256 dilationH;
    int256 dilationW;
    bool isShared;
    bool isClamped;
}

function takeWindow(Reader memory r) pure returns (Window memory w) {
    w.batch = take(r, 4);
    w.inH = take(r, 4);
    w.inW = take(r, 4);
    w.outH = take(r, 4);
    w.outW = take(r, 4);
    w.kernelH = take(r, 4);
    w.kernelW = take(r, 4);
    w.strideH = takeSigned(r, 4);
    w.strideW = takeSigned(r, 4);
    w.padH = takeSigned(r, 4);
    w.padW = takeSigned(r, 4);
    w.dilationH = takeSigned(r, 4);
    w.dilationW = takeSigned(r, 4);
    w.isShared = take(r, 1) != 0;
    w.isClamped = take(r, 1) != 0;
}

function inCols(Window memory w) pure returns (uint256) {
    return (w.isShared ? 1 : w.batch) * w.inH * w.inW;
}

function outCols(Window memory w) pure returns (uint256) {
    return w.batch * w.outH * w.outW;
}

/// The input position of one axis, or -1 if it is absent.
function sourceOf(int256 position, uint256 size, bool clamp) pure returns (int256) {
    if (clamp) {
        if (position < 0) return 0;
        return position >= int256(size) ? int256(size) - 1 : position;
    }
    return position >= 0 && position < int256(size) ? position : -1;
}

/// Calls for every present (tap, output column): v'[source] += taps[t] v[s], or 1 v[s] without taps; `counts` adds 1 for each
/// output column instead. Loose sums of at most `taps` products.
function transpose(Window memory w, uint256 taps, uint256 v, uint256 to, bool counts) pure {
    unchecked {
        uint256 t = 0;
        for (uint256 kh = 0; kh < w.kernelH; ++kh) {
            for (uint256 kw = 0; kw < w.kernelW; ++kw) {
                Fe factor = taps == 0 ? ONE : loadFe(taps, t);
                ++t;
                uint256 s = 0;
                for (uint256 b = 0; b < w.batch; ++b) {
                    uint256 image = w.isShared ? 0 : b * w.inH;
                    for (uint256 oh = 0; oh < w.outH; ++oh) {
                        int256 ih = sourceOf(
                            int256(oh) * w.strideH - w.padH + int256(kh) * w.dilationH, w.inH, w.isClamped
                        );
                        if (ih >= 0) {
                            transposeLine(w, (image + uint256(ih)) * w.inW, int256(kw) * w.dilationW - w.padW, factor, taps != 0, v + 32 * s, to, counts ? 32 * s + 1 : 0);
                        }
                        s += w.outW;
                    }
                }
            }
        }
    }
}

function transposeLine(
    Window memory w,
    uint256 line,
    int256 first,
    Fe factor,
    bool multiply,
    uint256 v,
    uint256 to,
    uint256 countsAt
) pure {
    unchecked {
        int256 position = first;
        uint256 size = w.inW;
        for (uint256 ow = 0; ow < w.outW; ++ow) {
            int256 iw = sourceOf(position, size, w.isClamped);
            position += w.strideW;
            if (iw < 0) continue;
            if (countsAt != 0) {
                uint256 place = to + countsAt - 1 + 32 * ow;
                storeFe(place, 0, loadFe(place, 0) + ONE);
                continue;
            }
            uint256 at_ = to + 32 * (line + uint256(iw));
            Fe term = loadFe(v, ow);
            if (multiply) term = term * factor;
            storeFe(at_, 0, loadFe(at_, 0) + term);
        }
    }
}

/// source(r, s) of a map for every entry of the statement (5.2), plus one, 0 where it is absent: n words.
function mapSources(Reader memory r, uint256 n) pure returns (uint256 to) {
    unchecked {
        to = allocate(n);
        uint256 scratch = allocate(n);
        storeFe(to, 0, ONE);
        uint256 count = 1;
        for (uint256 axes = take(r, 1); axes != 0; --axes) {
            uint256 stride = take(r, 4);
            uint256 extent = 0;
            for (uint256 runs = take(r, 2); runs != 0; --runs) {
                int256 start = takeSigned(r, 4);
                int256 step = takeSigned(r, 4);
                for (uint256 k = take(r, 4); k != 0; --k) {
                    storeFe(scratch, extent, Fe.wrap(start == -1 ? 0 : 1 + stride * uint256(start)));
                    start += step;
                    ++extent;
                }
            }
            for (uint256 i = count; i != 0;) {
                --i;
                uint256 high = Fe.unwrap(loadFe(to, i));
                for (uint256 j = extent; j != 0;) {
                    --j;
                    uint256 low = Fe.unwrap(loadFe(scratch, j));
                    storeFe(to, i * extent + j, Fe.wrap(high == 0 || low == 0 ? 0 : high + low - 1));
                }
            }
            count *= extent;
        }
    }
}

/// Where a form is evaluated: a point x of m coordinates of an oracle, with tables of eq of its coordinates.
struct Place {
    uint256 x;
    uint256 m;
    uint256 rowTable; // eq of the log_rows coordinates before the last log_cols ones
    uint256 rowKey; // 1 + log_rows + 256 log_cols of that table
    uint256 colTable;
    uint256 colKey;
}

/// sum over the tile's rows of U times eq of the row coordinates. Canonical or loose by one reduction.
function rowSum(Place memory o, Side u, uint256 row, uint256 logRows, uint256 logCols) pure returns (Fe) {
    unchecked {
        uint256 kind = kindOf(u);
        uint256 e = o.x + 32 * (o.m - logCols - logRows);
        if (kind == SIDE_ONE) return ONE;
        if (kind == SIDE_SHIFTED) return eqShifted(addressOf(u), bitsOf(u), e, logRows, baseOf(u) + row);
        if (kind == SIDE_PREFIX) {
            uint256 bits = bitsOf(u) - logRows;
            return eqAt(addressOf(u), bits, row >> logRows) * eqPoints(addressOf(u) + 32 * bits, e, logRows);
        }
        if (logRows == 0) return loadFe(addressOf(u), row);
        return dot(addressOf(u) + 32 * row, rowTable(o, logRows, logCols), 1 << logRows);
    }
}

function rowTable(Place memory o, uint256 logRows, uint256 logCols) pure returns (uint256) {
    uint256 key = 1 + logRows + 256 * logCols;
    if (o.rowKey != key) {
        o.rowTable = allocate(1 << logRows);
        o.rowKey = key;
        eqTable(o.x + 32 * (o.m - logCols - logRows), logRows, o.rowTable);
    }
    return o.rowTable;
}

function colTable(Place memory o, uint256 logCols) pure returns (uint256) {
    if (o.colKey != 1 + logCols) {
        o.colTable = allocate(1 << logCols);
        o.colKey = 1 + logCols;
        eqTable(o.x + 32 * (o.m - logCols), logCols, o.colTable);
    }
    return o.colTable;
}

/// sum over the tile's columns of V times eq of the last coordinates.
function colSum(Place memory o, Side v, uint256 col, uint256 logCols) pure returns (Fe) {
    unchecked {
        uint256 kind = kindOf(v);
        if (kind == SIDE_ONE) return ONE;
        if (kind == SIDE_PREFIX) {
            uint256 bits = bitsOf(v) - logCols;
            return eqAt(addressOf(v), bits, col >> logCols)
                * eqPoints(addressOf(v) + 32 * bits, o.x + 32 * (o.m - logCols), logCols);
        }
        if (logCols == 0) return loadFe(addressOf(v), col);
        return dot(addressOf(v) + 32 * col, colTable(o, logCols), 1 << logCols);
    }
}

/// A flat form on a tile of a column with so many cols.
function flatSum(Place memory o, Side u, uint256 cols, uint256 row, uint256 col, uint256 logRows, uint256 logCols)
    pure
    returns (Fe sum)
{
    uint256 e = colTable(o, logCols);
    uint256 rows = rowTable(o, logRows, logCols);
    for (uint256 i = 0; i < 1 << logRows; ++i) {
        sum = sum + loadFe(rows, i) * dot(addressOf(u) + 32 * ((row + i) * cols + col), e, 1 << logCols);
    }
}

/// A~(x) of one oracle without the pin: all forms on all tiles of its columns (8.10). Reads the oracle's tiles from the plan.
function covectorAt(Reader memory r, uint256 heads, uint256 x, uint256 m) pure returns (Fe sum) {
    Place memory o;
    o.x = x;
    o.m = m;
    for (uint256 columns = take(r, 2); columns != 0; --columns) {
        uint256 forms = Fe.unwrap(loadFe(heads, take(r, 2)));
        uint256 cols = take(r, 4);
        for (uint256 tiles = take(r, 2); tiles != 0; --tiles) {
            sum = sum + tileSum(o, r, forms, cols);
        }
    }
    sum = reduce(sum);
}

function tileSum(Place memory o, Reader memory r, uint256 form, uint256 cols) pure returns (Fe sum) {
    unchecked {
        uint256 row = take(r, 4);
        uint256 col = take(r, 4);
        uint256 logRows = take(r, 1);
        uint256 logCols = take(r, 1);
        uint256 place = take(r, 4);
        if (form == 0) return ZERO;
        while (form != 0) {
            Fe coefficient = loadFe(form, 1);
            Side u = Side.wrap(Fe.unwrap(loadFe(form, 2)));
            Side v = Side.wrap(Fe.unwrap(loadFe(form, 3)));
            if (kindOf(u) == SIDE_FLAT) {
                sum = sum + coefficient * flatSum(o, u, cols, row, col, logRows, logCols);
            } else {
                Fe part = coefficient;
                if (kindOf(u) != SIDE_ONE) part = part * rowSum(o, u, row, logRows, logCols);
                if (kindOf(v) != SIDE_ONE) part = part * colSum(o, v, col, logCols);
                sum = sum + part;
            }
            form = Fe.unwrap(loadFe(form, 0));
        }
        uint256 prefix = o.m - logRows - logCols;
        return sum * eqAt(o.x, prefix, place >> (logRows + logCols));
    }
}

/// A form on a public column with the given entries (i32, little-endian, in memory), read as `cols` wide.
function evaluateForms(uint256 form, uint256 values, uint256 rows, uint256 cols) pure returns (Fe sum) {
    while (form != 0) {
        Fe coefficient = loadFe(form, 1);
        Side u = Side.wrap(Fe.unwrap(loadFe(form, 2)));
        Side v = Side.wrap(Fe.unwrap(loadFe(form, 3)));
        if (kindOf(u) == SIDE_FLAT) {
            sum = sum + coefficient * dot(addressOf(u), values, rows * cols);
        } else {
            uint256 uAt = materialize(u, rows);
            uint256 vAt = materialize(v, cols);
            Fe part = ZERO;
            for (uint256 i = 0; i < rows; ++i) {
                part = part + loadFe(uAt, i) * dot(vAt, values + 32 * i * cols, cols);
            }
            sum = sum + coefficient * part;
        }
        form = Fe.unwrap(loadFe(form, 0));
    }
    sum = reduce(sum);
}
