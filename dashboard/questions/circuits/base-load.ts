/** The base load of each day. */
import { z } from "zod";
import { daysOf } from "../days";
import type { Asked, Table } from "../question";

const energy = z.number().nullable();
const baseRow = z.object({
  date: z.string(),
  base_load_w: energy,
  night_slots: z.number().nullable(),
  base_wh: energy,
  consumption_wh: energy,
});
type BaseRow = z.infer<typeof baseRow>;

/** A day of which the view says nothing is unknown. */
export async function readBaseLoad(asked: Asked): Promise<BaseRow[]> {
  const rows = z.array(baseRow).parse(
    await asked.ask(`SELECT date, base_load_w, night_slots, base_wh, consumption_wh FROM base_load_daily
      WHERE site = @site AND date BETWEEN @from_date AND @to_date`),
  );
  const found = new Map(rows.map((row) => [row.date, row]));
  const unknown = { base_load_w: null, night_slots: null, base_wh: null, consumption_wh: null };
  return daysOf(asked).map((date) => found.get(date) ?? { date, ...unknown });
}

export const baseLoad: Table = {
  name: "base_load",
  view: () => "base_load_daily",
  own: {},
  row: baseRow,
  rows: readBaseLoad,
};
