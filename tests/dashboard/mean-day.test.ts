/** The mean day weighs what is known: a day whose quarter hour is not has no part in its mean. */
import { z } from "zod";
import type { Reading } from "../../functions/readings/reading";
import { stackConfig } from "../sql/lake";
import { type Home, openHome } from "./home";

/** Two Mondays and the Tuesday between them, UTC. */
const [monday, tuesday, other] = ["2026-10-12", "2026-10-13", "2026-10-19"] as const;
const channels = [{ index: 0, name: "Grid", role: "grid" }];
const meters = [{ id: "em", model: "EM", maxGap: "930 s", channels }];
const config = stackConfig([{ id: "home", timezone: "UTC", currency: "EUR", meters }], "2026-10-01", "2026-10-31");

/** Every ten minutes of a day, but for the hours in which the other Monday is silent. */
const readingsOf = (day: string, power_w: number): Reading[] =>
  Array.from({ length: 144 }, (_, step) => Date.parse(day) + step * 600_000)
    .filter((instant) => day !== other || (instant / 3_600_000) % 24 <= 8 || (instant / 3_600_000) % 24 >= 12)
    .map((instant) => ({ ts: new Date(instant).toISOString(), device: "em", channel: 0, power_w }));

let home: Home;
beforeAll(async () => {
  const readings = [...readingsOf(monday, 100), ...readingsOf(tuesday, 300), ...readingsOf(other, 800)];
  home = await openHome({ given: { config, readings } });
});
afterAll(() => home.close());

test("a Monday that is silent at ten o'clock weighs nothing there, and all of its weight at six", async () => {
  const response = await fetch(`${home.url}/api/pattern?site=home&from=2026-10-01&to=2026-10-31`);
  const rows = z.array(z.object({ day_type: z.string(), quarter: z.number(), consumption_w: z.number().nullable() }));
  const answer = z.object({ tables: z.object({ profile: z.object({ rows }) }) }).parse(await response.json());
  const at = (hour: number) =>
    answer.tables.profile.rows.find(({ day_type, quarter }) => day_type === "weekday" && quarter === hour * 4)
      ?.consumption_w;
  expect(at(10)).toBeCloseTo((100 + 300) / 2, 6);
  expect(at(6)).toBeCloseTo((100 + 300 + 800) / 3, 6);
});
