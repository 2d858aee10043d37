// SPDX-License-Identifier: Apache-2.0
// Where the gas of a call goes, by function and by line, from the trace of anvil and the source map of solc.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../test/evm.mjs";

export async function profile(evm, deployed, data, sources, top = 25) {
  const trace = await evm.rpc("debug_traceCall", [
    { from: evm.from, to: deployed.address, data, gas: "0x5f5e100" }, "latest",
    { disableStorage: true, disableStack: true, disableMemory: true, enableMemory: false, enableReturnData: false },
  ]);
  const code = Buffer.from(deployed.contract.deployed.object, "hex");
  const indexOf = new Map();
  for (let pc = 0, i = 0; pc < code.length; i++) {
    indexOf.set(pc, i);
    pc += code[pc] >= 0x60 && code[pc] <= 0x7f ? code[pc] - 0x5e : 1;
  }
  let last = ["0", "0", "-1"];
  const map = deployed.contract.deployed.sourceMap.split(";").map((entry) => (last = last.map((v, i) => entry.split(":")[i] || v)));
  const texts = sources.map((f) => readFileSync(join(root, f), "utf8"));
  const functions = {}, lines = {}, opcodes = {};
  const logs = trace.structLogs.filter((l) => l.depth === 1);
  logs.forEach((log, i) => {
    const cost = i + 1 < logs.length ? log.gas - logs[i + 1].gas : log.gasCost;
    const [start, , file] = map[indexOf.get(log.pc)] ?? [0, 0, -1];
    const before = file >= 0 ? texts[file].slice(0, start) : "";
    const line = `${sources[file] ?? "generated"}:${before.split("\n").length}`;
    const name = before.match(/[\s\S]*\bfunction (\w+)/)?.[1] ?? line;
    functions[name] = (functions[name] ?? 0) + cost;
    lines[line] = (lines[line] ?? 0) + cost;
    opcodes[log.op] = (opcodes[log.op] ?? 0) + cost;
  });
  for (const table of [functions, lines, opcodes]) {
    console.log(Object.entries(table).sort((a, b) => b[1] - a[1]).slice(0, top).map(([n, g]) => `${String(g).padStart(10)} ${n}`).join("\n") + "\n");
  }
}
