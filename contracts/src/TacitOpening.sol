// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import "./Field.sol";
import "./Transcript.sol";
import "./Merkle.sol";
import "./Points.sol";

/// @title The opening of the linear claim on the oracles W and X (protocol 8.7 to 8.10), but for the last product
///
/// Stateless; one deployment serves every model. Memory is one arena, laid out once by `layOut` in this order, with the
/// buffer of the transcript last, since what a query reads is hashed in one piece and paid by the byte:
///
///     out | points | groups | constraints | limb table | final vector | positions | probing table | nodes | row
///     | powers of the generator | buffer
///
/// out is what is returned: (bytes read, claim, folded, sum of constraints, K, limb point [K], pads B [2 K or 0],
/// number of coordinates, point). The caller has to check claim = folded * (its covector at the point + sum of constraints).
contract TacitOpening {
    /// Rows that were opened do not belong to the root of their oracle.
    error RowsDoNotMatchRoot(uint256 round);
    /// The final vector does not agree with the queried rows.
    error FinalVector();

    bytes32 private constant OPENING_STATEMENT = "\x11opening statement";
    bytes32 private constant FOLD = "\x04fold";
    bytes32 private constant MASK_CLAIM = "\x0amask claim";
    bytes32 private constant MASK_LINE = "\x09mask line";
    bytes32 private constant ORACLE_ROOT = "\x0boracle root";
    bytes32 private constant OUT_OF_DOMAIN = "\x0dout of domain";
    bytes32 private constant OUT_OF_DOMAIN_ANSWER = "\x14out of domain answer";
    bytes32 private constant QUERY_WORK = "\x0aquery work";
    bytes32 private constant QUERIES = "\x07queries";
    bytes32 private constant ROWS = "\x04rows";
    bytes32 private constant SALTS = "\x05salts";
    bytes32 private constant SIBLINGS = "\x08siblings";
    bytes32 private constant BATCH = "\x05batch";
    bytes32 private constant FINAL_VECTOR = "\x0cfinal vector";

    /// Which part of the folded vector a constraint is about.
    uint256 private constant WHOLE = 0;
    uint256 private constant BLOCK_W = 1;
    uint256 private constant BLOCK_X = 2;
    uint256 private constant WHOLE_AT_E = 3; // out of domain

    /// What follows from params(P) (protocol 11.2), the state of the opening and the regions of the arena.
    struct Opening {
        Transcript t;
        bytes32[3] roots; // W, X, the oracle of the round before
        uint256 rounds;
        uint256 limbsW;
        uint256 limbsX;
        uint256 logN;
        uint256 k;
        uint256 kW;
        uint256 kX;
        bool both;
        bool masked;
        bool saltedW;
        uint256 logFolded;
        uint256 finalLog;
        Fe claim;
        Fe rho;
        uint256 limbPoint; // regions
        uint256 pads;
        uint256 point;
        uint256 folded; // coordinates of the point so far
        uint256 groups; // (kind, m, first constraint, count) each
        uint256 groupCount;
        uint256 constraints; // (coefficient, at) each
        uint256 constraintCount;
        uint256 table;
        uint256 finalVector;
        uint256 positions;
        uint256 positionCount;
        uint256 probing;
        uint256 nodes;
        uint256 row;
        uint256 powers;
        uint256 siblings; // digests in a multiproof at the positions
        uint256 params; // calldata offset
    }

    /// @param params the encoding of the opening parameters (11.2), which the caller trusts
    /// @param state the transcript's state, with nothing pending
    /// @param value the ledger's value, canonical
    /// @param stream the rest of the proof stream
    function open(bytes calldata params, bytes32 state, bytes32 rootW, bytes32 rootX, Fe value, bytes calldata stream)
        external
        pure
        returns (uint256[] memory)
    {
        Opening memory o;
        o.roots = [rootW, rootX, bytes32(0)];
        o.claim = value;
        o.rho = ONE;
        uint256 out = layOut(o, params, state, stream);
        absorbStatement(o, params, value);
        limbFold(o);
        if (o.masked) {
            Fe s = elementAt(read(o.t, MASK_CLAIM, 24), 0);
            o.rho = draw(o.t, MASK_LINE);
            o.claim = reduce(o.rho * o.claim + s);
        }
        for (uint256 i = 1; i < o.rounds; ++i) {
            extensionRound(o, i);
        }
        finish(o, out, stream);
    }

    function u32(uint256 offset) private pure returns (uint256 r) {
        assembly ("memory-safe") {
            r := calldataload(offset)
        }
        r = swapLanes(r >> 192) & 0xFFFFFFFF;
    }

    /// Entry 0..5 of round i: log_limbs, log_domain, queries, grind_bits, ood, multiplicity. Round 0 has no log_limbs.
    function roundOf(Opening memory o, uint256 i, uint256 entry) private pure returns (uint256) {
        return u32(o.params + 46 + 24 * i + 4 * entry);
    }

    function log2Up(uint256 n) private pure returns (uint256 k) {
        while ((1 << k) < n) ++k;
    }

    /// Parses the parameters, places the regions, starts the transcript; the address of the output.
    function layOut(Opening memory o, bytes calldata params, bytes32 state, bytes calldata stream)
        private
        pure
        returns (uint256 out)
    {
        uint256 from;
        assembly ("memory-safe") {
            from := params.offset
        }
        o.params = from;
        o.logN = u32(from + 17);
        o.limbsW = u32(from + 21);
        o.limbsX = u32(from + 25);
        o.saltedW = u32(from + 29) != 0;
        o.masked = u32(from + 33) != 0;
        o.rounds = u32(from + 46);
        o.kW = log2Up(o.limbsW);
        o.kX = log2Up(o.limbsX);
        o.both = o.limbsW != 0 && o.limbsX != 0;
        o.k = o.kW > o.kX ? o.kW : o.kX;
        o.logFolded = o.both ? o.logN + 1 : o.logN;
        uint256 left = o.logFolded;
        uint256 queries = 0;
        uint256 samples = 0;
        uint256 widest = 8 * (o.limbsW > o.limbsX + 7 ? o.limbsW : o.limbsX + 7);
        uint256 table = 1 << o.k;
        for (uint256 i = 0; i < o.rounds; ++i) {
            uint256 q = roundOf(o, i, 2);
            if (q > queries) queries = q;
            samples += (i == 0 ? 2 * q : q) + roundOf(o, i, 4);
            if (i != 0) {
                uint256 limbs = roundOf(o, i, 0);
                left -= limbs;
                if (24 << limbs > widest) widest = 24 << limbs;
                if (1 << limbs > table) table = 1 << limbs;
            }
        }
        o.finalLog = left;
        uint256 top = 1;
        while (top < 2 * queries) top <<= 1;
        assembly ("memory-safe") {
            out := mload(0x40)
        }
        uint256 region = out + 32 * (8 + 3 * o.k + o.logFolded);
        o.limbPoint = region;
        region += 32 * o.k;
        o.pads = region;
        region += 64 * o.k;
        o.point = region;
        region += 32 * o.logFolded;
        o.groups = region;
        region += 128 * 4 * o.rounds;
        o.constraints = region;
        region += 64 * samples;
        o.table = region;
        region += 96 * (table > o.logFolded ? table : o.logFolded);
        o.finalVector = region;
        region += 96 << (o.finalLog < 5 ? 5 : o.finalLog);
        o.positions = region;
        region += 32 * queries;
        o.probing = region;
        region += 32 * (top + queries + 2);
        o.nodes = region;
        region += 64 * (queries + 1);
        o.row = region;
        region += (widest + 96 + 32 + 96) & ~uint256(31);
        o.powers = region;
        region += 2048 * 6;
        assembly ("memory-safe") {
            mstore(0x40, region)
        }
        o.t = newTranscript(state, 1 << 20, stream);
    }

    /// absorb "opening statement": params | root_w | root_x | value.
    function absorbStatement(Opening memory o, bytes calldata params, Fe value) private pure {
        uint256 to = absorbHeader(o.t, OPENING_STATEMENT, params.length + 88);
        bytes32 w = o.roots[0];
        bytes32 x = o.roots[1];
        uint256 encoded = encode(value);
        assembly ("memory-safe") {
            calldatacopy(to, params.offset, params.length)
            to := add(to, params.length)
            mstore(to, w)
            mstore(add(to, 32), x)
            mstore(add(to, 64), encoded)
        }
    }

    /// One fold round (8.7).
    function fold(Opening memory o) private pure returns (Fe r) {
        uint256 offset = read(o.t, FOLD, 48);
        Fe c0 = elementAt(offset, 0);
        Fe c2 = elementAt(offset, 1);
        r = draw(o.t, FOLD);
        o.claim = reduce(quadraticStep(o.claim, c0, c2, r));
    }

    /// 8.8: K fold rounds; masked, the claim is then o.claim + sum_k pads[k] xi_k.
    function limbFold(Opening memory o) private pure {
        for (uint256 i = 0; i < o.k; ++i) {
            Fe r = fold(o);
            storeFe(o.limbPoint, i, r);
            if (!o.masked) continue;
            for (uint256 j = 0; j < 2 * i; ++j) {
                storeFe(o.pads, j, loadFe(o.pads, j) * r);
            }
            storeFe(o.pads, 2 * i, reduce(minus(minus(ONE, r), r)));
            storeFe(o.pads, 2 * i + 1, reduce(minus(r * r, r)));
        }
    }

    function foldPoint(Opening memory o, uint256 count) private pure {
        for (; count != 0; --count) {
            storeFe(o.point, o.folded, fold(o));
            o.folded += 1;
        }
    }

    /// Opens one oracle at the positions: reads rows, salts and siblings and checks the root. The calldata offset of the rows.
    function openOracle(Opening memory o, uint256 round, bytes32 expected, uint256 words, bool salted)
        private
        pure
        returns (uint256 rows)
    {
        uint256 count = o.positionCount;
        uint256 size = 8 * words;
        uint256 logDomain = roundOf(o, round, 1);
        rows = read(o.t, ROWS, size * count);
        uint256 salts = salted ? read(o.t, SALTS, 32 * count) : 0;
        uint256 siblings = read(o.t, SIBLINGS, 32 * o.siblings);
        uint256 from = rows;
        uint256 positions = o.positions;
        uint256 nodes = o.nodes;
        uint256 row = o.row;
        assembly ("memory-safe") {
            mstore8(row, 0)
            let data := add(row, 1)
            let length := add(size, 1)
            let end := add(positions, shl(5, count))
            for { let node := nodes } lt(positions, end) { positions := add(positions, 32) } {
                calldatacopy(data, from, size)
                from := add(from, size)
                mstore(node, mload(positions))
                switch salts
                case 0 { mstore(add(node, 32), keccak256(row, length)) }
                default {
                    calldatacopy(add(data, size), salts, 32)
                    salts := add(salts, 32)
                    mstore(add(node, 32), keccak256(row, add(length, 32)))
                }
                node := add(node, 64)
            }
        }
        if (multiproofRoot(logDomain, nodes, count, siblings, row) != expected) revert RowsDoNotMatchRoot(round);
    }

    /// Words of a row of X, with its masks (8.7).
    function wordsX(Opening memory o) private pure returns (uint256) {
        return o.limbsX + (o.masked ? (o.both ? 7 : 4) : 0);
    }

    /// query(j): the proof of work, the positions and the rows of the oracles of round j; for j = 0 those of W, then X.
    function query(Opening memory o, uint256 j) private pure returns (uint256 first, uint256 second) {
        grind(o.t, QUERY_WORK, roundOf(o, j, 3));
        uint256 count = roundOf(o, j, 2);
        uint256 probing = o.probing;
        uint256 size = o.nodes - probing;
        assembly ("memory-safe") {
            calldatacopy(probing, calldatasize(), size)
        }
        o.positionCount = drawPositions(o.t, QUERIES, count, roundOf(o, j, 1), o.positions, probing);
        o.siblings = multiproofSize(roundOf(o, j, 1), o.positions, o.positionCount, o.nodes);
        if (j != 0) {
            first = openOracle(o, j, o.roots[2], 3 << roundOf(o, j, 0), false);
        } else {
            if (o.limbsW != 0) first = openOracle(o, 0, o.roots[0], o.limbsW, o.saltedW);
            if (o.limbsX != 0) {
                second = openOracle(o, 0, o.roots[1], wordsX(o), o.masked);
            }
        }
    }

    /// The inner product of `count` elements of F at a calldata offset with the unpacked table, four limbs a turn. Behind
    /// the row the words read as zero, whatever the table holds there. Canonical.
    function dotF(uint256 table, uint256 offset, uint256 count) private pure returns (Fe r) {
        uint256 tooLarge;
        assembly ("memory-safe") {
            let s0 := 0
            let s1 := 0
            let s2 := 0
            for { let end := add(offset, shl(3, count)) } lt(offset, end) { offset := add(offset, 32) } {
                let x := calldataload(offset)
                if lt(sub(end, offset), 32) { x := and(x, not(shr(shl(3, sub(end, offset)), not(0)))) }
                x := or(
                    and(shr(8, x), 0x00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF),
                    shl(8, and(x, 0x00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF))
                )
                x := or(
                    and(shr(16, x), 0x0000FFFF0000FFFF0000FFFF0000FFFF0000FFFF0000FFFF0000FFFF0000FFFF),
                    shl(16, and(x, 0x0000FFFF0000FFFF0000FFFF0000FFFF0000FFFF0000FFFF0000FFFF0000FFFF))
                )
                x := or(
                    and(shr(32, x), 0x00000000FFFFFFFF00000000FFFFFFFF00000000FFFFFFFF00000000FFFFFFFF),
                    shl(32, and(x, 0x00000000FFFFFFFF00000000FFFFFFFF00000000FFFFFFFF00000000FFFFFFFF))
                )
                let limb := shr(192, x)
                tooLarge := or(tooLarge, gt(limb, 0xFFFFFFFF00000000))
                s0 := add(s0, mul(limb, mload(table)))
                s1 := add(s1, mul(limb, mload(add(table, 32))))
                s2 := add(s2, mul(limb, mload(add(table, 64))))
                limb := and(shr(128, x), WORD)
                tooLarge := or(tooLarge, gt(limb, 0xFFFFFFFF00000000))
                s0 := add(s0, mul(limb, mload(add(table, 96))))
                s1 := add(s1, mul(limb, mload(add(table, 128))))
                s2 := add(s2, mul(limb, mload(add(table, 160))))
                limb := and(shr(64, x), WORD)
                tooLarge := or(tooLarge, gt(limb, 0xFFFFFFFF00000000))
                s0 := add(s0, mul(limb, mload(add(table, 192))))
                s1 := add(s1, mul(limb, mload(add(table, 224))))
                s2 := add(s2, mul(limb, mload(add(table, 256))))
                limb := and(x, WORD)
                tooLarge := or(tooLarge, gt(limb, 0xFFFFFFFF00000000))
                s0 := add(s0, mul(limb, mload(add(table, 288))))
                s1 := add(s1, mul(limb, mload(add(table, 320))))
                s2 := add(s2, mul(limb, mload(add(table, 352))))
                table := add(table, 384)
            }
            r := or(mod(s0, P), or(shl(85, mod(s1, P)), shl(170, mod(s2, P))))
        }
        if (tooLarge != 0) revert NotCanonical();
    }

    /// The inner product of `count` elements of E at a calldata offset with the unpacked table. Canonical.
    function dotE(uint256 table, uint256 offset, uint256 count) private pure returns (Fe r) {
        uint256 tooLarge;
        assembly ("memory-safe") {
            let s0 := 0
            let s1 := 0
            let s2 := 0
            for { let end := add(table, mul(96, count)) } lt(table, end) { offset := add(offset, 24) } {
                let x := shr(64, calldataload(offset))
                x := or(
                    and(shr(8, x), 0x00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF),
                    shl(8, and(x, 0x00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF))
                )
                x := or(
                    and(shr(16, x), 0x0000FFFF0000FFFF0000FFFF0000FFFF0000FFFF0000FFFF0000FFFF0000FFFF),
                    shl(16, and(x, 0x0000FFFF0000FFFF0000FFFF0000FFFF0000FFFF0000FFFF0000FFFF0000FFFF))
                )
                x := or(
                    and(shr(32, x), 0x00000000FFFFFFFF00000000FFFFFFFF00000000FFFFFFFF00000000FFFFFFFF),
                    shl(32, and(x, 0x00000000FFFFFFFF00000000FFFFFFFF00000000FFFFFFFF00000000FFFFFFFF))
                )
                let a0 := shr(128, x)
                let a1 := and(shr(64, x), WORD)
                let a2 := and(x, WORD)
                tooLarge := or(
                    tooLarge,
                    or(or(gt(a0, 0xFFFFFFFF00000000), gt(a1, 0xFFFFFFFF00000000)), gt(a2, 0xFFFFFFFF00000000))
                )
                x := mload(table)
                s0 := add(s0, mul(a0, x))
                s1 := add(s1, mul(a1, x))
                s2 := add(s2, mul(a2, x))
                x := mload(add(table, 32))
                s0 := add(s0, shl(1, mul(a2, x)))
                s1 := add(s1, mul(a0, x))
                s2 := add(s2, mul(a1, x))
                x := mload(add(table, 64))
                s0 := add(s0, shl(1, mul(a1, x)))
                s1 := add(s1, shl(1, mul(a2, x)))
                s2 := add(s2, mul(a0, x))
                table := add(table, 96)
            }
            r := or(mod(s0, P), or(shl(85, mod(s1, P)), shl(170, mod(s2, P))))
        }
        if (tooLarge != 0) revert NotCanonical();
    }

    /// eq of the last k coordinates of a point of n coordinates, unpacked, into o.table.
    function prepareTable(Opening memory o, uint256 point, uint256 n, uint256 k) private pure {
        uint256 packed = o.table + (64 << k); // the upper third: unpacking goes upwards and never overtakes it
        eqTable(point + 32 * (n - k), k, packed);
        unpack(packed, 1 << k, o.table);
    }

    function beginGroup(Opening memory o, uint256 kind, uint256 m, uint256 count) private pure {
        uint256 to = o.groups + 128 * o.groupCount;
        uint256 first = o.constraintCount;
        assembly ("memory-safe") {
            mstore(to, kind)
            mstore(add(to, 32), m)
            mstore(add(to, 64), first)
            mstore(add(to, 96), count)
        }
        o.groupCount += 1;
    }

    /// Remembers a constraint (coefficient, at) and adds its value to the claim.
    function constrain(Opening memory o, Fe coefficient, uint256 place, Fe value) private pure {
        uint256 to = o.constraints + 64 * o.constraintCount;
        assembly ("memory-safe") {
            mstore(to, coefficient)
            mstore(add(to, 32), place)
        }
        o.constraintCount += 1;
        o.claim = o.claim + coefficient * value;
    }

    /// Tables of w^i, w^(64 i), w^(4096 i), ..., i < 64, for a generator w of order 2^logDomain, at o.powers.
    function preparePowers(Opening memory o, uint256 logDomain) private pure {
        uint256 w = root(logDomain);
        uint256 to = o.powers;
        assembly ("memory-safe") {
            for { let left := add(logDomain, 6) } gt(left, 6) {} {
                let power := 1
                for { let end := add(to, 2048) } lt(to, end) { to := add(to, 32) } {
                    mstore(to, power)
                    power := mulmod(power, w, P)
                }
                w := power
                left := sub(left, 6)
                if lt(left, 6) { left := 6 }
            }
        }
    }

    /// w^s from these tables.
    function powerOf(Opening memory o, uint256 s) private pure returns (uint256 r) {
        uint256 tables = o.powers;
        assembly ("memory-safe") {
            r := mload(add(tables, shl(5, and(s, 63))))
            for { s := shr(6, s) } s { s := shr(6, s) } {
                tables := add(tables, 2048)
                r := mulmod(r, mload(add(tables, shl(5, and(s, 63)))), P)
            }
        }
    }

    /// The samples of one oracle, in order of positions; `power` is the last power of xi used, the next one is returned.
    /// kind WHOLE for an oracle of a later round or the only one of round 0 (then `first` says so).
    function constrainRows(Opening memory o, uint256 rows, uint256 masks, uint256 kind, uint256 round, Fe xi, Fe power)
        private
        pure
        returns (Fe)
    {
        beginGroup(o, kind, o.logFolded - o.folded, o.positionCount);
        preparePowers(o, roundOf(o, round, 1));
        for (uint256 k = 0; k < o.positionCount; ++k) {
            power = power * xi;
            Fe value = valueOfRow(o, rows, masks, kind, round, k);
            uint256 s = Fe.unwrap(loadFe(o.positions, k));
            constrain(o, power, powerOf(o, s), value);
        }
        o.claim = reduce(o.claim);
        return power;
    }

    /// The value of row k (8.9): for round 0 with the masks of X's row.
    function valueOfRow(Opening memory o, uint256 rows, uint256 masks, uint256 kind, uint256 round, uint256 k)
        private
        pure
        returns (Fe value)
    {
        if (round != 0) {
            uint256 limbs = 1 << roundOf(o, round, 0);
            return dotE(o.table, rows + 24 * limbs * k, limbs);
        }
        bool weights = kind == BLOCK_W || o.limbsX == 0;
        uint256 words = wordsX(o);
        value = weights ? dotF(o.table, rows + 8 * o.limbsW * k, o.limbsW) : dotF(o.table, rows + 8 * words * k, o.limbsX);
        if (!o.masked) return value;
        uint256 mask = masks + 8 * words * k + 8 * o.limbsX;
        if (weights) return o.rho * value + elementAt(mask + 32, 0);
        uint256 row2;
        assembly ("memory-safe") {
            row2 := calldataload(mask)
        }
        row2 = swapLanes(row2) >> 192;
        if (row2 >= P) revert NotCanonical();
        return o.rho * (value + Fe.wrap(row2)) + elementAt(mask + 8, 0);
    }

    /// Round i of 8.9.
    function extensionRound(Opening memory o, uint256 i) private pure {
        bytes32 root_i;
        uint256 offset = read(o.t, ORACLE_ROOT, 32);
        assembly ("memory-safe") {
            root_i := calldataload(offset)
        }
        uint256 ood = roundOf(o, i, 4);
        beginGroup(o, WHOLE_AT_E, o.logFolded - o.folded, ood);
        uint256 firstOne = o.constraintCount;
        for (uint256 k = 0; k < ood; ++k) {
            Fe z = draw(o.t, OUT_OF_DOMAIN);
            storeFe(o.constraints, 2 * (firstOne + k), elementAt(read(o.t, OUT_OF_DOMAIN_ANSWER, 24), 0));
            storeFe(o.constraints, 2 * (firstOne + k) + 1, z);
        }
        (uint256 first, uint256 second) = query(o, i - 1);
        Fe xi = draw(o.t, BATCH);
        Fe power = ONE;
        for (uint256 k = 0; k < ood; ++k) {
            power = power * xi;
            Fe answer = loadFe(o.constraints, 2 * (firstOne + k));
            constrain(o, power, Fe.unwrap(loadFe(o.constraints, 2 * (firstOne + k) + 1)), answer);
        }
        o.claim = reduce(o.claim);
        if (i == 1) {
            if (o.limbsW != 0) {
                prepareTable(o, o.limbPoint, o.k, o.kW);
                power = constrainRows(o, first, second, o.both ? BLOCK_W : WHOLE, 0, xi, power);
            }
            if (o.limbsX != 0) {
                prepareTable(o, o.limbPoint, o.k, o.kX);
                power = constrainRows(o, second, second, o.both ? BLOCK_X : WHOLE, 0, xi, power);
            }
        } else {
            prepareTable(o, o.point, o.folded, roundOf(o, i - 1, 0));
            constrainRows(o, first, first, WHOLE, i - 1, xi, power);
        }
        o.roots[2] = root_i;
        foldPoint(o, roundOf(o, i, 0));
    }

    /// sum_i v[i] x^i mod p over 2^m elements of F, m >= 5, one word each. Two steps of Horner's rule fit between two
    /// reductions: 64, 129, 193 bits.
    function horner(uint256 v, uint256 m, uint256 x) private pure returns (uint256 s) {
        assembly ("memory-safe") {
            for { let from := add(v, shl(add(m, 5), 1)) } gt(from, v) {} {
                from := sub(from, 1024)
                s := mod(add(mul(add(mul(s, x), mload(add(from, 992))), x), mload(add(from, 960))), P)
                s := mod(add(mul(add(mul(s, x), mload(add(from, 928))), x), mload(add(from, 896))), P)
                s := mod(add(mul(add(mul(s, x), mload(add(from, 864))), x), mload(add(from, 832))), P)
                s := mod(add(mul(add(mul(s, x), mload(add(from, 800))), x), mload(add(from, 768))), P)
                s := mod(add(mul(add(mul(s, x), mload(add(from, 736))), x), mload(add(from, 704))), P)
                s := mod(add(mul(add(mul(s, x), mload(add(from, 672))), x), mload(add(from, 640))), P)
                s := mod(add(mul(add(mul(s, x), mload(add(from, 608))), x), mload(add(from, 576))), P)
                s := mod(add(mul(add(mul(s, x), mload(add(from, 544))), x), mload(add(from, 512))), P)
                s := mod(add(mul(add(mul(s, x), mload(add(from, 480))), x), mload(add(from, 448))), P)
                s := mod(add(mul(add(mul(s, x), mload(add(from, 416))), x), mload(add(from, 384))), P)
                s := mod(add(mul(add(mul(s, x), mload(add(from, 352))), x), mload(add(from, 320))), P)
                s := mod(add(mul(add(mul(s, x), mload(add(from, 288))), x), mload(add(from, 256))), P)
                s := mod(add(mul(add(mul(s, x), mload(add(from, 224))), x), mload(add(from, 192))), P)
                s := mod(add(mul(add(mul(s, x), mload(add(from, 160))), x), mload(add(from, 128))), P)
                s := mod(add(mul(add(mul(s, x), mload(add(from, 96))), x), mload(add(from, 64))), P)
                s := mod(add(mul(add(mul(s, x), mload(add(from, 32))), x), mload(from)), P)
            }
        }
    }

    /// The final vector, which lies in three runs of 2^max(finalLog, 5) words, at x in F. Canonical.
    function finalAt(uint256 v, uint256 finalLog, uint256 x) private pure returns (Fe) {
        unchecked {
            uint256 m = finalLog < 5 ? 5 : finalLog;
            uint256 run = 32 << m;
            uint256 s0 = horner(v, m, x);
            uint256 s1 = horner(v + run, m, x);
            return Fe.wrap(s0 | (s1 << 85) | (horner(v + 2 * run, m, x) << 170));
        }
    }

    /// Reads the final vector into three runs, one for each lane; what is missing to 32 elements stays zero.
    function readFinalVector(Opening memory o) private pure {
        uint256 size = 1 << o.finalLog;
        uint256 offset = read(o.t, FINAL_VECTOR, 24 * size);
        uint256 to = o.finalVector;
        uint256 run = 32 << (o.finalLog < 5 ? 5 : o.finalLog);
        for (uint256 i = 0; i < size; ++i) {
            uint256 w = Fe.unwrap(elementAt(offset, i));
            assembly ("memory-safe") {
                mstore(to, and(w, LANE))
                mstore(add(to, run), and(shr(85, w), LANE))
                mstore(add(to, shl(1, run)), shr(170, w))
                to := add(to, 32)
            }
        }
    }

    /// The last round (8.10): the final vector against the last rows, the last folds, the sum of the constraints.
    function finish(Opening memory o, uint256 out, bytes calldata stream) private pure {
        readFinalVector(o);
        uint256 round = o.rounds - 1;
        (uint256 rows,) = query(o, round);
        uint256 logLimbs = roundOf(o, round, 0);
        prepareTable(o, o.point, o.folded, logLimbs);
        preparePowers(o, roundOf(o, round, 1));
        for (uint256 k = 0; k < o.positionCount; ++k) {
            Fe value = dotE(o.table, rows + (24 << logLimbs) * k, 1 << logLimbs);
            uint256 x = powerOf(o, Fe.unwrap(loadFe(o.positions, k)));
            if (Fe.unwrap(finalAt(o.finalVector, o.finalLog, x)) != Fe.unwrap(value)) revert FinalVector();
        }
        foldPoint(o, o.finalLog);
        writeOutput(o, out, stream);
    }

    /// The final vector at the last coordinates of the point: its lanes are packed and folded in place, the most
    /// significant variable first.
    function foldedVector(Opening memory o) private pure returns (Fe) {
        uint256 v = o.finalVector;
        uint256 run = 32 << (o.finalLog < 5 ? 5 : o.finalLog);
        uint256 half = 1 << o.finalLog;
        assembly ("memory-safe") {
            for { let from := v } lt(from, add(v, shl(5, half))) { from := add(from, 32) } {
                mstore(from, or(mload(from), or(shl(85, mload(add(from, run))), shl(170, mload(add(from, shl(1, run)))))))
            }
        }
        for (uint256 j = o.folded - o.finalLog; j < o.folded; ++j) {
            half >>= 1;
            Fe r = loadFe(o.point, j);
            for (uint256 i = 0; i < half; ++i) {
                Fe low = loadFe(v, i);
                storeFe(v, i, reduce(low + minus(loadFe(v, i + half), low) * r));
            }
        }
        return loadFe(v, 0);
    }

    /// The part of the constraints in the covector at the point (8.10).
    function constraintSum(Opening memory o) private pure returns (Fe sum) {
        unpack(o.point, o.folded, o.table);
        for (uint256 g = 0; g < o.groupCount; ++g) {
            uint256 from = o.groups + 128 * g;
            uint256 kind = Fe.unwrap(loadFe(from, 0));
            uint256 m = Fe.unwrap(loadFe(from, 1));
            uint256 place = o.constraints + 64 * Fe.unwrap(loadFe(from, 2));
            uint256 tail = o.folded - m;
            Fe part = ZERO;
            if (kind == BLOCK_W || kind == BLOCK_X) {
                --m;
                ++tail;
            }
            for (uint256 k = Fe.unwrap(loadFe(from, 3)); k != 0; --k) {
                Fe coefficient = loadFe(place, 0);
                Fe z = loadFe(place, 1);
                part = part
                    + (
                        kind == WHOLE_AT_E
                            ? powTilde(coefficient, z, o.point + 32 * tail, m)
                            : powTildeF(coefficient, Fe.unwrap(z), o.table + 96 * tail, m)
                    );
                place += 64;
            }
            if (kind == BLOCK_W) part = part * minus(ONE, loadFe(o.point, tail - 1));
            if (kind == BLOCK_X) part = part * loadFe(o.point, tail - 1);
            sum = sum + part;
        }
        sum = reduce(sum);
    }

    function writeOutput(Opening memory o, uint256 out, bytes calldata stream) private pure {
        Fe folded = foldedVector(o);
        Fe sum = constraintSum(o);
        uint256 used = o.t.next;
        assembly ("memory-safe") {
            used := sub(used, stream.offset)
        }
        uint256 n = 6 + o.k + (o.masked ? 2 * o.k : 0) + o.folded;
        storeFe(out, 0, Fe.wrap(32));
        storeFe(out, 1, Fe.wrap(n));
        uint256 to = out + 64;
        storeFe(to, 0, Fe.wrap(used));
        storeFe(to, 1, o.claim);
        storeFe(to, 2, folded);
        storeFe(to, 3, sum);
        storeFe(to, 4, Fe.wrap(o.k));
        to += 160;
        copy(o.limbPoint, to, o.k);
        to += 32 * o.k;
        if (o.masked) {
            copy(o.pads, to, 2 * o.k);
            to += 64 * o.k;
        }
        storeFe(to, 0, Fe.wrap(o.folded));
        copy(o.point, to + 32, o.folded);
        assembly ("memory-safe") {
            return(out, add(64, shl(5, n)))
        }
    }

    function copy(uint256 from, uint256 to, uint256 words) private pure {
        assembly ("memory-safe") {
            mcopy(to, from, shl(5, words))
        }
    }
}
