// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {TacitRegistry} from "../../contracts/registry/TacitRegistry.sol";

/// @title Cheques whose amount is written by hand, and read by a model
/// @notice The drawer leaves the money and the hash of a picture of one digit. Whoever brings the picture and a proof of what the model reads in
/// it makes the contract pay: that many units to the payee, the rest back to the drawer. No oracle, and nobody to trust with the reading:
/// neither the drawer, nor the payee, nor the agent who brings the proof can choose the amount.
/// @dev The model is pinned, must be endorsed by the auditor when it is read, and its input is public. A cheque is paid once and for a time.
contract Cheques {
    error NoSuchCheque();
    error WrongAmount();
    error TooLate();
    error TooEarly();
    error NotEndorsed();
    error Unreadable();
    error PaymentFailed();

    event Issued(bytes32 indexed picture, address indexed drawer, address indexed payee, uint64 expires);
    event Paid(bytes32 indexed picture, uint256 indexed modelId, uint256 digit, address agent);

    uint256 public constant UNIT = 0.01 ether;
    uint256 public constant MOST = 9;
    uint64 public constant VALID = 7 days;

    struct Cheque {
        address drawer;
        address payee;
        uint64 expires;
    }

    TacitRegistry public immutable registry;
    uint256 public immutable modelId;
    address public immutable auditor;
    mapping(bytes32 => Cheque) public cheques;

    constructor(TacitRegistry registry_, uint256 modelId_, address auditor_) {
        (registry, modelId, auditor) = (registry_, modelId_, auditor_);
    }

    /// @notice Leaves nine units for a picture, known by its hash.
    function issue(bytes32 picture, address payee) external payable {
        if (msg.value != MOST * UNIT || cheques[picture].drawer != address(0) || payee == address(0)) revert WrongAmount();
        cheques[picture] = Cheque(msg.sender, payee, uint64(block.timestamp) + VALID);
        emit Issued(picture, msg.sender, payee, uint64(block.timestamp) + VALID);
    }

    /// @notice Pays a cheque by what the model reads in its picture.
    /// @param scores the model's output: ten 32-bit integers, little-endian
    /// @param proof abi.encode(picture, proof stream)
    function cash(bytes32 picture, bytes calldata scores, bytes calldata proof) external {
        Cheque memory c = cheques[picture];
        if (c.drawer == address(0)) revert NoSuchCheque();
        if (block.timestamp > c.expires) revert TooLate();
        if (!registry.isEndorsed(modelId, auditor)) revert NotEndorsed();
        registry.verifyInference(modelId, picture, scores, proof);
        uint256 digit = largest(scores);
        delete cheques[picture];
        emit Paid(picture, modelId, digit, msg.sender);
        pay(c.payee, digit * UNIT);
        pay(c.drawer, (MOST - digit) * UNIT);
    }

    /// @notice Gives an expired cheque's money back.
    function reclaim(bytes32 picture) external {
        Cheque memory c = cheques[picture];
        if (c.drawer == address(0)) revert NoSuchCheque();
        if (block.timestamp <= c.expires) revert TooEarly();
        delete cheques[picture];
        pay(c.drawer, MOST * UNIT);
    }

    /// The one class with the largest score; a tie is no reading.
    function largest(bytes calldata scores) private pure returns (uint256 best) {
        int32 most = type(int32).min;
        bool tie = true;
        for (uint256 k = 0; k < 10; ++k) {
            uint32 v = uint32(uint8(scores[4 * k])) | uint32(uint8(scores[4 * k + 1])) << 8 | uint32(uint8(scores[4 * k + 2])) << 16
                | uint32(uint8(scores[4 * k + 3])) << 24;
            int32 score = int32(v);
            if (score > most) (most, best, tie) = (score, k, false);
            else if (score == most) tie = true;
        }
        if (tie) revert Unreadable();
    }

    function pay(address to, uint256 amount) private {
        (bool done,) = to.call{value: amount}("");
        if (!done) revert PaymentFailed();
    }
}
