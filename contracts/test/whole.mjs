// SPDX-License-Identifier: Apache-2.0
// Whole proofs: stranger.json, which the independent prover wrote, and with TACIT=path/to/tacit proofs of examples/digits, with
// masks and without, made on the spot.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { calldataGas, deployData, root } from "./evm.mjs";

function madeBy(program) {
  const folder = mkdtempSync(join(tmpdir(), "tacit-contracts-"));
  const digits = join(root, "../examples/digits");
  const options = { env: { ...process.env, TACIT_STATE_DIR: folder }, maxBuffer: 1 << 28, encoding: "utf8" };
  const made = {};
  try {
    for (const [name, flags] of [["digits, masked", []], ["digits, nothing hidden", ["--input", "public", "--weights", "public"]]]) {
      const at = join(folder, "m");
      execFileSync(program, ["compile", join(digits, "digits.onnx"), "-o", at, "--calibration", join(digits, "calibration.npy"),
        "--profile", "chain", "--activation-bits", "8", ...flags], options);
      execFileSync(program, ["prove", at + ".tacit", join(digits, "digit.npy"), "-o", at + ".proof"], options);
      made[name] = JSON.parse(execFileSync("python3", [join(root, "tools/make_proof.py"), at + ".vk", at + ".proof"], options));
      made[name].call = execFileSync(program, ["evm", "calldata", at + ".vk", at + ".proof"], options).trim();
      execFileSync(program, ["evm", "export", at + ".vk", "-o", at + ".chain"], options);
      made[name].exported = readFileSync(join(at + ".chain", "plan.hex"), "utf8").trim();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return made;
}

export async function whole({ evm, contracts, equal, refuses, report }) {
  const proofs = { stranger: JSON.parse(readFileSync(join(root, "test/stranger.json"), "utf8")) };
  if (process.env.TACIT) Object.assign(proofs, madeBy(process.env.TACIT));
  else console.log("skipped proofs with weights and masks: TACIT names no program to make them");
  const argument = await evm.deploy(contracts.TacitArgument);
  const opening = await evm.deploy(contracts.TacitOpening);
  const tests = {};
  for (const [name, proof] of Object.entries(proofs)) {
    const planAt = await deployData(evm, proof.plan);
    const verifier = await evm.deploy(contracts.TacitVerifier, ["address", "address", "address"], [argument.address, opening.address, planAt]);
    const verify = (values, stream) => verifier.call("verify", values, stream);
    const changed = (hex, place, change) => {
      const bytes = Buffer.from(hex, "hex");
      bytes[place] ^= change;
      return bytes.toString("hex");
    };
    const { values, stream } = proof;
    tests[`${name}: the opening agrees with the independent verifier`] = async () => {
      const o = proof.opening;
      const [result] = await opening.call("open", o.params, o.state, o.root_w, o.root_x, o.value, stream.slice(-2 * o.used));
      const expected = [o.used, o.claim, o.folded, o.constraints, o.limb_point.length, ...o.limb_point, ...o.pads, o.point.length, ...o.point];
      equal(result, expected.map(BigInt), "result");
    };
    tests[`${name}: a proof is accepted`] = async () => {
      await verify(values, stream);
      const data = verifier.calldata("verify", [values, stream]);
      const { bytes, standard, floor } = calldataGas(data);
      const receipt = await evm.transact(verifier.address, data, 60000000);
      equal(receipt.status, "0x1", "status");
      report(`${name}: execution`, Number(receipt.gasUsed) - 21000 - standard);
      report(`${name}: calldata of ${bytes} bytes at 16 and 4 gas`, standard);
      report(`${name}: floor of the transaction (EIP-7623)`, floor + 21000);
    };
    tests[`${name}: ${proof.mutants.length} changed bytes are refused`] = async () => {
      for (const [place, change] of proof.mutants) {
        try {
          await refuses(verify(values, changed(stream, place, change)));
        } catch (e) {
          throw new Error(`byte ${place} ^ ${change}: ${e.message}`);
        }
      }
    };
    tests[`${name}: other public values, short and long calldata are refused`] = async () => {
      for (let k = 0; k < Math.min(values.length / 2, 12); k += 4) await refuses(verify(changed(values, k, 1), stream));
      await refuses(verify(changed(values, 3, 0x80), stream));
      await refuses(verify(values.slice(8), stream));
      await refuses(verify(values + "00000000", stream));
      await refuses(verify(values, stream + "00"), "StreamTooLong");
      await refuses(verify(values, stream.slice(0, -2)));
      await refuses(verify(values, ""), "StreamTooShort");
      await refuses(verify(values, "00" + stream));
    };
    tests[`${name}: limbs of p and more are refused, though they stand for the same elements`] = async () => {
      const bytes = Buffer.from(stream, "hex");
      let found = 0;
      for (let at = bytes.length - 24; at > bytes.length - 24 * 3; at -= 24) {
        const limb = bytes.readBigUInt64LE(at);
        bytes.writeBigUInt64LE((limb & 0xffffffffn) | 0xffffffff00000000n | 1n, at);
        found++;
      }
      equal(found, 2, "limbs");
      await refuses(verify(values, bytes.toString("hex")));
    };
    if (name === "stranger") continue;
    tests[`${name}: plan and call by the program are those of the independent planner`] = async () => {
      equal(proof.exported, "0x" + proof.plan, "plan");
      equal(proof.call, verifier.calldata("verify", [values, stream]), "call");
    };
    tests[`${name}: another model's plan refuses the proof`] = async () => {
      const other = await deployData(evm, changed(proof.plan, 5, 1));
      const wrong = await evm.deploy(contracts.TacitVerifier, ["address", "address", "address"], [argument.address, opening.address, other]);
      await refuses(wrong.call("verify", values, stream));
    };
  }
  return tests;
}
