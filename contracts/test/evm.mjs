// SPDX-License-Identifier: Apache-2.0
// What the tests need of an EVM: solc from npm, anvil from npm, JSON-RPC and the ABI types that the tests use.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
export const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const codeLimit = 24576;
const optimizerSteps = "dhfoDgvulfnTUtnIf[xa[r]EscLMcCTUtTOntnfDIulLculVcul [j]Tpeulxa[rul]xa[r]cLgvfCTUca[r]LSsTFOtfDnca[r]Iulc]jmul[jul] VcTOcul jmul";

// The compiler takes minutes: its last outputs are kept in build/ under a hash of its version and input.
function cached(input, run) {
  const { version } = require("solc/package.json");
  const file = join(root, "build", createHash("sha256").update(version + input).digest("hex") + ".json");
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, run(input));
  }
  return JSON.parse(readFileSync(file, "utf8"));
}

// The contracts with code, and how often each instruction is expected to run: the more, the larger the code.
const targets = [
  ["src/TacitArgument.sol", "TacitArgument", 1000000],
  ["src/TacitOpening.sol", "TacitOpening", 1000000],
  ["src/TacitVerifier.sol", "TacitVerifier", 500],
  ["test/LibraryTest.sol", "LibraryTest", 1000000],
];

// {name: {file, abi, bytecode, size, deployed}}. Throws on errors, warnings and code over EIP-170's limit.
export function compile() {
  const sources = {};
  for (const folder of ["src", "test"]) {
    for (const file of readdirSync(join(root, folder)).filter((f) => f.endsWith(".sol"))) {
      sources[`${folder}/${file}`] = { content: readFileSync(join(root, folder, file), "utf8") };
    }
  }
  const contracts = {};
  for (const [file, name, runs] of targets) {
    const input = {
      language: "Solidity",
      sources,
      settings: {
        viaIR: true,
        evmVersion: "cancun",
        // The steps are solc's own without the full inliner, which spills hot loops to memory: 10 % less gas, 20 % less code.
        optimizer: { enabled: true, runs, details: { yul: true, yulDetails: { stackAllocation: true, optimizerSteps } } },
        outputSelection: { [file]: { [name]: ["abi", "evm.bytecode.object", "evm.deployedBytecode.object", "evm.deployedBytecode.sourceMap"] } },
      },
    };
    const output = cached(JSON.stringify(input), (text) => require("solc").compile(text));
    if (output.errors?.length) throw new Error(output.errors.map((e) => e.formattedMessage).join("\n"));
    const c = output.contracts[file][name];
    const size = c.evm.deployedBytecode.object.length / 2;
    if (size > codeLimit) throw new Error(`${name}: ${size} bytes of deployed code, the limit is ${codeLimit}`);
    contracts[name] = { file, abi: c.abi, bytecode: "0x" + c.evm.bytecode.object, size, deployed: c.evm.deployedBytecode };
  }
  return contracts;
}

// The contracts around the verifier, {name: {...}} as above: the registry and the examples' consumers, which compile in seconds.
// `verifier`: the contracts that compile() gave, whose reasons they pass on.
export function compileAround(verifier) {
  const folders = { "contracts/registry": ["TacitRegistry", "Erc7007Verifier"], "examples/agent": ["Cheques"] };
  const sources = {}, contracts = {};
  for (const folder of Object.keys(folders)) {
    const at = join(root, "..", folder);
    for (const file of readdirSync(at).filter((f) => f.endsWith(".sol"))) sources[`${folder}/${file}`] = { content: readFileSync(join(at, file), "utf8") };
  }
  const settings = { evmVersion: "cancun", optimizer: { enabled: true, runs: 200 }, outputSelection: { "*": { "*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object"] } } };
  const output = cached(JSON.stringify({ language: "Solidity", sources, settings }), (text) => require("solc").compile(text));
  if (output.errors?.length) throw new Error(output.errors.map((e) => e.formattedMessage).join("\n"));
  for (const [file, found] of Object.entries(output.contracts)) {
    for (const [name, c] of Object.entries(found)) {
      const size = c.evm.deployedBytecode.object.length / 2;
      if (size > codeLimit) throw new Error(`${name}: ${size} bytes of deployed code, the limit is ${codeLimit}`);
      contracts[name] = { file, abi: c.abi, bytecode: "0x" + c.evm.bytecode.object, size };
    }
  }
  const raising = [...Object.values(verifier), contracts.ModelErrors, contracts.TacitRegistry];
  const errors = raising.flatMap((c) => c.abi.filter((x) => x.type === "error"));
  for (const c of [contracts.Cheques, contracts.TacitRegistry]) c.errors = errors;
  return contracts;
}

export const keccak = (hex) => "0x" + require("js-sha3").keccak256(Buffer.from(bare(hex), "hex"));

const word = (v) => BigInt.asUintN(256, BigInt(v)).toString(16).padStart(64, "0");
const bare = (hex) => hex.replace(/^0x/, "");

function encodeOne(type, value) {
  if (type.endsWith("[]")) return word(value.length) + value.map((v) => encodeOne(type.slice(0, -2), v)).join("");
  if (type === "bytes") {
    const hex = bare(value);
    return word(hex.length / 2) + hex + "0".repeat((64 - (hex.length % 64)) % 64);
  }
  if (/^bytes\d+$/.test(type)) return bare(value).padEnd(64, "0");
  return word(value === true ? 1 : value === false ? 0 : value);
}

export function encode(types, values) {
  let head = "", tail = "";
  types.forEach((type, i) => {
    const part = encodeOne(type, values[i]);
    if (type === "bytes" || type.endsWith("[]")) {
      head += word(32 * types.length + tail.length / 2);
      tail += part;
    } else head += part;
  });
  return head + tail;
}

