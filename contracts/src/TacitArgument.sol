// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import "./Field.sol";
import "./Transcript.sol";
import "./Points.sol";
import "./Argument.sol";
import {Reader, take} from "./Forms.sol";

/// @title The argument of a Tacit proof up to its ledger (protocol 8.1, 8.2, 8.4, 8.5), but for the theorem
///
/// Stateless; one deployment serves every model. What is specific to a model comes in the first part of its plan.
contract TacitArgument {
    bytes32 private constant PROTOCOL = "\x08protocol";
    bytes32 private constant STATEMENT = "\x09statement";
    bytes32 private constant PARAMETERS = "\x0aparameters";
    bytes32 private constant PUBLIC_VALUES = "\x0dpublic values";
    bytes32 private constant WITNESS_ROOT = "\x0cwitness root";
    bytes32 private constant FIRST_WORK = "\x13first proof of work";
    bytes32 private constant LOOKUP_ALPHA = "\x0clookup alpha";
    bytes32 private constant LOOKUP_BETA = "\x0blookup beta";
    bytes32 private constant LEDGER_GAMMA = "\x0cledger gamma";

    /// @param header the plan up to its number of uses
    /// @param publicValues as in the transcript
    /// @param stream exactly the messages before the opening
    /// @return words transcript state | root_x | alpha | beta | gamma | the messages' part of the ledger's value
    /// | point of the leaves [log_rows] | point of the contractions | coefficients of the pads in the ledger, if masked
    function argue(bytes calldata header, bytes calldata publicValues, bytes calldata stream)
        external
        pure
        returns (uint256[] memory words)
    {
        Argument memory a;
        Reader memory r;
        Transcript memory t = bindStatement(r, header, publicValues, stream);
        uint256 offset = read(t, WITNESS_ROOT, 32);
        grind(t, FIRST_WORK, take(r, 1));
        readSizes(r, a);
        Fe alpha = draw(t, LOOKUP_ALPHA);
        Fe beta = draw(t, LOOKUP_BETA);
        readFractions(a, t);
        readContractions(a, t);
        if (a.masked) readPadCheck(a, t);
        if (t.next != t.stop) revert StreamTooShort();
        Fe gamma = draw(t, LEDGER_GAMMA);
        invertPoints(a);
        Fe value = valueOf(a, gamma);
        words = new uint256[](6 + a.logRows + a.rounds + (a.masked ? a.pads : 0));
        uint256 state;
        uint256 to;
        {
            uint256 buffer = t.buffer;
            assembly ("memory-safe") {
                state := mload(add(buffer, 1))
                to := add(words, 224)
            }
        }
        words[0] = state;
        assembly ("memory-safe") {
            state := calldataload(offset)
        }
        words[1] = state;
        words[2] = Fe.unwrap(alpha);
        words[3] = Fe.unwrap(beta);
        words[4] = Fe.unwrap(gamma);
        words[5] = Fe.unwrap(value);
        copyTo(to, layer(a.points, a.logRows - 1), 32 * a.logRows);
        to += 32 * a.logRows;
        copyTo(to, a.productsPoint, 32 * a.rounds);
        if (a.masked) copyTo(to + 32 * a.rounds, a.coefficients, 32 * a.pads);
    }

    function copyTo(uint256 to, uint256 from, uint256 size) private pure {
        assembly ("memory-safe") {
            mcopy(to, from, size)
        }
    }

    /// Statement binding (8.1) up to the commitments; r is left at the bits of the first proof of work.
    function bindStatement(Reader memory r, bytes calldata header, bytes calldata publicValues, bytes calldata stream)
        private
        pure
        returns (Transcript memory t)
    {
        uint256 start = allocate(header.length / 32 + 2);
        assembly ("memory-safe") {
            calldatacopy(start, header.offset, header.length)
        }
        r.cursor = start + 129;
        uint256 labelLength = take(r, 1);
        uint256 label = r.cursor;
        r.cursor += labelLength;
        uint256 paramsLength = take(r, 2);
        uint256 params = r.cursor;
        r.cursor += paramsLength;
        // the largest message is the ends of all instances; the sizes follow in the plan
        t = newTranscript(0, 4096 + paramsLength + publicValues.length + stream.length, stream);
        copyTo(absorbHeader(t, PROTOCOL, labelLength), label, labelLength);
        absorbWord(t, STATEMENT, bytes32(Fe.unwrap(loadFe(start, 0))));
        copyTo(absorbHeader(t, PARAMETERS, paramsLength), params, paramsLength);
        absorbCalldata(t, PUBLIC_VALUES, publicValues);
    }

    function readSizes(Reader memory r, Argument memory a) private pure {
        a.logRows = take(r, 1);
        a.rounds = take(r, 1);
        a.instances = take(r, 2);
        a.sizes = allocate(a.instances);
        for (uint256 i = 0; i < a.instances; ++i) {
            storeFe(a.sizes, i, Fe.wrap(take(r, 1)));
        }
        a.pads = take(r, 2);
        a.masked = take(r, 1) != 0;
        prepare(a);
    }

    /// The checks, or with masks the coefficients of all pads; the messages' part of the ledger's value (8.6).
    function valueOf(Argument memory a, Fe gamma) private pure returns (Fe) {
        Fe gamma2 = gamma * gamma;
        uint256 count = 2 * a.instances + (a.masked ? a.logRows + 4 : 0);
        uint256 powers = allocate(count);
        Fe power = gamma2;
        for (uint256 i = 0; i < count; ++i) {
            power = power * gamma;
            storeFe(powers, i, power);
        }
        uint256 contractions = a.logRows * (a.logRows + 5);
        return a.masked
            ? maskedValue(a, gamma, gamma2, powers, contractions)
            : plainValue(a, gamma, gamma2, powers, contractions);
    }

    function plainValue(Argument memory a, Fe gamma, Fe gamma2, uint256 powers, uint256 contractions)
        private
        pure
        returns (Fe value)
    {
        (Fe leafP, Fe leafQ) = checkFractions(a);
        checkContractions(a, contractions);
        value = gamma2 * reduce(minus(leafQ, loadFe(a.messages, contractions))) - gamma * leafP;
        uint256 ends = contractions + 1 + 2 * a.rounds;
        for (uint256 l = 0; l < 2 * a.instances; ++l) {
            value = value + loadFe(powers, l) * loadFe(a.messages, ends + l);
        }
        value = reduce(value);
    }

    function maskedValue(Argument memory a, Fe gamma, Fe gamma2, uint256 powers, uint256 contractions)
        private
        pure
        returns (Fe value)
    {
        uint256 checks = powers + 64 * a.instances;
        (Fe twice,) = takeFractions(a, reduce(ZERO - gamma), gamma2, checks);
        (Fe more, uint256 random) = takeContractions(a, contractions, gamma2, powers, loadFe(checks, a.logRows));
        Fe w1 = reduce(ZERO - loadFe(checks, a.logRows + 1));
        Fe w2 = reduce(ZERO - loadFe(checks, a.logRows + 2));
        Fe w3 = reduce(ZERO - loadFe(checks, a.logRows + 3));
        takePadRounds(a, random + 3, w3);
        value = knownPart(a) - twice - more;
        value = reduce(value - w1 * a.padP - w2 * a.padQ - w3 * (a.padP * a.padQ));
        takePadForms(a, contractions, random, w1, w2, w3);
    }
}
