// SPDX-License-Identifier: Apache-2.0
// The floors of the library against vectors.json, which the independent verifier wrote.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./evm.mjs";

const vectors = JSON.parse(readFileSync(join(root, "test/vectors.json"), "utf8"));
const big = (list) => list.map(BigInt);

export async function floors({ evm, contracts, equal, refuses, report }) {
  const library = await evm.deploy(contracts.LibraryTest);
  const operations = { mul: 0, add: 1, sub: 2, inverse: 3, scale: 4, x: 5 };
  return {
    "field: products, sums, inverses agree": async () => {
      for (const c of vectors.field) {
        for (const [name, operation] of Object.entries(operations)) {
          if (!c[name]) continue;
          const [result, gas] = await library.call("field", operation, [...c.a, ...c.b]);
          equal(result, big(c[name]), name);
          if (c === vectors.field[1]) report(`E: ${name}, with the call of the function`, gas);
        }
        equal((await library.call("field", 6, [...c.a, ...c.b]))[0], big(c.sub), "minus");
      }
    },
    "field: powers of one half, roots of unity": async () => {
      for (const c of vectors.scalars) {
        const [half, generator, gas] = await library.call("scalars", c.k);
        equal([half, generator], big([c.half, c.root]), `k = ${c.k}`);
        if (c.k === 0) report("E: mul, one of 1000 in a loop", gas);
      }
    },
    "field: canonical elements are read and written": async () => {
      for (const c of vectors.codec.good) {
        const [limbs, again, gas] = await library.call("codec", c.bytes);
        equal(limbs, big(c.limbs), "limbs");
        equal(again, "0x" + c.bytes, "bytes");
        if (c === vectors.codec.good[0]) report("E: read from calldata, checked", gas);
      }
    },
    "field: limbs of p and more are refused": async () => {
      for (const bytes of vectors.codec.bad) await refuses(library.call("codec", bytes), "NotCanonical");
    },
    "transcript: challenges, positions, work agree": async () => {
      for (const c of vectors.transcript) {
        const [out, state] = await library.call("transcript", c.script, c.stream);
        equal(out, big(c.out), "draws");
        equal(state, BigInt("0x" + c.state), "state");
      }
    },
    "transcript: a short stream and a wrong nonce are refused": async () => {
      const c = vectors.transcript[0];
      await refuses(library.call("transcript", c.script, c.stream.slice(0, -2)), "StreamTooShort");
      await refuses(library.call("transcript", c.script, c.stream.slice(0, -16) + "ff".repeat(8)), "ProofOfWork");
    },
    "merkle: multiproofs give the root": async () => {
      for (const c of vectors.merkle) {
        const [result, size, gas] = await library.call("merkle", c.log_domain, c.positions, c.leaves, c.siblings);
        equal(result, BigInt("0x" + c.root), "root");
        equal(Number(size), c.siblings.length / 64, "siblings");
        if (c.log_domain === 7) report(`Merkle: ${c.positions.length} of 128 leaves, ${size} siblings`, gas);
      }
    },
  };
}
