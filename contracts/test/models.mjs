// SPDX-License-Identifier: Apache-2.0
// From a plan to a registered, endorsed model with its verifier: what the tests and examples/agent share.
import { Deployed, deployData, encode, keccak } from "./evm.mjs";

const bare = (hex) => hex.replace(/^0x/, "");

// registerModel and updateModel take a tuple: (modelHash, circuitHash, vkHash, proofSystemId, uri), after the words before it.
export function commitmentCall(selector, before, c) {
  const uri = Buffer.from(c.uri).toString("hex");
  const tuple = encode(["bytes32", "bytes32", "bytes32", "bytes4", "bytes"], [c.modelHash, c.circuitHash, c.vkHash, c.proofSystemId, uri]);
  return selector + encode(before.map(() => "uint256"), before).concat(encode(["uint256"], [32 * (before.length + 1)])) + tuple;
}

export async function deployRegistry(evm, contracts) {
  const argument = await evm.deploy(contracts.TacitArgument);
  const opening = await evm.deploy(contracts.TacitOpening);
  const code = keccak(contracts.TacitVerifier.bytecode);
  return evm.deploy(contracts.TacitRegistry, ["address", "address", "bytes32"], [argument.address, opening.address, code]);
}

// The selector of a function with the commitment as its last argument.
export const commitmentSelector = (name, before = "") => keccak(Buffer.from(`${name}(${before}(bytes32,bytes32,bytes32,bytes4,string))`).toString("hex")).slice(0, 10);

// Returns {modelId, plan address, verifier}.
export async function register(evm, contracts, registry, planHex, inputBytes, key = "") {
  const plan = await deployData(evm, planHex);
  const commitment = {
    modelHash: bare(planHex).slice(0, 64), circuitHash: keccak(planHex), vkHash: keccak(key),
    proofSystemId: keccak(Buffer.from("tacit-2").toString("hex")).slice(0, 10), uri: "",
  };
  const receipt = await evm.transact(registry.address, commitmentCall(commitmentSelector("registerModel"), [], commitment));
  if (receipt.status !== "0x1") throw new Error("registerModel reverted");
  const [modelId] = await registry.call("models");
  const deployed = await registry.send("deployVerifier", [modelId, contracts.TacitVerifier.bytecode, plan, inputBytes]);
  const [verifier] = await registry.call("verifierOf", modelId);
  const address = "0x" + verifier.toString(16).padStart(40, "0");
  return { modelId, plan, commitment, verifier: new Deployed(evm, contracts.TacitVerifier, address), gas: Number(deployed.gasUsed) };
}

// An auditor's EIP-712 signature, by the node's own account.
export async function endorsement(evm, registry, modelId, expires) {
  const [model] = await registry.call("modelDigest", modelId);
  const field = (name, type) => ({ name, type });
  const data = {
    types: {
      EIP712Domain: [field("name", "string"), field("version", "string"), field("chainId", "uint256"), field("verifyingContract", "address")],
      Endorsement: [field("modelId", "uint256"), field("model", "bytes32"), field("expires", "uint64")],
    },
    primaryType: "Endorsement",
    domain: { name: "Tacit registry", version: "1", chainId: Number(await evm.rpc("eth_chainId", [])), verifyingContract: registry.address },
    message: { modelId: "0x" + modelId.toString(16), model: "0x" + model.toString(16).padStart(64, "0"), expires: Number(expires) },
  };
  const signature = bare(await evm.rpc("eth_signTypedData_v4", [evm.from, data]));
  return [modelId, evm.from, expires, parseInt(signature.slice(128), 16), signature.slice(0, 64), signature.slice(64, 128)];
}

export const now = async (evm) => BigInt((await evm.rpc("eth_getBlockByNumber", ["latest", false])).timestamp);

export const inferenceProof = (input, stream) => encode(["bytes", "bytes"], [input, stream]);
