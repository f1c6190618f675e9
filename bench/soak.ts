/**
 * The soak: simulated meters at their real cadence through the whole local cloud (broker, rules, delivery stream, S3, state
 * machine, functions, mirror), day after day in virtual time: memory by day, and totals against the simulation's own.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { parseConfig } from "../config";
import { createClock } from "../local/clock";
import { startCloud } from "../local/cloud";
import { liveReporting } from "../local/home/live-home";
import { createSimulation } from "../local/home/simulation";
import type { TimedMessage } from "../local/messages/capture";
import { createPublisher } from "../local/messages/publisher";
import { loadGraph } from "../local/program/graph";
import { readStackConfig } from "../local/program/stack-config";
import { projectDirectory } from "../local/project";
import { missing, readOutcomes } from "../local/session/account";
import { hoursFrom, settleHour } from "../local/session/pipeline";
import { thousands } from "./functions";

const hourMs = 3_600_000;
const metersOfASite = 10;
/** UTC: the days of its sites end where those of the simulation do. */
const start = Date.UTC(2025, 5, 1);

const sitesOf = (meters: number) =>
  Array.from({ length: Math.ceil(meters / metersOfASite) }, (_, site) => ({
    id: `site-${site}`,
    timezone: "UTC",
    currency: "EUR",
    meters: Array.from({ length: Math.min(metersOfASite, meters - site * metersOfASite) }, (_, at) => {
      const number = site * metersOfASite + at;
      const [model, connection, id] =
        number % 2 === 0 ? ["EM", "bridge", `shellyem-${number}`] : ["EMG3", "direct", `shellyemg3-${number}`];
      const channels = [0, 1].map((index) => ({ index, name: `Load ${number}-${index}`, role: "load" }));
      return { id, model, connection, channels };
    }),
  }));

/** What a meter's own counters moved between their first and their last message: what the views must come to. */
function createCounters() {
  const told = new Map<string, { first: number; last: number }>();
  const note = (name: string, value: number) => {
    const known = told.get(name);
    told.set(name, { first: known?.first ?? value, last: value });
  };
  const gen2 = z.object({
    params: z.record(z.string(), z.looseObject({ total_act_energy: z.number().optional() }).or(z.number())),
  });
  return {
    take({ topic, payload }: TimedMessage): void {
      if (topic.endsWith("/total")) note(topic, Number(payload));
      if (!topic.endsWith("/rpc")) return;
      for (const [name, component] of Object.entries(gen2.parse(JSON.parse(payload)).params))
        if (typeof component === "object" && component.total_act_energy !== undefined)
          note(`${topic} ${name}`, component.total_act_energy);
    },
    moved_wh: () => [...told.values()].reduce((total, { first, last }) => total + last - first, 0),
  };
}

const energyRow = z.object({ import_wh: z.number() });
const mb = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MB`;

export async function runSoakBench(): Promise<void> {
  const { values } = parseArgs({
    allowPositionals: true,
    options: { meters: { type: "string", default: "100" }, days: { type: "string", default: "30" } },
  });
  const meters = z.coerce.number().int().positive().parse(values.meters);
  const days = z.coerce.number().positive().parse(values.days);
  const stack = readStackConfig(projectDirectory, "dev");
  const configured = {
    "wattlake:sites": sitesOf(meters),
    "wattlake:ingest": { live: false },
    "wattlake:warehouse": {},
  };
  const graph = await loadGraph({ ...stack, values: { ...stack.values, ...configured } });
  const { sites } = parseConfig({ sites: sitesOf(meters) });
  const directory = mkdtempSync(join(tmpdir(), "wattlake-soak-"));
  const clock = createClock(start);
  const problems: string[] = [];
  const cloud = await startCloud({ graph, stateDirectory: directory, clock, onProblem: (text) => problems.push(text) });
  const publisher = createPublisher(cloud.broker.url, clock.advanceTo);
  const simulation = createSimulation(sites, start);
  const counters = createCounters();
  const began = Date.now();
  let sent = 0;
  try {
    console.log(
      `${meters} meters, ${days} days; ${liveReporting.step_s} s steps, at least every ${liveReporting.period_s} s.\n`,
    );
    console.log("      day     messages   a second        RSS   heap used");
    for (let hour = 1; hour <= days * 24; hour++) {
      // An hour at a time: of more the bench itself would be what grows.
      const messages = simulation.advance(start + hour * hourMs, liveReporting);
      messages.forEach(counters.take);
      sent += messages.length;
      await publisher.publish(messages);
      if (hour % 24 !== 0 && hour < days * 24) continue;
      await cloud.run({});
      const { rss, heapUsed } = process.memoryUsage();
      const rate = sent / ((Date.now() - began) / 1000);
      console.log(
        `${(hour / 24).toFixed(2).padStart(9)} ${thousands(sent).padStart(12)} ${thousands(rate).padStart(10)} ${mb(rss).padStart(10)} ${mb(heapUsed).padStart(11)}`,
      );
    }
    const last = start + days * 24 * hourMs - 1;
    await settleHour(cloud, clock, last);
    await cloud.run(hoursFrom(start, last));
    const warehouse = await cloud.warehouse();
    const lost = missing(cloud.broker, await readOutcomes(warehouse, hoursFrom(start, last)));
    const [row] = z
      .array(energyRow)
      .length(1)
      .parse(await warehouse.query("SELECT SUM(import_wh) AS import_wh FROM `wattlake.energy_daily`"));
    const [counted, seen] = [counters.moved_wh(), row?.import_wh ?? 0];
    const off = Math.abs(seen / counted - 1);
    console.log(`
${thousands(sent)} messages sent, ${thousands(cloud.broker.received())} acknowledged, ${thousands(lost)} in no manifest; ${problems.length} problems
import: ${thousands(seen)} Wh of the views, ${thousands(counted)} Wh by the meters' own counters, ${off.toExponential(1)} apart
${((Date.now() - began) / 1000).toFixed(0)} s of this machine for ${days} days`);
    for (const problem of problems.slice(0, 5)) console.log(problem);
    if (off > 1e-6 || lost > 0 || problems.length > 0 || sent !== cloud.broker.received()) process.exitCode = 1;
  } finally {
    await publisher.close();
    await cloud.close();
    rmSync(directory, { recursive: true });
  }
}
