// SPDX-License-Identifier: Apache-2.0
// examples/agent as a test: the whole round, and that what must not work is refused for its own reason.
import { round, writtenDigit } from "../../examples/agent/agent.mjs";

export async function agent({ equal, report }) {
  if (!process.env.TACIT) return {};
  return {
    "agent: acts on a verified reading, and on nothing else": async () => {
      const { paid, gas, reasons } = await round(process.env.TACIT, () => {});
      equal(paid, writtenDigit, "units paid");
      const expected = { "the same cheque again": "NoSuchCheque", "a model that its auditor gave up": "NotEndorsed", "a model that was withdrawn": "ModelDeprecated" };
      for (const [what, reason] of Object.entries(expected)) equal(reasons[what], reason, what);
      equal(Object.keys(reasons).length, 5, "refusals");
      report("agent: cheque paid, transaction", gas);
    },
  };
}
