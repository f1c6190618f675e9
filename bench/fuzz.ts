/** 100,000 fuzzed inputs: messages, raw lines in whole and damaged objects, events of functions, configurations. */
import { parseArgs } from "node:util";
import { z } from "zod";
import { loadGraph } from "../local/program/graph";
import { readStackConfig } from "../local/program/stack-config";
import { projectDirectory } from "../local/project";
import { referenceOf, sourceSteps, startLakes } from "../tests/functions/lake";
import { type Faults, fuzzConfigurations, fuzzEvents, fuzzMessages, fuzzObjects } from "../tests/fuzz/fuzz";
import { thousands } from "./functions";

/** Of one lake: an hour has a budget, and a fault is to be found in a lake of its own. */
const perLake = 10_000;

export async function runFuzzBench(): Promise<void> {
  const { values } = parseArgs({
    allowPositionals: true,
    options: { inputs: { type: "string", default: "100000" }, seed: { type: "string", default: "1" } },
  });
  const inputs = z.coerce.number().int().positive().parse(values.inputs);
  const seed = z.coerce.number().int().parse(values.seed);
  const graph = await loadGraph(readStackConfig(projectDirectory, "dev"));
  const reference = referenceOf({ home: "Europe/Warsaw" }, { from: "2025-05-01", to: "2025-07-31" });
  const lakes = await startLakes();
  const said = console.log;
  let wrong = 0;
  /** Functions log each unit of work. */
  const quietly = async (work: () => Promise<Faults>): Promise<Faults> => {
    console.log = () => undefined;
    return work().finally(() => {
      console.log = said;
    });
  };
  async function batches(what: string, share: number, work: (count: number, seed: number) => Promise<Faults>) {
    const total = Math.round(inputs * share);
    const faults: Faults = [];
    for (let done = 0; done < total; done += perLake)
      faults.push(...(await quietly(() => work(Math.min(perLake, total - done), seed + done))));
    for (const fault of faults.slice(0, 20)) console.log(`  ${fault}`);
    wrong += faults.length;
    console.log(`${thousands(total).padStart(8)} ${what}: ${faults.length} wrong`);
  }
  try {
    await batches("messages through the rules and the pipeline", 0.4, async (count, from) => {
      const lake = await lakes.open(reference);
      return fuzzMessages(graph, sourceSteps(lake), lake, count, from);
    });
    await batches("raw lines, in whole and damaged objects", 0.4, async (count, from) => {
      const lake = await lakes.open(reference);
      return fuzzObjects(sourceSteps(lake), lake, count, from);
    });
    await batches("events of functions", 0.1, async (count, from) => {
      const lake = await lakes.open(reference);
      return fuzzEvents(sourceSteps(lake), lakes.written, count, from);
    });
    await batches("configurations", 0.1, async (count, from) => fuzzConfigurations(count, from));
    if (wrong > 0) process.exitCode = 1;
  } finally {
    await lakes.close();
  }
}
