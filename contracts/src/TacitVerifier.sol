// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import "./Field.sol";
import "./Transcript.sol";
import "./Points.sol";
import "./Argument.sol";
import "./Forms.sol";

interface ITacitArgument {
    function argue(bytes calldata header, bytes calldata publicValues, bytes calldata stream)
        external
        pure
        returns (uint256[] memory);
}

interface ITacitOpening {
    function open(bytes calldata params, bytes32 state, bytes32 rootW, bytes32 rootX, Fe value, bytes calldata stream)
        external
        pure
        returns (uint256[] memory);
}

/// @title Verifies Tacit proofs of one model (protocol 8)
/// @notice A proof that `verify` accepts says that the model's function, evaluated in exact integers, gives the public values
/// (protocol 1). The model is the one whose plan (tools/plan.py) was deployed: whoever has the model's key makes the plan again
/// and compares its hash. That the key itself is acceptable (protocol 11.3), its registration included, is checked by whoever
/// deploys or audits, off chain, once.
/// @dev The plan is the code of a contract of its own behind a zero byte, so that it cannot be called.
///
/// Memory, one region after another: plan | pads, messages, points (Argument) | vectors and forms (Forms) | the call of the
/// opening, which is written over by what comes after it.
contract TacitVerifier {
    /// A public value is missing, superfluous or out of its column's range.
    error PublicValues();
    /// The final claim is not the folded vector times the covector.
    error FinalClaim();
    /// The stream is longer than the proof.
    error StreamTooLong();
    /// A reserved value in the plan.
    error BadPlan();

    /// @notice The stateless contract for the messages before the opening.
    ITacitArgument public immutable argument;
    /// @notice The stateless contract for the second half of a proof.
    ITacitOpening public immutable opening;
    /// @notice The contract that holds the plan.
    address public immutable plan;

    /// Everything that is known of a proof while it is verified.
    struct Proof {
        Reader r;
        uint256 head; // digest | root_w | pin | z
        bool hasWeights;
        bool masked;
        uint256 params; // address and length
        uint256 paramsLength;
        uint256 logRows;
        uint256 rounds;
        uint256 instances;
        uint256 sizes; // address of one word n_l for each instance
        uint256 pads;
        uint256 columns;
        uint256 uses;
        uint256 publics; // where their list stands in the plan
        uint256 argued; // what TacitArgument returned
        uint256 productsPoint;
        Fe alpha;
        Fe[] betas;
        Fe gamma;
        Fe gamma2;
        uint256 leaf; // the point of the leaves
        Fe value; // of the ledger
        uint256 heads;
        uint256 classes; // (log_cols, cols, sum of v, v as a vector or 0) each
        uint256 useList; // (coefficient, U, V, cols, sum of u) each
        uint256 usesFound;
        Fe massOfLookups;
        Fe massOfAll;
        Fe known; // V of 8.3 without q
    }

    /// What the expressions of one block share.
    struct Block {
        uint256 class;
        Side u;
        Side v;
        uint256 rows;
        uint256 cols;
        uint256 logCols;
        Fe uSum;
        Fe uPositions;
        Fe vSum;
        Fe mass;
    }

    constructor(ITacitArgument argument_, ITacitOpening opening_, address plan_) {
        argument = argument_;
        opening = opening_;
        plan = plan_;
    }

    /// @notice Reverts unless the proof is valid for the public values.
    /// @param publicValues the entries of all public columns, by column id, row-major, i32 little-endian (protocol 8.1)
    /// @param stream the proof stream (protocol 11.4)
    function verify(bytes calldata publicValues, bytes calldata stream) external view {
        Proof memory p;
        uint256 used = readPlan(p);
        if (used > stream.length) revert StreamTooShort();
        callArgument(p, publicValues, stream[:used]);
        Fe pinPower = ledger(p, publicValues);
        uint256 result = callOpening(p, stream[used:]);
        if (used + Fe.unwrap(loadFe(result, 0)) != stream.length) revert StreamTooLong();
        finish(p, result, pinPower);
    }

    // ---- plan and messages

    /// Reads the plan up to the list of public columns; the length of the messages before the opening.
    function readPlan(Proof memory p) private view returns (uint256) {
        address from = plan;
        uint256 start;
        assembly ("memory-safe") {
            let size := sub(extcodesize(from), 1)
            start := mload(0x40)
            extcodecopy(from, start, 1, size)
            mstore(0x40, and(add(add(start, size), 0x3f), not(0x1f)))
        }
        p.head = start;
        Reader memory r = p.r;
        r.cursor = start + 128;
        p.hasWeights = take(r, 1) & 2 != 0;
        uint256 labelLength = take(r, 1);
        r.cursor += labelLength;
        p.paramsLength = take(r, 2);
        p.params = r.cursor;
        r.cursor += p.paramsLength;
        bool work = take(r, 1) != 0;
        p.logRows = take(r, 1);
        if (p.logRows > 20) revert BadPlan(); // prefixSums has room for so many coordinates
        p.rounds = take(r, 1);
        p.instances = take(r, 2);
        p.sizes = r.cursor;
        r.cursor += p.instances;
        p.pads = take(r, 2);
        p.masked = take(r, 1) != 0;
        p.publics = r.cursor; // end of the header
        p.columns = take(r, 2);
        p.uses = take(r, 2);
        uint256 elements = p.logRows * (p.logRows + 3) + 1;
        if (p.instances != 0) elements += 2 * p.rounds + 2 * p.instances;
        if (p.masked) elements += 2 * log2Up(2 * p.logRows + p.instances + 1) + 2;
        return 32 + (work ? 8 : 0) + 24 * elements;
    }

    function callArgument(Proof memory p, bytes calldata publicValues, bytes calldata stream) private view {
        Reader memory r = p.r;
        uint256 size = p.publics - p.head;
        bytes memory header = new bytes(size);
        uint256 to;
        assembly ("memory-safe") {
            to := add(header, 32)
        }
        copyTo(to, p.head, size);
        uint256[] memory words = argument.argue(header, publicValues, stream);
        assembly ("memory-safe") {
            to := add(words, 32)
        }
        p.argued = to;
        p.alpha = loadFe(to, 2);
        p.gamma = loadFe(to, 4);
        p.gamma2 = p.gamma * p.gamma;
        p.leaf = to + 192;
        p.productsPoint = p.leaf + 32 * p.logRows;
        p.publics = r.cursor;
        uint256 count = take(r, 1);
        r.cursor += 26 * count;
        p.betas = new Fe[](take(r, 1));
        Fe power = ONE;
        for (uint256 k = 0; k < p.betas.length; ++k) {
            power = power * loadFe(to, 3);
            p.betas[k] = power;
        }
    }

    function copyTo(uint256 to, uint256 from, uint256 size) private pure {
        assembly ("memory-safe") {
            mcopy(to, from, size)
        }
    }

    // ---- the ledger (8.3, 8.6)

    /// Forms and value of the ledger; the coefficient of the pin.
    function ledger(Proof memory p, bytes calldata publicValues) private pure returns (Fe pinPower) {
        p.heads = allocateZero(p.columns);
        readBlocks(p);
        uint256 count = 2 * p.instances;
        uint256 powers = allocate(count);
        pinPower = p.gamma2;
        for (uint256 i = 0; i < count; ++i) {
            pinPower = pinPower * p.gamma;
            storeFe(powers, i, pinPower);
        }
        if (p.masked) {
            for (uint256 i = 0; i < p.logRows + 4; ++i) {
                pinPower = pinPower * p.gamma;
            }
            uint256 coefficients = p.productsPoint + 32 * p.rounds;
            addForm(p.heads, p.columns - 1, ONE, Side.wrap(SIDE_ONE), side(SIDE_PADS, 0, 0, coefficients));
        }
        pinPower = pinPower * p.gamma;
        readInstances(p, powers);
        Fe value = loadFe(p.argued, 5) + p.gamma * p.massOfLookups + p.gamma2 * reduce(p.known + p.massOfAll);
        value = value - publicPart(p, publicValues);
        if (p.hasWeights) value = value + pinPower * loadFe(p.head, 2);
        p.value = reduce(value);
    }

    /// Evaluates the forms on public columns, whose values must be complete and in range.
    function publicPart(Proof memory p, bytes calldata publicValues) private pure returns (Fe sum) {
        Reader memory r;
        r.cursor = p.publics;
        uint256 next;
        uint256 end;
        assembly ("memory-safe") {
            next := publicValues.offset
            end := add(next, publicValues.length)
        }
        for (uint256 count = take(r, 1); count != 0; --count) {
            uint256 column = take(r, 2);
            uint256 rows = take(r, 4);
            uint256 cols = take(r, 4);
            int256 lo = takeSigned(r, 8);
            int256 hi = takeSigned(r, 8);
            uint256 values = allocate(rows * cols);
            if (next + 4 * rows * cols > end) revert PublicValues();
            for (uint256 i = 0; i < rows * cols; ++i) {
                uint256 word;
                assembly ("memory-safe") {
                    word := calldataload(next)
                }
                int256 v = int256(int32(uint32(swapLanes(word >> 192))));
                if (v < lo || v > hi) revert PublicValues();
                storeFe(values, i, Fe.wrap(residue(v)));
                next += 4;
            }
            sum = sum + evaluateForms(Fe.unwrap(loadFe(p.heads, column)), values, rows, cols);
        }
        if (next != end) revert PublicValues();
    }

    // ---- the theorem (8.3)

    function readBlocks(Proof memory p) private pure {
        Reader memory r = p.r;
        uint256 count = take(r, 1);
        p.classes = allocateZero(4 * count);
        for (uint256 i = 0; i < count; ++i) {
            uint256 logCols = take(r, 1);
            uint256 cols = take(r, 4);
            (Fe sum,) = prefixSums(p.leaf + 32 * (p.logRows - logCols), logCols, cols);
            storeFe(p.classes, 4 * i, Fe.wrap(logCols));
            storeFe(p.classes, 4 * i + 1, Fe.wrap(cols));
            storeFe(p.classes, 4 * i + 2, sum);
        }
        p.useList = allocate(5 * p.uses);
        p.known = ZERO - ONE;
        Block memory b;
        for (uint256 blocks = take(r, 2); blocks != 0; --blocks) {
            readBlock(p, b);
        }
        p.known = reduce(p.known);
        p.massOfAll = reduce(p.massOfAll);
        p.massOfLookups = reduce(p.massOfLookups);
    }

    /// The weights of the block's rows and columns and their sums.
    function readSides(Proof memory p, Block memory b) private pure {
        Reader memory r = p.r;
        uint256 class = p.classes + 128 * take(r, 1);
        b.class = class;
        b.logCols = Fe.unwrap(loadFe(class, 0));
        b.cols = Fe.unwrap(loadFe(class, 1));
        b.vSum = loadFe(class, 2);
        b.rows = take(r, 4);
        uint256 base = take(r, 4);
        uint256 bits = p.logRows - b.logCols;
        b.v = b.logCols == 0 ? Side.wrap(SIDE_ONE) : side(SIDE_PREFIX, 0, b.logCols, p.leaf + 32 * bits);
        if (take(r, 1) != 0) {
            uint256 u = allocate(b.rows + 1);
            eqRange(p.leaf, bits, base, b.rows, u);
            b.u = side(SIDE_VECTOR, 0, 0, u);
            b.uSum = sumOf(u, b.rows);
        } else {
            b.u = side(SIDE_SHIFTED, base, bits, p.leaf);
            (b.uSum, b.uPositions) = sumsBetween(p, bits, base, b.rows);
        }
        b.mass = b.uSum * b.vSum;
    }

    function readBlock(Proof memory p, Block memory b) private pure {
        Reader memory r = p.r;
        uint256 kind = take(r, 1);
        readSides(p, b);
        uint256 table = take(r, 2);
        p.massOfAll = p.massOfAll + b.mass;
        Fe tag = reduce(p.alpha - Fe.wrap(1 + table));
        if (kind == 0) {
            p.massOfLookups = p.massOfLookups + b.mass;
            p.known = p.known - b.mass * tag;
            readExpressions(p, b, 0);
            return;
        }
        addForm(p.heads, take(r, 2), p.gamma, b.u, b.v);
        if (kind == 2) {
            uint256 cols = take(r, 4);
            p.known = p.known - b.mass * tag
                + p.betas[0] * reduce(scale(rowPositions(b) * b.vSum, cols) + b.uSum * positionsOf(p, b));
            readExpressions(p, b, 1);
        } else if (kind == 1) {
            readSegments(p, tag);
        } else {
            revert BadPlan();
        }
    }

    /// sum_s s v[s] of the block's columns.
    function positionsOf(Proof memory p, Block memory b) private pure returns (Fe indices) {
        (, indices) = prefixSums(p.leaf + 32 * (p.logRows - b.logCols), b.logCols, b.cols);
    }

    /// The rows of a table in closed form, segment by segment.
    function readSegments(Proof memory p, Fe tag) private pure {
        Reader memory r = p.r;
        uint256 width = take(r, 1);
        for (uint256 count = take(r, 1); count != 0; --count) {
            uint256 start = take(r, 4);
            (Fe ones, Fe indices) = sumsBetween(p, p.logRows, start, take(r, 4));
            p.known = reduce(p.known - segment(p, tag, ones, indices, width));
        }
    }

    /// (sum of eq(at, start + i), sum of i eq(at, start + i)) over i < length, at the first `bits` coordinates of the point.
    function sumsBetween(Proof memory p, uint256 bits, uint256 start, uint256 length)
        private
        pure
        returns (Fe ones, Fe indices)
    {
        (Fe ones0, Fe indices0) = prefixSums(p.leaf, bits, start);
        (ones, indices) = prefixSums(p.leaf, bits, start + length);
        ones = reduce(minus(ones, ones0));
        indices = reduce(minus(minus(indices, indices0), scale(ones, start)));
    }

    /// sum_r r u[r] of the block's rows.
    function rowPositions(Block memory b) private pure returns (Fe sum) {
        if (kindOf(b.u) == SIDE_SHIFTED) return b.uPositions;
        for (uint256 i = 1; i < b.rows; ++i) {
            sum = sum + scale(loadFe(addressOf(b.u), i), i);
        }
        sum = reduce(sum);
    }

    /// The block's column weights as a vector, made once for all blocks of as many columns.
    function colVector(Block memory b) private pure returns (uint256 v) {
        v = Fe.unwrap(loadFe(b.class, 3));
        if (v == 0) {
            v = materialize(b.v, b.cols);
            storeFe(b.class, 3, Fe.wrap(v));
        }
    }

    function segment(Proof memory p, Fe tag, Fe ones, Fe indices, uint256 width) private pure returns (Fe part) {
        part = ones * tag;
        for (uint256 k = 0; k < width; ++k) {
            Fe entries = scale(ones, residue(takeSigned(p.r, 8)));
            part = part - p.betas[k] * (entries + scale(indices, residue(takeSigned(p.r, 8))));
        }
    }

    /// The expressions of a lookup or of a column table, whose first has power `k` of beta.
    function readExpressions(Proof memory p, Block memory b, uint256 k) private pure {
        Reader memory r = p.r;
        for (uint256 count = take(r, 1); count != 0; --count) {
            Fe weight = reduce(ZERO - scale(p.betas[k++], halfPower(take(r, 1))));
            int256 constant_ = takeSigned(r, 8);
            int256 rowStep = takeSigned(r, 8);
            int256 colStep = takeSigned(r, 8);
            Fe known = scale(b.mass, residue(constant_));
            if (rowStep != 0) known = known + scale(rowPositions(b) * b.vSum, residue(rowStep));
            if (colStep != 0) known = known + scale(b.uSum * positionsOf(p, b), residue(colStep));
            p.known = reduce(p.known - weight * known);
            if (take(r, 1) != 0) noteUse(p, b, weight);
            weight = weight * p.gamma2;
            for (uint256 linears = take(r, 2); linears != 0; --linears) {
                readLinear(p, b, weight);
            }
        }
    }

    function noteUse(Proof memory p, Block memory b, Fe weight) private pure {
        uint256 to = p.useList + 160 * p.usesFound;
        p.usesFound += 1;
        storeFe(to, 0, weight);
        storeFe(to, 1, Fe.wrap(Side.unwrap(b.u)));
        storeFe(to, 2, Fe.wrap(Side.unwrap(b.v)));
        storeFe(to, 3, Fe.wrap(b.cols));
        storeFe(to, 4, b.uSum);
    }

    /// The form of a linear term (8.6).
    function readLinear(Proof memory p, Block memory b, Fe weight) private pure {
        Reader memory r = p.r;
        uint256 column = take(r, 2);
        uint256 cols = take(r, 4);
        int256 coefficient = takeSigned(r, 8);
        bool oneRow = take(r, 1) != 0;
        bool divided = take(r, 1) != 0;
        uint256 kind = take(r, 1);
        if (kind == 2) {
            Side flat = mappedSide(r, b);
            addForm(p.heads, column, scale(weight, residue(coefficient)), flat, Side.wrap(SIDE_ONE));
            return;
        }
        Side v = b.v;
        uint256 width = b.cols;
        if (kind == 1) {
            Window memory w = takeWindow(r);
            width = inCols(w);
            uint256 from = colVector(b);
            if (divided) from = dividedWeights(w, from, coefficient);
            uint256 to = allocateZero(width);
            transpose(w, from, to, false);
            v = side(SIDE_VECTOR, 0, 0, to);
        }
        if (!divided) weight = scale(weight, residue(coefficient));
        else if (kind != 1) weight = scale(weight, residue((2 * coefficient + 1) / 2));
        Side u = b.u;
        uint256 rows = b.rows;
        if (oneRow) {
            weight = weight * b.uSum;
            u = Side.wrap(SIDE_ONE);
            rows = 1;
        }
        addShaped(p, column, cols, weight, u, rows, v, width);
    }

    /// k(s) v[s] with divide_by_taps (5.2).
    function dividedWeights(Window memory w, uint256 v, int256 coefficient) private pure returns (uint256 to) {
        uint256 n = outCols(w);
        to = allocateZero(n);
        transpose(w, v, to, true);
        for (uint256 s = 0; s < n; ++s) {
            uint256 present = Fe.unwrap(loadFe(to, s));
            if (present == 0) present = 1;
            storeFe(to, s, scale(loadFe(v, s), (2 * uint256(coefficient) + present) / (2 * present)));
        }
    }

    /// The flat vector of a mapped term.
    function mappedSide(Reader memory r, Block memory b) private pure returns (Side) {
        uint256 n = b.rows * b.cols;
        uint256 u = materialize(b.u, b.rows);
        uint256 v = colVector(b);
        uint256 sources = mapSources(r, n);
        uint256 size = 0;
        for (uint256 i = 0; i < n; ++i) {
            uint256 source = Fe.unwrap(loadFe(sources, i));
            if (source > size) size = source;
        }
        // entries behind the last source are never read by the map, but a tile may span them
        uint256 to = allocateZero(2 * size + 2);
        for (uint256 i = 0; i < n; ++i) {
            uint256 source = Fe.unwrap(loadFe(sources, i));
            if (source == 0) continue;
            uint256 place = to + 32 * (source - 1);
            storeFe(place, 0, loadFe(place, 0) + loadFe(u, i / b.cols) * loadFe(v, i % b.cols));
        }
        return side(SIDE_FLAT, 0, 0, to);
    }

    /// A form with the sides as they are, or flat if the column has another width.
    function addShaped(
        Proof memory p,
        uint256 column,
        uint256 cols,
        Fe coefficient,
        Side u,
        uint256 rows,
        Side v,
        uint256 width
    ) private pure {
        if (width != cols) {
            uint256 flat = materialize(u, rows);
            if (kindOf(v) != SIDE_ONE) flat = outer(flat, rows, materialize(v, width), width);
            u = side(SIDE_FLAT, 0, 0, flat);
            v = Side.wrap(SIDE_ONE);
        }
        addForm(p.heads, column, coefficient, u, v);
    }

    // ---- contractions (8.4)

    function readInstances(Proof memory p, uint256 powers) private pure {
        for (uint256 l = 0; l < p.instances; ++l) {
            uint256 size = Fe.unwrap(loadFe(p.sizes + l, 0)) >> 248;
            readInstance(p, size, loadFe(powers, 2 * l), loadFe(powers, 2 * l + 1));
        }
    }

    struct Instance {
        uint256 use;
        uint256 weights;
        uint256 weightsCols;
        uint256 input;
        uint256 inputCols;
        uint256 rows;
        uint256 groups;
        uint256 inRows;
        uint256 taps;
        Side inputs; // eq of the first coordinates
        uint256 tapVector;
    }

    /// The two claims of an instance.
    function readInstance(Proof memory p, uint256 size, Fe weightsPower, Fe inputPower) private pure {
        Reader memory r = p.r;
        Instance memory c;
        c.use = p.useList + 160 * take(r, 2);
        c.weights = take(r, 2);
        c.weightsCols = take(r, 4);
        c.input = take(r, 2);
        c.inputCols = take(r, 4);
        c.rows = take(r, 4);
        c.groups = take(r, 4);
        c.inRows = take(r, 4);
        uint256 logInputs = take(r, 1);
        uint256 logTaps = take(r, 1);
        uint256 point = p.productsPoint + 32 * (p.rounds - size);
        c.inputs = logInputs == 0 ? Side.wrap(SIDE_ONE) : side(SIDE_PREFIX, 0, logInputs, point);
        Window memory w;
        c.taps = 1;
        if (take(r, 1) != 0) {
            w = takeWindow(r);
            c.taps = w.kernelH * w.kernelW;
        }
        c.tapVector = allocate(c.taps + 1);
        eqRange(point + 32 * logInputs, logTaps, 0, c.taps, c.tapVector);
        addWeightsForms(p, c, weightsPower);
        Side v = Side.wrap(Fe.unwrap(loadFe(c.use, 2)));
        uint256 cols = Fe.unwrap(loadFe(c.use, 3));
        if (w.batch != 0) {
            uint256 from = materialize(v, cols);
            cols = inCols(w);
            if (w.isShared || w.isClamped) revert BadPlan();
            v = side(SIDE_VECTOR, 0, 0, transposeTaps(w, c.tapVector, from));
        }
        addShaped(p, c.input, c.inputCols, inputPower, c.inputs, c.groups * c.inRows, v, cols);
    }

    function addWeightsForms(Proof memory p, Instance memory c, Fe power) private pure {
        Fe coefficient = power * loadFe(c.use, 0);
        Side u = Side.wrap(Fe.unwrap(loadFe(c.use, 1)));
        uint256 width = c.inRows * c.taps;
        if (c.groups == 1) {
            Side v = c.inputs;
            if (c.taps != 1) {
                v = side(SIDE_VECTOR, 0, 0, outer(materialize(c.inputs, c.inRows), c.inRows, c.tapVector, c.taps));
            }
            addShaped(p, c.weights, c.weightsCols, coefficient, u, c.rows, v, width);
            return;
        }
        uint256 rows = materialize(u, c.rows);
        uint256 inputs = materialize(c.inputs, c.groups * c.inRows);
        uint256 each = c.rows / c.groups;
        if (c.inRows == 1) {
            uint256 scaled = allocate(c.rows);
            for (uint256 i = 0; i < c.rows; ++i) {
                storeFe(scaled, i, loadFe(rows, i) * loadFe(inputs, i / each));
            }
            Side taps = c.taps == 1 ? Side.wrap(SIDE_ONE) : side(SIDE_VECTOR, 0, 0, c.tapVector);
            addShaped(p, c.weights, c.weightsCols, coefficient, side(SIDE_VECTOR, 0, 0, scaled), c.rows, taps, c.taps);
            return;
        }
        for (uint256 g = 0; g < c.groups; ++g) {
            uint256 part = allocateZero(c.rows);
            copyTo(part + 32 * g * each, rows + 32 * g * each, 32 * each);
            uint256 v = outer(inputs + 32 * g * c.inRows, c.inRows, c.tapVector, c.taps);
            addShaped(p, c.weights, c.weightsCols, coefficient, side(SIDE_VECTOR, 0, 0, part), c.rows, side(SIDE_VECTOR, 0, 0, v), width);
        }
    }

    // ---- the opening and the last check (8.10)

    /// Calls the opening; the address of what it returns: the words behind the array's length. The call is written over by
    /// whatever is allocated next.
    function callOpening(Proof memory p, bytes calldata stream) private view returns (uint256 result) {
        address to = address(opening);
        bytes32 state = bytes32(Fe.unwrap(loadFe(p.argued, 0)));
        uint256 params = p.params;
        uint256 paramsLength = p.paramsLength;
        bytes32 selector = bytes32(ITacitOpening.open.selector);
        bytes32 rootW = bytes32(Fe.unwrap(loadFe(p.head, 1)));
        bytes32 rootX = bytes32(Fe.unwrap(loadFe(p.argued, 1)));
        Fe value = p.value;
        bool done;
        assembly ("memory-safe") {
            let left := stream.length
            let call_ := mload(0x40)
            mstore(call_, selector)
            let body := add(call_, 4)
            let padded := and(add(paramsLength, 31), not(31))
            mstore(body, 192)
            mstore(add(body, 32), state)
            mstore(add(body, 64), rootW)
            mstore(add(body, 96), rootX)
            mstore(add(body, 128), value)
            mstore(add(body, 160), add(224, padded))
            mstore(add(body, 192), paramsLength)
            mcopy(add(body, 224), params, paramsLength)
            let tail := add(add(body, 224), padded)
            mstore(tail, left)
            calldatacopy(add(tail, 32), stream.offset, left)
            done := staticcall(gas(), to, call_, sub(add(add(tail, 32), left), call_), 0, 0)
            returndatacopy(call_, 0, returndatasize())
            if iszero(done) { revert(call_, returndatasize()) }
            mstore(0x40, add(call_, returndatasize()))
            result := add(call_, 64)
        }
    }

    /// The covector at the final point and the last check.
    function finish(Proof memory p, uint256 result, Fe pinPower) private pure {
        uint256 k = Fe.unwrap(loadFe(result, 4));
        uint256 limbPoint = result + 160;
        uint256 pads = limbPoint + 32 * k;
        uint256 point = p.masked ? pads + 64 * k : pads;
        Fe a = covector(p, limbPoint, pads, point, k, pinPower) + loadFe(result, 3);
        if (!same(loadFe(result, 1), loadFe(result, 2) * a)) revert FinalClaim();
    }

    function parameter(Proof memory p, uint256 offset) private pure returns (uint256) {
        return swapLanes(Fe.unwrap(loadFe(p.params + offset, 0)) >> 192) & 0xFFFFFFFF;
    }

    function log2Up(uint256 n) private pure returns (uint256 k) {
        while ((1 << k) < n) ++k;
    }

    /// The ledger's part of the covector (8.10).
    function covector(
        Proof memory p,
        uint256 limbPoint,
        uint256 pads,
        uint256 point,
        uint256 k,
        Fe pinPower
    ) private pure returns (Fe sum) {
        uint256 logN = parameter(p, 17);
        uint256 limbsW = parameter(p, 21);
        uint256 limbsX = parameter(p, 25);
        bool both = Fe.unwrap(loadFe(point, 0)) == logN + 1;
        point += 32;
        uint256 position = both ? point + 32 : point;
        uint256 kW = log2Up(limbsW);
        uint256 x = allocate(kW + logN);
        copyTo(x, limbPoint + 32 * (k - kW), 32 * kW);
        copyTo(x + 32 * kW, position, 32 * logN);
        Place memory place = placeAt(x, kW + logN, p.leaf, p.logRows);
        Fe part = covectorAt(p.r, p.heads, place);
        if (p.hasWeights) part = part + pinPower * pinPart(p, x, limbsW, kW, logN);
        Fe first = loadFe(point, 0);
        if (both) part = part * minus(ONE, first);
        sum = scale(part, halfPower(k - kW));
        uint256 kX = log2Up(limbsX);
        x = allocate(kX + logN);
        copyTo(x, limbPoint + 32 * (k - kX), 32 * kX);
        copyTo(x + 32 * kX, position, 32 * logN);
        (place.x, place.m) = (x, kX + logN);
        part = covectorAt(p.r, p.heads, place);
        part = scale(part, halfPower(k - kX));
        if (p.masked) {
            uint256 slots = (1 << logN) - parameter(p, 33) - 6 * k;
            part = part - limbPads(pads, 2 * k, position, logN, slots);
        }
        if (both) part = part * first;
        sum = sum + part;
    }

    /// sum_k pads[k] (eq at slots + 3k + (.., w, w^2)) (8.10).
    function limbPads(uint256 pads, uint256 count, uint256 position, uint256 logN, uint256 slots)
        private
        pure
        returns (Fe sum)
    {
        uint256 eq = allocate(3 * count + 2);
        eqRange(position, logN, slots, 3 * count, eq);
        for (uint256 k = 0; k < count; ++k) {
            Fe e = loadFe(eq, 3 * k) + timesX(loadFe(eq, 3 * k + 1) + timesX(loadFe(eq, 3 * k + 2)));
            sum = sum + loadFe(pads, k) * e;
        }
        sum = reduce(sum);
    }

    /// The pin's covector without its coefficient (8.10).
    function pinPart(Proof memory p, uint256 x, uint256 limbs, uint256 kW, uint256 logN) private pure returns (Fe) {
        Fe z = loadFe(p.head, 3);
        Fe step = z;
        for (uint256 i = 0; i < logN; ++i) {
            step = step * step;
        }
        uint256 eq = allocate((1 << kW) + 1);
        eqTable(x, kW, eq);
        Fe sum = loadFe(eq, limbs - 1);
        for (uint256 l = limbs - 1; l != 0;) {
            --l;
            sum = sum * step + loadFe(eq, l);
        }
        return powTilde(reduce(sum), z, x + 32 * kW, logN);
    }
}
