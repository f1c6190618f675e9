/**
 * The bench of a fleet's whole day. A day of 10,000 meters is 185 million messages: too many to send and to collect here. So one
 * hour goes through the deployed state machine as it is, and stands for each of the day's 24: no hour of `collect-hour` knows
 * of another. Of what it left, copies with their times moved make the rest of the day: the staged files that `compile-day` and
 * `link-days` then take site by site, as many batches as there is time for, and the raw objects that `archive-day` takes whole.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { rawHourPrefix, referenceKeys, stagedKey } from "../functions/lake/keys";
import type { Graph } from "../local/program/graph";
import { type Day, dayTables } from "./fleet-day-tables";
import { fleetOf, metersPerSite, openFleet, referenceOf } from "./fleet-input";
import { type Pipeline, startPipeline } from "./fleet-runs";
import { thousands } from "./functions";
import { writePage } from "./marked-page";

const hourMs = 3_600_000;
/** The local day of all sites, and its UTC day of arrival; the hour that is sent lies in both. */
const date = "2025-06-01";
const dayStart = Date.parse("2025-05-31T22:00:00Z");
const utcStart = Date.parse(`${date}T00:00:00Z`);
const sentHour = Date.parse(`${date}T10:00:00Z`);
const hourOf = (ms: number) => new Date(ms).toISOString().slice(0, 13);
const hoursFrom = (start: number) => Array.from({ length: 24 }, (_, hour) => start + hour * hourMs);
/** Sites whose days one call takes, as in the state machine. */
const sitesOfBatch = 10;

export async function runFleetDays(graph: Graph, sizes: readonly number[], minutes: number, write: boolean) {
  const days: Day[] = [];
  for (const meters of sizes) days.push(await measureDay(graph, meters, minutes * 60_000));
  const tables = dayTables(days);
  console.log(`A day, with hourly runs:\n\n${tables.day}\n\nBy step:\n\n${tables.steps}\n`);
  if (write) writePage("architecture.md", { "bench fleet day": tables.day, "bench fleet steps": tables.steps });
}

async function measureDay(graph: Graph, meters: number, budgetMs: number): Promise<Day> {
  const directory = mkdtempSync(join(tmpdir(), "wattlake-fleet-"));
  const pipeline = await startPipeline(directory, graph);
  const tell = (text: string) =>
    console.error(`${new Date().toISOString().slice(11, 19)} ${thousands(meters)} meters: ${text}`);
  try {
    const config = fleetOf(meters);
    const reference = referenceOf(config);
    await pipeline.put(referenceKeys.meters, reference.meters);
    await pipeline.put(referenceKeys.zoneDays, reference.zoneDays);
    const raw: { name: string; body: Buffer }[] = [];
    const sent = await openFleet(config, sentHour)(async (name, body) => void raw.push({ name, body }));
    await putRaw(pipeline, sentHour, raw);
    tell(`${thousands(sent.messages)} messages of an hour are there`);

    await pipeline.run({ now: new Date(sentHour + hourMs + 600_000).toISOString() });
    const afterHour = pipeline.used();
    tell(`the hour went through the state machine, ${afterHour.seconds.toFixed(0)} s of functions`);

    const batches = await compileDays(pipeline, meters / metersPerSite, budgetMs, tell);
    const afterDays = pipeline.used();

    for (const at of hoursFrom(utcStart)) if (at !== sentHour) await putRaw(pipeline, at, raw);
    tell(`${((sent.bytes * 24) / 1e9).toFixed(2)} GB of raw objects are there`);
    const beforeArchive = pipeline.used();
    const failure = await pipeline.invoke("archive-day", { date }).then(() => undefined, String);
    const afterArchive = pipeline.used();
    tell(failure ?? `archived in ${(afterArchive.seconds - beforeArchive.seconds).toFixed(0)} s`);
    return { meters, sent, afterHour, afterDays, beforeArchive, afterArchive, batches, failure };
  } finally {
    await pipeline.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function putRaw(pipeline: Pipeline, at: number, raw: readonly { name: string; body: Buffer }[]): Promise<void> {
  for (const { name, body } of raw) await pipeline.put(`${rawHourPrefix(hourOf(at))}${name}`, body);
}

/** Batch after batch: completes the day of its sites, compiles and links them. Ends with the time, after one batch at least. */
async function compileDays(
  pipeline: Pipeline,
  sites: number,
  budgetMs: number,
  tell: (text: string) => void,
): Promise<Day["batches"]> {
  const all = Math.ceil(sites / sitesOfBatch);
  const end = Date.now() + budgetMs;
  let measured = 0;
  for (; measured < all && (measured === 0 || Date.now() < end); measured++) {
    const first = measured * sitesOfBatch;
    const own = Array.from({ length: Math.min(sitesOfBatch, sites - first) }, (_, at) => `site${first + at}`);
    for (const site of own) await completeDay(pipeline, site);
    const siteDays = own.map((site) => `${site}/${date}`);
    await pipeline.invoke("compile-day", { siteDays });
    await pipeline.invoke("link-days", { siteDays });
    if (measured % 10 === 0) tell(`batch ${measured + 1} of ${all}, ten sites each, compiled and linked`);
  }
  return { measured, all };
}

/** The other hours of a site's day: the readings of the one that was collected, at their own times. */
async function completeDay(pipeline: Pipeline, site: string): Promise<void> {
  const lines = gunzipSync(await pipeline.get(stagedKey(site, date, hourOf(sentHour)))).toString("utf8");
  for (const at of hoursFrom(dayStart)) {
    if (at === sentHour) continue;
    const moved = lines.replace(
      /"ts":(\d+),"received_ms":(\d+)/g,
      (_, ts, received) => `"ts":${Number(ts) + at - sentHour},"received_ms":${Number(received) + at - sentHour}`,
    );
    await pipeline.put(stagedKey(site, date, hourOf(at)), gzipSync(moved, { level: 1 }));
  }
}
