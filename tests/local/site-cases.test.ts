/** Field cases through the whole pipeline: the energies, and the figures of sites. */
import { fieldCaseMessages, fieldCaseSites, fieldCases } from "../../bench/field-cases";
import { needing, sharedData } from "../needs";
import { askCase, askSites } from "./field-cases";

const grid = { index: 0, name: "Grid", role: "grid" };
const { test: withCases } = needing(sharedData("field-cases"));

const replaced = (until: string, from: string) => [
  { id: "shellyem-t10a", model: "EM", until, channels: [grid] },
  { id: "shellyem-t10b", model: "EM", from, channels: [grid] },
];
withCases.each([
  ["on the day between", replaced("2025-06-03", "2025-06-03")],
  ["after its last day", replaced("2025-06-02", "2025-06-03")],
])("a meter that is replaced %s hands the site's figures over", async (_, meters) => {
  const query = "SELECT date, import_wh, consumption_wh FROM `wattlake.site_daily` WHERE site = 'case' ORDER BY date";
  const { rows, problems } = await askCase("meter-replaced", meters, query);
  expect(problems).toEqual([]);
  const figures = { import_wh: expect.closeTo(500, 6), consumption_wh: expect.closeTo(500, 6) };
  expect(rows).toEqual(["2025-06-02", "2025-06-03"].map((date) => ({ date, ...figures })));
});

withCases("a site that exports without sun has an unknown consumption, never a negative one", async () => {
  const channels = [grid, { index: 1, name: "Roof", role: "solar" }];
  const query =
    "SELECT export_wh, solar_wh, consumption_wh, unexplained_wh FROM `wattlake.site_daily` WHERE site = 'case'";
  const { rows, problems } = await askCase(
    "exports-without-sun",
    [{ id: "shellyem-t09", model: "EM", channels }],
    query,
  );
  expect(problems).toEqual([]);
  const lost = expect.closeTo(500, 6);
  expect(rows).toEqual([{ export_wh: lost, solar_wh: 0, consumption_wh: null, unexplained_wh: lost }]);
});

withCases("the energy of each case is right after a replay", async () => {
  const query = "SELECT site, SUM(import_wh) / 1000 AS import_kwh FROM `wattlake.energy_daily` GROUP BY site";
  const { rows, problems } = await askSites(fieldCaseSites(), await fieldCaseMessages(), query);
  expect(problems).toEqual([]);
  const found = new Map(rows.map(({ site, import_kwh }) => [site, Number(import_kwh)]));
  const wrong = fieldCases.filter(
    ({ name, right_kwh, within_kwh }) => !(Math.abs((found.get(name) ?? NaN) - right_kwh) <= within_kwh),
  );
  expect(wrong.map(({ name }) => [name, found.get(name)])).toEqual([]);
});
