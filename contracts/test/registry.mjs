// SPDX-License-Identifier: Apache-2.0
// The registry of models (ERC-7992) with a proof by the independent prover: identity, endorsement, deprecation, reasons.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { keccak, root } from "./evm.mjs";
import { commitmentCall, commitmentSelector, deployRegistry, endorsement, inferenceProof, now, register } from "./models.mjs";

export async function registry({ evm, contracts, equal, refuses, report }) {
  const { plan, values, stream } = JSON.parse(readFileSync(join(root, "test/stranger.json"), "utf8"));
  const tests = {};
  const at = await deployRegistry(evm, contracts);
  const inputBytes = values.length / 4 - (values.length / 4) % 4;   // the first half, in whole values
  const input = values.slice(0, 2 * inputBytes), output = values.slice(2 * inputBytes);
  const model = await register(evm, contracts, at, plan, inputBytes);
  const { modelId } = model;
  const proof = inferenceProof(input, stream);
  const flip = (hex) => (hex.slice(0, 2) === "00" ? "01" : "00") + hex.slice(2);
  report("registry: deployment of a model's verifier", model.gas);

  tests["registry: interface ids are those of the standards"] = async () => {
    for (const [id, expected] of [["d28519b1", 1n], ["5df65472", 1n], ["01ffc9a7", 1n], ["ffffffff", 0n]]) {
      equal(await at.call("supportsInterface", id), [expected], id);
    }
    equal(await at.call("registry"), [BigInt(at.address)], "registry");
    equal(await at.call("proofSystemOf", modelId), [BigInt(model.commitment.proofSystemId.padEnd(66, "0"))], "proof system");
  };
  tests["registry: an inference is verified, and with another input or output it is not"] = async () => {
    const receipt = await at.send("verifyInference", [modelId, keccak(input), output, proof]);
    report("registry: verifyInference, transaction", Number(receipt.gasUsed));
    if (output.length) await refuses(at.call("verifyInference", modelId, keccak(input), flip(output), proof));
    await refuses(at.call("verifyInference", modelId, keccak(output), output, proof), "OtherInput");
    await refuses(at.call("verifyInference", modelId, keccak(""), output, inferenceProof("", stream)), "OtherInput");
    if (input.length) await refuses(at.call("verifyInference", modelId, keccak(flip(input)), output, inferenceProof(flip(input), stream)));
    await refuses(at.call("verifyInference", modelId, keccak(input), output, inferenceProof(input, flip(stream))));
    await refuses(at.call("verifyInference", modelId + 1n, keccak(input), output, proof), "ModelNotFound");
  };
  tests["registry: ERC-7007's verify says yes and no"] = async () => {
    const adapter = await evm.deploy(contracts.Erc7007Verifier, ["address", "uint256"], [at.address, modelId]);
    equal(await adapter.call("verify", input, output, stream), [1n], "the proof");
    equal(await adapter.call("verify", input, output, flip(stream)), [0n], "a changed proof");
    equal(await adapter.call("verify", output, input + "00000000", stream), [0n], "another division");
  };
  tests["registry: plan, verifier's code and identity are what was registered"] = async () => {
    const again = (code, planAt) => at.call("deployVerifier", modelId, code, planAt, 0);
    await refuses(again(contracts.TacitVerifier.bytecode, model.plan), "VerifierIsSet");
    const call = commitmentCall(commitmentSelector("registerModel"), [], { ...model.commitment, circuitHash: keccak("00") });
    await evm.transact(at.address, call);
    const [other] = await at.call("models");
    await refuses(at.call("deployVerifier", other, contracts.TacitVerifier.bytecode, model.plan, 0), "OtherPlan");
    await refuses(at.call("deployVerifier", other, contracts.TacitOpening.bytecode, model.plan, 0), "OtherVerifier");
    await refuses(at.call("verifyInference", other, keccak(input), output, proof), "NoVerifier");
    const update = (c) => evm.transact(at.address, commitmentCall(commitmentSelector("updateModel", "uint256,"), [modelId], c));
    equal((await update({ ...model.commitment, uri: "https://example.org/model" })).status, "0x1", "another uri");
    equal((await update({ ...model.commitment, vkHash: keccak("01") })).status, "0x0", "another key");
  };
  tests["registry: an endorsement counts for its model, auditor and time, until revoked"] = async () => {
    const expires = (await now(evm)) + 1000n;
    const good = await endorsement(evm, at, modelId, expires);
    equal(await at.call("isEndorsed", modelId, evm.from), [0n], "before");
    const [, , , v, r, s] = good;
    await refuses(at.call("endorse", modelId, at.address, expires, v, r, s), "BadEndorsement");
    await refuses(at.call("endorse", modelId, evm.from, expires + 1n, v, r, s), "BadEndorsement");
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    const high = (order - BigInt("0x" + s)).toString(16).padStart(64, "0");
    await refuses(at.call("endorse", modelId, evm.from, expires, 55 - v, r, high), "BadEndorsement");
    await at.send("endorse", good);
    equal(await at.call("isEndorsed", modelId, evm.from), [1n], "endorsed");
    await at.send("revokeEndorsement", [modelId]);
    equal(await at.call("isEndorsed", modelId, evm.from), [0n], "revoked");
    await at.send("endorse", await endorsement(evm, at, modelId, expires + 10n));
    equal(await at.call("isEndorsed", modelId, evm.from), [0n], "revoked for good");
  };
  tests["registry: a deprecated model verifies nothing"] = async () => {
    await at.send("deprecateModel", [modelId]);
    await refuses(at.call("verifyInference", modelId, keccak(input), output, proof), "ModelDeprecated");
    await refuses(at.call("deprecateModel", 99n), "ModelNotFound");
  };
  return tests;
}
