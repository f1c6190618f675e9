/** What the program's tests look at beside the stacks themselves, and how they look at all of it. */
import { z } from "zod";
import { createGraph } from "../../local/program/graph";
import { registerDemo } from "../local/clouds";
import { createSynthesis, type Synthesis, type SynthesizedResource, synthesize } from "./synth";

/** The demo with every choice made otherwise. */
export const synthesizeOther = (): Promise<Synthesis> =>
  synthesize("dev", {
    "wattlake:ingest": { delivery: "direct" },
    "wattlake:warehouse": { mirror: "hourly", dataset: "energy", location: "EU" },
    "wattlake:alerts": { email: "home@example.org", monthlyBudget: 10, billingAccount: "012345-6789AB-CDEF01" },
    "wattlake:aggregation": { schedule: "daily", at: "05:30", timezone: "Europe/London" },
    "wattlake:audit": { dataAccess: true },
  });

/** Of the demo, what a stack has only by choice; and direct delivery. For `registerDemo`, which makes it once a run of tests. */
export const byChoice = {
  "wattlake:alerts": { email: "home@example.org", logRuns: true },
  "wattlake:audit": { trail: true, lakeEvents: true, keepDays: 90, accessAnalyzer: true },
  "wattlake:ingest": { delivery: "direct", live: true },
};

/** The demo with every alarm, for `registerDemo` too. */
export const allAlarms = { "wattlake:alerts": { email: "home@example.org", alarms: "all" } };

/** A synthesis of what `registerDemo` makes, which tests of the local cloud have already; it knows no parents and no protection. */
export async function synthesizeRegistered(changes: Record<string, unknown>): Promise<Synthesis> {
  const resources = createGraph(await registerDemo(changes)).resources.map(({ inputs, ...resource }) => ({
    ...resource,
    inputs: z.record(z.string(), z.unknown()).parse(inputs),
    ...{ parent: undefined, protect: false, retainOnDelete: false },
  }));
  return createSynthesis({ resources, outputs: {} });
}

/** The same check on every resource of a type; there must be some. */
export function forEach(
  syntheses: readonly Synthesis[],
  type: string,
  check: (resource: SynthesizedResource, synthesis: Synthesis) => void,
): void {
  const found = syntheses.flatMap((synthesis) => synthesis.ofType(type).map((resource) => ({ resource, synthesis })));
  expect(found).not.toEqual([]);
  for (const { resource, synthesis } of found) check(resource, synthesis);
}
