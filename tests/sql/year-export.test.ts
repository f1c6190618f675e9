/** A real year of a Shelly 3EM, Wh per 10 minutes, fed as a counter: every local day and month adds up to the file. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { siteDays } from "../../components/reference/site-days";
import type { Reading } from "../../functions/readings/reading";
import type { Row } from "../../local/google/duckdb/rows";
import { needing, sharedData } from "../needs";
import { type Engines, openEngines } from "./engines";
import { layOut, stackConfig } from "./lake";

const folder = join(__dirname, "../../../shared/data/shelly-em-export");
const { describe: describeYear } = needing(sharedData("shelly-em-export"));

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
const config = stackConfig([site], "2024-05-29", "2025-05-21");
const files = ["em_data_phaseA.csv.gz", "em_data_phaseC.csv.gz"];

interface Increment {
  /** Start of the increment's time, ms since 1970. */
  readonly at: number;
  readonly imported: number;
  readonly exported: number;
}

/** The lines of a file, each instant once. */
function increments(file: string): Increment[] {
  const lines = gunzipSync(readFileSync(join(folder, file)))
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
function counterReadings(channel: number, list: readonly Increment[]): Reading[] {
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

describeYear("the real year", () => {
  let engines: Engines;
  beforeAll(async () => {
    engines = await openEngines();
  });
  afterAll(() => engines.close());

  test("days and months of energy_daily and energy_monthly add up to the deduplicated file, to 1e-6", async () => {
    const lists = files.map(increments);
    const lake = await layOut(
      config,
      lists.flatMap((list, channel) => counterReadings(channel, list)),
    );
    const warehouse = await engines.duckDb(lake);
    const days = siteDays(config);
    for (const [channel, list] of lists.entries()) {
      const expected = new Map<string, { imported: number; exported: number }>();
      let day = 0;
      for (const { at, imported, exported } of list) {
        while (at >= Date.parse(days[day]?.day_end ?? "")) day += 1;
        for (const key of [days[day]?.date ?? "", `${days[day]?.date.slice(0, 7)}-01 month`]) {
          const sum = expected.get(key) ?? { imported: 0, exported: 0 };
          expected.set(key, { imported: sum.imported + imported, exported: sum.exported + exported });
        }
      }
      const rows: Row[] = [
        ...(await warehouse.query(
          `SELECT CAST(date AS STRING) AS day, import_wh, export_wh FROM \`wattlake.energy_daily\` WHERE channel = ${channel}`,
        )),
        ...(await warehouse.query(
          `SELECT CAST(month AS STRING) || ' month' AS day, import_wh, export_wh FROM \`wattlake.energy_monthly\` WHERE channel = ${channel}`,
        )),
      ];
      expect(rows.map((row) => String(row.day)).sort()).toEqual([...expected.keys()].sort());
      for (const row of rows) {
        const sum = expected.get(String(row.day));
        expect([row.day, row.import_wh, row.export_wh]).toEqual([row.day, close(sum?.imported), close(sum?.exported)]);
      }
    }
  });
});

/** Within 1e-6 relative. */
const close = (value = Number.NaN) => ({
  asymmetricMatch: (other: unknown) =>
    typeof other === "number" && Math.abs(other - value) <= 1e-6 * Math.max(1, Math.abs(value)),
  toAsymmetricMatcher: () => `within 1e-6 of ${value}`,
});
