// SPDX-License-Identifier: Apache-2.0
// An agent that acts on a model's output which a contract verified: the whole round on a local chain.
//
//   node examples/agent/agent.mjs [build/tacit]      after `npm ci` in contracts/
//
// compile -> export -> deploy -> register -> endorse -> a cheque is issued -> prove -> the contract reads the picture and pays;
// then what must not work: the same cheque again, a forged reading, another picture, a model that was withdrawn.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { compile, compileAround, decode, Evm, keccak, Reverted } from "../../contracts/test/evm.mjs";
import { deployRegistry, endorsement, inferenceProof, now, register } from "../../contracts/test/models.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const digits = join(here, "../digits");
const unit = 10n ** 16n, picturePixels = 64;
export const writtenDigit = 5;   // what examples/digits/digit.npy shows

const firstLine = (path) => readFileSync(path, "utf8").trim().replace(/^0x/, "");

// What the program makes: the key, its plan, and the call that verifies a proof of the picture.
function proven(program, say) {
  const folder = mkdtempSync(join(tmpdir(), "tacit-agent-")), at = join(folder, "digits");
  const options = { env: { ...process.env, TACIT_STATE_DIR: folder }, maxBuffer: 1 << 28, encoding: "utf8" };
  const tacit = (...words) => execFileSync(program, words, options);
  try {
    tacit("compile", join(digits, "digits.onnx"), "-o", at, "--calibration", join(digits, "calibration.npy"), "--profile", "chain", "--input", "public",
      "--weights", "public", "--activation-bits", "8");
    say("compiled", "examples/digits, input and weights public, for the chain");
    const { gas } = JSON.parse(tacit("evm", "estimate", at + ".vk", "--json"));
    say("estimated", `${(gas.transaction / 1e6).toFixed(2)} million gas a verification`);
    tacit("evm", "export", at + ".vk", "-o", join(folder, "chain"));
    tacit("prove", at + ".tacit", join(digits, "digit.npy"), "-o", at + ".proof");
    tacit("evm", "calldata", at + ".vk", at + ".proof", "-o", at + ".call");
    const [values, stream] = decode(["bytes", "bytes"], firstLine(at + ".call").slice(8)).map((x) => x.slice(2));
    say("proven", `${(stream.length / 2048).toFixed(1)} KiB`);
    return { plan: firstLine(join(folder, "chain/plan.hex")), key: readFileSync(at + ".vk").toString("hex"), values, stream };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function refused(promise) {
  try {
    await promise;
  } catch (e) {
    if (e instanceof Reverted) return e.reason;
    throw e;
  }
  throw new Error("accepted, though it must not be");
}

export async function round(program, say) {
  const verifier = compile(), contracts = { ...verifier, ...compileAround(verifier) };
  const { plan, key, values, stream } = proven(program, say);
  const picture = values.slice(0, 8 * picturePixels), scores = values.slice(8 * picturePixels);
  const evm = await Evm.start();
  try {
    const registry = await deployRegistry(evm, contracts);
    const { modelId, gas } = await register(evm, contracts, registry, plan, 4 * picturePixels, key);
    say("registered", `model ${modelId}, its verifier deployed for ${(gas / 1e6).toFixed(2)} million gas`);
    await registry.send("endorse", await endorsement(evm, registry, modelId, (await now(evm)) + 100000n));
    const cheques = await evm.deploy(contracts.Cheques, ["address", "uint256", "address"], [registry.address, modelId, evm.from]);
    const payee = "0x00000000000000000000000000000000000000aa", hash = keccak(picture);
    const balance = async () => BigInt(await evm.rpc("eth_getBalance", [payee, "latest"]));
    await cheques.send("issue", [hash, payee], 9n * unit);
    say("issued", `a cheque for what is written in picture ${hash.slice(0, 10)}`);

    const proof = inferenceProof(picture, stream);
    const forged = scores.slice(8) + scores.slice(0, 8);   // every digit's score moved to the one before it
    const other = (picture.startsWith("00") ? "01" : "00") + picture.slice(2);
    const reasons = { "a forged reading": await refused(cheques.call("cash", hash, forged, proof)) };
    reasons["another picture"] = await refused(cheques.call("cash", hash, scores, inferenceProof(other, stream)));
    const receipt = await cheques.send("cash", [hash, scores, proof]);
    const paid = (await balance()) / unit;
    say("paid", `${paid} units, for ${(Number(receipt.gasUsed) / 1e6).toFixed(2)} million gas`);
    reasons["the same cheque again"] = await refused(cheques.call("cash", hash, scores, proof));
    await cheques.send("issue", [hash, payee], 9n * unit);
    await registry.send("revokeEndorsement", [modelId]);
    reasons["a model that its auditor gave up"] = await refused(cheques.call("cash", hash, scores, proof));
    await registry.send("deprecateModel", [modelId]);
    reasons["a model that was withdrawn"] = await refused(registry.call("verifyInference", modelId, hash, scores, proof));
    for (const [what, reason] of Object.entries(reasons)) say("refused", `${what}: ${String(reason).slice(0, 40)}`);
    return { paid: Number(paid), gas: Number(receipt.gasUsed), reasons };
  } finally {
    evm.stop();
  }
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const program = process.argv[2] ?? join(here, "../../build/tacit");
  const { paid } = await round(program, (what, text) => console.log(what.padEnd(12) + text));
  if (paid !== writtenDigit) process.exit(1);
}
