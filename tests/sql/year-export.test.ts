/** A real year of a Shelly 3EM, Wh per 10 minutes, fed as a counter: every local day and month adds up to the file. */
import { zoneDays } from "../../components/reference/zone-days";
import type { Row } from "../../local/google/duckdb/rows";
import { needing, sharedData } from "../needs";
import { type Engines, openEngines } from "./engines";
import { layOut } from "./lake";
import { counterReadings, increments, yearConfig, yearFiles } from "./year";

const { describe: describeYear } = needing(sharedData("shelly-em-export"));

describeYear("the real year", () => {
  let engines: Engines;
  beforeAll(async () => {
    engines = await openEngines();
  });
  afterAll(() => engines.close());

  test("days and months of energy_daily and energy_monthly add up to the deduplicated file, to 1e-6", async () => {
    const lists = yearFiles.map(increments);
    const lake = await layOut(
      yearConfig,
      lists.flatMap((list, channel) => counterReadings(channel, list)),
    );
    const warehouse = await engines.duckDb(lake);
    const days = zoneDays(yearConfig);
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