// Return values of types uint256, bytes32, address, bool, bytes and arrays of words, as BigInt or hex strings.
export function decode(types, hex) {
  const data = bare(hex);
  const at = (i) => BigInt("0x" + data.slice(2 * i, 2 * i + 64));
  return types.map((type, i) => {
    if (type === "bytes") {
      const start = Number(at(32 * i));
      return "0x" + data.slice(2 * start + 64, 2 * start + 64 + 2 * Number(at(start)));
    }
    if (type.endsWith("[]")) {
      const start = Number(at(32 * i));
      return Array.from({ length: Number(at(start)) }, (_, k) => at(start + 32 + 32 * k));
    }
    return at(32 * i);
  });
}

export class Reverted extends Error {}

export class Evm {
  // An anvil of its own, with standard limits on gas and code size.
  static async start() {
    const binary = join(dirname(require.resolve("@foundry-rs/anvil-linux-amd64/package.json")), "bin", "anvil");
    const child = spawn(binary, ["--port", "0", "--hardfork", "osaka", "--accounts", "1", "--gas-limit", "60000000"]);
    const evm = new Evm();
    evm.child = child;
    evm.url = await new Promise((done, failed) => {
      let text = "";
      child.stdout.on("data", (data) => {
        text += data;
        const found = text.match(/Listening on (\S+)/);
        if (found) done("http://" + found[1]);
      });
      child.stderr.on("data", (data) => (text += data));
      child.on("exit", () => failed(new Error("anvil ended: " + text)));
    });
    child.removeAllListeners("exit");
    evm.from = (await evm.rpc("eth_accounts", []))[0];
    return evm;
  }

  stop() {
    this.child.kill();
  }

  async rpc(method, params) {
    const reply = await fetch(this.url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    });
    const { result, error } = await reply.json();
    if (error) {
      if (error.data || /revert|halt|OutOf|Invalid/i.test(error.message)) throw Object.assign(new Reverted(error.message), { data: error.data });
      throw new Error(`${method}: ${error.message}`);
    }
    return result;
  }

  async transact(to, data, gas = 16777216, value = 0n) {
    const call = { from: this.from, to, data, gas: "0x" + gas.toString(16), value: "0x" + value.toString(16) };
    const hash = await this.rpc("eth_sendTransaction", [call]);
    for (;;) {
      const receipt = await this.rpc("eth_getTransactionReceipt", [hash]);
      if (receipt) return receipt;
    }
  }

  async deploy(contract, types = [], values = []) {
    const receipt = await this.transact(undefined, contract.bytecode + encode(types, values));
    if (receipt.status !== "0x1") throw new Error(`deployment of ${contract.file} failed`);
    return new Deployed(this, contract, receipt.contractAddress);
  }
}

export class Deployed {
  constructor(evm, contract, address) {
    Object.assign(this, { evm, contract, address });
  }

  find(name) {
    const found = this.contract.abi.find((f) => f.type === "function" && f.name === name);
    if (!found) throw new Error(`no function ${name}`);
    return found;
  }

  calldata(name, values) {
    const types = this.find(name).inputs.map((i) => i.type);
    return this.selector(name) + encode(types, values);
  }

  selector(name) {
    const f = this.find(name);
    return "0x" + require("js-sha3").keccak256(`${name}(${f.inputs.map((i) => i.type).join(",")})`).slice(0, 8);
  }

  // eth_call: the decoded results. A revert throws Reverted with the name of the custom error in `reason`.
  async call(name, ...values) {
    try {
      const data = await this.evm.rpc("eth_call", [{ to: this.address, from: this.evm.from, data: this.calldata(name, values), gas: "0x3938700" }, "latest"]);
      return decode(this.find(name).outputs.map((o) => o.type), data);
    } catch (e) {
      if (e instanceof Reverted) e.reason = this.reason(e.data);
      throw e;
    }
  }

  // A transaction: its receipt. Throws Reverted as `call` does.
  async send(name, values, value = 0n) {
    const data = this.calldata(name, values);
    try {
      await this.evm.rpc("eth_call", [{ to: this.address, from: this.evm.from, data, gas: "0x1000000", value: "0x" + value.toString(16) }, "latest"]);
    } catch (e) {
      if (e instanceof Reverted) e.reason = this.reason(e.data);
      throw e;
    }
    const receipt = await this.evm.transact(this.address, data, 16777216, value);
    if (receipt.status !== "0x1") throw new Error(`${name} reverted`);
    return receipt;
  }

  reason(data) {
    const { keccak256 } = require("js-sha3");
    for (const e of this.contract.abi.concat(this.contract.errors ?? []).filter((x) => x.type === "error")) {
      if (data?.startsWith("0x" + keccak256(`${e.name}(${e.inputs.map((i) => i.type).join(",")})`).slice(0, 8))) return e.name;
    }
    return data;
  }
}

// A contract whose code is a zero byte and the data.
export async function deployData(evm, hex) {
  const code = "00" + bare(hex);
  const receipt = await evm.transact(undefined, "0x61" + (code.length / 2).toString(16).padStart(4, "0") + "80600a5f395ff3" + code);
  if (receipt.status !== "0x1") throw new Error("deployment of data failed");
  return receipt.contractAddress;
}

// Gas of calldata: what EIP-2028 adds to execution, the floor of EIP-7623, and 64 gas a byte (EIP-7976).
export function calldataGas(hex) {
  const data = Buffer.from(bare(hex), "hex");
  let zeros = 0;
  for (const byte of data) if (byte === 0) zeros++;
  const tokens = zeros + 4 * (data.length - zeros);
  return { bytes: data.length, standard: 4 * tokens, floor: 10 * tokens, at64: 64 * data.length };
}
