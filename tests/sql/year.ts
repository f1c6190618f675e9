/** The real year of a Shelly 3EM, Wh per 10 minutes, as readings of a counter. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Reading } from "../../functions/readings/reading";
import { stackConfig } from "./lake";

export const yearFolder = join(__dirname, "../../../shared/data/shelly-em-export");
export const hasYear = existsSync(yearFolder);

const site = {
  id: "home",
  timezone: "Europe/Warsaw",
  currency: "PLN",
  meters: [
    {
      id: "em",
      model: "EM",
      maxGap: "1 h",
      channels: [0, 1].map((index) => ({ index, name: `phase ${index}`, role: "grid" })),
    },
  ],
  netting: "per_channel",
};
export const yearConfig = stackConfig([site], "2024-05-29", "2025-05-21");
export const yearFiles = ["em_data_phaseA.csv.gz", "em_data_phaseC.csv.gz"];

export interface Increment {
  /** Start of the increment's time, ms since 1970. */
  readonly at: number;
  readonly imported: number;
  readonly exported: number;
}

/** The lines of a file, each instant once. */
export function increments(file: string): Increment[] {
  const lines = gunzipSync(readFileSync(join(yearFolder, file)))
    .toString()
    .trim()
    .split("\n")
    .slice(1);
  const known = new Map<number, Increment>();
  for (const line of lines) {
    const [time = "", imported, exported] = line.split(",");
    const at = Date.parse(`${time.trim().replace(" ", "T")}Z`);
    known.set(at, { at, imported: Number(imported), exported: Number(exported) });
  }
  return [...known.values()].sort((a, b) => a.at - b.at);
}

/** A counter that grows by each increment at its end; every seventh reading is there twice, and all are out of order. */
export function counterReadings(channel: number, list: readonly Increment[]): Reading[] {
  let [imported, exported] = [0, 0];
  const reading = (at: number): Reading => ({
    ...{ ts: new Date(at).toISOString(), device: "em", channel },
    ...{ import_counter_wh: imported, export_counter_wh: exported },
  });
  const readings = list.map(({ at, ...wh }) => {
    const before = reading(at);
    imported += wh.imported;
    exported += wh.exported;
    return before;
  });
  const last = list.at(-1);
  if (last) readings.push(reading(last.at + 60_000));
  return [...readings.filter((_, index) => index % 7 === 0), ...readings.reverse()];
}
