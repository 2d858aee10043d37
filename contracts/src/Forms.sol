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
//     PADS      (V only) -c_k w^t at column 3 k + t, t < 3, for the coefficients c_k of the pads at the address (8.6)
//
// Forms stay in a list per column: heads[column] -> (next, coefficient, U, V) -> ...

uint256 constant SIDE_ONE = 0;
uint256 constant SIDE_VECTOR = 1;
uint256 constant SIDE_PREFIX = 2;
uint256 constant SIDE_SHIFTED = 3;
uint256 constant SIDE_FLAT = 4;
uint256 constant SIDE_PADS = 5;

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

/// sum_i a[i] b[i] over n elements; zeros of a cost little. Canonical.
function dot(uint256 a, uint256 b, uint256 n) pure returns (Fe r) {
    assembly ("memory-safe") {
        let s0 := 0
        let s1 := 0
        let s2 := 0
        let shift := sub(b, a)
        for { let end := add(a, shl(5, n)) } lt(a, end) { a := add(a, 32) } {
            let x := mload(a)
            if iszero(x) { continue }
            let y := mload(add(a, shift))
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

/// Sum of n elements with lanes below 2^69, n < 2^15. Canonical.
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

// Marks an absent source.
uint256 constant ABSENT = type(uint256).max;

/// For every tap and output position of one axis the input position times `unit`, or ABSENT: taps * size words.
function axisSources(uint256 taps, uint256 size, uint256 inputs, int256 stride, int256 pad, int256 dilation, bool clamp, uint256 unit)
    pure
    returns (uint256 to)
{
    unchecked {
        to = allocate(taps * size);
        uint256 next = to;
        for (uint256 k = 0; k < taps; ++k) {
            int256 position = int256(k) * dilation - pad;
            for (uint256 o = 0; o < size; ++o) {
                int256 source = position;
                if (clamp) {
                    if (source < 0) source = 0;
                    if (source >= int256(inputs)) source = int256(inputs) - 1;
                }
                bool present = source >= 0 && source < int256(inputs);
                storeFe(next, 0, Fe.wrap(present ? uint256(source) * unit : ABSENT));
                next += 32;
                position += stride;
            }
        }
    }
}

/// The two axes of a window; offsets in bytes of a vector over the input.
function windowAxes(Window memory w) pure returns (uint256 heights, uint256 widths) {
    heights = axisSources(w.kernelH, w.outH, w.inH, w.strideH, w.padH, w.dilationH, w.isClamped, 32 * w.inW);
    widths = axisSources(w.kernelW, w.outW, w.inW, w.strideW, w.padW, w.dilationW, w.isClamped, 32);
}

/// v'[source(t, s)] += v[s] for every present (t, s), into the zeroed vector `to`. With `counts`: to[s] += 1 instead.
function transpose(Window memory w, uint256 v, uint256 to, bool counts) pure {
    unchecked {
        (uint256 heights, uint256 widths) = windowAxes(w);
        uint256 lines = w.kernelH * w.outH;
        uint256 columns = w.kernelW * w.outW;
        for (uint256 b = 0; b < w.batch; ++b) {
            uint256 image = to + (w.isShared ? 0 : 32 * b * w.inH * w.inW);
            uint256 from = v + 32 * b * w.outH * w.outW;
            for (uint256 i = 0; i < lines; ++i) {
                uint256 line = Fe.unwrap(loadFe(heights, i));
                if (line == ABSENT) continue;
                uint256 row = 32 * w.outW * (i % w.outH);
                for (uint256 j = 0; j < columns; j += w.outW) {
                    if (counts) scatterOnes(widths + 32 * j, w.outW, to + 32 * b * w.outH * w.outW + row);
                    else scatter(widths + 32 * j, w.outW, from + row, image + line);
                }
            }
        }
    }
}

function scatter(uint256 sources, uint256 count, uint256 from, uint256 to) pure {
    assembly ("memory-safe") {
        for { let end := add(sources, shl(5, count)) } lt(sources, end) { sources := add(sources, 32) } {
            let source := mload(sources)
            if not(source) {
                source := add(to, source)
                mstore(source, add(mload(source), mload(from)))
            }
            from := add(from, 32)
        }
    }
}

function scatterOnes(uint256 sources, uint256 count, uint256 to) pure {
    assembly ("memory-safe") {
        for { let end := add(sources, shl(5, count)) } lt(sources, end) { sources := add(sources, 32) } {
            if not(mload(sources)) { mstore(to, add(mload(to), 1)) }
            to := add(to, 32)
        }
    }
}

/// The pairs of one axis by input position: for each position a word with the address of its pairs (offset of the tap, offset
/// of the output) and the count, address << 16 | count. Tap k and output o meet at o stride - pad + k dilation.
function axisPairs(uint256 taps, uint256 size, uint256 inputs, int256 stride, int256 pad, int256 dilation, uint256 tapUnit, uint256 outUnit)
    pure
    returns (uint256 to)
{
    unchecked {
        to = allocate(inputs);
        for (uint256 i = 0; i < inputs; ++i) {
            uint256 pairs = allocate(0);
            uint256 count = 0;
            for (uint256 k = 0; k < taps; ++k) {
                int256 place = int256(i) + pad - int256(k) * dilation;
                if (place < 0 || place % stride != 0 || place / stride >= int256(size)) continue;
                uint256 pair = allocate(2);
                storeFe(pair, 0, Fe.wrap(k * tapUnit));
                storeFe(pair, 1, Fe.wrap(uint256(place / stride) * outUnit));
                ++count;
            }
            storeFe(to, i, Fe.wrap((pairs << 16) | count));
        }
    }
}

/// v'[j] = sum over present (t, s) with source(t, s) = j of taps[t] v[s], for windows that are neither shared nor clamped and have
/// strides above zero: a new vector over the input. Gathered by input position, so that each is reduced once.
function transposeTaps(Window memory w, uint256 taps, uint256 v) pure returns (uint256 to) {
    unchecked {
        uint256 heights =
            axisPairs(w.kernelH, w.outH, w.inH, w.strideH, w.padH, w.dilationH, 32 * w.kernelW, 32 * w.outW);
        uint256 widths = axisPairs(w.kernelW, w.outW, w.inW, w.strideW, w.padW, w.dilationW, 32, 32);
        to = allocate(w.batch * w.inH * w.inW);
        uint256 next = to;
        uint256 stride = 32 * w.kernelH * w.kernelW;
        uint256 scratch = allocate(stride >> 4);
        for (uint256 b = 0; b < w.batch; ++b) {
            for (uint256 ih = 0; ih < w.inH; ++ih) {
                uint256 lines = Fe.unwrap(loadFe(heights, ih));
                for (uint256 iw = 0; iw < w.inW; ++iw) {
                    storeFe(next, 0, gather(lines, Fe.unwrap(loadFe(widths, iw)), taps, v, scratch, stride));
                    next += 32;
                }
            }
            v += 32 * w.outH * w.outW;
        }
    }
}

/// sum over pairs of pairs of taps[..] v[..]: the factors are collected side by side in `scratch`, 2 * `stride` bytes. Canonical.
function gather(uint256 lines, uint256 columns, uint256 taps, uint256 v, uint256 scratch, uint256 stride) pure returns (Fe) {
    uint256 to = scratch;
    assembly ("memory-safe") {
        let line := shr(16, lines)
        let first := shr(16, columns)
        let end := add(first, shl(6, and(columns, 0xFFFF)))
        for { let lineEnd := add(line, shl(6, and(lines, 0xFFFF))) } lt(line, lineEnd) { line := add(line, 64) } {
            let a := add(taps, mload(line))
            let b := add(v, mload(add(line, 32)))
            for { let column := first } lt(column, end) { column := add(column, 64) } {
                mstore(to, mload(add(a, mload(column))))
                mstore(add(to, stride), mload(add(b, mload(add(column, 32)))))
                to := add(to, 32)
            }
        }
    }
    unchecked {
        return dot(scratch, scratch + stride, (to - scratch) >> 5);
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

/// Where forms are evaluated: a point x of m coordinates of an oracle, with tables that are made when they are first needed. They
/// are about the last coordinates, those of a position in a limb, so W and X share them.
/// Tables of eq stand by (log_rows, log_cols), 32 x 32 words, and by log_cols, 32 words. suffixes[k] is eq of the last k
/// coordinates of the leaves' point and of x: most forms run along columns as eq of the former does.
struct Place {
    uint256 x;
    uint256 m;
    uint256 rowTables;
    uint256 colTables;
    uint256 leafEnd; // address behind the leaves' point
    uint256 suffixes;
    uint256 sums; // 512 pairs (key, sum of a vector over a tile's rows or columns)
}

function placeAt(uint256 x, uint256 m, uint256 leaf, uint256 logRows) pure returns (Place memory o) {
    unchecked {
        o.x = x;
        o.m = m;
        o.rowTables = allocateZero(1024);
        o.colTables = allocateZero(32);
        o.sums = allocateZero(1024);
        o.leafEnd = leaf + 32 * logRows;
        uint256 least = logRows < m ? logRows : m;
        o.suffixes = allocate(least + 1);
        Fe product = ONE;
        storeFe(o.suffixes, 0, product);
        for (uint256 k = 1; k <= least; ++k) {
            product = product * eqPoints(o.leafEnd - 32 * k, x + 32 * (m - k), 1);
            storeFe(o.suffixes, k, product);
        }
    }
}

/// sum over the tile's rows of U times eq of the row coordinates. Canonical.
function rowSum(Place memory o, Side u, uint256 row, uint256 logRows, uint256 logCols) pure returns (Fe) {
    unchecked {
        uint256 kind = kindOf(u);
        if (kind == SIDE_VECTOR) {
            uint256 from = addressOf(u) + 32 * row;
            if (logRows == 0) return loadFe(from, 0);
            return vectorSum(o, from, logRows, logCols);
        }
        uint256 e = o.x + 32 * (o.m - logCols - logRows);
        if (kind == SIDE_SHIFTED) return eqShifted(addressOf(u), bitsOf(u), e, logRows, baseOf(u) + row);
        uint256 bits = bitsOf(u) - logRows;
        return eqAt(addressOf(u), bits, row >> logRows) * eqPoints(addressOf(u) + 32 * bits, e, logRows);
    }
}

function rowTable(Place memory o, uint256 logRows, uint256 logCols) pure returns (uint256 table) {
    unchecked {
        uint256 entry = o.rowTables + 1024 * logRows + 32 * logCols;
        table = Fe.unwrap(loadFe(entry, 0));
        if (table == 0) {
            table = allocate(1 << logRows);
            eqTable(o.x + 32 * (o.m - logCols - logRows), logRows, table);
            storeFe(entry, 0, Fe.wrap(table));
        }
    }
}

function colTable(Place memory o, uint256 logCols) pure returns (uint256 table) {
    unchecked {
        uint256 entry = o.colTables + 32 * logCols;
        table = Fe.unwrap(loadFe(entry, 0));
        if (table == 0) {
            table = allocate(1 << logCols);
            eqTable(o.x + 32 * (o.m - logCols), logCols, table);
            storeFe(entry, 0, Fe.wrap(table));
        }
    }
}

/// sum over the tile's columns of V times eq of the last coordinates. Canonical.
function colSum(Place memory o, Side v, uint256 col, uint256 logCols) pure returns (Fe) {
    unchecked {
        if (kindOf(v) == SIDE_PREFIX) {
            uint256 bits = bitsOf(v) - logCols;
            uint256 point = addressOf(v);
            Fe tail = point + 32 * bitsOf(v) == o.leafEnd
                ? loadFe(o.suffixes, logCols)
                : eqPoints(point + 32 * bits, o.x + 32 * (o.m - logCols), logCols);
            return bits == 0 ? tail : tail * eqAt(point, bits, col >> logCols);
        }
        if (kindOf(v) == SIDE_PADS) return padsSum(addressOf(v), colTable(o, logCols), col, 1 << logCols);
        uint256 from = addressOf(v) + 32 * col;
        if (logCols == 0) return loadFe(from, 0);
        return vectorSum(o, from, logCols, 0);
    }
}

/// - sum_j c_k w^t e[j - col] over col <= j = 3 k + t < col + n. The three e of a pad are joined first where all are in the tile.
function padsSum(uint256 c, uint256 e, uint256 col, uint256 n) pure returns (Fe sum) {
    unchecked {
        uint256 k = col / 3;
        uint256 j = 0;
        for (uint256 t = col % 3; t != 0 && t < 3 && j < n; ++t) {
            sum = sum + loadFe(c, k) * timesPower(loadFe(e, j++), t);
            if (t == 2) ++k;
        }
        uint256 count = (n - j) / 3;
        uint256 joined = allocate(count);
        for (uint256 i = 0; i < count; ++i) {
            storeFe(joined, i, loadFe(e, j) + timesX(loadFe(e, j + 1) + timesX(loadFe(e, j + 2))));
            j += 3;
        }
        sum = sum + dot(c + 32 * k, joined, count);
        k += count;
        for (uint256 t = 0; j < n; ++t) {
            sum = sum + loadFe(c, k) * timesPower(loadFe(e, j++), t);
        }
        return reduce(ZERO - sum);
    }
}

/// a w^t for t < 3.
function timesPower(Fe a, uint256 t) pure returns (Fe) {
    if (t != 0) a = timesX(a);
    return t == 2 ? timesX(a) : a;
}

/// The inner product of 2^size words with eq of the `size` coordinates before the last `behind`. Tiles of many columns and forms
/// ask for the same one, so sums are kept, one for each place of a small table.
function vectorSum(Place memory o, uint256 from, uint256 size, uint256 behind) pure returns (Fe r) {
    unchecked {
        uint256 key = (from << 16) | (size << 8) | behind;
        uint256 entry = o.sums + ((((from >> 5) ^ (from >> 12) ^ (size << 5) ^ (behind << 3)) & 511) << 6);
        if (Fe.unwrap(loadFe(entry, 0)) == key) return loadFe(entry, 1);
        r = dot(from, behind == 0 ? colTable(o, size) : rowTable(o, size, behind), 1 << size);
        storeFe(entry, 0, Fe.wrap(key));
        storeFe(entry, 1, r);
    }
}

/// A flat form on a tile of a column with so many cols. Loose.
function flatSum(Place memory o, Side u, uint256 cols, uint256 row, uint256 col, uint256 logRows, uint256 logCols)
    pure
    returns (Fe sum)
{
    unchecked {
        uint256 from = addressOf(u) + 32 * (row * cols + col);
        if (cols == 1) return dot(from, colTable(o, logRows), 1 << logRows);
        uint256 e = colTable(o, logCols);
        if (logRows == 0) return dot(from, e, 1 << logCols);
        uint256 rows = rowTable(o, logRows, logCols);
        for (uint256 i = 0; i < 1 << logRows; ++i) {
            sum = sum + loadFe(rows, i) * dot(from, e, 1 << logCols);
            from += 32 * cols;
        }
    }
}

/// A~(x) of one oracle without the pin: all forms on all tiles of its columns (8.10). Reads the oracle's tiles from the plan.
function covectorAt(Reader memory r, uint256 heads, Place memory o) pure returns (Fe sum) {
    unchecked {
        for (uint256 columns = take(r, 2); columns != 0; --columns) {
            uint256 forms = Fe.unwrap(loadFe(heads, take(r, 2)));
            uint256 cols = take(r, 4);
            uint256 tiles = take(r, 2);
            if (forms == 0) {
                r.cursor += 14 * tiles;
                continue;
            }
            for (; tiles != 0; --tiles) {
                sum = sum + tileSum(o, r, forms, cols);
            }
        }
        sum = reduce(sum);
    }
}

function tileSum(Place memory o, Reader memory r, uint256 form, uint256 cols) pure returns (Fe sum) {
    unchecked {
        uint256 row = take(r, 4);
        uint256 col = take(r, 4);
        uint256 logRows = take(r, 1);
        uint256 logCols = take(r, 1);
        uint256 place = take(r, 4);
        while (form != 0) {
            Fe part = loadFe(form, 1);
            Side u = Side.wrap(Fe.unwrap(loadFe(form, 2)));
            if (kindOf(u) == SIDE_FLAT) {
                part = part * flatSum(o, u, cols, row, col, logRows, logCols);
            } else {
                Side v = Side.wrap(Fe.unwrap(loadFe(form, 3)));
                if (kindOf(u) != SIDE_ONE) part = part * rowSum(o, u, row, logRows, logCols);
                if (kindOf(v) != SIDE_ONE) part = part * colSum(o, v, col, logCols);
            }
            sum = sum + part;
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
