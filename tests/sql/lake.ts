/**
 * Lays readings out as the pipeline leaves them in the lake: daily rows with their edges, the registry, the calendar and
 * the day manifests. As tables for an engine, and as files for the mirror directory.
 */
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { registry } from "../../components/reference/registry";
import { zoneDays } from "../../components/reference/zone-days";
import { parseConfig, type StackConfig } from "../../config";
import {
  dayManifestKey,
  edgesKey,
  hourManifestKey,
  readingsKey,
  referenceKeys,
  siteDayText,
} from "../../functions/lake/keys";
import type { DayManifest } from "../../functions/lake/manifest";
import { makeRegistry } from "../../functions/lake/registry";
import { indexedDay, makeChannelDays } from "../../functions/readings/channel-days";
import { makeEdges } from "../../functions/readings/edges";
import { lineFields, type Reading } from "../../functions/readings/reading";
import { firstFileOf } from "../../sql/first-files";
import { tables } from "../../sql/tables";
import type { PlainRow } from "./zetasql-values";

/** Rows of the tariff tables by name; without any, no site has a tariff. */
export interface Tariffs {
  readonly billing_periods?: readonly PlainRow[];
  readonly tariff_windows?: readonly PlainRow[];
  readonly tariff_blocks?: readonly PlainRow[];
  readonly tariff_charges?: readonly PlainRow[];
  readonly tariff_demand?: readonly PlainRow[];
}

/** Rows by table name, the hive keys among the fields. */
export interface Lake extends Tariffs {
  readonly daily_files: readonly PlainRow[];
  readonly day_manifests: readonly PlainRow[];
  readonly hour_manifests: readonly PlainRow[];
  readonly meters: readonly PlainRow[];
  readonly zone_days: readonly PlainRow[];
}

type ChannelEntry = DayManifest["channels"][number];
interface Day {
  readonly site: string;
  readonly date: string;
  readonly readings: Reading[];
}

/** A stack configuration with the given sites, over the days `from` to `to`. */
export function stackConfig(sites: readonly unknown[], from: string, to: string): StackConfig {
  return parseConfig({ sites, warehouse: { calendar: { from, to } } });
}

/** Sorts readings into the local days of their sites and finds the edges of every day of the calendar. */
export async function layOut(config: StackConfig, readings: readonly Reading[]): Promise<Lake> {
  const meters = registry(config);
  const calendar = zoneDays(config);
  const jsonLines = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).join("\n");
  const places = makeRegistry(jsonLines(meters), jsonLines(calendar));
  const days = new Map<string, Day>(
    config.sites.flatMap(({ id: site, timezone }) =>
      calendar
        .filter((day) => day.timezone === timezone)
        .map(({ date }) => [siteDayText({ site, date }), { site, date, readings: [] }]),
    ),
  );
  for (const reading of readings) {
    const placement = places.place({ ...reading, ts: Date.parse(reading.ts) });
    const list = placement.outcome === "placed" ? days.get(placement.siteDay)?.readings : undefined;
    if (list === undefined) throw new Error(`no place for a reading of ${reading.device} at ${reading.ts}`);
    list.push(reading);
  }
  const manifests = new Map([...days].map(([key, day]) => [key, manifestOf(day)]));
  const daily: PlainRow[] = [];
  const channelDays = new Map(
    [...groups([...days.values()], ({ site }) => site)].map(([site, own]) => [
      site,
      makeChannelDays(own.map((day) => indexedDay(day.date, manifestOf(day)))),
    ]),
  );
  for (const { site, date, readings: own } of days.values()) {
    const { edgesOf } = makeEdges(channelDays.get(site) ?? makeChannelDays([]), async (other) =>
      manifests.get(siteDayText({ site, date: other })),
    );
    for (const channel of places.channelsOf(site)) {
      const edges = await edgesOf(channel, date, lineFields);
      daily.push(...edges.map((line) => ({ site, date, ...JSON.parse(line) })));
    }
    daily.push(...own.map((reading) => ({ site, date, ...reading })));
  }
  const written = [...days.values()].filter((day) => day.readings.length > 0);
  return {
    daily_files: daily,
    day_manifests: written.map(({ site, date }) => ({ site, date, ...manifests.get(siteDayText({ site, date })) })),
    hour_manifests: [],
    meters: meters.map((row) => ({ ...row })),
    zone_days: calendar.map((row) => ({ ...row })),
  };
}

