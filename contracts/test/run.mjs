// SPDX-License-Identifier: Apache-2.0
// Tests of the contracts on a real EVM (anvil). `node test/run.mjs` after `npm ci`; exits with 1 if one fails.
import { compile, compileAround, Evm, Reverted } from "./evm.mjs";
import { floors } from "./floors.mjs";
import { mutants } from "./mutants.mjs";
import { registry } from "./registry.mjs";
import { agent } from "./agent.mjs";
import { whole } from "./whole.mjs";

const suites = [floors, registry, whole, agent, mutants];
const verifier = compile();
const contracts = { ...verifier, ...compileAround(verifier) };
const evm = await Evm.start();
let failed = 0;
const gas = [];
const context = {
  evm,
  contracts,
  report: (what, amount) => gas.push([what, Number(amount)]),
  async refuses(promise, reason) {
    try {
      await promise;
    } catch (e) {
      if (!(e instanceof Reverted)) throw e;
      if (reason && e.reason !== reason) throw new Error(`refused with ${e.reason}, expected ${reason}`);
      return;
    }
    throw new Error(`accepted, expected ${reason ?? "a refusal"}`);
  },
  equal(found, expected, what) {
    const text = (v) => JSON.stringify(v, (_, x) => (typeof x === "bigint" ? x.toString() : x));
    if (text(found) !== text(expected)) throw new Error(`${what}: ${text(found)}, expected ${text(expected)}`);
  },
};
try {
  for (const suite of suites) {
    for (const [name, test] of Object.entries(await suite(context))) {
      try {
        await test();
        console.log(`ok      ${name}`);
      } catch (e) {
        failed++;
        console.log(`FAILED  ${name}\n        ${e.stack}`);
      }
    }
  }
} finally {
  evm.stop();
}
console.log("\ndeployed bytes");
for (const [name, c] of Object.entries(contracts)) if (!c.file.startsWith("test/") && c.size) console.log(`  ${name.padEnd(40)} ${String(c.size).padStart(10)}`);
console.log("\ngas");
for (const [what, amount] of gas) console.log(`  ${what.padEnd(56)} ${String(amount).padStart(10)}`);
process.exit(failed ? 1 : 0);
