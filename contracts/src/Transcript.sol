// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Fe, P, WORD, swapLanes, decode} from "./Field.sol";

/// The proof stream is too short.
error StreamTooShort();
/// A proof of work is missing (protocol 3).
error ProofOfWork();
/// More bytes between two challenges than the plan of the model says.
error BufferTooSmall();

/// @title The transcript of protocol 3: Fiat-Shamir with Keccak-256 over a stream of messages in calldata
///
/// What the next challenge hashes is kept ready in one region of memory:
///
///     buffer:  0x02 | state (32 bytes) | pending bytes ... end        up to `limit`
///
/// Labels are passed as a word that begins with the length of the label: hex"05" "greet".
struct Transcript {
    uint256 buffer; // address of the byte 0x02
    uint256 end; // address behind the pending bytes
    uint256 limit; // address behind the region
    uint256 next; // calldata offset of the next message
    uint256 stop; // calldata offset of the end of the stream
}

/// A transcript with the given state and nothing pending, whose region takes `size` bytes of pending data.
function newTranscript(bytes32 state, uint256 size, bytes calldata stream) pure returns (Transcript memory t) {
    uint256 buffer;
    assembly ("memory-safe") {
        buffer := mload(0x40)
        mstore(0x40, and(add(add(buffer, size), 0xbf), not(0x1f)))
        mstore8(buffer, 2)
        mstore(add(buffer, 1), state)
        mstore(add(t, 0x60), stream.offset)
        mstore(add(t, 0x80), add(stream.offset, stream.length))
    }
    t.buffer = buffer;
    t.end = buffer + 33;
    t.limit = buffer + 33 + size;
}

/// The header of an absorbed message; the caller writes the `size` bytes of data at the address that is returned.
function absorbHeader(Transcript memory t, bytes32 label, uint256 size) pure returns (uint256 data) {
    uint256 limit = t.limit;
    assembly ("memory-safe") {
        data := mload(add(t, 0x20))
        let length := byte(0, label)
        mstore8(data, 0x41)
        mstore(add(data, 1), label)
        data := add(add(data, 2), length)
        let low := and(size, 0xFF00FF)
        let swapped := or(shl(8, low), and(shr(8, size), 0xFF00FF))
        swapped := or(shl(16, and(swapped, 0xFFFF)), shr(16, swapped))
        mstore(data, shl(224, swapped))
        data := add(data, 4)
        mstore(add(t, 0x20), add(data, size))
    }
    // behind the limit the region has room for a header and for the label of a draw
    if (data + size > limit) revert BufferTooSmall();
}

function absorbWord(Transcript memory t, bytes32 label, bytes32 data) pure {
    uint256 to = absorbHeader(t, label, 32);
    assembly ("memory-safe") {
        mstore(to, data)
    }
}

function absorbElement(Transcript memory t, bytes32 label, uint256 encoded) pure {
    uint256 to = absorbHeader(t, label, 24);
    assembly ("memory-safe") {
        mstore(to, encoded)
    }
}

function absorbCalldata(Transcript memory t, bytes32 label, bytes calldata data) pure {
    uint256 to = absorbHeader(t, label, data.length);
    assembly ("memory-safe") {
        calldatacopy(to, data.offset, data.length)
    }
}

function absorbMemory(Transcript memory t, bytes32 label, bytes memory data) pure {
    uint256 to = absorbHeader(t, label, data.length);
    assembly ("memory-safe") {
        mcopy(to, add(data, 0x20), mload(data))
    }
}

/// read(label, size): absorbs the next message and returns its offset in calldata.
function read(Transcript memory t, bytes32 label, uint256 size) pure returns (uint256 offset) {
    uint256 to = absorbHeader(t, label, size);
    assembly ("memory-safe") {
        offset := mload(add(t, 0x60))
        mstore(add(t, 0x60), add(offset, size))
        calldatacopy(to, offset, size)
    }
    if (offset + size > t.stop) revert StreamTooShort();
}

/// begin(label): the state.
function begin(Transcript memory t, bytes32 label) pure returns (uint256 state) {
    assembly ("memory-safe") {
        let buffer := mload(t)
        let end := mload(add(t, 0x20))
        mstore8(end, 0x44)
        mstore(add(end, 1), label)
        state := keccak256(buffer, add(sub(end, buffer), add(2, byte(0, label))))
        mstore(add(buffer, 1), state)
        mstore(add(t, 0x20), add(buffer, 33))
    }
}

/// ratchet(): the state.
function ratchet(Transcript memory t) pure returns (uint256 state) {
    assembly ("memory-safe") {
        let buffer := mload(t)
        mstore8(buffer, 3)
        state := keccak256(buffer, 33)
        mstore8(buffer, 2)
        mstore(add(buffer, 1), state)
    }
}

/// draw(label): a canonical element of E.
function draw(Transcript memory t, bytes32 label) pure returns (Fe r) {
    uint256 state = begin(t, label);
    while (true) {
        uint256 w = swapLanes(state >> 64);
        if ((w >> 128) < P && ((w >> 64) & WORD) < P && (w & WORD) < P) {
            return Fe.wrap((w >> 128) | (((w >> 64) & WORD) << 85) | ((w & WORD) << 170));
        }
        state = ratchet(t);
    }
}

/// grind(label, bits).
function grind(Transcript memory t, bytes32 label, uint256 bits) pure {
    if (bits == 0) return;
    uint256 seed = begin(t, label);
    uint256 offset = read(t, label, 8);
    uint256 hash;
    assembly ("memory-safe") {
        mstore(0, shl(248, 4))
        mstore(1, seed)
        calldatacopy(33, offset, 8)
        hash := keccak256(0, 41)
    }
    if (swapLanes(hash >> 192) >> (64 - bits) != 0) revert ProofOfWork();
}

/// Element k of a message of elements of E at a calldata offset. Canonical; reverts unless it is encoded so.
function elementAt(uint256 offset, uint256 k) pure returns (Fe) {
    uint256 w;
    assembly ("memory-safe") {
        w := calldataload(add(offset, mul(24, k)))
    }
    return decode(w);
}
