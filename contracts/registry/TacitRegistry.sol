// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IInferenceVerifier, IModelRegistry, ModelCommitment, ModelErrors} from "./IERC7992.sol";

interface ITacitVerifier {
    function verify(bytes calldata publicValues, bytes calldata stream) external view;
}

/// @title Models whose inferences are proven with Tacit: who they are, who endorses them, and whether an output is theirs (ERC-7992)
/// @notice A model never changes under its id: modelHash is the digest of its key, circuitHash the hash of its plan, both compared with the
/// plan's code, and its verifier is deployed here, from the one creation code that this registry was made for. vkHash, of the key's file,
/// is for people. Who wants to know what model that is asks for the endorsement of an auditor, who recomputed the key from the ONNX file.
/// @dev `proof` of verifyInference is abi.encode(bytes input, bytes stream); `input` are the public values of the model's inputs, empty where
/// they are private, `output` those of its outputs, as `TacitVerifier.verify` takes them one behind the other.
contract TacitRegistry is IModelRegistry, IInferenceVerifier {
    /// Only the model's owner may do this.
    error NotTheOwner();
    /// Only the uri of a model may change; another model has another id.
    error ModelsNeverChange();
    /// The plan is not the one of the model's commitment.
    error OtherPlan();
    /// The creation code is not that of the verifier which this registry was made for.
    error OtherVerifier();
    /// The model has its verifier, or has none yet.
    error VerifierIsSet();
    error NoVerifier();
    /// The deployment of the verifier failed.
    error NotDeployed();
    /// The input is not what it was committed as, or has another length than the model's.
    error OtherInput();
    /// The signature is not the auditor's, or the endorsement is over.
    error BadEndorsement();
    /// This is no proof system of ours.
    error OtherProofSystem();

    event VerifierDeployed(uint256 indexed modelId, address verifier);
    event Endorsed(uint256 indexed modelId, address indexed auditor, uint64 expires);
    event EndorsementRevoked(uint256 indexed modelId, address indexed auditor);

    /// bytes4(keccak256("tacit-2")): of the format of proofs, docs/protocol.md
    bytes4 public constant PROOF_SYSTEM = bytes4(keccak256("tacit-2"));
    bytes32 private constant DOMAIN = keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant ENDORSEMENT = keccak256("Endorsement(uint256 modelId,bytes32 model,uint64 expires)");
    uint256 private constant HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    struct Model {
        address owner;
        uint32 inputBytes;
        bool deprecated;
        ITacitVerifier verifier;
        ModelCommitment commitment;
    }

    /// @notice The stateless contracts that all verifiers use, and the hash of a verifier's creation code.
    address public immutable argument;
    address public immutable opening;
    bytes32 public immutable verifierCode;
    /// @notice Models so far; ids begin with 1.
    uint256 public models;
    mapping(uint256 => Model) private model_;
    mapping(uint256 => mapping(address => bool)) private revoked;
    /// @notice Until when an auditor has endorsed a model; 0: never.
    mapping(uint256 => mapping(address => uint64)) public endorsedUntil;

    constructor(address argument_, address opening_, bytes32 verifierCode_) {
        (argument, opening, verifierCode) = (argument_, opening_, verifierCode_);
    }

    modifier onlyOwner(uint256 modelId) {
        if (existing(modelId).owner != msg.sender) revert NotTheOwner();
        _;
    }

    function existing(uint256 modelId) private view returns (Model storage m) {
        m = model_[modelId];
        if (m.owner == address(0)) revert ModelErrors.ModelNotFound(modelId);
    }

    /// @inheritdoc IModelRegistry
    function registerModel(ModelCommitment calldata commitment) external returns (uint256 modelId) {
        if (commitment.proofSystemId != PROOF_SYSTEM) revert OtherProofSystem();
        modelId = ++models;
        Model storage m = model_[modelId];
        (m.owner, m.commitment) = (msg.sender, commitment);
        emit ModelRegistered(modelId, commitment);
    }

    /// @inheritdoc IModelRegistry
    function updateModel(uint256 modelId, ModelCommitment calldata c) external onlyOwner(modelId) {
        ModelCommitment storage old = model_[modelId].commitment;
        if (c.modelHash != old.modelHash || c.circuitHash != old.circuitHash || c.vkHash != old.vkHash || c.proofSystemId != old.proofSystemId) {
            revert ModelsNeverChange();
        }
        old.uri = c.uri;
        emit ModelUpdated(modelId, c);
    }

    /// @inheritdoc IModelRegistry
    function deprecateModel(uint256 modelId) external onlyOwner(modelId) {
        model_[modelId].deprecated = true;
        emit ModelDeprecated(modelId);
    }

    /// @inheritdoc IModelRegistry
    function getModel(uint256 modelId) external view returns (ModelCommitment memory) {
        return existing(modelId).commitment;
    }

    /// @notice Deploys the model's verifier.
    /// @param creationCode of TacitVerifier, without arguments
    /// @param plan a contract whose code is a zero byte and the model's plan
    /// @param inputBytes of the public values, those of the model's inputs: the first so many bytes, 0 for private inputs
    function deployVerifier(uint256 modelId, bytes calldata creationCode, address plan, uint32 inputBytes)
        external
        onlyOwner(modelId)
        returns (address verifier)
    {
        Model storage m = model_[modelId];
        if (address(m.verifier) != address(0)) revert VerifierIsSet();
        if (keccak256(creationCode) != verifierCode) revert OtherVerifier();
        checkPlan(m.commitment, plan);
        bytes memory code = abi.encodePacked(creationCode, abi.encode(argument, opening, plan));
        assembly ("memory-safe") {
            verifier := create(0, add(code, 32), mload(code))
        }
        if (verifier == address(0)) revert NotDeployed();
        (m.verifier, m.inputBytes) = (ITacitVerifier(verifier), inputBytes);
        emit VerifierDeployed(modelId, verifier);
    }

    function checkPlan(ModelCommitment storage c, address plan) private view {
        bytes memory code = plan.code;
        if (code.length < 33 || code[0] != 0) revert OtherPlan();
        bytes32 digest;
        bytes32 hash;
        assembly ("memory-safe") {
            digest := mload(add(code, 33))
            hash := keccak256(add(code, 33), sub(mload(code), 1))
        }
        if (digest != c.modelHash || hash != c.circuitHash) revert OtherPlan();
    }

    /// @notice The model's verifier and how many bytes of the public values are of its inputs.
    function verifierOf(uint256 modelId) external view returns (address verifier, uint32 inputBytes) {
        Model storage m = existing(modelId);
        return (address(m.verifier), m.inputBytes);
    }

    // ---- inferences

    /// @inheritdoc IInferenceVerifier
    function verifyInference(uint256 modelId, bytes32 inputCommitment, bytes calldata output, bytes calldata proof) external view {
        Model storage m = existing(modelId);
        if (m.deprecated) revert ModelErrors.ModelDeprecated(modelId);
        if (address(m.verifier) == address(0)) revert NoVerifier();
        (bytes memory input, bytes memory stream) = abi.decode(proof, (bytes, bytes));
        if (input.length != m.inputBytes || keccak256(input) != inputCommitment) revert OtherInput();
        m.verifier.verify(bytes.concat(input, output), stream);
    }

    /// @inheritdoc IInferenceVerifier
    function proofSystemOf(uint256 modelId) external view returns (bytes4) {
        return existing(modelId).commitment.proofSystemId;
    }

    /// @inheritdoc IInferenceVerifier
    function registry() external view returns (address) {
        return address(this);
    }

    // ---- endorsements

    /// @notice What an auditor endorses: the model with its verifier's division of the public values.
    function modelDigest(uint256 modelId) public view returns (bytes32) {
        Model storage m = existing(modelId);
        if (address(m.verifier) == address(0)) revert NoVerifier();
        ModelCommitment storage c = m.commitment;
        return keccak256(abi.encode(c.modelHash, c.circuitHash, c.vkHash, c.proofSystemId, m.inputBytes));
    }

    /// @notice The EIP-712 digest that an auditor signs.
    function endorsementDigest(uint256 modelId, uint64 expires) public view returns (bytes32) {
        bytes32 domain = keccak256(abi.encode(DOMAIN, keccak256("Tacit registry"), keccak256("1"), block.chainid, address(this)));
        return keccak256(abi.encodePacked("\x19\x01", domain, keccak256(abi.encode(ENDORSEMENT, modelId, modelDigest(modelId), expires))));
    }

    /// @notice Records an auditor's endorsement; anyone may bring it.
    function endorse(uint256 modelId, address auditor, uint64 expires, uint8 v, bytes32 r, bytes32 s) external {
        bool good = auditor != address(0) && uint256(s) <= HALF_ORDER && expires > block.timestamp && expires > endorsedUntil[modelId][auditor];
        if (!good || ecrecover(endorsementDigest(modelId, expires), v, r, s) != auditor) revert BadEndorsement();
        endorsedUntil[modelId][auditor] = expires;
        emit Endorsed(modelId, auditor, expires);
    }

    /// @notice Takes the caller's endorsement back for good: no signature of theirs on this model counts any more.
    function revokeEndorsement(uint256 modelId) external {
        revoked[modelId][msg.sender] = true;
        emit EndorsementRevoked(modelId, msg.sender);
    }

    /// @notice Whether the auditor endorses the model now.
    function isEndorsed(uint256 modelId, address auditor) external view returns (bool) {
        return !revoked[modelId][auditor] && endorsedUntil[modelId][auditor] > block.timestamp;
    }

    // ---- ERC-165, ERC-7007

    function supportsInterface(bytes4 id) external pure returns (bool) {
        return id == 0x01ffc9a7 || id == type(IModelRegistry).interfaceId || id == type(IInferenceVerifier).interfaceId;
    }
}

/// @title ERC-7007's `verify` for one model: the prompt is its public input, aigcData its public output
contract Erc7007Verifier {
    ITacitVerifier public immutable verifier;
    uint32 public immutable inputBytes;

    constructor(TacitRegistry registry, uint256 modelId) {
        (address found, uint32 bytes_) = registry.verifierOf(modelId);
        (verifier, inputBytes) = (ITacitVerifier(found), bytes_);
    }

    /// @return whether the proof holds
    function verify(bytes calldata prompt, bytes calldata aigcData, bytes calldata proof) external view returns (bool) {
        if (prompt.length != inputBytes || address(verifier).code.length == 0) return false;
        try verifier.verify(bytes.concat(prompt, aigcData), proof) {
            return true;
        } catch {
            return false;
        }
    }
}
