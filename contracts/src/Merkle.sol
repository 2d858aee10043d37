// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Transcript, begin, ratchet} from "./Transcript.sol";

// Query positions and Merkle multiproofs (protocol 3 and 4)
//
// A list of positions is a region of memory, one word for each, strictly increasing.

/// draw_positions(label, count, bits), sorted, without duplicates: written from address `to` on. The `scratch` region
/// of 2 * slots + 2 words, slots the power of two above 2 count, must be zero; it is left dirty.
/// Positions are uniform, so each goes near its place in the scratch table: linear probing that keeps the order.
function drawPositions(Transcript memory t, bytes32 label, uint256 count, uint256 bits, uint256 to, uint256 scratch)
    pure
    returns (uint256 found)
{
    uint256 state = begin(t, label);
    uint256 logSlots = 2;
    while ((1 << logSlots) < 2 * count) ++logSlots;
    for (uint256 k = 0; k < count; ++k) {
        if (k != 0 && k & 7 == 0) state = ratchet(t);
        assembly ("memory-safe") {
            let w := shr(224, shl(shl(5, and(k, 7)), state))
            w := or(shr(8, and(w, 0xFF00FF00)), and(shl(8, w), 0xFF00FF00))
            w := and(or(shr(16, w), shl(16, w)), sub(shl(bits, 1), 1))
            let slot := w
            switch gt(bits, logSlots)
            case 1 { slot := shr(sub(bits, logSlots), w) }
            let p := add(scratch, shl(5, slot))
            w := add(w, 1) // zero means empty
            for {} 1 { p := add(p, 32) } {
                let held := mload(p)
                if iszero(lt(held, w)) {
                    if eq(held, w) { break }
                    // shift the larger ones up to the next empty slot
                    for {} held {} {
                        mstore(p, w)
                        w := held
                        p := add(p, 32)
                        held := mload(p)
                    }
                    mstore(p, w)
                    break
                }
                if iszero(held) {
                    mstore(p, w)
                    break
                }
            }
        }
    }
    assembly ("memory-safe") {
        let from := scratch
        let last := add(scratch, shl(5, add(shl(logSlots, 1), count)))
        let out := to
        for {} lt(from, last) { from := add(from, 32) } {
            let held := mload(from)
            if held {
                mstore(out, sub(held, 1))
                out := add(out, 32)
            }
        }
        found := shr(5, sub(out, to))
    }
}

/// The number of siblings of a multiproof. `scratch` takes `count` words.
function multiproofSize(uint256 logDomain, uint256 positions, uint256 count, uint256 scratch)
    pure
    returns (uint256 size)
{
    assembly ("memory-safe") {
        let n := count
        let from := positions
        for { let level := 0 } lt(level, logDomain) { level := add(level, 1) } {
            let end := add(from, shl(5, n))
            let out := scratch
            let last := not(0)
            for {} lt(from, end) { from := add(from, 32) } {
                let parent := shr(1, mload(from))
                if iszero(eq(parent, last)) {
                    mstore(out, parent)
                    out := add(out, 32)
                    last := parent
                }
            }
            let m := shr(5, sub(out, scratch))
            size := sub(add(size, shl(1, m)), n)
            n := m
            from := scratch
        }
    }
}

/// Replaces the digests of the leaves at the positions by those of the level above, until the root. `nodes` holds
/// `count` pairs of words (position, digest), which are overwritten; siblings lie in calldata; `scratch` takes three words.
function multiproofRoot(uint256 logDomain, uint256 nodes, uint256 count, uint256 siblings, uint256 scratch)
    pure
    returns (bytes32 result)
{
    assembly ("memory-safe") {
        mstore(scratch, 1) // 0x01 | left | right, from 31 bytes on
        let preimage := add(scratch, 31)
        let left := add(scratch, 32)
        let right := add(scratch, 64)
        let end := add(nodes, shl(6, count))
        for { let level := logDomain } level { level := sub(level, 1) } {
            let out := nodes
            for { let at := nodes } lt(at, end) {} {
                let index := mload(at)
                mstore(left, mload(add(at, 32)))
                at := add(at, 64)
                switch and(index, 1)
                case 0 {
                    switch and(lt(at, end), eq(mload(at), add(index, 1)))
                    case 1 {
                        mstore(right, mload(add(at, 32)))
                        at := add(at, 64)
                    }
                    default {
                        calldatacopy(right, siblings, 32)
                        siblings := add(siblings, 32)
                    }
                }
                default {
                    mstore(right, mload(left))
                    calldatacopy(left, siblings, 32)
                    siblings := add(siblings, 32)
                }
                mstore(out, shr(1, index))
                mstore(add(out, 32), keccak256(preimage, 65))
                out := add(out, 64)
            }
            end := out
        }
        result := mload(add(nodes, 32))
    }
}
