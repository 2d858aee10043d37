// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import "../src/Field.sol";
import "../src/Transcript.sol";
import "../src/Merkle.sol";

/// @title The floors of the library, each callable by itself; results come with the gas they took
contract LibraryTest {
    function fromLimbs(uint256[] calldata v, uint256 k) internal pure returns (Fe) {
        return Fe.wrap(v[3 * k] | (v[3 * k + 1] << 85) | (v[3 * k + 2] << 170));
    }

    function limbs(Fe a) internal pure returns (uint256[] memory r) {
        uint256 w = Fe.unwrap(a);
        r = new uint256[](3);
        (r[0], r[1], r[2]) = (w & LANE, (w >> 85) & LANE, w >> 170);
    }

    /// operation: 0 mul, 1 add reduced, 2 sub reduced, 3 inverse of a, 4 a scaled by b0, 5 a times x, 6 minus reduced
    function field(uint256 operation, uint256[] calldata v) external view returns (uint256[] memory result, uint256 gas) {
        Fe a = fromLimbs(v, 0);
        Fe b = fromLimbs(v, 1);
        Fe r;
        uint256 before = gasleft();
        if (operation == 0) r = a * b;
        else if (operation == 1) r = reduce(a + b);
        else if (operation == 2) r = reduce(a - b);
        else if (operation == 3) r = inverse(a);
        else if (operation == 4) r = scale(a, v[3]);
        else if (operation == 5) r = reduce(timesX(a));
        else r = reduce(minus(a, b));
        gas = before - gasleft();
        result = limbs(r);
    }

    /// 2^-k and root(k), and 1000 chained products for their average gas.
    function scalars(uint256 k) external view returns (uint256 half, uint256 generator, uint256 gas) {
        Fe a = Fe.wrap(0x123456789abcdef0123456789abcdef0123456789abcdef);
        Fe r = a;
        uint256 before = gasleft();
        for (uint256 i = 0; i < 1000; ++i) {
            r = r * a;
        }
        gas = (before - gasleft()) / 1000;
        half = halfPower(k) + (Fe.unwrap(r) == 0 ? 1 : 0);
        generator = root(k);
    }

    function codec(bytes calldata data) external view returns (uint256[] memory result, bytes memory again, uint256 gas) {
        uint256 w;
        assembly {
            w := calldataload(data.offset)
        }
        uint256 before = gasleft();
        Fe a = decode(w);
        gas = before - gasleft();
        result = limbs(a);
        again = abi.encodePacked(bytes24(bytes32(encode(a))));
    }

    /// Runs a script of operations, each: kind u8 (0 absorb, 1 draw, 2 seed, 3 positions, 4 read, 5 grind) | label u8 length,
    /// bytes | u32 size | bits u8 | data. Appends what each draw gives to the result.
    function transcript(bytes calldata script, bytes calldata stream) external view returns (uint256[] memory out, bytes32 state, uint256 gas) {
        Transcript memory t = newTranscript(0, 4096, stream);
        out = new uint256[](128);
        uint256 n = 0;
        uint256 before = gasleft();
        for (uint256 cursor = 0; cursor < script.length;) {
            uint256 kind = uint8(script[cursor]);
            uint256 length = uint8(script[cursor + 1]);
            bytes32 label = bytes32(script[cursor + 1:cursor + 2 + length]);
            cursor += 2 + length;
            uint256 size = uint32(bytes4(script[cursor:cursor + 4]));
            uint256 bits = uint8(script[cursor + 4]);
            cursor += 5;
            if (kind == 0) {
                absorbCalldata(t, label, script[cursor:cursor + size]);
                cursor += size;
            } else if (kind == 1) {
                uint256 w = Fe.unwrap(draw(t, label));
                (out[n], out[n + 1], out[n + 2]) = (w & LANE, (w >> 85) & LANE, w >> 170);
                n += 3;
            } else if (kind == 2) {
                out[n++] = begin(t, label);
            } else if (kind == 3) {
                uint256[] memory list = new uint256[](size + 1);
                uint256[] memory scratch = new uint256[](6 * size + 16);
                uint256 to;
                uint256 from;
                assembly {
                    to := add(list, 32)
                    from := add(scratch, 32)
                }
                uint256 found = drawPositions(t, label, size, bits, to, from);
                for (uint256 k = 0; k < found; ++k) out[n++] = list[k];
            } else if (kind == 4) {
                read(t, label, size);
            } else {
                grind(t, label, bits);
            }
        }
        gas = before - gasleft();
        assembly {
            mstore(out, n)
        }
        state = stateOf(t);
    }

    function stateOf(Transcript memory t) internal pure returns (bytes32 state) {
        uint256 from = t.buffer + 1;
        assembly {
            state := mload(from)
        }
    }

    function merkle(uint256 logDomain, uint256[] calldata positions, bytes32[] calldata leaves, bytes calldata siblings)
        external
        view
        returns (bytes32 result, uint256 size, uint256 gas)
    {
        uint256 count = positions.length;
        uint256[] memory nodes = new uint256[](2 * count + 4);
        uint256[] memory list = new uint256[](count);
        uint256[] memory scratch = new uint256[](count);
        for (uint256 k = 0; k < count; ++k) {
            (nodes[2 * k], nodes[2 * k + 1], list[k]) = (positions[k], uint256(leaves[k]), positions[k]);
        }
        uint256 from;
        uint256 siblingsAt;
        assembly {
            from := add(list, 32)
            siblingsAt := siblings.offset
        }
        size = multiproofSize(logDomain, from, count, from + 32 * (count + 1));
        uint256 hashed;
        scratch = new uint256[](3);
        assembly {
            from := add(nodes, 32)
            hashed := add(scratch, 32)
        }
        uint256 before = gasleft();
        result = multiproofRoot(logDomain, from, count, siblingsAt, hashed);
        gas = before - gasleft();
    }
}