/** Writes the files of a lake that nothing has arrived in yet: those that the program itself puts there. */
export const writeEmptyLake = (mirrorDirectory: string): void =>
  writeLake({ daily_files: [], day_manifests: [], hour_manifests: [], meters: [], zone_days: [] }, mirrorDirectory);

/** Writes the first file of each table below a prefix. */
export function writeFirstFiles(mirrorDirectory: string): void {
  for (const { key, path } of tables.flatMap((table) => firstFileOf(table) ?? [])) {
    mkdirSync(join(mirrorDirectory, dirname(key)), { recursive: true });
    copyFileSync(join(__dirname, "../..", path), join(mirrorDirectory, key));
  }
}

/** Writes the files of a lake under `mirrorDirectory`. */
export function writeLake(lake: Lake, mirrorDirectory: string): void {
  const write = (key: string, rows: readonly PlainRow[]) => {
    const path = join(mirrorDirectory, key);
    mkdirSync(dirname(path), { recursive: true });
    const text = rows.map((row) => `${JSON.stringify({ ...row, site: undefined, date: undefined })}\n`).join("");
    writeFileSync(path, key.endsWith(".gz") ? gzipSync(text) : text);
  };
  const writeReference = (key: string, rows: readonly PlainRow[]) => {
    mkdirSync(join(mirrorDirectory, dirname(key)), { recursive: true });
    const text = rows.map((row) => `${JSON.stringify(row)}\n`).join("");
    writeFileSync(join(mirrorDirectory, key), key.endsWith(".gz") ? gzipSync(text) : text);
  };
  const keyOf = (row: PlainRow) =>
    (row.edge === undefined ? readingsKey : edgesKey)(String(row.site), String(row.date));
  for (const [key, rows] of groups(lake.daily_files, keyOf)) write(key, rows);
  for (const row of lake.day_manifests) write(dayManifestKey(String(row.site), String(row.date)), [row]);
  for (const row of lake.hour_manifests) write(hourManifestKey(String(row.hour)), [row]);
  writeReference(referenceKeys.meters, lake.meters);
  writeReference(referenceKeys.zoneDays, lake.zone_days);
  writeReference(referenceKeys.billingPeriods, lake.billing_periods ?? []);
  writeReference(referenceKeys.tariffWindows, lake.tariff_windows ?? []);
  writeReference(referenceKeys.tariffBlocks, lake.tariff_blocks ?? []);
  writeReference(referenceKeys.tariffCharges, lake.tariff_charges ?? []);
  writeReference(referenceKeys.tariffDemand, lake.tariff_demand ?? []);
  writeFirstFiles(mirrorDirectory);
}

/** What the compilation of a day notes, as far as edges and the quality view need it. */
function manifestOf(day: Day): DayManifest {
  const { site, date } = day;
  const sorted = [...day.readings].sort((a, b) => (a.ts < b.ts ? -1 : 1));
  const channels = [...groups(sorted, ({ device, channel }) => `${device}/${channel}`).values()].map(channelEntry);
  const readings = sorted.length;
  return {
    ...{ messages: readings, carried: 0, readings, merged: 0, duplicates: 0, conflicts: 0, carries: false, inputs: [] },
    output: { key: readingsKey(site, date), sha256: "", bytes: 0 },
    channels,
  };
}

function channelEntry(rows: readonly Reading[]): ChannelEntry {
  let counters: Pick<Reading, "import_counter_wh" | "export_counter_wh"> = {};
  const known = rows.map((row) => {
    const { import_counter_wh, export_counter_wh } = row;
    if (import_counter_wh !== undefined) counters = { ...counters, import_counter_wh };
    if (export_counter_wh !== undefined) counters = { ...counters, export_counter_wh };
    return { ...row, ...counters };
  });
  const powered = known.filter((row) => row.power_w !== undefined || row.power_unknown);
  const [first] = known;
  const last = known.at(-1);
  if (first === undefined || last === undefined) throw new Error("a channel without readings has no entry");
  return {
    device: first.device,
    channel: first.channel,
    readings: rows.length,
    duplicates: 0,
    conflicts: 0,
    first,
    first_power: powered[0] ?? null,
    last,
    last_power: powered.at(-1) ?? null,
  };
}

function groups<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const found = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = found.get(key) ?? [];
    group.push(item);
    found.set(key, group);
  }
  return found;
}
