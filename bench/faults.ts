/**
 * The fault bench: fixed days through the whole pipeline, once for each call of it and each fault that it can meet. After the
 * next attempts and schedules the lake and the mirror must be what they are without any fault, byte for byte.
 */
import { parseArgs } from "node:util";
import { z } from "zod";
import { loadGraph } from "../local/program/graph";
import { readStackConfig } from "../local/program/stack-config";
import { projectDirectory } from "../local/project";
import { fixedDays } from "../tests/local/faults/fixed-days";
import { createPipeline } from "../tests/local/faults/pipeline";
import { trialsOf, wrongAfter } from "../tests/local/faults/sweep";
import { thousands } from "./functions";

export async function runFaultsBench(): Promise<void> {
  const { values } = parseArgs({
    allowPositionals: true,
    options: {
      every: { type: "string", default: "1" },
      only: { type: "string", default: "" },
      from: { type: "string", default: "0" },
    },
  });
  const every = z.coerce.number().int().positive().parse(values.every);
  const from = z.coerce.number().int().nonnegative().parse(values.from);
  const days = await createPipeline(await loadGraph(readStackConfig(projectDirectory, "dev")), fixedDays);
  try {
    const undisturbed = await days.run();
    const trials = trialsOf(undisturbed).filter(
      ({ at, fault }, number) =>
        number >= from && number % every === 0 && `${fault} ${at.what}`.includes(values.only ?? ""),
    );
    console.log(
      `${thousands(undisturbed.positions.length)} calls, invocations and events of an undisturbed run; ${thousands(trials.length)} faults to try.`,
    );
    const began = Date.now();
    const byFault = new Map<string, number>();
    const wrong: string[] = [];
    for (const [number, trial] of trials.entries()) {
      const sentence = await wrongAfter(trial, undisturbed, days);
      if (sentence !== undefined) {
        wrong.push(sentence);
        console.log(sentence);
      }
      byFault.set(trial.fault, (byFault.get(trial.fault) ?? 0) + 1);
      if ((number + 1) % 200 === 0)
        console.log(
          `${thousands(number + 1)} tried, ${((Date.now() - began) / 1000).toFixed(0)} s, ${wrong.length} wrong`,
        );
    }
    for (const [fault, count] of byFault) console.log(`${fault.padEnd(14)} ${thousands(count).padStart(6)} positions`);
    console.log(
      `${thousands(trials.length)} faults at ${thousands(undisturbed.positions.length)} positions in ${((Date.now() - began) / 1000).toFixed(0)} s: ${wrong.length} left another lake or mirror.`,
    );
    if (wrong.length > 0) process.exitCode = 1;
  } finally {
    days.close();
  }
}
