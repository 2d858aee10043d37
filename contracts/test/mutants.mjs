// SPDX-License-Identifier: Apache-2.0
// Changed proofs, to the contract and to the program: both accept or both refuse. MUTANTS=N says how many, SEED where to begin.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode, deployData, Reverted, root } from "./evm.mjs";

const modulus = 0xffffffff00000001n;

// xorshift64*, so that a seed gives the same mutants everywhere.
function numbers(seed) {
  let x = BigInt(seed) | 1n;
  return (below) => {
    x ^= x >> 12n;
    x = BigInt.asUintN(64, x ^ (x << 25n));
    x ^= x >> 27n;
    return Number(BigInt.asUintN(64, x * 0x2545f4914f6cdd1dn) % BigInt(below));
  };
}

const kinds = {
  bit: (bytes, from, below) => void (bytes[from + below(bytes.length - from)] ^= 1 << below(8)),
  byte: (bytes, from, below) => void (bytes[from + below(bytes.length - from)] = below(256)),
  limb(bytes, from, below) {   // values at the border of the field
    const at = from + 8 * below(Math.floor((bytes.length - from) / 8));
    bytes.writeBigUInt64LE([0n, 1n, modulus - 1n, modulus, modulus + 1n, 0xffffffffn, 0xffffffffffffffffn][below(7)], at);
  },
  noncanonical(bytes, from, below) {   // the same element of the field, written otherwise
    for (let tries = 0; tries < 20000; tries++) {
      const at = from + 8 * below(Math.floor((bytes.length - from) / 8)), v = bytes.readBigUInt64LE(at);
      if (v <= 0xfffffffen) return void bytes.writeBigUInt64LE(v + modulus, at);
    }
  },
  swap(bytes, from, below) {   // two digests or elements change places
    const size = below(2) ? 24 : 32, a = from + below(bytes.length - from - size), b = from + below(bytes.length - from - size);
    const first = Buffer.from(bytes.subarray(a, a + size));
    bytes.copyWithin(a, b, b + size);
    first.copy(bytes, b);
  },
  short: (bytes, from, below) => bytes.subarray(0, bytes.length - 1 - below(Math.min(64, bytes.length - from - 1))),
  long: (bytes, _, below) => Buffer.concat([bytes, Buffer.alloc(1 + below(64))]),
  none: (bytes) => bytes,
};

export async function mutants({ evm, contracts, report }) {
  const program = process.env.TACIT, count = Number(process.env.MUTANTS ?? 0), seed = Number(process.env.SEED ?? 1);
  if (!program || !count) return {};
  const folder = mkdtempSync(join(tmpdir(), "tacit-mutants-")), at = join(folder, "m"), digits = join(root, "../examples/digits");
  const options = { env: { ...process.env, TACIT_STATE_DIR: folder }, maxBuffer: 1 << 28, encoding: "utf8" };
  const tacit = (...words) => execFileSync(program, words, options);
  tacit("compile", join(digits, "digits.onnx"), "-o", at, "--calibration", join(digits, "calibration.npy"), "--profile", "chain", "--activation-bits", "8");
  tacit("prove", at + ".tacit", join(digits, "digit.npy"), "-o", at + ".proof");
  tacit("evm", "export", at + ".vk", "-o", at + ".chain");
  const proof = readFileSync(at + ".proof");
  const [values, stream] = decode(["bytes", "bytes"], tacit("evm", "calldata", at + ".vk", at + ".proof").trim().slice(10)).map((x) => x.slice(2));
  const start = proof.length - stream.length / 2, header = start - values.length / 2;   // this model's public values stand before the stream
  const argument = await evm.deploy(contracts.TacitArgument), opening = await evm.deploy(contracts.TacitOpening);
  const plan = await deployData(evm, readFileSync(join(at + ".chain", "plan.hex"), "utf8").trim());
  const verifier = await evm.deploy(contracts.TacitVerifier, ["address", "address", "address"], [argument.address, opening.address, plan]);
  const below = numbers(seed), names = Object.keys(kinds), disagreed = [], verdicts = [0, 0];
  return {
    [`mutants: contract and program agree on ${count} changed proofs, seed ${seed}`]: async () => {
      try {
        for (let i = 0; i < count; i++) {
          const kind = names[i % names.length], from = i % 16 < 2 ? header : start;   // some in the public values
          const copy = Buffer.from(proof), changed = kinds[kind](copy, from, below) ?? copy;
          writeFileSync(at + ".changed", changed);
          const { status } = spawnSync(program, ["verify", at + ".vk", at + ".changed"], options);
          if (![0, 1, 2].includes(status)) throw new Error(`mutant ${i}: the program ended with ${status}`);
          let accepted = true;
          try {
            await verifier.call("verify", changed.subarray(header, start).toString("hex"), changed.subarray(start).toString("hex"));
          } catch (e) {
            if (!(e instanceof Reverted)) throw e;
            accepted = false;
          }
          verdicts[Number(accepted)]++;
          if (accepted !== (status === 0)) disagreed.push(`${i} (${kind})`);
        }
      } finally {
        rmSync(folder, { recursive: true });
      }
      report("mutants: refused", verdicts[0]);
      report("mutants: accepted (unchanged ones)", verdicts[1]);
      if (disagreed.length) throw new Error(`they disagree on ${disagreed.length} of ${count}, the first ones: ${disagreed.slice(0, 10).join(", ")}`);
      if (verdicts[0] < count / 2 || verdicts[1] < 1) throw new Error("verdicts are all the same");
    },
  };
}
