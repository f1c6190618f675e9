/** What is used and bought in each hour of each day. */
import { z } from "zod";
import { hoursOf } from "../../server/range";
import { daysOf } from "../days";
import { quality, qualityOf } from "../quality";
import type { Asked, Table } from "../question";

const energy = z.number().nullable();
const hourRow = z.object({
  start: z.string(),
  date: z.string(),
  hour: z.number(),
  consumption_wh: energy,
  import_wh: energy,
  step_s: z.number(),
  quality: quality.nullable(),
});
const answered = z.array(
  z.object({
    start: z.string(),
    consumption_wh: energy,
    import_wh: energy,
    covered_s: energy,
    filled_s: energy,
    disputed_s: energy,
  }),
);

/** The most days whose hours a picture can show; of a longer range the last ones. */
const mostDays = 366;
const unknown = { consumption_wh: null, import_wh: null, covered_s: 0, filled_s: 0, disputed_s: 0 };

async function readHours(asked: Asked): Promise<z.infer<typeof hourRow>[]> {
  const { ask, site, now } = asked;
  const days = daysOf(asked).slice(-mostDays);
  if (days[0] === undefined) return [];
  const rows = answered.parse(
    await ask(
      `SELECT hour_start AS start, consumption_wh, import_wh, covered_s, filled_s, disputed_s FROM site_hourly
       WHERE site = @site AND date BETWEEN @first_day AND @to_date`,
      { first_day: { type: "DATE", value: days[0] } },
    ),
  );
  const found = new Map(rows.map((row) => [Date.parse(row.start), row]));
  return days.flatMap((date) =>
    hoursOf(date, site.zone).flatMap(({ start, end, hour }) => {
      if (start >= now) return [];
      const row = found.get(start) ?? unknown;
      const { consumption_wh, import_wh } = row;
      const step_s = (Math.min(end, now) - start) / 1000;
      return [
        {
          ...{ start: new Date(start).toISOString(), date, hour, consumption_wh, import_wh, step_s },
          quality: qualityOf(step_s, row) ?? null,
        },
      ];
    }),
  );
}

export const heat: Table = {
  name: "heat",
  view: () => "site_hourly",
  own: {
    start: "First instant of the hour, UTC; a repeated hour of an autumn day is two rows, a skipped one none.",
    step_s: "Length of the hour as far as it has passed, s.",
  },
  row: hourRow,
  rows: readHours,
};
