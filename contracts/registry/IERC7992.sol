// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

// ERC-7992 (draft): a registry of models and the verification of their inferences. As printed it does not compile, since an event and
// an error share the name ModelDeprecated; here the error is in a library, which leaves the ABI as it was.

struct ModelCommitment {
    bytes32 modelHash;
    bytes32 circuitHash;
    bytes32 vkHash;
    bytes4 proofSystemId;
    string uri;
}

library ModelErrors {
    error ModelNotFound(uint256 modelId);
    error ModelDeprecated(uint256 modelId);
}

interface IModelRegistry {
    event ModelRegistered(uint256 indexed modelId, ModelCommitment commitment);
    event ModelUpdated(uint256 indexed modelId, ModelCommitment commitment);
    event ModelDeprecated(uint256 indexed modelId);

    function registerModel(ModelCommitment calldata commitment) external returns (uint256 modelId);
    function updateModel(uint256 modelId, ModelCommitment calldata commitment) external;
    function deprecateModel(uint256 modelId) external;
    function getModel(uint256 modelId) external view returns (ModelCommitment memory);
}

interface IInferenceVerifier {
    /// Reverts unless the proof holds.
    function verifyInference(uint256 modelId, bytes32 inputCommitment, bytes calldata output, bytes calldata proof) external;
    function proofSystemOf(uint256 modelId) external view returns (bytes4);
    function registry() external view returns (address);
}
