/**
 * The query bench's lake: one site, one meter, two channels, a reading every 20 to 40 s with power, voltage and counters,
 * as daily JSONL.gz with edges, the way the pipeline leaves them. The same bytes on every machine.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { z } from "zod";
import { registry } from "../components/reference/registry";
import { type ZoneDay, zoneDays } from "../components/reference/zone-days";
import { parseConfig } from "../config";
import { edgesKey, readingsKey, referenceKeys } from "../functions/lake/keys";
import { tariffTables } from "../sql/tariff-tables";
import { writeFirstFiles } from "../tests/sql/lake";

export const site = "home";
const device = "shellyem-A4CF12F3B2";

interface Line {
  readonly ts: string;
  readonly device: string;
  readonly channel: number;
  readonly power_w: number;
  readonly voltage_v: number;
  readonly import_counter_wh: number;
  readonly export_counter_wh: number;
}

/** The local days of a year. */
export interface QueryLake {
  readonly days: readonly ZoneDay[];
  readonly readings: number;
}

/** Writes the lake of `year` below `directory`, unless an earlier run has finished it. */
export function writeQueryLake(directory: string, year: number, onDay: (done: number, all: number) => void): QueryLake {
  const config = parseConfig({
    sites: [
      {
        ...{ id: site, timezone: "Europe/Warsaw", currency: "PLN" },
        meters: [
          {
            ...{ id: device, model: "EM" },
            channels: [
              { index: 0, name: "Grid", role: "grid" },
              { index: 1, name: "House", role: "load" },
            ],
          },
        ],
      },
    ],
    warehouse: { calendar: { from: `${year}-01-01`, to: `${year}-12-31` } },
  });
  const days = zoneDays(config);
  const write = (key: string, lines: readonly object[]) => {
    const path = join(directory, key);
    mkdirSync(dirname(path), { recursive: true });
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    writeFileSync(path, key.endsWith(".gz") ? gzipSync(text) : text);
  };
  writeFirstFiles(directory);
  for (const key of tariffTables.flatMap(({ uris }) => uris)) write(key, []);
  write(referenceKeys.zoneDays, days);
  write(referenceKeys.meters, registry(config));
  const summary = join(directory, "readings.json");
  if (existsSync(summary)) return { days, readings: z.int().parse(JSON.parse(readFileSync(summary, "utf8"))) };
  const channels = [makeChannel(0), makeChannel(1)];
  let readings = 0;
  let before: Line[] = [];
  let today = channels.map((channel) => channel(days[0]));
  for (const [index, { date }] of days.entries()) {
    const tomorrow = channels.map((channel) => channel(days[index + 1]));
    const after = tomorrow.flatMap((lines) => lines.slice(0, 1));
    readings += today.reduce((sum, lines) => sum + lines.length, 0);
    write(readingsKey(site, date), today.flat());
    const edge = (lines: readonly Line[], side: string) => lines.map((line) => ({ ...line, edge: side }));
    write(edgesKey(site, date), [...edge(before, "before"), ...edge(after, "after")]);
    onDay(index + 1, days.length);
    before = today.flatMap((lines) => lines.slice(-1));
    today = tomorrow;
  }
  writeFileSync(summary, JSON.stringify(readings));
  return { days, readings };
}

/** A generator of a channel's days: a grid with solar by day (0), a household (1). */
function makeChannel(channel: number): (day: ZoneDay | undefined) => Line[] {
  let state = 20_250_101 + channel;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  let [imported, exported] = [1e5 * (channel + 1), 2e5];
  let next = 0;
  return (day) => {
    if (day === undefined) return [];
    const [start, end] = [Date.parse(day.day_start), Date.parse(day.day_end)];
    const lines: Line[] = [];
    for (next = Math.max(next, start); next < end; ) {
      const sun = channel === 0 ? 3000 * Math.max(0, Math.sin(((next - start) / 3.6e6 - 6) * (Math.PI / 12))) : 0;
      const appliance = random() < 0.05 ? 2500 : 0;
      const power_w = Math.round((200 + random() * 800 + appliance - sun) * 100) / 100;
      const voltage_v = Math.round((228 + random() * 6) * 10) / 10;
      const counter = (wh: number) => Math.round(wh * 10) / 10;
      lines.push({
        ...{ ts: new Date(next).toISOString(), device, channel, power_w, voltage_v },
        ...{ import_counter_wh: counter(imported), export_counter_wh: counter(exported) },
      });
      const seconds = 20 + Math.floor(random() * 21);
      if (power_w > 0) imported += (power_w * seconds) / 3600;
      else exported -= (power_w * seconds) / 3600;
      next += seconds * 1000;
    }
    return lines;
  };
}
