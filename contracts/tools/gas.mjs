// SPDX-License-Identifier: Apache-2.0
// Gas of proofs on anvil: `node tools/gas.mjs build/tacit PREFIX...` reads PREFIX.vk and PREFIX.proof; also those over the cap.
import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { calldataGas, compile, deployData, Evm } from "../test/evm.mjs";

const [program, ...prefixes] = process.argv.slice(2);
const contracts = compile(), evm = await Evm.start();
const millions = (gas) => (gas / 1e6).toFixed(2).padStart(9);
try {
  const argument = await evm.deploy(contracts.TacitArgument), opening = await evm.deploy(contracts.TacitOpening);
  console.log("model".padEnd(36) + "proof, kB calldata execution    total    floor  at 64 a byte  estimated");
  for (const prefix of prefixes) {
    const options = { encoding: "utf8", maxBuffer: 1 << 28 };
    const json = execFileSync("python3", [new URL("plan.py", import.meta.url).pathname, prefix + ".vk"], options);
    const call = execFileSync(program, ["evm", "calldata", prefix + ".vk", prefix + ".proof"], options).trim();
    let estimate;
    try {
      estimate = JSON.parse(execFileSync(program, ["evm", "estimate", prefix + ".vk", "--json"], options));
    } catch (e) {
      estimate = JSON.parse(e.stdout);   // over the cap
    }
    const verifier = await evm.deploy(contracts.TacitVerifier, ["address", "address", "address"], [argument.address, opening.address, await deployData(evm, json.trim())]);
    const { standard, floor, at64 } = calldataGas(call);
    const receipt = await evm.transact(verifier.address, call, 60000000);
    if (receipt.status !== "0x1") throw new Error(`${prefix}: refused`);
    const used = Number(receipt.gasUsed), execution = used - 21000 - standard;
    const columns = [standard, execution, used, floor + 21000].map(millions).join("");
    console.log(prefix.replace(/.*\//, "").padEnd(36) + (statSync(prefix + ".proof").size / 1000).toFixed(0).padStart(9) + columns + millions(at64 + execution + 21000).padStart(14) + millions(estimate.gas.transaction).padStart(11));
  }
} finally {
  evm.stop();
}
