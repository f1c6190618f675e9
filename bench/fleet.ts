/**
 * The bench of a fleet: an hour, and a day of hourly runs, of 10 to 10,000 simulated meters through the deployed archives
 * and the deployed state machine, over an S3 stand-in; what it takes, and how that grows.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { rawHourPrefix, referenceKeys } from "../functions/lake/keys";
import type { Graph } from "../local/program/graph";
import { runFleetDays } from "./fleet-day";
import { fleetOf, openFleet, referenceOf, type Sent } from "./fleet-input";
import { dollarsOf } from "./fleet-prices";
import { loadProgram, type Pipeline, startPipeline, type Used } from "./fleet-runs";
import { thousands } from "./functions";
import { writePage } from "./marked-page";

const dayStart = Date.parse("2025-05-31T22:00:00Z");
const hourMs = 3_600_000;
const hourOf = (ms: number) => new Date(ms).toISOString().slice(0, 13);
const count = z.coerce.number().int().positive().multipleOf(5);

interface Result extends Sent {
  readonly meters: number;
  readonly hours: number;
  readonly used: Used;
  /** Why the machine ended otherwise than well. */
  readonly failure: string | undefined;
}

export async function runFleetBench(): Promise<void> {
  const { values } = parseArgs({
    allowPositionals: true,
    options: {
      meters: { type: "string", default: "10,100,1000,10000" },
      hours: { type: "string", default: "1,24" },
      "day-up-to": { type: "string", default: "1000" },
      day: { type: "boolean", default: false },
      "archive-hours": { type: "string", default: "24" },
      minutes: { type: "string", default: "5" },
      write: { type: "boolean", default: false },
    },
  });
  const sizes = values.meters.split(",").map((size) => count.parse(size));
  const spans = values.hours.split(",").map((hours) => z.coerce.number().int().positive().parse(hours));
  const dayLimit = z.coerce.number().parse(values["day-up-to"]);
  const graph = await loadProgram();
  if (values.day) {
    const minutes = z.coerce.number().positive().parse(values.minutes);
    const archivedHours = z.coerce.number().int().min(1).max(24).parse(values["archive-hours"]);
    await runFleetDays(graph, sizes, { minutes, archivedHours }, values.write);
    return;
  }
  for (const hours of spans) {
    const results: Result[] = [];
    for (const meters of sizes.filter((size) => hours === 1 || size <= dayLimit))
      results.push(await measure(graph, meters, hours));
    const table = tableOf(results);
    console.log(`${hours === 1 ? "One hour" : `${hours} hours, a run each`}:\n\n${table}\n\n${byFunction(results)}\n`);
    if (values.write) writePage("architecture.md", { [`bench fleet ${hours}`]: table });
  }
}

/** Hourly runs over a lake of its own, each as the schedule would start it. */
async function measure(graph: Graph, meters: number, hours: number): Promise<Result> {
  const directory = mkdtempSync(join(tmpdir(), "wattlake-fleet-"));
  const pipeline = await startPipeline(directory, graph);
  const sent: Sent = { messages: 0, objects: 0, bytes: 0 };
  let failure: string | undefined;
  let used: Omit<Used, "processorSeconds">;
  let processorSeconds = 0;
  try {
    const config = fleetOf(meters);
    const reference = referenceOf(config);
    await pipeline.put(referenceKeys.meters, reference.meters);
    await pipeline.put(referenceKeys.zoneDays, reference.zoneDays);
    // An hour alone is one in the middle of a day, so that what it touches is one day a site.
    const start = hours === 1 ? dayStart + 12 * hourMs : dayStart;
    const nextHour = openFleet(config, start);
    for (let hour = 0; hour < hours && failure === undefined; hour++) {
      const at = start + hour * hourMs;
      const more = await nextHour((name, body) => pipeline.put(`${rawHourPrefix(hourOf(at))}${name}`, body));
      for (const key of ["messages", "objects", "bytes"] as const) sent[key] += more[key];
      const now = new Date(at + hourMs + 600_000).toISOString();
      failure = await runOnce(pipeline, { now });
      console.error(`${thousands(meters)} meters, ${hourOf(at)}: ${failure ?? `${thousands(more.messages)} messages`}`);
    }
    used = pipeline.used();
  } finally {
    processorSeconds = await pipeline.close();
    rmSync(directory, { recursive: true, force: true });
  }
  return { ...sent, meters, hours, used: { ...used, processorSeconds }, failure };
}

const runOnce = (pipeline: Pipeline, input: object) => pipeline.run(input).then(() => undefined, messageOf);
const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

const head = [
  ...["meters", "messages", "raw, MB", "seconds of functions", "of processor", "largest invocation, s"],
  ...["peak memory, MB", "S3 requests", "transitions", "largest payload, bytes", "most events of an execution"],
  "dollars a meter and month",
];
const row = (cells: readonly unknown[]) => `| ${cells.join(" | ")} |`;

function tableOf(results: readonly Result[]): string {
  return [
    row(head),
    `|${"---|".repeat(head.length)}`,
    ...results.map(({ meters, messages, bytes, used, failure, hours }) =>
      row([
        ...[thousands(meters), thousands(messages), (bytes / 1e6).toFixed(1)],
        ...[used.seconds, used.processorSeconds, used.longestSeconds].map((seconds) => seconds.toFixed(1)),
        ...[
          used.peakMb,
          ...[used.puts + used.gets, used.transitions, used.largestBytes, used.mostEvents].map(thousands),
        ],
        failure ?? ((dollarsOf(used) * 30 * 24) / hours / meters).toFixed(4),
      ]),
    ),
  ].join("\n");
}

function byFunction(results: readonly Result[]): string {
  const lines = results.flatMap(({ meters, used }) =>
    [...used.functions].map(([name, { invocations, seconds, puts, gets, peakMb }]) =>
      [
        ...[thousands(meters).padStart(8), ` ${name.padEnd(22)}`, thousands(invocations).padStart(7)],
        ...[seconds.toFixed(1).padStart(8), thousands(puts).padStart(9), thousands(gets).padStart(9)],
        String(peakMb).padStart(5),
      ].join(" "),
    ),
  );
  return `By function (invocations, seconds, S3 puts and lists, S3 gets, peak memory in MB):\n${lines.join("\n")}`;
}
